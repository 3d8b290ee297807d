package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/ismskit/ismskit/isms/driver"
)

// writer is a reader that appends. Its Seq goes up with what it appended.
type writer struct {
	reader

	dirty bool // it appended something
}

// lock takes the turn to write for the tenant, and reads its head.
func (w *writer) lock() error {
	s := w.statement()
	s.add("SELECT seq, at FROM ismskit_head WHERE tenant = ?", w.tenant)
	if w.dialect == PostgreSQL {
		s.add(" FOR UPDATE")
		err := w.readHead(s)
		if !errors.Is(err, sql.ErrNoRows) {
			w.seq = w.head.Seq
			return err
		}
	}
	// On SQLite this statement takes the turn, should the host's transaction not
	// have it yet.
	if err := w.exec(w.insertHead()); err != nil {
		return err
	}
	err := w.readHead(s)
	w.seq = w.head.Seq
	return err
}

func (w *writer) insertHead() *statement {
	s := w.statement()
	s.add("INSERT INTO ismskit_head (tenant, seq, at) VALUES (?, 0, 0) ON CONFLICT (tenant) DO NOTHING", w.tenant)
	return s
}

func (w *writer) exec(s *statement) error {
	return w.do(func(ctx context.Context, q querier) error {
		_, err := q.ExecContext(ctx, s.text.String(), s.args...)
		return err
	})
}

// finish writes the new head. It gives the first failure of any statement, which
// the function of the transaction may have made light of.
func (w *writer) finish() error {
	if w.fault != nil || !w.dirty {
		return w.fault
	}
	s := w.statement()
	s.add("UPDATE ismskit_head SET seq = ?, at = ? WHERE tenant = ?", w.head.Seq, w.head.At.UnixMicro(), w.tenant)
	return w.exec(s)
}

// Rows of one statement: bounded by the 32,766 arguments that SQLite takes, and
// by bytes, so that the copy which the driver makes stays small.
const (
	maxRecords = 500
	maxTerms   = 2000
	maxBytes   = 8 << 20
)

// Append implements [driver.Writer].
func (w *writer) Append(records ...driver.Record) error {
	if w.fault != nil {
		return w.fault
	}
	for len(records) > 0 {
		n, size := 0, 0
		for n < min(len(records), maxRecords) && (n == 0 || size+len(records[n].Data) <= maxBytes) {
			size += len(records[n].Data)
			n++
		}
		if err := w.appendPart(records[:n]); err != nil {
			if w.fault == nil {
				w.fault = err
			}
			return w.named(err)
		}
		records = records[n:]
	}
	return nil
}

// key names an entity.
type key struct{ kind, id string }

// span is the revision of an entity that was current, and until when.
type span struct {
	key

	rev, until int64
	stored     bool // by an earlier statement
}

// appendPart appends records that fit in one statement.
func (w *writer) appendPart(records []driver.Record) error {
	newest, err := w.newest(records)
	if err != nil {
		return err
	}
	var replaced []*span // that are stored already
	spans := make([]*span, len(records))
	head := w.head
	for i, r := range records {
		k := key{r.Kind, r.ID}
		stored := newest[k]
		switch {
		case r.Seq != head.Seq+1:
			return fmt.Errorf("%s/%s: seq %d after %d: %w", r.Kind, r.ID, r.Seq, head.Seq, driver.ErrConflict)
		case r.Rev != stored.rev+1:
			return fmt.Errorf("%s/%s: revision %d after %d: %w", r.Kind, r.ID, r.Rev, stored.rev, driver.ErrConflict)
		}
		stored.until = r.Seq
		if stored.stored {
			replaced = append(replaced, stored)
		}
		spans[i] = &span{key: k, rev: r.Rev, until: forever}
		newest[k], head = spans[i], r
	}
	for _, f := range []func() error{
		func() error { return w.insertRecords(records) },
		func() error { return w.replace(replaced) },
		func() error { return w.insertEntities(records, spans) },
		func() error { return w.insertTerms(records) },
	} {
		if err := f(); err != nil {
			return err
		}
	}
	w.head, w.seq, w.dirty = head, head.Seq, true
	return nil
}

// newest reads the current revisions of the entities of records.
func (w *writer) newest(records []driver.Record) (map[key]*span, error) {
	found := make(map[key]*span, len(records))
	s := w.statement()
	s.add("WITH v (kind, id) AS (VALUES ")
	for _, r := range records {
		k := key{r.Kind, r.ID}
		if _, seen := found[k]; !seen {
			s.row(len(found) == 0, "(CAST(? AS TEXT), CAST(? AS TEXT))", r.Kind, r.ID)
			found[k] = nil
		}
	}
	// No join, as in byTerms.
	s.add(") SELECT v.kind, v.id, coalesce((SELECT e.rev FROM ismskit_entity e WHERE e.tenant = ? AND e.kind = v.kind"+
		" AND e.id = v.id AND e.until > ? ORDER BY e.until LIMIT 1), 0) FROM v", w.tenant, int64(forever-1))
	err := w.do(func(ctx context.Context, q querier) error {
		rows, err := q.QueryContext(ctx, s.text.String(), s.args...)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }() // a second time, when all went well
		for rows.Next() {
			current := &span{}
			if err := rows.Scan(&current.kind, &current.id, &current.rev); err != nil {
				return err
			}
			current.stored = current.rev > 0
			found[current.key] = current
		}
		return errors.Join(rows.Err(), rows.Close())
	})
	return found, err
}

// replace marks stored revisions as current no longer. Each row conflicts with
// the one that is current, which gets its seq as the end: unlike a join, this
// finds them by the key whatever the statistics.
func (w *writer) replace(replaced []*span) error {
	if len(replaced) == 0 {
		return nil
	}
	s := w.statement()
	s.add("INSERT INTO ismskit_entity (tenant, kind, id, until, seq, rev, schema, deleted) VALUES ")
	for i, r := range replaced {
		s.row(i == 0, "(?, ?, ?, ?, ?, 0, 0, 0)", w.tenant, r.kind, r.id, int64(forever), r.until)
	}
	s.add(" ON CONFLICT (tenant, kind, id, until) DO UPDATE SET until = excluded.seq")
	return w.exec(s)
}

func (w *writer) insertRecords(records []driver.Record) error {
	s := w.statement()
	s.add("INSERT INTO ismskit_record (tenant, seq, kind, id, rev, tx, at, schema, deleted, made_by, note, terms, data, salt, digest) VALUES ")
	for i, r := range records {
		s.row(i == 0, "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			w.tenant, r.Seq, r.Kind, r.ID, r.Rev, r.Tx, r.At.UnixMicro(), int64(r.Schema), number(r.Deleted),
			[]byte(r.By), []byte(r.Note), packTerms(r.Terms), notNil(r.Data), notNil(r.Salt), notNil(r.Digest))
	}
	return w.exec(s)
}

func number(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// notNil is b as a value of its own: nil would become NULL.
func notNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func (w *writer) insertEntities(records []driver.Record, spans []*span) error {
	s := w.statement()
	s.add("INSERT INTO ismskit_entity (tenant, kind, id, seq, until, rev, schema, deleted) VALUES ")
	for i, r := range records {
		s.row(i == 0, "(?, ?, ?, ?, ?, ?, ?, ?)",
			w.tenant, r.Kind, r.ID, r.Seq, spans[i].until, r.Rev, int64(r.Schema), number(r.Deleted))
	}
	return w.exec(s)
}

// insertTerms indexes the terms of records that Scan gives; two of one record
// that share a hash are one.
func (w *writer) insertTerms(records []driver.Record) error {
	s, n := w.statement(), 0
	flush := func() error {
		if n == 0 {
			return nil
		}
		s.add(" ON CONFLICT DO NOTHING")
		err := w.exec(s)
		s, n = w.statement(), 0
		return err
	}
	for _, r := range records {
		if r.Deleted {
			continue
		}
		for _, t := range r.Terms {
			if n == 0 {
				s.add("INSERT INTO ismskit_term (tenant, term, kind, id, seq) VALUES ")
			}
			s.row(n == 0, "(?, ?, ?, ?, ?)", w.tenant, hash(t), r.Kind, r.ID, r.Seq)
			if n++; n == maxTerms {
				if err := flush(); err != nil {
					return err
				}
			}
		}
	}
	return flush()
}
