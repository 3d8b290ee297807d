package conformity

import (
	"cmp"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
)

func planningRules() []Rule {
	return []Rule{
		clause("risk-assessment-process", "6.1.2", func(p *probe) { p.documented(p.methodologies(true), "6.1.2") }),
		clause("risk-criteria", "6.1.2 a", riskCriteria),
		clause("risk-owner", "6.1.2 c 2", riskOwner),
		clause("risk-assessed", "6.1.2 d", riskAssessed),
		clause("risk-treatment-process", "6.1.3", func(p *probe) { p.documented(nil, "6.1.3") }),
		clause("risk-option", "6.1.3 a", riskOption),
		clause("statement", "6.1.3 d", statement),
		clause("statement-decided", "6.1.3 d", func(p *probe) { p.fromStatement(all, soa.RuleUndecided) }),
		clause("statement-consistent", "6.1.3 d", func(p *probe) { p.fromStatement(decided, soa.RuleContradiction) }),
		clause("statement-implementation", "6.1.3 d", func(p *probe) { p.fromStatement(included, soa.RuleNoStatus) }),
		clause("statement-readable", "6.1.3 d", func(p *probe) { p.fromStatement(decided, soa.RuleUnknownControl, soa.RuleSeveralISMS) }),
		clause("treatment-plan", "6.1.3 e", treatmentPlan),
		clause("plan-approved", "6.1.3 f", planApproved),
		clause("residual-accepted", "6.1.3 f", residualAccepted),
		clause("objectives", "6.2 g", func(p *probe) { p.documented(nil, "6.2.g", "6.2") }),
	}
}

// methodologies are facts for the newest revision of each methodology, only
// those in force when asked.
func (p *probe) methodologies(inForce bool) []isms.Fact {
	var facts []isms.Fact
	for _, m := range p.newest() {
		if m.Status.InForce() || !inForce {
			facts = append(facts, fact("methodology", &m.Common, "/status", string(m.Status)))
		}
	}
	return facts
}

// newest are the newest revisions that are not retired.
func (p *probe) newest() []*risk.Methodology {
	var list []*risk.Methodology
	for i := range p.Methodologies {
		m := &p.Methodologies[i]
		last := i+1 == len(p.Methodologies) || p.Methodologies[i+1].ID != m.ID
		mine := p.ISMS == "" || m.ISMS == "" || m.ISMS == p.ISMS
		if last && mine && m.Status != isms.Retired {
			list = append(list, m)
		}
	}
	return list
}

func riskCriteria(p *probe) {
	for _, m := range p.newest() {
		p.seen++
		if m.Criteria.IsZero() && m.AcceptUpTo == "" {
			p.fail("risk-criteria/acceptance", fact("methodology", &m.Common, "/criteria", ""))
		}
		if m.Assessment.IsZero() {
			p.fail("risk-criteria/assessment", fact("methodology", &m.Common, "/assessment", ""))
		}
	}
	if p.seen == 0 {
		p.unknown("risk-criteria/none")
	}
}

func riskOwner(p *probe) {
	for i := range p.Risks {
		r := &p.Risks[i]
		p.seen++
		switch {
		case r.Owner.IsZero():
			p.fail("risk-owner/none", fact("risk", &r.Common, "/owner", ""))
		case !p.here(r.Owner):
			p.fail("owner-here/not", fact("risk", &r.Common, "/owner", r.Owner.String()))
		}
	}
}

func riskAssessed(p *probe) {
	for _, row := range p.register.Rows {
		p.seen++
		at := fact("risk", &row.Risk.Common, "/current", "")
		switch {
		case row.Current.Rated():
		case row.Current.Unrated == risk.CodeNotAssessed:
			p.fail("risk-assessed/not", at)
		default:
			p.unknown("risk-assessed/cannot-rate", at)
		}
	}
}

func riskOption(p *probe) {
	for _, row := range p.register.Rows {
		if !row.Current.Rated() || row.Current.Acceptable {
			continue
		}
		p.seen++
		t := row.Risk.Treatment
		at := fact("risk", &row.Risk.Common, "/treatment/options", row.Current.Band.ID)
		switch {
		case len(t.Options) == 0:
			p.fail("risk-option/none", at)
		case onlyAccepts(t):
			p.judge("risk-option/retained", at)
		}
	}
}

// onlyAccepts reports a treatment that changes nothing.
func onlyAccepts(t risk.Treatment) bool { return len(t.Options) == 1 && t.Options[0] == risk.Accept }

// statement takes decisions on controls for the Statement of Applicability:
// it is compiled from them.
func statement(p *probe) {
	var records []isms.Fact
	for i := range p.statement.Rows {
		r := &p.statement.Rows[i]
		if decided(r) {
			records = append(records, isms.Fact{Value: r.Name()})
		}
	}
	p.documented(records, "6.1.3.d")
}

func all(*soa.Row) bool        { return true }
func decided(r *soa.Row) bool  { return r.Decision != soa.Undecided }
func included(r *soa.Row) bool { return r.Decision == soa.Included }

// fromStatement takes over what the statement itself found, about rows of one
// sort.
func (p *probe) fromStatement(about func(*soa.Row) bool, rules ...isms.Code) {
	for i := range p.statement.Rows {
		if about(&p.statement.Rows[i]) {
			p.seen++
		}
	}
	for _, f := range p.statement.Findings {
		for _, rule := range rules {
			if f.Rule == rule {
				p.say(f.Verdict, "statement/"+string(rule[len("soa/"):]), f.Facts...)
			}
		}
	}
}

func treatmentPlan(p *probe) {
	var records []isms.Fact
	for i := range p.Risks {
		if r := &p.Risks[i]; len(r.Treatment.Actions) > 0 {
			records = append(records, fact("risk", &r.Common, "/treatment/actions", ""))
		}
	}
	p.documented(records, "6.1.3.e")
}

// planApproved and residualAccepted rest on the decision about a risk, which
// needs its owner, and else on what is recorded without one.
func planApproved(p *probe) {
	for i := range p.register.Rows {
		row := &p.register.Rows[i]
		r := row.Risk
		if len(r.Treatment.Options) == 0 || onlyAccepts(r.Treatment) {
			continue
		}
		p.seen++
		switch {
		case row.Approving.Since.IsZero():
			p.byOwner(r, "plan-approved", "/treatment/approval", r.Treatment.Approval.By, row.PlanApproved)
		case !row.PlanApproved:
			p.fail("plan-approved/not", fact("risk", &r.Common, "/treatment", string(row.Approving.State)))
		}
	}
}

func residualAccepted(p *probe) {
	for i := range p.register.Rows {
		row := &p.register.Rows[i]
		r := row.Risk
		if len(r.Treatment.Options) == 0 {
			continue
		}
		p.seen++
		decided := !row.Accepting.Since.IsZero()
		switch row.Acceptance {
		case risk.AcceptanceLapsed:
			p.fail("residual-accepted/expired", fact("risk", &r.Common, "/acceptance", row.AcceptedUntil.String()))
		case risk.AcceptanceOutdated:
			p.fail("residual-accepted/outdated", fact("risk", &r.Common, "/acceptance/on", cmp.Or(row.Accepting.Since, r.Acceptance.On).String()))
		case risk.AcceptanceValid:
			if !decided {
				p.byOwner(r, "residual-accepted", "/acceptance", r.Acceptance.By, true)
			}
		default:
			p.byOwner(r, "residual-accepted", "/acceptance", r.Acceptance.By, false)
		}
	}
}

// byOwner asks that the risk owner did it. Whether somebody else could is for
// people to judge.
func (p *probe) byOwner(r *risk.Risk, message, path string, by isms.Link, done bool) {
	switch {
	case !done:
		p.fail(message+"/not", fact("risk", &r.Common, path, ""))
	case !p.same(by, r.Owner):
		p.judge(message+"/not-owner", fact("risk", &r.Common, path+"/by", by.String()))
	}
}
