//go:build unix

package dirstore_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/ismskit/ismskit/isms/dirstore"
	"github.com/ismskit/ismskit/isms/driver"
)

// A directory that we may not write is read, says so, and is written again when
// we may. The superuser may always, so that the test runs itself as nobody then.
func TestReadOnlyDirectory(t *testing.T) {
	const dirOfNobody = "DIRSTORE_READ_ONLY_IN"
	dir := os.Getenv(dirOfNobody)
	if dir == "" && os.Getuid() == 0 {
		dir = t.TempDir()
		mode(t, filepath.Dir(dir), 0o755)
		put(t, open(t, dir, nil), draft("asset", "crm", `{}`))
		own := func(path string, _ fs.DirEntry, err error) error {
			return errors.Join(err, os.Chown(path, 65534, 65534))
		}
		if err := filepath.WalkDir(dir, own); err != nil {
			t.Fatal(err)
		}
		program := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestReadOnlyDirectory$")
		program.Env = append(os.Environ(), dirOfNobody+"="+dir)
		if out, err := program.CombinedOutput(); err != nil {
			t.Errorf("as nobody: %v\n%s", err, out)
		}
		return
	}
	if dir == "" {
		dir = t.TempDir()
		put(t, open(t, dir, nil), draft("asset", "crm", `{}`))
	} else if os.Getuid() == 0 {
		if err := syscall.Setuid(65534); err != nil {
			t.Fatal(err)
		}
	}
	dirs := []string{dir, dir + "/acme", dir + "/acme/_log", dir + "/acme/asset"}
	for _, name := range dirs {
		mode(t, name, 0o555)
	}
	mode(t, dir+"/acme/.lock", 0o444)
	s := open(t, dir, nil)
	wantLog(t, s, "asset/crm {}")
	err := tryPut(t, s, draft("asset", "hr", `{}`))
	wantErr(t, "Update", err, driver.ErrReadOnly, "acme")
	wantErr(t, "Update", err, fs.ErrPermission)
	mode(t, dir+"/acme/.lock", 0o644)
	wantErr(t, "Update with a lock", tryPut(t, s, draft("asset", "hr", `{}`)), driver.ErrReadOnly, "acme/_log")
	if _, err := dirstore.Open(dir+"/new", nil); err == nil {
		t.Error("Open(a new directory in it) = nil, want an error")
	}
	for _, name := range dirs {
		mode(t, name, 0o755)
	}
	put(t, s, draft("asset", "hr", `{}`))
	wantLog(t, s, "asset/crm {}", "asset/hr {}")
}

func mode(t *testing.T, name string, to fs.FileMode) {
	t.Helper()
	if err := os.Chmod(name, to); err != nil {
		t.Fatal(err)
	}
}
