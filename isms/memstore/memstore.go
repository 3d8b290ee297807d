// Package memstore keeps records in memory: for tests, for scripts that load
// their records, report and end, and as the fastest store there is.
// Nothing outlives the process.
package memstore

import (
	"context"
	"fmt"
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

// Update implements [driver.Store].
func (s *store) Update(ctx context.Context, tenant string, f func(driver.Writer) error) error {
	log, err := s.tenant(tenant, true)
	if err != nil {
		return err
	}
	w, err := log.Begin(ctx)
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

// Close implements [driver.Store].
func (s *store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed, s.tenants = true, nil
	return nil
}
