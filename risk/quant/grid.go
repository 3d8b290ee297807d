package quant

import (
	"context"
	"math"
	"slices"

	"github.com/ismskit/ismskit/internal/fp"
)

// A mixture of severities is put on a lattice of multiples of a step h. Each
// loss is split between the two lattice points around it so that its mean is
// kept; what a point gets is then the second difference of
//
//	G(x) = sum of rate * E[(X-x)+]
//
// divided by h. Only G has to be known, and it is smooth: one evaluation of
// every severity at 16 Chebyshev nodes of each octave of x gives it everywhere.
// Octaves are absolute (powers of two), so grids of every step share them.

// chebNodes is the number of Chebyshev nodes in an octave.
const chebNodes = 16

// direct is the number of lattice points computed one by one, before the first
// octave that is interpolated.
const direct = 16

// negligible is the tail probability of a severity beyond which it is not
// looked at.
const negligible = 1e-19

// element is one severity of a mixture, and its rate in each state.
type element struct {
	loss      severity
	rate      [2]float64
	average   float64 // its mean
	low, high float64 // outside these it is not looked at
	rough     bool
}

func newElement(loss severity, calm, shock float64) element {
	e := element{loss: loss, rate: [2]float64{calm, shock}, average: loss.mean(), rough: !smooth(loss)}
	e.low, e.high = loss.support()
	if e.low != e.high {
		e.low = max(e.low, loss.quantile(negligible))
		e.high = min(e.high, loss.isf(negligible))
	}
	return e
}

// smooth reports whether 16 nodes are known to do for an octave of a severity,
// so that it need not be tested and its discretization can be corrected.
func smooth(loss severity) bool {
	switch d := loss.(type) {
	case lognormal:
		return d.sigma >= 0.35
	case affine:
		switch of := d.of.(type) {
		case gamma:
			return d.shift == 0 && of >= 0.2 && of <= 4
		case pareto:
			return d.shift == 0
		}
	}
	return false
}

// discrete reports whether a severity takes only some values.
func discrete(loss severity) bool {
	switch d := loss.(type) {
	case constant, empirical:
		return true
	case affine:
		return discrete(d.of)
	}
	return false
}

// excess is E[(X-x)+].
func (e *element) excess(x float64) float64 {
	if x <= e.low {
		return e.average - x
	}
	if x >= e.high {
		return 0
	}
	if d, ok := e.loss.(lognormal); ok {
		return d.excess(x, e.average, d.z(x))
	}
	return max(0, e.average-e.loss.lev(x))
}

// excess is E[(X-x)+], with the mean and the standard score of x.
func (d lognormal) excess(x, mean, z float64) float64 {
	return float64(mean*fp.NormalSF(z-d.sigma)) - float64(x*fp.NormalSF(z))
}

// octave is G between from and 2*from, by class (smooth, rough) and state.
type octave struct {
	from  float64
	sum   [2][2][chebNodes]float64
	kinks []int // elements that the nodes do not describe here
}

// mixture is what the compound Poisson part of a portfolio draws its losses
// from.
type mixture struct {
	elements []element
	states   int
	octaves  map[int]*octave
	cheb     *chebyshev
}

func newMixture(elements []element, states int, cheb *chebyshev) *mixture {
	return &mixture{elements: elements, states: states, octaves: map[int]*octave{}, cheb: cheb}
}

// octave is the one from 2^exponent on.
func (m *mixture) octave(ctx context.Context, exponent int) *octave {
	if o, ok := m.octaves[exponent]; ok {
		return o
	}
	o := &octave{from: math.Ldexp(1, exponent)}
	m.octaves[exponent] = o
	x := m.cheb.points(o.from, float64(2*o.from))
	var logs, values [chebNodes]float64
	for k := range x {
		logs[k] = fp.Log(x[k])
	}
	for i := range m.elements {
		if ended(ctx, i) {
			return o
		}
		e := &m.elements[i]
		if e.high <= o.from {
			continue
		}
		e.values(&x, &logs, &values)
		class := 0
		if e.rough {
			class = 1
			if !m.cheb.fits(e, o.from, float64(2*o.from), &values) {
				o.kinks = append(o.kinks, i)
				continue
			}
		}
		for s := range m.states {
			sum, rate := &o.sum[s][class], e.rate[s]
			for k := range sum {
				sum[k] += float64(rate * values[k])
			}
		}
	}
	return o
}

// values is the excess at the nodes.
func (e *element) values(x, logs, values *[chebNodes]float64) {
	d, ok := e.loss.(lognormal)
	if !ok || x[chebNodes-1] <= e.low || x[0] >= e.high {
		for k := range x {
			values[k] = e.excess(x[k])
		}
		return
	}
	perSigma := 1 / d.sigma
	for k := range x {
		values[k] = d.excess(x[k], e.average, float64((logs[k]-d.mu)*perSigma))
	}
}

// lattice is a mixture on the multiples 0, 1 ... n of a step, in one state.
type lattice struct {
	rate  float64   // of all events
	jumps []float64 // the rate of each multiple of the step below n
	below float64   // the rate of -1, where a correction of the second order needs one
}

// lattice computes the rates of the lattice points. With correct, the spread
// that the splitting adds is taken out again where severities are smooth: the
// error is then of the fourth order of the step. When ctx has ended the rates
// mean nothing, and so does what the mixture holds.
func (m *mixture) lattice(ctx context.Context, n int, step float64, state int, correct bool) lattice {
	out := lattice{jumps: make([]float64, n)}
	g, r := m.excess(ctx, n, step, state)
	differences(g, step, out.jumps)
	if correct {
		out.correct(m.corrections(ctx, out.jumps, step, state))
	}
	if r != nil {
		rough := make([]float64, n)
		differences(r, step, rough)
		for j := range rough {
			out.jumps[j] += rough[j]
		}
	}
	for i := range m.elements {
		out.rate += m.elements[i].rate[state]
	}
	out.jumps[0] += out.rate // the rest of the rate, where G is short of a line
	return out
}

// excess is G of the smooth severities at the multiples 0 to n of the step, and
// of the rough ones; nil when there are none.
func (m *mixture) excess(ctx context.Context, n int, step float64, state int) (g, r []float64) {
	g = make([]float64, n+1)
	if slices.ContainsFunc(m.elements, func(e element) bool { return e.rough }) {
		r = make([]float64, n+1)
	}
	for i := range m.elements {
		if ended(ctx, i) {
			break
		}
		if e := &m.elements[i]; e.rough {
			e.firstFew(step, state, r)
		} else {
			e.firstFew(step, state, g)
		}
	}
	for j := direct + 1; j <= n; {
		_, exponent := math.Frexp(float64(float64(j) * step))
		o := m.octave(ctx, exponent-1)
		end := min(n+1, int(math.Ceil(2*o.from/step)))
		m.cheb.evaluate(&o.sum[state][0], o.from, step, j, g[j:end])
		if r != nil {
			m.cheb.evaluate(&o.sum[state][1], o.from, step, j, r[j:end])
		}
		for k, i := range o.kinks {
			if ended(ctx, 64*k) {
				break
			}
			e := &m.elements[i]
			m.cheb.refine(e, e.rate[state], step, j, r[j:end])
		}
		j = end
	}
	return g, r
}

// firstFew adds the excess at the first few multiples of the step.
func (e *element) firstFew(step float64, state int, to []float64) {
	rate := e.rate[state]
	for j := range to[:min(direct+1, len(to))] {
		x := float64(float64(j) * step)
		if x >= e.high {
			return
		}
		to[j] += float64(rate * e.excess(x))
	}
}

// correct takes the second difference of c out of the rates.
func (l *lattice) correct(c []float64) {
	l.below = -c[0]
	previous, here := 0.0, c[0]
	for j := range l.jumps {
		next := 0.0
		if j+1 < len(c) {
			next = c[j+1]
		}
		l.jumps[j] -= previous - float64(2*here) + next
		previous, here = here, next
	}
}

// ended asks every so often whether ctx has ended.
func ended(ctx context.Context, i int) bool { return i%512 == 0 && ctx.Err() != nil }

// differences is the second difference of g over the step; at 0 the first.
func differences(g []float64, step float64, f []float64) {
	per := 1 / step
	f[0] = float64((g[1] - g[0]) * per)
	for j := 1; j < len(f); j++ {
		f[j] = float64((g[j-1] - g[j] - (g[j] - g[j+1])) * per)
	}
}

// corrections is, for each lattice point, half of E[u(1-u)] over the cells
// around it, u the place in the cell: half the variance that splitting adds.
// Away from zero that is a twelfth of the rate there.
func (m *mixture) corrections(ctx context.Context, jumps []float64, step float64, state int) []float64 {
	c := make([]float64, len(jumps))
	for j := direct; j < len(c); j++ {
		c[j] = jumps[j] / 12
	}
	var cells [direct]float64
	for i := range m.elements {
		if ended(ctx, i) {
			break
		}
		e := &m.elements[i]
		if e.rough {
			continue
		}
		for j := range min(direct, len(c)) {
			a, b := float64(float64(j)*step), float64(float64(j+1)*step)
			if b <= e.low {
				continue
			}
			if a >= e.high {
				break
			}
			p0 := e.loss.cdf(b) - e.loss.cdf(a)
			p1 := (e.loss.partial(1, b) - e.loss.partial(1, a)) / step
			p2 := (e.loss.partial(2, b) - e.loss.partial(2, a)) / step / step
			spread := float64(float64(2*j+1)*p1) - p2 - float64(float64(j*(j+1))*p0)
			cells[j] += float64(e.rate[state] * max(0, spread) / 2)
		}
	}
	previous := 0.0
	for j := range min(direct, len(c)) {
		c[j] = (previous + cells[j]) / 2
		previous = cells[j]
	}
	return c
}
