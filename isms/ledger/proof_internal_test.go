package ledger

import (
	"math/rand/v2"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// The size of a proof follows from the size of the log alone, so a million
// records are not needed to measure it.
func TestProofSize(t *testing.T) {
	zeros := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) { return make([]tlog.Hash, len(indexes)), nil })
	r := rand.New(rand.NewPCG(1, 1))
	for _, most := range []int64{1, 2, 1000, 999_999, 1_000_000, 1 << 20} {
		longest := map[string]int{}
		for range 2000 {
			n := r.Int64N(most)
			included, err := tlog.ProveRecord(most, n, zeros)
			if err != nil {
				t.Fatal(err)
			}
			continued, err := tlog.ProveTree(most, n|1, zeros) // odd sizes have the longest proofs
			if err != nil {
				t.Fatal(err)
			}
			longest["inclusion"] = max(longest["inclusion"], len(formatProof(inclusionForm, n, included)))
			longest["consistency"] = max(longest["consistency"], len(formatProof(olderForm, n|1, continued)))
		}
		for name, size := range longest {
			if size > 1024 {
				t.Errorf("%s proof in a log of %d takes %d bytes, want at most 1024", name, most, size)
			}
		}
		t.Logf("longest proofs in a log of %d: %v", most, longest)
	}
}
