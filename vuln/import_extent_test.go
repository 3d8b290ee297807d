package vuln_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
)

// A scan tells nothing of what was found with newer checks, nor with checks that
// cannot be compared.
func TestAbsenceNeedsAFeedAsNew(t *testing.T) {
	for name, c := range map[string]struct {
		found, missed string
		want          vuln.State
	}{
		"nobody says":                {"", "", vuln.Fixed},
		"the first did not say":      {"", "2026-02-01", vuln.Fixed},
		"the second does not say":    {"2026-02-01", "", vuln.New},
		"the same":                   {"2026-02-01", "2026-02-01", vuln.Fixed},
		"a newer one":                {"2026-02-01", "2026-02-02", vuln.Fixed},
		"an older one":               {"2026-02-02", "2026-02-01", vuln.New},
		"later that day":             {"2026-02-01T12:00:00Z", "202602011800", vuln.Fixed},
		"earlier that day":           {"2026-02-01T12:00:00Z", "2026-02-01 08:00:00", vuln.Fixed},
		"a day earlier, in Hawaii":   {"2026-02-02", "2026-02-01T13:59:00-10:00", vuln.New},
		"a higher version":           {"v2.9.0", "v2.10.0", vuln.Fixed},
		"a lower version":            {"v2.10.0", "v2.9.0", vuln.New},
		"one version more":           {"2.10", "2.10.1", vuln.New},
		"another kind":               {"v2.10.0", "2026-02-01", vuln.New},
		"other words, and the same":  {"community feed", "community feed", vuln.Fixed},
		"other words":                {"community feed", "enterprise feed", vuln.New},
		"a number beyond all bounds": {"99999999999999999999999", "99999999999999999999999", vuln.Fixed},
	} {
		s := space(t)
		id := examined(t, s, at("2026-02-03", item("CVE-2026-1001", "a")), "2026-02-08", vuln.Extent{Feed: c.found}).Created[0]
		examined(t, s, at("2026-02-08"), "2026-02-08", vuln.Extent{Feed: c.missed, Closes: true})
		if got := finding(t, s, id).State(date("2026-02-08")); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	s := space(t) // of several scans that saw it the newest checks count, and all must be comparable
	a := item("CVE-2026-1001", "a")
	id := examined(t, s, at("2026-02-01", a), "2026-02-20", vuln.Extent{Feed: "2026-02-05"}).Created[0]
	for _, step := range []struct {
		day, feed string
		seen      []scan.Item
		want      vuln.State
	}{
		{"2026-02-02", "2026-02-01", []scan.Item{a}, vuln.New},
		{"2026-02-03", "2026-02-04", nil, vuln.New},
		{"2026-02-04", "2026-02-05", nil, vuln.Fixed},
		{"2026-02-06", "v2", []scan.Item{a}, vuln.New}, // as deep as that no scan looked,
		{"2026-02-07", "2026-02-09", nil, vuln.New},
		{"2026-02-08", "v3", nil, vuln.New},
	} {
		examined(t, s, at(step.day, step.seen...), "2026-02-20", vuln.Extent{Feed: step.feed, Closes: true})
		if got := finding(t, s, id).State(date("2026-02-20")); got != step.want {
			t.Errorf("on %s with %s: %s, want %s", step.day, step.feed, got, step.want)
		}
	}
}

// The scanner's own word counts where the caller says nothing, and nobody claims
// to have looked deeper than the scanner itself says.
func TestScannersOwnWord(t *testing.T) {
	const in, out = vuln.Authenticated, vuln.Unauthenticated
	for name, c := range map[string]struct {
		said   map[string]bool
		feed   string
		host   string
		extent vuln.Extent
		want   vuln.Extent
		wrong  []string
	}{
		"nobody says":                 {want: vuln.Extent{}},
		"nothing of one host":         {said: map[string]bool{"h": true}, want: vuln.Extent{}},
		"logged in":                   {said: map[string]bool{"h": true, "i": true}, feed: "202602010000", want: vuln.Extent{Credentials: in, Feed: "202602010000"}},
		"not":                         {said: map[string]bool{"h": false}, want: vuln.Extent{Credentials: out}},
		"not everywhere":              {said: map[string]bool{"h": false, "i": true}, want: vuln.Extent{Credentials: out}},
		"on this host":                {said: map[string]bool{"h": false, "i": true}, host: "i", want: vuln.Extent{Credentials: in}},
		"not a word of this host":     {said: map[string]bool{"h": true}, host: "i", want: vuln.Extent{}},
		"the caller says less":        {said: map[string]bool{"h": true, "i": true}, extent: vuln.Extent{Credentials: out}, want: vuln.Extent{Credentials: out}},
		"the caller says more":        {said: map[string]bool{"h": false}, extent: vuln.Extent{Credentials: in}, wrong: []string{"/extent/credentials"}},
		"the caller alone":            {extent: vuln.Extent{Credentials: in, Feed: "v2"}, want: vuln.Extent{Credentials: in, Feed: "v2"}},
		"a newer feed":                {feed: "2026-02-01", extent: vuln.Extent{Feed: "2026-02-02"}, wrong: []string{"/extent/feed"}},
		"an older feed":               {feed: "2026-02-02", extent: vuln.Extent{Feed: "2026-02-01"}, want: vuln.Extent{Feed: "2026-02-01"}},
		"the same, written otherwise": {feed: "2026-02-02T06:00:00Z", extent: vuln.Extent{Feed: "2026-02-02"}, want: vuln.Extent{Feed: "2026-02-02"}},
		"a feed like no other":        {feed: "2026-02-01", extent: vuln.Extent{Feed: "v2"}, wrong: []string{"/extent/feed"}},
		"both": {
			said: map[string]bool{"h": false}, feed: "1", extent: vuln.Extent{Credentials: in, Feed: "2"},
			wrong: []string{"/extent/credentials", "/extent/feed"},
		},
		"people log in as they like": {said: map[string]bool{"h": true}, extent: vuln.Extent{Kind: vuln.PenetrationTest}, want: vuln.Extent{Kind: vuln.PenetrationTest}},
	} {
		s := space(t)
		r := at("2026-02-03", item("CVE-2026-1001", "a"))
		r.Items[0].Host, r.Targets = c.host, []string{"h", "i"}
		r.LoggedIn, r.Feed = c.said, c.feed
		var result vuln.Result
		err := s.Update(t.Context(), "test", func(tx *isms.Tx) (err error) {
			result, err = vuln.Import(tx, "shop", seal(r), date("2026-02-03"), &vuln.ImportOptions{Host: c.host, Extent: c.extent})
			return err
		})
		var wrong []string
		if problem, is := errors.AsType[*isms.ProblemError](err); is {
			for _, p := range problem.Problems {
				if p.Code != vuln.CodeClaim {
					t.Errorf("%s: %v", name, p)
				}
				wrong = append(wrong, p.Path)
			}
		} else if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.wrong, wrong); diff != "" {
			t.Errorf("%s: refused (-want +got)\n%s", name, diff)
		}
		if err != nil {
			continue
		}
		view(t, s, func(tx *isms.Tx) error {
			got, err := vuln.Scans(tx).Get(string(result.Scan))
			if diff := cmp.Diff(c.want, got.Extent); diff != "" {
				t.Errorf("%s: Extent (-want +got)\n%s", name, diff)
			}
			return err
		})
	}
}

// Statements of suppliers and advisories are no scans, and the error says where
// to take them.
func TestStatementsAreNoScans(t *testing.T) {
	answered := item("CVE-2026-1001", "a")
	answered.Status = scan.StatusNotAffected
	open := item("CVE-2026-1002", "a")
	open.Status = scan.StatusUnset
	for name, c := range map[string]struct {
		format scan.Format
		items  []scan.Item
		want   bool
	}{
		"OpenVEX":                  {scan.FormatOpenVEX, []scan.Item{open}, true},
		"CSAF":                     {scan.FormatCSAF, nil, true},
		"OSV":                      {scan.FormatOSV, []scan.Item{open}, true},
		"CycloneDX with answers":   {scan.FormatCycloneDX, []scan.Item{answered, answered}, true},
		"CycloneDX of a scanner":   {scan.FormatCycloneDX, []scan.Item{open}, false},
		"CycloneDX of both":        {scan.FormatCycloneDX, []scan.Item{answered, open}, false},
		"CycloneDX of no findings": {scan.FormatCycloneDX, nil, false},
		"OSV-Scanner":              {scan.FormatOSVScanner, []scan.Item{open}, false},
		"Trivy":                    {scan.FormatTrivy, []scan.Item{answered}, false},
	} {
		s := space(t)
		r := at("2026-02-03", c.items...)
		r.Format = c.format
		before := head(t, s)
		err := s.Update(t.Context(), "test", func(tx *isms.Tx) error {
			_, err := vuln.Import(tx, "shop", seal(r), date("2026-02-03"), nil)
			return err
		})
		if errors.Is(err, vuln.ErrNoScan) != c.want || c.want && (!strings.Contains(err.Error(), "package vex") || head(t, s) != before) || !c.want && err != nil {
			t.Errorf("%s: %v, want it refused: %t", name, err, c.want)
		}
	}
}

// A bill of materials without vulnerabilities does not tell that anybody looked
// for them.
func TestNoVulnerabilitiesIsNoScan(t *testing.T) {
	for _, closes := range []bool{false, true} {
		s := space(t)
		first := at("2026-02-01", item("CVE-2026-1001", "a"))
		first.Format, first.Items[0].Status = scan.FormatCycloneDX, scan.StatusUnset
		id := examined(t, s, seal(first), "2026-02-01", vuln.Extent{}).Created[0]
		empty := at("2026-02-08")
		empty.Format = scan.FormatCycloneDX
		got := examined(t, s, seal(empty), "2026-02-08", vuln.Extent{Closes: closes})
		if len(got.Closed)+len(got.NotObserved) > 0 != closes || slices.Contains(got.Notes, vuln.CodeIncomplete) == closes {
			t.Errorf("an empty one, answered for %t = %+v", closes, got)
		}
		if state := finding(t, s, id).State(date("2026-02-08")); (state == vuln.Fixed) != closes {
			t.Errorf("an empty one, answered for %t: %s", closes, state)
		}
	}
}

// What the report itself takes back makes no finding and closes none, whatever the
// order of the scans; what an ignore file left out neither.
func TestSuppressedItems(t *testing.T) {
	closes := vuln.Extent{Closes: true}
	a, b := item("CVE-2026-1001", "a"), item("CVE-2026-1002", "b")
	quiet := a
	quiet.Suppressed = true
	s := space(t)
	got := examined(t, s, at("2026-02-01", quiet, b), "2026-02-10", closes)
	if !slices.Equal(got.Suppressed, []int{0}) || len(got.Created) != 1 || len(findings(t, s)) != 1 {
		t.Errorf("a new one that is suppressed = %+v, want no finding", got)
	}
	id := examined(t, s, at("2026-02-02", a, b), "2026-02-10", closes).Created[0]
	if f := finding(t, s, id); f.FirstKnown != date("2026-02-02") {
		t.Errorf("first known %s, want the day that it was reported", f.FirstKnown)
	}
	got = examined(t, s, at("2026-02-03", quiet, b), "2026-02-10", closes)
	if len(got.Closed)+len(got.NotObserved)+len(got.Updated) > 0 || finding(t, s, id).State(date("2026-02-10")) != vuln.New {
		t.Errorf("suppressed since = %+v, want it to stay as it was", got)
	}
	got = examined(t, s, at("2026-02-04", quiet, a, b), "2026-02-10", closes)
	if !slices.Equal(got.Suppressed, []int{0}) || !slices.Contains(got.Unchanged, id) {
		t.Errorf("suppressed, and not = %+v, want it seen", got)
	}
	ignored := at("2026-02-05")
	ignored.Other = map[scan.Other]int{scan.OtherSuppressed: 1}
	got = examined(t, s, seal(ignored), "2026-02-10", closes)
	if len(got.Closed)+len(got.NotObserved) > 0 || !slices.Contains(got.Notes, vuln.CodeSilent) {
		t.Errorf("left out by an ignore file = %+v, want nothing missing, and a note", got)
	}
	got = examined(t, s, at("2026-02-06", quiet), "2026-02-10", closes)
	if len(got.Closed) != 1 || slices.Contains(got.Closed, id) {
		t.Errorf("suppressed, and the other gone = %+v, want the other closed", got)
	}
	if got = examined(t, s, at("2026-02-07"), "2026-02-10", closes); !slices.Equal(got.Closed, []string{id}) {
		t.Errorf("gone at last = %+v, want %s closed", got, id)
	}
}
