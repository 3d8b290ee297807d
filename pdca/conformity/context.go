package conformity

import "github.com/ismskit/ismskit/isms"

func contextRules() []Rule {
	return []Rule{
		clause("context", "4.1", context),
		clause("interested-parties", "4.2", interestedParties),
		clause("requirements-addressed", "4.2 c", requirementsAddressed),
		clause("scope", "4.3", scope),
	}
}

// context can only be read for traces: the clause demands no document.
func context(p *probe) {
	if len(p.Organizations) == 0 {
		p.unknown("context/no-organization")
		return
	}
	found, drafts, _ := p.onRecord("4.1", "4.1.amd1")
	if len(found)+len(drafts) > 0 {
		p.rely(append(found, drafts...)...)
		return
	}
	for i := range p.Organizations {
		p.judge("context/no-trace", fact("organization", &p.Organizations[i].Common, "", ""))
	}
}

func interestedParties(p *probe) {
	p.seen = len(p.Requirements)
	if p.seen == 0 {
		p.unknown("interested-parties/none")
	}
}

func requirementsAddressed(p *probe) {
	for i := range p.Requirements {
		r := &p.Requirements[i]
		if !r.Binding(p.today) {
			continue
		}
		p.seen++
		if len(r.Controls) == 0 && r.Document == "" {
			p.judge("requirements-addressed/not", fact("requirement", &r.Common, "/controls", ""))
		}
	}
}

func scope(p *probe) {
	var records []isms.Fact
	for i := range p.Scopes {
		s := &p.Scopes[i]
		if !s.Statement.IsZero() {
			records = append(records, fact("scope", &s.Common, "/statement", ""))
		}
	}
	p.documented(records, "4.3")
}

func scopeApproved(p *probe) {
	for i := range p.Scopes {
		s := &p.Scopes[i]
		p.seen++
		if !s.Status.InForce() || !p.approved(s.Approval) {
			p.fail("approved/not", fact("scope", &s.Common, "/approval", s.Approval.On.String()))
		}
	}
}
