package vex

import (
	"fmt"

	"github.com/ismskit/ismskit/isms"
)

// Policy is whose statements count, as data that the organization decides on. No
// store has it: whoever calls keeps it, as JSON in a document of its own or in the
// Ext of an entity.
type Policy struct {
	// Authors are those whose statements count, the most trusted first: of two
	// that disagree, the first one's statement applies.
	Authors []Author `json:"authors,omitempty"`
}

// Author is somebody whose statements count.
type Author struct {
	Name string `json:"name"` // as Document.Author has it
	// Days is how long a statement counts after the day it was made; 0 is
	// without an end.
	Days int `json:"days,omitempty"`
}

// rank is the place of each author in the order of trust.
func (p Policy) rank() (map[string]int, error) {
	rank := make(map[string]int, len(p.Authors))
	for i, a := range p.Authors {
		_, twice := rank[a.Name]
		switch {
		case a.Name == "":
			return nil, fmt.Errorf("vex policy: author %d has no name", i)
		case a.Days < 0:
			return nil, fmt.Errorf("vex policy: author %q: %d days: want 0 or more", a.Name, a.Days)
		case twice:
			return nil, fmt.Errorf("vex policy: author %q stands there twice", a.Name)
		}
		rank[a.Name] = i
	}
	return rank, nil
}

// refusal is why a statement that fits does not count on a day; "" when it does.
func (a Author) refusal(s Statement, today isms.Date) (Outcome, isms.Code) {
	stated := isms.DateOf(s.Stated)
	if s.Stated.IsZero() {
		stated = isms.Date{}
	}
	switch {
	case stated.After(today):
		return Refused, CodeFuture
	case a.Days > 0 && stated.IsZero():
		return Expired, CodeUndated
	case a.Days > 0 && stated.AddDays(a.Days).Before(today):
		return Expired, CodeExpired
	}
	return "", ""
}
