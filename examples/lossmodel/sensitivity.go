package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk/quant"
)

// swing is the mean of the portfolio with one estimate at the ends of its 90 %
// interval, all others as they are.
type swing struct {
	Scenario string  `json:"scenario"`
	Input    string  `json:"input"`
	P05      float64 `json:"p05"` // of the estimate
	P95      float64 `json:"p95"`
	AtP05    float64 `json:"meanAtP05"` // of the portfolio
	AtP95    float64 `json:"meanAtP95"`

	name string
}

// swings are those of every estimate that is uncertain, the widest first. A
// scenario changes no other, so each is computed on its own.
func swings(ctx context.Context, p quant.Portfolio, base *quant.Result, l lang.Lang) ([]swing, error) {
	var out []swing
	for i, s := range p.Scenarios {
		rest := base.Mean - base.Contributions[i].Mean
		for _, in := range inputs(s) {
			e, err := in.of.Summary()
			if err != nil {
				return nil, err
			}
			if e.P05 == e.P95 || math.IsInf(e.P95, 0) {
				continue // known, or nothing to put in its place
			}
			w := swing{Scenario: s.ID, Input: in.member, P05: e.P05, P95: e.P95, name: cmp.Or(s.Title, s.ID) + ": " + in.title.In(l)}
			for _, end := range []struct {
				at   float64
				mean *float64
			}{{e.P05, &w.AtP05}, {e.P95, &w.AtP95}} {
				mean, err := meanOf(ctx, p, in.with(quant.Estimate{Constant: &end.at}))
				if err != nil {
					return nil, fmt.Errorf("%s, %s: %w", s.ID, in.member, err)
				}
				*end.mean = rest + mean
			}
			out = append(out, w)
		}
	}
	slices.SortStableFunc(out, func(a, b swing) int {
		return cmp.Compare(math.Abs(b.AtP95-b.AtP05), math.Abs(a.AtP95-a.AtP05))
	})
	return out, nil
}

// meanOf is the mean of one scenario with the controls and the common cause of
// a portfolio.
func meanOf(ctx context.Context, p quant.Portfolio, s quant.Scenario) (float64, error) {
	alone := quant.Portfolio{Currency: p.Currency, Scenarios: []quant.Scenario{s}}
	for _, k := range p.Controls {
		k.Effects = slices.DeleteFunc(slices.Clone(k.Effects), func(e quant.Effect) bool { return e.Scenario != s.ID })
		if len(k.Effects) > 0 {
			alone.Controls = append(alone.Controls, k)
		}
	}
	if c := p.CommonCause; c != nil {
		cause := *c
		cause.Multiplies = slices.DeleteFunc(slices.Clone(c.Multiplies), func(f quant.Factor) bool { return f.Scenario != s.ID })
		alone.CommonCause = &cause
	}
	r, err := quant.Solve(ctx, alone, &quant.Options{Grid: 1 << 12})
	if err != nil {
		return 0, err
	}
	return r.Mean, nil
}

// input is an estimate of a scenario, and the scenario with another one.
type input struct {
	member string
	title  lang.Text
	of     quant.Estimate
	with   func(quant.Estimate) quant.Scenario
}

func inputs(s quant.Scenario) []input {
	var out []input
	add := func(member string, title lang.Text, of quant.Estimate, set func(*quant.Scenario, quant.Estimate)) {
		out = append(out, input{member, title, of, func(e quant.Estimate) quant.Scenario {
			changed := s
			set(&changed, e)
			return changed
		}})
	}
	if f := s.Frequency; f != nil && f.Mixed != nil {
		add("frequency", lang.Text{EN: "frequency", NL: "frequentie"}, *f.Mixed, func(s *quant.Scenario, e quant.Estimate) {
			s.Frequency = &quant.Frequency{Mixed: &e}
		})
	}
	if s.Severity != nil {
		add("severity", lang.Text{EN: "loss of one event", NL: "verlies per gebeurtenis"}, *s.Severity, func(s *quant.Scenario, e quant.Estimate) {
			s.Severity = &e
		})
	}
	if s.FAIR == nil {
		return out
	}
	addTree := func(member string, title lang.Text, of quant.Estimate, set func(*quant.Tree, quant.Estimate)) {
		add("fair/"+member, title, of, func(s *quant.Scenario, e quant.Estimate) {
			tree := *s.FAIR
			tree.Secondary = slices.Clone(tree.Secondary)
			set(&tree, e)
			s.FAIR = &tree
		})
	}
	for _, m := range members() {
		if of := *m.at(s.FAIR); of != nil {
			addTree(m.name, m.title, *of, func(t *quant.Tree, e quant.Estimate) { *m.at(t) = &e })
		}
	}
	for i, second := range s.FAIR.Secondary {
		addTree(fmt.Sprintf("secondary/%d/frequency", i), lang.Text{EN: "secondary frequency", NL: "secundaire frequentie"}, second.Frequency,
			func(t *quant.Tree, e quant.Estimate) { t.Secondary[i].Frequency = e })
		addTree(fmt.Sprintf("secondary/%d/magnitude", i), lang.Text{EN: "secondary loss", NL: "secundair verlies"}, second.Magnitude,
			func(t *quant.Tree, e quant.Estimate) { t.Secondary[i].Magnitude = e })
	}
	return out
}

// member is an estimate in a FAIR tree.
type member struct {
	name  string
	title lang.Text
	at    func(*quant.Tree) **quant.Estimate
}

func members() []member {
	return []member{
		{"lossEventFrequency", lang.Text{EN: "loss event frequency", NL: "frequentie van verliesgebeurtenissen"}, func(t *quant.Tree) **quant.Estimate { return &t.LossEventFrequency }},
		{"threatEventFrequency", lang.Text{EN: "threat event frequency", NL: "frequentie van dreigingsgebeurtenissen"}, func(t *quant.Tree) **quant.Estimate { return &t.ThreatEventFrequency }},
		{"contactFrequency", lang.Text{EN: "contact frequency", NL: "contactfrequentie"}, func(t *quant.Tree) **quant.Estimate { return &t.ContactFrequency }},
		{"probabilityOfAction", lang.Text{EN: "probability of action", NL: "kans op actie"}, func(t *quant.Tree) **quant.Estimate { return &t.ProbabilityOfAction }},
		{"vulnerability", lang.Text{EN: "vulnerability", NL: "kwetsbaarheid"}, func(t *quant.Tree) **quant.Estimate { return &t.Vulnerability }},
		{"threatCapability", lang.Text{EN: "threat capability", NL: "vermogen van de dreiging"}, func(t *quant.Tree) **quant.Estimate { return &t.ThreatCapability }},
		{"resistanceStrength", lang.Text{EN: "resistance strength", NL: "weerstand"}, func(t *quant.Tree) **quant.Estimate { return &t.ResistanceStrength }},
		{"lossMagnitude", lang.Text{EN: "loss magnitude", NL: "omvang van het verlies"}, func(t *quant.Tree) **quant.Estimate { return &t.LossMagnitude }},
		{"primaryLoss", lang.Text{EN: "primary loss", NL: "primair verlies"}, func(t *quant.Tree) **quant.Estimate { return &t.PrimaryLoss }},
	}
}
