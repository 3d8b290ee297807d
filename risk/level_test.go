package risk_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
)

// Every cell has a level with its band, rank and acceptability; anything else
// has none, and neither panics nor wraps around: -1 and 0 are no numbers to
// calculate with (MONARC did).
func TestRateIsTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMethodology(t)
		for l := -1; l <= len(m.Likelihood.Steps)+1; l++ {
			for i := -1; i <= len(m.Impact.Steps)+1; i++ {
				checkRate(t, m, l, i)
			}
		}
	})
}

func checkRate(t *rapid.T, m risk.Methodology, l, i int) {
	on := l >= 1 && l <= len(m.Likelihood.Steps) && i >= 1 && i <= len(m.Impact.Steps)
	got := m.Rate(risk.Evaluation{Methodology: m.Pin(), Likelihood: l, Impact: i})
	switch {
	case got.Rated() != on:
		t.Fatalf("Rate(%d, %d).Rated() = %t, want %t", l, i, got.Rated(), on)
	case !on && (got.Acceptable || got.Band.ID != ""):
		t.Fatalf("Rate(%d, %d) = %+v, want no band and not acceptable", l, i, got)
	case !on:
	case got.Band.ID != m.Matrix[l-1][i-1] || got.Likelihood != l || got.Impact != i:
		t.Fatalf("Rate(%d, %d) = %+v, want band %s", l, i, got, m.Matrix[l-1][i-1])
	case m.Bands[got.Rank-1].ID != got.Band.ID || got.Of != len(m.Bands):
		t.Fatalf("Rate(%d, %d): rank %d of %d is not that of band %s", l, i, got.Rank, got.Of, got.Band.ID)
	}
}

func TestRateReasons(t *testing.T) {
	m := matrix5()
	other := m.Pin()
	other.Rev = 2
	for _, c := range []struct {
		name string
		e    risk.Evaluation
		want isms.Code
	}{
		{"nothing", risk.Evaluation{}, risk.CodeNotAssessed},
		{"impact missing", risk.Evaluation{Methodology: m.Pin(), Likelihood: 1}, risk.CodeNotAssessed},
		{"likelihood missing", risk.Evaluation{Methodology: m.Pin(), Impact: 1}, risk.CodeNotAssessed},
		{"too high", risk.Evaluation{Methodology: m.Pin(), Likelihood: 6, Impact: 1}, risk.CodeCannotRate},
		{"minus one is no step", risk.Evaluation{Methodology: m.Pin(), Likelihood: -1, Impact: 1}, risk.CodeCannotRate},
		{"another revision", risk.Evaluation{Methodology: other, Likelihood: 1, Impact: 1}, risk.CodeOtherMethodology},
		{"another methodology", risk.Evaluation{Methodology: isms.Link{Kind: "methodology", ID: "x", Rev: 1}, Likelihood: 1, Impact: 1}, risk.CodeOtherMethodology},
	} {
		got := m.Rate(c.e)
		if got.Unrated != c.want {
			t.Errorf("%s: Rate = %+v, want %s", c.name, got, c.want)
		}
		for _, l := range []lang.Lang{lang.EN, lang.NL} {
			if text, want := got.Label(l), c.want.Text(l, nil); text != want || text == string(c.want) {
				t.Errorf("%s: Label(%s) = %q, want %q", c.name, l, text, want)
			}
		}
	}
	if got := m.Rate(risk.Evaluation{Likelihood: 1, Impact: 1}); got.Band.ID != "low" {
		t.Errorf("Rate without a methodology = %+v, want low", got)
	}
	broken := matrix5()
	broken.Matrix[0][0] = "gone"
	if got := broken.Rate(risk.Evaluation{Likelihood: 1, Impact: 1}); got.Unrated != risk.CodeCannotRate {
		t.Errorf("Rate of a cell without a band = %+v, want %s", got, risk.CodeCannotRate)
	}
	if got, want := (risk.Level{}).Label(lang.NL), "niet beoordeeld; geldt als het grootst mogelijke"; got != want {
		t.Errorf("Level{}.Label(nl) = %q, want %q", got, want)
	}
}

func TestAcceptableUpTo(t *testing.T) {
	m := matrix5()
	m.AcceptUpTo = "medium"
	for cell, want := range map[[2]int]bool{{1, 1}: true, {3, 3}: true, {3, 4}: false, {5, 5}: false} {
		if got := m.Rate(evaluation(cell[0], cell[1])); got.Acceptable != want {
			t.Errorf("Rate(%v).Acceptable = %t, want %t", cell, got.Acceptable, want)
		}
	}
	m.AcceptUpTo = ""
	if m.Rate(evaluation(1, 1)).Acceptable {
		t.Error("Acceptable = true without a band up to which, want false")
	}
}

// anyLevel draws a level of some methodology, or an unrated one.
func anyLevel(t *rapid.T, name string) risk.Level {
	of := rapid.IntRange(0, 6).Draw(t, name+" of")
	if of == 0 {
		return risk.Level{Unrated: rapid.SampledFrom([]isms.Code{"", risk.CodeNotAssessed, risk.CodeCannotRate}).Draw(t, name)}
	}
	return risk.Level{Rank: rapid.IntRange(1, of).Draw(t, name), Of: of}
}

func TestCompareIsAnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := anyLevel(t, "a"), anyLevel(t, "b"), anyLevel(t, "c")
		if a.Compare(b) != -b.Compare(a) {
			t.Fatalf("Compare(%+v, %+v) = %d, and %d the other way", a, b, a.Compare(b), b.Compare(a))
		}
		if a.Compare(b) <= 0 && b.Compare(c) <= 0 && a.Compare(c) > 0 {
			t.Fatalf("%+v <= %+v <= %+v, yet the first is above the last", a, b, c)
		}
		if !a.Rated() && b.Rated() && a.Compare(b) <= 0 {
			t.Fatalf("Compare(%+v, %+v) = %d, want what is not rated above every band", a, b, a.Compare(b))
		}
		if a.Of == b.Of && a.Rated() && (a.Rank > b.Rank) != (a.Compare(b) > 0) {
			t.Fatalf("Compare(%+v, %+v) = %d, want the order of the ranks", a, b, a.Compare(b))
		}
	})
	top3, top5 := risk.Level{Rank: 3, Of: 3}, risk.Level{Rank: 5, Of: 5}
	if top3.Compare(top5) != 0 {
		t.Errorf("Compare of two highest bands = %d, want 0", top3.Compare(top5))
	}
}

func TestStep(t *testing.T) {
	s := matrix5().Likelihood
	for n, want := range map[int]string{0: "", 4: "4 Waarschijnlijk", 6: "6", -1: "-1"} {
		if got := s.Step(n, lang.NL); got != want {
			t.Errorf("Step(%d) = %q, want %q", n, got, want)
		}
	}
}

// Acceptance criteria differ by category and the strictest holds; above the
// tolerance nothing may be accepted; escalation adds those who must consent.
func TestLimits(t *testing.T) {
	board, officer := isms.Link{Kind: "role", ID: "board"}, isms.Link{Kind: "role", ID: "privacy-officer"}
	m := matrix5()
	m.AcceptUpTo, m.TolerateUpTo = "low", "high"
	m.Bands[2].Escalation, m.Bands[3].Escalation = board, board
	m.Categories = []risk.Category{
		{ID: "privacy", Title: isms.Plain("Privacy"), TolerateUpTo: "medium", Escalation: officer},
		{ID: "pilot", Title: isms.Plain("Pilot projects"), AcceptUpTo: "medium"},
		{ID: "safety", Title: isms.Plain("Safety"), AcceptUpTo: "low", TolerateUpTo: "critical", Escalation: board},
	}
	if p := isms.Validate(m); len(p) > 0 {
		t.Fatal(p)
	}
	cell := map[string][2]int{"low": {1, 1}, "medium": {3, 3}, "high": {4, 4}, "critical": {5, 5}}
	for _, c := range []struct {
		band       string
		categories []string
		acceptable bool
		tolerable  bool
		escalation []isms.Link
	}{
		{"low", nil, true, true, nil},
		{"medium", nil, false, true, nil},
		{"high", nil, false, true, []isms.Link{board}},
		{"critical", nil, false, false, []isms.Link{board}},
		{"low", []string{"privacy"}, false, true, []isms.Link{officer}},
		{"high", []string{"privacy"}, false, false, []isms.Link{officer, board}},
		{"medium", []string{"pilot"}, true, true, nil},
		{"critical", []string{"pilot"}, false, false, []isms.Link{board}},
		{"medium", []string{"pilot", "privacy"}, false, true, []isms.Link{officer}},
		{"medium", []string{"pilot", "unknown"}, true, true, nil},
		{"high", []string{"safety"}, false, true, []isms.Link{board}},
		{"critical", []string{"safety"}, false, true, []isms.Link{board}},
		{"critical", []string{"safety", "pilot"}, false, false, []isms.Link{board}},
	} {
		got := m.Rate(evaluation(cell[c.band][0], cell[c.band][1]), c.categories...)
		if got.Band.ID != c.band || got.Acceptable != c.acceptable || got.Tolerable != c.tolerable || !slices.Equal(got.Escalation, c.escalation) {
			t.Errorf("Rate(%s, %v) = %s, acceptable %t, tolerable %t, escalation %v, want %t, %t, %v",
				c.band, c.categories, got.Band.ID, got.Acceptable, got.Tolerable, got.Escalation, c.acceptable, c.tolerable, c.escalation)
		}
	}
	if got := m.Rate(risk.Evaluation{}, "pilot"); got.Acceptable || got.Tolerable {
		t.Errorf("not assessed: %+v, want neither acceptable nor tolerable", got)
	}
	m.TolerateUpTo, m.Categories = "", nil
	if !m.Rate(evaluation(5, 5)).Tolerable {
		t.Error("Tolerable = false without a tolerance, want true")
	}
}

// A methodology of schema 1 is read as it was stored, with what came later
// unset: nothing of what it rated changes.
func TestSchema1IsRead(t *testing.T) {
	space := newSpace(t)
	m := risk.Matrix5()
	err := space.Update(t.Context(), "", func(tx *isms.Tx) error { return isms.Kind[risk.Methodology]{}.In(tx).Put(&m) })
	if err != nil {
		t.Fatal(err)
	}
	err = space.View(t.Context(), func(tx *isms.Tx) error {
		got, err := risk.Methodologies(tx).Get(m.ID)
		if level := got.Rate(evaluation(5, 5)); err != nil || level.Band.ID != "critical" || !level.Tolerable || len(level.Escalation) > 0 {
			t.Errorf("Get = %v, %v: level %+v, want critical as before", got.ID, err, level)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Of a methodology that no store ever checked, a cell beyond the scale is not
// rated, and has no place on the heat map.
func TestMatrixBeyondItsScale(t *testing.T) {
	m := matrix5()
	m.Likelihood.Steps = m.Likelihood.Steps[:3]
	if got := m.Rate(evaluation(4, 1)); got.Unrated != risk.CodeCannotRate {
		t.Errorf("Rate(4, 1) = %+v, want %s", got, risk.CodeCannotRate)
	}
	reg := risk.NewRegister(risk.Inputs{Risks: []risk.Risk{named("a", "", evaluation(4, 1))}, Methodologies: []risk.Methodology{m}}, date("2026-03-01"))
	if h := reg.HeatMap(m, risk.Current, lang.EN); len(h.Lane.Labels) != 1 {
		t.Errorf("lane = %v, want the risk", h.Lane.Labels)
	}
}
