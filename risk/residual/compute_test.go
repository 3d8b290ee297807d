package residual_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/risk/residual"
)

func TestInOneLayerTheBestCounts(t *testing.T) {
	e := compute(t, inputs(
		effect("a", residual.Prevent, "mail", 300), effect("b", residual.Prevent, "mail", 600), effect("c", residual.Prevent, "", 500), effect("d", residual.Prevent, "", 400),
	), nil)
	wantShares(t, e, "2/10", "1")
	want := map[string]isms.Code{
		"a prevent": residual.CodeSameLayer, "b prevent": residual.CodeCounts,
		"c prevent": residual.CodeCounts, "d prevent": residual.CodeSameLayer,
	}
	if diff := cmp.Diff(want, uses(e)); diff != "" {
		t.Errorf("uses (-want +got):\n%s", diff)
	}
}

func TestWhatTwoControlsRestOnCountsOnce(t *testing.T) {
	in := inputs(effect("a", residual.Prevent, "x", 500), effect("b", residual.Prevent, "y", 600), effect("c", residual.ReduceLoss, "", 700))
	wantShares(t, compute(t, in, nil), "2/10", "3/10")
	restsOn(&in, "a", "sso")
	restsOn(&in, "b", "portal")
	restsOn(&in, "c", "backup")
	wantShares(t, compute(t, in, nil), "2/10", "3/10")

	// the portal needs the same service, by way of another, and in a circle
	in.Assets = []isms.Asset{
		{Common: isms.Common{ID: "portal"}, DependsOn: []isms.Ref[isms.Asset]{"proxy"}},
		{Common: isms.Common{ID: "proxy"}, DependsOn: []isms.Ref[isms.Asset]{"portal", "sso"}},
		{Common: isms.Common{ID: "sso"}, Title: isms.Plain("Single sign-on")},
	}
	e := compute(t, in, nil)
	wantShares(t, e, "4/10", "3/10")
	if got, want := e.Factors[0].UseText(lang.EN), "does not count: b counts, which rests on Single sign-on too"; got != want {
		t.Errorf("UseText = %q, want %q", got, want)
	}

	// and over functions: the best of both together stays
	in.Assets = append(in.Assets, isms.Asset{Common: isms.Common{ID: "backup"}, DependsOn: []isms.Ref[isms.Asset]{"sso"}})
	in.Graph.Rules.LikelihoodSteps, in.Graph.Rules.ImpactSteps = nil, nil
	e = compute(t, in, nil)
	wantShares(t, e, "1", "3/10")
	// unless the level says otherwise, which is compared first
	in.Graph.Rules.LikelihoodSteps = []int{450, 400}
	wantShares(t, compute(t, in, nil), "4/10", "1")
}

func TestAControlInTwoFunctionsCountsOnce(t *testing.T) {
	e := compute(t, inputs(effect("edr", residual.Prevent, "", 500), effect("edr", residual.ReduceLoss, "", 400)), nil)
	wantShares(t, e, "1/2", "1")
	if got, want := e.Factors[1].Use, residual.CodeSameControl; got != want {
		t.Errorf("Use = %s, want %s", got, want)
	}
}

func TestDetectionAndResponseEarnTogether(t *testing.T) {
	detect, respond := effect("siem", residual.Detect, "", 800), effect("soc", residual.Respond, "", 500)
	alone := compute(t, inputs(detect), nil)
	wantShares(t, alone, "1", "1")
	if got := uses(alone)["siem detect"]; got != residual.CodeNoResponse {
		t.Errorf("detection alone is used as %s, want %s", got, residual.CodeNoResponse)
	}
	alone = compute(t, inputs(respond), nil)
	wantShares(t, alone, "1", "1")
	if got := uses(alone)["soc respond"]; got != residual.CodeNoDetection {
		t.Errorf("response alone is used as %s, want %s", got, residual.CodeNoDetection)
	}
	in := inputs(detect, respond)
	wantShares(t, compute(t, in, nil), "1", "6/10")

	// they may rest on one service, or be one control: they earn only together anyway
	restsOn(&in, "siem", "logs")
	restsOn(&in, "soc", "logs")
	wantShares(t, compute(t, in, nil), "1", "6/10")
	both := compute(t, inputs(effect("edr", residual.Detect, "", 800), effect("edr", residual.Respond, "", 500)), nil)
	wantShares(t, both, "1", "6/10")

	// a second response on that service is one too many, because of the first
	in = inputs(detect, respond, effect("bot", residual.Respond, "automatic", 300))
	for _, id := range []isms.ControlID{"siem", "soc", "bot"} {
		restsOn(&in, id, "logs")
	}
	second := compute(t, in, nil)
	wantShares(t, second, "1", "6/10")
	for _, f := range second.Factors {
		if got, want := f.UseText(lang.EN), "does not count: soc counts, which rests on logs too"; f.Effect.Control == "bot" && got != want {
			t.Errorf("UseText = %q, want %q", got, want)
		}
	}

	// but not together with a third
	in = inputs(detect, respond, effect("insulate", residual.ReduceLoss, "", 300))
	restsOn(&in, "siem", "logs")
	restsOn(&in, "insulate", "logs")
	e := compute(t, in, nil)
	wantShares(t, e, "1", "6/10")
	if got := uses(e)["insulate reduce-loss"]; got != residual.CodeShared {
		t.Errorf("the third is used as %s, want %s", got, residual.CodeShared)
	}
}

// What is not proved earns nothing, or what the rules declare.
func TestStandings(t *testing.T) {
	in := func(change func(*residual.Inputs)) residual.Inputs {
		x := inputs(effect("a", residual.Prevent, "", 500))
		change(&x)
		return x
	}
	control := func(change func(*isms.Control)) func(*residual.Inputs) {
		return func(x *residual.Inputs) { change(&x.Controls[0]) }
	}
	for _, c := range []struct {
		name     string
		change   func(*residual.Inputs)
		standing isms.Code
		left     string
		credited string // with credits of 100, 200 and 300 per mille
	}{
		{"proved", func(*residual.Inputs) {}, residual.CodeTested, "1/2", "1/2"},
		{"half proved", func(x *residual.Inputs) { x.Graph.Controls[0].Tests[0].Of = 2 }, residual.CodeTested, "3/4", "3/4"},
		{"failed", func(x *residual.Inputs) { x.Graph.Controls[0].Tests[0].Passed = 0 }, residual.CodeTested, "1", "1"},
		{"planned", control(func(k *isms.Control) { k.Implementation = isms.Planned }), residual.CodePlanned, "1", "95/100"},
		{"partial", control(func(k *isms.Control) { k.Implementation = isms.Partial }), residual.CodePlanned, "1", "95/100"},
		{"implemented later", control(func(k *isms.Control) { k.Since = date("2026-03-02") }), residual.CodePlanned, "1", "95/100"},
		{"implemented today", control(func(k *isms.Control) { k.Since = today() }), residual.CodeTested, "1/2", "1/2"},
		{"planned for today", control(func(k *isms.Control) { k.Implementation, k.Due = isms.Planned, today() }), residual.CodePlanned, "1", "95/100"},
		{"not implemented", control(func(k *isms.Control) { k.Implementation = isms.NotImplemented }), residual.CodeNotInForce, "1", "1"},
		{"not known", control(func(k *isms.Control) { k.Implementation = "" }), residual.CodeNotInForce, "1", "1"},
		{"left out", control(func(k *isms.Control) { k.Exclude = isms.Plain("no") }), residual.CodeNotInForce, "1", "1"},
		{"retired", control(func(k *isms.Control) { k.Status = isms.Retired }), residual.CodeNotInForce, "1", "1"},
		{"no record", func(x *residual.Inputs) { x.Controls = nil }, residual.CodeNotInForce, "1", "1"},
		{"untested", func(x *residual.Inputs) { x.Graph.Controls = nil }, residual.CodeUntested, "1", "9/10"},
		{"no evidence", func(x *residual.Inputs) { x.Evidence = nil }, residual.CodeUntested, "1", "9/10"},
		{"evidence retired", func(x *residual.Inputs) { x.Evidence[0].Status = isms.Retired }, residual.CodeUntested, "1", "9/10"},
		{"evidence of no day", func(x *residual.Inputs) { x.Evidence[0].Received = isms.Date{} }, residual.CodeUntested, "1", "9/10"},
		{"evidence of tomorrow", func(x *residual.Inputs) { x.Evidence[0].Received = date("2026-03-02") }, residual.CodeUntested, "1", "9/10"},
		{"evidence of a year ago", func(x *residual.Inputs) { x.Evidence[0].Received = date("2025-03-01") }, residual.CodeTested, "1/2", "1/2"},
		{"older evidence", func(x *residual.Inputs) { x.Evidence[0].Received = date("2025-02-28") }, residual.CodeStale, "1", "85/100"},
		{"evidence received lately of long ago", func(x *residual.Inputs) { x.Evidence[0].Covers.To = date("2024-12-31") }, residual.CodeStale, "1", "85/100"},
		{"evidence of a time that is not over", func(x *residual.Inputs) { x.Evidence[0].Covers.To = date("2026-12-31") }, residual.CodeTested, "1/2", "1/2"},
		{"evidence of long ago for a time that is not over", func(x *residual.Inputs) {
			x.Evidence[0].Received, x.Evidence[0].Covers.To = date("2024-12-01"), date("2026-12-31")
		}, residual.CodeStale, "1", "85/100"},
		{"evidence of a time that is over, received tomorrow", func(x *residual.Inputs) {
			x.Evidence[0].Received, x.Evidence[0].Covers.To = date("2026-03-02"), date("2026-01-31")
		}, residual.CodeUntested, "1", "9/10"},
		{"out of order a fifth of the days", func(x *residual.Inputs) {
			x.Graph.Controls[0].Tests[0] = residual.Test{Evidence: "e-1", Variance: residual.Variance{PerYear: 73, Days: 1, Strength: 100}}
		}, residual.CodeVariance, "58/100", "58/100"},
		{"never stronger than by design", func(x *residual.Inputs) {
			x.Graph.Controls[0].Tests[0] = residual.Test{Evidence: "e-1", Variance: residual.Variance{PerYear: 73, Days: 1, Strength: 1000}}
		}, residual.CodeVariance, "1/2", "1/2"},
		{"expired evidence", func(x *residual.Inputs) { x.Evidence[0].Expires = date("2026-02-28") }, residual.CodeStale, "1", "85/100"},
		{"nobody said how long", func(x *residual.Inputs) { x.Graph.Rules.FreshFor = isms.Cadence{} }, residual.CodeStale, "1", "85/100"},
		{"the evidence says how long", func(x *residual.Inputs) {
			x.Graph.Rules.FreshFor = isms.Cadence{}
			x.Evidence[0].Expires = today()
		}, residual.CodeTested, "1/2", "1/2"},
		{"a newer test that failed", func(x *residual.Inputs) {
			x.Evidence = append(x.Evidence, isms.Evidence{Common: isms.Common{ID: "e-2"}, Received: date("2026-02-02")})
			x.Graph.Controls[0].Tests = append(x.Graph.Controls[0].Tests, residual.Test{Evidence: "e-2", Of: 1})
		}, residual.CodeTested, "1", "1"},
		{"an older test that failed", func(x *residual.Inputs) {
			x.Evidence = append(x.Evidence, isms.Evidence{Common: isms.Common{ID: "e-2"}, Received: date("2026-01-31")})
			x.Graph.Controls[0].Tests = append(x.Graph.Controls[0].Tests, residual.Test{Evidence: "e-2", Of: 1})
		}, residual.CodeTested, "1/2", "1/2"},
		{"two tests of one day", func(x *residual.Inputs) {
			x.Graph.Controls[0].Tests = append(x.Graph.Controls[0].Tests, residual.Test{Evidence: "e-1", Passed: 1, Of: 2}, residual.Test{Evidence: "e-1", Passed: 3, Of: 4})
		}, residual.CodeTested, "3/4", "3/4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := in(c.change)
			e := compute(t, x, nil)
			wantShares(t, e, c.left, "1")
			if got := e.Factors[0].Standing; got != c.standing {
				t.Errorf("Standing = %s, want %s", got, c.standing)
			}
			x.Graph.Rules.Planned, x.Graph.Rules.Untested, x.Graph.Rules.Stale = 100, 200, 300
			wantShares(t, compute(t, x, nil), c.credited, "1")
		})
	}
}

func TestWhatIf(t *testing.T) {
	in := inputs(effect("a", residual.Prevent, "x", 500), effect("b", residual.Prevent, "y", 600), effect("c", residual.Prevent, "z", 900))
	restsOn(&in, "a", "sso")
	in.Controls[2].Implementation, in.Controls[2].Due = isms.Planned, date("2026-05-01")
	for _, c := range []struct {
		name string
		what residual.WhatIf
		left string
	}{
		{"nothing", residual.WhatIf{}, "2/10"},
		{"a control fails", residual.WhatIf{Failing: []isms.ControlID{"b"}}, "5/10"},
		{"an asset fails", residual.WhatIf{Down: []isms.Ref[isms.Asset]{"sso"}}, "4/10"},
		{"before the plan", residual.WhatIf{On: date("2026-04-30")}, "2/10"},
		{"after the plan", residual.WhatIf{On: date("2026-05-01")}, "2/100"},
		{"it slips", residual.WhatIf{On: date("2026-05-01"), Slips: map[isms.ControlID]isms.Date{"c": date("2026-05-02")}}, "2/10"},
		{"it slips, later", residual.WhatIf{On: date("2026-05-02"), Slips: map[isms.ControlID]isms.Date{"c": date("2026-05-02")}}, "2/100"},
		{"after the tests", residual.WhatIf{On: date("2027-02-02")}, "1/10"},
	} {
		t.Run(c.name, func(t *testing.T) { wantShares(t, compute(t, in, &c.what), c.left, "1") })
	}
	in.Controls[2].Due = date("2026-02-28") // a plan that is late is not assumed to be met
	wantShares(t, compute(t, in, &residual.WhatIf{On: date("2026-12-01")}), "2/10", "1")

	for name, what := range map[string]residual.WhatIf{
		"the past":                {On: date("2026-02-28")},
		"an unknown control":      {Failing: []isms.ControlID{"d"}},
		"an asset nobody needs":   {Down: []isms.Ref[isms.Asset]{"crm"}},
		"a control that is there": {Slips: map[isms.ControlID]isms.Date{"a": date("2026-05-02")}},
	} {
		if _, err := residual.Compute(in, today(), &what); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// Steps are taken off by what the mapping proves, and by no rounding.
func TestSteps(t *testing.T) {
	for _, c := range []struct {
		design             int
		likelihood, impact int
	}{{0, 5, 5}, {499, 5, 5}, {500, 4, 4}, {799, 4, 4}, {800, 3, 4}, {899, 3, 4}, {900, 3, 3}, {950, 2, 3}, {1000, 2, 3}} {
		e := compute(t, inputs(effect("a", residual.Prevent, "", c.design), effect("b", residual.ReduceLoss, "", c.design)), nil)
		if e.Modelled.Likelihood != c.likelihood || e.Modelled.Impact != c.impact {
			t.Errorf("design %d: modelled %d x %d, want %d x %d", c.design, e.Modelled.Likelihood, e.Modelled.Impact, c.likelihood, c.impact)
		}
	}
	in := inputs(effect("a", residual.Prevent, "", 1000))
	in.Risks[0].Inherent.Likelihood = 2
	if got := compute(t, in, nil).Modelled.Likelihood; got != 1 {
		t.Errorf("likelihood 2 less 3 steps = %d, want 1", got)
	}
	in.Graph.Rules.LikelihoodSteps = nil
	if got := compute(t, in, nil).Modelled.Likelihood; got != 2 {
		t.Errorf("without a mapping the likelihood 2 became %d", got)
	}
}

// What cannot be rated is not rated, whatever the controls.
func TestNoLevelFromNothing(t *testing.T) {
	for name, change := range map[string]func(*residual.Inputs){
		"not assessed":       func(in *residual.Inputs) { in.Risks[0].Inherent = risk.Evaluation{} },
		"no methodology":     func(in *residual.Inputs) { in.Methodologies = nil },
		"another revision":   func(in *residual.Inputs) { in.Methodologies[0].Rev = 2 },
		"reversed matrix":    func(in *residual.Inputs) { in.Methodologies[0].Matrix[0][0] = "critical" },
		"off the scale":      func(in *residual.Inputs) { in.Risks[0].Inherent.Impact = 6 },
		"half of it":         func(in *residual.Inputs) { in.Risks[0].Inherent.Impact = 0 },
		"matrix of one cell": func(in *residual.Inputs) { in.Methodologies[0].Matrix = [][]string{{"low"}} },
	} {
		in := inputs(effect("a", residual.Prevent, "", 900))
		change(&in)
		e := compute(t, in, nil)
		if e.Modelled.Rated() || e.Modelled.Acceptable {
			t.Errorf("%s: Modelled = %v, want none", name, e.Modelled)
		}
		wantShares(t, e, "1/10", "1")
	}
}

func TestTheOwnersEvaluationCounts(t *testing.T) {
	person := isms.Link{Kind: "person", ID: "jan"}
	for _, c := range []struct {
		name     string
		by       isms.Link
		residual int
		want     isms.Code
	}{
		{"nobody", isms.Link{}, 0, residual.CodeEstimate},
		{"the role that owns it", isms.Link{Kind: "role", ID: "cio"}, 5, residual.CodeRecorded},
		{"who holds the role", person, 5, residual.CodeRecorded},
		{"below the model", person, 1, residual.CodeRecordedLower},
		{"somebody else", isms.Link{Kind: "person", ID: "eve"}, 5, residual.CodeEstimate},
		{"nobody knows who", isms.Link{}, 5, residual.CodeEstimate},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := inputs(effect("a", residual.Prevent, "", 500))
			in.Roles = []isms.Role{{Common: isms.Common{ID: "cio"}, Holders: []isms.Ref[isms.Individual]{"jan"}}}
			if c.residual > 0 {
				in.Risks[0].Residual = risk.Evaluation{Methodology: matrix5().Pin(), Likelihood: c.residual, Impact: 5, By: c.by}
			}
			if got := compute(t, in, nil).State(); got != c.want {
				t.Errorf("State = %s, want %s", got, c.want)
			}
		})
	}
}

func TestRetiredRisksAndOthersHaveNoEstimate(t *testing.T) {
	in := inputs(effect("a", residual.Prevent, "", 500))
	in.Risks[0].Status = isms.Retired
	other := in.Risks[0]
	other.ID, other.Status = "r-2", isms.Draft
	in.Risks = append(in.Risks, other)
	res, err := residual.Compute(in, today(), nil)
	if err != nil || len(res.Estimates) != 0 {
		t.Errorf("Compute = %d estimates, %v, want none", len(res.Estimates), err)
	}
}

func TestEntangled(t *testing.T) {
	in := inputs()
	id := func(prefix string, i int) isms.ControlID { return isms.ControlID(prefix + string(rune('a'+i))) }
	for i := range 24 { // in each of 24 layers a choice between two services, with a trade-off between functions
		for j, f := range []residual.Function{residual.Prevent, residual.ReduceLoss} {
			k := id(string(f)+"-", i)
			in.Graph.Effects = append(in.Graph.Effects, effect(k, f, string(k), 10+7*i+3*j))
			addControl(&in, k)
			restsOn(&in, k, isms.Ref[isms.Asset](id("svc-", i)))
		}
	}
	_, err := residual.Compute(in, today(), nil)
	var problem *isms.ProblemError
	if !errors.As(err, &problem) || problem.Problems[0].Code != residual.CodeEntangled {
		t.Errorf("Compute = %v, want %s", err, residual.CodeEntangled)
	}
}

// The model goes by the criteria of the risk's own category.
func TestCategoriesCount(t *testing.T) {
	in := inputs(residual.Effect{Risk: "r-1", Control: "A.8.7", Function: residual.Prevent, Coverage: 1000, Design: 1000})
	in.Methodologies[0].Categories = []risk.Category{{ID: "safety", Title: isms.Plain("Safety")}} // nothing may be retained
	in.Risks[0].Inherent.Impact = 1
	for _, categories := range [][]string{nil, {"safety"}} {
		in.Risks[0].Categories = categories
		r, err := residual.Compute(in, today(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if e := r.Estimates[0]; e.Modelled.Acceptable != (categories == nil) {
			t.Errorf("with categories %v the modelled level %d of %d is acceptable: %t", categories, e.Modelled.Rank, e.Modelled.Of, e.Modelled.Acceptable)
		}
	}
}
