package storetest

import (
	"github.com/ismskit/ismskit/isms/driver"
)

func readChecks() []check {
	return []check{
		{"get", checkGet},
		{"tombstone", checkTombstone},
		{"history", checkHistory},
		{"log", checkLog},
		{"head", checkHead},
		{"reader ends", checkReaderEnds},
	}
}

// checkGet: Get gives the current revision, or ErrNotFound.
func checkGet(e *env) {
	e.commit(acme, draft("a", "x", "first"), draft("b", "y", "other"))
	e.commit(acme, draft("a", "x", "second"))
	e.view(acme, driver.Latest, func(r driver.Reader) {
		for _, key := range [][2]string{
			{"a", "x"},
			{"b", "y"},
			{"a", "y"},
			{"b", "x"},
			{"x", "a"},
			{"a", "xx"},
			{"ax", "x"},
			{"none", "none"},
		} {
			e.sameGet("latest", r, e.logs[acme], key[0], key[1])
		}
	})
}

// checkTombstone: a deletion is a revision, which Get and History give and
// after which the entity may come back.
func checkTombstone(e *env) {
	term := driver.Term{Key: "owner", Value: "role/ciso"}
	e.commit(acme, draft("a", "x", "first", term), draft("a", "y", "stays", term))
	e.commit(acme, tombstone("a", "x"))
	e.view(acme, driver.Latest, func(r driver.Reader) {
		e.same("after a deletion", r, e.logs[acme])
		e.sameScan("after a deletion", r, e.logs[acme], driver.Query{Kind: "a", Terms: []driver.Term{term}})
	})
	e.commit(acme, draft("a", "x", "back"))
	e.view(acme, driver.Latest, func(r driver.Reader) { e.same("after a return", r, e.logs[acme]) })
}

// checkHistory: History yields every revision, oldest first, of this entity
// alone; none of one that never was.
func checkHistory(e *env) {
	for i := range 12 {
		if i%4 == 3 {
			e.commit(acme, tombstone("a", "x"), draft("b", "x", "other kind"))
		} else {
			e.commit(acme, draft("a", "x", "revision"), draft("a", "xx", "other id"), draft("a", "x", "again"))
		}
	}
	e.view(acme, driver.Latest, func(r driver.Reader) {
		for _, key := range [][2]string{{"a", "x"}, {"a", "xx"}, {"b", "x"}, {"a", "none"}, {"none", "x"}} {
			e.sameHistory("latest", r, e.logs[acme], key[0], key[1])
		}
	})
}

// checkLog: Log yields what has a Seq above after, in the order of Seq.
func checkLog(e *env) {
	for _, id := range []string{"z", "a", "m"} {
		e.commit(acme, draft("b", id, "first"), draft("a", id, "second"))
	}
	e.commit(acme, tombstone("b", "z"))
	want := e.logs[acme]
	head := int64(len(want))
	e.view(acme, driver.Latest, func(r driver.Reader) {
		for _, after := range []int64{-1, 0, 1, 2, head - 1, head, head + 1, driver.Latest} {
			call := "Log(" + seqText(after) + ")"
			e.sameList(call, e.list(call, r.Log(after)), want[len(want.at(after)):])
		}
	})
}

// checkHead: Head gives the Seq and the time of the newest record.
func checkHead(e *env) {
	e.view(acme, driver.Latest, func(r driver.Reader) { e.sameHead("empty", r, nil) })
	for range 3 {
		e.commit(acme, draft("a", "x", "more"), draft("a", "y", "more"))
		e.view(acme, driver.Latest, func(r driver.Reader) { e.sameHead("latest", r, e.logs[acme]) })
	}
}

// checkReaderEnds: a Reader ends with its function, and so does a Writer.
func checkReaderEnds(e *env) {
	e.commit(acme, draft("a", "x", "first"))
	var late driver.Reader
	ctx, cancel := e.timeout() // lives on while the Reader does not
	defer cancel()
	if err := e.store.View(ctx, acme, driver.Latest, func(r driver.Reader) error { late = r; return nil }); err != nil {
		e.Fatalf("View = %v, want nil", err)
	}
	if _, err := late.Get("a", "x"); err == nil {
		e.Errorf("Get after View = nil error, want one: the Reader ends with its function")
	}
	var writer driver.Writer
	if err := e.store.Update(ctx, acme, func(w driver.Writer) error { writer = w; return nil }); err != nil {
		e.Errorf("Update that appends nothing = %v, want nil", err)
	}
	if _, err := writer.Get("a", "x"); err == nil {
		e.Errorf("Get after Update = nil error, want one: the Writer ends with its function")
	}
	if err := writer.Append(e.logs[acme].next(draft("a", "y", "late"))...); err == nil {
		e.Errorf("Append after Update = nil, want an error: the Writer ends with its function")
	}
	e.unchanged("an Append that came too late", acme)
}
