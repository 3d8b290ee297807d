package storetest

import (
	"fmt"
	"slices"

	"github.com/ismskit/ismskit/isms/driver"
)

func writeChecks() []check {
	return []check{
		{"conflict of revision", checkConflictRev},
		{"conflict of seq", checkConflictSeq},
		{"conflict loses the transaction", checkConflictLost},
		{"writer reads its own", checkOwn},
		{"readers wait for the commit", checkUnseen},
		{"append nothing", checkNothing},
		{"append many", checkMany},
	}
}

// refused checks that Append and Update both give ErrConflict for records, and
// that nothing of them is stored.
func (e *env) refused(what string, records ...driver.Record) {
	e.Helper()
	var appended error
	err := e.update(acme, func(w driver.Writer) error {
		appended = w.Append(records...)
		return appended
	})
	e.wantErr("Append of "+what, appended, driver.ErrConflict)
	e.wantErr("Update with an Append of "+what, err, driver.ErrConflict)
	e.unchanged("an Append of "+what, acme)
}

// checkConflictRev: Rev must be the stored one plus 1, 1 for a new entity.
func checkConflictRev(e *env) {
	e.commit(acme, draft("a", "x", "one"), draft("a", "deleted", "one"))
	e.commit(acme, draft("a", "x", "two"), tombstone("a", "deleted"))
	try := func(what, id string, rev int64) {
		records := e.logs[acme].next(draft("a", id, "bad"))
		records[0].Rev = rev
		e.refused(what, records...)
	}
	try("revision 2 after 2", "x", 2)
	try("revision 1 after 2", "x", 1)
	try("revision 4 after 2", "x", 4)
	try("revision 0 after 2", "x", 0)
	try("revision 2 of a new entity", "new", 2)
	try("revision 0 of a new entity", "new", 0)
	try("revision 1 after a tombstone", "deleted", 1)
	twins := e.logs[acme].next(draft("a", "twin", "one"), draft("a", "twin", "two"))
	twins[1].Rev = 1
	e.refused("revision 1 twice at once", twins...)
	e.commit(acme, draft("a", "twin", "one"), draft("a", "twin", "two"), tombstone("a", "twin"), draft("a", "twin", "four"))
	e.view(acme, driver.Latest, func(r driver.Reader) { e.same("after four revisions at once", r, e.logs[acme]) })
}

// checkConflictSeq: Seq must be that of the head plus 1, so that the log has no
// hole.
func checkConflictSeq(e *env) {
	for round, move := range []int64{1, -1, -2, 100, 1, -1} {
		records := e.logs[acme].next(draft("a", fmt.Sprintf("s-%d", round), "bad"))
		records[0].Seq += move
		e.refused(fmt.Sprintf("seq %d after %d", records[0].Seq, len(e.logs[acme])), records...)
	}
	records := e.logs[acme].next(draft("a", "first", "good"), draft("a", "second", "bad"), draft("a", "third", "bad"))
	records[1].Seq, records[2].Seq = records[2].Seq, records[1].Seq
	e.refused("records in the wrong order", records...)
	records = e.logs[acme].next(draft("a", "first", "good"), draft("a", "second", "bad"))
	records[1].Seq = records[0].Seq
	e.refused("one seq twice", records...)
}

// checkConflictLost: a conflict loses the whole transaction, also what was
// appended before it, and also when the function makes light of it.
func checkConflictLost(e *env) {
	e.commit(acme, draft("a", "x", "one"))
	for _, ignore := range []bool{false, true} {
		err := e.update(acme, func(w driver.Writer) error {
			good := e.logs[acme].next(draft("a", "good", "one"), draft("a", "better", "two"))
			if err := w.Append(good...); err != nil {
				return err
			}
			bad := e.logs[acme].next(good[0], good[1], draft("a", "fine", "three"), draft("a", "x", "bad"))[2:]
			bad[1].Rev = 7
			if err := w.Append(bad...); err != nil && !ignore {
				return err
			}
			return nil
		})
		e.wantErr(fmt.Sprintf("Update after a conflict, ignored by its function %t,", ignore), err, driver.ErrConflict)
		e.unchanged("a conflict", acme)
	}
}

// checkOwn: a Writer reads what is committed and what it appended itself, by
// every way to read.
func checkOwn(e *env) {
	red := driver.Term{Key: "colour", Value: "red"}
	commitStory(e, acme)
	var own []driver.Record
	err := e.update(acme, func(w driver.Writer) error {
		own = nil
		e.same("in a Writer before it appends", w, e.logs[acme])
		for _, drafts := range [][]driver.Record{
			{draft("a", "x", "own", red)},
			{tombstone("a", "z"), draft("a", "zz", "own", red)},
			{draft("a", "zz", "own again"), draft("0", "first", "own", red), draft("a", "x", "own thrice", red)},
		} {
			seen := slices.Concat(e.logs[acme], own)
			records := seen.next(drafts...)
			if err := w.Append(records...); err != nil {
				return err
			}
			own = append(own, records...)
			seen = append(seen, records...)
			e.same("in a Writer that appended", w, seen)
			e.sameScan("in a Writer that appended", w, seen, driver.Query{Kind: "a", Terms: []driver.Term{red}})
			e.sameScan("in a Writer that appended", w, seen, driver.Query{Terms: []driver.Term{red}, After: "a/x"})
			e.sameList("in a Writer: Log", e.list("Log", w.Log(int64(len(e.logs[acme])))), own)
		}
		return nil
	})
	if err != nil {
		e.Fatalf("Update that reads its own = %v, want nil", err)
	}
	e.logs[acme] = append(e.logs[acme], own...)
	e.unchanged("an Update that read its own", acme)
}

// checkUnseen: other readers see nothing of a transaction until it is
// committed, and then all of it.
func checkUnseen(e *env) {
	commitStory(e, acme)
	records := e.logs[acme].next(draft("a", "x", "later"), tombstone("b", "x"), draft("new", "new", "later"))
	err := e.update(acme, func(w driver.Writer) error {
		for i := range records {
			if err := w.Append(records[i]); err != nil {
				return err
			}
			e.view(acme, driver.Latest, func(r driver.Reader) { e.same("in a view before the commit", r, e.logs[acme]) })
			e.view(acme, records[0].Seq, func(r driver.Reader) {
				e.same("in a view at a seq before its commit", r, e.logs[acme])
				e.sameGet("in a view at a seq before its commit", r, e.logs[acme], "new", "new")
			})
		}
		return nil
	})
	if err != nil {
		e.Fatalf("Update while others read = %v, want nil", err)
	}
	e.logs[acme] = append(e.logs[acme], records...)
	e.view(acme, driver.Latest, func(r driver.Reader) { e.same("after the commit", r, e.logs[acme]) })
}

// checkNothing: a transaction without a record changes nothing.
func checkNothing(e *env) {
	for range 2 {
		err := e.update(acme, func(w driver.Writer) error { return w.Append() })
		if err != nil {
			e.Errorf("Update with an Append of nothing = %v, want nil", err)
		}
		if err := e.update(acme, func(driver.Writer) error { return nil }); err != nil {
			e.Errorf("Update that appends nothing = %v, want nil", err)
		}
		e.unchanged("transactions without a record", acme)
	}
}

// checkMany: one Append takes thousands of records.
func checkMany(e *env) {
	drafts := make([]driver.Record, e.many)
	term := driver.Term{Key: "odd", Value: "yes"}
	for i := range drafts {
		n := i * 7919 % e.many
		drafts[i] = draft("many", fmt.Sprintf("m-%06d", n), fmt.Sprintf("{\"n\": %d}", n))
		if n%2 == 1 {
			drafts[i].Terms = []driver.Term{term}
		}
	}
	e.logs[acme] = stamp(drafts)
	for _, part := range [][]driver.Record{e.logs[acme][:e.many-10], e.logs[acme][e.many-10:]} {
		if err := e.update(acme, func(w driver.Writer) error { return w.Append(part...) }); err != nil {
			e.Fatalf("Update with an Append of %d records = %v, want nil", len(part), err)
		}
	}
	e.view(acme, driver.Latest, func(r driver.Reader) {
		want := e.logs[acme]
		e.sameHead("latest", r, want)
		e.sameList("Log(0)", e.list("Log(0)", r.Log(0)), want)
		sorted := slices.SortedFunc(slices.Values(want), compare)
		e.sameList("Scan", e.list("Scan", r.Scan(driver.Query{Kind: "many"})), sorted)
		odd := slices.DeleteFunc(sorted, func(r driver.Record) bool { return len(r.Terms) == 0 })
		got := e.list("Scan by term", r.Scan(driver.Query{Kind: "many", Terms: []driver.Term{term}}))
		got = slices.DeleteFunc(got, func(r driver.Record) bool { return len(r.Terms) == 0 })
		e.sameList("Scan by term", got, odd)
	})
}

// stamp is logbook.next for new entities in an empty log, without a search.
func stamp(drafts []driver.Record) []driver.Record {
	for i := range drafts {
		one := logbook{}.next(drafts[i])[0]
		one.Seq, one.Tx, one.Note = int64(i)+1, int64(len(drafts)), ""
		one.At = moment(one.Tx)
		one.Digest = driver.Sum(one)
		drafts[i] = one
	}
	return drafts
}
