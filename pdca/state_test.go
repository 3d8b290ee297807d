package pdca_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/pdca"
	"github.com/ismskit/ismskit/pdca/conformity"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/vuln"
)

type example struct {
	activity string
	name     string
	in       conformity.Inputs
	want     pdca.Standing
}

func documents(list ...isms.Document) conformity.Inputs { return conformity.Inputs{Documents: list} }

func planExamples() []example {
	draft, late, never := document("d", "5.2.e"), document("d", "5.2.e"), document("d", "5.2.e")
	draft.Status = isms.Draft
	late.Review = every(isms.Day(2025, 6, 29))
	never.Review = every(isms.Date{})
	unapproved := document("d", "6.2.g")
	unapproved.Approval.On = tomorrow
	open, lateRisk, lapsed := treated("r"), assessed("r", 1, 1), treated("r")
	open.Treatment.Approval = isms.Approval{}
	lateRisk.Review = every(isms.Day(2025, 6, 29))
	lapsed.Acceptance.On, lapsed.Acceptance.Until = yesterday, yesterday
	roles := func(left isms.Date) conformity.Inputs {
		return conformity.Inputs{
			Persons: []isms.Individual{{Common: common("p"), Name: "P", Left: left}},
			Roles: []isms.Role{{Common: common("ceo"), Title: plain("CEO"), Holders: []isms.Ref[isms.Individual]{"p"}, Duties: []isms.Duty{
				isms.DutyTopManagement, isms.DutyConformity, isms.DutyReporting,
			}}},
		}
	}
	scope := isms.Scope{Common: common("s"), Title: plain("S"), Statement: plain("All."), Approval: given("ceo")}
	scopeDraft, scopeLate := scope, scope
	scopeDraft.Status = isms.Draft
	scopeLate.Review = every(isms.Day(2025, 6, 29))
	decided := isms.Control{Common: common("c"), Ref: "A.5.1", Include: plain("Wanted.")}
	return []example{
		{"context", "nothing", conformity.Inputs{}, pdca.NotStarted},
		{"context", "an organization only", conformity.Inputs{Organizations: []isms.Organization{{Common: common("o")}}}, pdca.InProgress},
		{"context", "a document", documents(document("d", "4.1")), pdca.UpToDate},
		{"requirements", "nothing", conformity.Inputs{}, pdca.NotStarted},
		{"requirements", "one not taken up", conformity.Inputs{Requirements: []isms.Requirement{{Common: common("q")}}}, pdca.InProgress},
		{"requirements", "all taken up", conformity.Inputs{Requirements: []isms.Requirement{{Common: common("q"), Document: "d"}}}, pdca.UpToDate},
		{"requirements", "one that no longer binds", conformity.Inputs{Requirements: []isms.Requirement{{Common: common("q"), Until: yesterday}}}, pdca.NotStarted},
		{"scope", "nothing", conformity.Inputs{}, pdca.NotStarted},
		{"scope", "a draft", conformity.Inputs{Scopes: []isms.Scope{scopeDraft}}, pdca.InProgress},
		{"scope", "approved", conformity.Inputs{Scopes: []isms.Scope{scope}}, pdca.UpToDate},
		{"scope", "review overdue", conformity.Inputs{Scopes: []isms.Scope{scopeLate}}, pdca.Overdue},
		{"policy", "nothing", documents(document("d", "4.1")), pdca.NotStarted},
		{"policy", "a draft", documents(draft), pdca.InProgress},
		{"policy", "approved", documents(document("d", "5.2 e")), pdca.UpToDate},
		{"policy", "review overdue", documents(late), pdca.Overdue},
		{"policy", "never reviewed", documents(never), pdca.Overdue},
		{"roles", "nothing", conformity.Inputs{}, pdca.NotStarted},
		{"roles", "somebody here", roles(isms.Date{}), pdca.UpToDate},
		{"roles", "the last day", roles(today), pdca.UpToDate},
		{"roles", "nobody here", roles(yesterday), pdca.InProgress},
		{"risk-assessment", "nothing", risks(), pdca.NotStarted},
		{"risk-assessment", "one not assessed", risks(assessed("a", 1, 1), assessed("b", 0, 0)), pdca.InProgress},
		{"risk-assessment", "all assessed", risks(assessed("a", 1, 1)), pdca.UpToDate},
		{"risk-assessment", "review overdue", risks(lateRisk), pdca.Overdue},
		{"risk-assessment", "methodology not at hand", conformity.Inputs{Risks: []risk.Risk{assessed("a", 1, 1)}}, pdca.InProgress},
		{"risk-treatment", "nothing", risks(), pdca.NotStarted},
		{"risk-treatment", "acceptable risks only", risks(assessed("a", 1, 1)), pdca.NothingToDo},
		{"risk-treatment", "not approved", risks(open), pdca.InProgress},
		{"risk-treatment", "not assessed", risks(assessed("a", 0, 0)), pdca.InProgress},
		{"risk-treatment", "approved and accepted", risks(treated("r")), pdca.UpToDate},
		{"risk-treatment", "acceptance ended", risks(lapsed), pdca.Overdue},
		{"statement", "nothing", conformity.Inputs{}, pdca.NotStarted},
		{"statement", "one decision", conformity.Inputs{Controls: []isms.Control{decided}}, pdca.InProgress},
		{"objectives", "nothing", conformity.Inputs{}, pdca.NotStarted},
		{"objectives", "approved tomorrow", documents(unapproved), pdca.InProgress},
		{"objectives", "approved", documents(document("d", "6.2.g")), pdca.UpToDate},
	}
}

func doExamples() []example {
	k := func(state isms.Implementation, due isms.Date) conformity.Inputs {
		return conformity.Inputs{Controls: []isms.Control{{Common: common("c"), Ref: "A.5.1", Include: plain("Wanted."), Implementation: state, Due: due}}}
	}
	proof := func(clause string, expires isms.Date) conformity.Inputs {
		return conformity.Inputs{Evidence: []isms.Evidence{{Common: common("e"), Title: plain("E"), Clauses: []string{clause}, Expires: expires}}}
	}
	action := func(due, done isms.Date) conformity.Inputs {
		r := treated("r")
		r.Treatment.Actions = []risk.Action{{ID: "a", Title: plain("A"), Due: due, Done: done}}
		return risks(r)
	}
	incident := func(s isms.IncidentState) conformity.Inputs {
		return conformity.Inputs{Incidents: []isms.Incident{{Common: common("i"), State: s, Closed: yesterday}}}
	}
	noPolicy, fixed, nobodysRule := scanned(isms.Day(2026, 1, 1)), found(isms.Day(2026, 1, 1)), found(isms.Day(2026, 1, 1))
	noPolicy.Policies, nobodysRule.Policies = nil, nil
	fixed.Vulnerabilities[0].Decision = vuln.Decision{State: vuln.Fixed}
	never := scanned(yesterday)
	never.Scans = nil
	return []example{
		{"controls", "nothing", conformity.Inputs{}, pdca.NotStarted},
		{"controls", "unknown", k("", isms.Date{}), pdca.InProgress},
		{"controls", "implemented", k(isms.Implemented, yesterday), pdca.UpToDate},
		{"controls", "plan for today", k(isms.Planned, today), pdca.InProgress},
		{"controls", "plan for yesterday", k(isms.Partial, yesterday), pdca.Overdue},
		{"documents", "nothing", conformity.Inputs{}, pdca.NotStarted},
		{"documents", "approved", documents(document("d")), pdca.UpToDate},
		{"training", "nothing", conformity.Inputs{}, pdca.NotStarted},
		{"training", "valid", proof("7.2.d", today), pdca.UpToDate},
		{"training", "expired", proof("7.3", yesterday), pdca.Overdue},
		{"treatment-actions", "nothing", risks(), pdca.NotStarted},
		{"treatment-actions", "no actions", risks(treated("r")), pdca.NothingToDo},
		{"treatment-actions", "due today", action(today, isms.Date{}), pdca.InProgress},
		{"treatment-actions", "without a date", action(isms.Date{}, isms.Date{}), pdca.InProgress},
		{"treatment-actions", "due yesterday", action(yesterday, isms.Date{}), pdca.Overdue},
		{"treatment-actions", "done late", action(yesterday, today), pdca.UpToDate},
		{"incidents", "nothing", conformity.Inputs{}, pdca.NothingToDo},
		{"incidents", "open", incident(isms.IncidentResolved), pdca.InProgress},
		{"incidents", "closed", incident(isms.IncidentClosed), pdca.UpToDate},
		{"scans", "no assets", conformity.Inputs{}, pdca.NotStarted},
		{"scans", "nothing to scan", conformity.Inputs{Assets: []isms.Asset{{Common: common("a"), Type: isms.AssetPeople}}}, pdca.NothingToDo},
		{"scans", "fresh", scanned(yesterday), pdca.UpToDate},
		{"scans", "never", never, pdca.InProgress},
		{"scans", "old", scanned(isms.Day(2026, 5, 1)), pdca.Overdue},
		{"scans", "old, but nobody decided how often", noPolicy, pdca.InProgress},
		{"vulnerabilities", "no scans", conformity.Inputs{}, pdca.NotStarted},
		{"vulnerabilities", "none found", scanned(yesterday), pdca.NothingToDo},
		{"vulnerabilities", "in time", found(yesterday), pdca.InProgress},
		{"vulnerabilities", "late", found(isms.Day(2026, 1, 1)), pdca.Overdue},
		{"vulnerabilities", "nobody decided how soon", nobodysRule, pdca.InProgress},
		{"vulnerabilities", "fixed", fixed, pdca.UpToDate},
		{"measurement", "nothing", conformity.Inputs{}, pdca.NotStarted},
		{"measurement", "valid", proof("9.1", today), pdca.UpToDate},
		{"measurement", "expired", proof("9.1", yesterday), pdca.Overdue},
	}
}

func checkExamples() []example {
	audit := func(s isms.AuditState, planned, performed isms.Date) conformity.Inputs {
		return conformity.Inputs{Audits: []isms.Audit{{
			Common: common("a"), Type: isms.AuditInternal, State: s, Planned: isms.Period{To: planned}, Performed: isms.Period{To: performed},
		}}}
	}
	supplier := audit(isms.AuditReported, yesterday, yesterday)
	supplier.Audits[0].Type = isms.AuditSupplier
	review := func(planned, held isms.Date, every isms.Cadence) conformity.Inputs {
		m := isms.ManagementReview{Common: common("m"), Planned: planned}
		m.Occurred, m.Review.Every = held, every
		return conformity.Inputs{ManagementReviews: []isms.ManagementReview{m}}
	}
	decision := func(due, done isms.Date) conformity.Inputs {
		in := review(isms.Date{}, yesterday, isms.Cadence{})
		in.ManagementReviews[0].Decisions = []isms.Resolution{{ID: "d", Due: due, Done: done}}
		return in
	}
	nc := func(change func(*isms.Nonconformity)) conformity.Inputs {
		n := isms.Nonconformity{
			Common: common("n"), Correction: plain("Done."), Need: isms.ActionNeeded, Cause: plain("Haste."),
			Actions: []isms.CorrectiveAction{{ID: "a", Due: yesterday, Done: yesterday, Effect: isms.Effective}},
		}
		change(&n)
		return conformity.Inputs{Nonconformities: []isms.Nonconformity{n}}
	}
	asIs := func(*isms.Nonconformity) {}
	month := isms.Cadence{Every: 1, Unit: isms.Months}
	return []example{
		{"audit", "nothing", conformity.Inputs{}, pdca.NotStarted},
		{"audit", "of a supplier", supplier, pdca.NotStarted},
		{"audit", "planned", audit(isms.AuditPlanned, today, isms.Date{}), pdca.InProgress},
		{"audit", "not performed", audit(isms.AuditPlanned, yesterday, isms.Date{}), pdca.Overdue},
		{"audit", "performed", audit(isms.AuditPerformed, yesterday, yesterday), pdca.InProgress},
		{"audit", "reported", audit(isms.AuditReported, yesterday, yesterday), pdca.UpToDate},
		{"management-review", "nothing", conformity.Inputs{}, pdca.NotStarted},
		{"management-review", "planned", review(tomorrow, isms.Date{}, isms.Cadence{}), pdca.InProgress},
		{"management-review", "not held", review(yesterday, isms.Date{}, isms.Cadence{}), pdca.Overdue},
		{"management-review", "held", review(yesterday, yesterday, month), pdca.UpToDate},
		{"management-review", "long ago", review(isms.Date{}, isms.Day(2026, 5, 1), month), pdca.Overdue},
		{"nonconformities", "nothing", conformity.Inputs{}, pdca.NothingToDo},
		{"nonconformities", "judged", nc(asIs), pdca.UpToDate},
		{"nonconformities", "not corrected", nc(func(n *isms.Nonconformity) { n.Correction = nil }), pdca.InProgress},
		{"nonconformities", "no cause", nc(func(n *isms.Nonconformity) { n.Cause = nil }), pdca.InProgress},
		{"corrective-actions", "nothing", conformity.Inputs{}, pdca.NothingToDo},
		{"corrective-actions", "done", nc(asIs), pdca.UpToDate},
		{"corrective-actions", "needed", nc(func(n *isms.Nonconformity) { n.Actions = nil }), pdca.InProgress},
		{"corrective-actions", "late", nc(func(n *isms.Nonconformity) { n.Actions[0].Done = isms.Date{} }), pdca.Overdue},
		{"effectiveness", "nothing", conformity.Inputs{}, pdca.NothingToDo},
		{"effectiveness", "found", nc(asIs), pdca.UpToDate},
		{"effectiveness", "not checked", nc(func(n *isms.Nonconformity) { n.Actions[0].Effect = "" }), pdca.InProgress},
		{"effectiveness", "none", nc(func(n *isms.Nonconformity) { n.Actions[0].Effect = isms.Ineffective }), pdca.InProgress},
		{"decisions", "nothing", conformity.Inputs{}, pdca.NothingToDo},
		{"decisions", "open", decision(today, isms.Date{}), pdca.InProgress},
		{"decisions", "late", decision(yesterday, isms.Date{}), pdca.Overdue},
		{"decisions", "done", decision(yesterday, today), pdca.UpToDate},
	}
}

func examples() []example { return slices.Concat(planExamples(), doExamples(), checkExamples()) }

func find(t *testing.T, c pdca.Cycle, activity string) pdca.Activity {
	t.Helper()
	for _, a := range c.Activities {
		if a.Code == isms.Code("pdca/"+activity) {
			return a
		}
	}
	t.Fatalf("no activity %s", activity)
	return pdca.Activity{}
}

func TestStanding(t *testing.T) {
	for _, x := range examples() {
		t.Run(x.activity+": "+x.name, func(t *testing.T) {
			a := find(t, pdca.State(x.in, today), x.activity)
			if a.Standing != x.want {
				t.Errorf("standing = %s, want %s; because %v", a.Standing, x.want, a.Reasons)
			}
			if len(a.Reasons) == 0 {
				t.Error("no reason is given")
			}
		})
	}
}

// Every text exists in both languages, and none is unused.
func TestEveryTextIsSaid(t *testing.T) {
	said := map[string]bool{}
	for _, x := range examples() {
		c := pdca.State(x.in, today)
		for _, a := range c.Activities {
			said[string(a.Code)] = true
			for _, r := range a.Reasons {
				said[string(r.Code)] = true
				if s := r.Text(lang.NL); strings.ContainsAny(s, "{}") || s == string(r.Code) {
					t.Errorf("%s says %q", r.Code, s)
				}
			}
		}
		for _, item := range c.Agenda {
			said[string(item.What)] = true
		}
	}
	for e := range lang.Entries() {
		if strings.HasPrefix(e.Code, "pdca/") && !said[e.Code] {
			t.Errorf("%s: no case says it", e.Code)
		}
	}
}

// Every activity has an example of two standings or more.
func TestEveryActivityMoves(t *testing.T) {
	shown := map[string]map[pdca.Standing]bool{}
	for _, x := range examples() {
		if shown[x.activity] == nil {
			shown[x.activity] = map[pdca.Standing]bool{}
		}
		shown[x.activity][x.want] = true
	}
	for _, a := range pdca.State(conformity.Inputs{}, today).Activities {
		if n := len(shown[strings.TrimPrefix(string(a.Code), "pdca/")]); n < 2 {
			t.Errorf("%s: %d standings have an example, want 2 or more", a.Code, n)
		}
	}
}

func TestNothingRecorded(t *testing.T) {
	for _, day := range []isms.Date{today, {}} {
		c := pdca.State(conformity.Inputs{}, day)
		for _, a := range c.Activities {
			if a.Standing != pdca.NotStarted && a.Standing != pdca.NothingToDo {
				t.Errorf("%s = %s where nothing is recorded", a.Code, a.Standing)
			}
		}
		if len(c.Agenda) > 0 {
			t.Errorf("agenda = %v, want none", c.Agenda)
		}
		c.Report(lang.EN)
	}
}
