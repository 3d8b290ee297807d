package revlog

import (
	"iter"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms/driver"
)

// pageSize is how many records are read at a time. The lock is free between
// pages, and the page is the state of the view all the same.
const pageSize = 256

// Scan implements [driver.Reader].
func (r *Reader) Scan(q driver.Query) iter.Seq2[driver.Record, error] {
	return func(yield func(driver.Record, error) bool) {
		if err := r.check(); err != nil {
			yield(driver.Record{}, err)
			return
		}
		kinds, after := []string{q.Kind}, q.After
		if q.Kind == "" {
			var from string
			from, after, _ = strings.Cut(q.After, "/")
			r.log.mu.RLock()
			kinds = slices.DeleteFunc(r.log.kindNames(), func(k string) bool { return k < from })
			r.log.mu.RUnlock()
			if len(kinds) > 0 && kinds[0] != from {
				after = ""
			}
		}
		for _, kind := range kinds {
			if !r.scanKind(q, kind, after, yield) {
				return
			}
			after = ""
		}
	}
}

// scanKind yields the records of one kind; false when the loop is over.
func (r *Reader) scanKind(q driver.Query, kind, after string, yield func(driver.Record, error) bool) bool {
	ids := make([]string, 0, pageSize)
	records := make([]driver.Record, 0, pageSize)
	for {
		if err := r.check(); err != nil {
			yield(driver.Record{}, err)
			return false
		}
		r.log.mu.RLock()
		ids = r.log.choose(q, kind).after(after, ids, pageSize)
		records = records[:0]
		for _, id := range ids {
			if rec, found := r.log.latest(kind, id, r.seq); found && !rec.Deleted {
				records = append(records, rec)
			}
		}
		r.log.mu.RUnlock()
		for _, rec := range records {
			if !yield(rec, nil) {
				return false
			}
		}
		if len(ids) < pageSize {
			return true
		}
		after = ids[len(ids)-1]
	}
}

// choose takes the shortest list that holds every answer; the caller holds mu.
func (l *Log) choose(q driver.Query, kind string) *list {
	index := l.kinds[kind]
	if index == nil {
		return &list{}
	}
	best := &index.ids
	if index.oldest < q.SinceSchema {
		return best // older records count whatever their terms
	}
	for _, t := range q.Terms {
		having := index.terms[t]
		if having == nil {
			return &list{}
		}
		if having.len() < best.len() {
			best = having
		}
	}
	return best
}

// History implements [driver.Reader].
func (r *Reader) History(kind, id string) iter.Seq2[driver.Record, error] {
	return func(yield func(driver.Record, error) bool) {
		if err := r.check(); err != nil {
			yield(driver.Record{}, err)
			return
		}
		var records []driver.Record
		r.log.mu.RLock()
		if index := r.log.kinds[kind]; index != nil {
			for _, seq := range index.revs[id] {
				if seq <= r.seq {
					records = append(records, *r.log.records.at(int(seq - 1)))
				}
			}
		}
		r.log.mu.RUnlock()
		for _, rec := range records {
			if !yield(rec, nil) {
				return
			}
		}
	}
}

// Log implements [driver.Reader].
func (r *Reader) Log(after int64) iter.Seq2[driver.Record, error] {
	return func(yield func(driver.Record, error) bool) {
		after := max(0, after)
		for {
			if err := r.check(); err != nil {
				yield(driver.Record{}, err)
				return
			}
			r.log.mu.RLock()
			end := min(r.seq, int64(r.log.records.len()))
			after = min(after, end)
			page := r.log.records.copied(int(after), int(min(after+pageSize, end)))
			r.log.mu.RUnlock()
			for _, rec := range page {
				if !yield(rec, nil) {
					return
				}
			}
			if len(page) < pageSize {
				return
			}
			after += pageSize
		}
	}
}
