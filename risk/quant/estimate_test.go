package quant_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/ismskit/ismskit/internal/yamljson"
	"github.com/ismskit/ismskit/risk/quant"
)

func ExampleEstimate_Summary() {
	loss := quant.Estimate{Lognormal90: &quant.Interval90{P05: 1000, P95: 50_000}}
	insured := quant.Estimate{Capped: &quant.Capped{Of: loss, At: 25_000}}
	for _, e := range []quant.Estimate{loss, insured} {
		s, err := e.Summary()
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("mean %.0f, half above %.0f, one in a hundred above %.0f\n", s.Mean, s.P50, s.P99)
	}
	// Output:
	// mean 14340, half above 7071, one in a hundred above 112442
	// mean 10048, half above 7071, one in a hundred above 25000
}

// Two incidents in five years, and nothing else known.
func ExampleRateFromData() {
	rate, err := quant.RateFromData(nil, 2, 5)
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := quant.Estimate{Gamma: &rate}.Summary()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f a year, 90%% between %.2f and %.2f\n", s.Mean, s.P05, s.P95)
	// Output: 0.50 a year, 90% between 0.11 and 1.11
}

// An estimate as people keep it.
func TestEstimateInYAML(t *testing.T) {
	doc, err := yamljson.Parse("loss.yaml", []byte(`
mixture:
  - {weight: 3, of: {lognormal90: {p05: 1000, p95: 50000}}}
  - weight: 1
    of:
      truncated:
        of: {pert: {low: 10, mode: 20, high: 100, gamma: 2}}
        low: 15
`))
	if err != nil {
		t.Fatal(err)
	}
	var e quant.Estimate
	if err := doc.Decode(&e); err != nil {
		t.Fatal(err)
	}
	if s, err := e.Summary(); err != nil || e.Mixture[1].Of.Truncated.Of.PERT.Gamma != 2 || !(s.Mean > 10_000) {
		t.Errorf("Summary() = %v, %v of %+v", s, err, e)
	}
	again, err := yamljson.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	doc, err = yamljson.Parse("again.yaml", again)
	if err != nil {
		t.Fatal(err)
	}
	var back quant.Estimate
	if err := doc.Decode(&back); err != nil {
		t.Fatal(err)
	}
	one, _ := e.Summary()
	if two, err := back.Summary(); err != nil || two != one {
		t.Errorf("written and read again: %v, %v, want %v", two, err, one)
	}
}

// The mode that a PERT estimate names is its mode, and not its mean: PERT(20,
// 100, 900) is densest at 100.
func TestPERTKeepsItsMode(t *testing.T) {
	pert := quant.Estimate{PERT: &quant.ThreePoint{Low: 20, Mode: 100, High: 900}}
	// Within a unit of money, what lies left of the mode leans right, and what
	// lies right of it leans left.
	for low, leans := range map[float64]float64{95: 1, 98: 1, 101: -1, 105: -1} {
		s, err := quant.Estimate{Truncated: &quant.Truncated{Of: pert, Low: new(low), High: new(low + 1)}}.Summary()
		if err != nil {
			t.Fatal(err)
		}
		if (s.Mean-(low+0.5))*leans <= 0 {
			t.Errorf("from %v to %v the mean is %v: the mode is not 100", low, low+1, s.Mean)
		}
	}
	if s, err := pert.Summary(); err != nil || math.Abs(s.Mean-220) > 1e-9 {
		t.Errorf("mean = %v, %v, want (20+4*100+900)/6 = 220", s.Mean, err)
	}
}

// What lies outside the bounds is left out; nothing piles up at the bounds.
func TestTruncatedIsNotClipped(t *testing.T) {
	wide := quant.Estimate{Normal: &quant.Normal{Mean: 90, SD: 100}} // one in five below zero
	s, err := quant.Estimate{Truncated: &quant.Truncated{Of: wide, Low: new(0.0)}}.Summary()
	if err != nil {
		t.Fatal(err)
	}
	if !(s.P05 > 5) || math.Abs(s.Mean-122.610889376) > 1e-6 {
		t.Errorf("Summary() = %+v, want a mean of 122.61 and nothing at zero", s)
	}
}
