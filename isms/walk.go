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
// finds every Ref and Link, in the order of the fields. v is what a pointer
// leads to.
func (p plans) inspect(c Checker, v reflect.Value) []refAt {
	w := walker{plans: p, sink: c.sink, at: make([]step, 0, 8)}
	w.walk(p.of(v.Type()), v)
	return w.refs
}

// plans tell what to look at in the values of each type. It follows from the
// type alone, so that it is worked out once for all values of a transaction.
type plans map[reflect.Type]*plan

// plan is what there is to look at in the values of a type.
type plan struct {
	look     look
	down     reflect.Kind // the kind of what has parts to look at; else Invalid
	elem     *plan        // of the parts, but for a Struct
	fields   []field      // of a Struct, worked out when there is a value of it
	prepared bool
}

// look is what a value itself may hold.
type look uint8

const (
	lookNothing look = iota
	lookString
	lookRef // a string that leads to an entity
	lookLink
	lookText
)

// field is one of a struct, as JSON names it.
type field struct {
	index int
	step  step
	path  string // of a field at the top
	same  bool   // embedded: its fields are those of the struct
	plan  *plan
}

// of is the plan of a type.
func (p plans) of(t reflect.Type) *plan {
	if known := p[t]; known != nil {
		return known
	}
	made := &plan{}
	p[t] = made // before its parts, which may be of the same type
	switch {
	case t.Kind() == reflect.String && t.Implements(reflect.TypeFor[interface{ Link() Link }]()):
		made.look = lookRef
	case t.Kind() == reflect.String:
		made.look = lookString
	case t == reflect.TypeFor[Link]():
		made.look = lookLink
	case t == reflect.TypeFor[Text]():
		made.look = lookText
	}
	switch kind := t.Kind(); kind {
	case reflect.Struct:
		if !opaque(t) {
			made.down = kind
		}
	case reflect.Slice, reflect.Array, reflect.Map, reflect.Pointer:
		if elem := p.of(t.Elem()); !elem.idle() { // of bytes it is
			made.down, made.elem = kind, elem
		}
	default:
	}
	return made
}

// idle reports whether there is nothing to look at. Of a list of lists of itself
// there is not: it has no end where something could be.
func (p *plan) idle() bool { return p.look == lookNothing && p.down == reflect.Invalid }

// opaque tells a struct that encodes as one text, such as a Date.
func opaque(t reflect.Type) bool {
	return t.Implements(reflect.TypeFor[encoding.TextMarshaler]()) || t.Implements(reflect.TypeFor[json.Marshaler]())
}

// members are the fields of a struct in which there is something to look at.
func (p plans) members(of *plan, t reflect.Type) []field {
	if of.prepared {
		return of.fields
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		m := field{index: i, plan: p.of(f.Type), same: f.Anonymous && name == ""}
		if m.plan.idle() || !m.same && (!f.IsExported() || name == "-") {
			continue
		}
		if name == "" {
			name = f.Name
		}
		m.step = step{name, -1}
		m.path = appendPointer("", m.step)
		of.fields = append(of.fields, m)
	}
	of.prepared = true
	return of.fields
}

// walker goes through a value.
type walker struct {
	plans plans
	sink  *[]Problem
	refs  []refAt
	at    []step // from the top down
	top   string // the path, when at is one step to a field
}

// here is the JSON Pointer to where the walk is.
func (w *walker) here() string {
	if len(w.at) == 1 && w.top != "" {
		return w.top
	}
	return w.checker().pointer()
}

// checker reports problems here.
func (w *walker) checker() Checker {
	c := Checker{sink: w.sink}
	for _, s := range w.at {
		c = c.down(s)
	}
	return c
}

// walk looks at v and what is in it, under the names that JSON gives it.
func (w *walker) walk(p *plan, v reflect.Value) {
	w.look(p, v)
	switch p.down {
	case reflect.Struct:
		w.fields(p, v)
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			w.into(step{"", i}, p.elem, v.Index(i))
		}
	case reflect.Map:
		w.entries(p, v)
	case reflect.Pointer:
		if !v.IsNil() {
			w.walk(p.elem, v.Elem())
		}
	default:
	}
}

// look looks at v itself.
func (w *walker) look(p *plan, v reflect.Value) {
	var to Link
	switch p.look {
	case lookNothing:
		return
	case lookString, lookRef:
		if s := v.String(); !utf8.ValidString(s) || len(s) > yamljson.MaxScalarBytes {
			c := w.checker()
			c.Assert(utf8.ValidString(s), CodeUTF8)
			c.Assert(len(s) <= yamljson.MaxScalarBytes, CodeTooLong, "have", itoa(len(s)), "want", itoa(yamljson.MaxScalarBytes))
		}
		if p.look == lookRef {
			if ref, ok := reflect.TypeAssert[interface{ Link() Link }](v); ok {
				to = ref.Link()
			}
		}
	case lookLink:
		to, _ = reflect.TypeAssert[Link](v)
	case lookText:
		text, _ := reflect.TypeAssert[Text](v)
		text.check(w.checker())
	}
	if !to.IsZero() {
		w.refs = append(w.refs, refAt{w.here(), to})
	}
}

// into walks a part of the value.
func (w *walker) into(s step, p *plan, v reflect.Value) {
	w.at = append(w.at, s)
	w.walk(p, v)
	w.at = w.at[:len(w.at)-1]
}

func (w *walker) fields(p *plan, v reflect.Value) {
	fields := w.plans.members(p, v.Type())
	for i := range fields {
		m := &fields[i]
		part := v.Field(m.index)
		switch {
		case part.IsZero(): // holds nothing to look at
		case m.same:
			w.walk(m.plan, part)
		default:
			if len(w.at) == 0 {
				w.top = m.path
			}
			w.into(m.step, m.plan, part)
		}
	}
}

func (w *walker) entries(p *plan, v reflect.Value) {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	for _, key := range keys {
		if p.look == lookText && key.String() == "" { // a text without a language is a plain string
			w.walk(p.elem, v.MapIndex(key))
			continue
		}
		w.into(step{key.String(), -1}, p.elem, v.MapIndex(key))
	}
}
