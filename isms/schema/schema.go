// Package schema holds the JSON Schema (draft 2020-12) of every kind that
// ismskit stores, for editors, forms and programs in other languages.
//
// A schema describes one entity as ismskit encodes it and as isms.Load reads it
// from a file: its members, their types and forms, the words of enumerations and
// what is always required. What depends on several members or on other records
// it cannot say; isms.Validate and the store do. Of a file with items it
// describes each item.
//
// Schemas are generated from the Go types and their checks, and released ones
// only grow: a member may be added, never removed or narrowed.
package schema

import (
	"embed"
	"iter"
	"strconv"
	"strings"
)

//go:generate go run ../../internal/gen/schema -out data

//go:embed data
var files embed.FS

// Schema is the schema of one kind at one of its schema numbers.
type Schema struct {
	Kind   string // "asset"
	Number int    // the member "schema" of a file
	JSON   []byte // with $id "urn:ismskit:schema:asset:1"
}

// Of is the schema of a kind at a schema number; false when there is none. Of
// numbers that were never released there is none.
func Of(kind string, number int) ([]byte, bool) {
	if strings.ContainsAny(kind, "/\\") {
		return nil, false
	}
	data, err := files.ReadFile("data/" + kind + "." + strconv.Itoa(number) + ".json")
	return data, err == nil
}

// All yields every schema, by kind and number.
func All() iter.Seq[Schema] {
	return func(yield func(Schema) bool) {
		entries, err := files.ReadDir("data")
		if err != nil { // they are part of the program
			panic(err)
		}
		for _, e := range entries {
			name := strings.TrimSuffix(e.Name(), ".json")
			dot := strings.LastIndexByte(name, '.')
			number, err := strconv.Atoi(name[dot+1:])
			if err != nil {
				panic(err)
			}
			data, _ := Of(name[:dot], number)
			if !yield(Schema{name[:dot], number, data}) {
				return
			}
		}
	}
}
