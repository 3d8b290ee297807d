package vuln_test

import (
	"fmt"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/intel"
)

func ExamplePrioritize() {
	today := isms.Day(2026, time.March, 10)
	methodology := risk.Matrix5()
	policy := vuln.ReadyPolicy()
	policy.Tables = vuln.ReadyTables(methodology)
	policy.Shorter = []vuln.Shorter{{
		Exposure: isms.ExposedInternet, Days: vuln.Days{Critical: 3, High: 14, Medium: 60, Low: 180},
	}}
	policy.Regimes = vuln.Regimes{BOD2604: true, KEV: true}
	policy.Calendar = vuln.Calendar{Weekend: []string{"saturday", "sunday"}}

	c := vuln.Case{
		Finding: vuln.Finding{
			Asset: "shop", Vulnerability: "CVE-2026-10001", FirstKnown: isms.Day(2026, time.March, 2),
			Observations: []vuln.Observation{{Source: "trivy", Ratings: []vuln.Rating{
				{Source: "nvd", Version: "3.1", Vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"},
			}}},
		},
		Asset: isms.Asset{
			Common: isms.Common{ID: "shop"}, Exposure: isms.ExposedInternet,
			Needs: isms.Needs{Confidentiality: isms.High, Integrity: isms.Medium, Availability: isms.Low},
		},
		Based: true,
		Intel: vuln.Intel{
			KEVFeed:  intel.KEVFeed{Version: "2026.03.09", Released: time.Date(2026, time.March, 9, 15, 0, 0, 0, time.UTC)},
			EPSSFeed: intel.EPSSFeed{Model: "v2025.03.14", Date: "2026-03-09"},
			EPSS:     intel.EPSS{CVE: "CVE-2026-10001", Probability: intel.Fraction{Billionths: 42_000_000, Known: true}},
			SSVC:     []intel.SSVC{{Source: "CISA-ADP", Exploitation: "poc", Automatable: "yes"}},
		},
	}

	p := vuln.Prioritize(c, policy, methodology, today)
	fmt.Println("severity", p.Reported.Severity, "->", p.Severity.Severity, p.Severity.Score, p.Vector)
	fmt.Println("deadline", p.Deadline.Day, p.Deadline.Binding, "breached:", p.Deadline.Breached)
	fmt.Println("risk", p.Risk.Label(lang.EN), p.Evaluation.Likelihood, "x", p.Evaluation.Impact)
	for _, in := range p.Trace {
		fmt.Println("-", in.Text(lang.EN))
	}
	if change, ok := p.Cheapest(); ok {
		fmt.Println("cheapest:", change.Text(lang.EN))
	}
	// Output:
	// severity high -> high 8.8 CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N/E:P/CR:H/IR:M/AR:L
	// deadline 2026-03-05 cisa-bod-26-04 breached: true
	// risk High 3 x 4
	// - severity by the tools: high (trivy; decides the severity)
	// - confidentiality needed: high (asset/shop; CR:H; decides the severity; decides the risk)
	// - integrity needed: medium (asset/shop; IR:M)
	// - availability needed: low (asset/shop; AR:L)
	// - exposure of the asset: reachable from the internet (asset/shop; decides the deadline; decides the risk)
	// - exploitation: public proof of concept (CISA-ADP; E:P; decides the severity; decides the risk)
	// - listed as exploited (KEV): no (cisa-kev 2026.03.09; decides the severity; decides the risk)
	// - probability of exploitation (EPSS): 4.2 % (EPSS v2025.03.14 2026-03-09; decides the risk)
	// - attack can be automated: yes (CISA-ADP; decides the deadline)
	// - technical impact: total (assumed, nobody knows; decides the deadline)
	// - basis of the assessment: complete
	// cheapest: technical impact partial: severity high, deadline 2026-03-16, risk high (find out)
}
