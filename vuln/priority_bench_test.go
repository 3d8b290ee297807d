package vuln_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/intel"
)

func manyCases(n int) []vuln.Case {
	vectors := []string{
		"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
		"AV:N/AC:L/Au:N/C:P/I:P/A:P", "CVSS:3.0/AV:L/AC:H/PR:L/UI:R/S:C/C:L/I:L/A:N",
	}
	words := []isms.Rating{"", isms.Low, isms.Medium, isms.High, isms.VeryHigh}
	exposures := []isms.Exposure{"", isms.ExposedNowhere, isms.ExposedInternal, isms.ExposedPartners, isms.ExposedInternet}
	list := make([]vuln.Case, n)
	for i := range list {
		list[i] = vuln.Case{
			Finding: vuln.Finding{
				Asset: "a", Vulnerability: fmt.Sprintf("CVE-2026-%05d", i), FirstKnown: date("2026-01-01").AddDays(i % 60),
				Observations: []vuln.Observation{{Source: "trivy", Ratings: []vuln.Rating{{Source: "nvd", Vector: vectors[i%len(vectors)]}}}},
			},
			Based: i%2 > 0,
			Asset: isms.Asset{Common: isms.Common{ID: "a"}, Exposure: exposures[i/3%5], Needs: isms.Needs{
				Confidentiality: words[i%5], Integrity: words[i/5%5], Availability: words[i/25%5],
			}},
			Intel: vuln.Intel{
				KEVFeed:  intel.KEVFeed{Version: "2026.03.09", Released: time.Date(2026, time.March, 9, 0, 0, 0, 0, time.UTC)},
				EPSSFeed: intel.EPSSFeed{Model: "v2025.03.14", Date: "2026-03-09"},
				EPSS:     intel.EPSS{Probability: intel.Fraction{Billionths: i * 10_000 % 1_000_000_000, Known: i%4 > 0}},
				SSVC:     []intel.SSVC{{Source: "CISA-ADP", Exploitation: "poc", Automatable: "yes", TechnicalImpact: "partial"}},
			},
		}
	}
	return list
}

// strictPolicy enables everything.
func strictPolicy(m risk.Methodology) vuln.Policy {
	p := vuln.ReadyPolicy()
	p.Tables = vuln.ReadyTables(m)
	p.Shorter = []vuln.Shorter{{Exposure: isms.ExposedInternet, Days: vuln.Days{Critical: 3, High: 14, Medium: 60, Low: 180}}}
	p.Regimes = vuln.Regimes{
		Deployer:    map[string]int{"scheduled": 60, "out-of-cycle": 14, "immediate": 2},
		Coordinator: map[string]int{"track*": 60, "attend": 14, "act": 3},
		BOD2604:     true, KEV: true,
	}
	p.Calendar = vuln.Calendar{Weekend: []string{"saturday", "sunday"}}
	return p
}

func BenchmarkPrioritize(b *testing.B) {
	const n = 100_000
	cases, m := manyCases(n), risk.Matrix5()
	p := strictPolicy(m)
	b.ReportAllocs()
	for b.Loop() {
		for i := range cases {
			if got := vuln.Prioritize(cases[i], p, m, date("2026-03-10")); len(got.Trace) == 0 {
				b.Fatal("no trace")
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/finding")
}
