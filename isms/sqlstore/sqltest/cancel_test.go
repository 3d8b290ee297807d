package sqltest_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/sqlstore"
)

// What is cancelled in the middle of much work, or while another program writes,
// gives the error of its ctx soon, leaves nothing behind and no goroutine.
func TestCancel(t *testing.T) {
	for _, b := range backends() {
		t.Run(string(b.dialect), func(t *testing.T) {
			db := b.db(t)
			defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
			defer db.Close()
			s := newStore(t, db, b.dialect, nil)
			n := soak(5_000, 100_000)
			all := batch(0, n)
			write := func(ctx context.Context) error {
				return s.Update(ctx, "acme", func(w driver.Writer) error { return w.Append(all...) })
			}
			for after := 5 * time.Millisecond; cancelled(t, "an Append of many", after, write); after *= 2 {
				wantNone(t, s)
			}
			if head := int64(len(logOf(t, s, "acme"))); head != int64(n) {
				t.Errorf("head %d after an Append that was not cancelled, want %d", head, n)
			}
			cancelReading(t, s)
			cancelWaiting(t, b, db, s)
			if head := int64(len(logOf(t, s, "acme"))); head != int64(n) {
				t.Errorf("head %d after what was cancelled, want %d", head, n)
			}
			if err := s.Update(t.Context(), "acme", func(w driver.Writer) error { return put(w, "a", "x") }); err != nil {
				t.Errorf("Update after what was cancelled = %v, want nil", err)
			}
		})
	}
}

// wantNone checks that the tenant has nothing at all.
func wantNone(t *testing.T, s driver.Store) {
	t.Helper()
	if n, head := read(t, s, "acme", "a", "x"); n != 0 || head != 0 {
		t.Errorf("after what was cancelled: counter %d, head %d, want 0, 0", n, head)
	}
}

// cancelled calls f with a ctx that ends after some time, and reports whether f
// was still at work.
func cancelled(t *testing.T, what string, after time.Duration, f func(context.Context) error) bool {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	at := make(chan time.Time, 1)
	stop := time.AfterFunc(after, func() {
		at <- time.Now()
		cancel()
	})
	err := f(ctx)
	end := time.Now()
	if stop.Stop() || err == nil { // it ended before, or was being committed
		if err != nil {
			t.Errorf("%s = %v, want nil", what, err)
		}
		return false
	}
	t.Logf("%s, cancelled after %v: %v later", what, after, end.Sub(<-at).Round(10*time.Microsecond))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%s that is cancelled = %v, want %v", what, err, context.Canceled)
	}
	return true
}

// cancelReading cancels loops over all records, again and again, in a view and in
// a writer.
func cancelReading(t *testing.T, s driver.Store) {
	t.Helper()
	loop := func(r driver.Reader) error {
		for {
			for _, err := range r.Scan(driver.Query{Kind: "finding"}) {
				if err != nil {
					return err
				}
			}
		}
	}
	for _, after := range []time.Duration{10 * time.Millisecond, 100 * time.Millisecond} {
		if !cancelled(t, "a Scan in a view", after, func(ctx context.Context) error { return s.View(ctx, "acme", driver.Latest, loop) }) {
			t.Error("a Scan without end ended")
		}
		if !cancelled(t, "a Scan in a transaction", after, func(ctx context.Context) error {
			return s.Update(ctx, "acme", func(w driver.Writer) error {
				return errors.Join(put(w, "a", "x"), loop(w))
			})
		}) {
			t.Error("a Scan without end ended")
		}
	}
}

// cancelWaiting cancels an Update while another store, as of another program,
// holds the turn.
func cancelWaiting(t *testing.T, b backend, db *sql.DB, s driver.Store) {
	t.Helper()
	other := newStore(t, db, b.dialect, nil)
	errOwn := errors.New("the caller's own")
	err := other.Update(t.Context(), "acme", func(driver.Writer) error {
		if !cancelled(t, "an Update that waits", 100*time.Millisecond, func(ctx context.Context) error {
			return s.Update(ctx, "acme", func(w driver.Writer) error { return put(w, "a", "x") })
		}) {
			t.Error("an Update that waits for one that waits for it ended")
		}
		return errOwn
	})
	if !errors.Is(err, errOwn) {
		t.Errorf("Update = %v, want the error of its function", err)
	}
}

// An open loop holds no connection: with one in the pool a view may write.
func TestLoopHoldsNoConnection(t *testing.T) {
	db := openSQLite(t, filepath.Join(t.TempDir(), "isms.db"))
	db.SetMaxOpenConns(1)
	s := newStore(t, db, sqlstore.SQLite, nil)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	write := func() error {
		return s.Update(ctx, "acme", func(w driver.Writer) error { return put(w, "a", "x") })
	}
	if err := write(); err != nil {
		t.Fatal(err)
	}
	err := s.View(ctx, "acme", driver.Latest, func(r driver.Reader) error {
		for _, err := range r.Log(0) {
			if err := errors.Join(err, write()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Errorf("Update within a loop = %v, want nil", err)
	}
}
