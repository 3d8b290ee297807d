package cvss_test

import (
	"slices"
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

// BenchmarkParseAndScore reads a text and looks up its scores.
func BenchmarkParseAndScore(b *testing.B) {
	const full4 = base4 + "/E:P/CR:H/IR:M/AR:L/MAV:A/MAC:H/MAT:P/MPR:L/MUI:P/MVC:H/MVI:L/MVA:N/MSC:H/MSI:S/MSA:L/S:P/AU:Y/R:I/V:C/RE:L/U:Amber"
	for name, s := range map[string]string{"3.1 base": base31, "4.0 base": base4, "4.0 full": full4} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				v, err := cvss.Parse(s)
				if err != nil || !v.Scores().Overall.Known() {
					b.Fatal(v, err)
				}
			}
		})
	}
}

// BenchmarkAppendOverall scores 1,024 vectors of 3.1 that differ.
func BenchmarkAppendOverall(b *testing.B) {
	var vectors []cvss.Vector
	space{prefix: "CVSS:3.1/", fields: space3("").fields[:8]}.each(2, func(vector string, _ []int) {
		if len(vectors) < 1024 {
			vectors = append(vectors, cvss.MustParse(vector))
		}
	})
	scores := make([]cvss.Score, 0, len(vectors))
	b.ReportAllocs()
	for b.Loop() {
		scores = cvss.AppendOverall(scores[:0], vectors)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(vectors)), "ns/score")
}

func BenchmarkExplain(b *testing.B) {
	v := cvss.MustParse(base4)
	b.ReportAllocs()
	for b.Loop() {
		_ = v.Explain()
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

func TestParseDoesNotAllocate(t *testing.T) {
	for _, s := range []string{base2, base31, base4} {
		if n := testing.AllocsPerRun(100, func() { _, _ = cvss.Parse(s) }); n != 0 {
			t.Errorf("Parse of %s allocates %v times, want 0", s, n)
		}
	}
}

func TestAppendOverall(t *testing.T) {
	vectors := []cvss.Vector{{}}
	want := []cvss.Score{cvss.MustParse(base31).Scores().Overall, {}}
	for _, s := range benchVectors() {
		v := cvss.MustParse(s)
		vectors, want = append(vectors, v), append(want, v.Scores().Overall)
	}
	got := cvss.AppendOverall(want[:1:1], vectors)
	if !slices.Equal(got, want) {
		t.Errorf("AppendOverall = %v, want %v", got, want)
	}
}
