package quant_test

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/risk/quant"
)

// known is a published or independently computed answer.
type known struct {
	ID        string          `json:"id"`
	Topic     string          `json:"topic"`
	Input     json.RawMessage `json:"input"`
	Expected  json.RawMessage `json:"expected"`
	Tolerance struct {
		Abs     *float64 `json:"abs"`
		Rel     float64  `json:"rel"`
		MCSigma float64  `json:"mc_sigma"`
	} `json:"tolerance"`
}

// knownAnswers are those of a topic.
func knownAnswers(t *testing.T, topic string, least int) []known {
	t.Helper()
	data, err := os.ReadFile("testdata/aggregate.json")
	if err != nil {
		t.Fatal(err)
	}
	var all, out []known
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	for _, k := range all {
		if k.Topic == topic {
			out = append(out, k)
		}
	}
	if len(out) < least {
		t.Fatalf("%d known answers of %s, want %d", len(out), topic, least)
	}
	return out
}

func decode[T any](t *testing.T, raw json.RawMessage) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// one is a portfolio of one scenario.
func one(f quant.Frequency, s quant.Estimate) quant.Portfolio {
	return quant.Portfolio{Currency: "EUR", Scenarios: []quant.Scenario{{ID: "one", Frequency: &f, Severity: &s}}}
}

func rate(x float64) quant.Frequency { return quant.Frequency{Poisson: &x} }

func always(x float64) quant.Estimate { return quant.Estimate{Constant: &x} }

func interval(p05, p95 float64) quant.Estimate {
	return quant.Estimate{Lognormal90: &quant.Interval90{P05: p05, P95: p95}}
}

func solve(tb testing.TB, p quant.Portfolio, o *quant.Options) *quant.Result {
	tb.Helper()
	r, err := quant.Solve(tb.Context(), p, o)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %v, want %v within %v", what, got, want, tolerance)
	}
}

func TestKnownAggregates(t *testing.T) {
	type input struct {
		Scenarios []struct{ Lam, P05, P95 float64 }
	}
	for _, k := range knownAnswers(t, "aggregate_fft_reference", 3) {
		t.Run(k.ID, func(t *testing.T) {
			p := quant.Portfolio{Currency: "EUR"}
			for i, s := range decode[input](t, k.Input).Scenarios {
				f, x := rate(s.Lam), interval(s.P05, s.P95)
				p.Scenarios = append(p.Scenarios, quant.Scenario{ID: string(rune('a' + i)), Frequency: &f, Severity: &x})
			}
			r := solve(t, p, nil)
			got := map[string]float64{"p_zero": r.NoLoss, "mean": r.Mean, "variance": *r.SD * *r.SD}
			for _, l := range r.Levels {
				key := strings.TrimRight(strings.TrimRight(formatLevel(l.Level), "0"), ".")
				got["var"+key], got["tvar"+key] = l.VaR, l.Tail
			}
			for key, want := range decode[map[string]float64](t, k.Expected) {
				near(t, key, got[key], want, k.Tolerance.Rel*want)
			}
		})
	}
}

func formatLevel(p float64) string {
	b, _ := json.Marshal(p) //nolint:errchkjson // a number
	return string(b)
}

func TestKnownCompoundExponential(t *testing.T) {
	type input struct {
		Lam, Mean float64
		X         []float64
	}
	for _, k := range knownAnswers(t, "aggregate_exact", 1) {
		in := decode[input](t, k.Input)
		p := one(rate(in.Lam), quant.Estimate{Gamma: &quant.Gamma{Shape: 1, Scale: in.Mean}})
		for i, x := range in.X {
			p.Tolerance = append(p.Tolerance, quant.Tolerance{Loss: x, Probability: 1 / float64(i+1)})
		}
		r := solve(t, p, nil)
		for i, want := range decode[struct{ CDF []float64 }](t, k.Expected).CDF {
			near(t, k.ID, 1-r.Tolerance[i].Modelled, want, *k.Tolerance.Abs)
		}
	}
}

// The moments of compound distributions, by both methods.
func TestKnownMoments(t *testing.T) {
	type input struct {
		Frequency           string
		Lam, R, P, P05, P95 float64
	}
	type expected struct {
		Mean, Variance, SD float64
		PZero              float64 `json:"p_zero"`
	}
	for _, k := range knownAnswers(t, "compound_moments", 4) {
		in, want := decode[input](t, k.Input), decode[expected](t, k.Expected)
		f := rate(in.Lam)
		if in.Frequency == "negbinomial" {
			f = quant.Frequency{NegativeBinomial: &quant.NegativeBinomial{R: in.R, P: in.P}}
		}
		p := one(f, interval(in.P05, in.P95))
		r := solve(t, p, nil)
		near(t, k.ID+" mean", r.Mean, want.Mean, k.Tolerance.Rel*want.Mean)
		near(t, k.ID+" variance", *r.SD**r.SD, want.Variance, k.Tolerance.Rel*want.Variance)
		near(t, k.ID+" no loss", r.NoLoss, want.PZero, k.Tolerance.Rel)
		m := solve(t, p, &quant.Options{Method: quant.MonteCarlo, Years: 200_000, Seed: 1})
		near(t, k.ID+" sampled mean", m.Mean, want.Mean, k.Tolerance.MCSigma*math.Sqrt(want.Variance/200_000))
		near(t, k.ID+" sampled no loss", m.NoLoss, want.PZero, k.Tolerance.MCSigma*math.Sqrt(want.PZero*(1-want.PZero)/200_000))
	}
}
