package quant

import (
	"math"
	"slices"

	"github.com/ismskit/ismskit/internal/fp"
)

// mixed is a Poisson of which the rate is the product of independent factors,
// drawn anew for each year.
type mixed struct {
	by      float64 // multiplies the rate
	factors []severity
	rates   []node    // of the product, before by
	masses  []float64 // P(N = 0), P(N = 1), ... when these are few
}

// node is one point of a distribution that stands in for a smooth one.
type node struct{ at, weight float64 }

// newMixed is the frequency with a rate that is the product of the factors:
// Poisson when all are known, negative binomial when the rate is gamma.
func newMixed(factors ...severity) counting {
	m := mixed{by: 1}
	for _, f := range factors {
		if c, ok := f.(constant); ok {
			m.by = float64(m.by * float64(c))
		} else {
			m.factors = append(m.factors, f)
		}
	}
	if len(m.factors) == 0 || m.by == 0 {
		return poisson(m.by)
	}
	if d, ok := m.factors[0].(affine); ok && len(m.factors) == 1 && d.shift == 0 {
		if g, ok := d.of.(gamma); ok {
			return negativeBinomial{float64(g), float64(d.factor * m.by)}
		}
	}
	for i, f := range m.factors {
		if i == 0 {
			m.rates = ratePoints(f)
		} else {
			m.rates = product(m.rates, ratePoints(f))
		}
	}
	// What the points still lack of the mean.
	have := 0.0
	for _, r := range m.rates {
		have += float64(r.weight * r.at)
	}
	for i := range m.rates {
		m.rates[i].at = float64(m.rates[i].at * (m.moment(1) / float64(have*m.by)))
	}
	return m.counted()
}

// maxMasses is how many probabilities make the generating function faster than
// its rates do.
const maxMasses = 512

// counted adds the probabilities of the counts, when all but 1e-17 of them fit.
func (n mixed) counted() mixed {
	n.masses = nil
	top := float64(n.rates[len(n.rates)-1].at * n.by)
	if need := top + float64(9*math.Sqrt(top)) + 40; need < maxMasses {
		n.masses = make([]float64, int(need))
		for _, r := range n.rates {
			rate := float64(r.at * n.by)
			p := float64(r.weight * fp.Exp(-rate))
			for k := range n.masses {
				n.masses[k] += p
				p = float64(p * rate / float64(k+1))
			}
		}
	}
	return n
}

// moment is E[rate^k] for k = 1 or 2, and 3 where it exists: that of a product
// is the product of the moments.
func (n mixed) moment(k int) float64 {
	p := power(n.by, k)
	for _, f := range n.factors {
		switch m := f.mean(); k {
		case 1:
			p = float64(p * m)
		case 2:
			p = float64(p * (f.variance() + float64(m*m)))
		default:
			p = float64(p * f.third())
		}
	}
	return p
}

func (n mixed) mean() float64 { return n.moment(1) }

// spread is the variance of the rate: with v = c*m^2 of each factor, that of the
// product is ((1+c1)(1+c2)... - 1) times the square of its mean.
func (n mixed) spread() float64 {
	grow := 0.0
	for _, f := range n.factors {
		if m := f.mean(); m > 0 {
			c := f.variance() / float64(m*m)
			grow += c + float64(grow*c)
		}
	}
	m := n.mean()
	return float64(grow * m * m)
}

func (n mixed) variance() float64 { return n.mean() + n.spread() }

func (n mixed) third() float64 {
	m, v := n.mean(), n.spread()
	central := n.moment(3) - float64(3*m*v) - float64(m*m*m)
	return central + float64(3*v) + m
}

func (n mixed) zero() float64 {
	re, _ := n.logPGF(0, 0)
	return fp.Exp(re)
}

// logPGF is the logarithm of E[exp(rate*(z-1))].
func (n mixed) logPGF(re, im float64) (float64, float64) {
	if n.masses != nil {
		var x, y float64
		last := len(n.masses) - 1
		for k := range n.masses { // Horner
			x, y = float64(x*re)-float64(y*im)+n.masses[last-k], float64(x*im)+float64(y*re)
		}
		return fp.Log(float64(x*x)+float64(y*y)) / 2, fp.Atan2(y, x)
	}
	re, im = float64((re-1)*n.by), float64(im*n.by)
	top := max(float64(n.rates[0].at*re), float64(n.rates[len(n.rates)-1].at*re))
	var x, y float64
	for _, r := range n.rates {
		size := float64(r.weight * fp.Exp(float64(r.at*re)-top))
		sin, cos := fp.Sincos(float64(r.at * im))
		x += float64(size * cos)
		y += float64(size * sin)
	}
	return top + fp.Log(float64(x*x)+float64(y*y))/2, fp.Atan2(y, x)
}

func (n mixed) scaled(factor float64) counting {
	if factor == 0 {
		return poisson(0)
	}
	n.by = float64(n.by * factor)
	return n.counted()
}

func (n mixed) sample(src source) int {
	rate := n.by
	for _, f := range n.factors {
		rate = float64(rate * f.sample(src))
	}
	return poisson(rate).sample(src)
}

// cells divide a distribution: at the quantiles of the normal distribution at
// -6, -5.75, ... 6, so that the tails are fine.
const cells = 50

// edge is the number of standard deviations at which cell i ends.
func edge(i int) float64 { return float64(i)/4 - 6 }

// moments are the weight of a cell, and its moments about zero.
type moments [4]float64

// ratePoints stand in for a distribution: in each cell two points with the weight,
// mean, variance and skewness of what lies there (Gauss). O(cells).
func ratePoints(d severity) []node {
	var out []node
	var before moments
	low, _ := d.support()
	for i := range cells {
		high := math.Inf(1)
		if i < cells-1 {
			t := edge(i)
			if high = d.quantile(fp.NormalCDF(t)); t > 0 {
				high = d.isf(fp.NormalSF(t))
			}
		}
		if i > 0 && high <= low {
			continue // inside an atom
		}
		upTo := moments{d.cdf(high), d.partial(1, high), d.partial(2, high), d.partial(3, high)}
		var cell moments
		for k := range cell {
			cell[k] = upTo[k] - before[k]
		}
		if t := edge(i - 1); t > 0 { // the difference of numbers near 1 has no digits left
			cell[0] = d.sf(low) - d.sf(high)
		}
		out = cell.points(out, low, high)
		before, low = upTo, high
	}
	return normalized(out)
}

// points appends the two points of a cell, or one where the moments tell no more.
func (c moments) points(out []node, low, high float64) []node {
	if !(c[0] > 0) {
		return out
	}
	mean := min(high, max(low, c[1]/c[0]))
	v := c[2]/c[0] - float64(mean*mean)
	third := c[3]/c[0] - float64(3*mean*v) - float64(mean*mean*mean)
	if !(v > float64(1e-12*mean*mean)) || !finite(third) {
		return append(out, node{mean, c[0]})
	}
	skew := third / v
	root := math.Sqrt(float64(skew*skew) + float64(4*v))
	left, right := (skew-root)/2, (skew+root)/2
	if mean+left < low || mean+right > high || !(left < 0 && right > 0) {
		return append(out, node{mean, c[0]}) // rounding took the shape
	}
	return append(out,
		node{mean + left, float64(c[0]*right) / root},
		node{mean + right, -float64(c[0]*left) / root})
}

// product stands in for the product of two independent variables.
func product(a, b []node) []node {
	all := make([]node, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			all = append(all, node{float64(x.at * y.at), float64(x.weight * y.weight)})
		}
	}
	slices.SortFunc(all, func(x, y node) int {
		switch {
		case x.at < y.at:
			return -1
		case x.at > y.at:
			return 1
		default:
			return 0
		}
	})
	var out []node
	var cell moments
	below, from, i := 0.0, 0, 0
	for j, n := range all {
		for k := range cell {
			cell[k] += float64(n.weight * power(n.at, k))
		}
		below += n.weight
		last := j == len(all)-1
		if !last && (i >= cells-1 || below < fp.NormalCDF(edge(i))) {
			continue
		}
		out = cell.points(out, all[from].at, n.at)
		cell, from = moments{}, j+1
		for i < cells-1 && below >= fp.NormalCDF(edge(i)) {
			i++
		}
	}
	return normalized(out)
}

// normalized gives the weights the sum 1.
func normalized(list []node) []node {
	sum := 0.0
	for _, n := range list {
		sum += n.weight
	}
	for i := range list {
		list[i].weight /= sum
	}
	return list
}
