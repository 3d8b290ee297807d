package vuln_test

import (
	"fmt"
	"testing"

	"github.com/ismskit/ismskit/vuln/scan"
)

// An import reads findings ahead, some hundred at a time. With more than that it
// forgets none: of those that are there, that are new, that are gone, and that
// are known by another name.
func TestImportOfMoreThanIsReadAhead(t *testing.T) {
	const n = 1300
	all := func(change func(k int, it *scan.Item)) []scan.Item {
		items := make([]scan.Item, n)
		for k := range items {
			items[k] = item(fmt.Sprintf("CVE-2026-%d", 10_000+k), "pkg")
			change(k, &items[k])
		}
		return items
	}
	same := all(func(int, *scan.Item) {})
	titled := all(func(k int, it *scan.Item) { it.Title += map[bool]string{true: "!"}[k%3 == 0] })
	advisory := all(func(k int, it *scan.Item) { // the tool now names an advisory first
		it.ID, it.CVEs, it.Aliases = fmt.Sprintf("GHSA-%04d", k), nil, []string{it.ID}
	})
	s := space(t)
	for _, c := range []struct {
		what, day                                      string
		items                                          []scan.Item
		created, updated, unchanged, reopened, notSeen int
		records                                        int64
	}{
		{"new", "2026-02-01", same, n, 0, 0, 0, 0, n + 1},
		{"equal", "2026-02-02", same, 0, 0, n, 0, 0, 1},
		{"the same file", "2026-02-02", same, 0, 0, n, 0, 0, 0},
		{"every third title", "2026-02-03", titled, 0, (n + 2) / 3, n - (n+2)/3, 0, 0, (n+2)/3 + 1},
		{"but for 700", "2026-02-04", titled[700:], 0, 0, n - 700, 0, 700, 700 + 1},
		{"all again", "2026-02-05", titled, 0, 0, n - 700, 700, 0, 700 + 1},
		// New records, which count as updated.
		{"by other names", "2026-02-06", advisory, 0, n, 0, 0, 0, n + 1},
	} {
		r := at(c.day, c.items...)
		if c.what == "by other names" { // of another tool: this one's findings are not lost
			r.Tool.Name = "Grype"
			seal(r)
		}
		got, records := imported(t, s, r, c.day)
		have := []int{len(got.Created), len(got.Updated), len(got.Unchanged), len(got.Reopened), len(got.NotObserved)}
		want := []int{c.created, c.updated, c.unchanged, c.reopened, c.notSeen}
		if fmt.Sprint(have) != fmt.Sprint(want) || records != c.records {
			t.Errorf("%s: created, updated, unchanged, reopened, not observed = %v with %d records, want %v with %d", c.what, have, records, want, c.records)
		}
	}
}
