package residual

import (
	"cmp"
	"math/big"
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/isms"
)

// How an effect stands on the day looked at: why it earns what it earns.
const (
	CodeTested      isms.Code = "residual/tested"
	CodeVariance    isms.Code = "residual/variance"
	CodeStale       isms.Code = "residual/stale"
	CodeUntested    isms.Code = "residual/untested"
	CodePlanned     isms.Code = "residual/planned"
	CodeAssumed     isms.Code = "residual/assumed" // planned by the day looked at, and assumed to be done then
	CodeNotInForce  isms.Code = "residual/not-in-force"
	CodeFails       isms.Code = "residual/fails"    // assumed to
	CodeRestsFailed isms.Code = "residual/rests-on" // rests on what is assumed to fail
)

// standing is how far an effect can be relied on, as a share of what the
// control does by design.
type standing struct {
	code     isms.Code
	args     map[string]string
	asset    string   // in the args
	strength *big.Rat // of the effect, coverage included
}

// lookup holds the inputs of a computation by id.
type lookup struct {
	rules    Rules
	what     WhatIf
	today    isms.Date
	on       isms.Date // the day looked at
	graph    map[isms.ControlID]Control
	records  map[isms.ControlID]*isms.Control
	evidence map[string]*isms.Evidence
	titles   map[string]isms.Text        // of assets
	rests    map[isms.ControlID][]string // the assets that a control rests on, through others too
}

func newLookup(in Inputs, today isms.Date, what WhatIf) *lookup {
	l := &lookup{
		rules:    in.Graph.Rules,
		what:     what,
		today:    today,
		on:       what.day(today),
		graph:    map[isms.ControlID]Control{},
		records:  map[isms.ControlID]*isms.Control{},
		evidence: map[string]*isms.Evidence{},
		titles:   map[string]isms.Text{},
		rests:    map[isms.ControlID][]string{},
	}
	for i := range in.Controls {
		l.records[in.Controls[i].Name()] = &in.Controls[i]
	}
	for i := range in.Evidence {
		l.evidence[in.Evidence[i].ID] = &in.Evidence[i]
	}
	needs := map[string][]isms.Ref[isms.Asset]{}
	for _, a := range in.Assets {
		needs[a.ID] = a.DependsOn
		l.titles[a.ID] = a.Title
	}
	for _, k := range in.Graph.Controls {
		l.graph[k.ID] = k
		l.rests[k.ID] = reach(k.RestsOn, needs)
	}
	return l
}

// reach lists the assets and all that they depend on, sorted; cycles end.
func reach(from []isms.Ref[isms.Asset], needs map[string][]isms.Ref[isms.Asset]) []string {
	seen := map[string]bool{}
	var found []string
	for todo := slices.Clone(from); len(todo) > 0; {
		id := string(todo[len(todo)-1])
		todo = todo[:len(todo)-1]
		if !seen[id] {
			seen[id] = true
			found = append(found, id)
			todo = append(todo, needs[id]...)
		}
	}
	slices.Sort(found)
	return found
}

// title is what people call an asset.
func (l *lookup) title(asset string) isms.Text {
	if t := l.titles[asset]; !t.IsZero() {
		return t
	}
	return isms.Plain(asset)
}

// stand judges one effect.
func (l *lookup) stand(e Effect) standing {
	nothing := func(code isms.Code) standing { return standing{code: code, args: pairs(), strength: new(big.Rat)} }
	if slices.Contains(l.what.Failing, e.Control) {
		return nothing(CodeFails)
	}
	for _, asset := range l.rests[e.Control] {
		if slices.Contains(l.what.Down, isms.Ref[isms.Asset](asset)) {
			s := nothing(CodeRestsFailed)
			s.asset = asset
			return s
		}
	}
	design := share(e.Coverage)
	design.Mul(design, share(e.Design))
	k := l.records[e.Control]
	switch {
	case k == nil || k.Status == isms.Retired || !k.Exclude.IsZero() || k.Implementation == isms.NotImplemented || k.Implementation == "":
		return nothing(CodeNotInForce)
	case k.Implementation == isms.Implemented && !k.Since.After(l.today):
		return l.proof(e, design)
	}
	due := l.due(k)
	args := pairs("due", due.String(), "credit", strconv.Itoa(l.rules.Planned))
	if l.on.After(l.today) && !due.IsZero() && !due.Before(l.today) && !due.After(l.on) {
		return standing{code: CodeAssumed, args: args, strength: design}
	}
	return standing{code: CodePlanned, args: args, strength: design.Mul(design, share(l.rules.Planned))}
}

// due is the day that a control is planned for, unset when nobody said.
func (l *lookup) due(k *isms.Control) isms.Date {
	if slip, ok := l.what.Slips[k.Name()]; ok {
		return slip
	}
	if k.Implementation == isms.Implemented {
		return k.Since
	}
	return k.Due
}

// proof is what the newest test says of an effect; of two on one day the one
// that says less.
func (l *lookup) proof(e Effect, design *big.Rat) standing {
	var best standing
	var newest isms.Date
	for _, t := range l.graph[e.Control].Tests {
		on, evidence := l.tested(t)
		if on.IsZero() || on.Before(newest) {
			continue
		}
		s := l.result(t, on, evidence, e)
		if on.After(newest) || newest.IsZero() || s.strength.Cmp(best.strength) < 0 {
			best, newest = s, on
		}
	}
	if newest.IsZero() {
		credit := l.rules.Untested
		return standing{code: CodeUntested, args: pairs("credit", strconv.Itoa(credit)), strength: design.Mul(design, share(credit))}
	}
	return best
}

// tested is the last day that the evidence of a test says something about;
// unset when it cannot be used.
func (l *lookup) tested(t Test) (isms.Date, *isms.Evidence) {
	evidence := l.evidence[string(t.Evidence)]
	if evidence == nil || evidence.Status == isms.Retired {
		return isms.Date{}, nil
	}
	for _, day := range []isms.Date{evidence.Covers.To, evidence.Received} {
		if !day.IsZero() && !day.After(l.on) && !evidence.Received.After(l.on) {
			return day, evidence
		}
	}
	return isms.Date{}, nil
}

// result is what a usable test makes of an effect.
func (l *lookup) result(t Test, on isms.Date, evidence *isms.Evidence, e Effect) standing {
	s := standing{args: pairs("evidence", cmp.Or(evidence.Label, evidence.ID), "on", on.String())}
	s.strength = share(e.Design)
	if v := t.Variance; v != (Variance{}) {
		s.code = CodeVariance
		s.args["times"], s.args["days"], s.args["strength"] = strconv.Itoa(v.PerYear), strconv.Itoa(v.Days), strconv.Itoa(v.Strength)
		s.strength = v.apply(e.Design)
	} else {
		s.code = CodeTested
		s.args["passed"], s.args["of"] = strconv.Itoa(t.Passed), strconv.Itoa(t.Of)
		s.strength.Mul(s.strength, big.NewRat(int64(t.Passed), int64(t.Of)))
	}
	s.strength.Mul(s.strength, share(e.Coverage))
	if !l.fresh(on, evidence) {
		s.code = CodeStale
		s.args["credit"] = strconv.Itoa(l.rules.Stale)
		s.strength.Mul(s.strength, share(l.rules.Stale))
	}
	return s
}

// fresh reports whether a test still counts on the day looked at. Where neither
// the rules nor the evidence say how long, nobody can tell, and it does not.
func (l *lookup) fresh(on isms.Date, evidence *isms.Evidence) bool {
	if l.rules.FreshFor.IsZero() && evidence.Expires.IsZero() {
		return false
	}
	return evidence.Fresh(l.on) && !l.rules.FreshFor.Nth(on, 1).Before(l.on)
}

// apply is the design strength with the times that the control was out of
// order: R x design + (1-R) x strength, R = (1 - PerYear/365)^Days (after the
// formulas published with pyfair-cam).
func (v Variance) apply(design int) *big.Rat {
	day := big.NewRat(int64(365-v.PerYear), 365)
	works := big.NewRat(1, 1)
	for range v.Days {
		works.Mul(works, day)
	}
	out := new(big.Rat).Sub(big.NewRat(1, 1), works)
	out.Mul(out, share(min(v.Strength, design)))
	return out.Add(out, works.Mul(works, share(design)))
}

// share is n per mille.
func share(n int) *big.Rat { return big.NewRat(int64(n), 1000) }

// pairs makes the arguments of a text.
func pairs(list ...string) map[string]string {
	m := map[string]string{}
	for i := 0; i+1 < len(list); i += 2 {
		m[list[i]] = list[i+1]
	}
	return m
}
