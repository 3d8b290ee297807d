package vuln_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/cvss"
	"github.com/ismskit/ismskit/vuln/intel"
	"github.com/ismskit/ismskit/vuln/scan"
)

const (
	base31 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N" // 7.5
	base40 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
	base2  = "AV:N/AC:L/Au:N/C:P/I:P/A:P"
)

// scored is a case with a vector, on an asset whose needs are all medium.
func scored(vector string) vuln.Case {
	c := rated(0)
	c.Finding.Observations = []vuln.Observation{{Source: "trivy", Ratings: []vuln.Rating{{Source: "nvd", Vector: vector}}}}
	c.Asset.Needs = isms.Needs{Confidentiality: isms.Medium, Integrity: isms.Medium, Availability: isms.Medium}
	c.Intel.SSVC[0].Exploitation = "poc"
	return c
}

// The threat and environmental metrics follow from what is known, in each
// version, and never lower a score because something is not.
func TestDerivedVector(t *testing.T) {
	isolation := vuln.Compensating{Isolated: true, Metrics: []string{"MAV:A"}, Reason: isms.Plain("no network"), From: date("2026-01-01")}
	needs := func(c, i, a isms.Rating) func(*vuln.Case, *vuln.Policy) {
		return func(x *vuln.Case, _ *vuln.Policy) {
			x.Asset.Needs = isms.Needs{Confidentiality: c, Integrity: i, Availability: a}
		}
	}
	exploitation := func(word string) func(*vuln.Case, *vuln.Policy) {
		return func(x *vuln.Case, _ *vuln.Policy) { x.Intel.SSVC[0].Exploitation = word }
	}
	nothing := func(*vuln.Case, *vuln.Policy) {}
	for name, x := range map[string]struct {
		vector string
		change func(*vuln.Case, *vuln.Policy)
		want   string // behind the published vector; "=" is instead of it
	}{
		"needs":                {base31, needs(isms.Low, isms.Medium, isms.High), "/E:P/CR:L/IR:M/AR:H"},
		"very high":            {base31, needs(isms.VeryHigh, isms.Medium, isms.Medium), "/E:P/CR:H/IR:M/AR:M"},
		"needs nobody rated":   {base31, needs("", "", ""), "/E:P/CR:H/IR:H/AR:H"},
		"3.0":                  {strings.Replace(base31, "3.1", "3.0", 1), nothing, "/E:P/CR:M/IR:M/AR:M"},
		"4.0":                  {base40, nothing, "/E:P/CR:M/IR:M/AR:M"},
		"2.0":                  {base2, nothing, "/E:POC/RL:ND/RC:ND/CDP:ND/TD:ND/CR:M/IR:M/AR:M"},
		"2.0 with its own":     {base2 + "/E:U/RL:OF/RC:C/CDP:L/TD:M/CR:L/IR:L/AR:L", nothing, "=" + base2 + "/E:POC/RL:OF/RC:C/CDP:L/TD:M/CR:M/IR:M/AR:M"},
		"no exploit":           {base31, exploitation("none"), "/E:U/CR:M/IR:M/AR:M"},
		"no exploit, 4.0":      {base40, exploitation("none"), "/E:U/CR:M/IR:M/AR:M"},
		"no exploit, 2.0":      {base2, exploitation("none"), "/E:U/RL:ND/RC:ND/CDP:ND/TD:ND/CR:M/IR:M/AR:M"},
		"exploited":            {base31, exploitation("active"), "/E:H/CR:M/IR:M/AR:M"},
		"exploited, 4.0":       {base40, exploitation("active"), "/E:A/CR:M/IR:M/AR:M"},
		"exploited, 2.0":       {base2, exploitation("active"), "/E:H/RL:ND/RC:ND/CDP:ND/TD:ND/CR:M/IR:M/AR:M"},
		"not assessed":         {base31, exploitation(""), "/CR:M/IR:M/AR:M"},
		"another word":         {base31, exploitation("PoC!"), "/CR:M/IR:M/AR:M"},
		"never looked for":     {base31, func(c *vuln.Case, _ *vuln.Policy) { c.Intel.KEVFeed = intel.KEVFeed{} }, "/CR:M/IR:M/AR:M"},
		"looked too long ago":  {base31, func(c *vuln.Case, _ *vuln.Policy) { c.Intel.KEVFeed.Released = date("2026-01-29").Time() }, "/CR:M/IR:M/AR:M"},
		"looked in a part":     {base31, func(c *vuln.Case, _ *vuln.Policy) { c.Intel.KEVFeed.Declared = 1500 }, "/CR:M/IR:M/AR:M"},
		"looked recently":      {base31, func(c *vuln.Case, _ *vuln.Policy) { c.Intel.KEVFeed.Released = date("2026-01-30").Time() }, "/E:P/CR:M/IR:M/AR:M"},
		"listed, nobody dated": {base31, func(c *vuln.Case, _ *vuln.Policy) { *c = listed(*c, "soon", "") }, "/E:H/CR:M/IR:M/AR:M"},
		"listed after today":   {base31, func(c *vuln.Case, _ *vuln.Policy) { *c = listed(*c, "2026-03-02", "") }, "/E:P/CR:M/IR:M/AR:M"},
		"worse by its source":  {base31 + "/E:F", nothing, "=" + base31 + "/E:F/CR:M/IR:M/AR:M"},
		"better by its source": {base31 + "/E:U/RL:O", nothing, "=" + base31 + "/E:P/RL:O/CR:M/IR:M/AR:M"},
		"its source, unknown":  {base31 + "/E:U", exploitation(""), "=" + base31 + "/CR:M/IR:M/AR:M"},

		"isolated, no policy": {base31, func(c *vuln.Case, _ *vuln.Policy) { c.Asset.Exposure = isms.ExposedNowhere }, "/E:P/CR:M/IR:M/AR:M"},
		"isolated by policy": {base31, func(c *vuln.Case, p *vuln.Policy) {
			c.Asset.Exposure, p.Compensating = isms.ExposedNowhere, []vuln.Compensating{isolation}
		}, "/E:P/CR:M/IR:M/AR:M/MAV:A"},
		"a policy for others": {base31, func(_ *vuln.Case, p *vuln.Policy) { p.Compensating = []vuln.Compensating{isolation} }, "/E:P/CR:M/IR:M/AR:M"},
		"exposure not known": {base31, func(c *vuln.Case, p *vuln.Policy) {
			c.Asset.Exposure, p.Compensating = "", []vuln.Compensating{isolation}
		}, "/E:P/CR:M/IR:M/AR:M"},
		"not yet in place": {base31, func(c *vuln.Case, p *vuln.Policy) {
			later := isolation
			later.From = date("2026-03-02")
			c.Asset.Exposure, p.Compensating = isms.ExposedNowhere, []vuln.Compensating{later}
		}, "/E:P/CR:M/IR:M/AR:M"},
		"no longer in place": {base31, func(c *vuln.Case, p *vuln.Policy) {
			ended := isolation
			ended.Until = date("2026-02-28")
			c.Asset.Exposure, p.Compensating = isms.ExposedNowhere, []vuln.Compensating{ended}
		}, "/E:P/CR:M/IR:M/AR:M"},
		"a control on the asset": {base31, func(_ *vuln.Case, p *vuln.Policy) {
			p.Compensating = []vuln.Compensating{{Assets: []isms.Ref[isms.Asset]{"shop"}, Metrics: []string{"MPR:H", "MAT:P"}, From: date("2026-01-01")}}
		}, "/E:P/CR:M/IR:M/AR:M/MPR:H"},
		"a control on another asset": {base31, func(_ *vuln.Case, p *vuln.Policy) {
			p.Compensating = []vuln.Compensating{{Assets: []isms.Ref[isms.Asset]{"mail"}, Metrics: []string{"MPR:H"}, From: date("2026-01-01")}}
		}, "/E:P/CR:M/IR:M/AR:M"},
		"a control that would raise": {"CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", func(_ *vuln.Case, p *vuln.Policy) {
			p.Compensating = []vuln.Compensating{{Assets: []isms.Ref[isms.Asset]{"shop"}, Metrics: []string{"MAV:N"}, From: date("2026-01-01")}}
		}, "/E:P/CR:M/IR:M/AR:M"},
		"2.0 has no such metric": {base2, func(_ *vuln.Case, p *vuln.Policy) {
			p.Compensating = []vuln.Compensating{{Assets: []isms.Ref[isms.Asset]{"shop"}, Metrics: []string{"MAV:A"}, From: date("2026-01-01")}}
		}, "/E:POC/RL:ND/RC:ND/CDP:ND/TD:ND/CR:M/IR:M/AR:M"},
	} {
		c, p := scored(x.vector), vuln.ReadyPolicy()
		x.change(&c, &p)
		want, instead := strings.CutPrefix(x.want, "=")
		if !instead {
			want = x.vector + x.want
		}
		got := prioritize(c, p)
		if got.Vector != cvss.MustParse(want) {
			t.Errorf("%s: %s, want %s", name, got.Vector, want)
		}
		if published := cvss.MustParse(x.vector); got.Published != published || got.Severity.Score != got.Vector.Scores().Overall {
			t.Errorf("%s: published %s with %s, want %s with the score of %s", name, got.Published, got.Severity.Score, published, got.Vector)
		}
	}
}

// What tools say stands as far as no derived metric moves it.
func TestPrioritizeSeverity(t *testing.T) {
	low := isms.Needs{Confidentiality: isms.Low, Integrity: isms.Low, Availability: isms.Low}
	high := isms.Needs{Confidentiality: isms.High, Integrity: isms.High, Availability: isms.High}
	for name, x := range map[string]struct {
		said  scan.Severity
		needs isms.Needs
		kev   bool
		bare  bool // no vector
		want  scan.Severity
	}{
		"no word, raised":                  {0, high, true, false, scan.SeverityCritical}, // 9.3
		"no word, lowered":                 {0, low, false, false, scan.SeverityMedium},
		"the word of its band, lowered":    {scan.SeverityHigh, low, false, false, scan.SeverityMedium},
		"a worse word is not lowered":      {scan.SeverityCritical, low, false, false, scan.SeverityCritical},
		"a better word is raised":          {scan.SeverityMedium, high, true, false, scan.SeverityCritical},
		"a better word stays":              {scan.SeverityLow, isms.Needs{Confidentiality: isms.Medium}, true, false, scan.SeverityLow},
		"a word alone":                     {scan.SeverityMedium, high, true, true, scan.SeverityMedium},
		"nothing at all ranks as greatest": {0, low, false, true, scan.SeverityUnknown},
	} {
		c := scored(base31)
		c.Asset.Needs, c.Finding.Observations[0].Severity = x.needs, x.said
		if x.kev {
			c = listed(c, "2026-01-01", "")
		}
		if x.bare {
			c.Finding.Observations[0].Ratings = nil
		}
		got := prioritize(c, vuln.ReadyPolicy())
		if got.Severity.Severity != x.want {
			t.Errorf("%s: %s by %s (%s), want %s", name, got.Severity.Severity, got.Vector, got.Severity.Score, x.want)
		}
		if want := vuln.ReadyPolicy().Rate(c.Finding); got.Reported != want {
			t.Errorf("%s: reported %v, want %v", name, got.Reported, want)
		}
	}
}

// The one score that the policy chooses is the one that is derived from.
func TestPrioritizeTakesTheChosenScore(t *testing.T) {
	c := scored(base31)
	c.Finding.Observations[0].Ratings = append(c.Finding.Observations[0].Ratings, vuln.Rating{Source: "vendor", Vector: base40})
	p := vuln.ReadyPolicy()
	if got := prioritize(c, p).Published; got != cvss.MustParse(base40) {
		t.Errorf("without a choice: %s, want the highest", got)
	}
	p.Scores.Sources = []string{"nvd"}
	if got := prioritize(c, p); got.Published != cvss.MustParse(base31) || got.Severity.Score != got.Vector.Scores().Overall {
		t.Errorf("nvd first: %s %s, want that of nvd", got.Published, got.Severity.Score)
	}
}

// Likelihood and consequence, and no CVSS times EPSS: the score is in no table,
// and the forecast in neither severity nor deadline.
func TestPrioritizeRisk(t *testing.T) {
	m := risk.Matrix5()
	p := strictPolicy(m)
	set := func(exploitation string, perMille int, exposure isms.Exposure, need isms.Rating) vuln.Case {
		c := scored(base31)
		c.Intel.SSVC[0].Exploitation = exploitation
		c.Intel.EPSS.Probability.Billionths = perMille * 1_000_000
		c.Asset.Exposure, c.Asset.Needs.Confidentiality = exposure, need
		return c
	}
	for _, x := range []struct {
		c                  vuln.Case
		likelihood, impact int
		band               string
	}{
		{set("none", 0, isms.ExposedNowhere, isms.Low), 1, 2, "low"},
		{set("none", 99, isms.ExposedInternal, isms.Low), 2, 2, "low"},
		{set("poc", 99, isms.ExposedInternal, isms.Medium), 3, 3, "medium"},
		{set("none", 100, isms.ExposedPartners, isms.High), 4, 4, "high"},
		{set("active", 0, isms.ExposedNowhere, isms.VeryHigh), 3, 5, "high"},
		{set("active", 0, isms.ExposedInternet, isms.VeryHigh), 5, 5, "critical"},
		{set("none", 500, isms.ExposedInternet, ""), 5, 5, "critical"},
		{set("none", 0, "", isms.Low), 2, 2, "low"},
		{listed(set("none", 0, isms.ExposedPartners, isms.Low), "2026-01-01", ""), 5, 2, "medium"},
	} {
		got := vuln.Prioritize(x.c, p, m, date("2026-03-01"))
		e := got.Evaluation
		if e.Likelihood != x.likelihood || e.Impact != x.impact || got.Risk.Band.ID != x.band {
			t.Errorf("%+v %+v: %d x %d %s, want %d x %d %s", x.c.Asset, x.c.Intel, e.Likelihood, e.Impact, got.Risk.Band.ID, x.likelihood, x.impact, x.band)
		}
		if m.Rate(e).Rank != got.Risk.Rank {
			t.Errorf("the methodology rates %+v as %v, want %v", e, m.Rate(e), got.Risk)
		}
		other := x.c
		other.Finding.Observations = []vuln.Observation{{Source: "x", Ratings: []vuln.Rating{{Vector: "CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:H/I:N/A:N"}}}}
		other.Intel.EPSS.Probability.Billionths = x.c.Intel.EPSS.Probability.Billionths
		if again := vuln.Prioritize(other, p, m, date("2026-03-01")); again.Risk.Rank != got.Risk.Rank || again.Severity.Score == got.Severity.Score {
			t.Errorf("another score makes another risk: %v, want %v", again.Risk.Band.ID, got.Risk.Band.ID)
		}
		x.c.Intel.EPSS.Probability.Billionths = 999_999_999
		if again := vuln.Prioritize(x.c, p, m, date("2026-03-01")); again.Severity != got.Severity || again.Deadline.Day != got.Deadline.Day {
			t.Errorf("a forecast changes the severity or the deadline: %v %s", again.Severity, again.Deadline.Day)
		}
	}
}

// EPSS forecasts 30 days: an older forecast is none.
func TestForecastsExpire(t *testing.T) {
	m := risk.Matrix5()
	for day, want := range map[string]int{"2026-01-30": 2, "2026-01-29": 5, "": 5} {
		c := scored(base31)
		c.Asset.Exposure, c.Intel.SSVC[0].Exploitation, c.Intel.EPSSFeed.Date = isms.ExposedInternet, "none", day
		if got := vuln.Prioritize(c, strictPolicy(m), m, date("2026-03-01")).Evaluation.Likelihood; got != want {
			t.Errorf("forecast of %q: likelihood %d, want %d", day, got, want)
		}
	}
}

// Which properties are affected comes from the vector; without one, all are.
func TestConsequenceTakesThePropertiesThatAreAffected(t *testing.T) {
	m := risk.Matrix5()
	for name, x := range map[string]struct {
		vector string
		want   int
	}{
		"confidentiality, wholly":    {base31, 2},
		"availability, in part":      {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L", 4},
		"availability, wholly":       {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", 5},
		"nothing":                    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 1},
		"2.0, in part":               {"AV:N/AC:L/Au:N/C:N/I:N/A:P", 4},
		"2.0, wholly":                {"AV:N/AC:L/Au:N/C:N/I:N/A:C", 5},
		"4.0, the vulnerable system": {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:L/SC:N/SI:N/SA:N", 4},
		"4.0, subsequent systems":    {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:H", 5},
		"4.0, safety":                {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N/MSA:S", 5},
		"no vector":                  {"", 5},
	} {
		c := scored(x.vector)
		c.Asset.Needs = isms.Needs{Confidentiality: isms.Low, Integrity: isms.Low, Availability: isms.VeryHigh}
		if got := vuln.Prioritize(c, strictPolicy(m), m, date("2026-03-01")).Evaluation.Impact; got != x.want {
			t.Errorf("%s: impact %d, want %d", name, got, x.want)
		}
	}
}

// Without tables for the methodology nothing is rated, which ranks as the
// greatest possible risk.
func TestNoTablesNoRisk(t *testing.T) {
	m := risk.Matrix5()
	other := m
	other.ID = "other"
	for name, x := range map[string]struct {
		p    vuln.Policy
		m    risk.Methodology
		want isms.Code
	}{
		"no tables":         {vuln.ReadyPolicy(), m, risk.CodeNotAssessed},
		"other methodology": {strictPolicy(other), m, risk.CodeOtherMethodology},
		"smaller scale":     {strictPolicy(m), func() risk.Methodology { s := risk.Matrix3(); s.ID = m.ID; return s }(), risk.CodeCannotRate},
	} {
		c := listed(scored(base31), "2026-01-01", "")
		c.Asset.Exposure = isms.ExposedInternet
		if got := vuln.Prioritize(c, x.p, x.m, date("2026-03-01")).Risk; got.Rated() || got.Unrated != x.want || got.Acceptable {
			t.Errorf("%s: %+v, want %s", name, got, x.want)
		}
	}
}

// The ready-made tables are total and never fall, for each ready-made matrix.
func TestReadyTables(t *testing.T) {
	for _, m := range []risk.Methodology{risk.Matrix3(), risk.Matrix4(), risk.Matrix5()} {
		p := vuln.ReadyPolicy()
		p.Tables = vuln.ReadyTables(m)
		if got := isms.Validate(p); len(got) > 0 {
			t.Errorf("%s: %v", m.ID, got)
		}
		if got := p.Lint(m); len(got) > 0 && m.ID == "matrix-5x5" {
			t.Errorf("%s: %v", m.ID, got)
		}
		for _, exposure := range exposureWords() {
			for _, need := range ratingWords() {
				neverFalls(t, p, m, exposure, need)
			}
		}
	}
}

// The five steps of the ready-made tables are spread over those of a scale, the
// least on the first and the greatest on the last.
func TestReadyTablesSpread(t *testing.T) {
	for _, c := range []struct {
		m    risk.Methodology
		want []int // of the rows of consequence
	}{
		{risk.Matrix3(), []int{1, 2, 2, 2, 2, 3, 3, 3}},
		{risk.Matrix4(), []int{1, 2, 2, 3, 3, 4, 4, 4}},
		{risk.Matrix5(), []int{1, 2, 2, 3, 3, 4, 4, 5}},
	} {
		var got []int
		for _, r := range vuln.ReadyTables(c.m).Consequence {
			got = append(got, r.Step)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("ReadyTables(%s): steps %v, want %v", c.m.ID, got, c.want)
		}
	}
}

// neverFalls checks that more exploitation is never less risk.
func neverFalls(t *testing.T, p vuln.Policy, m risk.Methodology, exposure isms.Exposure, need isms.Rating) {
	t.Helper()
	least := 0
	for _, exploitation := range []string{"none", "poc", "active", ""} {
		c := scored(base31)
		c.Asset.Exposure, c.Asset.Needs.Confidentiality, c.Intel.SSVC[0].Exploitation = exposure, need, exploitation
		got := vuln.Prioritize(c, p, m, date("2026-03-01")).Risk
		if !got.Rated() || got.Rank < least {
			t.Errorf("%s: %s %s %s: rank %d, want at least %d", m.ID, exposure, need, exploitation, got.Rank, least)
		}
		least = got.Rank
	}
}

// The words from the least to the greatest; not known comes last.
func ratingWords() []isms.Rating {
	return []isms.Rating{isms.Low, isms.Medium, isms.High, isms.VeryHigh, ""}
}

func exposureWords() []isms.Exposure {
	return []isms.Exposure{isms.ExposedNowhere, isms.ExposedInternal, isms.ExposedPartners, isms.ExposedInternet, ""}
}

// A word above the band of the vectors stays above when these are raised, and a
// higher score without a vector counts.
func TestRaisedBelowTheWord(t *testing.T) {
	c := scored("CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:N/A:N") // 5.5
	c.Asset.Needs.Confidentiality, c.Intel.SSVC[0].Exploitation = isms.High, "active"
	if got := prioritize(c, vuln.ReadyPolicy()).Severity; got.Severity != scan.SeverityHigh {
		t.Errorf("raised: %s %s, want high", got.Severity, got.Score)
	}
	c.Finding.Observations[0].Severity = scan.SeverityCritical
	c.Finding.Observations[0].Ratings = append(c.Finding.Observations[0].Ratings, vuln.Rating{Source: "vendor", Score: cvssScore("9.9")})
	if got := prioritize(c, vuln.ReadyPolicy()).Severity; got.Severity != scan.SeverityCritical || got.Score != cvssScore("9.9") {
		t.Errorf("raised below the word: %s %s, want critical 9.9", got.Severity, got.Score)
	}
}

// The vector of a tool that no longer sees it is not what is derived from, unless
// no tool does.
func TestVectorsOfToolsThatSeeIt(t *testing.T) {
	const worse = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
	c := scored(base31)
	c.Finding.Observations = append(c.Finding.Observations, vuln.Observation{Source: "zap", Absent: "s-1", Ratings: []vuln.Rating{{Vector: worse}}})
	if got := prioritize(c, vuln.ReadyPolicy()).Published; got != cvss.MustParse(base31) {
		t.Errorf("one tool sees it: %s, want its vector", got)
	}
	c.Finding.Observations[0].Absent = "s-2"
	if got := prioritize(c, vuln.ReadyPolicy()).Published; got != cvss.MustParse(worse) {
		t.Errorf("no tool sees it: %s, want the worst", got)
	}
}

// On an incomplete basis a compensating control lowers no consequence.
func TestBasisAndConsequence(t *testing.T) {
	m := risk.Matrix5()
	p := strictPolicy(m)
	p.Compensating = []vuln.Compensating{{Assets: []isms.Ref[isms.Asset]{"shop"}, Metrics: []string{"MC:N"}, From: date("2026-01-01")}}
	for based, want := range map[bool]int{true: 1, false: 5} {
		c := scored(base31)
		c.Asset.Needs.Confidentiality, c.Based = isms.VeryHigh, based
		if got := vuln.Prioritize(c, p, m, date("2026-03-01")).Evaluation.Impact; got != want {
			t.Errorf("with a basis %t: impact %d, want %d", based, got, want)
		}
	}
}

// Whatever nobody knows is marked as assumed, and nothing else is.
func TestAssumedInputs(t *testing.T) {
	m := risk.Matrix5()
	count := func(c vuln.Case) (assumed, inputs int) {
		for _, in := range vuln.Prioritize(c, strictPolicy(m), m, date("2026-03-01")).Trace {
			inputs++
			if in.Assumed {
				assumed++
			}
		}
		return assumed, inputs
	}
	if n, of := count(scored(base31)); n != 0 || of != 11 {
		t.Errorf("all is known: %d of %d inputs assumed", n, of)
	}
	nothing := vuln.Case{Finding: vuln.Finding{Asset: "shop", FirstKnown: date("2026-02-01")}}
	if n, of := count(nothing); n != of-1 { // but for the basis, which is incomplete
		t.Errorf("nothing is known: %d of %d inputs assumed", n, of)
	}
}

// Each input says what it is, where it is from, and what it decides, in English
// and Dutch.
func TestTrace(t *testing.T) {
	m := risk.Matrix5()
	p := strictPolicy(m)
	p.ID = "policy"
	p.Compensating = []vuln.Compensating{{Assets: []isms.Ref[isms.Asset]{"shop"}, Metrics: []string{"MAC:H", "MPR:N"}, Control: "A.8.22", From: date("2026-01-01")}}
	c := scored(base31)
	c.Asset.Needs.Integrity, c.Intel.EPSS = "", intel.EPSS{}
	got := vuln.Prioritize(c, p, m, date("2026-03-01"))
	var lines []string
	for _, in := range got.Trace {
		lines = append(lines, in.Text(lang.NL))
	}
	want := []string{
		"ernst volgens de hulpmiddelen: hoog (trivy; bepaalt de ernst)",
		"benodigde vertrouwelijkheid: midden (asset/shop; CR:M; bepaalt de ernst; bepaalt de termijn; bepaalt het risico)",
		"benodigde integriteit: zeer hoog (aangenomen, niemand weet het; asset/shop; IR:H)",
		"benodigde beschikbaarheid: midden (asset/shop; AR:M)",
		"bereikbaarheid van het bedrijfsmiddel: intern (asset/shop; bepaalt de termijn; bepaalt het risico)",
		"misbruik: openbaar aanvalsvoorbeeld (own; E:P; bepaalt de termijn; bepaalt het risico)",
		"vermeld als misbruikt (KEV): nee (cisa-kev; bepaalt de termijn; bepaalt het risico)",
		"waarschijnlijkheid van misbruik (EPSS): 100 % (aangenomen, niemand weet het)",
		"aanval te automatiseren: nee (own; bepaalt de termijn)",
		"technische impact: gedeeltelijk (own; bepaalt de termijn)",
		"compenserende maatregel: A.8.22 (vulnerability-policy/policy; MAC:H MPR:N)",
		"grondslag van de beoordeling: volledig (bepaalt de ernst; bepaalt de termijn)",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("Trace (-want +got)\n%s", diff)
	}
	var english []string
	for _, in := range got.Trace {
		english = append(english, in.Text(lang.EN))
	}
	if all := strings.Join(english, "\n"); strings.Contains(all, "factor") || strings.Contains(all, "word/") || all == strings.Join(lines, "\n") {
		t.Errorf("Trace in English:\n%s", all)
	}
}

// The cheapest change is to find out what is assumed, then to act; what is not
// in the organization's hands is no advice.
func TestCheapest(t *testing.T) {
	m := risk.Matrix5()
	p := strictPolicy(m)
	cheapest := func(c vuln.Case) string {
		change, ok := vuln.Prioritize(c, p, m, date("2026-03-01")).Cheapest()
		if !ok {
			return ""
		}
		return change.Text(lang.EN)
	}
	c := scored(base31)
	c.Asset.Exposure, c.Asset.Needs.Confidentiality = isms.ExposedInternet, ""
	for _, x := range []struct {
		name   string
		change func()
		want   string
	}{
		{"find out", func() {}, "confidentiality needed low: severity medium, deadline 2026-04-03, risk medium (find out)"},
		{"act", func() { c.Asset.Needs.Confidentiality = isms.High }, "exposure of the asset isolated: severity high, deadline 2026-03-04, risk medium (change it)"},
		{"what happens is no advice", func() { c = scored(base31); c.Asset.Exposure = isms.ExposedNowhere }, ""},
		{"only dealing with it helps", func() { c = rated(scan.SeverityInfo); c.Asset.Exposure = isms.ExposedNowhere }, ""},
	} {
		x.change()
		if got := cheapest(c); got != x.want {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
}

// Earlier situations count in whatever order they are given, and nothing of a
// case changes by being looked at.
func TestPrioritizeIsPure(t *testing.T) {
	m := risk.Matrix5()
	c := scored(base31)
	c.Since = date("2026-02-20")
	for i, s := range []scan.Severity{scan.SeverityLow, scan.SeverityCritical, scan.SeverityMedium} {
		c.Earlier = append(c.Earlier, vuln.Earlier{
			Since: date("2026-02-03").AddDays(i), Observations: []vuln.Observation{{Source: "trivy", Severity: s}},
		})
	}
	p := strictPolicy(m)
	p.Calendar.Holidays = []isms.Date{date("2026-02-27"), date("2026-02-10"), date("2026-02-09")}
	before := vuln.Prioritize(c, p, m, date("2026-03-01"))
	holidays := slices.Clone(p.Calendar.Holidays)
	slices.Reverse(c.Earlier)
	if after := vuln.Prioritize(c, p, m, date("2026-03-01")); !reflect.DeepEqual(before, after) {
		t.Errorf("another order gives %+v, want %+v", after, before)
	}
	if !slices.Equal(holidays, p.Calendar.Holidays) {
		t.Error("Prioritize sorts the holidays of its caller")
	}
}

// A register read from a store knows how the finding and its asset were before.
func TestRegisterKnowsThePast(t *testing.T) {
	now := date("2026-02-02").Time()
	store := isms.Open(memstore.New(), &isms.Options{Now: func() time.Time { return now }})
	defer store.Close()
	s := store.Space("acme").As(isms.Person("jan"))
	f := rated(scan.SeverityHigh).Finding
	f.ID = vuln.ID(f.Asset, f.Vulnerability, f.Location)
	a := isms.Asset{Common: isms.Common{ID: "shop"}, Title: isms.Plain("Web shop"), Type: isms.AssetSoftware, Needs: rated(0).Asset.Needs}
	change := func(day string, finding func(*vuln.Finding), asset func(*isms.Asset)) {
		now = date(day).Time()
		update(t, s, func(tx *isms.Tx) error {
			finding(&f)
			asset(&a)
			if err := isms.Assets(tx).Put(&a); err != nil {
				return err
			}
			return vuln.Findings(tx).Put(&f)
		})
	}
	change("2026-02-02", func(*vuln.Finding) {}, func(*isms.Asset) {})
	change("2026-02-05", func(f *vuln.Finding) { f.Observations[0].Severity = scan.SeverityCritical }, func(*isms.Asset) {})
	change("2026-02-05", func(f *vuln.Finding) { f.Observations[0].Severity = scan.SeverityHigh }, func(*isms.Asset) {}) // of a day the last counts
	change("2026-02-10", func(f *vuln.Finding) { f.Observations[0].Severity = scan.SeverityCritical }, func(*isms.Asset) {})
	change("2026-02-11", func(f *vuln.Finding) { f.Observations[0].Title = "Another title" }, func(a *isms.Asset) { a.Title = isms.Plain("Shop") })
	change("2026-02-12", func(f *vuln.Finding) { f.Observations[0].Severity = scan.SeverityLow }, func(*isms.Asset) {})
	change("2026-02-14", func(*vuln.Finding) {}, func(a *isms.Asset) { a.Exposure = isms.ExposedInternet })
	var in vuln.Inputs
	view(t, s, func(tx *isms.Tx) (err error) {
		in, err = vuln.ReadInputs(tx)
		return err
	})
	past := in.Pasts[f.ID]
	var since []string
	for _, e := range past.Earlier {
		since = append(since, e.Since.String()+" "+e.Observations[0].Severity.String()+" "+string(e.Asset.Exposure))
	}
	want := []string{"2026-02-02 high ", "2026-02-05 high ", "2026-02-10 critical ", "2026-02-12 low "}
	if diff := cmp.Diff(want, since); diff != "" || past.Since != date("2026-02-14") {
		t.Errorf("Earlier, since %s (-want +got)\n%s", past.Since, diff)
	}
	for day, want := range map[string]string{
		"2026-02-09": "2026-03-04", // high since the 2nd
		"2026-02-10": "2026-02-17", // critical since the 10th
		"2026-03-01": "2026-02-17", // and low later changes nothing
	} {
		if got := vuln.NewRegister(in, date(day)).Rows[0].Deadline; got != date(want) {
			t.Errorf("the deadline on %s is %s, want %s", day, got, want)
		}
	}
}
