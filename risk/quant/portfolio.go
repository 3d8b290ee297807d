package quant

import (
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/isms"
)

// Portfolio is a set of scenarios that cost money in the same year, the
// controls that reduce them, and what ties them together. It is plain data; its
// JSON form is also the YAML that people keep.
type Portfolio struct {
	Title string `json:"title,omitempty"`
	// Currency is the ISO 4217 code of every amount here and in results.
	Currency  string     `json:"currency"`
	Scenarios []Scenario `json:"scenarios,omitempty"`
	Controls  []Control  `json:"controls,omitempty"`
	// CommonCause is what makes several scenarios worse in the same year.
	// Without it, scenarios are independent.
	CommonCause *CommonCause `json:"commonCause,omitempty"`
	// Tolerance is the loss exceedance curve that the organization accepts.
	Tolerance []Tolerance `json:"tolerance,omitempty"`
}

// Scenario is how often something happens in a year and what one event costs:
// Frequency and Severity, or the FAIR tree that both follow from. It is stated
// without the controls of the portfolio.
type Scenario struct {
	ID    string `json:"id"`
	Title string `json:"title,omitempty"`
	// Currency may repeat the one of the portfolio; another one is a problem.
	Currency  string     `json:"currency,omitempty"`
	Frequency *Frequency `json:"frequency,omitempty"`
	Severity  *Estimate  `json:"severity,omitempty"`
	FAIR      *Tree      `json:"fair,omitempty"`
}

// Control reduces scenarios. The effects of several controls on one scenario
// multiply.
type Control struct {
	ID    string `json:"id"`
	Title string `json:"title,omitempty"`
	// Cost is what it costs a year.
	Cost float64 `json:"cost,omitempty"`
	// Planned controls are not in force: they earn nothing yet.
	Planned bool     `json:"planned,omitempty"`
	Effects []Effect `json:"effects,omitempty"`
}

// Effect is by what fraction, 0 to 1, a control makes the events of a scenario
// less frequent, and each of them less severe.
type Effect struct {
	Scenario     string  `json:"scenario"`
	LessFrequent float64 `json:"lessFrequent,omitempty"`
	LessSevere   float64 `json:"lessSevere,omitempty"`
}

// CommonCause is one shock that scenarios share: in a year that has it, with
// the given probability, the frequencies of the named scenarios are multiplied.
type CommonCause struct {
	Title       string   `json:"title,omitempty"`
	Probability float64  `json:"probability"`
	Multiplies  []Factor `json:"multiplies,omitempty"`
}

// Factor multiplies the frequency of a scenario.
type Factor struct {
	Scenario string  `json:"scenario"`
	By       float64 `json:"by"`
}

// Tolerance is a point of the accepted curve: a loss above Loss may have at
// most this probability a year.
type Tolerance struct {
	Loss        float64 `json:"loss"`
	Probability float64 `json:"probability"`
}

// The bounds of a portfolio.
const (
	MaxScenarios = 100_000
	MaxControls  = 10_000
	maxEvents    = 1e7 // a year, of all scenarios together
)

// Problems of a portfolio as a whole.
const (
	CodeCurrency     isms.Code = "quant/currency"      // not an ISO 4217 code, or another one than the portfolio's
	CodeUnknown      isms.Code = "quant/unknown"       // a scenario or control that the portfolio does not have
	CodeInfiniteMean isms.Code = "quant/infinite-mean" // no expected loss exists
	CodeTooMany      isms.Code = "quant/too-many"      // more than the engine takes
)

// Check lists the problems of a portfolio, each with its code and the JSON
// Pointer of the value it is about. Solve refuses a portfolio that has any.
func (p Portfolio) Check() []isms.Problem {
	var problems []isms.Problem
	c := checker{problems: &problems}
	c.at("currency").assert(validCurrency(p.Currency), CodeCurrency, "have", p.Currency, "want", "ISO 4217")
	if !c.at("scenarios").assert(len(p.Scenarios) <= MaxScenarios, CodeTooMany, "have", strconv.Itoa(len(p.Scenarios)), "want", strconv.Itoa(MaxScenarios)) ||
		!c.at("controls").assert(len(p.Controls) <= MaxControls, CodeTooMany, "have", strconv.Itoa(len(p.Controls)), "want", strconv.Itoa(MaxControls)) {
		return problems
	}
	known := map[string]bool{}
	for i, s := range p.Scenarios {
		at := c.at("scenarios").index(i)
		checkID(at.at("id"), s.ID, known)
		at.at("currency").assert(s.Currency == "" || s.Currency == p.Currency, CodeCurrency, "have", s.Currency, "want", p.Currency)
		s.check(at)
	}
	controls := map[string]bool{}
	for i, k := range p.Controls {
		at := c.at("controls").index(i)
		checkID(at.at("id"), k.ID, controls)
		amount(at.at("cost"), k.Cost)
		touched := map[string]bool{}
		for j, e := range k.Effects {
			at := at.at("effects").index(j)
			checkTarget(at.at("scenario"), e.Scenario, known, touched)
			fraction(at.at("lessFrequent"), e.LessFrequent)
			fraction(at.at("lessSevere"), e.LessSevere)
		}
	}
	p.checkCause(c.at("commonCause"), known)
	p.checkTolerance(c.at("tolerance"))
	if len(problems) == 0 {
		p.checkWhole(c)
	}
	return problems
}

func (p Portfolio) checkCause(c checker, known map[string]bool) {
	if p.CommonCause == nil {
		return
	}
	fraction(c.at("probability"), p.CommonCause.Probability)
	touched := map[string]bool{}
	for i, f := range p.CommonCause.Multiplies {
		at := c.at("multiplies").index(i)
		checkTarget(at.at("scenario"), f.Scenario, known, touched)
		amount(at.at("by"), f.By)
	}
}

// checkTolerance: losses rise, probabilities do not.
func (p Portfolio) checkTolerance(c checker) {
	for i, t := range p.Tolerance {
		amount(c.index(i).at("loss"), t.Loss)
		fraction(c.index(i).at("probability"), t.Probability)
		if i > 0 {
			before := p.Tolerance[i-1]
			c.index(i).at("loss").assert(t.Loss > before.Loss, CodeOrder, "low", number(before.Loss), "high", number(t.Loss))
			c.index(i).at("probability").assert(t.Probability <= before.Probability, CodeOrder, "low", number(t.Probability), "high", number(before.Probability))
		}
	}
}

// checkWhole is what can only be said of a portfolio without other problems:
// that its engines can compute it.
func (p Portfolio) checkWhole(c checker) {
	total := 0.0
	for _, part := range p.build(nil, false).parts {
		at := c.at("scenarios").index(part.index)
		most := part.count
		if part.shock != 1 {
			most = part.in(1)
			i := slices.IndexFunc(p.CommonCause.Multiplies, func(f Factor) bool { return f.Scenario == part.id })
			by := c.at("commonCause").at("multiplies").index(i).at("by")
			if !by.assert(possible(most), CodeProbability, "have", number(most.mean())) {
				continue
			}
		}
		mean, _ := part.moments()
		at.at("severity").assert(finite(mean), CodeInfiniteMean)
		total += most.mean()
	}
	c.at("scenarios").assert(total <= maxEvents, CodeTooLarge, "have", number(total), "want", number(maxEvents))
}

func checkID(c checker, id string, seen map[string]bool) {
	c.assert(isms.ValidID(id), isms.CodeID, "have", id)
	c.assert(!seen[id], isms.CodeDuplicate, "have", id)
	seen[id] = true
}

func checkTarget(c checker, id string, known, touched map[string]bool) {
	c.assert(known[id], CodeUnknown, "have", id)
	c.assert(!touched[id], isms.CodeDuplicate, "have", id)
	touched[id] = true
}

func validCurrency(code string) bool {
	return len(code) == 3 && !slices.ContainsFunc([]byte(code), func(b byte) bool { return b < 'A' || b > 'Z' })
}

// build applies the controls: those in force, except that the named ones are
// switched; or none at all.
func (p Portfolio) build(switched map[string]bool, bare bool) portfolio {
	place := p.places()
	frequency, severity := make([]float64, len(p.Scenarios)), make([]float64, len(p.Scenarios))
	for i := range p.Scenarios {
		frequency[i], severity[i] = 1, 1
	}
	for _, k := range p.Controls {
		if bare || k.Planned != switched[k.ID] {
			continue
		}
		for _, e := range k.Effects {
			i := place[e.Scenario]
			frequency[i] = float64(frequency[i] * (1 - e.LessFrequent))
			severity[i] = float64(severity[i] * (1 - e.LessSevere))
		}
	}
	out := portfolio{states: 1, weight: [2]float64{1, 0}, parts: make([]part, 0, len(p.Scenarios))}
	shock := map[string]float64{}
	if c := p.CommonCause; c != nil && c.Probability > 0 {
		out.states, out.weight = 2, [2]float64{1 - c.Probability, c.Probability}
		for _, f := range c.Multiplies {
			shock[f.Scenario] = f.By
		}
	}
	for i, s := range p.Scenarios {
		part := s.part()
		part.index, part.id, part.shock = i, s.ID, 1
		if by, ok := shock[s.ID]; ok {
			part.shock = by
		}
		part.reduce(frequency[i], severity[i])
		out.parts = append(out.parts, part)
	}
	return out
}

// reduce multiplies frequency and severity by factors of at most 1.
func (p *part) reduce(frequency, severity float64) {
	p.frequency, p.severity = frequency, severity
	if frequency < 1 {
		p.count = p.count.scaled(frequency)
	}
	if severity < 1 {
		p.loss = p.loss.scaled(severity)
		for i, x := range p.extra {
			p.extra[i].of = x.of.scaled(severity)
		}
	}
}
