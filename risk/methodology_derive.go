package risk

import (
	"strconv"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// Derivation is a way to arrive at a step of a scale from factors, as data: the
// average of sixteen factors, the product of threat and vulnerability, a table
// of two. [Methodology.Evaluate] carries it out, in exact numbers.
type Derivation struct {
	ID    string    `json:"id"` // within the methodology
	Title isms.Text `json:"title"`

	// Of is the scale of the methodology that the result is a step of. Unset,
	// it is Scale, and without steps the result is a number alone.
	Of    Axis  `json:"of,omitempty"`
	Scale Scale `json:"scale,omitzero"`

	Rule    Rule     `json:"rule"`
	Factors []Factor `json:"factors"`
	Divisor int      `json:"divisor,omitempty"` // of the sum; 1 when unset
	Table   [][]int  `json:"table,omitempty"`   // results for each score of the first factor and of the second

	// Per makes the values of the scale parts: 10 when they are tenths of the
	// result. 1 when unset.
	Per int `json:"per,omitempty"`
}

// Factor is one thing that is scored, in whole numbers from Low to High.
type Factor struct {
	ID       string    `json:"id"` // within the methodology
	Title    isms.Text `json:"title"`
	Criteria isms.Text `json:"criteria,omitempty"`
	Low      int       `json:"low,omitempty"`
	High     int       `json:"high"`
	Weight   int       `json:"weight,omitempty"`  // in a sum; 1 when unset
	Divides  bool      `json:"divides,omitempty"` // in a product: the rest is divided by it
}

// Axis is one of the two scales of a methodology.
type Axis string

// The axes.
const (
	OfLikelihood Axis = "likelihood"
	OfImpact     Axis = "impact"
)

// Label is the axis in language l.
func (a Axis) Label(l lang.Lang) string { return lang.Word(l, "axis", string(a)) }

// Rule is how the scores of factors make one number.
type Rule string

// The rules.
const (
	Sum     Rule = "sum"     // of each score times its weight, divided by Divisor: an average when that is their number
	Product Rule = "product" // of the scores, divided by those of the factors that divide
	Highest Rule = "highest" // of the scores: the gravest kind of harm decides
	Table   Rule = "table"   // looked up for two factors
)

// Label is the rule in language l.
func (r Rule) Label(l lang.Lang) string { return lang.Word(l, "derivation", string(r)) }

// CodeBelowScale is the code of a derivation with results that make no step.
const CodeBelowScale isms.Code = "risk/below-scale"

// Bounds of a derivation.
const (
	maxDerivations = 50
	maxFactors     = 50
	maxScore       = 1000
)

// scaleOf is the scale that a derivation leads to.
func (m Methodology) scaleOf(d Derivation) Scale {
	switch d.Of {
	case OfLikelihood:
		return m.Likelihood
	case OfImpact:
		return m.Impact
	default:
		return d.Scale
	}
}

func (m Methodology) checkDerivations(c isms.Checker) {
	if n := len(m.Derivations); n > maxDerivations {
		c.Assert(false, CodeScale, "have", strconv.Itoa(n), "want", "0 ... "+strconv.Itoa(maxDerivations))
		return
	}
	ids, factors := map[string]bool{}, map[string]bool{}
	for i, d := range m.Derivations {
		at := c.Index(i)
		at.At("id").Assert(isms.ValidID(d.ID), isms.CodeID, "have", d.ID)
		checkOnce(at.At("id"), ids, d.ID)
		isms.CheckRequired(at.At("title"), !d.Title.IsZero())
		isms.CheckEnum(at.At("of"), d.Of, OfLikelihood, OfImpact)
		isms.CheckRequired(at.At("rule"), d.Rule != "")
		isms.CheckEnum(at.At("rule"), d.Rule, Sum, Product, Highest, Table)
		checkBetween(at.At("divisor"), d.Divisor, 0, maxValue)
		checkBetween(at.At("per"), d.Per, 0, maxScore)
		if len(d.Scale.Steps) > 0 || len(d.Scale.Values) > 0 {
			at.At("scale").Assert(d.Of == "", isms.CodeBoth, "one", "of", "other", "scale")
			d.Scale.checkSteps(at.At("scale"), nil)
		}
		if !d.checkFactors(at.At("factors"), factors) {
			continue // its results cannot be told
		}
		if d.checkTable(at.At("table")) {
			d.checkCovered(at, m.scaleOf(d))
		}
	}
}

func checkBetween(c isms.Checker, n, low, high int) {
	c.Assert(n >= low && n <= high, isms.CodeRange,
		"have", strconv.Itoa(n), "want", strconv.Itoa(low)+" ... "+strconv.Itoa(high))
}

// checkFactors reports factors that cannot be scored or calculated with; seen
// are those of the derivations before.
func (d Derivation) checkFactors(c isms.Checker, seen map[string]bool) bool {
	if n := len(d.Factors); n < 1 || n > maxFactors {
		c.Assert(false, CodeScale, "have", strconv.Itoa(n), "want", "1 ... "+strconv.Itoa(maxFactors))
		return false
	}
	ok := true
	for i, f := range d.Factors {
		at := c.Index(i)
		at.At("id").Assert(isms.ValidID(f.ID), isms.CodeID, "have", f.ID)
		checkOnce(at.At("id"), seen, f.ID)
		isms.CheckRequired(at.At("title"), !f.Title.IsZero())
		least := 0
		if f.Divides {
			least = 1 // nothing is divided by 0
		}
		checkBetween(at.At("low"), f.Low, least, maxScore)
		checkBetween(at.At("high"), f.High, f.Low+1, maxScore)
		checkBetween(at.At("weight"), f.Weight, 0, maxScore)
		at.At("weight").Assert(f.Weight == 0 || d.Rule == Sum, CodeOtherRule, "rule", string(Sum))
		at.At("divides").Assert(!f.Divides || d.Rule == Product, CodeOtherRule, "rule", string(Product))
		ok = ok && f.Low >= least && f.High > f.Low && f.High <= maxScore && f.Weight >= 0
	}
	return ok
}

// CodeOtherRule is the code of a member that only another rule reads.
const CodeOtherRule isms.Code = "risk/other-rule"

// checkTable reports a table that is not total, or falls where a score rises.
func (d Derivation) checkTable(c isms.Checker) bool {
	if d.Rule != Table {
		c.Assert(len(d.Table) == 0, CodeOtherRule, "rule", string(Table))
		return len(d.Table) == 0
	}
	if len(d.Factors) != 2 {
		c.Assert(false, CodeScale, "have", strconv.Itoa(len(d.Factors)), "want", "2")
		return false
	}
	rows, cells := d.Factors[0].span(), d.Factors[1].span()
	want := strconv.Itoa(rows) + " x " + strconv.Itoa(cells)
	if len(d.Table) != rows {
		c.Assert(false, CodeMatrixSize, "have", strconv.Itoa(len(d.Table)), "want", want)
		return false
	}
	ok := true
	for i, row := range d.Table {
		if len(row) != cells {
			c.Index(i).Assert(false, CodeMatrixSize, "have", strconv.Itoa(len(row)), "want", want)
			return false
		}
		for j, v := range row {
			least := 0
			if i > 0 {
				least = d.Table[i-1][j]
			}
			if j > 0 {
				least = max(least, row[j-1])
			}
			at := c.Index(i).Index(j)
			checkBetween(at, v, 0, maxValue)
			at.Assert(v < 0 || v >= least, CodeReversed, "have", strconv.Itoa(v), "lower", strconv.Itoa(least))
			ok = ok && v >= least && v <= maxValue
		}
	}
	return ok
}

// checkCovered proves that every combination of scores makes a step: no rule
// falls when a score rises (or, of a factor that divides, falls), so that the
// smallest result is that of the lowest scores.
func (d Derivation) checkCovered(c isms.Checker, s Scale) {
	if len(s.Steps) == 0 || d.Divisor < 0 || d.Per < 0 {
		return
	}
	lowest := make([]int, len(d.Factors))
	for i, f := range d.Factors {
		lowest[i] = f.Low
		if f.Divides {
			lowest[i] = f.High
		}
	}
	least := d.value(lowest)
	c.Assert(least == nil || s.stepOf(least, d.per()) > 0, CodeBelowScale, "have", number(least), "want", number(ratio(s.value(1), d.per())))
}

// span is how many scores a factor may have.
func (f Factor) span() int { return f.High - f.Low + 1 }

// per is Per, or 1.
func (d Derivation) per() int { return max(d.Per, 1) }
