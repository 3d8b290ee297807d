package storetest_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/storetest"
)

// leaks are flaws of leaky, and the checks of RunRandom that must catch them.
func leaks() []flawCase {
	return []flawCase{
		{"error names the others", []string{"tenancy of records", "tenancy of isms"}},
		{"index of terms without tenant", []string{"tenancy of records", "tenancy of isms"}},
		{"shared seq", []string{"tenancy of records", "tenancy of isms"}},
		{"past view of shared seq", []string{"tenancy of records", "tenancy of isms"}},
		{"time of any tenant", []string{"tenancy of records", "tenancy of isms"}},
		{"not found but elsewhere", []string{"tenancy of records"}},
		{"cursor in a shared index", []string{"tenancy of records"}},
		{"views lag one record", []string{"real time order", "model"}},
		{"now and then a lagging replica", []string{"real time order", "model"}},
		{"history ends after six", []string{"model"}},
		{"reborn entities unseen by terms", []string{"model"}},
	}
}

func TestLeaks(t *testing.T) {
	for _, c := range leaks() {
		t.Run(c.flaw, func(t *testing.T) {
			for _, name := range c.caught {
				got := storetest.RandomFailures(t, name, 1200, func() driver.Store { return newLeaky(c.flaw) })
				if len(got) == 0 {
					t.Errorf("check %q of a store with %s passes, want a failure", name, c.flaw)
				} else if testing.Verbose() {
					t.Logf("%s: %s", name, got[0])
				}
			}
		})
	}
}

// Without a flaw the checks pass, and no check passes whatever the store does.
func TestLeaksAreWhatFails(t *testing.T) {
	caught := map[string]bool{}
	for _, c := range leaks() {
		for _, name := range c.caught {
			caught[name] = true
		}
	}
	for _, name := range storetest.RandomNames() {
		if !caught[name] {
			t.Errorf("check %q: no flawed store fails it", name)
		}
		if got := storetest.RandomFailures(t, name, 300, func() driver.Store { return newLeaky("") }); len(got) != 0 {
			t.Errorf("check %q of a store without a flaw = %q, want no failure", name, got)
		}
	}
}

// The model alone, which knows no clause, finds most flaws of a single tenant
// that the clauses are for.
func TestModelFindsFlaws(t *testing.T) {
	for _, flaw := range []string{
		"get of nothing without error", "get of the first revision", "get without tombstones", "get of the newest in a past view",
		"history without tombstones", "history newest first", "log skips the first", "log from after", "log to the newest in a past view",
		"head without time", "data lost", "note lost", "actor lost", "terms must be the only ones", "since schema ignored",
		"after includes", "after skips one", "after as kind/id", "after by id only", "order of writing", "scan twice",
		"scan of the newest in a past view", "revision not checked", "seq not checked", "own writes unseen", "scan of committed only",
		"commit on error", "update swallowed", "tx of its own", "terms of now in a past view",
	} {
		got := storetest.RandomFailures(t, "model", 1200, func() driver.Store { return newNaive(flaw) })
		if len(got) == 0 {
			t.Errorf("model of a store with %s passes, want a failure", flaw)
		}
	}
}

// What a failure needs is left of the operations, and no more.
func TestShrink(t *testing.T) {
	for flaw, most := range map[string]int{"log skips the first": 1, "history ends after six": 7, "reborn entities unseen by terms": 4} {
		open := func() driver.Store {
			if flaw == "log skips the first" {
				return newNaive(flaw)
			}
			return newLeaky(flaw)
		}
		got := storetest.RandomFailures(t, "model", 1200, open)
		if len(got) != 1 {
			t.Fatalf("model of a store with %s = %d failures, want 1", flaw, len(got))
		}
		_, steps, found := strings.Cut(got[0], " operations:\n")
		if n := strings.Count(steps, "\n") + 1; !found || n > most {
			t.Errorf("model of a store with %s leaves %d operations, want at most %d:\n%s", flaw, n, most, got[0])
		}
		if seed := regexp.MustCompile(`^seed (\d+): `).FindStringSubmatch(got[0]); seed == nil {
			t.Errorf("the failure names no seed:\n%s", got[0])
		} else if _, err := strconv.Atoi(seed[1]); err != nil {
			t.Errorf("seed %q: %v", seed[1], err)
		}
	}
}
