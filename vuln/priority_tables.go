package vuln

import (
	"strconv"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
)

// Tables lead from a finding to steps of the organization's scales. The highest
// step of the rows that apply is the result, so that a worse input never gives a
// lower step; what is not known meets every condition. A row without conditions
// applies to all and makes the table total.
type Tables struct {
	// Methodology is the one whose steps the tables name; with another one
	// nothing is rated.
	Methodology isms.Link        `json:"methodology,omitzero"`
	Likelihood  []LikelihoodRow  `json:"likelihood,omitempty"`
	Consequence []ConsequenceRow `json:"consequence,omitempty"`
}

// LikelihoodRow is a step of likelihood and the least that it takes; a condition
// that is unset is met by all.
type LikelihoodRow struct {
	Step         int           `json:"step"`
	Exploitation Exploitation  `json:"exploitation,omitempty"`
	EPSSPerMille int           `json:"epssPerMille,omitempty"` // least probability, in thousandths
	Exposure     isms.Exposure `json:"exposure,omitempty"`
}

// ConsequenceRow is a step of impact and the least that it takes of any one
// property: how much the asset needs it, and how far it is lost.
type ConsequenceRow struct {
	Step  int         `json:"step"`
	Need  isms.Rating `json:"need,omitempty"`
	Total bool        `json:"total,omitempty"` // wholly lost, not in part
}

// Exploitation is what is known of attacks. KEV makes it active.
type Exploitation string

// The values, as in SSVC.
const (
	ExploitationNone   Exploitation = "none" // no attack and no public proof of concept is known
	ExploitationPoC    Exploitation = "poc"
	ExploitationActive Exploitation = "active"
)

// Label is the exploitation in language l.
func (e Exploitation) Label(l lang.Lang) string { return lang.Word(l, "exploitation", string(e)) }

func exploitations() []Exploitation {
	return []Exploitation{"", ExploitationNone, ExploitationPoC, ExploitationActive}
}

// ReadyTables are ready-made tables for a methodology, from practice and not
// from the standard: five steps, spread over those of its scales.
func ReadyTables(m risk.Methodology) Tables {
	t := Tables{Methodology: isms.LinkTo(m).Entity()}
	on := func(scale risk.Scale, step int) int { // of five
		return 1 + ((step-1)*(len(scale.Steps)-1)+3)/4
	}
	for _, r := range []LikelihoodRow{
		{Step: 1},
		{Step: 2, Exploitation: ExploitationPoC},
		{Step: 2, Exposure: isms.ExposedInternal},
		{Step: 3, Exploitation: ExploitationPoC, Exposure: isms.ExposedInternal},
		{Step: 3, EPSSPerMille: 100, Exposure: isms.ExposedInternal},
		{Step: 3, Exploitation: ExploitationActive},
		{Step: 4, Exploitation: ExploitationActive, Exposure: isms.ExposedInternal},
		{Step: 4, EPSSPerMille: 100, Exposure: isms.ExposedPartners},
		{Step: 5, Exploitation: ExploitationActive, Exposure: isms.ExposedPartners},
		{Step: 5, EPSSPerMille: 500, Exposure: isms.ExposedInternet},
	} {
		r.Step = on(m.Likelihood, r.Step)
		t.Likelihood = append(t.Likelihood, r)
	}
	for _, r := range []ConsequenceRow{
		{Step: 1},
		{Step: 2, Need: isms.Medium},
		{Step: 2, Need: isms.Low, Total: true},
		{Step: 3, Need: isms.High},
		{Step: 3, Need: isms.Medium, Total: true},
		{Step: 4, Need: isms.VeryHigh},
		{Step: 4, Need: isms.High, Total: true},
		{Step: 5, Need: isms.VeryHigh, Total: true},
	} {
		r.Step = on(m.Impact, r.Step)
		t.Consequence = append(t.Consequence, r)
	}
	return t
}

// CodeNotTotal is the code of a table without a row that applies to all.
const CodeNotTotal isms.Code = "vuln/table-not-total"

func (t Tables) check(c isms.Checker) {
	if t.Methodology.IsZero() && len(t.Likelihood) == 0 && len(t.Consequence) == 0 {
		return
	}
	m := t.Methodology
	c.At("methodology").Assert(m.Kind == risk.Methodology{}.EntityKind(), isms.CodeLink, "have", m.String())
	total := false
	for i, r := range t.Likelihood {
		at := c.At("likelihood").Index(i)
		checkStep(at.At("step"), r.Step)
		isms.CheckEnum(at.At("exploitation"), r.Exploitation, exploitations()[1:]...)
		isms.CheckEnum(at.At("exposure"), r.Exposure, exposures()[1:]...)
		at.At("epssPerMille").Assert(r.EPSSPerMille >= 0 && r.EPSSPerMille <= 1000, isms.CodeRange,
			"have", strconv.Itoa(r.EPSSPerMille), "want", "0 ... 1000")
		total = total || r == LikelihoodRow{Step: r.Step}
	}
	c.At("likelihood").Assert(total, CodeNotTotal)
	total = false
	for i, r := range t.Consequence {
		at := c.At("consequence").Index(i)
		checkStep(at.At("step"), r.Step)
		isms.CheckEnum(at.At("need"), r.Need, ratings()[1:]...)
		total = total || r == ConsequenceRow{Step: r.Step}
	}
	c.At("consequence").Assert(total, CodeNotTotal)
}

func checkStep(c isms.Checker, step int) {
	c.Assert(step >= 1 && step <= 100, isms.CodeRange, "have", strconv.Itoa(step), "want", "1 ... 100")
}

// applies reports whether all conditions of the row are met.
func (r LikelihoodRow) applies(s *situation) bool {
	return worst(s.exploitation, exploitActive) >= leastRank(exploitations(), r.Exploitation) &&
		worst(s.exposure, len(exposures())) >= leastRank(exposures(), r.Exposure) &&
		(s.epss < 0 || s.epss >= r.EPSSPerMille*1_000_000)
}

// likelihood is the step for a situation; 0 without a row that applies.
func (e *prioritizer) likelihood(s *situation) (step int) {
	for _, r := range e.p.Tables.Likelihood {
		if r.Step > step && r.applies(s) {
			step = r.Step
		}
	}
	return step
}

// consequence is the step for the properties that are affected. What no vector
// tells is wholly lost.
func (e *prioritizer) consequence(s *situation, effect [3]int) (step int) {
	for _, r := range e.p.Tables.Consequence {
		if r.Step <= step {
			continue
		}
		least := leastRank(ratings(), r.Need)
		free := r.Need == "" && !r.Total
		for p, need := range s.needs {
			lost := worst(effect[p], 3)
			if free || worst(need, len(ratings())) >= least && lost > 1 && (lost > 2 || !r.Total) {
				step = r.Step
				break
			}
		}
	}
	return step
}

// rate rates a situation. Without tables for the methodology it is not rated,
// which ranks as the greatest risk.
func (e *prioritizer) rate(s *situation, effect [3]int) (risk.Level, risk.Evaluation) {
	t := &e.p.Tables
	if len(t.Likelihood) == 0 || len(t.Consequence) == 0 {
		return risk.Level{Unrated: risk.CodeNotAssessed}, risk.Evaluation{}
	}
	pin := e.m.Pin()
	if t.Methodology != pin && t.Methodology != pin.Entity() {
		return risk.Level{Unrated: risk.CodeOtherMethodology}, risk.Evaluation{}
	}
	made := risk.Evaluation{Methodology: pin, Likelihood: e.likelihood(s), Impact: e.consequence(s, effect), On: e.today}
	return e.m.Rate(made), made
}
