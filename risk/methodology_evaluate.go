package risk

import (
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms"
)

// Codes of problems of the scores of an evaluation.
const (
	CodeUnknownFactor isms.Code = "risk/unknown-factor"
	CodeNotDerived    isms.Code = "risk/not-derived" // the step is not the one that the scores lead to
)

// Derived is the result of one [Derivation], with the calculation.
type Derived struct {
	ID      string // of the derivation
	Of      Axis
	Decides bool // it gave the evaluation its step of that scale

	// Value is the exact number, such as "4.375" or "10/3", and Calculation how
	// it came about. Both are empty while a score is missing.
	Value       string
	Calculation string

	Step    int      // of its scale, from 1; 0 when it was not assessed or has no scale
	Missing []string // factors without a score, by id
}

// Evaluate arrives at an evaluation from scores, by the id of the factor. A
// factor without a score was not assessed: it is neither 0 nor the highest
// score, and a scale with such a factor is not assessed. When several
// derivations lead to one scale, the first decides of which any factor was
// scored; they are never mixed. The results of all derivations with scores come
// along, in the order of the methodology, and tell what was calculated.
//
// A score that is not on the scale of its factor, or belongs to none, is
// refused with an [isms.ProblemError] that names it. Exact; O(factors).
func (m Methodology) Evaluate(scores map[string]int) (Evaluation, []Derived, error) {
	if p := m.checkScores(scores); len(p) > 0 {
		return Evaluation{}, nil, &isms.ProblemError{Problems: p}
	}
	e := Evaluation{Methodology: m.Pin(), Factors: maps.Clone(scores)}
	var out []Derived
	decided := map[Axis]bool{}
	for _, d := range m.Derivations {
		r, scored := d.derive(scores, m.scaleOf(d))
		if !scored {
			continue
		}
		r.Decides = d.Of != "" && !decided[d.Of]
		decided[d.Of] = true
		switch {
		case !r.Decides:
		case d.Of == OfLikelihood:
			e.Likelihood = r.Step
		case d.Of == OfImpact:
			e.Impact = r.Step
		}
		out = append(out, r)
	}
	return e, out, nil
}

// checkFactors reports scores that are none of this methodology, and steps that
// are not those that the scores lead to.
func (m Methodology) checkFactors(c isms.Checker, e Evaluation) {
	if len(e.Factors) == 0 {
		return
	}
	for _, p := range m.checkScores(e.Factors) {
		c.At("factors").At(strings.TrimPrefix(p.Path, "/factors/")).Assert(false, p.Code, "have", p.Args["have"], "want", p.Args["want"])
	}
	_, results, _ := m.Evaluate(e.Factors)
	for _, r := range results {
		if have := map[Axis]int{OfLikelihood: e.Likelihood, OfImpact: e.Impact}[r.Of]; r.Decides && have != r.Step {
			c.At(string(r.Of)).Assert(false, CodeNotDerived, "have", strconv.Itoa(have), "want", strconv.Itoa(r.Step))
		}
	}
}

// checkScores lists what cannot be a score of this methodology.
func (m Methodology) checkScores(scores map[string]int) []isms.Problem {
	factors := map[string]Factor{}
	for _, d := range m.Derivations {
		for _, f := range d.Factors {
			factors[f.ID] = f
		}
	}
	var out []isms.Problem
	for _, id := range slices.Sorted(maps.Keys(scores)) {
		f, known := factors[id]
		p := isms.Problem{Subject: m.Pin(), Path: "/factors/" + id, Args: map[string]string{"have": strconv.Itoa(scores[id])}}
		switch {
		case !known:
			p.Code, p.Args["have"] = CodeUnknownFactor, id
		case scores[id] < f.Low || scores[id] > f.High:
			p.Code, p.Args["want"] = CodeOffScale, strconv.Itoa(f.Low)+" ... "+strconv.Itoa(f.High)
		default:
			continue
		}
		out = append(out, p)
	}
	return out
}

// derive calculates one result; scored is whether any factor of it was.
func (d Derivation) derive(scores map[string]int, s Scale) (r Derived, scored bool) {
	r = Derived{ID: d.ID, Of: d.Of}
	list := make([]int, len(d.Factors))
	for i, f := range d.Factors {
		score, ok := scores[f.ID]
		if !ok {
			r.Missing = append(r.Missing, f.ID)
		}
		list[i], scored = score, scored || ok
	}
	if !scored || len(r.Missing) > 0 {
		return r, scored
	}
	v := d.value(list)
	if v == nil {
		return r, scored
	}
	r.Value = number(v)
	r.Calculation = d.calculation(list) + " = " + r.Value
	r.Step = s.stepOf(v, d.per())
	return r, scored
}

// value is the exact result for a score of each factor; nil when a host did not
// check the derivation and it cannot be carried out.
func (d Derivation) value(scores []int) *big.Rat {
	if d.Rule == Table {
		return d.lookUp(scores)
	}
	var v *big.Rat
	for i, f := range d.Factors {
		if v = d.join(v, f, scores[i]); v == nil {
			return nil
		}
	}
	return d.divided(v)
}

func (d Derivation) lookUp(scores []int) *big.Rat {
	if len(scores) != 2 {
		return nil
	}
	i, j := scores[0]-d.Factors[0].Low, scores[1]-d.Factors[1].Low
	if i < 0 || i >= len(d.Table) || j < 0 || j >= len(d.Table[i]) {
		return nil
	}
	return ratio(d.Table[i][j], 1)
}

// join takes one more factor into a result; v is nil before the first.
func (d Derivation) join(v *big.Rat, f Factor, score int) *big.Rat {
	x := ratio(score, 1)
	if f.Divides {
		if score == 0 { // of a host that does not check
			return nil
		}
		x.Inv(x)
	}
	switch {
	case d.Rule == Sum:
		x.Mul(x, ratio(max(f.Weight, 1), 1))
		if v != nil {
			x.Add(x, v)
		}
	case v == nil:
	case d.Rule == Product:
		x.Mul(x, v)
	case v.Cmp(x) > 0: // the highest
		return v
	}
	return x
}

// divided is the result of all factors once they are joined.
func (d Derivation) divided(v *big.Rat) *big.Rat {
	if d.Rule != Sum {
		return v
	}
	return v.Quo(v, ratio(max(d.Divisor, 1), 1))
}

// calculation writes the left side: "(5 + 2 x 7) / 2".
func (d Derivation) calculation(scores []int) string {
	var terms, divide []string
	for i, f := range d.Factors {
		s := strconv.Itoa(scores[i])
		switch {
		case f.Divides:
			divide = append(divide, s)
		case d.Rule == Sum && f.Weight > 1:
			terms = append(terms, strconv.Itoa(f.Weight)+" x "+s)
		default:
			terms = append(terms, s)
		}
	}
	switch d.Rule {
	case Product:
		out := strings.Join(terms, " x ")
		if out == "" {
			out = "1"
		}
		if len(divide) > 0 {
			out += " / (" + strings.Join(divide, " x ") + ")"
		}
		return out
	case Sum:
		out := strings.Join(terms, " + ")
		if d.Divisor > 1 {
			out = "(" + out + ") / " + strconv.Itoa(d.Divisor)
		}
		return out
	case Highest, Table:
	}
	return string(d.Rule) + "(" + strings.Join(terms, ", ") + ")"
}

// stepOf is the highest step whose value, a number of parts per one, is not
// above v; 0 when v is below all.
func (s Scale) stepOf(v *big.Rat, per int) int {
	step := 0
	for step < len(s.Steps) && ratio(s.value(step+1), per).Cmp(v) <= 0 {
		step++
	}
	return step
}

func ratio(a, b int) *big.Rat { return big.NewRat(int64(a), int64(b)) }

// number writes v exactly: as a decimal when it ends within six digits, else as
// a fraction.
func number(v *big.Rat) string {
	if digits, exact := v.FloatPrec(); exact && digits <= 6 {
		return v.FloatString(digits)
	}
	return v.RatString()
}

// maxResults bounds the work of results.
const maxResults = 200_000

// results are the different results of all combinations of scores. It goes from
// factor to factor and keeps each result once: 10^8 combinations of eight
// factors average to 73. It gives up, and is not complete, after maxResults
// operations.
func (d Derivation) results() (list []*big.Rat, complete bool) {
	switch {
	case d.Rule == Table:
		for _, row := range d.Table {
			for _, v := range row {
				list = append(list, ratio(v, 1))
			}
		}
		return list, true
	case len(d.Factors) == 0:
		return nil, true
	}
	work := 0
	have := map[string]*big.Rat{"": nil} // nothing yet
	for _, f := range d.Factors {
		if f.Low < 0 || f.High > maxResults { // of a host that does not check
			return nil, false
		}
		if work += len(have) * max(f.span(), 1); work > maxResults {
			return nil, false
		}
		have = d.joinAll(have, f)
	}
	for _, v := range have {
		list = append(list, d.divided(v))
	}
	return list, true
}

// joinAll takes every score of one more factor into every result.
func (d Derivation) joinAll(have map[string]*big.Rat, f Factor) map[string]*big.Rat {
	next := map[string]*big.Rat{}
	for _, v := range have {
		for score := f.Low; score <= f.High; score++ {
			if r := d.join(v, f, score); r != nil {
				next[r.RatString()] = r
			}
		}
	}
	return next
}
