package cvss_test

import (
	"testing"

	"github.com/ismskit/ismskit/vuln/cvss"
)

func benchVectors() map[string]string {
	return map[string]string{
		"2.0": base2 + "/E:POC/RL:OF/RC:UR/CDP:H/TD:M/CR:H/IR:M/AR:L",
		"3.0": "CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:L/A:H/E:P/RL:O/RC:R/CR:H/IR:M/AR:L/MAV:A/MPR:H",
		"3.1": "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:L/A:H/E:P/RL:O/RC:R/CR:H/IR:M/AR:L/MAV:A/MPR:H",
		"4.0": "CVSS:4.0/AV:N/AC:L/AT:N/PR:L/UI:N/VC:H/VI:L/VA:H/SC:L/SI:N/SA:N/E:P/CR:H/IR:M/AR:L/MAV:A/MSI:S",
	}
}

func BenchmarkParse(b *testing.B) {
	for name, s := range benchVectors() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := cvss.Parse(s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkParseLenient(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := cvss.ParseLenient("(" + base2 + ")"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkScores(b *testing.B) {
	for name, s := range benchVectors() {
		v := cvss.MustParse(s)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if !v.Scores().Overall.Known() {
					b.Fatal("no score")
				}
			}
		})
	}
}

func BenchmarkString(b *testing.B) {
	v := cvss.MustParse(base31)
	b.ReportAllocs()
	for b.Loop() {
		_ = v.String()
	}
}

func TestScoresDoNotAllocate(t *testing.T) {
	for name, s := range benchVectors() {
		v := cvss.MustParse(s)
		if n := testing.AllocsPerRun(100, func() { _ = v.Scores() }); n != 0 {
			t.Errorf("Scores of %s allocates %v times, want 0", name, n)
		}
	}
}
