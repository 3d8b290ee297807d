package fp

import "math"

const pi = 3.14159265358979323846264338327950288419716939937510582097494459

// A quarter turn in three parts; the first two have 26 bits, so that their
// product with a count of 27 bits is exact.
const (
	quarter1 = 0x3243f6a / 0x1p25
	quarter2 = (0x3243f6a8885a3 - 0x3243f6a<<24) / 0x1p49
	quarter3 = pi/2 - quarter1 - quarter2
)

// Sincos is the sine and the cosine of x radians, NaN unless |x| <= 2^26.
// Absolute error below 1.2e-16, whatever x.
func Sincos(x float64) (sin, cos float64) {
	if !(math.Abs(x) <= 0x1p26) {
		return math.NaN(), math.NaN()
	}
	k := float64(x*(2/pi)) + shifter
	turn := math.Float64bits(k)
	k -= shifter
	r, lost := twoSum(x-float64(k*quarter1), -float64(k*quarter2))
	rest := lost - float64(k*quarter3)
	high := r + rest
	sin, cos = octant(high, r-high+rest)
	if turn&1 != 0 {
		sin, cos = cos, -sin
	}
	if turn&2 != 0 {
		sin, cos = -sin, -cos
	}
	return sin, cos
}

// octant is the sine and cosine of r + low, |r| < 0.8: Taylor.
func octant(r, low float64) (sin, cos float64) {
	r2 := float64(r * r)
	r4 := float64(r2 * r2)
	s := -1.0/6 + float64(r2*(1.0/120)) + float64(r4*(-1.0/5040+float64(r2*(1.0/362880))+
		float64(r4*(-1.0/39916800+float64(r2*(1.0/6227020800))+float64(r4*(-1.0/1307674368000+float64(r2*(1.0/355687428096000))))))))
	c := 1.0/24 + float64(r2*(-1.0/720)) + float64(r4*(1.0/40320+float64(r2*(-1.0/3628800))+
		float64(r4*(1.0/479001600+float64(r2*(-1.0/87178291200))+float64(r4*(1.0/20922789888000))))))
	sin = r + (low + float64(r*r2*s))
	half := float64(0.5 * r2)
	one := 1 - half
	cos = one + ((1 - one - half) + (float64(r4*c) - float64(r*low)))
	return sin, cos
}

// Atan2 is the angle of the point (x, y), from -pi to pi; 0 at the origin.
// Error below 2 ulp.
func Atan2(y, x float64) float64 {
	ax, ay := math.Abs(x), math.Abs(y)
	if ax == 0 && ay == 0 {
		return 0
	}
	var a float64
	if ay <= ax {
		a = atan(ay, ax)
		if x < 0 {
			a = pi - a
		}
	} else {
		a = atan(ax, ay)
		if x < 0 {
			a = -a
		}
		a = pi/2 - a
	}
	return math.Copysign(a, y)
}

// atan is the angle whose tangent is y/x, 0 <= y <= x: the nearest sixteenth
// from a table, and the angle left over.
func atan(y, x float64) float64 {
	i := math.Floor(float64(16*(y/x)) + 0.5)
	c := i / 16
	t := (y - float64(c*x)) / (x + float64(c*y))
	if i == 0 {
		t = y / x
	}
	t2 := float64(t * t)
	p := float64(t * t2 * (-1.0/3 + float64(t2*(1.0/5+float64(t2*(-1.0/7+float64(t2*(1.0/9+float64(t2*(-1.0/11))))))))))
	e := &atanTable[int(i)]
	return e.high + (t + (e.low + p))
}
