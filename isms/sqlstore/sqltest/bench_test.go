package sqltest_test

import (
	"fmt"
	"testing"

	"github.com/ismskit/ismskit/isms/driver"
)

// benchEach runs f on a store over each sort of database.
func benchEach(b *testing.B, f func(b *testing.B, s driver.Store)) {
	b.Helper()
	for _, backend := range backends() {
		b.Run(string(backend.dialect), func(b *testing.B) {
			s := newStore(b, backend.db(b), backend.dialect, nil)
			b.ReportAllocs()
			f(b, s)
		})
	}
}

// BenchmarkPut is a transaction that reads and writes one of 100 entities.
func BenchmarkPut(b *testing.B) {
	benchEach(b, func(b *testing.B, s driver.Store) {
		b.Helper()
		i := 0
		for b.Loop() {
			i++
			err := s.Update(b.Context(), "acme", func(w driver.Writer) error { return put(w, "a", fmt.Sprintf("x-%d", i%100), red) })
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}

// batch is new records after a head.
func batch(head, n int) []driver.Record {
	all := make([]driver.Record, n)
	for i := range all {
		seq := int64(head + i + 1)
		all[i] = record("finding", fmt.Sprintf("f-%08d", seq*7919%100_000_007), seq, 1, `{"title":"a finding of a usual length"}`,
			driver.Term{Key: "ref", Value: fmt.Sprintf("asset/a-%d", i%100)}, driver.Term{Key: "state", Value: "open"})
	}
	return all
}

func appendAll(b *testing.B, s driver.Store, all []driver.Record) {
	b.Helper()
	if err := s.Update(b.Context(), "acme", func(w driver.Writer) error { return w.Append(all...) }); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkBatch is one transaction of many records.
func BenchmarkBatch(b *testing.B) {
	size := soak(10_000, 100_000)
	benchEach(b, func(b *testing.B, s driver.Store) {
		b.Helper()
		for head := 0; b.Loop(); head += size {
			b.StopTimer()
			all := batch(head, size)
			b.StartTimer()
			appendAll(b, s, all)
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*size), "µs/record")
	})
}

func benchView(b *testing.B, f func(b *testing.B, r driver.Reader, n int)) {
	b.Helper()
	size := soak(10_000, 100_000)
	benchEach(b, func(b *testing.B, s driver.Store) {
		b.Helper()
		appendAll(b, s, batch(0, size))
		err := s.View(b.Context(), "acme", driver.Latest, func(r driver.Reader) error {
			f(b, r, size)
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkGet(b *testing.B) {
	benchView(b, func(b *testing.B, r driver.Reader, n int) {
		b.Helper()
		i := 0
		for b.Loop() {
			i = (i + 7919) % n
			if _, err := r.Get("finding", fmt.Sprintf("f-%08d", (i+1)*7919%100_000_007)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkScan(b *testing.B) {
	for name, c := range map[string]struct {
		q    driver.Query
		part int
	}{
		"all":  {driver.Query{Kind: "finding"}, 1},
		"term": {driver.Query{Kind: "finding", Terms: []driver.Term{{Key: "ref", Value: "asset/a-7"}}, SinceSchema: 1}, 100},
	} {
		b.Run(name, func(b *testing.B) {
			benchView(b, func(b *testing.B, r driver.Reader, size int) {
				b.Helper()
				for b.Loop() {
					scanAll(b, r, c.q, size/c.part)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*size/c.part), "ns/record")
			})
		})
	}
}

func scanAll(b *testing.B, r driver.Reader, q driver.Query, want int) {
	b.Helper()
	n := 0
	for _, err := range r.Scan(q) {
		if n++; err != nil {
			b.Fatal(err)
		}
	}
	if n != want {
		b.Fatalf("Scan = %d records, want %d", n, want)
	}
}
