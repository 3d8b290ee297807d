package oscal

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
)

// Actions is what a plan of action and milestones is written of.
type Actions struct {
	Risks           []risk.Risk          // those with an action that is not done count
	Nonconformities []isms.Nonconformity // those that are open count
	Findings        []isms.Finding       // those that something has to be done about count
	Day             isms.Date            // that the findings are of

	Persons []isms.Individual
	Roles   []isms.Role
}

// WriteActions writes what is still to be done as a plan of action and
// milestones: an item for each risk under treatment, open nonconformity, and
// finding that is not settled. It is ErrNothing when there is nothing to be
// done. What it passes over because nothing has to be done is no omission.
func WriteActions(w io.Writer, a Actions, p Publication) ([]isms.Omission, error) {
	b, err := newBuilder(p)
	if err != nil {
		return nil, err
	}
	b.meta.Title = b.say(lang.Text{EN: "Plan of action", NL: "Actieplan"})
	out := actionsFile{Plan: imported{Href: planName}, System: systemID{ID: p.System}}
	people := peopleOf(a.Persons, a.Roles)
	item := func(title, description string, of ...string) *actionItem {
		out.Items = append(out.Items, actionItem{UUID: b.ns.of(append([]string{"item"}, of...)...), Title: title, Description: description})
		return &out.Items[len(out.Items)-1]
	}
	for i := range a.Risks {
		r := &a.Risks[i]
		if r.Status == isms.Retired || !slices.ContainsFunc(r.Treatment.Actions, func(a risk.Action) bool { return a.Done.IsZero() }) {
			continue
		}
		entry := b.risk(r, people)
		out.Risks = append(out.Risks, entry)
		item(entry.Title, entry.Description, "risk", r.ID).Risks = []riskRef{{entry.UUID}}
	}
	for i := range a.Nonconformities {
		n := &a.Nonconformities[i]
		if n.Status == isms.Retired || !n.Open() {
			continue
		}
		entry, seen := b.nonconformity(n, people)
		out.Risks = append(out.Risks, entry)
		out.Observations = append(out.Observations, seen)
		made := item(entry.Title, entry.Description, "nonconformity", n.ID)
		made.Risks, made.Observations = []riskRef{{entry.UUID}}, []observedRef{{seen.UUID}}
	}
	for i, f := range a.Findings {
		if f.Verdict == isms.NoGap || f.Verdict == isms.NotTriggered {
			continue
		}
		seen := b.found(f, a.Day, spot{}.at("findings").index(i))
		out.Observations = append(out.Observations, seen)
		item(seen.Title, seen.Description, "finding", seen.UUID).Observations = []observedRef{{seen.UUID}}
	}
	if len(out.Items) == 0 {
		return nil, fmt.Errorf("oscal: plan of action: %w: nothing is open", ErrNothing)
	}
	out.Metadata, out.BackMatter = b.meta, b.backMatter()
	return b.write(w, file{Actions: &out})
}

// risk is a risk with its treatment.
func (b *builder) risk(r *risk.Risk, people people) riskEntry {
	at := spot{subject: isms.LinkTo(*r)}
	b.rest(at, r, carries(`/label /title /description /threat /vulnerability /consequence /owner /assets /source /objective
		/treatment/options /treatment/rationale /treatment/controls /treatment/actions/*/id /treatment/actions/*/title
		/treatment/actions/*/owner /treatment/actions/*/cost /treatment/actions/*/due /treatment/actions/*/done /treatment/actions/*/evidence`))
	e := riskEntry{
		UUID: b.ns.of("risk", r.ID), Title: b.title(r.Title, at.at("title"), r.ID),
		Description: b.prose(r.Description, at.at("description")), Status: "open",
		Props: b.fact(nil, "record", isms.Link{Kind: r.EntityKind(), ID: r.ID, Rev: r.Rev}.String(), at),
	}
	e.Props = b.fact(e.Props, "label", r.Label, at.at("label"))
	e.Description = cmp.Or(e.Description, e.Title)
	e.Statement = b.scenario(at, e.Title, []told{
		{lang.Text{EN: "Threat", NL: "Dreiging"}, "threat", r.Threat},
		{lang.Text{EN: "Vulnerability", NL: "Kwetsbaarheid"}, "vulnerability", r.Vulnerability},
		{lang.Text{EN: "Source", NL: "Bron"}, "source", r.Source},
		{lang.Text{EN: "Objective", NL: "Doel"}, "objective", r.Objective},
		{lang.Text{EN: "Consequence", NL: "Gevolg"}, "consequence", r.Consequence},
	})
	e.Props = b.owned(e.Props, r.Owner, people, at)
	for i, a := range r.Assets {
		e.Props = b.fact(e.Props, "asset", string(a), at.at("assets").index(i))
	}
	treatment := at.at("treatment")
	response := remediation{
		UUID: b.ns.of("treatment", r.ID), Lifecycle: "planned", Title: b.say(lang.Text{EN: "Risk treatment", NL: "Risicobehandeling"}),
		Description: b.prose(r.Treatment.Rationale, treatment.at("rationale")),
	}
	response.Description = cmp.Or(response.Description, response.Title)
	for i, o := range r.Treatment.Options {
		response.Props = b.fact(response.Props, "option", string(o), treatment.at("options").index(i))
	}
	for i, id := range r.Treatment.Controls {
		response.Props = b.fact(response.Props, "control", string(id), treatment.at("controls").index(i))
	}
	var last isms.Date
	dated := true
	for i, a := range r.Treatment.Actions {
		at := treatment.at("actions").index(i)
		t := b.task([]string{"risk", r.ID, a.ID}, a.Title, a.Due, a.Done, a.Owner, people, at)
		t.Props = b.fact(t.Props, "action", a.ID, at.at("id"))
		if !a.Cost.IsZero() {
			t.Props = b.fact(t.Props, "cost", a.Cost.String(), at.at("cost"))
		}
		t.Props = b.fact(t.Props, "evidence", string(a.Evidence), at.at("evidence"))
		response.Tasks = append(response.Tasks, t)
		if a.Done.IsZero() {
			dated = dated && !a.Due.IsZero()
			if a.Due.After(last) || last.IsZero() {
				last = a.Due
			}
		} else {
			e.Status = "remediating"
		}
	}
	if dated && inYears(last.Time()) {
		e.Deadline = b.moment(last, treatment)
	}
	e.Remediations = []remediation{response}
	return e
}

// told is a text with what it tells.
type told struct {
	label lang.Text
	path  string
	text  isms.Text
}

// scenario is a line for each text there is; otherwise when there is none.
func (b *builder) scenario(at spot, otherwise string, texts []told) string {
	var lines []string
	for _, t := range texts {
		if s := b.pick(t.text, at.at(t.path)); s != "" {
			lines = append(lines, b.say(t.label)+": "+s)
		}
	}
	return cmp.Or(markup(strings.Join(lines, "\n")), otherwise)
}

// owned adds who owns something where OSCAL has no place for a role.
func (b *builder) owned(props []prop, owner isms.Link, people people, at spot) []prop {
	if owner.IsZero() {
		return props
	}
	at = at.at("owner")
	if name := people[owner.Entity()]; !name.IsZero() {
		props = append(props, b.prop("owner-name", b.name(name, owner)))
	}
	return b.fact(props, "owner", owner.String(), at)
}

// task is an action.
func (b *builder) task(of []string, title isms.Text, due, done isms.Date, owner isms.Link, people people, at spot) task {
	t := task{
		UUID: b.ns.of(append([]string{"task"}, of...)...), Type: "action", Title: b.title(title, at.at("title"), "action"),
		Responsible: b.responsible(owner, people, nil, at.at("owner")),
	}
	if m := b.moment(due, at.at("due")); m != "" {
		t.Timing = &timing{}
		t.Timing.OnDate.Date = m
	}
	t.Props = b.fact(t.Props, "done", done.String(), at.at("done"))
	return t
}

// nonconformity is one with its actions, and how it was found.
func (b *builder) nonconformity(n *isms.Nonconformity, people people) (riskEntry, observation) {
	at := spot{subject: isms.LinkTo(*n)}
	b.rest(at, n, carries(`/label /title /description /grade /source /clauses /controls /correction /consequences /cause /extent
		/need /needReason /owner /occurred /closed /actions/*/id /actions/*/title /actions/*/owner /actions/*/due /actions/*/done
		/actions/*/criterion /actions/*/effect /actions/*/result /actions/*/evidence`))
	title := b.title(n.Title, at.at("title"), n.ID)
	seen := observation{
		UUID: b.ns.of("observation", "nonconformity", n.ID), Title: title, Description: cmp.Or(b.prose(n.Description, at.at("description")), title),
		Methods: []string{"UNKNOWN"}, Types: []string{"finding"}, Collected: b.since(n.Occurred, at.at("occurred")),
		Props: b.fact(nil, "record", isms.Link{Kind: n.EntityKind(), ID: n.ID, Rev: n.Rev}.String(), at),
	}
	seen.Props = b.fact(seen.Props, "label", n.Label, at.at("label"))
	seen.Props = b.fact(seen.Props, "grade", string(n.Grade), at.at("grade"))
	seen.Props = b.fact(seen.Props, "source", n.Source.String(), at.at("source"))
	seen.Props = b.owned(seen.Props, n.Owner, people, at)
	seen.Props = b.criteria(seen.Props, n.Clauses, n.Controls, at)
	e := riskEntry{
		UUID: b.ns.of("risk", "nonconformity", n.ID), Title: title, Description: seen.Description, Status: "open",
		Observations: []observedRef{{seen.UUID}},
		Statement:    b.scenario(at, title, []told{{lang.Text{EN: "Consequences", NL: "Gevolgen"}, "consequences", n.Consequences}}),
	}
	if !n.Closed.IsZero() {
		e.Status = "closed"
		e.Props = b.fact(e.Props, "closed", n.Closed.String(), at.at("closed"))
	}
	e.Props = b.note(e.Props, "cause", "text", n.Cause, at.at("cause"))
	e.Props = b.note(e.Props, "extent", "text", n.Extent, at.at("extent"))
	e.Props = b.fact(e.Props, "need", string(n.Need), at.at("need"))
	e.Props = b.note(e.Props, "need-reason", "text", n.NeedReason, at.at("needReason"))
	if s := b.prose(n.Correction, at.at("correction")); s != "" {
		e.Remediations = append(e.Remediations, remediation{
			UUID: b.ns.of("correction", n.ID), Lifecycle: "completed", Title: b.say(lang.Text{EN: "Correction", NL: "Correctie"}), Description: s,
		})
	}
	if len(n.Actions) > 0 {
		title := b.say(lang.Text{EN: "Corrective action", NL: "Corrigerende maatregel"})
		response := remediation{UUID: b.ns.of("corrective", n.ID), Lifecycle: "planned", Title: title, Description: title}
		for i, a := range n.Actions {
			at := at.at("actions").index(i)
			t := b.task([]string{"nonconformity", n.ID, a.ID}, a.Title, a.Due, a.Done, a.Owner, people, at)
			t.Props = b.fact(t.Props, "action", a.ID, at.at("id"))
			t.Props = b.note(t.Props, "criterion", "text", a.Criterion, at.at("criterion"))
			t.Props = b.fact(t.Props, "effect", string(a.Effect), at.at("effect"))
			t.Props = b.note(t.Props, "result", "text", a.Result, at.at("result"))
			t.Props = b.fact(t.Props, "evidence", string(a.Evidence), at.at("evidence"))
			response.Tasks = append(response.Tasks, t)
		}
		e.Remediations = append(e.Remediations, response)
	}
	return e, seen
}

// criteria adds the clauses and controls that something is about.
func (b *builder) criteria(props []prop, clauses []string, controls []isms.ControlID, at spot) []prop {
	for i, c := range clauses {
		props = b.fact(props, "clause", c, at.at("clauses").index(i))
	}
	for i, c := range controls {
		props = b.fact(props, "control", string(c), at.at("controls").index(i))
	}
	return props
}

// found is what a rule found: a text of ours, with its basis and facts.
func (b *builder) found(f isms.Finding, day isms.Date, at spot) observation {
	b.rest(at, f, carries("/rule /verdict /basis /message /args /facts/*/subject /facts/*/path /facts/*/value"))
	text := strings.ToValidUTF8(f.Text(cmp.Or(b.Lang, lang.EN)), "\ufffd")
	lines := []string{text, f.Verdict.Label(b.Lang) + ": " + f.Basis.String()}
	for _, fact := range f.Facts {
		lines = append(lines, strings.Join([]string{fact.Subject.String(), fact.Path, fact.Value}, " "))
	}
	seen := observation{
		UUID: b.findingID(f), Title: markup(cmp.Or(line(text), "-")),
		Description: markup(strings.ToValidUTF8(strings.Join(lines, "\n"), "\ufffd")), Methods: []string{"EXAMINE"}, Types: []string{"finding"},
		Collected: b.since(day, at),
	}
	seen.Props = b.fact(seen.Props, "rule", string(f.Rule), at.at("rule"))
	seen.Props = b.fact(seen.Props, "message", string(f.Message), at.at("message"))
	seen.Props = b.fact(seen.Props, "verdict", string(f.Verdict), at.at("verdict"))
	seen.Props = b.fact(seen.Props, "basis", string(f.Basis.Kind), at.at("basis"))
	return seen
}

// findingID is what a finding is known by: its rule, basis and subjects, and a
// number when that names several.
func (b *builder) findingID(f isms.Finding) string {
	name := []string{"finding", string(f.Rule), string(f.Message), f.Basis.String()}
	for _, fact := range f.Facts {
		name = append(name, fact.Subject.Entity().String(), fact.Path)
	}
	for n := 0; ; n++ {
		if id := b.ns.of(append(name, strconv.Itoa(n))...); !b.made[id] {
			b.made[id] = true
			return id
		}
	}
}
