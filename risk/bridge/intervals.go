package bridge

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/risk/quant"
)

// Intervals say what the steps of one revision of a methodology mean in
// numbers, lowest step first, each as a 90 % interval that is read as a
// lognormal. They are plain data; the pin makes sure that a later revision gets
// intervals of its own.
type Intervals struct {
	Methodology isms.Link          `json:"methodology"` // "methodology/matrix-5x5@2": see risk.Methodology.Pin
	Currency    string             `json:"currency"`    // ISO 4217, of Impact
	Likelihood  []quant.Interval90 `json:"likelihood"`  // events a year
	Impact      []quant.Interval90 `json:"impact"`      // loss of one event
}

// Codes of problems of intervals. What is wrong with a single number has a code
// of package quant.
const (
	CodeMethodology isms.Code = "bridge/methodology" // intervals of another revision than the register has
	CodeSteps       isms.Code = "bridge/steps"       // not an interval for each step
	CodeFalls       isms.Code = "bridge/falls"       // a step that is not above the one below it
	CodeMeanFalls   isms.Code = "bridge/mean-falls"  // the same of its expected value
)

// Check lists what is wrong with the intervals as those of a methodology: each
// problem with the JSON Pointer of the number. A higher step has no lower bound,
// and a higher expected value.
func (v Intervals) Check(m risk.Methodology) []isms.Problem {
	_, problems := v.means(m)
	return problems
}

// expected are the expected values of the steps.
type expected struct{ likelihood, impact []float64 }

func (v Intervals) means(m risk.Methodology) (expected, []isms.Problem) {
	var problems []isms.Problem
	if v.Methodology != m.Pin() {
		problems = append(problems, isms.Problem{Code: CodeMethodology, Path: "/methodology", Args: map[string]string{"have": v.Methodology.String(), "want": m.Pin().String()}})
	}
	problems = append(problems, steps("/likelihood", len(v.Likelihood), len(m.Likelihood.Steps))...)
	problems = append(problems, steps("/impact", len(v.Impact), len(m.Impact.Steps))...)
	if len(problems) > 0 {
		return expected{}, problems
	}
	if problems = v.numbers(); len(problems) > 0 {
		return expected{}, problems
	}
	var e expected
	e.likelihood, problems = rising(problems, "/likelihood", v.Likelihood)
	e.impact, problems = rising(problems, "/impact", v.Impact)
	return e, problems
}

func steps(path string, have, want int) []isms.Problem {
	if have == want {
		return nil
	}
	return []isms.Problem{{Code: CodeSteps, Path: path, Args: map[string]string{"have": strconv.Itoa(have), "want": strconv.Itoa(want)}}}
}

// numbers lets the engine judge each number: a portfolio with a scenario for
// each step, of which the problems get the places that they have here.
func (v Intervals) numbers() []isms.Problem {
	one := 1.0
	p := quant.Portfolio{Currency: v.Currency}
	var from, to []string
	place := func(in, path string, step int) {
		from = append(from, fmt.Sprintf("/scenarios/%d/%s/lognormal90", len(p.Scenarios), in))
		to = append(to, fmt.Sprintf("/%s/%d", path, step))
	}
	for i := range v.Likelihood {
		place("frequency/mixed", "likelihood", i)
		p.Scenarios = append(p.Scenarios, quant.Scenario{ID: fmt.Sprintf("l-%d", i), Frequency: frequency(v.Likelihood[i]), Severity: &quant.Estimate{Constant: &one}})
	}
	for i := range v.Impact {
		place("severity", "impact", i)
		p.Scenarios = append(p.Scenarios, quant.Scenario{ID: fmt.Sprintf("i-%d", i), Frequency: &quant.Frequency{Poisson: &one}, Severity: severity(v.Impact[i])})
	}
	problems := p.Check()
	for i := range problems {
		problems[i].Path = moved(problems[i].Path, from, to)
	}
	return problems
}

// moved gives a path that begins with one of from the beginning of to.
func moved(path string, from, to []string) string {
	for i, prefix := range from {
		if rest, ok := strings.CutPrefix(path, prefix); ok && (rest == "" || rest[0] == '/') {
			return to[i] + rest
		}
	}
	if strings.HasPrefix(path, "/scenarios") { // too many events, of all steps together
		return "/likelihood"
	}
	return path
}

// rising reports a step that is not above the one below it. Its expected value
// is looked at too: of a very wide interval it falls when only the lower bound
// rises.
func rising(problems []isms.Problem, path string, list []quant.Interval90) ([]float64, []isms.Problem) {
	means := make([]float64, len(list))
	for i := range list {
		s, err := quant.Estimate{Lognormal90: &list[i]}.Summary()
		if err != nil {
			return nil, append(problems, isms.Problem{Code: quant.CodeRange, Path: fmt.Sprintf("%s/%d", path, i)})
		}
		means[i] = s.Mean
		if i == 0 {
			continue
		}
		at := path + "/" + strconv.Itoa(i)
		for _, c := range []struct {
			path       string
			code       isms.Code
			have, over float64
			strict     bool
		}{
			{at + "/p05", CodeFalls, list[i].P05, list[i-1].P05, false},
			{at + "/p95", CodeFalls, list[i].P95, list[i-1].P95, false},
			{at, CodeMeanFalls, means[i], means[i-1], true},
		} {
			if c.have < c.over || c.strict && c.have == c.over {
				problems = append(problems, isms.Problem{Code: c.code, Path: c.path, Args: map[string]string{"have": number(c.have), "lower": number(c.over)}})
			}
		}
	}
	return means, problems
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }

// frequency is a rate a year that is itself uncertain.
func frequency(v quant.Interval90) *quant.Frequency {
	return &quant.Frequency{Mixed: &quant.Estimate{Lognormal90: &v}}
}

func severity(v quant.Interval90) *quant.Estimate { return &quant.Estimate{Lognormal90: &v} }
