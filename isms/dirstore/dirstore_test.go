package dirstore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms/dirstore"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/storetest"
)

func TestStore(t *testing.T) {
	// The thousands of records of one check are as many files to flush.
	opt := &dirstore.Options{LogOnly: []string{"many"}}
	if os.Getenv("ISMSKIT_SOAK") != "" {
		opt = nil
	}
	storetest.Run(t, func(t *testing.T) driver.Store {
		t.Helper()
		return open(t, t.TempDir(), opt)
	})
}

func TestStoreReopen(t *testing.T) {
	dir := t.TempDir()
	storetest.RunReopen(t, func(t *testing.T) driver.Store {
		t.Helper()
		return open(t, dir, nil)
	})
}

func TestHostileNames(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	s := open(t, dir, nil)
	names := []string{
		"", ".", "..", "../x", "../../etc/passwd", "/etc/passwd", `..\x`, "a/b", "a\x00b", "CON.txt", "con", "con.txt", "nul", "lpt1.yaml",
		"Acme", "_log", ".lock", "a.", "a b", "a:b", "é", strings.Repeat("a", 65), strings.Repeat("a", 300),
	}
	for _, name := range names {
		err := s.Update(t.Context(), name, func(driver.Writer) error { return nil })
		if err == nil {
			t.Errorf("Update(%q) = nil, want an error", name)
		}
		if err := s.View(t.Context(), name, driver.Latest, func(driver.Reader) error { return nil }); err == nil {
			t.Errorf("View(%q) = nil, want an error", name)
		}
		if files := tree(t, dir); len(files) > 0 {
			t.Fatalf("Update(%q) left %v, want nothing", name, files)
		}
	}
	put(t, s, draft("asset", "crm", `{}`))
	before := tree(t, dir)
	for _, name := range names {
		for _, r := range []driver.Record{draft(name, "x", `{}`), draft("asset", name, `{}`)} {
			if err := tryPut(t, s, r); err == nil {
				t.Errorf("Append(%q/%q) = nil, want an error", r.Kind, r.ID)
			}
		}
		if _, err := dirstore.Open(dir, &dirstore.Options{LogOnly: []string{name}}); err == nil {
			t.Errorf("Open with LogOnly %q = nil, want an error", name)
		}
	}
	if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if outside, _ := os.ReadDir(filepath.Dir(dir)); len(outside) != 1 {
		t.Errorf("%d entries beside the store, want it alone", len(outside))
	}
}

// A link that somebody puts in the directory does not lead out of it.
func TestLinksStayInside(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	open(t, dir, nil)
	if err := os.Symlink(outside, filepath.Join(dir, "acme")); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	if err := tryPut(t, open(t, dir, nil), draft("asset", "crm", `{}`)); err == nil {
		t.Error("Update through a link out of the store = nil, want an error")
	}
	if files := tree(t, outside); len(files) > 0 {
		t.Errorf("files outside: %v, want none", files)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Run("a file", func(t *testing.T) {
		dir := t.TempDir()
		write(t, dir, "file", "x")
		if _, err := dirstore.Open(filepath.Join(dir, "file"), nil); err == nil || !strings.Contains(err.Error(), "file") {
			t.Errorf("Open(a file) = %v, want an error that names it", err)
		}
	})
	t.Run("no parent", func(t *testing.T) {
		if _, err := dirstore.Open(filepath.Join(t.TempDir(), "a", "b"), nil); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("Open(below nothing) = %v, want %v", err, os.ErrNotExist)
		}
	})
	for _, c := range []struct {
		name, marker string
		want         error
	}{
		{"a newer format", `{"format":2,"segments":true}`, dirstore.ErrNewer},
		{"no format", `{}`, dirstore.ErrDamaged},
		{"an empty marker", ``, dirstore.ErrDamaged},
		{"no JSON", "<<<<<<< HEAD\n", dirstore.ErrDamaged},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, "ismskit.json", c.marker)
			write(t, dir, "acme/_log/00000000000000000001.jsonl", "from the future\n")
			before := tree(t, dir)
			_, err := dirstore.Open(dir, nil)
			wantErr(t, "Open", err, c.want, "ismskit.json")
			if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("records without a marker", func(t *testing.T) {
		dir := t.TempDir()
		put(t, open(t, dir, nil), draft("asset", "crm", `{}`))
		remove(t, dir, "ismskit.json")
		_, err := dirstore.Open(dir, nil)
		wantErr(t, "Open", err, dirstore.ErrDamaged, "ismskit.json", "acme")
	})
}

// A directory that cannot be written, for whatever reason, loses nothing and
// says where. A file in the place of a directory stops even the superuser.
func TestCannotWrite(t *testing.T) {
	t.Run("the log", func(t *testing.T) {
		dir := t.TempDir()
		write(t, dir, "ismskit.json", `{"format":1}`)
		write(t, dir, "acme/_log", "in the way")
		s := open(t, dir, nil)
		if err := tryPut(t, s, draft("asset", "crm", `{}`)); err == nil || !strings.Contains(err.Error(), "acme/_log") {
			t.Errorf("Update = %v, want an error that names acme/_log", err)
		}
		remove(t, dir, "acme/_log")
		put(t, s, draft("asset", "crm", `{}`))
		wantLog(t, s, "asset/crm {}")
	})
	t.Run("a file of the log", func(t *testing.T) {
		dir := t.TempDir()
		s := open(t, dir, nil)
		put(t, s, draft("asset", "crm", `{}`))
		write(t, dir, "acme/_log/.00000000000000000002.jsonl.tmp/x", "in the way")
		if err := tryPut(t, s, draft("asset", "hr", `{}`)); err == nil {
			t.Error("Update = nil, want an error")
		}
		wantLog(t, s, "asset/crm {}")
		if exists(t, dir, "acme/asset/hr.yaml") {
			t.Error("there is acme/asset/hr.yaml of a transaction that failed")
		}
	})
	t.Run("the projection", func(t *testing.T) {
		dir := t.TempDir()
		s := open(t, dir, nil)
		write(t, dir, "acme/asset", "in the way")
		put(t, s, draft("asset", "crm", `{}`)) // the log has it
		if err := tryPut(t, s, draft("risk", "r", `{}`)); err == nil || !strings.Contains(err.Error(), "acme/asset") {
			t.Errorf("Update = %v, want an error that names acme/asset", err)
		}
		wantLog(t, s, "asset/crm {}")
		remove(t, dir, "acme/asset")
		put(t, s, draft("risk", "r", `{}`))
		wantLog(t, s, "asset/crm {}", "risk/r {}")
		if got := read(t, dir, "acme/asset/crm.yaml"); !strings.Contains(got, "id: crm") {
			t.Errorf("acme/asset/crm.yaml = %q, want it made good", got)
		}
	})
	t.Run("what is projected", func(t *testing.T) {
		dir := t.TempDir()
		s := open(t, dir, nil)
		put(t, s, draft("asset", "crm", `{}`))
		write(t, dir, "acme/._projected.json.tmp/x", "in the way")
		put(t, s, draft("asset", "hr", `{}`)) // the log has it
		if err := tryPut(t, s, draft("risk", "r", `{}`)); err == nil || !strings.Contains(err.Error(), "_projected.json") {
			t.Errorf("Update = %v, want an error that names _projected.json", err)
		}
		wantLog(t, s, "asset/crm {}", "asset/hr {}")
	})
}

// Two stores on one directory are as two processes: the lock is of the open file.
func TestTwoProcesses(t *testing.T) {
	dir := t.TempDir()
	a, b := open(t, dir, nil), open(t, dir, nil)
	put(t, a, draft("asset", "crm", `{"by":"a"}`))
	wantLog(t, b, `asset/crm {"by":"a"}`)
	put(t, b, draft("asset", "crm", `{"by":"b"}`))
	put(t, b, draft("asset", "hr", `{"by":"b"}`))
	wantLog(t, a, `asset/crm {"by":"a"}`, `asset/crm {"by":"b"}`, `asset/hr {"by":"b"}`)

	err := a.Update(t.Context(), "acme", func(driver.Writer) error {
		wantLog(t, b, `asset/crm {"by":"a"}`, `asset/crm {"by":"b"}`, `asset/hr {"by":"b"}`)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
		defer cancel()
		err := b.Update(ctx, "acme", func(driver.Writer) error {
			t.Error("two processes write at once")
			return nil
		})
		wantErr(t, "Update while another process writes", err, dirstore.ErrLocked)
		wantErr(t, "Update while another process writes", err, context.DeadlineExceeded)
		return b.Update(t.Context(), "other", func(driver.Writer) error { return nil })
	})
	if err != nil {
		t.Errorf("Update = %v, want nil", err)
	}
}

func TestProcessesAtOnce(t *testing.T) {
	const rounds = 10
	dir := t.TempDir()
	var group sync.WaitGroup
	for p := range 3 {
		s := open(t, dir, nil)
		group.Go(func() {
			for i := range rounds {
				if err := tryPut(t, s, draft("counter", "one", fmt.Sprintf(`{"p":%d,"i":%d}`, p, i))); err != nil {
					t.Errorf("process %d, round %d: %v", p, i, err)
				}
			}
		})
	}
	group.Wait()
	s := open(t, dir, nil)
	records := log(t, s)
	if len(records) != 3*rounds || records[len(records)-1].Rev != 3*rounds {
		t.Errorf("%d records, want %d", len(records), 3*rounds)
	}
	if got := read(t, dir, "acme/counter/one.yaml"); !strings.Contains(got, fmt.Sprintf("rev: %d\n", 3*rounds)) {
		t.Errorf("the file is\n%s\nwant revision %d", got, 3*rounds)
	}
}

func TestManyRecords(t *testing.T) {
	n := soak(5000, 100_000)
	dir := t.TempDir()
	opt := &dirstore.Options{LogOnly: []string{"finding"}}
	s := open(t, dir, opt)
	drafts := make([]driver.Record, n)
	for i := range drafts {
		drafts[i] = draft("finding", fmt.Sprintf("f-%d", i), fmt.Sprintf(`{"n":%d}`, i))
	}
	put(t, s, drafts...)
	want := log(t, s)
	if len(want) != n {
		t.Fatalf("%d records, want %d", len(want), n)
	}
	if diff := cmp.Diff(want, log(t, open(t, dir, opt))); diff != "" {
		t.Errorf("opened again (-want +got):\n%s", diff)
	}
	began := time.Now()
	again := open(t, dir, opt)
	if err := again.View(t.Context(), "acme", driver.Latest, func(driver.Reader) error { return nil }); err != nil {
		t.Errorf("View = %v, want nil", err)
	}
	t.Logf("%d records: opened in %v", n, time.Since(began))
	if files := tree(t, filepath.Join(dir, "acme")); len(files) != 2 {
		t.Errorf("%d files, want one of the log, and the lock", len(files))
	}
	if exists(t, dir, "acme/finding") {
		t.Error("there are files of a kind in LogOnly")
	}
}

func TestCloseWhileReading(t *testing.T) {
	s := open(t, t.TempDir(), nil)
	put(t, s, draft("asset", "crm", `{}`))
	err := s.View(t.Context(), "acme", driver.Latest, func(r driver.Reader) error {
		if err := s.Close(); err != nil {
			t.Errorf("Close() = %v, want nil", err)
		}
		_, err := r.Get("asset", "crm")
		return err
	})
	if err != nil {
		t.Errorf("View that outlives Close = %v, want nil", err)
	}
	wantErr(t, "Update after Close", tryPut(t, s, draft("asset", "crm", `{}`)), driver.ErrClosed)
}
