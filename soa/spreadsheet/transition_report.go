package spreadsheet

import (
	"iter"
	"strings"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/soa"
)

// Report shows the draft in language l: the totals, what has to be decided, the
// merged controls, and every control with what it comes from.
func (d Draft) Report(l lang.Lang) report.Document {
	doc := report.Document{
		Title: lang.Text{EN: "Draft of a Statement of Applicability", NL: "Concept van een Verklaring van Toepasselijkheid"}.In(l),
		Lang:  l,
	}
	add := func(name lang.Text, value string) {
		if value != "" {
			doc.Meta = append(doc.Meta, report.Field{Name: name.In(l), Value: report.Text(value)})
		}
	}
	add(lang.Text{EN: "Source", NL: "Bron"}, d.Source)
	add(lang.Text{EN: "Edition of the source", NL: "Editie van de bron"}, Edition2013().In(l))
	add(lang.Text{EN: "Drafted for", NL: "Concept voor"}, lang.Text{
		EN: "ISO/IEC 27001:2022, 6.1.3 d", NL: "NEN-EN-ISO/IEC 27001:2023 (ISO/IEC 27001:2022), 6.1.3 d",
	}.In(l))
	add(lang.Text{EN: "State", NL: "Status"}, lang.Text{
		EN: "draft: nothing in it is decided", NL: "concept: niets hiervan is besloten",
	}.In(l))
	doc.Blocks = append(doc.Blocks,
		report.Heading{ID: "totals", Text: lang.Text{EN: "Summary", NL: "Samenvatting"}.In(l)}, d.totals(l))
	if len(d.Missing) > 0 {
		doc.Blocks = append(doc.Blocks, report.Note{Tone: report.Warn, Text: lang.Text{
			EN: "The source has no usable row for: ", NL: "De bron heeft geen bruikbare rij voor: ",
		}.In(l) + joinIDs(d.Missing)})
	}
	section := func(id string, title lang.Text, list iter.Seq[Proposal]) {
		doc.Blocks = append(doc.Blocks, report.Heading{ID: id, Text: title.In(l)}, proposals(title.In(l), list, l))
	}
	section("decide", lang.Text{EN: "To be decided", NL: "Te besluiten"}, func(yield func(Proposal) bool) {
		for _, p := range d.Proposals {
			if p.Decision == soa.Undecided && !yield(p) {
				return
			}
		}
	})
	section("merged", lang.Text{EN: "Merged controls", NL: "Samengevoegde beheersmaatregelen"}, d.Merged())
	section("all", lang.Text{EN: "All controls", NL: "Alle beheersmaatregelen"}, func(yield func(Proposal) bool) {
		for _, p := range d.Proposals {
			if !yield(p) {
				return
			}
		}
	})
	return doc
}

func (d Draft) totals(l lang.Lang) report.Table {
	t := report.Table{
		Caption: lang.Text{EN: "Number of controls", NL: "Aantal beheersmaatregelen"}.In(l),
		Columns: []report.Column{
			{Title: lang.Text{EN: "What", NL: "Wat"}.In(l)},
			{Title: lang.Text{EN: "Controls", NL: "Maatregelen"}.In(l), Kind: report.KindNumber},
		},
	}
	line := func(name string, n int) {
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{report.Text(name), report.Int(n)}})
	}
	decided := map[soa.Decision]int{}
	why := map[Why]int{}
	for _, p := range d.Proposals {
		decided[p.Decision]++
		why[p.Why]++
	}
	for _, x := range decisions() {
		line(x.Label(l), decided[x])
	}
	for _, w := range []Why{NewIn2022, Disagree, NoReason, Incomplete} {
		line(soa.Undecided.Label(l)+": "+w.Label(l), why[w])
	}
	line(lang.Text{EN: "Total", NL: "Totaal"}.In(l), len(d.Proposals))
	return t
}

func proposals(caption string, list iter.Seq[Proposal], l lang.Lang) report.Table {
	t := report.Table{
		Caption: caption,
		Columns: []report.Column{
			{Title: lang.Text{EN: "Control", NL: "Nummer"}.In(l)},
			{Title: lang.Text{EN: "Title", NL: "Beheersmaatregel"}.In(l), Width: 24},
			{Title: lang.Text{EN: "Draft", NL: "Concept"}.In(l), Width: 12},
			{Title: lang.Text{EN: "Implementation", NL: "Implementatie"}.In(l)},
			{Title: lang.Text{EN: "In the source", NL: "In de bron"}.In(l), Width: 40},
		},
	}
	for p := range list {
		k, _ := annexa.Lookup(p.Control)
		decision := report.Text(p.Decision.Label(l))
		if p.Decision == soa.Undecided {
			decision = report.Text(p.Decision.Label(l) + ": " + p.Why.Label(l)).Toned(report.Unknown)
		}
		var status report.Cell
		if p.Implementation != "" {
			status = report.Text(p.Implementation.Label(l))
		}
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Text(p.Control.String()), report.Text(k.Title.In(l)), decision, status, report.Text(p.source(l)),
		}})
	}
	return t
}

// source is what the statement said about the former controls.
func (p Proposal) source(l lang.Lang) string {
	var lines []string
	if len(p.From) > 0 {
		lines = append(lines, p.quote(l))
	}
	if len(p.Missing) > 0 {
		lines = append(lines, joinIDs(p.Missing)+lang.Text{EN: ": no answer in the source", NL: ": geen antwoord in de bron"}.In(l))
	}
	return strings.Join(lines, "\n")
}

func joinIDs(ids []annexa.ID2013) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = id.String()
	}
	return strings.Join(texts, ", ")
}
