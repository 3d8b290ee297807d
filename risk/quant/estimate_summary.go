package quant

import (
	"math"

	"github.com/ismskit/ismskit/internal/fp"
	"github.com/ismskit/ismskit/isms"
)

// Summary is an estimate in a few figures, in its own unit. What does not exist
// is +Inf.
type Summary struct {
	Mean float64
	SD   float64
	P05  float64
	P50  float64
	P95  float64
	P99  float64
}

// Summary describes the estimate, so that whoever made it sees what it says.
// The error is an *isms.ProblemError. The estimate may reach below zero.
func (e Estimate) Summary() (Summary, error) {
	var problems []isms.Problem
	if !e.check(checker{problems: &problems}, anyNumber, 0) {
		return Summary{}, &isms.ProblemError{Problems: problems}
	}
	d := e.distribution()
	return Summary{
		Mean: d.mean(), SD: math.Sqrt(d.variance()),
		P05: d.quantile(0.05), P50: d.quantile(0.5), P95: d.isf(0.05), P99: d.isf(0.01),
	}, nil
}

// LognormalThrough is the lognormal that exceeds two losses with the given
// probabilities: for who knows other points than a 90 % interval.
// The error is an *isms.ProblemError.
func LognormalThrough(first, second Tolerance) (Lognormal, error) {
	var problems []isms.Problem
	c := checker{problems: &problems}
	for i, p := range [...]Tolerance{first, second} {
		at := c.index(i)
		positive(at.at("loss"), p.Loss)
		at.at("probability").assert(p.Probability > 0 && p.Probability < 1, CodeProbability, "have", number(p.Probability))
	}
	c.index(1).at("loss").assert(first.Loss < second.Loss, CodeOrder, "low", number(first.Loss), "high", number(second.Loss))
	c.index(1).at("probability").assert(second.Probability < first.Probability, CodeOrder, "low", number(second.Probability), "high", number(first.Probability))
	if len(problems) > 0 {
		return Lognormal{}, &isms.ProblemError{Problems: problems}
	}
	z1, z2 := fp.NormalISF(first.Probability), fp.NormalISF(second.Probability)
	log1, log2 := fp.Log(first.Loss), fp.Log(second.Loss)
	sigma := (log2 - log1) / (z2 - z1)
	return Lognormal{Mu: log1 - float64(sigma*z1), Sigma: sigma}, nil
}
