package main

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
)

// node is a schema, its keywords in the order of printing.
type node struct {
	Schema        string           `json:"$schema,omitempty"`
	ID            string           `json:"$id,omitempty"`
	Ref           string           `json:"$ref,omitempty"`
	Title         string           `json:"title,omitempty"`
	Description   string           `json:"description,omitempty"`
	Type          string           `json:"type,omitempty"`
	Const         string           `json:"const,omitempty"`
	Enum          []string         `json:"enum,omitempty"`
	Format        string           `json:"format,omitempty"`
	Pattern       string           `json:"pattern,omitempty"`
	MinLength     int              `json:"minLength,omitempty"`
	MinItems      int              `json:"minItems,omitempty"`
	Minimum       *int64           `json:"minimum,omitempty"`
	Maximum       *int64           `json:"maximum,omitempty"`
	AnyOf         []*node          `json:"anyOf,omitempty"`
	Items         *node            `json:"items,omitempty"`
	Properties    map[string]*node `json:"properties,omitempty"`
	PropertyNames *node            `json:"propertyNames,omitempty"`
	Additional    any              `json:"additionalProperties,omitempty"`
	Required      []string         `json:"required,omitempty"`
	Defs          map[string]*node `json:"$defs,omitempty"`
}

// id is what isms.ValidID accepts, but for file names that Windows reserves.
const id = `[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9_-])?`

// builder makes the schema of one kind.
type builder struct {
	prober *prober
	defs   map[string]*node
}

// def refers to a definition, and makes it when it is the first to.
func (b *builder) def(name string, n *node) *node {
	b.defs[name] = n
	return &node{Ref: "#/$defs/" + name}
}

func pattern(p string) *node { return &node{Type: "string", Pattern: "^" + p + "$"} }

func (b *builder) value(t reflect.Type, at place) *node {
	switch t {
	case reflect.TypeFor[isms.Date]():
		n := pattern(`[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])`)
		n.Format = "date"
		return b.def("day", n)
	case reflect.TypeFor[isms.Cadence]():
		return b.def("cadence", pattern(`([1-9][0-9]{0,3}|10000) (days|weeks|months|years)|1 (day|week|month|year)`).grouped())
	case reflect.TypeFor[isms.Link]():
		if b.prober.refuses(at, reflect.ValueOf(isms.Link{Kind: "asset", ID: "x"}), isms.CodeOwnerKind) != nil {
			return b.def("party", pattern(`(person|role)/`+id+`(@[1-9][0-9]*)?`))
		}
		return b.def("link", pattern(id+`/`+id+`(@[1-9][0-9]*)?`))
	case reflect.TypeFor[isms.Actor]():
		return b.def("actor", pattern(`(person|service|agent|file):\S.*`))
	case reflect.TypeFor[time.Time]():
		return b.def("moment", &node{Type: "string", Format: "date-time", Pattern: `^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$`})
	case reflect.TypeFor[isms.Text]():
		return b.def("text", &node{AnyOf: []*node{
			{Type: "string"},
			{Type: "object", PropertyNames: &node{Pattern: "^([A-Za-z0-9-]{2,16})?$"}, Additional: &node{Type: "string"}},
		}})
	case reflect.TypeFor[isms.ControlID]():
		return b.def("control", controlID())
	case reflect.TypeFor[json.RawMessage]():
		return &node{}
	}
	switch {
	case t.Implements(reflect.TypeFor[encoding.TextMarshaler]()):
		return words(t)
	case t.Implements(reflect.TypeFor[json.Marshaler]()):
		b.prober.fail("%s encodes itself: give it a case", t)
		return &node{}
	}
	return b.plain(t, at)
}

// grouped puts the alternatives of a pattern between its anchors.
func (n *node) grouped() *node {
	n.Pattern = "^(" + strings.TrimSuffix(strings.TrimPrefix(n.Pattern, "^"), "$") + ")$"
	return n
}

func (b *builder) plain(t reflect.Type, at place) *node {
	switch t.Kind() {
	case reflect.String:
		return b.text(t, at)
	case reflect.Bool:
		return &node{Type: "boolean"}
	case reflect.Int, reflect.Int64, reflect.Int32, reflect.Int16, reflect.Int8:
		return &node{Type: "integer"}
	case reflect.Uint, reflect.Uint64, reflect.Uint32, reflect.Uint16, reflect.Uint8:
		return &node{Type: "integer", Minimum: new(int64(0))}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return &node{Type: "string", Pattern: "^[A-Za-z0-9+/]*={0,2}$"}
		}
		return &node{Type: "array", Items: b.value(t.Elem(), at.element())}
	case reflect.Map:
		n := &node{Type: "object", Additional: b.value(t.Elem(), place{})}
		if b.prober.refuses(at, reflect.MakeMap(t), "") == nil && at.pointer == "/ext" {
			n.PropertyNames = &node{Pattern: "^[^/]+/[\\s\\S]+$"}
		}
		return n
	case reflect.Struct:
		return b.structure(t, at)
	default:
		b.prober.fail("%s: no schema for a %s", at.pointer, t)
		return &node{}
	}
}

// text is a string: a reference, an id, one of fixed words, or any text.
func (b *builder) text(t reflect.Type, at place) *node {
	if t.Implements(reflect.TypeFor[interface{ Link() isms.Link }]()) {
		return b.def("id", pattern(id))
	}
	nonsense := reflect.ValueOf("No such word!").Convert(t)
	if p := b.prober.refuses(at, nonsense, isms.CodeEnum); p != nil {
		return &node{Type: "string", Enum: strings.Split(p.Args["want"], ", ")}
	}
	if b.prober.refuses(at, nonsense, isms.CodeID) != nil {
		return b.def("id", pattern(id))
	}
	return &node{Type: "string"}
}

func (b *builder) structure(t reflect.Type, at place) *node {
	n := &node{Type: "object", Properties: map[string]*node{}, Additional: false}
	b.members(n, t, at)
	slices.Sort(n.Required)
	return n
}

// members adds the members of a struct, those of embedded ones among them.
func (b *builder) members(n *node, t reflect.Type, at place) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			b.members(n, f.Type, at.embedded(i))
			continue
		}
		if !f.IsExported() || name == "-" {
			continue
		}
		if name == "" || strings.Contains(options, "string") {
			b.prober.fail("%s.%s: no schema for this json tag", t, f.Name)
		}
		m, required := b.member(f.Type, at.member(i, name), options == "")
		if required {
			n.Required = append(n.Required, name)
		}
		n.Properties[name] = m
	}
}

// member is the schema of a member, and whether it is required. One that is
// always written is written as null or as the empty text when it is unset.
func (b *builder) member(t reflect.Type, at place, always bool) (m *node, required bool) {
	m = b.value(t, at)
	if b.prober.required(at) {
		if m.Type == "string" && len(m.Enum) == 0 && m.Pattern == "" {
			m.MinLength = 1
		}
		if m.Type == "array" {
			m.MinItems = 1
		}
		return m, true
	}
	switch k := t.Kind(); {
	case always && (k == reflect.Slice || k == reflect.Map):
		m = &node{AnyOf: []*node{m, {Type: "null"}}}
	case always && m.Ref != "" && k == reflect.Struct && t != reflect.TypeFor[time.Time]():
		m = &node{AnyOf: []*node{m, {Enum: []string{""}}}}
	}
	return m, false
}

// words are the texts of a type that encodes as one: all values of a small
// number, anything else as it comes.
func words(t reflect.Type) *node {
	if k := t.Kind(); k < reflect.Int || k > reflect.Uint64 {
		return &node{Type: "string"}
	}
	n := &node{Type: "string"}
	for i := range 256 {
		v, back := reflect.New(t), reflect.New(t)
		if v.Elem().CanUint() {
			v.Elem().SetUint(uint64(i))
		} else if i < 128 {
			v.Elem().SetInt(int64(i))
		}
		text, err := v.Interface().(encoding.TextMarshaler).MarshalText()
		if err != nil || len(text) == 0 || slices.Contains(n.Enum, string(text)) {
			continue
		}
		if back.Interface().(encoding.TextUnmarshaler).UnmarshalText(text) == nil && back.Elem().Equal(v.Elem()) {
			n.Enum = append(n.Enum, string(text))
		}
	}
	return n
}

// controlID is the ids of controls: each of Annex A, those of catalogues, and
// own ones.
func controlID() *node {
	last := map[string]string{}
	var clauses []string
	for c := range annexa.All() {
		clause, number, _ := strings.Cut(strings.TrimPrefix(c.ID.String(), "A."), ".")
		if last[clause] == "" {
			clauses = append(clauses, clause)
		}
		last[clause] = number
	}
	var parts []string
	for _, c := range clauses {
		parts = append(parts, c+`\.`+upTo(last[c]))
	}
	return pattern(fmt.Sprintf(`(A\.(%s)|%s|%s:[\s\S]*\S[\s\S]*)`, strings.Join(parts, "|"), id, id))
}

// upTo is a pattern for the numbers from 1 to n, which has one or two digits.
func upTo(n string) string {
	if len(n) == 1 {
		return "[1-" + n + "]"
	}
	parts := []string{"[1-9]"}
	if n[0] > '2' {
		parts = append(parts, "[1-"+string(n[0]-1)+"][0-9]")
	} else if n[0] == '2' {
		parts = append(parts, "1[0-9]")
	}
	return "(" + strings.Join(append(parts, string(n[0])+"[0-"+string(n[1])+"]"), "|") + ")"
}
