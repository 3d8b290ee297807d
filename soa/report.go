package soa

import (
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
)

// Report is the statement as a document in language l: document control,
// totals, what the records show, coverage by attribute, maturity when any was
// recorded, and the table of all controls.
func (s Statement) Report(l lang.Lang) report.Document {
	doc := report.Document{
		Title:    lang.Text{EN: "Statement of Applicability", NL: "Verklaring van Toepasselijkheid"}.In(l),
		Subtitle: s.Organization.Name(l),
		Lang:     l,
		Meta:     s.control(l),
	}
	doc.Blocks = append(doc.Blocks,
		report.Heading{ID: "totals", Text: lang.Text{EN: "Summary", NL: "Samenvatting"}.In(l)},
		s.totalsTable(l),
		report.Heading{ID: "findings", Text: lang.Text{EN: "What the records show", NL: "Wat de registraties laten zien"}.In(l)},
	)
	doc.Blocks = append(doc.Blocks, s.findingsTable(l),
		report.Heading{ID: "attributes", Text: lang.Text{EN: "Coverage by attribute", NL: "Dekking naar attribuut"}.In(l)},
		s.CoverageTable(l))
	if s.matured() {
		doc.Blocks = append(doc.Blocks,
			report.Heading{ID: "maturity-of-controls", Text: lang.Text{EN: "Maturity", NL: "Volwassenheid"}.In(l)},
			s.MaturityTable(l))
	}
	doc.Blocks = append(doc.Blocks,
		report.Heading{ID: "statement", Text: lang.Text{EN: "Controls", NL: "Beheersmaatregelen"}.In(l)},
		s.Table(l))
	return doc
}

// control is the document control: what this is a statement of, as of when, and
// that nobody approved it by compiling it.
func (s Statement) control(l lang.Lang) []report.Field {
	var meta []report.Field
	add := func(name lang.Text, value report.Cell) {
		if value.Text != "" {
			meta = append(meta, report.Field{Name: name.In(l), Value: value})
		}
	}
	add(lang.Text{EN: "Organization", NL: "Organisatie"}, report.Text(s.Organization.Name(l)))
	add(lang.Text{EN: "Scope", NL: "Toepassingsgebied"}, report.Text(s.Scope.Name(l)))
	add(lang.Text{EN: "Statement of scope", NL: "Omschrijving toepassingsgebied"}, report.Text(s.Boundary.In(l)))
	add(lang.Text{EN: "As of", NL: "Peildatum"}, report.Day(s.AsOf.String()))
	add(lang.Text{EN: "Basis", NL: "Grondslag"}, report.Text(lang.Text{
		EN: "ISO/IEC 27001:2022, 6.1.3 d",
		NL: "NEN-EN-ISO/IEC 27001:2023 (ISO/IEC 27001:2022), 6.1.3 d",
	}.In(l)))
	add(lang.Text{EN: "Other catalogues", NL: "Andere catalogi"}, report.Text(names(s.Catalogues, l)))
	if s.Seq > 0 {
		add(lang.Text{EN: "Place in the log", NL: "Plaats in het logboek"}, report.Int(int(s.Seq)))
	}
	add(lang.Text{EN: "State", NL: "Status"}, report.Text(lang.Text{
		EN: "compiled from the records, not approved",
		NL: "samengesteld uit de registraties, niet vastgesteld",
	}.In(l)))
	return meta
}

func names(list []Entry, l lang.Lang) string {
	all := make([]string, len(list))
	for i, e := range list {
		all[i] = e.Name(l)
	}
	return strings.Join(all, ", ")
}

// totalColumns are those of [Total.cells].
func totalColumns(l lang.Lang) []report.Column {
	var columns []report.Column
	for _, title := range []lang.Text{
		{EN: "Controls", NL: "Maatregelen"},
		{EN: "Applicable", NL: "Van toepassing"},
		{EN: "Not applicable", NL: "Niet van toepassing"},
		{EN: "Undecided", NL: "Niet besloten"},
		{EN: "Applicable: implemented", NL: "Van toepassing: geïmplementeerd"},
		{EN: "Applicable: not (fully) implemented", NL: "Van toepassing: niet (volledig) geïmplementeerd"},
		{EN: "Applicable: not stated", NL: "Van toepassing: niet opgegeven"},
	} {
		columns = append(columns, report.Column{Title: title.In(l), Kind: report.KindNumber})
	}
	return columns
}

func (t *Total) cells() []report.Cell {
	return []report.Cell{
		report.Int(t.Controls), report.Int(t.Included), report.Int(t.Excluded), report.Int(t.Undecided),
		report.Int(t.Implemented), report.Int(t.NotImplemented), report.Int(t.NotStated),
	}
}

func (s Statement) totalsTable(l lang.Lang) report.Table {
	t := report.Table{
		Caption: lang.Text{EN: "Number of controls", NL: "Aantal beheersmaatregelen"}.In(l),
		Columns: append([]report.Column{{Title: themeTitle().In(l)}}, totalColumns(l)...),
	}
	line := func(name string, n Total) {
		t.Rows = append(t.Rows, report.Row{Cells: append([]report.Cell{report.Text(name)}, n.cells()...)})
	}
	all, parts := s.Totals()
	for _, n := range parts {
		name := themeLabel(n.Theme, l)
		if title := s.edition(n.Catalogue); !title.IsZero() {
			name = title.In(l)
		}
		line(name, n)
	}
	line(lang.Text{EN: "Total", NL: "Totaal"}.In(l), all)
	return t
}

func (s Statement) findingsTable(l lang.Lang) report.Block {
	if len(s.Findings) == 0 {
		return report.Paragraph(lang.Text{
			EN: "No gap found in the records by the rules of this statement.",
			NL: "Geen tekortkoming gevonden in de registraties door de regels van deze verklaring.",
		}.In(l))
	}
	t := report.Table{
		Caption: lang.Text{EN: "Open points", NL: "Open punten"}.In(l),
		Columns: []report.Column{
			{Title: lang.Text{EN: "Verdict", NL: "Bevinding"}.In(l)},
			{Title: lang.Text{EN: "What", NL: "Wat"}.In(l), Width: 40},
			{Title: lang.Text{EN: "Basis", NL: "Grondslag"}.In(l)},
		},
	}
	for _, f := range s.Findings {
		tone := report.Warn
		if f.Verdict == isms.NotEvaluable {
			tone = report.Unknown
		}
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Text(f.Verdict.Label(l)).Toned(tone),
			report.Text(f.Text(l)),
			report.Text(f.Basis.String()),
		}})
	}
	return t
}
