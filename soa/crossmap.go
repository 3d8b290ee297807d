package soa

import (
	"strings"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
)

// touch is what the statement has to say on the subject of a point of another
// framework: the furthest that any of its controls is.
type touch int

const (
	touchImplemented touch = iota // an applicable control that is implemented
	touchIncluded                 // applicable ones, none of them fully implemented or said to be
	touchNone                     // its controls are left out or undecided
	touchClauses                  // clauses of the standard only: no control has its subject
	touches
)

func (t touch) label(l lang.Lang) string {
	return [...]lang.Text{
		{EN: "an implemented control", NL: "een geïmplementeerde maatregel"},
		{EN: "an applicable control", NL: "een maatregel die van toepassing is"},
		{EN: "no applicable control", NL: "geen maatregel die van toepassing is"},
		{EN: "clauses of the standard only", NL: "alleen paragrafen van de norm"},
	}[t].In(l)
}

func (t touch) tone() report.Tone {
	return [...]report.Tone{report.Neutral, report.Warn, report.Unknown, report.Neutral}[t]
}

// CrossMap is a document in language l about another framework: for each of its
// points, which controls and clauses share its subject and what the statement
// says of these controls. To intersect is all that a cross map claims. Whether a
// point is met is for a person to judge, so there is no such column, and no
// percentage.
func (s Statement) CrossMap(m annexa.CrossMap, l lang.Lang) report.Document {
	rows := make(map[annexa.ID]*Row, len(s.Rows))
	for i := range s.Rows {
		if id, err := annexa.ParseID(string(s.Rows[i].Control)); err == nil && s.Rows[i].Theme != 0 {
			rows[id] = &s.Rows[i]
		}
	}
	table := report.Table{
		ID:      "points",
		Caption: lang.Text{EN: "Points and the controls that share their subject", NL: "Punten en de maatregelen met hetzelfde onderwerp"}.In(l),
		Columns: []report.Column{
			{Title: lang.Text{EN: "Part", NL: "Onderdeel"}.In(l), Group: true},
			{Title: lang.Text{EN: "Point", NL: "Punt"}.In(l), Width: 10},
			{Title: lang.Text{EN: "Shares its subject with", NL: "Deelt het onderwerp met"}.In(l), Width: 16},
			{Title: lang.Text{EN: "Controls (Annex A)", NL: "Beheersmaatregelen (bijlage A)"}.In(l), Width: 36},
			{Title: lang.Text{EN: "Clauses of ISO/IEC 27001", NL: "Paragrafen van ISO/IEC 27001"}.In(l), Width: 16},
		},
	}
	totals := report.Table{Caption: lang.Text{EN: "Number of points that share their subject with", NL: "Aantal punten met hetzelfde onderwerp als"}.In(l)}
	totals.Columns = []report.Column{table.Columns[0], {Title: lang.Text{EN: "Points", NL: "Punten"}.In(l), Kind: report.KindNumber}}
	totals.Columns[0].Group = false
	for t := range touches {
		totals.Columns = append(totals.Columns, report.Column{Title: t.label(l), Kind: report.KindNumber})
	}
	var parts []string
	counts := map[string][touches]int{}
	for p := range m.Points() {
		part := partOf(m.Framework, p.Ref)
		if _, known := counts[part]; !known {
			parts = append(parts, part)
		}
		t, controls := touched(p, rows, l)
		n := counts[part]
		n[t]++
		counts[part] = n
		var clauses []string
		for c := range p.Clauses() {
			clauses = append(clauses, c)
		}
		table.Rows = append(table.Rows, report.Row{Cells: []report.Cell{
			report.Text(part), report.Text(p.Ref), report.Text(t.label(l)).Toned(t.tone()),
			report.Text(strings.Join(controls, "\n")), report.Text(strings.Join(clauses, ", ")),
		}})
	}
	var all [touches]int
	for _, part := range parts {
		totals.Rows = append(totals.Rows, countRow(part, counts[part]))
		for t, n := range counts[part] {
			all[t] += n
		}
	}
	totals.Rows = append(totals.Rows, countRow(lang.Text{EN: "Total", NL: "Totaal"}.In(l), all))
	return report.Document{
		Title:    lang.Text{EN: "Statement of Applicability and ", NL: "Verklaring van Toepasselijkheid en "}.In(l) + m.Title.In(l),
		Subtitle: s.Organization.Name(l),
		Lang:     l,
		Meta:     append(s.mapped(l), mapControl(m, l)...),
		Blocks: []report.Block{
			intersects(m, l),
			report.Heading{ID: "totals", Text: lang.Text{EN: "Summary", NL: "Samenvatting"}.In(l)},
			totals,
			report.Heading{ID: "map", Text: lang.Text{EN: "Points", NL: "Punten"}.In(l)},
			table,
		},
	}
}

// touched is how far the furthest control of a point is, and each control with
// what the statement says of it.
func touched(p annexa.Point, rows map[annexa.ID]*Row, l lang.Lang) (touch, []string) {
	t, lines := touchClauses, []string(nil)
	for id := range p.Controls() {
		r := rows[id]
		if r == nil { // the statement is of something else: nothing is known
			r = &Row{Decision: Undecided}
		}
		state, of := r.Decision.Label(l), touchNone
		if r.Decision == Included {
			of = touchIncluded
			if r.Implementation == "" {
				state = lang.Text{EN: "applicable, implementation not stated", NL: "van toepassing, implementatie niet opgegeven"}.In(l)
			} else {
				state += ", " + r.Implementation.Label(l)
			}
			if r.Implementation == isms.Implemented {
				of = touchImplemented
			}
		}
		t = min(t, of)
		lines = append(lines, id.String()+": "+state)
	}
	return t, lines
}

func countRow(name string, n [touches]int) report.Row {
	sum := 0
	for _, k := range n {
		sum += k
	}
	cells := []report.Cell{report.Text(name), report.Int(sum)}
	for _, k := range n {
		cells = append(cells, report.Int(k))
	}
	return report.Row{Cells: cells}
}

// partOf is what the points of a framework are grouped by: the category of the
// CSF, the chapter of the Annex, the article.
func partOf(f annexa.Framework, ref string) string {
	end := map[annexa.Framework]string{annexa.NISTCSF2: "-", annexa.NIS2Regulation: ".", annexa.NIS2Directive: "("}[f]
	part, _, _ := strings.Cut(ref, end)
	return part
}

// mapped is the document control that says of whom and when this is.
func (s Statement) mapped(l lang.Lang) []report.Field {
	var meta []report.Field
	for _, f := range []report.Field{
		{Name: lang.Text{EN: "Organization", NL: "Organisatie"}.In(l), Value: report.Text(s.Organization.Name(l))},
		{Name: lang.Text{EN: "Scope", NL: "Toepassingsgebied"}.In(l), Value: report.Text(s.Scope.Name(l))},
		{Name: lang.Text{EN: "As of", NL: "Peildatum"}.In(l), Value: report.Day(s.AsOf.String())},
	} {
		if f.Value.Text != "" {
			meta = append(meta, f)
		}
	}
	return meta
}

func mapControl(m annexa.CrossMap, l lang.Lang) []report.Field {
	return []report.Field{
		{Name: lang.Text{EN: "Framework", NL: "Kader"}.In(l), Value: report.Text(m.Title.In(l))},
		{Name: lang.Text{EN: "Source of the map", NL: "Bron van de koppeling"}.In(l), Value: report.Text(m.Source.In(l))},
		{Name: lang.Text{EN: "Licence of the map", NL: "Licentie van de koppeling"}.In(l), Value: report.Text(m.Licence.In(l))},
	}
}

// intersects says what a cross map does not say.
func intersects(m annexa.CrossMap, l lang.Lang) report.Note {
	text := lang.Text{
		EN: "A control and a point intersect when they share a subject. Neither covers the other: a control that is implemented does not mean that the point is met. That is for a person to judge.",
		NL: "Een maatregel en een punt overlappen als ze een onderwerp delen. Geen van beide dekt de ander: dat een maatregel is geïmplementeerd, betekent niet dat aan het punt is voldaan. Dat is aan een mens om te beoordelen.",
	}.In(l)
	if m.Derived {
		text += " " + lang.Text{
			EN: "Nobody published this map: it is derived.",
			NL: "Niemand heeft deze koppeling gepubliceerd: ze is afgeleid.",
		}.In(l)
	}
	return report.Note{Text: text}
}
