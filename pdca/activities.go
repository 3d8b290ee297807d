package pdca

import (
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
)

// activity is how an activity reads the records.
type activity struct {
	name    string
	phase   Phase
	clauses []string
	read    func(*records, *tally)
}

func activities() []activity {
	return []activity{
		{"context", Plan, []string{"4.1"}, context},
		{"requirements", Plan, []string{"4.2"}, requirements},
		{"scope", Plan, []string{"4.3"}, scope},
		{"policy", Plan, []string{"5.2"}, func(r *records, t *tally) { r.documents(t, "5.2", "5.2.e") }},
		{"roles", Plan, []string{"5.1", "5.3"}, roles},
		{"risk-assessment", Plan, []string{"6.1.2", "8.2"}, riskAssessment},
		{"risk-treatment", Plan, []string{"6.1.3"}, riskTreatment},
		{"statement", Plan, []string{"6.1.3 d"}, statement},
		{"objectives", Plan, []string{"6.2"}, func(r *records, t *tally) { r.documents(t, "6.2", "6.2.g") }},

		{"controls", Do, []string{"8.1", "8.3"}, controls},
		{"documents", Do, []string{"7.5"}, documents},
		{"training", Do, []string{"7.2", "7.3"}, func(r *records, t *tally) { r.evidence(t, "7.2", "7.2.d", "7.3") }},
		{"treatment-actions", Do, []string{"8.3"}, treatmentActions},
		{"incidents", Do, []string{"A.5.24", "A.5.26", "A.5.27"}, incidents},
		{"scans", Do, []string{"A.8.8"}, scans},
		{"vulnerabilities", Do, []string{"A.8.8"}, vulnerabilities},

		{"measurement", Check, []string{"9.1"}, func(r *records, t *tally) { r.evidence(t, "9.1") }},
		{"audit", Check, []string{"9.2"}, audits},
		{"management-review", Check, []string{"9.3"}, managementReview},

		{"nonconformities", Act, []string{"10.2 a", "10.2 b"}, nonconformities},
		{"corrective-actions", Act, []string{"10.2 c"}, correctiveActions},
		{"effectiveness", Act, []string{"10.2 d"}, effectiveness},
		{"decisions", Act, []string{"9.3.3", "10.1"}, decisions},
	}
}

// documents counts the documents for some clauses.
func (r *records) documents(t *tally, clauses ...string) {
	for i := range r.Documents {
		if d := &r.Documents[i]; isms.HasClause(d.Clauses, clauses...) {
			t.count(r.settled(d))
			t.didOn(d.Review.Last)
			t.review("document", &d.Common, r.today)
		}
	}
}

// evidence counts the evidence for some clauses; what expired is late.
func (r *records) evidence(t *tally, clauses ...string) {
	for i := range r.Evidence {
		if e := &r.Evidence[i]; isms.HasClause(e.Clauses, clauses...) {
			t.count(e.Fresh(r.today))
			t.didOn(e.Received)
			t.due("evidence", &e.Common, "/expires", e.Expires, r.today)
		}
	}
}

func context(r *records, t *tally) {
	r.documents(t, "4.1", "4.1.amd1")
	if t.total == 0 {
		for range r.Organizations {
			t.count(false)
		}
	}
}

func requirements(r *records, t *tally) {
	for i := range r.Requirements {
		q := &r.Requirements[i]
		if !q.Binding(r.today) {
			continue
		}
		t.count(len(q.Controls) > 0 || q.Document != "")
		t.review("requirement", &q.Common, r.today)
	}
}

func scope(r *records, t *tally) {
	for i := range r.Scopes {
		s := &r.Scopes[i]
		t.count(s.Status.InForce() && !s.Statement.IsZero() && r.approved(s.Approval))
		t.review("scope", &s.Common, r.today)
	}
}

func roles(r *records, t *tally) {
	if len(r.Roles) == 0 {
		return
	}
	for _, d := range []isms.Duty{isms.DutyTopManagement, isms.DutyConformity, isms.DutyReporting} {
		t.count(r.held(d))
	}
}

func riskAssessment(r *records, t *tally) {
	for i := range r.register.Rows {
		row := &r.register.Rows[i]
		t.count(row.Current.Rated())
		t.didOn(row.Risk.Current.On)
		if row.ReviewOverdue {
			t.overdue("risk", &row.Risk.Common, "/review", row.ReviewDue)
		}
	}
}

// riskTreatment counts the risks above the criteria, the unrated among them: a
// treatment is chosen, approved and what remains is accepted.
func riskTreatment(r *records, t *tally) {
	t.idle = len(r.register.Rows) > 0
	for i := range r.register.Rows {
		row := &r.register.Rows[i]
		if row.Current.Acceptable && len(row.Risk.Treatment.Options) == 0 {
			continue
		}
		treatment := row.Risk.Treatment
		chosen := len(treatment.Options) > 0
		approved := row.PlanApproved || len(treatment.Options) == 1 && treatment.Has(risk.Accept)
		t.count(chosen && approved && row.Acceptance == risk.AcceptanceValid)
		if row.Acceptance == risk.AcceptanceLapsed {
			t.overdue("risk", &row.Risk.Common, "/acceptance", row.AcceptedUntil)
		}
	}
}

// statement counts decisions, once one was made.
func statement(r *records, t *tally) {
	all, _ := r.statement.Totals()
	if decided := all.Included + all.Excluded; decided > 0 {
		t.done, t.total = decided, all.Controls
	}
}

func controls(r *records, t *tally) {
	for i := range r.statement.Rows {
		if row := &r.statement.Rows[i]; row.Decision == soa.Included {
			t.count(row.Implemented())
		}
	}
	for i := range r.Controls {
		if c := &r.Controls[i]; r.planned(c) {
			t.due("control", &c.Common, "/due", c.Due, r.today)
		}
	}
}

// planned reports whether a control still has a plan to carry out.
func (r *records) planned(c *isms.Control) bool {
	return !c.Due.IsZero() && c.Implementation != isms.Implemented && c.Exclude.IsZero()
}

func documents(r *records, t *tally) {
	for i := range r.Documents {
		d := &r.Documents[i]
		t.count(r.settled(d))
		t.review("document", &d.Common, r.today)
	}
}

func treatmentActions(r *records, t *tally) {
	t.idle = len(r.Risks) > 0
	for i := range r.Risks {
		k := &r.Risks[i]
		for j, a := range k.Treatment.Actions {
			t.action("risk", &k.Common, dueOf("/treatment/actions", j), a.Due, a.Done, r.today)
		}
	}
}

// action counts something with a day to be done on and a day it was.
func (t *tally) action(kind string, c *isms.Common, path string, due, done, today isms.Date) {
	t.count(!done.IsZero())
	t.didOn(done)
	switch {
	case !done.IsZero():
	case due.IsZero():
		t.undated++
	default:
		t.due(kind, c, path, due, today)
	}
}

func incidents(r *records, t *tally) {
	t.idle = true
	for i := range r.Incidents {
		n := &r.Incidents[i]
		t.count(!n.Open())
		t.didOn(n.Closed)
	}
}

// scans counts the assets that are or should be scanned. Without a policy in
// force nobody decided how often, so none is late.
func scans(r *records, t *tally) {
	t.idle = len(r.Assets) > 0
	for _, c := range r.vulns.Coverage {
		t.count(len(c.Reasons) == 0)
		if c.Scan == nil {
			t.undated++
			continue
		}
		day := isms.DateOf(c.Scan.At)
		t.didOn(day)
		if r.ruled {
			t.due("scan", &c.Scan.Common, "/at", r.nextScan(day), r.today)
		}
	}
}

func (r *records) nextScan(last isms.Date) isms.Date { return r.vulns.Policy.ScanEvery.Nth(last, 1) }

func vulnerabilities(r *records, t *tally) {
	t.idle = len(r.Scans) > 0
	for i := range r.vulns.Rows {
		row := &r.vulns.Rows[i]
		t.count(!row.Open)
		if r.ruled && row.Overdue {
			t.overdue("finding", &row.Finding.Common, "", row.Deadline)
		}
	}
}

func audits(r *records, t *tally) {
	for i := range r.Audits {
		a := &r.Audits[i]
		if a.Type != isms.AuditInternal {
			continue
		}
		done := r.performed(a)
		t.count(done && (a.State == isms.AuditReported || len(a.ReportedTo) > 0))
		switch {
		case done:
			t.didOn(a.Performed.To)
		case a.Planned.To.IsZero():
			t.undated++
		default:
			t.due("audit", &a.Common, "/planned/to", a.Planned.To, r.today)
		}
	}
}

func managementReview(r *records, t *tally) {
	for i := range r.ManagementReviews {
		m := &r.ManagementReviews[i]
		t.count(m.Held(r.today))
		switch {
		case m.Held(r.today):
			t.didOn(m.Occurred)
		case m.Planned.IsZero():
			t.undated++
		default:
			t.due("management-review", &m.Common, "/planned", m.Planned, r.today)
		}
	}
	if last := r.lastReview(); last != nil {
		t.due("management-review", &last.Common, "/review/every", last.Review.Every.Nth(last.Occurred, 1), r.today)
	}
}

func nonconformities(r *records, t *tally) {
	t.idle = true
	for i := range r.Nonconformities {
		n := &r.Nonconformities[i]
		judged := n.Need == isms.ActionNotNeeded || n.Need == isms.ActionNeeded && !n.Cause.IsZero()
		t.count(!n.Correction.IsZero() && judged)
		t.didOn(n.Closed)
	}
}

func correctiveActions(r *records, t *tally) {
	t.idle = true
	for i := range r.Nonconformities {
		n := &r.Nonconformities[i]
		if n.Need == isms.ActionNeeded && len(n.Actions) == 0 {
			t.count(false)
			t.undated++
		}
		for j, a := range n.Actions {
			t.action("nonconformity", &n.Common, dueOf("/actions", j), a.Due, a.Done, r.today)
		}
	}
}

func effectiveness(r *records, t *tally) {
	t.idle = true
	for i := range r.Nonconformities {
		for _, a := range r.Nonconformities[i].Actions {
			if a.Done.IsZero() {
				continue
			}
			t.count(a.Effect == isms.Effective)
			t.didOn(a.Checked.On)
		}
	}
}

func decisions(r *records, t *tally) {
	t.idle = true
	for i := range r.ManagementReviews {
		m := &r.ManagementReviews[i]
		for j, d := range m.Decisions {
			t.action("management-review", &m.Common, dueOf("/decisions", j), d.Due, d.Done, r.today)
		}
	}
}
