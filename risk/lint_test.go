package risk_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
)

func TestLint(t *testing.T) {
	m := risk.Matrix5()
	m.Bands = append(m.Bands, risk.Band{ID: "extreme", Title: isms.Plain("Extreme")})
	m.AcceptUpTo = "extreme"
	m.Impact.Steps[4].Criteria = nil
	want := []isms.Code{risk.LintUnreachable, risk.LintAcceptsAll, risk.LintNoCriteria}
	var got []isms.Code
	for _, f := range m.Lint() {
		got = append(got, f.Rule)
		if f.Verdict != isms.Advice {
			t.Errorf("%s: verdict %s, want advice: no clause requires it", f.Rule, f.Verdict)
		}
		if f.Text(lang.EN) == f.Text(lang.NL) || f.Text(lang.EN) == string(f.Rule) {
			t.Errorf("%s: text %q, %q: want English and Dutch", f.Rule, f.Text(lang.EN), f.Text(lang.NL))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("Lint = %v, want %v", got, want)
	}
}

func rules(m risk.Methodology) (list []string) {
	for _, f := range m.Lint() {
		list = append(list, string(f.Rule)+" "+f.Facts[0].Path)
	}
	return list
}

// Table G-5 of NIST SP 800-30 makes two likelihoods one that is above the
// smaller of them: VH x VL = L. Both have to come true.
func TestLintFlagsTableG5(t *testing.T) {
	m := risk.NIST80030()
	found := m.Lint()
	if len(found) != 1 || found[0].Rule != risk.LintAboveFactor {
		t.Fatalf("Lint = %v, want one %s", found, risk.LintAboveFactor)
	}
	f := found[0]
	if got := f.Text(lang.EN); len(f.Facts) != 14 || f.Args["cells"] != "14" || !strings.Contains(got, "in 14 cells") {
		t.Errorf("Lint: %d facts, %q, want 14 cells", len(f.Facts), got)
	}
	worst := isms.Fact{Path: "/derivations/0/table/4/0", Value: "Very high x Very low = Low", Subject: m.Pin()}
	if !slices.Contains(f.Facts, worst) {
		t.Errorf("facts %v, want %v among them", f.Facts, worst)
	}
	table := m.Derivations[0].Table
	for i, row := range table {
		for j := range row {
			row[j] = min(i, j) + 1
		}
	}
	if got := rules(m); len(got) > 0 {
		t.Errorf("Lint of the smaller of both = %v, want none", got)
	}
	m.Derivations[0].Of = "" // a table of anything else may do so
	m.Derivations[0].Scale = m.Likelihood
	table[4][0], table[4][1] = 3, 3
	if got := rules(m); len(got) > 0 {
		t.Errorf("Lint of a table that makes no likelihood = %v, want none", got)
	}
}

// The linter looks at every result: that of 10^8 combinations of eight factors
// takes no longer than their 73 sums.
func TestLintFindsStepsThatNothingLeadsTo(t *testing.T) {
	m := risk.OWASP()
	m.Likelihood.Values = []int{0, 3, 10} // an average of 9 is the highest
	if got, want := rules(m), []string{"risk/step-unreachable /derivations/0"}; !slices.Equal(got, want) {
		t.Errorf("Lint = %v, want %v", got, want)
	}
	m = risk.MONARC() // 7 is no product of 0...4 and 0...5: the bounds alone do not show it
	at := slices.Index(m.Likelihood.Values, 8)
	m.Likelihood.Values = slices.Insert(m.Likelihood.Values, at, 7)
	m.Likelihood.Steps = slices.Insert(m.Likelihood.Steps, at, m.Likelihood.Steps[at])
	if got, want := rules(m), []string{"risk/step-unreachable /derivations/0"}; !slices.Equal(got, want) {
		t.Errorf("Lint = %v, want %v", got, want)
	}
	m = risk.EBIOS()
	m.Derivations[0].Table = [][]int{{1, 1, 1, 1}, {1, 1, 1, 1}, {1, 1, 1, 1}, {1, 1, 1, 4}}
	if got, want := rules(m), []string{"risk/step-unreachable /derivations/0", "risk/step-unreachable /derivations/0"}; !slices.Equal(got, want) {
		t.Errorf("Lint = %v, want %v", got, want)
	}
}

func TestLintSaysWhatItCannotExamine(t *testing.T) {
	m := risk.Matrix5()
	d := derivation(risk.Derivation{Rule: risk.Product, Of: risk.OfLikelihood}, "a", "b", "c", "d", "e", "f", "g", "h")
	for i := range d.Factors {
		d.Factors[i].High, d.Factors[i].Criteria = 1000, isms.Plain("x")
	}
	d.Factors[0].Low = 1
	for i := range d.Factors {
		d.Factors[i].Low = 1
	}
	m.Derivations = []risk.Derivation{d}
	if p := isms.Validate(m); len(p) > 0 {
		t.Fatalf("Validate = %v, want none: its form proves it total and monotone", p)
	}
	if got, want := rules(m), []string{"risk/not-proven /derivations/0"}; !slices.Equal(got, want) {
		t.Errorf("Lint = %v, want %v", got, want)
	}
}

func TestLintOfAcceptanceAndCriteria(t *testing.T) {
	m := risk.ISO27005()
	delete(m.Impact.Steps[3].Dimensions, "safety")
	m.Derivations[0].Factors[1].Criteria = nil
	m.Categories = []risk.Category{{ID: "x", Title: isms.Plain("x"), AcceptUpTo: "very-high", TolerateUpTo: "very-high"}}
	want := []string{
		"risk/accepts-all /categories/0/acceptUpTo",
		"risk/no-criteria /impact/steps/3/dimensions/safety",
		"risk/no-criteria /derivations/0/factors/1",
	}
	if got := rules(m); !slices.Equal(got, want) {
		t.Errorf("Lint = %v, want %v", got, want)
	}
}

// A formula is examined cell by cell, like a matrix.
func TestLintOfFormula(t *testing.T) {
	m := risk.MONARC()
	m.Bands = append(m.Bands, risk.Band{ID: "extreme", Title: isms.Plain("Extreme"), From: 81})
	if got, want := rules(m), []string{"risk/band-unreachable /bands/3"}; !slices.Equal(got, want) {
		t.Errorf("Lint = %v, want %v: 80 is the highest score", got, want)
	}
	m.Bands[3].From = 80
	if got := rules(m); len(got) > 0 {
		t.Errorf("Lint = %v, want none: 80 is a score", got)
	}
}

// Lint of what no store ever checked reports what it can and does not panic.
func TestLintOfNonsense(t *testing.T) {
	broken := []risk.Methodology{
		{},
		{Bands: []risk.Band{{}}, Matrix: [][]string{{"x"}, nil}},
		{Formula: risk.Formula{Product: -1}, Likelihood: risk.Scale{Steps: make([]risk.Step, 3), Values: []int{9, 1}}, Impact: risk.Scale{Steps: make([]risk.Step, 2)}},
	}
	for _, rule := range []risk.Rule{"", risk.Sum, risk.Product, risk.Highest, risk.Table, "other"} {
		for _, factors := range [][]risk.Factor{nil, {{}}, {{Low: 5, High: 1}}, {{Low: -3, High: 2, Divides: true}, {Low: 0, High: 1 << 40}}} {
			m := risk.Matrix3()
			m.Derivations = []risk.Derivation{{Of: risk.OfLikelihood, Rule: rule, Divisor: -1, Per: -1, Factors: factors, Table: [][]int{{1}, {-2, 3}}}}
			broken = append(broken, m)
		}
	}
	for i, m := range broken {
		m.Lint()
		m.Report(lang.EN)
		if len(isms.Validate(m)) == 0 {
			t.Errorf("case %s: Validate = none, want problems", strconv.Itoa(i))
		}
		scores := map[string]int{}
		for _, d := range m.Derivations {
			for _, f := range d.Factors {
				scores[f.ID] = f.Low
			}
		}
		if e, _, err := m.Evaluate(scores); err == nil && e.Assessed() {
			t.Errorf("case %d: Evaluate = %+v, want nothing assessed", i, e)
		}
	}
}
