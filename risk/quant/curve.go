package quant

import (
	"math"
	"sort"
)

// curve is a distribution of yearly losses read from a lattice: at each
// multiple of the step its probability below and up to there, its density, and
// the expected value limited there. Where the distribution is smooth, what
// stands on the lattice is a sample of it, and the sums are corrected to the
// fourth order of the step; where a single multiple stands out, it is an atom.
type curve struct {
	step, mean   float64
	before, upto []float64 // P(S < j*step), P(S <= j*step)
	density      []float64 // per step
	limited      []float64 // E[min(S, j*step)]
}

// newCurve reads masses, the probabilities of the multiples of the step. The
// mean and the probability of no loss are known from elsewhere.
func newCurve(masses []float64, step, mean, zero float64) *curve {
	n := len(masses) - behind
	c := &curve{step: step, mean: mean}
	all := make([]float64, 4*n)
	c.before, c.upto, c.density, c.limited = all[:n:n], all[n:2*n:2*n], all[2*n:3*n:3*n], all[3*n:]
	sum, limited := 0.0, 0.0
	for _, m := range masses[n:] { // negative multiples: only what corrections leave
		sum += m
		limited -= float64(sum * step)
	}
	sum += masses[0]
	c.upto[0] = zero
	// The density first: what of each multiple is not an atom.
	for j := 1; j < n; j++ {
		c.density[j] = evenPart(masses, j, n)
	}
	if n > 2 {
		c.density[0] = max(0, float64(2*c.density[1])-c.density[2])
	}
	high, even := zero, c.density[0]
	for j := 1; j < n; j++ {
		limited += float64(step * (1 - sum))
		before, next := even, 0.0
		even = c.density[j]
		if j+1 < n {
			next = c.density[j+1]
		}
		m := masses[j]
		middle := sum + m/2 - float64((next-before)*(1.0/24))
		low := sum
		sum += m
		middle = between(middle, low, sum)
		half := (m - even) / 2
		if half < 0 {
			half = 0
		}
		c.limited[j] = limited - float64(step*even*(1.0/12))
		c.before[j] = between(middle-half, high, 1)
		c.upto[j] = between(middle+half, c.before[j], 1)
		high = c.upto[j]
	}
	return c
}

// evenPart is what of the mass of a multiple j > 0 is not an atom.
func evenPart(masses []float64, j, n int) float64 {
	m, previous, next := masses[j], masses[j-1], 0.0
	if j+1 < n {
		next = masses[j+1]
	}
	if j == 1 {
		previous = next // at 0 is the probability of no loss
	}
	if m > 1e-12 && m > float64(2*previous) && m > float64(2*next) {
		m = (previous + next) / 2
	}
	if m < 0 {
		return 0
	}
	return m
}

// between is x, or the nearer of the bounds.
func between(x, low, high float64) float64 {
	if x > high {
		x = high
	}
	if x < low {
		return low
	}
	return x
}

// end is the largest loss on the curve.
func (c *curve) end() float64 { return float64(c.step * float64(len(c.upto)-1)) }

// slopes are the densities at both ends of the cell above j, limited so that
// the cubic between them never falls.
func (c *curve) slopes(j int) (from, to, rise float64) {
	rise = c.before[j+1] - c.upto[j]
	return min(c.density[j], float64(3*rise)), min(c.density[j+1], float64(3*rise)), rise
}

// within is P(S <= (j+t)*step) for t from 0 to 1 (exclusive).
func (c *curve) within(j int, t float64) float64 {
	d0, d1, rise := c.slopes(j)
	a := float64(t * float64(t*(3-float64(2*t))))
	b := float64(t * float64((1-t)*(1-t)))
	e := float64(float64(t*t) * (t - 1))
	return c.upto[j] + float64(rise*a) + float64(d0*b) + float64(d1*e)
}

// exceeded is P(S > x).
func (c *curve) exceeded(x float64) float64 {
	if x < 0 {
		return 1
	}
	j, t := c.place(x)
	if j >= len(c.upto)-1 {
		return 1 - c.upto[len(c.upto)-1]
	}
	if t == 0 {
		return 1 - c.upto[j]
	}
	return 1 - c.within(j, t)
}

// place is the cell of x, and where in it.
func (c *curve) place(x float64) (j int, t float64) {
	if x >= c.end() {
		return len(c.upto) - 1, 0
	}
	u := x / c.step
	j = int(u)
	t = u - float64(j)
	if t > 1-1e-9 { // a multiple of the step but for rounding
		return j + 1, 0
	}
	if t < 1e-9 {
		t = 0
	}
	return j, t
}

// quantile is the value at risk: the least x with P(S <= x) >= p.
func (c *curve) quantile(p float64) float64 {
	j := sort.SearchFloat64s(c.upto, p)
	if j == len(c.upto) {
		return c.end()
	}
	if j == 0 {
		return 0
	}
	if c.before[j] < p {
		return float64(float64(j) * c.step)
	}
	// In the cell below j: its cubic rises, so halving finds the place.
	low, high := 0.0, 1.0
	for range 50 {
		t := (low + high) / 2
		if c.within(j-1, t) < p {
			low = t
		} else {
			high = t
		}
	}
	return float64((float64(j-1) + high) * c.step)
}

// limitedAt is E[min(S, x)].
func (c *curve) limitedAt(x float64) float64 {
	j, t := c.place(x)
	if j >= len(c.upto)-1 {
		return c.limited[len(c.upto)-1]
	}
	// The integral of 1 - within over 0..t.
	d0, d1, rise := c.slopes(j)
	t2 := float64(t * t)
	t3, t4 := float64(t2*t), float64(t2*t2)
	a := t3 - t4/2
	b := t2/2 - float64(t3*2)/3 + t4/4
	e := t4/4 - t3/3
	area := t - float64(c.upto[j]*t) - float64(rise*a) - float64(d0*b) - float64(d1*e)
	return c.limited[j] + float64(area*c.step)
}

// above is E[(S-x)+]: the expected loss beyond x, the tail beyond the grid
// included.
func (c *curve) above(x float64) float64 { return max(0, c.mean-c.limitedAt(x)) }

// tail is the expected shortfall at level p: the mean of the worst 1-p of the
// years.
func (c *curve) tail(p float64) float64 {
	v := c.quantile(p)
	return v + c.above(v)/(1-p)
}

// finite reports whether x is a number.
func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
