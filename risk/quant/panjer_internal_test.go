package quant

import (
	"encoding/json"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/ismskit/ismskit/internal/fp"
)

// onGrid is the distribution of a portfolio of one part with losses on the
// multiples of 1.
func onGrid(t *testing.T, count counting, values []float64, n int) []float64 {
	t.Helper()
	x := newExact(portfolio{states: 1, weight: [2]float64{1, 0}, parts: []part{{count: count, loss: newEmpirical(values), shock: 1}}}, newChebyshev())
	m, err := x.masses(t.Context(), newPlan(n, x.cheb), 1, true)
	if err != nil {
		t.Fatal(err)
	}
	return m[0]
}

func TestKnownPanjer(t *testing.T) {
	var all []struct {
		ID    string `json:"id"`
		Topic string `json:"topic"`
		Input struct {
			Lam float64            `json:"lam"`
			PMF map[string]float64 `json:"severity_pmf"`
		} `json:"input"`
		Expected struct {
			PMF []float64 `json:"pmf"`
		} `json:"expected"`
		Tolerance struct {
			Abs float64 `json:"abs"`
		} `json:"tolerance"`
	}
	data, err := os.ReadFile("testdata/aggregate.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	cases := 0
	for _, k := range all {
		if k.Topic != "panjer_exact" {
			continue
		}
		cases++
		var values []float64
		for text, p := range k.Input.PMF {
			v, err := strconv.ParseFloat(text, 64)
			if err != nil {
				t.Fatal(err)
			}
			for range int(4 * p) {
				values = append(values, v)
			}
		}
		got := onGrid(t, poisson(k.Input.Lam), values, 128)
		for j, want := range k.Expected.PMF {
			if math.Abs(got[j]-want) > k.Tolerance.Abs {
				t.Errorf("%s: P(%d) = %v, want %v", k.ID, j, got[j], want)
			}
		}
	}
	if cases != 2 {
		t.Errorf("%d cases, want 2", cases)
	}
}

// Panjer's recursion for frequencies of his class: P(k) = (a + b/k) P(k-1).
func TestExactEqualsPanjer(t *testing.T) {
	values := []float64{1, 1, 2, 3, 3, 3, 5, 8}
	pmf := make([]float64, 9)
	for _, v := range values {
		pmf[int(v)] += 1.0 / 8
	}
	for name, c := range map[string]struct {
		count counting
		a, b  float64
	}{
		"poisson":           {poisson(6.5), 0, 6.5},
		"negative binomial": {Frequency{NegativeBinomial: &NegativeBinomial{R: 2.5, P: 0.4}}.distribution(), 0.6, 1.5 * 0.6},
		"binomial":          {binomial{7, 0.3}, -0.3 / 0.7, 8 * 0.3 / 0.7},
		"bernoulli":         {binomial{1, 0.3}, -0.3 / 0.7, 2 * 0.3 / 0.7},
	} {
		got := onGrid(t, c.count, values, 1024)
		want := make([]float64, 200)
		want[0] = c.count.zero()
		for j := 1; j < len(want); j++ {
			for k := 1; k < len(pmf) && k <= j; k++ {
				want[j] += float64((c.a + float64(c.b*float64(k))/float64(j)) * float64(pmf[k]*want[j-k]))
			}
		}
		for j, w := range want {
			if math.Abs(got[j]-w) > 1e-14 {
				t.Errorf("%s: P(%d) = %v, want %v", name, j, got[j], w)
			}
		}
	}
}

// Normal numbers, counts and places have the distribution they should.
func TestDraws(t *testing.T) {
	const n = 1_000_000
	z := newZiggurat()
	var cells [256]int
	src := newStream(newKey(1, "normal"), 0, 0)
	again := newStream(newKey(1, "again"), 0, 0)
	tail := 0
	for range n {
		r := src.next()
		x, ok := z.quick(r)
		if !ok {
			x = z.slow(r, &again)
		}
		cells[min(255, int(fp.NormalCDF(x)*256))]++
		if math.Abs(x) > 4 {
			tail++
		}
	}
	chi := 0.0
	for _, c := range cells {
		d := float64(c) - n/256.0
		chi += d * d / (n / 64.0)
	}
	if chi > 370 { // 255 expected, standard deviation 23
		t.Errorf("chi-square of normal draws = %v with 255 degrees of freedom", chi)
	}
	if want := 2 * fp.NormalSF(4) * n; math.Abs(float64(tail)-want) > 5*math.Sqrt(want) {
		t.Errorf("%d of %d draws beyond 4, want %v", tail, n, want)
	}
	for _, mean := range []float64{0.3, 15, 16, 70, 1300, 1e6} {
		sum, square := 0.0, 0.0
		const draws = 20_000
		for range draws {
			d := float64(poissonCount(&src, mean)) - mean
			sum += d
			square += d * d
		}
		if math.Abs(sum/draws) > 5*math.Sqrt(mean/draws) || math.Abs(square/draws/mean-1) > 5*math.Sqrt((2+1/mean)/draws) {
			t.Errorf("Poisson(%v): mean off by %v, variance %v", mean, sum/draws, square/draws)
		}
	}
	for _, k := range []float64{0, 1, 5, 15, 16, 20, 170} {
		want, _ := math.Lgamma(k + 1)
		if got := logFactorial(k); math.Abs(got-want) > 1e-13*(1+want) {
			t.Errorf("logFactorial(%v) = %v, want %v", k, got, want)
		}
	}
}

// What a layer has outside the density is rejected.
func TestZigguratWedges(t *testing.T) {
	z := newZiggurat()
	src := newStream(newKey(1, "wedge"), 0, 0)
	again := newStream(newKey(1, "wedge again"), 0, 0)
	accepted, want, outside := 0, 0.0, 0
	for range 2_000_000 {
		r := src.next()
		x, ok := z.quick(r)
		layer := r & 255
		if ok || layer == 0 {
			continue
		}
		outside++
		low, high := z.density[layer], z.density[layer+1]
		want += max(0, (fp.Exp(float64(-x*x/2))-low)/(high-low))
		if z.slow(r, &again) == x {
			accepted++
		}
	}
	if outside < 10_000 || math.Abs(float64(accepted)-want) > 3*math.Sqrt(float64(outside)) {
		t.Errorf("%d of %d accepted outside the layers, want %v", accepted, outside, want)
	}
}

// Streams of neighbouring keys, blocks and purposes have nothing in common.
func TestStreamsAreApart(t *testing.T) {
	var streams []stream
	for _, id := range []string{"a", "b", "ab", "ba", ""} {
		for block := range 3 {
			for draw := range uint64(3) {
				streams = append(streams, newStream(newKey(1, id), block, draw), newStream(newKey(2, id), block, draw))
			}
		}
	}
	const n = 4000
	bits := make([][]uint64, len(streams))
	for i := range streams {
		for range n {
			bits[i] = append(bits[i], streams[i].next())
		}
	}
	for i := range bits {
		for j := range i {
			same := alike(bits[i], bits[j])
			if math.Abs(float64(same)-n/2) > 6*math.Sqrt(n)/2 {
				t.Errorf("streams %d and %d agree in %d of %d first bits", i, j, same, n)
			}
		}
	}
}

// alike is how many first bits are the same.
func alike(a, b []uint64) int {
	same := 0
	for k := range a {
		if (a[k]^b[k])>>63 == 0 {
			same++
		}
	}
	return same
}

// The bounds of a share are Clopper and Pearson's.
func TestShareBounds(t *testing.T) {
	c := sampleCurve{[]float64{0, 0, 0, 0, 0, 0, 0, 1, 1, 1}}
	share, low, high := c.exceeded(0)
	if share != 0.3 || math.Abs(low-0.0667395) > 1e-6 || math.Abs(high-0.6524529) > 1e-6 {
		t.Errorf("3 of 10: %v, %v to %v, want 0.3, 0.0667395 to 0.6524529", share, low, high)
	}
	if share, low, high := c.exceeded(1); share != 0 || low != 0 || math.Abs(high-(1-math.Pow(0.025, 0.1))) > 1e-12 {
		t.Errorf("0 of 10: %v, %v to %v", share, low, high)
	}
}

// The bounds of a quantile are those of the binomial distribution.
func TestBinomialRange(t *testing.T) {
	first, last := binomialRange(100, 0.5, 0.025)
	if first != 40 || last != 60 {
		t.Errorf("binomialRange(100, 0.5) = %d, %d, want 40, 60", first, last)
	}
	if first, last := binomialRange(1000, 0.999, 0.025); first != 997 || last != 1000 {
		t.Errorf("binomialRange(1000, 0.999) = %d, %d, want 997, 1000", first, last)
	}
}
