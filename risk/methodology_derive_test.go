package risk_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
)

// OWASP's own worked example. Averaging business and technical impact, as some
// tools do, would make it medium.
func ExampleMethodology_Evaluate() {
	m := risk.OWASP()
	e, derived, err := m.Evaluate(map[string]int{
		"skill": 5, "motive": 2, "opportunity": 7, "size": 1,
		"discovery": 3, "exploit": 6, "awareness": 9, "detection": 2,
		"confidentiality": 9, "integrity": 7, "availability": 5, "accountability": 8,
		"financial": 1, "reputation": 2, "violation": 1, "privacy": 5,
	})
	if err != nil {
		fmt.Println(err)
	}
	for _, d := range derived {
		fmt.Printf("%s: %s, step %d, decides: %t\n", d.ID, d.Calculation, d.Step, d.Decides)
	}
	fmt.Println(m.Rate(e).Label(lang.EN))
	// Output:
	// likelihood: (5 + 2 + 7 + 1 + 3 + 6 + 9 + 2) / 8 = 4.375, step 2, decides: true
	// business: (1 + 2 + 1 + 5) / 4 = 2.25, step 1, decides: true
	// technical: (9 + 7 + 5 + 8) / 4 = 7.25, step 3, decides: false
	// Low
}

func owaspScores() map[string]int {
	scores := map[string]int{}
	for _, d := range risk.OWASP().Derivations {
		for _, f := range d.Factors {
			scores[f.ID] = 3
		}
	}
	return scores
}

// A factor without a score is not assessed: not 0, not 10, not left out of the
// average. Every single one counts.
func TestUnscoredFactorIsNotAssessed(t *testing.T) {
	m := risk.OWASP()
	if e, _ := evaluate(t, m, owaspScores()); e.Likelihood != 2 || e.Impact != 2 {
		t.Fatalf("Evaluate = %+v, want medium", e)
	}
	// Of the third, technical impact, business impact decides: nothing changes.
	for i, want := range []risk.Evaluation{{Impact: 2}, {Likelihood: 2}, {Likelihood: 2, Impact: 2}} {
		for _, f := range m.Derivations[i].Factors {
			scores := owaspScores()
			delete(scores, f.ID)
			e, derived := evaluate(t, m, scores)
			if d := derived[i]; !slices.Equal(d.Missing, []string{f.ID}) || d.Step != 0 || d.Value != "" {
				t.Errorf("without %s: %+v, want it missing and no step", f.ID, d)
			}
			if e.Likelihood != want.Likelihood || e.Impact != want.Impact {
				t.Errorf("without %s: likelihood %d, impact %d, want %d, %d", f.ID, e.Likelihood, e.Impact, want.Likelihood, want.Impact)
			}
			if level := m.Rate(e); level.Rated() != want.Assessed() {
				t.Errorf("without %s: rated %t, want %t", f.ID, level.Rated(), want.Assessed())
			}
		}
	}
	if e, derived := evaluate(t, m, nil); e.Assessed() || len(derived) != 0 {
		t.Errorf("Evaluate(nil) = %+v, %v, want nothing", e, derived)
	}
}

// Business impact decides as soon as one of its factors is scored; the technical
// one never fills in.
func TestTechnicalImpactNeverFillsIn(t *testing.T) {
	m, scores := risk.OWASP(), owaspScores()
	for _, f := range m.Derivations[1].Factors {
		delete(scores, f.ID)
	}
	if e, _ := evaluate(t, m, scores); e.Impact != 2 {
		t.Errorf("without business factors: impact %d, want the technical 2", e.Impact)
	}
	scores["privacy"] = 0 // the lowest score is a score
	if e, derived := evaluate(t, m, scores); e.Impact != 0 || len(derived[1].Missing) != 3 {
		t.Errorf("with one business factor: impact %d, %+v, want not assessed and three missing", e.Impact, derived[1])
	}
}

// What is not on the scale of its factor is refused by name: -1 is no way to say
// "not assessed" (MONARC), and 10 is none either (SimpleRisk).
func TestScoreOffItsScaleIsRefused(t *testing.T) {
	m := risk.MONARC()
	m.Rev = 3
	_, derived, err := m.Evaluate(map[string]int{"threat": -1, "vulnerability": 6, "integrity": 2, "luck": 1})
	var problem *isms.ProblemError
	if !errors.As(err, &problem) || derived != nil {
		t.Fatalf("Evaluate = %v, %v, want a problem and nothing else", derived, err)
	}
	want := []isms.Problem{
		{Code: risk.CodeUnknownFactor, Subject: m.Pin(), Path: "/factors/luck", Args: map[string]string{"have": "luck"}},
		{Code: risk.CodeOffScale, Subject: m.Pin(), Path: "/factors/threat", Args: map[string]string{"have": "-1", "want": "0 ... 4"}},
		{Code: risk.CodeOffScale, Subject: m.Pin(), Path: "/factors/vulnerability", Args: map[string]string{"have": "6", "want": "0 ... 5"}},
	}
	if diff := cmp.Diff(want, problem.Problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

// 0 is a score of MONARC and -1 is not: what is scored 0 is low, what is not
// scored has no level.
func TestZeroIsAScore(t *testing.T) {
	m := risk.MONARC()
	scores := map[string]int{"threat": 0, "vulnerability": 5, "confidentiality": 0, "integrity": 4, "availability": 0}
	e, derived := evaluate(t, m, scores)
	if level := m.Rate(e); level.Band.ID != "low" || level.Score != 0 || derived[0].Calculation != "0 x 5 = 0" || derived[1].Calculation != "highest(0, 4, 0) = 4" {
		t.Errorf("Rate = %+v of %+v, want low with score 0", level, derived)
	}
	delete(scores, "threat")
	e, _ = evaluate(t, m, scores)
	if level := m.Rate(e); level.Rated() || e.Likelihood != 0 || e.Impact != 5 {
		t.Errorf("without threat: %+v of %+v, want no level", level, e)
	}
}

// The band of a score has MONARC's limits: up to 4, up to 8, above.
func TestBandsOfAFormula(t *testing.T) {
	m := risk.MONARC()
	for l, v := range m.Likelihood.Values {
		for i, impact := range m.Impact.Values {
			want := "high"
			if v*impact <= 4 {
				want = "low"
			} else if v*impact <= 8 {
				want = "medium"
			}
			got := m.Rate(risk.Evaluation{Likelihood: l + 1, Impact: i + 1})
			if got.Band.ID != want || got.Score != v*impact {
				t.Errorf("Rate(%d, %d) = %s with score %d, want %s with %d", l+1, i+1, got.Band.ID, got.Score, want, v*impact)
			}
		}
	}
	for f, want := range map[risk.Formula]string{
		{Product: 1, Impact: 2}: "waarschijnlijkheid x impact + 2 x impact", {Likelihood: 1, Impact: 1}: "waarschijnlijkheid + impact", {}: "",
	} {
		if got := f.Text(lang.NL); got != want {
			t.Errorf("%+v.Text(nl) = %q, want %q", f, got, want)
		}
	}
}

func TestDerivationCheck(t *testing.T) {
	for _, c := range []struct {
		rule   string
		change func(*risk.Derivation)
		path   string
		want   isms.Code
	}{
		{"it has an id", func(d *risk.Derivation) { d.ID = "" }, "/id", isms.CodeID},
		{"it has a title", func(d *risk.Derivation) { d.Title = nil }, "/title", isms.CodeRequired},
		{"it has a rule", func(d *risk.Derivation) { d.Rule = "" }, "/rule", isms.CodeRequired},
		{"the rule is known", func(d *risk.Derivation) { d.Rule = "median" }, "/rule", isms.CodeEnum},
		{"the scale is known", func(d *risk.Derivation) { d.Of = "speed" }, "/of", isms.CodeEnum},
		{"the scale is of one or its own", func(d *risk.Derivation) { d.Scale = risk.Matrix3().Impact }, "/scale", isms.CodeBoth},
		{"nothing is divided by less than 0", func(d *risk.Derivation) { d.Divisor = -2 }, "/divisor", isms.CodeRange},
		{"parts are not negative", func(d *risk.Derivation) { d.Per = -1 }, "/per", isms.CodeRange},
		{"it has factors", func(d *risk.Derivation) { d.Factors = nil }, "/factors", risk.CodeScale},
		{"factors are bounded", func(d *risk.Derivation) { d.Factors = make([]risk.Factor, 51) }, "/factors", risk.CodeScale},
		{"a factor has an id", func(d *risk.Derivation) { d.Factors[0].ID = "A b" }, "/factors/0/id", isms.CodeID},
		{"a factor stands once", func(d *risk.Derivation) { d.Factors[1].ID = "a" }, "/factors/1/id", isms.CodeDuplicate},
		{"a factor has a title", func(d *risk.Derivation) { d.Factors[1].Title = nil }, "/factors/1/title", isms.CodeRequired},
		{"minus one is no score", func(d *risk.Derivation) { d.Factors[1].Low = -1 }, "/factors/1/low", isms.CodeRange},
		{"a factor has two scores", func(d *risk.Derivation) { d.Factors[1].High = 0 }, "/factors/1/high", isms.CodeRange},
		{"scores are bounded", func(d *risk.Derivation) { d.Factors[1].High = 1001 }, "/factors/1/high", isms.CodeRange},
		{"a weight is not negative", func(d *risk.Derivation) { d.Factors[1].Weight = -1 }, "/factors/1/weight", isms.CodeRange},
		{"only a sum has weights", func(d *risk.Derivation) { d.Rule = risk.Product; d.Factors[1].Weight = 2 }, "/factors/1/weight", risk.CodeOtherRule},
		{"only a product divides", func(d *risk.Derivation) { d.Factors[1].Divides = true; d.Factors[1].Low = 1 }, "/factors/1/divides", risk.CodeOtherRule},
		{"nothing is divided by 0", func(d *risk.Derivation) { d.Rule = risk.Product; d.Factors[1].Divides = true }, "/factors/1/low", isms.CodeRange},
		{"only a table has one", func(d *risk.Derivation) { d.Table = [][]int{{1}} }, "/table", risk.CodeOtherRule},
		{"a table is of two factors", func(d *risk.Derivation) { tabled(d); d.Factors = d.Factors[:1] }, "/table", risk.CodeScale},
		{"a table has every row", func(d *risk.Derivation) { tabled(d); d.Table = d.Table[:2] }, "/table", risk.CodeMatrixSize},
		{"a table has every cell", func(d *risk.Derivation) { tabled(d); d.Table[1] = d.Table[1][:1] }, "/table/1", risk.CodeMatrixSize},
		{"a table does not fall with the first", func(d *risk.Derivation) { tabled(d); d.Table[2][0] = 1 }, "/table/2/0", risk.CodeReversed},
		{"a table does not fall with the second", func(d *risk.Derivation) {
			tabled(d)
			d.Table[0][0] = 3
			d.Table[1] = []int{3, 3}
			d.Table[2] = []int{3, 3}
		}, "/table/0/1", risk.CodeReversed},
		{"a table is not negative", func(d *risk.Derivation) { tabled(d); d.Table[0][0] = -1 }, "/table/0/0", isms.CodeRange},
		{"every result makes a step", func(d *risk.Derivation) { tabled(d); d.Table[0][0] = 0 }, "", risk.CodeBelowScale},
		{"the lowest sum makes a step", func(d *risk.Derivation) { d.Factors[0].Low, d.Factors[1].Low = 0, 0 }, "", risk.CodeBelowScale},
		{"the lowest quotient makes a step", func(d *risk.Derivation) { d.Rule = risk.Product; d.Factors[1].Divides = true }, "", risk.CodeBelowScale},
	} {
		m := risk.Matrix3()
		d := derivation(risk.Derivation{Rule: risk.Sum, Of: risk.OfLikelihood}, "a", "b")
		d.Factors[0].Low = 1
		if c.rule == "the lowest quotient makes a step" {
			d.Factors[1].Low = 1 // 1 / 10 is the lowest
		}
		m.Derivations = []risk.Derivation{d}
		c.change(&m.Derivations[0])
		got := codes(isms.Validate(m))
		if got["/derivations/0"+c.path] != c.want {
			t.Errorf("%s: Validate = %v, want %s at /derivations/0%s", c.rule, got, c.want, c.path)
		}
	}
	m := risk.Matrix3()
	for range 2 {
		m.Derivations = append(m.Derivations, derivation(risk.Derivation{Rule: risk.Sum}, "a"))
	}
	got := codes(isms.Validate(m))
	if got["/derivations/1/id"] != isms.CodeDuplicate || got["/derivations/1/factors/0/id"] != isms.CodeDuplicate {
		t.Errorf("Validate = %v, want the second derivation and its factor named twice", got)
	}
}

// tabled makes a derivation one by a table of 3 x 2.
func tabled(d *risk.Derivation) {
	d.Rule = risk.Table
	d.Factors[0].Low, d.Factors[0].High, d.Factors[1].High = 1, 3, 1
	d.Table = [][]int{{1, 2}, {2, 2}, {2, 3}}
}

// Steps never fall when a score rises, or one that divides falls: for any
// derivation that can be stored. Every combination has a step.
func TestDerivationsAreTotalAndMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := risk.Matrix5()
		d := anyDerivation(t)
		m.Derivations = []risk.Derivation{d}
		scores := map[string]int{}
		for _, f := range d.Factors {
			scores[f.ID] = rapid.IntRange(f.Low, f.High).Draw(t, f.ID)
		}
		before, derived, err := m.Evaluate(scores)
		storable := len(isms.Validate(m)) == 0
		if err != nil || storable && before.Likelihood == 0 {
			t.Fatalf("Evaluate(%v) = %+v, %v, %v, want a step", scores, before, derived, err)
		}
		for _, f := range d.Factors {
			worse := scores[f.ID] + 1
			if f.Divides {
				worse -= 2
			}
			if worse < f.Low || worse > f.High {
				continue
			}
			then := maps.Clone(scores)
			then[f.ID] = worse
			after, _, err := m.Evaluate(then)
			if err != nil || storable && after.Likelihood < before.Likelihood {
				t.Fatalf("%s from %d to %d: step %d becomes %d, %v", f.ID, scores[f.ID], worse, before.Likelihood, after.Likelihood, err)
			}
		}
	})
}

func anyDerivation(t *rapid.T) risk.Derivation {
	d := risk.Derivation{
		ID: "d", Title: isms.Plain("d"), Of: risk.OfLikelihood,
		Rule: rapid.SampledFrom([]risk.Rule{risk.Sum, risk.Product, risk.Highest, risk.Table}).Draw(t, "rule"),
		Per:  rapid.SampledFrom([]int{0, 1, 10, 100}).Draw(t, "per"),
	}
	n := 2
	if d.Rule != risk.Table {
		n = rapid.IntRange(1, 4).Draw(t, "factors")
	}
	for i := range n {
		f := risk.Factor{ID: string(rune('a' + i)), Title: isms.Plain("f"), Low: rapid.IntRange(1, 3).Draw(t, "low")}
		f.High = f.Low + rapid.IntRange(1, 4).Draw(t, "span")
		switch d.Rule {
		case risk.Sum:
			f.Weight = rapid.IntRange(0, 3).Draw(t, "weight")
		case risk.Product:
			f.Divides = rapid.Bool().Draw(t, "divides")
		case risk.Highest, risk.Table:
		}
		d.Factors = append(d.Factors, f)
	}
	if d.Rule == risk.Sum {
		d.Divisor = rapid.IntRange(0, 4).Draw(t, "divisor")
	}
	if d.Rule == risk.Table {
		for i := range d.Factors[0].High - d.Factors[0].Low + 1 {
			row := make([]int, d.Factors[1].High-d.Factors[1].Low+1)
			for j := range row {
				row[j] = rapid.IntRange(1, 5).Draw(t, "cell")
				if i > 0 {
					row[j] = max(row[j], d.Table[i-1][j])
				}
				if j > 0 {
					row[j] = max(row[j], row[j-1])
				}
			}
			d.Table = append(d.Table, row)
		}
	}
	return d
}

// The gravest kind of harm decides: no other one makes up for it.
func TestHighestHarmDecides(t *testing.T) {
	m := risk.ISO27005()
	e, derived := evaluate(t, m, map[string]int{"financial": 1, "legal": 1, "operational": 1, "reputation": 1, "safety": 5})
	if e.Impact != 5 || !strings.HasPrefix(derived[0].Calculation, "highest(") {
		t.Errorf("Evaluate = %+v, %+v, want impact 5", e, derived)
	}
}

// A number that does not end is kept as the fraction it is.
func TestValuesAreExact(t *testing.T) {
	d := derivation(risk.Derivation{Rule: risk.Sum, Divisor: 3}, "a", "b", "c")
	d.Scale = risk.Scale{Steps: risk.Matrix3().Impact.Steps, Values: []int{0, 3, 4}}
	m := risk.Methodology{Derivations: []risk.Derivation{d}}
	for want, scores := range map[string][3]int{"10/3": {3, 3, 4}, "3": {3, 3, 3}, "8/3": {2, 3, 3}} {
		_, out := evaluate(t, m, map[string]int{"a": scores[0], "b": scores[1], "c": scores[2]})
		step := 2
		if want == "8/3" {
			step = 1 // just below 3, whatever it would round to
		}
		if out[0].Value != want || out[0].Step != step {
			t.Errorf("Evaluate(%v) = %+v, want %s, step %d", scores, out[0], want, step)
		}
	}
}

func BenchmarkEvaluate(b *testing.B) {
	m, scores := risk.OWASP(), owaspScores()
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := m.Evaluate(scores); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLint(b *testing.B) {
	m := risk.OWASP()
	b.ReportAllocs()
	for b.Loop() {
		m.Lint()
	}
}
