package cvss_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/vuln/cvss"
)

func ExampleDiff() {
	before := cvss.MustParse("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")
	after := cvss.MustParse("CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P")
	changes, _ := cvss.Diff(before, after)
	fmt.Println(changes, before.Scores().Overall, after.Scores().Overall)
	// Output: [{AC L H} {E X P}] 9.8 7.7
}

func TestDiff(t *testing.T) {
	v := cvss.MustParse(base2)
	if changes, ok := cvss.Diff(v, v); !ok || changes != nil {
		t.Errorf("Diff of a vector with itself = %v, %v, want nothing", changes, ok)
	}
	changes, ok := cvss.Diff(v, cvss.MustParse(base2+"/E:POC/RL:ND/RC:ND"))
	if diff := cmp.Diff([]cvss.Change{{Metric: "E", From: "ND", To: "POC"}}, changes); !ok || diff != "" {
		t.Errorf("Diff (-want +got):\n%s", diff)
	}
	for _, other := range []cvss.Vector{{}, cvss.MustParse(base31)} {
		if _, ok := cvss.Diff(v, other); ok {
			t.Errorf("Diff(%s, %s) = ok, want not: they are of different versions", v, other)
		}
	}
	if _, ok := cvss.Diff(cvss.Vector{}, cvss.Vector{}); ok {
		t.Error("Diff of zero values = ok, want not")
	}
}
