package vuln_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/internal/golden"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
	"pgregory.net/rapid"
)

// The ids of findings are for ever: these were computed with sha256sum and
// base32.
func TestIDIsForEver(t *testing.T) {
	for _, c := range []struct{ asset, vulnerability, location, want string }{
		{"shop", "CVE-2026-10001", "type=alpine;package=libexample", "f-vcvycuf7zkocv2l7o5talkwkw33rwrpb"},
		{"shop", "nessus:19506", "", "f-m3qzfn54aan6d3njbfgeuyydneojpefm"},
	} {
		if got := vuln.ID(isms.Ref[isms.Asset](c.asset), c.vulnerability, c.location); got != c.want {
			t.Errorf("ID(%q, %q, %q) = %s, want %s", c.asset, c.vulnerability, c.location, got, c.want)
		}
	}
}

func TestIDKeepsItsPartsApart(t *testing.T) {
	seen := map[string][3]string{}
	for _, parts := range [][3]string{
		{"a", "b", "c"},
		{"ab", "", "c"},
		{"a", "bc", ""},
		{"abc", "", ""},
		{"", "abc", ""},
		{"", "", "abc"},
		{"a", "", "bc"},
		{"b", "a", "c"},
		{"a", "c", "b"},
		{"a\x00", "b", "c"},
		{"a", "\x00b", "c"},
		{"", "", ""},
		{"a", "b", "\x00\x00\x00\x00\x00\x00\x00\x01c"},
		{"a", "b\x00\x00\x00\x00\x00\x00\x00\x01", "c"},
	} {
		id := vuln.ID(isms.Ref[isms.Asset](parts[0]), parts[1], parts[2])
		if other, taken := seen[id]; taken {
			t.Errorf("ID(%q) = ID(%q) = %s", parts, other, id)
		}
		if !isms.ValidID(id) {
			t.Errorf("ID(%q) = %q, not an id", parts, id)
		}
		seen[id] = parts
	}
}

// Severity (59 of 132 settings of DefectDojo), description (40) and version
// identify findings elsewhere: a rescored CVE loses its clock there.
func TestOnlyAssetVulnerabilityAndLocationIdentify(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-z]{0,3}`)
		a := item("CVE-2026-1001", "p"+word.Draw(t, "package"))
		b := a
		b.Title, b.Description = word.Draw(t, "title"), word.Draw(t, "description")
		b.Installed, b.FixedIn, b.PURL = word.Draw(t, "installed"), word.Draw(t, "fixed"), word.Draw(t, "purl")
		b.Target, b.Severity = word.Draw(t, "target"), scan.Severity(rapid.IntRange(0, 6).Draw(t, "severity"))
		b.Ratings, b.Aliases = nil, []string{word.Draw(t, "alias")}
		b.Status = scan.StatusWillNotFix
		if x, y := idOf(t, a), idOf(t, b); x != y {
			t.Errorf("ids %s and %s of %+v and %+v differ", x, y, a, b)
		}
		for name, c := range map[string]scan.Item{
			"vulnerability": item("CVE-2026-1002", a.Package), "package": item("CVE-2026-1001", a.Package+"x"),
			"ecosystem": func() scan.Item { c := a; c.Ecosystem = "debian"; return c }(),
			"path":      func() scan.Item { c := a; c.Path = "usr/lib"; return c }(),
		} {
			if x, y := idOf(t, a), idOf(t, c); x == y {
				t.Errorf("another %s has the same id %s", name, x)
			}
		}
	})
}

func whole() vuln.Finding {
	f := vuln.Finding{
		Asset: "shop", Vulnerability: "CVE-2026-10001", Location: "type=alpine;package=libexample",
		Aliases: []string{"GHSA-xxxx-yyyy-zzzz"}, FirstKnown: date("2026-01-10"), Reopened: date("2026-02-10"),
		Observations: []vuln.Observation{{
			Source: "trivy", Title: "Overflow in libexample", Severity: scan.SeverityHigh,
			Ratings:   []vuln.Rating{{Source: "nvd", Version: "3.1", Vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Score: cvssScore("9.8")}},
			Installed: "1.0", FixedIn: "1.1", PURL: "pkg:apk/alpine/libexample@1.0", Status: scan.StatusFixed, Absent: "s-1",
			Verified: "s-2", Returned: date("2026-01-11"), Names: []vuln.Named{{ID: "GHSA-1", On: date("2026-01-10")}},
		}},
		Decision: vuln.Decision{
			State: vuln.Mitigated, By: isms.Link{Kind: "role", ID: "cio"}, On: date("2026-01-12"),
			Rationale: isms.Text{"en": "No route to it", "nl": "Niet bereikbaar"}, Evidence: []isms.Ref[isms.Evidence]{"e-1"},
		},
		Treatment: vuln.Treatment{
			Kind: vuln.Patch, Note: isms.Plain("next release"), Owner: isms.Link{Kind: "person", ID: "jan"},
			Due: date("2026-01-20"), Done: date("2026-01-19"), Evidence: []isms.Ref[isms.Evidence]{"e-2"},
		},
		Acceptance: vuln.Acceptance{
			By: isms.Link{Kind: "role", ID: "cio"}, On: date("2026-01-12"), Until: date("2026-06-30"), Justification: isms.Plain("isolated network"),
		},
	}
	f.ID = vuln.ID(f.Asset, f.Vulnerability, f.Location)
	return f
}

// What is stored never changes meaning: schema 1 of each kind reads for ever.
func TestStoredForms(t *testing.T) {
	policy := vuln.ReadyPolicy()
	golden.Check(t, "finding.v2.json", encoded(t, whole()))
	golden.Check(t, "policy.v1.json", encoded(t, policy))
	s := space(t)
	r := at("2026-02-01", item("CVE-2026-1001", "p"), item("CVE-2026-1001", "p"))
	r.Skipped = []scan.Skip{{Where: "/x", Why: scan.WhyNoID}}
	r.Other = map[scan.Other]int{scan.OtherSecrets: 2}
	r.SHA256 = [32]byte{1, 2, 3}
	result, _ := imported(t, s, r, "2026-02-02")
	view(t, s, func(tx *isms.Tx) error {
		stored, err := vuln.Scans(tx).Get(string(result.Scan))
		stored.Rev, stored.Recorded = 0, isms.Recorded{}
		golden.Check(t, "scan.v2.json", encoded(t, stored))
		return err
	})
	for name, v := range map[string]any{"finding.v1.json": &vuln.Finding{}, "scan.v1.json": &vuln.Scan{}} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, v); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(data), string(encoded(t, v))); diff != "" {
			t.Errorf("%s came back otherwise (-want +got)\n%s", name, diff)
		}
	}
	var back vuln.Finding
	if err := json.Unmarshal(encoded(t, whole()), &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(whole(), back, cmp.Comparer(func(a, b isms.Date) bool { return a == b }), scores()); diff != "" {
		t.Errorf("a finding came back otherwise (-want +got)\n%s", diff)
	}
}

func TestFindingProblems(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*vuln.Finding)
		want  map[string]isms.Code
	}{
		"whole":                        {func(*vuln.Finding) {}, map[string]isms.Code{}},
		"an id of something else":      {func(f *vuln.Finding) { f.Location += "x" }, map[string]isms.Code{"/id": vuln.CodeIdentity}},
		"no first day":                 {func(f *vuln.Finding) { f.FirstKnown = isms.Date{} }, map[string]isms.Code{"/firstKnown": isms.CodeRequired}},
		"reopened before it was known": {func(f *vuln.Finding) { f.Reopened = date("2026-01-09") }, map[string]isms.Code{"/reopened": isms.CodeDateOrder}},
		"one tool twice":               {func(f *vuln.Finding) { f.Observations = append(f.Observations, f.Observations[0]) }, map[string]isms.Code{"/observations/1/source": isms.CodeDuplicate}},
		"no tool":                      {func(f *vuln.Finding) { f.Observations[0].Source = "" }, map[string]isms.Code{"/observations/0/source": isms.CodeRequired}},
		"a state nobody decides":       {func(f *vuln.Finding) { f.Decision.State = vuln.NotObserved }, map[string]isms.Code{"/decision/state": isms.CodeEnum}},
		"a decision of nobody":         {func(f *vuln.Finding) { f.Decision.By, f.Decision.On = isms.Link{}, isms.Date{} }, map[string]isms.Code{"/decision/by": isms.CodeRequired, "/decision/on": isms.CodeRequired}},
		"a decision without a state":   {func(f *vuln.Finding) { f.Decision.State = "" }, map[string]isms.Code{"/decision/state": isms.CodeRequired}},
		"mitigated, nobody knows why":  {func(f *vuln.Finding) { f.Decision.Rationale = nil }, map[string]isms.Code{"/decision/rationale": vuln.CodeRationale}},
		"an asset decides":             {func(f *vuln.Finding) { f.Decision.By = isms.Link{Kind: "asset", ID: "shop"} }, map[string]isms.Code{"/decision/by": isms.CodeOwnerKind}},
		"an unknown treatment":         {func(f *vuln.Finding) { f.Treatment.Kind = "hope" }, map[string]isms.Code{"/treatment/kind": isms.CodeEnum}},
		"an asset treats":              {func(f *vuln.Finding) { f.Treatment.Owner = isms.Link{Kind: "asset", ID: "shop"} }, map[string]isms.Code{"/treatment/owner": isms.CodeOwnerKind}},
		"accepted for ever":            {func(f *vuln.Finding) { f.Acceptance.Until = isms.Date{} }, map[string]isms.Code{"/acceptance/until": isms.CodeRequired}},
		"accepted until yesterday":     {func(f *vuln.Finding) { f.Acceptance.Until = date("2026-01-11") }, map[string]isms.Code{"/acceptance/until": isms.CodeDateOrder}},
		"accepted by nobody": {func(f *vuln.Finding) { f.Acceptance = vuln.Acceptance{Until: date("2026-06-30")} }, map[string]isms.Code{
			"/acceptance/by": isms.CodeRequired, "/acceptance/on": isms.CodeRequired, "/acceptance/justification": isms.CodeRequired,
		}},
	} {
		f := whole()
		c.spoil(&f)
		got := map[string]isms.Code{}
		for _, p := range isms.Validate(f) {
			got[p.Path] = p.Code
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: Validate (-want +got)\n%s", name, diff)
		}
	}
}
