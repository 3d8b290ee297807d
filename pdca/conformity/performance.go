package conformity

import (
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
)

func performanceRules() []Rule {
	return []Rule{
		clause("measurement", "9.1", func(p *probe) { p.documented(nil, "9.1") }),
		own("audit-planned", "9.2.1", sourceDue, "", auditPlanned),
		practice("audit-yearly", "9.2.1", auditYearly),
		clause("audit-programme", "9.2.2", auditProgramme),
		clause("audit-results", "9.2.2", auditResults),
		clause("audit-criteria", "9.2.2 a", auditCriteria),
		clause("audit-independent", "9.2.2 b", auditIndependent),
		clause("audit-reported", "9.2.2 c", auditReported),
		own("review-planned", "9.3.1", sourceDue, "", reviewPlanned),
		practice("review-yearly", "9.3.1", reviewYearly),
		clause("review-chaired", "9.3.1", reviewChaired),
		clause("review-inputs", "9.3.2", reviewInputs),
		clause("review-results", "9.3.3", reviewResults),
		own("review-decisions", "9.3.3", sourceDue, "", reviewDecisions),
	}
}

// internal calls f for each internal audit that took place by today, or for
// the others.
func (p *probe) internal(performed bool, f func(*isms.Audit)) {
	for i := range p.Audits {
		a := &p.Audits[i]
		if a.Type == isms.AuditInternal && p.performed(a) == performed {
			f(a)
		}
	}
}

func (p *probe) performed(a *isms.Audit) bool {
	done := a.State == isms.AuditPerformed || a.State == isms.AuditReported
	return done && !a.Performed.To.IsZero() && !a.Performed.To.After(p.today)
}

func auditProgramme(p *probe) {
	var records []isms.Fact
	for i := range p.Audits {
		if a := &p.Audits[i]; a.Type == isms.AuditInternal && !a.Planned.To.IsZero() {
			records = append(records, fact("audit", &a.Common, "/planned/to", a.Planned.To.String()))
		}
	}
	p.documented(records, "9.2.2")
}

func auditResults(p *probe) {
	var records []isms.Fact
	var last *isms.Audit
	p.internal(true, func(a *isms.Audit) {
		last = a
		if len(a.Findings) > 0 || !a.Conclusion.IsZero() || a.Report != "" {
			records = append(records, fact("audit", &a.Common, "/performed/to", a.Performed.To.String()))
		}
	})
	if len(records) == 0 && last != nil {
		p.fail("audit-results/none", fact("audit", &last.Common, "/findings", ""))
		return
	}
	p.documented(records, "9.2.2")
}

func auditPlanned(p *probe) {
	p.internal(false, func(a *isms.Audit) {
		p.plan("audit", &a.Common, "/planned/to", a.Planned.To)
	})
}

// plan says that something that did not happen yet should have.
func (p *probe) plan(kind string, c *isms.Common, path string, day isms.Date) {
	if day.IsZero() {
		return
	}
	p.seen++
	if day.Before(p.today) {
		p.fail("overdue", fact(kind, c, path, day.String()))
	}
}

// auditYearly looks for the customary rhythm: the standard gives no number.
func auditYearly(p *probe) {
	var last *isms.Audit
	p.internal(true, func(a *isms.Audit) {
		if last == nil || a.Performed.To.After(last.Performed.To) {
			last = a
		}
	})
	if last != nil {
		p.year(fact("audit", &last.Common, "/performed/to", last.Performed.To.String()), last.Performed.To)
	}
}

func (p *probe) year(at isms.Fact, day isms.Date) {
	if day.AddMonths(12).Before(p.today) {
		p.fail("year", at)
		return
	}
	p.rely(at)
}

func auditCriteria(p *probe) {
	p.internal(true, func(a *isms.Audit) {
		p.seen++
		if len(a.Clauses)+len(a.Controls) == 0 {
			p.fail("audit-criteria/no-criteria", fact("audit", &a.Common, "/clauses", ""))
		}
		if a.Extent.IsZero() {
			p.fail("audit-criteria/no-extent", fact("audit", &a.Common, "/extent", ""))
		}
	})
}

// auditIndependent looks for auditors of their own work: owners of an audited
// control, and who answers for the management system. Only people can weigh it.
func auditIndependent(p *probe) {
	owners := map[isms.ControlID][]*isms.Control{}
	for i := range p.Controls {
		c := &p.Controls[i]
		owners[c.Name()] = append(owners[c.Name()], c)
	}
	p.internal(true, func(a *isms.Audit) {
		p.seen++
		if len(a.Auditors) == 0 {
			p.unknown("audit-independent/no-auditor", fact("audit", &a.Common, "/auditors", ""))
			return
		}
		facts := p.ownWork(a, owners)
		if len(facts) > 0 {
			at := fact("audit", &a.Common, "/auditors", "")
			p.judge("audit-independent/own-work", append([]isms.Fact{at}, facts...)...)
		}
	})
}

func (p *probe) ownWork(a *isms.Audit, owners map[isms.ControlID][]*isms.Control) []isms.Fact {
	var facts []isms.Fact
	for _, auditor := range a.Auditors {
		for _, id := range a.Controls {
			for _, c := range owners[id] {
				if p.same(auditor, c.Owner) {
					facts = append(facts, fact("control", &c.Common, "/owner", c.Owner.String()))
				}
			}
		}
		for i := range p.Roles {
			r := &p.Roles[i]
			answers := slices.Contains(r.Duties, isms.DutyConformity) || slices.Contains(r.Duties, isms.DutyReporting)
			if answers && p.same(auditor, isms.Link{Kind: "role", ID: r.ID}) {
				facts = append(facts, fact("role", &r.Common, "/duties", auditor.String()))
			}
		}
	}
	return facts
}

func auditReported(p *probe) {
	p.internal(true, func(a *isms.Audit) {
		p.seen++
		switch at := fact("audit", &a.Common, "/reportedTo", a.Performed.To.String()); {
		case len(a.ReportedTo) > 0:
		case a.State == isms.AuditReported:
			p.fail("audit-reported/to-nobody", at)
		default:
			p.judge("audit-reported/not-yet", at)
		}
	})
}

// auditFollowed looks for nonconformities that an auditor found and that are
// nowhere on record as such.
func auditFollowed(p *probe) {
	for i := range p.Audits {
		a := &p.Audits[i]
		for j, f := range a.Findings {
			if !f.Grade.Nonconforming() || !p.performed(a) {
				continue
			}
			p.seen++
			if f.Nonconformity == "" {
				p.fail("audit-followed/not", fact("audit", &a.Common, element("/findings", j, "/nonconformity"), f.ID))
			}
		}
	}
}

// lastReview is the latest management review that was held.
func (p *probe) lastReview() (last *isms.ManagementReview, held int) {
	for i := range p.ManagementReviews {
		m := &p.ManagementReviews[i]
		if !m.Held(p.today) {
			continue
		}
		held++
		if last == nil || m.Occurred.After(last.Occurred) {
			last = m
		}
	}
	return last, held
}

func reviewResults(p *probe) {
	var records []isms.Fact
	for i := range p.ManagementReviews {
		m := &p.ManagementReviews[i]
		if m.Held(p.today) && (len(m.Decisions) > 0 || !m.Conclusion.IsZero() || m.Minutes != "") {
			records = append(records, fact("management-review", &m.Common, "/occurred", m.Occurred.String()))
		}
	}
	if last, _ := p.lastReview(); len(records) == 0 && last != nil {
		p.fail("review-results/none", fact("management-review", &last.Common, "/decisions", ""))
		return
	}
	p.documented(records, "9.3.3", "9.3")
}

// reviewPlanned looks at reviews that were planned and not held, and at the
// interval of the last one.
func reviewPlanned(p *probe) {
	for i := range p.ManagementReviews {
		if m := &p.ManagementReviews[i]; !m.Held(p.today) {
			p.plan("management-review", &m.Common, "/planned", m.Planned)
		}
	}
	if last, _ := p.lastReview(); last != nil {
		p.plan("management-review", &last.Common, "/review/every", last.Review.Every.Nth(last.Occurred, 1))
	}
}

func reviewYearly(p *probe) {
	if last, _ := p.lastReview(); last != nil {
		p.year(fact("management-review", &last.Common, "/occurred", last.Occurred.String()), last.Occurred)
	}
}

func reviewChaired(p *probe) {
	last, _ := p.lastReview()
	if last == nil {
		return
	}
	p.seen++
	if !slices.ContainsFunc(append([]isms.Link{last.Chair}, last.Participants...), p.isTop) {
		p.judge("review-chaired/not-top", fact("management-review", &last.Common, "/participants", last.Chair.String()))
	}
}

// reviewInputs asks the last review for every subject. A first review has no
// earlier actions to look back on.
func reviewInputs(p *probe) {
	last, held := p.lastReview()
	if last == nil {
		return
	}
	p.seen++
	var have []string
	for _, input := range last.Inputs {
		have = append(have, input.Clause)
	}
	parts := []string{"9.3.2.d.1", "9.3.2.d.2", "9.3.2.d.3", "9.3.2.d.4"}
	var missing []isms.Fact
	for c := range strings.FieldsSeq("9.3.2.a 9.3.2.b 9.3.2.c 9.3.2.d 9.3.2.e 9.3.2.f 9.3.2.g") {
		want := []string{c}
		if c == "9.3.2.d" && isms.HasClause(have, parts...) {
			want = parts
		}
		for _, w := range want {
			if !isms.HasClause(have, w, c) && (held > 1 || w != "9.3.2.a") {
				missing = append(missing, fact("management-review", &last.Common, "/inputs", w))
			}
		}
	}
	if len(missing) > 0 {
		p.fail("review-inputs/missing", missing...)
	}
}

func reviewDecisions(p *probe) {
	for i := range p.ManagementReviews {
		m := &p.ManagementReviews[i]
		var late []isms.Fact
		for j, d := range m.Decisions {
			p.seen++
			if d.Overdue(p.today) {
				late = append(late, fact("management-review", &m.Common, element("/decisions", j, "/due"), d.Due.String()))
			}
		}
		if len(late) > 0 {
			p.fail("overdue", late...)
		}
	}
}
