package revlog

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A list is a sorted set, whatever the order in which its ids come. It is not
// exported, and its blocks hard to reach from outside, hence a test from within.
func TestListIsASortedSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l list
		set := map[string]bool{}
		add := func(id string) {
			l.add(id)
			set[id] = true
		}
		// Runs of ids, up and down, long enough that blocks are split.
		for range rapid.IntRange(0, 4).Draw(t, "runs") {
			from, n := rapid.IntRange(0, 9999).Draw(t, "from"), rapid.IntRange(1, 1500).Draw(t, "length")
			step := rapid.SampledFrom([]int{1, -1, 7, 3001}).Draw(t, "step")
			for i := range n {
				add(fmt.Sprintf("%04d", ((from+i*step)%10000+10000)%10000))
			}
		}
		for _, id := range rapid.SliceOf(rapid.StringMatching(`[0-9a-b.-]{1,5}`)).Draw(t, "ids") {
			add(id)
		}
		low, high := rapid.StringMatching(`[0-9]{2}`).Draw(t, "gone from"), rapid.StringMatching(`[0-9]{2}`).Draw(t, "gone to")
		thin(&l, set, low, high)
		want := slices.Sorted(maps.Keys(set))

		if l.len() != len(want) {
			t.Fatalf("len = %d, want %d", l.len(), len(want))
		}
		if got := l.after("", nil, len(want)+1); !slices.Equal(got, want) {
			t.Fatalf("list of %d ids = %d ids, want them sorted, each once", len(want), len(got))
		}
		cursor, n := rapid.StringMatching(`[0-9]{0,4}-?`).Draw(t, "after"), rapid.IntRange(0, 300).Draw(t, "n")
		rest := want[slices.IndexFunc(append(slices.Clone(want), "~"), func(id string) bool { return id > cursor }):]
		rest = rest[:min(n, len(rest))]
		if got := l.after(cursor, nil, n); !slices.Equal(got, rest) {
			t.Fatalf("after(%q, %d) = %q, want %q", cursor, n, got, rest)
		}
	})
}

// thin takes ids away, whole blocks of them perhaps, and puts some back.
func thin(l *list, set map[string]bool, low, high string) {
	for _, id := range slices.Sorted(maps.Keys(set)) {
		if id < low || id > high {
			continue
		}
		l.remove(id)
		l.remove(id)
		if strings.HasSuffix(id, "1") {
			l.add(id)
			continue
		}
		delete(set, id)
	}
}

// The pages of a list make up the list.
func TestListPages(t *testing.T) {
	var l list
	var want []string
	for i := range 3000 {
		id := fmt.Sprintf("%04d", i*1009%3000)
		l.add(id)
		l.add(id)
		want = append(want, id)
	}
	slices.Sort(want)
	for _, size := range []int{1, 7, 256, 3000, 4000} {
		var got, page []string
		for cursor := ""; ; cursor = page[len(page)-1] {
			page = l.after(cursor, page, size)
			got = append(got, page...)
			if len(page) < size {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("pages of %d = %d ids, want %d sorted", size, len(got), len(want))
		}
	}
}
