// Package memstore keeps records in memory: for tests, for scripts that load
// their records, report and end, and as the fastest store there is.
// Nothing outlives the process.
package memstore

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"

	"github.com/ismskit/ismskit/internal/revlog"
	"github.com/ismskit/ismskit/isms/driver"
)

// New is an empty store in memory.
func New() driver.Store { return &store{tenants: map[string]*revlog.Log{}} }

type store struct {
	mu      sync.Mutex
	tenants map[string]*revlog.Log
	closed  bool
}

// tenant finds the log of a tenant. One that was never written is made only to
// be written.
func (s *store) tenant(name string, create bool) (*revlog.Log, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, fmt.Errorf("memstore: %w", driver.ErrClosed)
	}
	log := s.tenants[name]
	if log == nil {
		log = revlog.New()
		if create {
			s.tenants[name] = log
		}
	}
	return log, nil
}

// View implements [driver.Store].
func (s *store) View(ctx context.Context, tenant string, seq int64, f func(driver.Reader) error) error {
	log, err := s.tenant(tenant, false)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	r := log.Reader(ctx, seq)
	defer r.End()
	return f(r)
}

// begin waits for the turn to write a tenant. One that was dropped meanwhile is
// written anew.
func (s *store) begin(ctx context.Context, name string) (*revlog.Writer, error) {
	for {
		log, err := s.tenant(name, true)
		if err != nil {
			return nil, err
		}
		w, err := log.Begin(ctx)
		if err != nil {
			return nil, err
		}
		now, err := s.tenant(name, true)
		if now == log {
			return w, nil
		}
		w.Rollback()
		if err != nil {
			return nil, err
		}
	}
}

// Update implements [driver.Store].
func (s *store) Update(ctx context.Context, tenant string, f func(driver.Writer) error) error {
	w, err := s.begin(ctx, tenant)
	if err != nil {
		return err
	}
	defer w.Rollback()
	if err := f(w); err != nil {
		return err
	}
	if err := w.Err(); err != nil {
		return err
	}
	w.Commit()
	return nil
}

// Tenants implements [driver.Admin].
func (s *store) Tenants(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		names, err := s.names(ctx)
		for _, name := range names {
			if !yield(name, nil) {
				return
			}
		}
		if err != nil {
			yield("", err)
		}
	}
}

func (s *store) names(ctx context.Context) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, fmt.Errorf("memstore: %w", driver.ErrClosed)
	}
	var names []string
	for name, log := range s.tenants {
		if seq, _, err := log.Reader(ctx, driver.Latest).Head(); err != nil {
			return nil, err
		} else if seq > 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// Drop implements [driver.Admin]. Views that are open go on with what was there.
func (s *store) Drop(ctx context.Context, tenant string) error {
	w, err := s.begin(ctx, tenant)
	if err != nil {
		return err
	}
	defer w.Rollback()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.tenants, tenant)
	return nil
}

// Erase implements [driver.Eraser].
func (s *store) Erase(ctx context.Context, tenant string, seqs ...int64) error {
	w, err := s.begin(ctx, tenant)
	if err != nil {
		return err
	}
	defer w.Rollback()
	return w.Erase(seqs...)
}

// Close implements [driver.Store].
func (s *store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed, s.tenants = true, nil
	return nil
}
