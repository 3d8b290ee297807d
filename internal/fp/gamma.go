package fp

import "math"

const logRoot2Pi = 0.918938533204672741780329736405617639861397473637783412817152

// stirling is what Stirling's formula lacks: ln Gamma(a) - ((a-1/2) ln a - a +
// ln(2 pi)/2), for a > 0.
func stirling(a float64) float64 {
	lacks := 0.0
	for a < 16 {
		// S(a) - S(a+1) = (a+1/2) ln(1+1/a) - 1
		if a < 1e-3 {
			lacks += float64((a+0.5)*(Log1p(a)-Log(a))) - 1
		} else {
			lacks += float64((a+0.5)*logBend(1/a, 1+1/a)) + 0.5/a
		}
		a++
	}
	r := 1 / a
	r2 := float64(r * r)
	return lacks + float64(r*(1.0/12+float64(r2*(-1.0/360+float64(r2*(1.0/1260+float64(r2*(-1.0/1680+
		float64(r2*(1.0/1188+float64(r2*(-691.0/360360+float64(r2*(1.0/156))))))))))))))
}

// logBend is ln(1+u) - u, accurate near zero, u > -1. The ratio is 1+u.
func logBend(u, ratio float64) float64 {
	if u < -0.3 || u > 0.4 {
		return Log(ratio) - u
	}
	// With v = u/(2+u): ln(1+u) = 2(v + v^3/3 + ...) and u = 2v + uv.
	v := u / (2 + u)
	v2 := float64(v * v)
	sum := 0.0
	for k := 27.0; k >= 3; k -= 2 {
		sum = float64(v2 * (1/k + sum))
	}
	return float64(2*v*sum) - float64(u*v)
}

// GammaPQ is the probability that a gamma variable of shape a > 0 and scale 1
// is at most x, and that it exceeds x. The smaller of the two has a relative
// error below 1e-12 for 0.01 <= a <= 1e6; O(sqrt a).
func GammaPQ(a, x float64) (p, q float64) {
	switch {
	case math.IsNaN(a) || math.IsNaN(x):
		return math.NaN(), math.NaN()
	case x <= 0:
		return 0, 1
	case math.IsInf(x, 1):
		return 1, 0
	case x < a+1:
		p = min(1, float64(gammaTerm(a, x)*gammaSeries(a, x)))
		return p, 1 - p
	}
	q = min(1, float64(gammaTerm(a, x)*a*gammaFraction(a, x)))
	return 1 - q, q
}

// gammaTerm is x^a e^-x / Gamma(a+1).
func gammaTerm(a, x float64) float64 {
	bend := logBend((x-a)/a, x/a)
	return Exp(float64(a*bend)-stirling(a)) / float64(math.Sqrt(a)*math.Sqrt(2*pi))
}

// gammaSeries is P over gammaTerm: 1 + x/(a+1) + x^2/((a+1)(a+2)) + ...
func gammaSeries(a, x float64) float64 {
	sum, term := 1.0, 1.0
	for term > float64(sum*0x1p-60) {
		a++
		term = float64(term * x / a)
		sum += term
	}
	return sum
}

// gammaFraction is Q over gammaTerm*a: a continued fraction (Lentz).
func gammaFraction(a, x float64) float64 {
	b := x + 1 - a
	c, d := math.Inf(1), 1/b
	h := d
	for i := 1.0; i < 1e6; i++ {
		n := float64(i * (a - i))
		b += 2
		d = 1 / (float64(n*d) + b)
		c = b + n/c
		change := float64(c * d)
		h = float64(h * change)
		if math.Abs(change-1) < 0x1p-52 {
			break
		}
	}
	return h
}

// GammaQuantile is the x with GammaPQ(a, x) = p, q, where p + q = 1 and the
// smaller of the two counts.
func GammaQuantile(a, p, q float64) float64 {
	switch {
	case p <= 0:
		return 0
	case q <= 0:
		return math.Inf(1)
	}
	// Wilson and Hilferty: the cube root is nearly normal. In the lower tail
	// of a small shape, P is nearly gammaTerm.
	z := NormalISF(q)
	if p < q {
		z = NormalQuantile(p)
	}
	cube := 1 - 1/(9*a) + z/float64(3*math.Sqrt(a))
	start := float64(a * cube * cube * cube)
	if cube < 0.2 {
		// ln Gamma(a+1) = stirling(a) + (a+1/2) ln a - a + ln(2 pi)/2
		start = Exp((Log(p) + stirling(a) + float64((a+0.5)*Log(a)) - a + logRoot2Pi) / a)
	}
	return Exp(rootOfRising(Log(max(start, 1e-300)), func(y float64) (value, slope float64) {
		x := Exp(y)
		have, rest := GammaPQ(a, x)
		density := float64(gammaTerm(a, x) * a) // times x: the slope in ln x
		if p < q {
			return Log(have / p), density / have
		}
		return Log(q / rest), density / rest
	}))
}

// rootOfRising finds the zero of a rising function of which the slope is known:
// Newton, kept between bounds that close in.
func rootOfRising(y float64, f func(float64) (value, slope float64)) float64 {
	low, high := math.Inf(-1), math.Inf(1)
	step := 1.0
	for range 200 {
		value, slope := f(y)
		if value == 0 {
			return y
		}
		if value < 0 {
			low = y
		} else {
			high = y
		}
		next := y - value/slope
		if !(next > low && next < high) { // also where the slope vanishes
			switch {
			case math.IsInf(high, 1):
				next = low + step
				step += step
			case math.IsInf(low, -1):
				next = high - step
				step += step
			default:
				next = (low + high) / 2
			}
		}
		if math.Abs(next-y) <= float64(0x1p-53*math.Abs(next)) {
			return next
		}
		y = next
	}
	return y
}
