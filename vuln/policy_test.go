package vuln_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/cvss"
	"github.com/ismskit/ismskit/vuln/scan"
	"pgregory.net/rapid"
)

const (
	critical31 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" // 9.8
	high2      = "AV:N/AC:L/Au:N/C:C/I:C/A:C"                   // 10.0, which 2.0 calls high
)

func rating(version, vector, score string) vuln.Rating {
	return vuln.Rating{Source: "nvd", Version: version, Vector: vector, Score: cvssScore(score)}
}

// Every severity can be traced to what a tool said.
func TestRate(t *testing.T) {
	for name, c := range map[string]struct {
		observations []vuln.Observation
		severity     scan.Severity
		score        string
		scored       bool
	}{
		"nothing":                         {nil, scan.SeverityUnknown, "", false},
		"the tool's word":                 {[]vuln.Observation{{Severity: scan.SeverityLow}}, scan.SeverityLow, "", false},
		"the word wins from the score":    {[]vuln.Observation{{Severity: scan.SeverityLow, Ratings: []vuln.Rating{rating("3.1", "", "9.8")}}}, scan.SeverityLow, "9.8", false},
		"no word, a stated score":         {[]vuln.Observation{{Ratings: []vuln.Rating{rating("3.1", "", "7.0")}}}, scan.SeverityHigh, "7.0", true},
		"no word, a vector":               {[]vuln.Observation{{Ratings: []vuln.Rating{rating("3.1", critical31, "")}}}, scan.SeverityCritical, "9.8", true},
		"a vector above its stated score": {[]vuln.Observation{{Ratings: []vuln.Rating{rating("3.1", critical31, "5.0")}}}, scan.SeverityCritical, "9.8", true},
		"a stated score above its vector": {[]vuln.Observation{{Ratings: []vuln.Rating{rating("3.1", critical31, "10.0")}}}, scan.SeverityCritical, "10.0", true},
		"the greatest of several":         {[]vuln.Observation{{Ratings: []vuln.Rating{rating("3.1", "", "4.0"), rating("3.1", "", "9.0"), rating("3.1", "", "0.0")}}}, scan.SeverityCritical, "9.0", true},
		"the greatest band, not number":   {[]vuln.Observation{{Ratings: []vuln.Rating{rating("2.0", high2, ""), rating("3.1", "", "9.0")}}}, scan.SeverityCritical, "10.0", true},
		"2.0 has no critical":             {[]vuln.Observation{{Ratings: []vuln.Rating{rating("2.0", "", "10.0")}}}, scan.SeverityHigh, "10.0", true},
		"a vector that nobody can read":   {[]vuln.Observation{{Ratings: []vuln.Rating{rating("3.1", "CVSS:3.1/AV:Q", "")}}}, scan.SeverityUnknown, "", false},
		"a trailing slash":                {[]vuln.Observation{{Ratings: []vuln.Rating{rating("3.1", critical31+"/", "")}}}, scan.SeverityCritical, "9.8", true},
		"a 3.1 vector in a 4.0 field":     {[]vuln.Observation{{Ratings: []vuln.Rating{rating("4.0", critical31, "")}}}, scan.SeverityCritical, "9.8", true},
		"a score of 0.0":                  {[]vuln.Observation{{Ratings: []vuln.Rating{rating("3.1", "", "0.0")}}}, scan.SeverityNone, "0.0", true},
		"the greatest of two tools":       {[]vuln.Observation{{Severity: scan.SeverityLow}, {Severity: scan.SeverityHigh}}, scan.SeverityHigh, "", false},
		"a tool that does not know":       {[]vuln.Observation{{Severity: scan.SeverityLow}, {}}, scan.SeverityLow, "", false},
		"a word and a score that agree":   {[]vuln.Observation{{Ratings: []vuln.Rating{rating("3.1", "", "9.0")}}, {Severity: scan.SeverityCritical}}, scan.SeverityCritical, "9.0", false},
		"a tool that sees it no longer":   {[]vuln.Observation{{Severity: scan.SeverityCritical, Absent: "s-1"}, {Severity: scan.SeverityLow}}, scan.SeverityLow, "", false},
		"no tool that sees it":            {[]vuln.Observation{{Severity: scan.SeverityHigh, Absent: "s-1"}}, scan.SeverityHigh, "", false},
		"informational is not unknown":    {[]vuln.Observation{{Severity: scan.SeverityInfo, Ratings: []vuln.Rating{rating("3.1", "", "9.8")}}}, scan.SeverityInfo, "9.8", false},
	} {
		got := vuln.ReadyPolicy().Rate(vuln.Finding{Observations: c.observations})
		if want := (vuln.Level{Severity: c.severity, Score: cvssScore(c.score), Scored: c.scored}); got != want {
			t.Errorf("%s: Rate = %s %s %t, want %s %s %t", name, got.Severity, got.Score, got.Scored, want.Severity, want.Score, want.Scored)
		}
	}
}

func TestDeadline(t *testing.T) {
	for name, c := range map[string]struct {
		severity scan.Severity
		due      string
		want     string
	}{
		"critical":                    {scan.SeverityCritical, "", "2026-02-07"},
		"unknown is the greatest":     {scan.SeverityUnknown, "", "2026-02-07"},
		"high":                        {scan.SeverityHigh, "", "2026-03-02"},
		"medium":                      {scan.SeverityMedium, "", "2026-05-01"},
		"low":                         {scan.SeverityLow, "", "2026-07-30"},
		"informational":               {scan.SeverityInfo, "", ""},
		"none":                        {scan.SeverityNone, "", ""},
		"due before the policy":       {scan.SeverityHigh, "2026-02-10", "2026-02-10"},
		"due later changes nothing":   {scan.SeverityHigh, "2026-12-31", "2026-03-02"},
		"due, and none of the policy": {scan.SeverityInfo, "2026-12-31", "2026-12-31"},
		"the day itself":              {scan.SeverityHigh, "2026-03-02", "2026-03-02"},
	} {
		f := vuln.Finding{FirstKnown: date("2026-01-31"), Observations: []vuln.Observation{{Source: "x", Severity: c.severity}}}
		if c.due != "" {
			f.Treatment.Due = date(c.due)
		}
		if got := deadlineOf(f).String(); got != c.want {
			t.Errorf("%s: Deadline = %q, want %q", name, got, c.want)
		}
	}
}

// Sorting needs a total order: unknown first, as the greatest.
func TestLevelsHaveAnOrder(t *testing.T) {
	level := func(s scan.Severity, score string) vuln.Level {
		return vuln.Level{Severity: s, Score: cvssScore(score)}
	}
	sorted := []vuln.Level{
		level(scan.SeverityUnknown, ""), level(scan.SeverityUnknown, "5.0"),
		level(scan.SeverityCritical, ""), level(scan.SeverityCritical, "10.0"), level(scan.SeverityCritical, "9.0"),
		level(scan.SeverityHigh, ""), level(scan.SeverityMedium, "9.9"), level(scan.SeverityLow, "0.0"),
		level(scan.SeverityInfo, ""), level(scan.SeverityNone, ""),
	}
	for i, a := range sorted {
		for j, b := range sorted {
			got := a.Compare(b)
			if got < 0 != (i < j) || got > 0 != (i > j) {
				t.Errorf("Compare(%s %s, %s %s) = %d", a.Severity, a.Score, b.Severity, b.Score, got)
			}
		}
	}
}

// What is taken out of a finding whose severity rests on a score never lowers
// it to a number.
func TestMissingDataNeverLowers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		score := cvss.Score{}
		if rapid.Bool().Draw(t, "scored") {
			score, _ = cvss.ScoreOf(float64(rapid.IntRange(0, 100).Draw(t, "tenths")) / 10)
		}
		o := vuln.Observation{Ratings: []vuln.Rating{{Version: "3.1", Score: score}}}
		with := vuln.ReadyPolicy().Rate(vuln.Finding{Observations: []vuln.Observation{o}})
		o.Ratings = nil
		without := vuln.ReadyPolicy().Rate(vuln.Finding{Observations: []vuln.Observation{o}})
		if without.Compare(with) > 0 {
			t.Errorf("without its score the level is %v, below %v", without, with)
		}
	})
}

func TestPolicyProblems(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*vuln.Policy)
		want  map[string]isms.Code
	}{
		"ready-made":                  {func(*vuln.Policy) {}, map[string]isms.Code{}},
		"the same days for all":       {func(p *vuln.Policy) { p.Days = vuln.Days{Critical: 1, High: 1, Medium: 1, Low: 1} }, map[string]isms.Code{}},
		"a hole":                      {func(p *vuln.Policy) { p.Days.High = 0 }, map[string]isms.Code{"/days/high": isms.CodeRange}},
		"too long":                    {func(p *vuln.Policy) { p.Days.Low = 3651 }, map[string]isms.Code{"/days/low": isms.CodeRange}},
		"less time for what is lower": {func(p *vuln.Policy) { p.Days.Medium = 29 }, map[string]isms.Code{"/days/medium": vuln.CodeDays}},
		"no scans":                    {func(p *vuln.Policy) { p.ScanEvery = isms.Cadence{} }, map[string]isms.Code{"/scanEvery": isms.CodeRange}},
		"no title":                    {func(p *vuln.Policy) { p.Title = nil }, map[string]isms.Code{"/title": isms.CodeRequired}},
	} {
		p := vuln.ReadyPolicy()
		c.spoil(&p)
		got := map[string]isms.Code{}
		for _, problem := range isms.Validate(p) {
			got[problem.Path] = problem.Code
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: Validate (-want +got)\n%s", name, diff)
		}
	}
}
