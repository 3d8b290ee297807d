package ledger_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/ledger"
	"github.com/ismskit/ismskit/isms/memstore"
)

// bulk is a log of n findings of a usual length in memory, and its checkpoint.
func bulk(b *testing.B, n int64) (ledger.Log, []byte) {
	b.Helper()
	s := memstore.New()
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	err := s.Update(context.Background(), "acme", func(w driver.Writer) error {
		for i := range n {
			r := driver.Record{
				Kind: "finding", ID: fmt.Sprintf("f-%07d", i), Rev: 1, Seq: i + 1, Tx: n, At: at, Schema: 1,
				By: "service:scanner", Note: "nightly scan", Salt: fmt.Appendf(nil, "%016d", i),
				Data:  []byte(`{"title":"a finding of a usual length, as a scanner reports it","asset":"asset/a-17","severity":"high"}`),
				Terms: []driver.Term{{Key: "ref", Value: "asset/a-17"}, {Key: "state", Value: "open"}},
			}
			r.Digest = driver.Sum(r)
			if err := w.Append(r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	signer, verifier := key(b, keyName, 1)
	l := ledger.Of(s, "acme", verifier)
	cp, err := l.Checkpoint(context.Background(), signer, nil)
	if err != nil {
		b.Fatal(err)
	}
	return l, cp
}

func sizes(b *testing.B, f func(b *testing.B, l ledger.Log, cp []byte, n int64)) {
	b.Helper()
	for _, n := range []int64{100_000, 1_000_000} {
		b.Run(strconv.FormatInt(n, 10), func(b *testing.B) {
			l, cp := bulk(b, n)
			b.ReportAllocs()
			f(b, l, cp, n)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(int64(b.N)*n), "ns/record")
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	sizes(b, func(b *testing.B, l ledger.Log, cp []byte, _ int64) {
		b.Helper()
		for b.Loop() {
			if _, err := l.Verify(context.Background(), cp); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkVerifyCurrent(b *testing.B) {
	sizes(b, func(b *testing.B, l ledger.Log, _ []byte, _ int64) {
		b.Helper()
		for b.Loop() {
			if err := l.VerifyCurrent(context.Background()); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkProveInclusion(b *testing.B) {
	sizes(b, func(b *testing.B, l ledger.Log, cp []byte, n int64) {
		b.Helper()
		size := 0
		for b.Loop() {
			proof, _, err := l.ProveInclusion(context.Background(), cp, n/3)
			if err != nil {
				b.Fatal(err)
			}
			size = len(proof)
		}
		b.ReportMetric(float64(size), "B/proof")
	})
}

func BenchmarkCheckInclusion(b *testing.B) {
	l, cp := bulk(b, 10_000)
	_, verifier := key(b, keyName, 1)
	proof, record, err := l.ProveInclusion(context.Background(), cp, 7)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ledger.CheckInclusion(verifier, cp, proof, record); err != nil {
			b.Fatal(err)
		}
	}
}
