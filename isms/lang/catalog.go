package lang

import (
	"iter"
	"slices"
	"strings"
)

//go:generate go run ../../internal/gen/catalog -in catalog -out zcatalog.go

// Entry is one coded text of the catalogue. Codes are never renamed or reused.
type Entry struct {
	Code  string // "risk/no-owner"
	Basis string // where the rule comes from: "ISO/IEC 27001:2022, 6.1.2 c 2", or "ismskit" for the data model
	Text  Text   // with {name} where an argument goes
}

// Lookup finds the entry of a code; O(log n), no allocation.
func Lookup(code string) (Entry, bool) {
	i, found := slices.BinarySearchFunc(catalog[:], code, func(e Entry, code string) int {
		return strings.Compare(e.Code, code)
	})
	if !found {
		return Entry{}, false
	}
	return catalog[i], true
}

// Entries yields the whole catalogue in the order of the codes.
func Entries() iter.Seq[Entry] {
	return slices.Values(catalog[:])
}

// Word is the label of one word of an enumeration, such as ("status", "draft");
// the word itself when the catalogue has no label, so that a host's own words
// come through.
func Word(l Lang, group, word string) string {
	if e, ok := Lookup("word/" + group + "/" + word); ok {
		return e.Text.In(l)
	}
	return word
}
