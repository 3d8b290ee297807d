package yamljson

import (
	"iter"
	"reflect"
	"strconv"
	"strings"
	"unicode"
)

// Node is one value of a document: a mapping, a list or a scalar.
type Node struct {
	doc  *Doc
	n    *node
	path string
}

// Field is the value of a key of a mapping, by the exact name.
func (n Node) Field(name string) (Node, bool) {
	if n.n.kind != mapping {
		return Node{}, false
	}
	_, v := n.n.step(name)
	if v == nil {
		return Node{}, false
	}
	return Node{n.doc, v, n.path + "/" + escape(name)}, true
}

// Items are the values of a list, nil for anything else.
func (n Node) Items() []Node {
	if n.n.kind != sequence {
		return nil
	}
	items := make([]Node, len(n.n.kids))
	for i := range items {
		items[i] = Node{n.doc, &n.n.kids[i], n.path + "/" + itoa(i)}
	}
	return items
}

// Path is the JSON Pointer of the node; "" for the root.
func (n Node) Path() string { return n.path }

// Line is the line of the document where the node begins, from 1.
func (n Node) Line() int {
	line, _ := n.doc.position(n.n.off)
	return line
}

// Decode fills the value that into points to. The target decides the type: a
// string takes the text as written (4.10, 010, yes, 2026-01-02 stay what they
// are), a bool only true or false, an integer only decimal digits within its
// range. null, ~ and nothing at all give the zero value. Types with
// UnmarshalText get the text; those with UnmarshalJSON get JSON, in which a plain
// scalar that is neither true, false, null nor a JSON number is a string, and
// every scalar is one if the type is a string or a map[string]string.
// json.RawMessage keeps numbers as written.
//
// Struct fields go by their json tags and exact names; keys without a field are
// faults, except those named in skip, for the node itself. The error is [Errors]
// with every fault, and then the target is as it was.
func (n Node) Decode(into any, skip ...string) error {
	d := decoder{doc: n.doc, base: n.path, fields: map[reflect.Type]*fields{}, skip: skip, top: n.n}
	target := reflect.ValueOf(into)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return &targetError{target}
	}
	fresh := reflect.New(target.Type().Elem()).Elem()
	d.value(n.n, fresh)
	if err := d.errs.err(); err != nil {
		return err
	}
	target.Elem().Set(fresh)
	return nil
}

type targetError struct{ v reflect.Value }

func (e *targetError) Error() string {
	if !e.v.IsValid() {
		return "decode into nil: want a pointer"
	}
	return "decode into " + e.v.Type().String() + ": want a pointer that is not nil"
}

type kind uint8

const (
	scalar kind = iota
	mapping
	sequence
)

type style uint8

const (
	plain   style = iota // YAML without quotes: the target decides
	quoted               // a string
	block                // a string, as literal or folded block
	literal              // JSON: a number, true, false or null
)

// node is a value of either notation.
type node struct {
	kind  kind
	style style
	flow  bool   // YAML in brackets
	off   int    // of its first byte
	end   int    // JSON only: after its last byte
	value string // of a scalar: the text, unquoted
	kids  []node // of a sequence: items; of a mapping: key, value, key, value...
}

// entries yields the keys and values of a mapping.
func (n *node) entries() iter.Seq2[*node, *node] {
	return func(yield func(*node, *node) bool) {
		for i := 0; i+1 < len(n.kids); i += 2 {
			if !yield(&n.kids[i], &n.kids[i+1]) {
				return
			}
		}
	}
}

// step finds the child that a part of a JSON Pointer names, and its key.
func (n *node) step(name string) (key, value *node) {
	switch n.kind {
	case mapping:
		for k, v := range n.entries() {
			if k.value == name {
				return k, v
			}
		}
	case sequence:
		if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(n.kids) {
			return nil, &n.kids[i]
		}
	case scalar:
	}
	return nil, nil
}

// null reports whether the node is a null of its notation.
func (n *node) null() bool {
	switch {
	case n.kind != scalar:
		return false
	case n.style == plain:
		return n.value == "" || n.value == "~" || n.value == "null"
	default:
		return n.style == literal && n.value == "null"
	}
}

// json says what the scalar is in JSON when no target decides.
func (n *node) json() (text string, isLiteral bool) {
	switch {
	case n.null():
		return "null", true
	case n.style == literal:
		return n.value, true
	case n.style == plain && (n.value == "true" || n.value == "false" || isNumber(n.value)):
		return n.value, true
	default:
		return n.value, false
	}
}

// equal compares content; the order of keys counts only if ordered.
func equal(a, b *node, ordered bool) bool {
	if a.kind != b.kind || len(a.kids) != len(b.kids) {
		return false
	}
	switch a.kind {
	case scalar:
		at, al := a.json()
		bt, bl := b.json()
		return at == bt && al == bl
	case sequence:
		for i := range a.kids {
			if !equal(&a.kids[i], &b.kids[i], ordered) {
				return false
			}
		}
	case mapping:
		return equalMaps(a, b, ordered)
	}
	return true
}

func equalMaps(a, b *node, ordered bool) bool {
	inOrder := true
	for i := 0; i < len(a.kids) && inOrder; i += 2 {
		inOrder = a.kids[i].value == b.kids[i].value
	}
	if !inOrder && ordered {
		return false
	}
	var values map[string]*node
	if !inOrder {
		values = make(map[string]*node, len(b.kids)/2)
		for k, v := range b.entries() {
			values[k.value] = v
		}
	}
	for i := 0; i < len(a.kids); i += 2 {
		other := &b.kids[i+1]
		if !inOrder {
			other = values[a.kids[i].value]
		}
		if other == nil || !equal(&a.kids[i+1], other, ordered) {
			return false
		}
	}
	return true
}

// isNumber reports whether s is a number of JSON.
func isNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole := digits(s)
	if whole == 0 || (whole > 1 && s[0] == '0') {
		return false
	}
	s = s[whole:]
	if rest, ok := strings.CutPrefix(s, "."); ok {
		n := digits(rest)
		if n == 0 {
			return false
		}
		s = rest[n:]
	}
	if s == "" {
		return true
	}
	if s[0] != 'e' && s[0] != 'E' {
		return false
	}
	s = s[1:]
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	return s != "" && digits(s) == len(s)
}

func digits(s string) int {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return i
		}
	}
	return len(s)
}

// fold maps names that encoding/json would take for one another to one name.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			least = min(least, next)
		}
		return least
	}, s)
}

func escape(key string) string {
	return strings.ReplaceAll(strings.ReplaceAll(key, "~", "~0"), "/", "~1")
}

func unescape(part string) string {
	return strings.ReplaceAll(strings.ReplaceAll(part, "~1", "/"), "~0", "~")
}
