package conformity

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/vuln"
)

// Assessment is what the rules found in the records on one day. It is a plain
// value: encoded as JSON it reads back unchanged.
type Assessment struct {
	Today isms.Date `json:"today,omitzero"`

	// Organization and Scope are what was looked at; unset when there is not
	// exactly one.
	Organization isms.Text `json:"organization,omitempty"`
	Scope        isms.Text `json:"scope,omitempty"`

	// Findings are in the order of [Rules], and within a rule by the id of their
	// subject. Each rule has at least one.
	Findings []isms.Finding `json:"findings"`

	// Names are the titles of the records that the findings name.
	Names map[isms.Link]isms.Text `json:"names,omitempty"`
}

// Rule is one thing that the records are read for.
type Rule struct {
	Code   isms.Code  // stable; its text is the rule's title
	Clause string     // where the subject is in ISO/IEC 27001:2022: "6.1.2 c 2"
	Basis  isms.Basis // what gives the rule its force

	check func(*probe)
}

// Title is what the rule is about, in language l.
func (r Rule) Title(l lang.Lang) string { return r.Code.Text(l, nil) }

// Repair is the least that would answer a finding of the rule, in language l.
func (r Rule) Repair(l lang.Lang) string { return (r.Code + "/repair").Text(l, nil) }

// Assess applies every rule to the records as of today. A rule yields one
// finding for each subject in trouble, or one that says no gap was found, that
// it was not triggered or that it cannot be evaluated. The same inputs in any
// order give the same assessment. O(n log n) for n records.
func Assess(in Inputs, today isms.Date) Assessment {
	s := newState(in, today)
	a := Assessment{Today: today}
	if len(s.Organizations) == 1 {
		a.Organization = s.Organizations[0].Name
	}
	if len(s.Scopes) == 1 {
		a.Scope = s.Scopes[0].Title
	}
	for _, r := range Rules() {
		p := probe{state: s, rule: &r}
		r.check(&p)
		a.Findings = append(a.Findings, p.findings()...)
	}
	a.Names = name(a.Findings, &s.Inputs)
	return a
}

// name fills in what people call the records that the findings name, and
// gives their titles.
func name(findings []isms.Finding, in *Inputs) map[isms.Link]isms.Text {
	labels := map[isms.Link]string{}
	for _, f := range findings {
		for _, fact := range f.Facts {
			labels[fact.Subject] = fact.Subject.ID
		}
	}
	titles, parties := map[isms.Link]isms.Text{}, map[string]string{}
	each(in, func(l isms.Link, label string, title isms.Text) {
		if _, wanted := labels[l]; wanted {
			labels[l] = cmp.Or(label, l.ID)
			titles[l] = title
		}
		if l.Kind == "person" || l.Kind == "role" {
			parties[l.Entity().String()] = cmp.Or(title.String(), l.ID)
		}
	})
	for _, f := range findings {
		if len(f.Facts) > 0 {
			f.Args["name"] = labels[f.Facts[0].Subject]
			f.Args["value"] = cmp.Or(parties[f.Args["value"]], f.Args["value"])
		}
	}
	return titles
}

// Count is the number of findings with a verdict.
func (a Assessment) Count(v isms.Verdict) int {
	n := 0
	for _, f := range a.Findings {
		if f.Verdict == v {
			n++
		}
	}
	return n
}

// state is what the rules look things up in.
type state struct {
	Inputs

	today     isms.Date
	persons   map[string]*isms.Individual
	roles     map[string]*isms.Role
	assets    map[string]*isms.Asset
	register  risk.Register
	statement soa.Statement
	vulns     vuln.Register
	included  map[isms.ControlID]*soa.Row
	top       map[string]bool // the persons of top management
}

func newState(in Inputs, today isms.Date) *state {
	s := &state{
		Inputs: in.Live(), today: today,
		persons:  map[string]*isms.Individual{},
		roles:    map[string]*isms.Role{},
		assets:   map[string]*isms.Asset{},
		included: map[isms.ControlID]*soa.Row{},
		top:      map[string]bool{},
	}
	for i := range s.Persons {
		s.persons[s.Persons[i].ID] = &s.Persons[i]
	}
	for i := range s.Assets {
		s.assets[s.Assets[i].ID] = &s.Assets[i]
	}
	for i := range s.Roles {
		r := &s.Roles[i]
		s.roles[r.ID] = r
		if slices.Contains(r.Duties, isms.DutyTopManagement) {
			for _, h := range r.Holders {
				s.top[string(h)] = true
			}
		}
	}
	s.register = risk.NewRegister(risk.Inputs{Risks: s.Risks, Methodologies: s.Methodologies, Controls: s.Controls, Decisions: s.Decisions}, today)
	slices.SortStableFunc(s.register.Rows, func(a, b risk.Row) int { return strings.Compare(a.Risk.ID, b.Risk.ID) })
	s.vulns = vuln.NewRegister(s.Vulns(), today)
	from := soa.Inputs{
		Controls: s.Controls, Risks: s.Risks, Requirements: s.Requirements, Documents: s.Documents, Evidence: s.Evidence,
		Methodologies: s.Methodologies, Assets: s.Assets, Persons: s.Persons, Roles: s.Roles,
		Incidents: s.Incidents, Suppliers: s.Suppliers,
	}
	if len(s.Scopes) == 1 && s.ISMS != "" {
		from.Scope = s.Scopes[0]
	}
	s.statement = soa.Compile(from, today)
	for i := range s.statement.Rows {
		if r := &s.statement.Rows[i]; r.Decision == soa.Included {
			s.included[r.Control] = r
		}
	}
	return s
}

// probe is one rule at work.
type probe struct {
	*state

	rule  *Rule
	seen  int         // records that the rule read
	facts []isms.Fact // what an absence of gaps rests on, when it is a few records
	out   []isms.Finding
}

// Messages that several rules share.
const (
	messageNoGap   = "no-gap"
	messageNothing = "nothing-yet"
)

// findings are what the rule said. A rule that read nothing and said nothing
// was not triggered: it never says that there is no gap.
func (p *probe) findings() []isms.Finding {
	switch {
	case len(p.out) > 0:
	case p.seen+len(p.facts) > 0:
		p.say(isms.NoGap, messageNoGap, p.facts...)
		p.out[0].Args = map[string]string{"count": strconv.Itoa(max(p.seen, len(p.facts)))}
	default:
		p.say(isms.NotTriggered, messageNothing)
	}
	return p.out
}

func (p *probe) say(v isms.Verdict, message string, facts ...isms.Fact) {
	f := isms.Finding{Rule: p.rule.Code, Verdict: v, Basis: p.rule.Basis, Message: isms.Code("conformity/" + message), Facts: facts}
	var values []string
	for _, fact := range facts {
		if fact.Value != "" && !slices.Contains(values, fact.Value) {
			values = append(values, fact.Value)
		}
	}
	if len(facts) > 0 { // the name is filled in at the end: see name
		f.Args = map[string]string{
			"value": strings.Join(values, ", "),
			"count": strconv.Itoa(len(facts)),
		}
	}
	p.out = append(p.out, f)
}

// fail says that the rule is not met: a gap or advice, as its basis has it.
func (p *probe) fail(message string, facts ...isms.Fact) {
	p.say(p.rule.Basis.Failed(), message, facts...)
}

func (p *probe) judge(message string, facts ...isms.Fact) {
	p.say(isms.NeedsJudgement, message, facts...)
}

func (p *probe) unknown(message string, facts ...isms.Fact) {
	p.say(isms.NotEvaluable, message, facts...)
}

// rely notes a record that an absence of gaps rests on.
func (p *probe) rely(facts ...isms.Fact) { p.facts = append(p.facts, facts...) }

func fact(kind string, c *isms.Common, path, value string) isms.Fact {
	return isms.Fact{Subject: isms.Link{Kind: kind, ID: c.ID, Rev: c.Rev}, Path: path, Value: value}
}

// element is the JSON Pointer of member of element i of a list.
func element(list string, i int, member string) string {
	return list + "/" + strconv.Itoa(i) + member
}
