package isms

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ismskit/ismskit/internal/yamljson"
)

// refAt is one reference inside a value, and where it is.
type refAt struct {
	path string
	to   Link
}

// inspect reports every string that not every form of a record can carry, and
// finds every Ref and Link, in the order of the fields.
func inspect(c Checker, v any) []refAt {
	var refs []refAt
	walk(nil, reflect.ValueOf(v), func(at trail, v reflect.Value) bool {
		var to Link
		switch {
		case v.Kind() == reflect.String:
			if s := v.String(); !utf8.ValidString(s) || len(s) > yamljson.MaxScalarBytes {
				c := Checker{path: at.pointer(), sink: c.sink}
				c.Assert(utf8.ValidString(s), CodeUTF8)
				c.Assert(len(s) <= yamljson.MaxScalarBytes, CodeTooLong, "have", itoa(len(s)), "want", itoa(yamljson.MaxScalarBytes))
			}
			if v.Type() == reflect.TypeFor[string]() {
				return false
			}
			if ref, ok := reflect.TypeAssert[interface{ Link() Link }](v); ok { // a Ref, not an entity that happens to have a Link
				to = ref.Link()
			}
		case v.Type() == reflect.TypeFor[Link]():
			to, _ = reflect.TypeAssert[Link](v)
		case v.Type() == reflect.TypeFor[Text]():
			text, _ := reflect.TypeAssert[Text](v)
			text.check(Checker{path: at.pointer(), sink: c.sink})
		}
		if !to.IsZero() {
			refs = append(refs, refAt{at.pointer(), to})
		}
		return true
	})
	return refs
}

// trail is where a walk is, as the members and numbers from the top down.
type trail []step

type step struct {
	member string
	index  int // -1 for a member
}

func (t trail) at(member string) trail { return append(t, step{member, -1}) }
func (t trail) index(i int) trail      { return append(t, step{"", i}) }

// pointer writes the trail as a JSON Pointer.
func (t trail) pointer() string {
	c := Checker{}
	for _, s := range t {
		if s.index < 0 {
			c = c.At(s.member)
		} else {
			c = c.Index(s.index)
		}
	}
	return c.path
}

// walk visits v and what is in it, under the names that JSON gives it. It goes
// deeper where visit returns true.
func walk(at trail, v reflect.Value, visit func(trail, reflect.Value) bool) {
	if !v.IsValid() || !visit(at, v) {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		if !opaque(v.Type()) {
			walkFields(at, v, visit)
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		for i := range v.Len() {
			walk(at.index(i), v.Index(i), visit)
		}
	case reflect.Map:
		walkMap(at, v, visit)
	case reflect.Pointer:
		if !v.IsNil() {
			walk(at, v.Elem(), visit)
		}
	default:
	}
}

func walkMap(at trail, v reflect.Value, visit func(trail, reflect.Value) bool) {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	text := v.Type() == reflect.TypeFor[Text]()
	for _, key := range keys {
		if text && key.String() == "" { // a text without a language is a plain string
			walk(at, v.MapIndex(key), visit)
			continue
		}
		walk(at.at(key.String()), v.MapIndex(key), visit)
	}
}

func walkFields(at trail, v reflect.Value, visit func(trail, reflect.Value) bool) {
	for i := range v.NumField() {
		if v.Field(i).IsZero() { // holds nothing to look at
			continue
		}
		field := v.Type().Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous && name == "":
			walk(at, v.Field(i), visit)
		case !field.IsExported() || name == "-":
		case name == "":
			walk(at.at(field.Name), v.Field(i), visit)
		default:
			walk(at.at(name), v.Field(i), visit)
		}
	}
}

// opaque tells a struct that encodes as one text, such as a Date.
func opaque(t reflect.Type) bool {
	return t.Implements(reflect.TypeFor[encoding.TextMarshaler]()) || t.Implements(reflect.TypeFor[json.Marshaler]())
}
