// Package corpus finds the optional corpus: real scanner output and checked
// facts, which are not part of this repository.
package corpus

import (
	"os"
	"path/filepath"
	"testing"
)

// Path is a file or directory of the corpus. Without ISMSKIT_CORPUS the test is
// skipped, saying how to run it; where CI=true it fails.
func Path(tb testing.TB, elem ...string) string {
	tb.Helper()
	dir := os.Getenv("ISMSKIT_CORPUS")
	if dir == "" {
		if os.Getenv("CI") == "true" {
			tb.Fatal("ISMSKIT_CORPUS is unset, and CI must run the tests on the corpus")
		}
		tb.Skip("set ISMSKIT_CORPUS to the directory that holds facts/ and scans/ to run this test")
	}
	return filepath.Join(append([]string{dir}, elem...)...)
}
