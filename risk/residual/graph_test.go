package residual_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/risk/residual"
)

func TestGraphProblems(t *testing.T) {
	ok := inputs(effect("a", residual.Prevent, "", 500)).Graph
	if p := isms.Validate(ok); p != nil {
		t.Fatal(p)
	}
	for _, c := range []struct {
		name   string
		change func(*residual.Graph)
		path   string
		code   isms.Code
	}{
		{"no title", func(g *residual.Graph) { g.Title = nil }, "/title", isms.CodeRequired},
		{"fresh for no time", func(g *residual.Graph) { g.Rules.FreshFor.Every = 0 }, "/rules/freshFor", isms.CodeRange},
		{"more than all", func(g *residual.Graph) { g.Rules.Stale = 1001 }, "/rules/stale", isms.CodeRange},
		{"less than nothing", func(g *residual.Graph) { g.Rules.Planned = -1 }, "/rules/planned", isms.CodeRange},
		{"a plan earns more than work", func(g *residual.Graph) { g.Rules.Planned, g.Rules.Stale = 2, 3 }, "/rules", residual.CodeCredits},
		{"no test earns more than an old one", func(g *residual.Graph) { g.Rules.Untested = 1 }, "/rules", residual.CodeCredits},
		{"a step for nothing", func(g *residual.Graph) { g.Rules.ImpactSteps = []int{1000} }, "/rules/impactSteps/0", isms.CodeRange},
		{"steps that rise", func(g *residual.Graph) { g.Rules.LikelihoodSteps = []int{200, 200} }, "/rules/likelihoodSteps/1", residual.CodeSteps},
		{"a control twice", func(g *residual.Graph) { g.Controls = append(g.Controls, g.Controls[0]) }, "/controls/1", isms.CodeDuplicate},
		{"no control of Annex A", func(g *residual.Graph) { g.Controls[0].ID = "A.9.9" }, "/controls/0", isms.CodeControl},
		{"an asset twice", func(g *residual.Graph) { g.Controls[0].RestsOn = []isms.Ref[isms.Asset]{"x", "x"} }, "/controls/0/restsOn/1", isms.CodeDuplicate},
		{"no evidence", func(g *residual.Graph) { g.Controls[0].Tests[0].Evidence = "" }, "/controls/0/tests/0/evidence", isms.CodeRequired},
		{"no sample", func(g *residual.Graph) { g.Controls[0].Tests[0] = residual.Test{Evidence: "e-1"} }, "/controls/0/tests/0/of", isms.CodeRange},
		{"more passed than looked at", func(g *residual.Graph) { g.Controls[0].Tests[0].Passed = 2 }, "/controls/0/tests/0/passed", isms.CodeRange},
		{"sample and variance", func(g *residual.Graph) { g.Controls[0].Tests[0].Variance.Days = 1 }, "/controls/0/tests/0", isms.CodeBoth},
		{"variance of no days", func(g *residual.Graph) {
			g.Controls[0].Tests[0] = residual.Test{Evidence: "e-1", Variance: residual.Variance{PerYear: 1}}
		}, "/controls/0/tests/0/variance/days", isms.CodeRange},
		{"variance every day and more", func(g *residual.Graph) {
			g.Controls[0].Tests[0] = residual.Test{Evidence: "e-1", Variance: residual.Variance{PerYear: 366, Days: 1}}
		}, "/controls/0/tests/0/variance/perYear", isms.CodeRange},
		{"variance too strong", func(g *residual.Graph) {
			g.Controls[0].Tests[0] = residual.Test{Evidence: "e-1", Variance: residual.Variance{Days: 1, Strength: 1001}}
		}, "/controls/0/tests/0/variance/strength", isms.CodeRange},
		{"no risk", func(g *residual.Graph) { g.Effects[0].Risk = "" }, "/effects/0/risk", isms.CodeRequired},
		{"no control", func(g *residual.Graph) { g.Effects[0].Control = "" }, "/effects/0/control", isms.CodeRequired},
		{"not a control", func(g *residual.Graph) { g.Effects[0].Control = "A.5.99" }, "/effects/0/control", isms.CodeControl},
		{"not a control of a catalogue", func(g *residual.Graph) { g.Effects[0].Control = "nen7510: " }, "/effects/0/control", isms.CodeControl},
		{"no function", func(g *residual.Graph) { g.Effects[0].Function = "" }, "/effects/0/function", isms.CodeRequired},
		{"unknown function", func(g *residual.Graph) { g.Effects[0].Function = "deter" }, "/effects/0/function", isms.CodeEnum},
		{"covers more than all", func(g *residual.Graph) { g.Effects[0].Coverage = 1001 }, "/effects/0/coverage", isms.CodeRange},
		{"stops less than nothing", func(g *residual.Graph) { g.Effects[0].Design = -1 }, "/effects/0/design", isms.CodeRange},
		{"an effect twice", func(g *residual.Graph) { g.Effects = append(g.Effects, g.Effects[0]) }, "/effects/1", isms.CodeDuplicate},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := inputs(effect("a", residual.Prevent, "", 500))
			c.change(&in.Graph)
			found := false
			for _, p := range isms.Validate(in.Graph) {
				found = found || p.Path == c.path && p.Code == c.code
			}
			if !found {
				t.Errorf("Validate = %v, want %s at %s", isms.Validate(in.Graph), c.code, c.path)
			}
			var problem *isms.ProblemError
			if res, err := residual.Compute(in, today(), nil); !errors.As(err, &problem) || len(res.Estimates) > 0 {
				t.Errorf("Compute = %d estimates, %v, want a problem", len(res.Estimates), err)
			}
		})
	}
}

// whole is a graph with every field set, and what it refers to.
func whole() residual.Inputs {
	in := inputs(effect("mfa", residual.Prevent, "sign-in", 900), effect("siem", residual.Detect, "", 800), effect("soc", residual.Respond, "", 500))
	in.Graph.Rules.Planned, in.Graph.Rules.Untested, in.Graph.Rules.Stale = 10, 20, 30
	in.Graph.Effects[0].Basis = isms.Text{"en": "Test of January", "nl": "Toets van januari"}
	in.Graph.Controls[0].Tests = append(in.Graph.Controls[0].Tests, residual.Test{Evidence: "e-1", Variance: residual.Variance{PerYear: 2, Days: 3, Strength: 4}})
	restsOn(&in, "mfa", "sso")
	in.Assets = []isms.Asset{{Common: isms.Common{ID: "sso"}, Title: isms.Plain("Single sign-on"), Type: isms.AssetService}}
	in.Roles = []isms.Role{{Common: isms.Common{ID: "cio"}, Title: isms.Plain("CIO")}}
	in.Evidence[0].Title, in.Evidence[0].Type = isms.Plain("Test"), isms.EvidenceTest
	return in
}

// What was computed from values is computed from a store too, and the past is
// just another input.
func TestReadInputs(t *testing.T) {
	space := isms.Open(memstore.New(), &isms.Options{Now: func() time.Time { return time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC) }}).Space("acme").As(isms.Person("jan"))
	in := whole()
	in.Methodologies[0].Rev = 0
	err := space.Update(t.Context(), "", func(tx *isms.Tx) error {
		err := errors.Join(risk.Methodologies(tx).Put(&in.Methodologies[0]), isms.Assets(tx).Put(&in.Assets[0]), isms.Roles(tx).Put(&in.Roles[0]),
			isms.EvidenceRecords(tx).Put(&in.Evidence[0]), risk.Risks(tx).Put(&in.Risks[0]), residual.Graphs(tx).Put(&in.Graph))
		for i := range in.Controls {
			err = errors.Join(err, isms.Controls(tx).Put(&in.Controls[i]))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = space.View(t.Context(), func(tx *isms.Tx) error {
		got, err := residual.ReadInputs(tx, "model")
		if err != nil {
			return err
		}
		if diff := cmp.Diff(in.Graph, got.Graph, cmpopts.EquateEmpty(), cmp.Comparer(isms.Date.Equal)); diff != "" {
			t.Errorf("graph (-want +got):\n%s", diff)
		}
		want, err := residual.Compute(in, today(), nil)
		if err != nil {
			return err
		}
		have, err := residual.Compute(got, today(), nil)
		if err != nil {
			return err
		}
		if diff := cmp.Diff(markdown(t, want, "nl"), markdown(t, have, "nl")); diff != "" {
			t.Errorf("report (-want +got):\n%s", diff)
		}
		if len(have.Estimates) != 1 || have.Estimates[0].Modelled.Rank == have.Estimates[0].Inherent.Rank {
			t.Errorf("Compute = %+v, want an estimate below the inherent risk", have.Estimates)
		}
		_, err = residual.ReadInputs(tx, "other")
		if !errors.Is(err, driver.ErrNotFound) {
			t.Errorf("ReadInputs of no graph = %v, want %v", err, driver.ErrNotFound)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
