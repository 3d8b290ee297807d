package vuln

import (
	"strconv"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
)

// Rules of [Policy.Lint].
const (
	LintNoTables  isms.Code = "vuln/no-tables"
	LintOffScale  isms.Code = "vuln/row-off-scale"
	LintIdle      isms.Code = "vuln/row-idle"
	LintUnreached isms.Code = "vuln/step-unreached"
	LintTermIdle  isms.Code = "vuln/term-idle"
)

// Lint lists what is allowed in a policy but weakens it: tables that are not for
// the methodology, rows and terms that another one always outdoes, and steps
// that no finding can get. That the tables are total is for [Policy.Check], and
// that they never fall follows from how they are read: see [Tables].
func (p Policy) Lint(m risk.Methodology) []isms.Finding {
	l := policyLinter{policy: isms.LinkTo(p)}
	t := &p.Tables
	pin := m.Pin()
	if len(t.Likelihood) == 0 || len(t.Consequence) == 0 || t.Methodology != pin && t.Methodology != pin.Entity() {
		l.add(LintNoTables, "/tables/methodology", pin.Entity().String())
	}
	l.likelihood(t.Likelihood, len(m.Likelihood.Steps))
	l.consequence(t.Consequence, len(m.Impact.Steps))
	l.terms(p)
	return l.findings
}

type policyLinter struct {
	policy   isms.Link
	findings []isms.Finding
}

func (l *policyLinter) add(rule isms.Code, path, value string) {
	basis := isms.Basis{Kind: isms.Practice, Source: "ismskit"}
	l.findings = append(l.findings, isms.Finding{
		Rule: rule, Verdict: basis.Failed(), Basis: basis,
		Args:  map[string]string{"have": value},
		Facts: []isms.Fact{{Subject: l.policy, Path: path, Value: value}},
	})
}

func (l *policyLinter) likelihood(rows []LikelihoodRow, steps int) {
	reached := make([]bool, steps+1)
	for i, r := range rows {
		path := "/tables/likelihood/" + strconv.Itoa(i)
		l.row(path, r.Step, reached)
		for j, o := range rows {
			if i != j && (o.Step > r.Step || o.Step == r.Step && (o != r || j < i)) && o.wider(r) {
				l.add(LintIdle, path, strconv.Itoa(r.Step))
				break
			}
		}
	}
	l.unreached("/tables/likelihood", reached, len(rows))
}

// wider reports whether the row applies wherever another one does.
func (r LikelihoodRow) wider(o LikelihoodRow) bool {
	return leastRank(exploitations(), r.Exploitation) <= leastRank(exploitations(), o.Exploitation) &&
		leastRank(exposures(), r.Exposure) <= leastRank(exposures(), o.Exposure) && r.EPSSPerMille <= o.EPSSPerMille
}

func (l *policyLinter) consequence(rows []ConsequenceRow, steps int) {
	reached := make([]bool, steps+1)
	for i, r := range rows {
		path := "/tables/consequence/" + strconv.Itoa(i)
		l.row(path, r.Step, reached)
		for j, o := range rows {
			if i != j && (o.Step > r.Step || o.Step == r.Step && (o != r || j < i)) && o.wider(r) {
				l.add(LintIdle, path, strconv.Itoa(r.Step))
				break
			}
		}
	}
	l.unreached("/tables/consequence", reached, len(rows))
}

func (r ConsequenceRow) wider(o ConsequenceRow) bool {
	return leastRank(ratings(), r.Need) <= leastRank(ratings(), o.Need) && (!r.Total || o.Total)
}

// row notes the step of a row, or that the scale does not have it.
func (l *policyLinter) row(path string, step int, reached []bool) {
	if step < 1 || step >= len(reached) {
		l.add(LintOffScale, path, strconv.Itoa(step))
		return
	}
	reached[step] = true
}

func (l *policyLinter) unreached(path string, reached []bool, rows int) {
	for step := 1; rows > 0 && step < len(reached); step++ {
		if !reached[step] {
			l.add(LintUnreached, path, strconv.Itoa(step))
		}
	}
}

// terms reports terms that are no shorter than one that applies as widely.
func (l *policyLinter) terms(p Policy) {
	all := append([]Shorter{{Days: p.Days}}, p.Shorter...)
	for i, s := range all[1:] {
		for j, o := range all {
			if j != i+1 && o.wider(s) && o.Days.within(s.Days) && (o != s || j <= i) {
				l.add(LintTermIdle, "/shorter/"+strconv.Itoa(i), strconv.Itoa(i+1))
				break
			}
		}
	}
}

func (s Shorter) wider(o Shorter) bool {
	return leastRank(ratings(), s.Criticality) <= leastRank(ratings(), o.Criticality) &&
		leastRank(exposures(), s.Exposure) <= leastRank(exposures(), o.Exposure)
}

// within reports whether no term is longer.
func (d Days) within(o Days) bool {
	return d.Critical <= o.Critical && d.High <= o.High && d.Medium <= o.Medium && d.Low <= o.Low
}
