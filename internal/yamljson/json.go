package yamljson

import (
	"bytes"
	"cmp"
	"encoding"
	"encoding/json"
	"fmt"
	"iter"
	"reflect"
	"strings"
	"unicode/utf8"
)

// UnmarshalJSON fills the value that into points to from strict JSON: names match
// exactly, unknown and double keys are faults, and so is any text after the
// document. The name is only for errors, which are [Errors]; see [Node.Decode].
func UnmarshalJSON(name string, data []byte, into any) error {
	d, err := parse(name, data, true)
	if err != nil {
		return err
	}
	return d.Decode(into)
}

// MarshalJSON writes v as canonical JSON: no blanks, fields in the order of the
// struct, map keys sorted bytewise, nothing escaped that need not be. The same
// value gives the same bytes, and what it gives is within the limits and rules
// of [UnmarshalJSON]. Text that is not UTF-8 is an error, and so is NaN.
func MarshalJSON(v any) ([]byte, error) {
	data, _, err := canonical(v)
	return data, err
}

func canonical(v any) ([]byte, *Doc, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, nil, fmt.Errorf("encode %T: %w", v, err)
	}
	data := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	// encoding/json replaces what is not UTF-8 by U+FFFD. A text may also hold
	// that character, so look at the value itself.
	if bytes.Contains(data, []byte("\ufffd")) || bytes.Contains(bytes.ToLower(data), []byte(`\ufffd`)) {
		w := walker{seen: map[visit]bool{}}
		if bad, found := w.find(reflect.ValueOf(v)); found {
			return nil, nil, fmt.Errorf("encode %T: %w", v, Errors{{Code: codeUTF8, Path: bad}})
		}
	}
	d, err := parse("", data, true)
	if err != nil {
		return nil, nil, fmt.Errorf("encode %T: %w", v, err)
	}
	return data, d, nil
}

// walker looks for text that is not UTF-8.
type walker struct {
	at   trail
	seen map[visit]bool
}

type visit struct {
	pointer uintptr
	t       reflect.Type
}

func (w *walker) find(v reflect.Value) (string, bool) {
	if v.IsValid() && v.CanInterface() && v.Kind() != reflect.Pointer && v.Kind() != reflect.Interface {
		if m, ok := reflect.TypeAssert[encoding.TextMarshaler](v); ok {
			if text, err := m.MarshalText(); err == nil && !utf8.Valid(text) {
				return w.at.String(), true
			}
		}
	}
	switch v.Kind() {
	case reflect.String:
		return w.at.String(), !utf8.ValidString(v.String())
	case reflect.Interface:
		return w.find(v.Elem())
	case reflect.Pointer:
		here := visit{v.Pointer(), v.Type()}
		if w.seen[here] {
			return "", false
		}
		w.seen[here] = true
		return w.find(v.Elem())
	case reflect.Struct, reflect.Map, reflect.Slice, reflect.Array:
		for s, child := range children(v) {
			w.at = append(w.at, s)
			path, found := w.find(child)
			w.at = w.at[:len(w.at)-1]
			if found {
				return path, true
			}
		}
	default:
	}
	return "", false
}

// children are what a value is made of, and where: the keys of a map too, but no
// bytes.
func children(v reflect.Value) iter.Seq2[step, reflect.Value] { //nolint:gocognit // three plain loops
	return func(yield func(step, reflect.Value) bool) {
		switch v.Kind() {
		case reflect.Struct:
			for f, value := range v.Fields() {
				name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				if !yield(step{key: cmp.Or(name, f.Name), isKey: true}, value) {
					return
				}
			}
		case reflect.Map:
			for key, value := range v.Seq2() {
				s := step{key: fmt.Sprint(key), isKey: true}
				if !yield(s, key) || !yield(s, value) {
					return
				}
			}
		default:
			if v.Type().Elem().Kind() == reflect.Uint8 {
				return
			}
			for i, value := range v.Seq2() {
				if !yield(step{index: int(i.Int())}, value) {
					return
				}
			}
		}
	}
}

// raw is a node as JSON. JSON stays as it is written; of YAML, every scalar is a
// string if texts.
func (d *Doc) raw(n *node, texts bool) []byte {
	if d.json {
		return []byte(d.src[n.off:n.end])
	}
	return appendJSON(nil, n, texts)
}

func appendJSON(b []byte, n *node, texts bool) []byte {
	switch n.kind {
	case mapping:
		b = append(b, '{')
		for i := 0; i < len(n.kids); i += 2 {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, n.kids[i].value), ':')
			b = appendJSON(b, &n.kids[i+1], texts)
		}
		return append(b, '}')
	case sequence:
		b = append(b, '[')
		for i := range n.kids {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, &n.kids[i], texts)
		}
		return append(b, ']')
	case scalar:
	}
	if text, isLiteral := n.json(); isLiteral && (!texts || n.null()) {
		return append(b, text...)
	}
	return appendString(b, n.value)
}

// appendString writes s as a string of JSON, the way encoding/json does without
// escaping for HTML.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	from := 0
	escape := func(i, size int, with ...byte) {
		b = append(append(b, s[from:i]...), with...)
		from = i + size
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			escape(i, 1, '\\', c)
		case c == '\n':
			escape(i, 1, '\\', 'n')
		case c == '\r':
			escape(i, 1, '\\', 'r')
		case c == '\t':
			escape(i, 1, '\\', 't')
		case c == '\b':
			escape(i, 1, '\\', 'b')
		case c == '\f':
			escape(i, 1, '\\', 'f')
		case c < ' ':
			escape(i, 1, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		case c == 0xe2 && (strings.HasPrefix(s[i:], "\u2028") || strings.HasPrefix(s[i:], "\u2029")):
			escape(i, 3, '\\', 'u', '2', '0', '2', hex[s[i+2]&15])
			i += 2
		}
	}
	b = append(b, s[from:]...)
	return append(b, '"')
}
