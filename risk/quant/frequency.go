package quant

import "strconv"

// Frequency is how many loss events a year brings. Exactly one member is set,
// the kind of frequency:
//
//	{poisson: 0.5}
//	{mixed: {pert: {low: 0.1, mode: 0.5, high: 2}}}
type Frequency struct {
	// Poisson is the rate a year of independent events.
	Poisson *float64 `json:"poisson,omitempty"`
	// NegativeBinomial is for events that come in bad years.
	NegativeBinomial *NegativeBinomial `json:"negativeBinomial,omitempty"`
	// Binomial is for a fixed number of occasions a year.
	Binomial *Binomial `json:"binomial,omitempty"`
	// Bernoulli is the probability of one event in a year; there is never a second.
	Bernoulli *float64 `json:"bernoulli,omitempty"`
	// Mixed is a Poisson whose rate a year is itself uncertain: each year has
	// its own. With a gamma estimate it is the negative binomial.
	Mixed *Estimate `json:"mixed,omitempty"`
}

// NegativeBinomial counts failures before the R-th success, each trial a
// success with probability P: mean R*(1-P)/P, variance R*(1-P)/P^2.
type NegativeBinomial struct {
	R float64 `json:"r"`
	P float64 `json:"p"`
}

// Binomial is a number of occasions a year, each an event with Probability.
type Binomial struct {
	Trials      int     `json:"trials"`
	Probability float64 `json:"probability"`
}

// kinds are the members that are set.
func (f Frequency) kinds() int {
	n := 0
	for _, set := range [...]bool{f.Poisson != nil, f.NegativeBinomial != nil, f.Binomial != nil, f.Bernoulli != nil, f.Mixed != nil} {
		if set {
			n++
		}
	}
	return n
}

// maxTrials bounds the occasions of a year.
const maxTrials = 1_000_000

// check reports what is wrong with a frequency.
func (f Frequency) check(c checker) {
	if n := f.kinds(); !c.assert(n == 1, CodeOneKind, "have", strconv.Itoa(n)) {
		return
	}
	switch {
	case f.Poisson != nil:
		amount(c.at("poisson"), *f.Poisson)
	case f.NegativeBinomial != nil:
		c = c.at("negativeBinomial")
		within(c.at("r"), f.NegativeBinomial.R, minShape, maxShape)
		p := f.NegativeBinomial.P
		fraction(c.at("p"), p)
		c.at("p").assert(p != 0, CodeNotPositive, "have", number(p))
	case f.Binomial != nil:
		c = c.at("binomial")
		within(c.at("trials"), float64(f.Binomial.Trials), 1, maxTrials)
		fraction(c.at("probability"), f.Binomial.Probability)
	case f.Bernoulli != nil:
		fraction(c.at("bernoulli"), *f.Bernoulli)
	case f.Mixed != nil:
		checkRate(c.at("mixed"), f.Mixed)
	}
}

// checkRate reports what is wrong with an uncertain rate: its variance has to
// exist too.
func checkRate(c checker, e *Estimate) bool {
	return e.check(c, nonNegative, 0) &&
		c.assert(finite(e.distribution().variance()), CodeInfiniteSpread)
}

// distribution is the frequency as the engines see it. It has no problems.
func (f Frequency) distribution() counting {
	switch {
	case f.Poisson != nil:
		return poisson(*f.Poisson)
	case f.NegativeBinomial != nil:
		n := f.NegativeBinomial
		if n.P == 1 {
			return poisson(0)
		}
		return negativeBinomial{n.R, (1 - n.P) / n.P}
	case f.Binomial != nil:
		return binomial{float64(f.Binomial.Trials), f.Binomial.Probability}
	case f.Bernoulli != nil:
		return binomial{1, *f.Bernoulli}
	default:
		return newMixed(f.Mixed.distribution())
	}
}
