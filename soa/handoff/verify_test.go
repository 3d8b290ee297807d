package handoff_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/soa/handoff"
)

// Any byte of a pack matters, of its files as of what holds them together, and
// what is said names the file. A usual run flips a bit of some bytes in the contents
// and of more around them; of all with ISMSKIT_SOAK=1.
func TestFlips(t *testing.T) {
	p := newAcme(t).small(t)
	p.Proofs = p.Proofs[:2]
	b := write(t, p)
	inside := map[int]string{} // the file of each place that is in the contents of one
	at := 0
	for _, f := range unzip(b) {
		at += 30 + len(f.name)
		for i := range f.data {
			inside[at+i] = f.name
		}
		at += len(f.data)
	}
	const endSize = 22 // the end of a ZIP file, all of which is flipped
	within, around := 151, 17
	if os.Getenv("ISMSKIT_SOAK") != "" {
		within, around = 1, 1
	}
	flips := 0
	for i := range b {
		name, contents := inside[i]
		if contents && i%within != 0 || !contents && i%around != 0 && i < len(b)-endSize {
			continue
		}
		flips++
		bit := byte(1) << (i % 8)
		b[i] ^= bit
		_, err := verify(t, b)
		b[i] ^= bit
		switch found := problems(t, err); {
		case len(found) == 0:
			t.Errorf("Verify with a flip at %d, %q = nil, want a problem", i, name)
		case contents && !slices.ContainsFunc(found, func(s string) bool { return strings.HasSuffix(s, " "+name) }):
			t.Errorf("Verify with a flip in %s = %v, want it named", name, found)
		}
	}
	if _, err := verify(t, b); err != nil || flips < 150 {
		t.Errorf("Verify after %d flips = %v, want nil after 150 at least", flips, err)
	}
	t.Logf("%d flips in a pack of %d bytes", flips, len(b))
}

// Each way to change the files of a pack shows, by the name of what is wrong.
// The forged packs are of the right form, so that only the signed list tells.
func TestForgedPacks(t *testing.T) {
	a := newAcme(t)
	p := a.small(t)
	b := write(t, p)
	older := unzip(b)
	p.Made = isms.Day(2026, 4, 1)
	p.Evidence = p.Evidence[1:]
	now := write(t, p)
	files := func() []zipped { return unzip(now) }
	at := func(list []zipped, name string) int {
		return slices.IndexFunc(list, func(f zipped) bool { return f.name == name })
	}
	const e2, e3 = "evidence/e-2/restore--2", "evidence/e-3/laptop"
	for name, c := range map[string]struct {
		forge func([]zipped) []zipped
		want  string
	}{
		"nothing": {func(f []zipped) []zipped { return f }, ""},
		"contents swapped": {func(f []zipped) []zipped {
			i, j := at(f, e2), at(f, e3)
			f[i].data, f[j].data = f[j].data, f[i].data
			return f
		}, "altered " + e2 + ", altered " + e3},
		"places swapped": {func(f []zipped) []zipped {
			i, j := at(f, e2), at(f, e3)
			f[i], f[j] = f[j], f[i]
			return f
		}, "order"},
		"a file added": {func(f []zipped) []zipped {
			return append(f, zipped{"evidence/e-9/new.pdf", []byte("x")})
		}, "extra evidence/e-9/new.pdf"},
		"a file removed": {func(f []zipped) []zipped {
			i := at(f, e2)
			return slices.Delete(f, i, i+1)
		}, "missing " + e2},
		"a file renamed": {func(f []zipped) []zipped {
			f[at(f, e2)].name = "evidence/e-2/better"
			return f
		}, "missing " + e2 + ", extra evidence/e-2/better"},
		"a file twice": {func(f []zipped) []zipped {
			return append(f, zipped{e2, []byte("x")})
		}, "twice " + e2},
		"an older list": {func(f []zipped) []zipped {
			f[at(f, "manifest.json")].data = find(older, "manifest.json")
			return f
		}, "manifest manifest.json"},
		"an older signature": {func(f []zipped) []zipped {
			f[at(f, "manifest.note")].data = find(older, "manifest.note")
			return f
		}, "manifest manifest.json"},
		"an older list and its signature": {func(f []zipped) []zipped {
			f[at(f, "manifest.json")].data = find(older, "manifest.json")
			f[at(f, "manifest.note")].data = find(older, "manifest.note")
			return f
		}, "altered index.html, altered index.csv, missing evidence/e-1/minutes.txt"},
		"no list": {func(f []zipped) []zipped {
			i := at(f, "manifest.json")
			return slices.Delete(f, i, i+1)
		}, "missing manifest.json"},
		"no signature": {func(f []zipped) []zipped {
			i := at(f, "manifest.note")
			return slices.Delete(f, i, i+1)
		}, "missing manifest.note"},
		"a checkpoint for a signature": {func(f []zipped) []zipped {
			f[at(f, "manifest.note")].data = find(f, "ledger/checkpoint")
			return f
		}, "manifest manifest.json"},
		"a signature written otherwise": {func(f []zipped) []zipped { // base64 has two bits to spare at its end
			note := f[at(f, "manifest.note")].data
			i := bytes.LastIndexByte(note, '=') - 1
			note[i]++ // the bits were 0: an even place in the alphabet of base64
			if note[i] == 'Z'+1 || note[i] == 'z'+1 || note[i] == '9'+1 {
				t.Fatal("the last sign is not one with bits to spare")
			}
			return f
		}, "signature manifest.note"},
		"a signature of somebody else beside it": {func(f []zipped) []zipped {
			i := at(f, "manifest.note")
			f[i].data = append(f[i].data, "\u2014 other.example AAAAAAAA\n"...)
			return f
		}, "signature manifest.note"},
		"nothing but a signature and its list": {func(f []zipped) []zipped {
			return f[at(f, "manifest.json"):]
		}, "missing"},
		"no files": {func([]zipped) []zipped { return nil }, "missing manifest.json, missing manifest.note"},
	} {
		_, err := verify(t, rezip(c.forge(files())))
		found := problems(t, err)
		got := strings.Join(found, ", ")
		if c.want == "missing" {
			if len(found) < 10 || !slices.Contains(found, "missing index.html") {
				t.Errorf("Verify with %s = %q, want every file missing", name, got)
			}
			continue
		}
		slices.Sort(found)
		want := strings.Split(c.want, ", ")
		slices.Sort(want)
		if got != "" && !slices.Equal(found, want) || (got == "") != (c.want == "") {
			t.Errorf("Verify with %s = %q, want %q", name, got, c.want)
		}
	}
	// the older pack as a whole is a pack: only its day tells
	if r, err := verify(t, b); err != nil || r.Made != isms.Day(2026, 3, 2) {
		t.Errorf("Verify of the older pack = %v, %v, want its own day", r.Made, err)
	}
}

// Each file of a pack, changed, cut, emptied, gone or doubled.
func TestEveryFileMatters(t *testing.T) {
	p := newAcme(t).pack(t, lang.NL)
	p.Proofs = p.Proofs[:2]
	b := write(t, p)
	n := len(unzip(b))
	for i := range n {
		for name, change := range map[string]func([]zipped) []zipped{
			"a byte more": func(f []zipped) []zipped { f[i].data = append(f[i].data, '\n'); return f },
			"a byte less": func(f []zipped) []zipped { f[i].data = f[i].data[:len(f[i].data)-1]; return f },
			"nothing":     func(f []zipped) []zipped { f[i].data = nil; return f },
			"removed":     func(f []zipped) []zipped { return slices.Delete(f, i, i+1) },
			"doubled":     func(f []zipped) []zipped { return append(f, f[i]) },
			"of the next": func(f []zipped) []zipped { f[i].data = f[(i+1)%n].data; return f },
		} {
			files := change(unzip(b))
			file := unzip(b)[i].name
			_, err := verify(t, rezip(files))
			// the list and its signature speak for each other
			found := strings.Join(problems(t, err), ", ")
			if strings.HasPrefix(file, "manifest.") {
				file = "manifest."
			}
			if !strings.Contains(found, file) {
				t.Errorf("Verify with %s %s = %q, want it named", file, name, found)
			}
		}
	}
}

// A pack is not accepted under another key, nor under a key of the same name.
func TestOtherKey(t *testing.T) {
	b := write(t, newAcme(t).small(t))
	_, other := key(t, 2)
	_, err := handoff.Verify(t.Context(), bytes.NewReader(b), int64(len(b)), other)
	if got := strings.Join(problems(t, err), ", "); got != "signature manifest.note" {
		t.Errorf("Verify under another key = %q, want signature manifest.note", got)
	}
	// a problem has a text in each language that names the key
	var p *isms.ProblemError
	if errors.As(err, &p) && !strings.Contains(p.Problems[0].Text(lang.NL), "niet ondertekend met de sleutel "+keyName) {
		t.Errorf("the problem in Dutch is %q", p.Problems[0].Text(lang.NL))
	}
}

// Who signs a list with proofs that do not hold, or that says of a file what its
// proven record does not, is found out.
func TestSignedButWrong(t *testing.T) {
	a := newAcme(t)
	for name, c := range map[string]struct {
		change func(*handoff.Pack)
		want   string
	}{
		"a proof of another record": {func(p *handoff.Pack) { p.Proofs[0].Text = p.Proofs[1].Text }, "proof ledger/"},
		"an altered record": {func(p *handoff.Pack) {
			p.Proofs[0].File = bytes.Replace(p.Proofs[0].File, []byte("we want it"), []byte("we need it"), 1)
		}, "proof ledger/"},
		"another record under a name": {func(p *handoff.Pack) { p.Proofs[0].Record.Rev = 7 }, "proof ledger/"},
		"a record in another place":   {func(p *handoff.Pack) { p.Proofs[0].Seq = 99 }, "proof ledger/99.json"},
		"a checkpoint of nobody":      {func(p *handoff.Pack) { p.Checkpoint = []byte("x\n") }, "proof ledger/"},
		"a hash that the record has not": {func(p *handoff.Pack) {
			p.Evidence = slices.Clone(p.Evidence)
			p.Evidence[2].Hash = sum("another text\n") // it is e-3, whose file differs
		}, "attachment evidence/e-3/laptop"},
	} {
		p := a.small(t)
		p.Proofs = slices.Clone(p.Proofs)
		c.change(&p)
		_, err := verify(t, write(t, p))
		if found := strings.Join(problems(t, err), ", "); !strings.HasPrefix(found, c.want) {
			t.Errorf("Verify with %s = %q, want %q", name, found, c.want)
		}
	}
}

// What a reader reports, and the end of a context, come through as they are.
func TestVerifyFails(t *testing.T) {
	p := newAcme(t).small(t)
	b := write(t, p)
	_, verifier := key(t, 1)
	for limit := 0; limit < len(b); limit += len(b) / 40 {
		_, err := handoff.Verify(t.Context(), badDisk{b, int64(limit)}, int64(len(b)), verifier)
		if !errors.Is(err, errDisk) {
			t.Errorf("Verify of a disk that fails at %d = %v, want %v", limit, err, errDisk)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := handoff.Verify(ctx, bytes.NewReader(b), int64(len(b)), verifier); !errors.Is(err, context.Canceled) {
		t.Errorf("Verify with a context that ended = %v, want %v", err, context.Canceled)
	}
	signer, _ := key(t, 1)
	if err := handoff.Write(ctx, io.Discard, p, signer); !errors.Is(err, context.Canceled) {
		t.Errorf("Write with a context that ended = %v, want %v", err, context.Canceled)
	}
	if _, err := handoff.Verify(t.Context(), bytes.NewReader(b[:100]), int64(len(b)), verifier); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("Verify of a file shorter than it says = %v, want %v", err, io.ErrUnexpectedEOF)
	}
}

var errDisk = errors.New("read error")

// badDisk fails for what comes after a place, but not at its very end.
type badDisk struct {
	b  []byte
	at int64
}

func (d badDisk) ReadAt(p []byte, off int64) (int, error) {
	if off <= d.at && d.at < off+int64(len(p)) {
		return 0, errDisk
	}
	return bytes.NewReader(d.b).ReadAt(p, off)
}

// Many problems are no burden: their number is bounded by the directory.
func TestManyProblems(t *testing.T) {
	files := unzip(write(t, newAcme(t).small(t)))
	for i := range 20_000 {
		files = append(files, zipped{fmt.Sprintf("x/%d", i), nil})
	}
	_, err := verify(t, rezip(files))
	if n := len(problems(t, err)); n != 20_000 {
		t.Errorf("%d problems, want 20000", n)
	}
	if diff := cmp.Diff("extra x/0", problems(t, err)[0]); diff != "" {
		t.Error(diff)
	}
}
