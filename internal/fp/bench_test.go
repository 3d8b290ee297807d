package fp_test

import (
	"testing"

	"github.com/ismskit/ismskit/internal/fp"
)

// The functions of the inner loops, over arguments as they come there.
func Benchmark(b *testing.B) {
	for _, f := range []struct {
		name string
		of   func(float64) float64
		over []float64
	}{
		{"Exp", fp.Exp, between(-20, 20, 1024)},
		{"Log", fp.Log, magnitudes(1e-3, 1e9, 1024)},
		{"NormalSF", fp.NormalSF, between(-4, 8, 1024)},
		{"NormalISF", fp.NormalISF, between(0, 1, 1024)},
		{"Sincos", func(x float64) float64 { s, c := fp.Sincos(x); return s + c }, between(-300, 300, 1024)},
		{"Atan2", func(x float64) float64 { return fp.Atan2(x, 1) }, between(-3, 3, 1024)},
	} {
		b.Run(f.name, func(b *testing.B) {
			b.ReportAllocs()
			sum, i := 0.0, 0
			for b.Loop() {
				sum += f.of(f.over[i%1024])
				i++
			}
			if sum != sum {
				b.Error("not a number")
			}
		})
	}
	b.Run("Roots/65536", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			fp.Roots(1 << 16)
		}
	})
}
