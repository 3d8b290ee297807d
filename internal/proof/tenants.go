package proof

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
)

// told counts what a tenant was told, by sort.
type told map[string]int

func (t told) add(more told) {
	for sort, n := range more {
		t[sort] += n
	}
}

// String is the bytes of each sort, in order.
func (t told) String() string {
	var sorts []string
	for _, sort := range []string{"update", "erase", "read", "report", "diff", "feed", "cursor", "export", "ledger"} {
		sorts = append(sorts, fmt.Sprintf("%s %d", sort, t[sort]))
	}
	return strings.Join(sorts, ", ") + " bytes"
}

// interference plays the operations of tenant b alone in one store and among
// those of a and c in another, and compares what b is told after each. It gives
// the first difference, "" for none, and how many bytes b was told.
func interference(ctx context.Context, alone, among driver.Store, seed, steps int) (fault string, n told) {
	keys, err := newKeys()
	if err != nil {
		return err.Error(), nil
	}
	alone, among = steady{alone}, steady{among}
	n = told{}
	b1, b2 := &party{store: alone, tenant: "b", keys: keys}, &party{store: among, tenant: "b", keys: keys}
	others := []*party{{store: among, tenant: "a", keys: keys}, {store: among, tenant: "c", keys: keys}}
	for i, p := range []*party{others[0], b2, others[1]} { // each begins with some records, under the same ids
		p.populate(ctx, dice(seed+2_000_000+i))
	}
	b1.populate(ctx, dice(seed+2_000_001))
	own1, own2, noise := dice(seed), dice(seed), dice(seed+1_000_000)
	for i := range steps {
		for range noise.IntN(4) {
			other := pick(noise, others...)
			if noise.IntN(100) == 0 {
				other.drop(ctx)
			} else {
				other.operate(ctx, noise, 7*i+noise.IntN(90), noise.IntN(2) == 0)
			}
		}
		write := noise.IntN(2) == 0
		sort, want := b1.operate(ctx, own1, i, write)
		var got string
		play := func() { _, got = b2.operate(ctx, own2, i, write) }
		if !write && noise.IntN(4) == 0 {
			err = pick(noise, others...).amid(ctx, play)
		} else {
			play()
		}
		if got != want || err != nil {
			return fmt.Sprintf("operation %d, %s: %v (-alone +among others) %s", i, sort, err, parting(want, got)), n
		}
		n[sort] += len(got)
	}
	return "", n
}

// party is a tenant at work in a store, with what it keeps between operations.
type party struct {
	store  driver.Store
	tenant string
	keys   keys

	cursor     int64  // up to where it read the feed
	checkpoint []byte // the newest of its ledger
}

// populate makes 40 changes, each in a transaction of its own.
func (p *party) populate(ctx context.Context, r *rand.Rand) {
	space := p.space(0)
	for range 40 {
		seed := r.IntN(1 << 30)
		_ = space.Update(ctx, "first", func(tx *isms.Tx) error {
			again := dice(seed)
			return pick(again, kinds()...).change(tx, again) // refused or not
		})
	}
}

// space is the party's, n minutes after the start.
func (p *party) space(n int) *isms.Space {
	now := func() time.Time { return start().Add(time.Duration(n) * time.Minute) }
	return isms.Open(p.store, &isms.Options{Now: now}).Space(p.tenant).As(isms.Person("jan"))
}

// drop removes all that the party has, where the store can.
func (p *party) drop(ctx context.Context) {
	if admin, ok := p.store.(driver.Admin); ok {
		_ = admin.Drop(ctx, p.tenant) // a party that others must not feel, whatever comes of it
		p.cursor, p.checkpoint = 0, nil
	}
}

// amid runs f once within a transaction of the party, which is taken back.
func (p *party) amid(ctx context.Context, f func()) error {
	errBack := errors.New("taken back")
	ran := false
	err := p.store.Update(ctx, p.tenant, func(w driver.Writer) error {
		head, at, err := w.Head()
		if err != nil {
			return err
		}
		r := driver.Record{Kind: "amid", ID: "x", Rev: 1, Seq: head + 1, Tx: head + 1, At: at, Schema: 1}
		if err := w.Append(r); err != nil {
			return err
		}
		if !ran {
			ran = true
			f()
		}
		return errBack
	})
	if errors.Is(err, errBack) {
		return nil
	}
	return fmt.Errorf("a transaction of another tenant: %w", err)
}

// operate makes one random operation, n minutes after the start. It gives of
// what sort it was and all that came of it, and writes only if it may.
func (p *party) operate(ctx context.Context, r *rand.Rand, n int, write bool) (sort, text string) {
	var out strings.Builder
	space := p.space(n)
	switch {
	case write && r.IntN(6) == 0:
		sort = "erase"
		link := isms.Link{Kind: pick(r, kinds()...).name, ID: anyID(r), Rev: int64(r.IntN(4))}
		fmt.Fprintln(&out, "erase", link, space.Erase(ctx, link))
	case write:
		sort = "update"
		p.update(ctx, &out, r, n)
	case r.IntN(6) == 0:
		sort = "ledger"
		p.seal(ctx, &out, r)
	case r.IntN(6) == 0:
		sort = "cursor"
		p.resume(ctx, &out, space, 1+r.IntN(6))
	case r.IntN(3) == 0:
		sort = follow(ctx, &out, past(space, r, n), r, n)
	default:
		err := past(space, r, n).View(ctx, func(tx *isms.Tx) (err error) {
			out.Reset()
			sort, err = ask(&out, tx, r)
			return err
		})
		fmt.Fprintln(&out, "view", err)
	}
	return sort, out.String()
}

// past is the space at some moment, which may be now.
func past(space *isms.Space, r *rand.Rand, n int) *isms.Space {
	switch r.IntN(4) {
	case 0:
		return space.AsOf(start().Add(time.Duration(r.IntN(n+1)) * time.Minute))
	case 1:
		return space.AsOfSeq(int64(r.IntN(2*n + 1)))
	default:
		return space
	}
}

// update puts and deletes a few entities in a transaction.
func (p *party) update(ctx context.Context, out *strings.Builder, r *rand.Rand, n int) {
	seed := r.IntN(1 << 30)
	err := p.space(n).Update(ctx, fmt.Sprint("operation ", n), func(tx *isms.Tx) error {
		out.Reset()
		again := dice(seed) // the same should the transaction run again
		for range 1 + again.IntN(6) {
			fmt.Fprintln(out, pick(again, kinds()...).change(tx, again))
		}
		if again.IntN(8) == 0 {
			return errors.New("the caller's own")
		}
		return nil
	})
	fmt.Fprintln(out, "update", err, errors.Is(err, driver.ErrConflict))
	if bad, ok := errors.AsType[*isms.ProblemError](err); ok {
		tell(out, bad.Problems, nil)
	}
}
