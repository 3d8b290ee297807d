package pdca

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
)

// Report is the cycle as a document in language l: the wheel, the activities of
// each phase with the reasons for their standing, and the agenda.
func (c Cycle) Report(l lang.Lang) report.Document {
	doc := report.Document{
		Title:    lang.Text{EN: "Plan-do-check-act", NL: "Plan-do-check-act"}.In(l),
		Subtitle: c.Organization.In(l),
		Lang:     l,
		Meta:     c.meta(l),
		Blocks: []report.Block{
			report.Note{Text: lang.Text{
				EN: "Computed from what is recorded. \"Up to date in the records\" says that nothing recorded is open or late; what was never recorded is not seen, and how well anything was done is for people to judge.",
				NL: "Berekend uit wat is vastgelegd. \"Bij volgens de registraties\" zegt dat niets van wat is vastgelegd openstaat of te laat is; wat nooit is vastgelegd blijft buiten beeld, en hoe goed iets is gedaan is aan mensen om te beoordelen.",
			}.In(l)},
			report.Figure{
				ID:      "wheel",
				Caption: lang.Text{EN: "Activities by phase", NL: "Activiteiten per fase"}.In(l),
				SVG:     c.Wheel(l).SVG(),
			},
		},
	}
	for _, p := range Phases() {
		doc.Blocks = append(doc.Blocks, report.Heading{ID: string(p), Text: p.Label(l)}, c.phaseTable(p, l))
	}
	doc.Blocks = append(doc.Blocks,
		report.Heading{ID: "next", Text: lang.Text{EN: "Agenda", NL: "Agenda"}.In(l)}, c.Table(l))
	return doc
}

// Wheel is the picture of the cycle in language l: for each phase how many
// activities have each standing.
func (c Cycle) Wheel(l lang.Lang) report.Wheel {
	w := report.Wheel{Title: lang.Text{EN: "Plan-do-check-act", NL: "Plan-do-check-act"}.In(l)}
	for i, p := range Phases() {
		w.Phases[i] = report.Phase{Name: p.Label(l), Tone: c.tone(p)}
		for _, s := range Standings() {
			if n := c.Count(p, s); n > 0 {
				w.Phases[i].Lines = append(w.Phases[i].Lines, strconv.Itoa(n)+" "+s.Label(l))
			}
		}
	}
	return w
}

// tone is that of the standing in the phase that asks most.
func (c Cycle) tone(p Phase) report.Tone {
	for _, s := range Standings() {
		if c.Count(p, s) > 0 {
			return tone(s)
		}
	}
	return report.Unknown
}

func tone(s Standing) report.Tone {
	switch s {
	case Overdue:
		return report.Bad
	case NotStarted:
		return report.Unknown
	case InProgress:
		return report.Warn
	case UpToDate, NothingToDo:
	}
	return report.Neutral // good is not for records to say
}

// Table is the agenda as a table in language l, for [report.CSV] too.
func (c Cycle) Table(l lang.Lang) report.Table {
	t := report.Table{
		ID:      "agenda",
		Caption: lang.Text{EN: "What is due, by day", NL: "Wat er te doen is, op dag"}.In(l),
		Columns: []report.Column{
			{Title: lang.Text{EN: "Due", NL: "Uiterlijk"}.In(l), Kind: report.KindDate},
			{Title: lang.Text{EN: "State", NL: "Status"}.In(l)},
			{Title: lang.Text{EN: "What", NL: "Wat"}.In(l)},
			{Title: lang.Text{EN: "Of", NL: "Van"}.In(l), Width: 28},
			{Title: lang.Text{EN: "Owner", NL: "Eigenaar"}.In(l)},
			{Title: lang.Text{EN: "Record", NL: "Registratie"}.In(l)},
		},
	}
	late := len(c.Overdue())
	for i, item := range c.Agenda {
		state := report.Cell{}
		if i < late {
			state = report.Text(Overdue.Label(l)).Toned(report.Bad)
		}
		owner := report.Text(cmp.Or(item.Name.In(l), item.Owner.String()))
		if owner.Text == "" {
			owner = report.Text(lang.Text{EN: "nobody", NL: "niemand"}.In(l)).Toned(report.Unknown)
		}
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Day(item.Due.String()), state, report.Text(item.Text(l)), report.Text(item.Title.In(l)),
			owner, report.Text(item.Subject.String() + item.Path),
		}})
	}
	return t
}

func (c Cycle) meta(l lang.Lang) []report.Field {
	var meta []report.Field
	add := func(name lang.Text, value report.Cell) {
		if value.Text != "" {
			meta = append(meta, report.Field{Name: name.In(l), Value: value})
		}
	}
	add(lang.Text{EN: "Organization", NL: "Organisatie"}, report.Text(c.Organization.In(l)))
	add(lang.Text{EN: "Scope", NL: "Toepassingsgebied"}, report.Text(c.Scope.In(l)))
	add(lang.Text{EN: "As of", NL: "Peildatum"}, report.Day(c.Today.String()))
	add(lang.Text{EN: "Clauses of", NL: "Clausules van"}, report.Text(lang.Text{
		EN: "ISO/IEC 27001:2022",
		NL: "NEN-EN-ISO/IEC 27001:2023 (ISO/IEC 27001:2022)",
	}.In(l)))
	return meta
}

func (c Cycle) phaseTable(p Phase, l lang.Lang) report.Table {
	t := report.Table{
		Caption: lang.Text{EN: "Activities", NL: "Activiteiten"}.In(l),
		Columns: []report.Column{
			{Title: lang.Text{EN: "Activity", NL: "Activiteit"}.In(l), Width: 24},
			{Title: lang.Text{EN: "Clauses", NL: "Clausules"}.In(l)},
			{Title: lang.Text{EN: "Standing", NL: "Stand"}.In(l)},
			{Title: lang.Text{EN: "Because", NL: "Omdat"}.In(l), Width: 32},
			{Title: lang.Text{EN: "Records", NL: "Registraties"}.In(l)},
		},
	}
	for _, a := range c.Activities {
		if a.Phase != p {
			continue
		}
		var reasons, links []string
		for _, r := range a.Reasons {
			reasons = append(reasons, r.Text(l))
			links = append(links, factLinks(r.Facts, l)...)
		}
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Text(a.Title(l)),
			report.Text(strings.Join(a.Clauses, ", ")),
			report.Text(a.Standing.Label(l)).Toned(tone(a.Standing)),
			report.Text(strings.Join(reasons, "\n")),
			report.Text(strings.Join(links, "\n")),
		}})
	}
	return t
}

// maxLinks bounds what a cell lists; Cycle has them all.
const maxLinks = 10

func factLinks(facts []isms.Fact, l lang.Lang) []string {
	var links []string
	for _, f := range facts[:min(len(facts), maxLinks)] {
		links = append(links, strings.TrimSpace(f.Subject.String()+f.Path+" "+f.Value))
	}
	if more := len(facts) - maxLinks; more > 0 {
		links = append(links, lang.Text{EN: "and {n} more", NL: "en nog {n}"}.Fill(l, map[string]string{"n": strconv.Itoa(more)}))
	}
	return links
}
