package memstore_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/memstore"
)

const batch = 10_000

// records are a batch for an empty store; step 1 has them in order, another
// number that is prime to the batch in none.
func records(step int) []driver.Record {
	all := make([]driver.Record, batch)
	for i := range all {
		all[i] = driver.Record{
			Kind: "finding", ID: fmt.Sprintf("f-%06d", i*step%batch), Rev: 1, Seq: int64(i) + 1, Tx: batch, Schema: 1,
			Data:  []byte(`{"title":"a finding of a usual length"}`),
			Terms: []driver.Term{{Key: "ref", Value: fmt.Sprintf("asset/a-%d", i%100)}, {Key: "state", Value: "open"}},
		}
	}
	return all
}

func put(b *testing.B, all []driver.Record) driver.Store {
	b.Helper()
	s := memstore.New()
	err := s.Update(context.Background(), "acme", func(w driver.Writer) error { return w.Append(all...) })
	if err != nil {
		b.Fatal(err)
	}
	return s
}

func BenchmarkPut(b *testing.B) {
	for name, step := range map[string]int{"sorted": 1, "mixed": 7919} {
		all := records(step)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				put(b, all)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*batch), "ns/record")
		})
	}
}

func BenchmarkGet(b *testing.B) {
	view(b, func(r driver.Reader) {
		i := 0
		for b.Loop() {
			i = (i + 7919) % batch
			if _, err := r.Get("finding", fmt.Sprintf("f-%06d", i)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkScan(b *testing.B) {
	for name, c := range map[string]struct {
		q    driver.Query
		want int
	}{
		"all":  {driver.Query{Kind: "finding"}, batch},
		"term": {driver.Query{Kind: "finding", Terms: []driver.Term{{Key: "ref", Value: "asset/a-7"}}}, batch / 100},
		"none": {driver.Query{Kind: "finding", Terms: []driver.Term{{Key: "ref", Value: "asset/none"}}}, 0},
	} {
		b.Run(name, func(b *testing.B) {
			view(b, func(r driver.Reader) {
				for b.Loop() {
					if n := count(b, r, c.q); n != c.want {
						b.Fatalf("Scan = %d records, want %d", n, c.want)
					}
				}
			})
		})
	}
}

func count(b *testing.B, r driver.Reader, q driver.Query) (n int) {
	b.Helper()
	for _, err := range r.Scan(q) {
		if err != nil {
			b.Fatal(err)
		}
		n++
	}
	return n
}

// view runs f on a store with a batch.
func view(b *testing.B, f func(driver.Reader)) {
	b.Helper()
	s := put(b, records(7919))
	b.ReportAllocs()
	err := s.View(context.Background(), "acme", driver.Latest, func(r driver.Reader) error {
		f(r)
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}
