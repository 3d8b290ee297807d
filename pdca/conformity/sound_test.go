package conformity_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/pdca/conformity"
)

func TestSoundRecordsHaveNoGap(t *testing.T) {
	a := conformity.Assess(sound(), today)
	if diff := cmp.Diff(map[string]isms.Verdict{}, failing(a)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	for _, f := range a.Findings {
		if f.Verdict == isms.NotTriggered {
			t.Errorf("%s was not triggered by the sound records", f.Rule)
		}
	}
	if got, want := len(a.Findings), len(conformity.Rules()); got != want {
		t.Errorf("%d findings, want one for each of %d rules", got, want)
	}
}
