package dirstore_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/internal/yamljson"
	"github.com/ismskit/ismskit/isms/dirstore"
	"github.com/ismskit/ismskit/isms/driver"
)

func open(tb testing.TB, dir string, opt *dirstore.Options) driver.Store {
	tb.Helper()
	s, err := dirstore.Open(dir, opt)
	if err != nil {
		tb.Fatalf("Open() = %v, want nil", err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

// draft is a record but for what its place in the log decides; without data it
// is a deletion.
func draft(kind, id, data string) driver.Record {
	return driver.Record{Kind: kind, ID: id, Schema: 1, Data: []byte(data), Deleted: data == ""}
}

// put appends drafts in a transaction of their own.
func put(tb testing.TB, s driver.Store, drafts ...driver.Record) {
	tb.Helper()
	if err := tryPut(tb, s, drafts...); err != nil {
		tb.Fatalf("Update() = %v, want nil", err)
	}
}

func tryPut(tb testing.TB, s driver.Store, drafts ...driver.Record) error {
	tb.Helper()
	return s.Update(tb.Context(), "acme", func(w driver.Writer) error { return appendDrafts(w, "person:jan", "a note", drafts...) })
}

func appendDrafts(w driver.Writer, by, note string, drafts ...driver.Record) error {
	head, _, err := w.Head()
	if err != nil {
		return err
	}
	tx := head + int64(len(drafts))
	for i, r := range drafts {
		stored, err := w.Get(r.Kind, r.ID)
		if err != nil && !errors.Is(err, driver.ErrNotFound) {
			return err
		}
		r.Rev, r.Seq, r.Tx, r.By, r.Note = stored.Rev+1, head+int64(i)+1, tx, by, note
		r.At = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(tx) * time.Minute)
		r.Salt = []byte("fixed salt")
		r.Digest = driver.Sum(r)
		if err := w.Append(r); err != nil {
			return err
		}
	}
	return nil
}

// adopter takes over edits as isms does, but knows no types. It counts calls.
func adopter(calls *int) driver.Adopt {
	return func(w driver.Writer, edits []driver.Edit) error {
		*calls++
		var drafts []driver.Record
		for _, e := range edits {
			if e.Deleted {
				drafts = append(drafts, draft(e.Kind, e.ID, ""))
				continue
			}
			doc, err := yamljson.Parse(e.Path, e.Content)
			if err != nil {
				return err
			}
			fields := map[string]json.RawMessage{}
			if err := doc.Decode(&fields); err != nil {
				return err
			}
			for _, name := range []string{"kind", "schema", "id", "rev"} {
				delete(fields, name)
			}
			data, err := yamljson.MarshalJSON(fields)
			if err != nil {
				return err
			}
			drafts = append(drafts, draft(e.Kind, e.ID, string(data)))
		}
		return appendDrafts(w, "file:jan", "edited by hand", drafts...)
	}
}

// log is all the records of acme.
func log(tb testing.TB, s driver.Store) []driver.Record {
	tb.Helper()
	var all []driver.Record
	err := s.View(tb.Context(), "acme", driver.Latest, func(r driver.Reader) error {
		for rec, err := range r.Log(0) {
			if err != nil {
				return err
			}
			all = append(all, rec)
		}
		return nil
	})
	if err != nil {
		tb.Fatalf("View() = %v, want nil", err)
	}
	return all
}

// brief is a log as text: kind/id@rev data.
func brief(records []driver.Record) string {
	var lines []string
	for _, r := range records {
		lines = append(lines, strings.TrimSpace(r.Kind+"/"+r.ID+" "+string(r.Data)))
	}
	return strings.Join(lines, "\n")
}

func wantLog(tb testing.TB, s driver.Store, want ...string) {
	tb.Helper()
	if diff := cmp.Diff(strings.Join(want, "\n"), brief(log(tb, s))); diff != "" {
		tb.Errorf("log (-want +got):\n%s", diff)
	}
}

func write(tb testing.TB, dir, name, content string) {
	tb.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		tb.Fatal(err)
	}
}

func read(tb testing.TB, dir, name string) string {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		tb.Fatal(err)
	}
	return string(data)
}

func exists(tb testing.TB, dir, name string) bool {
	tb.Helper()
	_, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(name)))
	return !errors.Is(err, fs.ErrNotExist)
}

func remove(tb testing.TB, dir, name string) {
	tb.Helper()
	if err := os.Remove(filepath.Join(dir, filepath.FromSlash(name))); err != nil {
		tb.Fatal(err)
	}
}

// edit replaces text in a file, as a person does.
func edit(tb testing.TB, dir, name, old, by string) {
	tb.Helper()
	content := read(tb, dir, name)
	if !strings.Contains(content, old) {
		tb.Fatalf("%s has no %q:\n%s", name, old, content)
	}
	write(tb, dir, name, strings.Replace(content, old, by, 1))
}

// tree is every file of a store with its content.
func tree(tb testing.TB, dir string) map[string]string {
	tb.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files[name] = read(tb, dir, name)
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return files
}

// change makes a store hold the files that f makes of what it has.
func change(tb testing.TB, dir string, f func(files map[string]string)) {
	tb.Helper()
	before := tree(tb, dir)
	after := maps.Clone(before)
	f(after)
	for name := range before {
		if _, stays := after[name]; !stays {
			remove(tb, dir, name)
		}
	}
	for name, content := range after {
		if old, was := before[name]; !was || old != content {
			write(tb, dir, name, content)
		}
	}
}

// copyTo makes a second store of the same files.
func copyTo(tb testing.TB, dir string) string {
	tb.Helper()
	to := tb.TempDir()
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		tb.Fatal(err)
	}
	return to
}

func wantErr(tb testing.TB, call string, err, want error, texts ...string) {
	tb.Helper()
	if !errors.Is(err, want) {
		tb.Errorf("%s = %v, want %v", call, err, want)
		return
	}
	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			tb.Errorf("%s = %v, want it to say %q", call, err, text)
		}
	}
}

func wantEdited(tb testing.TB, call string, err error, texts ...string) {
	tb.Helper()
	bad, ok := errors.AsType[*dirstore.EditedError](err)
	if !ok {
		tb.Errorf("%s = %v, want an EditedError", call, err)
		return
	}
	for _, text := range texts {
		if !slices.ContainsFunc(bad.Files, func(f dirstore.FileError) bool { return bytes.Contains([]byte(f.Error()), []byte(text)) }) {
			tb.Errorf("%s = %v, want it to say %q", call, err, text)
		}
	}
}
