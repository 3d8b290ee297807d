package risk

import (
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// Rules of [Methodology.Lint].
const (
	LintUnreachable     isms.Code = "risk/band-unreachable"
	LintStepUnreachable isms.Code = "risk/step-unreachable"
	LintNotProven       isms.Code = "risk/not-proven"
	LintAboveFactor     isms.Code = "risk/above-factor"
	LintAcceptsAll      isms.Code = "risk/accepts-all"
	LintNoCriteria      isms.Code = "risk/no-criteria"
)

// Lint lists what is allowed in a methodology but weakens it: a band that no
// cell has, a step that no scores lead to, two likelihoods that make a greater
// one, acceptance of every risk, and steps and factors without criteria, which
// two people will read differently. It looks at every cell and every result,
// and says so where there are too many. What is not total, or falls where it
// must not, is a problem and cannot be stored: see [Methodology.Check]. Nothing
// found says nothing about conformity.
func (m Methodology) Lint() []isms.Finding {
	l := linter{Methodology: m}
	l.bands()
	l.acceptance()
	l.scale("/likelihood", m.Likelihood, nil)
	l.scale("/impact", m.Impact, m.Dimensions)
	for i, d := range m.Derivations {
		l.derivation("/derivations/"+strconv.Itoa(i), d)
	}
	return l.findings
}

// linter collects findings about one methodology.
type linter struct {
	Methodology

	findings []isms.Finding
}

func practice() isms.Basis { return isms.Basis{Kind: isms.Practice, Source: "ismskit"} }

func guidance() isms.Basis {
	return isms.Basis{Kind: isms.Guidance, Source: "ISO/IEC 27005:2022", Ref: "6.4"}
}

// add notes a finding and gives it back, to say more about it.
func (l *linter) add(rule isms.Code, basis isms.Basis, path, value string) *isms.Finding {
	l.findings = append(l.findings, isms.Finding{
		Rule: rule, Verdict: basis.Failed(), Basis: basis,
		Args:  map[string]string{"have": value},
		Facts: []isms.Fact{{Subject: l.Pin(), Path: path, Value: value}},
	})
	return &l.findings[len(l.findings)-1]
}

func (l *linter) bands() {
	reached := make([]bool, len(l.Bands)+1)
	for i := range l.Likelihood.Steps {
		for j := range l.Impact.Steps {
			reached[l.cell(i+1, j+1)] = true
		}
	}
	for i, b := range l.Bands {
		if !reached[i+1] {
			l.add(LintUnreachable, practice(), "/bands/"+strconv.Itoa(i), b.ID)
		}
	}
}

func (l *linter) acceptance() {
	n := len(l.Bands)
	if n == 0 {
		return
	}
	top := l.Bands[n-1].ID
	if l.AcceptUpTo == top {
		l.add(LintAcceptsAll, guidance(), "/acceptUpTo", l.AcceptUpTo)
	}
	for i, c := range l.Categories {
		if c.AcceptUpTo == top {
			l.add(LintAcceptsAll, guidance(), "/categories/"+strconv.Itoa(i)+"/acceptUpTo", c.AcceptUpTo)
		}
	}
}

// scale looks for steps without criteria: in general or, where there are
// dimensions, for each.
func (l *linter) scale(path string, s Scale, dimensions []Named) {
	for i, step := range s.Steps {
		at := path + "/steps/" + strconv.Itoa(i)
		title := step.Title.In(lang.EN)
		if step.Criteria.IsZero() && len(step.Dimensions) == 0 {
			l.add(LintNoCriteria, guidance(), at, title)
			continue
		}
		for _, d := range dimensions {
			if step.Dimensions[d.ID].IsZero() {
				l.add(LintNoCriteria, guidance(), at+"/dimensions/"+d.ID, title+" ("+d.Title.In(lang.EN)+")")
			}
		}
	}
}

func (l *linter) derivation(path string, d Derivation) {
	if d.Of == "" {
		l.scale(path+"/scale", d.Scale, nil)
	}
	for i, f := range d.Factors {
		if f.Criteria.IsZero() {
			l.add(LintNoCriteria, guidance(), path+"/factors/"+strconv.Itoa(i), f.Title.In(lang.EN))
		}
	}
	l.reach(path, d)
	l.aboveFactor(path, d)
}

// reach looks for steps that no combination of scores leads to, among all of
// them: it keeps the different results, not the combinations.
func (l *linter) reach(path string, d Derivation) {
	s := l.scaleOf(d)
	results, complete := d.results()
	if !complete {
		l.add(LintNotProven, practice(), path, d.ID)
		return
	}
	reached := make([]bool, len(s.Steps)+1)
	for _, v := range results {
		reached[s.stepOf(v, d.per())] = true
	}
	for i, step := range s.Steps {
		if !reached[i+1] {
			l.add(LintStepUnreachable, practice(), path, step.Title.In(lang.EN))
		}
	}
}

// aboveFactor looks at a table that makes one likelihood of two on the same
// scale. Both have to come true, so the result can be no more likely than the
// less likely of them, whatever the scale. Table G-5 of NIST SP 800-30 has such
// cells.
func (l *linter) aboveFactor(path string, d Derivation) {
	scale := l.Likelihood
	n := len(scale.Steps)
	if d.Rule != Table || d.Of != OfLikelihood || len(d.Factors) != 2 ||
		slices.ContainsFunc(d.Factors, func(f Factor) bool { return f.Low != 1 || f.High != n }) {
		return
	}
	var found *isms.Finding
	cells := 0
	for i, row := range d.Table {
		for j, v := range row {
			step := scale.stepOf(ratio(v, 1), d.per())
			if step <= min(i, j)+1 || i >= n || j >= n {
				continue
			}
			at := path + "/table/" + strconv.Itoa(i) + "/" + strconv.Itoa(j)
			text := scale.Steps[i].Title.In(lang.EN) + " x " + scale.Steps[j].Title.In(lang.EN) + " = " + scale.Steps[step-1].Title.In(lang.EN)
			if cells++; found == nil {
				found = l.add(LintAboveFactor, practice(), at, text)
			} else {
				found.Facts = append(found.Facts, isms.Fact{Subject: l.Pin(), Path: at, Value: text})
			}
		}
	}
	if found != nil {
		found.Args["cells"] = strconv.Itoa(cells)
	}
}
