package quant

import (
	"math"

	"github.com/ismskit/ismskit/internal/fp"
)

// chebyshev interpolates between the nodes of an octave.
type chebyshev struct {
	t      [chebNodes]float64            // the nodes in -1..1
	matrix [chebNodes][chebNodes]float64 // values at the nodes -> coefficients
	test   [2][chebNodes]float64         // values at the nodes -> values at two places between
	at     [2]float64                    // those places
}

func newChebyshev() *chebyshev {
	c := &chebyshev{at: [2]float64{-0.93, 0.41}}
	re, _ := fp.Roots(4 * chebNodes) // cos(pi*(2k+1)*i/(2*nodes))
	for k := range chebNodes {
		c.t[k] = re[2*k+1]
		for i := range chebNodes {
			c.matrix[i][k] = float64(re[(2*k+1)*i%(4*chebNodes)] * 2 / chebNodes)
		}
		c.matrix[0][k] /= 2
	}
	for a, t := range c.at {
		for k := range chebNodes {
			// The k-th cardinal function there.
			before, here := 1.0, t
			sum := c.matrix[0][k] + float64(c.matrix[1][k]*t)
			for i := 2; i < chebNodes; i++ {
				before, here = here, float64(2*t*here)-before
				sum += float64(c.matrix[i][k] * here)
			}
			c.test[a][k] = sum
		}
	}
	return c
}

// points are the nodes between a and b.
func (c *chebyshev) points(a, b float64) (x [chebNodes]float64) {
	for k := range x {
		x[k] = (a+b)/2 + float64(c.t[k]*((b-a)/2))
	}
	return x
}

// fits reports whether the values at the nodes give the excess between them.
func (c *chebyshev) fits(e *element, a, b float64, values *[chebNodes]float64) bool {
	for i := range c.at {
		got := 0.0
		for k := range values {
			got += float64(c.test[i][k] * values[k])
		}
		want := e.excess((a+b)/2 + float64(c.at[i]*((b-a)/2)))
		if math.Abs(got-want) > float64(2e-12*(b-a))+float64(1e-14*e.average) {
			return false
		}
	}
	return true
}

// coefficients of the polynomial through the values.
func (c *chebyshev) coefficients(values *[chebNodes]float64) (out [chebNodes]float64) {
	for i := range out {
		sum := 0.0
		for k := range values {
			sum += float64(c.matrix[i][k] * values[k])
		}
		out[i] = sum
	}
	return out
}

// evaluate puts the interpolant of values at the nodes of from..2*from at the
// multiples of the step from j on into out.
func (c *chebyshev) evaluate(values *[chebNodes]float64, from, step float64, j int, out []float64) {
	c.add(values, 1, from, float64(2*from), step, j, out, false)
}

// add is evaluate over a..b, times a factor, in addition to what is there.
func (c *chebyshev) add(values *[chebNodes]float64, factor, a, b, step float64, j int, out []float64, keep bool) {
	k := c.coefficients(values)
	for i := range k {
		k[i] = float64(k[i] * factor)
	}
	if !keep {
		clear(out)
	}
	scale, middle := 2/(b-a), (a+b)/2
	i := 0
	for ; i+4 <= len(out); i += 4 {
		t0 := float64((float64(float64(j+i)*step) - middle) * scale)
		t1 := float64((float64(float64(j+i+1)*step) - middle) * scale)
		t2 := float64((float64(float64(j+i+2)*step) - middle) * scale)
		t3 := float64((float64(float64(j+i+3)*step) - middle) * scale)
		d0, d1, d2, d3 := t0+t0, t1+t1, t2+t2, t3+t3
		var p0, p1, p2, p3, q0, q1, q2, q3 float64
		for n := chebNodes - 1; n > 0; n-- {
			v := k[n]
			p0, q0 = float64(d0*p0)-q0+v, p0
			p1, q1 = float64(d1*p1)-q1+v, p1
			p2, q2 = float64(d2*p2)-q2+v, p2
			p3, q3 = float64(d3*p3)-q3+v, p3
		}
		o := out[i:][:4]
		o[0] += float64(t0*p0) - q0 + k[0]
		o[1] += float64(t1*p1) - q1 + k[0]
		o[2] += float64(t2*p2) - q2 + k[0]
		o[3] += float64(t3*p3) - q3 + k[0]
	}
	for ; i < len(out); i++ {
		t := float64((float64(float64(j+i)*step) - middle) * scale)
		var p, q float64
		for n := chebNodes - 1; n > 0; n-- {
			p, q = float64((t+t)*p)-q+k[n], p
		}
		out[i] += float64(t*p) - q + k[0]
	}
}

// refine adds rate times the excess at the multiples of the step from j on,
// by halving until 16 nodes do or there is not much left to halve.
func (c *chebyshev) refine(e *element, rate, step float64, j int, out []float64) {
	if len(out) == 0 || float64(float64(j)*step) >= e.high {
		return
	}
	if len(out) > 2*chebNodes {
		a, b := float64(float64(j)*step), float64(float64(j+len(out)-1)*step)
		x := c.points(a, b)
		var logs, values [chebNodes]float64
		if _, ok := e.loss.(lognormal); ok {
			for k := range x {
				logs[k] = fp.Log(x[k])
			}
		}
		e.values(&x, &logs, &values)
		if c.fits(e, a, b, &values) {
			c.add(&values, rate, a, b, step, j, out, true)
			return
		}
		half := len(out) / 2
		c.refine(e, rate, step, j, out[:half])
		c.refine(e, rate, step, j+half, out[half:])
		return
	}
	for i := range out {
		out[i] += float64(rate * e.excess(float64(float64(j+i)*step)))
	}
}
