package quant

import (
	"math"

	"github.com/ismskit/ismskit/internal/fp"
)

// source gives uniform 64-bit numbers: all that a sample needs.
type source interface{ next() uint64 }

// unit is a uniform number strictly between 0 and 1 (a multiple of 2^-52 plus
// 2^-53), so that every quantile of it is finite.
func unit(src source) float64 {
	return float64((float64(src.next()>>12) + 0.5) * 0x1p-52)
}

// severity is the distribution of one loss (or of any uncertain number). Sums
// and products of it are the business of the engines.
type severity interface {
	mean() float64                    // +Inf when it does not exist
	variance() float64                // +Inf when it does not exist
	third() float64                   // E[X^3], +Inf when it does not exist
	cdf(x float64) float64            // P(X <= x)
	sf(x float64) float64             // P(X > x), accurate when small
	lev(x float64) float64            // E[min(X, x)], the limited expected value
	partial(k int, x float64) float64 // E[X^k; X <= x], k = 1, 2 or 3
	quantile(p float64) float64       // least x with cdf(x) >= p, 0 <= p <= 1
	isf(q float64) float64            // least x with sf(x) <= q, accurate for small q
	support() (low, high float64)     // high may be +Inf
	scaled(factor float64) severity   // the distribution of factor*X, factor >= 0
	sample(src source) float64        // one draw; exact, not from a grid
}

// constant is a loss that is always the same.
type constant float64

func (c constant) mean() float64     { return float64(c) }
func (c constant) variance() float64 { return 0 }
func (c constant) third() float64    { return float64(c * c * c) }

func (c constant) cdf(x float64) float64 {
	if x < float64(c) {
		return 0
	}
	return 1
}

func (c constant) sf(x float64) float64 { return 1 - c.cdf(x) }

func (c constant) lev(x float64) float64 { return min(x, float64(c)) }

func (c constant) partial(k int, x float64) float64 {
	if x < float64(c) {
		return 0
	}
	return power(float64(c), k)
}

func (c constant) quantile(float64) float64       { return float64(c) }
func (c constant) isf(float64) float64            { return float64(c) }
func (c constant) support() (low, high float64)   { return float64(c), float64(c) }
func (c constant) scaled(factor float64) severity { return constant(float64(float64(c) * factor)) }
func (c constant) sample(source) float64          { return float64(c) }

// power is x to the power k, for small k >= 0.
func power(x float64, k int) float64 {
	p := 1.0
	for range k {
		p = float64(p * x)
	}
	return p
}

// lognormal is exp(mu + sigma*Z) with Z standard normal, sigma > 0.
type lognormal struct{ mu, sigma float64 }

// moment is E[X^k].
func (d lognormal) moment(k float64) float64 {
	return fp.Exp(float64(k*d.mu) + float64(k*k*d.sigma*d.sigma)/2)
}

func (d lognormal) mean() float64 { return d.moment(1) }

func (d lognormal) variance() float64 {
	m := d.moment(1)
	return float64(m * m * fp.Expm1(float64(d.sigma*d.sigma)))
}

func (d lognormal) third() float64 { return d.moment(3) }

// z is the standard score of x > 0.
func (d lognormal) z(x float64) float64 { return (fp.Log(x) - d.mu) / d.sigma }

func (d lognormal) cdf(x float64) float64 {
	if x <= 0 {
		return 0
	}
	return fp.NormalCDF(d.z(x))
}

func (d lognormal) sf(x float64) float64 {
	if x <= 0 {
		return 1
	}
	return fp.NormalSF(d.z(x))
}

func (d lognormal) lev(x float64) float64 {
	if x <= 0 {
		return x
	}
	if math.IsInf(x, 1) {
		return d.mean()
	}
	z := d.z(x)
	return float64(d.mean()*fp.NormalCDF(z-d.sigma)) + float64(x*fp.NormalSF(z))
}

func (d lognormal) partial(k int, x float64) float64 {
	if x <= 0 {
		return 0
	}
	return float64(d.moment(float64(k)) * fp.NormalCDF(d.z(x)-float64(float64(k)*d.sigma)))
}

func (d lognormal) quantile(p float64) float64 {
	return fp.Exp(d.mu + float64(d.sigma*fp.NormalQuantile(p)))
}

func (d lognormal) isf(q float64) float64 {
	return fp.Exp(d.mu + float64(d.sigma*fp.NormalISF(q)))
}

func (d lognormal) support() (low, high float64) { return 0, math.Inf(1) }

func (d lognormal) scaled(factor float64) severity {
	if factor == 0 {
		return constant(0)
	}
	return lognormal{d.mu + fp.Log(factor), d.sigma}
}

func (d lognormal) sample(src source) float64 { return d.quantile(unit(src)) }
