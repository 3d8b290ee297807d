package residual_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/ismskit/ismskit/risk/residual"
)

type knownAnswer struct {
	ID        string             `json:"id"`
	Input     map[string]float64 `json:"input"`
	Expected  map[string]float64 `json:"expected"`
	Tolerance map[string]float64 `json:"tolerance"`
	Source    string             `json:"source"`
}

func (k knownAnswer) compare(t *testing.T, what string, got float64) {
	t.Helper()
	want, ok := k.Expected[what]
	if !ok {
		t.Fatalf("%s expects no %s", k.ID, what)
	}
	if off := math.Abs(got - want); off > k.Tolerance["abs"]+k.Tolerance["rel"]*math.Abs(want) {
		t.Errorf("%s: %s = %v, want %v (%s)", k.ID, what, got, want, k.Source)
	}
}

func (k knownAnswer) perMille(name string) int { return int(math.Round(k.Input[name] * 1000)) }

func TestKnownAnswers(t *testing.T) {
	data, err := os.ReadFile("testdata/known_answers.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []knownAnswer
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	how := map[string]func(*testing.T, knownAnswer){"faircam-opeff": operationalEfficacy, "residual-simplerisk": oneControl}
	for _, k := range list {
		t.Run(k.ID, func(t *testing.T) { how[k.ID](t, k) })
		delete(how, k.ID)
	}
	if len(how) > 0 {
		t.Errorf("no cases for %v", how)
	}
}

// A control that was measured by the times that it did not work.
func operationalEfficacy(t *testing.T, k knownAnswer) {
	t.Helper()
	run := func(coverage, design, strength int) residual.Estimate {
		e := effect("filter", residual.Prevent, "", design)
		e.Coverage = coverage
		in := inputs(e)
		in.Graph.Controls[0].Tests = []residual.Test{{Evidence: "e-1", Variance: residual.Variance{
			PerYear: int(k.Input["variance_frequency"]), Days: int(k.Input["variance_duration_days"]), Strength: strength,
		}}}
		return compute(t, in, nil)
	}
	e := run(k.perMille("coverage"), k.perMille("intended"), k.perMille("variant"))
	if f := e.Factors[0]; f.Standing != residual.CodeVariance {
		t.Errorf("Standing = %s, want %s", f.Standing, residual.CodeVariance)
	}
	efficacy, _ := e.Factors[0].Earns.Float64()
	k.compare(t, "operational_efficacy", efficacy)
	susceptibility, _ := e.Likelihood.Float64()
	k.compare(t, "susceptibility", susceptibility)
	reliability, _ := run(1000, 1000, 0).Factors[0].Earns.Float64()
	k.compare(t, "reliability", reliability)
}

// One control that takes off a percentage leaves the rest.
func oneControl(t *testing.T, k knownAnswer) {
	t.Helper()
	e := compute(t, inputs(effect("filter", residual.Prevent, "", int(k.Input["mitigation_percent"])*10)), nil)
	left, _ := e.Likelihood.Float64()
	k.compare(t, "residual", k.Input["inherent"]*left)
}

// SimpleRisk takes the greatest percentage of several controls: a second layer
// would earn nothing. Layers multiply.
func TestASecondLayerCounts(t *testing.T) {
	e := compute(t, inputs(effect("filter", residual.Prevent, "mail", 350), effect("mfa", residual.Prevent, "sign-in", 200)), nil)
	wantShares(t, e, "520/1000", "1")
}

// A combination by mean lets a weak control raise the risk (evaluator).
func TestAWeakControlRaisesNothing(t *testing.T) {
	for _, layer := range []string{"mail", "other"} {
		e := compute(t, inputs(effect("filter", residual.Prevent, "mail", 900), effect("weak", residual.Prevent, layer, 10)), nil)
		if e.Likelihood.Cmp(compute(t, inputs(effect("filter", residual.Prevent, "mail", 900)), nil).Likelihood) > 0 {
			t.Errorf("layer %s: a weak control beside a strong one leaves %s, want at most 1/10", layer, e.Likelihood.RatString())
		}
	}
}

// A control that credits other threats than it acts on (precogly #495).
func TestAControlActsOnItsOwnRiskOnly(t *testing.T) {
	in := inputs(effect("filter", residual.Prevent, "", 900))
	other := in.Risks[0]
	other.ID, other.Label = "r-2", "R-2"
	in.Risks = append(in.Risks, other)
	weak := effect("filter", residual.Prevent, "", 0)
	weak.Risk = "r-2"
	in.Graph.Effects = append(in.Graph.Effects, weak)
	res, err := residual.Compute(in, today(), nil)
	if err != nil {
		t.Fatal(err)
	}
	wantShares(t, res.Estimates[0], "1/10", "1")
	wantShares(t, res.Estimates[1], "1", "1")
	if got, want := res.Estimates[1].Modelled, res.Estimates[1].Inherent; got.Compare(want) != 0 {
		t.Errorf("Modelled of the other risk = %v, want the inherent level %v", got, want)
	}
}
