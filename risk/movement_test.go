package risk_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/risk"
)

// What is new, changed and gone since a moment, of the tenant's own history.
func TestSince(t *testing.T) {
	clock := time.Date(2026, 1, 15, 9, 0, 0, 0, time.UTC)
	s := isms.Open(memstore.New(), &isms.Options{Now: func() time.Time { return clock }})
	defer s.Close()
	space := s.Space("acme").As(isms.Person("jan"))
	store(t, space)
	risks := map[string]*risk.Risk{}
	for _, id := range []string{"edited", "gone", "lower", "retired", "same", "lapses", "closed"} {
		r := named(id, "", evaluation(5, 5))
		if id == "lapses" {
			r.Acceptance = risk.Acceptance{By: cio, On: date("2026-01-10"), Until: date("2026-02-01")}
		}
		risks[id] = &r
		if p := put(t, space, &r); p != nil {
			t.Fatal(p)
		}
	}
	then := clock
	clock = clock.AddDate(0, 1, 0)
	risks["edited"].Tags = []string{"x"}
	risks["lower"].Current = evaluation(1, 1)
	risks["retired"].Status = isms.Retired
	risks["closed"].Turns = []risk.Turn{turn(risk.Closed, "2026-02-01")}
	fresh := named("new", "", risk.Evaluation{})
	for _, r := range []*risk.Risk{risks["edited"], risks["lower"], risks["retired"], risks["closed"], &fresh} {
		if p := put(t, space, r); p != nil {
			t.Fatal(p)
		}
	}
	if err := space.Update(t.Context(), "", func(tx *isms.Tx) error { return risk.Risks(tx).Delete("gone", 1) }); err != nil {
		t.Fatal(err)
	}
	before, now := register(t, space.AsOf(then), isms.DateOf(then)), register(t, space, isms.DateOf(clock))
	var got []string
	for _, m := range now.Since(before) {
		got = append(got, movement(t, m))
	}
	want := []string{"new: in", "closed: phase content", "edited: content", "lapses: acceptance", "lower: level content", "gone: out", "retired: out"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Since (-want +got)\n%s", diff)
	}
	rows := table(t, now.ChangesReport(before, lang.EN), "changes").Rows
	if got, want := cells(rows[4]), "lower | lower | another level; edited | Critical | Low | evaluated | evaluated | not accepted | not accepted"; got != want {
		t.Errorf("row = %s, want %s", got, want)
	}
	if got, want := cells(rows[0]), "new | new | new |  | not assessed; ranks as the greatest possible |  | identified |  | not accepted"; got != want {
		t.Errorf("row = %s, want %s", got, want)
	}
	if n := len(now.Since(now)); n != 0 {
		t.Errorf("Since(itself) = %d movements, want 0", n)
	}
}

// register is the register of a space on a day.
func register(t *testing.T, space *isms.Space, today isms.Date) (reg risk.Register) {
	t.Helper()
	err := space.View(t.Context(), func(tx *isms.Tx) error {
		in, err := risk.ReadInputs(tx)
		reg = risk.NewRegister(in, today)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return reg
}

// movement is "id: what what".
func movement(t *testing.T, m risk.Movement) string {
	t.Helper()
	row := m.After
	if row == nil {
		row = m.Before
	}
	var what []string
	for _, code := range m.What {
		what = append(what, strings.TrimPrefix(string(code), "risk/moved-"))
		if en, nl := code.Text(lang.EN, nil), code.Text(lang.NL, nil); en == nl || en == string(code) {
			t.Errorf("%s reads %q and %q", code, en, nl)
		}
	}
	return row.Risk.ID + ": " + strings.Join(what, " ")
}
