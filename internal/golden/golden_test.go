package golden_test

import (
	"os"
	"testing"

	"github.com/ismskit/ismskit/internal/golden"
)

// recorder is a test that notes whether it failed.
type recorder struct {
	testing.TB

	failed bool
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(string, ...any) { r.failed = true }

func TestCheck(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("testdata", 0o750); err != nil {
		t.Fatal(err)
	}
	t.Setenv("ISMSKIT_UPDATE", "1")
	golden.Check(t, "a.txt", "one\ntwo\n")
	t.Setenv("ISMSKIT_UPDATE", "")
	for got, want := range map[string]bool{"one\ntwo\n": false, "one\ntwo": true, "one\ntwo\n\n": true, "one\nTwo\n": true, "": true} {
		r := &recorder{TB: t}
		golden.Check(r, "a.txt", got)
		if r.failed != want {
			t.Errorf("Check(%q) failed = %v, want %v", got, r.failed, want)
		}
	}
}
