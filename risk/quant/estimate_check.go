package quant

import (
	"math"
	"strconv"
)

// The bounds of an estimate: within them the functions are accurate and the
// memory is small.
const (
	maxDepth    = 8         // of estimates within estimates
	maxList     = 1_000_000 // observed numbers; a mixture may have a thousand parts
	maxMixture  = 1_000
	minShape    = 0.01 // of gamma and beta
	maxShape    = 1e6
	maxNumber   = 1e100 // the cube of a loss is still a number
	minSigma    = 1e-6
	maxSigma    = 10
	maxRatio    = 1e14 // of a 90 % interval: a sigma of 9.8
	minInterior = 1e-9 // of a truncated estimate
)

// use is what an estimate is for: it decides which values are possible.
type use int

const (
	anyNumber   use = iota + 1
	nonNegative     // a loss or a rate
	probability
)

// checkLoss reports what is wrong with an estimate of a loss.
func (e Estimate) checkLoss(c checker) { e.check(c, nonNegative, 0) }

// kinds are the members that are set.
func (e Estimate) kinds() []string {
	set := make([]string, 0, 1)
	for _, k := range [...]struct {
		name string
		set  bool
	}{
		{"constant", e.Constant != nil},
		{"uniform", e.Uniform != nil},
		{"triangular", e.Triangular != nil},
		{"pert", e.PERT != nil},
		{"normal", e.Normal != nil},
		{"lognormal90", e.Lognormal90 != nil},
		{"lognormal", e.Lognormal != nil},
		{"gamma", e.Gamma != nil},
		{"pareto", e.Pareto != nil},
		{"gpd", e.GPD != nil},
		{"beta", e.Beta != nil},
		{"empirical", e.Empirical != nil},
		{"mixture", e.Mixture != nil},
		{"truncated", e.Truncated != nil},
		{"capped", e.Capped != nil},
		{"excess", e.Excess != nil},
	} {
		if k.set {
			set = append(set, k.name)
		}
	}
	return set
}

// check reports what is wrong with an estimate, and whether nothing is.
func (e Estimate) check(c checker, use use, depth int) bool {
	if !c.assert(depth < maxDepth, CodeTooDeep, "want", strconv.Itoa(maxDepth)) || !oneKind(c, e.kinds()) {
		return false
	}
	c = c.at(e.kinds()[0])
	before := len(*c.problems)
	e.checkKind(c, depth)
	if len(*c.problems) > before {
		return false
	}
	low, high := e.distribution().support()
	switch use {
	case probability:
		return c.assert(low >= 0 && high <= 1, CodeProbability, "have", number(low)+".."+number(high))
	case nonNegative:
		return c.assert(low >= 0, CodeNegative, "have", number(low))
	default:
		return true
	}
}

// oneKind reports none or several where exactly one is needed.
func oneKind(c checker, set []string) bool {
	return c.assert(len(set) == 1, CodeOneKind, "have", strconv.Itoa(len(set)))
}

func (e Estimate) checkKind(c checker, depth int) {
	switch {
	case e.Constant != nil:
		known(c, *e.Constant)
	case e.Uniform != nil:
		rising(c, "low", e.Uniform.Low, "high", e.Uniform.High)
	case e.Triangular != nil:
		e.Triangular.check(c)
		c.at("gamma").assert(e.Triangular.Gamma == 0, CodeOverspecific)
	case e.PERT != nil:
		e.PERT.check(c)
		if e.PERT.Gamma != 0 {
			within(c.at("gamma"), e.PERT.Gamma, minShape, 1e4)
		}
	case e.Normal != nil:
		known(c.at("mean"), e.Normal.Mean)
		positive(c.at("sd"), e.Normal.SD)
	case e.Lognormal90 != nil:
		// p05 before p95: an interval without width has no sigma.
		low, high := e.Lognormal90.P05, e.Lognormal90.P95
		if positive(c.at("p05"), low) && rising(c, "p05", low, "p95", high) {
			within(c.at("p95"), high, float64(low*(1+4*minSigma)), float64(low*maxRatio))
		}
	case e.Lognormal != nil:
		within(c.at("mu"), e.Lognormal.Mu, -200, 200)
		within(c.at("sigma"), e.Lognormal.Sigma, minSigma, maxSigma)
	case e.Gamma != nil:
		within(c.at("shape"), e.Gamma.Shape, minShape, maxShape)
		positive(c.at("scale"), e.Gamma.Scale)
	default:
		e.checkDerived(c, depth)
	}
}

func (e Estimate) checkDerived(c checker, depth int) {
	switch {
	case e.Pareto != nil:
		positive(c.at("minimum"), e.Pareto.Minimum)
		within(c.at("alpha"), e.Pareto.Alpha, 0.1, 1e4)
	case e.GPD != nil:
		known(c.at("threshold"), e.GPD.Threshold)
		positive(c.at("scale"), e.GPD.Scale)
		if e.GPD.Shape != 0 {
			within(c.at("shape"), e.GPD.Shape, 1e-4, 10)
		}
	case e.Beta != nil:
		within(c.at("alpha"), e.Beta.Alpha, minShape, maxShape)
		within(c.at("beta"), e.Beta.Beta, minShape, maxShape)
		low, high := e.Beta.bounds()
		rising(c, "low", low, "high", high)
	case e.Empirical != nil:
		length(c, len(e.Empirical), maxList)
		for i, x := range e.Empirical {
			known(c.index(i), x)
		}
	case e.Mixture != nil:
		checkMixture(c, e.Mixture, depth)
	case e.Truncated != nil:
		e.Truncated.check(c, depth)
	case e.Capped != nil:
		e.Capped.Of.check(c.at("of"), nonNegative, depth+1)
		positive(c.at("at"), e.Capped.At)
	case e.Excess != nil:
		e.Excess.Of.check(c.at("of"), nonNegative, depth+1)
		amount(c.at("over"), e.Excess.Over)
		if e.Excess.Limit != 0 {
			positive(c.at("limit"), e.Excess.Limit)
		}
	}
}

// check: low < high with the mode between them.
func (t ThreePoint) check(c checker) {
	if !rising(c, "low", t.Low, "high", t.High) {
		return
	}
	if known(c.at("mode"), t.Mode) {
		c.at("mode").assert(t.Low <= t.Mode, CodeOrder, "low", number(t.Low), "high", number(t.Mode))
		c.at("mode").assert(t.Mode <= t.High, CodeOrder, "low", number(t.Mode), "high", number(t.High))
	}
}

func checkMixture(c checker, parts []Weighted, depth int) {
	length(c, len(parts), maxMixture)
	total := 0.0
	for i, p := range parts {
		amount(c.index(i).at("weight"), p.Weight)
		total += p.Weight
		p.Of.check(c.index(i).at("of"), anyNumber, depth+1)
	}
	c.assert(len(parts) == 0 || total > 0 || math.IsNaN(total), CodeNotPositive, "have", number(total))
}

func (t Truncated) check(c checker, depth int) {
	c.assert(t.Low != nil || t.High != nil, CodeMissing)
	low, high := t.bounds()
	right := t.Of.check(c.at("of"), anyNumber, depth+1)
	if t.Low != nil {
		right = known(c.at("low"), low) && right
	}
	if t.High != nil {
		right = known(c.at("high"), high) && right
	}
	if right && c.assert(low < high, CodeOrder, "low", number(low), "high", number(high)) {
		c.assert(truncate(t.Of.distribution(), low, high).inner >= minInterior, CodeNoMass)
	}
}

// known reports a number that is none.
func known(c checker, x float64) bool {
	return c.assert(finite(x), CodeNotFinite, "have", number(x)) &&
		c.assert(math.Abs(x) <= maxNumber, CodeTooLarge, "have", number(x), "want", number(maxNumber))
}

// positive reports a number that is not above zero.
func positive(c checker, x float64) bool {
	return known(c, x) && c.assert(x > 0, CodeNotPositive, "have", number(x))
}

// within reports a number outside what is computed accurately, or makes sense.
func within(c checker, x, low, high float64) bool {
	return known(c, x) && c.assert(x >= low && x <= high, CodeRange, "have", number(x), "low", number(low), "high", number(high))
}

// rising reports two numbers the wrong way round, at the second.
func rising(c checker, lowName string, low float64, highName string, high float64) bool {
	l, h := known(c.at(lowName), low), known(c.at(highName), high)
	return l && h && c.at(highName).assert(low < high, CodeOrder, "low", number(low), "high", number(high))
}

// length reports an empty list and one that is too long.
func length(c checker, n, most int) {
	c.assert(n > 0, CodeEmpty)
	c.assert(n <= most, CodeTooMany, "have", strconv.Itoa(n), "want", strconv.Itoa(most))
}
