package ledger_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/ledger"
	"github.com/ismskit/ismskit/isms/memstore"
	"golang.org/x/mod/sumdb/note"
)

// Two logs that went different ways from a common past both continue the
// checkpoint of that past, and neither that of the other.
func TestForks(t *testing.T) {
	past := history(random(1), 40)
	left := append(slices.Clone(past), history(random(2), 60)[40:]...)
	right := append(slices.Clone(past), history(random(3), 70)[40:]...)
	common := mustSign(t, logOf(t, past), nil)
	cps := [][]byte{mustSign(t, logOf(t, left), common), mustSign(t, logOf(t, right), common)}
	for i, log := range [][]driver.Record{left, right} {
		l := logOf(t, log)
		for name, cp := range map[string][]byte{"common": common, "own": cps[i]} {
			if report, err := l.Verify(t.Context(), cp); err != nil || report.Head != int64(len(log)) {
				t.Errorf("Verify(%s checkpoint) = %+v, %v, want nil", name, report, err)
			}
		}
		foreign := cps[1-i]
		if _, err := l.Verify(t.Context(), foreign); err == nil {
			t.Errorf("Verify of branch %d with the checkpoint of the other = nil, want an error", i)
		}
		if _, err := l.ProveConsistency(t.Context(), common, foreign); err == nil {
			t.Errorf("ProveConsistency of branch %d to the checkpoint of the other = nil, want an error", i)
		}
		signer, _ := key(t, keyName, 1)
		if _, err := l.Checkpoint(t.Context(), signer, foreign); err == nil {
			t.Errorf("Checkpoint of branch %d after that of the other = nil, want an error: it would sign two histories", i)
		}
	}
}

// Erasure leaves every proof valid, and is reported.
func TestErasure(t *testing.T) {
	log := history(random(1), 60)
	_, verifier := key(t, keyName, 1)
	cp := mustSign(t, logOf(t, log[:50]), nil)
	gone := []int64{1, 17, 50, 58}
	for _, seq := range gone {
		log[seq-1] = erased(log[seq-1])
	}
	l := logOf(t, log)
	report, err := l.Verify(t.Context(), cp)
	if want := (ledger.Report{Size: 50, Head: 60, Erased: gone}); err != nil || !cmp.Equal(report, want) {
		t.Errorf("Verify = %v (-want +got):\n%s", err, cmp.Diff(want, report))
	}
	if err := l.VerifyCurrent(t.Context()); err != nil {
		t.Errorf("VerifyCurrent = %v, want nil", err)
	}
	later := mustSign(t, l, cp)
	for seq := int64(1); seq <= 50; seq++ {
		proof, record, err := l.ProveInclusion(t.Context(), cp, seq)
		if err != nil {
			t.Fatalf("ProveInclusion(%d) = %v, want nil", seq, err)
		}
		got, err := ledger.CheckInclusion(verifier, cp, proof, record)
		if err != nil || driver.Erased(got) != slices.Contains(gone, seq) {
			t.Errorf("CheckInclusion of record %d = erased %t, %v, want %t", seq, driver.Erased(got), err, slices.Contains(gone, seq))
		}
	}
	if _, err := l.ProveConsistency(t.Context(), cp, later); err != nil {
		t.Errorf("ProveConsistency = %v, want nil", err)
	}
}

// A store that erases leaves what the ledger needs.
func TestErasureInAStore(t *testing.T) {
	store := memstore.New()
	eraser, ok := store.(driver.Eraser)
	if !ok {
		t.Fatal("memstore is no driver.Eraser")
	}
	log := history(random(1), 30)
	err := store.Update(t.Context(), "acme", func(w driver.Writer) error { return w.Append(log...) })
	if err != nil {
		t.Fatal(err)
	}
	_, verifier := key(t, keyName, 1)
	l := ledger.Of(store, "acme", verifier)
	cp := mustSign(t, l, nil)
	if err := eraser.Erase(t.Context(), "acme", 7, 30); err != nil {
		t.Fatal(err)
	}
	report, err := l.Verify(t.Context(), cp)
	if want := (ledger.Report{Size: 30, Head: 30, Erased: []int64{7, 30}}); err != nil || !cmp.Equal(report, want) {
		t.Errorf("Verify = %v (-want +got):\n%s", err, cmp.Diff(want, report))
	}
	if err := l.VerifyCurrent(t.Context()); err != nil {
		t.Errorf("VerifyCurrent = %v, want nil", err)
	}
}

// Half an erasure is an alteration.
func TestPartialErasure(t *testing.T) {
	log := history(random(1), 20)
	log[4] = sealed(driver.Record{Kind: "risk", ID: "r-1", Rev: 1, Seq: 5, Tx: 5, By: "person:p-1", Note: "n", Salt: []byte("salt"), Data: []byte("{}"), Terms: []driver.Term{{Key: "k"}}})
	cp := mustSign(t, logOf(t, log), nil)
	for name, erase := range map[string]func(*driver.Record){
		"salt":          func(r *driver.Record) { r.Salt = nil },
		"by":            func(r *driver.Record) { r.By = "" },
		"note":          func(r *driver.Record) { r.Note = "" },
		"terms":         func(r *driver.Record) { r.Terms = nil },
		"data":          func(r *driver.Record) { r.Data = nil },
		"all but salt":  func(r *driver.Record) { r.By, r.Note, r.Terms, r.Data = "", "", nil, nil },
		"all but by":    func(r *driver.Record) { r.Salt, r.Note, r.Terms, r.Data = nil, "", nil, nil },
		"all but note":  func(r *driver.Record) { r.Salt, r.By, r.Terms, r.Data = nil, "", nil, nil },
		"all but terms": func(r *driver.Record) { r.Salt, r.By, r.Note, r.Data = nil, "", "", nil },
		"all but data":  func(r *driver.Record) { r.Salt, r.By, r.Note, r.Terms = nil, "", "", nil },
	} {
		changed := slices.Clone(log)
		erase(&changed[4])
		if report, err := logOf(t, changed).Verify(t.Context(), cp); !errors.Is(err, ledger.ErrAltered) {
			t.Errorf("Verify without %s = %+v, %v, want %v", name, report, err, ledger.ErrAltered)
		}
	}
}

func TestCheckpointsNotAccepted(t *testing.T) {
	log := history(random(1), 20)
	l := logOf(t, log)
	cp := mustSign(t, l, nil)
	signer, verifier := key(t, keyName, 1)
	other, _ := key(t, keyName, 2)
	stranger, _ := key(t, "other.example", 3)
	text, _, _ := strings.Cut(string(cp), "\n\n")
	lines := strings.Split(text, "\n")
	sign := func(s note.Signer, text string) []byte {
		signed, err := note.Sign(&note.Note{Text: text}, s)
		if err != nil {
			t.Fatal(err)
		}
		return signed
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string][]byte{
		"nothing":                     nil,
		"no signature":                []byte(text + "\n"),
		"another key of that name":    sign(other, text+"\n"),
		"the key of somebody else":    sign(stranger, text+"\n"),
		"another tenant":              sign(signer, strings.Replace(text, "/acme", "/globex", 1)+"\n"),
		"no tenant":                   sign(signer, strings.Replace(text, "/acme", "/", 1)+"\n"),
		"another origin":              sign(signer, strings.Replace(text, keyName, "elsewhere", 1)+"\n"),
		"two lines":                   sign(signer, lines[0]+"\n"+lines[1]+"\n"),
		"negative size":               sign(signer, lines[0]+"\n-20\n"+lines[2]+"\n"),
		"size with a zero before it":  sign(signer, lines[0]+"\n020\n"+lines[2]+"\n"),
		"size with a sign":            sign(signer, lines[0]+"\n+20\n"+lines[2]+"\n"),
		"size beyond int64":           sign(signer, lines[0]+"\n9223372036854775808\n"+lines[2]+"\n"),
		"short root":                  sign(signer, lines[0]+"\n20\n"+base64.StdEncoding.EncodeToString(root[:31])+"\n"),
		"root in another form":        sign(signer, lines[0]+"\n20\n"+base64.RawStdEncoding.EncodeToString(root)+"\n"),
		"an empty line after":         sign(signer, text+"\n\nmore\n"),
		"an empty line in between":    sign(signer, lines[0]+"\n\n"+lines[1]+"\n"+lines[2]+"\n"),
		"the signature of other text": []byte(strings.Replace(string(cp), "\n20\n", "\n19\n", 1)),
	}
	for i := range len(text) + 1 {
		for bit := range 8 {
			b := slices.Clone(cp)
			b[i] ^= 1 << bit
			cases[fmt.Sprintf("bit %d of byte %d", bit, i)] = b
		}
	}
	for name, bad := range cases {
		if _, err := l.Verify(t.Context(), bad); !errors.Is(err, ledger.ErrCheckpoint) {
			t.Errorf("%s: Verify = %v, want %v", name, err, ledger.ErrCheckpoint)
		}
		if bad == nil {
			continue // Checkpoint: the first
		}
		if _, err := l.Checkpoint(t.Context(), signer, bad); !errors.Is(err, ledger.ErrCheckpoint) {
			t.Errorf("%s: Checkpoint after it = %v, want %v", name, err, ledger.ErrCheckpoint)
		}
	}
	if _, err := l.Checkpoint(t.Context(), other, nil); !errors.Is(err, ledger.ErrCheckpoint) {
		t.Errorf("Checkpoint with a signer that is not of the log = %v, want %v", err, ledger.ErrCheckpoint)
	}
	// A witness adds its signature, and a later version a line: both are fine.
	n, err := note.Open(cp, note.VerifierList(verifier))
	if err != nil {
		t.Fatal(err)
	}
	witnessed, err := note.Sign(n, stranger)
	if err != nil {
		t.Fatal(err)
	}
	for name, good := range map[string][]byte{"witnessed": witnessed, "extended": sign(signer, text+"\nmore\n")} {
		if _, err := l.Verify(t.Context(), good); err != nil {
			t.Errorf("Verify(%s checkpoint) = %v, want nil", name, err)
		}
	}
}

// The log of one tenant never passes for that of another, although ids, times
// and contents are the same.
func TestTenantIsInTheRoot(t *testing.T) {
	log := history(random(1), 20)
	signer, verifier := key(t, keyName, 1)
	root := func(tenant string) string {
		cp, err := ledger.Of(tape{records: log}, tenant, verifier).Checkpoint(t.Context(), signer, nil)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Split(string(cp), "\n")[2]
	}
	if root("acme") == root("globex") {
		t.Error("the same records of two tenants have one root")
	}
}

// An empty log has a checkpoint, which anything continues.
func TestEmptyLog(t *testing.T) {
	_, verifier := key(t, keyName, 1)
	empty := mustSign(t, logOf(t, nil), nil)
	if report, err := logOf(t, nil).Verify(t.Context(), empty); err != nil || report.Head != 0 {
		t.Errorf("Verify of nothing = %+v, %v, want nil", report, err)
	}
	l := logOf(t, history(random(1), 9))
	later := mustSign(t, l, empty)
	proof, err := l.ProveConsistency(t.Context(), empty, later)
	if err != nil {
		t.Fatal(err)
	}
	if err := ledger.CheckConsistency(verifier, empty, later, proof); err != nil {
		t.Errorf("CheckConsistency from nothing = %v, want nil", err)
	}
	if _, _, err := l.ProveInclusion(t.Context(), empty, 1); !errors.Is(err, driver.ErrNotFound) {
		t.Errorf("ProveInclusion in nothing = %v, want %v", err, driver.ErrNotFound)
	}
}

// What a store shows beside its log is compared with it.
func TestVerifyCurrent(t *testing.T) {
	log := history(random(1), 60)
	good := newest(log)
	_, verifier := key(t, keyName, 1)
	current := func(shown []driver.Record) error {
		return ledger.Of(tape{records: log, shown: shown}, "acme", verifier).VerifyCurrent(t.Context())
	}
	if err := current(good); err != nil {
		t.Errorf("VerifyCurrent = %v, want nil", err)
	}
	cases := map[string][]driver.Record{
		"one hidden":   good[1:],
		"none":         nil,
		"one twice":    slices.Concat(good[:1], good[:1], good[2:]),
		"one invented": append(slices.Clone(good), sealed(driver.Record{Kind: "risk", ID: "r-900", Rev: 1, Seq: 61})),
	}
	older := slices.IndexFunc(good, func(r driver.Record) bool { return r.Rev > 1 })
	stale := slices.Clone(good)
	stale[older] = log[slices.IndexFunc(log, func(r driver.Record) bool { return r.ID == good[older].ID })]
	cases["an older revision"] = stale
	r := random(5)
	for range 300 {
		shown := slices.Clone(good)
		i := r.IntN(len(shown))
		shown[i] = flip(r, shown[i])
		cases["flipped "+shown[i].ID+" "+cmp.Diff(good[i], shown[i])] = shown
	}
	for name, shown := range cases {
		if err := current(shown); !errors.Is(err, ledger.ErrAltered) {
			t.Errorf("VerifyCurrent with %s = %v, want %v", name, err, ledger.ErrAltered)
		}
	}
}

// failing is a store whose log breaks off.
type failing struct {
	tape

	err error
}

func (s failing) View(_ context.Context, _ string, _ int64, f func(driver.Reader) error) error {
	return f(s)
}

func (s failing) Log(int64) iter.Seq2[driver.Record, error] {
	return func(yield func(driver.Record, error) bool) {
		_ = yield(s.records[0], nil) && yield(driver.Record{}, s.err)
	}
}

// The error of a store comes through, and is never read as a short log.
func TestStoreErrors(t *testing.T) {
	log := history(random(1), 9)
	cp := mustSign(t, logOf(t, log), nil)
	signer, verifier := key(t, keyName, 1)
	l := ledger.Of(failing{tape{records: log}, driver.ErrClosed}, "acme", verifier)
	_, verify := l.Verify(t.Context(), cp)
	_, _, include := l.ProveInclusion(t.Context(), cp, 1)
	_, extend := l.ProveConsistency(t.Context(), cp, cp)
	_, sign := l.Checkpoint(t.Context(), signer, nil)
	for name, err := range map[string]error{
		"Verify": verify, "ProveInclusion": include, "ProveConsistency": extend, "Checkpoint": sign,
		"VerifyCurrent": l.VerifyCurrent(t.Context()),
	} {
		if !errors.Is(err, driver.ErrClosed) || errors.Is(err, ledger.ErrTruncated) {
			t.Errorf("%s = %v, want %v", name, err, driver.ErrClosed)
		}
	}
}

// A store that misses what it has counted says so with ErrNotFound.
func TestMissingEntryIsAnAlteration(t *testing.T) {
	log := history(random(1), 9)
	cp := mustSign(t, logOf(t, log), nil)
	_, verifier := key(t, keyName, 1)
	l := ledger.Of(failing{tape{records: log}, fmt.Errorf("log entry 2: %w", driver.ErrNotFound)}, "acme", verifier)
	if _, err := l.Verify(t.Context(), cp); !errors.Is(err, ledger.ErrAltered) || !errors.Is(err, driver.ErrNotFound) {
		t.Errorf("Verify = %v, want %v", err, ledger.ErrAltered)
	}
}
