package cvss_test

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/vuln/cvss"
)

func TestScoreOf(t *testing.T) {
	for _, c := range []struct {
		number float64
		want   string
	}{
		{0, "0.0"},
		{math.Copysign(0, -1), "0.0"},
		{0.04, "0.0"},
		{0.05, "0.1"},
		{7.35, "7.4"},
		{7.45, "7.5"},
		{9.8, "9.8"},
		{9.95, "10.0"},
		{10, "10.0"},
		{5e-324, "0.0"},
		{4.349999, "4.3"},
		{0.1 + 0.2, "0.3"},
	} {
		s, err := cvss.ScoreOf(c.number)
		if err != nil || s.String() != c.want {
			t.Errorf("ScoreOf(%v) = %v, %v, want %s", c.number, s, err, c.want)
		}
	}
	for _, f := range []float64{-0.1, 10.01, math.NaN(), math.Inf(1), math.Inf(-1), math.Nextafter(10, 11), -5e-324} {
		if s, err := cvss.ScoreOf(f); err == nil || s.Known() {
			t.Errorf("ScoreOf(%v) = %v, %v, want an error", f, s, err)
		}
	}
}

func TestParseScore(t *testing.T) {
	for text, want := range map[string]string{
		"7": "7.0", "7.5": "7.5", "7.50": "7.5", "7.549": "7.5", "7.55": "7.6", "10": "10.0", "10.00": "10.0", "010.0": "10.0", "0.0": "0.0", "09.96": "10.0",
	} {
		s, err := cvss.ParseScore(text)
		if err != nil || s.String() != want {
			t.Errorf("ParseScore(%q) = %v, %v, want %s", text, s, err, want)
		}
	}
	for _, text := range []string{"", ".", "7.", ".5", "7,5", "-1", "+1", " 7", "1e1", "NaN", "10.01", "11", "100", "7.5.5", "0x7", "٧"} {
		if s, err := cvss.ParseScore(text); err == nil || s.Known() {
			t.Errorf("ParseScore(%q) = %v, %v, want an error", text, s, err)
		}
	}
}

func TestUnknownScoreIsNotLow(t *testing.T) {
	var unknown cvss.Score
	zero, ten := score(t, "0"), score(t, "10")
	if unknown == zero || unknown.Known() || !zero.Known() {
		t.Error("an unknown score and 0.0 are the same, want them apart")
	}
	if unknown.Compare(ten) <= 0 || ten.Compare(unknown) >= 0 || unknown.Compare(unknown) != 0 || zero.Compare(ten) >= 0 {
		t.Error("Compare does not put unknown above 10.0")
	}
	if got := unknown.Float64(); got != -1 {
		t.Errorf("Float64 of unknown = %v, want -1", got)
	}
	if n, ok := unknown.Tenths(); n != 0 || ok {
		t.Errorf("Tenths of unknown = %d, %t, want 0, false", n, ok)
	}
	if unknown.String() != "unknown" || unknown.Severity() != cvss.Unknown || (cvss.Vector{}).Scores() != (cvss.Scores{}) {
		t.Error("unknown reads as something else")
	}
	if cvss.Unknown.Compare(cvss.Critical) <= 0 || cvss.None.Compare(cvss.Low) >= 0 || cvss.High.Compare(cvss.High) != 0 {
		t.Error("severities are out of order")
	}
}

func TestScoreIsTheLiteral(t *testing.T) {
	if got := score(t, "9.8").Float64(); got != 9.8 {
		t.Errorf("Float64 of 9.8 = %v", got)
	}
	if n, ok := score(t, "9.8").Tenths(); n != 98 || !ok {
		t.Errorf("Tenths of 9.8 = %d, %t, want 98, true", n, ok)
	}
}

func TestSeverityBands(t *testing.T) {
	for _, c := range []struct {
		scores string
		want   cvss.Severity // 3.x and 4.0, FIRST
		want2  cvss.Severity // 2.0, NVD
	}{
		{"0.0", cvss.None, cvss.Low},
		{"0.1 3.9", cvss.Low, cvss.Low},
		{"4.0 6.9", cvss.Medium, cvss.Medium},
		{"7.0 8.9", cvss.High, cvss.High},
		{"9.0 10.0", cvss.Critical, cvss.High},
	} {
		for text := range strings.FieldsSeq(c.scores) {
			s := score(t, text)
			for _, v := range []cvss.Version{cvss.V30, cvss.V31, cvss.V40} {
				if got := v.Severity(s); got != c.want || s.Severity() != got {
					t.Errorf("Severity(%s) of %s = %s, want %s", text, v, got, c.want)
				}
			}
			if got := cvss.V2.Severity(s); got != c.want2 {
				t.Errorf("Severity(%s) of 2.0 = %s, want %s", text, got, c.want2)
			}
			if got := cvss.Version(0).Severity(s); got != cvss.Unknown {
				t.Errorf("Severity(%s) of no version = %s, want unknown", text, got)
			}
		}
	}
	if got := cvss.MustParse("AV:N/AC:L/Au:N/C:C/I:C/A:C").Severity(); got != cvss.High {
		t.Errorf("severity of a 2.0 vector of 10.0 = %s, want high", got)
	}
	if got := (cvss.Vector{}).Severity(); got != cvss.Unknown {
		t.Errorf("severity of no vector = %s, want unknown", got)
	}
}

func TestSeverityWords(t *testing.T) {
	var dutch []string
	for s := cvss.Unknown; s <= cvss.Critical; s++ {
		got, err := cvss.ParseSeverity(strings.ToUpper(s.String()))
		if err != nil || got != s {
			t.Errorf("ParseSeverity(%s) = %s, %v", s, got, err)
		}
		if !strings.EqualFold(s.Label().EN, s.String()) {
			t.Errorf("label of %s = %s", s, s.Label().EN)
		}
		dutch = append(dutch, s.Label().NL)
	}
	if want := []string{"Onbekend", "Geen", "Laag", "Middel", "Hoog", "Kritiek"}; !slices.Equal(dutch, want) {
		t.Errorf("Dutch labels = %v, want %v", dutch, want)
	}
	for _, word := range []string{"", "important", "0"} {
		if s, err := cvss.ParseSeverity(word); err == nil {
			t.Errorf("ParseSeverity(%q) = %s, want an error", word, s)
		}
	}
}

func TestJSON(t *testing.T) {
	type record struct {
		Vector   cvss.Vector   `json:"vector"`
		Version  cvss.Version  `json:"version"`
		Base     cvss.Score    `json:"base"`
		Severity cvss.Severity `json:"severity"`
	}
	v := cvss.MustParse(base31)
	for _, c := range []struct {
		record record
		want   string
	}{
		{record{}, `{"vector":"","version":"","base":"","severity":"unknown"}`},
		{
			record{v, v.Version(), v.Scores().Base, v.Severity()},
			`{"vector":"` + base31 + `","version":"3.1","base":"9.8","severity":"critical"}`,
		},
	} {
		b, err := json.Marshal(c.record)
		if err != nil || string(b) != c.want {
			t.Errorf("Marshal = %s, %v, want %s", b, err, c.want)
		}
		again := record{Vector: v, Version: cvss.V2, Base: score(t, "1"), Severity: cvss.Low}
		if err := json.Unmarshal(b, &again); err != nil || again != c.record {
			t.Errorf("Unmarshal(%s) = %v, %v, want %v", b, again, err, c.record)
		}
	}
	for _, bad := range []string{
		`{"vector":"AV:N"}`, `{"version":"3.2"}`, `{"base":"9.85"}`, `{"base":"x"}`, `{"severity":"bad"}`,
	} {
		var r record
		if err := json.Unmarshal([]byte(bad), &r); err == nil || r != (record{}) {
			t.Errorf("Unmarshal(%s) = %v, %v, want an error and nothing", bad, r, err)
		}
	}
	if _, err := cvss.Severity(9).MarshalText(); err == nil {
		t.Error("a severity out of range encodes")
	}
	if _, err := cvss.Version(9).MarshalText(); err == nil {
		t.Error("a version out of range encodes")
	}
}

func score(t *testing.T, s string) cvss.Score {
	t.Helper()
	parsed, err := cvss.ParseScore(s)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}
