package pdca_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/internal/golden"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/pdca"
	"github.com/ismskit/ismskit/pdca/conformity"
	"github.com/ismskit/ismskit/risk"
)

// bakery is a small organization in the middle of its cycle.
func bakery() conformity.Inputs {
	in := found(isms.Day(2026, 6, 25))
	in.Assets[0].Owner = role("it")
	in.Organizations = []isms.Organization{{Common: common("bakery"), Name: both("Bakery", "Bakkerij")}}
	in.Persons = []isms.Individual{{Common: common("p-1"), Name: "Ann"}}
	in.Roles = []isms.Role{
		{Common: common("ceo"), Title: both("Director", "Directeur"), Duties: []isms.Duty{isms.DutyTopManagement}, Holders: []isms.Ref[isms.Individual]{"p-1"}},
		{Common: common("it"), Title: both("IT", "ICT")},
	}
	policy := document("policy", "5.2.e")
	policy.Title, policy.Review, policy.Owner = both("Policy", "Beleid"), every(isms.Day(2025, 6, 1)), role("ceo")
	in.Documents = []isms.Document{policy}
	r := treated("fire")
	r.Title, r.Review = both("Fire", "Brand"), every(isms.Day(2026, 2, 1))
	r.Treatment.Actions = []risk.Action{
		{ID: "a", Title: plain("Sprinklers"), Owner: isms.Link{Kind: "person", ID: "p-1"}, Due: yesterday},
		{ID: "b", Title: plain("Drill")},
	}
	in.Risks, in.Methodologies = []risk.Risk{r}, []risk.Methodology{methodology()}
	in.Controls = []isms.Control{{Common: common("c"), Ref: "A.8.13", Include: plain("Wanted."), Implementation: isms.Planned, Due: isms.Day(2026, 9, 1)}}
	in.Evidence = []isms.Evidence{{Common: common("e"), Title: plain("Course"), Clauses: []string{"7.2.d"}, Expires: isms.Day(2026, 12, 31)}}
	in.Audits = []isms.Audit{{Common: common("a"), Title: plain("Audit"), Type: isms.AuditInternal, State: isms.AuditPlanned, Planned: isms.Period{To: isms.Day(2026, 10, 1)}}}
	m := isms.ManagementReview{
		Common: common("m"), Title: plain("Review"), Chair: role("ceo"),
		Decisions: []isms.Resolution{{ID: "d", Title: plain("Hire"), Owner: role("gone"), Due: isms.Day(2026, 8, 1)}},
	}
	m.Occurred, m.Review.Every = isms.Day(2026, 1, 31), isms.Cadence{Every: 6, Unit: isms.Months}
	in.ManagementReviews = []isms.ManagementReview{m}
	in.Nonconformities = []isms.Nonconformity{{
		Common: common("n"), Title: plain("Late"), Correction: plain("Done."), Need: isms.ActionNeeded, Cause: plain("Haste."),
		Actions: []isms.CorrectiveAction{{ID: "x", Title: plain("Plan"), Due: isms.Day(2026, 7, 15)}},
	}}
	return in
}

func TestAgenda(t *testing.T) {
	c := pdca.State(bakery(), today)
	var got []string
	for _, item := range c.Agenda {
		got = append(got, fmt.Sprintf("%s %s %s%s %s", item.Due, item.What, item.Subject, item.Path, item.Owner))
	}
	want := []string{
		"2026-06-01 pdca/agenda/review document/policy@3/review role/ceo",
		"2026-06-29 pdca/agenda/treatment-action risk/fire@3/treatment/actions/0/due person/p-1",
		"2026-07-01 pdca/agenda/acceptance risk/fire@3/acceptance ",
		"2026-07-02 pdca/agenda/vulnerability finding/f-1@3 ",
		"2026-07-15 pdca/agenda/corrective-action nonconformity/n@3/actions/0/due ",
		"2026-07-29 pdca/agenda/scan scan/s-1@3/at role/it",
		"2026-07-31 pdca/agenda/management-review management-review/m@3/review/every role/ceo",
		"2026-08-01 pdca/agenda/decision management-review/m@3/decisions/0/due role/gone",
		"2026-09-01 pdca/agenda/control control/c@3/due ",
		"2026-10-01 pdca/agenda/audit audit/a@3/planned/to ",
		"2026-12-31 pdca/agenda/evidence evidence/e@3/expires ",
	}
	reviews := slices.DeleteFunc(slices.Clone(got), func(s string) bool { return !strings.Contains(s, "risk-review") })
	got = slices.DeleteFunc(got, func(s string) bool { return strings.Contains(s, "risk-review") })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("agenda (-want +got):\n%s", diff)
	}
	if len(reviews) != 1 {
		t.Errorf("risk reviews = %v, want one", reviews)
	}
	if n := len(c.Overdue()); n != 2 {
		t.Errorf("%d items are overdue, want 2", n)
	}
	if n := len(pdca.State(bakery(), isms.Day(2030, 1, 1)).Overdue()); n != len(c.Agenda) {
		t.Errorf("%d items are overdue in 2030, want all %d", n, len(c.Agenda))
	}
}

// What was done is off the agenda, what is for today is not late, and a day
// that nobody decided on is none.
func TestAgendaLeavesOut(t *testing.T) {
	in := bakery()
	in.Policies[0].Status = isms.Draft
	in.Risks[0].Treatment.Actions[0].Done = today
	in.ManagementReviews[0].Decisions[0].Done = today
	in.Nonconformities[0].Actions[0].Done = today
	in.Documents[0].Review = every(isms.Day(2025, 6, 30))
	c := pdca.State(in, today)
	for _, item := range c.Agenda {
		for _, gone := range []isms.Code{"scan", "vulnerability", "treatment-action", "decision", "corrective-action"} {
			if item.What == "pdca/agenda/"+gone {
				t.Errorf("the agenda has %s", item.What)
			}
		}
	}
	if c.Agenda[0].Due != today || len(c.Overdue()) != 0 {
		t.Errorf("first = %v, overdue = %v, want one for today and none", c.Agenda[0], c.Overdue())
	}
	in.Vulnerabilities[0].FirstKnown, in.Scans[0].At = isms.Day(2026, 1, 1), isms.Day(2026, 1, 1).Time()
	for _, activity := range []string{"scans", "vulnerabilities"} {
		if got := find(t, pdca.State(in, today), activity).Standing; got != pdca.InProgress {
			t.Errorf("%s by a draft policy = %s, want in progress", activity, got)
		}
	}
}

// Of several records the oldest delay and the latest day are told.
func TestReasons(t *testing.T) {
	in := conformity.Inputs{Documents: []isms.Document{document("a", "5.2.e"), document("b", "5.2.e"), document("c", "5.2.e")}}
	for i, last := range []isms.Date{isms.Day(2025, 4, 1), isms.Day(2025, 3, 1), isms.Day(2025, 5, 1)} {
		in.Documents[i].Review = every(last)
	}
	var got []string
	for _, r := range find(t, pdca.State(in, today), "policy").Reasons {
		got = append(got, r.Text(lang.EN))
	}
	want := []string{"3 of 3 policy documents are in force and approved", "overdue: 3, the oldest since 2026-03-01", "last on 2025-05-01"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}

// A day that passes changes the state, and nothing else does.
func TestDayByDay(t *testing.T) {
	in := conformity.Inputs{Documents: []isms.Document{document("d", "5.2.e")}}
	in.Documents[0].Review = every(isms.Day(2025, 6, 30))
	for _, x := range []struct {
		day  isms.Date
		want pdca.Standing
	}{{yesterday, pdca.UpToDate}, {today, pdca.UpToDate}, {tomorrow, pdca.Overdue}} {
		if got := find(t, pdca.State(in, x.day), "policy").Standing; got != x.want {
			t.Errorf("policy on %s = %s, want %s", x.day, got, x.want)
		}
	}
}

func TestOrderDoesNotMatter(t *testing.T) {
	in := bakery()
	for i := range 5 {
		r := in.Risks[0]
		r.ID = fmt.Sprintf("r-%d", i)
		in.Risks = append(in.Risks, r)
	}
	want := pdca.State(in, today)
	slices.Reverse(in.Risks)
	slices.Reverse(in.Roles)
	if diff := cmp.Diff(want, pdca.State(in, today)); diff != "" {
		t.Errorf("state (-want +got):\n%s", diff)
	}
}

func TestRetiredAndOtherSystems(t *testing.T) {
	in := bakery()
	in.Documents[0].Status = isms.Retired
	in.Audits[0].ISMS = "other"
	in.ISMS = "mine"
	c := pdca.State(in, today)
	for _, activity := range []string{"policy", "audit"} {
		if got := find(t, c, activity).Standing; got != pdca.NotStarted {
			t.Errorf("%s = %s, want not started", activity, got)
		}
	}
}

func TestCycleAsJSON(t *testing.T) {
	want := pdca.State(bakery(), today)
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got pdca.Cycle
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("cycle (-want +got):\n%s", diff)
	}
}

// The wheel counts each activity once.
func TestCountsAddUp(t *testing.T) {
	c := pdca.State(bakery(), today)
	total := 0
	for _, p := range pdca.Phases() {
		for _, s := range pdca.Standings() {
			total += c.Count(p, s)
		}
	}
	if total != len(c.Activities) {
		t.Errorf("counts add up to %d, want %d activities", total, len(c.Activities))
	}
}

func TestNothingClaimsConformity(t *testing.T) {
	claim := regexp.MustCompile(`(?i)complian|\bconform(s|e|ing|ant)?\b|voldoet|voldoen|in overeenstemming|certified|gecertificeerd|%|\bscore|all is well|alles in orde`)
	var texts []string
	for e := range lang.Entries() {
		if strings.HasPrefix(e.Code, "pdca/") || strings.HasPrefix(e.Code, "word/standing/") {
			texts = append(texts, e.Text.EN, e.Text.NL)
		}
	}
	for _, in := range []conformity.Inputs{{}, bakery()} {
		for _, l := range []lang.Lang{lang.EN, lang.NL} {
			texts = append(texts, render(t, report.Markdown, pdca.State(in, today).Report(l)))
		}
	}
	for _, s := range texts {
		if found := claim.FindString(s); found != "" {
			t.Errorf("%q in: %.300s", found, s)
		}
	}
}

func TestGolden(t *testing.T) {
	c := pdca.State(bakery(), today)
	for _, l := range []lang.Lang{lang.EN, lang.NL} {
		golden.Check(t, "bakery."+string(l)+".md", render(t, report.Markdown, c.Report(l)))
		golden.Check(t, "bakery."+string(l)+".csv", render(t, report.CSV, c.Table(l)))
		golden.Check(t, "bakery."+string(l)+".svg", c.Wheel(l).SVG().String())
		render(t, report.HTML, c.Report(l))
	}
}

func BenchmarkState(b *testing.B) {
	in := bakery()
	for i := range 2500 {
		r, d, n, v := in.Risks[0], in.Documents[0], in.Nonconformities[0], in.Vulnerabilities[0]
		r.ID, d.ID, n.ID, v.ID = fmt.Sprintf("r-%04d", i), fmt.Sprintf("d-%04d", i), fmt.Sprintf("n-%04d", i), fmt.Sprintf("f-%04d", i)
		in.Risks, in.Documents = append(in.Risks, r), append(in.Documents, d)
		in.Nonconformities, in.Vulnerabilities = append(in.Nonconformities, n), append(in.Vulnerabilities, v)
	}
	b.ReportAllocs()
	for b.Loop() {
		pdca.State(in, today)
	}
}
