package quant

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"math"
	"slices"
	"testing"
)

// The same bits on every processor: GOAMD64=v3, GOARCH=arm64 and the others run
// this test with the same sum.
func TestEstimatesHaveTheSameBits(t *testing.T) {
	const want = "3f7170acca8b17bc6d4a2a7d280c9b929e1c8461c87ed36e8bc5527f9391ba6f"
	sum := sha256.New()
	write := func(values ...float64) {
		for _, v := range values {
			var b [8]byte
			binary.BigEndian.PutUint64(b[:], math.Float64bits(v))
			sum.Write(b[:])
		}
	}
	kinds := everyKind()
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		d := kinds[name].distribution()
		write(d.mean(), d.variance(), d.third())
		for _, p := range []float64{1e-9, 0.01, 0.5, 0.99, 0.999999} {
			x := d.quantile(p)
			write(x, d.isf(p), d.cdf(x), d.sf(x), d.lev(x), d.partial(1, x), d.partial(2, x), d.partial(3, x))
		}
		src := testSource(3)
		for range 1000 {
			write(d.sample(&src))
		}
	}
	frequencies := everyFrequency()
	for _, name := range slices.Sorted(maps.Keys(frequencies)) {
		n := frequencies[name]
		write(n.mean(), n.variance(), n.third(), n.zero())
		for _, z := range [][2]float64{{1, 0}, {0, 1}, {-0.5, 0.5}, {0.25, -0.75}} {
			write(n.logPGF(z[0], z[1]))
		}
		src := testSource(4)
		for range 500 {
			write(float64(n.sample(&src)))
		}
	}
	pert, gamma := kinds["pert"].distribution(), kinds["gamma"].distribution()
	write(exceeds(pert, gamma), exceeds(gamma, pert))
	if got := hex.EncodeToString(sum.Sum(nil)); got != want {
		t.Errorf("sum of the bits = %s, want %s", got, want)
	}
}
