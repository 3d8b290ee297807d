package quant

import (
	"math"

	"github.com/ismskit/ismskit/internal/fp"
)

// occasional is a loss that comes with a probability.
type occasional struct {
	probability float64
	of          severity
}

// distribution is the tree as the engines see it: the frequency, the loss of
// every event, and the losses of some of them. The tree has no problems.
//
// The factors are independent. An uncertain rate is drawn for each year; an
// uncertain probability of a secondary loss applies to each event anew, so that
// only its mean counts.
func (t Tree) distribution() (counting, severity, []occasional) {
	loss := t.LossMagnitude
	if loss == nil {
		loss = t.PrimaryLoss
	}
	extra := make([]occasional, len(t.Secondary))
	for i, s := range t.Secondary {
		extra[i] = occasional{s.Frequency.distribution().mean(), s.Magnitude.distribution()}
	}
	return newMixed(t.rates()...), loss.distribution(), extra
}

// rates are the factors of the loss event frequency.
func (t Tree) rates() []severity {
	if t.LossEventFrequency != nil {
		return []severity{t.LossEventFrequency.distribution()}
	}
	var factors []severity
	if t.ThreatEventFrequency != nil {
		factors = append(factors, t.ThreatEventFrequency.distribution())
	} else {
		factors = append(factors, t.ContactFrequency.distribution(), t.ProbabilityOfAction.distribution())
	}
	if t.Vulnerability != nil {
		return append(factors, t.Vulnerability.distribution())
	}
	return append(factors, constant(exceeds(t.ThreatCapability.distribution(), t.ResistanceStrength.distribution())))
}

// exceeds is the probability that t is greater than r, both independent. An
// attempt that only equals the resistance fails.
func exceeds(t, r severity) float64 {
	if a, ok := t.(affine); ok {
		if b, ok := r.(affine); ok && a.of == (normal{}) && b.of == (normal{}) {
			sd := math.Sqrt(a.variance() + b.variance())
			return fp.NormalCDF((a.mean() - b.mean()) / sd)
		}
	}
	switch r := r.(type) {
	case constant:
		return t.sf(float64(r))
	case empirical:
		if t, ok := t.(empirical); ok {
			return t.above(r)
		}
		sum := 0.0
		for _, x := range r.values {
			sum += t.sf(x)
		}
		return sum / r.n()
	case blend:
		return r.over(func(part severity) float64 { return exceeds(t, part) })
	}
	switch t := t.(type) {
	case constant:
		return r.cdf(justBelow(float64(t)))
	case empirical:
		sum := 0.0
		for _, x := range t.values {
			sum += r.cdf(justBelow(x))
		}
		return sum / t.n()
	case blend:
		return t.over(func(part severity) float64 { return exceeds(part, r) })
	}
	// The mean of P(T > R) over R, by the normal score of R.
	const far = 8.3 // beyond it is less than 1e-16
	q := quadrature{f: func(z float64) float64 {
		x := r.quantile(fp.NormalCDF(z))
		if z > 0 {
			x = r.isf(fp.NormalSF(z))
		}
		return float64(t.sf(x) * fp.NormalDensity(z))
	}, budget: 20_000}
	return min(1, max(0, q.integral(-far, 0)+q.integral(0, far)))
}

// above is the share of the pairs in which the value of d is the greater.
func (d empirical) above(r empirical) float64 {
	pairs := 0
	for _, x := range r.values {
		pairs += len(d.values) - d.upTo(x)
	}
	return float64(pairs) / float64(d.n()*r.n())
}

// quadrature integrates a function: Gauss-Legendre of ten points, halving
// intervals until halves add up to the whole, within a budget of evaluations.
type quadrature struct {
	f      func(float64) float64
	budget int
}

func (q *quadrature) integral(a, b float64) float64 { return q.refine(a, b, q.panel(a, b), 1e-13) }

func (q *quadrature) refine(a, b, whole, tolerance float64) float64 {
	middle := (a + b) / 2
	left, right := q.panel(a, middle), q.panel(middle, b)
	if math.Abs(left+right-whole) <= tolerance || b-a < 1e-13 || q.budget <= 0 {
		return left + right
	}
	return q.refine(a, middle, left, tolerance/2) + q.refine(middle, b, right, tolerance/2)
}

func (q *quadrature) panel(a, b float64) float64 {
	const n = 5
	q.budget -= 2 * n
	at := [n]float64{0.14887433898163121088, 0.43339539412924719080, 0.67940956829902440623, 0.86506336668898451073, 0.97390652851717172008}
	weight := [n]float64{0.29552422471475287017, 0.26926671930999635509, 0.21908636251598204400, 0.14945134915058059315, 0.06667134430868813759}
	center, half, sum := (a+b)/2, (b-a)/2, 0.0
	for i, x := range at {
		away := float64(half * x)
		sum += float64(weight[i] * (q.f(center-away) + q.f(center+away)))
	}
	return float64(half * sum)
}
