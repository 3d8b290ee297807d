package conformity

import "github.com/ismskit/ismskit/isms"

func improvementRules() []Rule {
	return []Rule{
		clause("correction", "10.2 a 1", correction),
		clause("cause", "10.2 b", cause),
		clause("corrective-action", "10.2 c", correctiveAction),
		own("corrective-action-due", "10.2 c", sourceDue, "", correctiveActionDue),
		clause("effectiveness", "10.2 d", effectiveness),
		practice("effectiveness-checker", "10.2 d", effectivenessChecker),
		clause("audit-followed", "10.2 f", auditFollowed),
	}
}

// nonconformities calls f for each that was found by today.
func (p *probe) nonconformities(f func(*isms.Nonconformity)) {
	for i := range p.Nonconformities {
		if n := &p.Nonconformities[i]; !n.Occurred.After(p.today) {
			f(n)
		}
	}
}

func correction(p *probe) {
	p.nonconformities(func(n *isms.Nonconformity) {
		p.seen++
		if n.Correction.IsZero() {
			p.fail("correction/none", fact("nonconformity", &n.Common, "/correction", ""))
		}
	})
}

// cause asks whether somebody judged the need for action, and for the cause
// when there is one. While a nonconformity is open that may still come.
func cause(p *probe) {
	p.nonconformities(func(n *isms.Nonconformity) {
		p.seen++
		switch at := fact("nonconformity", &n.Common, "/need", string(n.Need)); {
		case n.Need == "" && n.Open():
			p.judge("cause/not-judged", at)
		case n.Need == "":
			p.fail("cause/never-judged", at)
		case n.Need == isms.ActionNeeded && n.Cause.IsZero():
			p.fail("cause/none", fact("nonconformity", &n.Common, "/cause", ""))
		}
	})
}

func correctiveAction(p *probe) {
	p.nonconformities(func(n *isms.Nonconformity) {
		if n.Need != isms.ActionNeeded {
			return
		}
		p.seen++
		if len(n.Actions) == 0 {
			p.fail("corrective-action/none", fact("nonconformity", &n.Common, "/actions", ""))
			return
		}
		var open []isms.Fact
		for i, a := range n.Actions {
			if a.Done.IsZero() && !n.Open() {
				open = append(open, fact("nonconformity", &n.Common, element("/actions", i, "/done"), a.ID))
			}
		}
		if len(open) > 0 {
			p.fail("corrective-action/closed", open...)
		}
	})
}

func correctiveActionDue(p *probe) {
	p.nonconformities(func(n *isms.Nonconformity) {
		var late []isms.Fact
		for i, a := range n.Actions {
			p.seen++
			if a.Overdue(p.today) {
				late = append(late, fact("nonconformity", &n.Common, element("/actions", i, "/due"), a.Due.String()))
			}
		}
		if len(late) > 0 {
			p.fail("overdue", late...)
		}
	})
}

// effectiveness looks at actions that were done. Until a nonconformity is
// closed the check may still come; closing it without, or although the action
// did not work, is a gap.
func effectiveness(p *probe) {
	p.nonconformities(func(n *isms.Nonconformity) {
		for i, a := range n.Actions {
			if a.Done.IsZero() {
				continue
			}
			p.seen++
			switch at := fact("nonconformity", &n.Common, element("/actions", i, "/effect"), a.ID); {
			case a.Effect == "" && n.Open():
				p.judge("effectiveness/not-yet", at)
			case a.Effect == "":
				p.fail("effectiveness/never", at)
			case a.Effect == isms.Ineffective && !n.Open():
				p.fail("effectiveness/closed", at)
			}
		}
	})
}

func effectivenessChecker(p *probe) {
	p.nonconformities(func(n *isms.Nonconformity) {
		for i, a := range n.Actions {
			if !a.Checked.Given() {
				continue
			}
			p.seen++
			if p.same(a.Checked.By, a.Owner) {
				p.fail("effectiveness-checker/self", fact("nonconformity", &n.Common, element("/actions", i, "/checked"), a.Checked.By.String()))
			}
		}
	})
}
