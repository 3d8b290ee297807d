package spreadsheet

import (
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
)

// Report shows the outcome to whoever has to agree, in language l: what was
// changed, what conflicts, what cannot be recorded, and what was not read.
func (o Outcome) Report(l lang.Lang) report.Document {
	doc := report.Document{
		Title: lang.Text{EN: "Changes in a returned Statement of Applicability", NL: "Wijzigingen in een teruggekregen Verklaring van Toepasselijkheid"}.In(l),
		Lang:  l,
	}
	section := func(title lang.Text, block report.Block) {
		doc.Blocks = append(doc.Blocks, report.Heading{Text: title.In(l)}, block)
	}
	none := report.Paragraph(lang.Text{EN: "None.", NL: "Geen."}.In(l))
	var changes report.Block = none
	if len(o.Changes) > 0 {
		changes = changesTable(o.Changes, lang.Text{EN: "Changed cells", NL: "Gewijzigde cellen"}, false, l)
	}
	section(lang.Text{EN: "Changes", NL: "Wijzigingen"}, changes)
	if len(o.Conflicts) > 0 {
		section(lang.Text{EN: "Conflicts", NL: "Conflicten"}, changesTable(o.Conflicts, lang.Text{EN: "Cells that changed meanwhile", NL: "Intussen gewijzigde cellen"}, true, l))
	}
	if len(o.Problems) > 0 {
		var items []report.Cell
		for _, p := range o.Problems {
			p.Subject, p.Path = isms.Link{}, "" // the cell says it better
			items = append(items, report.Text(p.Text(l)))
		}
		section(lang.Text{EN: "Cannot be recorded", NL: "Niet vast te leggen"}, report.List{Items: items})
	}
	if len(o.Omissions) > 0 {
		var items []report.Cell
		for _, m := range o.Omissions {
			m.Subject, m.Path = isms.Link{}, ""
			items = append(items, report.Text(m.Text(l)))
		}
		section(lang.Text{EN: "Not read", NL: "Niet gelezen"}, report.List{Items: items})
	}
	return doc
}

func changesTable(list []Change, caption lang.Text, conflict bool, l lang.Lang) report.Table {
	t := report.Table{
		Caption: caption.In(l),
		Columns: []report.Column{
			{Title: lang.Text{EN: "Control", NL: "Beheersmaatregel"}.In(l)},
			{Title: lang.Text{EN: "What", NL: "Wat"}.In(l)},
			{Title: lang.Text{EN: "Was", NL: "Was"}.In(l), Width: 24},
			{Title: lang.Text{EN: "Returned as", NL: "Teruggekregen als"}.In(l), Width: 24},
		},
	}
	if conflict {
		t.Columns = append(t.Columns, report.Column{Title: lang.Text{EN: "Meanwhile", NL: "Intussen"}.In(l), Width: 24})
	}
	t.Columns = append(t.Columns, report.Column{Title: lang.Text{EN: "Where", NL: "Waar"}.In(l)})
	for _, c := range list {
		row := report.Row{Cells: []report.Cell{
			report.Text(string(c.Control)), report.Text(fieldTitle(c.Field, l)), valueCell(c.Field, c.Was, l), valueCell(c.Field, c.Now, l),
		}}
		if conflict {
			cell := valueCell(c.Field, c.Meanwhile, l)
			if c.Gone {
				cell = report.Text(lang.Text{EN: "deleted or retired", NL: "verwijderd of vervallen"}.In(l))
			}
			row.Cells = append(row.Cells, cell.Toned(report.Warn))
		}
		row.Cells = append(row.Cells, report.Text(c.Where))
		t.Rows = append(t.Rows, row)
	}
	return t
}

func fieldTitle(key string, l lang.Lang) string {
	c := columnOf(key)
	return c.title.In(l)
}

// valueCell is a value as people read it; one that is not there says so.
func valueCell(key, value string, l lang.Lang) report.Cell {
	switch {
	case value == "":
		return report.Text(lang.Text{EN: "(empty)", NL: "(leeg)"}.In(l))
	case key == keyImplementation:
		return report.Text(isms.Implementation(value).Label(l))
	case key == keySince || key == keyDue:
		return report.Day(value)
	default:
		return report.Text(value)
	}
}
