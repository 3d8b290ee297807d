package revlog

import (
	"slices"
	"sort"
)

// list is a sorted set of ids that grows. It is kept in blocks, so that adding
// an id moves few others however long the list is.
type list struct {
	blocks [][]string // none is empty; every id of one is before those of the next
	n      int        // ids in all
	last   int        // the block of the last addition: often the next one goes there too
}

const blockSize = 512

func (l *list) len() int { return l.n }

func (l *list) add(id string) {
	if l.n == 0 {
		l.blocks, l.n, l.last = [][]string{{id}}, 1, 0
		return
	}
	if !l.holds(l.last, id) {
		l.last = l.block(id)
	}
	at := l.last
	i, found := slices.BinarySearch(l.blocks[at], id)
	if found {
		return
	}
	l.n++
	if len(l.blocks[at]) == blockSize {
		i, at = l.split(at, i)
	}
	l.blocks[at] = slices.Insert(l.blocks[at], i, id)
}

// holds reports whether an id belongs to a block.
func (l *list) holds(at int, id string) bool {
	return at < len(l.blocks) && (at == 0 || l.blocks[at][0] <= id) && (at+1 == len(l.blocks) || id < l.blocks[at+1][0])
}

// block finds the block that an id belongs to: the last one that does not begin
// after it, or else the first.
func (l *list) block(id string) int {
	return max(0, sort.Search(len(l.blocks), func(i int) bool { return l.blocks[i][0] > id })-1)
}

// split makes two blocks of a full one, into which an id goes at i, and tells
// where it goes then. One that goes to the end of all gets a block of its own, so
// that ids which come in order fill theirs.
func (l *list) split(at, i int) (newI, block int) {
	full, cut := l.blocks[at], blockSize/2
	if i == blockSize && at == len(l.blocks)-1 {
		cut = blockSize
	}
	next := append(make([]string, 0, blockSize), full[cut:]...)
	clear(full[cut:])
	l.blocks[at] = full[:cut]
	l.blocks = slices.Insert(l.blocks, at+1, next)
	if i < cut {
		return i, at
	}
	l.last = at + 1
	return i - cut, at + 1
}

// remove takes an id away.
func (l *list) remove(id string) {
	if l.n == 0 {
		return
	}
	at := l.block(id)
	i, found := slices.BinarySearch(l.blocks[at], id)
	if !found {
		return
	}
	l.n--
	if l.blocks[at] = slices.Delete(l.blocks[at], i, i+1); len(l.blocks[at]) == 0 {
		l.blocks = slices.Delete(l.blocks, at, at+1)
	}
}

// after copies up to n ids that follow id into page.
func (l *list) after(id string, page []string, n int) []string {
	page = page[:0]
	if l.n == 0 {
		return page
	}
	at := l.block(id)
	from := sort.Search(len(l.blocks[at]), func(i int) bool { return l.blocks[at][i] > id })
	for ; at < len(l.blocks) && len(page) < n; at, from = at+1, 0 {
		ids := l.blocks[at][from:]
		page = append(page, ids[:min(len(ids), n-len(page))]...)
	}
	return page
}
