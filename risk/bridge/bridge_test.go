package bridge_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ismskit/ismskit/internal/golden"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/risk/bridge"
	"github.com/ismskit/ismskit/risk/quant"
)

func matrix() risk.Methodology {
	m := risk.Matrix3()
	m.Rev = 2
	return m
}

func intervals() bridge.Intervals {
	return bridge.Intervals{
		Methodology: matrix().Pin(),
		Currency:    "EUR",
		Likelihood:  []quant.Interval90{{P05: 0.01, P95: 0.1}, {P05: 0.1, P95: 1}, {P05: 1, P95: 12}},
		Impact:      []quant.Interval90{{P05: 500, P95: 1e4}, {P05: 1e4, P95: 2e5}, {P05: 2e5, P95: 8e6}},
	}
}

// rated is a register with a risk for each pair of steps.
func rated(m risk.Methodology, cells ...[2]int) risk.Register {
	var in risk.Inputs
	in.Methodologies = []risk.Methodology{m}
	for i, c := range cells {
		r := risk.Risk{Common: isms.Common{ID: fmt.Sprintf("r-%d", i+1), Label: fmt.Sprintf("R-%d", i+1)}, Title: isms.Text{"en": fmt.Sprintf("Risk %d", i+1), "nl": fmt.Sprintf("Risico %d", i+1)}}
		r.Current = risk.Evaluation{Methodology: m.Pin(), Likelihood: c[0], Impact: c[1]}
		in.Risks = append(in.Risks, r)
	}
	return risk.NewRegister(in, isms.Day(2026, time.March, 1))
}

func compare(tb testing.TB, r risk.Register, by bridge.Intervals) *bridge.Comparison {
	tb.Helper()
	c, err := bridge.Compare(tb.Context(), r, risk.Current, by)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// mean of the lognormal with a 90 % interval, written down from the textbook.
func mean(v quant.Interval90) float64 {
	sigma := math.Log(v.P95/v.P05) / (2 * 1.6448536269514722)
	return math.Sqrt(v.P05*v.P95) * math.Exp(sigma*sigma/2)
}

func near(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance*math.Abs(b) }

// The figures of cells and bands are those of the textbook.
func TestFigures(t *testing.T) {
	by := intervals()
	c := compare(t, rated(matrix(), [2]int{2, 2}, [2]int{3, 1}, [2]int{2, 2}), by)
	if len(c.Cells) != 2 || len(c.Cells[0].Risks) != 2 {
		t.Fatalf("Compare has %d cells, want 2, the first with 2 risks", len(c.Cells))
	}
	for _, x := range c.Cells {
		if want := mean(by.Likelihood[x.Level.Likelihood-1]) * mean(by.Impact[x.Level.Impact-1]); !near(x.Mean, want, 1e-9) {
			t.Errorf("cell (%d, %d) has mean %v, want %v", x.Level.Likelihood, x.Level.Impact, x.Mean, want)
		}
		if x.Tail <= x.Mean {
			t.Errorf("cell (%d, %d) has tail %v, not above its mean %v", x.Level.Likelihood, x.Level.Impact, x.Tail, x.Mean)
		}
	}
	low := mean(by.Likelihood[0]) * mean(by.Impact[0])
	retained := max(mean(by.Likelihood[0])*mean(by.Impact[1]), mean(by.Likelihood[1])*mean(by.Impact[0]))
	if b := c.Bands[0]; b.ID != "low" || !b.Acceptable || b.Overlaps || !near(b.Low, low, 1e-9) || !near(b.High, retained, 1e-9) || !near(c.Retained, retained, 1e-9) {
		t.Errorf("lowest band = %+v, retained %v, want low from %v to %v", b, c.Retained, low, retained)
	}
	if b := c.Bands[1]; b.Overlaps {
		t.Errorf("band %s overlaps: from %v, want above %v", b.ID, b.Low, c.Retained)
	}
}

// A band above the acceptable ones that begins below them is flagged, and so is
// the reversed pair of risks.
func TestOverlap(t *testing.T) {
	by := intervals()
	by.Impact[2] = quant.Interval90{P05: 2e5, P95: 5e8} // now even seldom is expensive
	m := matrix()
	m.Matrix[0][2] = "low" // and retained
	c := compare(t, rated(m, [2]int{1, 3}, [2]int{2, 2}), by)
	if b := c.Bands[1]; b.ID != "medium" || !b.Overlaps || b.Low >= c.Retained {
		t.Errorf("band medium = %+v, retained %v, want an overlap", b, c.Retained)
	}
	if d := c.Disagreements; len(d) == 0 || d[0].By != bridge.ByMean || d[0].Higher.Risks[0].ID != "r-2" || d[0].Lower.Risks[0].ID != "r-1" {
		t.Errorf("Disagreements = %+v, want r-2 in a higher band than r-1, though cheaper", d)
	}
	// Two bands apart, with nothing in the band between them.
	c = compare(t, rated(m, [2]int{1, 3}, [2]int{3, 2}), by)
	if d := c.Disagreements; len(d) != 2 || d[1].By != bridge.ByTail || d[1].Higher.Level.Rank != 3 || d[1].Lower.Level.Rank != 1 {
		t.Errorf("Disagreements = %+v, want high against low, by mean and by tail", d)
	}
}

// The figures are those of the stage that was asked for.
func TestStage(t *testing.T) {
	r := rated(matrix(), [2]int{2, 2})
	r.Rows[0].Risk.Inherent = risk.Evaluation{Methodology: matrix().Pin(), Likelihood: 3, Impact: 2}
	r.Rows[0].Risk.Residual = risk.Evaluation{Methodology: matrix().Pin(), Likelihood: 1, Impact: 2}
	for stage, want := range map[risk.Stage]int{risk.Inherent: 3, risk.Current: 2, risk.Residual: 1} {
		c, err := bridge.Compare(t.Context(), r, stage, intervals())
		if err != nil || len(c.Cells) != 1 || c.Cells[0].Level.Likelihood != want {
			t.Errorf("Compare(%s) = %+v, %v, want one cell with likelihood %d", stage, c, err, want)
		}
	}
}

// Nobody's figures are made up: what is not rated with this revision is listed.
func TestMissing(t *testing.T) {
	old := matrix()
	old.Rev = 1
	m := matrix()
	risks := []risk.Risk{{Common: isms.Common{ID: "none"}}, {Common: isms.Common{ID: "half"}}, {Common: isms.Common{ID: "old"}}, {Common: isms.Common{ID: "off"}}, {Common: isms.Common{ID: "fine"}}, {Common: isms.Common{ID: "unpinned"}}}
	risks[1].Current = risk.Evaluation{Methodology: m.Pin(), Likelihood: 2}
	risks[2].Current = risk.Evaluation{Methodology: old.Pin(), Likelihood: 2, Impact: 2}
	risks[3].Current = risk.Evaluation{Methodology: m.Pin(), Likelihood: 2, Impact: 4}
	risks[4].Current = risk.Evaluation{Methodology: m.Pin(), Likelihood: 2, Impact: 2}
	risks[5].Current = risk.Evaluation{Likelihood: 2, Impact: 2}
	r := risk.NewRegister(risk.Inputs{Risks: risks, Methodologies: []risk.Methodology{old, m}}, isms.Day(2026, time.March, 1))
	c := compare(t, r, intervals())
	var missing []string
	for _, row := range c.Missing {
		missing = append(missing, row.Risk.ID)
	}
	slices.Sort(missing)
	if diff := cmp.Diff([]string{"half", "none", "off", "old", "unpinned"}, missing); diff != "" {
		t.Errorf("Missing differs (-want +got):\n%s", diff)
	}
	if p := c.Portfolio(lang.EN); len(p.Scenarios) != 1 || p.Scenarios[0].ID != "fine" {
		t.Errorf("Portfolio has the scenarios %+v, want one, fine", p.Scenarios)
	}
}

// Each of these would give a wrong number; each is refused with its place.
func TestHostileIntervals(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*bridge.Intervals)
		want  string
	}{
		"another revision":  {func(v *bridge.Intervals) { v.Methodology.Rev = 1 }, "/methodology bridge/methodology"},
		"no methodology":    {func(v *bridge.Intervals) { v.Methodology = isms.Link{} }, "/methodology bridge/methodology"},
		"too few steps":     {func(v *bridge.Intervals) { v.Likelihood = v.Likelihood[:2] }, "/likelihood bridge/steps"},
		"too many steps":    {func(v *bridge.Intervals) { v.Impact = append(v.Impact, v.Impact[2]) }, "/impact bridge/steps"},
		"no currency":       {func(v *bridge.Intervals) { v.Currency = "" }, "/currency quant/currency"},
		"euro sign":         {func(v *bridge.Intervals) { v.Currency = "€" }, "/currency quant/currency"},
		"NaN":               {func(v *bridge.Intervals) { v.Impact[1].P95 = math.NaN() }, "/impact/1/p95 quant/not-finite"},
		"infinite":          {func(v *bridge.Intervals) { v.Impact[2].P95 = math.Inf(1) }, "/impact/2/p95 quant/not-finite"},
		"negative":          {func(v *bridge.Intervals) { v.Likelihood[0].P05 = -1 }, "/likelihood/0/p05 quant/not-positive"},
		"zero":              {func(v *bridge.Intervals) { v.Impact[0].P05 = 0 }, "/impact/0/p05 quant/not-positive"},
		"without width":     {func(v *bridge.Intervals) { v.Impact[0].P95 = v.Impact[0].P05 }, "quant/order"},
		"reversed":          {func(v *bridge.Intervals) { v.Impact[0] = quant.Interval90{P05: 9, P95: 3} }, "quant/order"},
		"too wide":          {func(v *bridge.Intervals) { v.Impact[0].P05 = 1e-300 }, "/impact/0/p95 quant/range"},
		"too many events":   {func(v *bridge.Intervals) { v.Likelihood[2].P95 = 1e9 }, "/likelihood quant/too-large"},
		"lower bound falls": {func(v *bridge.Intervals) { v.Impact[1].P05 = 100 }, "/impact/1/p05 bridge/falls"},
		"upper bound falls": {func(v *bridge.Intervals) { v.Impact[2] = quant.Interval90{P05: 1.5e5, P95: 1.9e5} }, "/impact/2/p95 bridge/falls"},
		"same step twice":   {func(v *bridge.Intervals) { v.Likelihood[1] = v.Likelihood[0] }, "/likelihood/1 bridge/mean-falls"},
		"expected value falls": {func(v *bridge.Intervals) {
			v.Impact = []quant.Interval90{{P05: 1, P95: 1e6}, {P05: 20, P95: 1e6}, {P05: 100, P95: 1e7}}
		}, "/impact/1 bridge/mean-falls"},
	} {
		by := intervals()
		c.spoil(&by)
		_, err := bridge.Compare(t.Context(), rated(matrix(), [2]int{2, 2}), risk.Current, by)
		refused, ok := errors.AsType[*isms.ProblemError](err)
		if !ok {
			t.Errorf("%s: Compare = %v, want an isms.ProblemError", name, err)
			continue
		}
		found := false
		for _, p := range refused.Problems {
			found = found || strings.Contains(p.Path+" "+string(p.Code), c.want)
			for _, l := range []lang.Lang{lang.EN, lang.NL} {
				if text := p.Text(l); strings.ContainsAny(text, "{}") || strings.Contains(text, string(p.Code)) {
					t.Errorf("%s: problem reads %q", name, text)
				}
			}
		}
		if !found {
			t.Errorf("%s: Compare = %v, want %s", name, refused.Problems, c.want)
		}
	}
	if p := intervals().Check(matrix()); len(p) > 0 {
		t.Errorf("Check of the intervals unspoiled = %v, want nothing", p)
	}
	later := matrix()
	later.Rev = 3
	if p := intervals().Check(later); len(p) != 1 || p[0].Code != bridge.CodeMethodology {
		t.Errorf("Check with a later revision = %v, want %s", p, bridge.CodeMethodology)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := bridge.Compare(ctx, rated(matrix(), [2]int{2, 2}), risk.Current, intervals()); !errors.Is(err, context.Canceled) {
		t.Errorf("Compare(cancelled) = %v, want %v", err, context.Canceled)
	}
}

// drawn are intervals whose steps rise, by anything from a half to twenty times.
func drawn(t *rapid.T) bridge.Intervals {
	scale := func(name string, low float64) []quant.Interval90 {
		var out []quant.Interval90
		for range 3 {
			low *= rapid.Float64Range(1.5, 20).Draw(t, name)
			out = append(out, quant.Interval90{P05: low, P95: low * 15})
		}
		return out
	}
	by := intervals()
	by.Likelihood, by.Impact = scale("rate", 0.001), scale("loss", 100)
	return by
}

func loss(x bridge.Cell, by bridge.Measure) float64 {
	if by == bridge.ByTail {
		return x.Tail
	}
	return x.Mean
}

// outdone is the greatest loss in a lower band than that of a cell, if it is
// greater than the cell's: by comparing every pair.
func outdone(c *bridge.Comparison, x bridge.Cell, by bridge.Measure) float64 {
	worst := 0.0
	for _, y := range c.Cells {
		if y.Level.Rank < x.Level.Rank && loss(y, by) > loss(x, by) {
			worst = max(worst, loss(y, by))
		}
	}
	return worst
}

// rises fails the test for a cell that costs more than one above it on both
// scales.
func rises(t *rapid.T, c *bridge.Comparison) {
	for _, x := range c.Cells {
		for _, y := range c.Cells {
			if y.Level.Likelihood <= x.Level.Likelihood && y.Level.Impact <= x.Level.Impact && y.Mean > x.Mean {
				t.Fatalf("cell %+v costs more than %+v, which is above it", y.Level, x.Level)
			}
		}
	}
}

// Disagreements are exactly what comparing every pair gives, whatever the
// intervals, and no cell costs more than one above it on both scales.
func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) [2]int {
			return [2]int{rapid.IntRange(1, 3).Draw(t, "likelihood"), rapid.IntRange(1, 3).Draw(t, "impact")}
		}), 1, 3).Draw(t, "cells")
		c, err := bridge.Compare(context.Background(), rated(matrix(), cells...), risk.Current, drawn(t))
		if err != nil {
			t.Fatal(err)
		}
		var got, want []float64
		for _, d := range c.Disagreements {
			got = append(got, loss(d.Higher, d.By), loss(d.Lower, d.By))
		}
		for _, by := range []bridge.Measure{bridge.ByMean, bridge.ByTail} {
			for _, x := range c.Cells {
				if worst := outdone(c, x, by); worst > 0 {
					want = append(want, loss(x, by), worst)
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("Disagreements differ (-want +got):\n%s", diff)
		}
		rises(t, c)
	})
}

// The tail of a cell is accurate, also where an interval is very wide.
func TestTail(t *testing.T) {
	for p95, likelihood := range map[float64]int{5e8: 1, 1e11: 3} {
		by := intervals()
		by.Impact[2].P95 = p95
		c := compare(t, rated(matrix(), [2]int{likelihood, 3}), by)
		r, err := quant.Solve(t.Context(), c.Portfolio(lang.EN), &quant.Options{Grid: 1 << 17, Levels: []float64{bridge.TailLevel}})
		if err != nil {
			t.Fatal(err)
		}
		if want := r.Levels[0].Tail; !near(c.Cells[0].Tail, want, 1e-3) {
			t.Errorf("tail of an event up to %g = %v, want %v", p95, c.Cells[0].Tail, want)
		}
	}
}

// The engine gives the portfolio of the register the sum of the means.
func TestPortfolio(t *testing.T) {
	c := compare(t, rated(matrix(), [2]int{1, 3}, [2]int{2, 2}, [2]int{2, 2}, [2]int{3, 1}), intervals())
	want := 0.0
	for _, x := range c.Cells {
		want += x.Mean * float64(len(x.Risks))
	}
	r, err := quant.Solve(t.Context(), c.Portfolio(lang.NL), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !near(r.Mean, want, 1e-9) || len(r.Contributions) != 4 {
		t.Errorf("Solve(Portfolio) has mean %v of %d scenarios, want %v of 4", r.Mean, len(r.Contributions), want)
	}
	if got := c.Portfolio(lang.NL).Scenarios[0].Title; got != "Risico 1" {
		t.Errorf("Portfolio(nl) begins with %q, want Risico 1", got)
	}
}

func TestReport(t *testing.T) {
	m, by := matrix(), intervals()
	by.Impact[2] = quant.Interval90{P05: 2e5, P95: 5e8}
	m.Matrix[0][2] = "low"
	reg := rated(m, [2]int{1, 3}, [2]int{2, 2}, [2]int{2, 2}, [2]int{3, 3}, [2]int{0, 0})
	for _, l := range []lang.Lang{lang.EN, lang.NL} {
		var b strings.Builder
		if err := report.Markdown(&b, compare(t, reg, by).Report(l)); err != nil {
			t.Fatal(err)
		}
		golden.Check(t, "report."+string(l)+".md", b.String())
	}
}

func BenchmarkCompare10000(b *testing.B) {
	m := risk.Matrix5()
	m.Rev = 1
	by := bridge.Intervals{Methodology: m.Pin(), Currency: "EUR"}
	for i := range 5 {
		p := math.Pow(5, float64(i))
		by.Likelihood = append(by.Likelihood, quant.Interval90{P05: 0.01 * p, P95: 0.05 * p})
		by.Impact = append(by.Impact, quant.Interval90{P05: 100 * p, P95: 2000 * p})
	}
	cells := make([][2]int, 10_000)
	for i := range cells {
		cells[i] = [2]int{1 + i%5, 1 + i/5%5}
	}
	r := rated(m, cells...)
	b.ReportAllocs()
	for b.Loop() {
		if c := compare(b, r, by); len(c.Cells) != 25 || len(c.Missing) != 0 {
			b.Fatalf("Compare has %d cells, want 25", len(c.Cells))
		}
	}
}
