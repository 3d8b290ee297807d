package cvss_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ismskit/ismskit/vuln/cvss"
)

// severities lists the values of each metric, worst first.
func severities(version cvss.Version) []string {
	if version == cvss.V40 {
		return []string{
			"AV NALP", "AC LH", "AT NP", "PR NLH", "UI NPA", "VC HLN", "VI HLN", "VA HLN", "SC HLN", "SI HLN", "SA HLN",
			"E APU", "CR HML", "IR HML", "AR HML", "MAV NALP", "MAC LH", "MAT NP", "MPR NLH", "MUI NPA",
			"MVC HLN", "MVI HLN", "MVA HLN", "MSC HLN", "MSI SHLN", "MSA SHLN",
		}
	}
	return []string{
		"AV NALP", "AC LH", "PR NLH", "UI NR", "S CU", "C HLN", "I HLN", "A HLN", "E HFPU", "RL UWTO", "RC CRU",
		"CR HML", "IR HML", "AR HML", "MAV NALP", "MAC LH", "MPR NLH", "MUI NR", "MS CU", "MC HLN", "MI HLN", "MA HLN",
	}
}

// drawVector draws a value for every metric.
func drawVector(t *rapid.T, version cvss.Version) []string {
	t.Helper()
	var parts []string
	for _, m := range severities(version) {
		name, values, _ := strings.Cut(m, " ")
		parts = append(parts, name+":"+rapid.SampledFrom(strings.Split(values, "")).Draw(t, name))
	}
	return parts
}

// TestWorseNeverScoresLower makes one metric worse. Requirements, and metrics
// that a modified metric overrides, count as well: their score may stay.
func TestWorseNeverScoresLower(t *testing.T) {
	for _, version := range []cvss.Version{cvss.V31, cvss.V40} {
		t.Run(version.String(), func(t *testing.T) {
			prefix := "CVSS:" + version.String() + "/"
			metrics := severities(version)
			rapid.Check(t, func(t *rapid.T) {
				parts := drawVector(t, version)
				before := cvss.MustParse(prefix + strings.Join(parts, "/"))
				i := rapid.IntRange(0, len(parts)-1).Draw(t, "metric")
				name, values, _ := strings.Cut(metrics[i], " ")
				at := strings.Index(values, strings.TrimPrefix(parts[i], name+":"))
				if at == 0 {
					return
				}
				parts[i] = name + ":" + values[at-1:at]
				after := cvss.MustParse(prefix + strings.Join(parts, "/"))
				b, a := before.Scores(), after.Scores()
				if a.Base.Compare(b.Base) < 0 || a.Temporal.Compare(b.Temporal) < 0 || a.Environmental.Compare(b.Environmental) < 0 {
					t.Fatalf("scores of %s = %v, want at least %v of %s", after, a, b, before)
				}
			})
		})
	}
}

// TestRoundTrip draws vectors with metrics left out.
func TestRoundTrip(t *testing.T) {
	for _, version := range []cvss.Version{cvss.V30, cvss.V31, cvss.V40} {
		rapid.Check(t, func(t *rapid.T) {
			parts := drawVector(t, version)
			base := map[cvss.Version]int{cvss.V30: 8, cvss.V31: 8, cvss.V40: 11}[version]
			kept := parts[:base:base]
			for _, p := range parts[base:] {
				if rapid.Bool().Draw(t, p) {
					kept = append(kept, p)
				}
			}
			text := "CVSS:" + version.String() + "/" + strings.Join(kept, "/")
			v, err := cvss.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			if v.String() != text {
				t.Fatalf("Parse(%s).String() = %s, want the same", text, v)
			}
		})
	}
}
