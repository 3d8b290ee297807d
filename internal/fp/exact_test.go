package fp_test

import (
	"math"
	"math/big"
)

// The functions again, in arbitrary precision: slow, plain, and independent of
// package fp. Every one takes and returns numbers of prec bits.

func bigOf(x float64, prec uint) *big.Float { return new(big.Float).SetPrec(prec).SetFloat64(x) }

func bigInt(n int64, prec uint) *big.Float { return new(big.Float).SetPrec(prec).SetInt64(n) }

func neu(prec uint) *big.Float { return new(big.Float).SetPrec(prec) }

func add(a, b *big.Float) *big.Float { return neu(a.Prec()).Add(a, b) }
func sub(a, b *big.Float) *big.Float { return neu(a.Prec()).Sub(a, b) }
func mul(a, b *big.Float) *big.Float { return neu(a.Prec()).Mul(a, b) }
func quo(a, b *big.Float) *big.Float { return neu(a.Prec()).Quo(a, b) }

// negligible reports whether adding b no longer changes a.
func negligible(b, a *big.Float) bool {
	return b.Sign() == 0 || a.Sign() != 0 && b.MantExp(nil) < a.MantExp(nil)-int(a.Prec())-2
}

// bigExp is e^x: Taylor of x/2^k, squared k times.
func bigExp(x *big.Float) *big.Float {
	prec := x.Prec()
	work := prec + 64
	halvings := max(0, x.MantExp(nil)+16)
	r := neu(work).SetMantExp(neu(work).Set(x), -halvings)
	sum, term := bigInt(1, work), bigInt(1, work)
	for n := int64(1); ; n++ {
		term = quo(mul(term, r), bigInt(n, work))
		if negligible(term, sum) {
			break
		}
		sum = add(sum, term)
	}
	for range halvings {
		sum = mul(sum, sum)
	}
	return neu(prec).Set(sum)
}

// bigLog is ln x by Newton on bigExp from the float64 logarithm.
func bigLog(x *big.Float) *big.Float {
	prec := x.Prec()
	work := prec + 64
	if x.Cmp(bigInt(1, prec)) == 0 {
		return neu(prec)
	}
	m := neu(work)
	e := neu(work).Set(x).MantExp(m)
	f, _ := m.Float64()
	y := bigOf(math.Log(f), work)
	if e != 0 {
		y = add(y, mul(bigInt(int64(e), work), bigLn2(work)))
	}
	xw := neu(work).Set(x)
	for range 3 + work/256 { // 50 bits doubled each time, and one more
		q := quo(xw, bigExp(y))
		y = add(y, mul(bigInt(2, work), quo(sub(q, bigInt(1, work)), add(q, bigInt(1, work)))))
	}
	return neu(prec).Set(y)
}

// bigLn2 is -ln(1/2) as the series sum 1/(n 2^n).
func bigLn2(prec uint) *big.Float {
	work := prec + 64
	sum := neu(work)
	for n := int64(1); n < int64(work)+8; n++ {
		sum = add(sum, neu(work).SetMantExp(quo(bigInt(1, work), bigInt(n, work)), -int(n)))
	}
	return neu(prec).Set(sum)
}

// bigPi is Machin's formula.
func bigPi(prec uint) *big.Float {
	work := prec + 64
	arccot := func(n int64) *big.Float {
		term := quo(bigInt(1, work), bigInt(n, work))
		sum := neu(work).Set(term)
		for k := int64(1); ; k++ {
			term = quo(term, bigInt(-n*n, work))
			t := quo(term, bigInt(2*k+1, work))
			if negligible(t, sum) {
				return sum
			}
			sum = add(sum, t)
		}
	}
	return neu(prec).Set(sub(mul(bigInt(16, work), arccot(5)), mul(bigInt(4, work), arccot(239))))
}

// bigSincos is the Taylor series of x, |x| < 100.
func bigSincos(x *big.Float) (sin, cos *big.Float) {
	prec := x.Prec()
	work := prec + 400
	xw := neu(work).Set(x)
	cos, sin = bigInt(1, work), neu(work).Set(xw)
	even, odd := bigInt(1, work), neu(work).Set(xw)
	x2 := mul(xw, xw)
	for n := int64(1); n < 2000; n++ {
		even = quo(mul(even, x2), bigInt(-(2*n-1)*(2*n), work))
		odd = quo(mul(odd, x2), bigInt(-(2*n)*(2*n+1), work))
		if n > 60 && even.MantExp(nil) < -int(work) && odd.MantExp(nil) < -int(work) || even.Sign() == 0 {
			break
		}
		cos, sin = add(cos, even), add(sin, odd)
	}
	return neu(prec).Set(sin), neu(prec).Set(cos)
}

// bigMills is P(Z > x)/density(x) of the standard normal, x >= 0: the series of
// the middle part, with bits enough for what cancels.
func bigMills(x *big.Float) *big.Float {
	prec := x.Prec()
	f, _ := x.Float64()
	work := prec + 96 + uint(1.5*f*f)
	xw := neu(work).Set(x)
	x2 := mul(xw, xw)
	sum, term := neu(work).Set(xw), neu(work).Set(xw)
	for n := int64(1); term.Sign() != 0; n++ {
		term = quo(mul(term, x2), bigInt(2*n+1, work))
		if negligible(term, sum) {
			break
		}
		sum = add(sum, term)
	}
	half := bigExp(neu(work).SetMantExp(x2, -1))
	root := neu(work).Sqrt(neu(work).SetMantExp(bigPi(work), -1))
	return neu(prec).Set(sub(mul(root, half), sum))
}

// bigNormalSF is P(Z > x) of the standard normal.
func bigNormalSF(x *big.Float) *big.Float {
	if x.Sign() < 0 {
		return sub(bigInt(1, x.Prec()), bigNormalSF(neu(x.Prec()).Neg(x)))
	}
	return mul(bigMills(x), bigDensity(x))
}

// bigDensity is exp(-x^2/2)/sqrt(2 pi).
func bigDensity(x *big.Float) *big.Float {
	prec := x.Prec()
	e := bigExp(neu(prec).SetMantExp(neu(prec).Neg(mul(x, x)), -1))
	return quo(e, neu(prec).Sqrt(neu(prec).SetMantExp(bigPi(prec), 1)))
}

// bigNormalISF solves P(Z > x) = q by Newton from a start of some 15 digits.
func bigNormalISF(q *big.Float, start float64) *big.Float {
	prec := q.Prec()
	x := bigOf(start, prec)
	for range 3 {
		d := quo(sub(bigNormalSF(x), q), bigDensity(x))
		// Halley: the density falls as exp(-x^2/2).
		x = add(x, quo(d, sub(bigInt(1, prec), neu(prec).SetMantExp(mul(x, d), -1))))
	}
	return x
}

// ulps is how far got lies from want, in units of the last place of want.
func ulps(got float64, want *big.Float) float64 {
	near, _ := want.Float64()
	if math.IsInf(near, 0) || math.IsNaN(got) {
		if got == near {
			return 0
		}
		return math.Inf(1)
	}
	a := math.Abs(near)
	unit := math.Nextafter(a, math.Inf(1)) - a
	d := sub(bigOf(got, want.Prec()), want)
	f, _ := quo(d, bigOf(unit, want.Prec())).Float64()
	return math.Abs(f)
}
