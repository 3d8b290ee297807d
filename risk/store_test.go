package risk_test

import (
	"errors"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
)

// store puts the methodology and what whole refers to.
func store(t *testing.T, space *isms.Space) risk.Methodology {
	t.Helper()
	m := risk.Matrix5()
	role := isms.Role{Common: isms.Common{ID: "cio"}, Title: isms.Plain("CIO")}
	asset := isms.Asset{Common: isms.Common{ID: "payroll"}, Title: isms.Plain("Payroll"), Type: isms.AssetInformation}
	err := space.Update(t.Context(), "set up", func(tx *isms.Tx) error {
		return errors.Join(risk.Methodologies(tx).Put(&m), isms.Roles(tx).Put(&role), isms.Assets(tx).Put(&asset))
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func put(t *testing.T, space *isms.Space, r *risk.Risk) []isms.Problem {
	t.Helper()
	err := space.Update(t.Context(), "", func(tx *isms.Tx) error { return risk.Risks(tx).Put(r) })
	var problem *isms.ProblemError
	if err != nil && !errors.As(err, &problem) {
		t.Fatal(err)
	}
	if problem == nil {
		return nil
	}
	return problem.Problems
}

func TestStoredRoundTrip(t *testing.T) {
	space := newSpace(t)
	store(t, space)
	want := whole()
	if p := put(t, space, &want); p != nil {
		t.Fatal(p)
	}
	err := space.View(t.Context(), func(tx *isms.Tx) error {
		got, err := risk.Risks(tx).Get("phishing")
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmp.Comparer(isms.Date.Equal)); diff != "" {
			t.Errorf("Get (-want +got):\n%s", diff)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A step that is not on the scale of the pinned revision is refused, and says
// which steps there are: "3.7 on a 5 x 5" is a top finding of auditors.
func TestOffScaleIsRefused(t *testing.T) {
	space := newSpace(t)
	store(t, space)
	wide := risk.Matrix5() // 2 steps of likelihood, 5 of impact
	wide.ID, wide.Likelihood.Steps, wide.Matrix = "wide", wide.Likelihood.Steps[:2], wide.Matrix[:2]
	if err := space.Update(t.Context(), "", func(tx *isms.Tx) error { return risk.Methodologies(tx).Put(&wide) }); err != nil {
		t.Fatal(err)
	}
	r := named("r", "", evaluation(6, 5))
	r.Inherent = risk.Evaluation{Methodology: wide.Pin(), Likelihood: 3, Impact: 5}
	r.Residual = evaluation(1, 7)
	got := put(t, space, &r)
	want := []isms.Problem{
		{Code: risk.CodeOffScale, Subject: isms.LinkTo(r), Path: "/inherent/likelihood", Args: map[string]string{"have": "3", "want": "1 ... 2"}},
		{Code: risk.CodeOffScale, Subject: isms.LinkTo(r), Path: "/current/likelihood", Args: map[string]string{"have": "6", "want": "1 ... 5"}},
		{Code: risk.CodeOffScale, Subject: isms.LinkTo(r), Path: "/residual/impact", Args: map[string]string{"have": "7", "want": "1 ... 5"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

// The scores of the factors stay with the evaluation, and lead to its steps.
func TestScoresLeadToTheSteps(t *testing.T) {
	space, m := newSpace(t), risk.OWASP()
	if err := space.Update(t.Context(), "", func(tx *isms.Tx) error { return risk.Methodologies(tx).Put(&m) }); err != nil {
		t.Fatal(err)
	}
	scores := map[string]int{}
	for _, d := range m.Derivations {
		for _, f := range d.Factors {
			scores[f.ID] = f.High
		}
	}
	e, _, err := m.Evaluate(scores)
	if err != nil {
		t.Fatal(err)
	}
	r := named("r", "", e)
	if p := put(t, space, &r); p != nil {
		t.Fatalf("problems = %v, want none", p)
	}
	first := m.Derivations[0].Factors[0].ID
	for name, c := range map[string]struct {
		change func(e *risk.Evaluation)
		path   string
		want   isms.Code
	}{
		"another step":      {func(e *risk.Evaluation) { e.Likelihood-- }, "/current/likelihood", risk.CodeNotDerived},
		"a factor left out": {func(e *risk.Evaluation) { delete(e.Factors, first) }, "/current/likelihood", risk.CodeNotDerived},
		"off the scale":     {func(e *risk.Evaluation) { e.Factors[first] = 10 }, "/current/factors/" + first, risk.CodeOffScale},
		"no such factor":    {func(e *risk.Evaluation) { e.Factors["luck"] = 1 }, "/current/factors/luck", risk.CodeUnknownFactor},
	} {
		changed := r
		changed.Current.Factors = maps.Clone(e.Factors)
		c.change(&changed.Current)
		if got := codes(put(t, space, &changed)); got[c.path] != c.want {
			t.Errorf("%s: problems = %v, want %s at %s", name, got, c.want, c.path)
		}
	}
}

// A property or category that the methodology lacks is refused: misspelt, it
// would relax the criteria in silence.
func TestUnknownWordsAreRefused(t *testing.T) {
	space := newSpace(t)
	m := store(t, space)
	m.Properties = []risk.Named{{ID: "traceability", Title: isms.Text{"en": "Traceability", "nl": "Herleidbaarheid"}}}
	m.Categories = []risk.Category{{ID: "privacy", Title: isms.Plain("Personal data")}}
	if err := space.Update(t.Context(), "", func(tx *isms.Tx) error { return risk.Methodologies(tx).Put(&m) }); err != nil {
		t.Fatal(err)
	}
	r := named("r", "", evaluation(1, 1))
	r.Current.Methodology = m.Pin()
	r.Affects, r.Categories = []risk.Property{risk.Integrity, "traceability"}, []string{"privacy"}
	if p := put(t, space, &r); p != nil {
		t.Errorf("own words: problems = %v, want none", p)
	}
	row := table(t, register(t, space, date("2026-03-01")).Report("nl"), "identified").Rows[0]
	if got, want := row.Cells[8].Text, "integriteit; Herleidbaarheid"; got != want {
		t.Errorf("Affects = %q, want %q", got, want)
	}
	r.Affects[1], r.Categories[0] = "tracability", "privcy"
	if got := codes(put(t, space, &r)); got["/affects/1"] != risk.CodeUnknownWord || got["/categories/0"] != risk.CodeUnknownWord {
		t.Errorf("problems = %v, want %s twice", got, risk.CodeUnknownWord)
	}
}

// The scale is that of the revision that is named: an old one stays as it was,
// and one that the same transaction makes counts already.
func TestScaleOfThePinnedRevision(t *testing.T) {
	space := newSpace(t)
	m := store(t, space)
	shorter := risk.Matrix3()
	shorter.ID, shorter.Rev = m.ID, m.Rev
	old, small, big := named("old", "", evaluation(5, 5)), named("small", "", evaluation(3, 3)), named("big", "", evaluation(4, 1))
	small.Current.Methodology.Rev, big.Current.Methodology.Rev = 2, 2
	update := func(r *risk.Risk) error {
		return space.Update(t.Context(), "a shorter scale", func(tx *isms.Tx) error {
			return errors.Join(risk.Methodologies(tx).Put(&shorter), risk.Risks(tx).Put(&old), risk.Risks(tx).Put(r))
		})
	}
	var problem *isms.ProblemError
	if err := update(&big); !errors.As(err, &problem) || problem.Problems[0].Code != risk.CodeOffScale {
		t.Fatalf("Update = %v, want %s", err, risk.CodeOffScale)
	}
	if err := update(&small); err != nil {
		t.Fatal(err)
	}
	shorter.Title = isms.Plain("renamed") // so that revision 2 is neither the first nor the last
	if err := space.Update(t.Context(), "", func(tx *isms.Tx) error { return risk.Methodologies(tx).Put(&shorter) }); err != nil {
		t.Fatal(err)
	}
	big.Current = evaluation(4, 1)
	big.Current.Methodology.Rev = 2
	if got := codes(put(t, space, &big)); got["/current/likelihood"] != risk.CodeOffScale {
		t.Errorf("off the scale of revision 2: problems = %v, want %s", got, risk.CodeOffScale)
	}
	big.Current.Methodology.Rev = 4
	if got := codes(put(t, space, &big)); got["/current/methodology"] != isms.CodeRevision {
		t.Errorf("a revision that is not there: problems = %v, want %s", got, isms.CodeRevision)
	}
	big.Current.Methodology = isms.Link{Kind: "methodology", ID: "gone", Rev: 1}
	if got := codes(put(t, space, &big)); got["/current/methodology"] != isms.CodeDangling {
		t.Errorf("a methodology that is not there: problems = %v, want %s", got, isms.CodeDangling)
	}
	err := space.View(t.Context(), func(tx *isms.Tx) error {
		in, err := risk.ReadInputs(tx)
		if err != nil {
			return err
		}
		reg := risk.NewRegister(in, date("2026-03-01"))
		for i, want := range []string{"old: critical (4 of 4)", "small: high (3 of 3)"} {
			row := reg.Rows[i]
			if got := row.Risk.ID + ": " + row.Current.Band.ID + " (" + string(rune('0'+row.Current.Rank)) + " of " + string(rune('0'+row.Current.Of)) + ")"; got != want {
				t.Errorf("row %d = %s, want %s", i, got, want)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The register as of a moment before a change is what it was.
func TestRegisterOfThePast(t *testing.T) {
	space := newSpace(t)
	store(t, space)
	r := named("r", "", evaluation(5, 5))
	if p := put(t, space, &r); p != nil {
		t.Fatal(p)
	}
	seq := r.Recorded.Seq
	r.Current = evaluation(1, 1)
	if p := put(t, space, &r); p != nil {
		t.Fatal(p)
	}
	for space, want := range map[*isms.Space]string{space: "low", space.AsOfSeq(seq): "critical"} {
		err := space.View(t.Context(), func(tx *isms.Tx) error {
			in, err := risk.ReadInputs(tx)
			if err != nil {
				return err
			}
			if got := risk.NewRegister(in, date("2026-03-01")).Rows[0].Current.Band.ID; got != want {
				t.Errorf("band = %s, want %s", got, want)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Inside a transaction the register already shows what it puts.
func TestRegisterInsideATransaction(t *testing.T) {
	space := newSpace(t)
	err := space.Update(t.Context(), "", func(tx *isms.Tx) error {
		m := risk.Matrix5()
		r := named("r", "", evaluation(5, 5))
		if err := errors.Join(risk.Methodologies(tx).Put(&m), risk.Risks(tx).Put(&r)); err != nil {
			return err
		}
		in, err := risk.ReadInputs(tx)
		if err != nil {
			return err
		}
		if got := risk.NewRegister(in, date("2026-03-01")).Rows[0].Current.Band.ID; got != "critical" || len(in.Methodologies) != 1 {
			t.Errorf("band = %q with %d methodologies, want critical with 1", got, len(in.Methodologies))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
