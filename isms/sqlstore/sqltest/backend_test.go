package sqltest_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/sqlstore"
)

// backend is a sort of database to test on.
type backend struct {
	dialect sqlstore.Dialect
	driver  string
	source  func(testing.TB) string // of a new and empty one
}

func backends() []backend {
	return []backend{
		{sqlstore.SQLite, "sqlite", func(tb testing.TB) string {
			tb.Helper()
			return "file:" + filepath.Join(tb.TempDir(), "isms.db") + settings
		}},
		{sqlstore.PostgreSQL, "pgx", func(tb testing.TB) string {
			tb.Helper()
			return postgres(tb) + " search_path=" + newSchema(tb)
		}},
	}
}

// db is a new and empty database.
func (b backend) db(tb testing.TB) *sql.DB {
	tb.Helper()
	return pooled(openDB(tb, b.driver, b.source(tb)))
}

// onEach runs f on an empty database of each sort.
func onEach(t *testing.T, f func(t *testing.T, b backend, db *sql.DB)) {
	t.Helper()
	for _, b := range backends() {
		t.Run(string(b.dialect), func(t *testing.T) { f(t, b, b.db(t)) })
	}
}

// settings are what a connection to SQLite needs.
const settings = "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(5000)"

func openSQLite(tb testing.TB, path string) *sql.DB {
	tb.Helper()
	return openDB(tb, "sqlite", "file:"+path+settings)
}

func openDB(tb testing.TB, name, source string) *sql.DB {
	tb.Helper()
	db, err := sql.Open(name, source)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	return db
}

// postgres is the data source to test on, or skips.
func postgres(tb testing.TB) string {
	tb.Helper()
	source := os.Getenv("ISMSKIT_POSTGRES")
	const how = `ISMSKIT_POSTGRES is not set: run eval "$(.ci/postgres start)" in the root of the repository first`
	switch {
	case source == "" && os.Getenv("CI") == "true":
		tb.Fatal(how)
	case source == "":
		tb.Skip(how)
	}
	return source
}

// openPostgres connects as a role to a schema; the role is ismskit for the one
// in ISMSKIT_POSTGRES.
func openPostgres(tb testing.TB, role, schema string) *sql.DB {
	tb.Helper()
	config, err := pgx.ParseConfig(postgres(tb))
	if err != nil {
		tb.Fatal(err)
	}
	if role != "ismskit" {
		config.User = role
	}
	config.RuntimeParams["search_path"] = schema
	db := pooled(stdlib.OpenDB(*config))
	tb.Cleanup(func() { _ = db.Close() })
	return db
}

// pooled keeps the connections that a test uses, but not those of tests that
// opened many databases: a server has a hundred.
func pooled(db *sql.DB) *sql.DB {
	db.SetMaxIdleConns(20)
	db.SetConnMaxIdleTime(time.Second)
	return db
}

// reused gives each test that asks a schema with empty tables: one that a test
// before it is done with, for a new one takes ten times as long. A test that asks
// twice gets two.
func reused(tb testing.TB, create func() (schema string)) func(t *testing.T) string {
	tb.Helper()
	postgres(tb) // or skip, here and not in a test within
	var idle []string
	return func(t *testing.T) string {
		t.Helper()
		var schema string
		if n := len(idle); n > 0 {
			schema, idle = idle[n-1], idle[:n-1]
			wipe(t, schema)
		} else {
			schema = create()
		}
		t.Cleanup(func() { idle = append(idle, schema) })
		return schema
	}
}

// wipe empties the tables of a schema of PostgreSQL.
func wipe(tb testing.TB, schema string) {
	tb.Helper()
	db := openPostgres(tb, "postgres", schema) // row security does not bind it
	for _, table := range []string{"head", "record", "entity", "term"} {
		mustExec(tb, db, "DELETE FROM ismskit_"+table)
	}
	_ = db.Close()
}

var schemas atomic.Int64

// newSchema makes an empty schema and drops it in the end.
func newSchema(tb testing.TB) string {
	tb.Helper()
	db := openDB(tb, "pgx", postgres(tb))
	name := fmt.Sprintf("t_%d_%d_%d", os.Getpid(), time.Now().UnixNano(), schemas.Add(1))
	mustExec(tb, db, "CREATE SCHEMA "+name)
	_ = db.Close() // a test may make hundreds, and a server has a hundred connections
	tb.Cleanup(func() {
		db := openDB(tb, "pgx", postgres(tb))
		if _, err := db.ExecContext(context.Background(), "DROP SCHEMA "+name+" CASCADE"); err != nil {
			tb.Error(err)
		}
	})
	return name
}

func mustExec(tb testing.TB, db *sql.DB, query string, args ...any) {
	tb.Helper()
	if _, err := db.ExecContext(context.Background(), query, args...); err != nil {
		tb.Fatalf("%s: %v", query, err)
	}
}

// script runs statements one by one: not every driver takes several at once.
func script(tb testing.TB, db *sql.DB, statements string) {
	tb.Helper()
	for s := range strings.SplitSeq(statements, ";\n") {
		if s != "" {
			mustExec(tb, db, s)
		}
	}
}

func count(tb testing.TB, db *sql.DB, query string, args ...any) (n int) {
	tb.Helper()
	if err := db.QueryRowContext(context.Background(), query, args...).Scan(&n); err != nil {
		tb.Fatalf("%s: %v", query, err)
	}
	return n
}

func newStore(tb testing.TB, db *sql.DB, d sqlstore.Dialect, opt *sqlstore.Options) driver.Store {
	tb.Helper()
	s, err := sqlstore.New(db, d, opt)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// soak is full in a soak run, otherwise reduced.
func soak(reduced, full int) int {
	if os.Getenv("ISMSKIT_SOAK") != "" {
		return full
	}
	return reduced
}

// put appends the next revision of an entity, which counts its revisions.
func put(w driver.Writer, kind, id string, terms ...driver.Term) error {
	head, _, err := w.Head()
	if err != nil {
		return err
	}
	n := 0
	last, err := w.Get(kind, id)
	if err == nil {
		n, err = strconv.Atoi(string(last.Data))
	} else if isNotFound(err) {
		err = nil
	}
	if err != nil {
		return err
	}
	return w.Append(record(kind, id, head+1, last.Rev+1, strconv.Itoa(n+1), terms...))
}

func record(kind, id string, seq, rev int64, data string, terms ...driver.Term) driver.Record {
	r := driver.Record{
		Kind: kind, ID: id, Rev: rev, Seq: seq, Tx: seq, Schema: 1,
		At: time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC).Add(time.Duration(seq) * time.Second),
		By: "person:p-17", Note: "test", Data: []byte(data), Terms: terms,
	}
	r.Digest = driver.Sum(r)
	return r
}

func isNotFound(err error) bool { return errors.Is(err, driver.ErrNotFound) }

// read is the counter in an entity, and how many records the tenant has.
func read(tb testing.TB, s driver.Store, tenant, kind, id string) (n int, head int64) {
	tb.Helper()
	err := s.View(context.Background(), tenant, driver.Latest, func(r driver.Reader) (err error) {
		if head, _, err = r.Head(); err != nil {
			return err
		}
		rec, err := r.Get(kind, id)
		if isNotFound(err) {
			return nil
		}
		if err == nil {
			n, err = strconv.Atoi(string(rec.Data))
		}
		return err
	})
	if err != nil {
		tb.Fatalf("View = %v, want nil", err)
	}
	return n, head
}
