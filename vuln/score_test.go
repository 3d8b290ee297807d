package vuln_test

import (
	"slices"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
	"pgregory.net/rapid"
)

// Every source's score is kept, and one is chosen by the organization's rule.
func TestScoreRule(t *testing.T) {
	ratings := []vuln.Rating{
		{Source: "nvd", Version: "3.1", Vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"}, // 7.5
		{Source: "nvd", Version: "2.0", Score: cvssScore("9.3")},
		{Source: "ghsa", Version: "4.0", Score: cvssScore("5.1")},
		{Source: "ghsa", Version: "3.1", Score: cvssScore("6.5")},
		{Source: "redhat", Version: "3.1", Vector: "not a vector"},
	}
	for name, c := range map[string]struct {
		rule     vuln.ScoreRule
		score    string
		severity scan.Severity
	}{
		"none":                    {vuln.ScoreRule{}, "9.3", scan.SeverityLow},
		"the highest":             {vuln.ScoreRule{Highest: true}, "9.3", scan.SeverityHigh}, // 2.0 has no critical
		"the newest version":      {vuln.ScoreRule{Newest: true}, "5.1", scan.SeverityMedium},
		"nvd first":               {vuln.ScoreRule{Sources: []string{"nvd", "ghsa"}}, "9.3", scan.SeverityHigh},
		"nvd, the newest version": {vuln.ScoreRule{Sources: []string{"nvd"}, Newest: true}, "7.5", scan.SeverityHigh},
		"ghsa first":              {vuln.ScoreRule{Sources: []string{"ghsa"}}, "6.5", scan.SeverityMedium},
		"one that has none":       {vuln.ScoreRule{Sources: []string{"redhat"}}, "9.3", scan.SeverityHigh},
		"one that nobody knows":   {vuln.ScoreRule{Sources: []string{"acme"}, Newest: true}, "5.1", scan.SeverityMedium},
	} {
		p := vuln.ReadyPolicy()
		p.Scores = c.rule
		rapid.Check(t, func(t *rapid.T) {
			list := rapid.Permutation(ratings).Draw(t, "order")
			n := rapid.IntRange(0, len(list)).Draw(t, "of the first tool")
			f := vuln.Finding{Observations: []vuln.Observation{
				{Source: "a", Severity: scan.SeverityLow, Ratings: list[:n]},
				{Source: "b", Severity: scan.SeverityLow, Ratings: list[n:]},
				{Source: "c", Severity: scan.SeverityCritical, Ratings: []vuln.Rating{{Source: "nvd", Version: "4.0", Score: cvssScore("10.0")}}, Absent: "s-1"},
			}}
			if got := p.Rate(f); got.Score != cvssScore(c.score) || got.Severity != c.severity {
				t.Errorf("%s: Rate = %v, %s; want %s, %s", name, got.Score, got.Severity, c.score, c.severity)
			}
			if f.Observations[0].Severity != scan.SeverityLow || len(f.Observations[0].Ratings) != n {
				t.Errorf("%s: Rate changed what it was given", name)
			}
		})
	}
	p := vuln.ReadyPolicy()
	p.Scores.Newest = true
	unknown := vuln.Finding{Observations: []vuln.Observation{{Source: "a", Severity: scan.SeverityHigh, Ratings: ratings[4:]}}}
	if got := p.Rate(unknown); got.Score.Known() || got.Severity != scan.SeverityHigh {
		t.Errorf("without a score: Rate = %v, %s; want unknown, high", got.Score, got.Severity)
	}
	if got, ok := p.Scores.Choose(ratings[4:]); ok {
		t.Errorf("Choose of none that can be read = %+v", got)
	}
	p.Scores.Sources = []string{"nvd", "nvd"}
	if !slices.ContainsFunc(isms.Validate(p), func(p isms.Problem) bool { return p.Path == "/scores/sources/1" }) {
		t.Errorf("Validate(%v) finds nothing", p.Scores)
	}
}
