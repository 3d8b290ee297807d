package proof

import (
	"context"
	"fmt"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
)

// moment is what a space was like when it was now.
type moment struct {
	head int64
	at   time.Time
	dump string
}

func look(ctx context.Context, space *isms.Space) (m moment, err error) {
	err = space.View(ctx, func(tx *isms.Tx) (err error) {
		if m.head, m.at, err = tx.Head(); err != nil {
			return err
		}
		m.dump, err = dump(tx)
		return err
	})
	return m, err
}

// remember plays a random history, and gives what was recorded after each commit.
// The clock stands still at times and goes back at others.
func remember(ctx context.Context, store driver.Store, seed, commits int) (space *isms.Space, past []moment, err error) {
	r := dice(seed)
	now := start()
	s := isms.Open(store, &isms.Options{Now: func() time.Time { return now }})
	space = s.Space("acme").As(isms.Person("jan"))
	all := kinds()
	last, err := look(ctx, space)
	past = []moment{last}
	for err == nil && len(past) <= commits {
		now = now.Add(time.Duration(r.IntN(5)-1) * time.Second)
		refused := space.Update(ctx, "because", func(tx *isms.Tx) error {
			for range 1 + r.IntN(5) {
				_ = pick(r, all...).change(tx, r) // refused or not: what counts is what is recorded
			}
			return nil
		})
		var m moment
		m, err = look(ctx, space)
		if (refused != nil || m.head == last.head) && m.dump != last.dump {
			return space, past, fmt.Errorf("an Update that gave %w changed what is recorded:\n%s", refused, parting(last.dump, m.dump))
		}
		if m.head > last.head {
			past, last = append(past, m), m
		}
	}
	return space, past, err
}

// asOfFault compares what was recorded after each commit of a random history
// with what AsOf and AsOfSeq show of it later: at every Seq, also those within a
// transaction, and at, before and after every moment. It gives the first fault,
// "" for none, and how often it looked.
func asOfFault(ctx context.Context, store driver.Store, seed, commits int) (fault string, looks int) {
	space, past, err := remember(ctx, store, seed, commits)
	if err != nil {
		return err.Error(), 0
	}
	check := func(call string, space *isms.Space, want moment) {
		if fault != "" {
			return
		}
		looks++
		if got, err := look(ctx, space); err != nil || got.dump != want.dump {
			fault = fmt.Sprintf("%s: %v (-want +got) %s", call, err, parting(want.dump, got.dump))
		}
	}
	for i, m := range past {
		next := m.head + 4 // beyond the head
		if i+1 < len(past) {
			next = past[i+1].head
		}
		for n := m.head; n < next; n++ {
			check(fmt.Sprintf("AsOfSeq(%d)", n), space.AsOfSeq(n), m)
		}
		for _, t := range []time.Time{m.at.Add(-time.Microsecond), m.at, m.at.Add(time.Microsecond)} {
			check("AsOf("+t.Format(time.RFC3339Nano)+")", space.AsOf(t), at(past, t))
		}
	}
	return fault, looks
}

// at is the last of the moments at t or before.
func at(past []moment, t time.Time) moment {
	found := past[0]
	for _, m := range past[1:] {
		if !m.at.After(t) {
			found = m
		}
	}
	return found
}
