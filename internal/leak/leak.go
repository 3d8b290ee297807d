// Package leak fails the tests of a package that leave a goroutine behind.
package leak

import (
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"
)

// Main runs the tests of a package and ends the program, as TestMain does, with
// a failure when goroutines of theirs are still there two seconds later:
//
//	func TestMain(m *testing.M) { leak.Main(m) }
func Main(m *testing.M) {
	before := runtime.NumGoroutine()
	code := m.Run()
	if left := since(before, 2*time.Second); left != "" {
		fmt.Fprintf(os.Stderr, "FAIL: goroutines are left:\n%s\n", left)
		code = 1
	}
	os.Exit(code)
}

// since waits until there are no more goroutines than before, and gives all that
// there are when they do not end in time.
func since(before int, patience time.Duration) string {
	const step = 10 * time.Millisecond
	for ; runtime.NumGoroutine() > before; patience -= step {
		if patience <= 0 {
			stacks := make([]byte, 1<<20)
			return string(stacks[:runtime.Stack(stacks, true)])
		}
		time.Sleep(step)
	}
	return ""
}
