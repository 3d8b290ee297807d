package sqltest_test

import (
	"database/sql"
	"errors"
	"testing"

	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/sqlstore"
)

// hosted is a store beside a table of the host.
func hosted(t *testing.T, b backend, db *sql.DB) driver.Store {
	t.Helper()
	s := newStore(t, db, b.dialect, nil)
	mustExec(t, db, "CREATE TABLE ticket (n INTEGER)")
	return s
}

func join(t *testing.T, tx *sql.Tx, b backend) driver.Store {
	t.Helper()
	s, err := sqlstore.Join(tx, b.dialect, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// wantBoth checks that the host and the store have as many rows.
func wantBoth(t *testing.T, when string, db *sql.DB, s driver.Store, want int) {
	t.Helper()
	tickets := count(t, db, "SELECT count(*) FROM ticket")
	n, head := read(t, s, "acme", "a", "x")
	if tickets != want || n != want || head != int64(want) {
		t.Errorf("%s: %d tickets, counter %d, head %d; want %d of each", when, tickets, n, head, want)
	}
}

func ticket(t *testing.T, tx *sql.Tx) {
	t.Helper()
	if _, err := tx.ExecContext(t.Context(), "INSERT INTO ticket (n) VALUES (1)"); err != nil {
		t.Fatal(err)
	}
}

// Rows of the host and records are committed together, or neither.
func TestJoin(t *testing.T) {
	onEach(t, func(t *testing.T, b backend, db *sql.DB) {
		t.Helper()
		s := hosted(t, b, db)
		for _, commit := range []bool{false, true} {
			tx := begin(t, db)
			ticket(t, tx)
			joined := join(t, tx, b)
			if err := joined.Update(t.Context(), "acme", func(w driver.Writer) error { return put(w, "a", "x") }); err != nil {
				t.Fatal(err)
			}
			if n, head := read(t, joined, "acme", "a", "x"); n != 1 || head != 1 {
				t.Errorf("within the transaction: counter %d, head %d, want 1, 1", n, head)
			}
			wantBoth(t, "before the end", db, s, 0)
			if !commit {
				if err := tx.Rollback(); err != nil {
					t.Fatal(err)
				}
				wantBoth(t, "after a rollback", db, s, 0)
				continue
			}
			if err := tx.Commit(); err != nil {
				t.Fatal(err)
			}
			wantBoth(t, "after a commit", db, s, 1)
		}
	})
}

// An Update that fails, conflicts or panics takes back its own records alone:
// the host's transaction goes on.
func TestJoinTakesBackItsOwn(t *testing.T) {
	onEach(t, func(t *testing.T, b backend, db *sql.DB) {
		t.Helper()
		s := hosted(t, b, db)
		tx := begin(t, db)
		ticket(t, tx)
		joined := join(t, tx, b)
		update := func(f func(driver.Writer) error) error { return joined.Update(t.Context(), "acme", f) }
		if err := update(func(w driver.Writer) error { return put(w, "a", "x") }); err != nil {
			t.Fatal(err)
		}
		errOwn := errors.New("the caller's own")
		if err := update(func(w driver.Writer) error { return errors.Join(put(w, "a", "x"), errOwn) }); !errors.Is(err, errOwn) {
			t.Errorf("Update = %v, want the error of its function", err)
		}
		err := update(func(w driver.Writer) error {
			_ = put(w, "a", "x")
			_ = w.Append(record("a", "x", 3, 7, "bad"))
			return nil
		})
		if !errors.Is(err, driver.ErrConflict) {
			t.Errorf("Update = %v, want %v", err, driver.ErrConflict)
		}
		func() {
			defer func() { _ = recover() }()
			_ = update(func(w driver.Writer) error {
				_ = put(w, "a", "x")
				panic("the caller's own")
			})
		}()
		ticket(t, tx)
		if err := update(func(w driver.Writer) error { return put(w, "a", "x") }); err != nil {
			t.Fatalf("Update after those that failed = %v, want nil", err)
		}
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		wantBoth(t, "after the commit", db, s, 2)
	})
}

// Join makes no tables, and says what does.
func TestJoinWithoutTables(t *testing.T) {
	onEach(t, func(t *testing.T, b backend, db *sql.DB) {
		t.Helper()
		tx := begin(t, db)
		defer func() { _ = tx.Rollback() }()
		if _, err := sqlstore.Join(tx, b.dialect, nil); !errors.Is(err, sqlstore.ErrSettings) {
			t.Errorf("Join without tables = %v, want %v", err, sqlstore.ErrSettings)
		}
	})
}
