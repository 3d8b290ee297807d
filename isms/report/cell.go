package report

import (
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms/lang"
)

// Cell is one value: in a table, a list or document control.
// The zero Cell is empty.
type Cell struct {
	Kind Kind
	Text string // a number as -12.50, a day as 2026-03-01, whatever the language
	// Href links the text: "#id", a relative address, http or https. Anything
	// else is printed as plain text, so an address from outside may be passed.
	Href string
	Tone Tone // emphasis only: Text alone must carry the meaning
}

// Kind says what a [Cell] or [Column] holds.
type Kind uint8

// The kinds of cells.
const (
	KindText Kind = iota
	KindNumber
	KindDate
)

// Tone is how a reader should take a text. It is drawn as a badge with a
// shape of its own, never as colour alone.
type Tone uint8

// The tones. Unknown is for what was not assessed: not good, and not neutral.
const (
	Neutral Tone = iota
	Good
	Warn
	Bad
	Unknown
)

// String is the tone as a word: "neutral", "good", "warn", "bad", "unknown".
// A value outside the constants reads "unknown".
func (t Tone) String() string {
	switch t {
	case Neutral:
		return "neutral"
	case Good:
		return "good"
	case Warn:
		return "warn"
	case Bad:
		return "bad"
	case Unknown:
		return "unknown"
	}
	return "unknown"
}

// Text is a cell with a plain text.
func Text(s string) Cell { return Cell{Text: s} }

// Link is a cell whose text leads to href; see [Cell.Href].
func Link(text, href string) Cell { return Cell{Text: text, Href: href} }

// Int is a cell with a whole number.
func Int(n int) Cell {
	return Cell{Kind: KindNumber, Text: strconv.Itoa(n)}
}

// Decimal is a cell with the number n / 10^places, exactly: Decimal(98, 1) is
// 9.8. Places below 0 read as 0. There is no constructor from a float: whoever
// computed it decides how many places it deserves.
func Decimal(n int64, places int) Cell {
	s := strconv.FormatInt(n, 10)
	if places <= 0 {
		return Cell{Kind: KindNumber, Text: s}
	}
	digits, negative := strings.CutPrefix(s, "-")
	if short := places + 1 - len(digits); short > 0 {
		digits = strings.Repeat("0", short) + digits
	}
	s = digits[:len(digits)-places] + "." + digits[len(digits)-places:]
	if negative {
		s = "-" + s
	}
	return Cell{Kind: KindNumber, Text: s}
}

// Day is a cell with a civil day as YYYY-MM-DD. The empty string and the zero
// day of package time, 0001-01-01, give an empty cell: a day that was never
// set is not printed as one.
func Day(iso string) Cell {
	if iso == "" || iso == "0001-01-01" {
		return Cell{}
	}
	return Cell{Kind: KindDate, Text: iso}
}

// Toned is the cell with tone t.
func (c Cell) Toned(t Tone) Cell {
	c.Tone = t
	return c
}

// kind is Kind if Text really is of that kind, else KindText: so a text
// labelled as a number is still neutralised as text.
func (c Cell) kind() Kind {
	switch {
	case c.Kind == KindNumber && isNumber(c.Text):
		return KindNumber
	case c.Kind == KindDate && isDay(c.Text):
		return KindDate
	default:
		return KindText
	}
}

// display is the cell's text as people read it in language l, cleaned.
func (c Cell) display(l lang.Lang) string {
	if c.kind() == KindNumber {
		return localNumber(c.Text, l)
	}
	return clean(c.Text)
}

// isNumber accepts -?[0-9]+(\.[0-9]+)?
func isNumber(s string) bool {
	whole, fraction, pointed := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	return allDigits(whole) && (!pointed || allDigits(fraction))
}

func isDay(s string) bool {
	return len(s) == len("2006-01-02") && s[4] == '-' && s[7] == '-' &&
		allDigits(s[:4]) && allDigits(s[5:7]) && allDigits(s[8:])
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// localNumber writes the number s with the decimal sign of l and, from five
// digits on, a narrow no-break space between thousands: a sign that no
// language reads as a decimal one (ISO 80000-1, 7.3.1).
func localNumber(s string, l lang.Lang) string {
	whole, fraction, pointed := strings.Cut(s, ".")
	digits, negative := strings.CutPrefix(whole, "-")
	if len(digits) < 5 && !negative && !pointed {
		return s
	}
	var out strings.Builder
	if negative {
		out.WriteString("-")
	}
	for i, d := range digits {
		if i > 0 && len(digits) >= 5 && (len(digits)-i)%3 == 0 {
			out.WriteRune('\u202f')
		}
		out.WriteRune(d)
	}
	if pointed {
		out.WriteString(lang.Text{EN: ".", NL: ","}.In(l))
		out.WriteString(fraction)
	}
	return out.String()
}
