package handoff

import (
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/soa"
)

// Report is the redacted statement as a document in language l. It says that it
// is an extract, and of what sort.
func (r Redacted) Report(l lang.Lang) report.Document {
	say := func(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(l) }
	doc := report.Document{
		Title:    say("Statement of Applicability: extract", "Verklaring van Toepasselijkheid: uittreksel"),
		Subtitle: r.Organization.In(l),
		Lang:     l,
	}
	for _, f := range []report.Field{
		{Name: say("Organization", "Organisatie"), Value: report.Text(r.Organization.In(l))},
		{Name: say("Scope", "Toepassingsgebied"), Value: report.Text(r.Scope.In(l))},
		{Name: say("Statement of scope", "Omschrijving toepassingsgebied"), Value: report.Text(r.Boundary.In(l))},
		{Name: say("As of", "Peildatum"), Value: report.Day(r.AsOf.String())},
		{Name: say("Basis", "Grondslag"), Value: report.Text(say("ISO/IEC 27001:2022, 6.1.3 d",
			"NEN-EN-ISO/IEC 27001:2023 (ISO/IEC 27001:2022), 6.1.3 d"))},
	} {
		if f.Value.Text != "" {
			doc.Meta = append(doc.Meta, f)
		}
	}
	doc.Blocks = []report.Block{
		report.Note{Title: say("Extract", "Uittreksel"), Text: say(
			"This is an extract of the Statement of Applicability for readers outside the organization. It has every control of the statement. The records behind it, such as risks and evidence, are left out. It tells what the organization states, not that it conforms to a standard.",
			"Dit is een uittreksel uit de Verklaring van Toepasselijkheid voor lezers buiten de organisatie. Elke beheersmaatregel uit de verklaring staat erin. De registraties erachter, zoals risico's en bewijs, zijn weggelaten. Het vermeldt wat de organisatie verklaart, niet dat zij aan een norm voldoet.")},
		r.Table(l),
	}
	return doc
}

// Table is the redacted statement as one table in language l: a line for each
// control. Columns that the redaction does not allow are not there.
func (r Redacted) Table(l lang.Lang) report.Table {
	say := func(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(l) }
	t := report.Table{
		ID:      "controls",
		Caption: say("Controls", "Beheersmaatregelen"),
		Columns: []report.Column{
			{Title: say("Control", "Nummer")},
			{Title: say("Theme", "Thema"), Group: true},
			{Title: say("Title", "Beheersmaatregel"), Width: 30},
			{Title: say("Applicable", "Van toepassing")},
			{Title: say("Justification", "Onderbouwing"), Width: 28},
			{Title: say("Implemented", "Geïmplementeerd")},
		},
		Rows: make([]report.Row, 0, len(r.Rows)),
	}
	more := []struct {
		of     Field
		column report.Column
		cell   func(RedactedRow) report.Cell
	}{
		{FieldHow, report.Column{Title: say("How it is implemented", "Wijze van implementatie"), Width: 28}, func(x RedactedRow) report.Cell { return report.Text(x.How.In(l)) }},
		{FieldSince, report.Column{Title: say("Since", "Sinds"), Kind: report.KindDate}, func(x RedactedRow) report.Cell { return report.Day(x.Since.String()) }},
		{FieldOwner, report.Column{Title: say("Owner", "Eigenaar")}, func(x RedactedRow) report.Cell { return report.Text(x.Owner.In(l)) }},
		{FieldDocuments, report.Column{Title: say("Documents", "Documenten"), Width: 20}, func(x RedactedRow) report.Cell { return report.Text(texts(x.Documents, l)) }},
	}
	for _, m := range more {
		if slices.Contains(r.Allowed, m.of) {
			t.Columns = append(t.Columns, m.column)
		}
	}
	for _, x := range r.Rows {
		theme := say("Other controls", "Overige beheersmaatregelen")
		if x.Theme != 0 {
			theme = x.Theme.Label().In(l)
		}
		cells := []report.Cell{
			report.Text(x.Control), report.Text(theme), report.Text(x.Title.In(l)),
			x.applicable(l), x.justification(l), x.implemented(l),
		}
		for _, m := range more {
			if slices.Contains(r.Allowed, m.of) {
				cells = append(cells, m.cell(x))
			}
		}
		t.Rows = append(t.Rows, report.Row{Cells: cells})
	}
	return t
}

func yes(l lang.Lang) string { return lang.Text{EN: "yes", NL: "ja"}.In(l) }
func no(l lang.Lang) string  { return lang.Text{EN: "no", NL: "nee"}.In(l) }

func (x RedactedRow) applicable(l lang.Lang) report.Cell {
	switch x.Decision {
	case soa.Included:
		return report.Text(yes(l))
	case soa.Excluded:
		return report.Text(no(l))
	case soa.Undecided:
	}
	return report.Text(soa.Undecided.Label(l)).Toned(report.Unknown)
}

// justification is the organization's own words, when they are allowed, after
// the sorts of reasons.
func (x RedactedRow) justification(l lang.Lang) report.Cell {
	var lines []string
	for _, k := range x.Reasons {
		lines = append(lines, k.Label(l))
	}
	words := texts(x.Words, l)
	if x.Decision == soa.Excluded && words == "" {
		words = lang.Text{EN: "left out, with a recorded reason", NL: "uitgesloten, met vastgelegde reden"}.In(l)
	}
	if words != "" {
		lines = append(lines, words)
	}
	return report.Text(strings.Join(lines, "\n"))
}

func (x RedactedRow) implemented(l lang.Lang) report.Cell {
	switch {
	case x.Decision == soa.Excluded:
		return report.Cell{}
	case x.Implementation == isms.Implemented:
		return report.Text(yes(l)).Toned(report.Good)
	case x.Implementation == isms.NotImplemented:
		return report.Text(lang.Text{EN: "not (fully)", NL: "niet (volledig)"}.In(l)).Toned(report.Warn)
	default:
		return report.Text(lang.Text{EN: "not stated", NL: "niet opgegeven"}.In(l)).Toned(report.Unknown)
	}
}

func texts(list []isms.Text, l lang.Lang) string {
	words := make([]string, len(list))
	for i, t := range list {
		words[i] = t.In(l)
	}
	return strings.Join(words, "\n")
}
