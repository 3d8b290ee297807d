package storetest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/ismskit/ismskit/isms/driver"
)

func concurrentChecks() []check {
	return []check{
		{"writers wait", checkWritersWait},
		{"writers lose nothing", checkLostUpdate},
		{"writers see each other", checkWriteSkew},
		{"readers see whole transactions", checkWholeTransactions},
	}
}

// checkWritersWait: a second writer waits until the first is done, or until its
// ctx ends, and then gives the error of ctx.
func checkWritersWait(e *env) {
	e.commit(acme, draft("a", "x", "one"))
	holding, release := make(chan struct{}), make(chan struct{})
	var hold sync.Once
	first := e.logs[acme].next(draft("a", "x", "first"))
	second := append(logbook{}, append(e.logs[acme], first...)...).next(draft("a", "x", "second"))
	firstDone, secondDone := make(chan error, 1), make(chan error, 1)
	go func() {
		firstDone <- e.once(func(w driver.Writer) error {
			hold.Do(func() { close(holding) })
			<-release
			return w.Append(first...)
		})
	}()
	select {
	case <-holding:
	case err := <-firstDone:
		e.Fatalf("Update = %v and did not run its function, want nil", err)
	}
	e.wantErr("Update that waits until its ctx ends", e.tooLate(), context.DeadlineExceeded)
	go func() {
		secondDone <- e.once(func(w driver.Writer) error {
			if seq, _, err := w.Head(); err != nil || seq != first[0].Seq {
				return errors.Join(err, fmt.Errorf("head %d, want %d", seq, first[0].Seq))
			}
			return w.Append(second...)
		})
	}()
	time.Sleep(20 * time.Millisecond) // lets the second come to wait
	close(release)
	for _, w := range []struct {
		name string
		done chan error
	}{{"first", firstDone}, {"second", secondDone}} {
		if err := <-w.done; err != nil {
			e.Errorf("Update of the %s of two writers = %v, want nil", w.name, err)
		}
	}
	e.logs[acme] = append(append(e.logs[acme], first...), second...)
	e.unchanged("two writers", acme)
}

// tooLate is an Update while another holds the turn, with little patience.
func (e *env) tooLate() error {
	ctx, cancel := context.WithTimeout(e.Context(), 50*time.Millisecond)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		done <- e.store.Update(ctx, acme, func(w driver.Writer) error {
			<-ctx.Done() // should this store let it run beside the first
			return w.Append(e.logs[acme].next(draft("a", "x", "too late"))...)
		})
	}()
	select {
	case err := <-done:
		return err
	case <-time.After(e.limit):
		return errors.New("nothing, long after its ctx ended")
	}
}

// checkLostUpdate: of many writers that read, count one up and write, each
// succeeds and none is lost.
func checkLostUpdate(e *env) {
	e.atOnce(e.writers, func(i int) {
		for range e.rounds {
			err := e.once(func(w driver.Writer) error {
				n, last, err := readCounter(w)
				if err != nil {
					return err
				}
				r := draft("a", "counter", strconv.Itoa(n+1))
				r.Rev, r.Seq, r.Tx, r.At = last.Rev+1, last.Seq+1, last.Seq+1, moment(last.Seq+1)
				return w.Append(r)
			})
			if err != nil {
				e.Errorf("Update of writer %d among %d = %v, want nil", i, e.writers, err)
			}
		}
	})
	e.view(acme, driver.Latest, func(r driver.Reader) {
		want := int64(e.writers * e.rounds)
		n, last, err := readCounter(r)
		if err != nil || int64(n) != want || last.Rev != want || last.Seq != want {
			e.Errorf("after %d increments: %d, revision %d, seq %d, %v", want, n, last.Rev, last.Seq, err)
		}
	})
}

func readCounter(r driver.Reader) (n int, last driver.Record, err error) {
	last, err = r.Get("a", "counter")
	if errors.Is(err, driver.ErrNotFound) {
		return 0, driver.Record{}, nil
	}
	if err == nil {
		n, err = strconv.Atoi(string(last.Data))
	}
	return n, last, err
}

// checkWriteSkew: transactions are serialisable: of many that write only when a
// Scan finds nothing, each an entity of its own, one writes.
func checkWriteSkew(e *env) {
	e.atOnce(e.writers, func(i int) {
		err := e.once(func(w driver.Writer) error {
			for _, err := range w.Scan(driver.Query{Kind: "lead"}) {
				return err // somebody was first
			}
			head, _, err := w.Head()
			if err != nil {
				return err
			}
			r := draft("lead", fmt.Sprintf("l-%d", i), "data")
			r.Rev, r.Seq, r.Tx, r.At = 1, head+1, head+1, moment(head+1)
			return w.Append(r)
		})
		if err != nil {
			e.Errorf("Update of writer %d among %d = %v, want nil", i, e.writers, err)
		}
	})
	e.view(acme, driver.Latest, func(r driver.Reader) {
		if got := e.list("Scan", r.Scan(driver.Query{Kind: "lead"})); len(got) != 1 {
			e.Errorf("writers that each found nothing = %d %s, want 1", len(got), names(got))
		}
	})
}

// checkWholeTransactions: a view that runs beside writers sees each of their
// transactions whole or not at all, and the same at each look.
func checkWholeTransactions(e *env) {
	const size = 3
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for e.readWhole(size) {
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	for i := range e.rounds * 2 {
		drafts := make([]driver.Record, size)
		for j := range drafts {
			drafts[j] = draft("a", "x"+strconv.Itoa(j), strconv.Itoa(i))
		}
		records := e.logs[acme].next(drafts...)
		e.logs[acme] = append(e.logs[acme], records...)
		if err := e.once(func(w driver.Writer) error { return slowly(w, records) }); err != nil {
			e.Errorf("Update beside readers = %v, want nil", err)
		}
	}
	close(stop)
	readers.Wait()
}

// readWhole looks once, and reports whether all was well.
func (e *env) readWhole(size int) bool {
	ctx, cancel := e.timeout()
	defer cancel()
	err := e.store.View(ctx, acme, driver.Latest, func(r driver.Reader) error { return whole(r, size) })
	if err != nil {
		e.Errorf("View beside a writer: %v", err)
	}
	return err == nil
}

// slowly appends one record at a time and leaves room for readers in between.
func slowly(w driver.Writer, records []driver.Record) error {
	for _, r := range records {
		if err := w.Append(r); err != nil {
			return err
		}
		time.Sleep(100 * time.Microsecond)
	}
	return nil
}

// whole checks that r shows whole transactions of size records, each of which
// wrote all of the entities with the same data.
func whole(r driver.Reader, size int) error {
	head, _, err := r.Head()
	if err != nil {
		return err
	}
	if head%int64(size) != 0 {
		return fmt.Errorf("head %d, want a multiple of %d", head, size)
	}
	n := 0
	for _, err := range r.Log(0) {
		if err != nil {
			return err
		}
		n++
	}
	if int64(n) != head {
		return fmt.Errorf("log of %d records, want %d as the head says", n, head)
	}
	var first driver.Record
	n = 0
	for rec, err := range r.Scan(driver.Query{Kind: "a"}) {
		if err != nil {
			return err
		}
		if n++; n == 1 {
			first = rec
		}
		if string(rec.Data) != string(first.Data) || rec.Tx != head {
			return fmt.Errorf("%s of transaction %d, want all of transaction %d", rec.ID, rec.Tx, head)
		}
	}
	if head > 0 && n != size {
		return fmt.Errorf("scan of %d records, want %d", n, size)
	}
	return nil
}

// atOnce runs f in n goroutines.
func (e *env) atOnce(n int, f func(i int)) {
	var all sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-start
			f(i)
		})
	}
	close(start)
	all.Wait()
}
