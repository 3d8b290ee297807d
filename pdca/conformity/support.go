package conformity

import "github.com/ismskit/ismskit/isms"

func supportRules() []Rule {
	return []Rule{
		clause("competence", "7.2 d", func(p *probe) { p.documented(nil, "7.2.d", "7.2") }),
		clause("scope-approved", "7.5.2 c", scopeApproved),
		clause("document-approved", "7.5.2 c", documentApproved),
		own("document-reviewed", "7.5.2 c", sourceInterval, "", documentReviewed),
	}
}

func documentApproved(p *probe) {
	for i := range p.Documents {
		d := &p.Documents[i]
		if !d.Status.InForce() || d.Type == isms.DocumentExternal {
			continue
		}
		p.seen++
		if !p.approved(d.Approval) {
			p.fail("approved/not", fact("document", &d.Common, "/approval", d.Approval.On.String()))
		}
	}
}

func documentReviewed(p *probe) {
	for i := range p.Documents {
		d := &p.Documents[i]
		if d.Review.Every.IsZero() {
			continue
		}
		p.seen++
		if d.Review.Overdue(p.today) {
			p.fail("overdue", fact("document", &d.Common, "/review", d.Review.Due().String()))
		}
	}
}
