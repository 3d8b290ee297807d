package conformity_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/pdca/conformity"
	"github.com/ismskit/ismskit/risk"
)

// What is read from a store gives the same findings as plain values, and the
// past stays as it was.
func TestReadInputs(t *testing.T) {
	clock := time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)
	store := isms.Open(memstore.New(), &isms.Options{Now: func() time.Time { return clock }})
	defer store.Close()
	space := store.Space("bakery").As(isms.Person("bob"))
	org := isms.Organization{Common: isms.Common{ID: "bakery"}, Name: plain("Bakery")}
	r := risk.Risk{Common: isms.Common{ID: "fire"}, Title: plain("Fire")}
	n := isms.Nonconformity{Common: isms.Common{ID: "late"}, Title: plain("Late")}
	if err := space.Update(t.Context(), "start", func(tx *isms.Tx) error {
		if err := isms.Organizations(tx).Put(&org); err != nil {
			return err
		}
		if err := isms.Nonconformities(tx).Put(&n); err != nil {
			return err
		}
		return risk.Risks(tx).Put(&r)
	}); err != nil {
		t.Fatal(err)
	}
	then := clock
	clock = clock.AddDate(0, 0, 7)
	n.Correction = plain("Done.")
	if err := space.Update(t.Context(), "correct", func(tx *isms.Tx) error { return isms.Nonconformities(tx).Put(&n) }); err != nil {
		t.Fatal(err)
	}
	assess := func(s *isms.Space) (a conformity.Assessment) {
		t.Helper()
		if err := s.View(t.Context(), func(tx *isms.Tx) error {
			in, err := conformity.ReadInputs(tx)
			a = conformity.Assess(in, today)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return a
	}
	now := assess(space)
	if got := find(now, "conformity/correction")[0].Verdict; got != isms.NoGap {
		t.Errorf("correction now = %s, want no gap found", got)
	}
	if got := find(now, "conformity/risk-assessed")[0].Facts[0].Subject.String(); got != "risk/fire@1" {
		t.Errorf("unassessed = %s, want risk/fire@1", got)
	}
	if got := find(assess(space.AsOf(then)), "conformity/correction")[0].Verdict; got != isms.Gap {
		t.Errorf("correction then = %s, want a gap", got)
	}
	plainly := conformity.Assess(conformity.Inputs{
		Organizations: []isms.Organization{org}, Risks: []risk.Risk{r}, Nonconformities: []isms.Nonconformity{n},
	}, today)
	if diff := cmp.Diff(plainly, now); diff != "" {
		t.Errorf("from a store (-plain +store):\n%s", diff)
	}
}

func TestReadInputsAfterTheTransaction(t *testing.T) {
	store := isms.Open(memstore.New(), nil)
	defer store.Close()
	var ended *isms.Tx
	if err := store.Space("bakery").View(t.Context(), func(tx *isms.Tx) error { ended = tx; return nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := conformity.ReadInputs(ended); err == nil {
		t.Error("ReadInputs of an ended transaction gives no error")
	}
}
