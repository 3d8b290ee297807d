package dirstore_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms/dirstore"
	"github.com/ismskit/ismskit/isms/driver"
)

// A program that stops between the commit and the files leaves the log as it is
// afterwards, and any of the other files as it was before. The next one makes
// the files good, and takes nothing for an edit.
func TestStopAfterCommit(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, nil)
	put(t, s, draft("asset", "crm", `{"n":1}`), draft("asset", "gone", `{}`), draft("asset", "same", `{}`))
	edit(t, dir, crmFile, "kind", "# mine\nkind")
	put(t, s)
	before := tree(t, dir)
	put(t, s, draft("asset", "crm", `{"n":2}`), draft("asset", "gone", ""), draft("asset", "new", `{}`), draft("risk", "r", `{}`))
	after := tree(t, dir)
	files := []string{crmFile, "acme/asset/gone.yaml", "acme/asset/new.yaml", "acme/risk/r.yaml"}
	for mask := range 1 << len(files) {
		t.Run(fmt.Sprintf("files %04b", mask), func(t *testing.T) {
			dir := copyTo(t, dir)
			undo := func(name string) {
				if old, was := before[name]; was {
					write(t, dir, name, old)
				} else {
					remove(t, dir, name)
				}
			}
			undo("acme/_projected.json")
			for i, name := range files {
				if mask>>i&1 == 1 {
					undo(name)
				}
			}
			write(t, dir, "acme/asset/.crm.yaml.tmp", "half a fi")
			calls := 0
			s := open(t, dir, &dirstore.Options{Adopt: adopter(&calls)})
			if got := len(log(t, s)); got != 7 || calls != 0 {
				t.Errorf("%d records and %d calls of Adopt, want 7 and 0", got, calls)
			}
			put(t, s)
			if diff := cmp.Diff(after, tree(t, dir)); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
}

// What somebody edited after such a stop is a conflict, not a leftover.
func TestEditAfterStop(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, nil)
	put(t, s, draft("asset", "crm", `{"size":1}`))
	before := tree(t, dir)
	put(t, s, draft("asset", "crm", `{"size":2}`))
	write(t, dir, "acme/_projected.json", before["acme/_projected.json"])
	write(t, dir, crmFile, strings.Replace(before[crmFile], "size: 1", "size: 7", 1))
	err := tryPut(t, open(t, dir, nil))
	wantEdited(t, "Update", err, crmFile, "revision 1")
	if got := read(t, dir, crmFile); !strings.Contains(got, "size: 7") {
		t.Errorf("the edited file was overwritten:\n%s", got)
	}
}

// The same between the commit of an adopted edit and the files.
func TestStopAfterAdoption(t *testing.T) {
	dir, s, calls := adopting(t)
	edit(t, dir, crmFile, "size: 1", "size: 0x10 # a text to us\nempty: []")
	write(t, dir, "acme/asset/new.yaml", "kind: asset\nid: new\n")
	edited := tree(t, dir)
	put(t, s)
	after := tree(t, dir)
	for _, name := range []string{crmFile, "acme/asset/new.yaml", "acme/_projected.json"} {
		write(t, dir, name, edited[name])
	}
	*calls = 0
	s = open(t, dir, &dirstore.Options{Adopt: adopter(calls)})
	put(t, s)
	if diff := cmp.Diff(after, tree(t, dir)); diff != "" || *calls != 0 {
		t.Errorf("Adopt was called %d times, want 0; files (-want +got):\n%s", *calls, diff)
	}
}

// A clone without _projected.json gets its missing files again; with it, a
// missing file is a deletion.
func TestMissingFiles(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, nil)
	put(t, s, draft("asset", "crm", `{}`))
	want := tree(t, dir)
	remove(t, dir, "acme/_projected.json")
	remove(t, dir, crmFile)
	s = open(t, dir, nil)
	wantLog(t, s, "asset/crm {}")
	if diff := cmp.Diff(want, tree(t, dir)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestLeftovers(t *testing.T) {
	dir := t.TempDir()
	put(t, open(t, dir, nil), draft("asset", "crm", `{}`))
	want := tree(t, dir)
	for _, name := range []string{"acme/_log/.00000000000000000002.jsonl.tmp", "acme/asset/.x.yaml.tmp", "acme/._projected.json.tmp"} {
		write(t, dir, name, "half a fi")
	}
	s := open(t, dir, nil)
	wantLog(t, s, "asset/crm {}")
	put(t, s)
	if diff := cmp.Diff(want, tree(t, dir)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

// Any bit of the log that flips, and any byte that is missing, is found.
func TestDamage(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, nil)
	put(t, s, draft("asset", "crm", `{"n":1}`), draft("blob", "b", "\x00"))
	name := log1
	good := read(t, dir, name)
	check := func(what, bad string) {
		t.Helper()
		write(t, dir, name, bad)
		s, err := dirstore.Open(dir, nil)
		if err != nil {
			t.Fatalf("Open() = %v, want nil", err)
		}
		defer s.Close()
		err = s.View(t.Context(), "acme", driver.Latest, func(driver.Reader) error { return nil })
		wantErr(t, "View of a log with "+what, err, dirstore.ErrDamaged, name+":")
		if got := read(t, dir, name); got != bad {
			t.Fatalf("the damaged file was changed")
		}
	}
	for i := range len(good) {
		flipped := []byte(good)
		flipped[i] ^= 1 << (i % 8)
		check(fmt.Sprintf("bit %d of byte %d flipped", i%8, i), string(flipped))
		check(fmt.Sprintf("%d of %d bytes", i, len(good)), good[:i])
	}
	check("a second end", good+"\n")
	check("its content twice", good+good)
	check("CRLF", strings.ReplaceAll(good, "\n", "\r\n"))
	lines := strings.SplitAfter(good, "\n")
	check("a line gone", strings.Join(append(lines[:1:1], lines[2:]...), ""))
	for line, bad := range map[int]string{2: lines[0] + "x" + strings.Join(lines[1:], ""), 4: strings.Join(lines[:3], "")} {
		write(t, dir, name, bad)
		s := open(t, dir, nil)
		err := s.View(t.Context(), "acme", driver.Latest, func(driver.Reader) error { return nil })
		wantErr(t, "View", err, dirstore.ErrDamaged, fmt.Sprintf("%s:%d:", name, line))
	}
}

// What a damaged program might seal is refused too.
func TestForged(t *testing.T) {
	for _, c := range []struct{ name, old, by, says string }{
		{"the data of another digest", `"data":{"n":1}`, `"data":{"n":2}`, "digest"},
		{"an author of another digest", `person:jan`, `person:eve`, "digest"},
		{"a path for an id", `"id":"crm"`, `"id":"../crm"`, `"../crm"`},
		{"a path for a kind", `"kind":"asset"`, `"kind":"_log"`, `"_log"`},
		{"another seq", `{"seq":1`, `{"seq":2`, "seq is 2"},
		{"another revision", `"rev":1`, `"rev":2`, "revision 2"},
		{"an unknown field", `"rev":1`, `"rev":1,"red":1`, "red"},
		{"two data", `"data":{"n":1}`, `"base64":"eA==","data":{"n":1}`, "either"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, open(t, dir, nil), draft("asset", "crm", `{"n":1}`))
			edit(t, dir, log1, c.old, c.by)
			body, _, _ := strings.Cut(read(t, dir, log1), `{"sha256"`)
			write(t, dir, log1, fmt.Sprintf("%s{\"sha256\":\"%x\"}\n", body, sha256.Sum256([]byte(body))))
			s := open(t, dir, nil)
			err := s.View(t.Context(), "acme", driver.Latest, func(driver.Reader) error { return nil })
			wantErr(t, "View", err, dirstore.ErrDamaged, log1+":2:", c.says)
			if errors.Is(err, driver.ErrConflict) {
				t.Errorf("View = %v, want no conflict", err)
			}
		})
	}
}

func TestHoles(t *testing.T) {
	const log2, log3 = "acme/_log/00000000000000000002.jsonl", "acme/_log/00000000000000000003.jsonl"
	for _, c := range []struct {
		name   string
		change func(files map[string]string)
		says   string
	}{
		{"a file is missing", func(f map[string]string) { delete(f, log2) }, "hole"},
		{"the first is missing", func(f map[string]string) { delete(f, log1) }, log2},
		{"records are in two files", func(f map[string]string) { f[log1] += f[log2] }, log2},
		{"a file has another's records", func(f map[string]string) { f[log2] = f[log3] }, log2},
		{"a copy", func(f map[string]string) { f["acme/_log/2 (copy).jsonl"] = f[log2] }, "2 (copy).jsonl"},
		{"files are no state", func(f map[string]string) { f["acme/_projected.json"] = "<<<<<<<" }, "acme/_projected.json"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, dir, nil)
			for i := range 3 {
				put(t, s, draft("asset", "crm", fmt.Sprintf(`{"n":%d}`, i)))
			}
			change(t, dir, c.change)
			before := tree(t, dir)
			s = open(t, dir, nil)
			for range 2 {
				err := s.View(t.Context(), "acme", driver.Latest, func(driver.Reader) error { return nil })
				wantErr(t, "View", err, dirstore.ErrDamaged, c.says)
				wantErr(t, "Update", tryPut(t, s, draft("asset", "x", `{}`)), dirstore.ErrDamaged, c.says)
			}
			if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
}
