package cvss

import (
	"math/big"

	"github.com/ismskit/ismskit/isms/lang"
)

// Derivation is how one score of a vector comes about.
type Derivation struct {
	// Group is the group of metrics that the score adds: "base", "temporal"
	// (called threat in 4.0) or "environmental".
	Group string
	// Macro is the macro vector of 4.0, "000200"; "" in other versions.
	Macro string
	Steps []Step // in the order of the calculation
	Score Score
}

// Step is one value of a calculation.
type Step struct {
	Name  string    // as the specification calls it: "ISS", "EQ1 distance"
	Label lang.Text // what it is
	Value *big.Rat  // exact, before rounding unless the label says rounded
}

// Explain derives each score that the vector has from the equations of its
// specification in exact fractions, apart from the tables that [Vector.Scores]
// looks them up in. It is nil for the zero value. It is meant for people: it
// takes microseconds.
func (v Vector) Explain() []Derivation {
	switch v.Version() {
	case V2:
		return explain2(v)
	case V30, V31:
		return explain3(v)
	case V40:
		return explain4(v)
	default:
		return nil
	}
}

// steps collects the steps of one derivation.
type steps struct{ list []Step }

// add notes a value and returns it.
func (s *steps) add(name string, value *big.Rat) *big.Rat {
	s.list = append(s.list, Step{Name: name, Label: stepLabel(name), Value: value})
	return value
}

// derivation ends with a rounded score, never below zero.
func (s *steps) derivation(group string, rounded *big.Rat) Derivation {
	tenths := new(big.Rat).Mul(rounded, big.NewRat(10, 1)).Num().Int64()
	return Derivation{Group: group, Steps: s.list, Score: scoreOf(uint8(max(tenths, 0)))} //nolint:gosec // at most 100
}

// stepLabel is what a step is, in the words of a reader.
func stepLabel(name string) lang.Text {
	switch name {
	case "Exploitability":
		return lang.Text{EN: "exploitability", NL: "exploiteerbaarheid"}
	case "ISS", "MISS":
		return lang.Text{EN: "impact sub-score", NL: "deelscore van de impact"}
	case "Impact", "AdjustedImpact":
		return lang.Text{EN: "impact", NL: "impact"}
	case "Sum":
		return lang.Text{EN: "sum before rounding", NL: "som vóór afronding"}
	case "Base", "AdjustedBase":
		return lang.Text{EN: "base score, rounded", NL: "basisscore, afgerond"}
	case "Factor":
		return lang.Text{EN: "product of the temporal metrics", NL: "product van de tijdgebonden metrieken"}
	case "Temporal", "AdjustedTemporal":
		return lang.Text{EN: "temporal score, rounded", NL: "tijdgebonden score, afgerond"}
	case "Damage":
		return lang.Text{EN: "with collateral damage, before rounding", NL: "met nevenschade, vóór afronding"}
	case "Environmental":
		return lang.Text{EN: "environmental score, rounded", NL: "omgevingsscore, afgerond"}
	case "MacroVector":
		return lang.Text{EN: "score of the macro vector", NL: "score van de macrovector"}
	case "Mean":
		return lang.Text{EN: "mean of what the sets take off", NL: "gemiddelde van wat de groepen eraf halen"}
	case "Score":
		return lang.Text{EN: "score, rounded", NL: "score, afgerond"}
	default:
		return lang.Text{}
	}
}

func rat(n, d int64) *big.Rat      { return big.NewRat(n, d) }
func plus(a, b *big.Rat) *big.Rat  { return new(big.Rat).Add(a, b) }
func minus(a, b *big.Rat) *big.Rat { return new(big.Rat).Sub(a, b) }
func times(a, b *big.Rat) *big.Rat { return new(big.Rat).Mul(a, b) }
func lesser(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) <= 0 {
		return a
	}
	return b
}

// halfUp is x rounded to tenths, ties up.
func halfUp(x *big.Rat) *big.Rat { return floored(plus(x, rat(1, 20)), 10) }

// ceiling is the smallest number of tenths that is not less than x.
func ceiling(x *big.Rat) *big.Rat {
	down := floored(x, 10)
	if down.Cmp(x) == 0 {
		return down
	}
	return plus(down, rat(1, 10))
}

// floored is the greatest multiple of 1/unit that is not more than x.
func floored(x *big.Rat, unit int64) *big.Rat {
	scaled := times(x, rat(unit, 1))
	whole := new(big.Int).Div(scaled.Num(), scaled.Denom()) // Euclidean: it floors
	return new(big.Rat).SetFrac(whole, big.NewInt(unit))
}
