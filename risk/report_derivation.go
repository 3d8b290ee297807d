package risk

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
)

// derivationBlocks tell how steps follow from factors.
func derivationBlocks(m Methodology, id string, l lang.Lang) []report.Block {
	var blocks []report.Block
	for i, d := range m.Derivations {
		at := id + "-derivation-" + strconv.Itoa(i+1)
		blocks = append(blocks, report.Heading{ID: at, Level: 2, Text: d.Title.In(l)}, report.Paragraph(m.explain(i, l)))
		factors := factorTable(d, l)
		factors.ID = at + "-factors"
		blocks = append(blocks, factors)
		if d.Rule == Table && len(d.Factors) == 2 {
			table := resultTable(m, d, l)
			table.ID = at + "-table"
			blocks = append(blocks, table)
		}
		if len(d.Scale.Steps) > 0 {
			scale := scaleTable(Scale{Steps: d.Scale.Steps}, nil, lang.Text{EN: "Steps of the result", NL: "Stappen van de uitkomst"}.In(l), l)
			scale.ID = at + "-scale"
			blocks = append(blocks, scale)
		}
	}
	return blocks
}

// explain is derivation i in words: what it is for, its rule, and from which
// results each step begins.
func (m Methodology) explain(i int, l lang.Lang) string {
	say := func(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(l) }
	d, s := m.Derivations[i], m.scaleOf(m.Derivations[i])
	out := say("Rule: ", "Regel: ") + d.ruleText(l) + "."
	if d.Of != "" {
		out += say(" It gives the step of ", " Zij geeft de stap van ") + d.Of.Label(l) + "."
		var first []string
		for _, earlier := range m.Derivations[:i] {
			if earlier.Of == d.Of {
				first = append(first, earlier.Title.In(l))
			}
		}
		if len(first) > 0 {
			out += say(" It counts only when nothing was scored for: ", " Zij telt alleen als niets is gescoord voor: ") + strings.Join(first, "; ") + "."
		}
	}
	switch {
	case d.Rule == Table || len(s.Values) == 0:
		return out
	case d.Of != "":
		return out + say(" The step is the highest whose value is not above the result.", " De stap is de hoogste waarvan de waarde niet boven de uitkomst ligt.")
	}
	from := make([]string, len(s.Steps))
	for k, step := range s.Steps {
		n := number(ratio(s.value(k+1), d.per()))
		if l == lang.NL {
			n = strings.ReplaceAll(n, ".", ",")
		}
		from[k] = step.Title.In(l) + say(" from ", " vanaf ") + n
	}
	return out + say(" Steps: ", " Stappen: ") + strings.Join(from, "; ") + "."
}

// ruleText calls a sum an average where it is one.
func (d Derivation) ruleText(l lang.Lang) string {
	weighted := slices.ContainsFunc(d.Factors, func(f Factor) bool { return f.Weight > 1 })
	switch {
	case d.Rule != Sum || d.Divisor < 2:
		return d.Rule.Label(l)
	case d.Divisor == len(d.Factors) && !weighted:
		return lang.Text{EN: "average", NL: "gemiddelde"}.In(l)
	default:
		return d.Rule.Label(l) + lang.Text{EN: ", divided by ", NL: ", gedeeld door "}.In(l) + strconv.Itoa(d.Divisor)
	}
}

// factorTable has a column for weights and divisors only where there are any.
func factorTable(d Derivation, l lang.Lang) report.Table {
	say := func(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(l) }
	t := report.Table{
		Caption: say("Factors; one without a score is not assessed", "Factoren; een factor zonder score is niet beoordeeld"),
		Columns: []report.Column{
			{Title: say("Factor", "Factor")},
			{Title: say("Scores", "Scores")},
		},
	}
	counted := slices.ContainsFunc(d.Factors, func(f Factor) bool { return f.Weight > 1 || f.Divides })
	if counted {
		t.Columns = append(t.Columns, report.Column{Title: say("Counts", "Telt")})
	}
	t.Columns = append(t.Columns, report.Column{Title: say("Criteria", "Criteria"), Width: 32})
	for _, f := range d.Factors {
		cells := []report.Cell{report.Text(f.Title.In(l)), report.Text(strconv.Itoa(f.Low) + " ... " + strconv.Itoa(f.High))}
		switch {
		case !counted:
		case f.Divides:
			cells = append(cells, report.Text(say("divides", "deelt")))
		case d.Rule == Product:
			cells = append(cells, report.Text(say("multiplies", "vermenigvuldigt")))
		default:
			cells = append(cells, report.Text(strconv.Itoa(max(f.Weight, 1))+" x"))
		}
		t.Rows = append(t.Rows, report.Row{Cells: append(cells, report.Text(f.Criteria.In(l)))})
	}
	return t
}

// resultTable is the table of two factors, with the highest first score on top.
func resultTable(m Methodology, d Derivation, l lang.Lang) report.Table {
	s := m.scaleOf(d)
	t := report.Table{
		Caption: lang.Text{EN: "Result", NL: "Uitkomst"}.In(l),
		Columns: []report.Column{{Title: d.Factors[0].Title.In(l) + " / " + d.Factors[1].Title.In(l)}},
	}
	columns := 0
	for _, row := range d.Table {
		columns = max(columns, len(row))
	}
	for j := range columns {
		t.Columns = append(t.Columns, report.Column{Title: strconv.Itoa(d.Factors[1].Low + j)})
	}
	for i, row := range slices.Backward(d.Table) {
		cells := []report.Cell{report.Text(strconv.Itoa(d.Factors[0].Low + i))}
		for _, v := range row {
			text := strconv.Itoa(v)
			if step := s.stepOf(ratio(v, 1), d.per()); step > 0 {
				text = s.Step(step, l)
			}
			cells = append(cells, report.Text(text))
		}
		t.Rows = append(t.Rows, report.Row{Cells: cells})
	}
	return t
}
