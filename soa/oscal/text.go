package oscal

import (
	"strings"
	"unicode"
)

// line is s as a text that OSCAL can have on one line: without line ends, and
// without white space around it.
func line(s string) string {
	ends := func(r rune) bool { return r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029' }
	if strings.ContainsFunc(s, ends) {
		s = strings.Join(strings.FieldsFunc(s, ends), " ")
	}
	return strings.TrimFunc(s, blank)
}

// blank is white space in Go or in ECMAScript, whose patterns OSCAL uses.
func blank(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' }

// markup is the Markdown that shows s as it is. Line ends that Markdown would
// join are hard ones; blanks that it would drop are character references.
// [plain] undoes it.
func markup(s string) string {
	var b strings.Builder
	b.Grow(len(s) + len(s)/16)
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if i > 0 {
			if l != "" && lines[i-1] != "" {
				b.WriteByte('\\')
			}
			b.WriteByte('\n')
		}
		markupLine(&b, l)
	}
	return b.String()
}

func markupLine(b *strings.Builder, l string) {
	tail := ""
	if l != "" && (l[0] == ' ' || l[0] == '\t') {
		b.WriteString(reference(l[0]))
		l = l[1:]
		rest := strings.TrimLeft(l, " \t")
		if rest != "" {
			b.WriteString(l[:len(l)-len(rest)])
			l = rest
		}
	}
	if n := len(l); n > 0 && (l[n-1] == ' ' || l[n-1] == '\t') {
		tail, l = reference(l[n-1]), l[:n-1]
	}
	marker := -1 // where a list, heading or rule would be begun
	if digits := len(l) - len(strings.TrimLeft(l, "0123456789")); digits < len(l) {
		if c := l[digits]; digits > 0 && (c == '.' || c == ')') || digits == 0 && strings.IndexByte("#-+=>|", c) >= 0 {
			marker = digits
		}
	}
	for i := range len(l) {
		c := l[i]
		switch {
		case c == '\r':
			b.WriteString(reference(c))
			continue
		case i == marker, strings.IndexByte("\\`*_[]<~^", c) >= 0,
			c == '{' && i+1 < len(l) && l[i+1] == '{',
			c == '&' && i+1 < len(l) && (l[i+1] == '#' || isAlphanumeric(l[i+1])):
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	b.WriteString(tail)
}

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func reference(c byte) string {
	switch c {
	case ' ':
		return "&#32;"
	case '\t':
		return "&#9;"
	default:
		return "&#13;"
	}
}

// plain is the text that Markdown without formatting shows. Formatting stays
// as it is written: then markup(plain(s)) is not s.
func plain(s string) string {
	if !strings.ContainsAny(s, "\\&") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '\\' && i+1 < len(s) && (s[i+1] == '\n' || isPunctuation(s[i+1])) {
			i++
			b.WriteByte(s[i])
			continue
		}
		if c == '&' {
			found := false
			for _, blank := range []byte{' ', '\t', '\r'} {
				if ref := reference(blank); strings.HasPrefix(s[i:], ref) {
					b.WriteByte(blank)
					i += len(ref) - 1
					found = true
					break
				}
			}
			if found {
				continue
			}
		}
		b.WriteByte(c)
	}
	return b.String()
}

// isPunctuation reports what a backslash may stand before (CommonMark 2.4).
func isPunctuation(c byte) bool { return c > ' ' && c < 0x7f && !isAlphanumeric(c) }
