package sqltest_test

import (
	"context"
	"database/sql"
	sqldriver "database/sql/driver"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"modernc.org/sqlite"

	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/sqlstore"
)

// faulty is a database whose statements fail on purpose. Statements are counted
// from arm on: those, and reading from the rows of one, count.
type faulty struct {
	path  string
	count atomic.Int64
	fail  func(n int64, query string) (before, after error)
}

// abort is a failure after which the transaction is lost, as on PostgreSQL:
// every statement but ROLLBACK fails, and COMMIT rolls back without an error.
type abort string

func (e abort) Error() string    { return "SQLSTATE " + string(e) }
func (e abort) SQLState() string { return string(e) }

// busy is a failure as SQLite gives it, which leaves the transaction as it was.
type busy int

func (e busy) Error() string { return fmt.Sprintf("database is locked (%d)", int(e)) }
func (e busy) Code() int     { return int(e) }

var errBroken = errors.New("connection broken")

// Connect implements driver.Connector.
func (f *faulty) Connect(context.Context) (sqldriver.Conn, error) {
	c, err := f.Driver().Open("file:" + f.path + settings)
	if err != nil {
		return nil, err
	}
	return &faultyConn{Conn: c, db: f}, nil
}

// Driver implements driver.Connector.
func (f *faulty) Driver() sqldriver.Driver { return &sqlite.Driver{} }

type faultyConn struct {
	sqldriver.Conn

	db      *faulty
	open    bool // a transaction
	aborted bool // and lost
}

// run runs one statement, or fails before or after it.
func (c *faultyConn) run(ctx context.Context, query string, do func() error) error {
	if query == "ROLLBACK" {
		c.open, c.aborted = false, false
		return do()
	}
	if c.aborted {
		if query == "COMMIT" {
			c.open, c.aborted = false, false
			_, err := c.Conn.(sqldriver.ExecerContext).ExecContext(ctx, "ROLLBACK", nil)
			return err
		}
		return abort("25P02")
	}
	before, after := c.db.fail(c.db.count.Add(1), query)
	if before != nil {
		var a abort
		c.aborted = c.open && errors.As(before, &a)
		return before
	}
	if err := do(); err != nil {
		return err
	}
	switch {
	case strings.HasPrefix(query, "BEGIN"):
		c.open = true
	case query == "COMMIT":
		c.open = false
	}
	return after
}

func (c *faultyConn) ExecContext(ctx context.Context, query string, args []sqldriver.NamedValue) (res sqldriver.Result, err error) {
	err = c.run(ctx, query, func() (err error) {
		res, err = c.Conn.(sqldriver.ExecerContext).ExecContext(ctx, query, args)
		return err
	})
	return res, err
}

func (c *faultyConn) QueryContext(ctx context.Context, query string, args []sqldriver.NamedValue) (rows sqldriver.Rows, err error) {
	err = c.run(ctx, query, func() (err error) {
		rows, err = c.Conn.(sqldriver.QueryerContext).QueryContext(ctx, query, args)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &faultyRows{rows, c}, nil
}

type faultyRows struct {
	sqldriver.Rows

	conn *faultyConn
}

func (r *faultyRows) Next(into []sqldriver.Value) error {
	var end error
	err := r.conn.run(context.Background(), "next", func() error {
		end = r.Rows.Next(into)
		if errors.Is(end, io.EOF) {
			return nil
		}
		return end
	})
	if err != nil {
		return err
	}
	return end
}

// open opens a database with faults, which begin when arm is called.
func openFaulty(t *testing.T) (f *faulty, clean driver.Store, s driver.Store) {
	t.Helper()
	f = &faulty{path: filepath.Join(t.TempDir(), "isms.db"), fail: none}
	clean = newStore(t, openSQLite(t, f.path), sqlstore.SQLite, nil)
	for range 3 {
		if err := clean.Update(t.Context(), "acme", change); err != nil {
			t.Fatal(err)
		}
	}
	db := sql.OpenDB(f)
	t.Cleanup(func() { _ = db.Close() })
	return f, clean, newStore(t, db, sqlstore.SQLite, nil)
}

func none(int64, string) (before, after error) { return nil, nil }

var red = driver.Term{Key: "colour", Value: "red"}

// change is a transaction of two appends that reads in every way.
func change(w driver.Writer) error {
	if err := put(w, "a", "x", red); err != nil {
		return err
	}
	for _, q := range []driver.Query{{}, {Kind: "a", Terms: []driver.Term{red}, SinceSchema: 1}} {
		for _, err := range w.Scan(q) {
			if err != nil {
				return err
			}
		}
	}
	return put(w, "b", "y", red)
}

// careless is change by somebody who looks at no error.
func careless(w driver.Writer) error {
	_ = change(w)
	return nil
}

// wantWhole checks that n changes were made, each once and whole.
func wantWhole(t *testing.T, s driver.Store, n int) {
	t.Helper()
	x, head := read(t, s, "acme", "a", "x")
	y, _ := read(t, s, "acme", "b", "y")
	terms := 0
	err := s.View(t.Context(), "acme", driver.Latest, func(r driver.Reader) error {
		for _, err := range r.Scan(driver.Query{Terms: []driver.Term{red}}) {
			if terms++; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || x != n || y != n || head != int64(2*n) || terms != 2 {
		t.Errorf("counters %d and %d, head %d, %d found by term, %v; want %d, %d, %d, 2, nil", x, y, head, terms, err, n, n, 2*n)
	}
}

// Whichever statement the database gives up, as PostgreSQL or SQLite does, the
// transaction is run again and committed once; also when its function looks at
// no error.
func TestSerializationFailureAtEachStatement(t *testing.T) {
	for name, fault := range map[string]error{
		"40001": abort("40001"), "40P01": abort("40P01"), "55P03": abort("55P03"),
		"5": busy(5), "6": busy(6), "517": busy(517),
	} {
		t.Run(name, func(t *testing.T) {
			f, clean, s := openFaulty(t)
			n, done := int64(1), 3
			for ; f.survives(t, s, n, fault); n++ {
				done += 2
				wantWhole(t, clean, done)
			}
			if n < 30 {
				t.Errorf("an Update of %d statements, want it to have 30 at least", n)
			}
		})
	}
}

// survives runs two transactions whose statement n is given up, and reports
// whether there was one.
func (f *faulty) survives(t *testing.T, s driver.Store, n int64, fault error) (hit bool) {
	t.Helper()
	for _, function := range []func(driver.Writer) error{change, careless} {
		hit = f.failAt(n, fault, nil, func() {
			if err := s.Update(t.Context(), "acme", function); err != nil {
				t.Fatalf("Update with %v at statement %d = %v, want nil", fault, n, err)
			}
		}) != ""
	}
	return hit
}

// failAt runs f while statement n fails, before or after it is run, and gives
// that statement; "" when there were fewer.
func (f *faulty) failAt(n int64, before, after error, run func()) (at string) {
	f.count.Store(0)
	f.fail = func(i int64, query string) (error, error) {
		if i != n {
			return nil, nil
		}
		at = query
		return before, after
	}
	run()
	return at
}

// A database that always gives up ends in its error after some attempts, with
// nothing done.
func TestSerializationFailureForEver(t *testing.T) {
	f, clean, s := openFaulty(t)
	commits := 0
	f.fail = func(_ int64, query string) (before, after error) {
		if query == "COMMIT" {
			commits++
			return abort("40001"), nil
		}
		return nil, nil
	}
	var want abort
	if err := s.Update(t.Context(), "acme", change); !errors.As(err, &want) {
		t.Errorf("Update = %v, want the error of the database", err)
	}
	if commits != maxAttempts {
		t.Errorf("%d attempts, want %d", commits, maxAttempts)
	}
	wantWhole(t, clean, 3)
}

// Any other failure, before or after any statement, is an error and no second
// attempt. Only a connection that breaks after COMMIT leaves open whether the
// transaction happened; then it happened once and whole.
func TestOtherFailureAtEachStatement(t *testing.T) {
	for name, fault := range map[string]struct{ before, after error }{"before": {before: errBroken}, "after": {after: errBroken}} {
		t.Run(name, func(t *testing.T) {
			f, clean, s := openFaulty(t)
			done := 3
			for n := int64(1); ; n++ {
				at := f.breaks(t, s, n, fault.before, fault.after)
				if at == "" || at == "COMMIT" && fault.after != nil {
					done++
				}
				wantWhole(t, clean, done)
				if at == "" {
					return
				}
			}
		})
	}
}

// breaks runs a transaction whose statement n fails for good, and gives that
// statement; "" when there were fewer.
func (f *faulty) breaks(t *testing.T, s driver.Store, n int64, before, after error) (at string) {
	t.Helper()
	runs := 0
	var err, want error
	at = f.failAt(n, before, after, func() {
		err = s.Update(t.Context(), "acme", func(w driver.Writer) error {
			runs++
			return careless(w)
		})
	})
	if at != "" {
		want = errBroken
	}
	if !errors.Is(err, want) || runs > 1 {
		t.Fatalf("Update with a fault at statement %d, %.20q, = %v after %d runs; want %v, 1 at most", n, at, err, runs, want)
	}
	return at
}

// A reader gives the failure of any statement and never half an answer.
func TestFailureOfAReader(t *testing.T) {
	f, _, s := openFaulty(t)
	for n := int64(1); ; n++ {
		got := 0
		var err error
		at := f.failAt(n, errBroken, nil, func() {
			err = s.View(t.Context(), "acme", driver.Latest, func(r driver.Reader) error {
				for _, err := range r.Log(0) {
					if err != nil {
						return err
					}
					got++
				}
				_, err := r.Get("a", "x")
				return err
			})
		})
		if at == "" {
			if err != nil || got != 6 {
				t.Errorf("View without a fault = %v, %d records; want nil, 6", err, got)
			}
			return
		}
		if !errors.Is(err, errBroken) {
			t.Errorf("View with a fault at statement %d = %v, want %v", n, err, errBroken)
		}
	}
}
