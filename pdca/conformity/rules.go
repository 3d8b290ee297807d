package conformity

import (
	"github.com/ismskit/ismskit/isms"
)

const standard = "ISO/IEC 27001:2022"

// The sources of the organization's own rules. Each is a word with a label.
const (
	sourceInterval  = "review-interval"
	sourceDue       = "due-date"
	sourceExpiry    = "expiry-date"
	sourceStatement = "statement-of-applicability"
	sourcePolicy    = "vulnerability-policy"
)

// Rules are the rules in the order of the clauses.
func Rules() []Rule {
	rules := contextRules()
	for _, more := range [][]Rule{leadershipRules(), planningRules(), supportRules(), operationRules(), performanceRules(), improvementRules()} {
		rules = append(rules, more...)
	}
	return rules
}

// clause is a rule that the standard itself has.
func clause(name, ref string, check func(*probe)) Rule {
	return Rule{isms.Code("conformity/" + name), ref, isms.Basis{Kind: isms.Clause, Source: standard, Ref: ref}, check}
}

// own is a rule that the organization set itself, about a subject of a clause.
func own(name, ref, source, detail string, check func(*probe)) Rule {
	return Rule{isms.Code("conformity/" + name), ref, isms.Basis{Kind: isms.OwnRule, Source: source, Ref: detail}, check}
}

// practice is a rule from experience.
func practice(name, ref string, check func(*probe)) Rule {
	return Rule{isms.Code("conformity/" + name), ref, isms.Basis{Kind: isms.Practice, Source: "ismskit"}, check}
}

// guidance is a rule from ISO/IEC 27002.
func guidance(name, ref, detail string, check func(*probe)) Rule {
	return Rule{isms.Code("conformity/" + name), ref, isms.Basis{Kind: isms.Guidance, Source: "ISO/IEC 27002:2022", Ref: detail}, check}
}

// applies reports whether a control is included in the Statement of
// Applicability; when it is not, the rule has nothing to read.
func (p *probe) applies(id isms.ControlID) bool {
	if p.included[id] != nil {
		return true
	}
	p.say(isms.NotTriggered, "not-included", isms.Fact{Value: string(id)})
	return false
}

// onRecord are the documents in force and the evidence for any of these
// clauses, the documents that are drafts yet, and the evidence that expired.
func (p *probe) onRecord(clauses ...string) (found, drafts, expired []isms.Fact) {
	for i := range p.Documents {
		d := &p.Documents[i]
		switch {
		case !isms.HasClause(d.Clauses, clauses...):
		case d.Status.InForce():
			found = append(found, fact("document", &d.Common, "/clauses", clauses[0]))
		default:
			drafts = append(drafts, fact("document", &d.Common, "/status", string(isms.Draft)))
		}
	}
	for i := range p.Evidence {
		e := &p.Evidence[i]
		switch {
		case !isms.HasClause(e.Clauses, clauses...):
		case e.Fresh(p.today):
			found = append(found, fact("evidence", &e.Common, "/clauses", clauses[0]))
		default:
			expired = append(expired, fact("evidence", &e.Common, "/expires", e.Expires.String()))
		}
	}
	return found, drafts, expired
}

// documented asks for documented information for a clause: records of ours
// that are it, or a document in force or evidence that says so.
func (p *probe) documented(records []isms.Fact, clauses ...string) {
	found, drafts, expired := p.onRecord(clauses...)
	found = append(records, found...)
	switch {
	case len(found) > 0:
		p.seen = len(found)
		p.rely(found[:min(len(found), maxFacts)]...)
	case len(drafts) > 0:
		p.fail("documented/draft", drafts...)
	case len(expired) > 0:
		p.fail("documented/expired", expired...)
	default:
		p.fail("documented/missing", isms.Fact{Value: clauses[0]})
	}
}

// maxFacts bounds what a finding lists of the records that an absence of gaps
// rests on; its count is of all.
const maxFacts = 10
