package quant

import (
	"math"
	"slices"
)

// Result is the yearly loss of a portfolio, modelled: it is as good as the
// estimates it comes from. Amounts are in units of Currency, probabilities are
// of a year. It is plain data; every figure of it is read from one and the same
// distribution.
type Result struct {
	Title    string `json:"title,omitempty"`
	Currency string `json:"currency"`
	Method   Method `json:"method"`

	Mean float64 `json:"mean"`
	// SD is the standard deviation, absent where none exists.
	SD *float64 `json:"sd,omitempty"`
	// NoLoss is the probability of a year without any loss.
	NoLoss float64 `json:"noLoss"`

	Levels []Level `json:"levels"`
	// Curve is the loss exceedance curve: losses rise, probabilities do not.
	Curve []Point `json:"curve"`

	// TailLevel is the level whose tail Contributions divide.
	TailLevel float64 `json:"tailLevel"`
	// Contributions are in the order of the scenarios. They add up to Mean and
	// to the tail value at risk at TailLevel.
	Contributions []Contribution `json:"contributions,omitempty"`
	// Tolerance compares the curve with the one that the organization accepts.
	Tolerance []Comparison `json:"tolerance,omitempty"`

	Grid   *Grid   `json:"grid,omitempty"`   // of the exact method
	Sample *Sample `json:"sample,omitempty"` // of Monte Carlo
}

// Level is the value at risk: the loss that a year exceeds with probability
// 1 - Level at most. Tail is the mean of the worst years, those in this share
// of the probability (tail value at risk, expected shortfall).
type Level struct {
	Level float64 `json:"level"`
	VaR   float64 `json:"var"`
	Tail  float64 `json:"tail"`
	// Low and High are 95 % confidence bounds of VaR when it is sampled.
	Low  *float64 `json:"low,omitempty"`
	High *float64 `json:"high,omitempty"`
}

// Point of the curve: the probability that a year's loss exceeds Loss.
type Point struct {
	Loss        float64 `json:"loss"`
	Probability float64 `json:"probability"`
	// Low and High are 95 % confidence bounds of Probability when it is sampled.
	Low  *float64 `json:"low,omitempty"`
	High *float64 `json:"high,omitempty"`
}

// Contribution is what a scenario has in the portfolio's mean and in its tail:
// its mean loss in the years that make up the tail (Euler allocation).
type Contribution struct {
	Scenario string  `json:"scenario"`
	Mean     float64 `json:"mean"`
	Tail     float64 `json:"tail"`
}

// Comparison is a point of the tolerance curve, and what the model says there.
// Above is set where the modelled probability exceeds the accepted one.
type Comparison struct {
	Tolerance

	Modelled float64 `json:"modelled"`
	Above    bool    `json:"above"`
}

// Grid tells how accurate the exact method was.
type Grid struct {
	Points int     `json:"points"`
	Step   float64 `json:"step"` // units of currency
	End    float64 `json:"end"`  // units of currency
	// Beyond is the probability of a loss beyond the end of the grid. It is not
	// lost: means and tails contain it.
	Beyond float64 `json:"beyond"`
	// WrapAround is a bound: no probability on the grid is off by more because
	// losses beyond its end return at its start.
	WrapAround float64 `json:"wrapAround"`
	// Discretization is an estimate: the largest difference of any value at risk
	// or tail at the levels, as a fraction of the mean, to a grid of half as many
	// points. The error is smaller where severities are smooth. It is 0 where it
	// was not estimated.
	Discretization float64 `json:"discretization,omitempty"`
}

// Sample tells how Monte Carlo sampled.
type Sample struct {
	Years int    `json:"years"`
	Seed  uint64 `json:"seed"`
	// MeanError is the standard error of the mean of the drawn years. Mean itself
	// is that of the drawn years.
	MeanError float64 `json:"meanError"`
}

// read fills in what an exact curve says.
func (r *Result) read(p portfolio, c *curve, o Options) {
	mean, variance, zero := p.moments()
	r.Mean, r.NoLoss = mean, zero
	if finite(variance) {
		sd := math.Sqrt(variance)
		r.SD = &sd
	}
	for _, level := range o.Levels {
		r.Levels = append(r.Levels, Level{Level: level, VaR: c.quantile(level), Tail: c.tail(level)})
	}
	last := -1.0
	for _, q := range curveProbabilities() {
		x := c.quantile(1 - q)
		if x > last && q > beyond {
			r.Curve = append(r.Curve, Point{Loss: x, Probability: c.exceeded(x)})
			last = x
		}
	}
}

// curveProbabilities are those for which the curve has a point: by hundredths,
// then twenty a decade down to one in 100,000.
func curveProbabilities() []float64 {
	var out []float64
	for k := 100; k > 10; k-- {
		out = append(out, float64(k)/100)
	}
	for _, decade := range []float64{0.1, 0.01, 0.001, 0.0001} {
		for k := 20; k > 2; k-- {
			out = append(out, float64(decade*float64(k))/20)
		}
	}
	return append(out, 1e-5)
}

// describe adds what the portfolio says.
func (r *Result) describe(p Portfolio, o Options) {
	r.Title, r.Currency, r.TailLevel = p.Title, p.Currency, o.TailLevel
}

// compare holds the curve against the accepted one.
func (r *Result) compare(accepted []Tolerance, exceeded func(float64) float64) {
	for _, t := range accepted {
		q := exceeded(t.Loss)
		r.Tolerance = append(r.Tolerance, Comparison{Tolerance: t, Modelled: q, Above: q > t.Probability})
	}
}

// describeGrid compares a curve with one of half as many points, if there is one.
func describeGrid(c, half *curve, o Options) *Grid {
	g := &Grid{Points: len(c.upto) + behind, Step: c.step, End: c.end(), Beyond: max(0, 1-c.upto[len(c.upto)-1])}
	g.WrapAround = float64(g.Beyond * wrapped)
	if half != nil && c.mean > 0 {
		for _, p := range append(slices.Clone(o.Levels), o.TailLevel) {
			d := max(math.Abs(c.quantile(p)-half.quantile(p)), math.Abs(c.tail(p)-half.tail(p)))
			g.Discretization = max(g.Discretization, d/c.mean)
		}
	}
	return g
}

// wrapped is the sum of the factors exp(-damping*k) for k = 1, 2, ...
const wrapped = 6.2e-6
