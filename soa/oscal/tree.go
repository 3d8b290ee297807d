package oscal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/ismskit/ismskit/internal/jsonstream"
)

// Limits of a document that is read. Beside them, objects and lists stand at
// most 100 deep and a text has at most 1 MiB.
const (
	MaxBytes  = 64 << 20
	MaxValues = 1 << 21 // texts, numbers, objects and lists
)

// The errors that callers tell apart with errors.Is. A document that is OSCAL
// and wrong is an [isms.ProblemError].
var (
	// ErrFormat says that the input is not OSCAL in JSON.
	ErrFormat = errors.New("not OSCAL in JSON")
	// ErrVersion says that the document is of a version that is not known here.
	ErrVersion = errors.New("unknown version of OSCAL")
	// ErrKind says that the document is of another kind than the one asked for.
	ErrKind = errors.New("another kind of document")
	// ErrNothing says that a document would be empty where OSCAL wants something.
	ErrNothing = errors.New("nothing to write")
)

// node is a value of a document that is read.
type node struct {
	kind  byte   // one of { [ " 0 t n: what it begins with; 0 stands for any number
	text  string // of a string, number or boolean
	keys  []string
	items []*node // of a list; of an object, in the order of keys

	parent *node
	name   string // member or index in parent
	used   bool
}

// readAll reads a document whole, or more than MaxBytes of it, which parse refuses.
func readAll(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("oscal: %w", err)
	}
	return data, nil
}

func parse(data []byte) (*node, error) {
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("oscal: %w: more than %d bytes", ErrFormat, MaxBytes)
	}
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("oscal: %w: the text is not UTF-8", ErrFormat)
	}
	start := bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\ufeff")), " \t\r\n")
	switch {
	case len(start) == 0:
		return nil, fmt.Errorf("oscal: %w: the input is empty", ErrFormat)
	case start[0] == '<':
		return nil, fmt.Errorf("oscal: %w: this looks like XML; convert it to JSON first", ErrFormat)
	case start[0] != '{':
		return nil, fmt.Errorf("oscal: %w: want an object; if this is YAML, convert it to JSON first", ErrFormat)
	}
	p := parser{r: jsonstream.NewReader(bytes.NewReader(data))}
	root, err := p.value()
	if err == nil {
		err = p.r.End()
	}
	if err != nil {
		return nil, fmt.Errorf("oscal: %w: %w", ErrFormat, err)
	}
	return root, nil
}

type parser struct {
	r      *jsonstream.Reader
	values int
}

func (p *parser) value() (*node, error) {
	if p.values++; p.values > MaxValues {
		return nil, p.r.Fault("limit", fmt.Sprintf("more than %d values", MaxValues))
	}
	c, err := p.r.Peek()
	if err != nil {
		return nil, err
	}
	n := &node{kind: c}
	switch c {
	case '{':
		err = p.r.Object(func([]byte) error {
			name := p.r.Key()
			n.keys = append(n.keys, name)
			return p.add(n, name)
		})
	case '[':
		err = p.r.Array(func(i int) error { return p.add(n, strconv.Itoa(i)) })
	case '"':
		n.text, err = p.r.String()
	case 't', 'f':
		var b bool
		b, err = p.r.Bool()
		n.kind, n.text = 't', strconv.FormatBool(b)
	case 'n':
		_, err = p.r.Null()
	default:
		n.kind = '0'
		n.text, err = p.r.Number()
	}
	return n, err
}

func (p *parser) add(parent *node, name string) error {
	child, err := p.value()
	if err != nil {
		return err
	}
	child.parent, child.name = parent, name
	parent.items = append(parent.items, child)
	return nil
}

// at is a member; nil when there is none.
func (n *node) at(name string) *node {
	if n != nil {
		for i, key := range n.keys {
			if key == name {
				return n.items[i]
			}
		}
	}
	return nil
}

// list is the items of a list; none when n is nil.
func (n *node) list() []*node {
	if n == nil {
		return nil
	}
	return n.items
}

// peek is the text of a value that nothing is taken from.
func (n *node) peek() string {
	if n == nil {
		return ""
	}
	return n.text
}

// take is the text of a value, which then is not left out.
func (n *node) take() string {
	if n == nil {
		return ""
	}
	n.used = true
	return n.text
}

// path is the JSON Pointer of the value.
func (n *node) path() string {
	if n == nil || n.parent == nil {
		return ""
	}
	return n.parent.path() + "/" + escape(n.name)
}

// where is how an omission names the value.
func (n *node) where() string { return "#" + n.path() }

// unused lists the outermost values that nothing was taken from; all reports
// that this is the whole of n. A uuid is not missed: it is the file's own name
// of a thing.
func (n *node) unused() (list []*node, all bool) {
	if n.used {
		return nil, false
	}
	if len(n.items) == 0 {
		return nil, true
	}
	all = true
	for i, item := range n.items {
		below, whole := item.unused()
		switch {
		case !whole:
			all = false
			list = append(list, below...)
		case n.kind != '{' || n.keys[i] != "uuid":
			list = append(list, item)
		}
	}
	return list, all
}
