package cvss_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/vuln/cvss"
)

func ExampleVector_Explain() {
	v := cvss.MustParse("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N/E:P")
	for _, d := range v.Explain() {
		fmt.Println(d.Group, d.Score)
		for _, s := range d.Steps {
			fmt.Printf("  %-14s %s\n", s.Name, s.Value.FloatString(4))
		}
	}
	// Output:
	// base 3.1
	//   ISS            0.2200
	//   Impact         1.4124
	//   Exploitability 1.6201
	//   Sum            3.0325
	//   Base           3.1000
	// temporal 3.0
	//   Base           3.1000
	//   Factor         0.9400
	//   Temporal       3.0000
}

// Explain goes its own way to the scores, so the two check each other.
func TestExplainEndsWithTheScores(t *testing.T) {
	for _, c := range []struct {
		space  space
		stride int
	}{{space2, 37_871}, {space3("CVSS:3.0/"), 7_561}, {space3("CVSS:3.1/"), 7_561}, {space4, 30_011}} {
		n := 0
		c.space.each(c.stride, func(vector string, _ []int) {
			n++
			v := cvss.MustParse(vector)
			s, derivations := v.Scores(), v.Explain()
			want := []cvss.Score{s.Base, s.Temporal, s.Environmental}
			if len(derivations) != len(want) {
				t.Fatalf("derivations of %s = %d, want %d", v, len(derivations), len(want))
			}
			for i, d := range derivations {
				if d.Score != want[i] {
					t.Errorf("Explain(%s) ends with %s for the %s score, want %s", v, d.Score, d.Group, want[i])
				}
				last := d.Steps[len(d.Steps)-1].Value.FloatString(1)
				if last != want[i].String() {
					t.Errorf("last step of the %s score of %s = %s, want %s", d.Group, v, last, want[i])
				}
			}
		})
		if n < 400 {
			t.Errorf("vectors of %s = %d, want more", c.space.prefix, n)
		}
	}
}

func TestExplainGivesOnlyScoresThereAre(t *testing.T) {
	for vector, want := range map[string]string{
		base2: "base", base31: "base", base4: "base",
		base31 + "/E:P": "base temporal", base31 + "/MAV:L": "base environmental",
		base4 + "/E:P": "base temporal", base4 + "/CR:L": "base environmental",
	} {
		var got []string
		for _, d := range cvss.MustParse(vector).Explain() {
			got = append(got, d.Group)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("derivations of %s = %s, want %s", vector, got, want)
		}
	}
	if got := (cvss.Vector{}).Explain(); got != nil {
		t.Errorf("Explain of the zero value = %v, want nil", got)
	}
}

func TestEveryStepHasAName(t *testing.T) {
	for _, vector := range benchVectors() {
		for _, d := range cvss.MustParse(vector).Explain() {
			for _, s := range d.Steps {
				if s.Name == "" || s.Label.In(lang.EN) == "" || s.Label.In(lang.NL) == "" || s.Value == nil {
					t.Errorf("step %+v of %s: want a name, a label in both languages and a value", s, vector)
				}
			}
		}
	}
}

// The score of 211100 is 6.1; EQ3 with EQ6 is six of eight steps down a drop of
// 1.0, EQ4 two of five down one of 1.5, and EQ5 at the top of one of 1.3.
func TestExplainShowsDistances(t *testing.T) {
	d := cvss.MustParse("CVSS:4.0/AV:L/AC:H/AT:N/PR:L/UI:P/VC:N/VI:N/VA:H/SC:N/SI:H/SA:H/E:A/CR:L/IR:M/AR:H").Explain()[2]
	got := map[string]string{}
	for _, s := range d.Steps {
		got[s.Name] = s.Value.RatString()
	}
	want := map[string]string{
		"MacroVector":  "61/10",
		"EQ3+EQ6 drop": "1", "EQ3+EQ6 distance": "6", "EQ3+EQ6 depth": "8", "EQ3+EQ6 share": "3/4",
		"EQ4 drop": "3/2", "EQ4 distance": "2", "EQ4 depth": "5", "EQ4 share": "3/5",
		"EQ5 drop": "13/10", "EQ5 distance": "0", "EQ5 depth": "1", "EQ5 share": "0",
		"Mean": "9/20", "Score": "57/10",
	}
	if diff := cmp.Diff(want, got); diff != "" || d.Macro != "211100" {
		t.Errorf("steps to %s (-want +got):\n%s", d.Macro, diff)
	}
}

// The base equations of CVE-2014-3566 by hand: ISS 0.22, impact 6.42*0.22, exploitability
// 8.22*0.85*0.44*0.85*0.62.
func TestExplainShowsSubScores(t *testing.T) {
	got := map[string]string{}
	for _, s := range cvss.MustParse("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N").Explain()[0].Steps {
		got[s.Name] = s.Value.FloatString(6)
	}
	for name, want := range map[string]string{"ISS": "0.220000", "Impact": "1.412400", "Exploitability": "1.620146", "Sum": "3.032546", "Base": "3.100000"} {
		if got[name] != want {
			t.Errorf("%s = %s, want %s", name, got[name], want)
		}
	}
}
