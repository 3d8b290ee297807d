package quant

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/ismskit/ismskit/internal/corpus"
)

// answer is a case of which the right numbers are known, from a closed form or
// a published example.
type answer struct {
	ID        string          `json:"id"`
	Topic     string          `json:"topic"`
	Input     json.RawMessage `json:"input"`
	Expected  json.RawMessage `json:"expected"`
	Tolerance struct {
		Rel, Abs float64
	} `json:"tolerance"`
}

// knownTopics is how each topic is computed here; the names are those of the answers.
func knownTopics() map[string]func(*testing.T, answer) map[string]float64 {
	return map[string]func(*testing.T, answer) map[string]float64{
		"lognormal90": knownLognormal, "ale": knownCompound, "pert": knownPERT, "triangular": knownTriangular,
		"truncation": knownTruncation, "compound_moments": knownCompound, "bernoulli_severity": knownCompound,
		"fair_tree": knownTree, "bayes": knownBayes, "lec_confidence": knownConfidence, "tolerance_curve": knownCurve,
	}
}

func TestKnownAnswers(t *testing.T) {
	data, err := os.ReadFile("testdata/estimates.json")
	if err != nil {
		t.Fatal(err)
	}
	answers := decoded[[]answer](t, data)
	if len(answers) != 33 {
		t.Errorf("%d known answers, want 33", len(answers))
	}
	compare(t, answers)
}

// The answers of the corpus are the same, or more.
func TestKnownAnswersOfTheCorpus(t *testing.T) {
	data, err := os.ReadFile(corpus.Path(t, "facts", "risk", "known_answers.json"))
	if err != nil {
		t.Fatal(err)
	}
	compare(t, decoded[struct {
		Cases []answer `json:"cases"`
	}](t, data).Cases)
}

func compare(t *testing.T, answers []answer) {
	t.Helper()
	for _, a := range answers {
		compute := knownTopics()[a.Topic]
		if compute == nil {
			continue // of another package, or of the engines
		}
		t.Run(a.ID, func(t *testing.T) {
			got, checked := compute(t, a), 0
			for name, want := range numbers(decoded[map[string]any](t, a.Expected)) {
				have, ok := got[name]
				if !ok {
					continue
				}
				checked++
				if !(math.Abs(have-want) <= a.Tolerance.Rel*math.Abs(want)+a.Tolerance.Abs) {
					t.Errorf("%s = %v, want %v", name, have, want)
				}
			}
			if checked != len(got) || checked == 0 {
				t.Errorf("%d of %d figures have a known answer", checked, len(got))
			}
		})
	}
}

// numbers flattens the expected figures: lists and maps get a path.
func numbers(v map[string]any) map[string]float64 {
	out := map[string]float64{}
	var visit func(path string, v any)
	visit = func(path string, v any) {
		switch v := v.(type) {
		case float64:
			out[path] = v
		case bool:
			out[path] = 0
			if v {
				out[path] = 1
			}
		case []any:
			for i, x := range v {
				visit(path+string(rune('0'+i)), x)
			}
		case map[string]any:
			for name, x := range v {
				visit(path+name, x)
			}
		}
	}
	visit("", v)
	return out
}

func decoded[T any](t *testing.T, data []byte) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func summary(t *testing.T, e Estimate) Summary {
	t.Helper()
	s, err := e.Summary()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func knownLognormal(t *testing.T, a answer) map[string]float64 {
	t.Helper()
	e := Estimate{Lognormal90: new(decoded[Interval90](t, a.Input))}
	d, s := e.distribution().(lognormal), summary(t, e)
	return map[string]float64{"mu": d.mu, "sigma": d.sigma, "mean": s.Mean, "median": s.P50, "sd": s.SD, "p99": s.P99}
}

func knownPERT(t *testing.T, a answer) map[string]float64 {
	t.Helper()
	e := Estimate{PERT: new(decoded[ThreePoint](t, a.Input))}
	s := summary(t, e)
	shapeA, shapeB := e.PERT.shapes()
	mode := e.PERT.Low + (e.PERT.High-e.PERT.Low)*(shapeA-1)/(shapeA+shapeB-2) // of a beta distribution
	return map[string]float64{"alpha": shapeA, "beta": shapeB, "mean": s.Mean, "sd": s.SD, "mode": mode, "p05": s.P05, "p50": s.P50, "p95": s.P95}
}

func knownTriangular(t *testing.T, a answer) map[string]float64 {
	t.Helper()
	s := summary(t, Estimate{Triangular: new(decoded[ThreePoint](t, a.Input))})
	return map[string]float64{"mean": s.Mean, "var": s.SD * s.SD}
}

func knownTruncation(t *testing.T, a answer) map[string]float64 {
	t.Helper()
	in := decoded[struct {
		Mu, Sigma float64
		Cap       *float64
		Low       *float64
		High      any
	}](t, a.Input)
	if in.Cap != nil {
		e := Estimate{Lognormal: &Lognormal{in.Mu, in.Sigma}}
		return map[string]float64{
			"limited_expected_value": summary(t, Estimate{Capped: &Capped{e, *in.Cap}}).Mean,
			"truncated_mean":         summary(t, Estimate{Truncated: &Truncated{Of: e, High: in.Cap}}).Mean,
			"p_exceed":               e.distribution().sf(*in.Cap),
		}
	}
	e := Truncated{Of: Estimate{Normal: &Normal{in.Mu, in.Sigma}}, Low: in.Low}
	if high, ok := in.High.(float64); ok {
		e.High = &high
	}
	s := summary(t, Estimate{Truncated: &e})
	return map[string]float64{"mean": s.Mean, "sd": s.SD}
}

func knownCompound(t *testing.T, a answer) map[string]float64 {
	t.Helper()
	in := decoded[struct {
		Interval90

		Frequency   json.RawMessage
		Lam         *float64
		R, P        float64
		Probability *float64
	}](t, a.Input)
	loss := Estimate{Lognormal90: &in.Interval90}
	var f Frequency
	switch {
	case in.Lam != nil:
		f.Poisson = in.Lam
	case in.Probability != nil:
		f.Bernoulli = in.Probability
	case in.R > 0:
		f.NegativeBinomial = &NegativeBinomial{in.R, in.P}
	default:
		f.Poisson = new(decoded[float64](t, in.Frequency))
	}
	s := Scenario{ID: "one", Frequency: &f, Severity: &loss}
	one := s.part()
	one.shock = 1
	p := portfolio{parts: []part{one}, weight: [2]float64{1, 0}, states: 1}
	mean, variance, zero := p.moments()
	d, n := loss.distribution(), f.distribution()
	if a.Topic == "ale" {
		return map[string]float64{"ale": mean}
	}
	out := map[string]float64{"mean": mean, "variance": variance, "p_zero": zero}
	switch {
	case in.Lam != nil:
		out["sd"] = math.Sqrt(variance)
		out["skewness"] = n.mean() * d.third() / math.Pow(variance, 1.5)
	case in.Probability != nil: // one event at most: its own tail
		for name, q := range map[string]float64{"var95": 0.05, "var99": 0.01, "var999": 0.001} {
			out[name] = d.isf(q / *in.Probability)
		}
		v := out["var99"]
		out["tvar99"] = (d.mean() - d.partial(1, v)) / d.sf(v)
	}
	return out
}

func knownTree(t *testing.T, a answer) map[string]float64 {
	t.Helper()
	in := decoded[map[string]json.RawMessage](t, a.Input)
	list := func(name string) []float64 { return decoded[[]float64](t, in[name]) }
	pert := func(name string) *Estimate {
		v := list(name)
		return &Estimate{PERT: &ThreePoint{Low: v[0], Mode: v[1], High: v[2]}}
	}
	switch a.ID {
	case "fair-product-mean":
		mean := treeMean(t, Tree{
			ContactFrequency: pert("cf"), ProbabilityOfAction: pert("poa"), Vulnerability: pert("vuln"),
			PrimaryLoss: pert("primary"), Secondary: []Secondary{{Frequency: *pert("slef"), Magnitude: *pert("slm")}},
		})
		return map[string]float64{"ale": mean}
	case "fair-calc-tef-v":
		out := map[string]float64{}
		for i, tef := range list("tef") {
			n, _, _ := Tree{
				ThreatEventFrequency: &Estimate{Constant: &tef}, Vulnerability: &Estimate{Constant: &list("vuln")[i]},
				LossMagnitude: &Estimate{Constant: new(1.0)},
			}.distribution()
			out["lef"+string(rune('0'+i))] = n.mean()
		}
		return out
	case "fair-vuln-step":
		return map[string]float64{"vuln_mean": exceeds(newEmpirical(list("tcap")), newEmpirical(list("rs")))}
	case "evaluator-loss-opp":
		out := map[string]float64{}
		for i, c := range list("tcap") {
			out["loss_events"+string(rune('0'+i))] = exceeds(constant(c), constant(list("rs")[i]))
		}
		return out
	case "fair-multi-secondary":
		tree := Tree{LossEventFrequency: &Estimate{Constant: new(1.0)}, PrimaryLoss: &Estimate{Constant: new(0.0)}}
		for _, s := range decoded[[]struct{ SLEF, SLM float64 }](t, in["secondary"]) {
			tree.Secondary = append(tree.Secondary, Secondary{Frequency: Estimate{Constant: &s.SLEF}, Magnitude: Estimate{Constant: &s.SLM}})
		}
		return map[string]float64{"secondary_loss": treeMean(t, tree)}
	default:
		normal := func(name string) severity {
			v := decoded[struct{ Normal [2]float64 }](t, in[name]).Normal
			return Estimate{Normal: &Normal{v[0], v[1]}}.distribution()
		}
		return map[string]float64{"vuln": exceeds(normal("tcap"), normal("rs"))}
	}
}

// treeMean is the yearly loss to expect.
func treeMean(t *testing.T, tree Tree) float64 {
	t.Helper()
	s := Scenario{ID: "one", FAIR: &tree}
	p := s.part()
	mean, _ := p.moments()
	return p.count.mean() * mean
}

func knownBayes(t *testing.T, a answer) map[string]float64 {
	t.Helper()
	in := decoded[struct {
		Prior  struct{ Shape, Rate float64 }
		Events int
		Years  float64
	}](t, a.Input)
	var prior *Gamma
	if in.Prior.Rate > 0 {
		prior = &Gamma{in.Prior.Shape, 1 / in.Prior.Rate}
	}
	g, err := RateFromData(prior, in.Events, in.Years)
	if err != nil {
		t.Fatal(err)
	}
	s := summary(t, Estimate{Gamma: &g})
	out := map[string]float64{"posteriorshape": g.Shape, "posteriorrate": 1 / g.Scale, "mean": s.Mean}
	if prior != nil {
		out["sd"] = s.SD
	}
	return out
}

func knownConfidence(t *testing.T, a answer) map[string]float64 {
	t.Helper()
	in := decoded[struct {
		Exceedances, Years int
		Level              float64
	}](t, a.Input)
	if in.Exceedances == 0 {
		return map[string]float64{"epsilon": uniformBand(float64(in.Years), in.Level)}
	}
	low, high, err := ProbabilityBounds(in.Exceedances, in.Years, in.Level)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]float64{"p": float64(in.Exceedances) / float64(in.Years), "low": low, "high": high}
}

func knownCurve(t *testing.T, a answer) map[string]float64 {
	t.Helper()
	in := decoded[struct{ Points [2][2]float64 }](t, a.Input).Points
	d, err := LognormalThrough(Tolerance{Probability: in[0][0], Loss: in[0][1]}, Tolerance{Probability: in[1][0], Loss: in[1][1]})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]float64{"mu": d.Mu, "sigma": d.Sigma}
}
