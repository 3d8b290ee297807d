package cvss_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ismskit/ismskit/vuln/cvss"
)

const (
	base2  = "AV:N/AC:L/Au:N/C:P/I:P/A:C"
	base31 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
	base4  = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
)

func TestParseAccepts(t *testing.T) {
	for _, c := range []struct{ rule, text, want string }{
		{"2.0 base", base2, base2},
		{"2.0 temporal group", base2 + "/E:U/RL:ND/RC:ND", base2 + "/E:U/RL:ND/RC:ND"},
		{"2.0 environmental group alone", base2 + "/CDP:ND/TD:L/CR:ND/IR:ND/AR:H", base2 + "/CDP:ND/TD:L/CR:ND/IR:ND/AR:H"},
		{"2.0 group of nothing defined is no group", base2 + "/E:ND/RL:ND/RC:ND", base2},
		{"3.0", "CVSS:3.0/AV:P/AC:H/PR:H/UI:R/S:C/C:N/I:N/A:L", "CVSS:3.0/AV:P/AC:H/PR:H/UI:R/S:C/C:N/I:N/A:L"},
		{"3.1 in any order", "CVSS:3.1/E:P/A:H/I:H/C:H/S:U/UI:N/PR:N/AC:L/AV:N", base31 + "/E:P"},
		{"3.1 not defined is left out", base31 + "/E:X/MAV:X/RC:C", base31 + "/RC:C"},
		{"4.0", base4 + "/E:P/MSI:S/U:Amber", base4 + "/E:P/MSI:S/U:Amber"},
		{"4.0 not defined is left out", base4 + "/E:X/S:X", base4},
	} {
		v, err := cvss.Parse(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.rule, err)
			continue
		}
		if got := v.String(); got != c.want {
			t.Errorf("%s: Parse(%s) = %s, want %s", c.rule, c.text, got, c.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct {
		rule, text string
		want       cvss.ParseError
	}{
		{"empty", "", cvss.ParseError{Reason: cvss.BadSyntax, Want: "metric:value"}},
		{
			"unknown prefix", "CVSS:3.2/AV:N",
			cvss.ParseError{Reason: cvss.BadPrefix, Want: "CVSS:3.0/, CVSS:3.1/, CVSS:4.0/, or none for 2.0"},
		},
		{
			"2.0 has no prefix", "CVSS:2.0/" + base2,
			cvss.ParseError{Reason: cvss.BadPrefix, Want: "CVSS:3.0/, CVSS:3.1/, CVSS:4.0/, or none for 2.0"},
		},
		{
			"3.1 needs its prefix", strings.TrimPrefix(base31, "CVSS:3.1/"),
			cvss.ParseError{Offset: 10, Metric: "PR", Reason: cvss.UnknownMetric, Want: "Au"},
		},
		{
			"value of another metric", "CVSS:3.1/AV:N/AC:N",
			cvss.ParseError{Offset: 17, Metric: "AC", Reason: cvss.BadValue, Want: "L, H"},
		},
		{
			"lower case", "AV:n/AC:L/Au:N/C:P/I:P/A:C",
			cvss.ParseError{Offset: 3, Metric: "AV", Reason: cvss.BadValue, Want: "N, A, L"},
		},
		{
			"base metrics are never not defined", strings.Replace(base31, "AC:L", "AC:X", 1),
			cvss.ParseError{Offset: 17, Metric: "AC", Reason: cvss.BadValue, Want: "L, H"},
		},
		{
			"an empty value is none", strings.Replace(base31, "AC:L", "AC:", 1),
			cvss.ParseError{Offset: 17, Metric: "AC", Reason: cvss.BadValue, Want: "L, H"},
		},
		{
			"3.1 repeated", base31 + "/AV:N",
			cvss.ParseError{Offset: 45, Metric: "AV", Reason: cvss.Repeated, Want: "each metric once"},
		},
		{
			"3.1 repeated as not defined", base31 + "/E:X/E:P",
			cvss.ParseError{Offset: 49, Metric: "E", Reason: cvss.Repeated, Want: "each metric once"},
		},
		{
			"3.1 incomplete", strings.TrimSuffix(base31, "/A:H"),
			cvss.ParseError{Offset: 40, Metric: "A", Reason: cvss.Missing, Want: "A:H, L, N"},
		},
		{
			"trailing slash", base31 + "/",
			cvss.ParseError{Offset: 45, Reason: cvss.BadSyntax, Want: "metric:value"},
		},
		{
			"2.0 order", "AC:L/AV:N/Au:N/C:P/I:P/A:C",
			cvss.ParseError{Metric: "AC", Reason: cvss.BadOrder, Want: "AV"},
		},
		{
			"2.0 groups are whole", base2 + "/E:U/RL:U",
			cvss.ParseError{Offset: 35, Metric: "RC", Reason: cvss.Missing, Want: "RC:ND, C, UR, UC"},
		},
		{
			"2.0 groups begin at the front", base2 + "/RL:U",
			cvss.ParseError{Offset: 27, Metric: "RL", Reason: cvss.BadOrder, Want: "E, CDP"},
		},
		{
			"2.0 groups are not skipped halfway", base2 + "/E:U/CDP:H/TD:H/CR:M/IR:M/AR:M",
			cvss.ParseError{Offset: 31, Metric: "CDP", Reason: cvss.BadOrder, Want: "RL"},
		},
		{
			"4.0 skips no base metric", strings.Replace(base4, "/AT:N", "", 1),
			cvss.ParseError{Offset: 58, Metric: "AT", Reason: cvss.Missing, Want: "AT:N, P"},
		},
		{
			"4.0 safety is no base value", strings.Replace(base4, "SI:N", "SI:S", 1),
			cvss.ParseError{Offset: 57, Metric: "SI", Reason: cvss.BadValue, Want: "H, L, N"},
		},
		{
			"4.0 MSC has no safety", base4 + "/MSC:S",
			cvss.ParseError{Offset: 68, Metric: "MSC", Reason: cvss.BadValue, Want: "X, H, L, N"},
		},
		{
			"a 3.1 vector under a 4.0 prefix", strings.Replace(base31, "3.1", "4.0", 1),
			cvss.ParseError{Offset: 31, Metric: "S", Reason: cvss.BadValue, Want: "X, N, P"},
		},
	} {
		v, err := cvss.Parse(c.text)
		e, ok := errors.AsType[*cvss.ParseError](err)
		if !ok {
			t.Errorf("%s: Parse(%s) = %s, %v, want a ParseError", c.rule, c.text, v, err)
			continue
		}
		c.want.Vector = c.text
		if diff := cmp.Diff(&c.want, e, cmpopts.IgnoreUnexported(cvss.ParseError{})); diff != "" {
			t.Errorf("%s: Parse(%s) (-want +got):\n%s", c.rule, c.text, diff)
		}
		if !v.IsZero() {
			t.Errorf("%s: Parse(%s) = %s beside an error, want nothing", c.rule, c.text, v)
		}
	}
}

func TestParseErrorText(t *testing.T) {
	_, err := cvss.Parse("AV:N/AC:X")
	want := `cvss vector "AV:N/AC:X": offset 8: metric "AC": unknown value: want L, M, H`
	if err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
	_, err = cvss.Parse(strings.Repeat("A", 1<<20) + ":N")
	if err == nil || len(err.Error()) > 600 {
		t.Errorf("a long vector gives an error of %d bytes, want at most 600", len(err.Error()))
	}
}

func TestReasonsAndRepairsHaveWords(t *testing.T) {
	seen := map[string]bool{}
	for r := cvss.BadPrefix; r <= cvss.TooLong; r++ {
		if l := r.Label(); r.String() == "" || l.EN == "unset" || l.NL == "" || seen[r.String()] {
			t.Errorf("reason %d = %q, %v, want a word and a label of its own", r, r, l)
		}
		seen[r.String()] = true
	}
	seen = map[string]bool{}
	for k := cvss.BlankRemoved; k <= cvss.RepeatRemoved; k++ {
		if l := k.Label(); k.String() == "" || l.EN == "unset" || l.NL == "" || seen[k.String()] {
			t.Errorf("repair %d = %q, %v, want a word and a label of its own", k, k, l)
		}
		seen[k.String()] = true
	}
	if got := cvss.Reason(0).String() + cvss.RepairKind(0).String(); got != "" {
		t.Errorf("unset reason and repair = %q, want nothing", got)
	}
}
