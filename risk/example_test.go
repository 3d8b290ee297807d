package risk_test

import (
	"fmt"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
)

func Example() {
	m := risk.Matrix5()
	m.Rev = 1 // a store sets it

	risks := []risk.Risk{
		{Common: isms.Common{ID: "laptop", Label: "R-2"}, Title: isms.Plain("Stolen laptop")},
		{Common: isms.Common{ID: "phishing", Label: "R-10"}, Title: isms.Plain("Phishing of payroll")},
		{Common: isms.Common{ID: "fire", Label: "R-1"}, Title: isms.Plain("Fire in the server room")},
	}
	risks[0].Current = risk.Evaluation{Methodology: m.Pin(), Likelihood: 3, Impact: 2}
	risks[1].Current = risk.Evaluation{Methodology: m.Pin(), Likelihood: 5, Impact: 4}

	in := risk.Inputs{Risks: risks, Methodologies: []risk.Methodology{m}}
	register := risk.NewRegister(in, isms.Day(2026, time.March, 1))
	for _, row := range register.Rows {
		fmt.Printf("%-4s  %s: %s\n", row.Risk.Name(), row.Risk.Title, row.Current.Label(lang.EN))
	}
	// Output:
	// R-1   Fire in the server room: not assessed; ranks as the greatest possible
	// R-10  Phishing of payroll: Critical
	// R-2   Stolen laptop: Medium
}

// A methodology of one's own is a value, of any size.
func ExampleMethodology() {
	m := risk.Methodology{
		Common:     isms.Common{ID: "own"},
		Title:      isms.Plain("Own matrix"),
		Likelihood: risk.Scale{Steps: []risk.Step{{Title: isms.Plain("seldom")}, {Title: isms.Plain("often")}}},
		Impact:     risk.Scale{Steps: []risk.Step{{Title: isms.Plain("small")}, {Title: isms.Plain("big")}, {Title: isms.Plain("fatal")}}},
		Bands:      []risk.Band{{ID: "green", Title: isms.Plain("Green")}, {ID: "red", Title: isms.Plain("Red")}},
		Matrix:     [][]string{{"green", "green", "red"}, {"green", "red", "green"}},
	}
	for _, p := range isms.Validate(m) {
		fmt.Println(p.Path, p.Code, p.Args)
	}
	// Output:
	// /matrix/1/2 risk/reversed map[have:green lower:red]
}
