package vuln_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
)

func changeOf(id, asset, day string) vuln.AssetChange {
	return vuln.AssetChange{
		Common: isms.Common{ID: id, Occurred: date(day)}, Asset: isms.Ref[isms.Asset](asset), Type: vuln.ChangeSoftware, What: isms.Plain("update"),
	}
}

// A scan is valid only at its moment: software updates and topology changes end
// that.
func TestValidity(t *testing.T) {
	made := vuln.Scan{Asset: "shop", At: date("2026-02-10").Time().Add(12 * time.Hour)}
	part, started := made, made
	part.Extent.Checks = []string{"CVE-2026-1001"}
	started.Started = made.At.Add(-4 * time.Hour)
	overnight, ports := made, made
	overnight.Started = made.At.Add(-20 * time.Hour)
	ports.Format = scan.FormatNmap
	partial := made
	partial.Extent.Partial = true
	timed := func(hour time.Duration) vuln.AssetChange {
		c := changeOf("c", "shop", "2026-02-10")
		c.At = date("2026-02-10").Time().Add(hour * time.Hour)
		return c
	}
	retired := changeOf("c", "shop", "2026-02-11")
	retired.Status = isms.Retired
	for name, c := range map[string]struct {
		scan    vuln.Scan
		change  vuln.AssetChange
		reasons []isms.Code
	}{
		"the day before":                  {made, changeOf("c", "shop", "2026-02-09"), nil},
		"the same day, nobody knows when": {made, changeOf("c", "shop", "2026-02-10"), []isms.Code{vuln.CodeChanged}},
		"the day after":                   {made, changeOf("c", "shop", "2026-02-11"), []isms.Code{vuln.CodeChanged}},
		"today":                           {made, changeOf("c", "shop", "2026-02-20"), []isms.Code{vuln.CodeChanged}},
		"tomorrow":                        {made, changeOf("c", "shop", "2026-02-21"), nil},
		"of another asset":                {made, changeOf("c", "mail", "2026-02-11"), nil},
		"taken back":                      {made, retired, nil},
		"that morning":                    {made, timed(11), nil},
		"that afternoon":                  {made, timed(13), []isms.Code{vuln.CodeChanged}},
		"before it began":                 {started, timed(7), nil},
		"while it ran":                    {started, timed(11), []isms.Code{vuln.CodeChanged}},
		"the day it began":                {overnight, changeOf("c", "shop", "2026-02-09"), []isms.Code{vuln.CodeChanged}},
		"the day before it began":         {overnight, changeOf("c", "shop", "2026-02-08"), nil},
		"open ports only":                 {ports, changeOf("c", "mail", "2026-02-11"), []isms.Code{vuln.CodeLimited}},
		"a part only":                     {part, changeOf("c", "mail", "2026-02-11"), []isms.Code{vuln.CodeLimited}},
		"it ended early":                  {partial, changeOf("c", "mail", "2026-02-11"), []isms.Code{vuln.CodeIncomplete}},
	} {
		v := c.scan.Validity(date("2026-02-20"), vuln.ReadyPolicy(), []vuln.AssetChange{c.change})
		if !slices.Equal(v.Reasons, c.reasons) || v.Valid() != (len(c.reasons) == 0) || (len(v.Changes) > 0) != slices.Contains(c.reasons, vuln.CodeChanged) || v.Until != date("2026-03-10") {
			t.Errorf("%s: Validity = %+v, want %v until 2026-03-10", name, v, c.reasons)
		}
	}
	v := made.Validity(date("2026-02-09"), vuln.ReadyPolicy(), nil)
	if want := []isms.Code{vuln.CodeFuture}; !slices.Equal(v.Reasons, want) {
		t.Errorf("Validity the day before = %v, want %v", v.Reasons, want)
	}
	later, first := changeOf("b", "shop", "2026-02-12"), changeOf("c", "shop", "2026-02-11")
	v = made.Validity(date("2026-02-20"), vuln.ReadyPolicy(), []vuln.AssetChange{later, first})
	if len(v.Changes) != 2 || v.Changes[0].ID != "c" {
		t.Errorf("Changes = %+v, want the oldest first", v.Changes)
	}
}

// Coverage: never scanned, stale, and how many of a hundred.
func TestScanned(t *testing.T) {
	s := space(t)
	imported(t, s, at("2026-02-01", item("CVE-2026-1001", "a")), "2026-02-01")
	count := func(day string) (vuln.Scanned, []vuln.Coverage) {
		var in vuln.Inputs
		view(t, s, func(tx *isms.Tx) (err error) {
			in, err = vuln.ReadInputs(tx)
			return err
		})
		r := vuln.NewRegister(in, date(day))
		return r.Scanned(), r.Coverage
	}
	if got, _ := count("2026-02-10"); got != (vuln.Scanned{InScope: 2, Valid: 1, Never: 1}) {
		t.Errorf("Scanned = %+v, want one valid and one never", got)
	}
	update(t, s, func(tx *isms.Tx) error {
		c := changeOf("patch-day", "shop", "2026-02-09")
		return vuln.AssetChanges(tx).Put(&c)
	})
	got, coverage := count("2026-02-10")
	if percent, ok := got.Percent(); got != (vuln.Scanned{InScope: 2, Stale: 1, Never: 1}) || percent != 0 || !ok {
		t.Errorf("Scanned after a change = %+v, %d %%", got, percent)
	}
	if c := coverage[1]; len(c.Changes) != 1 || c.Changes[0].ID != "patch-day" || !slices.Equal(c.Reasons, []isms.Code{vuln.CodeChanged}) {
		t.Errorf("Coverage after a change = %+v", c)
	}
	if percent, ok := (vuln.Scanned{InScope: 3, Valid: 2, Never: 1}).Percent(); percent != 66 || !ok {
		t.Errorf("Percent() of 2 in 3 = %d, %t, want 66", percent, ok)
	}
	if _, ok := (vuln.Scanned{}).Percent(); ok {
		t.Error("Percent() of nothing is known")
	}
}

func TestAssetChangeProblems(t *testing.T) {
	want := map[string]isms.Code{"/id": isms.CodeID, "/asset": isms.CodeRequired, "/occurred": isms.CodeRequired, "/type": isms.CodeRequired, "/what": isms.CodeRequired}
	got := map[string]isms.Code{}
	for _, p := range isms.Validate(vuln.AssetChange{}) {
		got[p.Path] = p.Code
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Validate (-want +got)\n%s", diff)
	}
}
