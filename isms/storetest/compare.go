package storetest

import (
	"errors"
	"iter"

	"github.com/ismskit/ismskit/isms/driver"
)

// same checks every way to read r against what the log should be: Head, Log,
// Scan, and Get, GetAll and History of each entity.
func (e *env) same(when string, r driver.Reader, want logbook) {
	e.Helper()
	e.sameHead(when, r, want)
	e.sameList(when+": Log(0)", e.list(when+": Log(0)", r.Log(0)), want)
	e.sameScan(when, r, want, driver.Query{})
	ids := map[string][]string{}
	for _, current := range want.current() {
		e.sameGet(when, r, want, current.Kind, current.ID)
		e.sameHistory(when, r, want, current.Kind, current.ID)
		ids[current.Kind] = append(ids[current.Kind], current.ID)
	}
	for kind := range ids {
		e.sameBatch(when, r, want, kind, ids[kind])
	}
}

func (e *env) sameHead(when string, r driver.Reader, want logbook) {
	e.Helper()
	var last driver.Record
	if len(want) > 0 {
		last = want[len(want)-1]
	}
	seq, at, err := r.Head()
	if err != nil || seq != last.Seq || !sameTime(at, last.At) {
		e.Errorf("%s: Head() = %d, %s, %v; want %d, %s, nil", when, seq, short(at), err, last.Seq, short(last.At))
	}
}

func (e *env) sameGet(when string, r driver.Reader, want logbook, kind, id string) {
	e.Helper()
	got, err := r.Get(kind, id)
	stored, found := want.get(kind, id)
	switch {
	case !found && !errors.Is(err, driver.ErrNotFound):
		e.Errorf("%s: Get(%s, %s) = %s, %v; want %v", when, kind, id, names([]driver.Record{got}), err, driver.ErrNotFound)
	case !found:
	case err != nil:
		e.Errorf("%s: Get(%s, %s) = %v, want revision %d", when, kind, id, err, stored.Rev)
	default:
		if diff := difference(got, stored); diff != "" {
			e.Errorf("%s: Get(%s, %s): %s", when, kind, id, diff)
		}
	}
}

func (e *env) sameHistory(when string, r driver.Reader, want logbook, kind, id string) {
	e.Helper()
	call := when + ": History(" + kind + ", " + id + ")"
	e.sameList(call, e.list(call, r.History(kind, id)), want.history(kind, id))
}

// sameScan checks a Scan: all that q asks for, each in its current revision and
// in order, none twice, none up to the cursor. More than that is allowed.
func (e *env) sameScan(when string, r driver.Reader, want logbook, q driver.Query) {
	e.Helper()
	call := when + ": Scan(" + queryText(q) + ")"
	got := e.list(call, r.Scan(q))
	var asked []driver.Record
	for i, rec := range got {
		if fault := scanFault(q, got[:i], rec, want); fault != "" {
			e.Errorf("%s yields %s/%s%s", call, rec.Kind, rec.ID, fault)
			return
		}
		if !rec.Deleted && selects(q, rec) {
			asked = append(asked, rec)
		}
	}
	e.sameList(call, asked, want.scan(q))
}

// scanFault tells why a Scan may not yield rec after others, "" when it may.
func scanFault(q driver.Query, before []driver.Record, rec driver.Record, want logbook) string {
	if len(before) > 0 {
		if last := before[len(before)-1]; compare(last, rec) >= 0 {
			return " after " + last.Kind + "/" + last.ID + ", want them in bytewise order of kind and then id"
		}
	}
	if (q.Kind == "" || rec.Kind == q.Kind) && !isAfter(q, rec) {
		return ", want only what comes after the cursor"
	}
	stored, found := want.get(rec.Kind, rec.ID)
	if !found {
		return ", want only what is stored"
	}
	if diff := difference(rec, stored); diff != "" {
		return " with " + diff
	}
	return ""
}

func (e *env) sameList(call string, got, want []driver.Record) {
	e.Helper()
	if len(got) != len(want) {
		e.Errorf("%s = %d records %s, want %d %s", call, len(got), names(got), len(want), names(want))
		return
	}
	for i := range got {
		if diff := difference(got[i], want[i]); diff != "" {
			e.Errorf("%s, record %d of %d: %s", call, i+1, len(want), diff)
			return
		}
	}
}

// list collects a loop; an error is a failure.
func (e *env) list(call string, seq iter.Seq2[driver.Record, error]) []driver.Record {
	e.Helper()
	var all []driver.Record
	for r, err := range seq {
		if err != nil {
			e.Errorf("%s: record %d: %v", call, len(all)+1, err)
			return all
		}
		all = append(all, r)
	}
	return all
}

func queryText(q driver.Query) string {
	text := ""
	add := func(name, value string) {
		if text != "" {
			text += ", "
		}
		text += name + " " + value
	}
	if q.Kind != "" {
		add("kind", q.Kind)
	}
	for _, t := range q.Terms {
		add("term", short(t.Key+"="+t.Value))
	}
	if q.After != "" {
		add("after", q.After)
	}
	if q.SinceSchema != 0 {
		add("since schema", short(q.SinceSchema))
	}
	return text
}
