package schema_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/isms/schema"
)

var update = flag.Bool("update", false, "add what is new to testdata/released.txt")

func TestOf(t *testing.T) {
	count := 0
	for s := range schema.All() {
		count++
		data, ok := schema.Of(s.Kind, s.Number)
		if !ok || string(data) != string(s.JSON) {
			t.Errorf("Of(%q, %d) = %d bytes, %t, want what All yields", s.Kind, s.Number, len(data), ok)
		}
		var head struct {
			Schema string `json:"$schema"`
			ID     string `json:"$id"`
		}
		if err := json.Unmarshal(data, &head); err != nil {
			t.Errorf("%s.%d: %v", s.Kind, s.Number, err)
		}
		want := "urn:ismskit:schema:" + s.Kind + ":" + strconv.Itoa(s.Number)
		if head.ID != want || head.Schema != "https://json-schema.org/draft/2020-12/schema" {
			t.Errorf("%s.%d: $id %q of %q, want %q of draft 2020-12", s.Kind, s.Number, head.ID, head.Schema, want)
		}
	}
	if count < 25 {
		t.Errorf("All yields %d schemas, want at least 25", count)
	}
	for range schema.All() {
		break // a loop may end early
	}
	for _, kind := range []string{"", "assets", "../data/asset", "asset.1.json", `..\data\asset`} {
		if data, ok := schema.Of(kind, 1); ok {
			t.Errorf("Of(%q, 1) = %d bytes, want none", kind, len(data))
		}
	}
	if _, ok := schema.Of("asset", 0); ok {
		t.Error("Of(asset, 0) is there, want none")
	}
}

// A released schema only grows. testdata/released.txt has a line for each fact
// of each schema: a member and its type, a word, a pattern, what is required; a
// fact of all schemas stands there once, under "*". None may vanish, and nothing
// may become required. With -update new lines are added; to remove one is to
// break whoever relies on the schema. A schema that a kind has moved on from
// does not even grow.
func TestReleasedSchemasOnlyGrow(t *testing.T) {
	now, newest := current(t)
	released := readReleased(t, now)
	for _, name := range slices.Sorted(maps.Keys(released)) {
		for _, fact := range slices.Sorted(maps.Keys(released[name])) {
			if !now[name][fact] {
				t.Errorf("%s %s: gone, though released", name, fact)
			}
		}
	}
	fresh := 0
	for _, name := range slices.Sorted(maps.Keys(now)) {
		kind, number := cutNumber(name)
		for _, fact := range slices.Sorted(maps.Keys(now[name])) {
			switch {
			case released[name][fact]:
			case released[name] != nil && number < newest[kind]:
				t.Errorf("%s %s: new, in a schema that another followed", name, fact)
			case released[name] != nil && narrows(fact, released[name]):
				t.Errorf("%s %s: new, and narrows what was released", name, fact)
			default:
				fresh++
			}
		}
	}
	switch {
	case *update && !t.Failed():
		writeReleased(t, now)
	case fresh > 0 && !*update:
		t.Errorf("%d new facts: go test ./isms/schema -update, when they are meant", fresh)
	}
}

const releasedFile = "testdata/released.txt"

// current is the facts of each schema, and the newest number of each kind.
func current(t *testing.T) (now map[string]map[string]bool, newest map[string]int) {
	t.Helper()
	now, newest = map[string]map[string]bool{}, map[string]int{}
	for s := range schema.All() {
		var root map[string]any
		if err := json.Unmarshal(s.JSON, &root); err != nil {
			t.Fatal(err)
		}
		list := map[string]bool{}
		facts(root, "", func(fact string) { list[fact] = true })
		now[s.Kind+"."+strconv.Itoa(s.Number)] = list
		newest[s.Kind] = max(newest[s.Kind], s.Number)
	}
	return now, newest
}

// readReleased is the facts of the file by schema.
func readReleased(t *testing.T, now map[string]map[string]bool) map[string]map[string]bool {
	t.Helper()
	data, err := os.ReadFile(releasedFile)
	if err != nil && !*update {
		t.Fatal(err)
	}
	released := map[string]map[string]bool{}
	var all []string
	for line := range strings.Lines(string(data)) {
		name, fact, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if name == "*" {
			all = append(all, fact)
			continue
		}
		if released[name] == nil {
			released[name] = map[string]bool{}
		}
		released[name][fact] = true
	}
	for name := range released {
		for _, fact := range all {
			released[name][fact] = true
		}
	}
	for name := range now { // a new kind has what all have
		for _, fact := range all {
			if !now[name][fact] {
				t.Errorf("%s %s: gone, though released", name, fact)
			}
		}
	}
	return released
}

func writeReleased(t *testing.T, now map[string]map[string]bool) {
	t.Helper()
	count := map[string]int{}
	for _, list := range now {
		for fact := range list {
			count[fact]++
		}
	}
	lines := map[string]bool{}
	for name, list := range now {
		for fact := range list {
			if count[fact] == len(now) {
				lines["* "+fact] = true
			} else {
				lines[name+" "+fact] = true
			}
		}
	}
	text := strings.Join(slices.Sorted(maps.Keys(lines)), "\n") + "\n"
	if err := os.WriteFile(releasedFile, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func cutNumber(name string) (string, int) {
	dot := strings.LastIndexByte(name, '.')
	number, err := strconv.Atoi(name[dot+1:])
	if err != nil {
		panic(err)
	}
	return name[:dot], number
}

// narrows reports whether a new fact refuses what was accepted: anything but a
// new member, a new word, or what is below a new member.
func narrows(fact string, released map[string]bool) bool {
	path, what, _ := strings.Cut(fact, " ")
	if strings.HasPrefix(what, "= ") { // one more word
		return false
	}
	if what == "required" { // it narrows what it stands in
		path = path[:strings.LastIndexByte(path, '/')]
	}
	for path != "" { // of this member or one around it nothing was released
		there := false
		for old := range released {
			there = there || strings.HasPrefix(old, path+" ")
		}
		if !there {
			return false
		}
		path = path[:strings.LastIndexByte(path, '/')]
	}
	return true
}

func TestNarrows(t *testing.T) {
	released := map[string]bool{
		"/ closed": true, "/type member": true, "/type type string": true, "/type = software": true,
		"/site member": true, "/site/name member": true, "/site/name type string": true,
	}
	for fact, want := range map[string]bool{
		"/type = hardware":           false,
		"/owner member":              false,
		"/owner pattern ^role/":      false,
		"/site/street member":        false,
		"/site/street type string":   false,
		"/owner required":            true,
		"/type pattern ^[a-z]+$":     true,
		"/site/name minLength 1":     true,
		"/site/street required":      true,
		"/new/street required":       false,
		"/ type object":              true,
		"/type/|0 type string":       false, // what was there is gone then
		"/site/street/*items type x": false,
	} {
		if got := narrows(fact, released); got != want {
			t.Errorf("narrows(%q) = %t, want %t", fact, got, want)
		}
	}
}

// facts tells what a schema asks, each as a line: "/type required".
func facts(n map[string]any, at string, tell func(string)) {
	place := at
	if at == "" {
		place = "/"
	}
	for _, key := range []string{"type", "format", "pattern", "$ref", "minLength", "minItems", "minimum", "maximum"} {
		if v, ok := n[key]; ok {
			tell(place + " " + key + " " + fmt.Sprint(v))
		}
	}
	if n["additionalProperties"] == false {
		tell(place + " closed")
	}
	for _, v := range list(n["enum"]) {
		tell(place + " = " + fmt.Sprint(v))
	}
	for _, v := range list(n["required"]) {
		tell(at + "/" + fmt.Sprint(v) + " required")
	}
	for i, v := range list(n["anyOf"]) {
		facts(object(v), at+"/|"+strconv.Itoa(i), tell)
	}
	for name, v := range object(n["properties"]) {
		tell(at + "/" + name + " member")
		facts(object(v), at+"/"+name, tell)
	}
	for name, v := range object(n["$defs"]) {
		facts(object(v), at+"/$"+name, tell)
	}
	for _, key := range []string{"items", "propertyNames", "additionalProperties"} {
		if sub := object(n[key]); sub != nil {
			facts(sub, at+"/*"+key, tell)
		}
	}
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

func object(v any) map[string]any {
	o, _ := v.(map[string]any)
	return o
}
