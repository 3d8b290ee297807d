package ledger_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/ledger"
	"golang.org/x/mod/sumdb/note"
)

// key is a key made from a seed, so that what it signs is the same every time.
func key(tb testing.TB, name string, seed byte) (note.Signer, note.Verifier) {
	tb.Helper()
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
	public := private.Public().(ed25519.PublicKey)
	vkey, err := note.NewEd25519VerifierKey(name, public)
	if err != nil {
		tb.Fatal(err)
	}
	hash := strings.Split(vkey, "+")[1]
	secret := base64.StdEncoding.EncodeToString(append([]byte{1}, private.Seed()...))
	signer, err := note.NewSigner("PRIVATE+KEY+" + name + "+" + hash + "+" + secret)
	if err != nil {
		tb.Fatal(err)
	}
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		tb.Fatal(err)
	}
	return signer, verifier
}

const keyName = "acme.example/isms"

// tape is a store of any records, right or wrong, for one tenant.
type tape struct {
	driver.Store
	driver.Reader

	records []driver.Record
	shown   []driver.Record // by Scan
}

func (s tape) View(_ context.Context, _ string, _ int64, f func(driver.Reader) error) error {
	return f(s)
}

func (s tape) Log(after int64) iter.Seq2[driver.Record, error] { return all(s.records[after:]) }

func (s tape) Scan(driver.Query) iter.Seq2[driver.Record, error] { return all(s.shown) }

func all(records []driver.Record) iter.Seq2[driver.Record, error] {
	return func(yield func(driver.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// history is n records that random transactions left, ready to be appended.
// Its ids are those of every other history.
func history(r *rand.Rand, n int) []driver.Record {
	records := make([]driver.Record, n)
	revs := map[string]int64{}
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	for done := 0; done < n; {
		size := min(1+r.IntN(4), n-done)
		at = at.Add(time.Duration(r.IntN(1e9)) * time.Microsecond)
		note := fmt.Sprintf("change %d", r.IntN(1000))
		for i := done; i < done+size; i++ {
			id := fmt.Sprintf("r-%03d", r.IntN(n))
			revs[id]++
			salt := make([]byte, 16)
			for i := range salt {
				salt[i] = byte(r.Uint32())
			}
			records[i] = sealed(driver.Record{
				Kind: "risk", ID: id, Rev: revs[id], Seq: int64(i) + 1, Tx: int64(done + size), At: at, Schema: 1,
				By: "person:p-17", Note: note, Salt: salt, Deleted: r.IntN(8) == 0,
				Data:  fmt.Appendf(nil, `{"title":"risk %d"}`, r.IntN(1000)),
				Terms: []driver.Term{{Key: "ref", Value: "asset/laptop"}, {Key: "status", Value: "approved"}},
			})
		}
		done += size
	}
	return records
}

func sealed(r driver.Record) driver.Record {
	if r.Deleted {
		r.Data, r.Terms = nil, nil
	}
	r.Digest = driver.Sum(r)
	return r
}

func erased(r driver.Record) driver.Record {
	r.Salt, r.By, r.Note, r.Terms, r.Data = nil, "", "", nil, nil
	return r
}

// newest is what a store in order shows of its log.
func newest(log []driver.Record) []driver.Record {
	byID := map[string]driver.Record{}
	for _, r := range log {
		byID[r.ID] = r
	}
	var shown []driver.Record
	for _, r := range byID {
		if !r.Deleted {
			shown = append(shown, r)
		}
	}
	slices.SortFunc(shown, func(a, b driver.Record) int { return strings.Compare(a.ID, b.ID) })
	return shown
}

func random(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

// logOf is a log of records that a tape shows as those of acme.
func logOf(tb testing.TB, records []driver.Record) ledger.Log {
	tb.Helper()
	_, verifier := key(tb, keyName, 1)
	return ledger.Of(tape{records: records, shown: newest(records)}, "acme", verifier)
}

func mustSign(tb testing.TB, l ledger.Log, previous []byte) []byte {
	tb.Helper()
	signer, _ := key(tb, keyName, 1)
	cp, err := l.Checkpoint(tb.Context(), signer, previous)
	if err != nil {
		tb.Fatalf("Checkpoint = %v, want nil", err)
	}
	return cp
}
