package sqltest_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/sqlstore"
	"github.com/ismskit/ismskit/isms/storetest"
)

func TestStore(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) driver.Store {
			t.Helper()
			return newStore(t, openSQLite(t, filepath.Join(t.TempDir(), "isms.db")), sqlstore.SQLite, nil)
		})
	})
	t.Run("postgresql", func(t *testing.T) {
		schema := reused(t, func() string { return newSchema(t) })
		storetest.Run(t, func(t *testing.T) driver.Store {
			t.Helper()
			return newStore(t, openPostgres(t, "ismskit", schema(t)), sqlstore.PostgreSQL, nil)
		})
	})
}

func TestReopen(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "isms.db")
		storetest.RunReopen(t, func(t *testing.T) driver.Store {
			t.Helper()
			return newStore(t, openSQLite(t, path), sqlstore.SQLite, nil)
		})
	})
	t.Run("postgresql", func(t *testing.T) {
		schema := newSchema(t)
		storetest.RunReopen(t, func(t *testing.T) driver.Store {
			t.Helper()
			return newStore(t, openPostgres(t, "ismskit", schema), sqlstore.PostgreSQL, nil)
		})
	})
}

// The checks of bytewise order say something only where the database by itself
// sorts otherwise, and that of row security only where the role is bound.
func TestPostgresIsNotConvenient(t *testing.T) {
	db := openPostgres(t, "ismskit", newSchema(t))
	if count(t, db, "SELECT count(*) FROM (SELECT 1 WHERE 'a' < 'B') x") != 1 {
		t.Error("ISMSKIT_POSTGRES sorts bytewise by itself, want a locale such as nl-NL of ICU")
	}
	if count(t, db, "SELECT count(*) FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)") != 0 {
		t.Error("ISMSKIT_POSTGRES is a superuser, want a plain role")
	}
}

// A host that runs migrations itself uses Schema; New then finds nothing to do,
// and neither harms nor needs the rights to make tables. Schema may run again.
func TestSchema(t *testing.T) {
	onEach(t, func(t *testing.T, b backend, db *sql.DB) {
		t.Helper()
		script(t, db, sqlstore.Schema(b.dialect))
		s := newStore(t, db, b.dialect, nil)
		if err := s.Update(t.Context(), "acme", func(w driver.Writer) error { return put(w, "a", "x") }); err != nil {
			t.Fatal(err)
		}
		script(t, db, sqlstore.Schema(b.dialect))
		s = newStore(t, db, b.dialect, nil)
		if n, head := read(t, s, "acme", "a", "x"); n != 1 || head != 1 {
			t.Errorf("after Schema ran again: counter %d, head %d, want 1, 1", n, head)
		}
	})
}

// Programs that start at once on an empty database all get a store.
func TestStartTogether(t *testing.T) {
	onEach(t, func(t *testing.T, b backend, db *sql.DB) {
		t.Helper()
		const programs = 6
		errs := make(chan error, programs)
		for range programs {
			go func() {
				_, err := sqlstore.New(db, b.dialect, nil)
				errs <- err
			}()
		}
		for range programs {
			if err := <-errs; err != nil {
				t.Errorf("New beside others = %v, want nil", err)
			}
		}
	})
}

// Tables of a newer program are refused, and nothing in them changes.
func TestNewerTables(t *testing.T) {
	onEach(t, func(t *testing.T, b backend, db *sql.DB) {
		t.Helper()
		s := newStore(t, db, b.dialect, nil)
		if err := s.Update(t.Context(), "acme", func(w driver.Writer) error { return put(w, "a", "x") }); err != nil {
			t.Fatal(err)
		}
		mustExec(t, db, "UPDATE ismskit_schema SET version = 999")
		mustExec(t, db, "ALTER TABLE ismskit_record ADD COLUMN newer INTEGER")
		before := dump(t, db)
		if _, err := sqlstore.New(db, b.dialect, nil); !errors.Is(err, sqlstore.ErrNewer) {
			t.Errorf("New on newer tables = %v, want %v", err, sqlstore.ErrNewer)
		}
		tx := begin(t, db)
		if _, err := sqlstore.Join(tx, b.dialect, nil); !errors.Is(err, sqlstore.ErrNewer) {
			t.Errorf("Join on newer tables = %v, want %v", err, sqlstore.ErrNewer)
		}
		if err := tx.Commit(); err != nil {
			t.Error(err)
		}
		if after := dump(t, db); after != before {
			t.Errorf("newer tables after New and Join = %s, want %s", after, before)
		}
	})
}

func begin(t *testing.T, db *sql.DB) *sql.Tx {
	t.Helper()
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return tx
}

// dump is everything in the tables of the store.
func dump(t *testing.T, db *sql.DB) string {
	t.Helper()
	var lines []string
	for _, table := range []string{"ismskit_schema", "ismskit_head", "ismskit_record", "ismskit_entity", "ismskit_term"} {
		rows, err := db.QueryContext(t.Context(), "SELECT * FROM "+table)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		names, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, table+": "+strings.Join(names, "|"))
		for rows.Next() {
			cells := make([]sql.RawBytes, len(names))
			into := make([]any, len(names))
			for i := range cells {
				into[i] = &cells[i]
			}
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			lines = append(lines, fmt.Sprintf("%s: %q", table, cells))
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// Closing the store leaves the host's database open.
func TestCloseLeavesTheDatabase(t *testing.T) {
	onEach(t, func(t *testing.T, b backend, db *sql.DB) {
		t.Helper()
		s := newStore(t, db, b.dialect, nil)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := db.PingContext(t.Context()); err != nil {
			t.Errorf("Ping after Close of the store = %v, want nil", err)
		}
	})
}

// Each setting of SQLite that would lose a commit or fail a reader is refused
// by name.
func TestSQLiteSettings(t *testing.T) {
	for name, c := range map[string]struct{ settings, want string }{
		"journal":     {"?_pragma=busy_timeout(5000)&_pragma=synchronous(FULL)", "journal_mode is delete, want wal"},
		"synchronous": {"?_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)&_pragma=synchronous(NORMAL)", "synchronous is 1"},
		"busy":        {"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)", "busy_timeout is 0"},
	} {
		t.Run(name, func(t *testing.T) {
			db := openDB(t, "sqlite", "file:"+filepath.Join(t.TempDir(), "isms.db")+c.settings)
			_, err := sqlstore.New(db, sqlstore.SQLite, nil)
			if !errors.Is(err, sqlstore.ErrSettings) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("New = %v, want %v: %s", err, sqlstore.ErrSettings, c.want)
			}
		})
	}
	t.Run("memory", func(t *testing.T) {
		db := openDB(t, "sqlite", ":memory:")
		if _, err := sqlstore.New(db, sqlstore.SQLite, nil); !errors.Is(err, sqlstore.ErrSettings) {
			t.Errorf("New in memory = %v, want %v", err, sqlstore.ErrSettings)
		}
	})
}

// A setting that was made on one connection only is found on the next one, by
// readers and writers.
func TestSQLiteSettingsOfEachConnection(t *testing.T) {
	path := filepath.Join(t.TempDir(), "isms.db")
	newStore(t, openSQLite(t, path), sqlstore.SQLite, nil)

	db := openDB(t, "sqlite", "file:"+path+"?_pragma=synchronous(FULL)")
	first, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first.ExecContext(t.Context(), "PRAGMA busy_timeout = 5000"); err != nil {
		t.Fatal(err)
	}
	_ = first.Close()
	s := newStore(t, db, sqlstore.SQLite, nil) // on the first connection
	if n, _ := read(t, s, "acme", "a", "x"); n != 0 {
		t.Errorf("counter = %d, want 0", n)
	}
	if first, err = db.Conn(t.Context()); err != nil { // keeps it, so that the store gets another
		t.Fatal(err)
	}
	defer first.Close()
	err = s.View(t.Context(), "acme", driver.Latest, func(driver.Reader) error { return nil })
	if !errors.Is(err, sqlstore.ErrSettings) {
		t.Errorf("View on a connection without busy_timeout = %v, want %v", err, sqlstore.ErrSettings)
	}
	err = s.Update(t.Context(), "acme", func(w driver.Writer) error { return put(w, "a", "x") })
	if !errors.Is(err, sqlstore.ErrSettings) {
		t.Errorf("Update on a connection without busy_timeout = %v, want %v", err, sqlstore.ErrSettings)
	}
}

// A writer gives the connection its busy_timeout back, also one that waited in
// vain.
func TestSQLiteBusyTimeoutStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "isms.db")
	db := openSQLite(t, path)
	db.SetMaxOpenConns(1)
	s := newStore(t, db, sqlstore.SQLite, nil)
	write := func(ctx context.Context) error {
		return s.Update(ctx, "acme", func(w driver.Writer) error { return put(w, "a", "x") })
	}
	if err := write(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := count(t, db, "PRAGMA busy_timeout"); n != 5000 {
		t.Errorf("busy_timeout after an Update = %d, want 5000", n)
	}
	f := &faulty{path: path, fail: none}
	db = sql.OpenDB(f)
	defer db.Close()
	db.SetMaxOpenConns(1)
	s = newStore(t, db, sqlstore.SQLite, nil)
	for _, fault := range []error{busy(5), errBroken} {
		f.fail = func(_ int64, query string) (before, after error) {
			if query == "BEGIN IMMEDIATE" {
				return fault, nil
			}
			return nil, nil
		}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if err := write(ctx); !errors.Is(err, fault) {
			t.Errorf("Update that gets no turn = %v, want %v", err, fault)
		}
		if n := count(t, db, "PRAGMA busy_timeout"); n != 5000 {
			t.Errorf("busy_timeout after an Update that got no turn = %d, want 5000", n)
		}
	}
}

// A file that cannot be written reads well and refuses writes.
func TestSQLiteReadOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "isms.db")
	s := newStore(t, openSQLite(t, path), sqlstore.SQLite, nil)
	if err := s.Update(t.Context(), "acme", func(w driver.Writer) error { return put(w, "a", "x") }); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	s = newStore(t, openDB(t, "sqlite", "file:"+path+settings+"&mode=ro"), sqlstore.SQLite, nil)
	err := s.Update(t.Context(), "acme", func(w driver.Writer) error { return put(w, "a", "x") })
	if err == nil {
		t.Error("Update of a read-only database = nil, want an error")
	}
	if n, head := read(t, s, "acme", "a", "x"); n != 1 || head != 1 {
		t.Errorf("read-only: counter %d, head %d, want 1, 1", n, head)
	}
}
