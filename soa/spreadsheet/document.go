package spreadsheet

import (
	"cmp"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/soa"
)

// Document is the statement as a sheet to fill in and return, in language l.
// Controls are those that the statement was compiled from.
//
// XLSX comes back best. For CSV, take its [Table], and write a byte order mark
// (U+FEFF) before it: without one, Excel does not take it for UTF-8.
func Document(s soa.Statement, controls []isms.Control, l lang.Lang) report.Document {
	doc := report.Document{
		Title:    lang.Text{EN: "Statement of Applicability, to fill in", NL: "Verklaring van Toepasselijkheid, om in te vullen"}.In(l),
		Subtitle: s.Organization.Name(l),
		Lang:     l,
	}
	add := func(name lang.Text, value report.Cell) {
		if value.Text != "" {
			doc.Meta = append(doc.Meta, report.Field{Name: name.In(l), Value: value})
		}
	}
	add(lang.Text{EN: "Organization", NL: "Organisatie"}, report.Text(s.Organization.Name(l)))
	add(lang.Text{EN: "Scope", NL: "Toepassingsgebied"}, report.Text(s.Scope.Name(l)))
	add(lang.Text{EN: "As of", NL: "Peildatum"}, report.Day(s.AsOf.String()))
	add(lang.Text{EN: "State", NL: "Status"}, report.Text(lang.Text{
		EN: "a working copy, not approved", NL: "werkexemplaar, niet vastgesteld",
	}.In(l)))
	doc.Blocks = []report.Block{
		report.Note{Text: lang.Text{
			EN: "Change what is in the columns from “Applicable” on. Sorting, moving and deleting rows changes nothing; a row that is not returned stays as it is. " +
				"For a new control of your own, add a row with a title. Write days as 2026-03-01, and an owner as a name or as role/id. Leave the hidden columns as they are.",
			NL: "Wijzig wat in de kolommen vanaf ‘Van toepassing’ staat. Sorteren, verplaatsen en verwijderen van rijen wijzigt niets; een rij die niet terugkomt blijft zoals ze is. " +
				"Voeg voor een nieuwe eigen maatregel een rij met een titel toe. Schrijf datums als 2026-03-01 en een eigenaar als naam of als role/id. Laat de verborgen kolommen zoals ze zijn.",
		}.In(l)},
		Table(s, controls, l),
	}
	return doc
}

// Table is the table of [Document]: a row for each row of the statement. Its
// last columns are hidden; they hold what [Read] knows a row by.
func Table(s soa.Statement, controls []isms.Control, l lang.Lang) report.Table {
	records := make(map[isms.Link]*isms.Control, len(controls))
	for i := range controls {
		k := &controls[i]
		records[isms.Link{Kind: k.EntityKind(), ID: k.ID, Rev: k.Rev}] = k
	}
	t := report.Table{
		ID:      "soa",
		Caption: lang.Text{EN: "Controls", NL: "Beheersmaatregelen"}.In(l),
		Rows:    make([]report.Row, 0, len(s.Rows)),
	}
	lay := layout{lang: cmp.Or(l, lang.EN), scope: isms.Ref[isms.Scope](s.Scope.Link.ID)}
	for _, c := range columns() {
		lay.keys = append(lay.keys, c.key)
		t.Columns = append(t.Columns, report.Column{Title: c.title.In(l), Width: c.width, Kind: c.kind, Choices: choices(c.key, l)})
	}
	for _, title := range []string{lay.String(), titleRecord, titleSent} {
		t.Columns = append(t.Columns, report.Column{Title: title, Hidden: true})
	}
	for i := range s.Rows {
		t.Rows = append(t.Rows, line(&s.Rows[i], records, l))
	}
	return t
}

// choices are the texts that a column takes; none when it takes any.
func choices(key string, l lang.Lang) []string {
	var texts []string
	switch key {
	case keyApplicable:
		for _, d := range decisions() {
			texts = append(texts, d.Label(l))
		}
	case keyImplementation:
		for _, d := range degrees() {
			texts = append(texts, d.Label(l))
		}
	}
	return texts
}

func decisions() []soa.Decision {
	return []soa.Decision{soa.Included, soa.Excluded, soa.Undecided}
}

func degrees() []isms.Implementation {
	return []isms.Implementation{isms.Implemented, isms.Partial, isms.Planned, isms.NotImplemented}
}

// line is one row of the sheet. With several records of one control it is about
// the first of them by id, as the statement is.
func line(r *soa.Row, records map[isms.Link]*isms.Control, l lang.Lang) report.Row {
	var record isms.Control
	var link isms.Link
	if len(r.Records) > 0 {
		if k := records[r.Records[0]]; k != nil {
			record, link = *k, r.Records[0]
		}
	}
	var drivers []string
	for _, x := range r.Reasons {
		if x.Kind != soa.OwnDecision {
			drivers = append(drivers, x.Kind.Label(l)+": "+x.From.Name(l))
		}
	}
	shown := map[string]report.Cell{
		keyNumber:         report.Text(r.Name()),
		keyTitle:          report.Text(r.Title.In(l)),
		keyDrivers:        report.Text(strings.Join(drivers, "\n")),
		keyApplicable:     report.Text(r.Decision.Label(l)),
		keyImplementation: report.Text(record.Implementation.Label(l)),
	}
	if r.Decision == soa.Undecided {
		shown[keyApplicable] = shown[keyApplicable].Toned(report.Unknown)
	}
	if record.Implementation == "" {
		shown[keyImplementation] = report.Cell{}
	}
	var row report.Row
	for _, c := range columns() {
		cell, known := shown[c.key]
		switch {
		case known:
		case c.kind == report.KindDate:
			cell = report.Day(c.value(record, l))
		case c.key == keyOwner:
			cell = report.Text(ownerText(record.Owner, r.Owner.Title.In(l)))
		default:
			cell = report.Text(c.value(record, l))
		}
		row.Cells = append(row.Cells, cell)
	}
	was := sent{r.Decision, len(drivers) > 0, digest(shown[keyNumber].Text, shown[keyTitle].Text, shown[keyDrivers].Text)}
	row.Cells = append(row.Cells, report.Text(string(r.Control)), report.Text(link.String()), report.Text(was.String()))
	return row
}

// ownerText is "IT manager (role/it-manager)": for people, and certain.
func ownerText(owner isms.Link, name string) string {
	link := owner.Entity().String()
	if name == "" || link == "" {
		return link
	}
	return name + " (" + link + ")"
}
