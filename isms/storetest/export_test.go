package storetest

import (
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/ismskit/ismskit/isms/driver"
)

// CheckNames lists the checks of [Run].
func CheckNames() []string {
	var all []string
	for _, c := range checks() {
		all = append(all, c.name)
	}
	return all
}

// Failures runs the check called name on a store, on a small scale, and gives
// what it says against it. A check that takes longer than limit has failed.
func Failures(t *testing.T, name string, store driver.Store, limit time.Duration) []string {
	t.Helper()
	for _, c := range checks() {
		if c.name == name {
			return watch(t, func(to tester) { run(to, c, store, small(limit)) })
		}
	}
	t.Fatalf("no check %q", name)
	return nil
}

// ReopenFailures is [Failures] for [RunReopen].
func ReopenFailures(t *testing.T, open func() driver.Store) []string {
	t.Helper()
	return watch(t, func(to tester) { checkReopen(newEnv(to, open(), small(time.Minute)), open) })
}

func small(limit time.Duration) scale {
	return scale{many: 600, writers: 6, rounds: 10, limit: limit}
}

// watch runs f as a test of its own and gives its failures.
func watch(t *testing.T, f func(tester)) []string {
	t.Helper()
	rec := &recorder{T: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if p := recover(); p != nil {
				rec.Errorf("panic: %v", p)
			}
		}()
		f(rec)
	}()
	<-done
	rec.mu.Lock()
	defer rec.mu.Unlock()
	return rec.failures
}

// recorder keeps the failures that a test would report.
type recorder struct {
	*testing.T

	mu       sync.Mutex
	failures []string
}

func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}
