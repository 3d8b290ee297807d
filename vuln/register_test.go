package vuln_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/internal/golden"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
)

// sample is a small register with one row of each sort.
func sample(tb tester) vuln.Inputs {
	tb.Helper()
	s := space(tb)
	var items []scan.Item
	for n, severity := range []scan.Severity{
		scan.SeverityUnknown, scan.SeverityCritical, scan.SeverityHigh, scan.SeverityMedium, scan.SeverityLow, scan.SeverityInfo, scan.SeverityNone,
	} {
		it := item("CVE-2026-100"+string(rune('0'+n)), "p")
		it.Severity = severity
		items = append(items, it)
	}
	items[0].Ratings, items[0].FixedIn, items[0].Status = nil, "", scan.StatusWillNotFix
	items[4].Aliases = []string{"GHSA-1", "GHSA-2", "GHSA-3", "GHSA-4"}
	items[4].Title = "=cmd|' /C calc'!A0"
	scored := item("CVE-2026-1007", "q")
	scored.Severity = scan.SeverityUnknown
	all := append(items, scored, item("CVE-2026-1008", "r"), item("CVE-2026-1009", "s"))
	imported(tb, s, at("2026-01-10", append(all, item("CVE-2026-1011", "t"))...), "2026-01-11") // 1011 is seen once
	imported(tb, s, at("2026-01-20", all[:len(all)-1]...), "2026-01-20")                        // 1009 is gone
	imported(tb, s, at("2026-02-10", slices.Delete(slices.Clone(all), 3, 4)...), "2026-02-11")  // 1009 is back, 1003 is gone
	cio := isms.Link{Kind: "role", ID: "cio"}
	shop := func(cve, pkg string) string { return vuln.ID("shop", cve, "type=alpine;package="+pkg) }
	change(tb, s, shop("CVE-2026-1002", "p"), func(f *vuln.Finding) {
		f.Acceptance = vuln.Acceptance{By: cio, On: date("2026-01-12"), Until: date("2026-06-30"), Justification: isms.Plain("isolated")}
		f.Treatment = vuln.Treatment{Kind: vuln.Patch, Owner: cio, Due: date("2026-06-01")}
	})
	change(tb, s, shop("CVE-2026-1003", "p"), func(f *vuln.Finding) {
		*f = f.Decide(vuln.Decision{State: vuln.Fixed, By: isms.Link{Kind: "person", ID: "jan"}, On: date("2026-02-01")})
		f.Treatment = vuln.Treatment{Kind: vuln.Patch, Owner: isms.Link{Kind: "person", ID: "jan"}, Done: date("2026-02-01")}
	})
	change(tb, s, shop("CVE-2026-1008", "r"), func(f *vuln.Finding) {
		f.Acceptance = vuln.Acceptance{By: cio, On: date("2026-01-12"), Until: date("2026-02-12"), Justification: isms.Plain("isolated")}
	})
	var in vuln.Inputs
	update(tb, s, func(tx *isms.Tx) (err error) {
		old := isms.Asset{Common: isms.Common{ID: "old"}, Title: isms.Plain("Old server"), Type: isms.AssetHardware, Until: date("2026-02-01"), Needs: assets()[0].Needs}
		if err := isms.Assets(tx).Put(&old); err != nil {
			return err
		}
		if _, err := vuln.Import(tx, "old", at("2026-01-05", item("CVE-2026-1010", "p")), date("2026-01-05"), nil); err != nil {
			return err
		}
		in, err = vuln.ReadInputs(tx)
		return err
	})
	return in
}

// Totals that differ from the rows are what auditors find first.
func TestCountsEqualRows(t *testing.T) {
	r := vuln.NewRegister(sample(t), date("2026-02-20"))
	var total, overdue, open int
	for _, c := range r.Counts() {
		if c.Total != c.Open+c.Accepted+c.Closed || c.Overdue > c.Open || c.NotObserved > c.Open {
			t.Errorf("Counts: %+v does not add up", c)
		}
		total, overdue, open = total+c.Total, overdue+c.Overdue, open+c.Open
	}
	wantOpen, wantOverdue := 0, 0
	for _, row := range r.Rows {
		if row.Open {
			wantOpen++
		}
		if row.Overdue {
			wantOverdue++
		}
	}
	if total != len(r.Rows) || open != wantOpen || overdue != wantOverdue {
		t.Errorf("Counts: %d findings, %d open, %d overdue; the rows: %d, %d, %d", total, open, overdue, len(r.Rows), wantOpen, wantOverdue)
	}
	covered := 0
	for _, c := range r.Coverage {
		covered += c.Open
	}
	if covered != wantOpen {
		t.Errorf("Coverage has %d open findings, the rows %d", covered, wantOpen)
	}
}

func TestRegister(t *testing.T) {
	in := sample(t)
	r := vuln.NewRegister(in, date("2026-02-20"))
	type row struct {
		cve            string
		state          vuln.State
		open, overdue  bool
		deadline, seen string
	}
	want := []row{
		{"CVE-2026-1000", vuln.New, true, true, "2026-01-17", "2026-02-10"},
		{"CVE-2026-1001", vuln.New, true, true, "2026-01-17", "2026-02-10"},
		{"CVE-2026-1009", vuln.Reopened, true, true, "2026-02-09", "2026-02-10"},
		{"CVE-2026-1007", vuln.New, true, true, "2026-02-09", "2026-02-10"},
		{"CVE-2026-1008", vuln.New, true, true, "2026-02-09", "2026-02-10"},
		{"CVE-2026-1004", vuln.New, true, false, "2026-07-09", "2026-02-10"},
		{"CVE-2026-1005", vuln.New, true, false, "", "2026-02-10"},
		{"CVE-2026-1006", vuln.New, true, false, "", "2026-02-10"},
		{"CVE-2026-1010", vuln.New, false, false, "2026-02-04", "2026-01-05"},
		{"CVE-2026-1011", vuln.NotObserved, true, true, "2026-02-09", "2026-01-10"},
		{"CVE-2026-1002", vuln.Accepted, false, false, "2026-02-09", "2026-02-10"},
		{"CVE-2026-1003", vuln.Fixed, false, false, "2026-04-10", "2026-01-20"},
	}
	var got []row
	for _, x := range r.Rows {
		got = append(got, row{x.Finding.Vulnerability, x.State, x.Open, x.Overdue, x.Deadline.String(), x.LastSeen.String()})
	}
	byName := func(a, b row) int {
		if a.cve < b.cve {
			return -1
		}
		return 1
	}
	if diff := cmp.Diff(slices.SortedFunc(slices.Values(want), byName), slices.SortedFunc(slices.Values(got), byName), cmp.AllowUnexported(row{})); diff != "" {
		t.Errorf("Rows (-want +got)\n%s", diff)
	}
	if !slices.IsSortedFunc(r.Rows, vuln.Row.Compare) || r.Rows[0].Level.Severity != scan.SeverityUnknown {
		t.Errorf("Rows are not in order, or do not begin with the unknown severity")
	}
	rows := encoded(t, r.Rows)
	rand.Shuffle(len(in.Findings), func(i, j int) { in.Findings[i], in.Findings[j] = in.Findings[j], in.Findings[i] })
	rand.Shuffle(len(in.Scans), func(i, j int) { in.Scans[i], in.Scans[j] = in.Scans[j], in.Scans[i] })
	again := vuln.NewRegister(in, date("2026-02-20"))
	if diff := cmp.Diff(string(rows), string(encoded(t, again.Rows))); diff != "" {
		t.Errorf("Rows depend on the order of the inputs (-want +got)\n%s", diff)
	}
}

// A scan is valid only at its moment, and an asset without one ranks as the
// greatest possible risk.
func TestCoverage(t *testing.T) {
	policy := vuln.ReadyPolicy()
	made := func(day string) vuln.Scan { return vuln.Scan{At: date(day).Time()} }
	broken := made("2026-02-01")
	broken.Skipped = map[string]int{"scan-error": 1, "no-id": 3}
	for name, c := range map[string]struct {
		scan  vuln.Scan
		today string
		want  []isms.Code
	}{
		"the day itself":        {made("2026-02-01"), "2026-02-01", nil},
		"the last day":          {made("2026-01-31"), "2026-02-28", nil},
		"a day too late":        {made("2026-01-31"), "2026-03-01", []isms.Code{vuln.CodeOld}},
		"nobody knows when":     {vuln.Scan{}, "2026-02-01", []isms.Code{vuln.CodeUndated}},
		"not all was scanned":   {broken, "2026-02-02", []isms.Code{vuln.CodeIncomplete}},
		"old and not all of it": {broken, "2026-04-02", []isms.Code{vuln.CodeOld, vuln.CodeIncomplete}},
	} {
		if diff := cmp.Diff(c.want, c.scan.Validity(date(c.today), policy, nil).Reasons); diff != "" {
			t.Errorf("%s: Validity (-want +got)\n%s", name, diff)
		}
	}
	in := sample(t)
	ports := vuln.Scan{Asset: "shop", Source: "nmap", Format: scan.FormatNmap, At: date("2026-02-19").Time()}
	in.Scans = append(in.Scans, ports) // which tells of no vulnerabilities
	for day, want := range map[string][]isms.Code{"2026-02-20": nil, "2026-03-11": {vuln.CodeOld}} {
		got := vuln.NewRegister(in, date(day)).Coverage
		if len(got) != 2 || got[0].Asset != "mail" || !slices.Equal(got[0].Reasons, []isms.Code{vuln.CodeNeverScanned}) ||
			got[1].Asset != "shop" || !slices.Equal(got[1].Reasons, want) {
			t.Errorf("Coverage on %s = %+v, want mail never scanned, and shop %v", day, got, want)
		}
	}
}

func TestPolicyThatCounts(t *testing.T) {
	policy := func(id string, status isms.Status) vuln.Policy {
		p := vuln.ReadyPolicy()
		p.ID, p.Status = id, status
		return p
	}
	for _, c := range []struct {
		policies []vuln.Policy
		want     string
		ready    bool
	}{
		{nil, "ready-made", true},
		{[]vuln.Policy{policy("a", isms.Retired)}, "ready-made", true},
		{[]vuln.Policy{policy("b", ""), policy("a", isms.Draft)}, "a", false},
		{[]vuln.Policy{policy("b", isms.Approved), policy("c", isms.Approved)}, "b", false},
		{[]vuln.Policy{policy("a", isms.Draft), policy("c", isms.Approved), policy("b", isms.Approved)}, "b", false},
	} {
		r := vuln.NewRegister(vuln.Inputs{Policies: c.policies}, date("2026-02-20"))
		if r.Policy.ID != c.want || r.Ready != c.ready {
			t.Errorf("policy %s, ready %t, want %s, %t", r.Policy.ID, r.Ready, c.want, c.ready)
		}
	}
}

func TestReportGolden(t *testing.T) {
	for _, l := range []lang.Lang{lang.EN, lang.NL} {
		doc := vuln.NewRegister(sample(t), date("2026-02-20")).Report(l)
		var md, csv, html bytes.Buffer
		if err := report.Markdown(&md, doc); err != nil {
			t.Fatal(err)
		}
		if err := report.HTML(&html, doc); err != nil {
			t.Fatal(err)
		}
		golden.Check(t, "register."+string(l)+".md", md.Bytes())
		for _, b := range doc.Blocks {
			if table, ok := b.(report.Table); ok && table.ID == "rows" {
				if err := report.CSV(&csv, table); err != nil {
					t.Fatal(err)
				}
			}
		}
		golden.Check(t, "register."+string(l)+".csv", csv.Bytes())
		if bytes.Contains(csv.Bytes(), []byte(`"=cmd`)) {
			t.Error("a title of a scanner is a formula in the CSV")
		}
	}
}

// The past is another input: the register of last month, as it was known then.
func TestRegisterOfThePast(t *testing.T) {
	s := space(t)
	imported(t, s, at("2026-01-10", item("CVE-2026-1001", "a")), "2026-01-10")
	then := head(t, s)
	imported(t, s, at("2026-02-10"), "2026-02-10")
	for past, want := range map[*isms.Space]vuln.State{s.AsOfSeq(then): vuln.New, s: vuln.NotObserved} {
		view(t, past, func(tx *isms.Tx) error {
			in, err := vuln.ReadInputs(tx)
			if r := vuln.NewRegister(in, date("2026-02-10")); len(r.Rows) != 1 || r.Rows[0].State != want {
				t.Errorf("Rows = %+v, want one that is %s", r.Rows, want)
			}
			return err
		})
	}
}

// Later imports of one transaction see what earlier ones wrote.
func TestSeveralImportsInOneTransaction(t *testing.T) {
	s := space(t)
	a, other := item("CVE-2026-1001", "a"), item("CVE-2026-1002", "b")
	reports := []*scan.Report{at("2026-02-01", a), at("2026-02-08"), at("", a), at("", other)}
	update(t, s, func(tx *isms.Tx) error {
		for n, r := range reports {
			got, err := vuln.Import(tx, "shop", r, date("2026-02-09"), nil)
			if err != nil {
				return err
			}
			if gone := n == 1 || n == 3; gone != (len(got.NotObserved) == 1) || n == 2 != (len(got.Reopened) == 1) {
				t.Errorf("import %d = %+v", n, got)
			}
		}
		return nil
	})
	f := finding(t, s, vuln.ID("shop", a.ID, a.Location()))
	if f.State(date("2026-02-09")) != vuln.NotObserved || f.FirstKnown != date("2026-02-01") || f.Reopened != date("2026-02-09") {
		t.Errorf("the finding is %s since %s, reopened %s", f.State(date("2026-02-09")), f.FirstKnown, f.Reopened)
	}
}
