package risk

import (
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
)

// Report is the methodology as a document in language l: criteria, scales,
// bands, matrix and treatment options.
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
	for _, t := range []struct {
		name  string
		table report.Table
	}{
		{"likelihood", scaleTable(m.Likelihood, likelihoodTitle().In(l), l)},
		{"impact", scaleTable(m.Impact, impactTitle().In(l), l)},
		{"matrix", matrixTable(m, l)},
		{"bands", bandTable(m, l)},
		{"options", optionTable(l)},
	} {
		t.table.ID = id + "-" + t.name
		blocks = append(blocks, t.table)
	}
	return blocks
}

func scaleTable(s Scale, title string, l lang.Lang) report.Table {
	t := report.Table{
		Caption: title,
		Columns: []report.Column{
			{Title: lang.Text{EN: "Step", NL: "Stap"}.In(l), Kind: report.KindNumber},
			{Title: title},
			{Title: lang.Text{EN: "Criteria", NL: "Criteria"}.In(l), Width: 32},
		},
	}
	for i, step := range s.Steps {
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Int(i + 1), report.Text(step.Title.In(l)), report.Text(step.Criteria.In(l)),
		}})
	}
	return t
}

// matrixTable has the highest likelihood on top, as the heat map does.
func matrixTable(m Methodology, l lang.Lang) report.Table {
	t := report.Table{
		Caption: lang.Text{EN: "Matrix", NL: "Matrix"}.In(l),
		Columns: []report.Column{{Title: likelihoodTitle().In(l) + " / " + impactTitle().In(l)}},
	}
	for _, title := range m.Impact.titles(l) {
		t.Columns = append(t.Columns, report.Column{Title: title})
	}
	for i, row := range slices.Backward(m.Matrix) {
		cells := []report.Cell{report.Text(m.Likelihood.Step(i+1, l))}
		for _, id := range row {
			if rank := m.rank(id); rank > 0 {
				cells = append(cells, report.Text(m.Bands[rank-1].Title.In(l)))
			} else {
				cells = append(cells, report.Text(id))
			}
		}
		t.Rows = append(t.Rows, report.Row{Cells: cells})
	}
	return t
}

func bandTable(m Methodology, l lang.Lang) report.Table {
	t := report.Table{
		Caption: lang.Text{EN: "Levels, highest first", NL: "Niveaus, hoogste eerst"}.In(l),
		Columns: []report.Column{
			{Title: lang.Text{EN: "Level", NL: "Niveau"}.In(l)},
			{Title: lang.Text{EN: "What is expected", NL: "Wat wordt verwacht"}.In(l), Width: 32},
			{Title: lang.Text{EN: "May be retained", NL: "Mag worden behouden"}.In(l)},
			{Title: lang.Text{EN: "Reviewed every", NL: "Herbeoordeling per"}.In(l)},
		},
	}
	for i, b := range slices.Backward(m.Bands) {
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Text(b.Title.In(l)), report.Text(b.Action.In(l)),
			report.Text(yesNo(i < m.rank(m.AcceptUpTo), l)), report.Text(cadence(b.Review, l)),
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
