package sqltest_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/sqlstore"
	"github.com/ismskit/ismskit/isms/storetest"
)

func BenchmarkStore(b *testing.B) {
	for _, backend := range backends() {
		b.Run(string(backend.dialect), func(b *testing.B) {
			storetest.Benchmark(b, func(b *testing.B) driver.Store {
				b.Helper()
				b.StopTimer()
				defer b.StartTimer()
				return newStore(b, backend.db(b), backend.dialect, nil)
			})
		})
	}
}

// For scale: the same rows in a plain table, without history, index or tenants.
func BenchmarkPlainTable(b *testing.B) {
	for _, backend := range backends() {
		b.Run(string(backend.dialect), func(b *testing.B) {
			p := plainTable{db: backend.db(b), dialect: backend.dialect}
			bytes := map[sqlstore.Dialect]string{sqlstore.SQLite: "BLOB", sqlstore.PostgreSQL: "BYTEA"}[p.dialect]
			mustExec(b, p.db, "CREATE TABLE plain (id TEXT PRIMARY KEY, data "+bytes+" NOT NULL)")
			b.Run("put", p.put)
			n := soak(10_000, 100_000)
			b.Run(fmt.Sprintf("batch of %d", n), func(b *testing.B) { p.batch(b, n) })
			p.fill(b, 10_000)
			b.Run("get", p.get)
			b.Run("scan of 5000", p.scan)
		})
	}
}

type plainTable struct {
	db      *sql.DB
	dialect sqlstore.Dialect
}

const plainData = "{\"title\":\"Planning server\"}"

// within runs f in a transaction.
func (p plainTable) within(b *testing.B, f func(tx *sql.Tx) error) {
	b.Helper()
	tx, err := p.db.BeginTx(b.Context(), nil)
	if err == nil {
		err = f(tx)
	}
	if err == nil {
		err = tx.Commit()
	}
	if err != nil {
		b.Fatal(err)
	}
}

func (p plainTable) put(b *testing.B) {
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		p.within(b, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(b.Context(), "INSERT INTO plain (id, data) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET data = excluded.data",
				fmt.Sprintf("r-%04d", n%1000), []byte(plainData))
			return err
		})
	}
}

func (p plainTable) fill(b *testing.B, n int) {
	b.Helper()
	mustExec(b, p.db, "DELETE FROM plain")
	p.within(b, func(tx *sql.Tx) error { return insertPlain(b.Context(), tx, n) })
}

// insertPlain inserts rows, 500 with each statement.
func insertPlain(ctx context.Context, tx *sql.Tx, n int) error {
	for i := 0; i < n; {
		var rows []string
		var args []any
		for ; i < n && len(rows) < 500; i++ {
			rows = append(rows, fmt.Sprintf("($%d, $%d)", len(args)+1, len(args)+2))
			args = append(args, fmt.Sprintf("r-%06d", i), []byte(plainData))
		}
		query := "INSERT INTO plain (id, data) VALUES " + strings.Join(rows, ", ")
		if _, err := tx.ExecContext(ctx, query, args...); err != nil {
			return err
		}
	}
	return nil
}

func (p plainTable) batch(b *testing.B, n int) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		mustExec(b, p.db, "DELETE FROM plain")
		b.StartTimer()
		p.within(b, func(tx *sql.Tx) error { return insertPlain(b.Context(), tx, n) })
	}
}

func (p plainTable) get(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		var data []byte
		if err := p.db.QueryRowContext(b.Context(), "SELECT data FROM plain WHERE id = $1", "r-005000").Scan(&data); err != nil {
			b.Fatal(err)
		}
	}
}

func (p plainTable) scan(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if n, err := p.list(b.Context()); n != 5000 || err != nil {
			b.Fatalf("%d rows, %v, want 5000", n, err)
		}
	}
}

func (p plainTable) list(ctx context.Context) (n int, err error) {
	rows, err := p.db.QueryContext(ctx, "SELECT id, data FROM plain ORDER BY id LIMIT 5000")
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var data []byte
		if err := rows.Scan(&id, &data); err != nil {
			return n, err
		}
		n++
	}
	return n, rows.Err()
}

// batch is new records after a head.
func batch(head, n int) []driver.Record {
	all := make([]driver.Record, n)
	for i := range all {
		seq := int64(head + i + 1)
		all[i] = record("finding", fmt.Sprintf("f-%08d", seq*7919%100_000_007), seq, 1, `{"title":"a finding of a usual length"}`,
			driver.Term{Key: "ref", Value: fmt.Sprintf("asset/a-%d", i%100)}, driver.Term{Key: "state", Value: "open"})
	}
	return all
}
