package yamljson

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// jsonParser reads JSON strictly, RFC 8259 and no more.
type jsonParser struct {
	doc  *Doc
	src  string
	pos  int
	errs Errors
	at   trail
}

// jsonFault ends the parse: after a fault of syntax nothing is certain.
type jsonFault struct{ err *Error }

func (d *Doc) parseJSON() error {
	p := jsonParser{doc: d, src: d.src}
	p.blanks()
	if p.pos == len(p.src) {
		return d.refuse(p.pos, codeEmpty)
	}
	if fault := p.value(&d.root, 1); fault != nil {
		return append(p.errs, fault.err)
	}
	p.blanks()
	if p.pos < len(p.src) {
		p.errs = p.errs.with(d.fault(p.pos, "", codeSecond))
	}
	return p.errs.err()
}

func (p *jsonParser) fail(off int, code string, args ...string) *jsonFault {
	return &jsonFault{p.doc.fault(off, p.at.String(), code, args...)}
}

func (p *jsonParser) expected(want string) *jsonFault {
	if p.pos >= len(p.src) {
		return p.fail(p.pos, codeSyntax, "detail", "want "+want+", have the end")
	}
	r, _ := utf8.DecodeRuneInString(p.src[p.pos:])
	return p.fail(p.pos, codeSyntax, "detail", fmt.Sprintf("want %s, have %q", want, r))
}

func (p *jsonParser) blanks() {
	for p.pos < len(p.src) {
		switch p.src[p.pos] {
		case ' ', '\t', '\r', '\n':
			p.pos++
		default:
			return
		}
	}
}

// next is the next character that is not blank, 0 at the end.
func (p *jsonParser) next() byte {
	p.blanks()
	if p.pos == len(p.src) {
		return 0
	}
	return p.src[p.pos]
}

func (p *jsonParser) value(n *node, depth int) *jsonFault {
	c := p.next()
	n.off = p.pos
	var fault *jsonFault
	switch {
	case c == '{' || c == '[':
		if depth > MaxDepth {
			return p.fail(p.pos, codeTooDeep, "max", itoa(MaxDepth))
		}
		p.pos++
		if c == '{' {
			fault = p.object(n, depth)
		} else {
			fault = p.array(n, depth)
		}
	case c == '"':
		n.style = quoted
		n.value, fault = p.str()
	case c == '-' || (c >= '0' && c <= '9'), c >= 'a' && c <= 'z':
		n.style = literal
		fault = p.literal(n)
	default:
		fault = p.expected("a value")
	}
	n.end = p.pos
	return fault
}

func (p *jsonParser) array(n *node, depth int) *jsonFault {
	n.kind = sequence
	if p.next() == ']' {
		p.pos++
		return nil
	}
	for {
		n.kids = append(n.kids, node{})
		p.at = append(p.at, step{index: len(n.kids) - 1})
		if fault := p.value(&n.kids[len(n.kids)-1], depth+1); fault != nil {
			return fault
		}
		p.at = p.at[:len(p.at)-1]
		switch p.next() {
		case ',':
			p.pos++
		case ']':
			p.pos++
			return nil
		default:
			return p.expected(`"," or "]"`)
		}
	}
}

func (p *jsonParser) object(n *node, depth int) *jsonFault {
	n.kind = mapping
	if p.next() == '}' {
		p.pos++
		return nil
	}
	for {
		if p.next() != '"' {
			return p.expected("a key in double quotes")
		}
		off := p.pos
		key, fault := p.str()
		if fault != nil {
			return fault
		}
		n.kids = append(n.kids, node{style: quoted, off: off, end: p.pos, value: key}, node{})
		p.at = append(p.at, step{key: key, isKey: true})
		if p.next() != ':' {
			return p.expected(`":"`)
		}
		p.pos++
		if fault := p.value(&n.kids[len(n.kids)-1], depth+1); fault != nil {
			return fault
		}
		p.at = p.at[:len(p.at)-1]
		switch p.next() {
		case ',':
			p.pos++
		case '}':
			p.pos++
			p.duplicates(n)
			return nil
		default:
			return p.expected(`"," or "}"`)
		}
	}
}

func (p *jsonParser) duplicates(n *node) {
	for _, d := range doubles(n) {
		if len(p.errs) == maxErrors {
			return
		}
		line, _ := p.doc.position(d.first.off)
		p.at = append(p.at, step{key: d.key.value, isKey: true})
		p.errs = p.errs.with(p.fail(d.key.off, codeDuplicateKey, "key", excerptText(d.key.value), "line", itoa(line)).err)
		p.at = p.at[:len(p.at)-1]
	}
}

func (p *jsonParser) literal(n *node) *jsonFault {
	start := p.pos
	for p.pos < len(p.src) && strings.IndexByte("+-.0123456789abcdefghijklmnopqrstuvwxyzE", p.src[p.pos]) >= 0 {
		p.pos++
	}
	n.value = p.src[start:p.pos]
	switch {
	case n.value == "true", n.value == "false", n.value == "null", isNumber(n.value):
		return p.long(start, n.value)
	default:
		return p.fail(start, codeSyntax, "detail", "want a value, have "+excerpt(n))
	}
}

func (p *jsonParser) long(off int, value string) *jsonFault {
	if len(value) > MaxScalarBytes {
		return p.fail(off, codeLongScalar, "have", itoa(len(value)), "max", itoa(MaxScalarBytes))
	}
	return nil
}

// str reads a string from its opening quote on.
func (p *jsonParser) str() (string, *jsonFault) {
	start := p.pos
	p.pos++
	from := p.pos
	var b strings.Builder
	for p.pos < len(p.src) {
		switch c := p.src[p.pos]; {
		case c == '"':
			value := p.src[from:p.pos]
			if b.Len() > 0 {
				b.WriteString(value)
				value = b.String()
			}
			p.pos++
			return value, p.long(start, value)
		case c < ' ':
			return "", p.fail(p.pos, codeSyntax, "detail", fmt.Sprintf("character U+%04X in a string, want an escape", c))
		case c == '\\':
			b.WriteString(p.src[from:p.pos])
			r, fault := p.escape()
			if fault != nil {
				return "", fault
			}
			b.WriteRune(r)
			from = p.pos
		default:
			p.pos++
		}
	}
	return "", p.expected(`"`)
}

func (p *jsonParser) escape() (rune, *jsonFault) {
	start := p.pos
	p.pos++
	if p.pos == len(p.src) {
		return 0, p.expected("an escape")
	}
	c := p.src[p.pos]
	if i := strings.IndexByte(`"\/bfnrt`, c); i >= 0 {
		p.pos++
		return rune("\"\\/\b\f\n\r\t"[i]), nil
	}
	if c != 'u' {
		return 0, p.expected("an escape")
	}
	r, ok := p.hex(p.pos + 1)
	if !ok {
		return 0, p.fail(start, codeSyntax, "detail", `want four hexadecimal digits after \u`)
	}
	p.pos += 5
	if !utf16.IsSurrogate(r) {
		return r, nil
	}
	if strings.HasPrefix(p.src[p.pos:], `\u`) {
		if low, ok := p.hex(p.pos + 2); ok {
			if whole := utf16.DecodeRune(r, low); whole != utf8.RuneError {
				p.pos += 6
				return whole, nil
			}
		}
	}
	return 0, p.fail(start, codeSurrogate, "have", p.src[start:p.pos])
}

func (p *jsonParser) hex(at int) (rune, bool) {
	if at+4 > len(p.src) {
		return 0, false
	}
	var r rune
	for _, c := range []byte(p.src[at : at+4]) {
		i := strings.IndexByte("0123456789abcdef", c|0x20)
		if i < 0 || (c|0x20 != c && c < 'A') {
			return 0, false
		}
		r = r<<4 | rune(i) //nolint:gosec // below 16
	}
	return r, true
}
