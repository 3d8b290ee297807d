package vuln

import (
	"slices"
	"sort"
	"strings"
)

// The ids of findings that a scan saw are kept in order, without "f-", some
// thousand of them in one text: that of each scan is looked up where it stands.
const (
	idWidth  = 32
	idsInOne = 4096
)

// seenList is Scan.Seen of sorted ids of findings.
func seenList(ids []string) []string {
	var list []string
	for part := range slices.Chunk(ids, idsInOne) {
		var b strings.Builder
		b.Grow(len(part) * idWidth)
		for _, id := range part {
			b.WriteString(strings.TrimPrefix(id, "f-"))
		}
		list = append(list, b.String())
	}
	return list
}

// Saw reports whether the scan saw a finding. O(log n).
func (s Scan) Saw(id string) bool {
	id = strings.TrimPrefix(id, "f-")
	n := sort.Search(s.seen(), func(n int) bool { return s.seenAt(n) >= id })
	return n < s.seen() && s.seenAt(n) == id
}

// seen is how many findings it saw.
func (s Scan) seen() int {
	if len(s.Seen) == 0 {
		return 0
	}
	last := len(s.Seen) - 1
	return last*idsInOne + len(s.Seen[last])/idWidth
}

// seenAt is the id of the n-th finding that it saw, without "f-".
func (s Scan) seenAt(n int) string {
	at := n % idsInOne * idWidth
	return s.Seen[n/idsInOne][at : at+idWidth]
}

// validSeen reports whether the list is one that seenList makes.
func (s Scan) validSeen() bool {
	for n, text := range s.Seen {
		full := len(text) == idsInOne*idWidth
		if text == "" || len(text)%idWidth != 0 || len(text) > idsInOne*idWidth || n < len(s.Seen)-1 && !full {
			return false
		}
	}
	for n := 1; n < s.seen(); n++ {
		if s.seenAt(n-1) >= s.seenAt(n) {
			return false
		}
	}
	return true
}

// tookBack reports whether the scan saw a finding, and the report itself takes it
// back.
func (s Scan) tookBack(id string) bool {
	return len(s.Suppressed) > 0 && Scan{Seen: s.Suppressed}.Saw(id)
}

// listed reports whether it is known what the scan saw. Of one that was recorded
// before the list was kept, or of which every item was rejected, it is not.
func (s Scan) listed() bool { return len(s.Seen)+len(s.Suppressed) > 0 || s.Items == 0 }
