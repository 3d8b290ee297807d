package isms

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/ismskit/ismskit/isms/lang"
)

// Text is something a person wrote, in one or more languages, by language code.
// The key "" holds a text without a stated language. A text in "" alone encodes
// as a plain string, any other as an object: {"en": "Payroll", "nl": "Salarisadministratie"}.
type Text map[lang.Lang]string

// Plain is a text without a stated language.
func Plain(s string) Text {
	if s == "" {
		return nil
	}
	return Text{"": s}
}

// In is the text in language l, or else the one without a language, the English
// one, or the first by language code: a reader rather sees another language
// than nothing.
func (t Text) In(l lang.Lang) string {
	for _, try := range []lang.Lang{l, "", lang.EN} {
		if s := t[try]; s != "" {
			return s
		}
	}
	for _, l := range slices.Sorted(maps.Keys(t)) {
		if t[l] != "" {
			return t[l]
		}
	}
	return ""
}

// IsZero reports whether the text is empty in every language.
func (t Text) IsZero() bool {
	for _, s := range t {
		if s != "" {
			return false
		}
	}
	return true
}

// String is the text in English, or what [Text.In] falls back to.
func (t Text) String() string { return t.In(lang.EN) }

// MarshalJSON encodes a plain string or an object of strings.
func (t Text) MarshalJSON() ([]byte, error) {
	if plain, ok := t[""]; ok && len(t) == 1 {
		return marshal(plain)
	}
	return marshal(map[lang.Lang]string(t))
}

// UnmarshalJSON reads a plain string or an object of strings.
func (t *Text) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	if len(b) > 0 && b[0] == '"' {
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*t = Plain(s)
		return nil
	}
	var m map[lang.Lang]string
	if err := json.Unmarshal(b, &m); err != nil {
		return fmt.Errorf("text: want a string, or an object such as {\"en\": \"...\", \"nl\": \"...\"}: %w", err)
	}
	*t = m
	return nil
}

func (t Text) check(c Checker) {
	for _, l := range slices.Sorted(maps.Keys(t)) {
		c.Assert(l == "" || validLang(string(l)), CodeTextLang, "have", string(l))
	}
}

// validLang accepts the form of a language code: "de", "pt-BR".
func validLang(s string) bool {
	if len(s) < 2 || len(s) > 16 {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}
