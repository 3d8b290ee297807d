package vuln

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// feed is a version or day of checks, as far as it can be compared with another:
// of the same shape, number by number. Moments count as their days.
type feed struct {
	shape   string // "" when nothing is known
	numbers []int
}

// parseFeed reads "202611150630", "2026-11-15T06:30:00Z" and "v2.14.0".
func parseFeed(text string) feed {
	text = strings.TrimSpace(text)
	for _, layout := range []string{time.RFC3339, "2006-01-02", "2006-01-02 15:04:05", "20060102", "200601021504", "20060102150405"} {
		if t, err := time.Parse(layout, text); err == nil {
			return feed{"day", []int{t.UTC().Year(), t.UTC().YearDay()}}
		}
	}
	var f feed
	for text != "" {
		digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
		if n, err := strconv.Atoi(text[:digits]); err == nil {
			f.shape, f.numbers, text = f.shape+"0", append(f.numbers, n), text[digits:]
			continue
		}
		f.shape, text = f.shape+text[:max(1, digits)], text[max(1, digits):]
	}
	return f
}

// compareFeeds is negative when a is older; ok is false when nobody can tell.
func compareFeeds(a, b string) (n int, ok bool) {
	x, y := parseFeed(a), parseFeed(b)
	return slices.Compare(x.numbers, y.numbers), a == b || x.shape == y.shape && x.shape != ""
}

// feedRank is the place of a scan's feed among those of its timeline: the shapes
// by number from 1, and the ranks within one. 0 is not known.
type feedRank struct{ shape, rank int }

// rankFeeds ranks the feeds of scans.
func rankFeeds(scans []Scan) []feedRank {
	feeds := make([]feed, len(scans))
	order := make([]int, len(scans))
	for n := range scans {
		feeds[n], order[n] = parseFeed(scans[n].Extent.Feed), n
	}
	compare := func(a, b int) int {
		return cmp.Or(strings.Compare(feeds[a].shape, feeds[b].shape), slices.Compare(feeds[a].numbers, feeds[b].numbers))
	}
	slices.SortFunc(order, compare)
	ranks := make([]feedRank, len(scans))
	at := feedRank{0, 1}
	for n, k := range order {
		switch {
		case feeds[k].shape == "":
			continue
		case n == 0 || feeds[order[n-1]].shape != feeds[k].shape:
			at.shape++
		case compare(order[n-1], k) != 0:
			at.rank++
		}
		ranks[k] = at
	}
	return ranks
}
