package quant

import (
	"math"

	"github.com/ismskit/ismskit/internal/fp"
)

// affine is shift + factor*X, factor > 0: a standard distribution where an
// estimate wants it.
type affine struct {
	of            severity
	shift, factor float64
}

// back is the x of which y = shift + factor*x.
func (d affine) back(y float64) float64 { return (y - d.shift) / d.factor }

func (d affine) to(x float64) float64 { return d.shift + float64(d.factor*x) }

func (d affine) mean() float64 { return d.to(d.of.mean()) }

func (d affine) variance() float64 { return float64(d.factor * d.factor * d.of.variance()) }

func (d affine) third() float64 { return d.partial(3, math.Inf(1)) }

func (d affine) cdf(x float64) float64 { return d.of.cdf(d.back(x)) }
func (d affine) sf(x float64) float64  { return d.of.sf(d.back(x)) }
func (d affine) lev(x float64) float64 { return d.to(d.of.lev(d.back(x))) }

func (d affine) partial(k int, x float64) float64 {
	return shifted(d.of, k, d.shift, d.factor, d.back(x))
}

func (d affine) quantile(p float64) float64 { return d.to(d.of.quantile(p)) }
func (d affine) isf(q float64) float64      { return d.to(d.of.isf(q)) }

func (d affine) support() (low, high float64) {
	low, high = d.of.support()
	return d.to(low), d.to(high)
}

func (d affine) scaled(factor float64) severity {
	return scale(d.of, float64(d.shift*factor), float64(d.factor*factor))
}

func (d affine) sample(src source) float64 { return d.to(d.of.sample(src)) }

// scale is shift + factor*X for any factor >= 0.
func scale(of severity, shift, factor float64) severity {
	if factor == 0 {
		return constant(shift)
	}
	return affine{of, shift, factor}
}

// shifted is E[(shift + factor*X)^k; X <= x], by the binomial theorem.
func shifted(of severity, k int, shift, factor, x float64) float64 {
	sum := 0.0
	for j := range k + 1 {
		weight := float64(choose(k, j) * power(shift, k-j) * power(factor, j))
		if weight == 0 {
			continue // also where the moment is infinite
		}
		moment := of.cdf(x)
		if j > 0 {
			moment = of.partial(j, x)
		}
		sum += float64(weight * moment)
	}
	return sum
}

// choose is the binomial coefficient of k <= 3.
func choose(k, j int) float64 {
	if j == 0 || j == k {
		return 1
	}
	return float64(k)
}

// uniform is the uniform distribution on 0..1.
type uniform struct{}

func (uniform) mean() float64     { return 0.5 }
func (uniform) variance() float64 { return 1.0 / 12 }
func (uniform) third() float64    { return 0.25 }

func (uniform) cdf(x float64) float64 { return max(0, min(x, 1)) }
func (uniform) sf(x float64) float64  { return max(0, min(1-x, 1)) }

func (d uniform) lev(x float64) float64 { return levOf(d, x) }

func (uniform) partial(k int, x float64) float64 {
	return power(max(0, min(x, 1)), k+1) / float64(k+1)
}

func (uniform) quantile(p float64) float64       { return p }
func (uniform) isf(q float64) float64            { return 1 - q }
func (uniform) support() (low, high float64)     { return 0, 1 }
func (d uniform) scaled(factor float64) severity { return scale(d, 0, factor) }
func (uniform) sample(src source) float64        { return unit(src) }

// levOf is E[min(X, x)] of what is known below x.
func levOf(d severity, x float64) float64 {
	if math.IsInf(x, 1) {
		return d.mean()
	}
	return d.partial(1, x) + float64(x*d.sf(x))
}

// triangular is the triangular distribution on 0..1, by its mode.
type triangular float64

func (d triangular) mean() float64 { return (1 + float64(d)) / 3 }

func (d triangular) variance() float64 {
	m := float64(d)
	return (1 - float64(m*(1-m))) / 18
}

func (d triangular) third() float64 { return d.partial(3, 1) }

func (d triangular) cdf(x float64) float64 {
	switch m := float64(d); {
	case x <= 0:
		return 0
	case x < m:
		return float64(x*x) / m
	default:
		return 1 - d.sf(x)
	}
}

func (d triangular) sf(x float64) float64 {
	switch m := float64(d); {
	case x >= 1:
		return 0
	case x < m:
		return 1 - d.cdf(x)
	default:
		return float64((1-x)*(1-x)) / (1 - m)
	}
}

func (d triangular) lev(x float64) float64 { return levOf(d, x) }

func (d triangular) partial(k int, x float64) float64 {
	m, n := float64(d), float64(k)
	x = max(0, min(x, 1))
	if x <= m {
		if m == 0 {
			return 0
		}
		return float64(2*power(x, k+2)/(n+2)) / m
	}
	below := float64(2*power(m, k+1)) / (n + 2)
	rise := (power(x, k+1)-power(m, k+1))/(n+1) - (power(x, k+2)-power(m, k+2))/(n+2)
	return below + float64(2*rise)/(1-m)
}

func (d triangular) quantile(p float64) float64 {
	if m := float64(d); p <= m {
		return math.Sqrt(float64(p * m))
	}
	return d.isf(1 - p)
}

func (d triangular) isf(q float64) float64 {
	if m := float64(d); q <= 1-m {
		return 1 - math.Sqrt(float64(q*(1-m)))
	}
	return math.Sqrt(float64((1 - q) * float64(d)))
}

func (d triangular) support() (low, high float64)   { return 0, 1 }
func (d triangular) scaled(factor float64) severity { return scale(d, 0, factor) }
func (d triangular) sample(src source) float64      { return d.quantile(unit(src)) }

// normal is the standard normal distribution.
type normal struct{}

func (normal) mean() float64     { return 0 }
func (normal) variance() float64 { return 1 }
func (normal) third() float64    { return 0 }

func (normal) cdf(x float64) float64   { return fp.NormalCDF(x) }
func (normal) sf(x float64) float64    { return fp.NormalSF(x) }
func (d normal) lev(x float64) float64 { return levOf(d, x) }

func (normal) partial(k int, x float64) float64 {
	density, inner := fp.NormalDensity(x), x
	if density == 0 { // so that no infinity meets it
		inner = 0
	}
	switch k {
	case 1:
		return -density
	case 2:
		return fp.NormalCDF(x) - float64(inner*density)
	default:
		return -float64((float64(inner*inner) + 2) * density)
	}
}

func (normal) quantile(p float64) float64       { return fp.NormalQuantile(p) }
func (normal) isf(q float64) float64            { return fp.NormalISF(q) }
func (normal) support() (low, high float64)     { return math.Inf(-1), math.Inf(1) }
func (d normal) scaled(factor float64) severity { return scale(d, 0, factor) }
func (normal) sample(src source) float64        { return fp.NormalISF(unit(src)) }
