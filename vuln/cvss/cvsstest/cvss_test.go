package cvsstest_test

import (
	"testing"

	"github.com/facebookincubator/nvdtools/cvss3"
	gocvss31 "github.com/pandatix/go-cvss/31"
	gocvss40 "github.com/pandatix/go-cvss/40"

	"github.com/ismskit/ismskit/vuln/cvss"
)

const (
	base3 = "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:L/A:H"
	base4 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:L/UI:N/VC:H/VI:L/VA:H/SC:L/SI:N/SA:N"
	full4 = base4 + "/E:P/CR:H/IR:M/AR:L/MAV:A/MAC:H/MAT:P/MPR:L/MUI:P/MVC:H/MVI:L/MVA:N/MSC:H/MSI:S/MSA:L/S:P/AU:Y/R:I/V:C/RE:L/U:Amber"
)

func ours(b *testing.B, text string) {
	b.Helper()
	b.Run("ismskit", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			v, err := cvss.Parse(text)
			if err != nil || !v.Scores().Overall.Known() {
				b.Fatal(v, err)
			}
		}
	})
}

func BenchmarkBase31(b *testing.B) {
	ours(b, base3)
	b.Run("go-cvss", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			v, err := gocvss31.ParseVector(base3)
			if err != nil || v.BaseScore() == 0 {
				b.Fatal(v, err)
			}
		}
	})
	b.Run("nvdtools", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			v, err := cvss3.VectorFromString(base3)
			if err != nil || v.BaseScore() == 0 {
				b.Fatal(v, err)
			}
		}
	})
}

func BenchmarkBase40(b *testing.B) { four(b, base4) }

func BenchmarkFull40(b *testing.B) { four(b, full4) }

func four(b *testing.B, text string) {
	b.Helper()
	ours(b, text)
	b.Run("go-cvss", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			v, err := gocvss40.ParseVector(text)
			if err != nil || v.Score() == 0 {
				b.Fatal(v, err)
			}
		}
	})
}

// The libraries agree on what is timed here, or one of them reads less.
func TestSameScores(t *testing.T) {
	v3, err := gocvss31.ParseVector(base3)
	if err != nil {
		t.Fatal(err)
	}
	other, err := cvss3.VectorFromString(base3)
	if err != nil {
		t.Fatal(err)
	}
	if got := cvss.MustParse(base3).Scores().Base.Float64(); got != v3.BaseScore() || got != other.BaseScore() {
		t.Errorf("base score of %s = %v, go-cvss has %v, nvdtools %v", base3, got, v3.BaseScore(), other.BaseScore())
	}
	for _, text := range []string{base4, full4} {
		v4, err := gocvss40.ParseVector(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := cvss.MustParse(text).Scores().Overall.Float64(); got != v4.Score() {
			t.Errorf("score of %s = %v, go-cvss has %v", text, got, v4.Score())
		}
	}
}
