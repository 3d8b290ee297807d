package quant

// Estimate is what is known of an uncertain number: a loss in units of the
// portfolio's currency, a rate a year, a probability. Exactly one member is
// set, the kind of estimate:
//
//	{lognormal90: {p05: 1000, p95: 50000}}
//	{pert: {low: 10, mode: 20, high: 100}}
//	{capped: {of: {lognormal90: {p05: 1000, p95: 50000}}, at: 100000}}
type Estimate struct {
	// Constant is a number that is known.
	Constant *float64 `json:"constant,omitempty"`
	// Uniform is equally likely everywhere from Low to High.
	Uniform *Range `json:"uniform,omitempty"`
	// Triangular has straight sides.
	Triangular *ThreePoint `json:"triangular,omitempty"`
	// PERT is the modified PERT: a beta distribution with the given mode.
	PERT *ThreePoint `json:"pert,omitempty"`
	// Normal reaches below zero: as a loss, a rate or a probability it has to
	// be truncated.
	Normal *Normal `json:"normal,omitempty"`
	// Lognormal90 is the lognormal with a 90 % interval.
	Lognormal90 *Interval90 `json:"lognormal90,omitempty"`
	// Lognormal is exp(Mu + Sigma*Z), Z standard normal.
	Lognormal *Lognormal `json:"lognormal,omitempty"`
	// Gamma is the gamma distribution; with shape 1 the exponential.
	Gamma *Gamma `json:"gamma,omitempty"`
	// Pareto is the Pareto distribution (type I).
	Pareto *Pareto `json:"pareto,omitempty"`
	// GPD is the generalized Pareto distribution of what exceeds a threshold.
	GPD *GPD `json:"gpd,omitempty"`
	// Beta is the beta distribution, stretched from Low to High.
	Beta *Beta `json:"beta,omitempty"`
	// Empirical gives each of the observed numbers the same probability.
	Empirical []float64 `json:"empirical,omitempty"`
	// Mixture is one of several estimates, each with its weight.
	Mixture []Weighted `json:"mixture,omitempty"`
	// Truncated is an estimate known to lie between bounds: what lies outside
	// is left out and the rest takes its place in proportion. Nothing piles up
	// at the bounds.
	Truncated *Truncated `json:"truncated,omitempty"`
	// Capped is an estimate with a limit: what exceeds it counts as the limit.
	Capped *Capped `json:"capped,omitempty"`
	// Excess is the part of an estimate above a deductible, zero below it.
	Excess *Excess `json:"excess,omitempty"`
}

// Range is an interval.
type Range struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// ThreePoint is the least, most likely and greatest value.
type ThreePoint struct {
	Low  float64 `json:"low"`
	Mode float64 `json:"mode"`
	High float64 `json:"high"`
	// Gamma is the weight of the mode in a PERT estimate; 0 means 4, the usual
	// one. A triangular estimate has none.
	Gamma float64 `json:"gamma,omitempty"`
}

// Normal is a mean and a standard deviation.
type Normal struct {
	Mean float64 `json:"mean"`
	SD   float64 `json:"sd"`
}

// Interval90 is a 90 % interval: one in twenty below it, one in twenty above.
type Interval90 struct {
	P05 float64 `json:"p05"`
	P95 float64 `json:"p95"`
}

// Lognormal is the mean and standard deviation of the logarithm.
type Lognormal struct {
	Mu    float64 `json:"mu"`
	Sigma float64 `json:"sigma"`
}

// Gamma has the mean Shape*Scale.
type Gamma struct {
	Shape float64 `json:"shape"`
	Scale float64 `json:"scale"`
}

// Pareto is never below Minimum; it exceeds x with probability
// (Minimum/x)^Alpha. With Alpha <= 1 its mean is infinite.
type Pareto struct {
	Minimum float64 `json:"minimum"`
	Alpha   float64 `json:"alpha"`
}

// GPD exceeds Threshold by more than y with probability
// (1 + Shape*y/Scale)^(-1/Shape). With Shape >= 1 its mean is infinite; with
// Shape 0 it is the exponential.
type GPD struct {
	Threshold float64 `json:"threshold,omitempty"`
	Scale     float64 `json:"scale"`
	Shape     float64 `json:"shape"`
}

// Beta is the beta distribution from Low to High; both unset is 0 to 1.
type Beta struct {
	Alpha float64 `json:"alpha"`
	Beta  float64 `json:"beta"`
	Low   float64 `json:"low,omitempty"`
	High  float64 `json:"high,omitempty"`
}

// Weighted is an estimate and its weight, relative to the other weights.
type Weighted struct {
	Weight float64  `json:"weight"`
	Of     Estimate `json:"of"`
}

// Truncated bounds an estimate; an unset bound is none.
type Truncated struct {
	Of   Estimate `json:"of"`
	Low  *float64 `json:"low,omitempty"`
	High *float64 `json:"high,omitempty"`
}

// Capped limits an estimate, as the sum insured limits a claim.
type Capped struct {
	Of Estimate `json:"of"`
	At float64  `json:"at"`
}

// Excess is a layer: what Of costs above the deductible Over, at most Limit
// (0 means no limit).
type Excess struct {
	Of    Estimate `json:"of"`
	Over  float64  `json:"over"`
	Limit float64  `json:"limit,omitempty"`
}
