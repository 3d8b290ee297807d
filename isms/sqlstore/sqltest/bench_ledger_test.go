package sqltest_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/ledger"
)

// BenchmarkVerifyLedger compares every record of a tenant with its digest and
// all of them with a checkpoint.
func BenchmarkVerifyLedger(b *testing.B) {
	secret, public, err := note.GenerateKey(rand.Reader, "acme.example/isms")
	if err != nil {
		b.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		b.Fatal(err)
	}
	verifier, err := note.NewVerifier(public)
	if err != nil {
		b.Fatal(err)
	}
	n := int64(soak(10_000, 1_000_000))
	for _, backend := range backends() {
		b.Run(fmt.Sprintf("%s/%d", backend.dialect, n), func(b *testing.B) {
			l := ledger.Of(filled(b, backend, n), "acme", verifier)
			cp, err := l.Checkpoint(b.Context(), signer, nil)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := l.Verify(b.Context(), cp); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// filled is a store with n findings of one tenant.
func filled(b *testing.B, backend backend, n int64) driver.Store {
	b.Helper()
	s := newStore(b, backend.db(b), backend.dialect, nil)
	for from := int64(0); from < n; from += 10_000 {
		if err := s.Update(b.Context(), "acme", func(w driver.Writer) error { return w.Append(findings(from, from+10_000)...) }); err != nil {
			b.Fatal(err)
		}
	}
	return s
}

// findings are records of a usual length, in one transaction.
func findings(from, to int64) []driver.Record {
	records := make([]driver.Record, 0, to-from)
	for i := from; i < to; i++ {
		r := driver.Record{
			Kind: "finding", ID: fmt.Sprintf("f-%07d", i), Rev: 1, Seq: i + 1, Tx: to, Schema: 1,
			At: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC).Add(time.Duration(from) * time.Millisecond),
			By: "service:scanner", Note: "nightly scan", Salt: bytes.Repeat([]byte{byte(i)}, 16),
			Data: []byte(`{"title":"a finding of a usual length, as a scanner reports it","asset":"asset/a-17","severity":"high"}`),
		}
		r.Digest = driver.Sum(r)
		records = append(records, r)
	}
	return records
}
