package quant

import "math"

// truncated is of, known to lie in low..high, bounds included.
type truncated struct {
	of                 severity
	low, high          float64
	under, over, inner float64 // the probability below, above and within
}

// truncate bounds of; inner is 0 where nothing is left.
func truncate(of severity, low, high float64) truncated {
	d := truncated{of: of, low: low, high: high}
	before := justBelow(low)
	d.under, d.over = of.cdf(before), of.sf(high)
	if d.under < 0.5 {
		d.inner = 1 - d.under - d.over
	} else {
		d.inner = of.sf(before) - d.over
	}
	if d.over > 0.5 {
		d.inner = of.cdf(high) - d.under
	}
	return d
}

// justBelow is the number just below x.
func justBelow(x float64) float64 {
	switch {
	case math.IsInf(x, 0) || math.IsNaN(x):
		return x
	case x > 0:
		return math.Float64frombits(math.Float64bits(x) - 1)
	case x < 0:
		return math.Float64frombits(math.Float64bits(x) + 1)
	default:
		return -0x1p-1074
	}
}

func (d truncated) mean() float64     { return d.partial(1, d.high) }
func (d truncated) variance() float64 { return varianceOf(d) }
func (d truncated) third() float64    { return d.partial(3, d.high) }

// varianceOf is the variance from the moments about zero.
func varianceOf(d severity) float64 {
	m := d.mean()
	if math.IsInf(m, 0) {
		return math.Inf(1)
	}
	return max(0, d.partial(2, math.Inf(1))-float64(m*m))
}

func (d truncated) cdf(x float64) float64 {
	switch {
	case x < d.low:
		return 0
	case x >= d.high:
		return 1
	default:
		return min(1, max(0, (d.of.cdf(x)-d.under)/d.inner))
	}
}

func (d truncated) sf(x float64) float64 {
	switch {
	case x < d.low:
		return 1
	case x >= d.high:
		return 0
	default:
		return min(1, max(0, (d.of.sf(x)-d.over)/d.inner))
	}
}

func (d truncated) lev(x float64) float64 { return levOf(d, x) }

func (d truncated) partial(k int, x float64) float64 {
	if x < d.low {
		return 0
	}
	return (d.of.partial(k, min(x, d.high)) - d.of.partial(k, justBelow(d.low))) / d.inner
}

func (d truncated) quantile(p float64) float64 {
	return min(d.high, max(d.low, d.of.quantile(d.under+float64(p*d.inner))))
}

func (d truncated) isf(q float64) float64 {
	return min(d.high, max(d.low, d.of.isf(d.over+float64(q*d.inner))))
}

func (d truncated) support() (low, high float64) {
	low, high = d.of.support()
	return max(low, d.low), min(high, d.high)
}

func (d truncated) scaled(factor float64) severity { return scale(d, 0, factor) }

// sample draws again what lies outside, unless that is most of it.
func (d truncated) sample(src source) float64 {
	if d.inner < 0.25 {
		return d.quantile(unit(src))
	}
	for {
		if x := d.of.sample(src); x >= d.low && x <= d.high {
			return x
		}
	}
}

// layer is what of costs above a deductible, limited: min(max(X-over, 0), limit).
type layer struct {
	of          severity
	over, limit float64
}

// top is where the layer is exhausted.
func (d layer) top() float64 { return d.over + d.limit }

func (d layer) mean() float64     { return max(0, d.of.lev(d.top())-d.of.lev(d.over)) }
func (d layer) variance() float64 { return varianceOf(d) }
func (d layer) third() float64    { return d.partial(3, math.Inf(1)) }

func (d layer) cdf(x float64) float64 {
	switch {
	case x < 0:
		return 0
	case x >= d.limit:
		return 1
	default:
		return d.of.cdf(d.over + x)
	}
}

func (d layer) sf(x float64) float64 {
	switch {
	case x < 0:
		return 1
	case x >= d.limit:
		return 0
	default:
		return d.of.sf(d.over + x)
	}
}

func (d layer) lev(x float64) float64 {
	if x <= 0 {
		return x
	}
	return max(0, d.of.lev(d.over+min(x, d.limit))-d.of.lev(d.over))
}

func (d layer) partial(k int, x float64) float64 {
	if x < 0 {
		return 0
	}
	top, sum := d.over+x, 0.0
	if x >= d.limit {
		top = justBelow(d.top())
		if !math.IsInf(d.limit, 1) {
			sum = float64(power(d.limit, k) * d.of.sf(top))
		}
	}
	return sum + max(0, shifted(d.of, k, -d.over, 1, top)-shifted(d.of, k, -d.over, 1, d.over))
}

func (d layer) within(x float64) float64 { return min(d.limit, max(0, x-d.over)) }

func (d layer) quantile(p float64) float64 { return d.within(d.of.quantile(p)) }
func (d layer) isf(q float64) float64      { return d.within(d.of.isf(q)) }

func (d layer) support() (low, high float64) {
	low, high = d.of.support()
	return d.within(low), d.within(high)
}

func (d layer) scaled(factor float64) severity { return scale(d, 0, factor) }
func (d layer) sample(src source) float64      { return d.within(d.of.sample(src)) }
