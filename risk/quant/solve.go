package quant

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ismskit/ismskit/isms"
)

// Method is how a portfolio is computed.
type Method string

// The methods.
const (
	// Exact computes the distribution of the yearly loss by Fourier transform:
	// no sampling, and the same figures for everybody.
	Exact Method = "exact"
	// MonteCarlo draws years. It is slower and less accurate, and independent of
	// the exact method: each checks the other.
	MonteCarlo Method = "monte-carlo"
)

// Options of a computation; the zero value of each means its default.
type Options struct {
	Method Method // Exact
	// Years to draw, 1,000,000; at least 1000 and at most MaxYears. Each takes 16
	// bytes of memory.
	Years int
	// Seed of the draws. There is no seed of the day: the same portfolio, years
	// and seed give the same bits.
	Seed uint64
	// Grid is the number of points of the exact method, a power of two from 2^12
	// to 2^20; 2^16.
	Grid int
	// Levels at which the value at risk and its tail are reported, ascending
	// between 0 and 1 - 1e-5; 0.5, 0.9, 0.95, 0.99, 0.995 and 0.999.
	Levels []float64
	// TailLevel is the level whose tail is divided among the scenarios; 0.99.
	TailLevel float64
}

// The bounds of the options.
const (
	MaxYears = 50_000_000
	minGrid  = 1 << 12
	maxGrid  = 1 << 20
	maxLevel = 1 - 1e-5
)

// The errors of package quant that callers tell apart with [errors.Is].
var (
	// ErrOptions says that an option is out of its range.
	ErrOptions = errors.New("option out of range")
	// ErrWindow says that no grid can hold the losses of a portfolio.
	ErrWindow = errors.New("the tail has no end that a grid could reach")
)

// filled is a copy of the options with the defaults in place.
func (o *Options) filled() (Options, error) {
	out := Options{}
	if o != nil {
		out = *o
	}
	if out.Method == "" {
		out.Method = Exact
	}
	if out.Years == 0 {
		out.Years = 1_000_000
	}
	if out.Grid == 0 {
		out.Grid = 1 << 16
	}
	if len(out.Levels) == 0 {
		out.Levels = []float64{0.5, 0.9, 0.95, 0.99, 0.995, 0.999}
	}
	out.Levels = slices.Clone(out.Levels)
	if out.TailLevel <= 0 {
		if out.TailLevel < 0 {
			return out, fmt.Errorf("tail level %v: %w", out.TailLevel, ErrOptions)
		}
		out.TailLevel = 0.99
	}
	switch {
	case out.Method != Exact && out.Method != MonteCarlo:
		return out, fmt.Errorf("method %q: %w: want %q or %q", out.Method, ErrOptions, Exact, MonteCarlo)
	case out.Years < 1000 || out.Years > MaxYears:
		return out, fmt.Errorf("%d years: %w: want 1000 to %d", out.Years, ErrOptions, MaxYears)
	case out.Grid < minGrid || out.Grid > maxGrid || out.Grid&(out.Grid-1) != 0:
		return out, fmt.Errorf("grid of %d: %w: want a power of two from %d to %d", out.Grid, ErrOptions, minGrid, maxGrid)
	case !(out.TailLevel <= maxLevel):
		return out, fmt.Errorf("tail level %v: %w: want at most %v", out.TailLevel, ErrOptions, maxLevel)
	}
	before := 0.0
	for _, p := range out.Levels {
		if !(p > before && p <= maxLevel) {
			return out, fmt.Errorf("level %v: %w: want ascending levels between 0 and %v", p, ErrOptions, maxLevel)
		}
		before = p
	}
	return out, nil
}

// Solve computes the yearly loss of a portfolio with the controls that are in
// force. Problems of the portfolio come as an [isms.ProblemError]. The exact
// method takes time in proportion to the number of scenarios (some 20
// microseconds each, more for other severities than lognormal), and one
// transform for every scenario whose frequency is not Poisson. It returns soon
// after ctx ends, with the error of ctx.
func Solve(ctx context.Context, p Portfolio, o *Options) (*Result, error) {
	options, err := o.filled()
	if err != nil {
		return nil, err
	}
	if problems := p.Check(); len(problems) > 0 {
		return nil, &isms.ProblemError{Problems: problems}
	}
	built := p.build(nil, false)
	var r *Result
	if options.Method == MonteCarlo {
		r, err = simulate(ctx, built, options, p.Tolerance)
	} else {
		r, err = solveExact(ctx, built, options, p.Tolerance)
	}
	if err != nil {
		return nil, err
	}
	r.describe(p, options)
	return r, nil
}

// solveExact is the exact method.
func solveExact(ctx context.Context, p portfolio, o Options, accepted []Tolerance) (*Result, error) {
	x := newExact(p, newChebyshev())
	end, err := x.window(ctx)
	if err != nil {
		return nil, err
	}
	r := &Result{Method: Exact}
	pl := newPlan(o.Grid, x.cheb)
	c, masses, err := x.curve(ctx, pl, end)
	if err != nil {
		return nil, err
	}
	r.read(x.portfolio, c, o)
	r.compare(accepted, c.exceeded)
	half, _, err := x.curve(ctx, newPlan(o.Grid/2, x.cheb), end)
	if err != nil {
		return nil, err
	}
	r.Grid = describeGrid(c, half, o)
	r.Contributions, err = x.contributions(ctx, pl, c, masses, o.TailLevel)
	return r, err
}

// curve is the distribution on a grid that ends at a loss.
func (x *exact) curve(ctx context.Context, pl *plan, end float64) (*curve, [2][]float64, error) {
	step := x.step(end, pl.n)
	masses, err := x.masses(ctx, pl, step, true)
	if err == nil && negative(x.mix(masses)) {
		masses, err = x.masses(ctx, pl, step, false)
	}
	if err != nil {
		return nil, masses, err
	}
	mean, _, zero := x.moments()
	return newCurve(x.mix(masses), step, mean, zero), masses, nil
}
