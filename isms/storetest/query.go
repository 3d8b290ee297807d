package storetest

import (
	"strings"

	"github.com/ismskit/ismskit/isms/driver"
)

func queryChecks() []check {
	return []check{
		{"order", checkOrder},
		{"query kind", checkKind},
		{"query terms", checkTerms},
		{"query after", checkAfter},
		{"query since schema", checkSinceSchema},
	}
}

// trickyIDs are ids that only bytewise order puts as here.
func trickyIDs() []string {
	return []string{
		"0", "00", "1", "1-", "10", "2", "a", "a-", "a--b", "a-b", "a.b", "a0", "a1", "a10", "a2", "a_b", "aa", "ab", "ab-",
		"b", "com", "f-2c", "x.y.z", strings.Repeat("z", 64),
	}
}

func trickyKinds() []string { return []string{"a", "a-b", "a.b", "a0", "a_b", "ab", "b"} }

// commitTricky stores every tricky id in every tricky kind, in no order at all.
func commitTricky(e *env) {
	kinds, ids := trickyKinds(), trickyIDs()
	total := len(kinds) * len(ids)
	var drafts []driver.Record
	for i := range total {
		n := i * 59 % total // 59 is prime to the total, so each comes once
		drafts = append(drafts, draft(kinds[n%len(kinds)], ids[n/len(kinds)], "data"))
	}
	e.commit(acme, drafts...)
}

// checkOrder: Scan goes by kind and then id, both bytewise.
func checkOrder(e *env) {
	commitTricky(e)
	e.view(acme, driver.Latest, func(r driver.Reader) {
		e.sameScan("latest", r, e.logs[acme], driver.Query{})
		for _, kind := range trickyKinds() {
			e.sameScan("latest", r, e.logs[acme], driver.Query{Kind: kind})
		}
	})
}

// checkKind: a query for a kind leaves none of that kind out.
func checkKind(e *env) {
	e.commit(acme, draft("asset", "x", "one"), draft("asset-2", "x", "two"), draft("as", "x", "three"), draft("asset", "y", "four"))
	e.commit(acme, tombstone("as", "x"), draft("asset", "x", "five"))
	e.view(acme, driver.Latest, func(r driver.Reader) {
		for _, kind := range []string{"asset", "asset-2", "as", "none", ""} {
			e.sameScan("latest", r, e.logs[acme], driver.Query{Kind: kind})
		}
	})
}

// checkTerms: a query for terms leaves out no record that has them all, neither
// now nor in the past, when the record had other terms.
func checkTerms(e *env) {
	term := func(k, v string) driver.Term { return driver.Term{Key: k, Value: v} }
	red, blue, big := term("colour", "red"), term("colour", "blue"), term("size", "big")
	e.commit(acme, draft("a", "1", "d", red), draft("a", "2", "d", blue, red), draft("a", "3", "d", red, big), draft("b", "1", "d", red, big), draft("a", "4", "d"))
	e.commit(acme, draft("a", "1", "d", blue), draft("a", "2", "d", red, big), draft("a", "5", "d", term("colour", "redder"), term("colou", "rred")))
	e.commit(acme, tombstone("a", "3"), draft("a", "1", "d", red))
	e.commit(acme, draft("a", "3", "d", blue))
	head := int64(len(e.logs[acme]))
	for seq := head; seq >= 0; seq-- {
		e.view(acme, seq, func(r driver.Reader) {
			for _, kind := range []string{"a", "b", ""} {
				for _, terms := range [][]driver.Term{{red}, {blue}, {big}, {red, big}, {blue, red}, {big, red}, {red, red}, {term("colour", "none")}, {red, term("none", "none")}} {
					e.sameScan("at "+seqText(seq), r, e.logs[acme].at(seq), driver.Query{Kind: kind, Terms: terms})
				}
			}
		})
	}
}

// checkAfter: a query with a cursor goes on behind it, be it there or not; a
// loop that takes one record at a time meets each once.
func checkAfter(e *env) {
	commitTricky(e)
	want := e.logs[acme]
	e.view(acme, driver.Latest, func(r driver.Reader) {
		for _, id := range append(trickyIDs(), "-", "a-a", "a.", "zzz") {
			e.sameScan("latest", r, want, driver.Query{Kind: "a-b", After: id})
			for _, kind := range []string{"a", "a-b", "b", "a-a", "none"} {
				e.sameScan("latest", r, want, driver.Query{After: kind + "/" + id})
			}
		}
		for _, kind := range []string{"a", ""} {
			e.sameList("Scan by one, kind "+short(kind), e.byOne(r, kind, len(want)), want.scan(driver.Query{Kind: kind}))
		}
	})
}

// byOne reads a kind by a Scan for each record, up to a limit.
func (e *env) byOne(r driver.Reader, kind string, limit int) []driver.Record {
	e.Helper()
	var all []driver.Record
	for q := (driver.Query{Kind: kind}); len(all) <= limit; {
		n := len(all)
		for rec, err := range r.Scan(q) {
			if err != nil {
				e.Errorf("Scan(%s) = %v, want no error", queryText(q), err)
				return all
			}
			q.After = rec.ID
			if kind == "" {
				q.After = rec.Kind + "/" + rec.ID
			}
			all = append(all, rec)
			break
		}
		if len(all) == n {
			break
		}
	}
	return all
}

// checkSinceSchema: a record of a lower schema is among the answers whatever
// its terms.
func checkSinceSchema(e *env) {
	red := driver.Term{Key: "colour", Value: "red"}
	blue := driver.Term{Key: "colour", Value: "blue"}
	schema := func(n int, r driver.Record) driver.Record {
		r.Schema = n
		return r
	}
	e.commit(acme,
		schema(3, draft("a", "new", "d", blue)), schema(1, draft("a", "old", "d")), schema(2, draft("a", "older", "d", blue)),
		schema(3, draft("a", "red", "d", red)), schema(1, draft("b", "old", "d")), schema(0, draft("c", "zero", "d", red)))
	e.commit(acme, schema(3, draft("a", "old", "d")), schema(2, draft("a", "new", "d")))
	for seq := range int64(len(e.logs[acme]) + 1) {
		e.view(acme, seq, func(r driver.Reader) {
			for since := range 5 {
				for _, kind := range []string{"a", "b", "c", ""} {
					q := driver.Query{Kind: kind, Terms: []driver.Term{red}, SinceSchema: since}
					e.sameScan("at "+seqText(seq), r, e.logs[acme].at(seq), q)
					q.After = "new"
					if kind == "" {
						q.After = "a/new"
					}
					e.sameScan("at "+seqText(seq), r, e.logs[acme].at(seq), q)
				}
			}
		})
	}
}
