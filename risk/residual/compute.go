package residual

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/internal/natural"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
)

// Inputs is what estimates are made of: a graph, and the records it leans on.
// A control without a record is not known to be in force, a test without its
// evidence is none.
type Inputs struct {
	Graph         Graph
	Risks         []risk.Risk
	Methodologies []risk.Methodology // the revisions that the inherent and residual evaluations name
	Controls      []isms.Control
	Evidence      []isms.Evidence
	Assets        []isms.Asset // of which DependsOn is read
	Roles         []isms.Role  // of which Holders is read, for risks that a role owns
}

// ReadInputs reads a graph and all that goes with it from a transaction.
func ReadInputs(tx *isms.Tx, graph isms.Ref[Graph]) (Inputs, error) {
	var in Inputs
	base, err := risk.ReadInputs(tx)
	if err != nil {
		return Inputs{}, err
	}
	in.Risks, in.Methodologies, in.Controls, in.Assets, in.Roles = base.Risks, base.Methodologies, base.Controls, base.Assets, base.Roles
	if in.Graph, err = Graphs(tx).Get(string(graph)); err != nil {
		return Inputs{}, err
	}
	if in.Evidence, err = isms.EvidenceRecords(tx).List(); err != nil {
		return Inputs{}, err
	}
	return in, nil
}

// WhatIf is what an estimate assumes that is not so. The zero WhatIf assumes
// nothing.
type WhatIf struct {
	// On is the day to look at, unset for today. On a later day, controls that
	// are planned by then are assumed to be carried out and to work as
	// designed; a plan of which the day has passed is not. Tests are as old as
	// they will be.
	On isms.Date

	Failing []isms.ControlID             // controls that do not work
	Down    []isms.Ref[isms.Asset]       // assets that do not: what rests on them fails
	Slips   map[isms.ControlID]isms.Date // new days of controls that are planned
}

func (w WhatIf) day(today isms.Date) isms.Date {
	if w.On.IsZero() {
		return today
	}
	return w.On
}

// Result is the estimates of a graph.
type Result struct {
	AsOf      isms.Date // today
	On        isms.Date // the day looked at
	WhatIf    WhatIf
	Rules     Rules
	Estimates []Estimate // in the order of the risks' labels or ids

	methodologies map[isms.Link]risk.Methodology
	titles        func(asset string) isms.Text
}

// Estimate is what the model says of one risk, with how it came to that.
type Estimate struct {
	Risk    *risk.Risk // in the Inputs
	Factors []Factor   // by function and layer

	Likelihood *big.Rat // share of the likelihood that remains, 0 to 1
	Loss       *big.Rat // share of the loss of an event that remains, 0 to 1

	Inherent risk.Level
	Modelled risk.Level // not rated when the inherent risk is not

	// Recorded is the level of the residual evaluation that the risk owner
	// recorded, not assessed while there is none. An evaluation by anybody else
	// is not the owner's.
	Recorded risk.Level
}

// Factor is one effect in the calculation.
type Factor struct {
	Effect   Effect
	Standing isms.Code // CodeTested, CodeStale, CodePlanned, ...
	Earns    *big.Rat  // by itself, 0 to 1
	Use      isms.Code // CodeCounts, or why it does not count

	args  map[string]string // of both texts
	asset isms.Text         // the title of the asset in them
}

// What the risk owner has said about an estimate.
const (
	CodeEstimate      isms.Code = "residual/estimate" // nothing: it is a modelled estimate
	CodeRecorded      isms.Code = "residual/recorded"
	CodeRecordedLower isms.Code = "residual/recorded-lower" // an evaluation below the model
)

// State is CodeEstimate until the risk owner has recorded an evaluation, then
// CodeRecorded, or CodeRecordedLower when that is below the estimate.
func (e Estimate) State() isms.Code {
	switch {
	case !e.Recorded.Rated():
		return CodeEstimate
	case e.Recorded.Compare(e.Modelled) < 0:
		return CodeRecordedLower
	default:
		return CodeRecorded
	}
}

// Compute estimates the risks that the graph has effects on, retired ones
// apart. The error is an [isms.ProblemError] when the graph cannot be one or is
// too entangled, and a plain one for a WhatIf that changes nothing. Nil assumes
// nothing. O(controls + tests), and for each risk O(layers x controls in each)
// as long as they share nothing.
func Compute(in Inputs, today isms.Date, what *WhatIf) (Result, error) {
	if what == nil {
		what = &WhatIf{}
	}
	if problems := isms.Validate(in.Graph); len(problems) > 0 {
		return Result{}, &isms.ProblemError{Problems: problems}
	}
	l := newLookup(in, today, *what)
	if err := l.checkWhatIf(in.Graph); err != nil {
		return Result{}, err
	}
	res := Result{AsOf: today, On: l.on, WhatIf: *what, Rules: in.Graph.Rules, methodologies: usable(in.Methodologies), titles: l.title}
	effects := map[string][]Effect{}
	for _, e := range in.Graph.Effects {
		effects[string(e.Risk)] = append(effects[string(e.Risk)], e)
	}
	holders := map[isms.Link][]isms.Ref[isms.Individual]{}
	for _, r := range in.Roles {
		holders[isms.LinkTo(r)] = r.Holders
	}
	for i := range in.Risks {
		r := &in.Risks[i]
		if len(effects[r.ID]) == 0 || r.Status == isms.Retired {
			continue
		}
		e, ok := l.estimate(r, effects[r.ID], res.methodologies)
		if !ok {
			return Result{}, &isms.ProblemError{Problems: []isms.Problem{{Code: CodeEntangled, Subject: isms.LinkTo(*r)}}}
		}
		if byOwner(r, holders[r.Owner]) {
			e.Recorded = rate(r, r.Residual, res.methodologies)
		}
		res.Estimates = append(res.Estimates, e)
	}
	slices.SortStableFunc(res.Estimates, func(a, b Estimate) int { return natural.Compare(a.Risk.Name(), b.Risk.Name()) })
	return res, nil
}

// checkWhatIf refuses what would silently change nothing.
func (l *lookup) checkWhatIf(g Graph) error {
	if l.on.Before(l.today) {
		return fmt.Errorf("what if: on %s: want today, %s, or later", l.on, l.today)
	}
	acts := map[isms.ControlID]bool{}
	down := map[string]bool{}
	for _, e := range g.Effects {
		acts[e.Control] = true
		for _, asset := range l.rests[e.Control] {
			down[asset] = true
		}
	}
	for _, id := range l.what.Failing {
		if !acts[id] {
			return fmt.Errorf("what if %s fails: it has no effect in the graph", id)
		}
	}
	for _, asset := range l.what.Down {
		if !down[string(asset)] {
			return fmt.Errorf("what if %s fails: no control of the graph rests on it", asset)
		}
	}
	for id := range l.what.Slips {
		k := l.records[id]
		planned := k != nil && (k.Implementation == isms.Planned || k.Implementation == isms.Partial || k.Since.After(l.today))
		if !acts[id] || !planned {
			return fmt.Errorf("what if %s slips: it is no planned control of the graph", id)
		}
	}
	return nil
}

// usable are the methodologies by revision that can rate: only those are
// certain to give no lower level to a greater risk.
func usable(list []risk.Methodology) map[isms.Link]risk.Methodology {
	m := map[isms.Link]risk.Methodology{}
	for _, x := range list {
		if len(isms.Validate(x)) == 0 {
			m[x.Pin()] = x
		}
	}
	return m
}

func rate(r *risk.Risk, e risk.Evaluation, methodologies map[isms.Link]risk.Methodology) risk.Level {
	if !e.Assessed() {
		return risk.Level{Unrated: risk.CodeNotAssessed}
	}
	m, ok := methodologies[e.Methodology]
	if !ok {
		return risk.Level{Unrated: risk.CodeOtherMethodology}
	}
	return m.Rate(e, r.Categories...)
}

// byOwner reports whether the residual evaluation is the risk owner's: by the
// owner, or by one who holds the role that is.
func byOwner(r *risk.Risk, holders []isms.Ref[isms.Individual]) bool {
	by := r.Residual.By.Entity()
	return !by.IsZero() && (by == r.Owner.Entity() || slices.ContainsFunc(holders, func(h isms.Ref[isms.Individual]) bool { return h.Link() == by }))
}

// estimate is false when the best combination was not found within bounds.
func (l *lookup) estimate(r *risk.Risk, effects []Effect, methodologies map[isms.Link]risk.Methodology) (Estimate, bool) {
	e := Estimate{Risk: r, Inherent: rate(r, r.Inherent, methodologies)}
	e.Factors = make([]Factor, len(effects))
	for i, effect := range effects {
		s := l.stand(effect)
		e.Factors[i] = Factor{Effect: effect, Standing: s.code, Earns: s.strength, args: s.args, asset: l.title(s.asset)}
	}
	slices.SortFunc(e.Factors, func(a, b Factor) int { return a.compare(b) })
	var candidates []candidate
	for i, f := range e.Factors {
		if f.Earns.Sign() > 0 {
			candidates = append(candidates, candidate{factor: i, slot: slotOf(f.Effect.Function), strength: f.Earns, things: l.things(f.Effect.Control)})
		}
	}
	list, ok := choices(candidates, func(k candidate) string { return e.Factors[k.factor].Effect.Layer })
	if !ok {
		return Estimate{}, false
	}
	best := list[0]
	e.Modelled = l.rules.level(best, r, e.Inherent, methodologies)
	for _, c := range list[1:] {
		level := l.rules.level(c, r, e.Inherent, methodologies)
		if by := level.Compare(e.Modelled); by < 0 || by == 0 && remains(c).Cmp(remains(best)) < 0 {
			best, e.Modelled = c, level
		}
	}
	e.Likelihood, e.Loss = new(big.Rat).Set(best.likelihood()), best.loss()
	l.explain(&e, best, candidates)
	return e, true
}

func remains(c choice) *big.Rat { return new(big.Rat).Mul(c.likelihood(), c.loss()) }

// things is what an effect of a control rests on, the control itself first: it
// may have several effects on a risk, which stand or fall together.
func (l *lookup) things(id isms.ControlID) []string {
	things := []string{"control/" + string(id)}
	for _, asset := range l.rests[id] {
		things = append(things, "asset/"+asset)
	}
	return things
}

func (f Factor) compare(o Factor) int {
	by := slotOf(f.Effect.Function) - slotOf(o.Effect.Function)
	if by == 0 {
		by = strings.Compare(f.Effect.Layer, o.Effect.Layer)
	}
	if by == 0 {
		by = natural.Compare(string(f.Effect.Control), string(o.Effect.Control))
	}
	return by
}

// level is the inherent level less the steps that the shares prove.
func (r Rules) level(c choice, of *risk.Risk, inherent risk.Level, methodologies map[isms.Link]risk.Methodology) risk.Level {
	if !inherent.Rated() {
		return inherent
	}
	return methodologies[of.Inherent.Methodology].Rate(risk.Evaluation{
		Methodology: of.Inherent.Methodology,
		Likelihood:  max(1, inherent.Likelihood-steps(c.likelihood(), r.LikelihoodSteps)),
		Impact:      max(1, inherent.Impact-steps(c.loss(), r.ImpactSteps)),
	}, of.Categories...)
}

// steps is how many of the falling shares are reached.
func steps(remains *big.Rat, shares []int) int {
	n := 0
	for n < len(shares) && remains.Cmp(share(shares[n])) <= 0 {
		n++
	}
	return n
}
