package storetest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
)

func typedChecks() []check {
	return []check{
		{"isms runs twice", checkTypedTwice},
		{"isms conflict", checkTypedConflict},
		{"isms as of", checkTypedAsOf},
	}
}

// item is an entity of this suite.
type item struct {
	isms.Common

	Title string `json:"title"`
}

// EntityKind implements [isms.Entity].
func (item) EntityKind() string { return "item" }

// Check implements [isms.Entity].
func (item) Check(isms.Checker) {}

func items(tx *isms.Tx) isms.Collection[item] { return isms.Kind[item]{}.In(tx) }

func newItem(id, title string) item { return item{Common: isms.Common{ID: id}, Title: title} }

// space opens the store as package isms does, with every transaction run twice
// and a clock that goes a minute further at each.
func (e *env) space() *isms.Space {
	now := typedStart()
	clock := func() time.Time {
		now = now.Add(time.Minute)
		return now
	}
	return isms.Open(twice{e.store}, &isms.Options{Now: clock}).Space(acme).As(isms.Person("p-17"))
}

func typedStart() time.Time { return time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC) }

func (e *env) put(s *isms.Space, values ...*item) {
	e.Helper()
	if err := e.typedUpdate(s, values...); err != nil {
		e.Fatalf("Update that puts %d items = %v, want nil", len(values), err)
	}
}

func (e *env) typedUpdate(s *isms.Space, values ...*item) error {
	ctx, cancel := e.timeout()
	defer cancel()
	return s.Update(ctx, "because", func(tx *isms.Tx) error {
		var errs []error
		for _, v := range values {
			errs = append(errs, items(tx).Put(v))
		}
		return errors.Join(errs...)
	})
}

// checkTypedTwice: a function that is run twice leaves the caller's value alone
// until the commit, and then it is one revision further, not two.
func checkTypedTwice(e *env) {
	s := e.space()
	v := newItem("x", "one")
	for _, want := range []int64{1, 2, 3} {
		v.Title = fmt.Sprintf("title %d", want)
		runs := 0
		ctx, cancel := e.timeout()
		err := s.Update(ctx, "because", func(tx *isms.Tx) error {
			runs++
			err := items(tx).Put(&v)
			if v.Rev != want-1 || v.Recorded.Seq != want-1 {
				e.Errorf("in run %d: Rev = %d, Seq = %d after Put, want %d still", runs, v.Rev, v.Recorded.Seq, want-1)
			}
			return err
		})
		cancel()
		if err != nil || runs < 2 || v.Rev != want || v.Recorded.Seq != want {
			e.Errorf("Update = %v after %d runs, Rev = %d, Seq = %d; want nil after 2 or more, %d, %d",
				err, runs, v.Rev, v.Recorded.Seq, want, want)
		}
	}
	e.typedView(s, func(tx *isms.Tx) {
		n := 0
		for rev, err := range items(tx).History("x") {
			n++
			if err != nil || rev.Value.Rev != int64(n) || rev.Value.Title != fmt.Sprintf("title %d", n) {
				e.Errorf("History revision %d = %d, %q, %v", n, rev.Value.Rev, rev.Value.Title, err)
			}
		}
		got, err := items(tx).Get("x")
		if n != 3 || err != nil || got.Recorded != v.Recorded {
			e.Errorf("stored: %d revisions, recorded %+v, %v; want 3, %+v, nil", n, got.Recorded, err, v.Recorded)
		}
	})
}

// checkTypedConflict: a value that somebody else changed is refused, and stays
// as the caller has it.
func checkTypedConflict(e *env) {
	s := e.space()
	v := newItem("x", "one")
	e.put(s, &v)
	stale := v
	v.Title = "two"
	e.put(s, &v)
	stale.Title = "three"
	err := e.typedUpdate(s, &stale)
	e.wantErr("Update with a stale value", err, driver.ErrConflict)
	if stale.Rev != 1 || stale.Recorded.Seq != 1 {
		e.Errorf("a refused Put leaves Rev = %d, Seq = %d, want 1, 1", stale.Rev, stale.Recorded.Seq)
	}
	e.typedView(s, func(tx *isms.Tx) {
		if got, err := items(tx).Get("x"); err != nil || got.Title != "two" {
			e.Errorf("Get after a conflict = %q, %v, want two", got.Title, err)
		}
	})
}

// checkTypedAsOf: the past is seen up to the end of a transaction, by Seq and
// by time.
func checkTypedAsOf(e *env) {
	s := e.space()
	var ends []int64
	var times []time.Time
	for _, round := range []string{"one", "two", "three"} {
		a, b, c := newItem(round+"-a", round), newItem(round+"-b", round), newItem(round+"-c", round)
		e.put(s, &a, &b, &c)
		ends, times = append(ends, c.Recorded.Seq), append(times, c.Recorded.At)
	}
	for n := range int64(11) {
		want := 0
		for _, end := range ends {
			if end <= n {
				want += 3
			}
		}
		e.typedView(s.AsOfSeq(n), func(tx *isms.Tx) { e.wantItems(fmt.Sprintf("AsOfSeq(%d)", n), tx, want) })
	}
	for i, at := range times {
		e.typedView(s.AsOf(at), func(tx *isms.Tx) { e.wantItems("AsOf the moment of a transaction", tx, 3*i+3) })
		e.typedView(s.AsOf(at.Add(-time.Microsecond)), func(tx *isms.Tx) { e.wantItems("AsOf just before a transaction", tx, 3*i) })
	}
}

func (e *env) wantItems(call string, tx *isms.Tx, want int) {
	e.Helper()
	list, err := items(tx).List()
	head, _, headErr := tx.Head()
	sorted := slices.IsSortedFunc(list, func(a, b item) int { return compare(driver.Record{ID: a.ID}, driver.Record{ID: b.ID}) })
	if err != nil || headErr != nil || len(list) != want || head != int64(want) || !sorted {
		e.Errorf("%s = %d items, head %d, sorted %t, %v; want %d, %d, true, nil", call, len(list), head, sorted, errors.Join(err, headErr), want, want)
	}
}

func (e *env) typedView(s *isms.Space, f func(*isms.Tx)) {
	e.Helper()
	ctx, cancel := e.timeout()
	defer cancel()
	err := s.View(ctx, func(tx *isms.Tx) error {
		f(tx)
		return nil
	})
	if err != nil {
		e.Errorf("View = %v, want nil", err)
	}
}
