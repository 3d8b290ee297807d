package fp_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/ismskit/ismskit/internal/fp"
)

// worst is the largest error of f over arguments, against the reference.
func worst(t *testing.T, name string, limit float64, f func(float64) float64, exact func(*big.Float) *big.Float, arguments ...[]float64) {
	t.Helper()
	var most, at float64
	n := 0
	for _, list := range arguments {
		for _, x := range list {
			if e := ulps(f(x), exact(bigOf(x, bits))); e > most || math.IsNaN(e) {
				most, at = e, x
			}
			n++
		}
	}
	t.Logf("%s: %d arguments, at most %.4f ulp, at %v", name, n, most, at)
	if !(most <= limit) {
		t.Errorf("%s(%v) is %v ulp off, want at most %v", name, at, most, limit)
	}
}

// between draws n numbers, evenly or (by sign of low) over the magnitudes.
func between(low, high float64, n int) []float64 {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	list := make([]float64, n)
	for i := range list {
		list[i] = low + (high-low)*r.Float64()
	}
	return list
}

func magnitudes(low, high float64, n int) []float64 {
	list := between(math.Log(low), math.Log(high), n)
	for i, v := range list {
		list[i] = math.Exp(v)
	}
	return list
}

func negated(list []float64) []float64 {
	out := make([]float64, len(list))
	for i, v := range list {
		out[i] = -v
	}
	return out
}

func TestExp(t *testing.T) {
	worst(t, "Exp", 0.53, fp.Exp, bigExp, between(-1, 1, 500), between(-707, 709, 500), magnitudes(1e-20, 1, 200))
	worst(t, "Exp", 1.01, fp.Exp, bigExp, between(-745, -708, 100), []float64{709, 709.5, 709.7827128933839})
	worst(t, "Expm1", 1, fp.Expm1, func(x *big.Float) *big.Float {
		w := neu(bits + 80).Set(x)
		return sub(bigExp(w), bigInt(1, bits+80))
	}, between(-1, 1, 1000), between(-39, 709, 300), magnitudes(1e-20, 1, 300), negated(magnitudes(1e-20, 1, 300)))
	for x, want := range map[float64]float64{0: 1, math.Inf(1): math.Inf(1), math.Inf(-1): 0, 709.79: math.Inf(1), -745.2: 0, -1e300: 0, 1e300: math.Inf(1)} {
		if got := fp.Exp(x); got != want {
			t.Errorf("Exp(%v) = %v, want %v", x, got, want)
		}
	}
	if got := fp.Exp(math.NaN()); got == got {
		t.Errorf("Exp(NaN) = %v", got)
	}
}

func TestLog(t *testing.T) {
	worst(t, "Log", 0.53, fp.Log, bigLog, between(0.5, 2, 1000), between(0.99, 1.01, 300), magnitudes(1e-300, 1e300, 300), []float64{5e-324, 2.2e-308, math.MaxFloat64, 1})
	worst(t, "Log1p", 1, fp.Log1p, func(x *big.Float) *big.Float {
		w := neu(bits + 80).Set(x)
		return bigLog(add(w, bigInt(1, bits+80)))
	}, between(-0.99, 1, 500), magnitudes(1e-18, 1e18, 200), negated(magnitudes(1e-18, 0.9, 200)))
	for x, want := range map[float64]float64{0: math.Inf(-1), math.Inf(1): math.Inf(1), 1: 0} {
		if got := fp.Log(x); got != want {
			t.Errorf("Log(%v) = %v, want %v", x, got, want)
		}
	}
	if got := fp.Log(-1); got == got {
		t.Errorf("Log(-1) = %v", got)
	}
}

func TestNormal(t *testing.T) {
	worst(t, "NormalSF", 2, fp.NormalSF, bigNormalSF, between(0, 10, 500), between(10, 37, 30), negated(between(0, 9, 50)))
	worst(t, "NormalSF", 2, fp.NormalSF, bigNormalSF, between(37.5, 38.4, 20))
	exact := func(q *big.Float) *big.Float {
		f, _ := q.Float64()
		start := math.Sqrt2 * math.Erfcinv(2*f)
		if f < 1e-4 { // Erfcinv is Erfinv(1-x)
			start = approximateISF(math.Sqrt(-2 * math.Log(f)))
		}
		return bigNormalISF(q, start)
	}
	worst(t, "NormalISF", 4, fp.NormalISF, exact, between(0, 1, 200), magnitudes(1e-300, 0.5, 40), between(0.2499, 0.2501, 20), between(0.7499, 0.7501, 20))
	if got := fp.NormalISF(0.5); got != 0 {
		t.Errorf("NormalISF(0.5) = %v, want 0", got)
	}
	for q, want := range map[float64]float64{0: math.Inf(1), 1: math.Inf(-1)} {
		if got := fp.NormalISF(q); got != want {
			t.Errorf("NormalISF(%v) = %v, want %v", q, got, want)
		}
	}
	for _, q := range []float64{-0.1, 1.1, math.NaN()} {
		if got := fp.NormalISF(q); got == got {
			t.Errorf("NormalISF(%v) = %v, want NaN", q, got)
		}
	}
}

func TestAngles(t *testing.T) {
	for _, x := range append(between(-7, 7, 500), between(-60, 60, 100)...) {
		sin, cos := fp.Sincos(x)
		s, c := bigSincos(bigOf(x, bits))
		if ds, dc := off(sin, s), off(cos, c); ds > 1.2e-16 || dc > 1.2e-16 {
			t.Errorf("Sincos(%v) = %v, %v: off by %.3g, %.3g", x, sin, cos, ds, dc)
		}
	}
	for _, x := range between(-6e7, 6e7, 100) { // less a whole number of turns
		b := bigOf(x, 300)
		turn := neu(300).SetMantExp(bigPi(300), 1)
		k, _ := quo(b, turn).Int64()
		s, c := bigSincos(sub(b, mul(turn, bigInt(k, 300))))
		sin, cos := fp.Sincos(x)
		if ds, dc := off(sin, s), off(cos, c); ds > 1.2e-16 || dc > 1.2e-16 {
			t.Errorf("Sincos(%v) = %v, %v: off by %.3g, %.3g", x, sin, cos, ds, dc)
		}
	}
	worst(t, "Atan2", 2, func(x float64) float64 { return fp.Atan2(x, 1) }, bigAtan, between(0, 1, 500), magnitudes(1e-20, 1, 100))
	for _, p := range [][2]float64{{1, 1}, {1, -1}, {-1, -1}, {-1, 1}, {0, -1}, {2, 0}, {-2, 0}, {3, 5}, {5, -3}, {0, 0}, {0, 2}} {
		if got, want := fp.Atan2(p[0], p[1]), math.Atan2(p[0], p[1]); math.Abs(got-want) > 1e-15 {
			t.Errorf("Atan2(%v, %v) = %v, want %v", p[0], p[1], got, want)
		}
	}
}

func off(got float64, want *big.Float) float64 {
	f, _ := sub(bigOf(got, want.Prec()), want).Float64()
	return math.Abs(f)
}

func TestRoots(t *testing.T) {
	for _, n := range []int{8, 64, 1 << 12} {
		re, im := fp.Roots(n)
		for k := range n {
			if n > 64 && k%37 != 0 {
				continue
			}
			sin, cos := bigSincos(quo(mul(bigPi(bits), bigInt(int64(2*k), bits)), bigInt(int64(n), bits)))
			c, _ := cos.Float64()
			s, _ := sin.Float64()
			if k%(n/4) == 0 {
				c, s = math.Round(c), math.Round(s)
			}
			if re[k] != c || im[k] != s {
				t.Errorf("Roots(%d)[%d] = %v, %v, want %v, %v", n, k, re[k], im[k], c, s)
			}
		}
	}
}
