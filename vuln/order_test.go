package vuln_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
)

// Seen on day 1, gone on 2, back on 3, gone on 4; the third scan comes last.
func TestScanBetweenOthers(t *testing.T) {
	s := space(t)
	a := item("CVE-2026-1001", "a")
	worse := a
	worse.Severity = scan.SeverityCritical
	for _, r := range []*scan.Report{at("2026-02-01", a), at("2026-02-02"), at("2026-02-04")} {
		imported(t, s, r, "2026-02-10")
	}
	got, _ := imported(t, s, at("2026-02-03", worse), "2026-02-10")
	if len(got.Updated) != 1 || len(got.Reopened) != 0 {
		t.Errorf("a scan between others = %+v, want 1 updated", got)
	}
	view(t, s, func(tx *isms.Tx) error {
		in, err := vuln.ReadInputs(tx)
		row := vuln.NewRegister(in, date("2026-02-10")).Rows[0]
		if row.LastSeen != date("2026-02-03") || row.Level.Severity != scan.SeverityCritical || row.State != vuln.NotObserved {
			t.Errorf("last seen %s, %s, %s", row.LastSeen, row.Level.Severity, row.State)
		}
		return err
	})
}

// Scans of unknown time on one day count in the order they are imported.
func TestScansOfUnknownTime(t *testing.T) {
	for n := range 6 { // ids are digests: any order of them
		s := space(t)
		pkg := "p" + strconv.Itoa(n)
		imported(t, s, at("", item("CVE-2026-1001", pkg)), "2026-02-02")
		got, _ := imported(t, s, at(""), "2026-02-02")
		if len(got.NotObserved) != 1 || slices.Contains(got.Notes, vuln.CodeOlder) {
			t.Errorf("a second scan = %+v, want 1 not observed", got)
		}
		if row := rowsOf(t, s, "2026-02-10")[0]; !row.LastSeen.IsZero() {
			t.Errorf("last seen %q, want unknown", row.LastSeen)
		}
		got, _ = imported(t, s, at("", item("CVE-2026-1001", pkg), item("CVE-2026-1002", pkg)), "2026-02-02")
		if len(got.Reopened) != 1 {
			t.Errorf("a third scan = %+v, want 1 reopened", got)
		}
	}
}

// Scans of one moment do not contradict each other: what one of them sees is
// there, in any order.
func TestScansOfOneMoment(t *testing.T) {
	for n := range 6 {
		a, b := item("CVE-2026-1001", "p"+strconv.Itoa(n)), item("CVE-2026-1002", "p")
		for _, order := range [][]*scan.Report{{at("2026-02-01", a), at("2026-02-01", b)}, {at("2026-02-01", b), at("2026-02-01", a)}} {
			s := space(t)
			for _, r := range order {
				if got, _ := imported(t, s, r, "2026-02-02"); len(got.NotObserved)+len(got.Reopened) > 0 {
					t.Errorf("a scan of the same moment = %+v, want nothing missing", got)
				}
			}
			for _, f := range findings(t, s) {
				if !f.Observed() || !f.Reopened.IsZero() {
					t.Errorf("%s is observed %t, reopened %s", f.Vulnerability, f.Observed(), f.Reopened)
				}
			}
		}
	}
}

// What one tool sees says nothing about another.
func TestToolsAreApart(t *testing.T) {
	s := space(t)
	a := item("CVE-2026-1001", "a")
	imported(t, s, at("2026-02-10", a), "2026-02-10")
	other := func(day string, items ...scan.Item) *scan.Report {
		r := at(day, items...)
		r.Tool.Name = "Other"
		return seal(r)
	}
	got, _ := imported(t, s, other("2026-02-01", a), "2026-02-10")
	if len(got.Updated) != 1 || len(got.Notes) != 0 {
		t.Errorf("an older scan of another tool = %+v, want 1 updated and no notes", got)
	}
	f := findings(t, s)[0]
	if len(f.Observations) != 2 || f.Observations[0].Source != "trivy" || f.Observations[1].Source != "trivy:other" || f.FirstKnown != date("2026-02-01") {
		t.Errorf("the finding is %+v, want two observations, known since 2026-02-01", f)
	}
	got, _ = imported(t, s, at("2026-02-11"), "2026-02-11")
	if f = findings(t, s)[0]; len(got.NotObserved) != 1 || f.State(date("2026-02-11")) != vuln.New {
		t.Errorf("one of two tools sees it no longer: %+v, %s, want new", got, f.State(date("2026-02-11")))
	}
	got, _ = imported(t, s, other("2026-02-12"), "2026-02-12")
	if f = findings(t, s)[0]; len(got.NotObserved) != 1 || f.State(date("2026-02-12")) != vuln.NotObserved {
		t.Errorf("neither tool sees it: %+v, %s, want not observed", got, f.State(date("2026-02-12")))
	}
}

// An incomplete scan proves nothing about what it lacks, in any order.
func TestIncompleteScanInBetween(t *testing.T) {
	s := space(t)
	partial := at("2026-02-03", item("CVE-2026-1002", "b"))
	partial.Skipped = []scan.Skip{{Where: "/Resources/3", Why: scan.WhyScanError}}
	imported(t, s, at("2026-02-01", item("CVE-2026-1001", "a")), "2026-02-10")
	imported(t, s, seal(partial), "2026-02-10")
	got, _ := imported(t, s, at("2026-02-02"), "2026-02-10")
	if len(got.NotObserved) != 0 || !slices.Contains(got.Notes, vuln.CodeOlder) {
		t.Errorf("a scan before an incomplete one = %+v, want nothing missing", got)
	}
	view(t, s, func(tx *isms.Tx) error {
		in, err := vuln.ReadInputs(tx)
		for _, row := range vuln.NewRegister(in, date("2026-02-10")).Rows {
			want := map[string]string{"CVE-2026-1001": "2026-02-01", "CVE-2026-1002": "2026-02-03"}[row.Finding.Vulnerability]
			if row.LastSeen.String() != want {
				t.Errorf("%s was last seen on %s, want %s", row.Finding.Vulnerability, row.LastSeen, want)
			}
		}
		return err
	})
}

// Each fact that a tool reports is kept up, by itself.
func TestEachFactIsKeptUp(t *testing.T) {
	for name, set := range map[string]func(*scan.Item){
		"title":     func(i *scan.Item) { i.Title = "x" },
		"severity":  func(i *scan.Item) { i.Severity = scan.SeverityUnknown },
		"score":     func(i *scan.Item) { i.Ratings[0].Score.Tenths++ },
		"installed": func(i *scan.Item) { i.Installed = "x" },
		"fixed in":  func(i *scan.Item) { i.FixedIn = "" },
		"purl":      func(i *scan.Item) { i.PURL = "x" },
		"status":    func(i *scan.Item) { i.Status = scan.StatusAffected },
		"alias":     func(i *scan.Item) { i.Aliases = []string{"x"} },
	} {
		s := space(t)
		imported(t, s, at("2026-02-01", item("CVE-2026-1001", "a")), "2026-02-01")
		a := item("CVE-2026-1001", "a")
		set(&a)
		if got, records := imported(t, s, at("2026-02-02", a), "2026-02-02"); len(got.Updated) != 1 || records != 2 {
			t.Errorf("another %s = %+v in %d records, want 1 updated in 2", name, got, records)
		}
	}
}

// A finding is never taken for another one by a name that several have.
func TestNamesThatCouldMeanSeveral(t *testing.T) {
	named := func(id string, aliases ...string) scan.Item {
		it := item(id, "a")
		if !strings.HasPrefix(id, "CVE-") {
			it.CVEs = nil
		}
		it.Aliases = aliases
		return it
	}
	for name, c := range map[string]struct {
		before, after []scan.Item
		created       int // that are another vulnerability
	}{
		"two could be the advisory":       {[]scan.Item{named("RHSA-1")}, []scan.Item{named("CVE-2026-1001", "RHSA-1"), named("CVE-2026-1002", "RHSA-1")}, 2},
		"the advisory could be two":       {[]scan.Item{named("CVE-2026-1001", "RHSA-1"), named("CVE-2026-1002", "RHSA-1")}, []scan.Item{named("RHSA-1")}, 1},
		"CVE ids are never one":           {[]scan.Item{named("CVE-2026-1001")}, []scan.Item{{ID: "CVE-2026-1002", CVEs: []string{"CVE-2026-1002"}, Aliases: []string{"CVE-2026-1001"}, Ecosystem: "alpine", Package: "a"}}, 1},
		"a third name proves nothing":     {[]scan.Item{named("GHSA-1", "RHSA-1")}, []scan.Item{named("CVE-2026-1001", "RHSA-1")}, 1},
		"another name beside the first":   {[]scan.Item{named("GHSA-1", "DSA-1")}, []scan.Item{named("GHSA-1", "DSA-1"), named("DSA-1")}, 0},
		"an item that is known itself":    {[]scan.Item{named("GHSA-1"), named("DSA-1")}, []scan.Item{named("DSA-1", "GHSA-1")}, -1},
		"another name of the one finding": {[]scan.Item{named("GHSA-1")}, []scan.Item{named("CVE-2026-1001", "GHSA-1")}, 0},
	} {
		s := space(t)
		imported(t, s, at("2026-02-01", c.before...), "2026-02-01")
		got, _ := imported(t, s, at("2026-02-02", c.after...), "2026-02-02")
		if rows := rowsOf(t, s, "2026-02-02"); len(got.Created) != max(c.created, 0) || len(rows) != len(c.before)+c.created {
			t.Errorf("%s: %+v with %d findings in all, want %d more", name, got, len(rows), c.created)
		}
	}
}

// A finding that is in the report by its own name stays that one.
func TestOwnNameWins(t *testing.T) {
	s := space(t)
	ghsa, dsa := item("GHSA-1", "a"), item("DSA-1", "a")
	ghsa.CVEs, dsa.CVEs = nil, nil
	imported(t, s, at("2026-02-01", ghsa, dsa), "2026-02-01")
	dsa.Aliases = []string{"GHSA-1"}
	got, _ := imported(t, s, at("2026-02-02", dsa), "2026-02-02")
	if want := vuln.ID("shop", "DSA-1", dsa.Location()); !slices.Equal(got.Updated, []string{want}) {
		t.Errorf("Updated = %v, want %s", got.Updated, want)
	}
}

func TestTextsAreMadeFit(t *testing.T) {
	s := space(t)
	a, bad := item("CVE-2026-1001", "a"), item("x\xff", "a")
	a.Title, bad.CVEs = "x"+strings.Repeat("é", 400), nil
	a.Ratings = append(a.Ratings, scan.Rating{Source: "a", Version: "3.1", Score: scan.Score{Tenths: 10, Known: true}})
	got, _ := imported(t, s, at("2026-02-01", a, bad), "2026-02-01")
	if want := []vuln.Rejection{{Item: 1, Why: vuln.CodeNotUTF8}}; !slices.Equal(got.Rejected, want) {
		t.Errorf("Rejected = %v, want %v", got.Rejected, want)
	}
	if title := findings(t, s)[0].Title(); len(title) != 511 || !strings.HasSuffix(title, "é") {
		t.Errorf("Title() has %d bytes, want 511 that end with a character", len(title))
	}
	slices.Reverse(a.Ratings)
	if got, records := imported(t, s, at("2026-02-02", a), "2026-02-02"); records != 1 {
		t.Errorf("ratings in another order = %+v in %d records, want 1", got, records)
	}
}

func TestScanProblems(t *testing.T) {
	s := vuln.Scan{Common: isms.Common{ID: "s-1"}}
	want := map[string]isms.Code{
		"/id": vuln.CodeIdentity, "/asset": isms.CodeRequired, "/source": isms.CodeRequired, "/imported": isms.CodeRequired,
	}
	got := map[string]isms.Code{}
	for _, p := range isms.Validate(s) {
		got[p.Path] = p.Code
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Validate (-want +got)\n%s", diff)
	}
	s.Skipped = map[string]int{"no-id": 1}
	if !s.Complete() {
		t.Error("a scan with an item that nobody can name is not complete")
	}
	s.Skipped["scan-error"] = 1
	if s.Complete() {
		t.Error("a scan that could not scan everything is complete")
	}
}

// Assets never scanned come first, then those with a stale scan.
func TestCoverageOrder(t *testing.T) {
	asset := func(id string, kind isms.AssetType, status isms.Status) isms.Asset {
		return isms.Asset{Common: isms.Common{ID: id, Status: status}, Type: kind}
	}
	scanned := func(asset, day string) vuln.Scan {
		return vuln.Scan{Common: isms.Common{ID: "s-" + asset}, Asset: isms.Ref[isms.Asset](asset), At: date(day).Time().Add(time.Hour)}
	}
	r := vuln.NewRegister(vuln.Inputs{
		Assets: []isms.Asset{
			asset("a", isms.AssetSoftware, ""), asset("b", isms.AssetNetwork, ""), asset("c", isms.AssetService, ""), asset("d", isms.AssetHardware, ""),
			asset("e", isms.AssetPeople, ""), asset("f", isms.AssetInformation, ""), asset("g", isms.AssetSoftware, isms.Retired),
		},
		Scans: []vuln.Scan{scanned("a", "2026-02-19"), scanned("b", "2025-12-19"), scanned("f", "2026-02-19"), scanned("g", "2026-02-19"), scanned("host", "2026-02-19")},
	}, date("2026-02-20"))
	var got []string
	for _, c := range r.Coverage {
		got = append(got, string(c.Asset))
	}
	if want := []string{"d", "b", "a", "f", "host"}; !slices.Equal(got, want) {
		t.Errorf("Coverage = %v, want %v", got, want)
	}
}
