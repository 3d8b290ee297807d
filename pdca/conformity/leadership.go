package conformity

import "github.com/ismskit/ismskit/isms"

func leadershipRules() []Rule {
	return []Rule{
		clause("top-management", "5.1", func(p *probe) { p.duty(isms.DutyTopManagement) }),
		clause("policy-approved", "5.2", policyApproved),
		clause("policy", "5.2 e", func(p *probe) { p.documented(nil, policyClauses()...) }),
		clause("policy-made-known", "5.2 f", policyMadeKnown),
		clause("duty-conformity", "5.3 a", func(p *probe) { p.duty(isms.DutyConformity) }),
		clause("duty-reporting", "5.3 b", func(p *probe) { p.duty(isms.DutyReporting) }),
		guidance("owner-here", "5.3", "5.2", ownerHere),
	}
}

func policyClauses() []string { return []string{"5.2.e", "5.2"} }

// policies calls f for every version of the information security policy.
func (p *probe) policies(f func(*isms.Document)) {
	for i := range p.Documents {
		if d := &p.Documents[i]; isms.HasClause(d.Clauses, policyClauses()...) {
			p.seen++
			f(d)
		}
	}
	if p.seen == 0 {
		p.unknown("policy/none")
	}
}

func policyApproved(p *probe) {
	p.policies(func(d *isms.Document) {
		at := fact("document", &d.Common, "/approval", d.Approval.By.String())
		switch {
		case !d.Status.InForce() || !p.approved(d.Approval):
			p.fail("approved/not", at)
		case len(p.top) > 0 && !p.isTop(d.Approval.By):
			p.judge("policy-approved/not-top", at)
		}
	})
}

func policyMadeKnown(p *probe) {
	p.policies(func(d *isms.Document) {
		if d.Published.IsZero() || d.Published.After(p.today) {
			p.fail("policy-made-known/not", fact("document", &d.Common, "/published", d.Published.String()))
		}
	})
}

// ownerHere looks at what has an owner in name only. Risks and assets have
// rules of their own.
func ownerHere(p *probe) {
	look := func(kind string, c *isms.Common) {
		if c.Owner.IsZero() {
			return
		}
		p.seen++
		if !p.here(c.Owner) {
			p.fail("owner-here/not", fact(kind, c, "/owner", c.Owner.String()))
		}
	}
	for i := range p.Requirements {
		look("requirement", &p.Requirements[i].Common)
	}
	for i := range p.Controls {
		look("control", &p.Controls[i].Common)
	}
	for i := range p.Documents {
		look("document", &p.Documents[i].Common)
	}
	for i := range p.Incidents {
		if n := &p.Incidents[i]; n.Open() {
			look("incident", &n.Common)
		}
	}
	for i := range p.Nonconformities {
		if n := &p.Nonconformities[i]; n.Open() {
			look("nonconformity", &n.Common)
		}
	}
}
