package quant_test

import (
	"encoding/json"
	"math"
	"runtime"
	"testing"

	"github.com/ismskit/ismskit/risk/quant"
)

// Faults of other systems, each as a test that passes here.

func sampled(t *testing.T, p quant.Portfolio, years int, seed uint64) *quant.Result {
	t.Helper()
	return solve(t, p, &quant.Options{Method: quant.MonteCarlo, Years: years, Seed: seed})
}

// Scenarios that share a stream are perfectly correlated: the 99th percentile of
// two equal ones is then twice that of one, 39 % too high.
func TestScenariosDoNotShareAStream(t *testing.T) {
	f, s := rate(1), interval(1000, 100_000)
	two := quant.Portfolio{Currency: "EUR", Scenarios: []quant.Scenario{{ID: "a", Frequency: &f, Severity: &s}, {ID: "b", Frequency: &f, Severity: &s}}}
	r := sampled(t, two, 200_000, 1)
	alone := sampled(t, one(f, s), 200_000, 1)
	near(t, "sd of two", *r.SD, *alone.SD*math.Sqrt2, 0.05**r.SD)
	near(t, "VaR of two", r.Levels[3].VaR, solve(t, two, nil).Levels[3].VaR, 0.03*r.Levels[3].VaR)
	if twice := 2 * alone.Levels[3].VaR; r.Levels[3].VaR > 0.85*twice {
		t.Errorf("VaR(0.99) of two equal scenarios = %v, twice that of one is %v", r.Levels[3].VaR, twice)
	}
}

// Years without loss exist, no year with a loss is below the smallest possible
// single loss, and a year can have more than one event.
func TestEventsAreCounted(t *testing.T) {
	p := one(rate(0.5), quant.Estimate{Uniform: &quant.Range{Low: 1000, High: 2000}})
	p.Tolerance = []quant.Tolerance{{Loss: 0, Probability: 1}, {Loss: 999, Probability: 1}, {Loss: 2001, Probability: 1}}
	for _, method := range []quant.Method{quant.Exact, quant.MonteCarlo} {
		r := solve(t, p, &quant.Options{Method: method, Years: 100_000})
		near(t, "no loss", r.NoLoss, math.Exp(-0.5), 0.01)
		near(t, "above 999", r.Tolerance[1].Modelled, r.Tolerance[0].Modelled, 1e-9)
		// Two events or more, and hardly any two below 2001 together.
		near(t, "above 2001", r.Tolerance[2].Modelled, 1-1.5*math.Exp(-0.5), 0.01)
		if l := r.Levels[5]; l.VaR < 3000 {
			t.Errorf("%s: VaR(0.999) = %v, want several events", method, l.VaR)
		}
	}
}

// Two secondary losses of 10 that always come are 20.
func TestSecondaryLosses(t *testing.T) {
	reputation := quant.Secondary{Title: "reputation", Frequency: always(1), Magnitude: always(10)}
	legal := quant.Secondary{Title: "legal", Frequency: always(1), Magnitude: always(10)}
	tree := quant.Tree{LossEventFrequency: new(always(1)), PrimaryLoss: new(always(0)), Secondary: []quant.Secondary{reputation, legal}}
	p := quant.Portfolio{Currency: "EUR", Scenarios: []quant.Scenario{{ID: "fair", FAIR: &tree}}}
	for _, method := range []quant.Method{quant.Exact, quant.MonteCarlo} {
		r := solve(t, p, &quant.Options{Method: method, Years: 100_000})
		near(t, "mean", r.Mean, 20, 0.4)
		for i, events := range []float64{1, 2, 3, 4, 4, 5} {
			near(t, string(method)+" VaR", r.Levels[i].VaR, 20*events, 1e-9)
		}
	}
}

// The curve is read from one distribution: it never rises, and it agrees with
// the levels.
func TestCurveIsMonotone(t *testing.T) {
	for _, p := range []quant.Portfolio{motley(), one(rate(2), always(10)), one(rate(0.1), interval(10, 1000))} {
		for _, method := range []quant.Method{quant.Exact, quant.MonteCarlo} {
			r := solve(t, p, &quant.Options{Method: method, Years: 20_000})
			if len(r.Curve) < 5 {
				t.Errorf("%s: %d points", method, len(r.Curve))
			}
			for i := 1; i < len(r.Curve); i++ {
				a, b := r.Curve[i-1], r.Curve[i]
				if !(b.Loss > a.Loss && b.Probability <= a.Probability && b.Probability >= 0) {
					t.Errorf("%s: curve goes from %+v to %+v", method, a, b)
				}
			}
			if !inOrder(r.Levels) {
				t.Errorf("%s: levels are %+v", method, r.Levels)
			}
		}
	}
}

// A loss of once in a thousand years comes with its error: the bounds hold the
// right answer for 19 seeds of 20.
func TestRareLossHasErrorBars(t *testing.T) {
	p := one(rate(0.7), interval(10_000, 900_000))
	want, held := solve(t, p, nil), 0
	const seeds = 60
	for seed := range uint64(seeds) {
		r := sampled(t, p, 20_000, seed)
		l, v := r.Levels[5], want.Levels[5].VaR
		if l.Low == nil || l.High == nil || !(*l.Low < l.VaR && l.VaR < *l.High) {
			t.Fatalf("VaR(0.999) has no bounds around it: %+v", l)
		}
		if *l.Low <= v && v <= *l.High {
			held++
		}
	}
	if held < 51 { // 57 expected, standard deviation 1.7
		t.Errorf("the bounds hold the answer for %d of %d seeds, want 19 of 20", held, seeds)
	}
	few := solve(t, p, &quant.Options{Method: quant.MonteCarlo, Years: 1000})
	if few.Levels[5].High != nil {
		t.Errorf("1000 years bound VaR(0.999) by %v from above: no sample can", *few.Levels[5].High)
	}
}

func TestSeeds(t *testing.T) {
	p := motley()
	text := func(seed uint64, procs int) string {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		data, err := json.Marshal(sampled(t, p, 9_000, seed))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	first := text(1, 1)
	for _, procs := range []int{1, 2, 5} {
		if text(1, procs) != first {
			t.Errorf("the same seed on %d processors gives another result", procs)
		}
	}
	if text(2, 1) == first {
		t.Error("another seed gives the same result")
	}
}
