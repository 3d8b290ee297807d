// Package sqlstore keeps records in a host's own SQL database: SQLite, or
// PostgreSQL and what speaks its dialect (CockroachDB, YugabyteDB, Citus). The
// host opens the *sql.DB with a driver of its choice and closes it; this package
// imports none.
//
//	db, err := sql.Open("sqlite", "file:isms.db?_pragma=journal_mode(WAL)"+
//		"&_pragma=synchronous(FULL)&_pragma=busy_timeout(5000)")
//	...
//	store, err := sqlstore.New(db, sqlstore.SQLite, nil)
//
// # Tables
//
// The tables all start with "ismskit_", and every key with the tenant. Rows of
// ismskit_record are only ever added, until they are erased; ismskit_entity and
// ismskit_term are indexes over them, and ismskit_head holds one row for each
// tenant. [New] makes
// them when they are missing, unless the host did so with [Schema]. Ids compare
// bytewise whatever the locale of the cluster, times are whole microseconds
// since 1970, and texts that people write are bytes, since a text column holds
// no NUL. There are no foreign keys, sequences, advisory locks or notifications.
//
// # Reading
//
// A view is one state without a long transaction: it reads the head of its
// tenant once and then only records up to that Seq. Records never change, and a
// revision that is replaced later is marked with the Seq that replaced it, which
// lies beyond the view. So statements that run apart, on any connections, agree.
// Every loop reads a page, releases the connection, and goes on behind it.
//
// A query for terms is answered from an index when all records of the kind have
// the asked schema, and by a walk over the kind while some are older.
//
// # Writing
//
// Writers of one tenant take turns: on PostgreSQL by a lock on the tenant's row
// in ismskit_head, on SQLite by BEGIN IMMEDIATE. They wait as long as their
// context allows. A transaction that the database gives up (SQLSTATE 40001,
// 40P01, 55P03; SQLite's BUSY and LOCKED) is run again, up to 50 times. Once
// COMMIT is sent the context no longer counts, so that the answer is true; if
// the connection breaks just then, Update gives an error and the transaction may
// or may not have happened.
//
// A host that limits its pool leaves a connection for each tenant that is written
// at once, and one more for the views within such a transaction. Writers that
// wait within one program hold none.
//
// # Erasing
//
// The stores are a [driver.Admin] and a [driver.Eraser]. On SQLite a call that
// drops or erases ends with VACUUM and an empty write-ahead log, for otherwise
// copies of rows stay in unused parts of the file. That takes time linear in the
// database and as much room again, changes rowids of the host's tables that have
// no INTEGER PRIMARY KEY, and waits for views of other programs to end. When ctx
// ends first the call gives an error although the records are gone; calling it
// again does the rest. After [Join] all of that is for the host.
//
// PostgreSQL keeps rows that were replaced or deleted in its files until VACUUM
// FULL of ismskit_record and ismskit_term, and in its own log, replicas and
// backups for as long as these are kept. All of that belongs to whoever runs it.
//
// Row security shows one tenant at a time, so such a store drops and erases but
// does not list tenants: the error is [errors.ErrUnsupported]. A role with
// BYPASSRLS can: SELECT tenant FROM ismskit_head WHERE seq > 0.
package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/ismskit/ismskit/isms/driver"
)

// Dialect is the SQL that a database speaks.
type Dialect string

// The dialects.
const (
	// SQLite is version 3.37 or later, with the write-ahead log.
	SQLite Dialect = "sqlite"
	// PostgreSQL is version 12 or later, or a database that speaks its dialect.
	PostgreSQL Dialect = "postgresql"
)

// Options are the choices of [New] and [Join]; nil means the defaults.
type Options struct {
	// RowSecurity makes PostgreSQL itself keep the tenants apart, should this
	// library ever fail to: see [Policies]. New and Join then refuse a role that
	// the policies do not bind: a superuser, one with BYPASSRLS, or the owner of
	// a table; and a table without its policy. New makes no tables then.
	RowSecurity bool
}

// The errors of this store beside those of package driver. Callers test them
// with errors.Is.
var (
	// ErrNewer says that a newer program made the tables. Nothing was changed.
	ErrNewer = errors.New("tables are newer than this program")
	// ErrSettings says that the database or a connection to it is not set up as
	// this store needs; the text says what to change.
	ErrSettings = errors.New("settings of the database")

	errEnded = errors.New("the transaction has ended")
)

type store struct {
	db      *sql.DB
	tx      *sql.Tx // of Join, otherwise nil
	dialect Dialect
	secure  bool // Options.RowSecurity
	turns   turns
	known   connections
	closed  atomic.Bool
}

func newStore(d Dialect, opt *Options) (*store, error) {
	s := &store{dialect: d, secure: opt != nil && opt.RowSecurity}
	switch {
	case d != SQLite && d != PostgreSQL:
		return nil, fmt.Errorf("sqlstore: dialect %q: want %q or %q", d, SQLite, PostgreSQL)
	case s.secure && d != PostgreSQL:
		return nil, fmt.Errorf("sqlstore: row security with dialect %q: want %q", d, PostgreSQL)
	}
	return s, nil
}

// New is a store in db, which stays the host's: closing the store leaves it
// open. It makes or upgrades the tables where it may, and refuses those of a
// newer program with [ErrNewer] and unfit settings with [ErrSettings].
//
// A connection to SQLite needs journal_mode WAL, synchronous FULL and a
// busy_timeout; each one is checked when it is first used, and each time it
// writes.
func New(db *sql.DB, d Dialect, opt *Options) (driver.Store, error) {
	s, err := newStore(d, opt)
	if err != nil {
		return nil, err
	}
	if db == nil {
		return nil, errors.New("sqlstore: no database: want a *sql.DB")
	}
	s.db = db
	ctx := context.Background()
	if err := s.migrate(ctx); err != nil {
		return nil, fmt.Errorf("sqlstore: %w", err)
	}
	if err := s.free(ctx)(s.checkSecurity); err != nil {
		return nil, fmt.Errorf("sqlstore: %w", err)
	}
	return s, nil
}

// Join is a store within a transaction of the host: what it writes is committed
// with the host's own rows, or not at all. The tables must exist.
//
// Update neither commits nor tries again: an Update that fails takes back its
// own appends with a savepoint, and what the database gives up is for the host
// to run again. On SQLite the transaction should be BEGIN IMMEDIATE. View shows
// what the transaction wrote. The store belongs to one goroutine and ends with
// the transaction; until then other writers of the tenant wait.
func Join(tx *sql.Tx, d Dialect, opt *Options) (driver.Store, error) {
	s, err := newStore(d, opt)
	if err != nil {
		return nil, err
	}
	if tx == nil {
		return nil, errors.New("sqlstore: no transaction: want a *sql.Tx")
	}
	s.tx = tx
	err = s.free(context.Background())(func(ctx context.Context, q querier) error {
		have, err := s.version(ctx, q)
		if err != nil {
			return err
		}
		if err := checkVersion(have); err != nil {
			return err
		}
		return s.checkSecurity(ctx, q)
	})
	if err != nil {
		return nil, fmt.Errorf("sqlstore: %w", err)
	}
	return s, nil
}

// View implements [driver.Store].
func (s *store) View(ctx context.Context, tenant string, seq int64, f func(driver.Reader) error) error {
	if err := s.open(ctx); err != nil {
		return err
	}
	r := &reader{dialect: s.dialect, tenant: tenant, run: s.free(ctx)}
	defer r.end()
	if !s.secure {
		return view(r, seq, f)
	}
	return s.bound(ctx, tenant, func(run runner) error {
		r.run = run
		return view(r, seq, f)
	})
}

func view(r *reader, seq int64, f func(driver.Reader) error) error {
	if err := r.begin(seq); err != nil {
		return r.named(err)
	}
	return f(r)
}

// Update implements [driver.Store].
func (s *store) Update(ctx context.Context, tenant string, f func(driver.Writer) error) error {
	return s.update(ctx, tenant, func(w *writer) error { return f(w) })
}

func (s *store) update(ctx context.Context, tenant string, f func(*writer) error) error {
	if err := s.open(ctx); err != nil {
		return err
	}
	queue := tenant
	if s.tx != nil || s.dialect == SQLite {
		queue = "" // one writer at a time, whatever the tenant
	}
	release, err := s.turns.take(ctx, queue)
	if err != nil {
		return err
	}
	defer release()
	if s.tx != nil {
		return s.joined(ctx, tenant, f)
	}
	for attempt := 1; ; attempt++ {
		again, err := s.attempt(ctx, tenant, f)
		if err == nil || !again || attempt == maxAttempts {
			return err
		}
		if pause(ctx, attempt) != nil {
			return fmt.Errorf("%w, after %d attempts: %w", ctx.Err(), attempt, err)
		}
	}
}

// attempt runs a transaction once, and reports whether the database gave it up
// in a way that makes another attempt worthwhile.
func (s *store) attempt(ctx context.Context, tenant string, f func(*writer) error) (again bool, err error) {
	t, err := s.begin(ctx)
	if err != nil {
		return retryable(err), err
	}
	defer t.end(ctx)
	w := &writer{reader: reader{dialect: s.dialect, tenant: tenant, run: fixed(ctx, t.conn)}}
	defer w.end()
	if s.secure {
		if err := w.do(func(ctx context.Context, q querier) error { return setTenant(ctx, q, tenant) }); err != nil {
			return retryable(err), w.named(err)
		}
	}
	if err := write(ctx, w, f); err != nil {
		return retryable(w.fault), err
	}
	if !w.dirty {
		return false, nil
	}
	if err := t.commit(ctx); err != nil {
		return retryable(err), w.named(fmt.Errorf("commit: %w", err))
	}
	return false, nil
}

// joined is one Update in the host's transaction.
func (s *store) joined(ctx context.Context, tenant string, f func(*writer) error) error {
	if _, err := s.tx.ExecContext(ctx, "SAVEPOINT ismskit"); err != nil {
		return inContext(ctx, err)
	}
	done := false
	last := context.WithoutCancel(ctx)
	defer func() {
		if !done {
			_, _ = s.tx.ExecContext(last, "ROLLBACK TO SAVEPOINT ismskit") // fails when the transaction is lost anyhow
			_, _ = s.tx.ExecContext(last, "RELEASE SAVEPOINT ismskit")
		}
	}()
	w := &writer{reader: reader{dialect: s.dialect, tenant: tenant, run: fixed(ctx, s.tx)}}
	defer w.end()
	if s.secure {
		undo, err := actAs(ctx, s.tx, tenant)
		if err != nil {
			return w.named(inContext(ctx, err))
		}
		defer func() { _ = undo() }() // fails when the transaction is lost anyhow
	}
	if err := write(ctx, w, f); err != nil {
		return err
	}
	if _, err := s.tx.ExecContext(last, "RELEASE SAVEPOINT ismskit"); err != nil {
		return w.named(err)
	}
	done = true
	return nil
}

// write is a transaction between its begin and its end.
func write(ctx context.Context, w *writer, f func(*writer) error) error {
	if err := w.lock(); err != nil {
		return w.named(err)
	}
	if err := f(w); err != nil {
		return err
	}
	if err := w.finish(); err != nil {
		return w.named(err)
	}
	return ctx.Err()
}

// Close implements [driver.Store].
func (s *store) Close() error {
	s.closed.Store(true)
	return nil
}

// open tells why the store cannot be used, if it cannot.
func (s *store) open(ctx context.Context) error {
	if s.closed.Load() {
		return fmt.Errorf("sqlstore: %w", driver.ErrClosed)
	}
	return ctx.Err()
}

// connections are those whose settings were found right.
type connections struct {
	mu  sync.Mutex
	set map[any]bool
}

// maxKnown bounds what is remembered of connections, which come and go.
const maxKnown = 1000

func (c *connections) has(conn any) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.set[conn]
}

func (c *connections) add(conn any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.set == nil || len(c.set) >= maxKnown {
		c.set = map[any]bool{}
	}
	c.set[conn] = true
}
