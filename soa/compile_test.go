package soa_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
)

func control(id string, ref isms.ControlID) isms.Control {
	return isms.Control{Common: approved(id, ""), Ref: ref}
}

func TestDecision(t *testing.T) {
	const id = "A.8.12"
	controls := []isms.ControlID{id}
	retired := approved("x", "")
	retired.Status = isms.Retired
	excluded := control("c", id)
	excluded.Exclude = plain("not here")
	manual := control("c", id)
	manual.Include = plain("we want it")
	gone := excluded
	gone.Status = isms.Retired
	accepted := treats("r", id)
	accepted.Treatment.Options = []risk.Option{risk.Accept}
	requirement := func(from, until isms.Date) []isms.Requirement {
		return []isms.Requirement{{Common: approved("q", ""), Title: plain("Q"), Type: isms.RequirementStandard, Controls: controls, From: from, Until: until}}
	}
	policy := func(d isms.Document) []isms.Document {
		d.Title, d.Controls = plain("P"), controls
		return []isms.Document{d}
	}
	tests := []struct {
		name  string
		in    soa.Inputs
		want  soa.Decision
		kinds []soa.ReasonKind
	}{
		{"nothing recorded", soa.Inputs{}, soa.Undecided, nil},
		{"a record without a reason decides nothing", soa.Inputs{Controls: []isms.Control{control("c", id)}}, soa.Undecided, nil},
		{"a risk treatment drives", soa.Inputs{Risks: []risk.Risk{treats("r", id)}}, soa.Included, []soa.ReasonKind{soa.RiskTreatment}},
		{"an accepted risk that lists a control drives it", soa.Inputs{Risks: []risk.Risk{accepted}}, soa.Included, []soa.ReasonKind{soa.RiskTreatment}},
		{"a draft risk drives", soa.Inputs{Risks: []risk.Risk{{Common: isms.Common{ID: "r"}, Treatment: risk.Treatment{Controls: controls}}}}, soa.Included, []soa.ReasonKind{soa.RiskTreatment}},
		{"a retired risk does not drive", soa.Inputs{Risks: []risk.Risk{{Common: retired, Treatment: risk.Treatment{Controls: controls}}}}, soa.Undecided, nil},
		{"a requirement drives on its first day", soa.Inputs{Requirements: requirement(today, isms.Date{})}, soa.Included, []soa.ReasonKind{soa.Standard}},
		{"a requirement drives on its last day", soa.Inputs{Requirements: requirement(isms.Date{}, today)}, soa.Included, []soa.ReasonKind{soa.Standard}},
		{"a requirement does not drive the day before", soa.Inputs{Requirements: requirement(today.AddDays(1), isms.Date{})}, soa.Undecided, nil},
		{"a requirement does not drive the day after", soa.Inputs{Requirements: requirement(isms.Date{}, today.AddDays(-1))}, soa.Undecided, nil},
		{"an approved policy drives", soa.Inputs{Documents: policy(isms.Document{Common: approved("d", ""), Type: isms.DocumentPolicy})}, soa.Included, []soa.ReasonKind{soa.Policy}},
		{"a draft policy does not drive", soa.Inputs{Documents: policy(isms.Document{Common: isms.Common{ID: "d"}, Type: isms.DocumentPolicy})}, soa.Undecided, nil},
		{"a retired policy does not drive", soa.Inputs{Documents: policy(isms.Document{Common: retired, Type: isms.DocumentPolicy})}, soa.Undecided, nil},
		{"a policy does not drive before it is published", soa.Inputs{Documents: policy(isms.Document{Common: approved("d", ""), Type: isms.DocumentPolicy, Published: today.AddDays(1)})}, soa.Undecided, nil},
		{"a policy does not drive before it comes into force", soa.Inputs{Documents: policy(isms.Document{Common: isms.Common{ID: "d", Status: isms.Approved, Occurred: today.AddDays(1)}, Type: isms.DocumentPolicy})}, soa.Undecided, nil},
		{"a procedure does not drive", soa.Inputs{Documents: policy(isms.Document{Common: approved("d", ""), Type: isms.DocumentProcedure})}, soa.Undecided, nil},
		{"evidence does not drive", soa.Inputs{Evidence: []isms.Evidence{{Common: approved("e", ""), Title: plain("E"), Controls: controls}}}, soa.Undecided, nil},
		{"an own reason includes", soa.Inputs{Controls: []isms.Control{manual}}, soa.Included, []soa.ReasonKind{soa.OwnDecision}},
		{"a reason to leave it out excludes", soa.Inputs{Controls: []isms.Control{excluded}}, soa.Excluded, nil},
		{"a retired record decides nothing", soa.Inputs{Controls: []isms.Control{gone}}, soa.Undecided, nil},
		{"several reasons stand side by side", soa.Inputs{
			Requirements: requirement(isms.Date{}, isms.Date{}), Controls: []isms.Control{manual}, Risks: []risk.Risk{treats("r", id)},
		}, soa.Included, []soa.ReasonKind{soa.RiskTreatment, soa.Standard, soa.OwnDecision}},
		{"an exclusion does not win from a driver", soa.Inputs{Controls: []isms.Control{excluded}, Risks: []risk.Risk{treats("r", id)}}, soa.Included, []soa.ReasonKind{soa.RiskTreatment}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := row(t, soa.Compile(test.in, today), id)
			var kinds []soa.ReasonKind
			for _, x := range r.Reasons {
				kinds = append(kinds, x.Kind)
			}
			if r.Decision != test.want || !cmp.Equal(kinds, test.kinds) {
				t.Errorf("decision = %s by %v, want %s by %v", r.Decision, kinds, test.want, test.kinds)
			}
		})
	}
}

func TestContradictionIsKept(t *testing.T) {
	s := soa.Compile(bakery(), today)
	r := row(t, s, "A.5.20")
	if !r.Contradicted() || len(r.Against) != 1 {
		t.Errorf("A.5.20: contradicted = %v, against = %v, want one reason", r.Contradicted(), r.Against)
	}
	if row(t, s, "A.8.30").Contradicted() {
		t.Error("A.8.30: contradicted = true, want false for a plain exclusion")
	}
	if why := s.Why("A.5.20").Text(lang.EN); !strings.Contains(why, "Hosting agreement") || !strings.Contains(why, "no suppliers") {
		t.Errorf("Why(A.5.20) = %s, want both sides", why)
	}
}

func TestFindings(t *testing.T) {
	in := bakery()
	twice := control("c-zz", "A.8.24")
	twice.Implementation = isms.NotImplemented
	in.Controls = append(in.Controls, twice)
	in.Risks = append(in.Risks, treats("r-99", "A.9.99", "no-such"))
	s := soa.Compile(in, today)
	want := map[isms.Code]string{
		soa.RuleContradiction:  "A.5.20",
		soa.RuleNoStatus:       "A.5.9, A.5.34, A.8.24, A.9.99, no-such",
		soa.RuleDoubleRecord:   "A.8.24",
		soa.RuleUnknownControl: "A.9.99, no-such",
		soa.RuleNoCatalogue:    "nen7510:12.4.1",
	}
	for _, f := range s.Findings {
		if f.Basis.Kind != isms.Clause && f.Rule != soa.RuleDoubleRecord || f.Verdict == isms.NoGap {
			t.Errorf("finding %s: basis %v, verdict %s", f.Rule, f.Basis, f.Verdict)
		}
		if f.Rule == soa.RuleUndecided {
			if f.Args["count"] != "87" {
				t.Errorf("undecided = %s, want 87", f.Args["count"])
			}
			continue
		}
		if f.Args["have"] != want[f.Rule] {
			t.Errorf("finding %s = %q, want %q", f.Rule, f.Args["have"], want[f.Rule])
		}
		if strings.Contains(f.Text(lang.NL), "{") || f.Text(lang.NL) == f.Text(lang.EN) {
			t.Errorf("finding %s in Dutch = %q", f.Rule, f.Text(lang.NL))
		}
		delete(want, f.Rule)
	}
	if len(want) > 0 {
		t.Errorf("no finding for %v", want)
	}
}

// Two records of one control: one row, every reason, and no status that one of
// them denies.
func TestDoubleRecord(t *testing.T) {
	a, b := control("a", "A.5.1"), control("b", "A.5.1")
	a.Implementation, b.Implementation = isms.Implemented, isms.Implemented
	a.How, b.How = plain("how a"), plain("how b")
	a.Include, b.Exclude = plain("we want it"), plain("not here")
	r := row(t, soa.Compile(soa.Inputs{Controls: []isms.Control{b, a}}, today), "A.5.1")
	if r.Implementation != isms.Implemented || r.How.String() != "how a" || !r.Contradicted() || len(r.Records) != 2 {
		t.Errorf("agreeing records = %+v, want implemented, as record a has it, with a contradiction", r)
	}
	b.Implementation = ""
	r = row(t, soa.Compile(soa.Inputs{Controls: []isms.Control{a, b}}, today), "A.5.1")
	if r.Implementation != "" || r.Implemented() {
		t.Errorf("implementation = %q, want unknown where records disagree", r.Implementation)
	}
	c := control("c", "A.5.1") // agrees with neither: unknown stays unknown
	r = row(t, soa.Compile(soa.Inputs{Controls: []isms.Control{a, b, c}}, today), "A.5.1")
	if r.Implementation != "" {
		t.Errorf("implementation = %q, want unknown", r.Implementation)
	}
}

func TestEvidenceAndDocuments(t *testing.T) {
	k := control("c", "A.5.1")
	k.Evidence = []isms.Ref[isms.Evidence]{"e-10", "e-2", "gone"}
	k.Documents = []isms.Ref[isms.Document]{"d"}
	in := soa.Inputs{
		Controls: []isms.Control{k},
		Evidence: []isms.Evidence{
			{Common: approved("e-10", ""), Title: plain("Ten"), Expires: today},
			{Common: approved("e-2", ""), Title: plain("Two"), Expires: today.AddDays(-1), Controls: []isms.ControlID{"A.5.1"}},
		},
		Documents: []isms.Document{{Common: approved("d", ""), Title: plain("Doc"), Type: isms.DocumentProcedure, Controls: []isms.ControlID{"A.5.1"}}},
	}
	r := row(t, soa.Compile(in, today), "A.5.1")
	want := []soa.Entry{
		{Link: isms.Link{Kind: "evidence", ID: "e-2", Rev: 2}, Title: plain("Two"), Status: isms.Approved, Stale: true},
		{Link: isms.Link{Kind: "evidence", ID: "e-10", Rev: 2}, Title: plain("Ten"), Status: isms.Approved},
		{Link: isms.Link{Kind: "evidence", ID: "gone"}, Stale: true},
	}
	if diff := cmp.Diff(want, r.Evidence); diff != "" {
		t.Errorf("evidence (-want +got):\n%s", diff)
	}
	if len(r.Documents) != 1 || r.Documents[0].Name(lang.EN) != "Doc" {
		t.Errorf("documents = %v, want Doc once", r.Documents)
	}
}

func TestScopeOfStatement(t *testing.T) {
	of := func(r risk.Risk, scope isms.Ref[isms.Scope]) risk.Risk {
		r.ISMS = scope
		return r
	}
	in := soa.Inputs{
		Scope: isms.Scope{Common: approved("nl", ""), Title: plain("NL")},
		Risks: []risk.Risk{of(treats("a", "A.5.1"), "nl"), of(treats("b", "A.5.2"), "be"), treats("c", "A.5.3")},
	}
	s := soa.Compile(in, today)
	for id, want := range map[isms.ControlID]soa.Decision{"A.5.1": soa.Included, "A.5.2": soa.Undecided, "A.5.3": soa.Included} {
		if got := row(t, s, id).Decision; got != want {
			t.Errorf("%s of scope nl = %s, want %s", id, got, want)
		}
	}
	if last := s.Findings[len(s.Findings)-1]; last.Rule == soa.RuleSeveralISMS {
		t.Errorf("statement of scope nl has finding %s", last.Rule)
	}
	in.Scope = isms.Scope{}
	one := soa.Compile(soa.Inputs{Risks: in.Risks[:1]}, today)
	if last := one.Findings[len(one.Findings)-1]; last.Rule == soa.RuleSeveralISMS {
		t.Errorf("records of one management system have finding %s", last.Rule)
	}
	s = soa.Compile(in, today)
	last := s.Findings[len(s.Findings)-1]
	if last.Rule != soa.RuleSeveralISMS || last.Args["have"] != "be, nl" {
		t.Errorf("finding = %s %v, want %s for be, nl", last.Rule, last.Args, soa.RuleSeveralISMS)
	}
}

func TestTitlesOfTheHost(t *testing.T) {
	id := annexa.MustParseID("A.5.2")
	renamed := control("c", "A.5.3")
	renamed.Title = plain("House name")
	s := soa.Compile(soa.Inputs{
		Labels:   annexa.Labels{id: {EN: "Licensed title", NL: "Gelicentieerde titel"}},
		Controls: []isms.Control{renamed},
	}, today)
	if got := row(t, s, "A.5.2").Title.In(lang.NL); got != "Gelicentieerde titel" {
		t.Errorf("title of A.5.2 = %q, want the host's", got)
	}
	if got := row(t, s, "A.5.3").Title.In(lang.EN); got != "House name" {
		t.Errorf("title of A.5.3 = %q, want the record's", got)
	}
}

// A statement that was kept reads back as it was.
func TestStatementAsJSON(t *testing.T) {
	s := soa.Compile(bakery(), today)
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back soa.Statement
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s, back); diff != "" {
		t.Errorf("statement from JSON (-want +got):\n%s", diff)
	}
}

func TestWhyUnknownControl(t *testing.T) {
	why := soa.Compile(soa.Inputs{}, today).Why("A.9.99")
	if got, want := why.String(), "A.9.99 is not in this statement."; got != want || why.Decision != "" {
		t.Errorf("Why(A.9.99) = %q, %q, want %q", got, why.Decision, want)
	}
}

// A script may leave out ids: its records are still told apart.
func TestRecordsWithoutIDs(t *testing.T) {
	named := func(title string) risk.Risk {
		return risk.Risk{Title: plain(title), Treatment: risk.Treatment{Controls: []isms.ControlID{"A.7.9"}}}
	}
	s := soa.Compile(soa.Inputs{Risks: []risk.Risk{named("Theft"), named("Loss")}}, today)
	if got, want := cell(t, s, "A.7.9", 10), "Loss (draft), Theft (draft)"; got != want {
		t.Errorf("risks of A.7.9 = %q, want %q", got, want)
	}
	if why := s.Why("A.7.9").String(); strings.Contains(why, "[") {
		t.Errorf("Why(A.7.9) = %s, want no link to a record without an id", why)
	}
}

func TestNumberOfAnnexAIsNormalized(t *testing.T) {
	s := soa.Compile(soa.Inputs{Risks: []risk.Risk{treats("r", "A.5.1 ")}}, today)
	if got := row(t, s, "A.5.1").Decision; got != soa.Included || len(s.Rows) != 93 {
		t.Errorf("A.5.1 named with a blank = %s in %d rows, want included in 93", got, len(s.Rows))
	}
}

// What cannot be rated says so, and never reads as low.
func TestLevelOfARisk(t *testing.T) {
	in := bakery()
	in.Risks = in.Risks[1:]
	level := func() string { return row(t, soa.Compile(in, today), "A.8.12").Reasons[0].Level.In(lang.EN) }
	if got, want := level(), "high"; got != want {
		t.Errorf("level = %q, want %q", got, want)
	}
	in.Methodologies = nil
	if got, want := level(), risk.CodeOtherMethodology.Text(lang.EN, nil); got != want {
		t.Errorf("level without its methodology = %q, want %q", got, want)
	}
	in.Risks[0].Current = risk.Evaluation{}
	if got, want := level(), risk.CodeNotAssessed.Text(lang.EN, nil); got != want {
		t.Errorf("level of a risk not assessed = %q, want %q", got, want)
	}
}
