package jsonstream

import (
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// String reads a string; a null reads as "". Bytes that are not UTF-8 and lone
// surrogates become U+FFFD, as in encoding/json.
func (r *Reader) String() (string, error) {
	c, err := r.Peek()
	switch {
	case err != nil:
		return "", err
	case c == 'n':
		return "", r.literal("null")
	case c != '"':
		return "", r.wrongType("a string", c)
	}
	raw, err := r.token()
	return string(raw), err
}

// Bool reads a boolean; a null reads as false.
func (r *Reader) Bool() (bool, error) {
	c, err := r.Peek()
	if err != nil {
		return false, err
	}
	switch c {
	case 'n':
		return false, r.literal("null")
	case 'f':
		return false, r.literal("false")
	case 't':
		return true, r.literal("true")
	default:
		return false, r.wrongType("a boolean", c)
	}
}

// Number reads a number as it is written; a null reads as "".
func (r *Reader) Number() (string, error) {
	c, err := r.Peek()
	switch {
	case err != nil:
		return "", err
	case c == 'n':
		return "", r.literal("null")
	case c != '-' && (c < '0' || c > '9'):
		return "", r.wrongType("a number", c)
	}
	raw, err := r.number()
	return string(raw), err
}

// Skip consumes the next value, whatever it is, checking its syntax only.
func (r *Reader) Skip() error {
	c, err := r.Peek()
	if err != nil {
		return err
	}
	switch c {
	case '{':
		return r.skipAll('{', '}')
	case '[':
		return r.skipAll('[', ']')
	case '"':
		return r.skipString()
	case 't':
		return r.literal("true")
	case 'f':
		return r.literal("false")
	case 'n':
		return r.literal("null")
	}
	if c == '-' || c >= '0' && c <= '9' {
		_, err := r.number()
		return err
	}
	return r.Fault("syntax", fmt.Sprintf("want a value, have %q", rune(c)))
}

func (r *Reader) skipAll(open, bracket byte) error {
	if _, err := r.open(open, "a value"); err != nil {
		return err
	}
	for n := 0; ; n++ {
		done, err := r.next(bracket, n)
		if err != nil {
			return err
		}
		if done {
			r.depth--
			return nil
		}
		if open == '{' {
			if err := r.skipKey(); err != nil {
				return err
			}
		}
		if err := r.Skip(); err != nil {
			return err
		}
	}
}

func (r *Reader) skipKey() error {
	c, err := r.Peek()
	if err != nil {
		return err
	}
	if c != '"' {
		return r.Fault("syntax", fmt.Sprintf("want a key, have %q", rune(c)))
	}
	if err := r.skipString(); err != nil {
		return err
	}
	return r.colon()
}

// skipString keeps nothing, so it needs no limit.
func (r *Reader) skipString() error {
	r.pos++
	for {
		i := plain(r.buf, r.pos)
		r.pos = i
		if i == len(r.buf) {
			if !r.fill(i) {
				return r.atEnd()
			}
			continue
		}
		switch r.buf[i] {
		case '"':
			r.pos++
			return nil
		case '\\':
			if _, err := r.escape(); err != nil {
				return err
			}
		default:
			return r.Fault("syntax", "a control character in a string")
		}
	}
}

// plain is the first index from i of a quote, a backslash or a control character.
func plain(b []byte, i int) int {
	for i < len(b) && b[i] != '"' && b[i] != '\\' && b[i] >= ' ' {
		i++
	}
	return i
}

// token reads the string that comes next; the slice lives until the next call.
func (r *Reader) token() ([]byte, error) {
	r.pos++
	out := r.scratch[:0]
	for {
		i := plain(r.buf, r.pos)
		part := r.buf[r.pos:i]
		if len(out)+len(part) > MaxToken {
			return nil, r.Fault("limit", fmt.Sprintf("a string of more than %d bytes", MaxToken))
		}
		r.pos = i
		if i < len(r.buf) && r.buf[i] == '"' {
			r.pos++
			if len(out) > 0 {
				out = append(out, part...)
				r.scratch, part = out, out
			}
			return repair(part), nil
		}
		out = append(out, part...)
		r.scratch = out
		if i == len(r.buf) {
			if !r.fill(i) {
				return nil, r.atEnd()
			}
			continue
		}
		if r.buf[i] != '\\' {
			return nil, r.Fault("syntax", "a control character in a string")
		}
		char, err := r.escape()
		if err != nil {
			return nil, err
		}
		out = utf8.AppendRune(out, char)
		r.scratch = out
	}
}

// repair is b with each byte that is not UTF-8 replaced by U+FFFD.
func repair(b []byte) []byte {
	if utf8.Valid(b) {
		return b
	}
	out := make([]byte, 0, len(b)+16)
	for len(b) > 0 {
		char, n := utf8.DecodeRune(b)
		out = utf8.AppendRune(out, char)
		b = b[n:]
	}
	return out
}

// escape consumes an escape and, for a surrogate, its other half.
func (r *Reader) escape() (rune, error) {
	char, err := r.escape1()
	if err != nil || !utf16.IsSurrogate(char) {
		return char, err
	}
	if !r.need(6) {
		return utf8.RuneError, nil // no second half; the end of the input is met next
	}
	if r.buf[r.pos] != '\\' || r.buf[r.pos+1] != 'u' {
		return utf8.RuneError, nil
	}
	low, ok := hex4(r.buf[r.pos+2 : r.pos+6])
	if !ok {
		return 0, r.Fault("syntax", "want four hexadecimal digits after \\u")
	}
	if pair := utf16.DecodeRune(char, low); pair != utf8.RuneError {
		r.pos += 6
		return pair, nil
	}
	return utf8.RuneError, nil
}

// need makes n bytes available, if the input has as many.
func (r *Reader) need(n int) bool {
	for len(r.buf)-r.pos < n {
		if !r.fill(r.pos) {
			return false
		}
	}
	return true
}

func (r *Reader) escape1() (rune, error) {
	if !r.need(2) {
		return 0, r.atEnd()
	}
	c := r.buf[r.pos+1]
	if c == 'u' {
		if !r.need(6) {
			return 0, r.atEnd()
		}
		char, ok := hex4(r.buf[r.pos+2 : r.pos+6])
		if !ok {
			return 0, r.Fault("syntax", "want four hexadecimal digits after \\u")
		}
		r.pos += 6
		return char, nil
	}
	char, known := rune(0), true
	switch c {
	case '"', '\\', '/':
		char = rune(c)
	case 'b':
		char = '\b'
	case 'f':
		char = '\f'
	case 'n':
		char = '\n'
	case 'r':
		char = '\r'
	case 't':
		char = '\t'
	default:
		known = false
	}
	if !known {
		return 0, r.Fault("syntax", fmt.Sprintf("no such escape: \\%c", c))
	}
	r.pos += 2
	return char, nil
}

func hex4(b []byte) (rune, bool) {
	var v rune
	for _, c := range b {
		switch {
		case c >= '0' && c <= '9':
			v = v<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			v = v<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			v = v<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
	}
	return v, true
}

// number consumes a number; the slice lives until the next call.
func (r *Reader) number() ([]byte, error) {
	n := 0
	for {
		for r.pos+n < len(r.buf) && inNumber(r.buf[r.pos+n]) {
			n++
		}
		if n > MaxToken {
			return nil, r.Fault("limit", fmt.Sprintf("a number of more than %d bytes", MaxToken))
		}
		if r.pos+n < len(r.buf) || !r.fill(r.pos) {
			break
		}
	}
	raw := r.buf[r.pos : r.pos+n]
	if !validNumber(raw) {
		if last := raw[n-1]; r.pos+n == len(r.buf) && (last < '0' || last > '9') {
			return nil, r.atEnd()
		}
		return nil, r.Fault("syntax", fmt.Sprintf("not a number: %.40q", raw))
	}
	r.pos += n
	return raw, nil
}

func inNumber(c byte) bool {
	return c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'
}

// validNumber is the grammar of RFC 8259, section 6.
func validNumber(b []byte) bool {
	if len(b) > 0 && b[0] == '-' {
		b = b[1:]
	}
	whole := digits(b)
	if whole == 0 || whole > 1 && b[0] == '0' {
		return false
	}
	b = b[whole:]
	if len(b) > 0 && b[0] == '.' {
		n := digits(b[1:])
		if n == 0 {
			return false
		}
		b = b[1+n:]
	}
	if len(b) > 0 && (b[0] == 'e' || b[0] == 'E') {
		b = b[1:]
		if len(b) > 0 && (b[0] == '+' || b[0] == '-') {
			b = b[1:]
		}
		n := digits(b)
		return n > 0 && n == len(b)
	}
	return len(b) == 0
}

func digits(b []byte) int {
	n := 0
	for n < len(b) && b[n] >= '0' && b[n] <= '9' {
		n++
	}
	return n
}
