package risk

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
)

// Methodology is how risks are judged, as data: the scales, the band of each
// cell, and which bands may be retained (6.1.2 a). Evaluations name one of its
// revisions, so a later change never changes what was judged before; see
// [Rescore].
type Methodology struct {
	isms.Common

	Title      isms.Text `json:"title"`
	Assessment isms.Text `json:"assessment,omitempty"` // when risks are assessed (6.1.2 a 2)
	Criteria   isms.Text `json:"criteria,omitempty"`   // for accepting risk, in words (6.1.2 a 1)

	// Properties are the organization's own properties of information, beside
	// confidentiality, integrity and availability.
	Properties []Named `json:"properties,omitempty"`

	Likelihood Scale `json:"likelihood"`
	Impact     Scale `json:"impact"`

	// Dimensions are the kinds of harm that the steps of impact have criteria
	// for: money, law, safety.
	Dimensions []Named `json:"dimensions,omitempty"`

	Bands []Band `json:"bands"` // lowest to highest

	// Matrix holds band ids: Matrix[likelihood-1][impact-1]. It is total, and
	// never falls when likelihood or impact rises. It is unset when Formula
	// gives the bands.
	Matrix  [][]string `json:"matrix,omitempty"`
	Formula Formula    `json:"formula,omitzero"`

	// Derivations are ways to arrive at a step from factors: see
	// [Methodology.Evaluate]. Of several for one scale the first decides for
	// which a factor was scored.
	Derivations []Derivation `json:"derivations,omitempty"`

	// Appetite is how much risk the organization seeks or retains, in words.
	Appetite isms.Text `json:"appetite,omitempty"`

	// AcceptUpTo is the highest band that may be retained without further
	// treatment; unset when no risk may.
	AcceptUpTo string `json:"acceptUpTo,omitempty"`

	// TolerateUpTo is the highest band in which a risk may be accepted at all.
	// What is above must be treated or avoided. Unset, any may be accepted.
	TolerateUpTo string `json:"tolerateUpTo,omitempty"`

	Categories []Category `json:"categories,omitempty"`
}

// Named is a word of the organization's own, with its title.
type Named struct {
	ID    string    `json:"id"` // within the methodology
	Title isms.Text `json:"title"`
}

// Scale is an ordered scale of likelihood or of impact, lowest step first.
// Evaluations number its steps from 1.
type Scale struct {
	Steps []Step `json:"steps"`

	// Values are the numbers that a [Formula] calculates with, and the lowest
	// results of a [Derivation] that make each step. They rise from step to
	// step and are not negative; unset they are 1, 2, 3 and so on.
	Values []int `json:"values,omitempty"`
}

// Step is one step of a scale.
type Step struct {
	Title    isms.Text `json:"title"`
	Criteria isms.Text `json:"criteria,omitempty"` // by which two people choose the same step (6.1.2 b)

	// Dimensions are the criteria of a step of impact for each kind of harm, by
	// the id of the dimension.
	Dimensions map[string]isms.Text `json:"dimensions,omitempty"`
}

// Band is a level of risk that cells of the matrix belong to.
type Band struct {
	ID     string       `json:"id"` // within the methodology
	Title  isms.Text    `json:"title"`
	Colour string       `json:"colour,omitempty"` // #rrggbb; chosen by rank when unset
	From   int          `json:"from,omitempty"`   // the lowest score of the band, of a methodology with a formula
	Action isms.Text    `json:"action,omitempty"` // what is expected of a risk in this band
	Review isms.Cadence `json:"review,omitzero"`  // how often such a risk is looked at

	// Escalation is the role or person whose consent an acceptance in this band
	// needs, beside that of the risk owner.
	Escalation isms.Link `json:"escalation,omitzero"`
}

// Codes of problems of a methodology.
const (
	CodeScale       isms.Code = "risk/scale"        // too few or too many steps
	CodeMatrixSize  isms.Code = "risk/matrix-size"  // not a cell for each pair of steps
	CodeUnknownBand isms.Code = "risk/unknown-band" // a cell or AcceptUpTo names no band
	CodeReversed    isms.Code = "risk/reversed"     // a band falls where likelihood or impact rises
	CodeColour      isms.Code = "risk/colour"
	CodeValues      isms.Code = "risk/values"    // numbers that do not rise from step to step
	CodeFormula     isms.Code = "risk/formula"   // beside a matrix, or one that can fall
	CodeTolerance   isms.Code = "risk/tolerance" // less is tolerated than may be retained
	CodeUnknownID   isms.Code = "risk/unknown-id"
)

// maxSteps bounds a scale, and so the matrix and the bands.
const maxSteps = 100

// Methodologies is the collection of methodologies in a transaction.
func Methodologies(tx *isms.Tx) isms.Collection[Methodology] { return methodologyKind().In(tx) }

// methodologyKind is at schema 2, which added what a program of schema 1 would
// rate wrongly without: formulas, categories, tolerance. Nothing of schema 1
// changed, so its records are read as they are.
func methodologyKind() isms.Kind[Methodology] {
	same := func(data json.RawMessage) (json.RawMessage, error) { return data, nil }
	return isms.Kind[Methodology]{Migrations: []isms.Migration{same}}
}

// EntityKind is "methodology".
func (Methodology) EntityKind() string { return "methodology" }

// Pin is the link to this revision of the methodology, for an [Evaluation].
// The methodology must have been stored: a new one has no revision yet.
func (m Methodology) Pin() isms.Link {
	return isms.Link{Kind: m.EntityKind(), ID: m.ID, Rev: m.Rev}
}

// Check implements [isms.Entity]. It is as strict for a draft: what has holes
// cannot rate.
func (m Methodology) Check(c isms.Checker) {
	isms.CheckRequired(c.At("title"), !m.Title.IsZero())
	checkNamed(c.At("properties"), m.Properties, Confidentiality, Integrity, Availability)
	checkNamed[string](c.At("dimensions"), m.Dimensions)
	m.Likelihood.checkSteps(c.At("likelihood"), nil)
	m.Impact.checkSteps(c.At("impact"), m.Dimensions)
	if !checkLength(c.At("bands"), len(m.Bands), 1) {
		return
	}
	seen := map[string]bool{}
	for i, b := range m.Bands {
		at := c.At("bands").Index(i)
		checkOnce(at.At("id"), seen, b.ID)
		b.check(at)
	}
	m.checkLimits(c)
	if m.Formula.IsZero() {
		m.checkMatrix(c.At("matrix"))
	} else {
		m.checkFormula(c)
	}
	m.checkDerivations(c.At("derivations"))
}

// checkNamed reports words without an id or title, or that stand twice or are
// among those that are taken.
func checkNamed[T ~string](c isms.Checker, list []Named, taken ...T) {
	if len(list) > 0 && !checkLength(c, len(list), 1) {
		return
	}
	seen := map[string]bool{}
	for _, word := range taken {
		seen[string(word)] = true
	}
	for i, n := range list {
		at := c.Index(i)
		at.At("id").Assert(isms.ValidID(n.ID), isms.CodeID, "have", n.ID)
		checkOnce(at.At("id"), seen, n.ID)
		isms.CheckRequired(at.At("title"), !n.Title.IsZero())
	}
}

func (s Scale) checkSteps(c isms.Checker, dimensions []Named) {
	if !checkLength(c.At("steps"), len(s.Steps), 2) {
		return
	}
	for i, step := range s.Steps {
		at := c.At("steps").Index(i)
		isms.CheckRequired(at.At("title"), !step.Title.IsZero())
		for _, id := range slices.Sorted(maps.Keys(step.Dimensions)) {
			known := slices.ContainsFunc(dimensions, func(n Named) bool { return n.ID == id })
			at.At("dimensions").At(id).Assert(known, CodeUnknownID, "have", id)
		}
	}
	s.checkValues(c.At("values"))
}

// maxValue bounds the numbers that are calculated with.
const maxValue = 10_000

// checkValues reports numbers that do not rise from step to step.
func (s Scale) checkValues(c isms.Checker) {
	ok := len(s.Values) == 0 || len(s.Values) == len(s.Steps)
	c.Assert(ok, CodeScale, "have", strconv.Itoa(len(s.Values)), "want", strconv.Itoa(len(s.Steps)))
	least := 0
	for i := 0; ok && i < len(s.Values); i++ {
		v := s.Values[i]
		c.Index(i).Assert(v >= least && v <= maxValue, CodeValues,
			"have", strconv.Itoa(v), "want", strconv.Itoa(least)+" ... "+strconv.Itoa(maxValue))
		least = v + 1
	}
}

// value is the number that a step stands for, from 1.
func (s Scale) value(step int) int {
	if step <= len(s.Values) {
		return s.Values[step-1]
	}
	return step
}

// checkLength reports a list that is too short or too long. One that is too
// long is not looked at any further, so that it costs one problem.
func checkLength(c isms.Checker, n, least int) bool {
	ok := n >= least && n <= maxSteps
	c.Assert(ok, CodeScale, "have", strconv.Itoa(n), "want", strconv.Itoa(least)+" ... "+strconv.Itoa(maxSteps))
	return ok
}

func (b Band) check(c isms.Checker) {
	c.At("id").Assert(isms.ValidID(b.ID), isms.CodeID, "have", b.ID)
	isms.CheckRequired(c.At("title"), !b.Title.IsZero())
	c.At("colour").Assert(b.Colour == "" || validColour(b.Colour), CodeColour, "have", b.Colour)
	checkCadence(c.At("review"), b.Review)
	isms.CheckParty(c.At("escalation"), b.Escalation)
}

// checkCadence reports a cadence that cannot be one; unset is fine.
func checkCadence(c isms.Checker, v isms.Cadence) {
	c.Assert(v.IsZero() || v.Every >= 1 && v.Every <= 10000 && v.Unit >= isms.Days && v.Unit <= isms.Years, isms.CodeRange,
		"have", v.String(), "want", "1 day ... 10000 years")
}

func validColour(s string) bool {
	if len(s) != len("#rrggbb") || s[0] != '#' {
		return false
	}
	_, err := strconv.ParseUint(s[1:], 16, 32)
	return err == nil
}

// checkMatrix reports a matrix that is not total or falls where it must not.
func (m Methodology) checkMatrix(c isms.Checker) {
	want := strconv.Itoa(len(m.Likelihood.Steps)) + " x " + strconv.Itoa(len(m.Impact.Steps))
	sized := len(m.Matrix) == len(m.Likelihood.Steps)
	c.Assert(sized, CodeMatrixSize, "have", strconv.Itoa(len(m.Matrix))+" rows", "want", want)
	for i := 0; sized && i < len(m.Matrix); i++ {
		sized = len(m.Matrix[i]) == len(m.Impact.Steps)
		c.Index(i).Assert(sized, CodeMatrixSize, "have", strconv.Itoa(len(m.Matrix[i]))+" cells", "want", want)
	}
	if !sized || len(m.Matrix) > maxSteps { // the size is reported already
		return
	}
	for i, row := range m.Matrix {
		for j, id := range row {
			at, rank := c.Index(i).Index(j), m.rank(id)
			at.Assert(rank > 0, CodeUnknownBand, "have", id)
			floor := m.floor(i, j)
			at.Assert(rank == 0 || rank >= m.rank(floor), CodeReversed, "have", id, "lower", floor)
		}
	}
}

// floor is the band that a cell may not be below: the higher one of the cells
// one step of likelihood and one step of impact lower.
func (m Methodology) floor(i, j int) string {
	floor := ""
	if i > 0 {
		floor = m.Matrix[i-1][j]
	}
	if j > 0 && m.rank(m.Matrix[i][j-1]) > m.rank(floor) {
		floor = m.Matrix[i][j-1]
	}
	return floor
}

// rank is the place of a band from 1, the lowest; 0 for one that is unknown.
func (m Methodology) rank(id string) int {
	return slices.IndexFunc(m.Bands, func(b Band) bool { return b.ID == id }) + 1
}

// check reports a step number that is not on the scale; 0 is not assessed.
func (s Scale) check(c isms.Checker, step int) {
	c.Assert(step >= 0 && step <= len(s.Steps), CodeOffScale,
		"have", strconv.Itoa(step), "want", "1 ... "+strconv.Itoa(len(s.Steps)))
}

// checkStep reports a number that is a step of no scale at all. The scale
// itself is known only among other records: see withinRisk.
func checkStep(c isms.Checker, step int) {
	c.Assert(step >= 0 && step <= maxSteps, CodeOffScale,
		"have", strconv.Itoa(step), "want", "1 ... "+strconv.Itoa(maxSteps))
}

// methodologyAt reads the revision of a methodology that a link names, the one
// that this transaction is about to make among them.
func methodologyAt(tx *isms.Tx, pin isms.Link) (m Methodology, found bool, err error) {
	if pin.Kind != m.EntityKind() {
		return m, false, nil
	}
	m, err = Methodologies(tx).Get(pin.ID)
	switch {
	case errors.Is(err, driver.ErrNotFound):
		return Methodology{}, false, nil
	case err != nil:
		return Methodology{}, false, err
	}
	if m.Recorded.Seq == 0 { // put in this transaction: Rev is still the one before
		m.Rev++
	}
	if m.Rev == pin.Rev {
		return m, true, nil
	}
	for h, err := range Methodologies(tx).History(pin.ID) {
		if err != nil {
			return Methodology{}, false, err
		}
		if h.Value.Rev == pin.Rev && !h.Deleted {
			return h.Value, true, nil
		}
	}
	return Methodology{}, false, nil
}
