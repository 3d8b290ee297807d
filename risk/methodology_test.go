package risk_test

import (
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
)

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
		{"a property is named", func(m *risk.Methodology) { m.Properties = []risk.Named{{ID: "safety"}} }, "/properties/0/title", isms.CodeRequired},
		{"a property is an own one", func(m *risk.Methodology) {
			m.Properties = []risk.Named{{ID: "integrity", Title: isms.Plain("x")}}
		}, "/properties/0/id", isms.CodeDuplicate},
		{"a dimension stands once", func(m *risk.Methodology) {
			m.Dimensions = []risk.Named{{ID: "law", Title: isms.Plain("x")}, {ID: "law", Title: isms.Plain("y")}}
		}, "/dimensions/1/id", isms.CodeDuplicate},
		{"criteria are for a dimension", func(m *risk.Methodology) {
			m.Impact.Steps[2].Dimensions = map[string]isms.Text{"law": isms.Plain("x")}
		}, "/impact/steps/2/dimensions/law", risk.CodeUnknownID},
		{"likelihood has no dimensions", func(m *risk.Methodology) {
			m.Dimensions = []risk.Named{{ID: "law", Title: isms.Plain("x")}}
			m.Likelihood.Steps[0].Dimensions = map[string]isms.Text{"law": isms.Plain("x")}
		}, "/likelihood/steps/0/dimensions/law", risk.CodeUnknownID},
		{"each step has a value", func(m *risk.Methodology) { m.Impact.Values = []int{1, 2, 3} }, "/impact/values", risk.CodeScale},
		{"values rise", func(m *risk.Methodology) { m.Impact.Values = []int{1, 2, 3, 3, 5} }, "/impact/values/3", risk.CodeValues},
		{"minus one is no value", func(m *risk.Methodology) { m.Impact.Values = []int{-1, 2, 3, 4, 5} }, "/impact/values/0", risk.CodeValues},
		{"a value has a limit", func(m *risk.Methodology) { m.Impact.Values = []int{1, 2, 3, 4, 10_001} }, "/impact/values/4", risk.CodeValues},
		{"a matrix or a formula", func(m *risk.Methodology) { m.Formula.Product = 1 }, "/matrix", risk.CodeFormula},
		{"a formula does not fall", func(m *risk.Methodology) { m.Matrix = nil; m.Formula.Impact = -1 }, "/formula/impact", isms.CodeRange},
		{"the lowest band begins at 0", func(m *risk.Methodology) { m.Matrix = nil; m.Formula.Product = 1; m.Bands[0].From = 1 }, "/bands/0/from", risk.CodeValues},
		{"scores of bands rise", func(m *risk.Methodology) {
			m.Matrix = nil
			m.Formula.Product = 1
			m.Bands[1].From = 4
			m.Bands[2].From = 4
		}, "/bands/2/from", risk.CodeValues},
		{"tolerance is up to a band", func(m *risk.Methodology) { m.TolerateUpTo = "green" }, "/tolerateUpTo", risk.CodeUnknownBand},
		{"what is retained is tolerated", func(m *risk.Methodology) { m.AcceptUpTo = "high"; m.TolerateUpTo = "medium" }, "/tolerateUpTo", risk.CodeTolerance},
		{"consent is of a person or role", func(m *risk.Methodology) { m.Bands[3].Escalation = isms.Link{Kind: "asset", ID: "x"} }, "/bands/3/escalation", isms.CodeOwnerKind},
		{"a category has an id", func(m *risk.Methodology) { m.Categories = []risk.Category{{Title: isms.Plain("x")}} }, "/categories/0/id", isms.CodeID},
		{"a category has a title", func(m *risk.Methodology) { m.Categories = []risk.Category{{ID: "x"}} }, "/categories/0/title", isms.CodeRequired},
		{"a category stands once", func(m *risk.Methodology) {
			m.Categories = []risk.Category{{ID: "x", Title: isms.Plain("x")}, {ID: "x", Title: isms.Plain("x")}}
		}, "/categories/1/id", isms.CodeDuplicate},
		{"a category accepts up to a band", func(m *risk.Methodology) {
			m.Categories = []risk.Category{{ID: "x", Title: isms.Plain("x"), AcceptUpTo: "green"}}
		}, "/categories/0/acceptUpTo", risk.CodeUnknownBand},
		{"a category keeps to the tolerance", func(m *risk.Methodology) {
			m.TolerateUpTo = "medium"
			m.Categories = []risk.Category{{ID: "x", Title: isms.Plain("x"), AcceptUpTo: "high"}}
		}, "/categories/0/tolerateUpTo", risk.CodeTolerance},
		{"a category escalates to a person or role", func(m *risk.Methodology) {
			m.Categories = []risk.Category{{ID: "x", Title: isms.Plain("x"), Escalation: isms.Link{Kind: "asset", ID: "x"}}}
		}, "/categories/0/escalation", isms.CodeOwnerKind},
	} {
		m := risk.Matrix5()
		c.change(&m)
		got := codes(isms.Validate(m))
		if got[c.path] != c.want {
			t.Errorf("%s: Validate = %v, want %s at %s", c.rule, got, c.want, c.path)
		}
	}
	for rule, change := range map[string]func(*risk.Methodology){
		"a matrix":              func(m *risk.Methodology) { m.Matrix = make([][]string, 1000) },
		"a row":                 func(m *risk.Methodology) { m.Matrix[0] = make([]string, 1000) },
		"the bands":             func(m *risk.Methodology) { m.Bands = make([]risk.Band, 1000) },
		"a scale":               func(m *risk.Methodology) { m.Impact.Steps = make([]risk.Step, 1000) },
		"a list of properties":  func(m *risk.Methodology) { m.Properties = make([]risk.Named, 1000) },
		"a list of categories":  func(m *risk.Methodology) { m.Categories = make([]risk.Category, 1000) },
		"a list of derivations": func(m *risk.Methodology) { m.Derivations = make([]risk.Derivation, 1000) },
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
