package risk

import (
	"strconv"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// Rules of [Methodology.Lint].
const (
	LintUnreachable isms.Code = "risk/band-unreachable"
	LintAcceptsAll  isms.Code = "risk/accepts-all"
	LintNoCriteria  isms.Code = "risk/no-criteria"
)

// Lint lists what is allowed in a methodology but weakens it: a band that no
// cell has, acceptance of every risk, and steps without criteria, which two
// people will read differently. Nothing found says nothing about conformity.
func (m Methodology) Lint() []isms.Finding {
	var out []isms.Finding
	add := func(rule isms.Code, basis isms.Basis, path, value string) {
		out = append(out, isms.Finding{
			Rule: rule, Verdict: basis.Failed(), Basis: basis,
			Args:  map[string]string{"have": value},
			Facts: []isms.Fact{{Subject: m.Pin(), Path: path, Value: value}},
		})
	}
	practice := isms.Basis{Kind: isms.Practice, Source: "ismskit"}
	guidance := isms.Basis{Kind: isms.Guidance, Source: "ISO/IEC 27005:2022", Ref: "6.4"}
	reached := map[string]bool{}
	for _, row := range m.Matrix {
		for _, id := range row {
			reached[id] = true
		}
	}
	for i, b := range m.Bands {
		if !reached[b.ID] {
			add(LintUnreachable, practice, "/bands/"+strconv.Itoa(i), b.ID)
		}
	}
	if n := len(m.Bands); n > 0 && m.AcceptUpTo == m.Bands[n-1].ID {
		add(LintAcceptsAll, guidance, "/acceptUpTo", m.AcceptUpTo)
	}
	for _, s := range []struct {
		path  string
		scale Scale
	}{{"/likelihood", m.Likelihood}, {"/impact", m.Impact}} {
		for i, step := range s.scale.Steps {
			if step.Criteria.IsZero() {
				add(LintNoCriteria, guidance, s.path+"/steps/"+strconv.Itoa(i), step.Title.In(lang.EN))
			}
		}
	}
	return out
}
