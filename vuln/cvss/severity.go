package cvss

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/ismskit/ismskit/isms/lang"
)

// Severity is a qualitative rating. The zero value is [Unknown], which is not
// the same as [None].
type Severity uint8

// The ratings of FIRST, lowest first.
const (
	Unknown  Severity = iota // not rated
	None                     // 0.0
	Low                      // 0.1 to 3.9
	Medium                   // 4.0 to 6.9
	High                     // 7.0 to 8.9
	Critical                 // 9.0 to 10.0
)

// String is the word of the rating: "unknown", "none", "low", "medium", "high"
// or "critical".
func (s Severity) String() string {
	switch s {
	case None:
		return "none"
	case Low:
		return "low"
	case Medium:
		return "medium"
	case High:
		return "high"
	case Critical:
		return "critical"
	case Unknown:
	}
	return "unknown"
}

// Label is the rating in the words of a reader.
func (s Severity) Label() lang.Text {
	switch s {
	case None:
		return lang.Text{EN: "None", NL: "Geen"}
	case Low:
		return lang.Text{EN: "Low", NL: "Laag"}
	case Medium:
		return lang.Text{EN: "Medium", NL: "Middel"}
	case High:
		return lang.Text{EN: "High", NL: "Hoog"}
	case Critical:
		return lang.Text{EN: "Critical", NL: "Kritiek"}
	case Unknown:
	}
	return lang.Text{EN: "Unknown", NL: "Onbekend"}
}

// Compare orders ratings from none to critical. Unknown comes after critical:
// what nobody rated may be the worst there is.
func (s Severity) Compare(t Severity) int { return cmp.Compare(s-1, t-1) }

// ParseSeverity reads the word of a rating in any case ("HIGH", "high"). Words
// that FIRST does not use are an error, not unknown.
func ParseSeverity(s string) (Severity, error) {
	for known := Unknown; known <= Critical; known++ {
		if strings.EqualFold(s, known.String()) {
			return known, nil
		}
	}
	return Unknown, fmt.Errorf("severity %.40q: want unknown, none, low, medium, high or critical", s)
}

// MarshalText writes the word of the rating.
func (s Severity) MarshalText() ([]byte, error) {
	if s > Critical {
		return nil, fmt.Errorf("severity %d: unknown rating", uint8(s))
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads the word of a rating; empty text is unknown.
func (s *Severity) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*s = Unknown
		return nil
	}
	parsed, err := ParseSeverity(string(text))
	if err != nil {
		return err
	}
	*s = parsed
	return nil
}
