package vuln_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/intel"
	"github.com/ismskit/ismskit/vuln/scan"
)

// rated is a case that was known on 2026-02-02, a Monday, with a tool's word, an
// asset of low needs that only colleagues reach, and all intelligence good.
func rated(s scan.Severity) vuln.Case {
	return vuln.Case{
		Finding: vuln.Finding{
			Asset: "shop", Vulnerability: "CVE-2026-1", FirstKnown: date("2026-02-02"),
			Observations: []vuln.Observation{{Source: "trivy", Severity: s}},
		},
		Based: true,
		Asset: isms.Asset{Common: isms.Common{ID: "shop"}, Exposure: isms.ExposedInternal, Needs: isms.Needs{
			Confidentiality: isms.Low, Integrity: isms.Low, Availability: isms.Low,
		}},
		Intel: vuln.Intel{
			KEVFeed:  intel.KEVFeed{Released: date("2026-02-28").Time()},
			EPSSFeed: intel.EPSSFeed{Date: "2026-02-28"},
			EPSS:     intel.EPSS{Probability: intel.Fraction{Billionths: 1, Known: true}},
			SSVC:     []intel.SSVC{{Source: "own", Exploitation: "none", Automatable: "no", TechnicalImpact: "partial"}},
		},
	}
}

// listed puts a case in the catalogue.
func listed(c vuln.Case, added, due string) vuln.Case {
	c.Intel.KEV = intel.KEV{CVE: c.Finding.Vulnerability, Added: added, Due: due}
	return c
}

// deadlineOf is the deadline of a finding on an asset of which all is known.
func deadlineOf(f vuln.Finding) isms.Date {
	c := rated(0)
	c.Finding = f
	return prioritize(c, vuln.ReadyPolicy()).Deadline.Day
}

func prioritize(c vuln.Case, p vuln.Policy) vuln.Priority {
	return vuln.Prioritize(c, p, risk.Matrix5(), date("2026-03-01"))
}

// The clock starts when the organization first knew, and the earliest of the
// policies that are enabled binds.
func TestPrioritizeDeadline(t *testing.T) {
	weekend := []string{"saturday", "sunday"}
	internet := vuln.Shorter{Exposure: isms.ExposedInternet, Days: vuln.Days{Critical: 2, High: 10, Medium: 20, Low: 30}}
	critical := vuln.Shorter{Criticality: isms.High, Days: vuln.Days{Critical: 5, High: 15, Medium: 45, Low: 90}}
	for name, x := range map[string]struct {
		change  func(*vuln.Case, *vuln.Policy)
		day     string
		binding vuln.Regime
	}{
		"own days":                         {func(*vuln.Case, *vuln.Policy) {}, "2026-03-04", vuln.RegimeOwn},
		"unknown has the days of critical": {func(c *vuln.Case, _ *vuln.Policy) { c.Finding.Observations[0].Severity = 0 }, "2026-02-09", vuln.RegimeOwn},
		"informational has no deadline":    {func(c *vuln.Case, _ *vuln.Policy) { c.Finding.Observations[0].Severity = scan.SeverityInfo }, "", ""},
		"its own treatment is due": {
			func(c *vuln.Case, _ *vuln.Policy) { c.Finding.Treatment.Due = date("2026-02-20") },
			"2026-02-20", vuln.RegimeTreatment,
		},
		"a treatment later than the policy": {
			func(c *vuln.Case, _ *vuln.Policy) { c.Finding.Treatment.Due = date("2026-12-20") },
			"2026-03-04", vuln.RegimeOwn,
		},

		"a shorter term for another exposure": {func(_ *vuln.Case, p *vuln.Policy) { p.Shorter = []vuln.Shorter{internet} }, "2026-03-04", vuln.RegimeOwn},
		"a shorter term for its exposure": {func(c *vuln.Case, p *vuln.Policy) {
			p.Shorter, c.Asset.Exposure = []vuln.Shorter{internet}, isms.ExposedInternet
		}, "2026-02-12", vuln.RegimeOwn},
		"exposure that nobody recorded": {func(c *vuln.Case, p *vuln.Policy) {
			p.Shorter, c.Asset.Exposure = []vuln.Shorter{internet}, ""
		}, "2026-02-12", vuln.RegimeOwn},
		"a shorter term for its criticality": {func(c *vuln.Case, p *vuln.Policy) {
			p.Shorter, c.Asset.Needs.Availability = []vuln.Shorter{critical}, isms.VeryHigh
		}, "2026-02-17", vuln.RegimeOwn},
		"a need that nobody rated": {func(c *vuln.Case, p *vuln.Policy) {
			p.Shorter, c.Asset.Needs.Integrity = []vuln.Shorter{critical}, ""
		}, "2026-02-17", vuln.RegimeOwn},
		"the shortest of several": {func(c *vuln.Case, p *vuln.Policy) {
			p.Shorter, c.Asset.Needs.Integrity, c.Asset.Exposure = []vuln.Shorter{critical, internet}, isms.High, isms.ExposedInternet
		}, "2026-02-12", vuln.RegimeOwn},

		"a Saturday goes back to Friday": {func(c *vuln.Case, p *vuln.Policy) {
			p.Calendar.Weekend, c.Finding.FirstKnown = weekend, date("2026-01-29") // and 30 days
		}, "2026-02-27", vuln.RegimeOwn},
		"a holiday goes back": {func(_ *vuln.Case, p *vuln.Policy) {
			p.Calendar = vuln.Calendar{Weekend: weekend, Holidays: []isms.Date{date("2026-03-03"), date("2026-03-04")}}
		}, "2026-03-02", vuln.RegimeOwn},
		"never before the start": {func(c *vuln.Case, p *vuln.Policy) {
			p.Days, p.Calendar.Weekend = vuln.Days{Critical: 1, High: 1, Medium: 1, Low: 1}, weekend
			c.Finding.FirstKnown = date("2026-02-07") // a Saturday
		}, "2026-02-07", vuln.RegimeOwn},
		"working days": {func(_ *vuln.Case, p *vuln.Policy) {
			p.Calendar = vuln.Calendar{Weekend: weekend, Working: true} // 30 of them are six weeks
		}, "2026-03-16", vuln.RegimeOwn},
		"working days without a holiday": {func(_ *vuln.Case, p *vuln.Policy) {
			p.Calendar = vuln.Calendar{Weekend: weekend, Holidays: []isms.Date{date("2026-02-02"), date("2026-02-14"), date("2026-02-16")}, Working: true}
		}, "2026-03-17", vuln.RegimeOwn},
		"working days from a Thursday": {func(c *vuln.Case, p *vuln.Policy) {
			p.Days, c.Finding.FirstKnown = vuln.Days{Critical: 1, High: 1, Medium: 1, Low: 1}, date("2026-02-05")
			p.Calendar = vuln.Calendar{Weekend: weekend, Working: true}
		}, "2026-02-06", vuln.RegimeOwn},
		"working days from a Friday": {func(c *vuln.Case, p *vuln.Policy) {
			p.Days, c.Finding.FirstKnown = vuln.Days{Critical: 1, High: 1, Medium: 1, Low: 1}, date("2026-02-06")
			p.Calendar = vuln.Calendar{Weekend: weekend, Working: true}
		}, "2026-02-09", vuln.RegimeOwn},
		"holidays in no order": {func(c *vuln.Case, p *vuln.Policy) {
			p.Days, c.Finding.FirstKnown = vuln.Days{Critical: 3, High: 3, Medium: 3, Low: 3}, date("2026-02-05")
			p.Calendar = vuln.Calendar{Holidays: []isms.Date{date("2026-02-08"), date("2026-02-07"), date("2026-02-06"), date("2026-01-01")}}
		}, "2026-02-05", vuln.RegimeOwn},
		"holidays in no order, working days": {func(c *vuln.Case, p *vuln.Policy) {
			p.Days, c.Finding.FirstKnown = vuln.Days{Critical: 3, High: 3, Medium: 3, Low: 3}, date("2026-02-05")
			p.Calendar = vuln.Calendar{Holidays: []isms.Date{date("2026-02-08"), date("2026-02-07"), date("2026-02-06")}, Working: true}
		}, "2026-02-11", vuln.RegimeOwn},
		"beyond the last day there is": {func(c *vuln.Case, _ *vuln.Policy) {
			c.Finding.FirstKnown = date("9999-12-30")
		}, "9999-12-31", vuln.RegimeOwn},
		"nobody ever works": {func(_ *vuln.Case, p *vuln.Policy) {
			p.Calendar.Weekend = []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
		}, "2026-03-04", vuln.RegimeOwn},

		"listed, and not enabled": {func(c *vuln.Case, _ *vuln.Policy) { *c = listed(*c, "2026-02-03", "2026-02-10") }, "2026-03-04", vuln.RegimeOwn},
		"listed": {func(c *vuln.Case, p *vuln.Policy) {
			*c, p.Regimes.KEV = listed(*c, "2026-02-03", "2026-02-10"), true
		}, "2026-02-10", vuln.RegimeKEV},
		"listed and due long before it was known": {func(c *vuln.Case, p *vuln.Policy) {
			*c, p.Regimes.KEV = listed(*c, "2021-11-03", "2021-11-17"), true
		}, "2026-02-02", vuln.RegimeKEV},
		"listed after today": {func(c *vuln.Case, p *vuln.Policy) {
			*c, p.Regimes.KEV = listed(*c, "2026-03-02", "2026-03-03"), true
		}, "2026-03-04", vuln.RegimeOwn},

		"CISA's timelines begin at the listing": {func(c *vuln.Case, p *vuln.Policy) {
			*c, p.Regimes.BOD2604 = listed(*c, "2026-02-10", ""), true
		}, "2026-02-24", vuln.RegimeBOD2604},
		"CISA's timelines, listed before": {func(c *vuln.Case, p *vuln.Policy) {
			*c, p.Regimes.BOD2604 = listed(*c, "2025-02-10", ""), true
		}, "2026-02-16", vuln.RegimeBOD2604},
		"CISA's timelines, never looked": {func(c *vuln.Case, p *vuln.Policy) {
			c.Intel.KEVFeed, p.Regimes.BOD2604 = intel.KEVFeed{}, true
		}, "2026-02-16", vuln.RegimeBOD2604},
		"CISA's timelines, looked too long ago": {func(c *vuln.Case, p *vuln.Policy) {
			c.Intel.KEVFeed.Released, p.Regimes.BOD2604 = date("2026-01-29").Time(), true
		}, "2026-02-16", vuln.RegimeBOD2604},
		"CISA's timelines, a part of the catalogue": {func(c *vuln.Case, p *vuln.Policy) {
			c.Intel.KEVFeed.Declared, c.Intel.KEVFeed.Count, p.Regimes.BOD2604 = 1500, 1499, true
		}, "2026-02-16", vuln.RegimeBOD2604},
		"CISA's timelines, not listed": {func(_ *vuln.Case, p *vuln.Policy) { p.Regimes.BOD2604 = true }, "2026-03-04", vuln.RegimeOwn},

		"deployer: out of cycle": {func(c *vuln.Case, p *vuln.Policy) {
			c.Intel.SSVC[0].Exploitation, c.Intel.SSVC[0].Automatable = "active", "yes"
			p.Regimes.Deployer = map[string]int{"scheduled": 60, "out-of-cycle": 10, "immediate": 1}
		}, "2026-02-12", vuln.RegimeDeployer},
		"deployer: all unknown": {func(c *vuln.Case, p *vuln.Policy) {
			c.Intel, c.Asset = vuln.Intel{}, isms.Asset{}
			p.Regimes.Deployer = map[string]int{"scheduled": 60, "out-of-cycle": 10, "immediate": 0}
		}, "2026-02-02", vuln.RegimeDeployer},
		"deployer: defer": {func(c *vuln.Case, p *vuln.Policy) {
			c.Finding.Observations[0].Severity = scan.SeverityInfo
			p.Regimes.Deployer = map[string]int{"scheduled": 60}
		}, "", ""},
		"coordinator: act": {func(c *vuln.Case, p *vuln.Policy) {
			c.Intel.SSVC[0] = intel.SSVC{Source: "own", Exploitation: "active", Automatable: "yes", TechnicalImpact: "total"}
			c.Asset.Needs.Integrity = isms.VeryHigh
			p.Regimes.Coordinator = map[string]int{"attend": 14, "act": 3}
		}, "2026-02-05", vuln.RegimeCoordinator},
		"coordinator: of several assessments the worst": {func(c *vuln.Case, p *vuln.Policy) {
			c.Intel.SSVC = []intel.SSVC{
				{Source: "own", Exploitation: "none", Automatable: "yes", TechnicalImpact: "partial"},
				{Source: "else", Exploitation: "active", Automatable: "no", TechnicalImpact: "partial"},
			}
			c.Asset.Needs.Integrity = isms.Medium // without one of the two it is "track"
			p.Regimes.Coordinator = map[string]int{"attend": 14, "act": 3}
		}, "2026-02-16", vuln.RegimeCoordinator},
		"coordinator: of several impacts the worst": {func(c *vuln.Case, p *vuln.Policy) {
			c.Intel.SSVC = []intel.SSVC{
				{Source: "own", Exploitation: "active", Automatable: "no", TechnicalImpact: "total"},
				{Source: "else", Exploitation: "none", Automatable: "no", TechnicalImpact: "partial"},
			}
			c.Asset.Needs.Integrity = isms.Medium
			p.Regimes.Coordinator = map[string]int{"attend": 14, "act": 3}
		}, "2026-02-16", vuln.RegimeCoordinator},
		"coordinator: became active later": {func(c *vuln.Case, p *vuln.Policy) {
			c.Intel.SSVC = append(c.Intel.SSVC, intel.SSVC{
				Source: "CISA-ADP", At: time.Date(2026, 2, 12, 8, 0, 0, 0, time.UTC), Exploitation: "active", Automatable: "yes", TechnicalImpact: "total",
			})
			c.Asset.Needs.Integrity = isms.VeryHigh
			p.Regimes.Coordinator = map[string]int{"attend": 14, "act": 3}
		}, "2026-02-15", vuln.RegimeCoordinator},
	} {
		c, p := rated(scan.SeverityHigh), vuln.ReadyPolicy()
		x.change(&c, &p)
		got := prioritize(c, p).Deadline
		if got.Day.String() != x.day || got.Binding != x.binding {
			t.Errorf("%s: %s by %q, want %s by %q", name, got.Day, got.Binding, x.day, x.binding)
		}
		if want := !got.Day.IsZero() && got.Day.Before(date("2026-03-01")); got.Breached != want {
			t.Errorf("%s: breached = %t on %s", name, got.Breached, got.Day)
		}
	}
}

// A raised severity gives the earlier of the old deadline and the day of the
// raise plus the new term; a lowered one changes nothing without approval.
func TestDeadlineMoves(t *testing.T) {
	was := func(day string, s scan.Severity, a isms.Asset) vuln.Earlier {
		return vuln.Earlier{Since: date(day), Observations: []vuln.Observation{{Source: "trivy", Severity: s}}, Asset: &a}
	}
	asset := rated(0).Asset
	lowNeeds := asset
	asset.Needs.Availability = isms.VeryHigh
	for name, x := range map[string]struct {
		now     scan.Severity
		since   string
		earlier []vuln.Earlier
		lowered string
		want    string
	}{
		"never changed":                 {scan.SeverityCritical, "", nil, "", "2026-02-09"},
		"raised: the new term":          {scan.SeverityCritical, "2026-02-10", []vuln.Earlier{was("2026-02-02", scan.SeverityHigh, asset)}, "", "2026-02-17"},
		"raised late: the old deadline": {scan.SeverityCritical, "2026-02-28", []vuln.Earlier{was("2026-02-02", scan.SeverityHigh, asset)}, "", "2026-03-04"},
		"recorded later than known":     {scan.SeverityHigh, "2026-02-15", []vuln.Earlier{was("2026-02-10", scan.SeverityCritical, asset)}, "", "2026-02-09"},
		"raised twice": {scan.SeverityCritical, "2026-02-20", []vuln.Earlier{
			was("2026-02-10", scan.SeverityHigh, asset), was("2026-02-02", scan.SeverityLow, asset),
		}, "", "2026-02-27"},
		"raised after today": {scan.SeverityHigh, "", []vuln.Earlier{was("2026-04-01", scan.SeverityCritical, asset)}, "", "2026-03-04"},
		"lowered":            {scan.SeverityHigh, "2026-02-10", []vuln.Earlier{was("2026-02-02", scan.SeverityCritical, asset)}, "", "2026-02-09"},
		"lowered to none":    {scan.SeverityNone, "2026-02-10", []vuln.Earlier{was("2026-02-02", scan.SeverityCritical, asset)}, "", "2026-02-09"},
		"lowered and raised": {scan.SeverityCritical, "2026-02-20", []vuln.Earlier{
			was("2026-02-02", scan.SeverityCritical, asset), was("2026-02-03", scan.SeverityLow, asset),
		}, "", "2026-02-09"},
		"lowered with approval": {scan.SeverityHigh, "2026-02-10", []vuln.Earlier{was("2026-02-02", scan.SeverityCritical, asset)}, "2026-02-10", "2026-03-04"},
		"approved too early":    {scan.SeverityHigh, "2026-02-10", []vuln.Earlier{was("2026-02-02", scan.SeverityCritical, asset)}, "2026-02-09", "2026-02-09"},
		"approved after today":  {scan.SeverityHigh, "2026-02-10", []vuln.Earlier{was("2026-02-02", scan.SeverityCritical, asset)}, "2026-03-02", "2026-02-09"},
		"raised after approval": {scan.SeverityCritical, "2026-02-20", []vuln.Earlier{
			was("2026-02-02", scan.SeverityCritical, asset), was("2026-02-08", scan.SeverityHigh, asset),
		}, "2026-02-08", "2026-02-27"},
		"the asset became critical":     {scan.SeverityHigh, "2026-02-10", []vuln.Earlier{was("2026-02-02", scan.SeverityHigh, lowNeeds)}, "", "2026-02-20"},
		"the asset was critical before": {scan.SeverityHigh, "", nil, "", "2026-02-12"},
		"the asset, and in any order":   {scan.SeverityHigh, "2026-02-14", []vuln.Earlier{was("2026-02-10", scan.SeverityHigh, asset), was("2026-02-02", scan.SeverityHigh, lowNeeds)}, "", "2026-02-20"},
	} {
		c := rated(x.now)
		c.Asset = asset
		c.Earlier = x.earlier
		if x.since != "" {
			c.Since = date(x.since)
		}
		if x.lowered != "" {
			c.Lowered = date(x.lowered)
		}
		p := vuln.ReadyPolicy()
		if strings.HasPrefix(name, "the asset") {
			p.Shorter = []vuln.Shorter{{Criticality: isms.VeryHigh, Days: vuln.Days{Critical: 2, High: 10, Medium: 20, Low: 30}}}
		}
		if got := prioritize(c, p).Deadline.Day.String(); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}

// Peers: breached findings vanish from "open" (DefectDojo #7170). Here a breach
// stays visible whatever is decided later.
func TestBreachesStay(t *testing.T) {
	jan := isms.Link{Kind: "person", ID: "jan"}
	accepted := func(on string) func(*vuln.Case) {
		return func(c *vuln.Case) {
			c.Finding.Acceptance = vuln.Acceptance{By: jan, On: date(on), Until: date("2026-12-31"), Justification: isms.Plain("x")}
		}
	}
	decided := func(on string) func(*vuln.Case) {
		return func(c *vuln.Case) {
			c.Finding.Decision = vuln.Decision{State: vuln.NotAffected, By: jan, On: date(on), Rationale: isms.Plain("x")}
		}
	}
	for name, x := range map[string]struct {
		change func(*vuln.Case)
		want   bool
	}{
		"open":              {func(*vuln.Case) {}, true},
		"accepted in time":  {accepted("2026-02-09"), false},
		"accepted too late": {accepted("2026-02-10"), true},
		"closed in time":    {decided("2026-02-09"), false},
		"closed too late":   {decided("2026-02-10"), true},
		"verified in time": {func(c *vuln.Case) {
			c.Finding.Observations[0].Absent, c.Finding.Observations[0].Verified, c.Closed = "s-1", "s-1", date("2026-02-08")
		}, false},
		"verified, nobody knows when": {func(c *vuln.Case) {
			c.Finding.Observations[0].Absent, c.Finding.Observations[0].Verified = "s-1", "s-1"
		}, true},
	} {
		c := rated(scan.SeverityCritical) // until 2026-02-09
		x.change(&c)
		if got := prioritize(c, vuln.ReadyPolicy()).Deadline; got.Breached != x.want || got.Day != date("2026-02-09") {
			t.Errorf("%s: breached = %t on %s, want %t", name, got.Breached, got.Day, x.want)
		}
	}
}

// Each regime that is enabled is listed with its outcome, the binding one first.
func TestTermsOfAllRegimes(t *testing.T) {
	c := listed(rated(scan.SeverityCritical), "2026-02-03", "2026-02-24")
	p := vuln.ReadyPolicy()
	p.Regimes = vuln.Regimes{
		Deployer:    map[string]int{"out-of-cycle": 30},
		Coordinator: map[string]int{"act": 3},
		BOD2604:     true, KEV: true,
	}
	day := date
	want := []vuln.Term{
		{Regime: vuln.RegimeOwn, Outcome: "critical", From: day("2026-02-02"), Days: 7, Day: day("2026-02-09")},
		{Regime: vuln.RegimeBOD2604, Outcome: "14 days", From: day("2026-02-03"), Days: 14, Day: day("2026-02-17")},
		{Regime: vuln.RegimeKEV, Outcome: "yes", From: day("2026-02-03"), Day: day("2026-02-24")},
		{Regime: vuln.RegimeDeployer, Outcome: "scheduled", From: day("2026-02-03")},
		{Regime: vuln.RegimeCoordinator, Outcome: "track", From: day("2026-02-03")},
	}
	got := prioritize(c, p).Deadline.Terms
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Terms (-want +got)\n%s", diff)
	}
}

// Every row of CISA's timelines gives its days.
func TestTimelinesOfCISA(t *testing.T) {
	p := vuln.ReadyPolicy()
	p.Regimes.BOD2604 = true
	days := map[string]int{"60 days": 60, "14 days": 14, "3 days": 3, "3 days & forensic investigation": 3}
	for _, row := range rows(t, "data/ssvc-cisa-bod-26-04.csv")[1:] {
		c := rated(scan.SeverityInfo) // no own term
		if row[1] == "yes" {
			c = listed(c, "", "")
		}
		if row[2] == "yes" {
			c.Asset.Exposure = isms.ExposedInternet
		}
		c.Intel.SSVC[0].Automatable, c.Intel.SSVC[0].TechnicalImpact = row[3], row[4]
		got := prioritize(c, p).Deadline
		want := isms.Date{}
		if n, ok := days[row[5]]; ok {
			want = date("2026-02-02").AddDays(n)
		}
		at := slices.IndexFunc(got.Terms, func(t vuln.Term) bool { return t.Regime == vuln.RegimeBOD2604 })
		if got.Day != want || got.Terms[at].Outcome != row[5] {
			t.Errorf("row %s: %s %q, want %s %q", row[0], got.Day, got.Terms[at].Outcome, want, row[5])
		}
	}
}

// Every row of the tables of SSVC gives its outcome, for each exposure and need
// that stands for its values.
func TestRowsOfSSVC(t *testing.T) {
	exploitation := map[string]string{"none": "none", "public poc": "poc", "active": "active"}
	exposed := map[string][]isms.Exposure{
		"small": {isms.ExposedNowhere}, "controlled": {isms.ExposedInternal, isms.ExposedPartners}, "open": {isms.ExposedInternet},
	}
	human := map[string][]isms.Rating{"low": {isms.Low}, "medium": {isms.Medium}, "high": {isms.High}, "very high": {isms.VeryHigh}}
	mission := map[string][]isms.Rating{"low": {isms.Low}, "medium": {isms.Medium}, "high": {isms.High, isms.VeryHigh}}
	outcome := func(c vuln.Case, regime vuln.Regime) string {
		p := vuln.ReadyPolicy()
		p.Regimes.Deployer, p.Regimes.Coordinator = map[string]int{"immediate": 1}, map[string]int{"act": 1}
		terms := prioritize(c, p).Deadline.Terms
		return terms[slices.IndexFunc(terms, func(t vuln.Term) bool { return t.Regime == regime })].Outcome
	}
	seen := 0
	for _, row := range rows(t, "data/ssvc-deployer.csv")[1:] {
		for _, e := range exposed[row[2]] {
			for _, need := range human[row[4]] {
				c := rated(scan.SeverityHigh)
				c.Asset.Exposure, c.Asset.Needs.Availability = e, need
				c.Intel.SSVC[0].Exploitation, c.Intel.SSVC[0].Automatable = exploitation[row[1]], row[3]
				if got := outcome(c, vuln.RegimeDeployer); got != row[5] {
					t.Errorf("deployer, row %s, %s %s: %s, want %s", row[0], e, need, got, row[5])
				}
				seen++
			}
		}
	}
	for _, row := range rows(t, "data/ssvc-cisa-coordinator.csv")[1:] {
		for _, need := range mission[row[4]] {
			c := rated(scan.SeverityHigh)
			c.Asset.Needs.Integrity = need
			c.Intel.SSVC[0].Exploitation, c.Intel.SSVC[0].Automatable, c.Intel.SSVC[0].TechnicalImpact = exploitation[row[1]], row[2], row[3]
			if got := outcome(c, vuln.RegimeCoordinator); got != row[5] {
				t.Errorf("coordinator, row %s, %s: %s, want %s", row[0], need, got, row[5])
			}
			seen++
		}
	}
	if seen != 72*4/3+36*4/3 {
		t.Errorf("%d situations, want those of all rows", seen)
	}
}
