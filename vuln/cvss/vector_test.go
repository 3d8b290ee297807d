package cvss_test

import (
	"testing"
	"unsafe"

	"github.com/ismskit/ismskit/vuln/cvss"
)

func TestVectorIsSmallAndComparable(t *testing.T) {
	if got := unsafe.Sizeof(cvss.Vector{}); got != 16 {
		t.Errorf("size of Vector = %d bytes, want 16", got)
	}
	a, b := cvss.MustParse(base31), cvss.MustParse("CVSS:3.1/A:H/I:H/C:H/S:U/UI:N/PR:N/AC:L/AV:N/E:X")
	if a != b {
		t.Error("the same metrics in another order give another vector")
	}
	if a == cvss.MustParse("CVSS:3.0/"+base31[len("CVSS:3.1/"):]) {
		t.Error("3.0 and 3.1 give the same vector")
	}
	if a.IsZero() || !(cvss.Vector{}).IsZero() || (cvss.Vector{}).String() != "" || (cvss.Vector{}).Version() != 0 {
		t.Error("the zero value is not unset")
	}
}

func TestMetric(t *testing.T) {
	for _, c := range []struct {
		vector, metric, value string
		ok                    bool
	}{
		{base31, "AV", "N", true},
		{base31, "E", "X", true},
		{base31, "Au", "", false},
		{base31, "av", "", false},
		{base31 + "/MS:C", "MS", "C", true},
		{base2, "TD", "ND", true},
		{base2 + "/E:POC/RL:ND/RC:C", "E", "POC", true},
		{base4 + "/U:Red", "U", "Red", true},
		{base4 + "/MSA:S", "MSA", "S", true},
		{base4, "SA", "N", true},
	} {
		value, ok := cvss.MustParse(c.vector).Metric(c.metric)
		if value != c.value || ok != c.ok {
			t.Errorf("Metric(%s) of %s = %q, %t, want %q, %t", c.metric, c.vector, value, ok, c.value, c.ok)
		}
	}
	if value, ok := (cvss.Vector{}).Metric("AV"); ok {
		t.Errorf("Metric(AV) of no vector = %q, want none", value)
	}
}

func TestNomenclature(t *testing.T) {
	for vector, want := range map[string]string{
		base4: "CVSS-B", base4 + "/E:X": "CVSS-B", base4 + "/S:P": "CVSS-B", base4 + "/E:A": "CVSS-BT",
		base4 + "/CR:M": "CVSS-BE", base4 + "/MSA:N": "CVSS-BE", base4 + "/E:A/MAV:N": "CVSS-BTE", base31: "",
	} {
		if got := cvss.MustParse(vector).Nomenclature(); got != want {
			t.Errorf("Nomenclature(%s) = %q, want %q", vector, got, want)
		}
	}
}

// A group that is not defined has no score; 0.0 is a score.
func TestScoresOfGroups(t *testing.T) {
	for _, c := range []struct{ vector, base, temporal, environmental, overall string }{
		{base31, "9.8", "unknown", "unknown", "9.8"},
		{base31 + "/E:H", "9.8", "9.8", "unknown", "9.8"},
		{base31 + "/E:U", "9.8", "9.0", "unknown", "9.0"},
		{base31 + "/MAV:L", "9.8", "unknown", "8.4", "8.4"},
		{base31 + "/E:U/MC:N/MI:N/MA:N", "9.8", "9.0", "0.0", "0.0"},
		{base4, "9.3", "unknown", "unknown", "9.3"},
		{base4 + "/E:U", "9.3", "8.1", "unknown", "8.1"},
		{base4 + "/E:U/MVC:N/MVI:N/MVA:N", "9.3", "8.1", "0.0", "0.0"},
		{base4 + "/S:P/AU:Y", "9.3", "unknown", "unknown", "9.3"},
	} {
		s := cvss.MustParse(c.vector).Scores()
		got := [4]string{s.Base.String(), s.Temporal.String(), s.Environmental.String(), s.Overall.String()}
		if want := [4]string{c.base, c.temporal, c.environmental, c.overall}; got != want {
			t.Errorf("scores of %s = %v, want %v", c.vector, got, want)
		}
	}
}

func TestVersionText(t *testing.T) {
	for v, want := range map[cvss.Version]string{0: "", cvss.V2: "2.0", cvss.V30: "3.0", cvss.V31: "3.1", cvss.V40: "4.0"} {
		if got := v.String(); got != want {
			t.Errorf("version %d = %q, want %q", v, got, want)
		}
	}
}

// The longest vector fits what the code sets aside, and survives.
func TestLongestVector(t *testing.T) {
	text := base4 + "/E:A/CR:H/IR:H/AR:H/MAV:N/MAC:L/MAT:N/MPR:N/MUI:N/MVC:H/MVI:H/MVA:H/MSC:H/MSI:S/MSA:S/S:P/AU:Y/R:I/V:C/RE:H/U:Clear"
	if got := cvss.MustParse(text).String(); got != text || len(text) != 178 {
		t.Errorf("Parse(%s).String() = %s (%d bytes), want the same, 178 bytes", text, got, len(text))
	}
}
