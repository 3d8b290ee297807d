package vuln_test

import (
	"slices"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
)

// examined imports a report of which somebody states the extent.
func examined(tb tester, s *isms.Space, r *scan.Report, today string, e vuln.Extent) (result vuln.Result) {
	tb.Helper()
	update(tb, s, func(tx *isms.Tx) (err error) {
		result, err = vuln.Import(tx, "shop", r, date(today), &vuln.ImportOptions{Extent: e})
		return err
	})
	accounted(tb, r, result)
	return result
}

// Absence closes only what the scan covered, as deep as what found it
// (DefectDojo #7403: hosts that are still vulnerable are marked mitigated).
func TestAbsenceClosesOnlyWhatWasCovered(t *testing.T) {
	const (
		from, without = vuln.Authenticated, vuln.Unauthenticated
		open, gone    = vuln.New, vuln.NotObserved
		fixed         = vuln.Fixed
	)
	closes := vuln.Extent{Closes: true}
	deep := func(c vuln.Credentials) vuln.Extent { return vuln.Extent{Credentials: c, Closes: true} }
	for name, c := range map[string]struct {
		found, missed vuln.Extent
		want          vuln.State
	}{
		"nobody answers for it":                {vuln.Extent{}, vuln.Extent{}, gone},
		"somebody does":                        {vuln.Extent{}, closes, fixed},
		"from outside, found from within":      {deep(from), deep(without), open},
		"from outside, nobody knows":           {closes, deep(without), open},
		"nobody knows, found from within":      {deep(from), closes, open},
		"nobody knows, found from outside":     {deep(without), closes, fixed},
		"from outside as before":               {deep(without), deep(without), fixed},
		"from within as before":                {deep(from), deep(from), fixed},
		"deeper than before":                   {deep(without), deep(from), fixed},
		"it ended early":                       {vuln.Extent{}, vuln.Extent{Closes: true, Partial: true}, open},
		"with this check":                      {vuln.Extent{}, vuln.Extent{Closes: true, Checks: []string{"CVE-2026-1001"}}, fixed},
		"with this check, by another name":     {vuln.Extent{}, vuln.Extent{Closes: true, Checks: []string{"GHSA-1"}}, fixed},
		"with other checks":                    {vuln.Extent{}, vuln.Extent{Closes: true, Checks: []string{"CVE-2026-1002"}}, open},
		"here":                                 {vuln.Extent{}, vuln.Extent{Closes: true, Locations: []string{"type=alpine;package=a"}}, fixed},
		"in this part":                         {vuln.Extent{}, vuln.Extent{Closes: true, Locations: []string{"type=alpine"}}, fixed},
		"elsewhere":                            {vuln.Extent{}, vuln.Extent{Closes: true, Locations: []string{"type=alp", "package=a"}}, open},
		"this check, and nobody answers":       {vuln.Extent{}, vuln.Extent{Checks: []string{"CVE-2026-1001"}}, gone},
		"a test by people":                     {vuln.Extent{}, vuln.Extent{Kind: vuln.PenetrationTest, Closes: true}, open},
		"found by people":                      {vuln.Extent{Kind: vuln.PenetrationTest}, closes, open},
		"found by people, another test":        {vuln.Extent{Kind: vuln.PenetrationTest}, vuln.Extent{Kind: vuln.PenetrationTest}, open},
		"found by people, tested again":        {vuln.Extent{Kind: vuln.PenetrationTest}, vuln.Extent{Kind: vuln.Retest, Closes: true}, fixed},
		"found by people, others are retested": {vuln.Extent{Kind: vuln.PenetrationTest}, vuln.Extent{Kind: vuln.Retest, Closes: true, Checks: []string{"CVE-2026-1002"}}, open},
	} {
		s := space(t)
		a := item("CVE-2026-1001", "a")
		a.Aliases = []string{"GHSA-1"}
		id := examined(t, s, at("2026-02-01", a), "2026-02-01", c.found).Created[0]
		got := examined(t, s, at("2026-02-08", item("CVE-2026-1003", "z")), "2026-02-08", c.missed)
		state := finding(t, s, id).State(date("2026-02-08"))
		if state != c.want || slices.Contains(got.Closed, id) != (c.want == fixed) || slices.Contains(got.NotObserved, id) != (c.want == gone) {
			t.Errorf("%s: %s, want %s (%+v)", name, state, c.want, got)
		}
	}
}

// The depth that counts is that of the deepest scan that ever saw it.
func TestDepthOfTheDeepestScan(t *testing.T) {
	s := space(t)
	a := item("CVE-2026-1001", "a")
	shallow, deep := vuln.Extent{Credentials: vuln.Unauthenticated, Closes: true}, vuln.Extent{Credentials: vuln.Authenticated, Closes: true}
	id := examined(t, s, at("2026-02-01", a), "2026-02-01", deep).Created[0]
	for _, step := range []struct {
		day  string
		e    vuln.Extent
		seen []scan.Item
		want vuln.State
	}{
		{"2026-02-02", shallow, []scan.Item{a}, vuln.New},
		{"2026-02-03", shallow, nil, vuln.New},
		{"2026-02-04", deep, nil, vuln.Fixed},
		{"2026-02-05", shallow, nil, vuln.Fixed},
		{"2026-02-06", shallow, []scan.Item{a}, vuln.Reopened},
	} {
		got := examined(t, s, at(step.day, step.seen...), "2026-02-10", step.e)
		if state := finding(t, s, id).State(date("2026-02-10")); state != step.want {
			t.Errorf("on %s: %s, want %s (%+v)", step.day, state, step.want, got)
		}
	}
}

// A penetration test finds what has no CVE id and no vector: its score is
// unknown, never 0.0, and it ranks as the greatest.
func TestPenetrationTest(t *testing.T) {
	s := space(t)
	report := &scan.Report{Items: []scan.Item{
		{ID: "PT-2026-01", Title: "Orders of others can be read", Path: "api/orders"},
		{ID: "PT-2026-02", Title: "No limit on attempts to log in", Path: "login"},
	}}
	report.Created = date("2026-02-01").Time()
	seal(report)
	first := examined(t, s, report, "2026-02-03", vuln.Extent{Kind: vuln.PenetrationTest})
	rows := rowsOf(t, s, "2026-02-03")
	if len(first.Created) != 2 || len(rows) != 2 {
		t.Fatalf("Import of a penetration test = %+v, want 2 created", first)
	}
	for _, row := range rows {
		if row.Level.Score.Known() || row.Level.Severity != scan.SeverityUnknown || row.Deadline != date("2026-02-08") {
			t.Errorf("%s has score %v, %s and deadline %s; want an unknown one and 2026-02-08", row.Finding.Vulnerability, row.Level.Score, row.Level.Severity, row.Deadline)
		}
	}
	imported(t, s, at("2026-02-10"), "2026-02-10") // a tool sees nothing of the kind
	for _, id := range first.Created {
		change(t, s, id, func(f *vuln.Finding) {
			*f = f.Decide(vuln.Decision{State: vuln.Fixed, By: isms.Link{Kind: "person", ID: "jan"}, On: date("2026-02-09")})
		})
		if state := finding(t, s, id).State(date("2026-02-10")); state != vuln.Mitigated {
			t.Errorf("said to be fixed: %s, want mitigated until it is tested again", state)
		}
	}
	retest := &scan.Report{Items: report.Items[1:]}
	retest.Created = date("2026-02-20").Time()
	got := examined(t, s, seal(retest), "2026-02-20", vuln.Extent{Kind: vuln.Retest, Closes: true, Checks: []string{"PT-2026-01", "PT-2026-02"}})
	if len(got.Closed) != 1 || len(got.Reopened) != 1 || finding(t, s, got.Closed[0]).Vulnerability != "PT-2026-01" {
		t.Errorf("the retest = %+v, want the first closed and the second reopened", got)
	}
}

// What a scan saw is in its record, and the scan of a part is not taken for one
// of the whole asset.
func TestScanRecord(t *testing.T) {
	s := space(t)
	a, b := item("CVE-2026-1001", "a"), item("CVE-2026-1002", "b")
	r := at("2026-02-02", a)
	r.Started, r.Finished = r.Created.Add(-2*3600e9), r.Created
	first, _ := imported(t, s, at("2026-02-01", a, b), "2026-02-01")
	e := vuln.Extent{Credentials: vuln.Authenticated, Feed: "2026-02-02", Checks: []string{"CVE-2026-1001"}, Closes: true}
	got := examined(t, s, seal(r), "2026-02-02", e)
	view(t, s, func(tx *isms.Tx) error {
		stored, err := vuln.Scans(tx).Get(string(got.Scan))
		if err != nil {
			return err
		}
		for _, id := range first.Created {
			if want := finding(t, s, id).Vulnerability == a.ID; stored.Saw(id) != want {
				t.Errorf("Saw(%s) = %t, want %t", id, !want, want)
			}
		}
		if stored.Saw("f-") || stored.Extent.Feed != e.Feed || stored.Extent.Credentials != e.Credentials || !stored.Started.Equal(r.Started) {
			t.Errorf("the scan is %+v", stored)
		}
		in, err := vuln.ReadInputs(tx)
		for _, c := range vuln.NewRegister(in, date("2026-02-03")).Coverage {
			if c.Asset == "shop" && (c.Scan.ID == stored.ID || len(c.Reasons) > 0) {
				t.Errorf("Coverage of shop = %+v, want the scan of all of it", c)
			}
		}
		return err
	})
}

func TestExtentProblems(t *testing.T) {
	s := space(t)
	a := item("CVE-2026-1001", "a")
	for name, e := range map[string]vuln.Extent{
		"kind":        {Kind: "guess"},
		"credentials": {Credentials: "root"},
		"checks":      {Checks: []string{"x", "x"}},
		"locations":   {Locations: []string{""}},
	} {
		err := s.Update(t.Context(), "test", func(tx *isms.Tx) error {
			_, err := vuln.Import(tx, "shop", at("2026-02-01", a), date("2026-02-01"), &vuln.ImportOptions{Extent: e})
			return err
		})
		if err == nil || len(findings(t, s)) != 0 {
			t.Errorf("Import with a bad extent (%s) = %v, want an error and nothing written", name, err)
		}
	}
	for name, seen := range map[string][]string{"short": {"abc"}, "empty": {""}, "out of order": {string(make([]byte, 64))}} {
		v := vuln.Scan{Seen: seen}
		if !slices.ContainsFunc(isms.Validate(v), func(p isms.Problem) bool { return p.Code == vuln.CodeSeen }) {
			t.Errorf("Validate of a scan with a list that is %s has no %s", name, vuln.CodeSeen)
		}
	}
}

// The list of what a scan saw is kept in parts.
func TestManySeen(t *testing.T) {
	s := space(t)
	items := manyItems()[:4200]
	first, _ := imported(t, s, at("2026-02-01", items...), "2026-02-01")
	got, records := imported(t, s, at("2026-02-02", items[1:]...), "2026-02-02")
	if len(got.NotObserved) != 1 || records != 2 {
		t.Errorf("a scan without one of %d = %d not observed in %d records, want 1 in 2", len(items), len(got.NotObserved), records)
	}
	view(t, s, func(tx *isms.Tx) error {
		stored, err := vuln.Scans(tx).Get(string(got.Scan))
		for _, id := range first.Created {
			if stored.Saw(id) == slices.Contains(got.NotObserved, id) {
				t.Errorf("Saw(%s) = %t", id, stored.Saw(id))
			}
		}
		if len(stored.Seen) != 2 {
			t.Errorf("the list is in %d parts, want 2", len(stored.Seen))
		}
		return err
	})
}
