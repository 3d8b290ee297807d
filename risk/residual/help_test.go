package residual_test

import (
	"math/big"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/risk/residual"
)

func date(s string) isms.Date {
	d, err := isms.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func today() isms.Date { return date("2026-03-01") }

func matrix5() risk.Methodology {
	m := risk.Matrix5()
	m.Rev = 1
	return m
}

// inputs is one risk, R-1 at 5 x 5 of 5, and effects on it. Every control of
// the effects is implemented and passed a test that is fresh.
func inputs(effects ...residual.Effect) residual.Inputs {
	m := matrix5()
	r := risk.Risk{Common: isms.Common{ID: "r-1", Label: "R-1", Owner: isms.Link{Kind: "role", ID: "cio"}}, Title: isms.Text{"en": "Ransomware", "nl": "Gijzelsoftware"}}
	r.Inherent = risk.Evaluation{Methodology: m.Pin(), Likelihood: 5, Impact: 5}
	in := residual.Inputs{
		Risks:         []risk.Risk{r},
		Methodologies: []risk.Methodology{m},
		Evidence:      []isms.Evidence{{Common: isms.Common{ID: "e-1", Label: "E-1"}, Received: date("2026-02-01")}},
		Graph: residual.Graph{
			Common: isms.Common{ID: "model"}, Title: isms.Plain("Model"),
			Rules: residual.Rules{
				FreshFor:        isms.Cadence{Every: 1, Unit: isms.Years},
				LikelihoodSteps: []int{500, 200, 50},
				ImpactSteps:     []int{500, 100},
			},
		},
	}
	for _, e := range effects {
		in.Graph.Effects = append(in.Graph.Effects, e)
		addControl(&in, e.Control)
	}
	return in
}

func addControl(in *residual.Inputs, id isms.ControlID) {
	for _, k := range in.Graph.Controls {
		if k.ID == id {
			return
		}
	}
	in.Controls = append(in.Controls, isms.Control{Common: isms.Common{ID: string(id)}, Title: isms.Plain(string(id)), Implementation: isms.Implemented})
	in.Graph.Controls = append(in.Graph.Controls, residual.Control{ID: id, Tests: []residual.Test{{Evidence: "e-1", Passed: 1, Of: 1}}})
}

// effect covers everything and is as strong by design as given.
func effect(control isms.ControlID, f residual.Function, layer string, design int) residual.Effect {
	return residual.Effect{Risk: "r-1", Control: control, Function: f, Layer: layer, Coverage: 1000, Design: design}
}

func restsOn(in *residual.Inputs, control isms.ControlID, assets ...isms.Ref[isms.Asset]) {
	for i := range in.Graph.Controls {
		if in.Graph.Controls[i].ID == control {
			in.Graph.Controls[i].RestsOn = append(in.Graph.Controls[i].RestsOn, assets...)
		}
	}
}

func compute(t *testing.T, in residual.Inputs, what *residual.WhatIf) residual.Estimate {
	t.Helper()
	res, err := residual.Compute(in, today(), what)
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Estimates) != 1 {
		t.Fatalf("Compute = %d estimates, want 1", len(res.Estimates))
	}
	return res.Estimates[0]
}

// wantShares compares what remains of likelihood and loss, in fractions.
func wantShares(t *testing.T, e residual.Estimate, likelihood, loss string) {
	t.Helper()
	for _, x := range []struct {
		what string
		got  *big.Rat
		want string
	}{{"Likelihood", e.Likelihood, likelihood}, {"Loss", e.Loss, loss}} {
		want, ok := new(big.Rat).SetString(x.want)
		if !ok {
			t.Fatalf("%s is no fraction", x.want)
		}
		if x.got.Cmp(want) != 0 {
			t.Errorf("%s = %s, want %s", x.what, x.got.RatString(), want.RatString())
		}
	}
}

// uses are how the factors are used, by control and function.
func uses(e residual.Estimate) map[string]isms.Code {
	m := map[string]isms.Code{}
	for _, f := range e.Factors {
		m[string(f.Effect.Control)+" "+string(f.Effect.Function)] = f.Use
	}
	return m
}
