package quant

import (
	"context"
	"math"

	"github.com/ismskit/ismskit/internal/fp"
)

// contributions divides mean and tail among the scenarios. In a year whose
// total exceeds v, scenario i loses on average
//
//	E[N] * E[X 1{S' + X > v}]
//
// where S' is a year with one event of the scenario less than it was drawn
// with: for a Poisson frequency that is S itself. With the lattice of S, that
// is the mean over S of M(v-S), M(y) = E[X; X > y]: one sum over the lattice
// for all scenarios together gives weights of the Chebyshev nodes, and each
// scenario is evaluated at the nodes only.
func (x *exact) contributions(ctx context.Context, pl *plan, c *curve, masses [2][]float64, level float64) ([]Contribution, error) {
	out := make([]Contribution, len(x.parts))
	v := c.quantile(level)
	for s := range masses[:x.states] {
		w := x.cheb.weigh(masses[s], v, c.step)
		for i := range x.parts {
			if ended(ctx, 16*i) {
				return nil, ctx.Err()
			}
			out[i].Scenario = x.parts[i].id
			mean, tail := x.share(ctx, &x.parts[i], s, &w, masses[s], v, c.step)
			out[i].Mean += mean
			out[i].Tail += tail
		}
		if err := x.ownTails(ctx, pl, s, c.step, v, out); err != nil {
			return nil, err
		}
	}
	// What is left are errors of the grid, and where v itself has a probability
	// the part of it that belongs to the tail.
	sum, want := 0.0, c.tail(level)
	for i := range out {
		sum += out[i].Tail
	}
	if sum > 0 {
		for i := range out {
			out[i].Tail = float64(out[i].Tail * (want / sum))
		}
	}
	return out, nil
}

// share is what a part has in mean and tail in one state, times the probability
// of the state; the tail only of a plain part.
func (x *exact) share(ctx context.Context, p *part, state int, w *weights, masses []float64, v, step float64) (mean, tail float64) {
	events := float64(x.weight[state] * p.in(state).mean())
	loss, _ := p.moments()
	mean = float64(events * loss)
	if !p.plain() || events == 0 {
		return mean, 0
	}
	e := newElement(p.loss, 1, 1)
	if e.rough {
		return mean, float64(events * x.cheb.roughTail(ctx, &e, masses, v, step))
	}
	return mean, float64(events * w.tail(&e))
}

// weights turn values of a function of the loss of one event into its mean
// over the rest of the year.
type weights struct {
	always  float64 // the mass for which any loss will do
	near    []place // few and small: one by one
	octaves []weightedOctave
}

type place struct{ y, mass float64 }

type weightedOctave struct {
	x, logs, mass [chebNodes]float64
}

// weigh is the mean of a function of v - S over the lattice of S.
func (c *chebyshev) weigh(masses []float64, v, step float64) weights {
	var w weights
	n := len(masses) - behind
	for _, m := range masses[n:] {
		w.near = append(w.near, place{v, m}) // S is zero but for corrections
	}
	last := min(n-1, int(math.Floor(v/step)))
	for _, m := range masses[last+1 : n] {
		w.always += m
	}
	j := last
	for ; j >= 0 && j > last-direct; j-- {
		w.near = append(w.near, place{v - float64(float64(j)*step), masses[j]})
	}
	for j >= 0 {
		y := v - float64(float64(j)*step)
		_, exponent := math.Frexp(y)
		from := math.Ldexp(1, exponent-1)
		var k [chebNodes]float64
		for ; j >= 0; j-- {
			y = v - float64(float64(j)*step)
			if y >= 2*from {
				break
			}
			t := float64(y*(2/from)) - 3
			before, here, m := 1.0, t, masses[j]
			k[0] += m
			k[1] += float64(m * t)
			for i := 2; i < chebNodes; i++ {
				before, here = here, float64((t+t)*here)-before
				k[i] += float64(m * here)
			}
		}
		o := weightedOctave{x: c.points(from, float64(2*from))}
		for a := range chebNodes {
			o.logs[a] = fp.Log(o.x[a])
			for i := range chebNodes {
				o.mass[a] += float64(k[i] * c.matrix[i][a])
			}
		}
		w.octaves = append(w.octaves, o)
	}
	return w
}

// tail is the mean of M(v-S) for a smooth severity.
func (w *weights) tail(e *element) float64 {
	sum := float64(w.always * e.average)
	for _, p := range w.near {
		sum += float64(p.mass * e.partialAbove(p.y))
	}
	d, isLognormal := e.loss.(lognormal)
	for i := range w.octaves {
		o := &w.octaves[i]
		if o.x[chebNodes-1] >= e.high {
			break
		}
		for a := range o.x {
			switch {
			case isLognormal:
				z := (o.logs[a]-d.mu)/d.sigma - d.sigma
				sum += float64(o.mass[a] * float64(e.average*fp.NormalSF(z)))
			default:
				sum += float64(o.mass[a] * e.partialAbove(o.x[a]))
			}
		}
	}
	return sum
}

// partialAbove is E[X; X > y].
func (e *element) partialAbove(y float64) float64 {
	if y < e.low {
		return e.average
	}
	if y >= e.high {
		return 0
	}
	return max(0, e.average-e.loss.partial(1, y))
}

// roughTail is the mean of M(v-S) for any severity, from its own lattice.
func (c *chebyshev) roughTail(ctx context.Context, e *element, masses []float64, v, step float64) float64 {
	n := len(masses)
	l := newMixture([]element{*e}, 1, c).lattice(ctx, n, step, 0, false)
	// m[k] is E[X; X < k*step]; a loss of just k*step exceeds only if S is above.
	last := min(n-behind-1, int(math.Floor(v/step)))
	t := v/step - float64(last)
	sum, below := 0.0, 0.0
	for k := 0; k <= last; k++ {
		here := float64(l.jumps[k] * float64(float64(k)*step))
		// S is (last-k)*step: X has to exceed (k+t)*step.
		next := below + here
		value := e.average - next
		if t < 1e-9 {
			value += here / 2
		}
		sum += float64(masses[last-k] * value)
		below = next
	}
	for _, m := range masses[last+1 : n-behind] {
		sum += float64(m * e.average)
	}
	return max(0, sum)
}

// ownTails adds the contributions of parts that have a transform of their own.
func (x *exact) ownTails(ctx context.Context, pl *plan, state int, step, v float64, out []Contribution) error {
	if len(x.own) == 0 {
		return nil
	}
	all, err := x.log(ctx, pl, step, state, true)
	if err != nil {
		return err
	}
	last := min(pl.n-behind-1, int(math.Floor(v/step)))
	for i := range x.own {
		if err := ctx.Err(); err != nil {
			return err
		}
		o := &x.own[i]
		count := o.part.in(state)
		events := count.mean()
		if events == 0 {
			continue
		}
		one, moment := o.severityMoment(ctx, pl, step)
		rest := newSpectrum(pl.n)
		for k := range rest.re {
			if ended(ctx, k) {
				return ctx.Err()
			}
			// exp(all) / PGF * PGF' = exp(all) * (log PGF)'.
			size := fp.Exp(all.re[k])
			if !(size > 0) {
				continue
			}
			dr, di := derivative(count, one.re[k], one.im[k])
			sin, cos := fp.Sincos(all.im[k])
			ar, ai := multiply(float64(size*cos), float64(size*sin), dr, di)
			rest.re[k], rest.im[k] = multiply(ar, ai, moment.re[k], moment.im[k])
		}
		values := make([]float64, pl.n)
		pl.tr.inverse(rest.re, rest.im, values)
		below := 0.0
		for j := 0; j <= last; j++ {
			below += values[j] / pl.tilt[j]
		}
		mean, _ := o.part.moments()
		tail := float64(events*mean) - float64(below*step)
		out[o.part.index].Tail += float64(x.weight[state] * max(0, tail))
	}
	return ctx.Err()
}

// multiply is (a + bi) * (c + di).
func multiply(a, b, c, d float64) (re, im float64) {
	return float64(a*c) - float64(b*d), float64(a*d) + float64(b*c)
}

// derivative is that of logPGF at a complex number: by differences of the
// fourth order.
func derivative(n counting, re, im float64) (dr, di float64) {
	h := 1e-3 / (1 + math.Sqrt(n.variance()))
	near := func(k float64) (float64, float64) {
		ar, ai := n.logPGF(re+float64(k*h), im)
		br, bi := n.logPGF(re-float64(k*h), im)
		d := ai - bi
		d -= float64(2 * math.Pi * math.Floor(d/(2*math.Pi)+0.5))
		return ar - br, d
	}
	ar, ai := near(1)
	br, bi := near(2)
	return (float64(8*ar) - br) / (12 * h), (float64(8*ai) - bi) / (12 * h)
}

// severityMoment is the transform of the loss of one event, in steps, and of
// the loss times its probability.
func (o *own) severityMoment(ctx context.Context, pl *plan, step float64) (one, moment spectrum) {
	one, moment = o.pair(ctx, pl, step, o.loss)
	for i, m := range o.extra {
		f, g := o.pair(ctx, pl, step, m)
		q := o.part.extra[i].probability
		for k := range one.re {
			fr, fi := 1-q+float64(q*f.re[k]), float64(q*f.im[k])
			gr, gi := float64(q*g.re[k]), float64(q*g.im[k])
			ar, ai := multiply(moment.re[k], moment.im[k], fr, fi)
			br, bi := multiply(one.re[k], one.im[k], gr, gi)
			moment.re[k], moment.im[k] = ar+br, ai+bi
			one.re[k], one.im[k] = multiply(one.re[k], one.im[k], fr, fi)
		}
	}
	return one, moment
}

func (o *own) pair(ctx context.Context, pl *plan, step float64, m *mixture) (one, moment spectrum) {
	one, moment = newSpectrum(pl.n), newSpectrum(pl.n)
	l := m.lattice(ctx, pl.n, step, 0, true)
	times := lattice{jumps: make([]float64, pl.n), below: -l.below}
	for j, f := range l.jumps {
		times.jumps[j] = float64(f * float64(j))
	}
	pl.transform(l, one)
	pl.transform(times, moment)
	return one, moment
}
