package vuln

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
)

// timeline is the scans of one asset and source in the order they were made.
// What they tell of a finding follows from all of them, so that it is the same
// in whatever order they came in.
type timeline struct {
	scans      []Scan
	self       int   // of the scan that is imported
	at         []int // how many of each scan's findings were dealt with
	feeds      []feedRank
	restricted bool // some scan looked for some things only, or took some back
}

// newTimeline puts a scan among the others.
func newTimeline(others []Scan, self Scan) *timeline {
	t := &timeline{scans: append(others, self)}
	t.scans = slices.DeleteFunc(t.scans, func(s Scan) bool { return !s.listed() && s.ID != self.ID })
	slices.SortStableFunc(t.scans, compareScans)
	t.self = slices.IndexFunc(t.scans, func(s Scan) bool { return s.ID == self.ID })
	t.at = make([]int, len(t.scans))
	t.feeds = rankFeeds(t.scans)
	t.restricted = slices.ContainsFunc(t.scans, func(s Scan) bool { return s.Extent.restricted() || len(s.Suppressed) > 0 })
	return t
}

// older reports whether some other scan is newer.
func (t *timeline) older() bool { return t.self < len(t.scans)-1 }

// ids are the findings that some scan saw, in order, without "f-".
func (t *timeline) ids() []string {
	var all []string
	for _, s := range t.scans {
		all = merged(all, s)
	}
	return all
}

// merged is a sorted list with what a scan saw, each once.
func merged(list []string, s Scan) []string {
	out := make([]string, 0, max(len(list), s.seen()))
	n := 0
	for _, id := range list {
		for ; n < s.seen() && s.seenAt(n) < id; n++ {
			out = append(out, s.seenAt(n))
		}
		if n < s.seen() && s.seenAt(n) == id {
			n++
		}
		out = append(out, id)
	}
	for ; n < s.seen(); n++ {
		out = append(out, s.seenAt(n))
	}
	return out
}

// look tells which scans saw a finding. It takes the findings in order.
func (t *timeline) look(id string, saw []bool) {
	for k := range t.scans {
		s := &t.scans[k]
		for t.at[k] < s.seen() && s.seenAt(t.at[k]) < id {
			t.at[k]++
		}
		saw[k] = t.at[k] < s.seen() && s.seenAt(t.at[k]) == id
	}
}

// news reports whether the scan that is imported may tell something of a finding
// that it did not see.
func (t *timeline) news(saw []bool) bool {
	return t.restricted || t.follow(saw, nil, -1) != t.follow(saw, nil, t.self)
}

// track is what the scans of a timeline tell of one finding; -1 is none.
type track struct {
	first, last int // that saw it
	absent      int // the first after last that covers it
	verified    int // the first after last that covers it and closes
	returned    int // the last that saw it after one that covers it did not
}

// follow makes the track of a finding from the scans that saw it, but for the
// scan without. f may be nil when no scan is restricted. Of scans of one moment
// those that saw it count.
func (t *timeline) follow(saw []bool, f *Finding, without int) track {
	r := track{-1, -1, -1, -1, -1}
	depth := t.depth(saw, without)
	gone := false // since it was last seen
	for k := 0; k < len(t.scans); {
		end, seen := t.moment(k, saw, without)
		switch {
		case seen >= 0:
			if gone {
				r.returned = seen
			}
			if r.first < 0 {
				r.first = seen
			}
			r.last, r.absent, r.verified, gone = seen, -1, -1, false
		case r.last >= 0:
			for ; k < end; k++ {
				if k != without && t.covers(k, f, depth) {
					r.miss(k, t.scans[k].Extent.Closes)
					gone = true
				}
			}
		}
		k = end
	}
	return r
}

// depth is how deep the scans that saw a finding looked: with what credentials,
// and with what feed.
type depth struct {
	credentials int
	feed        feedRank
	mixed       bool // feeds that nobody can compare
}

// depth is that of the deepest scan that saw a finding.
func (t *timeline) depth(saw []bool, without int) (d depth) {
	for k := range t.scans {
		if !saw[k] || k == without {
			continue
		}
		d.credentials = max(d.credentials, t.scans[k].Extent.Credentials.depth())
		if f := t.feeds[k]; f.shape > 0 {
			d.mixed = d.mixed || d.feed.shape > 0 && d.feed.shape != f.shape
			d.feed = feedRank{f.shape, max(d.feed.rank, f.rank)}
		}
	}
	return d
}

// within reports whether a scan with credentials and a feed looked as deep.
func (d depth) within(c Credentials, f feedRank) bool {
	return c.depth() >= d.credentials && !d.mixed && (d.feed.shape == 0 || f.shape == d.feed.shape && f.rank >= d.feed.rank)
}

// moment is where the scans of the moment of scan k end, and the last of them
// that saw a finding, or -1.
func (t *timeline) moment(k int, saw []bool, without int) (end, seen int) {
	end, seen = k, -1
	for end < len(t.scans) && (end == k || sameMoment(t.scans[k], t.scans[end])) {
		if saw[end] && end != without {
			seen = end
		}
		end++
	}
	return end, seen
}

// miss is that the scan k covers the finding and did not see it.
func (r *track) miss(k int, closes bool) {
	if r.absent < 0 {
		r.absent = k
	}
	if r.verified < 0 && closes {
		r.verified = k
	}
}

// covers reports whether a scan would have reported a finding that was found at a
// depth, if it were there. One that left out what it was told to ignore, and does
// not say what, would not.
func (t *timeline) covers(k int, f *Finding, d depth) bool {
	s := &t.scans[k]
	e := &s.Extent
	if !s.listed() || !s.Complete() || s.silent() || e.Kind != "" && !e.Closes || !d.within(e.Credentials, t.feeds[k]) || f != nil && s.tookBack(f.ID) {
		return false
	}
	return !e.restricted() || e.includes(f, f.namesBy(s.Source))
}

// firstAfter is the first scan that saw a finding on a later day; -1 for none.
func (t *timeline) firstAfter(saw []bool, day isms.Date) int {
	for k, s := range t.scans {
		if saw[k] && s.day().After(day) {
			return k
		}
	}
	return -1
}

// ref is the scan k, or none.
func (t *timeline) ref(k int) isms.Ref[Scan] {
	if k < 0 {
		return ""
	}
	return isms.Ref[Scan](t.scans[k].ID)
}

// day is when the scan k was made, unset for none.
func (t *timeline) day(k int) isms.Date {
	if k < 0 {
		return isms.Date{}
	}
	return t.scans[k].day()
}

// compareScans puts scans in the order they were made. Of one moment, their ids
// decide; those of unknown time were made on the day of their import, in the
// order they were recorded.
func compareScans(a, b Scan) int {
	undated := func(s Scan) int { return one(s.At.IsZero()) }
	if n := cmp.Or(a.order().Compare(b.order()), cmp.Compare(undated(a), undated(b))); n != 0 {
		return n
	}
	if a.At.IsZero() {
		return compareSeq(a.Recorded.Seq, b.Recorded.Seq)
	}
	return strings.Compare(a.ID, b.ID)
}

// sameMoment reports whether two scans are known to be of one moment: neither
// came after the other.
func sameMoment(a, b Scan) bool { return !a.At.IsZero() && a.At.Equal(b.At) }
