package quant

import (
	"math"
	"math/bits"
	"slices"
)

// empirical is one of the observed numbers, each as likely.
type empirical struct {
	values []float64    // rising
	sums   [3][]float64 // of the powers of the values before each, and of all
}

func newEmpirical(observed []float64) empirical {
	d := empirical{values: slices.Sorted(slices.Values(observed))}
	for k := range d.sums {
		d.sums[k] = make([]float64, len(observed)+1)
		for i, x := range d.values {
			d.sums[k][i+1] = d.sums[k][i] + power(x, k+1)
		}
	}
	return d
}

func (d empirical) n() float64 { return float64(len(d.values)) }

// upTo is how many values are at most x.
func (d empirical) upTo(x float64) int {
	i, _ := slices.BinarySearchFunc(d.values, x, func(v, x float64) int {
		if v <= x {
			return -1
		}
		return 1
	})
	return i
}

func (d empirical) mean() float64 { return d.sums[0][len(d.values)] / d.n() }

func (d empirical) variance() float64 {
	m, sum := d.mean(), 0.0
	for _, x := range d.values {
		sum += float64((x - m) * (x - m))
	}
	return sum / d.n()
}

func (d empirical) third() float64        { return d.sums[2][len(d.values)] / d.n() }
func (d empirical) cdf(x float64) float64 { return float64(d.upTo(x)) / d.n() }
func (d empirical) sf(x float64) float64  { return float64(len(d.values)-d.upTo(x)) / d.n() }
func (d empirical) lev(x float64) float64 { return levOf(d, x) }

func (d empirical) partial(k int, x float64) float64 { return d.sums[k-1][d.upTo(x)] / d.n() }

func (d empirical) quantile(p float64) float64 {
	return d.values[min(len(d.values)-1, max(0, int(math.Ceil(float64(p*d.n())))-1))]
}

func (d empirical) isf(q float64) float64 {
	return d.values[max(0, len(d.values)-1-int(math.Floor(float64(q*d.n()))))]
}

func (d empirical) support() (low, high float64)   { return d.values[0], d.values[len(d.values)-1] }
func (d empirical) scaled(factor float64) severity { return scale(d, 0, factor) }

func (d empirical) sample(src source) float64 {
	i, _ := bits.Mul64(src.next(), uint64(len(d.values)))
	return d.values[i]
}

// blend is one of several distributions, by weights that add up to 1.
type blend struct {
	weights []float64
	of      []severity
}

// over is the weighted sum of a figure of the distributions.
func (d blend) over(figure func(severity) float64) float64 {
	sum := 0.0
	for i, w := range d.weights {
		if w > 0 {
			sum += float64(w * figure(d.of[i]))
		}
	}
	return sum
}

func (d blend) mean() float64 { return d.over(severity.mean) }

func (d blend) variance() float64 {
	m := d.mean()
	return d.over(func(s severity) float64 {
		away := s.mean() - m
		return s.variance() + float64(away*away)
	})
}

func (d blend) third() float64 { return d.over(severity.third) }

func (d blend) cdf(x float64) float64 {
	return min(1, d.over(func(s severity) float64 { return s.cdf(x) }))
}

func (d blend) sf(x float64) float64 {
	return min(1, d.over(func(s severity) float64 { return s.sf(x) }))
}

func (d blend) lev(x float64) float64 {
	return d.over(func(s severity) float64 { return s.lev(x) })
}

func (d blend) partial(k int, x float64) float64 {
	return d.over(func(s severity) float64 { return s.partial(k, x) })
}

func (d blend) quantile(p float64) float64 {
	return d.between(func(s severity) float64 { return s.quantile(p) }, func(x float64) bool { return d.cdf(x) >= p })
}

func (d blend) isf(q float64) float64 {
	return d.between(func(s severity) float64 { return s.isf(q) }, func(x float64) bool { return d.sf(x) <= q })
}

// between is the least x that is enough: the answers of the parts lie around it.
func (d blend) between(answer func(severity) float64, enough func(x float64) bool) float64 {
	low, high := math.Inf(1), math.Inf(-1)
	for i, s := range d.of {
		if d.weights[i] > 0 {
			x := answer(s)
			low, high = min(low, x), max(high, x)
		}
	}
	if enough(low) || math.IsInf(high, 1) {
		if math.IsInf(high, 1) && !enough(low) {
			return high
		}
		return low
	}
	for {
		middle := low + (high-low)/2
		if middle <= low || middle >= high {
			return high
		}
		if enough(middle) {
			high = middle
		} else {
			low = middle
		}
	}
}

func (d blend) support() (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for i, s := range d.of {
		if d.weights[i] > 0 {
			l, h := s.support()
			low, high = min(low, l), max(high, h)
		}
	}
	return low, high
}

func (d blend) scaled(factor float64) severity { return scale(d, 0, factor) }

func (d blend) sample(src source) float64 {
	u := unit(src)
	for i, w := range d.weights[:len(d.weights)-1] {
		if u < w {
			return d.of[i].sample(src)
		}
		u -= w
	}
	return d.of[len(d.of)-1].sample(src)
}
