package risk_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
)

// From five steps to three: what means the same maps by itself, a person maps
// the rest, and the report says what that costs before anybody decides.
func ExampleRescore() {
	from, to := risk.Matrix5(), risk.Matrix3()
	from.Rev, to.Rev = 2, 1
	risks := []risk.Risk{{Common: isms.Common{ID: "r-1"}}, {Common: isms.Common{ID: "r-2"}}}
	risks[0].Current = risk.Evaluation{Methodology: from.Pin(), Likelihood: 3, Impact: 3}
	risks[1].Current = risk.Evaluation{Methodology: from.Pin(), Likelihood: 5, Impact: 5}

	by := risk.MapSteps(from, to)
	fmt.Println("same meaning:", by)
	by.Likelihood = []int{1, 1, 2, 3, 3}
	by.Impact[0] = 1

	r, err := risk.Rescore(from, to, by, risks)
	if err != nil {
		fmt.Println(err)
	}
	for _, l := range r.Lost[:2] {
		fmt.Printf("%s: %v become %d\n", l.Of, l.From, l.Into)
	}
	for _, c := range r.Risks {
		fmt.Printf("%s: %s, now %s\n", c.Risk.ID, c.Old.Label(lang.EN), c.New.Label(lang.EN))
	}
	// Output:
	// same meaning: {[0 0 2 0 0] [0 1 2 0 0]}
	// likelihood: [1 2] become 1
	// likelihood: [4 5] become 3
	// r-1: Medium, now Medium
	// r-2: Critical, now its steps have no counterpart in the new methodology; ranks as the greatest possible until it is assessed again
}

func pinned(m risk.Methodology, l, i int) risk.Evaluation {
	return risk.Evaluation{Methodology: m.Pin(), Likelihood: l, Impact: i, On: date("2026-01-10"), Rationale: isms.Plain("because")}
}

// A later revision that moves one cell and lowers the bar: what may be retained
// from then on is told apart, and no step is lost.
func TestRescoreOfARevision(t *testing.T) {
	from, to := risk.Matrix5(), risk.Matrix5()
	from.Rev, to.Rev = 1, 2
	to.Matrix[2][1] = "low"  // (3, 2) was medium
	to.Matrix[4][3] = "high" // (5, 4) was critical
	to.Matrix[0][0] = "low"  // as it was
	to.Criteria = isms.Plain("other words")
	other := from.Pin()
	other.Rev = 9
	risks := []risk.Risk{named("a", "", pinned(from, 3, 2)), named("b", "", pinned(from, 5, 4)), named("c", "", pinned(from, 1, 1)), named("d", "", risk.Evaluation{Methodology: other, Likelihood: 1, Impact: 1})}
	risks[1].Residual = pinned(from, 1, 1)
	r, err := risk.Rescore(from, to, risk.MapSteps(from, to), risks)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range r.Risks {
		got = append(got, fmt.Sprintf("%s %s %s>%s loosened=%t tightened=%t", c.Risk.ID, c.Stage, c.Old.Band.ID, c.New.Band.ID, c.Loosened(), c.Tightened()))
		want := pinned(to, c.Old.Likelihood, c.Old.Impact) // the day, the person and the reason stay
		if diff := cmp.Diff(want, c.Evaluation, cmp.Comparer(isms.Date.Equal)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.Risk.ID, diff)
		}
	}
	want := []string{
		"a current medium>low loosened=true tightened=false",
		"b current critical>high loosened=false tightened=false",
		"b residual low>low loosened=false tightened=false",
		"c current low>low loosened=false tightened=false",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("risks (-want +got):\n%s", diff)
	}
	if r.Other != 1 {
		t.Errorf("Other = %d, want 1: of another revision, which stays as it is", r.Other)
	}
	lost := []risk.Loss{{From: []int{1, 2}, Into: 1}, {From: []int{3, 4}, Into: 3}}
	if diff := cmp.Diff(lost, r.Lost); diff != "" {
		t.Errorf("Lost (-want +got):\n%s", diff)
	}
	if len(r.Cells) != 25 || risks[0].Current.Methodology != from.Pin() {
		t.Errorf("%d cells, want 25; the risk is %v, want it untouched", len(r.Cells), risks[0].Current.Methodology)
	}
}

// A category with criteria of its own keeps them, and the loss of one shows.
func TestRescoreKeepsCategories(t *testing.T) {
	from, to := risk.Matrix5(), risk.Matrix5()
	from.Rev, to.Rev = 1, 2
	from.Categories = []risk.Category{{ID: "safety", Title: isms.Plain("Safety")}} // nothing may be retained
	r := named("a", "", pinned(from, 1, 1))
	r.Categories = []string{"safety"}
	for name, keep := range map[string]bool{"kept": true, "lost": false} {
		to.Categories = nil
		if keep {
			to.Categories = from.Categories
		}
		got, err := risk.Rescore(from, to, risk.MapSteps(from, to), []risk.Risk{r})
		if err != nil {
			t.Fatal(err)
		}
		if move := got.Risks[0]; move.Old.Acceptable || move.New.Acceptable == keep || move.Loosened() == keep {
			t.Errorf("category %s: acceptable %t, then %t, loosened %t", name, move.Old.Acceptable, move.New.Acceptable, move.Loosened())
		}
	}
}

// What has no counterpart is never guessed low: it is not assessed, ranks as the
// greatest possible, and may not be retained.
func TestUnmappedIsTheGreatest(t *testing.T) {
	from, to := risk.Matrix5(), risk.Matrix3()
	from.Rev, to.Rev = 1, 1
	by := risk.Mapping{Likelihood: []int{1, 1, 2, 3, 0}, Impact: []int{1, 1, 2, 3, 3}}
	r, err := risk.Rescore(from, to, by, []risk.Risk{named("a", "", pinned(from, 5, 1)), named("b", "", pinned(from, 1, 5)), named("c", "", pinned(from, 0, 0))})
	if err != nil {
		t.Fatal(err)
	}
	gone := r.Risks[0]
	if gone.New.Rated() || gone.New.Acceptable || gone.New.Unrated != risk.CodeUnmapped || gone.Evaluation.Likelihood != 0 || gone.Evaluation.Impact != 0 {
		t.Errorf("unmapped: %+v, want not assessed", gone)
	}
	if gone.New.Compare(r.Risks[1].New) <= 0 {
		t.Error("unmapped does not rank above a rated risk")
	}
	if !r.Risks[1].New.Rated() || r.Risks[1].Loosened() {
		t.Errorf("mapped: %+v, want rated", r.Risks[1])
	}
	if r.Risks[2].New.Rated() {
		t.Errorf("never assessed: %+v, want it so still", r.Risks[2])
	}
	unmapped := 0
	for _, c := range r.Cells {
		if !c.New.Rated() {
			unmapped++
		}
	}
	if unmapped != 5 {
		t.Errorf("%d cells without a counterpart, want the 5 of the last likelihood", unmapped)
	}
	if p := isms.Validate(named("a", "", gone.Evaluation)); len(p) > 0 {
		t.Errorf("Validate of the new evaluation = %v, want none", p)
	}
}

func TestMappingIsRefused(t *testing.T) {
	from, to := risk.Matrix5(), risk.Matrix3()
	from.Rev = 4
	for name, c := range map[string]struct {
		by   risk.Mapping
		path string
		code isms.Code
	}{
		"too short":                    {risk.Mapping{Likelihood: []int{1, 2, 3}, Impact: []int{1, 1, 2, 2, 3}}, "/likelihood", risk.CodeScale},
		"off the new scale":            {risk.Mapping{Likelihood: []int{1, 1, 2, 2, 4}, Impact: []int{1, 1, 2, 2, 3}}, "/likelihood/4", risk.CodeOffScale},
		"negative":                     {risk.Mapping{Likelihood: []int{-1, 1, 2, 2, 3}, Impact: []int{1, 1, 2, 2, 3}}, "/likelihood/0", risk.CodeOffScale},
		"falling":                      {risk.Mapping{Likelihood: []int{1, 1, 2, 2, 3}, Impact: []int{1, 3, 2, 2, 3}}, "/impact/2", risk.CodeReversed},
		"falling behind what has none": {risk.Mapping{Likelihood: []int{1, 1, 2, 2, 3}, Impact: []int{1, 3, 0, 2, 3}}, "/impact/3", risk.CodeReversed},
	} {
		r, err := risk.Rescore(from, to, c.by, nil)
		var problem *isms.ProblemError
		if !errors.As(err, &problem) || r.Cells != nil {
			t.Errorf("%s: Rescore = %v, %v, want a problem", name, r.Cells, err)
			continue
		}
		if p := problem.Problems[0]; p.Code != c.code || p.Path != c.path || p.Subject != from.Pin() {
			t.Errorf("%s: %v, want %s at %s", name, problem.Problems, c.code, c.path)
		}
	}
}

// Steps of the same title with other criteria mean something else; steps of the
// same criteria under another title mean the same.
func TestMapStepsGoesByMeaning(t *testing.T) {
	step := func(title, criteria string) risk.Step {
		return risk.Step{Title: isms.Plain(title), Criteria: isms.Plain(criteria)}
	}
	from := risk.Methodology{Likelihood: risk.Scale{Steps: []risk.Step{step("low", "a"), step("medium", "b"), step("high", "")}}}
	to := risk.Methodology{Likelihood: risk.Scale{Steps: []risk.Step{step("low", "x"), step("middle", "b"), step("high", "")}}}
	from.Impact.Steps = []risk.Step{{Dimensions: map[string]isms.Text{"law": isms.Plain("a")}}}
	to.Impact.Steps = []risk.Step{{Dimensions: map[string]isms.Text{"law": isms.Plain("b")}}, {Dimensions: map[string]isms.Text{"law": isms.Plain("a")}}}
	if diff := cmp.Diff(risk.Mapping{Likelihood: []int{0, 2, 3}, Impact: []int{2}}, risk.MapSteps(from, to)); diff != "" {
		t.Errorf("MapSteps (-want +got):\n%s", diff)
	}
	for id, m := range readyMade() {
		by := risk.MapSteps(m, m)
		for _, steps := range [][]int{by.Likelihood, by.Impact} {
			if slices.Contains(steps, 0) || !slices.IsSorted(steps) {
				t.Errorf("%s: MapSteps to itself = %v, want every step", id, by)
			}
		}
	}
}

// To itself nothing changes and nothing is lost, whatever the methodology.
func TestRescoreToItselfChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMethodology(t)
		r, err := risk.Rescore(m, m, risk.MapSteps(m, m), nil)
		if err != nil || len(r.Lost) > 0 {
			t.Fatalf("Rescore = %v, %v, want no loss", r.Lost, err)
		}
		for _, c := range r.Cells {
			if c.Old.Rank != c.New.Rank || c.Loosened() || c.Tightened() {
				t.Fatalf("cell %+v, want no change", c)
			}
		}
	})
}

func TestRescoringReport(t *testing.T) {
	from, to := risk.Matrix5(), risk.Matrix3()
	from.Rev, to.Rev = 2, 1
	by := risk.Mapping{Likelihood: []int{1, 1, 2, 3, 0}, Impact: []int{1, 1, 2, 3, 3}}
	a, b := named("fire", "R-1", pinned(from, 3, 2)), named("theft", "R-2", pinned(from, 5, 5))
	r, err := risk.Rescore(from, to, by, []risk.Risk{a, b})
	if err != nil {
		t.Fatal(err)
	}
	for l, want := range map[lang.Lang]map[string][]string{
		lang.EN: {
			"rescoring": {"Made with the old methodology | 2", "May be retained from now on, and might not before | 1"},
			"rescored": {
				"R-1 | fire | current risk | Medium | Low | may be retained from now on",
				"R-2 | theft | current risk | Critical | its steps have no counterpart in the new methodology; ranks as the greatest possible until it is assessed again | to be assessed again",
			},
			"losses": {"likelihood | 1 Rare; 2 Unlikely | 1 Unlikely", "impact | 1 Negligible; 2 Minor | 1 Minor"},
			"moves":  {"1, 1 | Low | 1, 1 | Low | "},
		},
		lang.NL: {
			"rescored":         {"R-1 | fire | huidig risico | Midden | Laag | mag voortaan worden behouden"},
			"losses":           {"waarschijnlijkheid | 1 Zeldzaam; 2 Onwaarschijnlijk | 1 Onwaarschijnlijk"},
			"steps-likelihood": {"1 Zeldzaam | 1 Onwaarschijnlijk"},
		},
	} {
		doc := r.Report(l)
		for id, rows := range want {
			got := table(t, doc, id).Rows
			for i, row := range rows {
				if i >= len(got) || cells(got[i]) != row {
					t.Errorf("%s: table %s row %d = %v, want %s", l, id, i, got, row)
				}
			}
		}
	}
	if rows := table(t, r.Report(lang.NL), "steps-likelihood").Rows; cells(rows[4]) != "5 Vrijwel zeker | geen" {
		t.Errorf("steps = %v, want none for the last", rows)
	}
}
