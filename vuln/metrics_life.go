package vuln

import (
	"slices"

	"github.com/ismskit/ismskit/isms"
)

// life is a finding over time.
type life struct {
	*Row

	asset *isms.Asset
	turns []Turn // up to the end of the period
	told  bool   // they are all that there were
}

// gone is what took the finding out of the backlog on a day: the metric that
// counts it, or "" while it is open. Known is the first day of its life.
func (l life) gone(day isms.Date) isms.Code {
	f := l.Finding
	switch {
	case l.asset.Until.Before(day):
		return MetricOutOfUse
	case fixedBy(l.turns, day):
		return MetricFixed
	case f.Acceptance.Valid(day):
		return MetricAccepted
	}
	return ""
}

// days are those of the period on which the finding may come or go, sorted.
func (l life) days(p isms.Period) []isms.Date {
	f := l.Finding
	all := []isms.Date{f.FirstKnown, f.Acceptance.On}
	if !f.Acceptance.Until.IsZero() {
		all = append(all, f.Acceptance.Until.AddDays(1))
	}
	if !l.asset.Until.IsZero() {
		all = append(all, l.asset.Until.AddDays(1))
	}
	for _, t := range l.turns {
		all = append(all, t.On)
	}
	all = slices.DeleteFunc(all, func(d isms.Date) bool {
		return d.IsZero() || d.Before(f.FirstKnown) || !p.Contains(d)
	})
	slices.SortFunc(all, isms.Date.Compare)
	return slices.Compact(all)
}

// flow is how the backlog of before the period became that of its end.
type flow struct {
	before int
	n      map[isms.Code]int
}

func (m *meter) flow() flow {
	x := flow{n: map[isms.Code]int{}}
	for _, l := range m.lives {
		known, open := l.Finding.FirstKnown, false
		if known.Before(m.period.From) {
			open = l.gone(m.period.From.AddDays(-1)) == ""
			x.before += one(open)
		}
		for _, day := range l.days(m.period) {
			if day == known {
				x.n[MetricNew]++
				open = true // if only for this day
			}
			switch by := l.gone(day); {
			case by == "" && !open:
				x.n[MetricBack]++
				open = true
			case by != "" && open:
				x.n[by]++
				open = false
			}
		}
	}
	return x
}

// backlog is how many are open at the end, and how many days each is known.
func (m *meter) backlog() (n int, ages []int) {
	for _, l := range m.lives {
		if l.gone(m.period.To) == "" {
			ages = append(ages, l.Finding.FirstKnown.DaysUntil(m.period.To))
		}
	}
	return len(ages), ages
}

// time is how many days it took to fix what was fixed in the period, and stayed
// so. Those that are still open are not in it, and are among what is left out: a
// mean says nothing about them.
func (m *meter) time() []Metric {
	left := slices.Clone(m.left)
	var days []int
	for _, l := range m.lives {
		var last Turn
		if n := len(l.turns); n > 0 {
			last = l.turns[n-1]
		}
		switch by := l.gone(m.period.To); {
		case last.Fixed && last.On.Before(l.Finding.FirstKnown):
			count(&left, CodeFixedBefore)
		case last.Fixed && m.period.Contains(last.On):
			days = append(days, l.Finding.FirstKnown.DaysUntil(last.On))
		case last.Fixed: // in another period
		case last.On.IsZero() && by == "":
			count(&left, CodeStillOpen)
		case last.On.IsZero():
			count(&left, CodeClosedElse)
		default:
			count(&left, CodeFixUndone)
		}
	}
	return m.spread([3]isms.Code{MetricTimeMean, MetricTimeMedian, MetricTimeP90}, days, left)
}

// deadlines is how many of those with a deadline in the period were fixed by
// then, and still are.
func (m *meter) deadlines() Metric {
	left := slices.Clone(m.left)
	met, of := 0, 0
	for _, l := range m.lives {
		due := l.Deadline
		switch {
		case due.IsZero():
			count(&left, CodeNoDeadline)
			continue
		case !m.period.Contains(due):
			continue
		case l.asset.Until.Before(due):
			count(&left, CodeAssetGone)
			continue
		}
		switch by := l.gone(due); {
		case by == MetricAccepted:
			count(&left, CodeAcceptedInTime)
		case due == m.period.To && by == "": // which has not passed
			count(&left, CodeStillOpen)
		default:
			of++
			met += one(fixedBy(l.turns, due) && fixedBy(l.turns, m.period.To))
		}
	}
	return counted(MetricDeadlines, met, of, left)
}

// overdue is how many of the open ones with a deadline are past it.
func (m *meter) overdue() Metric {
	left := slices.Clone(m.left)
	overdue, of := 0, 0
	for _, l := range m.lives {
		switch {
		case l.gone(m.period.To) != "":
		case l.Deadline.IsZero():
			count(&left, CodeNoDeadline)
		default:
			of++
			overdue += one(l.Deadline.Before(m.period.To))
		}
	}
	return counted(MetricOverdue, overdue, of, left)
}

// reopened is how many fixes of the period were undone before its end.
func (m *meter) reopened() Metric {
	left := slices.Clone(m.left)
	undone, fixes := 0, 0
	for _, l := range m.lives {
		if !l.told {
			count(&left, CodeNoHistory)
			continue
		}
		for n, t := range l.turns {
			if t.Fixed && m.period.Contains(t.On) {
				fixes++
				undone += one(n+1 < len(l.turns))
			}
		}
	}
	return counted(MetricReopened, undone, fixes, left)
}

// coverage is how many assets that should be scanned have a valid scan.
func (m *meter) coverage() Metric {
	valid := 0
	for _, c := range m.register.Coverage {
		valid += one(len(c.Reasons) == 0)
	}
	return counted(MetricCoverage, valid, len(m.register.Coverage), nil)
}

// exposure is the days of the period, of all findings together, on which they
// were known and not fixed. An accepted one is still there. What was
// there before anybody knew is not in it.
func (m *meter) exposure() Metric {
	sum := 0
	for _, l := range m.lives {
		from, open := l.Finding.FirstKnown, true
		until := m.period.To.AddDays(1)
		if end := l.asset.Until; !end.IsZero() && end.Before(m.period.To) {
			until = end.AddDays(1)
		}
		for _, t := range append(slices.Clone(l.turns), Turn{until, true}) {
			if open && t.Fixed {
				sum += overlap(from, t.On, m.period.From, until)
			}
			if open != !t.Fixed {
				from, open = t.On, !t.Fixed
			}
		}
	}
	x := m.countOf(MetricExposure, sum)
	x.Days = true
	return x
}

// overlap is the days from a up to, not including, b within those of a period.
func overlap(a, b, from, until isms.Date) int {
	if a.Before(from) {
		a = from
	}
	if until.Before(b) {
		b = until
	}
	return max(0, a.DaysUntil(b))
}
