package isms

import (
	"cmp"
	"fmt"
	"time"
)

// Date is a civil day, from 0001-01-01 to 9999-12-31, without a time zone:
// due dates, review dates, the day that something happened. The zero Date is
// unset, comes before every day, and prints as "". It encodes as "2026-03-01".
type Date struct {
	n int32 // days since 0001-01-01, plus one
}

const dateLayout = "2006-01-02"

// Day makes a Date. Values out of range carry over as in [time.Date]; a day
// outside the years 1 to 9999 is unset.
func Day(year int, month time.Month, day int) Date {
	return DateOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// DateOf is the civil day of t in the location of t.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	if y < 1 || y > 9999 {
		return Date{}
	}
	// Unix seconds, not a Duration: that one ends after 292 years.
	seconds := time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() - firstDay().Unix()
	return Date{int32(seconds/86400) + 1} //nolint:gosec // at most 3,652,059
}

func firstDay() time.Time { return time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC) }

// ParseDate reads "2026-03-01" and nothing else.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(dateLayout, s)
	if err != nil || t.Year() < 1 {
		return Date{}, fmt.Errorf("date %q: want a day such as 2026-03-01", s)
	}
	return DateOf(t), nil
}

// IsZero reports whether the date is unset.
func (d Date) IsZero() bool { return d.n == 0 }

// Compare orders dates; an unset one comes first.
func (d Date) Compare(e Date) int { return cmp.Compare(d.n, e.n) }

// Equal reports whether both are the same day, or both unset.
func (d Date) Equal(e Date) bool { return d == e }

// Before reports whether d is an earlier day than e. An unset date is neither
// before nor after anything: a missing deadline has not passed.
func (d Date) Before(e Date) bool { return d.n != 0 && e.n != 0 && d.n < e.n }

// After reports whether d is a later day than e; see [Date.Before].
func (d Date) After(e Date) bool { return e.Before(d) }

// Time is the start of the day in UTC; the zero time when unset.
func (d Date) Time() time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return firstDay().AddDate(0, 0, int(d.n)-1)
}

// AddDays is the day n days later; unset stays unset.
func (d Date) AddDays(n int) Date {
	if d.IsZero() {
		return d
	}
	return DateOf(d.Time().AddDate(0, 0, n))
}

// AddMonths is the same day n months later, or the last day of that month when
// it is shorter: 31 January plus one month is 28 or 29 February.
func (d Date) AddMonths(n int) Date {
	if d.IsZero() {
		return d
	}
	y, m, day := d.Time().Date()
	last := time.Date(y, m+time.Month(n)+1, 0, 0, 0, 0, 0, time.UTC)
	return DateOf(last.AddDate(0, 0, min(day, last.Day())-last.Day()))
}

// DaysUntil is the number of days from d to e: negative when e is earlier, 0
// when either is unset.
func (d Date) DaysUntil(e Date) int {
	if d.IsZero() || e.IsZero() {
		return 0
	}
	return int(e.n - d.n)
}

// String is "2026-03-01", or "" when unset.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.Time().Format(dateLayout)
}

// MarshalText encodes as "2026-03-01", or "" when unset.
func (d Date) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return []byte{}, nil
	}
	return d.Time().AppendFormat(make([]byte, 0, len(dateLayout)), dateLayout), nil
}

// UnmarshalText reads "2026-03-01", or "" for unset.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(b))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}
