package risk_test

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/risk"
)

func many(n int) risk.Inputs {
	in := risk.Inputs{Methodologies: []risk.Methodology{matrix5()}, Risks: make([]risk.Risk, n)}
	for i := range in.Risks {
		r := whole()
		r.ID, r.Label = fmt.Sprintf("r-%06d", i), fmt.Sprintf("R-%d", i)
		r.Current = evaluation(i*7%6, i*11%6) // a third of them not assessed
		in.Risks[i] = r
	}
	return in
}

func BenchmarkRate(b *testing.B) {
	m, e := matrix5(), evaluation(4, 5)
	b.ReportAllocs()
	for b.Loop() {
		m.Rate(e)
	}
}

func BenchmarkRegister(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		in := many(n)
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				risk.NewRegister(in, date("2026-03-01"))
			}
		})
	}
}

func BenchmarkReport(b *testing.B) {
	reg := risk.NewRegister(many(10_000), date("2026-03-01"))
	b.ReportAllocs()
	for b.Loop() {
		if err := report.HTML(discard{}, reg.Report(lang.EN)); err != nil {
			b.Fatal(err)
		}
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

func BenchmarkValidate(b *testing.B) {
	r := whole()
	b.ReportAllocs()
	for b.Loop() {
		isms.Validate(r)
	}
}
