package vuln_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln"
)

func ExampleMetrics() {
	in := vuln.Inputs{Findings: []vuln.Finding{{
		Common: isms.Common{ID: vuln.ID("shop", "CVE-2026-1001", "")}, Asset: "shop", Vulnerability: "CVE-2026-1001", FirstKnown: isms.Day(2026, 2, 3),
	}}}
	for _, m := range vuln.Metrics(in, nil, isms.Period{From: isms.Day(2026, 2, 1), To: isms.Day(2026, 2, 28)}) {
		switch {
		case m.Name != vuln.MetricTimeMedian && m.Name != vuln.MetricBacklog:
		case !m.Known:
			fmt.Println(m.Name.Text("en", nil)+": unknown,", m.Why.Text("en", nil))
		default:
			fmt.Println(m.Name.Text("en", nil)+":", m.Tenths/10, "of", m.Of)
		}
	}
	// Output:
	// time to remediate, median: unknown, there is nothing to count
	// open at the end: 1 of 1
}

// A fix has the day on which somebody decided it, or that of the scan which
// verified it when that was earlier, or the only one to tell.
func TestDayOfAFix(t *testing.T) {
	verified := func(f vuln.Finding, by ...isms.Ref[vuln.Scan]) vuln.Finding {
		f.Observations = nil
		for n, s := range by {
			f.Observations = append(f.Observations, vuln.Observation{Source: fmt.Sprint("tool", n), Absent: s, Verified: s})
		}
		return f
	}
	scans := []vuln.Scan{
		{Common: isms.Common{ID: "s-1"}, At: date("2026-02-10").Time(), Imported: date("2026-02-10")},
		{Common: isms.Common{ID: "s-2"}, At: date("2026-02-20").Time(), Imported: date("2026-02-21")},
	}
	back := verified(fixed(1, "2026-01-01", "2026-01-05"), "s-1")
	back.Reopened = date("2026-02-01")
	for name, c := range map[string]struct {
		finding vuln.Finding
		want    []vuln.Turn
	}{
		"open":                      {known(1, "2026-01-01"), nil},
		"decided":                   {fixed(1, "2026-01-01", "2026-01-15"), []vuln.Turn{{date("2026-01-15"), true}}},
		"claimed, and still seen":   {decided(known(1, "2026-01-01"), vuln.Fixed, "2026-01-15"), nil},
		"verified":                  {verified(known(1, "2026-01-01"), "s-1"), []vuln.Turn{{date("2026-02-10"), true}}},
		"verified by two":           {verified(known(1, "2026-01-01"), "s-2", "s-1"), []vuln.Turn{{date("2026-02-20"), true}}},
		"decided, then verified":    {verified(fixed(1, "2026-01-01", "2026-01-15"), "s-1"), []vuln.Turn{{date("2026-01-15"), true}}},
		"verified, then decided":    {verified(fixed(1, "2026-01-01", "2026-02-15"), "s-1"), []vuln.Turn{{date("2026-02-10"), true}}},
		"by a scan nobody has":      {verified(known(1, "2026-01-01"), "s-9"), nil},
		"decided before it reopens": {back, []vuln.Turn{{date("2026-02-10"), true}}},
	} {
		history := func(yield func(isms.Revision[vuln.Finding], error) bool) {
			yield(isms.Revision[vuln.Finding]{Value: c.finding}, nil)
		}
		got, err := vuln.Turns(history, scans)
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v, turns (-want +got)\n%s", name, err, diff)
		}
	}
}

// Two findings that are one count once, and are fixed when both are.
func TestMetricsOfUnitedFindings(t *testing.T) {
	cve, ghsa := fixed(1, "2026-01-01", "2026-02-05"), known(2, "2026-02-03")
	ghsa.Vulnerability = "GHSA-aaaa-bbbb-cccc"
	ghsa.ID = vuln.ID(ghsa.Asset, ghsa.Vulnerability, "")
	ghsa = decided(ghsa, vuln.Fixed, "2026-02-15")
	ghsa.Observations[0].Source, ghsa.Observations[0].Absent = "grype", "s-2"
	in := vuln.Inputs{Findings: []vuln.Finding{cve, ghsa}, Aliases: []vuln.Alias{vuln.NewAlias(cve.Vulnerability, ghsa.Vulnerability, "osv", date("2026-01-01"))}}
	got := vuln.Metrics(in, nil, period("2026-02-01", "2026-02-28"))
	for name, want := range map[isms.Code]string{
		vuln.MetricBacklogBefore: "1.0 of 1", vuln.MetricNew: "0.0 of 1", vuln.MetricFixed: "1.0 of 1", vuln.MetricBacklog: "0.0 of 1",
		vuln.MetricExposure: "14.0 of 1",
	} {
		if m := metric(t, got, name); value(m) != want {
			t.Errorf("%s = %s, want %s", name, value(m), want)
		}
	}
}

func BenchmarkMetrics(b *testing.B) {
	var in vuln.Inputs
	turns := map[string][]vuln.Turn{}
	for n := range 100_000 {
		f := fixed(n, "2026-01-01", date("2026-01-01").AddDays(n%60).String())
		in.Findings = append(in.Findings, f)
		turns[f.ID] = []vuln.Turn{{f.Decision.On, true}}
	}
	b.ReportAllocs()
	for b.Loop() {
		vuln.Metrics(in, turns, isms.Period{From: date("2026-02-01"), To: date("2026-02-28")})
	}
}
