package quant

import (
	"math"

	"github.com/ismskit/ismskit/internal/fp"
)

// gamma is the gamma distribution of a shape, with scale 1.
type gamma float64

func (d gamma) mean() float64     { return float64(d) }
func (d gamma) variance() float64 { return float64(d) }
func (d gamma) third() float64    { return d.moment(3) }

// moment is E[X^k] = a (a+1) ... (a+k-1).
func (d gamma) moment(k int) float64 {
	p := 1.0
	for i := range k {
		p = float64(p * (float64(d) + float64(i)))
	}
	return p
}

func (d gamma) cdf(x float64) float64 {
	p, _ := fp.GammaPQ(float64(d), x)
	return p
}

func (d gamma) sf(x float64) float64 {
	_, q := fp.GammaPQ(float64(d), x)
	return q
}

func (d gamma) lev(x float64) float64 { return levOf(d, x) }

func (d gamma) partial(k int, x float64) float64 {
	p, _ := fp.GammaPQ(float64(d)+float64(k), x)
	return float64(d.moment(k) * p)
}

func (d gamma) quantile(p float64) float64     { return fp.GammaQuantile(float64(d), p, 1-p) }
func (d gamma) isf(q float64) float64          { return fp.GammaQuantile(float64(d), 1-q, q) }
func (d gamma) support() (low, high float64)   { return 0, math.Inf(1) }
func (d gamma) scaled(factor float64) severity { return scale(d, 0, factor) }

// sample is the rejection of Marsaglia and Tsang (2000); a shape below 1 is one
// above it times a power of a uniform.
func (d gamma) sample(src source) float64 {
	a, reduce := float64(d), 1.0
	if a < 1 {
		reduce = fp.Exp(fp.Log(unit(src)) / a)
		a++
	}
	third := a - 1.0/3
	c := 1 / float64(3*math.Sqrt(third))
	for {
		z := fp.NormalISF(unit(src))
		v := 1 + float64(c*z)
		if v <= 0 {
			continue
		}
		v = float64(v * v * v)
		if fp.Log(unit(src)) < float64(z*z)/2+float64(third*(1-v+fp.Log(v))) {
			return float64(third * v * reduce)
		}
	}
}

// beta is the beta distribution on 0..1.
type beta struct{ a, b float64 }

func (d beta) mean() float64 { return d.a / (d.a + d.b) }

func (d beta) variance() float64 {
	n := d.a + d.b
	return float64(d.a*d.b) / float64(n*n*(n+1))
}

func (d beta) third() float64 { return d.moment(3) }

func (d beta) moment(k int) float64 {
	p := 1.0
	for i := range k {
		p = float64(p * (d.a + float64(i)) / (d.a + d.b + float64(i)))
	}
	return p
}

func (d beta) cdf(x float64) float64 {
	p, _ := fp.BetaPQ(d.a, d.b, x, 1-x)
	return p
}

func (d beta) sf(x float64) float64 {
	_, q := fp.BetaPQ(d.a, d.b, x, 1-x)
	return q
}

func (d beta) lev(x float64) float64 { return levOf(d, x) }

func (d beta) partial(k int, x float64) float64 {
	p, _ := fp.BetaPQ(d.a+float64(k), d.b, x, 1-x)
	return float64(d.moment(k) * p)
}

func (d beta) quantile(p float64) float64 {
	x, _ := fp.BetaQuantile(d.a, d.b, p, 1-p)
	return x
}

func (d beta) isf(q float64) float64 {
	x, _ := fp.BetaQuantile(d.a, d.b, 1-q, q)
	return x
}

func (d beta) support() (low, high float64)   { return 0, 1 }
func (d beta) scaled(factor float64) severity { return scale(d, 0, factor) }

// sample is X/(X+Y) of two gamma variables.
func (d beta) sample(src source) float64 {
	x, y := gamma(d.a).sample(src), gamma(d.b).sample(src)
	if x+y == 0 { // both shapes so small that nothing is left: one of the ends
		if float64(unit(src)*(d.a+d.b)) < d.a {
			return 1
		}
		return 0
	}
	return x / (x + y)
}

// pareto is the generalized Pareto distribution of a shape > 0, with threshold
// 0 and scale 1.
type pareto float64

// rate is -ln P(X > x).
func (d pareto) rate(x float64) float64 { return fp.Log1p(float64(float64(d)*x)) / float64(d) }

func (d pareto) mean() float64 {
	if d >= 1 {
		return math.Inf(1)
	}
	return 1 / (1 - float64(d))
}

func (d pareto) variance() float64 {
	if d >= 0.5 {
		return math.Inf(1)
	}
	m := d.mean()
	return float64(m*m) / (1 - float64(2*d))
}

func (d pareto) third() float64 { return d.partial(3, math.Inf(1)) }

func (d pareto) cdf(x float64) float64 {
	if x <= 0 {
		return 0
	}
	return -fp.Expm1(-d.rate(x))
}

func (d pareto) sf(x float64) float64 {
	if x <= 0 {
		return 1
	}
	return fp.Exp(-d.rate(x))
}

// decay is the integral of exp(-c*t) for t from 0 to end.
func decay(c, end float64) float64 {
	switch {
	case c == 0:
		return end
	case math.IsInf(end, 1) && c < 0:
		return end
	default:
		return -fp.Expm1(-float64(c*end)) / c
	}
}

func (d pareto) lev(x float64) float64 {
	if x <= 0 {
		return x
	}
	return decay(1-float64(d), d.rate(x))
}

// partial follows from X = (s^-shape - 1)/shape with s uniform: the integral of
// its powers over s from P(X > x) to 1.
func (d pareto) partial(k int, x float64) float64 {
	shape := float64(d)
	if x <= 0 {
		return 0
	}
	if math.IsInf(x, 1) && float64(float64(k)*shape) >= 1 {
		return x
	}
	rate := d.rate(x)
	if shape < 0.2 {
		return d.byParts(k, x, rate)
	}
	sum := 0.0
	for j := range k + 1 {
		term := float64(choose(k, j) * decay(1-float64(float64(j)*shape), rate))
		if (k-j)%2 == 1 {
			term = -term
		}
		sum += term
	}
	return sum / power(shape, k)
}

// byParts is partial for a small shape, where the powers would cancel.
func (d pareto) byParts(k int, x, rate float64) float64 {
	// I_k = E[X^k; X <= x] = -x^k P(X > x) + k/(1-shape) * (the same of order
	// k-1 for the tail times 1+shape*x, and so on).
	shape := float64(d)
	sum, factor := 0.0, 1.0
	for j := k; j >= 0; j-- {
		c := 1 - float64(float64(k-j)*shape)
		if j < k {
			factor = float64(factor * float64(j+1) / c)
		}
		if j == 0 {
			return sum + float64(factor*float64(c*decay(c, rate)))
		}
		if !math.IsInf(x, 1) {
			sum -= float64(factor * power(x, j) * fp.Exp(-float64(c*rate)))
		}
	}
	return sum
}

func (d pareto) quantile(p float64) float64 {
	return fp.Expm1(-float64(float64(d)*fp.Log1p(-p))) / float64(d)
}

func (d pareto) isf(q float64) float64 { return fp.Expm1(-float64(float64(d)*fp.Log(q))) / float64(d) }

func (d pareto) support() (low, high float64)   { return 0, math.Inf(1) }
func (d pareto) scaled(factor float64) severity { return scale(d, 0, factor) }
func (d pareto) sample(src source) float64      { return d.isf(unit(src)) }
