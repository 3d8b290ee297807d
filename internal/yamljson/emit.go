package yamljson

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Marshal writes v as YAML: block style, two spaces a level, keys in the order of
// [MarshalJSON]. Whatever a reader of YAML 1.1 or 1.2 might not take for text is
// quoted; text of several lines is a literal block where that is safe; long lines
// are never folded. The result is read back and compared with the JSON of v
// before it is returned.
func Marshal(v any) ([]byte, error) {
	_, doc, err := canonical(v)
	if err != nil {
		return nil, err
	}
	out := []byte(document(&doc.root))
	again, err := Parse("", out)
	if err != nil {
		return nil, fmt.Errorf("encode %T as YAML: %w", v, err)
	}
	if !equal(&doc.root, &again.root, true) {
		return nil, fmt.Errorf("encode %T as YAML: %w", v, doc.refuse(0, codeReread))
	}
	return out, nil
}

// document writes a whole document.
func document(n *node) string {
	var e emitter
	if n.kind == scalar || len(n.kids) == 0 {
		e.b.WriteString(inline(n, 2))
	} else {
		e.lines(n, 0)
	}
	e.b.WriteString("\n")
	return e.b.String()
}

// emitter writes nodes of JSON as YAML. Nothing it writes ends in a line end.
type emitter struct{ b strings.Builder }

// lines writes a mapping or sequence that is not empty; the first line is not
// indented, the others by indent.
func (e *emitter) lines(n *node, indent int) {
	next := "\n" + strings.Repeat(" ", indent)
	if n.kind == sequence {
		for i := range n.kids {
			if i > 0 {
				e.b.WriteString(next)
			}
			e.b.WriteString("-")
			e.item(&n.kids[i], indent)
		}
		return
	}
	for i := 0; i < len(n.kids); i += 2 {
		if i > 0 {
			e.b.WriteString(next)
		}
		e.b.WriteString(keyText(n.kids[i].value, next))
		e.child(&n.kids[i+1], indent)
	}
}

// keyText is a key up to its colon. YAML allows no more than 1024 characters
// before the colon unless a question mark comes first.
func keyText(key, next string) string {
	const most = 256
	text := scalarText(key)
	if len(text) > most {
		return "? " + text + next + ":"
	}
	return text + ":"
}

// child writes what follows a colon.
func (e *emitter) child(n *node, indent int) {
	if n.kind == scalar || len(n.kids) == 0 {
		e.b.WriteString(" " + inline(n, indent+2))
		return
	}
	e.b.WriteString("\n" + strings.Repeat(" ", indent+2))
	e.lines(n, indent+2)
}

// item writes what follows a dash.
func (e *emitter) item(n *node, indent int) {
	e.b.WriteString(" ")
	if n.kind == scalar || len(n.kids) == 0 {
		e.b.WriteString(inline(n, indent+2))
		return
	}
	e.lines(n, indent+2)
}

// inline is a scalar or an empty collection; a literal block is indented.
func inline(n *node, indent int) string {
	switch {
	case n.kind == mapping:
		return "{}"
	case n.kind == sequence:
		return "[]"
	case n.style == literal:
		return n.value
	case literalSafe(n.value):
		return literalBlock(n.value, indent)
	default:
		return scalarText(n.value)
	}
}

func literalBlock(s string, indent int) string {
	header := "|-"
	if body, ok := strings.CutSuffix(s, "\n"); ok {
		header, s = "|", body
	}
	var b strings.Builder
	b.WriteString(header)
	for line := range strings.SplitSeq(s, "\n") {
		b.WriteByte('\n')
		if line != "" {
			b.WriteString(strings.Repeat(" ", indent) + line)
		}
	}
	return b.String()
}

// literalSafe reports whether every reader takes a literal block for s: it has
// text on its first and last line, no blanks where an editor or a reader drops
// them, and nothing invisible.
func literalSafe(s string) bool {
	body := strings.TrimSuffix(s, "\n")
	if !strings.Contains(s, "\n") || body == "" || strings.HasPrefix(body, "\n") || strings.HasPrefix(body, " ") ||
		strings.HasSuffix(body, "\n") || strings.HasSuffix(body, " ") || strings.Contains(body, " \n") {
		return false
	}
	for _, r := range body {
		if r != '\n' && !visible(r) {
			return false
		}
	}
	return true
}

func visible(r rune) bool {
	return unicode.IsPrint(r) && r != utf8.RuneError
}

// scalarText is s on one line: plain if that is safe, in double quotes otherwise.
func scalarText(s string) string {
	if plainSafe(s) {
		return s
	}
	return doubleQuoted(s)
}

// plainSafe reports whether every reader takes s without quotes for the text s,
// outside brackets. It asks for more than YAML does.
func plainSafe(s string) bool {
	if s == "" || strings.HasSuffix(s, " ") || strings.HasSuffix(s, ":") ||
		strings.Contains(s, ": ") || strings.Contains(s, " #") || reserved(s) {
		return false
	}
	for i, r := range s {
		if !visible(r) || (i == 0 && !unicode.IsLetter(r)) {
			return false
		}
	}
	return true
}

// reserved reports whether s is a word that some reader takes for a truth value,
// null or a number.
func reserved(s string) bool {
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nil", "none", "nan", "inf", "infinity":
		return true
	default:
		return false
	}
}

func doubleQuoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == utf8.RuneError || (r < 0x10000 && !visible(r)):
			fmt.Fprintf(&b, `\u%04x`, r)
		case !visible(r):
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
