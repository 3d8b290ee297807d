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

// refsOf finds every Ref and Link in a value, in the order of its fields.
func refsOf(v any) []refAt {
	var refs []refAt
	walk(nil, reflect.ValueOf(v), func(at trail, v reflect.Value) bool {
		var to Link
		switch x := v.Interface().(type) {
		case Link:
			to = x
		case interface{ Link() Link }:
			if v.Kind() != reflect.String { // a Ref, not an entity that happens to have a Link
				return true
			}
			to = x.Link()
		default:
			return true
		}
		if !to.IsZero() {
			refs = append(refs, refAt{at.pointer(), to})
		}
		return false
	})
	return refs
}

// walkStrings reports every string that not every form of a record can carry.
func walkStrings(c Checker, v any) {
	walk(nil, reflect.ValueOf(v), func(at trail, v reflect.Value) bool {
		if v.Kind() == reflect.String {
			if s := v.String(); !utf8.ValidString(s) || len(s) > yamljson.MaxScalarBytes {
				c := Checker{path: at.pointer(), sink: c.sink}
				c.Assert(utf8.ValidString(s), CodeUTF8)
				c.Assert(len(s) <= yamljson.MaxScalarBytes, CodeTooLong, "have", itoa(len(s)), "want", itoa(yamljson.MaxScalarBytes))
			}
		}
		if text, ok := reflect.TypeAssert[Text](v); ok {
			text.check(Checker{path: at.pointer(), sink: c.sink})
		}
		return true
	})
}

// trail is where a walk is, as the members and numbers from the top down.
type trail []any

// pointer writes the trail as a JSON Pointer.
func (t trail) pointer() string {
	c := Checker{}
	for _, step := range t {
		switch step := step.(type) {
		case string:
			c = c.At(step)
		case int:
			c = c.Index(step)
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
		if !opaque(v) {
			walkFields(at, v, visit)
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		for i := range v.Len() {
			walk(append(at, i), v.Index(i), visit)
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
		walk(append(at, key.String()), v.MapIndex(key), visit)
	}
}

func walkFields(at trail, v reflect.Value, visit func(trail, reflect.Value) bool) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case v.Field(i).IsZero(): // holds nothing to look at
		case field.Anonymous && name == "":
			walk(at, v.Field(i), visit)
		case !field.IsExported() || name == "-":
		case name == "":
			walk(append(at, field.Name), v.Field(i), visit)
		default:
			walk(append(at, name), v.Field(i), visit)
		}
	}
}

// opaque tells a struct that encodes as one text, such as a Date.
func opaque(v reflect.Value) bool {
	switch v.Interface().(type) {
	case encoding.TextMarshaler, json.Marshaler:
		return true
	default:
		return false
	}
}
