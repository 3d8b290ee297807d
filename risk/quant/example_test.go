package quant_test

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/ismskit/ismskit/risk/quant"
)

func ExampleSolve() {
	var p quant.Portfolio
	err := json.Unmarshal([]byte(`{
		"currency": "EUR",
		"scenarios": [
			{"id": "phishing", "frequency": {"poisson": 6}, "severity": {"lognormal90": {"p05": 2000, "p95": 60000}}},
			{"id": "ransomware", "frequency": {"poisson": 0.15}, "severity": {"lognormal90": {"p05": 150000, "p95": 4000000}}}
		],
		"controls": [
			{"id": "training", "cost": 8000, "effects": [{"scenario": "phishing", "lessFrequent": 0.3}]},
			{"id": "offline-backup", "cost": 40000, "planned": true, "effects": [{"scenario": "ransomware", "lessSevere": 0.5}]}
		],
		"tolerance": [{"loss": 500000, "probability": 0.1}, {"loss": 5000000, "probability": 0.01}]
	}`), &p)
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := quant.Solve(context.Background(), p, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("mean %.0f %s a year\n", result.Mean, result.Currency)
	for _, l := range result.Levels {
		fmt.Printf("%5.1f %%: %9.0f, worst years %9.0f\n", 100*l.Level, l.VaR, l.Tail)
	}
	for _, c := range result.Contributions {
		fmt.Printf("%s: %.0f of the mean, %.0f of the tail\n", c.Scenario, c.Mean, c.Tail)
	}
	for _, c := range result.Tolerance {
		fmt.Printf("above %.0f: %.1f %%, accepted %.0f %%, too much: %v\n", c.Loss, 100*c.Modelled, 100*c.Probability, c.Above)
	}

	model, err := quant.Prepare(context.Background(), p, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	ranked, err := model.Rank(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, w := range ranked {
		fmt.Printf("%s avoids %.0f of the tail, returns %.0f a year\n", w.Control, w.TailAvoided, w.Return)
	}
	// Output:
	// mean 269714 EUR a year
	//  50.0 %:     74216, worst years    501348
	//  90.0 %:    548241, worst years   1886038
	//  95.0 %:   1286220, worst years   2908793
	//  99.0 %:   3698392, worst years   6165935
	//  99.5 %:   5111220, worst years   8028962
	//  99.9 %:   9503931, worst years  13716744
	// phishing: 78515 of the mean, 80969 of the tail
	// ransomware: 191198 of the mean, 6084966 of the tail
	// above 500000: 10.5 %, accepted 10 %, too much: true
	// above 5000000: 0.5 %, accepted 1 %, too much: false
	// offline-backup avoids 3041735 of the tail, returns 55599 a year
	// training avoids 34163 of the tail, returns 25649 a year
}
