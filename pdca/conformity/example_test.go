package conformity_test

import (
	"fmt"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/pdca/conformity"
	"github.com/ismskit/ismskit/risk"
)

func Example() {
	in := conformity.Inputs{
		Risks: []risk.Risk{{Common: isms.Common{ID: "fire", Rev: 2, Label: "R-014"}, Title: isms.Plain("Fire")}},
	}
	a := conformity.Assess(in, isms.Day(2026, 6, 30))
	for _, f := range a.Findings {
		if f.Rule == "conformity/risk-owner" || f.Rule == "conformity/correction" {
			fmt.Printf("%s: %s (%s)\n", f.Verdict.Label(lang.EN), f.Text(lang.EN), f.Basis)
		}
	}
	// Output:
	// gap: R-014 has no owner. (ISO/IEC 27001:2022, 6.1.2 c 2)
	// not triggered: The records hold nothing yet that this rule is about. (ISO/IEC 27001:2022, 10.2 a 1)
}
