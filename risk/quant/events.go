package quant

import "context"

// batchSize is how many events are drawn in one go.
const batchSize = 510

// events are those of one part in one block of years. Each has a number, and
// its year and its loss are functions of that number, so that both can be drawn
// again without the other.
type events struct {
	w     *worker
	zig   *ziggurat
	exp   *powers
	part  *part
	log   lognormal
	quick bool // every loss is a draw of log

	count  [2]int      // events to come that fall anywhere in
	within [2][]uint32 // these years, nil for all of the block
	all    int         // years of the block
	counts []yearCount // or year by year

	place, draw, again stream
	first              int      // number of the first event of the batch
	batch              []uint32 // the years of its events
}

// events prepares the events of a part in a block.
func (s *simulation) events(ctx context.Context, w *worker, block, i, years int) events {
	p := &s.parts[i]
	e := events{w: w, zig: s.zig, exp: s.exp, part: p, all: years}
	e.place = newStream(s.keys[i], block, drawYear)
	e.draw = newStream(s.keys[i], block, drawLoss)
	e.again = newStream(s.keys[i], block, drawAgain)
	e.log, e.quick = p.loss.(lognormal)
	e.quick = e.quick && len(p.extra) == 0 && e.exp.holds(e.log)
	count := newStream(s.keys[i], block, drawCount)
	rate, simple := p.count.(poisson)
	switch {
	case simple && (s.states == 1 || p.shock == 1):
		e.count[0] = poissonCount(&count, float64(float64(rate)*float64(years)))
	case simple:
		e.within = [2][]uint32{w.calm, w.shock}
		for state, list := range e.within {
			e.count[state] = poissonCount(&count, float64(p.in(state).mean()*float64(len(list))))
		}
	default:
		e.counts = s.yearly(ctx, w, p, &count, years)
	}
	return e
}

// yearCount is the number of events of a year.
type yearCount struct{ year, count uint32 }

// yearly draws the number of events of each year by itself.
func (s *simulation) yearly(ctx context.Context, w *worker, p *part, src *stream, years int) []yearCount {
	w.counts = w.counts[:0]
	in := func(n counting, year uint32) {
		if ctx.Err() != nil {
			return
		}
		if k := n.sample(src); k > 0 {
			w.counts = append(w.counts, yearCount{year, uint32(min(k, 1<<31))})
		}
	}
	if s.states == 1 {
		for y := range uint32(years) { //nolint:gosec // at most blockYears
			in(p.count, y)
		}
		return w.counts
	}
	for state, list := range [2][]uint32{w.calm, w.shock} {
		n := p.in(state)
		for _, y := range list {
			in(n, y)
		}
	}
	return w.counts
}

// next draws the years of the next batch; false when there are no more events.
func (e *events) next() bool {
	e.first += len(e.batch)
	if e.counts != nil {
		e.batch = e.w.years[:0]
		for len(e.counts) > 0 && len(e.batch) < batchSize {
			c := &e.counts[0]
			for ; c.count > 0 && len(e.batch) < batchSize; c.count-- {
				e.batch = append(e.batch, c.year)
			}
			if c.count == 0 {
				e.counts = e.counts[1:]
			}
		}
		return len(e.batch) > 0
	}
	group := 0
	if e.count[0] == 0 {
		group = 1
	}
	n := min(batchSize, e.count[group])
	e.count[group] -= n
	e.batch = e.w.years[:n]
	all := e.all
	if e.within[group] != nil {
		all = len(e.within[group])
	}
	e.scatter(n, all)
	if within := e.within[group]; within != nil {
		for k, y := range e.batch {
			e.batch[k] = within[y]
		}
	}
	return n > 0
}

// scatter draws n years of all.
func (e *events) scatter(n, all int) {
	years, place := &e.w.years, e.place
	if all == blockYears { // twelve bits each
		for k := 0; k < n; k += 5 {
			r := place.next()
			y := years[k:][:5]
			y[0], y[1], y[2], y[3], y[4] = uint32(r>>4&0xfff), uint32(r>>16&0xfff), uint32(r>>28&0xfff), uint32(r>>40&0xfff), uint32(r>>52)
		}
	} else {
		for k := 0; k < n; k += 2 {
			r := place.next()
			years[k], years[k+1] = uintBelow(uint32(r>>32), all), uintBelow(uint32(r), all) //nolint:gosec // both halves
		}
	}
	e.place = place
}

// losses draws the losses of the batch.
func (e *events) losses() {
	out := e.w.loss[:len(e.batch)]
	if !e.quick {
		for k := range out {
			out[k] = e.loss(e.first + k)
		}
		return
	}
	counter, zig := uint64(e.first), e.zig //nolint:gosec // not negative
	for k := range out {
		x, ok := zig.quick(e.draw.at(counter))
		if !ok {
			x = e.normal(e.first + k)
		}
		out[k] = x
		counter++
	}
	e.exp.apply(e.log, out)
}

// normal is the standard normal number of an event.
func (e *events) normal(number int) float64 {
	r := e.draw.at(uint64(number)) //nolint:gosec // not negative
	x, ok := e.zig.quick(r)
	if !ok {
		again := e.again
		again.counter = uint64(number) << 20 //nolint:gosec // not negative
		return e.zig.slow(r, &again)
	}
	return x
}

// loss is the loss of an event.
func (e *events) loss(number int) float64 {
	if e.quick {
		one := [1]float64{e.normal(number)}
		e.exp.apply(e.log, one[:])
		return one[0]
	}
	src := e.again
	src.counter = uint64(number) << 20 //nolint:gosec // not negative
	sum := e.part.loss.sample(&src)
	for _, x := range e.part.extra {
		if unit(&src) < x.probability {
			sum += x.of.sample(&src)
		}
	}
	return sum
}
