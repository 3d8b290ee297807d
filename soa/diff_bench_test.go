package soa_test

import (
	"errors"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
)

// twoYears is a store with 1,000 risks, a record of every control, and about
// 20,000 revisions made since in two years, with the statement of either end.
func twoYears(b *testing.B) (space *isms.Space, old, now soa.Statement) {
	b.Helper()
	clock := time.Date(2024, 3, 31, 12, 0, 0, 0, time.UTC)
	store := isms.Open(memstore.New(), &isms.Options{Now: func() time.Time { return clock }})
	b.Cleanup(func() { store.Close() })
	space = store.Space("bakery").As(isms.Person("ann"))
	update := func(note string, f func(tx *isms.Tx) error) {
		if err := space.Update(b.Context(), note, f); err != nil {
			b.Fatal(err)
		}
	}
	in := large()
	risks := in.Risks[2:]
	for i := range risks {
		r := &risks[i]
		r.Rev, r.Status, r.Owner, r.Assets, r.Current = 0, "", isms.Link{}, nil, risk.Evaluation{}
		slices.Sort(r.Treatment.Controls)
		r.Treatment.Controls = slices.Compact(r.Treatment.Controls)
		r.Description = plain("A scenario in some words, long enough to be like those that people write down in a register of risks.")
	}
	for i := range in.Controls {
		in.Controls[i].Rev = 0
	}
	update("import", func(tx *isms.Tx) error {
		return errors.Join(putAll(risk.Risks(tx), risks), putAll(isms.Controls(tx), in.Controls))
	})
	old = compileOf(b, space)
	options := []risk.Option{risk.Mitigate, risk.Transfer, risk.Avoid}
	for week := range 104 {
		clock = clock.AddDate(0, 0, 7)
		update("weekly review", func(tx *isms.Tx) error {
			some := make([]risk.Risk, 192)
			for i := range some {
				r, err := risk.Risks(tx).Get(risks[(week*len(some)+i)%len(risks)].ID)
				if err != nil {
					return err
				}
				r.Treatment.Options = options[week%3 : week%3+1]
				if week == 60 {
					r.Treatment.Controls = r.Treatment.Controls[1:]
				}
				some[i] = r
			}
			return putAll(risk.Risks(tx), some)
		})
	}
	return space, old, compileOf(b, space)
}

func putAll[T isms.Entity](in isms.Collection[T], list []T) error {
	for i := range list {
		if err := in.Put(&list[i]); err != nil {
			return err
		}
	}
	return nil
}

func compileOf(tb testing.TB, space *isms.Space) soa.Statement {
	tb.Helper()
	var in soa.Inputs
	err := space.View(tb.Context(), func(tx *isms.Tx) (err error) {
		in, err = soa.ReadInputs(tx)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return soa.Compile(in, today)
}

// feed yields changes as the log of a space does.
func feed(changes []isms.Change) iter.Seq2[isms.Change, error] {
	return func(yield func(isms.Change, error) bool) {
		for _, c := range changes {
			if !yield(c, nil) {
				return
			}
		}
	}
}

func logOf(b *testing.B, space *isms.Space) (changes []isms.Change) {
	b.Helper()
	for c, err := range space.Changes(b.Context(), 0) {
		if err != nil {
			b.Fatal(err)
		}
		changes = append(changes, c)
	}
	return changes
}

// BenchmarkDiff compares two years: all of it, and what its parts cost.
func BenchmarkDiff(b *testing.B) {
	space, old, now := twoYears(b)
	changes := logOf(b, space)
	d := soa.Diff(old, now)
	explained, err := soa.Causes(b.Context(), space, d)
	if err != nil {
		b.Fatal(err)
	}
	cells, causes := 0, 0
	for _, r := range explained.Rows {
		for _, c := range r.Cells {
			cells++
			causes += min(1, len(c.Causes))
		}
	}
	b.Logf("%d revisions in the log, %d rows and %d cells differ, %d with a cause", len(changes), len(d.Rows), cells, causes)
	b.Run("diff and causes", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := soa.Diff(old, now).Explain(feed(changes)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("diff", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			soa.Diff(old, now)
		}
	})
	b.Run("diff, causes and reading", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := soa.Causes(b.Context(), space, soa.Diff(old, now)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("reading the log", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			logOf(b, space)
		}
	})
	b.Run("report", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			explained.Report(lang.NL)
		}
	})
}
