package oscal

import (
	"encoding/hex"
	"strings"
	"unicode"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
)

// token is an id as OSCAL can have it: letters, digits, "." and "-" stay, ":" is
// "__", and every other byte is "_" with two hexadecimal digits, as is a first
// one that is no letter. No two ids have one token.
func token(id string) string {
	var b strings.Builder
	for i := range len(id) {
		c := id[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		switch {
		case letter, i > 0 && (isAlphanumeric(c) || c == '.' || c == '-'):
			b.WriteByte(c)
		case c == ':' && i > 0:
			b.WriteString("__")
		default:
			b.WriteString("_" + hex.EncodeToString([]byte{c}))
		}
	}
	return b.String()
}

// untoken is the id of a token; false when it is not one that token makes.
func untoken(s string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '_' {
			b.WriteByte(s[i])
			continue
		}
		if strings.HasPrefix(s[i:], "__") {
			b.WriteByte(':')
			i++
			continue
		}
		raw, err := hex.DecodeString(s[i+1 : min(i+3, len(s))])
		if err != nil || len(raw) != 1 {
			return "", false
		}
		b.Write(raw)
		i += 2
	}
	return b.String(), b.Len() > 0 && token(b.String()) == s
}

// isToken reports whether s is a token in OSCAL.
func isToken(s string) bool {
	for i, r := range s {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || r != '.' && r != '-' && !unicode.IsNumber(r)) {
			return false
		}
	}
	return s != ""
}

// isAnnexA reports whether a control is one of Annex A.
func isAnnexA(id isms.ControlID) bool {
	known, err := annexa.ParseID(string(id))
	return err == nil && known.String() == string(id)
}
