package soa_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
)

// Little ISMS Helper: a freeze "as of" a past date that returned current values.
func TestPeerStatementOfThePast(t *testing.T) {
	clock := time.Date(2026, 1, 10, 12, 0, 0, 0, time.UTC)
	store := isms.Open(memstore.New(), &isms.Options{Now: func() time.Time { return clock }})
	defer store.Close()
	space := store.Space("bakery").As(isms.Person("ann"))
	update := func(f func(tx *isms.Tx) error) {
		t.Helper()
		if err := space.Update(t.Context(), "", f); err != nil {
			t.Fatal(err)
		}
	}
	compile := func(space *isms.Space) soa.Statement {
		t.Helper()
		var in soa.Inputs
		err := space.View(t.Context(), func(tx *isms.Tx) (err error) {
			in, err = soa.ReadInputs(tx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return soa.Compile(in, today)
	}
	r := risk.Risk{Common: isms.Common{ID: "r-1"}, Title: plain("Fire"), Treatment: risk.Treatment{Controls: []isms.ControlID{"A.7.5"}}}
	update(func(tx *isms.Tx) error {
		records := []func() error{
			func() error {
				return isms.Organizations(tx).Put(&isms.Organization{Common: isms.Common{ID: "o"}, Name: plain("Bakery")})
			},
			func() error {
				return isms.Scopes(tx).Put(&isms.Scope{Common: isms.Common{ID: "s"}, Title: plain("All")})
			},
			func() error {
				return isms.Requirements(tx).Put(&isms.Requirement{Common: isms.Common{ID: "q"}, Title: plain("Q"), Type: isms.RequirementLaw, Controls: []isms.ControlID{"A.5.31"}})
			},
			func() error {
				return isms.Documents(tx).Put(&isms.Document{Common: isms.Common{ID: "d", Status: isms.Approved}, Title: plain("D"), Type: isms.DocumentPolicy, Version: "1", Controls: []isms.ControlID{"A.5.1"}})
			},
			func() error {
				return isms.EvidenceRecords(tx).Put(&isms.Evidence{Common: isms.Common{ID: "e"}, Title: plain("E"), Type: isms.EvidenceLog, Controls: []isms.ControlID{"A.5.1"}})
			},
			func() error {
				return isms.Controls(tx).Put(&isms.Control{Common: isms.Common{ID: "c"}, Ref: "A.8.30", Exclude: plain("none")})
			},
			func() error { return risk.Risks(tx).Put(&r) },
		}
		for _, put := range records {
			if err := put(); err != nil {
				return err
			}
		}
		return nil
	})
	frozen := compile(space)
	if frozen.Organization.Name(lang.EN) != "Bakery" || frozen.Scope.Name(lang.EN) != "All" {
		t.Errorf("statement of %q, %q, want Bakery, All", frozen.Organization.Name(lang.EN), frozen.Scope.Name(lang.EN))
	}
	for id, want := range map[isms.ControlID]soa.Decision{"A.7.5": soa.Included, "A.5.31": soa.Included, "A.5.1": soa.Included, "A.8.30": soa.Excluded} {
		if got := row(t, frozen, id).Decision; got != want {
			t.Errorf("%s = %s, want %s", id, got, want)
		}
	}
	if got := row(t, frozen, "A.7.5").Reasons[0].From.Link; got != (isms.Link{Kind: "risk", ID: "r-1", Rev: 1}) {
		t.Errorf("A.7.5 comes from %v, want risk/r-1@1", got)
	}

	update(func(tx *isms.Tx) error {
		return isms.Scopes(tx).Put(&isms.Scope{Common: isms.Common{ID: "old", Status: isms.Retired}, Title: plain("Old"), Statement: plain("Old")})
	})
	if got := compile(space).Scope.Link.ID; got != "s" {
		t.Errorf("scope beside a retired one = %q, want s", got)
	}

	then := clock
	clock = clock.AddDate(0, 1, 0)
	r.Treatment.Controls = []isms.ControlID{"A.7.8"}
	update(func(tx *isms.Tx) error { return risk.Risks(tx).Put(&r) })
	if got := row(t, compile(space), "A.7.5").Decision; got != soa.Undecided {
		t.Errorf("A.7.5 now = %s, want undecided", got)
	}
	update(func(tx *isms.Tx) error {
		return isms.Scopes(tx).Put(&isms.Scope{Common: isms.Common{ID: "two"}, Title: plain("Two")})
	})
	if got := compile(space).Scope.Link; !got.IsZero() {
		t.Errorf("scope of a tenant with two = %v, want none", got)
	}
	if diff := cmp.Diff(frozen, compile(space.AsOfSeq(frozen.Seq))); diff != "" {
		t.Errorf("statement as of record %d (-want +got):\n%s", frozen.Seq, diff)
	}
	past := compile(space.AsOf(then))
	past.Seq = frozen.Seq // a scope was retired that day
	if diff := cmp.Diff(frozen, past); diff != "" {
		t.Errorf("statement as of then (-want +got):\n%s", diff)
	}
}

func TestReadInputsAfterTheTransaction(t *testing.T) {
	store := isms.Open(memstore.New(), nil)
	defer store.Close()
	var ended *isms.Tx
	if err := store.Space("bakery").View(t.Context(), func(tx *isms.Tx) error { ended = tx; return nil }); err != nil {
		t.Fatal(err)
	}
	if in, err := soa.ReadInputs(ended); err == nil {
		t.Errorf("ReadInputs of an ended transaction = %v, want an error", in)
	}
}
