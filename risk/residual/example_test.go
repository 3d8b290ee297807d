package residual_test

import (
	"fmt"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/risk/residual"
)

// Phishing is prevented by a mail filter and by sign-in with two factors. The
// filter was tested; two factors are planned.
func Example() {
	m := risk.Matrix5()
	m.Rev = 1 // a store sets it
	phishing := risk.Risk{Common: isms.Common{ID: "phishing", Label: "R-1"}, Title: isms.Plain("Phishing of payroll")}
	phishing.Inherent = risk.Evaluation{Methodology: m.Pin(), Likelihood: 5, Impact: 4}

	in := residual.Inputs{
		Risks:         []risk.Risk{phishing},
		Methodologies: []risk.Methodology{m},
		Controls: []isms.Control{
			{Common: isms.Common{ID: "filter"}, Ref: "A.8.7", Implementation: isms.Implemented},
			{Common: isms.Common{ID: "mfa"}, Ref: "A.8.5", Implementation: isms.Planned, Due: isms.Day(2026, time.June, 1)},
		},
		Evidence: []isms.Evidence{{Common: isms.Common{ID: "e-7"}, Received: isms.Day(2026, time.January, 15)}},
		Graph: residual.Graph{
			Common: isms.Common{ID: "model"},
			Title:  isms.Plain("Controls against our risks"),
			Rules: residual.Rules{
				FreshFor:        isms.Cadence{Every: 1, Unit: isms.Years},
				LikelihoodSteps: []int{500, 200, 50},
			},
			Controls: []residual.Control{
				{ID: "A.8.7", Tests: []residual.Test{{Evidence: "e-7", Passed: 95, Of: 100}}},
			},
			Effects: []residual.Effect{
				{Risk: "phishing", Control: "A.8.7", Function: residual.Prevent, Layer: "mail", Coverage: 1000, Design: 800},
				{Risk: "phishing", Control: "A.8.5", Function: residual.Prevent, Layer: "sign-in", Coverage: 900, Design: 900},
			},
		},
	}
	today := isms.Day(2026, time.March, 1)
	show := func(title string, what *residual.WhatIf) {
		result, err := residual.Compute(in, today, what)
		if err != nil {
			fmt.Println(err)
			return
		}
		e := result.Estimates[0]
		fmt.Printf("%s: %s, was %s\n", title, e.Modelled.Label(lang.EN), e.Inherent.Label(lang.EN))
		fmt.Println("  " + e.Calculation(lang.EN)[0])
		for _, f := range e.Factors {
			fmt.Printf("  %s %s: %s\n", f.Effect.Control, f.StandingText(lang.EN), f.UseText(lang.EN))
		}
	}
	show("Today", nil)
	show("In July", &residual.WhatIf{On: isms.Day(2026, time.July, 1)})
	show("In July, when it slips", &residual.WhatIf{
		On:    isms.Day(2026, time.July, 1),
		Slips: map[isms.ControlID]isms.Date{"A.8.5": isms.Day(2026, time.October, 1)},
	})
	// Output:
	// Today: High, was Critical
	//   Likelihood that remains: (1 − 76.0 %) = 24.0 %
	//   A.8.7 tested: 95 of 100 passed (e-7, 2026-01-15): counts
	//   A.8.5 planned or partly implemented, for 2026-06-01; earns 0.0 % of its design: earns nothing
	// In July: Medium, was Critical
	//   Likelihood that remains: (1 − 76.0 %) × (1 − 81.0 %) = 4.6 %
	//   A.8.7 tested: 95 of 100 passed (e-7, 2026-01-15): counts
	//   A.8.5 assumption: carried out by 2026-06-01, and it works as designed: counts
	// In July, when it slips: High, was Critical
	//   Likelihood that remains: (1 − 76.0 %) = 24.0 %
	//   A.8.7 tested: 95 of 100 passed (e-7, 2026-01-15): counts
	//   A.8.5 planned or partly implemented, for 2026-10-01; earns 0.0 % of its design: earns nothing
}
