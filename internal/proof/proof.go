// Package proof proves of any store, through the packages above it, what an
// auditor relies on: that the past is shown as it was recorded ([AsOf]), and
// that no tenant can tell that there are others ([Tenants]). It plays random
// histories over the entities of isms, risk and vuln, the reports, and the
// ledger; isms/storetest proves the contract of a driver by itself.
package proof

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
)

// AsOf fails t unless AsOf and AsOfSeq of isms show, at every Seq and around
// every moment of random histories, what was recorded when it was now, and never
// half a transaction. Each of runs histories has so many commits, in a store of
// its own that open gives without records and AsOf closes. A failure names the
// seed of its history.
func AsOf(t *testing.T, runs, commits int, open func(t *testing.T) driver.Store) {
	t.Helper()
	total := 0
	for seed := range runs {
		store := open(t)
		fault, looks := asOfFault(t.Context(), store, seed, commits)
		closeStore(t, store)
		if fault != "" {
			t.Fatalf("seed %d: %s", seed, fault)
		}
		total += looks
	}
	t.Logf("%d histories of %d commits, %d views of the past", runs, commits, total)
}

// Tenants fails t unless whatever a tenant asks of isms, the ledger and the
// reports is answered the same to the byte whether or not two other tenants are
// at work under the same ids. Each of runs is so many operations of that tenant,
// played in two stores that open gives without records and Tenants closes. A
// failure names the seed of its run.
func Tenants(t *testing.T, runs, steps int, open func(t *testing.T) driver.Store) {
	t.Helper()
	total := told{}
	for seed := range runs {
		alone, among := open(t), open(t)
		fault, n := interference(t.Context(), alone, among, seed, steps)
		closeStore(t, alone)
		closeStore(t, among)
		if fault != "" {
			t.Fatalf("seed %d, %s", seed, fault)
		}
		total.add(n)
	}
	t.Logf("%d runs of %d operations, told %s", runs, steps, total)
}

func closeStore(t *testing.T, store driver.Store) {
	t.Helper()
	if err := store.Close(); err != nil {
		t.Errorf("Close() = %v, want nil", err)
	}
}

// dice is where random operations come from: the same for the same seed.
func dice(seed int) *rand.Rand {
	return rand.New(rand.NewPCG(uint64(seed), 27001)) //nolint:gosec // to be repeated, not to be secret
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// start is when every history begins.
func start() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }

// today is the day of every report.
func today() isms.Date { return isms.Day(2026, time.June, 1) }

// parting shows two texts around the byte where they part.
func parting(want, got string) string {
	n := 0
	for n < min(len(want), len(got)) && want[n] == got[n] {
		n++
	}
	around := func(s string) string { return s[max(0, n-120):min(len(s), n+400)] }
	return fmt.Sprintf("at byte %d\n-%q\n+%q", n, around(want), around(got))
}
