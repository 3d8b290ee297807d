package storetest_test

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/memstore"
)

// leaky is a store whose design lets tenants see each other, or operations miss
// what came before. It has the one flaw that it is asked for.
type leaky struct {
	driver.Store

	flaw string

	mu    sync.Mutex
	heads map[string]int64 // by tenant
	views int
}

func newLeaky(flaw string) *leaky {
	return &leaky{Store: memstore.New(), flaw: flaw, heads: map[string]int64{}}
}

// foreign counts the records of other tenants.
func (s *leaky) foreign(tenant string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	var n int64
	for name, head := range s.heads {
		if name != tenant {
			n += head
		}
	}
	return n
}

func (s *leaky) View(ctx context.Context, tenant string, seq int64, f func(driver.Reader) error) error {
	s.mu.Lock()
	s.views++
	if stale := s.heads[tenant] - 1; seq == driver.Latest && stale > 0 &&
		(s.flaw == "views lag one record" || s.flaw == "now and then a lagging replica" && s.views%16 == 0) {
		seq = stale
	}
	s.mu.Unlock()
	if s.flaw == "past view of shared seq" && seq != driver.Latest {
		seq -= s.foreign(tenant)
	}
	return s.Store.View(ctx, tenant, seq, func(r driver.Reader) error { return f(&leakyReader{Reader: r, s: s, tenant: tenant}) })
}

func (s *leaky) Update(ctx context.Context, tenant string, f func(driver.Writer) error) error {
	before := s.foreign(tenant)
	err := s.Store.Update(ctx, tenant, func(w driver.Writer) error {
		own := &leakyWriter{leakyReader: leakyReader{Reader: w, s: s, tenant: tenant}, w: w}
		if err := f(own); err != nil {
			return err
		}
		head, _, err := w.Head()
		if err == nil {
			s.mu.Lock()
			s.heads[tenant] = head
			s.mu.Unlock()
		}
		return err
	})
	if s.flaw == "error names the others" && err != nil {
		return fmt.Errorf("%w (the store has %d records of others)", err, before)
	}
	return err
}

type leakyReader struct {
	driver.Reader

	s      *leaky
	tenant string
}

func (r *leakyReader) Head() (seq int64, at time.Time, err error) {
	seq, at, err = r.Reader.Head()
	if err != nil {
		return 0, time.Time{}, err
	}
	switch r.s.flaw {
	case "shared seq":
		seq += r.s.foreign(r.tenant)
	case "time of any tenant":
		at = at.Add(time.Duration(r.s.foreign(r.tenant)))
	}
	return seq, at, nil
}

func (r *leakyReader) Get(kind, id string) (driver.Record, error) {
	rec, err := r.Reader.Get(kind, id)
	if err != nil && r.s.flaw == "not found but elsewhere" && len(r.s.elsewhere(r.tenant, driver.Query{Kind: kind})) > 0 {
		return driver.Record{}, fmt.Errorf("not visible to you: %w", driver.ErrNotFound)
	}
	return rec, err
}

func (r *leakyReader) History(kind, id string) iter.Seq2[driver.Record, error] {
	if r.s.flaw != "history ends after six" {
		return r.Reader.History(kind, id)
	}
	return func(yield func(driver.Record, error) bool) {
		n := 0
		for rec, err := range r.Reader.History(kind, id) {
			if n++; n > 6 || !yield(rec, err) {
				return
			}
		}
	}
}

func (r *leakyReader) Scan(q driver.Query) iter.Seq2[driver.Record, error] {
	return func(yield func(driver.Record, error) bool) {
		var all []driver.Record
		for rec, err := range r.Reader.Scan(q) {
			if err != nil {
				yield(rec, err)
				return
			}
			if r.s.flaw == "reborn entities unseen by terms" && len(q.Terms) > 0 && r.reborn(rec) {
				continue
			}
			all = append(all, rec)
		}
		switch {
		case r.s.flaw == "index of terms without tenant" && len(q.Terms) > 0:
			all = append(all, r.s.elsewhere(r.tenant, q)...)
			slices.SortFunc(all, func(a, b driver.Record) int { return strings.Compare(a.Kind+"\x00"+a.ID, b.Kind+"\x00"+b.ID) })
		case r.s.flaw == "cursor in a shared index" && q.After != "" && len(all) > 0 && r.s.foreign(r.tenant)%5 == 4:
			all = all[1:]
		}
		for _, rec := range all {
			if !yield(rec, nil) {
				return
			}
		}
	}
}

// reborn tells an entity that was deleted and written again.
func (r *leakyReader) reborn(rec driver.Record) bool {
	for old, err := range r.Reader.History(rec.Kind, rec.ID) {
		if err == nil && old.Deleted {
			return true
		}
	}
	return false
}

// elsewhere is what other tenants have.
func (s *leaky) elsewhere(tenant string, q driver.Query) []driver.Record {
	var all []driver.Record
	for _, other := range []string{"a", "b", "c"} {
		if other == tenant {
			continue
		}
		_ = s.Store.View(context.Background(), other, driver.Latest, func(r driver.Reader) error {
			for rec, err := range r.Scan(q) {
				if err == nil && !rec.Deleted {
					all = append(all, rec)
				}
			}
			return nil
		})
	}
	return all
}

type leakyWriter struct {
	leakyReader

	w driver.Writer
}

func (w *leakyWriter) Append(records ...driver.Record) error {
	if w.s.flaw == "shared seq" { // counted as Head does
		off := w.s.foreign(w.tenant)
		records = slices.Clone(records)
		for i := range records {
			records[i].Seq -= off
		}
	}
	return w.w.Append(records...)
}
