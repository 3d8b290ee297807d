package yamljson

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// parseYAML reads d.src into d.root.
func (d *Doc) parseYAML() error {
	if err := d.scanChars(); err != nil {
		return err
	}
	doc, err := d.load()
	if err != nil {
		return err
	}
	c := converter{doc: d}
	if len(doc.Content) == 1 {
		d.root = c.node(doc.Content[0], 1)
	}
	if len(c.errs) == 0 && d.root.null() {
		return d.refuse(d.root.off, codeEmpty)
	}
	return c.errs.err()
}

// scanChars bounds what yaml.v3 will allocate, and refuses the line ends of
// YAML 1.1 that are not line ends in YAML 1.2.
func (d *Doc) scanChars() error {
	marks := 0
	for i := range len(d.src) {
		switch d.src[i] {
		case '\n', '\r', ',', ':', '-', '?', '[', '{':
			marks++
		case 0xc2, 0xe2:
			for _, char := range []string{"\u0085", "\u2028", "\u2029"} {
				if strings.HasPrefix(d.src[i:], char) {
					r := []rune(char)[0]
					return d.refuse(i, codeChar, "char", fmt.Sprintf("U+%04X", r), "hex", fmt.Sprintf("%04x", r))
				}
			}
		}
	}
	if marks > MaxMarks {
		return d.refuse(0, codeTooMany, "have", itoa(marks), "max", itoa(MaxMarks))
	}
	return nil
}

// load lets yaml.v3 build its tree, in which aliases are not expanded.
func (d *Doc) load() (doc *yaml.Node, err error) {
	defer func() {
		// yaml.v3 has panics that its own recover passes on, such as
		// "unexpected tail comment event".
		if r := recover(); r != nil {
			doc, err = nil, d.refuse(0, codeSyntax, "detail", fmt.Sprint(r))
		}
	}()
	in := yaml.NewDecoder(strings.NewReader(d.src))
	doc = new(yaml.Node)
	switch err := in.Decode(doc); {
	case errors.Is(err, io.EOF):
		return nil, d.refuse(0, codeEmpty)
	case err != nil:
		return nil, d.syntax(err)
	}
	var second yaml.Node
	switch err := in.Decode(&second); {
	case errors.Is(err, io.EOF):
		return doc, nil
	case err != nil:
		e := d.syntax(err)
		e[0].Code, e[0].Args = codeSecond, nil
		return nil, e
	}
	return nil, d.refuse(d.offset(second.Line, second.Column), codeSecond)
}

// syntax takes the line out of an error of yaml.v3, which has no column.
func (d *Doc) syntax(err error) Errors {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	e := d.fault(0, "", codeSyntax)
	e.Line, e.Column = 0, 0
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		if number, detail, ok := strings.Cut(rest, ": "); ok {
			if line, err := strconv.Atoi(number); err == nil {
				e.Line, text = line, detail
			}
		}
	}
	if rest, ok := strings.CutPrefix(text, "unknown anchor '"); ok {
		e.Code = codeAlias
		e.Args["name"], _, _ = strings.Cut(rest, "'")
		return Errors{e}
	}
	e.Args["detail"] = text
	return Errors{e}
}

// converter turns the tree of yaml.v3 into ours and refuses what it must.
type converter struct {
	doc  *Doc
	errs Errors
	at   trail
	// The last position found, to go on from: a line may hold a whole document.
	line, column, off int
}

func (c *converter) offset(y *yaml.Node) int {
	if y.Line != c.line || y.Column < c.column {
		c.line, c.column, c.off = y.Line, 1, c.doc.offset(y.Line, 1)
	}
	for ; c.column < y.Column && c.off < len(c.doc.src); c.column++ {
		_, size := utf8.DecodeRuneInString(c.doc.src[c.off:])
		c.off += size
	}
	return c.off
}

func (c *converter) fail(off int, code string, args ...string) {
	if len(c.errs) == maxErrors {
		return
	}
	c.errs = c.errs.with(c.doc.fault(off, c.at.String(), code, args...))
}

func (c *converter) node(y *yaml.Node, depth int) node {
	n := node{off: c.offset(y), value: y.Value, flow: y.Style&yaml.FlowStyle != 0}
	switch {
	case y.Kind == yaml.AliasNode:
		c.fail(n.off, codeAlias, "name", y.Value)
		return n
	case y.Anchor != "":
		c.fail(n.off, codeAnchor, "name", y.Anchor)
	case y.Style&yaml.TaggedStyle != 0:
		c.fail(n.off, codeTag, "tag", y.Tag)
	case strings.HasPrefix(c.doc.src[n.off:], "!"): // the tag "!", which leaves no trace
		c.fail(n.off, codeTag, "tag", "!")
	}
	if len(y.Value) > MaxScalarBytes {
		c.fail(n.off, codeLongScalar, "have", itoa(len(y.Value)), "max", itoa(MaxScalarBytes))
	}
	switch {
	case y.Kind == yaml.ScalarNode:
		switch {
		case y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
			n.style = quoted
		case y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
			n.style = block
		}
		return n
	case depth > MaxDepth:
		c.fail(n.off, codeTooDeep, "max", itoa(MaxDepth))
		return n
	}
	n.kids = make([]node, 0, len(y.Content))
	if y.Kind == yaml.SequenceNode {
		n.kind = sequence
		for i, child := range y.Content {
			c.at = append(c.at, step{index: i})
			n.kids = append(n.kids, c.node(child, depth+1))
			c.at = c.at[:len(c.at)-1]
		}
		return n
	}
	n.kind = mapping
	for i := 0; i+1 < len(y.Content); i += 2 {
		key := y.Content[i]
		c.at = append(c.at, step{key: key.Value, isKey: true})
		n.kids = append(n.kids, c.key(key, depth+1), c.node(y.Content[i+1], depth+1))
		c.at = c.at[:len(c.at)-1]
	}
	c.duplicates(&n)
	return n
}

func (c *converter) key(y *yaml.Node, depth int) node {
	n := c.node(y, depth)
	switch {
	case y.Kind == yaml.AliasNode: // a fault already
	case n.kind != scalar:
		c.fail(n.off, codeKey, "have", excerpt(&n))
	case n.style == plain && n.value == "<<":
		c.fail(n.off, codeMergeKey)
	case n.null():
		c.fail(n.off, codeKey, "have", "null")
	}
	return n
}

func (c *converter) duplicates(n *node) {
	for _, d := range doubles(n) {
		c.at = append(c.at, step{key: d.key.value, isKey: true})
		line, _ := c.doc.position(d.first.off)
		c.fail(d.key.off, codeDuplicateKey, "key", excerptText(d.key.value), "line", itoa(line))
		c.at = c.at[:len(c.at)-1]
	}
}

// double is a key that stood before.
type double struct{ key, first *node }

func doubles(n *node) []double {
	const few = 16
	var found []double
	if len(n.kids) <= 2*few {
		for i := 2; i < len(n.kids); i += 2 {
			for j := 0; j < i; j += 2 {
				if sameKey(&n.kids[i], &n.kids[j]) {
					found = append(found, double{&n.kids[i], &n.kids[j]})
					break
				}
			}
		}
		return found
	}
	seen := make(map[string]*node, len(n.kids)/2)
	for key := range n.entries() {
		first := seen[key.value]
		switch {
		case key.kind != scalar:
		case first == nil:
			seen[key.value] = key
		case len(found) < maxErrors:
			found = append(found, double{key, first})
		}
	}
	return found
}

func sameKey(a, b *node) bool {
	return a.kind == scalar && b.kind == scalar && a.value == b.value
}

// trail is where a reader is in a document.
type trail []step

type step struct {
	key   string
	index int
	isKey bool
}

func (t trail) String() string {
	var b strings.Builder
	for _, s := range t {
		b.WriteByte('/')
		if s.isKey {
			b.WriteString(escape(s.key))
		} else {
			b.WriteString(itoa(s.index))
		}
	}
	return b.String()
}

// excerpt shows a value in an error.
func excerpt(n *node) string {
	switch {
	case n.kind == mapping:
		return "{...}"
	case n.kind == sequence:
		return "[...]"
	case n.null():
		return "null"
	}
	text := excerptText(n.value)
	if n.style == plain || n.style == literal {
		return text
	}
	return strconv.Quote(text)
}

// excerptText is the beginning of a text.
func excerptText(text string) string {
	const most = 60
	if len(text) <= most {
		return text
	}
	short := []rune(text[:min(len(text), 4*most)])
	if len(short) <= most {
		return text
	}
	return string(short[:most]) + "..."
}
