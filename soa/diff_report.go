package soa

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/risk"
)

// Report is the difference as a document in language l: how many rows were
// added, removed and changed, and each cell with its old and new value and what
// caused it. Cells that only refer to a newer revision of a record, with the same
// content, are counted and not listed; findings follow from the rows.
func (d Difference) Report(l lang.Lang) report.Document {
	t, newer := d.table(l)
	doc := report.Document{
		Title: lang.Text{EN: "Changes in the Statement of Applicability", NL: "Wijzigingen in de Verklaring van Toepasselijkheid"}.In(l),
		Lang:  l,
		Meta:  slices.Concat(d.From.fields(lang.Text{EN: "From", NL: "Van"}, l), d.To.fields(lang.Text{EN: "To", NL: "Tot"}, l)),
	}
	counts := map[Change]int{}
	for i := range d.Rows {
		counts[d.Rows[i].What]++
	}
	summary := report.List{}
	for _, what := range []Change{Added, Removed, Changed} {
		summary.Items = append(summary.Items, report.Text(lang.Text{EN: "Controls {what}: {count}", NL: "Maatregelen {what}: {count}"}.Fill(l, map[string]string{
			"what": what.Label(l), "count": strconv.Itoa(counts[what]),
		})))
	}
	if newer > 0 {
		summary.Items = append(summary.Items, report.Text(lang.Text{
			EN: "Values that only refer to a newer revision of a record, with the same content: {count}",
			NL: "Waarden die alleen verwijzen naar een nieuwere revisie van een registratie, met dezelfde inhoud: {count}",
		}.Fill(l, map[string]string{"count": strconv.Itoa(newer)})))
	}
	doc.Blocks = append(doc.Blocks, summary)
	if len(t.Rows) == 0 {
		doc.Blocks = append(doc.Blocks, report.Paragraph(lang.Text{EN: "Nothing else differs.", NL: "Verder is er geen verschil."}.In(l)))
		return doc
	}
	doc.Blocks = append(doc.Blocks, t)
	return doc
}

func (m Moment) fields(name lang.Text, l lang.Lang) []report.Field {
	text := m.AsOf.String()
	if m.Seq > 0 {
		text += lang.Text{EN: " (record {seq} of the log)", NL: " (vastlegging {seq} van het logboek)"}.Fill(l, map[string]string{"seq": strconv.FormatInt(m.Seq, 10)})
	}
	return []report.Field{{Name: name.In(l), Value: report.Text(text)}}
}

// table has a line for each cell that is not just newer; those it counts.
func (d Difference) table(l lang.Lang) (t report.Table, newer int) {
	t = report.Table{
		ID:      "changes",
		Caption: lang.Text{EN: "Changes", NL: "Wijzigingen"}.In(l),
		Columns: []report.Column{
			{Title: controlTitle().In(l), Group: true},
			{Title: lang.Text{EN: "What", NL: "Wat"}.In(l)},
			{Title: lang.Text{EN: "Change", NL: "Wijziging"}.In(l)},
			{Title: lang.Text{EN: "Old", NL: "Oud"}.In(l), Width: 24},
			{Title: lang.Text{EN: "New", NL: "Nieuw"}.In(l), Width: 24},
			{Title: lang.Text{EN: "Cause", NL: "Oorzaak"}.In(l), Width: 24},
		},
	}
	w := wordsOf(l)
	add := func(heading string, cells []Cell) {
		for _, c := range cells {
			name, _, _ := strings.Cut(strings.TrimPrefix(c.Path, "/"), "/")
			label, shown := memberLabels()[name]
			if !shown {
				continue
			}
			if c.onlyNewer(name) {
				newer++
				continue
			}
			t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
				report.Text(heading), report.Text(label.In(l)), report.Text(c.What().Label(l)),
				report.Text(w.value(name, c.Old)), report.Text(w.value(name, c.New)), report.Text(d.cause(c.Causes, l)),
			}})
		}
	}
	add(lang.Text{EN: "The statement", NL: "De verklaring"}.In(l), d.Cells)
	for i := range d.Rows {
		r := &d.Rows[i]
		heading := strings.TrimSpace(r.Name + " " + r.Title.In(l))
		if r.What != Changed {
			heading += " (" + r.What.Label(l) + ")"
		}
		add(heading, r.Cells)
	}
	return t, newer
}

// memberLabels are the members of rows and statements that people read of.
func memberLabels() map[string]lang.Text {
	return map[string]lang.Text{
		"organization":   {EN: "Organization", NL: "Organisatie"},
		"scope":          {EN: "Scope", NL: "Toepassingsgebied"},
		"boundary":       {EN: "Statement of scope", NL: "Omschrijving toepassingsgebied"},
		"catalogues":     {EN: "Catalogue", NL: "Catalogus"},
		"label":          {EN: "Number", NL: "Nummer"},
		"title":          {EN: "Title", NL: "Titel"},
		"group":          {EN: "Heading", NL: "Groep"},
		"decision":       {EN: "Applicable", NL: "Van toepassing"},
		"reasons":        {EN: "Justification", NL: "Onderbouwing"},
		"against":        {EN: "Reason to leave it out", NL: "Reden van uitsluiting"},
		"facts":          {EN: "Speaks against leaving it out", NL: "Spreekt tegen uitsluiting"},
		"implementation": {EN: "Implementation", NL: "Implementatie"},
		"since":          {EN: "Implemented since", NL: "Geïmplementeerd sinds"},
		"how":            {EN: "How it is implemented", NL: "Wijze van implementatie"},
		"plan":           {EN: "Plan", NL: "Plan"},
		"due":            {EN: "Due", NL: "Gereed"},
		"maturity":       {EN: "Maturity", NL: "Volwassenheid"},
		"current":        {EN: "Greatest risk now", NL: "Hoogste risico nu"},
		"residual":       {EN: "Greatest residual risk", NL: "Hoogste restrisico"},
		"owner":          {EN: "Owner", NL: "Eigenaar"},
		"documents":      {EN: "Document", NL: "Document"},
		"evidence":       {EN: "Evidence", NL: "Bewijs"},
		"reviewDue":      {EN: "Next review", NL: "Volgende beoordeling"},
		"reviewOverdue":  {EN: "Review overdue", NL: "Beoordeling verlopen"},
		"records":        {EN: "Record of the control", NL: "Registratie van de maatregel"},
	}
}

// value is one value of a cell in words.
func (w words) value(member string, data json.RawMessage) string {
	if data == nil {
		return ""
	}
	switch member {
	case "decision":
		return w.decision(valueIn[Decision](data))
	case "implementation":
		return valueIn[isms.Implementation](data).Label(w.lang)
	case "label", "since", "due", "reviewDue":
		return valueIn[string](data)
	case "reviewOverdue":
		return w.yes
	case "boundary", "title", "group", "how", "plan", "current", "residual":
		return valueIn[isms.Text](data).In(w.lang)
	case "maturity":
		return w.maturity(data)
	case "organization", "scope", "catalogues", "owner":
		return lines(data, func(e Entry) string { return e.Name(w.lang) })
	case "documents", "evidence":
		return lines(data, func(e Entry) string {
			name := w.name(e) + e.documentMark(w.lang)
			if e.Stale && !e.Title.IsZero() {
				name += " (" + w.stale + ")"
			}
			return name
		})
	case "reasons", "against", "facts":
		return lines(data, func(r Reason) string {
			return strings.Join(append([]string{r.Path(w.lang)}, w.openActions(&Row{Reasons: []Reason{r}})...), "\n")
		})
	case "records":
		return lines(data, isms.Link.String)
	default:
		return string(data)
	}
}

// maturity is that of a control, or the scale of a statement.
func (w words) maturity(data json.RawMessage) string {
	var steps []string
	for i, step := range valueIn[risk.Scale](data).Steps {
		steps = append(steps, strconv.Itoa(i+1)+" "+step.Title.In(w.lang))
	}
	m := valueIn[isms.Maturity](data)
	for _, part := range []struct {
		name lang.Text
		step int
	}{{lang.Text{EN: "current: ", NL: "huidig: "}, m.Current}, {lang.Text{EN: "target: ", NL: "doel: "}, m.Target}} {
		if part.step > 0 {
			steps = append(steps, part.name.In(w.lang)+strconv.Itoa(part.step))
		}
	}
	return strings.Join(steps, ", ")
}

// valueIn is the value of a cell; the zero value when it is of another type.
func valueIn[T any](data json.RawMessage) T {
	var v, none T
	if json.Unmarshal(data, &v) != nil {
		return none
	}
	return v
}

// lines is each element of a value, one a line.
func lines[T any](data json.RawMessage, name func(T) string) string {
	values, _ := valuesOf[T](Cell{Old: data})
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = name(v)
	}
	return strings.Join(all, "\n")
}

// onlyNewer reports whether a cell differs in the revisions of records alone.
func (c Cell) onlyNewer(member string) bool {
	if c.Old == nil || c.New == nil {
		return false
	}
	switch member {
	case "records", "scope", "organization", "owner", "documents", "evidence":
		return sameBut(c, func(e *Entry) { e.Link.Rev = 0 }) || member == "records" && sameBut(c, func(l *isms.Link) { l.Rev = 0 })
	case "reasons", "against", "facts":
		return sameBut(c, func(r *Reason) {
			r.From.Link.Rev, r.Owner.Link.Rev = 0, 0
			r.Behind = slices.Clone(r.Behind)
			for i := range r.Behind {
				r.Behind[i].Link.Rev = 0
			}
			r.Actions = slices.Clone(r.Actions)
			for i := range r.Actions {
				r.Actions[i].Owner.Link.Rev = 0
			}
		})
	default:
		return false
	}
}

// sameBut reports whether old and new are the same when what clean removes is
// left out.
func sameBut[T any](c Cell, clean func(*T)) bool {
	old, now := valuesOf[T](c)
	for i := range old {
		clean(&old[i])
	}
	for i := range now {
		clean(&now[i])
	}
	return len(old) > 0 && reflect.DeepEqual(old, now)
}

// mostCauses is how many revisions a line prints; a Cell has all.
const mostCauses = 3

// cause tells the latest revisions behind a cell, or why there is none.
func (d Difference) cause(causes []Cause, l lang.Lang) string {
	switch {
	case len(causes) > 0:
	case !d.From.AsOf.Equal(d.To.AsOf):
		return lang.Text{EN: "no revision: the day itself, or what is not recorded", NL: "geen revisie: de dag zelf, of wat niet is vastgelegd"}.In(l)
	default:
		return lang.Text{EN: "no revision: something that is not recorded", NL: "geen revisie: iets wat niet is vastgelegd"}.In(l)
	}
	var list []string
	for _, c := range slices.Backward(causes) {
		if len(list) == mostCauses {
			list = append(list, lang.Text{EN: "and {count} before", NL: "en {count} eerder"}.Fill(l, map[string]string{"count": strconv.Itoa(len(causes) - mostCauses)}))
			break
		}
		list = append(list, c.Text(l))
	}
	return strings.Join(list, "\n")
}

// Text is the cause in language l: "2026-03-01 person:ann: yearly review
// [risk/r-014@7]".
func (c Cause) Text(l lang.Lang) string {
	s := isms.DateOf(c.Recorded.At).String() + " " + c.Recorded.By.String()
	if c.Recorded.Note != "" {
		s += ": " + c.Recorded.Note
	}
	if c.Deleted {
		s += lang.Text{EN: " (deleted)", NL: " (verwijderd)"}.In(l)
	}
	return s + " [" + c.Subject.String() + "]"
}
