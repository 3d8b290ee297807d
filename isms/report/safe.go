package report

import (
	"html/template"
	"io"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// literal is markup written in this package's source. Only a constant turns
// into one without a conversion, so a text from outside cannot be written as
// markup: the compiler refuses it.
type literal string

// markup writes HTML or SVG: literal markup as it stands, texts escaped.
type markup struct{ w io.StringWriter }

func (m markup) tag(l literal) { _, _ = m.w.WriteString(string(l)) }
func (m markup) number(n int)  { _, _ = m.w.WriteString(strconv.Itoa(n)) }
func (m markup) text(s string) { _, _ = m.w.WriteString(template.HTMLEscapeString(clean(s))) }
func (m markup) lines(s string) { // text with its line breaks
	for i, line := range strings.Split(clean(s), "\n") {
		if i > 0 {
			m.tag("<br>")
		}
		m.text(line)
	}
}

// clean makes any string safe to show: valid UTF-8, one kind of line end, no
// control characters, and nothing that turns the reading direction around.
// It allocates only when there is something to clean.
func clean(s string) string {
	for i, r := range s {
		if cleanRune(r) != r || r == utf8.RuneError {
			s = s[:i] + strings.ReplaceAll(strings.ToValidUTF8(s[i:], "\uFFFD"), "\r\n", "\n")
			return strings.Map(cleanRune, s)
		}
	}
	return s
}

func cleanRune(r rune) rune {
	switch {
	case r >= ' ' && r < 0x7f || r == '\n':
		return r
	case r == '\t':
		return ' '
	case r == '\r' || r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029:
		return '\n'
	case r < ' ' || r >= 0x7f && r < 0xa0,
		r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, // bidirectional embeddings, overrides, isolates
		r&0xfffe == 0xfffe, r >= 0xfdd0 && r <= 0xfdef: // not characters; XML forbids some of them
		return utf8.RuneError
	default:
		return r
	}
}

// safeHref is href in a form that is safe inside an attribute and inside
// <...> in Markdown, or false when it is not a link we print: only "#id",
// relative addresses, http and https. Addresses that browsers read as another
// host ("//host", "/\host") or that carry a user name are refused too.
func safeHref(href string) (string, bool) {
	if href == "" || strings.ContainsAny(href, "\\ \"<>^`{|}\n") || strings.HasPrefix(href, "//") || !utf8.ValidString(href) || clean(href) != href {
		return "", false
	}
	u, err := url.Parse(href)
	if err != nil || u.Opaque != "" || u.User != nil {
		return "", false
	}
	switch u.Scheme {
	case "":
		if u.Host != "" {
			return "", false
		}
	case "http", "https":
		if u.Host == "" {
			return "", false
		}
	default:
		return "", false
	}
	const plain = "-._~/?#[]@!$&+,;=:%"
	var out strings.Builder
	for i := range len(href) {
		c := href[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte(plain, c) >= 0 {
			out.WriteByte(c)
			continue
		}
		const hex = "0123456789ABCDEF"
		out.WriteByte('%')
		out.WriteByte(hex[c>>4])
		out.WriteByte(hex[c&15])
	}
	return out.String(), true
}
