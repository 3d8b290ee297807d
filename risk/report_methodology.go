package risk

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
)

// Report is the methodology as a document in language l: criteria, scales,
// bands, matrix or formula, derivations and treatment options.
func (m Methodology) Report(l lang.Lang) report.Document {
	return report.Document{
		Title:  lang.Text{EN: "Risk methodology", NL: "Risicomethodiek"}.In(l),
		Lang:   l,
		Blocks: methodologyBlocks(m, "methodology", l),
	}
}

// methodologyBlocks is the section with this id.
func methodologyBlocks(m Methodology, id string, l lang.Lang) []report.Block {
	say := func(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(l) }
	blocks := []report.Block{
		report.Heading{ID: id, Level: 1, Text: say("Methodology: ", "Methodiek: ") + m.Title.In(l) + " (" + m.Pin().String() + ")"},
	}
	for _, t := range []isms.Text{m.Assessment, m.Criteria} {
		if !t.IsZero() {
			blocks = append(blocks, report.Paragraph(t.In(l)))
		}
	}
	if !m.Appetite.IsZero() {
		blocks = append(blocks, report.Paragraph(say("Risk appetite: ", "Risicobereidheid: ")+m.Appetite.In(l)))
	}
	if len(m.Properties) > 0 {
		blocks = append(blocks, report.Paragraph(say("Properties beside confidentiality, integrity and availability: ",
			"Aspecten naast vertrouwelijkheid, integriteit en beschikbaarheid: ")+titles(m.Properties, l)))
	}
	tables := []namedTable{
		{"likelihood", scaleTable(m.Likelihood, nil, likelihoodTitle().In(l), l)},
		{"impact", scaleTable(m.Impact, m.Dimensions, impactTitle().In(l), l)},
		{"matrix", matrixTable(m, l)},
		{"bands", bandTable(m, l)},
	}
	if len(m.Categories) > 0 {
		tables = append(tables, namedTable{"categories", categoryTable(m, l)})
	}
	for _, t := range append(tables, namedTable{"options", optionTable(l)}) {
		t.table.ID = id + "-" + t.name
		blocks = append(blocks, t.table)
	}
	return append(blocks, derivationBlocks(m, id, l)...)
}

type namedTable struct {
	name  string
	table report.Table
}

func titles(list []Named, l lang.Lang) string {
	out := make([]string, len(list))
	for i, n := range list {
		out[i] = n.Title.In(l)
	}
	return strings.Join(out, "; ")
}

// scaleTable has a column of criteria, or one for each dimension.
func scaleTable(s Scale, dimensions []Named, title string, l lang.Lang) report.Table {
	t := report.Table{
		Caption: title,
		Columns: []report.Column{
			{Title: lang.Text{EN: "Step", NL: "Stap"}.In(l), Kind: report.KindNumber},
			{Title: title, Width: 14},
		},
	}
	if len(s.Values) > 0 {
		t.Columns = append(t.Columns, report.Column{Title: lang.Text{EN: "Value", NL: "Waarde"}.In(l), Kind: report.KindNumber})
	}
	general := len(dimensions) == 0 || slices.ContainsFunc(s.Steps, func(s Step) bool { return !s.Criteria.IsZero() })
	if general {
		t.Columns = append(t.Columns, report.Column{Title: lang.Text{EN: "Criteria", NL: "Criteria"}.In(l), Width: 32})
	}
	for _, d := range dimensions {
		t.Columns = append(t.Columns, report.Column{Title: d.Title.In(l), Width: 16})
	}
	for i, step := range s.Steps {
		cells := []report.Cell{report.Int(i + 1), report.Text(step.Title.In(l))}
		if len(s.Values) > 0 {
			cells = append(cells, report.Int(s.value(i+1)))
		}
		if general {
			cells = append(cells, report.Text(step.Criteria.In(l)))
		}
		for _, d := range dimensions {
			cells = append(cells, report.Text(step.Dimensions[d.ID].In(l)))
		}
		t.Rows = append(t.Rows, report.Row{Cells: cells})
	}
	return t
}

// matrixTable has the highest likelihood on top, as the heat map does.
func matrixTable(m Methodology, l lang.Lang) report.Table {
	t := report.Table{
		Caption: lang.Text{EN: "Matrix", NL: "Matrix"}.In(l),
		Columns: []report.Column{{Title: likelihoodTitle().In(l) + " / " + impactTitle().In(l)}},
	}
	if !m.Formula.IsZero() {
		t.Caption += ": " + m.Formula.Text(l)
	}
	for _, title := range m.Impact.titles(l) {
		t.Columns = append(t.Columns, report.Column{Title: title})
	}
	for i := range slices.Backward(m.Likelihood.Steps) {
		cells := []report.Cell{report.Text(m.Likelihood.Step(i+1, l))}
		for j := range m.Impact.Steps {
			cells = append(cells, report.Text(m.cellText(i+1, j+1, l)))
		}
		t.Rows = append(t.Rows, report.Row{Cells: cells})
	}
	return t
}

// cellText is the band of a cell, with the score that a formula gives; an id
// that is none of the bands is printed as it is.
func (m Methodology) cellText(likelihood, impact int, l lang.Lang) string {
	rank := m.cell(likelihood, impact)
	switch {
	case rank > 0 && m.Formula.IsZero():
		return m.Bands[rank-1].Title.In(l)
	case rank > 0:
		return m.Bands[rank-1].Title.In(l) + " (" + strconv.Itoa(m.score(likelihood, impact)) + ")"
	case m.Formula.IsZero() && likelihood <= len(m.Matrix) && impact <= len(m.Matrix[likelihood-1]):
		return m.Matrix[likelihood-1][impact-1]
	default:
		return ""
	}
}

// bandTable has columns only for what the methodology uses.
func bandTable(m Methodology, l lang.Lang) report.Table {
	say := func(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(l) }
	scored := !m.Formula.IsZero()
	escalated := slices.ContainsFunc(m.Bands, func(b Band) bool { return !b.Escalation.IsZero() })
	t := report.Table{
		Caption: say("Levels, highest first", "Niveaus, hoogste eerst"),
		Columns: []report.Column{
			{Title: say("Level", "Niveau")},
			{Title: say("What is expected", "Wat wordt verwacht"), Width: 32},
			{Title: say("May be retained", "Mag worden behouden")},
			{Title: say("Reviewed every", "Herbeoordeling per")},
		},
	}
	add := func(used bool, c report.Column) {
		if used {
			t.Columns = append(t.Columns, c)
		}
	}
	add(scored, report.Column{Title: say("Score from", "Score vanaf"), Kind: report.KindNumber})
	add(m.TolerateUpTo != "", report.Column{Title: say("May be accepted", "Mag worden geaccepteerd")})
	add(escalated, report.Column{Title: say("Acceptance needs consent of", "Acceptatie vraagt instemming van")})
	for i, b := range slices.Backward(m.Bands) {
		cells := []report.Cell{
			report.Text(b.Title.In(l)), report.Text(b.Action.In(l)),
			report.Text(yesNo(i < m.rank(m.AcceptUpTo), l)), report.Text(cadence(b.Review, l)),
		}
		if scored {
			cells = append(cells, report.Int(b.From))
		}
		if m.TolerateUpTo != "" {
			cells = append(cells, report.Text(yesNo(i < m.rank(m.TolerateUpTo), l)))
		}
		if escalated {
			cells = append(cells, report.Text(b.Escalation.String()))
		}
		t.Rows = append(t.Rows, report.Row{Cells: cells})
	}
	return t
}

func categoryTable(m Methodology, l lang.Lang) report.Table {
	say := func(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(l) }
	t := report.Table{
		Caption: say("Categories with acceptance criteria of their own", "Categorieën met eigen acceptatiecriteria"),
		Columns: []report.Column{
			{Title: say("Category", "Categorie")},
			{Title: say("May be retained up to", "Mag worden behouden tot en met")},
			{Title: say("May be accepted up to", "Mag worden geaccepteerd tot en met")},
			{Title: say("Acceptance needs consent of", "Acceptatie vraagt instemming van")},
		},
	}
	name := func(rank int, none string) report.Cell {
		if rank == 0 {
			return report.Text(none)
		}
		return report.Text(m.bandTitle(rank, l))
	}
	for _, c := range m.Categories {
		accept, tolerate, _ := m.limits([]string{c.ID})
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Text(c.Title.In(l)), name(accept, say("none", "geen")), name(tolerate, say("none", "geen")), report.Text(c.Escalation.String()),
		}})
	}
	return t
}

func optionTable(l lang.Lang) report.Table {
	t := report.Table{
		Caption: lang.Text{EN: "Treatment options", NL: "Behandelopties"}.In(l),
		Columns: []report.Column{
			{Title: lang.Text{EN: "Option", NL: "Optie"}.In(l)},
			{Title: lang.Text{EN: "Term in ISO/IEC 27005", NL: "Term in ISO/IEC 27005"}.In(l)},
		},
	}
	for _, o := range []Option{Mitigate, Accept, Transfer, Avoid} {
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{report.Text(o.Label(l)), report.Text(o.Term(l))}})
	}
	return t
}

// cadence is a cadence in language l: "3 maanden".
func cadence(c isms.Cadence, l lang.Lang) string {
	if l != lang.NL || c.IsZero() {
		return c.String()
	}
	words := map[isms.Unit][2]string{
		isms.Days:   {"dag", "dagen"},
		isms.Weeks:  {"week", "weken"},
		isms.Months: {"maand", "maanden"},
		isms.Years:  {"jaar", "jaar"},
	}[c.Unit]
	if c.Every == 1 {
		return "1 " + words[0]
	}
	return strconv.Itoa(c.Every) + " " + words[1]
}
