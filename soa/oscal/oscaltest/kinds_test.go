package oscaltest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/memstore"
	kindschema "github.com/ismskit/ismskit/isms/schema"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/risk/residual"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/vuln"
)

// The schemas of package isms/schema, judged by a validator of others. They are
// here because this module has one.

func allKinds() []isms.AnyKind {
	return slices.Concat(isms.Kinds(), risk.Kinds(), residual.Kinds(), vuln.Kinds(), soa.Kinds())
}

func kindSchema(t *testing.T, name string, number int) *jsonschema.Schema {
	t.Helper()
	data, ok := kindschema.Of(name, number)
	if !ok {
		t.Fatalf("no schema of %s %d: run go generate ./isms/schema", name, number)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	id := "urn:ismskit:schema:" + name + ":" + strconv.Itoa(number)
	if err := c.AddResource(id, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(id)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func instance(t *testing.T, data []byte) map[string]any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	object, ok := v.(map[string]any)
	if !ok {
		t.Fatalf("%s is no object", data)
	}
	return object
}

// goldenOf is the record with every member set that the project keeps of a
// schema. Where it has a placeholder for a word of an enumeration it gets one
// of the words.
func goldenOf(t *testing.T, s *jsonschema.Schema, name string, number int) map[string]any {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../../../internal/schemas/testdata", strconv.Itoa(number), name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	record := instance(t, data)
	bad, _ := errors.AsType[*jsonschema.ValidationError](s.Validate(record))
	for _, leaf := range leaves(bad) {
		words, ok := leaf.ErrorKind.(*kind.Enum)
		if ok && words.Got == "word" {
			put(record, leaf.InstanceLocation, words.Want[0])
		}
	}
	return record
}

// leaves are the causes that have no further cause.
func leaves(e *jsonschema.ValidationError) []*jsonschema.ValidationError {
	if e == nil {
		return nil
	}
	if len(e.Causes) == 0 {
		return []*jsonschema.ValidationError{e}
	}
	var all []*jsonschema.ValidationError
	for _, c := range e.Causes {
		all = append(all, leaves(c)...)
	}
	return all
}

// put sets the value at a place.
func put(v any, at []string, value any) {
	for len(at) > 1 {
		v, at = step(v, at[0]), at[1:]
	}
	switch x := v.(type) {
	case map[string]any:
		x[at[0]] = value
	case []any:
		if i, err := strconv.Atoi(at[0]); err == nil {
			x[i] = value
		}
	}
}

func step(v any, name string) any {
	switch x := v.(type) {
	case map[string]any:
		return x[name]
	case []any:
		if i, err := strconv.Atoi(name); err == nil {
			return x[i]
		}
	}
	return nil
}

// A record with every member set fits, also with the members of a file.
func TestKindsAcceptFullRecords(t *testing.T) {
	for _, k := range allKinds() {
		s := kindSchema(t, k.Name(), k.Schema())
		record := goldenOf(t, s, k.Name(), k.Schema())
		if err := s.Validate(record); err != nil {
			t.Errorf("%s: %v", k.Name(), err)
		}
		if record["kind"] == nil {
			record["kind"] = k.Name()
		}
		record["schema"] = json.Number(strconv.Itoa(k.Schema()))
		if err := s.Validate(record); err != nil {
			t.Errorf("%s in a file: %v", k.Name(), err)
		}
	}
}

// What the examples store fits: every revision in the log.
func TestKindsAcceptStoredRecords(t *testing.T) {
	seen := map[string]int{}
	for _, dir := range []string{"quickstart", "vulnreport"} {
		space := isms.Open(memstore.New(), nil).Space("acme").As(isms.Person("jan"))
		err := space.Update(t.Context(), "import", func(tx *isms.Tx) error {
			return isms.Load(tx, os.DirFS("../../../examples/"+dir+"/records"), allKinds()...)
		})
		if err != nil {
			t.Fatal(err)
		}
		for change, err := range space.Changes(t.Context(), 0) {
			if err != nil {
				t.Fatal(err)
			}
			record := instance(t, change.Data)
			record["id"] = change.Subject.ID
			if err := kindSchema(t, change.Subject.Kind, change.Schema).Validate(record); err != nil {
				t.Errorf("%s: %v", change.Subject, err)
			}
			seen[change.Subject.Kind]++
		}
	}
	if len(seen) < 18 {
		t.Errorf("the examples store %d kinds, want at least 18: %v", len(seen), slices.Sorted(maps.Keys(seen)))
	}
}

// Each change of one full record is refused.
func TestKindsRefuse(t *testing.T) {
	tests := []struct {
		name, kind string
		change     func(map[string]any)
	}{
		{"unknown word", "asset", func(v map[string]any) { v["type"] = "building" }},
		{"word in another case", "asset", func(v map[string]any) { v["status"] = "Draft" }},
		{"unknown word below", "asset", func(v map[string]any) { put(v, []string{"needs", "integrity"}, "some") }},
		{"bad day", "asset", func(v map[string]any) { v["from"] = "2026-3-1" }},
		{"day that is none", "asset", func(v map[string]any) { v["from"] = "2026-02-30" }},
		{"moment for a day", "asset", func(v map[string]any) { v["from"] = "2026-03-01T00:00:00Z" }},
		{"unknown field", "asset", func(v map[string]any) { v["titel"] = "x" }},
		{"unknown field below", "asset", func(v map[string]any) { put(v, []string{"review", "lats"}, "2026-03-01") }},
		{"no title", "asset", func(v map[string]any) { delete(v, "title") }},
		{"no id", "asset", func(v map[string]any) { delete(v, "id") }},
		{"bad id", "asset", func(v map[string]any) { v["id"] = "R 14" }},
		{"id with a dot at the end", "asset", func(v map[string]any) { v["id"] = "r." }},
		{"long id", "asset", func(v map[string]any) { v["id"] = strings.Repeat("x", 65) }},
		{"bad reference", "asset", func(v map[string]any) { put(v, []string{"dependsOn", "0"}, "asset/x") }},
		{"owner without kind", "asset", func(v map[string]any) { v["owner"] = "ciso" }},
		{"owner that is no party", "asset", func(v map[string]any) { v["owner"] = "asset/x" }},
		{"bad cadence", "asset", func(v map[string]any) { put(v, []string{"review", "every"}, "3 month") }},
		{"text for a boolean", "asset", func(v map[string]any) { v["personalData"] = "yes" }},
		{"number for text", "asset", func(v map[string]any) { v["label"] = json.Number("14") }},
		{"language that is none", "asset", func(v map[string]any) { v["title"] = map[string]any{"e": "x"} }},
		{"extension without namespace", "asset", func(v map[string]any) { v["ext"] = map[string]any{"score": "x"} }},
		{"other kind", "asset", func(v map[string]any) { v["kind"] = "assets" }},
		{"newer schema", "asset", func(v map[string]any) { v["schema"] = json.Number("99") }},
		{"control of Annex A that is none", "requirement", func(v map[string]any) { put(v, []string{"controls", "0"}, "A.5.38") }},
		{"bad link", "incident", func(v map[string]any) { put(v, []string{"related", "0"}, "risk r-14") }},
		{"link to no revision", "incident", func(v map[string]any) { put(v, []string{"related", "0"}, "risk/r-14@0") }},
		{"bad moment", "incident", func(v map[string]any) { v["detected"] = "2026-03-01 09:30" }},
		{"finding without grade", "audit", func(v map[string]any) { delete(step(step(v, "findings"), "0").(map[string]any), "grade") }}, //nolint:forcetypeassert // the record is ours
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			i := slices.IndexFunc(allKinds(), func(k isms.AnyKind) bool { return k.Name() == tt.kind })
			number := allKinds()[i].Schema()
			s := kindSchema(t, tt.kind, number)
			record := goldenOf(t, s, tt.kind, number)
			if err := s.Validate(record); err != nil {
				t.Fatal(err)
			}
			tt.change(record)
			if err := s.Validate(record); err == nil {
				t.Errorf("Validate = no error, want the change refused: %v", record)
			}
		})
	}
}
