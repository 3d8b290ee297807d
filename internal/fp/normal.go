package fp

import "math"

// NormalSF is the probability that a standard normal variable exceeds x. Error
// below 2 ulp, in the far tail too.
func NormalSF(x float64) float64 {
	if x < 0 {
		return 1 - upperTail(-x)
	}
	return upperTail(x)
}

// NormalCDF is the probability that a standard normal variable is at most x.
// Error below 2 ulp, in the far tail too.
func NormalCDF(x float64) float64 { return NormalSF(-x) }

// upperTail is NormalSF for x >= 0: the density times Mills' ratio, which is a
// polynomial in each of the intervals of [octave].
func upperTail(x float64) float64 {
	if !(x < 39) {
		if math.IsNaN(x) {
			return x
		}
		return 0
	}
	row, center := octave(x + 1)
	c := &millsTable[row]
	w := x - (center - 1)
	w2 := float64(w * w)
	low := (c[1] + float64(w*c[2])) + float64(w2*(c[3]+float64(w*c[4])))
	ratio := c[0] + float64(w*(low+float64(float64(w2*w2)*(c[5]+float64(w*c[6])+float64(w2*c[7])))))
	return float64(ratio * gauss(x))
}

// gauss is exp(-x^2/2), the square taken without rounding error.
func gauss(x float64) float64 {
	h := math.Float64frombits(math.Float64bits(x) &^ (1<<27 - 1))
	return expSum(-float64(h*h)/2, -float64((x-h)*(x+h))/2)
}

// NormalDensity is the density of a standard normal variable at x.
func NormalDensity(x float64) float64 {
	const perRoot2Pi = 0.39894228040143267793994605993438186847585863116493
	return float64(perRoot2Pi * gauss(x))
}

// octave divides [1, 64) into intervals of 1/32 of the power of two below: the
// number of the interval of y and its centre.
func octave(y float64) (row uint64, center float64) {
	bits := math.Float64bits(y)
	return bits>>47 - 0x3ff<<5, math.Float64frombits(bits&^(1<<47-1) | 1<<46)
}

// NormalISF is the x that a standard normal variable exceeds with probability
// q: +Inf for 0, -Inf for 1, NaN outside. Error below 4 ulp.
func NormalISF(q float64) float64 {
	if q > 0.5 {
		return -normalISF(1-q, q-0.5)
	}
	return normalISF(q, 0.5-q)
}

// NormalQuantile is the x that a standard normal variable does not exceed with
// probability p: -Inf for 0, +Inf for 1, NaN outside. Error below 4 ulp.
func NormalQuantile(p float64) float64 { return -NormalISF(p) }

// normalISF is NormalISF for q <= 0.5, of which d = 0.5-q is given too.
func normalISF(q, d float64) float64 {
	if d <= 0.25 {
		u := float64(d*d) - 0x1p-5
		p := 0.0
		for i := len(quantileTable) - 1; i >= 0; i-- {
			p = quantileTable[i] + float64(u*p)
		}
		return float64(d * p)
	}
	if !(q > 0) {
		if q == 0 {
			return math.Inf(1)
		}
		return math.NaN()
	}
	s := math.Sqrt(float64(-2 * Log(q)))
	row, center := octave(s)
	c := &tailTable[row]
	w := s - center
	w2 := float64(w * w)
	low := (c[1] + float64(w*c[2])) + float64(w2*(c[3]+float64(w*c[4])))
	return c[0] + float64(w*(low+float64(float64(w2*w2)*(c[5]+float64(w*c[6])+float64(w2*c[7])))))
}
