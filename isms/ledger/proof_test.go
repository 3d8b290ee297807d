package ledger_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/ledger"
	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"
)

// Whatever was written between them, the log continues each checkpoint, proves
// so to who has only checkpoints, and proves each record under each of them.
func TestRandomHistories(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		log := history(random(rapid.Uint64().Draw(rt, "seed")), rapid.IntRange(1, 40).Draw(rt, "records"))
		sizes := rapid.SliceOfN(rapid.IntRange(0, len(log)), 1, 5).Draw(rt, "sizes")
		slices.Sort(sizes)
		cps := make([][]byte, len(sizes))
		for i, n := range sizes {
			var previous []byte
			if i > 0 {
				previous = cps[i-1]
			}
			cps[i] = mustSign(t, logOf(t, log[:n]), previous)
		}
		l := logOf(t, log)
		for i, newer := range cps {
			if report, err := l.Verify(t.Context(), newer); err != nil || report.Size != int64(sizes[i]) {
				rt.Fatalf("Verify at %d = %+v, %v, want nil", sizes[i], report, err)
			}
			for _, older := range cps[:i+1] {
				proveConsistency(t, l, older, newer)
			}
			for _, r := range log[:sizes[i]] {
				proveInclusion(t, l, newer, r)
			}
		}
	})
}

func proveConsistency(t *testing.T, l ledger.Log, older, newer []byte) {
	t.Helper()
	_, verifier := key(t, keyName, 1)
	proof, err := l.ProveConsistency(t.Context(), older, newer)
	if err != nil {
		t.Fatalf("ProveConsistency of\n%s%s = %v, want nil", older, newer, err)
	}
	if err := ledger.CheckConsistency(verifier, older, newer, proof); err != nil {
		t.Fatalf("CheckConsistency of\n%s%s = %v, want nil", older, newer, err)
	}
}

func proveInclusion(t *testing.T, l ledger.Log, cp []byte, want driver.Record) {
	t.Helper()
	_, verifier := key(t, keyName, 1)
	proof, record, err := l.ProveInclusion(t.Context(), cp, want.Seq)
	if err != nil {
		t.Fatalf("ProveInclusion(%d) = %v, want nil", want.Seq, err)
	}
	got, err := ledger.CheckInclusion(verifier, cp, proof, record)
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
		t.Fatalf("CheckInclusion(%d) = %v (-want +got):\n%s", want.Seq, err, diff)
	}
}

// Many proofs at once are those of each record, in any order, double ones too.
func TestProveInclusions(t *testing.T) {
	log := history(random(1), 100)
	l := logOf(t, log)
	cp := mustSign(t, l, nil)
	seqs := []int64{100, 1, 7, 8, 7, 64}
	list, err := l.ProveInclusions(t.Context(), cp, seqs...)
	if err != nil || len(list) != len(seqs) {
		t.Fatalf("ProveInclusions = %d, %v, want %d", len(list), err, len(seqs))
	}
	for i, x := range list {
		proof, record, err := l.ProveInclusion(t.Context(), cp, seqs[i])
		if err != nil || x.Seq != seqs[i] || !bytes.Equal(x.Proof, proof) || !bytes.Equal(x.Record, record) {
			t.Errorf("ProveInclusions differs from ProveInclusion(%d), %v", seqs[i], err)
		}
	}
	if list, err := l.ProveInclusions(t.Context(), cp); err != nil || len(list) != 0 {
		t.Errorf("ProveInclusions of nothing = %v, %v, want nothing", list, err)
	}
	if _, err := l.ProveInclusions(t.Context(), cp, 1, 101); !errors.Is(err, driver.ErrNotFound) {
		t.Errorf("ProveInclusions(1, 101) = %v, want %v", err, driver.ErrNotFound)
	}
	altered := slices.Clone(log)
	altered[4].Note = "another reason"
	if _, err := logOf(t, altered).ProveInclusions(t.Context(), cp, 1, 5); !errors.Is(err, ledger.ErrAltered) {
		t.Errorf("ProveInclusions with an altered record = %v, want %v", err, ledger.ErrAltered)
	}
}

// Any bit of a proof matters. One of a record matters too, unless the record
// reads the same: base64 has a few bits to spare at its end. A usual run flips
// one bit of each byte.
func TestFlippedProofs(t *testing.T) {
	_, verifier := key(t, keyName, 1)
	log := fixed()
	l := logOf(t, log)
	older := mustSign(t, logOf(t, log[:3]), nil)
	cp := mustSign(t, l, older)
	for seq := int64(1); seq <= int64(len(log)); seq++ {
		proof, record, err := l.ProveInclusion(t.Context(), cp, seq)
		if err != nil {
			t.Fatal(err)
		}
		flips(proof, func(place string, flipped []byte) {
			if _, err := ledger.CheckInclusion(verifier, cp, flipped, record); !errors.Is(err, ledger.ErrProof) {
				t.Errorf("CheckInclusion(%d) with a flip in the proof, %s = %v, want %v", seq, place, err, ledger.ErrProof)
			}
		})
		flips(record, func(place string, flipped []byte) {
			got, err := ledger.CheckInclusion(verifier, cp, proof, flipped)
			if err == nil && !cmp.Equal(got, log[seq-1], cmpopts.EquateEmpty()) {
				t.Errorf("CheckInclusion(%d) with a flip in the record, %s = %+v, want %+v or an error", seq, place, got, log[seq-1])
			}
		})
	}
	proof, err := l.ProveConsistency(t.Context(), older, cp)
	if err != nil {
		t.Fatal(err)
	}
	flips(proof, func(place string, flipped []byte) {
		if err := ledger.CheckConsistency(verifier, older, cp, flipped); !errors.Is(err, ledger.ErrProof) {
			t.Errorf("CheckConsistency with a flip, %s = %v, want %v", place, err, ledger.ErrProof)
		}
	})
}

// flips hands out b with one bit changed, for one bit of each byte, or for all.
func flips(b []byte, f func(place string, flipped []byte)) {
	soak := os.Getenv("ISMSKIT_SOAK") != ""
	for i := range b {
		for bit := range 8 {
			if soak || bit == i%8 {
				flipped := slices.Clone(b)
				flipped[i] ^= 1 << bit
				f(fmt.Sprintf("bit %d of byte %d", bit, i), flipped)
			}
		}
	}
}

// Proofs and records that are of something else.
func TestProofsOfSomethingElse(t *testing.T) {
	_, verifier := key(t, keyName, 1)
	log := fixed()
	l := logOf(t, log)
	older, cp := mustSign(t, logOf(t, log[:3]), nil), mustSign(t, l, nil)
	proof, record, err := l.ProveInclusion(t.Context(), cp, 3)
	if err != nil {
		t.Fatal(err)
	}
	proof2, record2, err := l.ProveInclusion(t.Context(), cp, 2)
	if err != nil {
		t.Fatal(err)
	}
	replace := func(old, by string) []byte {
		if !bytes.Contains(record, []byte(old)) {
			t.Fatalf("the record has no %s", old)
		}
		return bytes.Replace(record, []byte(old), []byte(by), 1)
	}
	cases := map[string]struct{ cp, proof, record []byte }{
		"an older checkpoint": {older, proof, record},
		"another record":      {cp, proof, record2},
		"another proof":       {cp, proof2, record},
		"data twice":          {cp, proof, replace(`  "data"`, `  "data": "{}",`+"\n"+`  "data"`)},
		"DATA as well":        {cp, proof, replace(`  "data"`, `  "DATA": "{}",`+"\n"+`  "data"`)},
		"Data instead":        {cp, proof, replace(`"data"`, `"Data"`)},
		"an unknown member":   {cp, proof, replace(`  "data"`, `  "title": "x",`+"\n"+`  "data"`)},
		"more after it":       {cp, proof, append(slices.Clone(record), record...)},
		"half of it":          {cp, proof, record[:len(record)/2]},
		"another format":      {cp, proof, replace("record 1", "record 2")},
		"not an object":       {cp, proof, []byte("[]")},
		"nothing":             {cp, proof, nil},
		"half erased":         {cp, proof, replace("quarterly review", "")},
		"another digest":      {cp, proof, replace(`"digest": "`, `"digest": "AA`)},
		"a proof of nothing":  {cp, nil, record},
		"a hash too many":     {cp, append(slices.Clone(proof), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"...), record},
		"a hash too few":      {cp, proof[:bytes.LastIndexByte(proof[:len(proof)-1], '\n')+1], record},
		"no last line end":    {cp, proof[:len(proof)-1], record},
		"a thousand hashes":   {cp, append(slices.Clone(proof), strings.Repeat("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", 1000)...), record},
		"an index with zeros": {cp, bytes.Replace(proof, []byte("index 2"), []byte("index 02"), 1), record},
		"a negative index":    {cp, bytes.Replace(proof, []byte("index 2"), []byte("index -2"), 1), record},
		"a huge index":        {cp, bytes.Replace(proof, []byte("index 2"), []byte("index 9223372036854775807"), 1), record},
	}
	for name, c := range cases {
		if r, err := ledger.CheckInclusion(verifier, c.cp, c.proof, c.record); !errors.Is(err, ledger.ErrProof) {
			t.Errorf("CheckInclusion with %s = %+v, %v, want %v", name, r, err, ledger.ErrProof)
		}
	}
	if _, err := ledger.CheckInclusion(verifier, cp, proof, replace("acme", "globex")); !errors.Is(err, ledger.ErrCheckpoint) {
		t.Errorf("CheckInclusion of another tenant's record = %v, want %v", err, ledger.ErrCheckpoint)
	}
	for _, seq := range []int64{-1, 0, 8} {
		if _, _, err := l.ProveInclusion(t.Context(), cp, seq); !errors.Is(err, driver.ErrNotFound) {
			t.Errorf("ProveInclusion(%d) = %v, want %v", seq, err, driver.ErrNotFound)
		}
	}
	if _, err := l.ProveConsistency(t.Context(), cp, older); !errors.Is(err, ledger.ErrCheckpoint) {
		t.Errorf("ProveConsistency from the newer to the older = %v, want %v", err, ledger.ErrCheckpoint)
	}
	if err := ledger.CheckConsistency(verifier, cp, older, []byte("old 7\n")); !errors.Is(err, ledger.ErrProof) {
		t.Errorf("CheckConsistency from the newer to the older = %v, want %v", err, ledger.ErrProof)
	}
}

// Consistency is between two checkpoints of one log.
func TestConsistencyOfSomethingElse(t *testing.T) {
	signer, verifier := key(t, keyName, 1)
	log := fixed()
	older, newer := mustSign(t, logOf(t, log[:3]), nil), mustSign(t, logOf(t, log), nil)
	proof, err := logOf(t, log).ProveConsistency(t.Context(), older, newer)
	if err != nil {
		t.Fatal(err)
	}
	_, hashes, _ := bytes.Cut(proof, []byte("\n"))
	sign := func(cp []byte, old, by string) []byte {
		text, _, _ := strings.Cut(string(cp), "\n\n")
		if !strings.Contains(text, old) {
			t.Fatalf("the checkpoint has no %q", old)
		}
		signed, err := note.Sign(&note.Note{Text: strings.Replace(text, old, by, 1) + "\n"}, signer)
		if err != nil {
			t.Fatal(err)
		}
		return signed
	}
	nothing := mustSign(t, logOf(t, nil), nil)
	for name, c := range map[string]struct {
		older, newer, proof []byte
		want                error
	}{
		"of another tenant":       {older, sign(newer, "/acme", "/globex"), proof, ledger.ErrCheckpoint},
		"of another origin":       {sign(older, keyName, "x"), sign(newer, keyName, "x"), proof, ledger.ErrCheckpoint},
		"from another size":       {older, newer, append([]byte("old 4\n"), hashes...), ledger.ErrProof},
		"without hashes":          {older, newer, []byte("old 3\n"), ledger.ErrProof},
		"from nothing, hashes":    {nothing, newer, append([]byte("old 0\n"), hashes...), ledger.ErrProof},
		"from nothing, with root": {sign(older, "\n3\n", "\n0\n"), newer, []byte("old 0\n"), ledger.ErrProof},
	} {
		if err := ledger.CheckConsistency(verifier, c.older, c.newer, c.proof); !errors.Is(err, c.want) {
			t.Errorf("CheckConsistency %s = %v, want %v", name, err, c.want)
		}
	}
}

// No proof is made of a log that is not that of the checkpoint, or of a record
// that was altered.
func TestNoProofOfAnAlteredLog(t *testing.T) {
	log := history(random(1), 30)
	older, cp := mustSign(t, logOf(t, log[:10]), nil), mustSign(t, logOf(t, log), nil)
	contents := slices.Clone(log)
	contents[4].Note = "another reason"
	if _, _, err := logOf(t, contents).ProveInclusion(t.Context(), cp, 5); !errors.Is(err, ledger.ErrAltered) {
		t.Errorf("ProveInclusion of an altered record = %v, want %v", err, ledger.ErrAltered)
	}
	if _, _, err := logOf(t, contents).ProveInclusion(t.Context(), cp, 6); err != nil {
		t.Errorf("ProveInclusion of another record = %v, want nil", err)
	}
	moved := slices.Clone(log)
	moved[4].ID = "r-900"
	for name, c := range map[string]struct {
		log  []driver.Record
		want error
	}{"altered": {moved, ledger.ErrAltered}, "cut": {log[:20], ledger.ErrTruncated}} {
		l := logOf(t, c.log)
		if _, _, err := l.ProveInclusion(t.Context(), cp, 6); !errors.Is(err, c.want) {
			t.Errorf("ProveInclusion in a log that was %s = %v, want %v", name, err, c.want)
		}
		if _, err := l.ProveConsistency(t.Context(), older, cp); !errors.Is(err, c.want) {
			t.Errorf("ProveConsistency in a log that was %s = %v, want %v", name, err, c.want)
		}
	}
}
