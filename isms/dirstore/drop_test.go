package dirstore_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms/dirstore"
	"github.com/ismskit/ismskit/isms/driver"
)

func drop(t *testing.T, s driver.Store) error {
	t.Helper()
	return s.(driver.Admin).Drop(t.Context(), "acme")
}

func tenants(t *testing.T, s driver.Store) string {
	t.Helper()
	var names []string
	for name, err := range s.(driver.Admin).Tenants(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

// The new name of the log is what drops a tenant; nothing else goes before that
// lasts, and the log goes last.
func TestOrderOfDrop(t *testing.T) {
	l := newDisk().life(nil, nil)
	s := openOn(t, l, nil)
	put(t, s, draft("asset", "crm", `{"n":1}`), draft("risk", "r", `{"n":1}`))
	put(t, s, draft("asset", "hr", `{"n":1}`))
	l.ops = nil
	if err := drop(t, s); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"rename acme/_log", "flush acme", "flush acme",
		"remove acme/asset/crm.yaml", "remove acme/asset/hr.yaml", "remove acme/asset",
		"remove acme/risk/r.yaml", "remove acme/risk", "remove acme/_projected.json", "flush acme",
		"remove acme/._log.tmp/00000000000000000001.jsonl", "remove acme/._log.tmp/00000000000000000003.jsonl",
		"remove acme/._log.tmp", "flush acme",
	}
	if diff := cmp.Diff(want, l.ops); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
}

// A process that ends anywhere in a drop, and a power failure after it, leave the
// tenant as it was or without records and files, whoever opens it next.
func TestPowerFailureInDrop(t *testing.T) {
	for seed := range soak(100, 5_000) {
		w := newWorld(t, fmt.Sprint("seed ", seed), uint64(seed))
		w.drops = true
		for range 4 {
			if w.rng.IntN(4) == 0 {
				w.settle()
			}
			w.live(w.rng.IntN(60))
		}
		w.settle()
		w.disk.root.powerFailure(w.rng, 0)
		w.settle()
	}
}

func TestPowerFailureAtEveryOperationOfDrop(t *testing.T) {
	for _, keep := range []float64{-1, 0, 0.5, 1} { // -1: only the process ends
		for n, ended := 0, true; ended; n++ {
			w := newWorld(t, fmt.Sprintf("operation %d, keeping %v", n, keep), uint64(n))
			w.settle()
			w.settle()
			for _, kind := range []string{"acme/asset", "acme/risk"} {
				if dir := w.disk.root.find(kind); dir != nil {
					dir.change(nameStep{add: "notes.txt", node: &node{}}) // somebody's own
				}
			}
			w.disk.root.flushAll()
			l := w.disk.life(func(i int) outcome { return map[bool]outcome{true: last}[i == n] }, nil)
			err := w.drop(openOn(t, l, w.options()))
			if ended = l.ended; !ended && (err != nil || n < 12) {
				t.Fatalf("%d operations and %v, want 12 at least and nil", n, err)
			}
			if keep >= 0 {
				w.disk.root.powerFailure(w.rng, keep)
			}
			w.settle()
		}
	}
}

// A fault anywhere in a drop gives its error and leaves all, or is left for the
// next writer to mend.
func TestFaultInDrop(t *testing.T) {
	for n, reached := 0, true; reached; n++ {
		w := newWorld(t, fmt.Sprint("operation ", n), uint64(n))
		w.settle()
		reached = false
		dropping := true
		l := w.disk.life(func(i int) outcome {
			if i == n && dropping {
				reached = true
				return refused
			}
			return done
		}, syscall.EIO)
		s := openOn(t, l, w.options())
		err := w.drop(s)
		dropping = false
		if err != nil && !errors.Is(err, syscall.EIO) {
			t.Fatalf("operation %d: Drop() = %v, want nil or %v", n, err, syscall.EIO)
		}
		if errors.Is(err, dirstore.ErrNotDurable) != (len(log(t, s)) == 0 && err != nil) {
			t.Errorf("operation %d: Drop() = %v, and there are %d records", n, err, len(log(t, s)))
		}
		if err := w.commit(s); err != nil {
			t.Fatalf("operation %d: Update() after a fault = %v, want nil", n, err)
		}
		w.disk.root.powerFailure(w.rng, 0)
		w.settle()
	}
}

// A dropped tenant is gone for every process that had it in memory, and so are
// its files; what is somebody's own stays.
func TestDropBesideProcesses(t *testing.T) {
	dir := t.TempDir()
	s, other, late := open(t, dir, nil), open(t, dir, nil), open(t, dir, nil)
	put(t, s, draft("asset", "crm", `{"n":1}`), draft("blob", "b", "\x00"))
	put(t, s, draft("asset", "crm", `{"n":2}`))
	write(t, dir, "acme/asset/notes.txt", "mine")
	write(t, dir, "acme/README", "mine")
	first := log(t, other)
	if err := late.View(t.Context(), "acme", driver.Latest, func(r driver.Reader) error {
		if err := drop(t, s); err != nil {
			t.Errorf("Drop() = %v, want nil", err)
		}
		var seen []driver.Record
		for rec, err := range r.Log(0) {
			if err != nil {
				return err
			}
			seen = append(seen, rec)
		}
		if diff := cmp.Diff(first, seen); diff != "" {
			t.Errorf("a view that was open (-want +got):\n%s", diff)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, s := range []driver.Store{s, other, late, open(t, dir, nil)} {
		wantLog(t, s)
		if got := tenants(t, s); got != "" {
			t.Errorf("Tenants() = %s, want none", got)
		}
	}
	var left []string
	for name := range tree(t, dir) {
		if strings.HasPrefix(name, "acme/") {
			left = append(left, name)
		}
	}
	slices.Sort(left)
	if want := []string{"acme/.lock", "acme/README", "acme/asset/notes.txt"}; !slices.Equal(left, want) {
		t.Errorf("files = %q, want %q", left, want)
	}
	put(t, other, draft("asset", "crm", `{"n":3}`))
	put(t, late, draft("asset", "crm", `{"n":4}`))
	for _, s := range []driver.Store{s, other, late, open(t, dir, nil)} {
		wantLog(t, s, `asset/crm {"n":3}`, `asset/crm {"n":4}`)
	}
	if got := tenants(t, s); got != "acme" {
		t.Errorf("Tenants() = %s, want acme", got)
	}
	if got := read(t, dir, crmFile); !strings.Contains(got, "rev: 2\n\"n\": 4\n") {
		t.Errorf("%s =\n%s\nwant revision 2", crmFile, got)
	}
}

// A process that did not look between a drop and the next records knows nothing of
// the time before: no record, no file, nothing that lasts.
func TestDropUnseen(t *testing.T) {
	dir := t.TempDir()
	s, other := open(t, dir, nil), open(t, dir, nil)
	again := func(drafts ...driver.Record) {
		t.Helper()
		put(t, other) // which has now seen all there is
		if err := drop(t, s); err != nil {
			t.Fatal(err)
		}
		put(t, s, drafts...)
	}
	put(t, s, draft("blob", "b", "\x00")) // has no file
	again(draft("blob", "b", `{"size":1}`))
	wantLog(t, other, `blob/b {"size":1}`)
	again(draft("blob", "b", "\x00"))
	again(draft("blob", "b", `{"size":1}`))
	remove(t, dir, "acme/blob/b.yaml")
	wantEdited(t, "Update", tryPut(t, other), "acme/blob/b.yaml")
}

// blind is a file system that does not tell at first what the log begins with.
type blind struct {
	dirstore.FileSystem

	looks int
}

func (b *blind) Lstat(name string) (fs.FileInfo, error) {
	info, err := b.FileSystem.Lstat(name)
	if name == log1 && err == nil {
		if b.looks++; b.looks == 1 {
			return nil, syscall.EIO
		}
	}
	return info, err
}

func TestDropUnseenByTheBlind(t *testing.T) {
	d := newDisk()
	l := &blind{FileSystem: d.life(nil, nil).fs()}
	s, err := dirstore.OpenOn(l, nil)
	if err != nil {
		t.Fatal(err)
	}
	put(t, s, draft("asset", "crm", `{"n":1}`))
	if l.looks == 0 {
		t.Error("nobody looked what the log begins with")
	}
	other := openOn(t, d.life(nil, nil), nil)
	if err := drop(t, other); err != nil {
		t.Fatal(err)
	}
	put(t, other, draft("asset", "hr", `{"n":2}`))
	wantLog(t, s, `asset/hr {"n":2}`)
}

// Who may only read sees nothing of a tenant whose files are still to go.
func TestDropUnfinished(t *testing.T) {
	d := newDisk()
	put(t, openOn(t, d.life(nil, nil), nil), draft("asset", "crm", `{"n":1}`))
	l := d.life(func(n int) outcome { return map[bool]outcome{true: last}[n == 3] }, nil)
	if err := drop(t, openOn(t, l, nil)); err != nil || d.root.find("acme/._log.tmp") == nil || d.root.find("acme/asset/crm.yaml") == nil {
		t.Errorf("Drop = %v, ends at %q and leaves %v, want nil and the files", err, l.ops, d.tree())
	}
	reader := openOn(t, d.life(func(int) outcome { return refused }, syscall.EROFS), nil)
	wantLog(t, reader)
	if got := tenants(t, reader); got != "" {
		t.Errorf("Tenants() = %s, want none", got)
	}
	wantErr(t, "Update", tryPut(t, reader, draft("asset", "hr", `{}`)), driver.ErrReadOnly)
}

// Nor is anything that another process made since taken for safe.
func TestTakingOverDropped(t *testing.T) {
	d := newDisk()
	l := d.life(nil, nil)
	s := openOn(t, l, nil)
	put(t, s, draft("asset", "crm", `{"n":1}`))
	end := 1000
	other := d.life(func(n int) outcome { return map[bool]outcome{true: lastDone}[n == end] }, nil)
	s2 := openOn(t, other, nil)
	if err := drop(t, s2); err != nil {
		t.Fatal(err)
	}
	end = len(other.ops) + 5 // mkdir and flush of the log, and create, write, sync and rename of a file in it
	wantErr(t, "Update", tryPut(t, s2, draft("asset", "crm", `{"n":2}`)), errEnded)
	l.ops = nil
	put(t, s, draft("asset", "crm", `{"n":3}`))
	if want := []string{"flush acme", "flush acme/_log"}; len(l.ops) < 2 || !slices.Equal(l.ops[:2], want) {
		t.Errorf("operations = %q, want to begin with %q", l.ops, want)
	}
	wantLog(t, s, `asset/crm {"n":2}`, `asset/crm {"n":3}`)
}

// Processes that write while others drop neither mix two lives of a tenant nor
// lose what was acknowledged in the last.
func TestDropBesideWriters(t *testing.T) {
	dir := t.TempDir()
	var stores []driver.Store
	for range 3 {
		stores = append(stores, open(t, dir, nil))
	}
	errs := make(chan error)
	for i, s := range stores {
		go func() {
			for n := range 16 {
				if i == 0 && n%5 == 4 {
					errs <- s.(driver.Admin).Drop(t.Context(), "acme")
					continue
				}
				errs <- s.Update(t.Context(), "acme", func(w driver.Writer) error {
					return appendDrafts(w, "person:jan", "", draft("asset", "crm", fmt.Sprintf(`{"n":%d}`, n)))
				})
			}
		}()
	}
	for range 16 * len(stores) {
		if err := <-errs; err != nil {
			t.Errorf("Update or Drop = %v, want nil", err)
		}
	}
	want := log(t, stores[0])
	for _, s := range append(stores[1:], open(t, dir, nil)) {
		if diff := cmp.Diff(want, log(t, s)); diff != "" {
			t.Errorf("two processes see (-want +got):\n%s", diff)
		}
	}
	put(t, stores[1], draft("asset", "crm", `{"n":100}`))
}

func TestDropWhileLocked(t *testing.T) {
	dir := t.TempDir()
	s, other := open(t, dir, nil), open(t, dir, nil)
	put(t, s, draft("asset", "crm", `{}`))
	err := s.Update(t.Context(), "acme", func(driver.Writer) error {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
		defer cancel()
		err := other.(driver.Admin).Drop(ctx, "acme")
		wantErr(t, "Drop beside a writer of another process", err, dirstore.ErrLocked, "acme/.lock")
		wantErr(t, "Drop beside a writer of another process", err, context.DeadlineExceeded)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	wantLog(t, other, "asset/crm {}")
	if err := drop(t, other); err != nil {
		t.Errorf("Drop() = %v, want nil", err)
	}
	wantLog(t, s)
}

// A tenant whose log cannot be read can be dropped.
func TestDropDamaged(t *testing.T) {
	dir := t.TempDir()
	put(t, open(t, dir, nil), draft("asset", "crm", `{}`))
	write(t, dir, log1, "nonsense")
	s := open(t, dir, nil)
	if err := drop(t, s); err != nil {
		t.Fatal(err)
	}
	put(t, s, draft("asset", "hr", `{}`))
	wantLog(t, s, "asset/hr {}")
}

// Dropping what is not there makes nothing.
func TestDropNothing(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, nil)
	if err := drop(t, s); err != nil || len(tree(t, dir)) > 0 || exists(t, dir, "acme") {
		t.Errorf("Drop() of nothing = %v and makes %v, want nil and nothing", err, tree(t, dir))
	}
	if err := s.(driver.Admin).Drop(t.Context(), "../acme"); err == nil {
		t.Error("Drop(../acme) = nil, want an error")
	}
}

// This store does not erase: it says why.
func TestErase(t *testing.T) {
	s := open(t, t.TempDir(), nil)
	put(t, s, draft("asset", "crm", `{}`))
	wantErr(t, "Erase", s.(driver.Eraser).Erase(t.Context(), "acme", 1), errors.ErrUnsupported, "history of git", "every clone")
	wantLog(t, s, "asset/crm {}")
}
