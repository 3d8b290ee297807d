package risk

import (
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// Formula scores a cell by l and i, the values of its steps of likelihood and
// of impact:
//
//	Product*l*i + Likelihood*l + Impact*i
//
// {Product: 1} is the plain product. The band is the highest whose From is not
// above the score. The numbers are whole and not negative, so that a formula
// cannot fall where likelihood or impact rises.
type Formula struct {
	Product    int `json:"product,omitempty"`
	Likelihood int `json:"likelihood,omitempty"`
	Impact     int `json:"impact,omitempty"`
}

// IsZero reports whether there is no formula.
func (f Formula) IsZero() bool { return f == Formula{} }

// Text is the formula in language l: "likelihood x impact + 2 x impact".
func (f Formula) Text(l lang.Lang) string {
	likelihood, impact := OfLikelihood.Label(l), OfImpact.Label(l)
	var terms []string
	for _, term := range []struct {
		times int
		of    string
	}{{f.Product, likelihood + " x " + impact}, {f.Likelihood, likelihood}, {f.Impact, impact}} {
		switch term.times {
		case 0:
		case 1:
			terms = append(terms, term.of)
		default:
			terms = append(terms, strconv.Itoa(term.times)+" x "+term.of)
		}
	}
	return strings.Join(terms, " + ")
}

// score is that of a cell whose steps are on the scales.
func (m Methodology) score(likelihood, impact int) int {
	l, i, f := m.Likelihood.value(likelihood), m.Impact.value(impact), m.Formula
	return f.Product*l*i + f.Likelihood*l + f.Impact*i
}

// cell is the rank of the band of a cell, from 1; 0 when there is none. It is
// the only place that knows whether a matrix or a formula rates.
func (m Methodology) cell(likelihood, impact int) int {
	switch {
	case likelihood < 1 || likelihood > len(m.Likelihood.Steps) || impact < 1 || impact > len(m.Impact.Steps):
		return 0
	case !m.Formula.IsZero():
		return m.scored(likelihood, impact)
	case likelihood > len(m.Matrix) || impact > len(m.Matrix[likelihood-1]): // of a host that does not check
		return 0
	default:
		return m.rank(m.Matrix[likelihood-1][impact-1])
	}
}

func (m Methodology) scored(likelihood, impact int) int {
	rank := 0
	for score := m.score(likelihood, impact); rank < len(m.Bands) && m.Bands[rank].From <= score; {
		rank++
	}
	return rank
}

// checkFormula proves that a formula is total and never falls: by its form,
// for the terms are not negative, the values rise and the bands too.
func (m Methodology) checkFormula(c isms.Checker) {
	c.At("matrix").Assert(len(m.Matrix) == 0, CodeFormula)
	f := c.At("formula")
	for _, term := range []struct {
		name  string
		times int
	}{{"product", m.Formula.Product}, {"likelihood", m.Formula.Likelihood}, {"impact", m.Formula.Impact}} {
		f.At(term.name).Assert(term.times >= 0 && term.times <= maxValue, isms.CodeRange,
			"have", strconv.Itoa(term.times), "want", "0 ... "+strconv.Itoa(maxValue))
	}
	least := 0
	for i, b := range m.Bands {
		at := c.At("bands").Index(i).At("from")
		want := strconv.Itoa(least) + " ..."
		if i == 0 {
			want = "0"
		}
		at.Assert(b.From >= least && (i > 0 || b.From == 0), CodeValues, "have", strconv.Itoa(b.From), "want", want)
		least = b.From + 1
	}
}
