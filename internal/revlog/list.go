package revlog

import (
	"slices"
	"sort"
)

// list is a sorted set of ids that grows. New ones go to a short tail that is
// merged into the rest now and then, so that adding one costs little however
// long the list is.
type list struct {
	main, tail []string
}

const tailMax = 1024

func (l *list) add(id string) {
	if _, found := slices.BinarySearch(l.main, id); found {
		return
	}
	i, found := slices.BinarySearch(l.tail, id)
	if found {
		return
	}
	if n := len(l.main); len(l.tail) == 0 && (n == 0 || l.main[n-1] < id) {
		l.main = append(l.main, id) // in order already: the usual bulk load
		return
	}
	l.tail = slices.Insert(l.tail, i, id)
	if len(l.tail) > max(tailMax, len(l.main)/256) {
		l.main, l.tail = merge(l.main, l.tail), nil
	}
}

// remove takes an id away.
func (l *list) remove(id string) {
	if i, found := slices.BinarySearch(l.main, id); found {
		l.main = slices.Delete(l.main, i, i+1)
	}
	if i, found := slices.BinarySearch(l.tail, id); found {
		l.tail = slices.Delete(l.tail, i, i+1)
	}
}

func merge(a, b []string) []string {
	out := make([]string, 0, len(a)+len(b)+tailMax)
	for len(a) > 0 && len(b) > 0 {
		if a[0] < b[0] {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// after copies up to n ids that follow id into page.
func (l *list) after(id string, page []string, n int) []string {
	main := l.main[sort.Search(len(l.main), func(i int) bool { return l.main[i] > id }):]
	tail := l.tail[sort.Search(len(l.tail), func(i int) bool { return l.tail[i] > id }):]
	page = page[:0]
	for len(page) < n && len(main)+len(tail) > 0 {
		if len(tail) == 0 || len(main) > 0 && main[0] < tail[0] {
			page, main = append(page, main[0]), main[1:]
		} else {
			page, tail = append(page, tail[0]), tail[1:]
		}
	}
	return page
}
