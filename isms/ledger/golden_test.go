package ledger_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms/driver"
)

var update = flag.Bool("update", false, "write the golden files that are missing")

// fixed is a log with a bit of everything. It never changes.
func fixed() []driver.Record {
	salt := []byte("0123456789abcdef")
	first := time.Date(2026, 3, 1, 9, 0, 0, 123_456_000, time.UTC)
	second := time.Date(1969, 12, 31, 23, 59, 59, 999_999_000, time.UTC)
	log := []driver.Record{
		{Kind: "organization", ID: "org", Rev: 1, Tx: 1, At: second, Schema: 1, Data: []byte(`{"name":"Acme"}`)},
		{
			Kind: "asset", ID: "laptop", Rev: 1, Tx: 3, At: first, Schema: 1,
			Data: []byte(`{"title":"Laptops <of> people & \"us\""}`),
		},
		{
			Kind: "risk", ID: "r-1", Rev: 1, Tx: 3, At: first, Schema: 2,
			Data:  []byte(`{"title":{"en":"Stolen laptop","nl":"Gestolen laptop"}}`),
			Terms: []driver.Term{{Key: "ref", Value: "asset/laptop"}, {Key: "status", Value: "approved"}},
		},
		{Kind: "risk", ID: "r-1", Rev: 2, Tx: 4, At: first, Schema: 2, Deleted: true},
		{Kind: "person", ID: "p-17", Rev: 1, Tx: 5, At: first, Schema: 1, Data: []byte(`{"title":"somebody"}`)},
		{Kind: "blob", ID: "b", Rev: 1, Tx: 6, At: first, Schema: 1, Data: []byte{0xff, 0x00, '"', '\n'}},
		{Kind: "asset", ID: "laptop", Rev: 2, Tx: 7, At: first, Schema: 1, Data: []byte(`{"title":"Laptops"}`)},
	}
	for i := range log {
		r := &log[i]
		r.Seq, r.By, r.Note, r.Salt = int64(i)+1, "person:p-17", "quarterly review", salt
		r.Digest = driver.Sum(*r)
	}
	log[4] = erased(log[4])
	return log
}

// The encodings are for ever: a checkpoint and a proof that somebody kept are
// checked by every later version.
func TestGolden(t *testing.T) {
	got := map[string][]byte{}
	log := fixed()
	got["older"] = mustSign(t, logOf(t, log[:3]), nil)
	l := logOf(t, log)
	got["checkpoint"] = mustSign(t, l, got["older"])
	for name, seq := range map[string]int64{"risk": 3, "deleted": 4, "erased": 5, "bytes": 6} {
		proof, record, err := l.ProveInclusion(t.Context(), got["checkpoint"], seq)
		if err != nil {
			t.Fatal(err)
		}
		got[name+".proof"], got[name+".json"] = proof, record
	}
	proof, err := l.ProveConsistency(t.Context(), got["older"], got["checkpoint"])
	if err != nil {
		t.Fatal(err)
	}
	got["consistency.proof"] = proof
	for name, content := range got {
		file := filepath.Join("testdata", "v1", name)
		if _, err := os.Stat(file); err != nil && *update {
			if err := os.WriteFile(file, content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Error(err)
			continue
		}
		if diff := cmp.Diff(string(want), string(content)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// The root is what the documentation of the leaf and RFC 6962 say, written down
// a second time.
func TestRootFollowsTheDocumentation(t *testing.T) {
	log := fixed()
	leaves := make([][]byte, len(log))
	for i, r := range log {
		b := []byte("ismskit leaf 1\n")
		number := func(n int64) { b = binary.BigEndian.AppendUint64(b, uint64(n)) }
		for _, part := range []string{"acme", r.Kind, r.ID, string(r.Digest)} {
			number(int64(len(part)))
			b = append(b, part...)
		}
		number(r.Seq)
		number(r.Tx)
		number(r.Rev)
		number(int64(r.Schema))
		number(r.At.Unix())
		number(int64(r.At.Nanosecond()))
		if r.Deleted {
			b = append(b, 1)
		} else {
			b = append(b, 0)
		}
		leaves[i] = b
	}
	want := base64.StdEncoding.EncodeToString(rfc6962(leaves))
	cp := mustSign(t, logOf(t, log), nil)
	if got := strings.Split(string(cp), "\n")[2]; got != want {
		t.Errorf("root = %s, want %s", got, want)
	}
}

// rfc6962 is the definition of the tree hash, section 2.1.
func rfc6962(leaves [][]byte) []byte {
	var in []byte
	switch n := len(leaves); n {
	case 0:
	case 1:
		in = slices.Concat([]byte{0}, leaves[0])
	default:
		k := 1
		for 2*k < n {
			k *= 2
		}
		in = slices.Concat([]byte{1}, rfc6962(leaves[:k]), rfc6962(leaves[k:]))
	}
	sum := sha256.Sum256(in)
	return sum[:]
}
