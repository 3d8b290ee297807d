package sqlstore

import (
	"context"
	"database/sql"
	sqldriver "database/sql/driver"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strconv"
	"time"
)

// querier runs statements: a connection, or the host's transaction.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// runner gives f what its statements run on, for as long as f runs.
type runner func(f func(context.Context, querier) error) error

// free runs each f on a connection of the pool, or in the host's transaction.
func (s *store) free(ctx context.Context) runner {
	if s.tx != nil {
		return fixed(ctx, s.tx)
	}
	return func(f func(context.Context, querier) error) error {
		conn, err := s.db.Conn(ctx)
		if err != nil {
			return inContext(ctx, err)
		}
		defer func() { _ = conn.Close() }() // it goes back to the pool
		if err := s.checkConnection(ctx, conn); err != nil {
			return inContext(ctx, err)
		}
		return inContext(ctx, f(ctx, conn))
	}
}

// fixed runs every f on q.
func fixed(ctx context.Context, q querier) runner {
	return func(f func(context.Context, querier) error) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return inContext(ctx, f(ctx, q))
	}
}

// inContext is err, or the end of ctx when that is the cause of err: drivers
// name it in ways of their own.
func inContext(ctx context.Context, err error) error {
	if err == nil || ctx.Err() == nil || errors.Is(err, ctx.Err()) {
		return err
	}
	return fmt.Errorf("%w: %w", ctx.Err(), err)
}

// bound runs f in a transaction that reads, for row security.
func (s *store) bound(ctx context.Context, tenant string, f func(runner) error) error {
	if s.tx != nil {
		undo, err := actAs(ctx, s.tx, tenant)
		if err != nil {
			return inContext(ctx, err)
		}
		defer func() { _ = undo() }() // fails when the transaction is lost anyhow
		return f(fixed(ctx, s.tx))
	}
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return inContext(ctx, err)
	}
	t := &transaction{conn: conn}
	defer t.end(ctx)
	if _, err := conn.ExecContext(ctx, "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"); err != nil {
		return inContext(ctx, err)
	}
	if err := setTenant(ctx, conn, tenant); err != nil {
		return inContext(ctx, err)
	}
	return f(fixed(ctx, conn))
}

// transaction is one that this store began.
type transaction struct {
	conn *sql.Conn
	done bool
}

// begin begins a transaction that writes.
func (s *store) begin(ctx context.Context) (*transaction, error) {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return nil, inContext(ctx, err)
	}
	t := &transaction{conn: conn}
	if s.dialect == SQLite {
		err = beginImmediate(ctx, conn)
	} else {
		_, err = conn.ExecContext(ctx, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
	}
	if err != nil {
		t.giveUp() // its busy_timeout may not be the host's
		_ = conn.Close()
		return nil, inContext(ctx, err)
	}
	return t, nil
}

// patience is how long, in milliseconds, SQLite itself waits for the turn to
// write: it does not see ctx meanwhile.
const patience = 20

// beginImmediate waits for the turn to write as long as ctx allows, whatever
// busy_timeout says; then it puts that back, unless it gives an error.
func beginImmediate(ctx context.Context, conn *sql.Conn) error {
	busy, err := checkSettings(ctx, conn)
	if err != nil {
		return err
	}
	if err := setBusyTimeout(ctx, conn, patience); err != nil {
		return err
	}
	for {
		_, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE")
		switch {
		case err == nil:
			return setBusyTimeout(ctx, conn, busy)
		case ctx.Err() != nil || !retryable(err):
			return err
		}
	}
}

func setBusyTimeout(ctx context.Context, conn querier, ms int) error {
	_, err := conn.ExecContext(ctx, "PRAGMA busy_timeout = "+strconv.Itoa(ms))
	return err
}

// commit ends the transaction well, unless it gives an error. It waits for the
// answer even when ctx ends.
func (t *transaction) commit(ctx context.Context) error {
	_, err := t.conn.ExecContext(context.WithoutCancel(ctx), "COMMIT")
	t.done = err == nil
	return err
}

// end takes back what was not committed and releases the connection. One that
// does not roll back is given up: the database rolls back when it closes.
func (t *transaction) end(ctx context.Context) {
	if !t.done {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if _, err := t.conn.ExecContext(ctx, "ROLLBACK"); err != nil {
			t.giveUp()
		}
	}
	_ = t.conn.Close() // it goes back to the pool
}

// giveUp makes the pool close the connection instead of using it again.
func (t *transaction) giveUp() {
	_ = t.conn.Raw(func(any) error { return sqldriver.ErrBadConn })
}

// checkConnection checks a connection when it is first used.
func (s *store) checkConnection(ctx context.Context, conn *sql.Conn) error {
	if s.dialect != SQLite {
		return nil
	}
	var id any
	err := conn.Raw(func(c any) error {
		if reflect.TypeOf(c).Comparable() {
			id = c
		}
		return nil
	})
	if err != nil || id != nil && s.known.has(id) {
		return err
	}
	if _, err := checkSettings(ctx, conn); err != nil {
		return err
	}
	if id != nil {
		s.known.add(id)
	}
	return nil
}

// checkSettings checks that what this connection commits stays, and that its
// reads wait for a checkpoint. It gives the busy timeout in milliseconds.
func checkSettings(ctx context.Context, conn querier) (busy int, err error) {
	var journal string
	var synchronous int
	err = one(ctx, conn, "SELECT (SELECT journal_mode FROM pragma_journal_mode), (SELECT synchronous FROM pragma_synchronous), "+
		"(SELECT timeout FROM pragma_busy_timeout)", nil, &journal, &synchronous, &busy)
	const full, extra = 2, 3
	switch {
	case err != nil:
		return 0, err
	case journal != "wal":
		return 0, fmt.Errorf("%w: journal_mode is %s, want wal, such as by _pragma=journal_mode(WAL) in the name of the database", ErrSettings, journal)
	case synchronous != full && synchronous != extra:
		return 0, fmt.Errorf("%w: synchronous is %d on a connection, want 2 (FULL) on each, such as by _pragma=synchronous(FULL)", ErrSettings, synchronous)
	case busy <= 0:
		return 0, fmt.Errorf("%w: busy_timeout is %d on a connection, want more on each, such as by _pragma=busy_timeout(5000)", ErrSettings, busy)
	}
	return busy, nil
}

// one reads a single row; sql.ErrNoRows says that there is none.
func one(ctx context.Context, q querier, query string, args []any, into ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // a second time, when all went well
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return err
		}
		return sql.ErrNoRows
	}
	if err := rows.Scan(into...); err != nil {
		return err
	}
	if rows.Next() {
		return errors.New("two rows, want one")
	}
	return errors.Join(rows.Err(), rows.Close())
}

// maxAttempts bounds how often a transaction is run that the database gives up.
const maxAttempts = 50

// pause waits before another attempt: longer each time, up to 50 ms, and never
// for the same time as others.
func pause(ctx context.Context, attempt int) error {
	most := min(time.Millisecond<<min(attempt, 10), 50*time.Millisecond)
	wait := time.NewTimer(rand.N(most)) //nolint:gosec // spreads the load, guards nothing
	defer wait.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-wait.C:
		return nil
	}
}

// retryable reports whether the database gave up a transaction that may well
// succeed the next time.
func retryable(err error) bool {
	var state interface{ SQLState() string }
	if errors.As(err, &state) {
		switch state.SQLState() {
		case "40001", "40P01", "55P03": // serialization failure, deadlock, lock not available
			return true
		}
	}
	var code interface{ Code() int }
	if errors.As(err, &code) {
		const busy, locked = 5, 6
		primary := code.Code() & 0xff // 517 is BUSY_SNAPSHOT
		return primary == busy || primary == locked
	}
	return false
}
