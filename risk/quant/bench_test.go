package quant_test

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"testing"

	"github.com/ismskit/ismskit/risk/quant"
)

// reference is the portfolio by which speed and accuracy are judged: 1,000
// lognormal scenarios with 320 events a year, and 93 controls.
func reference(tb testing.TB) quant.Portfolio {
	tb.Helper()
	data, err := os.ReadFile("testdata/reference.json")
	if err != nil {
		tb.Fatal(err)
	}
	var p quant.Portfolio
	if err := json.Unmarshal(data, &p); err != nil {
		tb.Fatal(err)
	}
	return p
}

// bare leaves the controls out.
func bare(p quant.Portfolio) quant.Portfolio {
	p.Controls = nil
	return p
}

// tenfold has every scenario ten times, each a tenth as often.
func tenfold(p quant.Portfolio) quant.Portfolio {
	out := p
	out.Scenarios, out.Controls = nil, nil
	for i := range 10 {
		for _, s := range p.Scenarios {
			s.ID = fmt.Sprintf("%s-%d", s.ID, i)
			rate := *s.Frequency.Poisson / 10
			s.Frequency = &quant.Frequency{Poisson: &rate}
			out.Scenarios = append(out.Scenarios, s)
		}
	}
	return out
}

func BenchmarkExact(b *testing.B) {
	p := reference(b)
	for _, bench := range []struct {
		name string
		p    quant.Portfolio
	}{{"1000", bare(p)}, {"10000", tenfold(p)}} {
		b.Run(bench.name, func(b *testing.B) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := quant.Solve(b.Context(), bench.p, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkMonteCarlo(b *testing.B) {
	p := bare(reference(b))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := quant.Solve(b.Context(), p, &quant.Options{Method: quant.MonteCarlo, Years: 1_000_000}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSwitch(b *testing.B) {
	p := reference(b)
	m, err := quant.Prepare(b.Context(), p, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := m.Switch(b.Context(), p.Controls[i%len(p.Controls)].ID); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

func BenchmarkRank(b *testing.B) {
	p := reference(b)
	m, err := quant.Prepare(b.Context(), p, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Rank(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
