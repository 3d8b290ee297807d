package isms_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/ismskit/ismskit/isms"
	"pgregory.net/rapid"
)

func TestDateText(t *testing.T) {
	for _, in := range []string{"0001-01-01", "2024-02-29", "2026-03-01", "9999-12-31"} {
		d, err := isms.ParseDate(in)
		if err != nil || d.String() != in {
			t.Errorf("ParseDate(%q) = %v, %v, want it back", in, d, err)
		}
	}
	for _, in := range []string{"", "2026-3-1", "2026-02-29", "2026-13-01", "26-01-01", "2026-01-01T00:00:00Z", " 2026-01-01", "0000-01-01", "10000-01-01", "01-02-2026"} {
		if d, err := isms.ParseDate(in); err == nil {
			t.Errorf("ParseDate(%q) = %v, want an error", in, d)
		}
	}
	if d := isms.Day(10000, 1, 1); !d.IsZero() {
		t.Errorf("Day(10000, 1, 1) = %v, want unset", d)
	}
	b, err := json.Marshal(struct {
		D isms.Date `json:"d,omitzero"`
	}{})
	if string(b) != "{}" || err != nil {
		t.Errorf("an unset date encodes as %s, %v, want {}", b, err)
	}
}

// The day of a moment is that of its own location, not of UTC: 23:30 in
// Amsterdam on 1 March is 1 March.
func TestDateOfLocation(t *testing.T) {
	east := time.FixedZone("UTC+1", 3600)
	if got := isms.DateOf(time.Date(2026, 3, 1, 0, 30, 0, 0, east)); got != isms.Day(2026, 3, 1) {
		t.Errorf("DateOf(00:30 UTC+1) = %v, want 2026-03-01", got)
	}
}

func TestUnsetDateIsNeitherBeforeNorAfter(t *testing.T) {
	var unset isms.Date
	day := isms.Day(2026, 3, 1)
	if unset.Before(day) || unset.After(day) || day.Before(unset) || day.After(unset) {
		t.Error("an unset date is before or after a day")
	}
	if unset.AddDays(1) != unset || unset.AddMonths(1) != unset {
		t.Error("an unset date moves")
	}
}

func dates() *rapid.Generator[isms.Date] {
	return rapid.Custom(func(t *rapid.T) isms.Date {
		return isms.Day(1970, 1, 1).AddDays(rapid.IntRange(0, 130*366).Draw(t, "days"))
	})
}

func TestDateArithmetic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := dates().Draw(t, "date")
		n := rapid.IntRange(-3000, 3000).Draw(t, "n")
		if got := d.DaysUntil(d.AddDays(n)); got != n {
			t.Fatalf("%v: DaysUntil(AddDays(%d)) = %d", d, n, got)
		}
		if got := isms.DateOf(d.Time()); got != d {
			t.Fatalf("DateOf(%v.Time()) = %v", d, got)
		}
		back, err := isms.ParseDate(d.String())
		if err != nil || back != d {
			t.Fatalf("ParseDate(%v) = %v, %v", d, back, err)
		}
		later := d.AddMonths(1)
		if gap := d.DaysUntil(later); gap < 28 || gap > 31 {
			t.Fatalf("%v + 1 month = %v", d, later)
		}
	})
}

// Peers lose month ends: 31 January plus twelve single months was 2 February.
func TestCadenceKeepsMonthEnds(t *testing.T) {
	monthly := isms.Cadence{Every: 1, Unit: isms.Months}
	anchor := isms.Day(2026, 1, 31)
	for n, want := range map[int]string{1: "2026-02-28", 2: "2026-03-31", 3: "2026-04-30", 12: "2027-01-31", 25: "2028-02-29"} {
		if got := monthly.Nth(anchor, n).String(); got != want {
			t.Errorf("month %d after %v = %v, want %v", n, anchor, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		d := dates().Draw(t, "date")
		n := rapid.IntRange(1, 120).Draw(t, "n")
		whole := isms.Cadence{Every: n, Unit: isms.Months}
		if got, want := monthly.Nth(d, n), whole.Nth(d, 1); got != want {
			t.Fatalf("%d steps of a month from %v = %v, one of %d months = %v", n, d, got, n, want)
		}
		if got, want := (isms.Cadence{Every: 1, Unit: isms.Years}).Nth(d, 1), monthly.Nth(d, 12); got != want {
			t.Fatalf("a year after %v = %v, twelve months = %v", d, got, want)
		}
	})
}

func TestCadenceText(t *testing.T) {
	for _, s := range []string{"1 day", "10 days", "1 week", "2 weeks", "1 month", "3 months", "1 year", "5 years"} {
		c, err := isms.ParseCadence(s)
		if err != nil || c.String() != s {
			t.Errorf("ParseCadence(%q) = %v, %v", s, c, err)
		}
	}
	for _, s := range []string{"", "3", "months", "0 days", "-1 days", "1.5 years", "3 moons", "2 month", "10001 days", "3  months"} {
		if c, err := isms.ParseCadence(s); err == nil {
			t.Errorf("ParseCadence(%q) = %v, want an error", s, c)
		}
	}
}

func TestReview(t *testing.T) {
	today := isms.Day(2026, 3, 1)
	yearly := isms.Cadence{Every: 1, Unit: isms.Years}
	for name, c := range map[string]struct {
		review isms.Review
		want   bool
	}{
		"none is never overdue":                {isms.Review{}, false},
		"a cadence without a review is":        {isms.Review{Every: yearly}, true},
		"on the day it is not":                 {isms.Review{Last: isms.Day(2025, 3, 1), Every: yearly}, false},
		"a day later it is":                    {isms.Review{Last: isms.Day(2025, 2, 28), Every: yearly}, true},
		"a review without cadence never comes": {isms.Review{Last: isms.Day(2001, 1, 1)}, false},
	} {
		if got := c.review.Overdue(today); got != c.want {
			t.Errorf("%s: Overdue = %v, want %v", name, got, c.want)
		}
	}
}
