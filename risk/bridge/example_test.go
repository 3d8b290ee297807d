package bridge_test

import (
	"context"
	"fmt"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/risk/bridge"
	"github.com/ismskit/ismskit/risk/quant"
)

// What the steps of a matrix mean is declared once. A rare disaster is medium in
// the matrix and a monthly nuisance high; in money it is the other way round.
func Example() {
	m := risk.Matrix5()
	m.Rev = 1 // a store sets it
	by := bridge.Intervals{
		Methodology: m.Pin(),
		Currency:    "EUR",
		Likelihood:  []quant.Interval90{{P05: 0.01, P95: 0.05}, {P05: 0.05, P95: 0.2}, {P05: 0.2, P95: 1}, {P05: 1, P95: 4}, {P05: 4, P95: 20}},
		Impact:      []quant.Interval90{{P05: 100, P95: 2e3}, {P05: 2e3, P95: 2e4}, {P05: 2e4, P95: 1e5}, {P05: 1e5, P95: 1e6}, {P05: 1e6, P95: 5e7}},
	}
	risks := []risk.Risk{
		{Common: isms.Common{ID: "flood"}, Title: isms.Plain("The data centre floods")},
		{Common: isms.Common{ID: "mistakes"}, Title: isms.Plain("Mail to the wrong customer")},
		{Common: isms.Common{ID: "new"}, Title: isms.Plain("Not looked at yet")},
	}
	risks[0].Current = risk.Evaluation{Methodology: m.Pin(), Likelihood: 1, Impact: 5}
	risks[1].Current = risk.Evaluation{Methodology: m.Pin(), Likelihood: 4, Impact: 3}
	register := risk.NewRegister(risk.Inputs{Risks: risks, Methodologies: []risk.Methodology{m}}, isms.Day(2026, time.March, 1))

	c, err := bridge.Compare(context.Background(), register, risk.Current, by)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range c.Disagreements {
		if d.By == bridge.ByMean {
			fmt.Printf("%s is %s and costs EUR %.0f a year\n", d.Higher.Risks[0].ID, d.Higher.Level.Label(lang.EN), d.Higher.Mean)
			fmt.Printf("%s is %s and costs EUR %.0f a year\n", d.Lower.Risks[0].ID, d.Lower.Level.Label(lang.EN), d.Lower.Mean)
		}
	}
	fmt.Println("without figures:", c.Missing[0].Risk.ID)
	// Output:
	// mistakes is High and costs EUR 110174 a year
	// flood is Medium and costs EUR 361425 a year
	// without figures: new
}
