// Package golden compares what a test made with a file kept in its testdata.
package golden

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Check compares got with testdata/name, byte for byte, and tells the first
// line that differs. With ISMSKIT_UPDATE=1 in the environment it writes the file
// instead: read the change before you commit it.
func Check[T string | []byte](tb testing.TB, name string, got T) {
	tb.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("ISMSKIT_UPDATE") == "1" {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			tb.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path) //nolint:gosec // a file of the test
	if err != nil {
		tb.Fatal(err)
	}
	if string(want) == string(got) {
		return
	}
	a, b := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	tb.Errorf("%s differs from line %d on (want %d lines, got %d):\nwant %q\ngot  %q", path, n+1, len(a), len(b), line(a, n), line(b, n))
}

func line(lines []string, n int) string {
	if n < len(lines) {
		return lines[n]
	}
	return "(the end)"
}
