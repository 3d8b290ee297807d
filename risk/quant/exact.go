package quant

import (
	"context"
	"math"

	"github.com/ismskit/ismskit/internal/fp"
)

// damping is the logarithm of the factor by which what lies a whole window
// beyond is damped where it wraps around (exponential tilting).
const damping = 12

// plan is what all transforms of one length share.
type plan struct {
	n    int
	tr   *transform
	tilt []float64 // exp(-damping*j/n)
	cheb *chebyshev
}

func newPlan(n int, cheb *chebyshev) *plan {
	p := &plan{n: n, tr: newTransform(n), tilt: make([]float64, n), cheb: cheb}
	for j := range p.tilt {
		p.tilt[j] = fp.Exp(-damping * float64(j) / float64(n))
	}
	return p
}

// clone is a plan for another goroutine.
func (p *plan) clone() *plan {
	return &plan{n: p.n, tr: p.tr.clone(), tilt: p.tilt, cheb: p.cheb}
}

// spectrum is half of the transform of a real sequence.
type spectrum struct{ re, im []float64 }

func newSpectrum(n int) spectrum {
	return spectrum{make([]float64, n/2+1), make([]float64, n/2+1)}
}

// transform of a lattice, damped.
func (p *plan) transform(l lattice, to spectrum) {
	x := l.jumps
	for j := range x {
		x[j] = float64(x[j] * p.tilt[j])
	}
	x[p.n-1] += l.below / p.tilt[1]
	p.tr.forward(x, to.re, to.im)
}

// masses undoes the transform of a distribution given by its logarithm: the
// probability of each multiple of the step. The last few are of negative ones.
func (p *plan) masses(log spectrum) []float64 {
	const nothing = -70
	for k, re := range log.re {
		if !(re > nothing) {
			log.re[k], log.im[k] = 0, 0
			continue
		}
		size := fp.Exp(re)
		sin, cos := fp.Sincos(log.im[k])
		log.re[k], log.im[k] = float64(size*cos), float64(size*sin)
	}
	out := make([]float64, p.n)
	p.tr.inverse(log.re, log.im, out)
	for j := range out[:p.n-behind] {
		out[j] /= p.tilt[j]
	}
	for j := p.n - behind; j < p.n; j++ {
		out[j] = float64(out[j] * p.tilt[p.n-j])
	}
	return out
}

// behind is how many of the last lattice points stand for negative multiples of
// the step.
const behind = 16

// part is a scenario as the engines see it, with the controls in force applied.
type part struct {
	index int // of the scenario
	id    string
	count counting
	loss  severity     // of every event
	extra []occasional // of some events, independently
	shock float64      // what the common cause multiplies the frequency by, 1 when it does not

	frequency, severity float64 // what controls multiplied them by
}

// in is the frequency in a state: 0 is calm, 1 is shock.
func (p *part) in(state int) counting {
	if state == 0 || p.shock == 1 {
		return p.count
	}
	return p.count.scaled(p.shock)
}

// plain reports whether the part is a Poisson number of losses of one severity.
func (p *part) plain() bool {
	_, ok := p.count.(poisson)
	return ok && len(p.extra) == 0
}

// moments are the mean and the variance of the loss of one event.
func (p *part) moments() (mean, variance float64) {
	mean, variance = p.loss.mean(), p.loss.variance()
	for _, x := range p.extra {
		m, v := x.of.mean(), x.of.variance()
		mean += float64(x.probability * m)
		variance += float64(x.probability*v) + float64(float64(x.probability*(1-x.probability))*float64(m*m))
	}
	return mean, variance
}

// zero is the probability that an event costs nothing.
func (p *part) zero() float64 {
	z := p.loss.cdf(0)
	for _, x := range p.extra {
		z = float64(z * (1 - float64(x.probability*(1-x.of.cdf(0)))))
	}
	return z
}

// portfolio is what the engines compute: parts, in one state or in two.
type portfolio struct {
	parts  []part
	weight [2]float64 // the probability of each state; that of the second is 0 where there is one
	states int
}

// moments are the mean and variance of the yearly loss, and the probability
// that there is none.
func (p *portfolio) moments() (mean, variance, zero float64) {
	var means, variances, zeros [2]float64
	for s := range means[:p.states] {
		var logZero float64
		for i := range p.parts {
			m, v := p.parts[i].moments()
			n := p.parts[i].in(s)
			means[s] += float64(n.mean() * m)
			if n.mean() > 0 {
				variances[s] += float64(n.mean()*v) + float64(n.variance()*float64(m*m))
			}
			re, _ := n.logPGF(p.parts[i].zero(), 0)
			logZero += re
		}
		zeros[s] = fp.Exp(logZero)
	}
	for s, w := range p.weight {
		mean += float64(w * means[s])
		zero += float64(w * zeros[s])
	}
	for s, w := range p.weight {
		d := means[s] - mean
		variance += float64(w * (variances[s] + float64(d*d)))
	}
	return mean, variance, zero
}

// exact computes distributions of a portfolio on grids.
type exact struct {
	portfolio

	cheb  *chebyshev
	plain *mixture // of all plain parts
	own   []own
}

// own is a part that has a transform of its own.
type own struct {
	part  *part
	loss  *mixture
	extra []*mixture
}

func newOwn(p *part, cheb *chebyshev) own {
	single := func(s severity) *mixture {
		return newMixture([]element{newElement(s, 1, 1)}, 1, cheb)
	}
	o := own{part: p, loss: single(p.loss)}
	for _, e := range p.extra {
		o.extra = append(o.extra, single(e.of))
	}
	return o
}

func newExact(p portfolio, cheb *chebyshev) *exact {
	x := &exact{portfolio: p, cheb: cheb}
	elements := make([]element, 0, len(p.parts))
	for i := range p.parts {
		part := &p.parts[i]
		if part.plain() {
			elements = append(elements, newElement(part.loss, part.in(0).mean(), part.in(1).mean()))
			continue
		}
		x.own = append(x.own, newOwn(part, cheb))
	}
	x.plain = newMixture(elements, p.states, cheb)
	return x
}

// log is the logarithm of the transform of the yearly loss in a state.
func (x *exact) log(ctx context.Context, pl *plan, step float64, state int, correct bool) (spectrum, error) {
	sum := newSpectrum(pl.n)
	if len(x.plain.elements) > 0 {
		l := x.plain.lattice(ctx, pl.n, step, state, correct)
		if err := ctx.Err(); err != nil {
			return sum, err
		}
		pl.transform(l, sum)
		for k := range sum.re {
			sum.re[k] -= l.rate
		}
	}
	for i := range x.own {
		if err := x.addOwn(ctx, pl, &x.own[i], step, state, correct, sum); err != nil {
			return sum, err
		}
	}
	return sum, ctx.Err()
}

// addOwn adds the logarithm of the transform of a part that has its own.
func (x *exact) addOwn(ctx context.Context, pl *plan, o *own, step float64, state int, correct bool, sum spectrum) error {
	one := o.lossTransform(ctx, pl, step, correct)
	n := o.part.in(state)
	for k := range one.re {
		if ended(ctx, k) {
			break
		}
		re, im := n.logPGF(one.re[k], one.im[k])
		sum.re[k] += re
		sum.im[k] += im
	}
	return ctx.Err()
}

// lossTransform is the transform of the loss of one event.
func (o *own) lossTransform(ctx context.Context, pl *plan, step float64, correct bool) spectrum {
	one := newSpectrum(pl.n)
	pl.transform(o.loss.lattice(ctx, pl.n, step, 0, correct), one)
	if len(o.extra) == 0 {
		return one
	}
	extra := newSpectrum(pl.n)
	for i, m := range o.extra {
		pl.transform(m.lattice(ctx, pl.n, step, 0, correct), extra)
		q := o.part.extra[i].probability
		for k := range one.re {
			re, im := 1-q+float64(q*extra.re[k]), float64(q*extra.im[k])
			one.re[k], one.im[k] = float64(one.re[k]*re)-float64(one.im[k]*im), float64(one.re[k]*im)+float64(one.im[k]*re)
		}
	}
	return one
}

// masses are the probabilities of the multiples of the step, in each state.
func (x *exact) masses(ctx context.Context, pl *plan, step float64, correct bool) (out [2][]float64, err error) {
	for s := range x.states {
		log, err := x.log(ctx, pl, step, s, correct)
		if err != nil {
			return out, err
		}
		out[s] = pl.masses(log)
	}
	return out, nil
}

// mix is the distribution over both states.
func (x *exact) mix(masses [2][]float64) []float64 {
	if x.states == 1 {
		return masses[0]
	}
	out := make([]float64, len(masses[0]))
	for j := range out {
		out[j] = float64(x.weight[0]*masses[0][j]) + float64(x.weight[1]*masses[1][j])
	}
	return out
}

// The window: it ends where the yearly loss is exceeded with probability
// beyond, or with probability farBeyond when that is not much further.
const (
	beyond    = 1e-6
	farBeyond = 1e-10
	coarse    = 2048
)

// window finds the loss where the grid ends, by solving on coarse grids that
// grow or shrink until they show the tail.
func (x *exact) window(ctx context.Context) (float64, error) {
	pl := newPlan(coarse, x.cheb)
	size := x.firstWindow()
	if size == 0 {
		return 1, nil // nothing can be lost
	}
	for range 80 {
		masses, err := x.masses(ctx, pl, size/coarse, false)
		if err != nil {
			return 0, err
		}
		near, far := tailPlaces(x.mix(masses))
		switch {
		case near == 0:
			return size, nil // hardly anything is ever lost
		case near == coarse:
			size = float64(size * 4)
		case near < coarse/16:
			size = float64(size*float64(2*near+2)) / coarse
		case far < coarse && far <= 2*near:
			return float64(size*float64(far+1)) / coarse, nil
		default:
			return float64(size*float64(near+1)) / coarse, nil
		}
	}
	return 0, ErrWindow
}

// step of a grid of n points that reaches end. Where no loss is continuous it
// is a power of two, so that amounts which are not too odd are on the grid.
func (x *exact) step(end float64, n int) float64 {
	step := end / float64(n-behind-1)
	for i := range x.parts {
		if !discrete(x.parts[i].loss) {
			return step
		}
		for _, e := range x.parts[i].extra {
			if !discrete(e.of) {
				return step
			}
		}
	}
	_, exponent := math.Frexp(step)
	return math.Ldexp(1, exponent)
}

// negative reports whether a correction went too far: where most of a severity
// lies within a step or two, taking its spread out leaves probabilities below
// zero.
func negative(masses []float64) bool {
	sum := 0.0
	for _, m := range masses[1 : len(masses)-behind] {
		if m < 0 {
			sum -= m
		}
	}
	return sum > 1e-10
}

// tailPlaces are the first multiples of the step that are exceeded with
// probability beyond and farBeyond at most; the length when there is none.
func tailPlaces(masses []float64) (near, far int) {
	sum, n := 0.0, len(masses)
	for _, m := range masses[n-behind:] {
		sum += m
	}
	near, far = n, n
	for j, m := range masses[:n-behind] {
		sum += m
		if near == n && 1-sum <= beyond {
			near = j
		}
		if 1-sum <= farBeyond {
			return near, j
		}
	}
	return near, far
}

// firstWindow is a guess of the window: where one event of each scenario gets.
func (x *exact) firstWindow() float64 {
	size := 0.0
	for i := range x.parts {
		rate := x.parts[i].in(x.states - 1).mean()
		if rate == 0 {
			continue
		}
		far := x.parts[i].loss.isf(min(0.5, beyond/rate))
		for _, e := range x.parts[i].extra {
			far += e.of.isf(min(0.5, beyond/rate))
		}
		size = max(size, far)
	}
	mean, _, _ := x.moments()
	if math.IsInf(mean, 0) {
		mean = 0
	}
	return size + float64(2*mean)
}
