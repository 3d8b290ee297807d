package storetest_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/storetest"
)

// A second driver, which has nothing in common with memstore, shows that the
// suite asks for no more than the contract.
func TestNaive(t *testing.T) {
	random := 0
	storetest.Run(t, func(t *testing.T) driver.Store {
		t.Helper()
		if strings.HasPrefix(t.Name(), "TestNaive/random/") {
			random++
		}
		return newNaive("")
	})
	if random < len(storetest.RandomNames()) {
		t.Errorf("Run opens %d stores for random operations, want one or more for each of %v", random, storetest.RandomNames())
	}
}

func TestNaiveReopen(t *testing.T) {
	storetest.RunReopen(t, reopener(""))
}

// reopener opens a naive store on the same records again and again.
func reopener(flaw string) func(*testing.T) driver.Store {
	var last *naive
	return func(*testing.T) driver.Store {
		s := newNaive(flaw)
		if last != nil {
			for tenant, log := range last.logs {
				if flaw == "last record lost" {
					log = log[:len(log)-1]
				}
				if flaw != "all tenants as the first" || tenant == "acme" {
					s.logs[tenant] = log
				}
			}
			maps.Copy(s.logs, last.dropped)
		}
		last = s
		return s
	}
}

func TestReopenFails(t *testing.T) {
	for _, flaw := range []string{"last record lost", "all tenants as the first", "open after close", "commit on error", "update swallowed", "drop undone when closed"} {
		open := reopener(flaw)
		got := storetest.ReopenFailures(t, func() driver.Store { return open(t) })
		if flaw == "open after close" {
			if len(got) != 0 { // another check's concern
				t.Errorf("RunReopen of a store with %s fails: %q, want no failure", flaw, got)
			}
			continue
		}
		if len(got) == 0 {
			t.Errorf("RunReopen of a store with %s passes, want a failure", flaw)
		}
	}
}

// Each flawed store fails the checks that are named beside its flaw.
func TestFlaws(t *testing.T) {
	for _, c := range flaws() {
		t.Run(c.flaw, func(t *testing.T) {
			for _, name := range c.caught {
				store := newNaive(c.flaw)
				if got := storetest.Failures(t, name, store, time.Second); len(got) == 0 {
					t.Errorf("check %q of a store with %s passes, want a failure", name, c.flaw)
				} else if testing.Verbose() {
					t.Logf("%s: %d failures, first: %s", name, len(got), got[0])
				}
			}
		})
	}
}

// Without a flaw the checks pass on the same scale, so it is the flaw that they
// catch.
func TestNoFlaw(t *testing.T) {
	for _, name := range storetest.CheckNames() {
		if got := storetest.Failures(t, name, newNaive(""), time.Minute); len(got) != 0 {
			t.Errorf("check %q of a store without a flaw = %q, want no failure", name, got)
		}
	}
}

// A check that no flaw makes fail proves nothing.
func TestEveryCheckCanFail(t *testing.T) {
	var caught []string
	for _, c := range flaws() {
		caught = append(caught, c.caught...)
	}
	for _, name := range storetest.CheckNames() {
		if !slices.Contains(caught, name) {
			t.Errorf("check %q: no flawed store fails it", name)
		}
	}
}
