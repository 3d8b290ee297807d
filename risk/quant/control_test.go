package quant_test

import (
	"math"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk/quant"
)

// A control that is added or made stronger never raises mean, value at risk or
// tail.
func TestMonotoneInEveryControl(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := quant.Portfolio{Currency: "EUR"}
		n := rapid.IntRange(1, 4).Draw(t, "scenarios")
		for i := range n {
			low := rapid.Float64Range(100, 1e5).Draw(t, "p05")
			s := interval(low, low*rapid.Float64Range(1.5, 60).Draw(t, "ratio"))
			f := rate(rapid.Float64Range(0.01, 4).Draw(t, "rate"))
			if rapid.Bool().Draw(t, "other") {
				f = quant.Frequency{NegativeBinomial: &quant.NegativeBinomial{R: rapid.Float64Range(0.3, 5).Draw(t, "r"), P: rapid.Float64Range(0.2, 0.9).Draw(t, "p")}}
			}
			p.Scenarios = append(p.Scenarios, quant.Scenario{ID: "s" + strconv.Itoa(i), Frequency: &f, Severity: &s})
		}
		p.CommonCause = &quant.CommonCause{Probability: 0.2, Multiplies: []quant.Factor{{Scenario: "s0", By: rapid.Float64Range(0, 5).Draw(t, "by")}}}
		fraction := rapid.Float64Range(0, 1)
		weak := quant.Effect{Scenario: "s0", LessFrequent: fraction.Draw(t, "f"), LessSevere: fraction.Draw(t, "s")}
		strong := weak
		strong.LessFrequent += (1 - weak.LessFrequent) * fraction.Draw(t, "more f")
		strong.LessSevere += (1 - weak.LessSevere) * fraction.Draw(t, "more s")
		options := &quant.Options{Grid: 1 << 12}
		var results []*quant.Result
		for _, e := range []quant.Effect{{Scenario: "s0"}, weak, strong} {
			p.Controls = []quant.Control{{ID: "k", Effects: []quant.Effect{e}}}
			r, err := quant.Solve(t.Context(), p, options)
			if err != nil {
				t.Fatal(err)
			}
			results = append(results, r)
		}
		for i := range 2 {
			before, after := results[i], results[i+1]
			more := func(what string, b, a float64) {
				// What two grids may differ by.
				slack := 1e-9*b + (before.Grid.Discretization+after.Grid.Discretization)*before.Mean
				if a > b+slack {
					t.Errorf("%s rises from %v to %v with a stronger control", what, b, a)
				}
			}
			more("mean", before.Mean, after.Mean)
			for k, l := range before.Levels {
				more("VaR", l.VaR, after.Levels[k].VaR)
				more("tail", l.Tail, after.Levels[k].Tail)
			}
		}
	})
}

// switched is the portfolio with a control switched.
func switched(p quant.Portfolio, id string) quant.Portfolio {
	p.Controls = slices.Clone(p.Controls)
	for i := range p.Controls {
		if p.Controls[i].ID == id {
			p.Controls[i].Planned = !p.Controls[i].Planned
		}
	}
	return p
}

// Switching a control gives what solving the changed portfolio gives.
func TestSwitchIsSolve(t *testing.T) {
	options := &quant.Options{Grid: 1 << 14}
	for _, p := range []quant.Portfolio{motley(), reference(t)} {
		m, err := quant.Prepare(t.Context(), p, options)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"", p.Controls[0].ID, p.Controls[1].ID, p.Controls[2].ID} {
			var ids []string
			if id != "" {
				ids = []string{id}
			}
			got, err := m.Switch(t.Context(), ids...)
			if err != nil {
				t.Fatal(err)
			}
			want := solve(t, switched(p, id), options)
			near(t, id+" mean", got.Mean, want.Mean, 1e-12*want.Mean)
			near(t, id+" no loss", got.NoLoss, want.NoLoss, 1e-12)
			for i, l := range want.Levels {
				near(t, id+" VaR", got.Levels[i].VaR, l.VaR, 2e-5*want.Mean)
				near(t, id+" tail", got.Levels[i].Tail, l.Tail, 2e-5*want.Mean)
			}
		}
	}
}

func TestRank(t *testing.T) {
	p, options := motley(), &quant.Options{Grid: 1 << 14}
	m, err := quant.Prepare(t.Context(), p, options)
	if err != nil {
		t.Fatal(err)
	}
	ranked, err := m.Rank(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(ranked) != 3 {
		t.Fatalf("%d controls ranked, want 3", len(ranked))
	}
	base := solve(t, p, options)
	for i, w := range ranked {
		if i > 0 && w.TailAvoided > ranked[i-1].TailAvoided {
			t.Errorf("%s ranks after %s, which avoids less", w.Control, ranked[i-1].Control)
		}
		other := solve(t, switched(p, w.Control), options)
		sign := 1.0
		if w.Planned {
			sign = -1
		}
		near(t, w.Control+" mean", w.MeanAvoided, sign*(other.Mean-base.Mean), 1e-9*base.Mean)
		near(t, w.Control+" tail", w.TailAvoided, sign*(other.Levels[3].Tail-base.Levels[3].Tail), 1e-4*base.Mean)
		near(t, w.Control+" return", w.Return, w.MeanAvoided-w.Cost, 0)
		if !(w.MeanAvoided > 0 && w.TailAvoided > 0) {
			t.Errorf("%+v avoids nothing", w)
		}
	}
}

func TestSwitchUnknown(t *testing.T) {
	m, err := quant.Prepare(t.Context(), motley(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := m.Switch(t.Context(), "moat"); err == nil {
		t.Errorf("Switch(moat) = %v, want an error", r.Mean)
	}
}

// The common cause makes bad years worse and keeps the frequencies it does not
// name.
func TestCommonCause(t *testing.T) {
	p := quant.Portfolio{Currency: "EUR"}
	for _, id := range []string{"a", "b"} {
		f, s := rate(0.5), interval(1000, 20_000)
		p.Scenarios = append(p.Scenarios, quant.Scenario{ID: id, Frequency: &f, Severity: &s})
	}
	alone := solve(t, p, nil)
	// The same mean: 0.9*x + 0.1*5*x = 1.4*x.
	for i := range p.Scenarios {
		p.Scenarios[i].Frequency = new(rate(0.5 / 1.4))
	}
	p.CommonCause = &quant.CommonCause{Probability: 0.1, Multiplies: []quant.Factor{{Scenario: "a", By: 5}, {Scenario: "b", By: 5}}}
	tied := solve(t, p, nil)
	near(t, "mean", tied.Mean, alone.Mean, 1e-12*alone.Mean)
	if tied.Levels[3].Tail < 1.1*alone.Levels[3].Tail || tied.NoLoss < alone.NoLoss {
		t.Errorf("tail %v and no loss %v with a common cause, %v and %v without", tied.Levels[3].Tail, tied.NoLoss, alone.Levels[3].Tail, alone.NoLoss)
	}
	want := 0.9*math.Exp(-1/1.4) + 0.1*math.Exp(-5/1.4)
	near(t, "no loss", tied.NoLoss, want, 1e-14)
}

func TestProblems(t *testing.T) {
	base := func(change func(*quant.Portfolio)) quant.Portfolio {
		p := motley()
		change(&p)
		return p
	}
	nan, inf := math.NaN(), math.Inf(1)
	for name, c := range map[string]struct {
		change func(*quant.Portfolio)
		code   isms.Code
		path   string
	}{
		"no currency":      {func(p *quant.Portfolio) { p.Currency = "" }, quant.CodeCurrency, "/currency"},
		"mixed currencies": {func(p *quant.Portfolio) { p.Scenarios[1].Currency = "USD" }, quant.CodeCurrency, "/scenarios/1/currency"},
		"no id":            {func(p *quant.Portfolio) { p.Scenarios[1].ID = "" }, isms.CodeID, "/scenarios/1/id"},
		"twice":            {func(p *quant.Portfolio) { p.Scenarios[1].ID = "pert" }, isms.CodeDuplicate, "/scenarios/2/id"},
		"no frequency":     {func(p *quant.Portfolio) { p.Scenarios[0].Frequency = nil }, quant.CodeMissing, "/scenarios/0/frequency"},
		"no severity":      {func(p *quant.Portfolio) { p.Scenarios[0].Severity = nil }, quant.CodeMissing, "/scenarios/0/severity"},
		"both ways":        {func(p *quant.Portfolio) { p.Scenarios[0].FAIR = &quant.Tree{} }, quant.CodeOverspecific, "/scenarios/0/severity"},
		"NaN rate":         {func(p *quant.Portfolio) { p.Scenarios[0].Frequency = new(rate(nan)) }, quant.CodeNotFinite, "/scenarios/0/frequency/poisson"},
		"negative rate":    {func(p *quant.Portfolio) { p.Scenarios[0].Frequency = new(rate(-1)) }, quant.CodeNegative, "/scenarios/0/frequency/poisson"},
		"negative loss":    {func(p *quant.Portfolio) { p.Scenarios[0].Severity = new(always(-1)) }, quant.CodeNegative, "/scenarios/0/severity/constant"},
		"p05 above p95":    {func(p *quant.Portfolio) { p.Scenarios[0].Severity = new(interval(10, 5)) }, quant.CodeOrder, "/scenarios/0/severity/lognormal90/p95"},
		"infinite cost":    {func(p *quant.Portfolio) { p.Controls[0].Cost = inf }, quant.CodeNotFinite, "/controls/0/cost"},
		"effect above 1":   {func(p *quant.Portfolio) { p.Controls[0].Effects = []quant.Effect{{Scenario: "pert", LessSevere: 1.1}} }, quant.CodeProbability, "/controls/0/effects/0/lessSevere"},
		"effect NaN": {func(p *quant.Portfolio) {
			p.Controls[0].Effects = []quant.Effect{{Scenario: "pert", LessFrequent: nan}}
		}, quant.CodeProbability, "/controls/0/effects/0/lessFrequent"},
		"effect on none": {func(p *quant.Portfolio) { p.Controls[0].Effects = []quant.Effect{{Scenario: "moon"}} }, quant.CodeUnknown, "/controls/0/effects/0/scenario"},
		"effect twice": {func(p *quant.Portfolio) {
			p.Controls[0].Effects = []quant.Effect{{Scenario: "pert"}, {Scenario: "pert"}}
		}, isms.CodeDuplicate, "/controls/0/effects/1/scenario"},
		"shock above 1":    {func(p *quant.Portfolio) { p.CommonCause.Probability = 2 }, quant.CodeProbability, "/commonCause/probability"},
		"shock negative":   {func(p *quant.Portfolio) { p.CommonCause.Multiplies[0].By = -1 }, quant.CodeNegative, "/commonCause/multiplies/0/by"},
		"shock impossible": {func(p *quant.Portfolio) { p.CommonCause.Multiplies[2].By = 6 }, quant.CodeProbability, "/commonCause/multiplies/2/by"},
		"tolerance falls":  {func(p *quant.Portfolio) { p.Tolerance[1].Loss = 1 }, quant.CodeOrder, "/tolerance/1/loss"},
		"tolerance rises":  {func(p *quant.Portfolio) { p.Tolerance[1].Probability = 1 }, quant.CodeOrder, "/tolerance/1/probability"},
		"too often":        {func(p *quant.Portfolio) { p.Scenarios[0].Frequency = new(rate(9e6)) }, quant.CodeTooLarge, "/scenarios"},
		"too many":         {func(p *quant.Portfolio) { p.Scenarios = make([]quant.Scenario, quant.MaxScenarios+1) }, quant.CodeTooMany, "/scenarios"},
	} {
		t.Run(name, func(t *testing.T) { wantProblem(t, base(c.change), c.code, c.path) })
	}
}

func TestOptions(t *testing.T) {
	for name, o := range map[string]quant.Options{
		"method": {Method: "guess"}, "few years": {Years: 10}, "many years": {Years: quant.MaxYears + 1}, "odd grid": {Grid: 70_000},
		"small grid": {Grid: 1024}, "large grid": {Grid: 1 << 21}, "level 1": {Levels: []float64{1}}, "levels fall": {Levels: []float64{0.9, 0.5}},
		"level NaN": {Levels: []float64{math.NaN()}}, "tail level": {TailLevel: 1}, "negative": {TailLevel: -1}, "tail NaN": {TailLevel: math.NaN()},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := quant.Solve(t.Context(), motley(), &o); err == nil {
				t.Errorf("Solve with %+v: want an error", o)
			}
		})
	}
}

// The known answer roc-ciso: 100,000 a year becomes 30,000 for 20,000, which
// returns 2.5 times its cost.
func TestKnownReturnOnControl(t *testing.T) {
	p := quant.Portfolio{
		Currency:  "EUR",
		Scenarios: []quant.Scenario{{ID: "s", Frequency: &quant.Frequency{Poisson: new(1.0)}, Severity: &quant.Estimate{Constant: new(100_000.0)}}},
		Controls:  []quant.Control{{ID: "c", Cost: 20_000, Effects: []quant.Effect{{Scenario: "s", LessSevere: 0.7}}}},
	}
	model, err := quant.Prepare(t.Context(), p, nil)
	if err != nil {
		t.Fatal(err)
	}
	ranked, err := model.Rank(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	near(t, "return on the control", ranked[0].Return/ranked[0].Cost, 2.5, 1e-12)
}
