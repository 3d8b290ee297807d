package isms

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ismskit/ismskit/internal/yamljson"
)

// Plans find what a walk that knows no plan finds: every reference, every text
// that cannot be stored, with the same paths in the same order. Neither is
// exported, hence a test from within.
func TestPlansForgetNothing(t *testing.T) {
	types := []reflect.Type{reflect.TypeFor[shapes]()}
	for _, k := range Kinds() {
		terms, _ := reflect.TypeOf(k).FieldByName("Terms") // func(T) []driver.Term
		types = append(types, terms.Type.In(0))
	}
	if len(types) < 15 {
		t.Fatalf("%d types, want those of all kinds", len(types))
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	p, most := plans{}, 0
	for _, typ := range types {
		for range 100 {
			v := reflect.New(typ).Elem()
			fill(rnd, v, 5)
			var got, want []Problem
			refs, wantRefs := p.inspect(Checker{sink: &got}, v), slowInspect(Checker{sink: &want}, v.Interface())
			if !slices.Equal(refs, wantRefs) {
				t.Fatalf("inspect(%s) = refs\n%v, want\n%v", typ, refs, wantRefs)
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("inspect(%s) = problems\n%v, want\n%v", typ, got, want)
			}
			most = max(most, len(refs))
		}
	}
	if most < 10 {
		t.Errorf("at most %d references in a value, want more, or this test proves nothing", most)
	}
	long := shapes{Named: ControlID(strings.Repeat("x", yamljson.MaxScalarBytes+1))}
	var got, want []Problem
	p.inspect(Checker{sink: &got}, reflect.ValueOf(&long).Elem())
	slowInspect(Checker{sink: &want}, long)
	if len(got) != 1 || !reflect.DeepEqual(got, want) {
		t.Errorf("inspect of a long text = %v, want %v", got, want)
	}
}

// A path is written out whole, however deep, and checkers of the same parent
// have each their own.
func TestCheckerPath(t *testing.T) {
	var problems []Problem
	parent := Checker{sink: &problems}.At("a").Index(0).At("b/c")
	left, right := parent.At("d").Index(12), parent.Index(1).At("~")
	left.At("e").At("f").Assert(false, "x")
	right.Assert(false, "x")
	parent.Assert(false, "x")
	Checker{sink: &problems, path: "/top"}.At("g").Assert(false, "x")
	Checker{sink: &problems}.Assert(false, "x")
	var got []string
	for _, p := range problems {
		got = append(got, p.Path)
	}
	if want := []string{"/a/0/b~1c/d/12/e/f", "/a/0/b~1c/1/~0", "/a/0/b~1c", "/top/g", ""}; !slices.Equal(got, want) {
		t.Errorf("paths = %q, want %q", got, want)
	}
}

// shapes holds what a field can be.
type shapes struct {
	Common
	inner
	*outer

	Plain    string     `json:"plain"`
	Named    ControlID  `json:"named"`
	Ref      Ref[Asset] `json:"a~b/c"`
	Untagged *Ref[Asset]
	Ignored  Link              `json:"-"`
	Refs     []Ref[Role]       `json:"refs"`
	ByName   map[string][]Link `json:"byName"`
	Pair     [2]Link           `json:"pair"`
	Texts    []Text            `json:"texts"`
	Wrapped  inner             `json:"wrapped"`
	Children []shapes          `json:"children"`
	Parent   *shapes           `json:"parent"`
	Bytes    []byte            `json:"bytes"`
	Digest   [4]byte           `json:"digest"`
	Raw      json.RawMessage   `json:"raw"`
	Any      any               `json:"any"`
	At       time.Time         `json:"at"`
	Day      Date              `json:"day"`
	Sealed   sealed            `json:"sealed"`
	Nest     nest              `json:"nest"`
	Numbers  map[string][]int  `json:"numbers"`
	hidden   Link
}

type inner struct {
	Deep []map[string]Link `json:"deep"`
	Note Text              `json:"note"`
}

type outer struct {
	Twin Ref[Role] `json:"twin"`
}

// sealed is one text for JSON: what is in it is nobody's business.
type sealed struct{ Ref Ref[Asset] }

func (sealed) MarshalText() ([]byte, error) { return nil, nil }

type nest []nest

// fill sets what can be set of v to something, or leaves it.
func fill(rnd *rand.Rand, v reflect.Value, depth int) {
	if !v.CanSet() && v.Kind() != reflect.Struct || depth < 0 || rnd.IntN(8) == 0 {
		return
	}
	if v.Type() == reflect.TypeFor[shapes]() {
		s, _ := reflect.TypeAssert[*shapes](v.Addr()) // what reflection may not set
		s.outer, s.hidden = &outer{Twin: "twin"}, Link{Kind: "role", ID: "unseen"}
	}
	if v.Type() == reflect.TypeFor[Link]() && v.CanSet() {
		v.Set(reflect.ValueOf(Link{Kind: "role", ID: word(rnd), Rev: rnd.Int64N(3)}))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(word(rnd))
	case reflect.Struct:
		for _, part := range v.Fields() {
			fill(rnd, part, depth-1)
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(rnd, v.Index(i), depth-1)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), rnd.IntN(4), 4))
		for i := range v.Len() {
			fill(rnd, v.Index(i), depth-1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range rnd.IntN(4) {
			key, part := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			key.SetString(word(rnd))
			fill(rnd, part, depth-1)
			v.SetMapIndex(key, part)
		}
	case reflect.Pointer:
		if depth > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(rnd, v.Elem(), depth-1)
		}
	case reflect.Interface:
		v.Set(reflect.ValueOf("a \xff text that no JSON has as an entity has it"))
	default:
		if v.CanInt() {
			v.SetInt(rnd.Int64N(3))
		}
	}
}

func word(rnd *rand.Rand) string {
	words := []string{"", "en", "a", "crm", "A.5.1", "x/y~z", "not \xff utf-8", "ab cd"}
	return words[rnd.IntN(len(words))]
}

// slowInspect does what plans.inspect does, but asks every value for its type.
func slowInspect(c Checker, v any) []refAt {
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

// trail is where a walk is, from the top down.
type trail []step

func (t trail) at(member string) trail { return append(t, step{member, -1}) }
func (t trail) index(i int) trail      { return append(t, step{"", i}) }

func (t trail) pointer() string {
	at := ""
	for _, s := range t {
		at = appendPointer(at, s)
	}
	return at
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
