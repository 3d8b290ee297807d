package pdca

import (
	"strconv"

	"github.com/ismskit/ismskit/isms"
)

// tally is what one activity found in the records.
type tally struct {
	done, total int
	idle        bool        // nothing calls for it when nothing is recorded
	late        []isms.Fact // value: the day that passed, or "" when none is known
	since       isms.Date   // the earliest of those days
	last        isms.Date   // the latest day that it was done
	undated     int         // open, without a day
}

// count takes one record: done or still open.
func (t *tally) count(done bool) {
	t.total++
	if done {
		t.done++
	}
}

// didOn notes a day on which it was done.
func (t *tally) didOn(day isms.Date) {
	if day.Compare(t.last) > 0 {
		t.last = day
	}
}

// due notes a day on which something is to be done; it is late when it passed.
func (t *tally) due(kind string, c *isms.Common, path string, day, today isms.Date) {
	if day.Before(today) {
		t.overdue(kind, c, path, day)
	}
}

func (t *tally) overdue(kind string, c *isms.Common, path string, day isms.Date) {
	t.late = append(t.late, isms.Fact{
		Subject: isms.Link{Kind: kind, ID: c.ID, Rev: c.Rev}, Path: path, Value: day.String(),
	})
	if t.since.IsZero() || day.Before(t.since) {
		t.since = day
	}
}

// review notes a review that is overdue.
func (t *tally) review(kind string, c *isms.Common, today isms.Date) {
	if c.Review.Overdue(today) {
		t.overdue(kind, c, "/review", c.Review.Due())
	}
}

func (t *tally) standing() Standing {
	switch {
	case len(t.late) > 0:
		return Overdue
	case t.total == 0 && t.idle:
		return NothingToDo
	case t.total == 0:
		return NotStarted
	case t.done < t.total:
		return InProgress
	default:
		return UpToDate
	}
}

func (t *tally) reasons(name string) []Reason {
	var list []Reason
	number := func(key string, n int) map[string]string { return map[string]string{key: strconv.Itoa(n)} }
	if t.total > 0 {
		args := number("total", t.total)
		args["done"] = strconv.Itoa(t.done)
		list = append(list, Reason{Code: isms.Code("pdca/" + name + "/progress"), Args: args})
	}
	if n := len(t.late); n > 0 {
		r := Reason{Code: "pdca/late", Args: number("count", n), Facts: t.late}
		if !t.since.IsZero() {
			r.Code, r.Args["since"] = "pdca/late-since", t.since.String()
		}
		list = append(list, r)
	}
	if t.undated > 0 {
		list = append(list, Reason{Code: "pdca/undated", Args: number("count", t.undated)})
	}
	if !t.last.IsZero() {
		list = append(list, Reason{Code: "pdca/last", Args: map[string]string{"day": t.last.String()}})
	}
	if t.total == 0 && t.idle {
		list = append(list, Reason{Code: "pdca/nothing-to-do"})
	} else if t.total == 0 {
		list = append(list, Reason{Code: "pdca/nothing-recorded"})
	}
	return list
}
