package fp

// Roots are the n-th roots of unity exp(2*pi*i*k/n) for k = 0..n-1, each part
// the nearest float64. n is a power of two, at least 8.
func Roots(n int) (re, im []float64) {
	re, im = make([]float64, n), make([]float64, n)
	// In the first eighth of a turn each is the product of a coarse root and a
	// fine one, all with some 100 bits. The others are its mirror images.
	eighth, fine := n/8, 1
	for fine*fine < eighth {
		fine *= 2
	}
	small, large := make([]root, fine), make([]root, eighth/fine+1)
	for i := range small {
		small[i] = rootOf(i, n)
	}
	for i := range large {
		large[i] = rootOf(i*fine, n)
	}
	for k := range eighth + 1 {
		r := large[k/fine].times(small[k%fine])
		x, y := r.cos.rounded(), r.sin.rounded()
		re[k], im[k] = x, y
		re[n/4-k], im[n/4-k] = y, x
		re[n/4+k], im[n/4+k] = -y, x
		re[n/2-k], im[n/2-k] = -x, y
		re[n/2+k], im[n/2+k] = -x, -y
		re[3*n/4-k], im[3*n/4-k] = -y, -x
		re[3*n/4+k], im[3*n/4+k] = y, -x
		re[(n-k)%n], im[(n-k)%n] = x, -y
	}
	im[0], im[n/2], re[n/4], re[3*n/4] = 0, 0, 0, 0 // not minus zero
	return re, im
}

// double is the unevaluated sum of two numbers: some 104 bits.
type double struct{ high, low float64 }

func (a double) rounded() float64 { return a.high + a.low }

func (a double) plus(b double) double {
	s, lost := twoSum(a.high, b.high)
	return sumOf(s, lost+(a.low+b.low))
}

func (a double) times(b double) double {
	p, lost := twoProduct(a.high, b.high)
	return sumOf(p, lost+(float64(a.high*b.low)+float64(a.low*b.high)))
}

func (a double) negative() double { return double{-a.high, -a.low} }

// over divides by a small whole number.
func (a double) over(n float64) double {
	q := a.high / n
	p, lost := twoProduct(q, n)
	return sumOf(q, ((a.high-p)-lost+a.low)/n)
}

// sumOf is high + low for a low that is small beside high.
func sumOf(high, low float64) double {
	s := high + low
	return double{s, high - s + low}
}

// root is a point on the unit circle.
type root struct{ cos, sin double }

func (r root) times(s root) root {
	return root{
		r.cos.times(s.cos).plus(r.sin.times(s.sin).negative()),
		r.cos.times(s.sin).plus(r.sin.times(s.cos)),
	}
}

// rootOf is the k-th of n roots, k <= n/8: Taylor.
func rootOf(k, n int) root {
	const piLow = pi - 0x1.921fb54442d18p1
	turn := 2 * float64(k) / float64(n) // exact: n is a power of two
	x := double{0x1.921fb54442d18p1, piLow}.times(double{turn, 0})
	square := x.times(x).negative()
	cos, sin := double{1, 0}, x
	even, odd := cos, x
	for i := 1.0; i < 14; i++ {
		even = even.times(square).over(float64((float64(2*i) - 1) * 2 * i))
		odd = odd.times(square).over(float64(2 * i * (float64(2*i) + 1)))
		cos, sin = cos.plus(even), sin.plus(odd)
	}
	return root{cos, sin}
}
