package risk_test

import (
	"encoding/json"
	"math"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/internal/corpus"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
)

// known is one known answer of a published method.
type known struct {
	ID        string         `json:"id"`
	Topic     string         `json:"topic"`
	Input     map[string]any `json:"input"`
	Expected  map[string]any `json:"expected"`
	Tolerance struct {
		Abs float64 `json:"abs"`
		Rel float64 `json:"rel"`
	} `json:"tolerance"`
}

// answers calculates the known answers of one topic.
func answers() map[string]func(*testing.T, known) map[string]any {
	matrix := func(m risk.Methodology, row, column string) func(*testing.T, known) map[string]any {
		return func(_ *testing.T, k known) map[string]any {
			level := m.Rate(risk.Evaluation{Likelihood: k.int(row), Impact: k.int(column)})
			return map[string]any{"risk_index": float64(level.Rank - 1)}
		}
	}
	return map[string]func(*testing.T, known) map[string]any{
		"matrix_iso27005_as_in_ciso_assistant": matrix(risk.ISO27005(), "likelihood", "impact"),
		"matrix_ebios_as_in_ciso_assistant":    matrix(risk.EBIOS(), "col", "row"), // gravity in the rows, as EBIOS prints it
		"nist800_30_I2": func(_ *testing.T, k known) map[string]any {
			level := risk.NIST80030().Rate(risk.Evaluation{Likelihood: nist(k.Input["likelihood"]), Impact: nist(k.Input["impact"])})
			return map[string]any{"risk": nistName(level.Rank)}
		},
		"nist800_30_G5": func(t *testing.T, k known) map[string]any {
			t.Helper()
			e, _ := evaluate(t, risk.NIST80030(), map[string]int{"initiation": nist(k.Input["initiation"]), "adverse-impact": nist(k.Input["adverse_impact"])})
			return map[string]any{"overall_likelihood": nistName(e.Likelihood)}
		},
		"bsi_200_3": func(_ *testing.T, k known) map[string]any {
			impact := 1 + slices.Index([]any{"vernachlaessigbar", "begrenzt", "betraechtlich", "existenzbedrohend"}, k.Input["impact"])
			likelihood := 1 + slices.Index([]any{"selten", "mittel", "haeufig", "sehr haeufig"}, k.Input["frequency"])
			level := risk.BSI2003().Rate(risk.Evaluation{Likelihood: likelihood, Impact: impact})
			return map[string]any{"risk": []string{"", "gering", "mittel", "hoch", "sehr hoch"}[level.Rank]}
		},
		"ebios_pertinence": func(t *testing.T, k known) map[string]any {
			t.Helper()
			_, d := evaluate(t, risk.EBIOS(), map[string]int{"motivation": k.int("motivation"), "resources": k.int("resources")})
			return map[string]any{"pertinence": float64(d[0].Step)}
		},
		"ebios_stakeholder": func(t *testing.T, k known) map[string]any {
			t.Helper()
			_, d := evaluate(t, risk.EBIOS(), k.ints())
			return map[string]any{"threat_level": float(t, d[0].Value)}
		},
		"owasp":              owasp,
		"monarc":             monarc,
		"simplerisk_classic": classic,
		"dread": func(t *testing.T, k known) map[string]any {
			t.Helper()
			d := derivation(risk.Derivation{Rule: risk.Sum, Divisor: 5}, "damage", "reproducibility", "exploitability", "affected", "discoverability")
			_, out := evaluate(t, risk.Methodology{Derivations: []risk.Derivation{d}}, k.ints())
			return map[string]any{"score": float(t, out[0].Value)}
		},
		"contributing": contributing,
	}
}

// owasp rates with business impact, as the method does when there is any, and
// once more without, as it does when there is none.
func owasp(t *testing.T, k known) map[string]any {
	t.Helper()
	m := risk.OWASP()
	scores := func(parts ...string) map[string]int {
		out := map[string]int{}
		for part, factors := range map[string][]risk.Factor{
			"threat_agent": m.Derivations[0].Factors[:4], "vulnerability": m.Derivations[0].Factors[4:],
			"business": m.Derivations[1].Factors, "technical": m.Derivations[2].Factors,
		} {
			if !slices.Contains(parts, part) {
				continue
			}
			for i, v := range k.Input[part].([]any) {
				out[factors[i].ID] = int(v.(float64))
			}
		}
		return out
	}
	words := []string{"", "LOW", "MEDIUM", "HIGH"}
	e, d := evaluate(t, m, scores("threat_agent", "vulnerability", "business", "technical"))
	without, _ := evaluate(t, m, scores("threat_agent", "vulnerability", "technical"))
	return map[string]any{
		"likelihood": float(t, d[0].Value), "likelihood_level": words[e.Likelihood],
		"business": float(t, d[1].Value), "business_level": words[d[1].Step],
		"technical": float(t, d[2].Value), "technical_level": words[d[2].Step],
		"severity": m.Rate(e).Band.Title.String(), "severity_technical": m.Rate(without).Band.Title.String(),
	}
}

func monarc(t *testing.T, k known) map[string]any {
	t.Helper()
	m := risk.MONARC()
	scores := k.ints("threat_affects", "reduction")
	e, _ := evaluate(t, m, scores)
	scores["vulnerability"] -= k.int("reduction")
	target, _ := evaluate(t, m, scores)
	return map[string]any{"max_risk": float64(m.Rate(e).Score), "target_risk": float64(m.Rate(target).Score)}
}

// classic is the five formulas of one tool, which scales its scores to 10.
func classic(_ *testing.T, k known) map[string]any {
	m := matrix5()
	m.Matrix = nil
	m.Formula = []risk.Formula{{Product: 1, Impact: 2}, {Product: 1, Impact: 1}, {Product: 1}, {Product: 1, Likelihood: 1}, {Product: 1, Likelihood: 2}}[k.int("model")-1]
	score := func(l, i int) float64 { return float64(m.Rate(risk.Evaluation{Likelihood: l, Impact: i}).Score) }
	return map[string]any{"score": 10 * score(k.int("likelihood"), k.int("impact")) / score(5, 5)}
}

// contributing is a weighted sum: the weights of the factors are made whole.
func contributing(t *testing.T, k known) map[string]any {
	t.Helper()
	d := derivation(risk.Derivation{Rule: risk.Sum}, "likelihood", "a", "b")
	scores := map[string]int{"likelihood": k.int("likelihood"), "a": 0, "b": 0}
	most := k.int("max_likelihood")
	d.Divisor, d.Factors[0].Weight = 2*most, 2*5
	for i, v := range k.Input["impacts"].([]any) {
		impact := v.(map[string]any)
		if impact["max"] != float64(most) {
			t.Fatalf("%s: the scales differ", k.ID)
		}
		d.Factors[1+i].Weight = int(2 * 5 * impact["weight"].(float64))
		scores[d.Factors[1+i].ID] = int(impact["value"].(float64))
	}
	_, out := evaluate(t, risk.Methodology{Derivations: []risk.Derivation{d}}, scores)
	return map[string]any{"score": float(t, out[0].Value)}
}

func TestKnownAnswers(t *testing.T) {
	calculate, count := answers(), map[string]int{}
	for _, k := range readKnown(t, "testdata/methods.json") {
		count[k.Topic]++
		got := calculate[k.Topic](t, k)
		for name, want := range k.Expected {
			if !near(got[name], want, k.Tolerance.Abs, k.Tolerance.Rel) {
				t.Errorf("%s: %s = %v, want %v", k.ID, name, got[name], want)
			}
		}
	}
	want := map[string]int{
		"nist800_30_I2": 13, "nist800_30_G5": 13, "matrix_iso27005_as_in_ciso_assistant": 13, "matrix_ebios_as_in_ciso_assistant": 8,
		"ebios_pertinence": 8, "ebios_stakeholder": 2, "bsi_200_3": 8, "owasp": 3, "monarc": 2,
		"simplerisk_classic": 10, "dread": 2, "contributing": 2,
	}
	if diff := cmp.Diff(want, count); diff != "" {
		t.Errorf("cases by topic (-want +got):\n%s", diff)
	}
}

// The cases kept here are those of the corpus, word for word.
func TestKnownAnswersAreTranscribed(t *testing.T) {
	data, err := os.ReadFile(corpus.Path(t, "facts", "risk", "known_answers.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []known `json:"cases"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	ours := answers()
	want := slices.DeleteFunc(file.Cases, func(k known) bool { return ours[k.Topic] == nil })
	if diff := cmp.Diff(want, readKnown(t, "testdata/methods.json")); diff != "" {
		t.Errorf("testdata/methods.json (-want +got):\n%s", diff)
	}
}

func readKnown(t *testing.T, file string) []known {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var list []known
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

func near(got, want any, abs, rel float64) bool {
	g, isNumber := got.(float64)
	w, wantNumber := want.(float64)
	if !isNumber || !wantNumber {
		return got == want
	}
	return math.Abs(g-w) <= abs+rel*math.Abs(w)
}

func (k known) int(name string) int { return int(k.Input[name].(float64)) }

// ints are the scores among the input, by factor.
func (k known) ints(except ...string) map[string]int {
	out := map[string]int{}
	for name := range k.Input {
		if !slices.Contains(except, name) {
			out[name] = k.int(name)
		}
	}
	return out
}

func nist(word any) int { return 1 + slices.Index([]any{"VL", "L", "M", "H", "VH"}, word) }

func nistName(n int) string { return []string{"", "VL", "L", "M", "H", "VH"}[n] }

// float reads the exact number of a result.
func float(t *testing.T, s string) float64 {
	t.Helper()
	r, ok := new(big.Rat).SetString(s)
	if !ok || strings.ContainsAny(s, "eE") {
		t.Fatalf("value %q, want an exact number", s)
	}
	f, _ := r.Float64()
	return f
}

func evaluate(t *testing.T, m risk.Methodology, scores map[string]int) (risk.Evaluation, []risk.Derived) {
	t.Helper()
	e, d, err := m.Evaluate(scores)
	if err != nil {
		t.Fatal(err)
	}
	return e, d
}

// derivation is one with factors scored from 0 to 10.
func derivation(d risk.Derivation, factors ...string) risk.Derivation {
	d.ID, d.Title = "d", isms.Plain("d")
	for _, id := range factors {
		d.Factors = append(d.Factors, risk.Factor{ID: id, Title: isms.Plain(id), High: 10})
	}
	return d
}
