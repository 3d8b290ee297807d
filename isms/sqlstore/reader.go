package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/isms/driver"
)

// reader reads one tenant up to one Seq.
type reader struct {
	dialect Dialect
	tenant  string
	seq     int64
	head    driver.Record // its Seq and At
	run     runner
	fault   error // of the first statement that failed
}

// begin takes the state that the reader shows.
func (r *reader) begin(seq int64) error {
	s := r.statement()
	s.add("SELECT seq, at FROM ismskit_head WHERE tenant = ?", r.tenant)
	err := r.readHead(s)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	r.seq = max(0, min(seq, r.head.Seq))
	return err
}

func (r *reader) readHead(s *statement) error {
	var at int64
	var none bool
	err := r.do(func(ctx context.Context, q querier) error {
		err := one(ctx, q, s.text.String(), s.args, &r.head.Seq, &at)
		none = errors.Is(err, sql.ErrNoRows)
		if none {
			return nil
		}
		return err
	})
	if none {
		return sql.ErrNoRows
	}
	r.head.At = moment(r.head.Seq, at)
	return err
}

// moment is a stored time; there is none before the first record.
func moment(seq, at int64) time.Time {
	if seq == 0 {
		return time.Time{}
	}
	return time.UnixMicro(at).UTC()
}

func (r *reader) end() {
	r.run = func(func(context.Context, querier) error) error { return errEnded }
}

// do runs statements and remembers the first failure, which loses a
// transaction whatever its function makes of it.
func (r *reader) do(f func(context.Context, querier) error) error {
	err := r.run(f)
	if r.fault == nil {
		r.fault = err
	}
	return err
}

func (r *reader) named(err error) error {
	return fmt.Errorf("sqlstore: tenant %s: %w", r.tenant, err)
}

func (r *reader) statement() *statement { return &statement{dialect: r.dialect} }

// Get implements [driver.Reader].
func (r *reader) Get(kind, id string) (driver.Record, error) {
	s := r.statement()
	s.add("SELECT "+columns+" FROM (SELECT seq FROM ismskit_entity WHERE tenant = ? AND kind = ? AND id = ? AND until > ?"+
		" ORDER BY until LIMIT 1) p JOIN ismskit_record r ON r.tenant = ? AND r.seq = p.seq WHERE p.seq <= ?",
		r.tenant, kind, id, r.seq, r.tenant, r.seq)
	page, _, err := r.page(s, 1)
	if err == nil && len(page) == 0 {
		err = driver.ErrNotFound
	}
	if err != nil {
		return driver.Record{}, fmt.Errorf("%s/%s: %w", kind, id, err)
	}
	return page[0], nil
}

// GetAll implements [driver.Batch]. It finds the places in the log first, for most
// of what is asked for is not there, and then what is at them.
func (r *reader) GetAll(kind string, ids []string) iter.Seq2[driver.Record, error] {
	return func(yield func(driver.Record, error) bool) {
		for part := range slices.Chunk(ids, largest) {
			places, err := r.places(kind, part)
			if err != nil {
				yield(driver.Record{}, r.named(err))
				return
			}
			for rec, err := range r.at(places) {
				if !yield(rec, err) || err != nil {
					return
				}
			}
		}
	}
}

// places are the Seqs of the current revisions of entities, ascending.
func (r *reader) places(kind string, ids []string) (found []int64, err error) {
	s := r.statement()
	s.add("WITH v (id) AS (VALUES ")
	for i, id := range ids {
		s.row(i == 0, "(CAST(? AS TEXT))", id)
	}
	// No join, as in byTerms.
	s.add(") SELECT coalesce((SELECT e.seq FROM ismskit_entity e WHERE e.tenant = ? AND e.kind = ?"+
		" AND e.id = v.id AND e.until > ? ORDER BY e.until LIMIT 1), 0) FROM v", r.tenant, kind, r.seq)
	err = r.do(func(ctx context.Context, q querier) error {
		found = found[:0]
		rows, err := q.QueryContext(ctx, s.text.String(), s.args...)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }() // a second time, when all went well
		for rows.Next() {
			var seq int64
			if err := rows.Scan(&seq); err != nil {
				return err
			}
			if seq > 0 && seq <= r.seq {
				found = append(found, seq)
			}
		}
		return errors.Join(rows.Err(), rows.Close())
	})
	slices.Sort(found)
	return found, err
}

// at yields the records with some Seqs.
func (r *reader) at(places []int64) iter.Seq2[driver.Record, error] {
	return func(yield func(driver.Record, error) bool) {
		for more := true; more && len(places) > 0; {
			s := r.statement()
			s.add("SELECT "+columns+" FROM ismskit_record r WHERE r.tenant = ? AND r.seq IN (", r.tenant)
			for i, seq := range places {
				s.row(i == 0, "?", seq)
			}
			s.add(") ORDER BY r.seq")
			var page []driver.Record
			var err error
			page, more, err = r.page(s, len(places)+1)
			for _, rec := range page {
				if !yield(rec, nil) {
					return
				}
			}
			if err != nil {
				yield(driver.Record{}, r.named(err))
				return
			}
			if more {
				rest, _ := slices.BinarySearch(places, page[len(page)-1].Seq+1)
				places = places[rest:]
			}
		}
	}
}

// History implements [driver.Reader].
func (r *reader) History(kind, id string) iter.Seq2[driver.Record, error] {
	return r.pages(driver.Record{}, func(last driver.Record, limit int) *statement {
		s := r.statement()
		s.add("SELECT "+columns+" FROM (SELECT seq FROM ismskit_entity WHERE tenant = ? AND kind = ? AND id = ?"+
			" AND until > ? AND seq > ? AND seq <= ?", r.tenant, kind, id, last.Seq, last.Seq, r.seq)
		s.add(fmt.Sprintf(" ORDER BY until LIMIT %d", limit))
		s.add(") p JOIN ismskit_record r ON r.tenant = ? AND r.seq = p.seq ORDER BY p.seq", r.tenant)
		return s
	})
}

// Log implements [driver.Reader]. That a record is missing is an error, after all
// that are there: its tenant was dropped meanwhile, or somebody deleted it behind
// the back of the store.
func (r *reader) Log(after int64) iter.Seq2[driver.Record, error] {
	all := r.pages(driver.Record{Seq: after}, func(last driver.Record, limit int) *statement {
		s := r.statement()
		s.add("SELECT "+columns+" FROM ismskit_record r WHERE r.tenant = ? AND r.seq > ? AND r.seq <= ?", r.tenant, last.Seq, r.seq)
		s.add(fmt.Sprintf(" ORDER BY r.seq LIMIT %d", limit))
		return s
	})
	return func(yield func(driver.Record, error) bool) {
		last, missing, end := max(after, 0), int64(0), r.seq
		for rec, err := range all {
			if err == nil && rec.Seq != last+1 && missing == 0 {
				missing = last + 1
			}
			if !yield(rec, err) || err != nil {
				return
			}
			last = rec.Seq
		}
		if last < end && missing == 0 {
			missing = last + 1
		}
		if missing > 0 {
			yield(driver.Record{}, r.named(fmt.Errorf("log entry %d: %w", missing, driver.ErrNotFound)))
		}
	}
}

// Head implements [driver.Reader].
func (r *reader) Head() (seq int64, at time.Time, err error) {
	if r.seq == r.head.Seq {
		err = r.do(func(context.Context, querier) error { return nil })
		return r.head.Seq, r.head.At, err
	}
	if r.seq == 0 {
		return 0, time.Time{}, r.do(func(context.Context, querier) error { return nil })
	}
	for last, err := range r.Log(r.seq - 1) {
		return last.Seq, last.At, err
	}
	return 0, time.Time{}, r.named(fmt.Errorf("log entry %d: %w", r.seq, driver.ErrNotFound))
}

// Scan implements [driver.Reader].
func (r *reader) Scan(q driver.Query) iter.Seq2[driver.Record, error] {
	return func(yield func(driver.Record, error) bool) {
		after := driver.Record{Kind: q.Kind, ID: q.After}
		if q.Kind == "" {
			after.Kind, after.ID, _ = strings.Cut(q.After, "/")
		}
		walk := len(q.Terms) == 0
		if !walk && q.SinceSchema > 0 {
			var err error
			if walk, err = r.older(q); err != nil {
				yield(driver.Record{}, err)
				return
			}
		}
		page := r.byTerms
		if walk {
			page = r.byKey
		}
		r.pages(after, func(last driver.Record, limit int) *statement { return page(q, last, limit) })(yield)
	}
}

// older reports whether current records have a lower schema than asked, and so
// perhaps other terms than they would get today.
func (r *reader) older(q driver.Query) (found bool, err error) {
	s := r.statement()
	s.add("SELECT 1 FROM ismskit_entity WHERE tenant || '' = ?", r.tenant)
	if q.Kind != "" {
		s.add(" AND kind = ?", q.Kind)
	}
	s.add(" AND schema < ? AND until > ? AND seq <= ? LIMIT 1", q.SinceSchema, r.seq, r.seq)
	err = r.do(func(ctx context.Context, c querier) error {
		var n int
		err := one(ctx, c, s.text.String(), s.args, &n)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		found = err == nil
		return err
	})
	return found, err
}

// byKey selects current records by kind and id.
func (r *reader) byKey(q driver.Query, last driver.Record, limit int) *statement {
	s := r.statement()
	s.add("SELECT "+columns+" FROM (SELECT e.kind, e.id, e.seq FROM ismskit_entity e WHERE e.tenant = ?"+
		" AND e.until > ? AND e.deleted = 0", r.tenant, r.seq)
	r.after(s, "e", q, last)
	if len(q.Terms) > 0 {
		s.add(" AND (e.schema < ?", q.SinceSchema)
		r.haveTerms(s, " OR ", "e", q.Terms)
		s.add(")")
	}
	r.inOrder(s, "e", limit)
	return s
}

// byTerms selects current records by the first term, and then kind and id.
//
// What may not become a join is a subquery with one value: before PostgreSQL
// has statistics it puts joins in an order that takes a hundred times as long.
func (r *reader) byTerms(q driver.Query, last driver.Record, limit int) *statement {
	s := r.statement()
	s.add("SELECT "+columns+" FROM (SELECT t.kind, t.id, t.seq FROM ismskit_term t WHERE t.tenant = ? AND t.term = ?"+
		" AND t.seq = (SELECT e.seq FROM ismskit_entity e WHERE e.tenant = ? AND e.kind = t.kind AND e.id = t.id AND e.until > ?"+
		" ORDER BY e.until LIMIT 1)", r.tenant, hash(q.Terms[0]), r.tenant, r.seq)
	r.after(s, "t", q, last)
	r.haveTerms(s, " AND ", "t", q.Terms[1:])
	r.inOrder(s, "t", limit)
	return s
}

// after is the condition for what the view shows and comes after last.
func (r *reader) after(s *statement, table string, q driver.Query, last driver.Record) {
	s.add(" AND "+table+".seq <= ?", r.seq)
	if q.Kind != "" {
		s.add(" AND "+table+".kind = ? AND "+table+".id > ?", q.Kind, last.ID)
	} else {
		s.add(" AND ("+table+".kind, "+table+".id) > (?, ?)", last.Kind, last.ID)
	}
}

// haveTerms is the condition for records that have every one of terms.
func (r *reader) haveTerms(s *statement, join, table string, terms []driver.Term) {
	for _, t := range terms {
		s.add(join+"(SELECT count(*) FROM ismskit_term x WHERE x.tenant = ? AND x.term = ?"+
			" AND x.kind = "+table+".kind AND x.id = "+table+".id AND x.seq = "+table+".seq) = 1", r.tenant, hash(t))
		join = " AND "
	}
}

func (r *reader) inOrder(s *statement, table string, limit int) {
	s.add(fmt.Sprintf(" ORDER BY %s.kind, %s.id LIMIT %d", table, table, limit))
	s.add(") p JOIN ismskit_record r ON r.tenant = ? AND r.seq = p.seq ORDER BY p.kind, p.id", r.tenant)
}

// A loop reads pages that grow: many loops want the first record only. A page
// ends early when it is large, so that memory stays bounded.
const (
	firstPage = 8
	largest   = 512
	pageBytes = 8 << 20
)

// pages yields what next selects after a record, page by page.
func (r *reader) pages(after driver.Record, next func(last driver.Record, limit int) *statement) iter.Seq2[driver.Record, error] {
	return func(yield func(driver.Record, error) bool) {
		last := after
		for limit := firstPage; ; limit = min(limit*8, largest) {
			page, more, err := r.page(next(last, limit), limit)
			for _, rec := range page {
				if !yield(rec, nil) {
					return
				}
			}
			if err != nil {
				yield(driver.Record{}, r.named(err))
				return
			}
			if !more {
				return
			}
			last = page[len(page)-1]
		}
	}
}

// page reads one page, and reports whether there may be more.
func (r *reader) page(s *statement, limit int) (page []driver.Record, more bool, err error) {
	err = r.do(func(ctx context.Context, q querier) error {
		rows, err := q.QueryContext(ctx, s.text.String(), s.args...)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }() // a second time, when all went well
		size := 0
		for rows.Next() {
			rec, err := scanRecord(rows)
			if err != nil {
				return err
			}
			page = append(page, rec)
			if size += len(rec.Data); size > pageBytes {
				more = true
				break
			}
		}
		return errors.Join(rows.Err(), rows.Close())
	})
	return page, more || len(page) == limit, err
}

// columns are those of a record, of table r, as scanRecord reads them.
const columns = "r.kind, r.id, r.rev, r.seq, r.tx, r.at, r.schema, r.deleted, r.made_by, r.note, r.terms, r.data, r.salt, r.digest"

func scanRecord(rows *sql.Rows) (driver.Record, error) {
	var rec driver.Record
	var at, deleted int64
	var by, note, terms []byte
	err := rows.Scan(&rec.Kind, &rec.ID, &rec.Rev, &rec.Seq, &rec.Tx, &at, &rec.Schema, &deleted, &by, &note, &terms, &rec.Data, &rec.Salt, &rec.Digest)
	if err != nil {
		return rec, err
	}
	rec.At, rec.Deleted, rec.By, rec.Note = time.UnixMicro(at).UTC(), deleted != 0, string(by), string(note)
	if rec.Terms, err = unpackTerms(terms); err != nil {
		return rec, fmt.Errorf("log entry %d: %w", rec.Seq, err)
	}
	return rec, nil
}

// forever is the seq of a next revision that is not there.
const forever = math.MaxInt64
