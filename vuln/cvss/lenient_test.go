package cvss_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ismskit/ismskit/vuln/cvss"
)

func TestParseLenientMends(t *testing.T) {
	bare31 := strings.TrimPrefix(base31, "CVSS:3.1/")
	for _, c := range []struct {
		rule, text, want string
		repairs          []cvss.Repair
	}{
		{"nothing to mend", base31, base31, nil},
		{"a 3.1 vector in a 4.0 field says so itself", base31, base31, nil},
		{"trailing slash", base31 + "/", base31, []cvss.Repair{{Kind: cvss.SlashRemoved, Offset: 44}}},
		{"doubled slash", strings.Replace(base4, "/AC", "//AC", 1), base4, []cvss.Repair{{Kind: cvss.SlashRemoved, Offset: 14}}},
		{"lower case", strings.ToLower(base31), base31, []cvss.Repair{
			{Kind: cvss.PrefixMended}, {Kind: cvss.CaseMended, Offset: 9, Metric: "AV"},
		}},
		{"upper case Au", strings.ToUpper(base2), base2, []cvss.Repair{{Kind: cvss.CaseMended, Offset: 10, Metric: "Au"}}},
		{"lower case Amber", base4 + "/U:amber", base4 + "/U:Amber", []cvss.Repair{{Kind: cvss.CaseMended, Offset: 64, Metric: "U"}}},
		{"round brackets of the NVD", "(" + base2 + ")", base2, []cvss.Repair{{Kind: cvss.BracketRemoved}}},
		{"square brackets and blanks", " [" + base31 + "]\n", base31, []cvss.Repair{
			{Kind: cvss.BlankRemoved}, {Kind: cvss.BracketRemoved, Offset: 1},
		}},
		{"blanks inside", "AV:N / AC: L/Au:N/C:P/I:P/A:C", base2, []cvss.Repair{{Kind: cvss.BlankRemoved, Offset: 4}}},
		{"superfluous prefix", "CVSS:2.0/" + base2, base2, []cvss.Repair{{Kind: cvss.PrefixMended}}},
		{"prefix of Nessus", "CVSS2#" + base2, base2, []cvss.Repair{{Kind: cvss.PrefixMended}}},
		{"prefix with v", "CVSSv3.1/" + bare31, base31, []cvss.Repair{{Kind: cvss.PrefixMended}}},
		{"missing prefix of 3.1", bare31, base31, []cvss.Repair{{Kind: cvss.PrefixMended}}},
		{"missing edition of 3", "CVSS:3/" + bare31, base31, []cvss.Repair{{Kind: cvss.PrefixMended}}},
		{"missing prefix of 4.0", strings.TrimPrefix(base4, "CVSS:4.0/"), base4, []cvss.Repair{{Kind: cvss.PrefixMended}}},
		{"order of 2.0", "AC:L/AV:N/Au:N/C:P/I:P/A:C", base2, []cvss.Repair{{Kind: cvss.OrderMended, Offset: 5, Metric: "AV"}}},
		{"order of 4.0", base4 + "/CR:H/E:A", base4 + "/E:A/CR:H", nil},
		{"2.0 group in part", base2 + "/E:F", base2 + "/E:F/RL:ND/RC:ND", []cvss.Repair{{Kind: cvss.GroupFilled, Offset: 30, Metric: "RL"}}},
		{"2.0 environmental group in part", base2 + "/AR:H", base2 + "/CDP:ND/TD:ND/CR:ND/IR:ND/AR:H", []cvss.Repair{
			{Kind: cvss.GroupFilled, Offset: 31, Metric: "CDP"},
		}},
		{"the same twice", base31 + "/AV:N", base31, []cvss.Repair{{Kind: cvss.RepeatRemoved, Offset: 45, Metric: "AV"}}},
	} {
		v, repairs, err := cvss.ParseLenient(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.rule, err)
			continue
		}
		if got := v.String(); got != c.want {
			t.Errorf("%s: ParseLenient(%q) = %s, want %s", c.rule, c.text, got, c.want)
		}
		if diff := cmp.Diff(c.repairs, repairs); diff != "" {
			t.Errorf("%s: repairs of %q (-want +got):\n%s", c.rule, c.text, diff)
		}
	}
}

func TestParseLenientGuessesNothing(t *testing.T) {
	bare31 := strings.TrimPrefix(base31, "CVSS:3.1/")
	for _, c := range []struct {
		rule, text string
		want       cvss.ParseError
	}{
		{"nothing", "", cvss.ParseError{Metric: "AV", Reason: cvss.Missing, Want: "AV:N, A, L"}},
		{"only brackets", "()", cvss.ParseError{Offset: 1, Metric: "AV", Reason: cvss.Missing, Want: "AV:N, A, L"}},
		{"no value", "CVSS:3.1/AV:/AC:L", cvss.ParseError{Offset: 12, Metric: "AV", Reason: cvss.BadValue, Want: "N, A, L, P"}},
		{"no metric", "CVSS:3.1/AV:N/high", cvss.ParseError{Offset: 14, Reason: cvss.BadSyntax, Want: "metric:value"}},
		{"cut off", "CVSS:3.1/AV:N/AC:L", cvss.ParseError{Offset: 18, Metric: "PR", Reason: cvss.Missing, Want: "PR:N, L, H"}},
		{"unknown version", "CVSS:5.0/AV:N", cvss.ParseError{Reason: cvss.BadPrefix, Want: "CVSS:3.0/, CVSS:3.1/, CVSS:4.0/, or none for 2.0"}},
		{"prefix alone", "CVSS:3.1", cvss.ParseError{Reason: cvss.BadPrefix, Want: "CVSS:3.0/, CVSS:3.1/, CVSS:4.0/, or none for 2.0"}},
		{"two values of one metric", base31 + "/av:l", cvss.ParseError{Offset: 45, Metric: "AV", Reason: cvss.Repeated, Want: "each metric once"}},
		{"3.1 metrics under a 4.0 prefix", strings.Replace(base31, "3.1", "4.0", 1), cvss.ParseError{Offset: 31, Metric: "S", Reason: cvss.BadValue, Want: "X, N, P"}},
		{
			// 8.4 by 3.0 and 8.5 by 3.1, whose modified impact has another exponent.
			"3.0 and 3.1 score apart", strings.Replace(bare31, "S:U", "S:C", 1) + "/MAV:A/MPR:H/CR:H",
			cvss.ParseError{Reason: cvss.BadPrefix, Want: "CVSS:3.0/ or CVSS:3.1/: their scores differ"},
		},
	} {
		v, repairs, err := cvss.ParseLenient(c.text)
		e, ok := errors.AsType[*cvss.ParseError](err)
		if !ok {
			t.Errorf("%s: ParseLenient(%q) = %s, %v, %v, want a ParseError", c.rule, c.text, v, repairs, err)
			continue
		}
		c.want.Vector = c.text
		if diff := cmp.Diff(&c.want, e, cmpopts.IgnoreUnexported(cvss.ParseError{})); diff != "" {
			t.Errorf("%s: ParseLenient(%q) (-want +got):\n%s", c.rule, c.text, diff)
		}
	}
	_, _, err := cvss.ParseLenient(strings.Repeat("/", 1<<20))
	if e, ok := errors.AsType[*cvss.ParseError](err); !ok || e.Reason != cvss.TooLong {
		t.Errorf("ParseLenient of 1 MiB = %v, want too long", err)
	}
}
