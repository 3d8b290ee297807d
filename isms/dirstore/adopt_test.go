package dirstore_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms/dirstore"
	"github.com/ismskit/ismskit/isms/driver"
)

const crmFile = "acme/asset/crm.yaml"

// adopting is a store with one asset, opened with the adopter that calls counts.
func adopting(t *testing.T) (dir string, s driver.Store, calls *int) {
	t.Helper()
	dir, calls = t.TempDir(), new(int)
	s = open(t, dir, &dirstore.Options{Adopt: adopter(calls)})
	put(t, s, draft("asset", "crm", `{"title":"Customers","size":1}`))
	return dir, s, calls
}

func TestEditIsAdopted(t *testing.T) {
	for _, when := range []string{"before an Update", "at the first View after Open", "at the first Update after Open"} {
		t.Run(when, func(t *testing.T) {
			dir, s, calls := adopting(t)
			write(t, dir, crmFile, "# what we sell\nsize: 2 # very large\nrev: 1\nid: crm\n\ntitle: 'Customers'\nkind: asset\nschema: 1\n")
			want := []string{`asset/crm {"title":"Customers","size":1}`, `asset/crm {"size":2,"title":"Customers"}`}
			switch when {
			case "before an Update":
				put(t, s)
			case "at the first Update after Open":
				s = open(t, dir, &dirstore.Options{Adopt: adopter(calls)})
				put(t, s)
			default:
				s = open(t, dir, &dirstore.Options{Adopt: adopter(calls)})
			}
			wantLog(t, s, want...)
			if *calls != 1 {
				t.Errorf("Adopt was called %d times, want once", *calls)
			}
			file := "# what we sell\nsize: 2 # very large\nrev: 2\nid: crm\n\ntitle: 'Customers'\nkind: asset\nschema: 1\n"
			if diff := cmp.Diff(file, read(t, dir, crmFile)); diff != "" {
				t.Errorf("the file (-want +got):\n%s", diff)
			}
			if records := log(t, s); records[1].By != "file:jan" || records[1].Tx != 2 {
				t.Errorf("adopted by %q in %d, want a transaction of file:jan", records[1].By, records[1].Tx)
			}
			put(t, s, draft("asset", "crm", `{"title":"Customers","size":3}`)) // the file is no edit now
			if got := read(t, dir, crmFile); *calls != 1 || got != strings.NewReplacer("size: 2", "size: 3", "rev: 2", "rev: 3").Replace(file) {
				t.Errorf("after an update, with %d calls of Adopt, the file is\n%s", *calls, got)
			}
			wantLog(t, open(t, dir, nil), append(want, `asset/crm {"title":"Customers","size":3}`)...)
		})
	}
}

func TestCommentsAreNoEdit(t *testing.T) {
	dir, s, calls := adopting(t)
	edit(t, dir, crmFile, "kind: asset\n", "# who: sales\nkind: asset # of ours\n")
	put(t, s, draft("asset", "crm", `{"title":"Customers","size":2}`))
	want := "# who: sales\nkind: asset # of ours\nschema: 1\nid: crm\nrev: 2\ntitle: Customers\nsize: 2\n"
	if diff := cmp.Diff(want, read(t, dir, crmFile)); diff != "" || *calls != 0 {
		t.Errorf("Adopt was called %d times, want 0; the file (-want +got):\n%s", *calls, diff)
	}
}

func TestNewFileIsAdopted(t *testing.T) {
	dir, s, _ := adopting(t)
	write(t, dir, "acme/risk/r-1.yaml", "kind: risk\nid: r-1\ntitle: Fire # hot\n")
	put(t, s)
	wantLog(t, s, `asset/crm {"title":"Customers","size":1}`, `risk/r-1 {"title":"Fire"}`)
	want := "kind: risk\nid: r-1\ntitle: Fire # hot\nschema: 1\nrev: 1\n"
	if diff := cmp.Diff(want, read(t, dir, "acme/risk/r-1.yaml")); diff != "" {
		t.Errorf("the file (-want +got):\n%s", diff)
	}
}

// People may begin with files alone.
func TestFilesBeforeRecords(t *testing.T) {
	dir, calls := t.TempDir(), 0
	write(t, dir, crmFile, "kind: asset\nid: crm\ntitle: Customers\n")
	s := open(t, dir, &dirstore.Options{Adopt: adopter(&calls)})
	wantLog(t, s, `asset/crm {"title":"Customers"}`)
}

func TestRemovedFileIsAdopted(t *testing.T) {
	dir, s, _ := adopting(t)
	remove(t, dir, crmFile)
	put(t, s)
	wantLog(t, s, `asset/crm {"title":"Customers","size":1}`, "asset/crm")
	if exists(t, dir, crmFile) {
		t.Error("the removed file is there again")
	}
	write(t, dir, crmFile, "kind: asset\nid: crm\ntitle: Again\n")
	put(t, s)
	if records := log(t, s); records[2].Rev != 3 || records[2].Deleted {
		t.Errorf("made anew: %v, want revision 3", records[2])
	}
}

func TestLogOnlyFileIsAdoptedAndRemoved(t *testing.T) {
	dir, _, calls := adopting(t)
	edit(t, dir, crmFile, "size: 1", "size: 2")
	s := open(t, dir, &dirstore.Options{Adopt: adopter(calls), LogOnly: []string{"asset"}})
	put(t, s)
	wantLog(t, s, `asset/crm {"title":"Customers","size":1}`, `asset/crm {"size":2,"title":"Customers"}`)
	if exists(t, dir, crmFile) {
		t.Error("there is a file of a kind in LogOnly")
	}
	s = open(t, dir, &dirstore.Options{Adopt: adopter(calls)}) // and back: nobody removed it
	put(t, s)
	if !exists(t, dir, crmFile) || len(log(t, s)) != 2 {
		t.Errorf("%d records, want 2 and the file again", len(log(t, s)))
	}
}

// Without Adopt, and in conflicts with it, nothing is written and all files are named.
func TestEditedError(t *testing.T) {
	crm := func(rev, size int) string {
		return fmt.Sprintf("kind: asset\nschema: 1\nid: crm\nrev: %d\ntitle: C\nsize: %d\n", rev, size)
	}
	for _, c := range []struct {
		name     string
		change   func(files map[string]string)
		conflict bool // also with Adopt
		says     []string
	}{
		{"edited", func(f map[string]string) { f[crmFile] = crm(3, 9) }, false, []string{crmFile}},
		{"edited twice", func(f map[string]string) {
			f[crmFile] = crm(3, 9)
			f["acme/asset/new.yaml"] = "kind: asset\nid: new\n"
		}, false, []string{crmFile, "acme/asset/new.yaml"}},
		{"removed", func(f map[string]string) { delete(f, crmFile) }, false, []string{crmFile}},
		{"new", func(f map[string]string) { f["acme/risk/r.yaml"] = "kind: risk\nid: r\n" }, false, []string{"acme/risk/r.yaml"}},
		{"stale", func(f map[string]string) { f[crmFile] = crm(2, 9) }, true, []string{crmFile, "revision 2", "at 3"}},
		{"an old revision put back", func(f map[string]string) { f[crmFile] = crm(2, 2) }, true, []string{crmFile, "revision 2"}},
		{"revision left out", func(f map[string]string) { f[crmFile] = "kind: asset\nid: crm\n" }, true, []string{crmFile, "no revision"}},
		{"revision of the future", func(f map[string]string) { f[crmFile] = crm(4, 9) }, true, []string{crmFile, "revision 4"}},
		{"deleted entity put back", func(f map[string]string) {
			f["acme/asset/gone.yaml"] = "kind: asset\nschema: 1\nid: gone\nrev: 1\n"
		}, true, []string{"acme/asset/gone.yaml", "deleted in revision 2"}},
		{"revision of nothing", func(f map[string]string) {
			f["acme/asset/new.yaml"] = "kind: asset\nid: new\nrev: 1\n"
		}, true, []string{"acme/asset/new.yaml", "never was"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, calls := t.TempDir(), 0
			s := open(t, dir, nil)
			put(t, s, draft("asset", "crm", `{"title":"C","size":1}`), draft("asset", "gone", `{}`))
			put(t, s, draft("asset", "crm", `{"title":"C","size":2}`), draft("asset", "gone", ""))
			put(t, s, draft("asset", "crm", `{"title":"C","size":3}`))
			change(t, dir, c.change)
			before := tree(t, dir)
			check := func(call string, err error) {
				t.Helper()
				wantEdited(t, call, err, c.says...)
				if errors.Is(err, driver.ErrConflict) != c.conflict {
					t.Errorf("%s = %v, is a conflict %t, want %t", call, err, !c.conflict, c.conflict)
				}
				if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
					t.Errorf("files after %s (-want +got):\n%s", call, diff)
				}
			}
			check("Update", tryPut(t, s, draft("risk", "other", `{}`)))
			s = open(t, dir, nil)
			check("the first View", s.View(t.Context(), "acme", driver.Latest, func(driver.Reader) error { return nil }))
			if c.conflict {
				s = open(t, dir, &dirstore.Options{Adopt: adopter(&calls)})
				check("Update with Adopt", tryPut(t, s, draft("risk", "other", `{}`)))
				if calls != 0 {
					t.Errorf("Adopt was called %d times for a conflict, want 0", calls)
				}
			}
		})
	}
}

// Files that are a mistake are named, with Adopt or without.
func TestBadFiles(t *testing.T) {
	for _, c := range []struct{ name, file, content, says string }{
		{"no YAML", crmFile, "kind: asset\nid: crm\n  x: [\n", crmFile + ":"},
		{"empty", crmFile, "", crmFile},
		{"a list", crmFile, "- kind: asset\n", "want kind, id"},
		{"another's id", "acme/asset/copy.yaml", "kind: asset\nid: crm\nrev: 1\n", `want "copy"`},
		{"another kind", "acme/risk/crm.yaml", "kind: asset\nid: crm\n", `want "risk"`},
		{"no kind", "acme/asset/new.yaml", "id: new\n", `kind is ""`},
		{"a revision in words", crmFile, "kind: asset\nid: crm\nrev: one\n", crmFile + ":3"},
		{"a negative revision", crmFile, "kind: asset\nid: crm\nrev: -1\n", "rev is -1"},
		{"capitals", "acme/asset/New.yaml", "kind: asset\nid: New\n", "acme/asset/New.yaml"},
		{"a kind in capitals", "acme/Asset/new.yaml", "kind: asset\nid: new\n", "acme/Asset/new.yaml"},
		{"the other ending", "acme/asset/new.yml", "kind: asset\nid: new\n", "acme/asset/new.yml"},
		{"a directory", "acme/asset/new.yaml/x", "", "regular"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, s, calls := adopting(t)
			write(t, dir, c.file, c.content)
			err := tryPut(t, s, draft("risk", "other", `{}`))
			wantEdited(t, "Update", err, c.says)
			if *calls != 0 || len(log(t, s)) != 1 {
				t.Errorf("Adopt was called %d times and there are %d records, want 0 and 1", *calls, len(log(t, s)))
			}
		})
	}
}

// What is no YAML file is somebody's own.
func TestOtherFilesAreLeft(t *testing.T) {
	dir, s, _ := adopting(t)
	for _, name := range []string{"README.md", "acme/README.md", "acme/asset/notes.txt", "acme/asset/.hidden.yaml", "acme/_x/a.yaml", "acme/.git/a.yaml", "docs/x.yaml"} {
		write(t, dir, name, "mine")
	}
	put(t, s, draft("asset", "crm", `{}`))
	for name, content := range tree(t, dir) {
		if content == "mine" {
			continue
		}
		if strings.HasSuffix(name, "x.yaml") || strings.HasSuffix(name, ".md") {
			t.Errorf("%s = %q, want it left alone", name, content)
		}
	}
	if len(log(t, s)) != 2 {
		t.Errorf("%d records, want 2", len(log(t, s)))
	}
}

// An Adopt that fails writes nothing and keeps the edit.
func TestAdoptFails(t *testing.T) {
	dir := t.TempDir()
	put(t, open(t, dir, nil), draft("asset", "crm", `{"size":1}`))
	edit(t, dir, crmFile, "size: 1", "size: 2")
	errOwn := errors.New("no such owner")
	s := open(t, dir, &dirstore.Options{Adopt: func(w driver.Writer, _ []driver.Edit) error {
		return errors.Join(appendDrafts(w, "file:jan", "", draft("asset", "crm", `{"size":2}`)), errOwn)
	}})
	before := tree(t, dir)
	wantErr(t, "Update", tryPut(t, s, draft("risk", "r", `{}`)), errOwn)
	if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

// An edit made while a transaction runs is neither lost nor adopted over.
func TestEditDuringUpdate(t *testing.T) {
	dir, s, calls := adopting(t)
	err := s.Update(t.Context(), "acme", func(w driver.Writer) error {
		edit(t, dir, crmFile, "size: 1", "size: 77")
		return appendDrafts(w, "person:jan", "", draft("asset", "crm", `{"size":2}`))
	})
	if err != nil {
		t.Fatalf("Update = %v, want nil", err)
	}
	if got := read(t, dir, crmFile); !strings.Contains(got, "size: 77") {
		t.Errorf("the edited file was overwritten:\n%s", got)
	}
	err = tryPut(t, s)
	wantEdited(t, "the next Update", err, crmFile, "revision 1")
	wantErr(t, "the next Update", err, driver.ErrConflict)
	if *calls != 0 {
		t.Errorf("Adopt was called %d times, want 0", *calls)
	}
}

// An edit that changes neither the size nor the time of the file, as within one
// tick of a coarse clock, is found all the same.
func TestEditWithinOneTick(t *testing.T) {
	dir, s, calls := adopting(t)
	path := dir + "/" + crmFile
	mark, err := os.Stat(dir + "/acme/_projected.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, time.Time{}, mark.ModTime()); err != nil {
		t.Fatal(err)
	}
	put(t, s) // takes note of the file as it is
	edit(t, dir, crmFile, "size: 1", "size: 2")
	if err := os.Chtimes(path, time.Time{}, mark.ModTime()); err != nil {
		t.Fatal(err)
	}
	put(t, s)
	if len(log(t, s)) != 2 || *calls != 1 {
		t.Errorf("%d records and %d calls of Adopt, want 2 and 1", len(log(t, s)), *calls)
	}
}
