package register

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/internal/natural"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
)

// Evidence is the index of evidence in language l: what asks for attention, a
// row for each record in the order of the numbers, and which records each
// control and each clause can rest on today. Evidence of the organization that
// expired, was retired or is not there yet stays in the index, marked.
func Evidence(in Inputs, today isms.Date, l lang.Lang) report.Document {
	w := newWriter(in, today, l)
	records := slices.DeleteFunc(slices.Clone(in.Evidence), func(e isms.Evidence) bool { return !w.counts(e.Common) })
	slices.SortStableFunc(records, func(a, b isms.Evidence) int {
		return natural.Compare(number(a.Common)+"\x00"+a.ID, number(b.Common)+"\x00"+b.ID)
	})
	return report.Document{
		Title:    w.say("Index of evidence", "Bewijsregister"),
		Subtitle: in.Organization.Name.In(l),
		Lang:     l,
		Meta: w.control(lang.Text{
			EN: "ISO/IEC 27001:2022, 7.5.3 and A.5.33",
			NL: "NEN-EN-ISO/IEC 27001:2023 (ISO/IEC 27001:2022), 7.5.3 en A.5.33",
		}, len(records)),
		Blocks: []report.Block{
			report.Heading{ID: "summary", Text: w.say("Summary", "Samenvatting")},
			w.evidenceAttention(records),
			report.Heading{ID: "index", Text: w.say("Evidence", "Bewijs")},
			w.evidenceTable(records),
			report.Heading{ID: "used", Text: w.say("By control and clause", "Naar beheersmaatregel en eis")},
			w.useTable(records),
		},
	}
}

// usable reports whether evidence can be relied on today: it is there, it was
// not retired, and it has not expired.
func (w writer) usable(e isms.Evidence) bool {
	return e.Fresh(w.today) && !e.Received.After(w.today)
}

func (w writer) evidenceAttention(records []isms.Evidence) report.Table {
	var expired, open, hash, owner, loose int
	for _, e := range records {
		if e.Status == isms.Retired {
			continue
		}
		if e.Expires.Before(w.today) {
			expired++
		}
		if e.Expires.IsZero() {
			open++
		}
		if e.Hash == "" {
			hash++
		}
		if e.Owner.IsZero() {
			owner++
		}
		if len(e.About) == 0 && len(e.Controls) == 0 && len(e.Clauses) == 0 {
			loose++
		}
	}
	return w.attention([]line{
		{"Expired", "Verlopen", expired},
		{"Without a last day on which it can be relied on", "Zonder laatste dag waarop erop mag worden gesteund", open},
		{"Without a hash: nobody can show that the file is the same", "Zonder hash: niet aan te tonen dat het bestand hetzelfde is", hash},
		{"Without an owner", "Zonder eigenaar", owner},
		{"About nothing: no record, control or clause", "Nergens over: geen registratie, beheersmaatregel of eis", loose},
	})
}

func (w writer) evidenceTable(records []isms.Evidence) report.Table {
	t := report.Table{
		ID:      "evidence",
		Caption: w.say("Evidence", "Bewijs"),
		Columns: []report.Column{
			{Title: w.say("No.", "Nr.")},
			{Title: w.say("What", "Wat"), Width: 24},
			{Title: w.say("Type", "Soort")},
			{Title: w.say("Covers", "Betreft periode"), Width: 14},
			{Title: w.say("Received", "Ontvangen"), Kind: report.KindDate},
			{Title: w.say("Expires", "Verloopt"), Kind: report.KindDate},
			{Title: w.say("Can be relied on", "Bruikbaar"), Width: 12},
			{Title: w.say("About", "Gaat over"), Width: 18},
			{Title: w.say("Controls", "Beheersmaatregelen")},
			{Title: w.say("Clauses", "Eisen")},
			{Title: w.say("Owner", "Eigenaar")},
			{Title: w.say("Location", "Vindplaats"), Width: 16},
			{Title: "Hash", Width: 12},
		},
	}
	for _, e := range records {
		about := make([]string, len(e.About))
		for i, l := range e.About {
			about[i] = w.name(l)
		}
		t.Rows = append(t.Rows, report.Row{ID: rowID("evidence", e.Common), Cells: []report.Cell{
			report.Text(number(e.Common)),
			report.Text(e.Title.In(w.lang)),
			report.Text(e.Type.Label(w.lang)),
			report.Text(w.period(e.Covers.From, e.Covers.To)),
			report.Day(e.Received.String()),
			report.Day(e.Expires.String()),
			w.reliable(e),
			report.Text(strings.Join(about, "\n")),
			report.Text(joined(e.Controls)),
			report.Text(joined(e.Clauses)),
			w.owner(e.Owner),
			report.Link(e.Location, e.Location),
			w.hash(e),
		}})
	}
	return t
}

func (w writer) reliable(e isms.Evidence) report.Cell {
	switch {
	case e.Status == isms.Retired:
		return report.Text(w.say("no, retired", "nee, vervallen")).Toned(report.Warn)
	case e.Expires.Before(w.today):
		return report.Text(w.say("no, expired", "nee, verlopen")).Toned(report.Warn)
	case e.Received.After(w.today):
		return report.Text(w.say("no, not received yet", "nee, nog niet ontvangen")).Toned(report.Warn)
	case e.Expires.IsZero():
		return report.Text(w.say("yes, no last day recorded", "ja, geen laatste dag vastgelegd")).Toned(report.Unknown)
	default:
		return report.Text(w.say("yes", "ja"))
	}
}

func (w writer) hash(e isms.Evidence) report.Cell {
	if e.Hash == "" {
		return report.Text(w.say("none", "geen")).Toned(report.Warn)
	}
	return report.Text(e.Hash)
}

// useTable is the index the other way around. A control that only has evidence
// nobody can rely on today has a row too.
func (w writer) useTable(records []isms.Evidence) report.Table {
	t := report.Table{
		ID:      "by-control",
		Caption: w.say("What each control and clause can rest on today", "Waar elke beheersmaatregel en eis vandaag op kan steunen"),
		Columns: []report.Column{
			{Title: w.say("Control or clause", "Beheersmaatregel of eis")},
			{Title: w.say("Usable", "Bruikbaar"), Kind: report.KindNumber},
			{Title: w.say("Evidence that can be relied on", "Bruikbaar bewijs"), Width: 40},
			{Title: w.say("Other evidence", "Overig bewijs"), Width: 30},
		},
	}
	usable, other := map[string][]string{}, map[string][]string{}
	for _, e := range records {
		name := number(e.Common)
		if title := e.Title.In(w.lang); title != "" {
			name += " " + title
		}
		into := other
		if w.usable(e) {
			into = usable
		}
		cited := map[string]bool{} // "5.2 e" and "5.2.e" are one clause
		for _, c := range e.Controls {
			cited[string(c)] = true
		}
		for _, c := range e.Clauses {
			cited[strings.ReplaceAll(c, " ", ".")] = true
		}
		for c := range cited {
			into[c] = append(into[c], name)
		}
	}
	all := maps.Clone(usable)
	maps.Copy(all, other)
	for _, c := range slices.SortedFunc(maps.Keys(all), byNumber) {
		n := report.Int(len(usable[c]))
		if len(usable[c]) == 0 {
			n = n.Toned(report.Warn)
		}
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{report.Text(c), n, report.Text(strings.Join(usable[c], "\n")), report.Text(strings.Join(other[c], "\n"))}})
	}
	return t
}

// byNumber puts clauses before controls, and both in the order of their numbers.
func byNumber(a, b string) int {
	return cmp.Or(natural.Compare(a, b), cmp.Compare(a, b))
}
