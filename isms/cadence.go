package isms

import (
	"fmt"
	"strconv"
	"strings"
)

// Cadence is how often something comes round: "3 months", "1 week". The zero
// Cadence is unset: it never comes round.
type Cadence struct {
	Every int  // at least 1
	Unit  Unit // of Every
}

// Unit is the unit of a [Cadence].
type Unit uint8

// The units of repetition, from the customary rhythm of an ISMS.
const (
	_ Unit = iota
	Days
	Weeks
	Months
	Years
)

func (u Unit) word() string {
	return [...]string{"", "day", "week", "month", "year"}[u]
}

// ParseCadence reads "3 months", "1 year", "2 weeks" or "10 days".
func ParseCadence(s string) (Cadence, error) {
	number, unit, _ := strings.Cut(s, " ")
	n, err := strconv.Atoi(number)
	if err == nil && n >= 1 && n <= 10000 {
		for u := Days; u <= Years; u++ {
			if unit == u.word()+"s" || n == 1 && unit == u.word() {
				return Cadence{n, u}, nil
			}
		}
	}
	return Cadence{}, fmt.Errorf(`cadence %q: want a number and days, weeks, months or years, such as "3 months"`, s)
}

// IsZero reports whether the cadence is unset.
func (c Cadence) IsZero() bool { return c == Cadence{} }

// Nth is the day n steps after anchor. It is counted from the anchor and not
// from step to step, so month ends stay month ends: n steps of one month are
// one step of n months.
func (c Cadence) Nth(anchor Date, n int) Date {
	switch c.Unit {
	case Days:
		return anchor.AddDays(n * c.Every)
	case Weeks:
		return anchor.AddDays(7 * n * c.Every)
	case Months:
		return anchor.AddMonths(n * c.Every)
	case Years:
		return anchor.AddMonths(12 * n * c.Every)
	default:
		return Date{}
	}
}

// String is "3 months", or "" when unset.
func (c Cadence) String() string {
	if c.IsZero() || c.Unit > Years {
		return ""
	}
	word := c.Unit.word()
	if c.Every != 1 {
		word += "s"
	}
	return strconv.Itoa(c.Every) + " " + word
}

// MarshalText encodes as "3 months", or "" when unset.
func (c Cadence) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what [ParseCadence] does, or "" for unset.
func (c *Cadence) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*c = Cadence{}
		return nil
	}
	parsed, err := ParseCadence(string(b))
	if err != nil {
		return err
	}
	*c = parsed
	return nil
}
