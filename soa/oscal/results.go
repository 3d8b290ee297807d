package oscal

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// Results is what assessment results are written of.
type Results struct {
	Audits          []isms.Audit // that were performed
	Nonconformities []isms.Nonconformity
	Evidence        []isms.Evidence

	Findings []isms.Finding // of rules, on one day; what was not triggered is passed over
	Day      isms.Date

	Persons []isms.Individual
	Roles   []isms.Role
}

// WriteResults writes what audits and rules found as assessment results: a
// result for each audit, and one for the rules. Everything found is an
// observation. Only what does not meet a requirement is an OSCAL finding too,
// one for each control and clause it is about; nothing is ever said to be
// satisfied, for no software can tell. It is ErrNothing without audits and
// findings.
func WriteResults(w io.Writer, in Results, p Publication) ([]isms.Omission, error) {
	b, err := newBuilder(p)
	if err != nil {
		return nil, err
	}
	b.meta.Title = b.say(lang.Text{EN: "Results of audits and checks", NL: "Uitkomsten van audits en toetsen"})
	r := results{builder: b, Results: in, people: peopleOf(in.Persons, in.Roles), objectives: map[string]bool{}}
	for i := range in.Audits {
		r.out.Results = append(r.out.Results, r.audit(&in.Audits[i]))
	}
	if checks, some := r.checks(); some {
		r.out.Results = append(r.out.Results, checks)
	}
	if len(r.out.Results) == 0 {
		return nil, fmt.Errorf("oscal: results: %w: want audits or findings", ErrNothing)
	}
	for i := range in.Nonconformities {
		if n := &in.Nonconformities[i]; !b.made[b.ns.of("risk", "nonconformity", n.ID)] {
			b.omit(CodeDropped, spot{subject: isms.LinkTo(*n)}) // no finding names it
		}
	}
	plan := resource{
		UUID: b.ns.of("resource", "assessment-plan"), Title: b.say(lang.Text{EN: "Audit programme", NL: "Auditprogramma"}),
		Description: b.say(lang.Text{EN: "It is not published in OSCAL.", NL: "Het is niet in OSCAL gepubliceerd."}),
	}
	b.resources = append(b.resources, plan)
	r.out.Plan = imported{Href: "#" + plan.UUID}
	r.out.Metadata, r.out.BackMatter = b.meta, b.backMatter()
	return b.write(w, file{Results: &r.out})
}

// results is a document in the making.
type results struct {
	*builder
	Results

	people     people
	out        resultsFile
	objectives map[string]bool // that are defined
}

// wholeSystem is the target of what is about no control or clause in particular.
// Neither it nor that of a clause is a token of a control: "_" and no
// hexadecimal digits follow each other in them.
const wholeSystem = "iso27001_management_system"

// targets are the control ids of controls and clauses; the management system as
// a whole when there are none.
func (r *results) targets(controls []isms.ControlID, clauses []string) []string {
	var ids []string
	seen := map[string]bool{}
	add := func(id string, what string) {
		if id == "" || seen[id] {
			return
		}
		seen[id] = true
		ids = append(ids, id)
		if r.objectives[id] {
			return
		}
		r.objectives[id] = true
		if r.out.Definitions == nil {
			r.out.Definitions = &localDefinitions{}
		}
		r.out.Definitions.Objectives = append(r.out.Definitions.Objectives, objective{
			Control: id, Parts: []part{{ID: id + "_obj", Name: "assessment-objective", Prose: markup(strings.ToValidUTF8(what, "\ufffd"))}},
		})
	}
	for _, c := range controls {
		add(token(string(c)), r.say(lang.Text{EN: "Control ", NL: "Beheersmaatregel "})+string(c))
	}
	for _, c := range clauses {
		if c != "" {
			add("iso27001_clause_"+token("x" + c)[1:], r.say(lang.Text{EN: "ISO/IEC 27001:2022, clause ", NL: "ISO/IEC 27001:2022, paragraaf "})+c)
		}
	}
	if len(ids) == 0 {
		add(wholeSystem, r.say(lang.Text{EN: "The management system", NL: "Het managementsysteem"}))
	}
	return ids
}

// audit is the result of one audit.
func (r *results) audit(a *isms.Audit) result {
	at := spot{subject: isms.LinkTo(*a)}
	r.rest(at, a, carries(`/label /title /type /state /objective /extent /clauses /controls /auditors /performed /conclusion /report
		/findings/*/id /findings/*/title /findings/*/grade /findings/*/clauses /findings/*/controls /findings/*/evidence /findings/*/nonconformity`))
	out := result{
		UUID: r.ns.of("result", a.ID), Title: r.title(a.Title, at.at("title"), a.ID),
		Description: r.prose(a.Objective, at.at("objective")), Start: r.since(a.Performed.From, at.at("performed")),
		End: r.moment(a.Performed.To, at.at("performed")), Remarks: r.prose(a.Conclusion, at.at("conclusion")),
	}
	out.Description = cmp.Or(out.Description, out.Title)
	for _, f := range []struct{ name, value, path string }{
		{"record", isms.Link{Kind: a.EntityKind(), ID: a.ID, Rev: a.Rev}.String(), "id"},
		{"label", a.Label, "label"},
		{"audit", string(a.Type), "type"},
		{"state", string(a.State), "state"},
		{"report", string(a.Report), "report"},
	} {
		out.Props = r.fact(out.Props, f.name, f.value, at.at(f.path))
	}
	for i, l := range a.Auditors {
		out.Props = r.fact(out.Props, "auditor", l.String(), at.at("auditors").index(i))
		if name := r.people[l.Entity()]; !name.IsZero() {
			out.Props = append(out.Props, r.prop("auditor-name", r.name(name, l)))
		}
	}
	out.Props = r.criteria(out.Props, a.Clauses, a.Controls, at)
	out.Props = r.note(out.Props, "extent", "text", a.Extent, at.at("extent"))
	controls, clauses := a.Controls, a.Clauses
	for i := range a.Findings {
		f := &a.Findings[i]
		r.auditFinding(&out, a, f, at.at("findings").index(i))
		controls, clauses = append(slices.Clip(controls), f.Controls...), append(slices.Clip(clauses), f.Clauses...)
	}
	out.Reviewed = r.reviewed(controls, clauses)
	return out
}

// reviewed is what was looked at.
func (r *results) reviewed(controls []isms.ControlID, clauses []string) reviewed {
	var v reviewed
	v.Selections = append(v.Selections, struct {
		Include []reviewedControl `json:"include-controls"`
	}{})
	for _, id := range r.targets(controls, clauses) {
		v.Selections[0].Include = append(v.Selections[0].Include, reviewedControl{id})
	}
	return v
}

// auditFinding is what an auditor found.
func (r *results) auditFinding(out *result, a *isms.Audit, f *isms.AuditFinding, at spot) {
	title := r.title(f.Title, at.at("title"), f.ID)
	seen := observation{
		UUID: r.ns.of("observation", "audit", a.ID, f.ID), Title: title, Description: title, Methods: []string{"UNKNOWN"}, Types: []string{"finding"},
		Collected: r.since(a.Performed.To, at),
	}
	for _, p := range []struct{ name, value, path string }{
		{"finding", f.ID, "id"}, {"grade", string(f.Grade), "grade"}, {"nonconformity", string(f.Nonconformity), "nonconformity"},
	} {
		seen.Props = r.fact(seen.Props, p.name, p.value, at.at(p.path))
	}
	seen.Props = r.criteria(seen.Props, f.Clauses, f.Controls, at)
	for _, ref := range f.Evidence {
		seen.Evidence = append(seen.Evidence, r.evidence(ref, at))
	}
	out.Observations = append(out.Observations, seen)
	if !f.Grade.Nonconforming() {
		return
	}
	var risks []riskRef
	for i := range r.Nonconformities {
		n := &r.Nonconformities[i]
		if n.ID == "" || n.ID != string(f.Nonconformity) {
			continue
		}
		id := r.ns.of("risk", "nonconformity", n.ID)
		risks = []riskRef{{id}}
		if !r.made[id] { // not of another finding
			r.made[id] = true
			entry, found := r.nonconformity(n, r.people)
			out.Risks, out.Observations = append(out.Risks, entry), append(out.Observations, found)
		}
	}
	r.failed(out, seen, risks, f.Controls, f.Clauses)
}

// evidence is a record that a finding rests on.
func (r *results) evidence(ref isms.Ref[isms.Evidence], at spot) evidence {
	var title isms.Text
	for i := range r.Evidence {
		if r.Evidence[i].ID == string(ref) {
			title = r.Evidence[i].Title
		}
	}
	return evidence{Href: r.resource(ref.Link(), title, at), Description: markup(r.name(title, ref.Link()))}
}

// failed adds a finding for each thing that an observation shows a requirement
// of not to be met.
func (r *results) failed(out *result, seen observation, risks []riskRef, controls []isms.ControlID, clauses []string) {
	for _, id := range r.targets(controls, clauses) {
		f := finding{
			UUID: r.ns.of("failed", seen.UUID, id), Title: seen.Title, Description: seen.Description,
			Target: target{Type: "objective-id", ID: id + "_obj"}, Observations: []observedRef{{seen.UUID}}, Risks: risks,
		}
		f.Target.Status.State, f.Target.Status.Reason = "not-satisfied", "fail"
		out.Findings = append(out.Findings, f)
	}
}

// checks is the result of the rules; false when they have nothing to tell.
func (r *results) checks() (result, bool) {
	title := r.say(lang.Text{EN: "What the records show", NL: "Wat de registraties laten zien"})
	out := result{UUID: r.ns.of("result"), Title: title, Description: title, Start: r.since(r.Day, spot{}.at("day"))}
	var clauses []string
	var controls []isms.ControlID
	for i, f := range r.Findings {
		if f.Verdict == isms.NotTriggered {
			continue
		}
		at := spot{}.at("findings").index(i)
		seen := r.found(f, r.Day, at)
		out.Observations = append(out.Observations, seen)
		var clause []string
		var about []isms.ControlID
		if ref := f.Basis.Ref; f.Basis.Kind == isms.Clause && ref != "" {
			if isAnnexA(isms.ControlID(ref)) {
				about = []isms.ControlID{isms.ControlID(ref)}
			} else {
				clause = []string{ref}
			}
		}
		clauses, controls = append(clauses, clause...), append(controls, about...)
		if f.Verdict == isms.Gap {
			r.failed(&out, seen, nil, about, clause)
		}
	}
	out.Reviewed = r.reviewed(controls, clauses)
	return out, len(out.Observations) > 0
}
