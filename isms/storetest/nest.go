package storetest

import (
	"fmt"
	"iter"

	"github.com/ismskit/ismskit/isms/driver"
)

func nestChecks() []check {
	return []check{
		{"nested reads", checkNested},
		{"nested reads of a writer", checkNestedWriter},
		{"early break", checkBreak},
	}
}

// commitWide stores more than one page of records, some with two revisions.
func commitWide(e *env) {
	var drafts []driver.Record
	for i := range 700 {
		drafts = append(drafts, draft("wide", fmt.Sprintf("w-%03d", i), "first"))
	}
	for i := range 100 {
		drafts = append(drafts, draft("wide", fmt.Sprintf("w-%03d", i*7), "second"))
	}
	e.commit(acme, drafts...)
}

// checkNested: every way to read may be used within the loop of any other.
func checkNested(e *env) {
	commitWide(e)
	e.view(acme, driver.Latest, func(r driver.Reader) { e.nested(r) })
}

// checkNestedWriter is checkNested for a Writer, which has records of its own.
func checkNestedWriter(e *env) {
	commitWide(e)
	err := e.update(acme, func(w driver.Writer) error {
		own := e.logs[acme].next(draft("wide", "w-000", "own"), draft("wide", "w-999", "own"))
		if err := w.Append(own...); err != nil {
			return err
		}
		e.nested(w)
		return nil
	})
	if err != nil {
		e.Errorf("Update that reads = %v, want nil", err)
	}
}

// nested reads within the loops over Scan, Log and History, and checks that
// neither loop disturbs the other.
func (e *env) nested(r driver.Reader) {
	e.Helper()
	plain := e.list("Scan", r.Scan(driver.Query{Kind: "wide"}))
	log := e.list("Log(0)", r.Log(0))
	revisions := e.list("History", r.History("wide", "w-000"))
	inside := func(loop string, i int) {
		if i%100 != 1 {
			return
		}
		in := fmt.Sprintf(" in round %d of %s", i, loop)
		if _, err := r.Get("wide", "w-350"); err != nil {
			e.Errorf("Get%s = %v, want no error", in, err)
		}
		if _, _, err := r.Head(); err != nil {
			e.Errorf("Head%s = %v, want no error", in, err)
		}
		e.sameList("Scan"+in, e.list("Scan"+in, r.Scan(driver.Query{Kind: "wide"})), plain)
		e.sameList("Log"+in, e.list("Log"+in, r.Log(0)), log)
		e.sameList("History"+in, e.list("History"+in, r.History("wide", "w-000")), revisions)
	}
	loop := func(name string, want []driver.Record, seq iter.Seq2[driver.Record, error]) {
		var got []driver.Record
		for rec, err := range seq {
			if err != nil {
				e.Errorf("%s with reads in its loop: %v", name, err)
				return
			}
			got = append(got, rec)
			inside(name, len(got))
		}
		e.sameList(name+" with reads in its loop", got, want)
	}
	loop("Scan", plain, r.Scan(driver.Query{Kind: "wide"}))
	loop("Log", log, r.Log(0))
	loop("History", revisions, r.History("wide", "w-000"))
}

// checkBreak: a loop may be left early, as often as one likes, and holds
// nothing afterwards.
func checkBreak(e *env) {
	commitWide(e)
	for range 40 {
		e.view(acme, driver.Latest, func(r driver.Reader) {
			e.firstOf("Scan", r.Scan(driver.Query{}), 2)
			e.firstOf("Log", r.Log(0), 2)
			e.firstOf("History", r.History("wide", "w-000"), 1)
			e.sameGet("after loops that were left", r, e.logs[acme], "wide", "w-350")
		})
	}
	e.unchanged("loops that were left", acme)
}

// firstOf leaves a loop after n records.
func (e *env) firstOf(call string, seq iter.Seq2[driver.Record, error], n int) {
	e.Helper()
	got := 0
	for _, err := range seq {
		if err != nil {
			e.Errorf("%s: %v", call, err)
		}
		if got++; got == n {
			break
		}
	}
	if got != n {
		e.Errorf("%s = %d records, want %d before it is left", call, got, n)
	}
}
