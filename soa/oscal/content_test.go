package oscal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/soa/oscal"
	"github.com/ismskit/ismskit/soa/oscal/internal/sample"
)

// values are the texts of all members of a name, wherever they stand.
func values(t *testing.T, data []byte, name string) []string {
	t.Helper()
	var list []string
	for l := range strings.Lines(string(data)) {
		if rest, found := strings.CutPrefix(strings.TrimSpace(l), `"`+name+`": `); found {
			var s string
			if err := json.Unmarshal([]byte(strings.TrimSuffix(rest, ",")), &s); err != nil {
				t.Fatal(err)
			}
			list = append(list, s)
		}
	}
	return list
}

// Rows say how far they are in OSCAL's words: an exclusion is "not-applicable"
// with its reason, and what nobody knows has no word.
func TestPlanStates(t *testing.T) {
	control := func(ref isms.ControlID, i isms.Implementation, exclude isms.Text) isms.Control {
		return isms.Control{Common: isms.Common{ID: strings.ToLower(string(ref))}, Ref: ref, Implementation: i, Exclude: exclude}
	}
	s := soa.Compile(soa.Inputs{Controls: []isms.Control{
		control("A.5.1", isms.Implemented, nil), control("A.5.2", isms.Partial, nil), control("A.5.3", isms.Planned, nil),
		control("A.5.4", isms.NotImplemented, nil), control("A.5.5", "", isms.Plain("no authorities *here*")), control("A.5.6", "", nil),
	}}, sample.Today())
	s.Rows = s.Rows[:6]
	data, _ := written(t, func(w io.Writer, p oscal.Publication) ([]isms.Omission, error) {
		return oscal.WritePlan(w, oscal.Plan{Statement: s}, p)
	}, sample.Publication("", ""))
	want := []string{"implemented", "partial", "planned", "not-implemented", "not-applicable"}
	var got []string
	for _, state := range values(t, data, "state") {
		if state != "other" { // of the system
			got = append(got, state)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("states (-want +got)\n%s", diff)
	}
	if !strings.Contains(string(data), `"remarks": "no authorities \\*here\\*"`) {
		t.Error("the reason is not in the remarks of the state")
	}
}

// Somebody else with the same id does not become the owner.
func TestOwnerOfAnother(t *testing.T) {
	jan := isms.Individual{Common: isms.Common{ID: "jan"}, Name: "Jan Jansen"}
	in := soa.Inputs{Persons: []isms.Individual{jan}, Controls: []isms.Control{{Common: isms.Common{ID: "a.5.1", Owner: isms.LinkTo(jan)}, Ref: "A.5.1"}}}
	data, _ := written(t, func(w io.Writer, p oscal.Publication) ([]isms.Omission, error) {
		return oscal.WritePlan(w, oscal.Plan{Statement: soa.Compile(in, sample.Today()), Persons: in.Persons}, p)
	}, sample.Publication("", ""))
	for name, c := range map[string]struct {
		persons []isms.Individual
		want    isms.Link
	}{
		"the same":              {in.Persons, isms.LinkTo(jan)},
		"nobody":                {nil, isms.Link{}},
		"another of that id":    {[]isms.Individual{{Common: isms.Common{ID: "jan"}, Name: "Jan Pietersen"}}, isms.Link{}},
		"another of that name":  {[]isms.Individual{{Common: isms.Common{ID: "jan-2"}, Name: "Jan Jansen"}}, isms.Link{}},
		"among several of them": {[]isms.Individual{{Common: isms.Common{ID: "jan-2"}, Name: "Jan Jansen"}, jan}, isms.LinkTo(jan)},
	} {
		drafts, omissions, err := oscal.ReadPlan(bytes.NewReader(data), &oscal.ReadOptions{Persons: c.persons})
		if err != nil || len(drafts.Controls) != 1 || drafts.Controls[0].Owner != c.want {
			t.Errorf("%s: %+v, %v, want owner %s", name, drafts.Controls, err, c.want)
		}
		if told := strings.Contains(told(omissions), "oscal/party"); told == (c.want != isms.Link{}) {
			t.Errorf("%s: told %t that the owner is not known", name, told)
		}
	}
}

// Software never says that a requirement is met: only what is not is a finding,
// each about something that the document defines.
func TestNeverSatisfied(t *testing.T) {
	audit := isms.Audit{Common: isms.Common{ID: "a-1"}, Title: isms.Plain("Audit"), Performed: isms.Period{From: sample.Today(), To: sample.Today()}}
	for i, g := range []isms.Grade{isms.Major, isms.Minor, isms.Opportunity, isms.Strength} {
		audit.Findings = append(audit.Findings, isms.AuditFinding{
			ID: fmt.Sprint("f-", i), Title: isms.Plain(string(g)), Grade: g, Controls: []isms.ControlID{"A.5.1"}, Clauses: []string{"9.2"},
		})
	}
	in := oscal.Results{Audits: []isms.Audit{audit}, Day: sample.Today()}
	for _, v := range []isms.Verdict{isms.NoGap, isms.Gap, isms.Advice, isms.NeedsJudgement, isms.NotEvaluable, isms.NotTriggered} {
		in.Findings = append(in.Findings, isms.Finding{Rule: isms.Code("own/" + v), Verdict: v, Basis: isms.Basis{Kind: isms.Clause, Source: "ISO/IEC 27001:2022", Ref: "7.2"}})
	}
	data, _ := written(t, func(w io.Writer, p oscal.Publication) ([]isms.Omission, error) { return oscal.WriteResults(w, in, p) }, sample.Publication("", ""))
	targets := values(t, data, "target-id")
	want := []string{"A.5.1_obj", "iso27001_clause_9.2_obj", "A.5.1_obj", "iso27001_clause_9.2_obj", "iso27001_clause_7.2_obj"}
	if diff := cmp.Diff(want, targets); diff != "" {
		t.Errorf("targets (-want +got)\n%s", diff)
	}
	for _, state := range values(t, data, "state") {
		if state != "not-satisfied" {
			t.Errorf("state %s, want nothing but not-satisfied", state)
		}
	}
	for _, id := range targets {
		if !strings.Contains(string(data), `"id": "`+id+`"`) {
			t.Errorf("target %s is not defined", id)
		}
	}
	if n := len(values(t, data, "collected")); n != 4+5 {
		t.Errorf("%d observations, want 9: four of the audit, and each rule that was triggered", n)
	}
}

// Only what is open is in a plan of action.
func TestActionsOpen(t *testing.T) {
	day := sample.Today()
	action := func(done isms.Date) risk.Treatment {
		return risk.Treatment{Actions: []risk.Action{{ID: "a", Title: isms.Plain("act"), Done: done, Due: day}}}
	}
	common := func(id string, s isms.Status) isms.Common { return isms.Common{ID: id, Status: s} }
	in := oscal.Actions{
		Risks: []risk.Risk{
			{Common: common("done", ""), Treatment: action(day)},
			{Common: common("open", ""), Treatment: action(isms.Date{})},
			{Common: common("retired", isms.Retired), Treatment: action(isms.Date{})},
			{Common: common("untreated", "")},
		},
		Nonconformities: []isms.Nonconformity{{Common: common("closed", ""), Closed: day}, {Common: common("nc", "")}, {Common: common("gone", isms.Retired)}},
		Findings:        []isms.Finding{{Rule: "own/a", Verdict: isms.NoGap}, {Rule: "own/b", Verdict: isms.NotTriggered}, {Rule: "own/c", Verdict: isms.Advice}},
		Day:             day,
	}
	data, _ := written(t, func(w io.Writer, p oscal.Publication) ([]isms.Omission, error) { return oscal.WriteActions(w, in, p) }, sample.Publication("", ""))
	var doc struct {
		Plan struct {
			Items []struct {
				Title string `json:"title"`
			} `json:"poam-items"`
			Risks []struct {
				Deadline string `json:"deadline"`
			} `json:"risks"`
		} `json:"plan-of-action-and-milestones"`
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	var titles []string
	for _, i := range doc.Plan.Items {
		titles = append(titles, i.Title)
	}
	if diff := cmp.Diff([]string{"open", "nc", "own/c"}, titles); diff != "" {
		t.Errorf("items (-want +got)\n%s", diff)
	}
	if got := doc.Plan.Risks[0].Deadline; got != "2026-03-31T00:00:00Z" {
		t.Errorf("deadline = %q, want the last day of the actions that are open", got)
	}
}

func TestProfileExcludes(t *testing.T) {
	data, _ := written(t, func(w io.Writer, p oscal.Publication) ([]isms.Omission, error) {
		return oscal.WriteProfile(w, []isms.ControlID{"A.5.1", "A.5.2", "A.5.3"}, p)
	}, sample.Publication("", ""))
	changed := strings.Replace(string(data), `"include-controls"`, `"exclude-controls": [{"with-ids": ["A.5.2"]}], "include-controls"`, 1)
	ids, _, err := oscal.ReadProfile(strings.NewReader(changed), nil)
	if diff := cmp.Diff([]isms.ControlID{"A.5.1", "A.5.3"}, ids); err != nil || diff != "" {
		t.Errorf("%v, controls (-want +got)\n%s", err, diff)
	}
	all := strings.NewReplacer(`"include-controls"`, `"include-all": {}, "exclude-controls"`).Replace(string(data))
	ids, omissions, err := oscal.ReadProfile(strings.NewReader(all), nil)
	if err != nil || len(ids) != 0 || !strings.Contains(told(omissions), "oscal/whole") {
		t.Errorf("the whole of a catalogue: %v, %v, %v, want it told", ids, omissions, err)
	}
}

// Things keep their uuid, and the document has that of its content.
func TestDocumentUUID(t *testing.T) {
	write := func(system, edition string, ids ...isms.ControlID) string {
		p := sample.Publication("", "")
		p.System, p.Edition = system, edition
		data, _ := written(t, func(w io.Writer, p oscal.Publication) ([]isms.Omission, error) { return oscal.WriteProfile(w, ids, p) }, p)
		return values(t, data, "uuid")[0]
	}
	seen := map[string]bool{}
	for _, id := range []string{write("a", "1", "A.5.1"), write("a", "2", "A.5.1"), write("a", "1", "A.5.2"), write("b", "1", "A.5.1")} {
		seen[id] = true
	}
	if again := write("a", "1", "A.5.1"); len(seen) != 4 || !seen[again] {
		t.Errorf("%d uuids for four documents, want 4, each the same again", len(seen))
	}
	requirement := func(l lang.Lang, edition string) string {
		s := soa.Compile(soa.Inputs{Organization: isms.Organization{Name: isms.Plain("x")}}, sample.Today())
		p := sample.Publication(oscal.V113, l)
		p.Edition = edition
		data, _ := written(t, func(w io.Writer, p oscal.Publication) ([]isms.Omission, error) {
			return oscal.WritePlan(w, oscal.Plan{Statement: s}, p)
		}, p)
		_, rest, _ := strings.Cut(string(data), `"implemented-requirements"`)
		return values(t, []byte(rest), "uuid")[0]
	}
	if requirement(lang.EN, "1") != requirement(lang.NL, "2") {
		t.Error("a requirement has another uuid in another edition")
	}
}

func TestPublication(t *testing.T) {
	for name, change := range map[string]func(*oscal.Publication){
		"no system":       func(p *oscal.Publication) { p.System = "" },
		"two lines":       func(p *oscal.Publication) { p.System = "a\nb" },
		"a blank edition": func(p *oscal.Publication) { p.Edition = " " },
		"no moment":       func(p *oscal.Publication) { p.At = time.Time{} },
		"a version":       func(p *oscal.Publication) { p.Version = "1.0.0" },
	} {
		p := sample.Publication("", "")
		change(&p)
		var out bytes.Buffer
		if _, err := oscal.WriteProfile(&out, []isms.ControlID{"A.5.1"}, p); err == nil || out.Len() > 0 {
			t.Errorf("%s: %v and %d bytes, want an error and none", name, err, out.Len())
		}
	}
	p := sample.Publication("", "")
	for name, write := range map[string]func(w io.Writer) ([]isms.Omission, error){
		"profile": func(w io.Writer) ([]isms.Omission, error) { return oscal.WriteProfile(w, nil, p) },
		"plan":    func(w io.Writer) ([]isms.Omission, error) { return oscal.WritePlan(w, oscal.Plan{}, p) },
		"actions": func(w io.Writer) ([]isms.Omission, error) { return oscal.WriteActions(w, oscal.Actions{}, p) },
		"results": func(w io.Writer) ([]isms.Omission, error) { return oscal.WriteResults(w, oscal.Results{}, p) },
	} {
		if _, err := write(io.Discard); !errors.Is(err, oscal.ErrNothing) {
			t.Errorf("%s of nothing: %v, want %v", name, err, oscal.ErrNothing)
		}
	}
	twice := oscal.Results{Audits: []isms.Audit{{Common: isms.Common{ID: "a"}}, {Common: isms.Common{ID: "a"}}}}
	var out bytes.Buffer
	var problems *isms.ProblemError
	if _, err := oscal.WriteResults(&out, twice, p); !errors.As(err, &problems) || out.Len() > 0 {
		t.Errorf("two records of one id: %v and %d bytes, want problems and none", err, out.Len())
	}
}

// The rarer omissions, each from the least that makes it.
func TestRareOmissions(t *testing.T) {
	p := sample.Publication("", "")
	plan, err := os.ReadFile("testdata/foreign-plan.json")
	if err != nil {
		t.Fatal(err)
	}
	silent := strings.Replace(string(plan), `"There are no wires."`, `""`, 1)
	for code, made := range map[isms.Code]func() ([]isms.Omission, error){
		oscal.CodeNoPlace: func() ([]isms.Omission, error) {
			c := soa.Catalogue{ID: "x", Title: isms.Plain("x"), Controls: []soa.CatalogueControl{{Ref: "1"}, {Ref: "1"}}}
			return oscal.WriteCatalog(io.Discard, c, p)
		},
		oscal.CodeDay: func() ([]isms.Omission, error) {
			return oscal.WriteActions(io.Discard, oscal.Actions{Nonconformities: []isms.Nonconformity{{Common: isms.Common{ID: "n"}}}}, p)
		},
		oscal.CodeNoReason: func() ([]isms.Omission, error) {
			_, omissions, err := oscal.ReadPlan(strings.NewReader(silent), &oscal.ReadOptions{Catalogue: "x"})
			return omissions, err
		},
	} {
		omissions, err := made()
		if err != nil || !strings.Contains(told(omissions), string(code)) {
			t.Errorf("%s: %v, %v, want it told", code, told(omissions), err)
		}
	}
}
