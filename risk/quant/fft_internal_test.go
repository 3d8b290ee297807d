package quant

import (
	"math"
	"testing"
)

// A transform is compared with its definition, and undone.
func TestTransform(t *testing.T) {
	for _, n := range []int{8, 16, 32, 64, 512, 2048} {
		tr := newTransform(n)
		src := newStream(1, 0, 0)
		x, back := make([]float64, n), make([]float64, n)
		for j := range x {
			x[j] = unit(&src) - 0.5
		}
		re, im := make([]float64, n/2+1), make([]float64, n/2+1)
		tr.forward(x, re, im)
		for k := range re {
			var wr, wi float64
			for j, v := range x {
				a := 2 * math.Pi * float64(j*k%n) / float64(n)
				wr += float64(v * math.Cos(a))
				wi -= float64(v * math.Sin(a))
			}
			if math.Abs(re[k]-wr)+math.Abs(im[k]-wi) > 1e-14*float64(n) {
				t.Fatalf("n = %d: transform[%d] = %v%+vi, want %v%+vi", n, k, re[k], im[k], wr, wi)
			}
		}
		tr.inverse(re, im, back)
		for j := range x {
			if math.Abs(x[j]-back[j]) > 1e-15*math.Sqrt(float64(n)) {
				t.Fatalf("n = %d: inverse[%d] = %v, want %v", n, j, back[j], x[j])
			}
		}
	}
}

func BenchmarkTransform(b *testing.B) {
	tr := newTransform(1 << 16)
	x, re, im := make([]float64, 1<<16), make([]float64, 1<<15+1), make([]float64, 1<<15+1)
	src := newStream(1, 0, 0)
	for j := range x {
		x[j] = unit(&src)
	}
	b.ReportAllocs()
	for b.Loop() {
		tr.forward(x, re, im)
		tr.inverse(re, im, x)
	}
}

func BenchmarkRoots(b *testing.B) {
	for b.Loop() {
		newTransform(1 << 16)
	}
}
