package storetest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/ismskit/ismskit/isms/driver"
)

// RunRandom proves by random operations what [Run] proves clause by clause:
// that a store answers as a plain list of records does ("model"), that an
// operation sees all that was acknowledged before it began ("real time order"),
// and that what a tenant is told, errors and cursors included, is the same to
// the byte whatever other tenants do ("tenancy of records", "tenancy of isms").
// Each call of open gives another store without records.
//
// steps is how many operations each check makes. 0 means 1,200, or with
// ISMSKIT_SOAK=1 in the environment 20,000, and 1,000,000 for tenancy of
// records, the one check that goes beyond 20,000. The same steps are the same
// operations; a failure names the seed, and what is left of them without those
// that it does not need.
func RunRandom(t *testing.T, steps int, open func(t *testing.T) driver.Store) {
	t.Helper()
	for _, c := range randomChecks() {
		t.Run(c.name, func(t *testing.T) {
			c.f(t, c.steps(steps), func() driver.Store { return open(t) })
		})
	}
}

// randomCheck proves something by random operations on as many stores as it
// needs, which it closes.
type randomCheck struct {
	name string
	most int // steps
	f    func(t tester, steps int, open func() driver.Store)
}

func randomChecks() []randomCheck {
	return []randomCheck{
		{"model", 20_000, checkModel},
		{"real time order", 20_000, checkRealTime},
		{"tenancy of records", 1_000_000, checkRecordTenancy},
		{"tenancy of isms", 20_000, checkTypedTenancy},
	}
}

func (c randomCheck) steps(asked int) int {
	switch {
	case asked > 0:
		return min(asked, c.most)
	case os.Getenv("ISMSKIT_SOAK") == "1":
		return c.most
	default:
		return 1200
	}
}

// split makes runs of steps: short ones, which are easy to look into, and
// longer ones when there is more to do.
func split(steps int) (runs, length int) {
	runs = max(1, min(steps/60, 20))
	if steps >= 10_000 {
		runs = 100
	}
	return runs, steps / runs
}

// dice is where random operations come from: the same for the same seed.
func dice(seed int) *rand.Rand {
	return rand.New(rand.NewPCG(uint64(seed), 27001)) //nolint:gosec // to be repeated, not to be secret
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// randomKinds and randomIDs are few, so that operations meet.
func randomKinds() []string { return []string{"a", "a-b", "b"} }

func randomIDs() []string { return []string{"x", "x-1", "x1", "y", "0", "f-2c", "z.9"} }

func randomTerms() []driver.Term {
	return []driver.Term{{Key: "colour", Value: "blue"}, {Key: "colour", Value: "red"}, {Key: "size", Value: "big"}}
}

// randomDraft is a draft of anything, one in six a deletion.
func randomDraft(r *rand.Rand) driver.Record {
	kind, id := pick(r, randomKinds()), pick(r, randomIDs())
	if r.IntN(6) == 0 {
		return tombstone(kind, id)
	}
	d := draft(kind, id, fmt.Sprintf("{\"n\":%d}", r.IntN(1000)))
	d.Schema = 1 + r.IntN(3)
	for _, t := range randomTerms() {
		if r.IntN(3) == 0 {
			d.Terms = append(d.Terms, t)
		}
	}
	return d
}

func randomQuery(r *rand.Rand) driver.Query {
	q := driver.Query{Kind: pick(r, append(randomKinds(), ""))}
	for range r.IntN(3) {
		q.Terms = append(q.Terms, pick(r, randomTerms()))
	}
	if r.IntN(3) == 0 {
		q.After = pick(r, randomIDs())
		if q.Kind == "" {
			q.After = pick(r, randomKinds()) + "/" + q.After
		}
	}
	if r.IntN(4) == 0 {
		q.SinceSchema = 1 + r.IntN(4)
	}
	return q
}
