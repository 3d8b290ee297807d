package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ismskit/ismskit/isms/driver"
)

// store keeps the records of each tenant as one slice, in the order of Seq. A
// committed slice is never changed: a view keeps the one it began with. That is
// what a transaction with snapshot isolation gives on a database.
type store struct {
	turn chan struct{} // the one writer holds it

	mu     sync.Mutex
	logs   map[string][]driver.Record
	closed bool
}

func newStore() *store {
	return &store{turn: make(chan struct{}, 1), logs: map[string][]driver.Record{}}
}

func (s *store) load(tenant string) ([]driver.Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, driver.ErrClosed
	}
	return s.logs[tenant], nil
}

// View implements driver.Store.
func (s *store) View(ctx context.Context, tenant string, seq int64, f func(driver.Reader) error) error {
	log, err := s.load(tenant)
	if err = cmp.Or(err, ctx.Err()); err != nil {
		return err
	}
	r := &reader{ctx: ctx, log: log[:max(0, min(seq, int64(len(log))))]}
	defer r.end()
	return f(r)
}

// Update implements driver.Store.
func (s *store) Update(ctx context.Context, tenant string, f func(driver.Writer) error) error {
	select { // a second writer waits, as long as ctx allows
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	log, err := s.load(tenant)
	if err = cmp.Or(err, ctx.Err()); err != nil {
		return err
	}
	w := &writer{reader: reader{ctx: ctx, log: slices.Clip(log)}} // clipped: Append copies
	defer w.end()
	if err := f(w); err != nil {
		return err
	}
	if err := cmp.Or(w.lost, ctx.Err()); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return driver.ErrClosed
	}
	s.logs[tenant] = w.log
	return nil
}

// Close implements driver.Store.
func (s *store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed, s.logs = true, nil
	return nil
}

// reader implements driver.Reader on the records up to one moment.
type reader struct {
	ctx   context.Context //nolint:containedctx // a reader lives as long as the call it is made for
	log   []driver.Record
	ended bool
}

func (r *reader) end() { r.ended = true }

func (r *reader) check() error {
	if r.ended {
		return errors.New("the view or transaction has ended")
	}
	return r.ctx.Err()
}

// newest maps each entity to its current revision.
func (r *reader) newest() map[[2]string]driver.Record {
	newest := map[[2]string]driver.Record{}
	for _, rec := range r.log {
		newest[[2]string{rec.Kind, rec.ID}] = rec
	}
	return newest
}

func (r *reader) Get(kind, id string) (driver.Record, error) {
	if err := r.check(); err != nil {
		return driver.Record{}, err
	}
	for _, rec := range slices.Backward(r.log) {
		if rec.Kind == kind && rec.ID == id {
			return rec, nil
		}
	}
	return driver.Record{}, fmt.Errorf("%s/%s: %w", kind, id, driver.ErrNotFound)
}

// Scan has no index for terms: a driver may give more than was asked for.
func (r *reader) Scan(q driver.Query) iter.Seq2[driver.Record, error] {
	kind, id, _ := strings.Cut(q.After, "/")
	if q.Kind != "" {
		kind, id = q.Kind, q.After
	}
	var found []driver.Record
	for _, rec := range r.newest() {
		after := cmp.Or(cmp.Compare(rec.Kind, kind), cmp.Compare(rec.ID, id))
		if after > 0 && !rec.Deleted && (q.Kind == "" || q.Kind == rec.Kind) {
			found = append(found, rec)
		}
	}
	slices.SortFunc(found, func(a, b driver.Record) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	return r.each(found)
}

func (r *reader) History(kind, id string) iter.Seq2[driver.Record, error] {
	return r.each(slices.DeleteFunc(slices.Clone(r.log), func(rec driver.Record) bool {
		return rec.Kind != kind || rec.ID != id
	}))
}

func (r *reader) Log(after int64) iter.Seq2[driver.Record, error] {
	return r.each(r.log[max(0, min(after, int64(len(r.log)))):])
}

// each yields records, until the reader cannot go on.
func (r *reader) each(records []driver.Record) iter.Seq2[driver.Record, error] {
	return func(yield func(driver.Record, error) bool) {
		for i := 0; ; i++ {
			if err := r.check(); err != nil {
				yield(driver.Record{}, err)
				return
			}
			if i == len(records) || !yield(records[i], nil) {
				return
			}
		}
	}
}

func (r *reader) Head() (seq int64, at time.Time, err error) {
	if err := r.check(); err != nil || len(r.log) == 0 {
		return 0, time.Time{}, err
	}
	return int64(len(r.log)), r.log[len(r.log)-1].At, nil
}

// writer implements driver.Writer on a copy that Update keeps or throws away.
type writer struct {
	reader

	lost error
}

func (w *writer) Append(records ...driver.Record) error {
	if err := cmp.Or(w.lost, w.check()); err != nil {
		return err
	}
	newest := w.newest()
	for _, rec := range records {
		key := [2]string{rec.Kind, rec.ID}
		if stored := newest[key].Rev; rec.Rev != stored+1 || rec.Seq != int64(len(w.log))+1 {
			w.lost = fmt.Errorf("%s/%s: %w", rec.Kind, rec.ID, driver.ErrConflict)
			return w.lost
		}
		newest[key] = rec
		w.log = append(w.log, rec)
	}
	return nil
}
