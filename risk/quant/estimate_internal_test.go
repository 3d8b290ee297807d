package quant

import (
	"math"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/isms"
)

// everyKind has an estimate of each kind, and some of several kinds in one.
func everyKind() map[string]Estimate {
	lognormal := Estimate{Lognormal90: &Interval90{P05: 1000, P95: 50_000}}
	return map[string]Estimate{
		"constant":          {Constant: new(5.0)},
		"uniform":           {Uniform: &Range{2, 9}},
		"triangular":        {Triangular: &ThreePoint{Low: 1, Mode: 3, High: 10}},
		"triangular left":   {Triangular: &ThreePoint{Low: 1, Mode: 1, High: 10}},
		"triangular right":  {Triangular: &ThreePoint{Low: 1, Mode: 10, High: 10}},
		"pert":              {PERT: &ThreePoint{Low: 10, Mode: 20, High: 100}},
		"pert sharp":        {PERT: &ThreePoint{Low: 10, Mode: 20, High: 100, Gamma: 50}},
		"normal":            {Normal: &Normal{3, 2}},
		"lognormal90":       lognormal,
		"lognormal":         {Lognormal: &Lognormal{2, 0.3}},
		"gamma":             {Gamma: &Gamma{2.5, 3}},
		"gamma small":       {Gamma: &Gamma{0.3, 3}},
		"exponential":       {Gamma: &Gamma{1, 3}},
		"pareto":            {Pareto: &Pareto{100, 4}},
		"gpd":               {GPD: &GPD{50, 10, 0.15}},
		"gpd heavy":         {GPD: &GPD{50, 10, 0.3}},
		"gpd exponential":   {GPD: &GPD{50, 10, 0}},
		"beta":              {Beta: &Beta{Alpha: 2, Beta: 5}},
		"beta from to":      {Beta: &Beta{Alpha: 0.7, Beta: 0.6, Low: 3, High: 5}},
		"empirical":         {Empirical: []float64{5, 1, 8, 8, 20}},
		"mixture":           {Mixture: []Weighted{{3, lognormal}, {1, Estimate{Gamma: &Gamma{2, 1e5}}}, {2, Estimate{Constant: new(7.0)}}}},
		"truncated":         {Truncated: &Truncated{Of: lognormal, Low: new(2000.0), High: new(30_000.0)}},
		"truncated above":   {Truncated: &Truncated{Of: lognormal, High: new(30_000.0)}},
		"truncated tail":    {Truncated: &Truncated{Of: Estimate{Normal: &Normal{0, 1}}, Low: new(4.0)}},
		"truncated steps":   {Truncated: &Truncated{Of: Estimate{Empirical: []float64{1, 2, 2, 3, 9}}, Low: new(2.0), High: new(3.0)}},
		"capped":            {Capped: &Capped{Of: lognormal, At: 20_000}},
		"excess":            {Excess: &Excess{Of: lognormal, Over: 5000}},
		"excess limited":    {Excess: &Excess{Of: lognormal, Over: 5000, Limit: 40_000}},
		"excess of capped":  {Excess: &Excess{Of: Estimate{Capped: &Capped{Of: lognormal, At: 20_000}}, Over: 100}},
		"mixture of excess": {Mixture: []Weighted{{1, Estimate{Excess: &Excess{Of: lognormal, Over: 5000}}}, {1, Estimate{PERT: &ThreePoint{Low: 0, Mode: 1, High: 9}}}}},
	}
}

// What one kind says about itself agrees: probabilities, moments and quantiles
// all follow from its probabilities by numerical integration.
func TestKindsAgreeWithThemselves(t *testing.T) {
	for name, e := range everyKind() {
		var problems []isms.Problem
		if !e.check(checker{problems: &problems}, anyNumber, 0) {
			t.Errorf("%s: %v", name, problems)
			continue
		}
		d := e.distribution()
		agree(t, name, d)
		x, quarter := d.quantile(0.7), d.scaled(0.25)
		for figure, v := range map[string][2]float64{
			"mean": {quarter.mean(), d.mean() / 4}, "variance": {quarter.variance(), d.variance() / 16},
			"third": {quarter.third(), d.third() / 64}, "quantile": {quarter.quantile(0.7), x / 4},
			"sf": {quarter.sf(x / 4), d.sf(x)}, "lev": {quarter.lev(x / 4), d.lev(x) / 4},
		} {
			if off(v[0], v[1]) > 1e-12 {
				t.Errorf("%s: %s of a quarter = %v, want %v", name, figure, v[0], v[1])
			}
		}
		if got := d.scaled(0); got != constant(0) {
			t.Errorf("%s: scaled(0) = %v, want nothing", name, got)
		}
	}
}

func off(got, want float64) float64 {
	if got == want {
		return 0
	}
	return math.Abs(got-want) / math.Abs(want)
}

func agree(t *testing.T, name string, d severity) {
	t.Helper()
	low, high := d.support()
	start := low
	if math.IsInf(low, -1) {
		start = d.quantile(1e-18)
	}
	if !(low <= d.mean() && d.mean() <= high) {
		t.Errorf("%s: mean %v outside %v..%v", name, d.mean(), low, high)
	}
	for _, p := range []float64{1e-6, 0.05, 0.3, 0.5, 0.7, 0.95, 0.999999} {
		x := d.quantile(p)
		if got := d.cdf(x); got < p-1e-12 {
			t.Errorf("%s: cdf(quantile(%v) = %v) = %v", name, p, x, got)
		}
		if got := d.cdf(x - math.Abs(x)*1e-9); got > p+1e-7 && x > low {
			t.Errorf("%s: cdf just below quantile(%v) = %v", name, p, got)
		}
		if y := d.isf(1 - p); off(y, x) > 1e-8 && d.cdf(math.Nextafter(min(x, y), high))-p > 1e-10 {
			t.Errorf("%s: isf(%v) = %v, quantile(%v) = %v", name, 1-p, y, p, x)
		}
		if got := d.cdf(x) + d.sf(x); math.Abs(got-1) > 1e-13 {
			t.Errorf("%s: cdf + sf at %v = %v", name, x, got)
		}
		if got, want := d.lev(x), d.partial(1, x)+x*d.sf(x); math.Abs(got-want) > 1e-12*(math.Abs(x)+math.Abs(want)) {
			t.Errorf("%s: lev(%v) = %v, want %v", name, x, got, want)
		}
		agreeBelow(t, name, d, p, start)
	}
	agreeOnMoments(t, name, d)
}

// agreeOnMoments compares the moments with those below infinity.
func agreeOnMoments(t *testing.T, name string, d severity) {
	t.Helper()
	all := math.Inf(1)
	if got, want := d.mean(), d.partial(1, all); off(got, want) > 1e-11 && math.Abs(got-want) > 1e-12 {
		t.Errorf("%s: mean %v, but partial(1, Inf) = %v", name, got, want)
	}
	if got, want := d.variance()+d.mean()*d.mean(), d.partial(2, all); off(got, want) > 1e-11 {
		t.Errorf("%s: second moment %v, but partial(2, Inf) = %v", name, got, want)
	}
	if got, want := d.third(), d.partial(3, all); off(got, want) > 1e-11 && math.Abs(got-want) > 1e-12 {
		t.Errorf("%s: third moment %v, but partial(3, Inf) = %v", name, got, want)
	}
	if got := d.lev(all); off(got, d.mean()) > 1e-13 && math.Abs(got-d.mean()) > 1e-13 {
		t.Errorf("%s: lev(Inf) = %v, want the mean %v", name, got, d.mean())
	}
}

// agreeBelow compares the moments below a quantile with their integrals.
func agreeBelow(t *testing.T, name string, d severity, p, start float64) {
	t.Helper()
	x := d.quantile(p)
	for k := 1; k <= 3; k++ {
		// E[X^k; X <= x] = x^k F(x) - the integral of k t^(k-1) F(t)
		q := quadrature{f: func(t float64) float64 { return float64(k) * power(t, k-1) * d.cdf(t) }, budget: 20_000}
		below := 0.0
		a := start
		for i := range 64 { // pieces, for the jumps and the scales
			b := d.quantile(p * float64(i+1) / 64)
			if i == 63 {
				b = x
			}
			below += q.refine(a, b, q.panel(a, b), 1e-13*power(math.Abs(x), k))
			a = b
		}
		want := power(x, k)*d.cdf(x) - below
		if got := d.partial(k, x); math.Abs(got-want) > 1e-9*power(max(math.Abs(x), math.Abs(start), math.Abs(d.mean())), k) {
			t.Errorf("%s: partial(%d, %v) = %v, want %v", name, k, x, got, want)
		}
	}
}

// Samples have the distribution: the greatest distance is within what 20,000
// samples leave with a probability of one in a million (Massart).
func TestSamplesHaveTheDistribution(t *testing.T) {
	const n = 20_000
	band := uniformBand(n, 1-1e-6)
	for name, e := range everyKind() {
		d := e.distribution()
		src := testSource(7)
		list := make([]float64, n)
		for i := range list {
			list[i] = d.sample(&src)
		}
		slices.Sort(list)
		worst := 0.0
		for i, x := range list {
			if i+1 == n || list[i+1] != x {
				worst = max(worst, math.Abs(float64(i+1)/n-d.cdf(x)))
			}
		}
		if worst > band {
			t.Errorf("%s: samples are %v from the distribution, want at most %v", name, worst, band)
		}
	}
}

// testSource is a Weyl sequence, mixed.
type testSource uint64

func (s *testSource) next() uint64 {
	*s += 0x9e3779b97f4a7c15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// uniformBand is how far the share of n samples may be from the distribution,
// everywhere at once, with the level (Dvoretzky, Kiefer, Wolfowitz; Massart).
func uniformBand(n, level float64) float64 {
	return math.Sqrt(-math.Log((1-level)/2) / float64(2*n))
}
