package quant

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/ismskit/ismskit/isms"
)

// Model is a portfolio prepared for questions about its controls: switching one
// on or off computes again only the scenarios that it touches. It is computed
// by the exact method, on a grid that is wide enough for the portfolio without
// any control. It is safe for use by several goroutines.
type Model struct {
	portfolio Portfolio
	options   Options
	base      *exact
	plan      *plan
	step      float64
	plain     [2]lattice  // of the plain parts as they are
	others    [2]spectrum // the logarithm of what no control touches and has its own transform
	touched   map[int]bool
	correct   bool // to the fourth order of the step
}

// Prepare does once what every question about the controls of a portfolio
// needs. The method of the options is not used.
func Prepare(ctx context.Context, p Portfolio, o *Options) (*Model, error) {
	options, err := o.filled()
	if err != nil {
		return nil, err
	}
	if problems := p.Check(); len(problems) > 0 {
		return nil, &isms.ProblemError{Problems: problems}
	}
	m := &Model{portfolio: p, options: options, touched: map[int]bool{}}
	m.portfolio.Controls = slices.Clone(p.Controls)
	cheb := newChebyshev()
	end, err := newExact(p.build(nil, true), cheb).window(ctx)
	if err != nil {
		return nil, err
	}
	m.base = newExact(p.build(nil, false), cheb)
	m.plan = newPlan(options.Grid, cheb)
	m.step = m.base.step(end, options.Grid)
	masses, err := m.base.masses(ctx, m.plan, m.step, true)
	if err != nil {
		return nil, err
	}
	m.correct = !negative(m.base.mix(masses))
	place := p.places()
	for _, k := range p.Controls {
		for _, e := range k.Effects {
			m.touched[place[e.Scenario]] = true
		}
	}
	for s := range m.base.states {
		m.plain[s] = m.base.plain.lattice(ctx, options.Grid, m.step, s, m.correct)
		m.others[s] = newSpectrum(options.Grid)
		for i := range m.base.own {
			if o := &m.base.own[i]; !m.touched[o.part.index] {
				if err := m.base.addOwn(ctx, m.plan, o, m.step, s, m.correct, m.others[s]); err != nil {
					return nil, err
				}
			}
		}
	}
	return m, ctx.Err()
}

// places is where each scenario is.
func (p Portfolio) places() map[string]int {
	out := make(map[string]int, len(p.Scenarios))
	for i, s := range p.Scenarios {
		out[s.ID] = i
	}
	return out
}

// Switch is the portfolio with the named controls switched: those in force are
// off, planned ones are in force. Without names it is the portfolio as it is.
// Contributions and the estimate of the discretization are left to [Solve]. An
// unknown control is an [isms.ProblemError].
func (m *Model) Switch(ctx context.Context, controls ...string) (*Result, error) {
	switched, err := m.named(controls)
	if err != nil {
		return nil, err
	}
	c, built, err := m.curve(ctx, m.plan.clone(), switched)
	if err != nil {
		return nil, err
	}
	r := &Result{Method: Exact}
	r.read(built, c, m.options)
	r.Grid = describeGrid(c, nil, m.options)
	r.describe(m.portfolio, m.options)
	r.compare(m.portfolio.Tolerance, c.exceeded)
	return r, nil
}

func (m *Model) named(controls []string) (map[string]bool, error) {
	switched := map[string]bool{}
	var problems []isms.Problem
	c := checker{problems: &problems}
	for _, id := range controls {
		c.at("controls").assert(slices.ContainsFunc(m.portfolio.Controls, func(k Control) bool { return k.ID == id }), CodeUnknown, "have", id)
		switched[id] = true
	}
	if len(problems) > 0 {
		return nil, &isms.ProblemError{Problems: problems}
	}
	return switched, nil
}

// curve is the distribution with controls switched.
func (m *Model) curve(ctx context.Context, pl *plan, switched map[string]bool) (*curve, portfolio, error) {
	built := m.portfolio.build(switched, false)
	var masses [2][]float64
	changed := m.changed(built)
	for s := range masses[:built.states] {
		sum := newSpectrum(pl.n)
		l := lattice{rate: m.plain[s].rate, jumps: slices.Clone(m.plain[s].jumps), below: m.plain[s].below}
		if len(changed.elements) > 0 {
			d := changed.lattice(ctx, pl.n, m.step, s, m.correct)
			l.rate += d.rate
			l.below += d.below
			for j := range l.jumps {
				l.jumps[j] += d.jumps[j]
			}
		}
		pl.transform(l, sum)
		for k := range sum.re {
			sum.re[k] += m.others[s].re[k] - l.rate
			sum.im[k] += m.others[s].im[k]
		}
		for i := range built.parts {
			if p := &built.parts[i]; m.touched[i] && !p.plain() {
				o := newOwn(p, m.plan.cheb)
				if err := m.base.addOwn(ctx, pl, &o, m.step, s, m.correct, sum); err != nil {
					return nil, built, err
				}
			}
		}
		masses[s] = pl.masses(sum)
		if err := ctx.Err(); err != nil {
			return nil, built, err
		}
	}
	mean, _, zero := built.moments()
	return newCurve(m.base.mix(masses), m.step, mean, zero), built, nil
}

// changed is what has to be added to the plain parts: new ones, and old ones
// with a negative rate.
func (m *Model) changed(built portfolio) *mixture {
	var elements []element
	for i := range built.parts {
		before, after := &m.base.parts[i], &built.parts[i]
		if !m.touched[i] || !after.plain() || before.frequency == after.frequency && before.severity == after.severity {
			continue
		}
		calm, shock := before.in(0).mean(), before.in(1).mean()
		if before.severity == after.severity {
			elements = append(elements, newElement(after.loss, after.in(0).mean()-calm, after.in(1).mean()-shock))
			continue
		}
		elements = append(elements, newElement(before.loss, -calm, -shock), newElement(after.loss, after.in(0).mean(), after.in(1).mean()))
	}
	return newMixture(elements, built.states, m.plan.cheb)
}

// Worth is what one control is worth: the portfolio without it compared with
// the portfolio with it, everything else as it is. Amounts are a year.
type Worth struct {
	Control string `json:"control"`
	Planned bool   `json:"planned,omitempty"`
	// MeanAvoided is by how much it lowers the mean loss, TailAvoided the tail
	// value at risk at the level of the options.
	MeanAvoided float64 `json:"meanAvoided"`
	TailAvoided float64 `json:"tailAvoided"`
	Cost        float64 `json:"cost"`
	// Return is MeanAvoided minus Cost.
	Return float64 `json:"return"`
}

// Rank tells what each control is worth, the one that avoids most of the tail
// first. What several controls avoid together is not the sum of what each
// avoids alone.
func (m *Model) Rank(ctx context.Context) ([]Worth, error) {
	level := m.options.TailLevel
	base, _, err := m.curve(ctx, m.plan.clone(), nil)
	if err != nil {
		return nil, err
	}
	tail := base.tail(level)
	out := make([]Worth, len(m.portfolio.Controls))
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(out)) {
		group.Go(func() {
			pl := m.plan.clone()
			for {
				i := int(next.Add(1)) - 1
				if i >= len(out) {
					return
				}
				k := m.portfolio.Controls[i]
				c, _, err := m.curve(ctx, pl, map[string]bool{k.ID: true})
				if err != nil {
					return // ctx has ended, which is asked below
				}
				w := Worth{Control: k.ID, Planned: k.Planned, Cost: k.Cost, MeanAvoided: c.mean - base.mean, TailAvoided: c.tail(level) - tail}
				if k.Planned {
					w.MeanAvoided, w.TailAvoided = -w.MeanAvoided, -w.TailAvoided
				}
				w.Return = w.MeanAvoided - w.Cost
				out[i] = w
			}
		})
	}
	group.Wait()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("rank of %d controls: %w", len(out), err)
	}
	slices.SortFunc(out, func(a, b Worth) int {
		switch {
		case a.TailAvoided > b.TailAvoided:
			return -1
		case a.TailAvoided < b.TailAvoided:
			return 1
		}
		return strings.Compare(a.Control, b.Control)
	})
	return out, nil
}
