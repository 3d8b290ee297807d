package isms

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/ismskit/ismskit/isms/driver"
)

// Tenants yields the name of every tenant that has records, bytewise. It is for
// whoever runs the store; no tenant should get to see it. The error is
// [errors.ErrUnsupported] when the driver is no [driver.Admin].
func (s *Store) Tenants(ctx context.Context) iter.Seq2[string, error] {
	admin, ok := s.driver.(driver.Admin)
	if !ok {
		return func(yield func(string, error) bool) { yield("", fmt.Errorf("tenants: %w", errors.ErrUnsupported)) }
	}
	return admin.Tenants(ctx)
}

// Drop removes every record of the space with its history, as if it was never
// written. The error is [errors.ErrUnsupported] when the driver is no
// [driver.Admin].
func (s *Space) Drop(ctx context.Context) error {
	if err := s.writable(); err != nil {
		return fmt.Errorf("drop: %w", err)
	}
	admin, ok := s.store.driver.(driver.Admin)
	if !ok {
		return fmt.Errorf("drop: %w", errors.ErrUnsupported)
	}
	return admin.Drop(ctx, s.tenant)
}

// Erase forgets what revisions held, where the law wants data gone: their
// content, actor and note. That they were there, and their digests, stay, so the
// proofs of a ledger hold. A link with a revision is that revision; one without
// is every revision of an entity that was deleted. The newest revision of an
// entity that is there cannot be erased: the error is driver.ErrConflict. It is
// [errors.ErrUnsupported] when the driver is no [driver.Eraser].
func (s *Space) Erase(ctx context.Context, links ...Link) error {
	if err := s.writable(); err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	eraser, ok := s.store.driver.(driver.Eraser)
	if !ok {
		return fmt.Errorf("erase: %w", errors.ErrUnsupported)
	}
	var seqs []int64
	err := s.view(ctx, func(r driver.Reader) error {
		seqs = nil
		for _, l := range links {
			found, err := erasable(r, l)
			if err != nil {
				return err
			}
			seqs = append(seqs, found...)
		}
		return nil
	})
	if err != nil || len(seqs) == 0 {
		return err
	}
	return eraser.Erase(ctx, s.tenant, seqs...)
}

// erasable finds the records of a link.
func erasable(r driver.Reader, l Link) (seqs []int64, err error) {
	newest, err := r.Get(l.Kind, l.ID)
	if err != nil {
		return nil, fmt.Errorf("erase %s: %w", l, err)
	}
	if !newest.Deleted && (l.Rev == 0 || l.Rev == newest.Rev) {
		return nil, fmt.Errorf("erase %s: %w: delete it first, revision %d is in use", l, driver.ErrConflict, newest.Rev)
	}
	for rec, err := range r.History(l.Kind, l.ID) {
		if err != nil {
			return nil, err
		}
		if l.Rev == 0 || l.Rev == rec.Rev {
			seqs = append(seqs, rec.Seq)
		}
	}
	if len(seqs) == 0 {
		return nil, fmt.Errorf("erase %s: %w", l, driver.ErrNotFound)
	}
	return seqs, nil
}
