package storetest

import (
	"fmt"
	"os"
	"testing"

	"github.com/ismskit/ismskit/isms/driver"
)

// Benchmark measures a store: a transaction of one record, one of 10,000 (with
// ISMSKIT_SOAK=1 in the environment 100,000), and reads among 10,000 records:
// of one, of the 1,000 with a term, and of all as they were half-way the log.
// Each call of open gives another store without records.
func Benchmark(b *testing.B, open func(b *testing.B) driver.Store) {
	b.Helper()
	bulk := 10_000
	if os.Getenv("ISMSKIT_SOAK") == "1" {
		bulk = 100_000
	}
	b.Run("put", func(b *testing.B) {
		store := open(b)
		defer closeBench(b, store)
		b.ReportAllocs()
		n := 0
		for b.Loop() {
			n++
			benchPut(b, store, draft("a", fmt.Sprintf("r-%04d", n%1000), "{\"title\":\"Planning server\"}"))
		}
	})
	b.Run(fmt.Sprintf("batch of %d", bulk), func(b *testing.B) {
		records := benchRecords(bulk)
		b.ReportAllocs()
		for b.Loop() {
			closeBench(b, filled(b, open, records))
		}
	})
	const many = 10_000
	store := filled(b, open, benchRecords(many))
	defer closeBench(b, store)
	read := func(name string, seq int64, f func(driver.Reader) int, want int) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				err := store.View(b.Context(), acme, seq, func(r driver.Reader) error {
					if got := f(r); got != want {
						b.Errorf("%s = %d records, want %d", name, got, want)
					}
					return nil
				})
				if err != nil {
					b.Fatalf("View(%s) = %v, want nil", seqText(seq), err)
				}
			}
		})
	}
	read("get", driver.Latest, func(r driver.Reader) int {
		if _, err := r.Get("a", "r-005000"); err != nil {
			return 0
		}
		return 1
	}, 1)
	term := driver.Term{Key: "tenth", Value: "yes"}
	read("scan for 1000 of 10000", driver.Latest, func(r driver.Reader) int { return having(term, r) }, many/10)
	read("as of 5000 of 10000", many/2, func(r driver.Reader) int { return having(driver.Term{}, r) }, many/2)
}

// benchRecords makes so many records of one transaction.
func benchRecords(many int) []driver.Record {
	drafts := make([]driver.Record, many)
	for i := range drafts {
		drafts[i] = draft("a", fmt.Sprintf("r-%06d", i), fmt.Sprintf("{\"title\":\"Planning server %d\"}", i))
		if i%10 == 0 {
			drafts[i].Terms = []driver.Term{{Key: "tenth", Value: "yes"}}
		}
	}
	return stamp(drafts)
}

// filled opens a store and writes records.
func filled(b *testing.B, open func(b *testing.B) driver.Store, records []driver.Record) driver.Store {
	b.Helper()
	store := open(b)
	if err := store.Update(b.Context(), acme, func(w driver.Writer) error { return w.Append(records...) }); err != nil {
		b.Fatalf("Update with %d records = %v, want nil", len(records), err)
	}
	return store
}

func benchPut(b *testing.B, store driver.Store, d driver.Record) {
	b.Helper()
	err := store.Update(b.Context(), acme, func(w driver.Writer) error {
		_, err := appendNext(w, 0, d)
		return err
	})
	if err != nil {
		b.Fatalf("Update with one record = %v, want nil", err)
	}
}

// having counts the records with a term, or all for the zero Term.
func having(term driver.Term, r driver.Reader) int {
	q := driver.Query{Kind: "a"}
	if term != (driver.Term{}) {
		q.Terms = []driver.Term{term}
	}
	n := 0
	for rec, err := range r.Scan(q) {
		if err == nil && selects(q, rec) {
			n++
		}
	}
	return n
}

func closeBench(b *testing.B, store driver.Store) {
	b.Helper()
	if err := store.Close(); err != nil {
		b.Errorf("Close() = %v, want nil", err)
	}
}
