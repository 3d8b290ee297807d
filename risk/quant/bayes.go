package quant

import (
	"strconv"

	"github.com/ismskit/ismskit/internal/fp"
	"github.com/ismskit/ismskit/isms"
)

// RateFromData is what the organization's own incidents say about a rate a
// year: the gamma distribution after a number of events in a number of years.
// The prior is what was believed before; nil is Jeffreys' prior, which knows
// nothing. Use the result as Frequency{Mixed: &Estimate{Gamma: &g}}.
//
// The error is an *isms.ProblemError.
func RateFromData(prior *Gamma, events int, years float64) (Gamma, error) {
	var problems []isms.Problem
	c := checker{problems: &problems}
	shape, rate := 0.5, 0.0
	if prior != nil {
		Estimate{Gamma: prior}.check(c.at("prior"), nonNegative, 0)
		shape, rate = prior.Shape, 1/prior.Scale
	}
	within(c.at("events"), float64(events), 0, maxShape/2)
	positive(c.at("years"), years)
	if len(problems) > 0 {
		return Gamma{}, &isms.ProblemError{Problems: problems}
	}
	return Gamma{Shape: shape + float64(events), Scale: 1 / (rate + years)}, nil
}

// ProbabilityFromData is what successes in a number of trials say about a
// probability: phishing mails that were opened, of those sent. A nil prior is
// Jeffreys'. A prior with bounds of its own is refused.
//
// The error is an *isms.ProblemError.
func ProbabilityFromData(prior *Beta, successes, trials int) (Beta, error) {
	var problems []isms.Problem
	c := checker{problems: &problems}
	a, b := 0.5, 0.5
	if prior != nil {
		at := c.at("prior")
		if (Estimate{Beta: prior}).check(at, probability, 0) {
			low, high := prior.bounds()
			at.at("beta").at("low").assert(low == 0, CodeRange, "have", number(low), "low", "0", "high", "0")
			at.at("beta").at("high").assert(high == 1, CodeRange, "have", number(high), "low", "1", "high", "1")
		}
		a, b = prior.Alpha, prior.Beta
	}
	checkShare(c, successes, trials)
	if len(problems) > 0 {
		return Beta{}, &isms.ProblemError{Problems: problems}
	}
	return Beta{Alpha: a + float64(successes), Beta: b + float64(trials-successes)}, nil
}

// checkShare reports numbers that are not so many out of so many.
func checkShare(c checker, successes, trials int) {
	within(c.at("trials"), float64(trials), 1, maxShape/2)
	if within(c.at("successes"), float64(successes), 0, maxShape/2) {
		c.at("successes").assert(successes <= trials, CodeOrder, "low", strconv.Itoa(successes), "high", strconv.Itoa(trials))
	}
}

// ProbabilityBounds are confidence bounds of a probability after successes in a
// number of trials (Clopper and Pearson, 1934): whatever the probability is,
// they hold it at least with the level, such as 0.95.
//
// The error is an *isms.ProblemError.
func ProbabilityBounds(successes, trials int, level float64) (low, high float64, err error) {
	var problems []isms.Problem
	c := checker{problems: &problems}
	checkShare(c, successes, trials)
	fraction(c.at("level"), level)
	c.at("level").assert(level < 1, CodeOrder, "low", number(level), "high", "1")
	if len(problems) > 0 {
		return 0, 0, &isms.ProblemError{Problems: problems}
	}
	low, high = clopperPearson(float64(successes), float64(trials), (1-level)/2)
	return low, high, nil
}

// clopperPearson are the bounds that leave out tail on each side.
func clopperPearson(k, n, tail float64) (low, high float64) {
	high = 1
	if k > 0 {
		low, _ = fp.BetaQuantile(k, n-k+1, tail, 1-tail)
	}
	if k < n {
		high, _ = fp.BetaQuantile(k+1, n-k, 1-tail, tail)
	}
	return low, high
}
