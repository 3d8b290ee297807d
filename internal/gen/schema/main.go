// Command schema writes the JSON Schema of every kind at its current schema
// number, from the Go types and from what their checks refuse.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"reflect"
	"slices"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/risk/residual"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/vuln"
)

func main() {
	log.SetFlags(0)
	out := flag.String("out", "data", "directory to write to; schemas of older numbers stay")
	flag.Parse()
	files, err := generate()
	if err != nil {
		log.Fatal(err)
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(*out, name), data, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

// kinds are those of every package that stores something.
func kinds() []isms.AnyKind {
	return slices.Concat(isms.Kinds(), risk.Kinds(), residual.Kinds(), vuln.Kinds(), soa.Kinds())
}

// generate is the file of each kind, by name: "asset.1.json".
func generate() (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, k := range kinds() {
		p, err := newProber(k)
		if err != nil {
			return nil, err
		}
		b := builder{prober: p, defs: map[string]*node{}}
		root := b.structure(p.entity, place{probes: true})
		root.Schema = "https://json-schema.org/draft/2020-12/schema"
		root.ID = fmt.Sprintf("urn:ismskit:schema:%s:%d", k.Name(), k.Schema())
		root.Title = fmt.Sprintf("%s, schema %d", k.Name(), k.Schema())
		root.Description = "One " + k.Name() + " as ismskit encodes it and reads it from files. " +
			"What depends on several members, or on other records, only the library checks."
		if root.Properties["kind"] == nil {
			root.Properties["kind"] = &node{Const: k.Name()}
		}
		root.Properties["schema"] = &node{Type: "integer", Minimum: new(int64(1)), Maximum: new(int64(k.Schema()))}
		root.Defs = b.defs
		if err := p.err; err != nil {
			return nil, fmt.Errorf("%s: %w", k.Name(), err)
		}
		var data bytes.Buffer
		e := json.NewEncoder(&data)
		e.SetEscapeHTML(false)
		e.SetIndent("", " ")
		if err := e.Encode(root); err != nil {
			return nil, err
		}
		files[fmt.Sprintf("%s.%d.json", k.Name(), k.Schema())] = data.Bytes()
	}
	return files, nil
}

// entityOf is the type of the entities of a kind: a Kind[T] has functions of T.
func entityOf(k isms.AnyKind) (reflect.Type, error) {
	terms, ok := reflect.TypeOf(k).FieldByName("Terms")
	if !ok || terms.Type.Kind() != reflect.Func || terms.Type.NumIn() != 1 {
		return nil, fmt.Errorf("%s: %T has no function of its entity", k.Name(), k)
	}
	return terms.Type.In(0), nil
}
