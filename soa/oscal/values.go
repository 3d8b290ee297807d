package oscal

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// fits says what was wanted when a value is not of a data type; "" when it is.
func fits(n *node, typ string) string {
	switch typ {
	case "bool":
		return want(n.kind == 't', "true or false")
	case "int", "nat", "pos", "decimal":
		least := map[string]int64{"nat": 0, "pos": 1}
		i, err := strconv.ParseInt(n.text, 10, 64)
		floor, bounded := least[typ]
		whole := err == nil && (!bounded || i >= floor)
		return want(n.kind == '0' && (typ == "decimal" || whole), "a number")
	}
	if n.kind != '"' {
		return "a text"
	}
	s := n.text
	switch typ {
	case "text":
		return ""
	case "line":
		return want(s != "" && !strings.Contains(s, "\n"), "a text on one line")
	case "string":
		return want(isString(s), "a text on one line without blanks around it")
	case "token":
		return want(isToken(s), "a token")
	case "uuid":
		return want(isUUID(s), "a uuid of version 4 or 5")
	case "uri":
		scheme, rest, _ := strings.Cut(s, ":")
		return want(isScheme(scheme) && rest != "" && isURI(s), "a URI")
	case "uriref":
		return want(isURI(s), "a URI reference")
	case "email":
		at := strings.LastIndexByte(s, '@')
		return want(isString(s) && at > 0 && at < len(s)-1, "an e-mail address")
	case "datetime":
		t, err := time.Parse(time.RFC3339Nano, s)
		return want(err == nil && inYears(t) && !strings.Contains(s, ","), "a moment such as 2026-03-01T00:00:00Z")
	case "date":
		t, err := time.Parse(time.DateOnly, s[:min(len(s), len(time.DateOnly))])
		return want(err == nil && inYears(t) && isZone(s[len(time.DateOnly):]), "a day such as 2026-03-01")
	case "base64":
		_, err := base64.StdEncoding.DecodeString(s)
		return want(s != "" && err == nil, "base64")
	}
	if words, found := strings.CutPrefix(typ, "enum("); found {
		words = strings.TrimSuffix(words, ")")
		return want(slices.Contains(strings.Split(words, "|"), s), strings.ReplaceAll(words, "|", ", "))
	}
	return "no data type " + typ // only a wrong model gets here
}

func want(ok bool, what string) string {
	if ok {
		return ""
	}
	return what
}

// isString reports whether s is a text that has one line and no blanks around it.
func isString(s string) bool {
	return s != "" && !strings.ContainsAny(s, "\n\r\u2028\u2029") && strings.TrimFunc(s, blank) == s
}

// isUUID accepts versions 4 and 5.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		hex := s[i] >= '0' && s[i] <= '9' || s[i]|0x20 >= 'a' && s[i]|0x20 <= 'f'
		switch i {
		case 8, 13, 18, 23:
			if s[i] != '-' {
				return false
			}
		case 14:
			if s[i] != '4' && s[i] != '5' {
				return false
			}
		case 19:
			if strings.IndexByte("89abAB", s[i]) < 0 {
				return false
			}
		default:
			if !hex {
				return false
			}
		}
	}
	return true
}

// isScheme accepts what OSCAL does: at least two characters.
func isScheme(s string) bool {
	for i := range len(s) {
		if !isAlphanumeric(s[i]) && (i == 0 || strings.IndexByte("+-.", s[i]) < 0) {
			return false
		}
	}
	return len(s) > 1 && (s[0] < '0' || s[0] > '9')
}

// isURI accepts the characters of a URI reference (RFC 3986), escapes whole.
func isURI(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || !isAlphanumeric(c) && strings.IndexByte("-._~:/?#[]@!$&'()*+,;=%", c) < 0 {
			return false
		}
	}
	_, err := url.Parse(s)
	_, bad := url.PathUnescape(s)
	return err == nil && bad == nil && strings.Count(s, "#") <= 1
}

// inYears reports whether OSCAL can have the year of a moment.
func inYears(t time.Time) bool { return t.Year() >= 1900 && t.Year() <= 2999 }

// isZone accepts what may follow a day: nothing, "Z" or an offset.
func isZone(s string) bool {
	if s == "" || s == "Z" {
		return true
	}
	_, err := time.Parse("-07:00", s)
	return err == nil
}
