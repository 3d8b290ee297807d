package isms

import (
	"encoding"
	"encoding/json"
	"reflect"
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
	walk(Checker{}, reflect.ValueOf(v), func(c Checker, v reflect.Value) bool {
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
			refs = append(refs, refAt{c.path, to})
		}
		return false
	})
	return refs
}

// walkStrings reports every string that JSON could not carry as it is.
func walkStrings(c Checker, v any) {
	walk(c, reflect.ValueOf(v), func(c Checker, v reflect.Value) bool {
		if v.Kind() == reflect.String {
			c.Assert(utf8.ValidString(v.String()), CodeUTF8)
			c.Assert(v.Len() <= yamljson.MaxScalarBytes, CodeTooLong, "have", itoa(v.Len()), "want", itoa(yamljson.MaxScalarBytes))
		}
		if text, ok := reflect.TypeAssert[Text](v); ok {
			text.check(c)
		}
		return true
	})
}

// walk visits v and what is in it, under the names that JSON gives it. It goes
// deeper where visit returns true.
func walk(c Checker, v reflect.Value, visit func(Checker, reflect.Value) bool) {
	if !v.IsValid() || !visit(c, v) {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		if opaque(v) {
			return
		}
		walkFields(c, v, visit)
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		for i := range v.Len() {
			walk(c.Index(i), v.Index(i), visit)
		}
	case reflect.Map:
		for _, key := range sortedKeys(v) {
			walk(c.At(key.String()), v.MapIndex(key), visit)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			walk(c, v.Elem(), visit)
		}
	default:
	}
}

func walkFields(c Checker, v reflect.Value, visit func(Checker, reflect.Value) bool) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous && name == "":
			walk(c, v.Field(i), visit)
		case !field.IsExported() || name == "-":
		case name == "":
			walk(c.At(field.Name), v.Field(i), visit)
		default:
			walk(c.At(name), v.Field(i), visit)
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

func sortedKeys(v reflect.Value) []reflect.Value {
	keys := v.MapKeys()
	sortValues(keys)
	return keys
}
