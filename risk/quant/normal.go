package quant

import (
	"math"

	"github.com/ismskit/ismskit/internal/fp"
)

// ziggurat draws standard normal numbers (Marsaglia and Tsang, 2000): 256
// layers of equal area, from 53 bits for the place and 8 others for the layer.
type ziggurat struct {
	width   [256]float64 // of a layer, in units of 2^-52
	sure    [256]int64   // below this place the layer is under the density
	density [257]float64 // exp(-x*x/2) at the edges
	edge    [257]float64
}

// lowest is where the tail of the lowest of 256 layers starts.
const lowest = 3.6541528853610088

func newZiggurat() *ziggurat {
	z := &ziggurat{}
	height := func(x float64) float64 { return fp.Exp(float64(-x*x) / 2) }
	area := float64(lowest*height(lowest)) + float64(fp.NormalSF(lowest)*math.Sqrt(2*math.Pi))
	z.edge[0] = area / height(lowest)
	z.edge[1] = lowest
	for i := 2; i < 256; i++ {
		z.edge[i] = math.Sqrt(float64(-2 * fp.Log(area/z.edge[i-1]+height(z.edge[i-1]))))
	}
	for i := range 257 {
		z.density[i] = height(z.edge[i])
	}
	for i := range 256 {
		z.width[i] = float64(z.edge[i] * 0x1p-52)
		z.sure[i] = int64(math.Floor(float64(z.edge[i+1] / z.edge[i] * 0x1p52)))
	}
	return z
}

// quick is the number of most random bits; false for the rest.
func (z *ziggurat) quick(r uint64) (x float64, ok bool) {
	place := int64(r) >> 11 //nolint:gosec // the sign is meant
	layer := r & 255
	size := place
	if size < 0 {
		size = -size
	}
	return float64(float64(place) * z.width[layer]), size < z.sure[layer]
}

// slow finishes what quick did not: it accepts under the density, draws from
// the tail, or starts again.
func (z *ziggurat) slow(r uint64, src *stream) float64 {
	for {
		x, ok := z.quick(r)
		if ok {
			return x
		}
		layer := r & 255
		if layer == 0 {
			return math.Copysign(tailNormal(src), x)
		}
		low, high := z.density[layer], z.density[layer+1]
		if low+float64(unit(src)*(high-low)) < fp.Exp(float64(-x*x)/2) {
			return x
		}
		r = src.next()
	}
}

// tailNormal is a normal number above the lowest layer (Marsaglia, 1964).
func tailNormal(src *stream) float64 {
	for {
		x := -fp.Log(unit(src)) / lowest
		y := -fp.Log(unit(src))
		if y+y > float64(x*x) {
			return lowest + x
		}
	}
}

// powers turns normal numbers into lognormal ones: 256 powers of two between 1
// and 2 and a polynomial between them. Relative error below 1e-14, which no
// sample can tell.
type powers [256]float64

func newPowers() *powers {
	var p powers
	for i := range p {
		p[i] = fp.Exp(float64(float64(i)*math.Ln2) / 256)
	}
	return &p
}

// holds reports whether no draw of d overflows.
func (p *powers) holds(d lognormal) bool {
	return math.Abs(d.mu)+float64(15*d.sigma) < 650
}

// apply replaces each z by exp(mu + sigma*z).
func (p *powers) apply(d lognormal, z []float64) {
	const (
		step    = math.Ln2 / 256
		shifter = 0x1.8p52
		c2      = step * step / 2
		c3      = step * step * step / 6
		c4      = step * step * step * step / 24
	)
	mu, sigma := d.mu/step, d.sigma/step
	for i, x := range z {
		y := mu + float64(sigma*x)
		k := y + shifter
		bits := math.Float64bits(k)
		f := y - (k - shifter)
		scale := math.Float64frombits(math.Float64bits(p[bits&255]) + bits>>8<<52)
		g := float64(f * f)
		z[i] = scale + float64(scale*(float64(f*step)+float64(g*(c2+float64(f*c3)+float64(g*c4)))))
	}
}

// poissonCount draws from a Poisson distribution with any mean (Hörmann's
// transformed rejection, 1993).
func poissonCount(src *stream, mean float64) int {
	if mean < 16 {
		return poisson(mean).sample(src)
	}
	b := 0.931 + float64(2.53*math.Sqrt(mean))
	a := -0.059 + float64(0.02483*b)
	inverse := 1.1239 + 1.1328/(b-3.4)
	quick := 0.9277 - 3.6224/(b-2)
	logMean := fp.Log(mean)
	for {
		u, v := unit(src)-0.5, unit(src)
		us := 0.5 - math.Abs(u)
		k := math.Floor(float64((float64(2*a)/us+b)*u) + mean + 0.43)
		if us >= 0.07 && v <= quick {
			return int(k)
		}
		if k < 0 || us < 0.013 && v > us {
			continue
		}
		if fp.Log(v*inverse/(a/float64(us*us)+b)) <= float64(k*logMean)-mean-logFactorial(k) {
			return int(k)
		}
	}
}

// logFactorial is ln k!.
func logFactorial(k float64) float64 {
	product := 1.0
	for k < 16 {
		k++
		product = float64(product * k)
	}
	x := k + 1
	y := 1 / float64(x*x)
	series := (1.0/12 - float64(y*(1.0/360-float64(y*(1.0/1260-float64(y*(1.0/1680))))))) / x
	const halfLog2Pi = 0.918938533204672741780329736405617639861397473637783412817
	return float64((x-0.5)*fp.Log(x)) - x + halfLog2Pi + series - fp.Log(product)
}
