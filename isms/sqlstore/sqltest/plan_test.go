package sqltest_test

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/sqlstore"
)

// Before PostgreSQL has statistics of a large table it finds an entity by the
// primary key all the same, also when many are read at once, and records of an
// older schema by the other index.
func TestPlansWithoutStatistics(t *testing.T) {
	schema := newSchema(t)
	owner := openPostgres(t, "ismskit", schema)
	newStore(t, owner, sqlstore.PostgreSQL, nil)
	mustExec(t, owner, "ALTER TABLE ismskit_entity SET (autovacuum_enabled = off)")
	mustExec(t, owner, "INSERT INTO ismskit_head (tenant, seq, at) VALUES ('acme', 40000, 0)")
	mustExec(t, owner, "INSERT INTO ismskit_entity (tenant, kind, id, until, seq, rev, schema, deleted)"+
		" SELECT 'acme', 'finding', 'g-' || (i::bigint * 7919 % 100000007), 9223372036854775807, i, 1, 1, 0 FROM generate_series(1, 40000) i")
	primary, other := indexScans(t, schema, func(s driver.Store) {
		update(t, s, "acme", func(w driver.Writer) error {
			err := w.Append(batch(40_000, 600)...)
			for _, e := range w.History("finding", "f-00000000") {
				err = errors.Join(err, e)
			}
			return err
		})
	})
	if primary < 600 || other != 0 {
		t.Errorf("%d searches by the primary key and %d by the other index, want 600 at least, and none", primary, other)
	}
	primary, other = indexScans(t, schema, func(s driver.Store) {
		var ids []string
		for i := range 600 {
			ids = append(ids, "g-"+strconv.Itoa(i*7919%100_000_007))
		}
		err := s.View(t.Context(), "acme", driver.Latest, func(r driver.Reader) (err error) {
			for _, e := range r.(driver.Batch).GetAll("finding", ids) {
				err = errors.Join(err, e)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
	if primary < 600 || primary > 700 || other != 0 {
		t.Errorf("GetAll of 600: %d searches by the primary key and %d by the other index, want about 600, and none", primary, other)
	}
	primary, other = indexScans(t, schema, func(s driver.Store) {
		q := driver.Query{Kind: "finding", Terms: []driver.Term{red}, SinceSchema: 1}
		if got := found(t, s, "acme", driver.Latest, q); got != nil {
			t.Errorf("Scan for a term that none has = %q", got)
		}
	})
	if primary != 0 || other != 1 {
		t.Errorf("%d searches by the primary key and %d by the other index, want none, and 1", primary, other)
	}
}

// indexScans counts the searches of ismskit_entity that f makes, by each index.
func indexScans(t *testing.T, schema string, f func(driver.Store)) (primary, other int) {
	t.Helper()
	all := openPostgres(t, "postgres", schema)
	db := openPostgres(t, "ismskit", schema)
	f(newStore(t, db, sqlstore.PostgreSQL, nil))
	_ = db.Close()
	for range 100 { // the server counts when a connection has ended
		const query = "SELECT coalesce(sum(idx_scan), 0) FROM pg_stat_user_indexes WHERE schemaname = $1 AND indexrelname = $2"
		primary, other = count(t, all, query, schema, "ismskit_entity_pkey"), count(t, all, query, schema, "ismskit_entity_schema")
		if primary+other > 0 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	mustExec(t, all, "SELECT pg_stat_reset()")
	return primary, other
}
