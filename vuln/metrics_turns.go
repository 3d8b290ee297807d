package vuln

import (
	"iter"
	"slices"

	"github.com/ismskit/ismskit/isms"
)

// Turn is a day on which a finding was fixed, or on which it was open again after
// that.
type Turn struct {
	On    isms.Date
	Fixed bool
}

// Turns are the turns of a finding by its revisions, oldest first; its record
// alone does not tell that an earlier fix was undone. A finding was fixed on the
// day that somebody decided so, if scans bear that out, or on the day of the scan
// that verified it when that was earlier; scans are those that its observations
// name. One without any such day never counts as fixed. An error of the history
// is returned as it is.
func Turns(history iter.Seq2[isms.Revision[Finding], error], scans []Scan) ([]Turn, error) {
	days := daysOf(scans)
	return days.turns(history)
}

// ReadTurns reads the turns of every finding, by its id: one history for each.
func ReadTurns(tx *isms.Tx) (map[string][]Turn, error) {
	scans, err := Scans(tx).List()
	if err != nil {
		return nil, err
	}
	days, all := daysOf(scans), map[string][]Turn{}
	for f, err := range Findings(tx).All() {
		if err != nil {
			return nil, err
		}
		if all[f.ID], err = days.turns(Findings(tx).History(f.ID)); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// scanDays are the days of scans.
type scanDays map[isms.Ref[Scan]]isms.Date

func daysOf(scans []Scan) scanDays {
	days := make(scanDays, len(scans))
	for _, s := range scans {
		days[isms.Ref[Scan](s.ID)] = s.day()
	}
	return days
}

func (s scanDays) turns(history iter.Seq2[isms.Revision[Finding], error]) ([]Turn, error) {
	var turns []Turn
	for r, err := range history {
		switch {
		case err != nil:
			return nil, err
		case r.Erased:
		case r.Deleted:
			turns = nil // what has its id later is another finding
		default:
			turns = s.next(turns, &r.Value)
		}
	}
	return turns, nil
}

// next adds what a newer revision tells.
func (s scanDays) next(turns []Turn, f *Finding) []Turn {
	on, fixed := s.fixedOn(f)
	before := len(turns) > 0 && turns[len(turns)-1].Fixed
	switch {
	case fixed && before:
		turns[len(turns)-1].On = on // the same fix, perhaps with another day
		return turns
	case fixed == before:
		return turns
	case !fixed && f.Reopened.After(turns[len(turns)-1].On):
		on = f.Reopened
	case !fixed:
		on = f.Decision.On
	}
	if n := len(turns); n > 0 && on.Compare(turns[n-1].On) < 0 {
		on = turns[n-1].On // recorded with an earlier day than the turn before it
	}
	return append(turns, Turn{on, fixed})
}

// fixedOn is the day on which a finding that is fixed became so.
func (s scanDays) fixedOn(f *Finding) (on isms.Date, fixed bool) {
	if f.State(isms.Date{}) != Fixed { // the day matters for an acceptance only
		return isms.Date{}, false
	}
	for _, o := range f.Observations {
		day := s[o.Verified]
		if day.IsZero() { // not verified by this one
			on = isms.Date{}
			break
		}
		if day.After(on) || on.IsZero() {
			on = day
		}
	}
	d := f.Decision
	claimed := (d.State == Fixed || d.State == Mitigated) && !f.Reopened.After(d.On)
	if claimed && (on.IsZero() || d.On.Before(on)) {
		on = d.On
	}
	return on, !on.IsZero()
}

// together are the turns of several findings that are one: it is fixed while all
// of them are that were known by then.
func together(members []member) []Turn {
	var days []isms.Date
	for _, m := range members {
		days = append(days, m.known)
		for _, t := range m.turns {
			days = append(days, t.On)
		}
	}
	slices.SortFunc(days, isms.Date.Compare)
	var turns []Turn
	before := false
	for _, day := range slices.Compact(days) {
		open := slices.ContainsFunc(members, func(m member) bool {
			return !day.Before(m.known) && !fixedBy(m.turns, day)
		})
		if fixed := !open; fixed != before {
			turns = append(turns, Turn{day, fixed})
			before = fixed
		}
	}
	return turns
}

// member is a finding that is one with others.
type member struct {
	known isms.Date
	turns []Turn
}

// fixedBy reports whether the last turn up to a day was a fix.
func fixedBy(turns []Turn, day isms.Date) bool {
	fixed := false
	for _, t := range turns {
		if t.On.After(day) {
			break
		}
		fixed = t.Fixed
	}
	return fixed
}
