package handoff_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/soa/handoff"
)

// The whole way: what was written verifies with the public key alone, and the
// report says what it is.
func TestWriteAndVerify(t *testing.T) {
	a := newAcme(t)
	for _, l := range []lang.Lang{lang.EN, lang.NL} {
		p := a.pack(t, l)
		b := write(t, p)
		if !bytes.Equal(b, write(t, p)) {
			t.Error("the same pack gives other bytes")
		}
		got, err := verify(t, b)
		if err != nil {
			t.Fatalf("Verify = %v, want nil", err)
		}
		if got.Organization != "Acme" || got.Made != p.Made || got.Lang != l || !bytes.Equal(got.Checkpoint, p.Checkpoint) || len(got.Unproven) > 0 {
			t.Errorf("Verify = %+v", got)
		}
		var proven []string
		for _, x := range got.Proven {
			proven = append(proven, x.Record.String())
			if x.At.IsZero() || x.Erased {
				t.Errorf("proven %s = %+v, want its time and contents", x.Record, x)
			}
		}
		slices.Sort(proven)
		want := []string{"control/c-1@1", "document/policy@1", "evidence/e-1@1", "evidence/e-4@1", "organization/acme@1", "risk/r-1@1"}
		// every piece of evidence about A.5.1 is evidence of its row
		for _, id := range []string{"e-2", "e-3", "e-5", "e-6"} {
			want = append(want, "evidence/"+id+"@1")
		}
		slices.Sort(want)
		if diff := cmp.Diff(want, proven); diff != "" {
			t.Errorf("proven records (-want +got)\n%s", diff)
		}
		readByOthers(t, b, got)
		if !bytes.Equal(b, rezip(unzip(b))) {
			t.Error("the ZIP file is not in the form that the tests know")
		}
	}
}

// readByOthers reads a pack with the reader of the standard library.
func readByOthers(t *testing.T, b []byte, want handoff.Report) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	total, files := int64(0), 0
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, in) // compares the checksum
		if err != nil || !f.Mode().IsRegular() || f.Mode().Perm() != 0o644 {
			t.Errorf("%s: %v, mode %v", f.Name, err, f.Mode())
		}
		if !strings.HasPrefix(f.Name, "manifest.") {
			total, files = total+n, files+1
		}
	}
	if total != want.Bytes || files != want.Files {
		t.Errorf("the report counts %d files, %d bytes, want %d, %d", want.Files, want.Bytes, files, total)
	}
}

// What is missing or differs is in the index, in the list that is signed, and in
// the report; a file that no record names stays out.
func TestFilesThatRecordsName(t *testing.T) {
	a := newAcme(t)
	b := write(t, a.pack(t, lang.EN))
	got, err := verify(t, b)
	if err != nil {
		t.Fatal(err)
	}
	link := func(kind, id string) isms.Link { return isms.Link{Kind: kind, ID: id, Rev: 1} }
	want := []handoff.Attached{
		{Record: link("document", "policy"), State: handoff.FileMatches, File: "document/policy/policy.pdf"},
		{Record: link("evidence", "e-1"), State: handoff.FileMatches, File: "evidence/e-1/minutes.txt"},
		{Record: link("evidence", "e-2"), State: handoff.FileUncompared, File: "evidence/e-2/restore--2"},
		{Record: link("evidence", "e-3"), State: handoff.FileDiffers, File: "evidence/e-3/laptop"},
		{Record: link("evidence", "e-4"), State: handoff.FileMissing},
		{Record: link("evidence", "e-5"), State: handoff.FileElsewhere},
		{Record: link("evidence", "e-6"), State: handoff.FileMissing},
	}
	if diff := cmp.Diff(want, got.Attached); diff != "" {
		t.Errorf("attached (-want +got)\n%s", diff)
	}
	files := unzip(b)
	if got := string(find(files, "evidence/e-1/minutes.txt")); got != minutes {
		t.Errorf("the minutes are %q, want %q", got, minutes)
	}
	rows, err := csv.NewReader(bytes.NewReader(find(files, "index.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range want {
		label := want.State.Label(lang.EN)
		if !slices.ContainsFunc(rows, func(r []string) bool { return r[0] == want.File && r[2] == want.Record.String() && r[3] == label }) {
			t.Errorf("index.csv has no line %q, %s, %q", want.File, want.Record, label)
		}
		if page := string(find(files, "index.html")); !strings.Contains(page, label) || !strings.Contains(page, want.Record.String()) {
			t.Errorf("index.html does not tell %s of %s", label, want.Record)
		}
	}
	if bytes.Contains(b, []byte("not part of it")) {
		t.Error("a file that no record names is in the pack")
	}
	// each file but the index and the list itself has a line, with its size
	for _, f := range files {
		if strings.HasPrefix(f.name, "index.") || strings.HasPrefix(f.name, "manifest.") {
			continue
		}
		if !slices.ContainsFunc(rows, func(r []string) bool {
			return r[0] == f.name && r[5] == strings.TrimPrefix(sum(string(f.data)), "sha256:")
		}) {
			t.Errorf("index.csv has no line for %s with its hash", f.name)
		}
	}
}

// The index says in both languages what the pack proves and what not, and never
// that anybody conforms.
func TestIndexClaimsNothing(t *testing.T) {
	a := newAcme(t)
	claim := regexp.MustCompile(`(?i)compliant|certified|conforme|\d ?%`)
	tags := regexp.MustCompile(`(?s)<style>.*?</style>|<[^>]*>`)
	for l, want := range map[lang.Lang][]string{
		lang.EN: {"does not prove", "conforms to a standard. That is for people to judge", "no newer pack", "missing"},
		lang.NL: {"bewijst niet", "aan een norm voldoet. Dat oordeel is aan mensen", "geen nieuwer pakket", "ontbreekt"},
	} {
		page := tags.ReplaceAllString(string(find(unzip(write(t, a.pack(t, l))), "index.html")), " ")
		for _, w := range want {
			if !strings.Contains(page, w) {
				t.Errorf("index in %s does not say %q", l, w)
			}
		}
		if found := claim.FindString(page); found != "" {
			t.Errorf("index in %s says %q", l, found)
		}
	}
}

// A link of the index leads to a file of the pack.
func TestIndexLinksLead(t *testing.T) {
	files := unzip(write(t, newAcme(t).pack(t, lang.EN)))
	n := 0
	for _, m := range regexp.MustCompile(`href="([^"#][^"]*)"`).FindAllStringSubmatch(string(find(files, "index.html")), -1) {
		n++
		if find(files, m[1]) == nil {
			t.Errorf("index.html leads to %s, which is not there", m[1])
		}
	}
	if n < 20 {
		t.Errorf("%d links, want at least 20", n)
	}
}

// Records after the checkpoint, and ones that never were, are not proven and
// said not to be.
func TestUnproven(t *testing.T) {
	a := newAcme(t)
	p := a.pack(t, lang.EN)
	err := a.space.Update(t.Context(), "later", func(tx *isms.Tx) error {
		c, err := isms.Controls(tx).Get("c-1")
		if err != nil {
			return err
		}
		c.How = isms.Plain("by hand")
		return isms.Controls(tx).Put(&c)
	})
	if err != nil {
		t.Fatal(err)
	}
	links := []isms.Link{{Kind: "control", ID: "c-1", Rev: 2}, {Kind: "control", ID: "c-1"}, {Kind: "risk", ID: "r-9", Rev: 1}, {Kind: "risk", ID: "r-9"}}
	if p.Proofs, err = handoff.Prove(t.Context(), a.space, a.log, p.Checkpoint, links); err != nil {
		t.Fatal(err)
	}
	b := write(t, p)
	for _, name := range []string{"index.html", "index.csv"} {
		if !bytes.Contains(find(unzip(b), name), []byte("risk/r-9@1")) {
			t.Errorf("%s does not name risk/r-9@1, which is not proven", name)
		}
	}
	got, err := verify(t, b)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Proven) != 1 || got.Proven[0].Record != (isms.Link{Kind: "control", ID: "c-1", Rev: 1}) {
		t.Errorf("proven = %v, want control/c-1@1: the newest that the checkpoint covers", got.Proven)
	}
	if diff := cmp.Diff([]isms.Link{links[0], links[3], links[2]}, got.Unproven); diff != "" {
		t.Errorf("unproven (-want +got)\n%s", diff)
	}
}

// A checkpoint of another log proves nothing of this one.
func TestProveNeedsTheLogOfTheCheckpoint(t *testing.T) {
	a, b := newAcme(t), newAcme(t)
	p := a.pack(t, lang.EN)
	if _, err := handoff.Prove(t.Context(), b.space, b.log, p.Checkpoint, handoff.RestsOn(a.statement)); err == nil {
		t.Error("Prove with the checkpoint of another log = nil, want an error")
	}
}

// RestsOn finds what drives, what is recorded of controls, and no person.
func TestRestsOn(t *testing.T) {
	links := handoff.RestsOn(newAcme(t).statement)
	for _, want := range []string{"risk/r-1@1", "control/c-1@1", "document/policy@1", "evidence/e-1@1"} {
		if !slices.ContainsFunc(links, func(l isms.Link) bool { return l.String() == want }) {
			t.Errorf("RestsOn has no %s: %v", want, links)
		}
	}
	for _, l := range links {
		if l.Kind == "person" || l.Rev == 0 {
			t.Errorf("RestsOn has %s", l)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	a := newAcme(t)
	signer, _ := key(t, 1)
	doc := report.Document{Title: "x"}
	twice := slices.Concat(a.evidence, a.evidence)
	for name, p := range map[string]struct {
		pack handoff.Pack
		want string
	}{
		"a name with a slash":     {handoff.Pack{Parts: []handoff.Part{{Name: "../soa", Document: doc}}}, "part ../soa"},
		"a name in capitals":      {handoff.Pack{Parts: []handoff.Part{{Name: "SoA", Document: doc}}}, "part SoA"},
		"no name":                 {handoff.Pack{Parts: []handoff.Part{{Document: doc}}}, "part"},
		"a name that Windows has": {handoff.Pack{Parts: []handoff.Part{{Name: "nul", Document: doc}}}, "part nul"},
		"a name twice":            {handoff.Pack{Parts: []handoff.Part{{Name: "soa", Document: doc}, {Name: "soa", Document: doc}}}, "part reports/soa.html"},
		"a record twice":          {handoff.Pack{Evidence: twice, Files: a.files}, "part evidence/e-1/minutes.txt"},
		"a checkpoint of 2 MiB":   {handoff.Pack{Checkpoint: make([]byte, 2<<20)}, "limit ledger/checkpoint"},
		"a record file too large": {handoff.Pack{Checkpoint: []byte("x"), Proofs: []handoff.Proof{{Seq: 1, File: make([]byte, 64<<20+1)}}}, "limit ledger/1.json"},
	} {
		var b bytes.Buffer
		err := handoff.Write(t.Context(), &b, p.pack, signer)
		if got := strings.Join(problems(t, err), ","); got != p.want || b.Len() > 0 {
			t.Errorf("Write with %s = %q after %d bytes, want %q after 0", name, got, b.Len(), p.want)
		}
	}
	if err := handoff.Write(t.Context(), io.Discard, handoff.Pack{Parts: []handoff.Part{{Name: "x"}}}, signer); err == nil {
		t.Error("Write with a document without a title = nil, want an error")
	}
}

// An empty pack is a pack.
func TestEmptyPack(t *testing.T) {
	b := write(t, handoff.Pack{})
	if r, err := verify(t, b); err != nil || r.Files != 2 || r.Checkpoint != nil {
		t.Errorf("Verify = %+v, %v, want two files", r, err)
	}
}

// changing is a directory of one file that is another at each opening.
type changing struct {
	texts []string
	n     int
}

func (c *changing) Open(name string) (fs.File, error) {
	s := c.texts[min(c.n, len(c.texts)-1)]
	c.n++
	if s == "" {
		return nil, fs.ErrNotExist
	}
	return fstest.MapFS{name: {Data: []byte(s)}}.Open(name)
}

// A file that changes while the pack is made ends it; so does one that cannot be
// read, a writer that fails, and the end of the context.
func TestWriteFails(t *testing.T) {
	signer, _ := key(t, 1)
	e := []isms.Evidence{{Common: isms.Common{ID: "e-1", Rev: 1}, Location: "x"}}
	for name, texts := range map[string][]string{
		"other contents": {"one", "two"}, "shorter": {"one", "o"}, "longer": {"one", "one and more"}, "gone": {"one", ""},
	} {
		err := handoff.Write(t.Context(), io.Discard, handoff.Pack{Evidence: e, Files: &changing{texts: texts}}, signer)
		if err == nil {
			t.Errorf("Write with a file that is %s the second time = nil, want an error", name)
		}
	}
	a := newAcme(t)
	p := a.small(t)
	whole := len(write(t, p))
	for _, n := range []int{0, 100, whole / 2, whole - 1} {
		if err := handoff.Write(t.Context(), &limited{n: n}, p, signer); !errors.Is(err, errFull) {
			t.Errorf("Write to a disk of %d bytes = %v, want %v", n, err, errFull)
		}
	}
	p.Files = broken{}
	if err := handoff.Write(t.Context(), io.Discard, p, signer); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("Write of a file that cannot be read = %v, want %v", err, fs.ErrPermission)
	}
}

// A place outside the files is not looked at.
func TestPlacesOutside(t *testing.T) {
	for _, place := range []string{"../x", "/etc/passwd", "a/../../x", "a//b", ".", "c:\\x/../y"} {
		e := isms.Evidence{Common: isms.Common{ID: "e-1", Rev: 1}, Location: place}
		got, err := verify(t, write(t, handoff.Pack{Evidence: []isms.Evidence{e}, Files: broken{}}))
		if err != nil || len(got.Attached) != 1 || got.Attached[0].State != handoff.FileMissing {
			t.Errorf("a file at %s: %+v, %v, want missing", place, got.Attached, err)
		}
	}
}

var errFull = errors.New("disk full")

type limited struct{ n int }

func (l *limited) Write(b []byte) (int, error) {
	if len(b) > l.n {
		return 0, errFull
	}
	l.n -= len(b)
	return len(b), nil
}

type broken struct{}

func (broken) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
}
