package proof_test

import (
	"context"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/memstore"
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
			return space, past, fmt.Errorf("an Update that gave %w changed what is recorded:\n%s", refused, cmp.Diff(last.dump, m.dump))
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
			fault = fmt.Sprintf("%s: %v (-want +got):\n%s", call, err, cmp.Diff(want.dump, got.dump))
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

func TestAsOfIsWhatWasRecorded(t *testing.T) {
	for _, c := range []struct {
		name          string
		open          func(*testing.T) driver.Store
		runs, commits int
	}{
		{"memstore", openMem, count(3, 20), count(50, 200)},
		{"dirstore", openDir, count(1, 3), count(30, 100)},
	} {
		t.Run(c.name, func(t *testing.T) {
			total := 0
			for seed := range c.runs {
				store := c.open(t)
				fault, looks := asOfFault(t.Context(), store, seed, c.commits)
				if err := store.Close(); err != nil {
					t.Errorf("Close() = %v, want nil", err)
				}
				if fault != "" {
					t.Fatalf("seed %d: %s", seed, fault)
				}
				total += looks
			}
			t.Logf("%d histories of %d commits, %d views of the past", c.runs, c.commits, total)
		})
	}
}

// Stores that show the past wrongly are found.
func TestAsOfFindsFlaws(t *testing.T) {
	for _, flaw := range []string{"", "a view rounds up", "a view is one behind", "lists of now", "transactions of one record", "times of the wrong order"} {
		fault, _ := asOfFault(t.Context(), forgetful{memstore.New(), flaw}, 1, 40)
		if (fault != "") != (flaw != "") {
			t.Errorf("a store with flaw %q: fault %q, want one if there is a flaw", flaw, fault)
		}
	}
}

// forgetful is a store with a flaw in its views of the past.
type forgetful struct {
	driver.Store

	flaw string
}

func (s forgetful) View(ctx context.Context, tenant string, seq int64, f func(driver.Reader) error) error {
	past := seq != driver.Latest
	switch {
	case s.flaw == "a view rounds up" && past:
		seq++
	case s.flaw == "a view is one behind" && past:
		seq--
	}
	return s.Store.View(ctx, tenant, seq, func(r driver.Reader) error {
		if s.flaw != "lists of now" || !past {
			return f(r)
		}
		return s.Store.View(ctx, tenant, driver.Latest, func(now driver.Reader) error { return f(listsOfNow{r, now}) })
	})
}

func (s forgetful) Update(ctx context.Context, tenant string, f func(driver.Writer) error) error {
	return s.Store.Update(ctx, tenant, func(w driver.Writer) error { return f(forgetfulWriter{w, s.flaw}) })
}

type forgetfulWriter struct {
	driver.Writer

	flaw string
}

func (w forgetfulWriter) Append(records ...driver.Record) error {
	for i := range records {
		switch w.flaw {
		case "transactions of one record":
			records[i].Tx = records[i].Seq
		case "times of the wrong order":
			records[i].At = records[i].At.Add(-time.Duration(records[i].Seq%2) * time.Second)
		}
	}
	return w.Writer.Append(records...)
}

// listsOfNow is a view of the past whose lists are those of now.
type listsOfNow struct {
	driver.Reader

	now driver.Reader
}

func (r listsOfNow) Scan(q driver.Query) iter.Seq2[driver.Record, error] { return r.now.Scan(q) }
