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

// A transaction that is cancelled in the middle of much work, or while another
// program writes, gives the error of its ctx soon, leaves nothing behind and no
// goroutine.
func TestCancel(t *testing.T) {
	for _, b := range backends() {
		t.Run(string(b.dialect), func(t *testing.T) {
			db := b.db(t)
			defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
			defer db.Close()
			s := newStore(t, db, b.dialect, nil)
			cancelled(t, "reading and writing", s, func(w driver.Writer) error {
				for head := int64(0); ; head++ {
					if err := w.Append(record("a", "x", head+1, head+1, "1")); err != nil {
						return err
					}
				}
			})
			cancelWaiting(t, b, db, s)
			if n, head := read(t, s, "acme", "a", "x"); n != 0 || head != 0 {
				t.Errorf("after what was cancelled: counter %d, head %d, want 0, 0", n, head)
			}
			if err := s.Update(t.Context(), "acme", func(w driver.Writer) error { return put(w, "a", "x") }); err != nil {
				t.Errorf("Update after what was cancelled = %v, want nil", err)
			}
		})
	}
}

func cancelled(t *testing.T, what string, s driver.Store, f func(driver.Writer) error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	at := make(chan time.Time, 1)
	go func() {
		time.Sleep(150 * time.Millisecond)
		at <- time.Now()
		cancel()
	}()
	err := s.Update(ctx, "acme", f)
	t.Logf("%s: %v after ctx ended", what, time.Since(<-at).Round(10*time.Microsecond))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Update that is cancelled while %s = %v, want %v", what, err, context.Canceled)
	}
}

// cancelWaiting cancels an Update while another store, as of another program,
// holds the turn.
func cancelWaiting(t *testing.T, b backend, db *sql.DB, s driver.Store) {
	t.Helper()
	other := newStore(t, db, b.dialect, nil)
	errOwn := errors.New("the caller's own")
	err := other.Update(t.Context(), "acme", func(driver.Writer) error {
		cancelled(t, "waiting", s, func(w driver.Writer) error { return put(w, "a", "x") })
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
