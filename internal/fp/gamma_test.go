package fp_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/ismskit/ismskit/internal/fp"
)

// bigLowerGamma is the integral of t^(a-1) e^-t from 0 to x, by its series.
func bigLowerGamma(a, x float64) *big.Float {
	prec := uint(500)
	A, X := bigOf(a, prec), bigOf(x, prec)
	term := quo(bigInt(1, prec), A)
	sum := neu(prec).Set(term)
	for n := int64(1); ; n++ {
		term = quo(mul(term, X), add(A, bigInt(n, prec)))
		if float64(n) > x && negligible(term, sum) {
			break
		}
		sum = add(sum, term)
	}
	return mul(sum, bigExp(sub(mul(A, bigLog(X)), X)))
}

func bigGammaP(a, x float64) *big.Float {
	all := a + 60*math.Sqrt(a) + 400 // beyond it less than 1e-150
	return quo(bigLowerGamma(a, x), bigLowerGamma(a, all))
}

// bigLowerBeta is the integral of t^(a-1) (1-t)^(b-1) from 0 to x <= 1/2.
func bigLowerBeta(a, b float64, x *big.Float) *big.Float {
	prec := x.Prec()
	A, B := bigOf(a, prec), bigOf(b, prec)
	coefficient, sum := bigInt(1, prec), quo(bigInt(1, prec), A)
	for k := int64(1); k < 400000; k++ {
		coefficient = quo(mul(mul(coefficient, sub(bigInt(k, prec), B)), x), bigInt(k, prec))
		term := quo(coefficient, add(A, bigInt(k, prec)))
		if coefficient.Sign() == 0 || float64(k) > b && negligible(term, sum) {
			break
		}
		sum = add(sum, term)
	}
	return mul(sum, bigExp(mul(A, bigLog(x))))
}

func bigBetaP(a, b, x float64) *big.Float {
	prec := uint(300 + 4*b + 4*a) // the series alternates
	half := bigOf(0.5, prec)
	all := add(bigLowerBeta(a, b, half), bigLowerBeta(b, a, half))
	if x <= 0.5 {
		return quo(bigLowerBeta(a, b, bigOf(x, prec)), all)
	}
	return sub(bigInt(1, prec), quo(bigLowerBeta(b, a, sub(bigInt(1, prec), bigOf(x, prec))), all))
}

// relative is |got-want|/want, zero where the reference has no digits left.
func relative(got float64, want *big.Float) float64 {
	near, _ := want.Float64()
	if near < 1e-120 {
		return 0
	}
	f, _ := quo(sub(bigOf(got, want.Prec()), want), want).Float64()
	return math.Abs(f)
}

func TestGamma(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 3))
	most, inverse := 0.0, 0.0
	for i := range 400 {
		a := math.Exp(-4.6 + 13.5*r.Float64()) // 0.01 to 7000
		x := a * math.Exp(3*(r.Float64()-0.5)/math.Sqrt(1+a/20))
		if i%3 == 0 {
			x = a * 2 * r.Float64()
		}
		p, q := fp.GammaPQ(a, x)
		exact := bigGammaP(a, x)
		e := relative(q, sub(bigInt(1, 500), exact))
		if p < q {
			e = relative(p, exact)
		}
		most = max(most, e)
		if e > 1e-12 {
			t.Errorf("GammaPQ(%v, %v) = %v, %v: the smaller is off by %.3g", a, x, p, q, e)
		}
		if p < 1e-290 || q < 1e-290 {
			continue
		}
		// The quantile of a probability that is accurate, back to x: as far
		// off as an error of one part in 1e12 of it allows.
		slope := math.Abs(math.Log(x / fp.GammaQuantile(a, p*(1+1e-9), q*(1-1e-9))))
		if e := math.Abs(fp.GammaQuantile(a, p, q)/x - 1); e > 1e-14+slope*1e-3 {
			t.Errorf("GammaQuantile(%v, %v, %v) = %v, want %v", a, p, q, fp.GammaQuantile(a, p, q), x)
		} else {
			inverse = max(inverse, e)
		}
	}
	t.Logf("GammaPQ: at most %.2g; GammaQuantile: at most %.2g", most, inverse)
	if x := fp.GammaQuantile(2, 0, 1); x != 0 {
		t.Errorf("GammaQuantile(2, 0, 1) = %v, want 0", x)
	}
	if x := fp.GammaQuantile(2, 1, 0); !math.IsInf(x, 1) {
		t.Errorf("GammaQuantile(2, 1, 0) = %v, want +Inf", x)
	}
	for _, a := range []float64{1e4, 1e5, 1e6} { // beyond the reference: halves and the median
		x := fp.GammaQuantile(a, 0.5, 0.5)
		if want := a - 1.0/3 + 8/(405*a); math.Abs(x-want) > 1e-12*a {
			t.Errorf("GammaQuantile(%v, 0.5, 0.5) = %v, want %v", a, x, want)
		}
	}
}

func TestBeta(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 4))
	most, inverse := 0.0, 0.0
	for i := range 300 {
		a, b := math.Exp(-4+8*r.Float64()), math.Exp(-4+8*r.Float64()) // 0.02 to 55
		x := r.Float64()
		if i%2 == 0 {
			x = math.Exp(-10 * r.Float64())
		}
		p, q := fp.BetaPQ(a, b, x, 1-x)
		exact := bigBetaP(a, b, x)
		e := relative(q, sub(bigInt(1, exact.Prec()), exact))
		if p < q {
			e = relative(p, exact)
		}
		most = max(most, e)
		if e > 1e-12 {
			t.Errorf("BetaPQ(%v, %v, %v) = %v, %v: the smaller is off by %.3g", a, b, x, p, q, e)
		}
		if min(p, q) < 1e-200 {
			continue
		}
		got, _ := fp.BetaQuantile(a, b, p, q)
		shifted, _ := fp.BetaQuantile(a, b, p*(1+1e-9), q*(1-1e-9))
		if e := math.Abs(got/x - 1); e > 1e-14+math.Abs(math.Log(x/shifted))*2e-3 {
			t.Errorf("BetaQuantile(%v, %v, %v, %v) = %v, want %v", a, b, p, q, got, x)
		} else {
			inverse = max(inverse, e)
		}
	}
	t.Logf("BetaPQ: at most %.2g; BetaQuantile: at most %.2g", most, inverse)
	for _, n := range []float64{1e4, 1e6} { // symmetric: the middle is the median
		if p, _ := fp.BetaPQ(n, n, 0.5, 0.5); math.Abs(p-0.5) > 1e-12 {
			t.Errorf("BetaPQ(%v, %[1]v, 0.5, 0.5) = %v, want 0.5", n, p)
		}
	}
}
