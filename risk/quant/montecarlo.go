package quant

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// blockYears is how many years are drawn together. A scenario's number of
// events in all of them is one draw; each event then falls into a year.
const blockYears = 4096

// What is drawn has a stream of its own for each scenario and block.
const (
	drawCount = iota
	drawYear
	drawLoss
	drawAgain // where the quick way to a normal number rejects
	drawShock
)

// simulation draws years.
type simulation struct {
	portfolio

	shocks uint64   // the key of the shared shock
	keys   []uint64 // of each part
	years  int
	zig    *ziggurat
	exp    *powers
	totals []float64 // of each year
}

// simulate is Monte Carlo. The bits of its result do not depend on how many
// goroutines it uses: they end before it returns.
func simulate(ctx context.Context, p portfolio, o Options, accepted []Tolerance) (*Result, error) {
	s := &simulation{portfolio: p, shocks: newKey(o.Seed, ""), years: o.Years, zig: newZiggurat(), exp: newPowers(), totals: make([]float64, o.Years)}
	for _, part := range p.parts {
		s.keys = append(s.keys, newKey(o.Seed, part.id))
	}
	sums, err := s.pass(ctx, s.draw)
	if err != nil {
		return nil, err
	}
	sorted := slices.Clone(s.totals)
	slices.Sort(sorted)
	r := &Result{Method: MonteCarlo, Contributions: make([]Contribution, len(p.parts))}
	sample := &sampleCurve{sorted}
	for i, sum := range sums {
		r.Contributions[i] = Contribution{Scenario: p.parts[i].id, Mean: sum / float64(s.years)}
		r.Mean += r.Contributions[i].Mean
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.sampled(sample, o)
	r.compare(accepted, func(x float64) float64 {
		share, _, _ := sample.exceeded(x)
		return share
	})
	v := sample.quantile(o.TailLevel)
	tails, err := s.pass(ctx, func(ctx context.Context, w *worker, block int, sums []float64) bool {
		return s.redraw(ctx, w, block, v, sums)
	})
	if err != nil {
		return nil, err
	}
	all := 0.0
	for _, t := range tails {
		all += t
	}
	if all > 0 {
		want := sample.tail(o.TailLevel)
		for i, t := range tails {
			r.Contributions[i].Tail = float64(t * (want / all))
		}
	}
	return r, nil
}

// worker is what one goroutine needs for itself.
type worker struct {
	calm, shock []uint32 // years of the block without the shock, and with it
	counts      []yearCount
	years       [batchSize]uint32
	loss        [batchSize]float64
}

// pass runs do for each block and adds up what it finds for each part, in the
// order of the blocks. The function returns false when it was interrupted.
func (s *simulation) pass(ctx context.Context, do func(context.Context, *worker, int, []float64) bool) ([]float64, error) {
	blocks := (s.years + blockYears - 1) / blockYears
	sums := make([]float64, len(s.parts))
	wave := min(blocks, max(2*runtime.GOMAXPROCS(0), (1<<21)/max(1, len(s.parts))))
	found := make([]float64, wave*len(s.parts))
	for first := 0; first < blocks; first += wave {
		clear(found)
		var next atomic.Int64
		next.Store(int64(first))
		end := min(blocks, first+wave)
		var group sync.WaitGroup
		for range min(runtime.GOMAXPROCS(0), end-first) {
			group.Go(func() {
				w := &worker{}
				for {
					b := int(next.Add(1)) - 1
					if b >= end || !do(ctx, w, b, found[(b-first)*len(s.parts):][:len(s.parts)]) {
						return
					}
				}
			})
		}
		group.Wait()
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for b := range end - first {
			for i := range sums {
				sums[i] += found[b*len(s.parts)+i]
			}
		}
	}
	return sums, nil
}

// divide tells which years of a block have the shock.
func (s *simulation) divide(w *worker, block int) (years int) {
	years = min(blockYears, s.years-block*blockYears)
	w.calm, w.shock = w.calm[:0], w.shock[:0]
	if s.states == 1 {
		return years
	}
	src := newStream(s.shocks, block, drawShock)
	for y := range uint32(years) { //nolint:gosec // at most blockYears
		if unit(&src) < s.weight[1] {
			w.shock = append(w.shock, y)
		} else {
			w.calm = append(w.calm, y)
		}
	}
	return years
}

// draw is the first pass: the totals of the years of a block.
func (s *simulation) draw(ctx context.Context, w *worker, block int, sums []float64) bool {
	years := s.divide(w, block)
	totals := s.totals[block*blockYears:][:years]
	for i := range s.parts {
		if ctx.Err() != nil {
			return false
		}
		e := s.events(ctx, w, block, i, years)
		for ctx.Err() == nil && e.next() {
			e.losses()
			sum := 0.0
			for k, y := range e.batch {
				x := w.loss[k]
				totals[y] += x
				sum += x
			}
			sums[i] += sum
		}
	}
	return true
}

// redraw is the second pass: what each part lost in the years above v. The
// years of events are drawn again, their losses only where they count.
func (s *simulation) redraw(ctx context.Context, w *worker, block int, v float64, sums []float64) bool {
	years := s.divide(w, block)
	totals := s.totals[block*blockYears:][:years]
	var tail [blockYears]bool
	some := false
	for y, x := range totals {
		tail[y] = x > v
		some = some || tail[y]
	}
	if !some {
		return true
	}
	for i := range s.parts {
		if ctx.Err() != nil {
			return false
		}
		e := s.events(ctx, w, block, i, years)
		for ctx.Err() == nil && e.next() {
			for k, y := range e.batch {
				if tail[y%blockYears] {
					sums[i] += e.loss(e.first + k)
				}
			}
		}
	}
	return true
}
