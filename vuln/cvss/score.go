package cvss

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Score is a CVSS score, 0.0 to 10.0 in whole tenths. The zero value is
// unknown: nobody gave a score. It is not 0.0.
type Score struct {
	plus1 uint8 // tenths + 1; 0 is unknown
}

// scoreOf is the score of 0 to 100 tenths.
func scoreOf(tenths uint8) Score { return Score{plus1: tenths + 1} }

// ScoreOf is the score a scanner gave as a number. It rounds to tenths as
// written in decimals, half up: 7.35 is 7.4 although its binary fraction lies
// below. Numbers outside 0 to 10, infinities and NaN are errors.
func ScoreOf(f float64) (Score, error) {
	if math.IsNaN(f) || f < 0 || f > 10 {
		return Score{}, fmt.Errorf("cvss score %v: want 0.0 to 10.0", f)
	}
	return ParseScore(strconv.FormatFloat(math.Abs(f), 'f', -1, 64)) // Abs: -0 is 0
}

// ParseScore reads a score a scanner gave as text: digits, and a point with
// digits if need be. It rounds to tenths, half up; numbers above 10 are an
// error before rounding.
func ParseScore(s string) (Score, error) {
	whole, fraction, point := strings.Cut(s, ".")
	if !digits(whole) || point && !digits(fraction) {
		return Score{}, fmt.Errorf("cvss score %.40q: want a number such as 7.5", s)
	}
	whole = strings.TrimLeft(whole, "0")
	ten := whole == "10" && strings.Trim(fraction, "0") == ""
	switch {
	case ten:
		return scoreOf(100), nil
	case len(whole) > 1:
		return Score{}, fmt.Errorf("cvss score %.40q: want 0.0 to 10.0", s)
	}
	d := whole + "0"
	if whole == "" {
		d = "00"
	}
	tenths := (d[0] - '0') * 10
	if fraction != "" {
		tenths += fraction[0] - '0'
	}
	if len(fraction) > 1 && fraction[1] >= '5' {
		tenths++
	}
	return scoreOf(tenths), nil
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// Known reports whether there is a score.
func (s Score) Known() bool { return s.plus1 != 0 }

// Tenths is the score in tenths: 98 for 9.8. known is false, and tenths 0, when
// the score is unknown.
func (s Score) Tenths() (tenths int, known bool) {
	if !s.Known() {
		return 0, false
	}
	return int(s.plus1) - 1, true
}

// Float64 is the nearest float64 of the score, as a literal such as 9.8 would
// be. An unknown score has no number: Float64 then gives -1, outside the scale,
// so that it cannot pass for a score. Ask [Score.Known] before calculating.
func (s Score) Float64() float64 {
	tenths, known := s.Tenths()
	if !known {
		return -1
	}
	return float64(tenths) / 10
}

// String is the score with one decimal, "9.8"; "unknown" without a score.
func (s Score) String() string {
	if !s.Known() {
		return "unknown"
	}
	return string(s.append(nil))
}

// Severity rates the score by the bands of versions 3.x and 4.0. A score of
// version 2.0 goes by other bands: see [Version.Severity].
func (s Score) Severity() Severity { return V40.Severity(s) }

// Compare orders scores from 0.0 to 10.0. Unknown comes after 10.0: what nobody
// scored may be the worst there is.
func (s Score) Compare(t Score) int { return cmp.Compare(s.plus1-1, t.plus1-1) }

// MarshalText writes the score with one decimal, nothing when it is unknown.
func (s Score) MarshalText() ([]byte, error) { return s.append([]byte{}), nil }

// UnmarshalText reads a score of at most one decimal; it never rounds. Empty
// text is unknown.
func (s *Score) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*s = Score{}
		return nil
	}
	parsed, err := ParseScore(string(text))
	if err != nil {
		return err
	}
	if _, fraction, _ := strings.Cut(string(text), "."); len(fraction) > 1 {
		return fmt.Errorf("cvss score %.40q: want at most one decimal", text)
	}
	*s = parsed
	return nil
}

func (s Score) append(b []byte) []byte {
	tenths, known := s.Tenths()
	if !known {
		return b
	}
	b = strconv.AppendInt(b, int64(tenths/10), 10)
	return append(b, '.', byte('0'+tenths%10))
}
