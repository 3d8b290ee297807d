package quant_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk/quant"
)

type (
	estimate  = quant.Estimate
	frequency = quant.Frequency
)

// Every fault of an estimate is a problem with its code and its place, and the
// estimate is refused wherever it stands.
func TestEstimateProblems(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	lognormal := estimate{Lognormal90: &quant.Interval90{P05: 1000, P95: 50_000}}
	deep := lognormal
	for range 9 {
		deep = estimate{Capped: &quant.Capped{Of: deep, At: 5}}
	}
	for name, c := range map[string]struct {
		e    estimate
		want []string
	}{
		"nothing":             {estimate{}, []string{"quant/one-kind "}},
		"two kinds":           {estimate{Constant: new(1.0), Uniform: &quant.Range{High: 1}}, []string{"quant/one-kind "}},
		"NaN":                 {estimate{Constant: &nan}, []string{"quant/not-finite /constant"}},
		"infinite":            {estimate{Constant: &inf}, []string{"quant/not-finite /constant"}},
		"beyond":              {estimate{Constant: new(1e101)}, []string{"quant/too-large /constant"}},
		"negative":            {estimate{Constant: new(-1.0)}, []string{"quant/negative /constant"}},
		"uniform reversed":    {estimate{Uniform: &quant.Range{Low: 2, High: 1}}, []string{"quant/order /uniform/high"}},
		"uniform negative":    {estimate{Uniform: &quant.Range{Low: -2, High: 1}}, []string{"quant/negative /uniform"}},
		"uniform NaN twice":   {estimate{Uniform: &quant.Range{Low: nan, High: nan}}, []string{"quant/not-finite /uniform/low", "quant/not-finite /uniform/high"}},
		"mode below":          {estimate{PERT: &quant.ThreePoint{Low: 5, Mode: 1, High: 9}}, []string{"quant/order /pert/mode"}},
		"mode above":          {estimate{PERT: &quant.ThreePoint{Low: 5, Mode: 10, High: 9}}, []string{"quant/order /pert/mode"}},
		"no width":            {estimate{Triangular: &quant.ThreePoint{Low: 5, Mode: 5, High: 5}}, []string{"quant/order /triangular/high"}},
		"triangular gamma":    {estimate{Triangular: &quant.ThreePoint{Low: 5, Mode: 5, High: 6, Gamma: 4}}, []string{"quant/over-specified /triangular/gamma"}},
		"pert gamma":          {estimate{PERT: &quant.ThreePoint{Low: 5, Mode: 5, High: 6, Gamma: -4}}, []string{"quant/range /pert/gamma"}},
		"normal loss":         {estimate{Normal: &quant.Normal{Mean: 100, SD: 1}}, []string{"quant/negative /normal"}},
		"normal sd":           {estimate{Normal: &quant.Normal{Mean: 100}}, []string{"quant/not-positive /normal/sd"}},
		"interval reversed":   {estimate{Lognormal90: &quant.Interval90{P05: 5, P95: 4}}, []string{"quant/order /lognormal90/p95"}},
		"interval equal":      {estimate{Lognormal90: &quant.Interval90{P05: 5, P95: 5}}, []string{"quant/order /lognormal90/p95"}},
		"interval too narrow": {estimate{Lognormal90: &quant.Interval90{P05: 1e10, P95: 1e10 + 1}}, []string{"quant/range /lognormal90/p95"}},
		"interval too wide":   {estimate{Lognormal90: &quant.Interval90{P05: 1e-10, P95: 1e10}}, []string{"quant/range /lognormal90/p95"}},
		"interval from zero":  {estimate{Lognormal90: &quant.Interval90{P05: 0, P95: 5}}, []string{"quant/not-positive /lognormal90/p05"}},
		"sigma":               {estimate{Lognormal: &quant.Lognormal{Mu: 1, Sigma: 11}}, []string{"quant/range /lognormal/sigma"}},
		"mu":                  {estimate{Lognormal: &quant.Lognormal{Mu: 1e9, Sigma: 1}}, []string{"quant/range /lognormal/mu"}},
		"gamma":               {estimate{Gamma: &quant.Gamma{Shape: 0, Scale: -1}}, []string{"quant/range /gamma/shape", "quant/not-positive /gamma/scale"}},
		"pareto":              {estimate{Pareto: &quant.Pareto{Minimum: 0, Alpha: 0}}, []string{"quant/not-positive /pareto/minimum", "quant/range /pareto/alpha"}},
		"gpd":                 {estimate{GPD: &quant.GPD{Threshold: nan, Scale: 0, Shape: -1}}, []string{"quant/not-finite /gpd/threshold", "quant/not-positive /gpd/scale", "quant/range /gpd/shape"}},
		"beta":                {estimate{Beta: &quant.Beta{Alpha: 1, Beta: nan, Low: 3, High: 2}}, []string{"quant/not-finite /beta/beta", "quant/order /beta/high"}},
		"empirical":           {estimate{Empirical: []float64{1, nan, -3}}, []string{"quant/not-finite /empirical/1"}},
		"empirical negative":  {estimate{Empirical: []float64{1, -3}}, []string{"quant/negative /empirical"}},
		"empirical empty":     {estimate{Empirical: []float64{}}, []string{"quant/empty /empirical"}},
		"mixture empty":       {estimate{Mixture: []quant.Weighted{}}, []string{"quant/empty /mixture"}},
		"mixture weights":     {estimate{Mixture: []quant.Weighted{{Weight: 0, Of: lognormal}}}, []string{"quant/not-positive /mixture"}},
		"mixture within":      {estimate{Mixture: []quant.Weighted{{Weight: -1, Of: estimate{Constant: &nan}}}}, []string{"quant/negative /mixture/0/weight", "quant/not-finite /mixture/0/of/constant", "quant/not-positive /mixture"}},
		"truncated nowhere":   {estimate{Truncated: &quant.Truncated{Of: lognormal}}, []string{"quant/missing /truncated"}},
		"truncated reversed":  {estimate{Truncated: &quant.Truncated{Of: lognormal, Low: new(5.0), High: new(4.0)}}, []string{"quant/order /truncated"}},
		"truncated empty":     {estimate{Truncated: &quant.Truncated{Of: lognormal, Low: new(1e30)}}, []string{"quant/no-mass /truncated"}},
		"truncated negative":  {estimate{Truncated: &quant.Truncated{Of: estimate{Normal: &quant.Normal{Mean: 1, SD: 1}}, Low: new(-1.0)}}, []string{"quant/negative /truncated"}},
		"capped negative":     {estimate{Capped: &quant.Capped{Of: estimate{Normal: &quant.Normal{Mean: 1, SD: 1}}, At: -1}}, []string{"quant/negative /capped/of/normal", "quant/not-positive /capped/at"}},
		"excess":              {estimate{Excess: &quant.Excess{Of: lognormal, Over: -1, Limit: nan}}, []string{"quant/negative /excess/over", "quant/not-finite /excess/limit"}},
		"too deep":            {deep, []string{"quant/too-deep /capped/of/capped/of/capped/of/capped/of/capped/of/capped/of/capped/of/capped/of"}},
	} {
		got := faults(t, quant.Scenario{Frequency: &frequency{Poisson: new(1.0)}, Severity: &c.e}, "severity")
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestFrequencyProblems(t *testing.T) {
	nan := math.NaN()
	for name, c := range map[string]struct {
		f    frequency
		want []string
	}{
		"nothing":         {frequency{}, []string{"quant/one-kind "}},
		"two":             {frequency{Poisson: new(1.0), Bernoulli: new(1.0)}, []string{"quant/one-kind "}},
		"negative":        {frequency{Poisson: new(-1.0)}, []string{"quant/negative /poisson"}},
		"NaN":             {frequency{Poisson: &nan}, []string{"quant/not-finite /poisson"}},
		"above one":       {frequency{Bernoulli: new(1.1)}, []string{"quant/probability /bernoulli"}},
		"not a number":    {frequency{Bernoulli: &nan}, []string{"quant/probability /bernoulli"}},
		"binomial":        {frequency{Binomial: &quant.Binomial{Trials: -1, Probability: 2}}, []string{"quant/range /binomial/trials", "quant/probability /binomial/probability"}},
		"negbinomial":     {frequency{NegativeBinomial: &quant.NegativeBinomial{R: 0, P: 0}}, []string{"quant/range /negativeBinomial/r", "quant/not-positive /negativeBinomial/p"}},
		"mixed":           {frequency{Mixed: &estimate{Normal: &quant.Normal{Mean: 1, SD: 1}}}, []string{"quant/negative /mixed/normal"}},
		"infinite spread": {frequency{Mixed: &estimate{Pareto: &quant.Pareto{Minimum: 1, Alpha: 1.5}}}, []string{"quant/infinite-spread /mixed"}},
	} {
		got := faults(t, quant.Scenario{Frequency: &c.f, Severity: &estimate{Constant: new(1.0)}}, "frequency")
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// A tree states each node, or what it is derived from: not both, not neither.
func TestTreeProblems(t *testing.T) {
	e := &estimate{Constant: new(0.5)}
	capable, normal := &estimate{Normal: &quant.Normal{Mean: 1, SD: 1}}, &estimate{Normal: &quant.Normal{Mean: 0, SD: 1}}
	for name, c := range map[string]struct {
		tree quant.Tree
		want []string
	}{
		"nothing":            {quant.Tree{}, []string{"quant/missing /lossEventFrequency", "quant/missing /lossMagnitude"}},
		"stated":             {quant.Tree{LossEventFrequency: e, LossMagnitude: e}, nil},
		"derived":            {quant.Tree{ContactFrequency: e, ProbabilityOfAction: e, ThreatCapability: capable, ResistanceStrength: normal, PrimaryLoss: e, Secondary: []quant.Secondary{{Frequency: *e, Magnitude: *e}}}, nil},
		"frequency twice":    {quant.Tree{LossEventFrequency: e, ThreatEventFrequency: e, LossMagnitude: e}, []string{"quant/over-specified /lossEventFrequency"}},
		"frequency deep":     {quant.Tree{LossEventFrequency: e, ThreatCapability: e, LossMagnitude: e}, []string{"quant/over-specified /lossEventFrequency"}},
		"attempts twice":     {quant.Tree{ThreatEventFrequency: e, ContactFrequency: e, Vulnerability: e, LossMagnitude: e}, []string{"quant/over-specified /threatEventFrequency"}},
		"vulnerability twic": {quant.Tree{ThreatEventFrequency: e, Vulnerability: e, ResistanceStrength: e, LossMagnitude: e}, []string{"quant/over-specified /vulnerability"}},
		"loss twice":         {quant.Tree{LossEventFrequency: e, LossMagnitude: e, PrimaryLoss: e}, []string{"quant/over-specified /lossMagnitude"}},
		"loss twice, later":  {quant.Tree{LossEventFrequency: e, LossMagnitude: e, Secondary: []quant.Secondary{{Frequency: *e, Magnitude: *e}}}, []string{"quant/over-specified /lossMagnitude"}},
		"no vulnerability":   {quant.Tree{ThreatEventFrequency: e, LossMagnitude: e}, []string{"quant/missing /vulnerability"}},
		"no attempts":        {quant.Tree{Vulnerability: e, LossMagnitude: e}, []string{"quant/missing /threatEventFrequency"}},
		"half a contact":     {quant.Tree{ContactFrequency: e, Vulnerability: e, LossMagnitude: e}, []string{"quant/missing /probabilityOfAction"}},
		"half a contest":     {quant.Tree{ThreatEventFrequency: e, ThreatCapability: capable, LossMagnitude: e}, []string{"quant/missing /resistanceStrength"}},
		"no primary":         {quant.Tree{LossEventFrequency: e, Secondary: []quant.Secondary{{Frequency: *e, Magnitude: *e}}}, []string{"quant/missing /primaryLoss"}},
		"secondary wrong":    {quant.Tree{LossEventFrequency: e, PrimaryLoss: e, Secondary: []quant.Secondary{{Frequency: estimate{Constant: new(1.5)}, Magnitude: *normal}}}, []string{"quant/probability /secondary/0/frequency/constant", "quant/negative /secondary/0/magnitude/normal"}},
		"action above one":   {quant.Tree{ContactFrequency: e, ProbabilityOfAction: &estimate{Uniform: &quant.Range{High: 2}}, Vulnerability: e, LossMagnitude: e}, []string{"quant/probability /probabilityOfAction/uniform"}},
		"negative attempts":  {quant.Tree{ThreatEventFrequency: normal, Vulnerability: e, LossMagnitude: e}, []string{"quant/negative /threatEventFrequency/normal"}},
		"infinite spread":    {quant.Tree{LossEventFrequency: &estimate{Pareto: &quant.Pareto{Minimum: 1, Alpha: 2}}, LossMagnitude: e}, []string{"quant/infinite-spread /lossEventFrequency"}},
	} {
		if got := faults(t, quant.Scenario{FAIR: &c.tree}, "fair"); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// faults are the codes and places of the problems of a scenario, below one of
// its members. Each has its text in both languages with nothing left open.
func faults(t *testing.T, s quant.Scenario, member string) []string {
	t.Helper()
	s.ID = "one"
	var list []string
	for _, p := range (quant.Portfolio{Currency: "EUR", Scenarios: []quant.Scenario{s}}).Check() {
		place := "/scenarios/0/" + member
		if len(p.Path) < len(place) || p.Path[:len(place)] != place {
			t.Errorf("problem at %s, want it below %s", p.Path, place)
			continue
		}
		list = append(list, string(p.Code)+" "+p.Path[len(place):])
		for _, l := range []lang.Lang{lang.EN, lang.NL} {
			if text := p.Text(l); slices.Contains([]byte(text), '{') || text == p.Path+": "+string(p.Code) {
				t.Errorf("%s in %s: %q", p.Code, l, text)
			}
		}
	}
	return list
}

func TestSummaryRefuses(t *testing.T) {
	_, err := estimate{PERT: &quant.ThreePoint{Low: 3, Mode: 2, High: 1}}.Summary()
	if e, ok := errors.AsType[*isms.ProblemError](err); !ok || e.Problems[0].Path != "/pert/high" {
		t.Errorf("Summary() = %v, want a problem at /pert/high", err)
	}
}
