package risk_test

import (
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
)

func TestReadyMadeIsCleanAndBilingual(t *testing.T) {
	for name, m := range ready() {
		if p := isms.Validate(m); len(p) > 0 {
			t.Errorf("%s: Validate = %v, want none", name, p)
		}
		if f := m.Lint(); len(f) > 0 {
			t.Errorf("%s: Lint = %v, want none", name, f)
		}
		texts := []isms.Text{m.Title, m.Criteria, m.Assessment}
		for _, s := range slices.Concat(m.Likelihood.Steps, m.Impact.Steps) {
			texts = append(texts, s.Title, s.Criteria)
		}
		for _, b := range m.Bands {
			texts = append(texts, b.Title, b.Action)
		}
		for _, text := range texts {
			if text[lang.EN] == "" || text[lang.NL] == "" {
				t.Errorf("%s: text %v, want English and Dutch", name, map[lang.Lang]string(text))
			}
		}
	}
}

func TestMethodologyCheck(t *testing.T) {
	for _, c := range []struct {
		rule   string
		change func(*risk.Methodology)
		path   string
		want   isms.Code
	}{
		{"a title is required", func(m *risk.Methodology) { m.Title = nil }, "/title", isms.CodeRequired},
		{"a scale has two steps", func(m *risk.Methodology) { m.Impact.Steps = m.Impact.Steps[:1] }, "/impact/steps", risk.CodeScale},
		{"a scale is bounded", func(m *risk.Methodology) { m.Likelihood.Steps = make([]risk.Step, 101) }, "/likelihood/steps", risk.CodeScale},
		{"a step has a title", func(m *risk.Methodology) { m.Impact.Steps[1].Title = nil }, "/impact/steps/1/title", isms.CodeRequired},
		{"a methodology has bands", func(m *risk.Methodology) { m.Bands = nil }, "/bands", risk.CodeScale},
		{"a band has an id", func(m *risk.Methodology) { m.Bands[0].ID = "No" }, "/bands/0/id", isms.CodeID},
		{"a band stands once", func(m *risk.Methodology) { m.Bands[1].ID = "low" }, "/bands/1/id", isms.CodeDuplicate},
		{"a band has a title", func(m *risk.Methodology) { m.Bands[1].Title = nil }, "/bands/1/title", isms.CodeRequired},
		{"a colour is six digits", func(m *risk.Methodology) { m.Bands[1].Colour = "#ggg000" }, "/bands/1/colour", risk.CodeColour},
		{"a colour is no name", func(m *risk.Methodology) { m.Bands[1].Colour = "red" }, "/bands/1/colour", risk.CodeColour},
		{"a cadence has a unit", func(m *risk.Methodology) { m.Bands[1].Review = isms.Cadence{Every: 3} }, "/bands/1/review", isms.CodeRange},
		{"a cadence goes forward", func(m *risk.Methodology) { m.Bands[1].Review = isms.Cadence{Every: -3, Unit: isms.Days} }, "/bands/1/review", isms.CodeRange},
		{"acceptance is up to a band", func(m *risk.Methodology) { m.AcceptUpTo = "green" }, "/acceptUpTo", risk.CodeUnknownBand},
		{"every row is there", func(m *risk.Methodology) { m.Matrix = m.Matrix[:4] }, "/matrix", risk.CodeMatrixSize},
		{"every cell is there", func(m *risk.Methodology) { m.Matrix[2] = m.Matrix[2][:4] }, "/matrix/2", risk.CodeMatrixSize},
		{"there is no cell too many", func(m *risk.Methodology) { m.Matrix[2] = append(m.Matrix[2], "high") }, "/matrix/2", risk.CodeMatrixSize},
		{"every cell names a band", func(m *risk.Methodology) { m.Matrix[2][3] = "" }, "/matrix/2/3", risk.CodeUnknownBand},
		{"a band never falls with likelihood", func(m *risk.Methodology) { m.Matrix[4][0] = "low"; m.Matrix[3][0] = "medium" }, "/matrix/4/0", risk.CodeReversed},
		{"a band never falls with impact", func(m *risk.Methodology) { m.Matrix[0][2] = "medium"; m.Matrix[0][3] = "low" }, "/matrix/0/3", risk.CodeReversed},
	} {
		m := risk.Matrix5()
		c.change(&m)
		got := codes(isms.Validate(m))
		if got[c.path] != c.want {
			t.Errorf("%s: Validate = %v, want %s at %s", c.rule, got, c.want, c.path)
		}
	}
	for rule, change := range map[string]func(*risk.Methodology){
		"a matrix":  func(m *risk.Methodology) { m.Matrix = make([][]string, 1000) },
		"a row":     func(m *risk.Methodology) { m.Matrix[0] = make([]string, 1000) },
		"the bands": func(m *risk.Methodology) { m.Bands = make([]risk.Band, 1000) },
		"a scale":   func(m *risk.Methodology) { m.Impact.Steps = make([]risk.Step, 1000) },
	} {
		m := risk.Matrix5()
		change(&m)
		if p := isms.Validate(m); len(p) < 1 || len(p) > 2 {
			t.Errorf("%s that is far too long: %d problems, want one or two", rule, len(p))
		}
	}
	m := risk.Matrix5()
	m.AcceptUpTo, m.Bands[0].Colour = "", "#AAbb09" // no risk may be retained: allowed
	if p := isms.Validate(m); len(p) > 0 {
		t.Errorf("Validate = %v, want none", p)
	}
}

func TestLint(t *testing.T) {
	m := risk.Matrix5()
	m.Bands = append(m.Bands, risk.Band{ID: "extreme", Title: isms.Plain("Extreme")})
	m.AcceptUpTo = "extreme"
	m.Impact.Steps[4].Criteria = nil
	want := []isms.Code{risk.LintUnreachable, risk.LintAcceptsAll, risk.LintNoCriteria}
	var got []isms.Code
	for _, f := range m.Lint() {
		got = append(got, f.Rule)
		if f.Verdict != isms.Advice {
			t.Errorf("%s: verdict %s, want advice: no clause requires it", f.Rule, f.Verdict)
		}
		if f.Text(lang.EN) == f.Text(lang.NL) || f.Text(lang.EN) == string(f.Rule) {
			t.Errorf("%s: text %q, %q: want English and Dutch", f.Rule, f.Text(lang.EN), f.Text(lang.NL))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("Lint = %v, want %v", got, want)
	}
}

// anyMethodology draws a methodology of any size whose matrix rises.
func anyMethodology(t *rapid.T) risk.Methodology {
	m := risk.Methodology{Common: isms.Common{ID: "any", Rev: 1}, Title: isms.Plain("any")}
	scale := func(n int) (s risk.Scale) {
		for i := range n {
			s.Steps = append(s.Steps, risk.Step{Title: isms.Plain(strconv.Itoa(i))})
		}
		return s
	}
	m.Likelihood = scale(rapid.IntRange(2, 7).Draw(t, "likelihood"))
	m.Impact = scale(rapid.IntRange(2, 7).Draw(t, "impact"))
	n := rapid.IntRange(1, 6).Draw(t, "bands")
	for i := range n {
		m.Bands = append(m.Bands, risk.Band{ID: strconv.Itoa(i), Title: isms.Plain(strconv.Itoa(i))})
	}
	ranks := make([][]int, len(m.Likelihood.Steps))
	for i := range ranks {
		ranks[i] = make([]int, len(m.Impact.Steps))
		m.Matrix = append(m.Matrix, make([]string, len(m.Impact.Steps)))
		for j := range ranks[i] {
			floor := 0
			if i > 0 {
				floor = ranks[i-1][j]
			}
			if j > 0 {
				floor = max(floor, ranks[i][j-1])
			}
			ranks[i][j] = rapid.IntRange(floor, n-1).Draw(t, "rank")
			m.Matrix[i][j] = m.Bands[ranks[i][j]].ID
		}
	}
	if rapid.Bool().Draw(t, "accept") {
		m.AcceptUpTo = m.Bands[rapid.IntRange(0, n-1).Draw(t, "acceptUpTo")].ID
	}
	return m
}

// A rising matrix is accepted; the same with one cell below a lower neighbour
// is refused at that cell.
func TestMatrixMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMethodology(t)
		if p := isms.Validate(m); len(p) > 0 {
			t.Fatalf("Validate(%v) = %v, want none", m.Matrix, p)
		}
		i := rapid.IntRange(0, len(m.Matrix)-1).Draw(t, "i")
		j := rapid.IntRange(1, len(m.Matrix[0])-1).Draw(t, "j")
		left := m.Matrix[i][j-1]
		if left == m.Bands[0].ID {
			return // nothing is below
		}
		m.Matrix[i][j] = m.Bands[0].ID
		path := "/matrix/" + strconv.Itoa(i) + "/" + strconv.Itoa(j)
		if got := codes(isms.Validate(m)); got[path] != risk.CodeReversed {
			t.Fatalf("Validate(%v) = %v, want risk/reversed at %s", m.Matrix, got, path)
		}
	})
}
