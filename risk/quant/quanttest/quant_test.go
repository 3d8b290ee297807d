package quanttest_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/dsp/fourier"
	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/ismskit/ismskit/internal/fp"
	"github.com/ismskit/ismskit/risk/quant"
)

const z95 = 1.6448536269514727

// lognormal is the distribution with a 90 % interval.
func lognormal(p05, p95 float64) distuv.LogNormal {
	return distuv.LogNormal{Mu: (math.Log(p05) + math.Log(p95)) / 2, Sigma: (math.Log(p95) - math.Log(p05)) / (2 * z95)}
}

func portfolio() ([]float64, []distuv.LogNormal, quant.Portfolio) {
	rates, bounds := []float64{0.6, 0.1, 3, 1.2}, [][2]float64{{10_000, 200_000}, {80_000, 900_000}, {1000, 30_000}, {500, 60_000}}
	var losses []distuv.LogNormal
	p := quant.Portfolio{Currency: "EUR"}
	for i, b := range bounds {
		losses = append(losses, lognormal(b[0], b[1]))
		p.Scenarios = append(p.Scenarios, quant.Scenario{
			ID: string(rune('a' + i)), Frequency: &quant.Frequency{Poisson: &rates[i]},
			Severity: &quant.Estimate{Lognormal90: &quant.Interval90{P05: b[0], P95: b[1]}},
		})
	}
	return rates, losses, p
}

// The exact method, against a compound Poisson by gonum's transform of losses
// rounded to a fine grid.
func TestExactAgainstGonum(t *testing.T) {
	rates, losses, p := portfolio()
	r, err := quant.Solve(t.Context(), p, nil)
	if err != nil {
		t.Fatal(err)
	}
	const n = 1 << 18
	const step = 60.0
	jumps, total := make([]float64, n), 0.0
	for i, d := range losses {
		total += rates[i]
		before := 0.0
		for j := range jumps {
			upto := d.CDF((float64(j) + 0.5) * step)
			jumps[j] += rates[i] * (upto - before)
			before = upto
		}
	}
	fft := fourier.NewFFT(n)
	c := fft.Coefficients(nil, jumps)
	for k := range c {
		size, angle := math.Exp(real(c[k])-total), imag(c[k])
		c[k] = complex(size*math.Cos(angle), size*math.Sin(angle))
	}
	masses := fft.Sequence(nil, c)
	for _, l := range r.Levels {
		sum, j := 0.0, 0
		for ; sum < l.Level && j < n; j++ {
			sum += masses[j] / n
		}
		if v := float64(j-1) * step; math.Abs(v-l.VaR) > 2*step {
			t.Errorf("VaR(%v) = %v, gonum %v", l.Level, l.VaR, v)
		}
	}
}

// Monte Carlo, against one of gonum's samplers.
func TestMonteCarloAgainstGonum(t *testing.T) {
	rates, losses, p := portfolio()
	const years = 200_000
	r, err := quant.Solve(t.Context(), p, &quant.Options{Method: quant.MonteCarlo, Years: years})
	if err != nil {
		t.Fatal(err)
	}
	src := rand.NewPCG(1, 2)
	totals := make([]float64, years)
	for i, d := range losses {
		d.Src = src
		events := distuv.Poisson{Lambda: rates[i], Src: src}
		for y := range totals {
			for range int(events.Rand()) {
				totals[y] += d.Rand()
			}
		}
	}
	slices.Sort(totals)
	for _, l := range r.Levels {
		v := totals[int(l.Level*years)]
		if half := *l.High - *l.Low; math.Abs(v-l.VaR) > 1.5*half {
			t.Errorf("VaR(%v) = %v in %v to %v, gonum %v", l.Level, l.VaR, *l.Low, *l.High, v)
		}
	}
}

// The functions of internal/fp.
func TestFunctionsAgainstGonum(t *testing.T) {
	near := func(what string, x, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-10*math.Abs(want)+1e-300 {
			t.Errorf("%s(%v) = %v, gonum %v", what, x, got, want)
		}
	}
	src := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		x := src.NormFloat64() * 3
		near("NormalCDF", x, fp.NormalCDF(x), distuv.UnitNormal.CDF(x))
		q := src.Float64()
		near("NormalQuantile", q, fp.NormalQuantile(q), distuv.UnitNormal.Quantile(q))
		a, b := math.Exp(3*src.NormFloat64()), math.Exp(3*src.NormFloat64())
		y := a * math.Exp(src.NormFloat64())
		if lower, upper := fp.GammaPQ(a, y); lower > 1e-200 && upper > 1e-200 {
			near("GammaP", y, lower, mathext.GammaIncReg(a, y))
			near("GammaQ", y, upper, mathext.GammaIncRegComp(a, y))
		}
		if lower, _ := fp.BetaPQ(a, b, q, 1-q); lower > 1e-200 {
			near("BetaP", q, lower, mathext.RegIncBeta(a, b, q))
		}
	}
}
