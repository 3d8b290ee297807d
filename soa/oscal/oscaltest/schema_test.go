package oscaltest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ismskit/ismskit/internal/corpus"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/soa/oscal"
	"github.com/ismskit/ismskit/soa/oscal/internal/sample"
)

// schemaFile is NIST's schema of a version.
func schemaFile(t *testing.T, v oscal.Version) string {
	t.Helper()
	return corpus.Path(t, "schemas", "oscal", "oscal_complete_schema-"+strings.ReplaceAll(string(v), ".", "-")+".json")
}

func versions() []oscal.Version { return []oscal.Version{oscal.V113, oscal.V122} }

// schema compiles the schema of a version, formats included.
func schema(t *testing.T, v oscal.Version) *jsonschema.Schema {
	t.Helper()
	data, err := os.ReadFile(schemaFile(t, v))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("file:///oscal.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("file:///oscal.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// sampleDoc is a document that was written.
type sampleDoc struct {
	name    string
	version oscal.Version
	data    []byte
}

// documents are every kind of document of the samples, in both versions.
func documents(t *testing.T, others uint64) []sampleDoc {
	t.Helper()
	var all []sampleDoc
	for i, r := range sample.All(others) {
		s := r.Statement()
		writers := map[string]func(io.Writer, oscal.Publication) ([]isms.Omission, error){
			"annex a": func(w io.Writer, p oscal.Publication) ([]isms.Omission, error) {
				return oscal.WriteCatalog(w, oscal.AnnexA(nil), p)
			},
			"own": func(w io.Writer, p oscal.Publication) ([]isms.Omission, error) {
				return oscal.WriteCatalog(w, oscal.OwnControls(s), p)
			},
			"catalogue": func(w io.Writer, p oscal.Publication) ([]isms.Omission, error) {
				return oscal.WriteCatalog(w, r.Catalogue, p)
			},
			"profile": func(w io.Writer, p oscal.Publication) ([]isms.Omission, error) {
				return oscal.WriteProfile(w, append(oscal.Included(s), "A.5.1"), p)
			},
			"plan": func(w io.Writer, p oscal.Publication) ([]isms.Omission, error) {
				return oscal.WritePlan(w, r.Plan(), p)
			},
			"actions": func(w io.Writer, p oscal.Publication) ([]isms.Omission, error) {
				return oscal.WriteActions(w, r.Actions, p)
			},
			"results": func(w io.Writer, p oscal.Publication) ([]isms.Omission, error) {
				return oscal.WriteResults(w, r.Results, p)
			},
		}
		for kind, write := range writers {
			for _, v := range versions() {
				var out bytes.Buffer
				if _, err := write(&out, sample.Publication(v, []lang.Lang{"", lang.EN, lang.NL}[i%3])); err != nil {
					t.Fatalf("%s, %s: %v", r.Name, kind, err)
				}
				all = append(all, sampleDoc{fmt.Sprintf("%s, %s, %s", r.Name, kind, v), v, out.Bytes()})
			}
		}
	}
	slices.SortFunc(all, func(a, b sampleDoc) int { return strings.Compare(a.name, b.name) })
	return all
}

// Whatever is written is valid by NIST's schema.
func TestSchema(t *testing.T) {
	schemas := map[oscal.Version]*jsonschema.Schema{}
	for _, v := range versions() {
		schemas[v] = schema(t, v)
	}
	for _, d := range documents(t, 6) {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(d.data))
		if err != nil {
			t.Fatal(err)
		}
		if err := schemas[d.version].Validate(doc); err != nil {
			t.Errorf("%s is not valid: %v", d.name, err)
		}
	}
}

// wrong are documents that each have one fault.
func wrong(t *testing.T) []sampleDoc {
	t.Helper()
	var all []sampleDoc
	for _, d := range documents(t, 0) {
		if !strings.HasPrefix(d.name, "small") {
			continue
		}
		for fault, change := range map[string]func(root map[string]any){
			"no uuid":          func(root map[string]any) { delete(root, "uuid") },
			"no title":         func(root map[string]any) { delete(root["metadata"].(map[string]any), "title") },
			"a uuid too short": func(root map[string]any) { root["uuid"] = root["uuid"].(string)[1:] },
			"a uuid of version 1": func(root map[string]any) {
				root["uuid"] = root["uuid"].(string)[:14] + "1" + root["uuid"].(string)[15:]
			},
			"an unknown member":   func(root map[string]any) { root["metadata"].(map[string]any)["titel"] = "x" },
			"a day for a moment":  func(root map[string]any) { root["metadata"].(map[string]any)["last-modified"] = "2026-03-01" },
			"a blank version":     func(root map[string]any) { root["metadata"].(map[string]any)["version"] = " 1" },
			"an empty list":       func(root map[string]any) { root["metadata"].(map[string]any)["props"] = []any{} },
			"a number for a text": func(root map[string]any) { root["metadata"].(map[string]any)["title"] = 7 },
			"a text for metadata": func(root map[string]any) { root["metadata"] = "x" },
			"a property with a gap": func(root map[string]any) {
				root["metadata"].(map[string]any)["props"] = []any{map[string]any{"name": "a b", "value": "x"}}
			},
			"a property of no value": func(root map[string]any) {
				root["metadata"].(map[string]any)["props"] = []any{map[string]any{"name": "a"}}
			},
			"two lines for a value": func(root map[string]any) {
				root["metadata"].(map[string]any)["props"] = []any{map[string]any{"name": "a", "value": "x\ny\n"}}
			},
			"a relative namespace": func(root map[string]any) {
				root["metadata"].(map[string]any)["props"] = []any{map[string]any{"name": "a", "value": "x", "ns": "x y"}}
			},
		} {
			var doc map[string]any
			if err := json.Unmarshal(d.data, &doc); err != nil {
				t.Fatal(err)
			}
			for _, root := range doc {
				change(root.(map[string]any))
			}
			data, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, sampleDoc{d.name + ": " + fault, d.version, data})
		}
	}
	return all
}

// A wrong document is refused by the schema and by our own check.
func TestWrong(t *testing.T) {
	schemas := map[oscal.Version]*jsonschema.Schema{}
	for _, v := range versions() {
		schemas[v] = schema(t, v)
	}
	for _, d := range wrong(t) {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(d.data))
		if err != nil {
			t.Fatal(err)
		}
		if schemas[d.version].Validate(doc) == nil {
			t.Errorf("%s: the schema takes it", d.name)
		}
		if problems, err := oscal.Check(bytes.NewReader(d.data)); err == nil && len(problems) == 0 {
			t.Errorf("%s: Check finds nothing wrong", d.name)
		}
	}
}
