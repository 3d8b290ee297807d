package quant

import "github.com/ismskit/ismskit/internal/fp"

// transform is the discrete Fourier transform of n real numbers, n a power of
// two from 8 on. Its tables are only read; its buffers make it good for one
// goroutine at a time.
type transform struct {
	n        int
	cos, sin []float64 // of 2*pi*k/n
	re, im   []float64 // n/2 each
	ar, ai   []float64
}

func newTransform(n int) *transform {
	t := &transform{n: n}
	t.cos, t.sin = fp.Roots(n)
	t.buffers()
	return t
}

func (t *transform) buffers() {
	all := make([]float64, 2*t.n)
	h := t.n / 2
	t.re, t.im, t.ar, t.ai = all[:h:h], all[h:2*h:2*h], all[2*h:3*h:3*h], all[3*h:4*h:4*h]
}

// clone shares the tables and has buffers of its own.
func (t *transform) clone() *transform {
	c := &transform{n: t.n, cos: t.cos, sin: t.sin}
	c.buffers()
	return c
}

// forward is the sum of x[j]*exp(-2*pi*i*j*k/n) for k from 0 to n/2.
func (t *transform) forward(x, re, im []float64) {
	h := t.n / 2
	for k := range h {
		t.re[k], t.im[k] = x[2*k], x[2*k+1]
	}
	zr, zi := t.complex()
	re[0], im[0] = zr[0]+zi[0], 0
	re[h], im[h] = zr[0]-zi[0], 0
	for k := 1; k <= h/2; k++ {
		m := h - k
		er, ei := (zr[k]+zr[m])/2, (zi[k]-zi[m])/2
		or, oi := (zi[k]+zi[m])/2, (zr[m]-zr[k])/2
		c, s := t.cos[k], t.sin[k]
		pr := float64(or*c) + float64(oi*s)
		pi := float64(oi*c) - float64(or*s)
		re[k], im[k] = er+pr, ei+pi
		re[m], im[m] = er-pr, pi-ei
	}
}

// inverse undoes forward. It needs re and im no longer than it reads them, but
// leaves them as they are.
func (t *transform) inverse(re, im, x []float64) {
	h := t.n / 2
	// The real and imaginary parts are swapped: the inverse of a transform is
	// the transform of what is swapped, swapped again.
	t.im[0], t.re[0] = (re[0]+re[h])/2, (re[0]-re[h])/2
	for k := 1; k <= h/2; k++ {
		m := h - k
		er, ei := (re[k]+re[m])/2, (im[k]-im[m])/2
		pr, pi := (re[k]-re[m])/2, (im[k]+im[m])/2
		c, s := t.cos[k], t.sin[k]
		or := float64(pr*c) - float64(pi*s)
		oi := float64(pi*c) + float64(pr*s)
		t.im[k], t.re[k] = er-oi, ei+or
		t.im[m], t.re[m] = er+oi, or-ei
	}
	zi, zr := t.complex()
	scale := 1 / float64(h)
	for k := range h {
		x[2*k], x[2*k+1] = float64(zr[k]*scale), float64(zi[k]*scale)
	}
}

// complex transforms re and im, of length n/2, and says where the result is:
// Stockham's way in steps of four, which leaves everything in order.
func (t *transform) complex() (re, im []float64) {
	xr, xi, yr, yi := t.re, t.im, t.ar, t.ai
	n, s := t.n/2, 1
	for n >= 4 {
		if s == 1 {
			t.firstFours(xr, xi, yr, yi)
		} else {
			t.fours(n, s, xr, xi, yr, yi)
		}
		xr, xi, yr, yi = yr, yi, xr, xi
		n, s = n/4, s*4
	}
	if n == 2 {
		for q := range s {
			ar, ai, br, bi := xr[q], xi[q], xr[q+s], xi[q+s]
			yr[q], yi[q], yr[q+s], yi[q+s] = ar+br, ai+bi, ar-br, ai-bi
		}
		xr, xi = yr, yi
	}
	return xr, xi
}

// fours is one step: s transforms of length n become 4s of length n/4.
func (t *transform) fours(n, s int, xr, xi, yr, yi []float64) {
	quarter, step := n/4, t.n/n
	for p := range quarter {
		w1r, w1i := t.cos[p*step], -t.sin[p*step]
		w2r, w2i := t.cos[2*p*step], -t.sin[2*p*step]
		w3r, w3i := t.cos[3*p*step], -t.sin[3*p*step]
		x0r, x0i := xr[s*p:][:s], xi[s*p:][:s]
		x1r, x1i := xr[s*(p+quarter):][:s], xi[s*(p+quarter):][:s]
		x2r, x2i := xr[s*(p+2*quarter):][:s], xi[s*(p+2*quarter):][:s]
		x3r, x3i := xr[s*(p+3*quarter):][:s], xi[s*(p+3*quarter):][:s]
		y0r, y0i := yr[s*4*p:][:s], yi[s*4*p:][:s]
		y1r, y1i := yr[s*(4*p+1):][:s], yi[s*(4*p+1):][:s]
		y2r, y2i := yr[s*(4*p+2):][:s], yi[s*(4*p+2):][:s]
		y3r, y3i := yr[s*(4*p+3):][:s], yi[s*(4*p+3):][:s]
		for q := range s {
			acr, aci := x0r[q]+x2r[q], x0i[q]+x2i[q]
			dcr, dci := x0r[q]-x2r[q], x0i[q]-x2i[q]
			bdr, bdi := x1r[q]+x3r[q], x1i[q]+x3i[q]
			jr, ji := x3i[q]-x1i[q], x1r[q]-x3r[q] // i*(x1-x3)
			y0r[q], y0i[q] = acr+bdr, aci+bdi
			ur, ui := dcr-jr, dci-ji
			y1r[q], y1i[q] = float64(ur*w1r)-float64(ui*w1i), float64(ur*w1i)+float64(ui*w1r)
			ur, ui = acr-bdr, aci-bdi
			y2r[q], y2i[q] = float64(ur*w2r)-float64(ui*w2i), float64(ur*w2i)+float64(ui*w2r)
			ur, ui = dcr+jr, dci+ji
			y3r[q], y3i[q] = float64(ur*w3r)-float64(ui*w3i), float64(ur*w3i)+float64(ui*w3r)
		}
	}
}

// firstFours is fours for s = 1, where its inner loop would not be worth one.
func (t *transform) firstFours(xr, xi, yr, yi []float64) {
	quarter := t.n / 8
	cos, sin := t.cos[:6*quarter], t.sin[:6*quarter]
	x0r, x1r, x2r, x3r := xr[:quarter], xr[quarter:][:quarter], xr[2*quarter:][:quarter], xr[3*quarter:][:quarter]
	x0i, x1i, x2i, x3i := xi[:quarter], xi[quarter:][:quarter], xi[2*quarter:][:quarter], xi[3*quarter:][:quarter]
	for p := range quarter {
		zr, zi := yr[4*p:][:4], yi[4*p:][:4]
		acr, aci := x0r[p]+x2r[p], x0i[p]+x2i[p]
		dcr, dci := x0r[p]-x2r[p], x0i[p]-x2i[p]
		bdr, bdi := x1r[p]+x3r[p], x1i[p]+x3i[p]
		jr, ji := x3i[p]-x1i[p], x1r[p]-x3r[p]
		zr[0], zi[0] = acr+bdr, aci+bdi
		c, s := cos[2*p], -sin[2*p]
		ur, ui := dcr-jr, dci-ji
		zr[1], zi[1] = float64(ur*c)-float64(ui*s), float64(ur*s)+float64(ui*c)
		c, s = cos[4*p], -sin[4*p]
		ur, ui = acr-bdr, aci-bdi
		zr[2], zi[2] = float64(ur*c)-float64(ui*s), float64(ur*s)+float64(ui*c)
		c, s = cos[6*p], -sin[6*p]
		ur, ui = dcr+jr, dci+ji
		zr[3], zi[3] = float64(ur*c)-float64(ui*s), float64(ur*s)+float64(ui*c)
	}
}
