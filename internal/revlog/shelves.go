package revlog

import "github.com/ismskit/ismskit/isms/driver"

// shelves is a list of records that grows without moving what it has: a slice of
// a million would be copied as it grows, beside itself.
type shelves struct {
	full [][]driver.Record // of shelf records, but for the last
	n    int
}

const shelf = 4096

func (s *shelves) len() int { return s.n }

func (s *shelves) at(i int) *driver.Record { return &s.full[i/shelf][i%shelf] }

func (s *shelves) add(r driver.Record) {
	if s.n%shelf == 0 {
		s.full = append(s.full, make([]driver.Record, 0, min(shelf, max(16, s.n))))
	}
	last := &s.full[len(s.full)-1]
	*last = append(*last, r)
	s.n++
}

// cut drops all from i on.
func (s *shelves) cut(i int) {
	for s.n > i {
		last := &s.full[len(s.full)-1]
		from := max(i-(len(s.full)-1)*shelf, 0)
		clear((*last)[from:])
		s.n -= len(*last) - from
		if *last = (*last)[:from]; from == 0 {
			s.full = s.full[:len(s.full)-1]
		}
	}
}

// copied are the records from i up to but not with j.
func (s *shelves) copied(i, j int) []driver.Record {
	if i >= j {
		return nil
	}
	list := make([]driver.Record, 0, j-i)
	for ; i < j; i++ {
		list = append(list, *s.at(i))
	}
	return list
}
