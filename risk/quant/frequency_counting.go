package quant

import (
	"math"

	"github.com/ismskit/ismskit/internal/fp"
)

// counting is the distribution of the number of loss events in a year.
//
// Complex numbers are pairs: Go may fuse the products of a complex128.
type counting interface {
	mean() float64
	variance() float64
	third() float64 // third central moment
	// logPGF is the logarithm of E[z^N], on any branch; real part -Inf where
	// the function is zero. It is defined for |z| <= 1 and, unless the
	// distribution is negative binomial, for every z.
	logPGF(re, im float64) (float64, float64)
	zero() float64                  // P(N = 0)
	scaled(factor float64) counting // factor times as many events are to be expected
	sample(src source) int
}

// poisson is the number of independent events at a rate a year >= 0.
type poisson float64

func (n poisson) mean() float64     { return float64(n) }
func (n poisson) variance() float64 { return float64(n) }
func (n poisson) third() float64    { return float64(n) }
func (n poisson) zero() float64     { return fp.Exp(-float64(n)) }

func (n poisson) logPGF(re, im float64) (float64, float64) {
	return float64(float64(n) * (re - 1)), float64(float64(n) * im)
}

func (n poisson) scaled(factor float64) counting { return poisson(float64(float64(n) * factor)) }

// sample multiplies uniforms; a large rate is the sum of small ones. O(rate).
func (n poisson) sample(src source) int {
	const most = 16
	rate, count := float64(n), 0
	for rate > 0 {
		limit := fp.Exp(-min(rate, most))
		for p := unit(src); p > limit; p = float64(p * unit(src)) {
			count++
		}
		rate -= most
	}
	return count
}

// negativeBinomial is a Poisson of which the rate is gamma with shape r and
// scale beta.
type negativeBinomial struct{ r, beta float64 }

func (n negativeBinomial) mean() float64 { return float64(n.r * n.beta) }

func (n negativeBinomial) variance() float64 { return float64(n.r * n.beta * (1 + n.beta)) }

func (n negativeBinomial) third() float64 {
	return float64(n.variance() * (1 + float64(2*n.beta)))
}

func (n negativeBinomial) zero() float64 { return fp.Exp(-float64(n.r * fp.Log1p(n.beta))) }

// logPGF is -r ln(1 - beta (z-1)).
func (n negativeBinomial) logPGF(re, im float64) (float64, float64) {
	re, im = logOnePlus(-float64(n.beta*(re-1)), -float64(n.beta*im))
	return -float64(n.r * re), -float64(n.r * im)
}

func (n negativeBinomial) scaled(factor float64) counting {
	if factor == 0 {
		return poisson(0)
	}
	return negativeBinomial{n.r, float64(n.beta * factor)}
}

func (n negativeBinomial) sample(src source) int {
	return poisson(float64(gamma(n.r).sample(src) * n.beta)).sample(src)
}

// logOnePlus is the logarithm of 1 + u + iv.
func logOnePlus(u, v float64) (re, im float64) {
	square := float64(2*u) + float64(u*u) + float64(v*v) // |1+u+iv|^2 - 1
	return fp.Log1p(max(-1, square)) / 2, fp.Atan2(v, 1+u)
}

// binomial is the number of successes in independent trials.
type binomial struct{ trials, probability float64 }

func (n binomial) mean() float64 { return float64(n.trials * n.probability) }

func (n binomial) variance() float64 { return float64(n.trials * n.probability * (1 - n.probability)) }

func (n binomial) third() float64 {
	return float64(n.variance() * (1 - float64(2*n.probability)))
}

func (n binomial) zero() float64 { return fp.Exp(float64(n.trials * fp.Log1p(-n.probability))) }

// logPGF is trials*ln(1 + p (z-1)).
func (n binomial) logPGF(re, im float64) (float64, float64) {
	re, im = logOnePlus(float64(n.probability*(re-1)), float64(n.probability*im))
	return float64(n.trials * re), float64(n.trials * im)
}

func (n binomial) scaled(factor float64) counting {
	return binomial{n.trials, float64(n.probability * factor)}
}

// sample jumps from success to success: the failures between are geometric.
// O(trials*min(p, 1-p)).
func (n binomial) sample(src source) int {
	if n.probability > 0.5 {
		return int(n.trials) - binomial{n.trials, 1 - n.probability}.sample(src)
	}
	if n.probability <= 0 {
		return 0
	}
	if n.trials == 1 {
		if unit(src) < n.probability {
			return 1
		}
		return 0
	}
	count, perFailure := 0, fp.Log1p(-n.probability)
	for at := 0.0; ; count++ {
		at += 1 + math.Floor(fp.Log(unit(src))/perFailure)
		if at > n.trials {
			return count
		}
	}
}
