package risk

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// Level is an evaluation as its methodology rates it. The band travels with
// the value: nobody needs to map numbers to bands again. The zero Level is not
// assessed, and ranks as the greatest possible risk.
type Level struct {
	Likelihood, Impact int // steps, from 1; 0 when the level is not rated

	Band     Band // zero when the level is not rated
	Rank, Of int  // place of the band from 1, the lowest, and the number of bands

	// Score is the number that the formula of the methodology gives, 0 without
	// one. Only the band counts.
	Score int

	// Acceptable reports whether the methodology allows to retain such a risk
	// without further treatment, and Tolerable whether it may be accepted at
	// all; neither for what is not rated.
	Acceptable, Tolerable bool

	// Escalation are the roles and persons whose consent an acceptance needs,
	// beside that of the risk owner.
	Escalation []isms.Link

	// Unrated tells why there is no band; it is empty for a rated level, and
	// in the zero Level, which reads as CodeNotAssessed.
	Unrated isms.Code
}

// Why an evaluation has no band. Each text says that it ranks as the greatest
// possible risk.
const (
	CodeNotAssessed      isms.Code = "risk/not-assessed"
	CodeCannotRate       isms.Code = "risk/cannot-rate"       // not on the scale of the methodology
	CodeOtherMethodology isms.Code = "risk/other-methodology" // made with another one, or with one that is not at hand
)

// Rate gives an evaluation its level, O(bands). What was not assessed, is off
// the scale, or was made with another methodology or revision of it, is not
// rated: it ranks as the greatest possible risk. An evaluation that names no
// methodology is taken to be of this one. The categories are the ids of those
// that the risk belongs to; one that the methodology does not know counts for
// nothing.
func (m Methodology) Rate(e Evaluation, categories ...string) Level {
	switch {
	case !e.Assessed():
		return Level{Unrated: CodeNotAssessed}
	case !e.Methodology.IsZero() && e.Methodology != m.Pin():
		return Level{Unrated: CodeOtherMethodology}
	}
	rank := m.cell(e.Likelihood, e.Impact)
	if rank == 0 {
		return Level{Unrated: CodeCannotRate}
	}
	accept, tolerate, escalation := m.limits(categories)
	level := Level{
		Likelihood: e.Likelihood,
		Impact:     e.Impact,
		Band:       m.Bands[rank-1],
		Rank:       rank,
		Of:         len(m.Bands),
		Acceptable: rank <= accept,
		Tolerable:  rank <= tolerate,
		Escalation: escalation,
	}
	if !m.Formula.IsZero() {
		level.Score = m.score(e.Likelihood, e.Impact)
	}
	if who := level.Band.Escalation; !who.IsZero() && !slices.Contains(escalation, who) {
		level.Escalation = append(level.Escalation, who)
	}
	return level
}

// Rated reports whether the level has a band.
func (l Level) Rated() bool { return l.Rank > 0 }

// Compare orders levels, the greatest risk last; what is not rated is above
// every band. Levels of methodologies with other numbers of bands compare by
// the share of the bands up to theirs: the highest bands of any two are equal.
// That serves to put a register in order, and no other calculation.
func (l Level) Compare(o Level) int {
	if !l.Rated() || !o.Rated() {
		return cmp.Compare(unrated(l), unrated(o))
	}
	return cmp.Compare(l.Rank*o.Of, o.Rank*l.Of)
}

func unrated(l Level) int {
	if l.Rated() {
		return 0
	}
	return 1
}

// Label is the title of the band in language l or, when there is none, why
// not.
func (l Level) Label(in lang.Lang) string {
	switch {
	case !l.Rated() && l.Unrated == "":
		return CodeNotAssessed.Text(in, nil)
	case !l.Rated():
		return l.Unrated.Text(in, nil)
	default:
		return l.Band.Title.In(in)
	}
}

// Step is the number and title of step n of the scale in language l: "4 Likely".
// It is empty for 0, which is not assessed.
func (s Scale) Step(n int, l lang.Lang) string {
	switch {
	case n == 0:
		return ""
	case n < 1 || n > len(s.Steps):
		return strconv.Itoa(n)
	default:
		return strconv.Itoa(n) + " " + s.Steps[n-1].Title.In(l)
	}
}
