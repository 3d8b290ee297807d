package isms_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"pgregory.net/rapid"
)

// The tags of a type decide what is cosmetic; all else is material, the members
// of lists and maps and what a vendor adds among them.
type tagged struct {
	isms.Common

	Plan  string             `json:"plan,omitempty" isms:"cosmetic=approval"`
	Note  isms.Text          `json:"note,omitempty" isms:"cosmetic"`
	Steps []taggedStep       `json:"steps,omitempty"`
	By    map[string]*tagged `json:"by,omitempty"`
}

type taggedStep struct {
	What string    `json:"what,omitempty"`
	Done isms.Date `json:"done,omitzero" isms:"cosmetic"`
}

func (tagged) EntityKind() string { return "tagged" }
func (tagged) Check(isms.Checker) {}

func TestCosmeticIsDeclaredPerField(t *testing.T) {
	base := func() tagged { return tagged{Common: named("x"), Steps: []taggedStep{{What: "a"}, {What: "b"}}} }
	d := isms.Propose("d", "approval", base(), isms.Authority{})
	if want := []string{"/external", "/label", "/note", "/plan", "/review", "/status", "/steps/*/done", "/tags"}; !slices.Equal(d.Cosmetic, want) {
		t.Errorf("Cosmetic = %v, want %v", d.Cosmetic, want)
	}
	for rule, c := range map[string]struct {
		change func(*tagged)
		same   bool
	}{
		"nothing":          {func(*tagged) {}, true},
		"a note":           {func(v *tagged) { v.Note = isms.Text{"en": "x"} }, true},
		"progress":         {func(v *tagged) { v.Steps[1].Done = day(1) }, true},
		"for this purpose": {func(v *tagged) { v.Plan = "x" }, true},
		"a step":           {func(v *tagged) { v.Steps[1].What = "c" }, false},
		"one step more":    {func(v *tagged) { v.Steps = append(v.Steps, taggedStep{Done: day(1)}) }, false},
		"the order":        {func(v *tagged) { slices.Reverse(v.Steps) }, false},
		"a vendor's member": {func(v *tagged) {
			v.Ext = map[string]json.RawMessage{"acme.example/x": json.RawMessage(`{"b":1.10,"a":[]}`)}
		}, false},
		"an empty list": {func(v *tagged) { v.By = map[string]*tagged{} }, true},
	} {
		v := base()
		c.change(&v)
		if got := isms.Propose("d", "approval", v, isms.Authority{}).Hash == d.Hash; got != c.same {
			t.Errorf("%s: same hash = %t, want %t", rule, got, c.same)
		}
	}
	quoted := base()
	quoted.Steps[0].What = `say "a\", "b": {`
	before := isms.Propose("d", "approval", quoted, isms.Authority{}).Hash
	quoted.Steps[0].What = `say "a\", "c": {`
	if isms.Propose("d", "approval", quoted, isms.Authority{}).Hash == before {
		t.Error("a change behind a quote does not change the hash")
	}
	a, b := base(), base()
	a.Plan = "x"
	if isms.Propose("d", "other", a, isms.Authority{}).Hash == isms.Propose("d", "other", b, isms.Authority{}).Hash {
		t.Error("what is cosmetic for one purpose is for another")
	}
	a.Plan = ""
	a.Ext = map[string]json.RawMessage{"acme.example/x": json.RawMessage(`{"b":1.10,"a":[]}`)}
	b.Ext = map[string]json.RawMessage{"acme.example/x": json.RawMessage(`{"a":[], "b":1.10}`)}
	if isms.Propose("d", "p", a, isms.Authority{}).Hash != isms.Propose("d", "p", b, isms.Authority{}).Hash {
		t.Error("the order of members changes the hash")
	}
}

// The hash is that of the content: white space and the order of members make no
// difference, nor does what is unset; any other change does.
func TestHashIsOfTheContent(t *testing.T) {
	hash := func(t *rapid.T, raw []byte) string {
		v := tagged{Common: named("x")}
		v.Ext = map[string]json.RawMessage{"acme.example/x": raw}
		d := isms.Propose("d", "approval", v, isms.Authority{})
		if len(d.Hash) != 64 {
			t.Fatalf("no hash of %s", raw)
		}
		return d.Hash
	}
	text := func(t *rapid.T, v any) []byte {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := decode(t, text(t, jsonValue(3).Draw(t, "a"))), decode(t, text(t, jsonValue(3).Draw(t, "b")))
		one := text(t, a)
		other := append([]byte(" \n\t"), shuffled(t, a)...)
		if got, want := hash(t, other), hash(t, one); got != want {
			t.Fatalf("%s and %s have other hashes", other, one)
		}
		same := string(text(t, stripped(a))) == string(text(t, stripped(b)))
		if got := hash(t, one) == hash(t, text(t, b)); got != same {
			t.Fatalf("same hash of %s and %s: %t, want %t", one, text(t, b), got, same)
		}
	})
}

// shuffled writes a value with the members of objects in any order.
func shuffled(t *rapid.T, v any) []byte {
	raw := func(v any) []byte {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	var parts []string
	switch v := v.(type) {
	case map[string]any:
		names := rapid.Permutation(slices.Sorted(maps.Keys(v))).Draw(t, "order")
		for _, name := range names {
			parts = append(parts, string(raw(name))+" :\n"+string(shuffled(t, v[name])))
		}
		return []byte("{ " + strings.Join(parts, " , ") + "}")
	case []any:
		for _, e := range v {
			parts = append(parts, string(shuffled(t, e)))
		}
		return []byte("[" + strings.Join(parts, " ,") + " ]")
	default:
		return raw(v)
	}
}

// stripped is a value without what is unset in it, nil when that is all.
func stripped(v any) any {
	switch v := v.(type) {
	case map[string]any:
		kept := map[string]any{}
		for name, part := range v {
			if part = stripped(part); part != nil {
				kept[name] = part
			}
		}
		if len(kept) > 0 {
			return kept
		}
		return nil
	case []any:
		if len(v) == 0 {
			return nil
		}
		kept := make([]any, len(v))
		for i := range v {
			kept[i] = elementOf(v[i])
		}
		return kept
	case nil:
		return nil
	}
	if raw, err := json.Marshal(v); err == nil && slices.Contains([]string{`""`, "false", "0"}, string(raw)) {
		return nil
	}
	return v
}

// elementOf is an element of a list, which stays when it is unset.
func elementOf(v any) any {
	if s := stripped(v); s != nil {
		return s
	}
	switch v.(type) {
	case map[string]any:
		return map[string]any{}
	case []any:
		return []any{}
	default:
		return v
	}
}
