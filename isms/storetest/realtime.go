package storetest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/ismskit/ismskit/isms/driver"
)

// acknowledged is what callers of a store were told is recorded.
type acknowledged struct {
	head    atomic.Int64
	counter [8]atomic.Int64 // of each of the goroutines
}

// rise sets v to n, unless it is higher already.
func rise(v *atomic.Int64, n int64) {
	for old := v.Load(); old < n; old = v.Load() {
		if v.CompareAndSwap(old, n) {
			return
		}
	}
}

// checkRealTime: an operation that begins after another was acknowledged comes
// after it. Of eight goroutines each counts one record up, and before every
// operation notes what all of them were told by then.
func checkRealTime(t tester, steps int, open func() driver.Store) {
	t.Helper()
	store := open()
	defer closed(t, store)
	var told acknowledged
	var all sync.WaitGroup
	for i := range told.counter {
		all.Go(func() {
			r := dice(i)
			for range max(1, steps/len(told.counter)) {
				if err := patiently(t, func(ctx context.Context) error { return told.operate(ctx, store, i, r.IntN(2) == 0) }); err != nil {
					t.Errorf("goroutine %d: %v", i, err)
					return
				}
			}
		})
	}
	all.Wait()
}

// operate makes one operation of goroutine i: a write, or a read.
func (a *acknowledged) operate(ctx context.Context, store driver.Store, i int, write bool) error {
	head, counters := a.head.Load(), [8]int64{}
	for j := range counters {
		counters[j] = a.counter[j].Load()
	}
	check := func(what string, r driver.Reader) error {
		if got, _, err := r.Head(); err != nil || got < head {
			return errors.Join(err, fmt.Errorf("%s has head %d, want %d or later, which was acknowledged before", what, got, head))
		}
		for j, want := range counters {
			if got, _, err := counter(r, j); err != nil || got < want {
				return errors.Join(err, fmt.Errorf("%s has counter %d at %d, want %d or later, which was acknowledged before", what, j, got, want))
			}
		}
		return nil
	}
	if !write {
		return store.View(ctx, acme, driver.Latest, func(r driver.Reader) error { return check("View", r) })
	}
	var seq, n int64
	err := store.Update(ctx, acme, func(w driver.Writer) error {
		if err := check("Update", w); err != nil {
			return err
		}
		last, _, err := w.Head()
		if err != nil {
			return err
		}
		old, rev, err := counter(w, i)
		if err != nil {
			return err
		}
		seq, n = last+1, old+1
		r := draft("a", "counter-"+strconv.Itoa(i), strconv.FormatInt(n, 10))
		r.Rev, r.Seq, r.Tx, r.At = rev+1, seq, seq, moment(seq)
		return w.Append(r)
	})
	if err == nil {
		rise(&a.head, seq)
		rise(&a.counter[i], n)
	}
	return err
}

func counter(r driver.Reader, i int) (n, rev int64, err error) {
	rec, err := r.Get("a", "counter-"+strconv.Itoa(i))
	if errors.Is(err, driver.ErrNotFound) {
		return 0, 0, nil
	}
	if err == nil {
		n, err = strconv.ParseInt(string(rec.Data), 10, 64)
	}
	return n, rec.Rev, err
}
