package fp

import "math"

// BetaPQ is the probability that a beta variable with shapes a, b > 0 is at
// most x, and that it exceeds x, where y = 1-x is given beside x so that
// nothing is lost near 1. The smaller of the two has a relative error below
// 1e-12 for 0.01 <= a, b <= 1e6; O(sqrt(a+b)).
func BetaPQ(a, b, x, y float64) (p, q float64) {
	switch {
	case math.IsNaN(a) || math.IsNaN(b) || math.IsNaN(x) || math.IsNaN(y):
		return math.NaN(), math.NaN()
	case x <= 0:
		return 0, 1
	case y <= 0:
		return 1, 0
	}
	term := betaTerm(a, b, x, y)
	if float64(x*(a+b+2)) <= a+1 {
		p = min(1, float64(term*betaFraction(a, b, x))/a)
		return p, 1 - p
	}
	q = min(1, float64(term*betaFraction(b, a, y))/b)
	return 1 - q, q
}

// betaTerm is x^a y^b / B(a, b).
func betaTerm(a, b, x, y float64) float64 {
	n := a + b
	away := float64(x*b) - float64(y*a) // n times the distance from the mean a/n
	bend := float64(a*logBend(away/a, float64(x*n/a))) + float64(b*logBend(-away/b, float64(y*n/b)))
	return float64(math.Sqrt(float64(a/n*b)) * (1 / math.Sqrt(2*pi)) * Exp(bend+stirling(n)-stirling(a)-stirling(b)))
}

// betaFraction is I_x(a, b) times a over betaTerm: a continued fraction (Lentz).
func betaFraction(a, b, x float64) float64 {
	c, d := 1.0, 1/(1-float64((a+b)*x/(a+1)))
	h := d
	for m := 1.0; m < 1e6; m++ {
		twice := m + m
		n := float64(m*(b-m)*x) / float64((a+twice-1)*(a+twice))
		d = 1 / (1 + float64(n*d))
		c = 1 + n/c
		h = float64(h * d * c)
		n = -float64((a+m)*(a+b+m)*x) / float64((a+twice)*(a+twice+1))
		d = 1 / (1 + float64(n*d))
		c = 1 + n/c
		change := float64(d * c)
		h = float64(h * change)
		if math.Abs(change-1) < 0x1p-52 {
			break
		}
	}
	return h
}

// BetaQuantile is the x, and 1-x, with BetaPQ(a, b, x, 1-x) = p, q, where
// p + q = 1 and the smaller of the two counts.
func BetaQuantile(a, b, p, q float64) (x, y float64) {
	switch {
	case p <= 0:
		return 0, 1
	case q <= 0:
		return 1, 0
	}
	logit := rootOfRising(Log(a/b), func(t float64) (value, slope float64) {
		x, y := unlogit(t)
		have, rest := BetaPQ(a, b, x, y)
		density := betaTerm(a, b, x, y)
		if p < q {
			return Log(have / p), density / have
		}
		return Log(q / rest), density / rest
	})
	return unlogit(logit)
}

// unlogit is the x with ln(x/(1-x)) = t, and 1-x.
func unlogit(t float64) (x, y float64) {
	e := Exp(-math.Abs(t))
	small, large := e/(1+e), 1/(1+e)
	if t < 0 {
		return small, large
	}
	return large, small
}
