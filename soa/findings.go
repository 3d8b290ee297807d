package soa

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// Rules of [Statement.Findings].
const (
	RuleUndecided      isms.Code = "soa/undecided"       // neither included nor left out with a reason
	RuleContradiction  isms.Code = "soa/contradiction"   // driven, and recorded as left out
	RuleFacts          isms.Code = "soa/facts"           // left out, and facts speak against that
	RuleNoStatus       isms.Code = "soa/no-status"       // included, implemented or not is unknown
	RuleDoubleRecord   isms.Code = "soa/double-record"   // several records of one control
	RuleUnknownControl isms.Code = "soa/unknown-control" // named, but neither in a catalogue nor recorded
	RuleNoCatalogue    isms.Code = "soa/no-catalogue"    // named of a catalogue that is not at hand
	RuleSeveralISMS    isms.Code = "soa/several-isms"    // of several management systems, none chosen
)

func findings(c *compiler, drafts []*draft) []isms.Finding {
	clause := isms.Basis{Kind: isms.Clause, Source: "ISO/IEC 27001:2022", Ref: "6.1.3 d"}
	practice := isms.Basis{Kind: isms.Practice, Source: "ismskit"}
	var out []isms.Finding
	add := func(rule isms.Code, verdict isms.Verdict, basis isms.Basis, names []string, facts []isms.Fact) {
		if len(facts) > 0 {
			out = append(out, isms.Finding{
				Rule: rule, Verdict: verdict, Basis: basis, Facts: facts,
				Args: map[string]string{"count": strconv.Itoa(len(names)), "have": strings.Join(names, ", ")},
			})
		}
	}
	each := func(rule isms.Code, verdict isms.Verdict, basis isms.Basis, about func(*draft) bool) {
		names, facts := controls(drafts, about)
		add(rule, verdict, basis, names, facts)
	}
	each(RuleUndecided, isms.Gap, clause, func(d *draft) bool { return d.Decision == Undecided })
	each(RuleContradiction, isms.NeedsJudgement, clause, func(d *draft) bool { return d.Decision == Included && d.Contradicted() })
	names, facts := denied(drafts)
	add(RuleFacts, isms.NeedsJudgement, clause, names, facts)
	each(RuleNoStatus, isms.Gap, clause, func(d *draft) bool { return d.Decision == Included && d.Implementation == "" })
	each(RuleDoubleRecord, isms.Advice, practice, func(d *draft) bool { return len(d.Records) > 1 })
	each(RuleUnknownControl, isms.NotEvaluable, clause, func(d *draft) bool {
		return d.part() == ofOwn && (len(d.Records) == 0 || strings.HasPrefix(string(d.Control), "A.")) ||
			d.part() == ofOther && c.has(d.catalogue())
	})
	each(RuleNoCatalogue, isms.NotEvaluable, clause, func(d *draft) bool {
		return d.part() == ofOther && !c.has(d.catalogue())
	})
	names, facts = systems(c.in)
	add(RuleSeveralISMS, isms.NotEvaluable, clause, names, facts)
	return out
}

// has reports whether a catalogue is at hand.
func (c *compiler) has(catalogue string) bool {
	return slices.ContainsFunc(c.editions, func(e Entry) bool { return e.Label == catalogue })
}

// denied are the controls that are left out although facts speak against that,
// with a fact for each record of the control and each record that shows it.
func denied(drafts []*draft) (names []string, facts []isms.Fact) {
	names, facts = controls(drafts, func(d *draft) bool { return d.Decision == Excluded && d.Contradicted() })
	seen := map[isms.Link]bool{}
	for _, d := range drafts {
		if d.Decision != Excluded {
			continue
		}
		for _, r := range d.Facts {
			for _, e := range r.Behind {
				if !seen[e.Link] {
					seen[e.Link] = true
					facts = append(facts, isms.Fact{Subject: e.Link, Value: r.Text.In(lang.EN)})
				}
			}
		}
	}
	return names, facts
}

// controls are those that a rule is about, in the order of the rows, with a
// fact for each record of the control, and one without a record when there is
// none.
func controls(drafts []*draft, about func(*draft) bool) (names []string, facts []isms.Fact) {
	for _, d := range drafts {
		if !about(d) {
			continue
		}
		names = append(names, d.Name())
		if len(d.Records) == 0 {
			facts = append(facts, isms.Fact{Value: d.Name()})
		}
		for _, link := range d.Records {
			facts = append(facts, isms.Fact{Subject: link, Value: d.Name()})
		}
	}
	return names, facts
}

// systems are the management systems that the records which count name, when
// there are several. With a scope chosen there is one at most.
func systems(in *Inputs) (names []string, facts []isms.Fact) {
	named := map[isms.Ref[isms.Scope]]bool{}
	add := func(c isms.Common) {
		if c.ISMS != "" && in.counts(c) {
			named[c.ISMS] = true
		}
	}
	for i := range in.Controls {
		add(in.Controls[i].Common)
	}
	for i := range in.Risks {
		add(in.Risks[i].Common)
	}
	for i := range in.Requirements {
		add(in.Requirements[i].Common)
	}
	for i := range in.Documents {
		add(in.Documents[i].Common)
	}
	if len(named) < 2 {
		return nil, nil
	}
	for _, ref := range slices.Sorted(maps.Keys(named)) {
		names = append(names, string(ref))
		facts = append(facts, isms.Fact{Subject: ref.Link(), Value: string(ref)})
	}
	return names, facts
}
