// Package lang holds the languages ismskit speaks and every coded text of its
// own: problems, rules and refusals, in English and Dutch.
//
// Texts that belong to one table or heading stay beside the code that prints
// them, as a [Text]. Texts with a stable code live in the catalogue, so that a
// host can show, translate or override them: see [Lookup].
package lang

import (
	"fmt"
	"strings"
)

// Lang is a language that every text of ismskit exists in.
// The zero value reads as English.
type Lang string

// The languages, by their ISO 639-1 codes.
const (
	EN Lang = "en"
	NL Lang = "nl"
)

// Parse reads a language code, in any case and with or without a region
// ("nl", "NL", "nl-BE").
func Parse(s string) (Lang, error) {
	base, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(s), "_", "-"), "-")
	switch l := Lang(base); l {
	case EN, NL:
		return l, nil
	default:
		return "", fmt.Errorf("language %q: want en or nl", s)
	}
}

// Text is one text of ours in every language.
type Text struct {
	EN string `json:"en"`
	NL string `json:"nl"`
}

// In is the text in language l; anything but Dutch reads English.
func (t Text) In(l Lang) string {
	if l == NL {
		return t.NL
	}
	return t.EN
}

// Fill is the text in language l with each {name} replaced by args[name].
// A name without an argument stays as it is, so that a gap is seen.
func (t Text) Fill(l Lang, args map[string]string) string {
	s := t.In(l)
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(s, "{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		value, known := args[name]
		if !closed || !known {
			out.WriteByte('{')
			s = rest
			continue
		}
		out.WriteString(value)
		s = after
	}
}
