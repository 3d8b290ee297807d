package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms/driver"
)

// player makes one random operation for a tenant and tells all that came of it.
// n numbers the operation. It draws nothing from r that depends on anything but
// what the tenant itself was told, and writes only if it may.
type player func(ctx context.Context, store driver.Store, tenant string, r *rand.Rand, n int, write bool) string

// others are the tenants that work beside tenant b.
func others() []string { return []string{"a", "c"} }

// noninterference plays the same operations of tenant b in two stores: alone in
// one, between those of the others in the other, sometimes within a transaction
// of theirs. What comes of them must be the same to the byte.
func noninterference(t tester, steps int, open func() driver.Store, play player) {
	t.Helper()
	runs, length := split(steps)
	for seed := range runs {
		alone, shared := open(), open()
		diff := lockstep(t, seed, length, alone, shared, play)
		closed(t, alone)
		closed(t, shared)
		if diff != "" {
			t.Errorf("seed %d, %s", seed, diff)
			return
		}
	}
}

// lockstep gives the first difference, "" when there is none.
func lockstep(t tester, seed, length int, alone, shared driver.Store, play player) string {
	director, noise := dice(-1-seed), dice(1_000_000+seed)
	b1, b2 := dice(seed), dice(seed)
	told := func(store driver.Store, tenant string, r *rand.Rand, n int, write bool) (text string) {
		_ = patiently(t, func(ctx context.Context) error {
			text = play(ctx, store, tenant, r, n, write)
			return nil
		})
		return text
	}
	for n := range length {
		for range director.IntN(4) {
			told(shared, pick(director, others()), noise, director.IntN(2*length), true)
		}
		write := director.IntN(3) > 0
		want, got := told(alone, "b", b1, n, write), ""
		within := func() { got = told(shared, "b", b2, n, write) }
		if write || director.IntN(2) == 0 {
			within()
		} else if err := amid(t, shared, pick(director, others()), noise, within); err != nil {
			return fmt.Sprintf("operation %d: Update of another tenant: %v", n, err)
		}
		if got != want {
			return fmt.Sprintf("operation %d tells a tenant among others\n%s\nwant, as when it is alone,\n%s", n, got, want)
		}
	}
	return ""
}

// amid runs f once, within a transaction of a tenant that is not committed yet.
func amid(t tester, store driver.Store, tenant string, r *rand.Rand, f func()) error {
	drafts := []driver.Record{randomDraft(r), randomDraft(r)}
	ran := false
	return patiently(t, func(ctx context.Context) error {
		return store.Update(ctx, tenant, func(w driver.Writer) error {
			if _, err := appendNext(w, 0, drafts...); err != nil {
				return err
			}
			if !ran {
				ran = true
				f()
			}
			return nil
		})
	})
}

// appendNext appends drafts as the next records of what w sees, off by so many
// from the Seq and Rev that they should have.
func appendNext(w driver.Writer, off int64, drafts ...driver.Record) ([]driver.Record, error) {
	head, at, err := w.Head()
	if err != nil {
		return nil, err
	}
	var base logbook
	for i := range drafts { // next finds in it what is stored
		stored, err := w.Get(drafts[i].Kind, drafts[i].ID)
		if err == nil {
			base = append(base, stored)
		}
	}
	records := base.next(drafts...)
	for i := range records {
		r := &records[i]
		r.Seq, r.Tx = head+int64(i)+1+off, head+int64(len(records))
		r.Note = "transaction up to " + strconv.FormatInt(r.Tx, 10)
		if r.At = moment(r.Tx); r.At.Before(at) {
			r.At = at
		}
		r.Digest = driver.Sum(*r)
	}
	records[len(records)-1].Rev += off
	return records, w.Append(records...)
}

// transcript is what a tenant was told.
type transcript struct{ strings.Builder }

func (t *transcript) line(values ...any) { fmt.Fprintln(t, values...) }

func (t *transcript) record(r driver.Record) {
	fmt.Fprintf(t, "%s/%s %d %d %d %s %q %q %t %d %q %q %x %x\n", r.Kind, r.ID, r.Rev, r.Seq, r.Tx,
		r.At, r.By, r.Note, r.Deleted, r.Schema, r.Data, r.Terms, r.Salt, r.Digest)
}
