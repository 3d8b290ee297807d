package leak

import (
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestMain(m *testing.M) { Main(m) }

// What is not exported can be seen to fail; Main would end the test.
func TestSince(t *testing.T) {
	before, release := runtime.NumGoroutine(), make(chan struct{})
	go waitFor(release)
	if got := since(before, 20*time.Millisecond); !strings.Contains(got, "waitFor") {
		t.Errorf("since() with a goroutine left = %q, want it to name waitFor", got)
	}
	time.AfterFunc(20*time.Millisecond, func() { close(release) })
	if got := since(before, time.Minute); got != "" {
		t.Errorf("since() with a goroutine that ends = %s, want nothing", got)
	}
}

func waitFor(release chan struct{}) { <-release }
