package quant

import (
	"math"
	"sort"

	"github.com/ismskit/ismskit/internal/fp"
)

// sampleCurve is a distribution given by drawn years.
type sampleCurve struct{ sorted []float64 }

// quantile is the least drawn x with at least a part p of the years up to x.
func (c *sampleCurve) quantile(p float64) float64 {
	n := len(c.sorted)
	return c.sorted[min(n-1, max(0, int(math.Ceil(float64(p*float64(n))-1e-6))-1))]
}

// above is how many years exceed x.
func (c *sampleCurve) above(x float64) int {
	return len(c.sorted) - sort.Search(len(c.sorted), func(i int) bool { return c.sorted[i] > x })
}

// tail is the mean of the worst 1-p of the years.
func (c *sampleCurve) tail(p float64) float64 {
	v := c.quantile(p)
	sum := 0.0
	for _, x := range c.sorted[len(c.sorted)-c.above(v):] {
		sum += x - v
	}
	return v + sum/float64(float64(len(c.sorted))*(1-p))
}

// exceeded is the share of years that exceed x, and its 95 % confidence bounds
// (Clopper and Pearson, 1934).
func (c *sampleCurve) exceeded(x float64) (share, low, high float64) {
	n := float64(len(c.sorted))
	k := float64(c.above(x))
	low, high = clopperPearson(k, n, 0.025)
	return k / n, low, high
}

// bounds are 95 % confidence bounds of the quantile: order statistics between
// which it lies with that probability at least. The upper one is absent where
// there are too few years for any.
func (c *sampleCurve) bounds(p float64) (low, high *float64) {
	first, last := binomialRange(len(c.sorted), p, 0.025)
	if first >= 1 {
		low = &c.sorted[first-1]
	} else {
		low = new(float64)
	}
	if last < len(c.sorted) {
		high = &c.sorted[last]
	}
	if low != nil {
		v := *low
		low = &v
	}
	if high != nil {
		v := *high
		high = &v
	}
	return low, high
}

// binomialRange are the greatest first and the least last with P(K < first) and
// P(K > last) at most tail each, K the number of successes in n trials.
func binomialRange(n int, p, tail float64) (first, last int) {
	mean := float64(float64(n) * p)
	sd := math.Sqrt(float64(mean * (1 - p)))
	low := max(0, int(mean-float64(12*sd))-20)
	high := min(n, int(mean+float64(12*sd))+20)
	mass := make([]float64, high-low+1)
	for k := range mass {
		x := float64(low + k)
		y := float64(n) - x
		mass[k] = fp.Exp(logFactorial(float64(n)) - logFactorial(x) - logFactorial(y) + float64(x*fp.Log(p)) + float64(y*fp.Log(1-p)))
	}
	first, last = low, high
	for sum := 0.0; first < high; first++ {
		if sum += mass[first-low]; sum > tail {
			break
		}
	}
	for sum := 0.0; last > low; last-- {
		if sum += mass[last-low]; sum > tail {
			break
		}
	}
	return first, last
}

// sampled fills in what the drawn years say.
func (r *Result) sampled(c *sampleCurve, o Options) {
	n := float64(len(c.sorted))
	sum := 0.0
	for _, x := range c.sorted {
		d := x - r.Mean
		sum += float64(d * d)
	}
	sd := math.Sqrt(sum / (n - 1))
	r.SD = &sd
	share, _, _ := c.exceeded(0)
	r.NoLoss = 1 - share
	r.Sample = &Sample{Years: o.Years, Seed: o.Seed, MeanError: sd / math.Sqrt(n)}
	for _, p := range o.Levels {
		l := Level{Level: p, VaR: c.quantile(p), Tail: c.tail(p)}
		l.Low, l.High = c.bounds(p)
		r.Levels = append(r.Levels, l)
	}
	last := -1.0
	for _, q := range curveProbabilities() {
		if float64(q*n) < 1 {
			break
		}
		if x := c.quantile(1 - q); x > last {
			share, low, high := c.exceeded(x)
			r.Curve = append(r.Curve, Point{Loss: x, Probability: share, Low: &low, High: &high})
			last = x
		}
	}
}
