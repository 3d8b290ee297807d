package risk_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
)

// readyMade is every methodology of this package, by its id.
func readyMade() map[string]risk.Methodology {
	out := map[string]risk.Methodology{}
	for _, m := range []risk.Methodology{
		risk.Matrix3(), risk.Matrix4(), risk.Matrix5(),
		risk.ISO27005(), risk.NIST80030(), risk.BSI2003(), risk.OWASP(), risk.EBIOS(), risk.MONARC(),
	} {
		out[m.ID] = m
	}
	return out
}

func TestReadyMadeIsClean(t *testing.T) {
	if got := len(readyMade()); got != 9 {
		t.Errorf("%d ids, want 9", got)
	}
	for id, m := range readyMade() {
		if p := isms.Validate(m); len(p) > 0 {
			t.Errorf("%s: Validate = %v, want none", id, p)
		}
		for _, f := range m.Lint() {
			if id != "nist-sp-800-30" || f.Rule != risk.LintAboveFactor { // that one is known: see TestLintFlagsTableG5
				t.Errorf("%s: Lint has %s: %s", id, f.Rule, f.Text(lang.EN))
			}
		}
		if m.AcceptUpTo == "" || m.AcceptUpTo == m.Bands[len(m.Bands)-1].ID {
			t.Errorf("%s: accepts up to %q, want something between none and all", id, m.AcceptUpTo)
		}
	}
}

func TestReadyMadeIsBilingual(t *testing.T) {
	for id, m := range readyMade() {
		texts := []isms.Text{m.Title, m.Criteria, m.Assessment, m.Appetite}
		add := func(s risk.Scale) {
			for _, step := range s.Steps {
				texts = append(texts, step.Title, step.Criteria)
				texts = slices.AppendSeq(texts, maps.Values(step.Dimensions))
			}
		}
		add(m.Likelihood)
		add(m.Impact)
		for _, b := range m.Bands {
			texts = append(texts, b.Title, b.Action)
		}
		for _, n := range m.Dimensions {
			texts = append(texts, n.Title)
		}
		for _, d := range m.Derivations {
			texts = append(texts, d.Title)
			add(d.Scale)
			for _, f := range d.Factors {
				texts = append(texts, f.Title, f.Criteria)
			}
		}
		for _, text := range texts {
			if len(text) > 0 && (text[lang.EN] == "" || text[lang.NL] == "") {
				t.Errorf("%s: text %v, want English and Dutch", id, map[lang.Lang]string(text))
			}
		}
	}
}

// A methodology that a caller changes is its own: nothing is shared with the
// next one.
func TestReadyMadeIsNotShared(t *testing.T) {
	for id, m := range readyMade() {
		m.Bands[0].ID = "changed"
		m.Impact.Steps[0].Title[lang.EN] = "changed"
		again := readyMade()[id]
		if again.Bands[0].ID == "changed" || again.Impact.Steps[0].Title[lang.EN] == "changed" {
			t.Errorf("%s: a change of one shows in the next", id)
		}
	}
}

// A property test in full: every cell of every ready-made methodology rates, and
// no level falls where likelihood or impact rises.
func TestReadyMadeIsTotalAndMonotone(t *testing.T) {
	for id, m := range readyMade() {
		rank := func(l, i int) int { return m.Rate(risk.Evaluation{Likelihood: l, Impact: i}).Rank }
		for l := range m.Likelihood.Steps {
			for i := range m.Impact.Steps {
				here := rank(l+1, i+1)
				if here == 0 || rank(l, i+1) > here || rank(l+1, i) > here {
					t.Errorf("%s: Rate(%d, %d) has rank %d, want one that is not below its neighbours", id, l+1, i+1, here)
				}
			}
		}
	}
}
