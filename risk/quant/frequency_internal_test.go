package quant

import (
	"math"
	"math/cmplx"
	"testing"
)

func everyFrequency() map[string]counting {
	pert := Estimate{PERT: &ThreePoint{Low: 2, Mode: 10, High: 40}}
	return map[string]counting{
		"poisson small":     Frequency{Poisson: new(0.3)}.distribution(),
		"poisson":           Frequency{Poisson: new(40.0)}.distribution(),
		"poisson none":      Frequency{Poisson: new(0.0)}.distribution(),
		"negative binomial": Frequency{NegativeBinomial: &NegativeBinomial{R: 2, P: 0.4}}.distribution(),
		"overdispersed":     Frequency{NegativeBinomial: &NegativeBinomial{R: 0.5, P: 0.05}}.distribution(),
		"certain":           Frequency{NegativeBinomial: &NegativeBinomial{R: 2, P: 1}}.distribution(),
		"binomial":          Frequency{Binomial: &Binomial{Trials: 12, Probability: 0.2}}.distribution(),
		"binomial half":     Frequency{Binomial: &Binomial{Trials: 7, Probability: 0.5}}.distribution(),
		"binomial often":    Frequency{Binomial: &Binomial{Trials: 40, Probability: 0.9}}.distribution(),
		"bernoulli":         Frequency{Bernoulli: new(0.1)}.distribution(),
		"bernoulli sure":    Frequency{Bernoulli: new(1.0)}.distribution(),
		"mixed pert":        Frequency{Mixed: &pert}.distribution(),
		"mixed lognormal":   Frequency{Mixed: &Estimate{Lognormal90: &Interval90{1, 5}}}.distribution(),
		"mixed wide":        Frequency{Mixed: &Estimate{Lognormal90: &Interval90{0.1, 0.8}}}.distribution(),
		"mixed uniform":     Frequency{Mixed: &Estimate{Uniform: &Range{100, 300}}}.distribution(),
		"mixed steps":       Frequency{Mixed: &Estimate{Empirical: []float64{1, 2, 2, 30}}}.distribution(),
		"product":           newMixed(pert.distribution(), Estimate{Beta: &Beta{Alpha: 2, Beta: 5}}.distribution(), constant(0.5)),
		"product of three":  newMixed(pert.distribution(), Estimate{Beta: &Beta{Alpha: 2, Beta: 5}}.distribution(), Estimate{Lognormal90: &Interval90{0.5, 2}}.distribution()),
	}
}

// masses are the probabilities of 0, 1, 2, ... events that the generating
// function has.
func masses(n counting, m int) []float64 {
	value := make([]complex128, m)
	for k := range value {
		s, c := math.Sincos(2 * math.Pi * float64(k) / float64(m))
		value[k] = cmplx.Exp(complex(n.logPGF(c, s)))
	}
	p := make([]float64, m)
	for j := range p {
		for k, v := range value {
			s, c := math.Sincos(-2 * math.Pi * float64(j*k%m) / float64(m))
			p[j] += real(v * complex(c, s))
		}
		p[j] /= float64(m)
	}
	return p
}

// agreeOnCounts compares the moments of a frequency with its probabilities.
func agreeOnCounts(t *testing.T, name string, n counting, p []float64) {
	t.Helper()
	var mean, second, third float64
	for k, q := range p {
		mean += float64(k) * q
	}
	for k, q := range p {
		d := float64(k) - mean
		second += d * d * q
		third += d * d * d * q
	}
	tolerance := 1e-8
	if _, ok := n.(mixed); ok {
		tolerance = 1e-4 // points stand in for the rate; its mean is exact
	}
	if math.Abs(mean-n.mean()) > 1e-9*(1+mean) || math.Abs(second-n.variance()) > tolerance*(1+second) || math.Abs(third-n.third()) > 1000*tolerance*(1+math.Abs(third)) {
		t.Errorf("%s: moments %v, %v, %v, want %v, %v, %v", name, mean, second, third, n.mean(), n.variance(), n.third())
	}
	if math.Abs(p[0]-n.zero()) > 1e-12 {
		t.Errorf("%s: none with %v, want %v", name, p[0], n.zero())
	}
}

// The moments, the chance of none, the generating function and the samples of
// a frequency are of one distribution; a half as many events are that.
func TestFrequenciesAgreeWithThemselves(t *testing.T) {
	const m, samples = 512, 20_000
	for name, whole := range everyFrequency() {
		for _, n := range []counting{whole, whole.scaled(0.5)} {
			p := masses(n, m)
			agreeOnCounts(t, name, n, p)
			below := 0.0
			src := testSource(1)
			count := make([]int, m)
			for range samples {
				count[n.sample(&src)]++
			}
			seen, worst := 0, 0.0
			for k, q := range p {
				seen += count[k]
				below += q
				worst = max(worst, math.Abs(float64(seen)/samples-below))
			}
			if band := uniformBand(samples, 1-1e-6); worst > band {
				t.Errorf("%s: samples are %v from the distribution, want at most %v", name, worst, band)
			}
		}
		if got, want := whole.scaled(0.5).mean(), whole.mean()/2; off(got, want) > 1e-14 {
			t.Errorf("%s: half has the mean %v, want %v", name, got, want)
		}
	}
}

// A Poisson with a gamma rate is the negative binomial, whether it is asked for
// by name or not; the points that stand in for a rate give nearly the same.
func TestMixedPoissonIsNegativeBinomial(t *testing.T) {
	rate := Estimate{Gamma: &Gamma{Shape: 2, Scale: 1.5}}
	got := Frequency{Mixed: &rate}.distribution()
	if want := (negativeBinomial{2, 1.5}); got != want {
		t.Errorf("mixed gamma = %v, want %v", got, want)
	}
	points := mixed{by: 1, factors: []severity{rate.distribution()}, rates: ratePoints(rate.distribution())}
	p, q := masses(points, 256), masses(got, 256)
	for k := range p {
		if math.Abs(p[k]-q[k]) > 1e-6 {
			t.Errorf("P(%d events) = %v, want %v", k, p[k], q[k])
		}
	}
}

// A frequency multiplied by what is certain stays what it was.
func TestProductOfRates(t *testing.T) {
	if got := newMixed(constant(3), constant(0.5)); got != poisson(1.5) {
		t.Errorf("3 attempts, half of them losses = %v, want a Poisson of 1.5", got)
	}
	gamma := Estimate{Gamma: &Gamma{Shape: 2, Scale: 3}}.distribution()
	if got, want := newMixed(constant(0.5), gamma), (negativeBinomial{2, 1.5}); got != want {
		t.Errorf("half of a gamma rate = %v, want %v", got, want)
	}
	if got := newMixed(constant(0), gamma); got != poisson(0) {
		t.Errorf("none of a gamma rate = %v, want none", got)
	}
}
