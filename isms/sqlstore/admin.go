package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"

	"github.com/ismskit/ismskit/isms/driver"
)

// Tenants implements [driver.Admin]. Row security shows one tenant at a time, so
// with it the error is [errors.ErrUnsupported]: a role that the policies do not
// bind may read ismskit_head instead.
func (s *store) Tenants(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		last := ""
		for more := true; more; {
			var page []string
			err := s.open(ctx)
			if err == nil {
				page, err = s.tenants(ctx, last)
			}
			if err != nil {
				yield("", err)
				return
			}
			for _, last = range page {
				if !yield(last, nil) {
					return
				}
			}
			more = len(page) == largest
		}
	}
}

// tenants reads a page of the tenants after one.
func (s *store) tenants(ctx context.Context, after string) (page []string, err error) {
	if s.secure {
		return nil, fmt.Errorf("sqlstore: tenants: %w: row security shows one tenant at a time", errors.ErrUnsupported)
	}
	st := &statement{dialect: s.dialect}
	st.add("SELECT tenant FROM ismskit_head WHERE seq > 0 AND tenant > ?", after)
	st.add(fmt.Sprintf(" ORDER BY tenant LIMIT %d", largest))
	err = s.free(ctx)(func(ctx context.Context, q querier) error {
		rows, err := q.QueryContext(ctx, st.text.String(), st.args...)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }() // a second time, when all went well
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				return err
			}
			page = append(page, name)
		}
		return errors.Join(rows.Err(), rows.Close())
	})
	if err != nil {
		return nil, fmt.Errorf("sqlstore: tenants: %w", err)
	}
	return page, nil
}

// Drop implements [driver.Admin]. A view that is open meanwhile finds no more.
func (s *store) Drop(ctx context.Context, tenant string) error {
	return s.forget(ctx, tenant, func(w *writer) error {
		for _, table := range []string{"ismskit_term", "ismskit_entity", "ismskit_record", "ismskit_head"} {
			st := w.statement()
			st.add("DELETE FROM "+table+" WHERE tenant = ?", w.tenant)
			if err := w.exec(st); err != nil {
				return w.named(err)
			}
		}
		return nil
	})
}

// Erase implements [driver.Eraser]. SQLite then writes its files anew; PostgreSQL
// keeps what it replaced until VACUUM FULL.
func (s *store) Erase(ctx context.Context, tenant string, seqs ...int64) error {
	return s.forget(ctx, tenant, func(w *writer) error {
		for _, seq := range seqs {
			if err := w.erase(seq); err != nil {
				return w.named(fmt.Errorf("log entry %d: %w", seq, err))
			}
		}
		return nil
	})
}

func (w *writer) erase(seq int64) error {
	var kind, id string
	var packed []byte
	err := w.do(func(ctx context.Context, q querier) error {
		s := w.statement()
		s.add("SELECT kind, id, terms FROM ismskit_record WHERE tenant = ? AND seq = ?", w.tenant, seq)
		err := one(ctx, q, s.text.String(), s.args, &kind, &id, &packed)
		if errors.Is(err, sql.ErrNoRows) {
			return driver.ErrNotFound
		}
		return err
	})
	if err != nil {
		return err
	}
	terms, err := unpackTerms(packed)
	if err != nil {
		return err
	}
	for _, t := range terms {
		s := w.statement()
		s.add("DELETE FROM ismskit_term WHERE tenant = ? AND term = ? AND kind = ? AND id = ? AND seq = ?", w.tenant, hash(t), kind, id, seq)
		if err := w.exec(s); err != nil {
			return err
		}
	}
	s, none := w.statement(), []byte{}
	s.add("UPDATE ismskit_record SET made_by = ?, note = ?, terms = ?, data = ?, salt = ? WHERE tenant = ? AND seq = ?",
		none, none, none, none, none, w.tenant, seq)
	return w.exec(s)
}

// forget runs f in a transaction, and sees to it that what it deletes is gone.
func (s *store) forget(ctx context.Context, tenant string, f func(*writer) error) error {
	err := s.update(ctx, tenant, func(w *writer) error {
		w.dirty = true
		return f(w)
	})
	if err != nil || s.dialect != SQLite || s.tx != nil {
		return err
	}
	if err := s.rewrite(ctx); err != nil {
		return fmt.Errorf("sqlstore: tenant %s: gone, but perhaps not from the files: %w", tenant, err)
	}
	return nil
}

// rewrite makes SQLite write its file anew and empty its write-ahead log, as soon
// as nobody reads what was before, and as long as ctx allows. Nothing less would
// do: the unused parts of pages hold copies of rows that were moved.
func (s *store) rewrite(ctx context.Context) error {
	return s.free(ctx)(func(ctx context.Context, q querier) error {
		busy, err := checkSettings(ctx, q)
		if err != nil {
			return err
		}
		defer func() { _ = setBusyTimeout(context.WithoutCancel(ctx), q, busy) }() // as it was
		if err := setBusyTimeout(ctx, q, patience); err != nil {
			return err
		}
		err = whileBusy(ctx, func() error {
			_, err := q.ExecContext(ctx, "VACUUM")
			return err
		})
		if err != nil {
			return err
		}
		return whileBusy(ctx, func() error {
			var blocked, frames, done int
			err := one(ctx, q, "PRAGMA wal_checkpoint(TRUNCATE)", nil, &blocked, &frames, &done)
			if err == nil && blocked != 0 {
				return errRead
			}
			return err
		})
	})
}

// errRead says that somebody still reads the write-ahead log.
var errRead = errors.New("another reads the write-ahead log")

// whileBusy calls f until it gives no error that may pass, as long as ctx allows.
func whileBusy(ctx context.Context, f func() error) error {
	for attempt := 1; ; attempt++ {
		err := f()
		if err == nil || !errors.Is(err, errRead) && !retryable(err) {
			return err
		}
		if pause(ctx, attempt) != nil {
			return fmt.Errorf("%w: %w", ctx.Err(), err)
		}
	}
}
