package xmlstream

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// start reads a start tag and makes its element the current one.
func (r *Reader) start() ([]byte, error) {
	n, err := r.tagEnd()
	if err != nil {
		return nil, err
	}
	tag := r.buf[r.pos+1 : r.pos+n] // without < and >
	r.empty = false
	if len(tag) > 0 && tag[len(tag)-1] == '/' {
		tag, r.empty = tag[:len(tag)-1], true
	}
	size := nameLen(tag)
	switch {
	case size == 0:
		return nil, r.Fault("syntax", fmt.Sprintf("want a name after <, have %.20q", tag))
	case len(r.open) == MaxDepth:
		return nil, r.Fault("limit", fmt.Sprintf("nested more than %d deep", MaxDepth))
	}
	r.open = append(r.open, len(r.names))
	r.names = append(r.names, tag[:size]...)
	if err := r.attributes(tag, size); err != nil {
		return nil, err
	}
	r.tag = tag
	r.pos += n + 1
	return r.name(len(r.open) - 1), nil
}

// tagEnd is the distance from < to its >, which may stand in quotes before.
func (r *Reader) tagEnd() (int, error) {
	quote := byte(0)
	for n := 1; ; n++ {
		if r.pos+n == len(r.buf) && !r.fill() {
			return 0, r.atEnd()
		}
		switch c := r.buf[r.pos+n]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return n, nil
		}
		if r.buf[r.pos+n] == '<' {
			return 0, r.Fault("syntax", "a < inside a tag")
		}
		if n > MaxToken {
			return 0, r.Fault("limit", fmt.Sprintf("a tag of more than %d bytes", MaxToken))
		}
	}
}

// nameLen is the length of the XML name that b begins with. Characters beyond
// ASCII are taken as name characters.
func nameLen(b []byte) int {
	for i, c := range b {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_', c == ':', c >= utf8.RuneSelf:
		case i > 0 && (c >= '0' && c <= '9' || c == '-' || c == '.'):
		default:
			return i
		}
	}
	return len(b)
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// spaced is the first index from i that is not white space.
func spaced(b []byte, i int) int {
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	return i
}

// attributes splits tag[i:] into Reader.attrs.
func (r *Reader) attributes(tag []byte, i int) error {
	r.attrs = r.attrs[:0]
	for {
		spaces := i
		if i = spaced(tag, i); i == len(tag) {
			return nil
		}
		a := attr{name: i, nameEnd: i + nameLen(tag[i:])}
		if a.name == a.nameEnd || spaces == i {
			return r.Fault("syntax", fmt.Sprintf("want an attribute, have %.20q", tag[i:]))
		}
		i = spaced(tag, a.nameEnd)
		if i == len(tag) || tag[i] != '=' {
			return r.Fault("syntax", fmt.Sprintf("attribute %s has no value", tag[a.name:a.nameEnd]))
		}
		i = spaced(tag, i+1)
		size := -1
		if i < len(tag) && (tag[i] == '"' || tag[i] == '\'') {
			size = bytes.IndexByte(tag[i+1:], tag[i])
		}
		if size < 0 {
			return r.Fault("syntax", fmt.Sprintf("attribute %s is not in quotes", tag[a.name:a.nameEnd]))
		}
		a.value, a.valueEnd = i+1, i+1+size
		i = a.valueEnd + 1
		if err := r.attribute(tag, a); err != nil {
			return err
		}
	}
}

// attribute adds a, unless its name occurs twice or its value has an unknown
// entity.
func (r *Reader) attribute(tag []byte, a attr) error {
	name := tag[a.name:a.nameEnd]
	for _, b := range r.attrs {
		if bytes.Equal(tag[b.name:b.nameEnd], name) {
			return r.Fault("syntax", fmt.Sprintf("attribute %s occurs twice", name))
		}
	}
	if value := tag[a.value:a.valueEnd]; bytes.IndexByte(value, '&') >= 0 {
		if _, err := r.plain(nil, value, true); err != nil {
			return err
		}
	}
	r.attrs = append(r.attrs, a)
	return nil
}

// Attr is the value of an attribute of the current element, which must not be
// consumed yet.
func (r *Reader) Attr(name string) (string, bool) {
	for _, a := range r.attrs {
		if string(r.tag[a.name:a.nameEnd]) == name {
			value, err := r.plain(nil, r.tag[a.value:a.valueEnd], true)
			return string(value), err == nil
		}
	}
	return "", false
}

// keep appends text to Reader.scratch.
func (r *Reader) keep(text []byte, entities bool) error {
	if len(r.scratch)+len(text) > MaxToken {
		return r.Fault("limit", fmt.Sprintf("a text of more than %d bytes", MaxToken))
	}
	var err error
	r.scratch, err = r.plain(r.scratch, text, entities)
	return err
}

// plain appends b to dst as UTF-8, without entities and carriage returns.
func (r *Reader) plain(dst, b []byte, entities bool) ([]byte, error) {
	for len(b) > 0 {
		n := bytes.IndexAny(b, "&\r")
		if n < 0 {
			n = len(b)
		}
		dst = r.decode(dst, b[:n])
		if b = b[n:]; len(b) == 0 {
			break
		}
		if b[0] == '&' && entities {
			char, size := entity(b)
			if size == 0 {
				return dst, r.Fault("entity", fmt.Sprintf("unknown entity %.20q", b))
			}
			dst = utf8.AppendRune(dst, char)
			b = b[size:]
			continue
		}
		if b[0] == '&' {
			dst = append(dst, '&')
		} else if len(b) == 1 || b[1] != '\n' {
			dst = append(dst, '\n')
		}
		b = b[1:]
	}
	return dst, nil
}

// decode appends b, which has the encoding of the document.
func (r *Reader) decode(dst, b []byte) []byte {
	if !r.latin && utf8.Valid(b) {
		return append(dst, b...)
	}
	for len(b) > 0 {
		char, n := rune(b[0]), 1
		if !r.latin {
			char, n = utf8.DecodeRune(b)
		}
		dst = utf8.AppendRune(dst, char)
		b = b[n:]
	}
	return dst
}

// entity reads one of the five entities, or a character by number.
func entity(b []byte) (char rune, size int) {
	end := bytes.IndexByte(b[:min(len(b), 16)], ';')
	if end < 0 {
		return 0, 0
	}
	switch name := string(b[1:end]); name {
	case "lt":
		char = '<'
	case "gt":
		char = '>'
	case "amp":
		char = '&'
	case "quot":
		char = '"'
	case "apos":
		char = '\''
	default:
		number, base := "", 10
		if len(name) > 1 && name[0] == '#' {
			number = name[1:]
		}
		if len(number) > 1 && number[0] == 'x' {
			number, base = number[1:], 16
		}
		v, err := strconv.ParseUint(number, base, 32)
		char = rune(v) //nolint:gosec // what overflows is negative, so no character
		if err != nil || !isChar(char) {
			return 0, 0
		}
	}
	return char, end + 1
}

// isChar tells the characters that XML allows.
func isChar(c rune) bool {
	return c == '\t' || c == '\n' || c == '\r' || c >= ' ' && c <= 0xd7ff || c >= 0xe000 && c <= 0xfffd || c >= 0x10000 && c <= utf8.MaxRune
}
