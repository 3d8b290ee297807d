package vuln

import (
	"slices"
	"time"

	"github.com/ismskit/ismskit/isms"
)

// calendar is a Calendar made ready to count with.
type calendar struct {
	off      [7]bool // by weekday
	holidays []isms.Date
	working  bool
}

func newCalendar(k Calendar) calendar {
	c := calendar{holidays: k.Holidays, working: k.Working}
	some := false
	for d := range time.Weekday(7) {
		c.off[d] = slices.Contains(k.Weekend, weekday(d))
		some = some || !c.off[d]
	}
	if !some { // Check refuses it: nobody ever works
		c.off = [7]bool{}
	}
	if !slices.IsSortedFunc(c.holidays, isms.Date.Compare) {
		c.holidays = slices.Clone(c.holidays)
		slices.SortFunc(c.holidays, isms.Date.Compare)
	}
	return c
}

// end is the last day of a term of so many days that started on a day: a day
// that somebody works, and never before the start.
func (c calendar) end(start isms.Date, days int) isms.Date {
	if start.IsZero() || days < 0 {
		return isms.Date{}
	}
	if c.working {
		return c.workingEnd(start, days)
	}
	day := start.AddDays(days)
	if day.IsZero() { // after the year 9999
		return isms.Day(9999, time.December, 31)
	}
	return c.back(start, day)
}

// back is the last working day up to a day, and not before the start.
func (c calendar) back(start, day isms.Date) isms.Date {
	for start.Before(day) && c.dayOff(day) {
		day = day.AddDays(-1)
	}
	return day
}

// workingEnd counts working days after the start.
func (c calendar) workingEnd(start isms.Date, days int) isms.Date {
	weekday := int(start.Time().Weekday())
	next, _ := slices.BinarySearchFunc(c.holidays, start.AddDays(1), isms.Date.Compare)
	n := 0 // days after the start
	for days > 0 && n < 20*maxDays {
		n++
		holiday := false
		for next < len(c.holidays) && start.DaysUntil(c.holidays[next]) <= n {
			holiday = holiday || start.DaysUntil(c.holidays[next]) == n
			next++
		}
		if !holiday && !c.off[(weekday+n)%7] {
			days--
		}
	}
	return start.AddDays(n)
}

func (c calendar) dayOff(d isms.Date) bool {
	if c.off == [7]bool{} && len(c.holidays) == 0 {
		return false
	}
	_, holiday := slices.BinarySearchFunc(c.holidays, d, isms.Date.Compare)
	return holiday || c.off[d.Time().Weekday()]
}
