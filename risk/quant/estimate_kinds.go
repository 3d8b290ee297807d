package quant

import (
	"math"

	"github.com/ismskit/ismskit/internal/fp"
)

// z95 is the standard normal quantile of 0.95: the half width of a 90 %
// interval in standard deviations.
const z95 = 1.644853626951472714863848907991632136083195744275529

// usualGamma is the weight of the mode in a PERT estimate that names none.
const usualGamma = 4

// distribution is the estimate as the engines see it, nil when it does not have
// exactly one kind. The estimate has no problems otherwise.
func (e Estimate) distribution() severity {
	switch {
	case len(e.kinds()) != 1:
		return nil
	case e.Constant != nil:
		return constant(*e.Constant)
	case e.Uniform != nil:
		return stretch(uniform{}, e.Uniform.Low, e.Uniform.High)
	case e.Triangular != nil:
		t := e.Triangular
		return stretch(triangular((t.Mode-t.Low)/(t.High-t.Low)), t.Low, t.High)
	case e.PERT != nil:
		a, b := e.PERT.shapes()
		return stretch(beta{a, b}, e.PERT.Low, e.PERT.High)
	case e.Normal != nil:
		return scale(normal{}, e.Normal.Mean, e.Normal.SD)
	case e.Lognormal90 != nil:
		low, high := fp.Log(e.Lognormal90.P05), fp.Log(e.Lognormal90.P95)
		return lognormal{(low + high) / 2, (high - low) / (2 * z95)}
	case e.Lognormal != nil:
		return lognormal{e.Lognormal.Mu, e.Lognormal.Sigma}
	case e.Gamma != nil:
		return scale(gamma(e.Gamma.Shape), 0, e.Gamma.Scale)
	case e.Pareto != nil:
		return scale(pareto(1/e.Pareto.Alpha), e.Pareto.Minimum, e.Pareto.Minimum/e.Pareto.Alpha)
	default:
		return e.derived()
	}
}

// derived is distribution for the kinds that follow from data or from other
// estimates.
func (e Estimate) derived() severity {
	switch {
	case e.GPD != nil && e.GPD.Shape == 0:
		return scale(gamma(1), e.GPD.Threshold, e.GPD.Scale)
	case e.GPD != nil:
		return scale(pareto(e.GPD.Shape), e.GPD.Threshold, e.GPD.Scale)
	case e.Beta != nil:
		low, high := e.Beta.bounds()
		return stretch(beta{e.Beta.Alpha, e.Beta.Beta}, low, high)
	case e.Mixture != nil:
		return newBlend(e.Mixture)
	case e.Truncated != nil:
		low, high := e.Truncated.bounds()
		return truncate(e.Truncated.Of.distribution(), low, high)
	case e.Capped != nil:
		return layer{e.Capped.Of.distribution(), 0, e.Capped.At}
	case e.Excess != nil:
		limit := e.Excess.Limit
		if limit == 0 {
			limit = math.Inf(1)
		}
		return layer{e.Excess.Of.distribution(), e.Excess.Over, limit}
	default:
		return newEmpirical(e.Empirical)
	}
}

// stretch puts a distribution on 0..1 on low..high.
func stretch(of severity, low, high float64) severity { return scale(of, low, high-low) }

// shapes are those of the beta distribution with the mode of the estimate
// (modified PERT: 1 + gamma*(mode-low)/(high-low)).
func (t ThreePoint) shapes() (a, b float64) {
	g := t.Gamma
	if g == 0 {
		g = usualGamma
	}
	width := t.High - t.Low
	return 1 + float64(g*(t.Mode-t.Low))/width, 1 + float64(g*(t.High-t.Mode))/width
}

func (b Beta) bounds() (low, high float64) {
	if b.Low == 0 && b.High == 0 {
		return 0, 1
	}
	return b.Low, b.High
}

func (t Truncated) bounds() (low, high float64) {
	low, high = math.Inf(-1), math.Inf(1)
	if t.Low != nil {
		low = *t.Low
	}
	if t.High != nil {
		high = *t.High
	}
	return low, high
}

func newBlend(parts []Weighted) severity {
	total := 0.0
	for _, p := range parts {
		total += p.Weight
	}
	d := blend{make([]float64, len(parts)), make([]severity, len(parts))}
	for i, p := range parts {
		d.weights[i], d.of[i] = p.Weight/total, p.Of.distribution()
	}
	return d
}
