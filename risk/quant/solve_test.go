package quant_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk/quant"
)

// motley has every kind of frequency, severities of many shapes, controls and a
// common cause.
func motley() quant.Portfolio {
	scenario := func(id string, f quant.Frequency, s quant.Estimate) quant.Scenario {
		return quant.Scenario{ID: id, Frequency: &f, Severity: &s}
	}
	return quant.Portfolio{
		Currency: "EUR",
		Scenarios: []quant.Scenario{
			scenario("lognormal", rate(0.8), interval(10_000, 200_000)),
			scenario("narrow", rate(2), interval(50_000, 60_000)),
			scenario("pert", rate(3), quant.Estimate{PERT: &quant.ThreePoint{Low: 1000, Mode: 20_000, High: 90_000}}),
			scenario("uniform", quant.Frequency{NegativeBinomial: &quant.NegativeBinomial{R: 2, P: 0.4}}, quant.Estimate{Uniform: &quant.Range{Low: 5000, High: 30_000}}),
			scenario("gamma", quant.Frequency{Bernoulli: new(0.2)}, quant.Estimate{Gamma: &quant.Gamma{Shape: 2.5, Scale: 40_000}}),
			scenario("capped", quant.Frequency{Binomial: &quant.Binomial{Trials: 12, Probability: 0.05}}, quant.Estimate{Capped: &quant.Capped{Of: interval(20_000, 900_000), At: 250_000}}),
			scenario("constant", rate(0.3), always(75_000)),
			scenario("pareto", rate(0.1), quant.Estimate{Pareto: &quant.Pareto{Minimum: 10_000, Alpha: 2.5}}),
			scenario("mixed", quant.Frequency{Mixed: &quant.Estimate{PERT: &quant.ThreePoint{Low: 0.1, Mode: 0.5, High: 2}}}, interval(2000, 90_000)),
			{ID: "fair", FAIR: &quant.Tree{
				ThreatEventFrequency: new(always(2)), Vulnerability: new(always(0.3)), PrimaryLoss: new(interval(1000, 20_000)),
				Secondary: []quant.Secondary{{Frequency: always(0.25), Magnitude: interval(30_000, 90_000)}},
			}},
			{ID: "deals", Frequency: &quant.Frequency{Binomial: &quant.Binomial{Trials: 4, Probability: 0.1}}, Severity: new(interval(3000, 50_000))},
		},
		Controls: []quant.Control{
			{ID: "backup", Cost: 10_000, Effects: []quant.Effect{{Scenario: "lognormal", LessSevere: 0.4}, {Scenario: "capped", LessSevere: 0.2}}},
			{ID: "training", Cost: 5000, Effects: []quant.Effect{{Scenario: "lognormal", LessFrequent: 0.3}, {Scenario: "uniform", LessFrequent: 0.5}, {Scenario: "gamma", LessFrequent: 0.1}}},
			{ID: "spare", Planned: true, Effects: []quant.Effect{{Scenario: "constant", LessFrequent: 1}, {Scenario: "mixed", LessFrequent: 0.2, LessSevere: 0.2}}},
		},
		CommonCause: &quant.CommonCause{Probability: 0.1, Multiplies: []quant.Factor{{Scenario: "lognormal", By: 4}, {Scenario: "pert", By: 2}, {Scenario: "gamma", By: 3}, {Scenario: "narrow", By: 0.5}}},
		Tolerance:   []quant.Tolerance{{Loss: 200_000, Probability: 0.5}, {Loss: 1_000_000, Probability: 0.05}},
	}
}

// The two methods share nothing but the estimates, so that each checks the other.
func TestMonteCarloAgreesWithExact(t *testing.T) {
	p := motley()
	exact := solve(t, p, nil)
	sampled := solve(t, p, &quant.Options{Method: quant.MonteCarlo, Years: 200_000, Seed: 5})
	near(t, "mean", sampled.Mean, exact.Mean, 4*sampled.Sample.MeanError)
	near(t, "sd", *sampled.SD, *exact.SD, 0.03**exact.SD)
	near(t, "no loss", sampled.NoLoss, exact.NoLoss, 4*math.Sqrt(exact.NoLoss/200_000))
	for i, l := range sampled.Levels {
		// The bounds hold 19 of 20; widened by half they hold 299 of 300.
		low, high := *l.Low-(l.VaR-*l.Low)/2, *l.High+(*l.High-l.VaR)/2
		if v := exact.Levels[i].VaR; v < low || v > high {
			t.Errorf("exact VaR(%v) = %v, not within %v and %v of %v sampled", l.Level, v, low, high, l.VaR)
		}
		near(t, "tail", l.Tail, exact.Levels[i].Tail, 0.02*l.Tail)
	}
	for i, c := range sampled.Contributions {
		e := exact.Contributions[i]
		near(t, c.Scenario+" mean", c.Mean, e.Mean, 0.03*e.Mean+0.0005*exact.Mean)
		near(t, c.Scenario+" tail", c.Tail, e.Tail, 0.06*e.Tail+0.002*exact.Mean)
	}
	for i, c := range sampled.Tolerance {
		near(t, "tolerance", c.Modelled, exact.Tolerance[i].Modelled, 0.003)
	}
}

// What the result says of its own accuracy is not too little.
func TestStatedErrorHolds(t *testing.T) {
	portfolios := map[string]quant.Portfolio{
		"motley":    motley(),
		"reference": bare(reference(t)),
		"constants": one(rate(1.7), always(1234.5)),
		"pert":      one(rate(2), quant.Estimate{PERT: &quant.ThreePoint{Low: 10, Mode: 12, High: 100}}),
	}
	for name, p := range portfolios {
		fine := solve(t, p, &quant.Options{Grid: 1 << 17})
		r := solve(t, p, nil)
		stated := r.Grid.Discretization + 1e-9
		for i, l := range r.Levels {
			f := fine.Levels[i]
			if d := max(math.Abs(l.VaR-f.VaR), math.Abs(l.Tail-f.Tail)) / r.Mean; d > stated {
				t.Errorf("%s: at %v off by %v of the mean, stated %v", name, l.Level, d, stated)
			}
		}
		if name == "reference" && r.Grid.Discretization > 1e-4 {
			t.Errorf("reference portfolio: discretization %v of the mean, want at most 1e-4", r.Grid.Discretization)
		}
		if r.Grid.Beyond > 1e-6 || r.Grid.WrapAround > 1e-11 {
			t.Errorf("%s: beyond %v, wrapped around %v", name, r.Grid.Beyond, r.Grid.WrapAround)
		}
		t.Logf("%s: step %v, stated %v", name, r.Grid.Step/r.Mean, r.Grid.Discretization)
	}
}

func TestContributionsAddUp(t *testing.T) {
	for _, method := range []quant.Method{quant.Exact, quant.MonteCarlo} {
		p := motley()
		r := solve(t, p, &quant.Options{Method: method, Years: 20_000, Levels: []float64{0.97}, TailLevel: 0.97})
		mean, tail := 0.0, 0.0
		for i, c := range r.Contributions {
			if c.Scenario != p.Scenarios[i].ID || c.Mean <= 0 || c.Tail <= 0 {
				t.Errorf("%s: contribution %d is %+v", method, i, c)
			}
			mean += c.Mean
			tail += c.Tail
		}
		near(t, string(method)+" mean", mean, r.Mean, 1e-12*mean)
		near(t, string(method)+" tail", tail, r.Levels[0].Tail, 1e-12*tail)
	}
}

func TestMeanIsTheSumOfMeans(t *testing.T) {
	p := motley()
	p.CommonCause = nil
	whole, sum := solve(t, p, nil).Mean, 0.0
	for _, s := range p.Scenarios {
		alone := p
		alone.Scenarios, alone.Controls = []quant.Scenario{s}, nil
		for _, k := range p.Controls {
			effects := k.Effects
			k.Effects = nil
			for _, e := range effects {
				if e.Scenario == s.ID {
					k.Effects = append(k.Effects, e)
				}
			}
			alone.Controls = append(alone.Controls, k)
		}
		sum += solve(t, alone, nil).Mean
	}
	near(t, "mean", whole, sum, 1e-12*sum)
}

// One event at most: value at risk and tail are those of the severity.
func TestOneEvent(t *testing.T) {
	const events = 0.5
	for name, c := range map[string]struct {
		severity  quant.Estimate
		v         func(p float64) float64 // quantile of the severity
		tail      func(v, p float64) float64
		tolerance float64
	}{
		"uniform": {
			quant.Estimate{Uniform: &quant.Range{Low: 1000, High: 2000}},
			func(p float64) float64 { return 1000 + 1000*p },
			func(v, _ float64) float64 { return (v + 2000) / 2 }, 0.01,
		},
		"exponential": {
			quant.Estimate{Gamma: &quant.Gamma{Shape: 1, Scale: 1000}},
			func(p float64) float64 { return -1000 * math.Log(1-p) },
			func(v, _ float64) float64 { return v + 1000 }, 1e-6,
		},
		"constant": {
			always(1234.5), func(float64) float64 { return 1234.5 },
			func(float64, float64) float64 { return 1234.5 }, 1e-9,
		},
	} {
		r := solve(t, one(quant.Frequency{Bernoulli: new(events)}, c.severity), &quant.Options{Grid: 1 << 13})
		for _, l := range r.Levels[1:] {
			p := 1 - (1-l.Level)/events
			v := c.v(p)
			near(t, name+" VaR", l.VaR, v, c.tolerance)
			near(t, name+" tail", l.Tail, c.tail(v, p), c.tolerance)
		}
	}
	// Several events of the same loss: exact multiples.
	r := solve(t, one(rate(1.7), always(1234.5)), nil)
	for i, events := range []float64{2, 3, 4, 5, 6, 7} {
		near(t, "multiple", r.Levels[i].VaR, 1234.5*events, 0)
	}
}

// Effects multiply, and planned controls have none.
func TestEffects(t *testing.T) {
	p := one(rate(2), always(1000))
	p.Controls = []quant.Control{
		{ID: "a", Effects: []quant.Effect{{Scenario: "one", LessFrequent: 0.5, LessSevere: 0.25}}},
		{ID: "b", Effects: []quant.Effect{{Scenario: "one", LessSevere: 0.2}}},
		{ID: "c", Planned: true, Effects: []quant.Effect{{Scenario: "one", LessSevere: 0.9}}},
	}
	near(t, "mean", solve(t, p, nil).Mean, 2*1000*0.5*0.75*0.8, 1e-9)
}

func TestNothingHappens(t *testing.T) {
	portfolios := map[string]quant.Portfolio{
		"no scenarios":   {Currency: "EUR"},
		"never happens":  one(rate(0), interval(10, 100)),
		"costs nothing":  one(rate(3), always(0)),
		"prevented":      {Currency: "EUR", Scenarios: one(rate(3), interval(10, 100)).Scenarios, Controls: []quant.Control{{ID: "wall", Effects: []quant.Effect{{Scenario: "one", LessFrequent: 1}}}}},
		"made worthless": {Currency: "EUR", Scenarios: one(rate(3), interval(10, 100)).Scenarios, Controls: []quant.Control{{ID: "wall", Effects: []quant.Effect{{Scenario: "one", LessSevere: 1}}}}},
	}
	for name, p := range portfolios {
		for _, method := range []quant.Method{quant.Exact, quant.MonteCarlo} {
			r := solve(t, p, &quant.Options{Method: method, Years: 5000})
			if r.Mean != 0 || r.NoLoss != 1 || r.Levels[3].VaR != 0 || r.Levels[3].Tail != 0 || *r.SD != 0 {
				t.Errorf("%s, %s: mean %v, no loss %v, %+v", name, method, r.Mean, r.NoLoss, r.Levels[3])
			}
		}
	}
}

// A scenario beside others that never happens changes nothing.
func TestZeroFrequencyChangesNothing(t *testing.T) {
	p := motley()
	want := solve(t, p, nil)
	f, s := rate(0), interval(1e9, 1e12)
	p.Scenarios = append(p.Scenarios, quant.Scenario{ID: "never", Frequency: &f, Severity: &s})
	got := solve(t, p, nil)
	for i, l := range got.Levels {
		near(t, "VaR", l.VaR, want.Levels[i].VaR, 1e-9*l.VaR)
	}
	if c := got.Contributions[len(got.Contributions)-1]; c.Mean != 0 || c.Tail != 0 {
		t.Errorf("contribution of what never happens = %+v", c)
	}
}

// A Pareto with a heavy tail but a mean: its tail is right although most of it
// lies beyond any grid.
func TestHeavyTail(t *testing.T) {
	const alpha, least, events = 1.1, 100.0, 0.001
	p := one(quant.Frequency{Bernoulli: new(events)}, quant.Estimate{Pareto: &quant.Pareto{Minimum: least, Alpha: alpha}})
	r := solve(t, p, &quant.Options{Levels: []float64{0.9995, 0.9999}})
	near(t, "mean", r.Mean, events*least*alpha/(alpha-1), 1e-9)
	for _, l := range r.Levels {
		v := least * math.Pow((1-l.Level)/events, -1/alpha)
		near(t, "VaR", l.VaR, v, 1e-3*v)
		near(t, "tail", l.Tail, v*alpha/(alpha-1), 1e-3*v)
	}
	if r.SD != nil {
		t.Errorf("standard deviation = %v, want none: it is infinite", *r.SD)
	}
}

// Most losses are far below the step of the grid, and the tail is far away.
func TestLossesBelowTheStep(t *testing.T) {
	p := one(quant.Frequency{NegativeBinomial: &quant.NegativeBinomial{R: 10, P: 0.125}}, interval(10, 1e7))
	r := solve(t, p, &quant.Options{Grid: 1 << 12})
	sampled := solve(t, p, &quant.Options{Method: quant.MonteCarlo, Years: 20_000})
	for i, l := range sampled.Levels {
		if v := r.Levels[i].VaR; v < *l.Low-r.Grid.Step || v > *l.High+r.Grid.Step {
			t.Errorf("exact VaR(%v) = %v, sampled %v to %v", l.Level, v, *l.Low, *l.High)
		}
	}
}

func TestInfiniteMeanIsAProblem(t *testing.T) {
	p := one(rate(1), quant.Estimate{Pareto: &quant.Pareto{Minimum: 100, Alpha: 1}})
	wantProblem(t, p, quant.CodeInfiniteMean, "/scenarios/0/severity")
}

func wantProblem(t *testing.T, p quant.Portfolio, code isms.Code, path string) {
	t.Helper()
	_, err := quant.Solve(t.Context(), p, nil)
	problems, ok := errors.AsType[*isms.ProblemError](err)
	if !ok {
		t.Errorf("Solve: %v, want problem %s at %s", err, code, path)
		return
	}
	for _, got := range problems.Problems {
		if got.Code == code && got.Path == path {
			return
		}
	}
	t.Errorf("problems %+v, want %s at %s", problems.Problems, code, path)
}

func TestCancellation(t *testing.T) {
	p := reference(t)
	for _, method := range []quant.Method{quant.Exact, quant.MonteCarlo} {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
		start := time.Now()
		_, err := quant.Solve(ctx, p, &quant.Options{Method: method, Years: quant.MaxYears / 10, Grid: 1 << 20})
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v, want %v", method, err, context.DeadlineExceeded)
		}
		t.Logf("%s ended after %v", method, time.Since(start))
	}
}

func anySeverity(t *rapid.T) quant.Estimate {
	size := power(t, "size", -4, 12)
	switch rapid.IntRange(0, 6).Draw(t, "severity") {
	case 0:
		return interval(size, size*power(t, "ratio", 0.001, 6))
	case 1:
		return always(size)
	case 2:
		return quant.Estimate{Pareto: &quant.Pareto{Minimum: size, Alpha: rapid.Float64Range(1.05, 20).Draw(t, "alpha")}}
	case 3:
		return quant.Estimate{Gamma: &quant.Gamma{Shape: power(t, "shape", -1.5, 3), Scale: size}}
	case 4:
		return quant.Estimate{PERT: &quant.ThreePoint{Low: size, Mode: size * 1.5, High: size * (1.5 + power(t, "spread", -3, 4))}}
	case 5:
		return quant.Estimate{Empirical: []float64{0, size, size / 3}}
	}
	return quant.Estimate{Excess: &quant.Excess{Of: interval(size, size*power(t, "ratio", 0.1, 3)), Over: size * 2, Limit: size}}
}

func anyFrequency(t *rapid.T) quant.Frequency {
	switch rapid.IntRange(0, 3).Draw(t, "frequency") {
	case 0:
		return quant.Frequency{NegativeBinomial: &quant.NegativeBinomial{R: power(t, "r", -1, 1), P: rapid.Float64Range(0.05, 1).Draw(t, "p")}}
	case 1:
		return quant.Frequency{Binomial: &quant.Binomial{Trials: 20, Probability: rapid.Float64Range(0, 1).Draw(t, "p")}}
	}
	return rate(power(t, "rate", -9, 3))
}

// power is a power of ten.
func power(t *rapid.T, what string, low, high float64) float64 {
	return math.Pow(10, rapid.Float64Range(low, high).Draw(t, what))
}

// inOrder reports whether no level is below the one before it.
func inOrder(levels []quant.Level) bool {
	for i, b := range levels {
		if a := levels[max(0, i-1)]; b.VaR < a.VaR || b.Tail < a.Tail*(1-1e-9) || b.Tail < b.VaR {
			return false
		}
	}
	return true
}

// Whatever passes the checks has finite results in order, of both methods.
func TestAnyPortfolio(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := quant.Portfolio{Currency: "EUR"}
		for i := range rapid.IntRange(1, 3).Draw(t, "scenarios") {
			f, s := anyFrequency(t), anySeverity(t)
			p.Scenarios = append(p.Scenarios, quant.Scenario{ID: string(rune('a' + i)), Frequency: &f, Severity: &s})
		}
		for _, method := range []quant.Method{quant.Exact, quant.MonteCarlo} {
			r, err := quant.Solve(t.Context(), p, &quant.Options{Method: method, Grid: 1 << 12, Years: 1000})
			if _, ok := errors.AsType[*isms.ProblemError](err); ok {
				t.Skip(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := json.Marshal(r); err != nil {
				t.Fatal(err) // a result that is not a number
			}
			if !inOrder(r.Levels) {
				t.Fatalf("%s: levels are %+v", method, r.Levels)
			}
		}
	})
}
