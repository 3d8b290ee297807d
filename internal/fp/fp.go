// Package fp holds the functions of real numbers that give the same bits on
// every platform: exponential, logarithm, angles, and the normal, gamma and
// beta distributions with their inverses.
//
// The functions of package math differ in their last bits between processors
// (assembly here, Go there), and a compiler may fuse a product with the sum it
// feeds. Here only operations are used that IEEE 754 rounds correctly, every
// product is rounded by an explicit conversion, and tables are constants that a
// test computes again with many digits. The comment of each function states its
// largest measured error in ulps: units in the last place of the true value.
package fp

import "math"

const ln2 = 0.693147180559945309417232121458176568075500134360255254120680

// ln2High has 42 bits, so that its product with any exponent is exact.
const (
	ln2High = 0x2c5c85fdf47 / 0x1p42
	ln2Low  = ln2 - ln2High
)

// The reduction of an exponent to a multiple of ln2/128: the high part has few
// enough bits for an exact product with a count of 18 bits.
const (
	perLn2   = 128 / ln2
	stepHigh = 0x2c5c85fdf / 0x1p41 // ln2/128 to 34 bits
	stepLow  = ln2/128 - stepHigh
	shifter  = 0x1.8p52 // adding it rounds to an integer
)

// Exp is e to the power x; +Inf when that is too large, 0 when too small.
// Error below 0.53 ulp.
func Exp(x float64) float64 { return expSum(x, 0) }

// expSum is Exp(x + low) for a low that is small beside x.
func expSum(x, low float64) float64 {
	k := float64(x*perLn2) + shifter
	bits := math.Float64bits(k)
	k -= shifter
	r := x - float64(k*stepHigh)
	r = r - float64(k*stepLow) + low
	t := &expTable[bits%128]
	r2 := float64(r * r)
	p := t.low + r + float64(r2*(0.5+float64(r*(1.0/6))+float64(r2*(1.0/24+float64(r*(1.0/120))))))
	if x > -708 && x < 709 {
		scale := math.Float64frombits(math.Float64bits(t.high) + bits>>7<<52)
		return scale + float64(scale*p)
	}
	return expFar(x, t.high, p, bits)
}

// expFar finishes expSum where the result may not be a normal number.
func expFar(x, high, p float64, bits uint64) float64 {
	switch {
	case math.IsNaN(x):
		return x
	case x > 710:
		return math.Inf(1)
	case x < -746:
		return 0
	}
	n := int(math.Floor((math.Float64frombits(bits) - shifter) / 128)) // the power of two
	return math.Ldexp(high+float64(high*p), n)
}

// Expm1 is Exp(x) - 1, accurate near zero too. Error below 1 ulp.
func Expm1(x float64) float64 {
	if x > 40 || x < -40 || math.IsNaN(x) {
		return Exp(x) - 1
	}
	k := float64(x*perLn2) + shifter
	bits := math.Float64bits(k)
	k -= shifter
	r := x - float64(k*stepHigh)
	rest := float64(k * stepLow)
	t := &expTable[bits%128]
	s := r - rest
	rest = (r - s) - rest
	r2 := float64(s * s)
	p := float64(r2 * (0.5 + float64(s*(1.0/6)) + float64(r2*(1.0/24+float64(s*(1.0/120))+float64(r2*(1.0/720))))))
	scale := math.Float64frombits(math.Float64bits(t.high) + bits>>7<<52)
	if scale == 1 {
		return s + (p + rest)
	}
	// scale - 1 + scale*(low + s + p), the largest terms added exactly.
	one, lost := twoSum(scale, -1)
	sh, sl := twoProduct(scale, s)
	sum, lost2 := twoSum(one, sh)
	return sum + (lost + lost2 + sl + float64(scale*(t.low+p+rest)))
}

// Log is the natural logarithm of x: -Inf for 0, NaN below it. Error below
// 0.53 ulp.
func Log(x float64) float64 {
	bits := math.Float64bits(x)
	shift := 0.0
	if bits-1<<52 >= 0x7fe<<52 { // zero, below it, subnormal, infinite or NaN
		switch {
		case x == 0:
			return math.Inf(-1)
		case x < 0:
			return math.NaN()
		case math.IsInf(x, 1) || math.IsNaN(x):
			return x
		}
		bits = math.Float64bits(float64(x * 0x1p54))
		shift = 54
	}
	// x = 2^k * z with z from 11/16 to 11/8.
	const from = 0x3fe6000000000000
	offset := bits - from
	k := float64(int64(offset)>>52) - shift //nolint:gosec // the sign is meant
	z := math.Float64frombits(bits - offset&(0xfff<<52))
	t := &logTable[offset>>45%128]
	// r = z*inverse - 1: the inverse has 10 bits, so both products are exact.
	zHigh := math.Float64frombits(math.Float64bits(z) &^ (1<<27 - 1))
	r := (float64(zHigh*t.inverse) - 1) + float64((z-zHigh)*t.inverse)
	r2 := float64(r * r)
	p := float64(r2 * (-0.5 + float64(r*(1.0/3)) + float64(r2*(-0.25+float64(r*0.2)+float64(r2*(-1.0/6+float64(r*(1.0/7))+float64(r2*(-1.0/8))))))))
	high := float64(k*ln2High) + t.high
	sum := high + r
	return sum + (high - sum + r + (float64(k*ln2Low) + t.low) + p)
}

// Log1p is Log(1 + x), accurate near zero too. Error below 1 ulp.
func Log1p(x float64) float64 {
	if x <= -1 || x > 0x1p53 || math.IsNaN(x) {
		return Log(1 + x)
	}
	u, lost := twoSum(1, x)
	if u == 1 {
		return x
	}
	return Log(u) + lost/u
}

// twoSum is a + b as the rounded sum and what was lost.
func twoSum(a, b float64) (sum, lost float64) {
	sum = a + b
	t := sum - a
	return sum, (a - (sum - t)) + (b - t)
}

// twoProduct is a * b as the rounded product and what was lost.
func twoProduct(a, b float64) (product, lost float64) {
	product = float64(a * b)
	ah, al := halves(a)
	bh, bl := halves(b)
	lost = float64(ah*bh) - product
	lost += float64(ah * bl)
	lost += float64(al * bh)
	return product, lost + float64(al*bl)
}

// halves splits a into parts of 26 and 27 bits.
func halves(a float64) (high, low float64) {
	high = math.Float64frombits(math.Float64bits(a) &^ (1<<27 - 1))
	return high, a - high
}
