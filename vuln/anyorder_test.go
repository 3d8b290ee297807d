package vuln_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
	"pgregory.net/rapid"
)

// drawer is what rapid and the fuzz target draw choices from: a number below n.
type drawer func(n int) int

// examination is a report to import.
type examination struct {
	report *scan.Report
	extent vuln.Extent
}

// someExaminations are runs of two tools and tests by people, on days that may
// be the same, with some of a few vulnerabilities under several names, of every
// extent.
func someExaminations(draw drawer, n int) []examination {
	list := make([]examination, n)
	for k := range list {
		e := &list[k].extent
		e.Credentials = []vuln.Credentials{"", vuln.Unauthenticated, vuln.Authenticated}[draw(3)]
		e.Feed = []string{"", "2026-02-01", "2026-02-02", "v2"}[draw(4)]
		e.Partial, e.Closes = draw(5) == 0, draw(2) == 0
		e.Kind = []vuln.ScanKind{"", "", "", vuln.PenetrationTest, vuln.Retest}[draw(5)]
		if draw(3) == 0 {
			e.Checks = []string{"GHSA-1", "CVE-2026-1003"}
		}
		if draw(4) == 0 {
			e.Locations = []string{"type=alpine;package=a"}
		}
		r := at(date("2026-02-01").AddDays(draw(4)).String(), someItems(draw)...)
		r.Tool.Name = []string{"Trivy", "Other"}[draw(2)]
		r.Created = r.Created.Add(time.Duration(draw(2)) * time.Hour)
		if draw(6) == 0 {
			r.Skipped = []scan.Skip{{Where: "/x", Why: scan.WhyScanError}}
		}
		if draw(8) == 0 {
			r.Other = map[scan.Other]int{scan.OtherSuppressed: 1}
		}
		r.Targets = []string{strconv.Itoa(k)} // no two files are the same
		list[k].report = seal(r)
	}
	return list
}

func someItems(draw drawer) (items []scan.Item) {
	for k, id := range []string{"CVE-2026-1001", "GHSA-1", "CVE-2026-1002", "CVE-2026-1003", ""} {
		if draw(2) == 0 {
			continue
		}
		it := item(id, []string{"a", "b"}[k/3])
		if !slices.Contains(it.CVEs, "CVE-2026-1001") && k < 2 || id == "" {
			it.CVEs = nil
		}
		it.Severity = scan.Severity(draw(7))
		it.Ratings[0].Score.Tenths = 10 * draw(11)
		it.Title = "Title " + strconv.Itoa(draw(3))
		it.Installed = "1." + strconv.Itoa(draw(3))
		if draw(2) == 0 {
			it.Aliases = []string{[]string{"GHSA-1", "CVE-2026-1001", "RHSA-1"}[draw(3)]}
		}
		it.Suppressed = draw(6) == 0
		items = append(items, it)
		if draw(5) == 0 {
			it.Installed = "2.0"
			items = append(items, it)
		}
	}
	return items
}

// stateOf is every record of findings and scans, without when it was recorded.
func stateOf(tb tester, s *isms.Space) string {
	tb.Helper()
	var state []any
	view(tb, s, func(tx *isms.Tx) error {
		list, err := vuln.Findings(tx).List()
		for _, f := range list {
			f.Rev, f.Recorded = 0, isms.Recorded{}
			state = append(state, f)
		}
		if err != nil {
			return err
		}
		scans, err := vuln.Scans(tx).List()
		for _, s := range scans {
			s.Rev, s.Recorded = 0, isms.Recorded{}
			state = append(state, s)
		}
		return err
	})
	return string(encoded(tb, state))
}

// checkAnyOrder imports the same files in two orders, with the items of each in
// two orders, some twice: the state is the same, byte for byte.
func checkAnyOrder(tb tester, list []examination, order []int, draw drawer) {
	tb.Helper()
	one, other := space(tb), space(tb)
	for _, x := range list {
		examined(tb, one, x.report, "2026-02-20", x.extent)
	}
	for _, k := range order {
		x := list[k]
		turned := *x.report
		turned.Items = slices.Clone(x.report.Items)
		slices.Reverse(turned.Items)
		examined(tb, other, &turned, "2026-02-20", x.extent)
		if draw(2) == 0 {
			before := head(tb, other)
			if got := examined(tb, other, x.report, "2026-02-21", x.extent); !got.Repeated || head(tb, other) != before {
				tb.Errorf("the same file again = %+v, wrote %d records", got, head(tb, other)-before)
			}
		}
	}
	if diff := cmp.Diff(stateOf(tb, one), stateOf(tb, other)); diff != "" {
		tb.Errorf("in the order %v the state is another one (-in order +so)\n%s", order, diff)
	}
	if diff := cmp.Diff(described(tb, one), described(tb, other)); diff != "" {
		tb.Errorf("in the order %v the register is another one (-in order +so)\n%s", order, diff)
	}
}

// described is each row of the register as one line.
func described(tb tester, s *isms.Space) (rows []string) {
	tb.Helper()
	for _, row := range rowsOf(tb, s, "2026-02-21") {
		rows = append(rows, string(encoded(tb, []any{row.Members, row.State, row.Level, row.LastSeen, row.Deadline, row.Open})))
	}
	return rows
}

// The same files imported twice close 33 of 34 (DefectDojo #11470) or 46 of 78
// (#8100), close the originals while new ones are "duplicates" (PR #8198), or
// close at random (#5770, #7819).
func TestAnyOrderGivesTheSameBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "choice") }
		list := someExaminations(draw, 1+draw(5))
		checkAnyOrder(t, list, rapid.Permutation(upTo(len(list))).Draw(t, "order"), draw)
	})
}

func FuzzAnyOrder(f *testing.F) {
	f.Add([]byte{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4, 6})
	f.Add([]byte("seen and gone, seen and back, at some depth and another"))
	f.Fuzz(func(t *testing.T, data []byte) {
		draw := func(n int) int {
			if len(data) == 0 {
				return 0
			}
			next := int(data[0]) % n
			data = data[1:]
			return next
		}
		list := someExaminations(draw, 1+draw(5))
		order := upTo(len(list))
		for n := range order {
			m := n + draw(len(order)-n)
			order[n], order[m] = order[m], order[n]
		}
		checkAnyOrder(t, list, order, draw)
	})
}
