package ciso_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/internal/golden"
	"github.com/ismskit/ismskit/internal/yamljson"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/soa/ciso"
)

func readHouse(t *testing.T) ([]byte, ciso.Library, []isms.Omission) {
	t.Helper()
	data, err := os.ReadFile("testdata/house.yaml")
	if err != nil {
		t.Fatal(err)
	}
	lib, omitted, err := ciso.Read("house.yaml", bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return data, lib, omitted
}

func write(t *testing.T, lib ciso.Library) ([]byte, []isms.Omission) {
	t.Helper()
	var out bytes.Buffer
	omitted, err := lib.Write(&out)
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), omitted
}

func list(omitted []isms.Omission, l lang.Lang) string {
	var b strings.Builder
	for _, o := range omitted {
		b.WriteString(o.Text(l) + "\n")
	}
	return b.String()
}

// What the sample becomes, what it loses, and what is written of it.
func TestGolden(t *testing.T) {
	_, lib, omitted := readHouse(t)
	data, err := json.MarshalIndent(lib, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "house.json", string(data)+"\n")
	golden.Check(t, "house.read.txt", list(omitted, lang.EN))
	golden.Check(t, "house.read.nl.txt", list(omitted, lang.NL))
	written, omitted := write(t, lib)
	golden.Check(t, "house.written.yaml", string(written))
	golden.Check(t, "house.written.txt", list(omitted, lang.EN))
	if again, _ := write(t, lib); !bytes.Equal(again, written) {
		t.Error("Write gives other bytes the second time")
	}
}

// Every value of the file that is not listed as omitted stands in what is
// written again, and what is listed stands in the file.
func TestNothingIsLostUnlisted(t *testing.T) {
	data, lib, omitted := readHouse(t)
	listed := map[string]bool{}
	for _, o := range omitted {
		pointer, ok := strings.CutPrefix(o.Where, "house.yaml#")
		if !ok {
			t.Errorf("omission %v is nowhere", o)
		}
		listed[pointer] = true
	}
	written, _ := write(t, lib)
	leaves := map[string]int{} // values by the names on the way, without numbers
	walk(tree(t, "written.yaml", written), "", func(pointer, value string) bool {
		leaves[place(pointer)+" = "+value]++
		return true
	})
	found := map[string]bool{"/objects/framework/requirement_nodes/4/ref_id": true} // made, for there is none
	walk(tree(t, "house.yaml", data), "", func(pointer, value string) bool {
		if listed[pointer] {
			found[pointer] = true
			return false
		}
		if value != "" && !strings.HasSuffix(pointer, "/depth") { // follows from the parents
			if leaves[place(pointer)+" = "+value] == 0 {
				t.Errorf("%s = %s is neither written nor listed", pointer, value)
			}
			leaves[place(pointer)+" = "+value]--
		}
		return true
	})
	for pointer := range listed {
		if !found[pointer] {
			t.Errorf("%s is listed as omitted, and not in the file", pointer)
		}
	}
}

// tree is a document as plain maps, lists and raw scalars.
func tree(t *testing.T, name string, data []byte) any {
	t.Helper()
	doc, err := yamljson.Parse(name, data)
	if err != nil {
		t.Fatal(err)
	}
	var raw json.RawMessage
	if err := doc.Decode(&raw); err != nil {
		t.Fatal(err)
	}
	var v any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber() // 1.10 is not 1.1
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// walk visits each value, the leaves as text and the others as "", and goes
// deeper where visit says so.
func walk(v any, pointer string, visit func(pointer, value string) bool) {
	switch x := v.(type) {
	case map[string]any:
		if visit(pointer, "") {
			for k, v := range x {
				walk(v, pointer+"/"+k, visit)
			}
		}
	case []any:
		if visit(pointer, "") {
			for i, v := range x {
				walk(v, pointer+"/"+itoa(i), visit)
			}
		}
	default:
		text, err := json.Marshal(x)
		if err != nil {
			panic(err)
		}
		// urns are the same in any case, and a number may be quoted
		visit(pointer, strings.ToLower(strings.Trim(string(text), `"`)))
	}
}

// place is a pointer without the numbers of list elements.
func place(pointer string) string {
	var parts []string
	for part := range strings.SplitSeq(pointer, "/") {
		if strings.Trim(part, "0123456789") != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "/")
}

// What this package writes is what it reads.
func TestWrittenReadsBack(t *testing.T) {
	_, lib, _ := readHouse(t)
	written, _ := write(t, lib)
	again, omitted, err := ciso.Read("again.yaml", bytes.NewReader(written))
	if err != nil {
		t.Fatal(err)
	}
	if len(omitted) > 0 {
		t.Errorf("reading what was written omits\n%s", list(omitted, lang.EN))
	}
	if diff := cmp.Diff(lib, again, cmp.Comparer(func(a, b annexa.ID) bool { return a == b }), cmp.Comparer(func(a, b isms.Date) bool { return a == b })); diff != "" {
		t.Errorf("read again (-want +got)\n%s", diff)
	}
}

// A file that nobody can be sure of gives an error with its place, and nothing
// else.
func TestRefusedFiles(t *testing.T) {
	tests := []struct {
		name, from, to string
		code           isms.Code
		where          string
	}{
		{"alias", "provider: Acme", "provider: *acme", "codec/alias", ""},
		{"anchor", "provider: Acme", "provider: &acme Acme", "codec/anchor", "house.yaml:9"},
		{"merge key", "provider: Acme", "<<: {provider: Acme}", "codec/merge-key", ""},
		{"tag", "provider: Acme", "provider: !!str Acme", "codec/tag", "house.yaml:9"},
		{"key twice", "packager: acme", "provider: acme", "codec/duplicate-key", "house.yaml:10"},
		{"second document", "objects:", "---\nobjects:", "codec/second-document", ""},
		{"no urn", "urn: urn:Acme:risk:library:house\n", "", ciso.CodeNotURN, "house.yaml:1"},
		{"urn that is none", "urn:acme:risk:framework:house", "urn:acme:framework:house", ciso.CodeNotURN, "house.yaml:19"},
		{"urn that ends early", "urn:acme:risk:framework:house", "'urn:acme:risk:framework:'", ciso.CodeNotURN, "house.yaml:19"},
		{"locale that is none", "locale: en", "locale: e", isms.CodeTextLang, "house.yaml:2"},
		{"no objects", "objects:", "objekts:", ciso.CodeNothing, "house.yaml:1"},
		{"list for text", "name: Kitchen", "name: [Kitchen]", "codec/want-text", "house.yaml:38"},
		{"text for number", "version: 3", "version: three", "codec/want-integer", "house.yaml:7"},
		{"text for boolean", "assessable: true", "assessable: x", "codec/want-boolean", "house.yaml:41"},
		{"parent that is none", "parent_urn: urn:acme:risk:req_node:house:part-1", "parent_urn: urn:acme:risk:req_node:house:part-2", ciso.CodeUnknown, "house.yaml:37"},
		{"parent below", "parent_urn: urn:acme:risk:req_node:house:part-1", "parent_urn: urn:acme:risk:req_node:house:1.10", ciso.CodeUnknown, "house.yaml:37"},
		{"node twice", "req_node:house:node5", "req_node:house:1.10", isms.CodeDuplicate, "house.yaml:59"},
		{"text for grid", "[0, 0, 1]", "[0, 0, x]", "codec/want-integer", ""},
	}
	data, err := os.ReadFile("testdata/house.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bad := strings.Replace(string(data), tt.from, tt.to, 1)
			if bad == string(data) {
				t.Fatalf("house.yaml does not contain %q", tt.from)
			}
			lib, omitted, err := ciso.Read("house.yaml", strings.NewReader(bad))
			refused, ok := errors.AsType[*isms.ProblemError](err)
			if !ok {
				t.Fatalf("Read = %v, want a ProblemError", err)
			}
			if p := refused.Problems[0]; p.Code != tt.code || !strings.HasPrefix(p.Where, tt.where) {
				t.Errorf("Read = %v, want %s at %s", err, tt.code, tt.where)
			}
			if lib.URN != "" || omitted != nil {
				t.Errorf("Read = %v, %v beside an error, want nothing", lib, omitted)
			}
		})
	}
}

// An object that cannot be what it should is left out with its reasons; the
// others are read.
func TestRefusedObjects(t *testing.T) {
	tests := []struct {
		name, from, to string
		code           isms.Code
		where          string
	}{
		{"ref twice", "ref_id: 1.10.a", "ref_id: 1.10", isms.CodeDuplicate, "#/objects/framework"},
		{"grid too small", "    - [0, 1, 1]\n", "", "risk/matrix-size", "#/objects/risk_matrix/0"},
		{"cell of no level", "[0, 1, 1]", "[0, 1, 2]", ciso.CodeGrid, "#/objects/risk_matrix/0"},
		{"negative cell", "[0, 1, 1]", "[0, -1, 1]", ciso.CodeGrid, "#/objects/risk_matrix/0"},
		{"level twice", "    - id: 1\n      abbreviation: O", "    - id: 0\n      abbreviation: O", ciso.CodeGrid, "#/objects/risk_matrix/0"},
		{"colour that is none", "'#59BBB2'", "green", "risk/colour", "#/objects/risk_matrix/0"},
		{"control twice", "urn:other:risk:function:shop:rc2", "urn:other:risk:function:shop:rc1", isms.CodeDuplicate, "#/objects/reference_controls/1"},
		{"control without name", "name: '=cmd()'", "annotation: x", isms.CodeRequired, "#/objects/reference_controls/1"},
	}
	data, whole, _ := readHouse(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bad := strings.Replace(string(data), tt.from, tt.to, 1)
			if bad == string(data) {
				t.Fatalf("house.yaml does not contain %q", tt.from)
			}
			lib, omitted, err := ciso.Read("house.yaml", strings.NewReader(bad))
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(omitted, func(o isms.Omission) bool { return o.Code == ciso.CodeRefused && o.Where == "house.yaml"+tt.where })
			if i < 0 || omitted[i+1].Code != tt.code || omitted[i+1].Where != omitted[i].Where {
				t.Errorf("Read omits\n%s want %s at %s", list(omitted, lang.EN), tt.code, tt.where)
			}
			count := func(l ciso.Library) int { return len(l.Catalogues) + len(l.Controls) + len(l.Methodologies) }
			if got := count(lib); got != count(whole)-1 {
				t.Errorf("Read gives %d objects, want %d", got, count(whole)-1)
			}
		})
	}
}

// Files without parents give the hierarchy by depth.
func TestDepthWithoutParents(t *testing.T) {
	const node = `{"urn":"urn:acme:risk:req_node:d:`
	lib, omitted, err := ciso.Read("d.json", framework(
		node+`1","assessable":false,"depth":1,"name":"One"},`+
			node+`1.1","assessable":true,"depth":2,"ref_id":"1.1","name":"a"},`+
			node+`1.2","assessable":true,"depth":2,"ref_id":"1.2","name":"b"},`+
			node+`2","assessable":false,"depth":1,"name":"Two"},`+
			node+`2.1","assessable":true,"depth":2,"ref_id":"2.1","name":"c"},`+
			node+`3","assessable":true,"depth":1,"ref_id":"3","name":"d"}`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range lib.Catalogues[0].Controls {
		got = append(got, c.Ref+" "+c.Group.In(lang.EN))
	}
	if diff := cmp.Diff([]string{"1.1 One", "1.2 One", "2.1 Two", "3 "}, got); diff != "" {
		t.Errorf("groups (-want +got)\n%s", diff)
	}
	if want := 2; len(omitted) != want { // the urns of both headings
		t.Errorf("Read omits\n%s want %d", list(omitted, lang.EN), want)
	}
}

func TestWriteRefuses(t *testing.T) {
	ok := soa.Catalogue{ID: "c", Title: isms.Plain("c"), Controls: []soa.CatalogueControl{{Ref: "1", Title: isms.Plain("x")}}}
	tests := []struct {
		name string
		lib  ciso.Library
		code isms.Code
		path string
	}{
		{"no urn", ciso.Library{Name: isms.Plain("x"), Catalogues: []soa.Catalogue{ok}}, ciso.CodeNotURN, "/urn"},
		{"no name", ciso.Library{URN: "urn:a:risk:library:b", Catalogues: []soa.Catalogue{ok}}, isms.CodeRequired, "/name"},
		{"nothing", ciso.Library{URN: "urn:a:risk:library:b", Name: isms.Plain("x")}, ciso.CodeNothing, ""},
		{"locale", ciso.Library{URN: "urn:a:risk:library:b", Name: isms.Plain("x"), Locale: "?", Catalogues: []soa.Catalogue{ok}}, isms.CodeTextLang, "/locale"},
		{"two of one id", ciso.Library{URN: "urn:a:risk:library:b", Name: isms.Plain("x"), Catalogues: []soa.Catalogue{ok, ok}}, isms.CodeDuplicate, "/id"},
		{"control without title", ciso.Library{URN: "urn:a:risk:library:b", Name: isms.Plain("x"), Controls: []isms.Control{{Common: isms.Common{ID: "x"}}}}, isms.CodeRequired, "/title"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			_, err := tt.lib.Write(&out)
			refused, ok := errors.AsType[*isms.ProblemError](err)
			if !ok || refused.Problems[0].Code != tt.code || refused.Problems[0].Path != tt.path {
				t.Errorf("Write = %v, want %s at %s", err, tt.code, tt.path)
			}
			if out.Len() > 0 {
				t.Errorf("Write wrote %d bytes beside an error, want none", out.Len())
			}
		})
	}
}

// framework is a library with one framework of nodes, as JSON.
func framework(nodes string) *strings.Reader {
	return strings.NewReader(`{"urn":"urn:acme:risk:library:d","locale":"en","name":"d","objects":{"framework":
{"urn":"urn:acme:risk:framework:d","ref_id":"d","name":"d","requirement_nodes":[` + nodes + `]}}}`)
}

// What cannot be seen in the catalogue any more is listed.
func TestNodesThatChange(t *testing.T) {
	const node = `{"urn":"urn:acme:risk:req_node:d:`
	_, omitted, err := ciso.Read("d.json", framework(
		node+`group-1","depth":1,"name":"Same"},`+
			node+`1","assessable":true,"depth":2,"ref_id":"1","name":"a"},`+
			node+`group-2","depth":1,"name":"Same"},`+
			node+`two","assessable":true,"depth":2,"ref_id":"2","name":"b"},`+
			node+`group-2x","depth":1,"name":"Other"},`+
			node+`3","assessable":true,"depth":2,"ref_id":"3","name":"c"}`))
	if err != nil {
		t.Fatal(err)
	}
	const at = "d.json#/objects/framework/requirement_nodes/"
	want := at + "2/urn: its urn becomes urn:acme:risk:req_node:d:group-1 when it is written\n" +
		at + "2: a level of the hierarchy: a catalogue has groups only\n" +
		at + "3/urn: its urn becomes urn:acme:risk:req_node:d:2 when it is written\n" +
		at + "4/urn: its urn becomes urn:acme:risk:req_node:d:group-2 when it is written\n"
	if diff := cmp.Diff(want, list(omitted, lang.EN)); diff != "" {
		t.Errorf("Read omits (-want +got)\n%s", diff)
	}
}

func TestTooDeep(t *testing.T) {
	var nodes []string
	for i := range 51 {
		nodes = append(nodes, `{"urn":"urn:acme:risk:req_node:d:`+itoa(i)+`","assessable":true,"depth":`+itoa(i+1)+`,"ref_id":"`+itoa(i)+`","name":"a"}`)
	}
	if _, _, err := ciso.Read("d.json", framework(strings.Join(nodes[:50], ","))); err != nil {
		t.Errorf("Read of 50 levels = %v, want no error", err)
	}
	if _, _, err := ciso.Read("d.json", framework(strings.Join(nodes, ","))); err == nil || !strings.Contains(err.Error(), "deeper than 50") {
		t.Errorf("Read of 51 levels = %v, want too deep", err)
	}
}

func FuzzRead(f *testing.F) {
	data, err := os.ReadFile("testdata/house.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(data))
	f.Add("urn: urn:a:risk:library:b\nlocale: en\nobjects: {framework: [1, {urn: urn:a:risk:framework:'}]}")
	f.Fuzz(func(t *testing.T, text string) {
		lib, _, err := ciso.Read("fuzz.yaml", strings.NewReader(text))
		if err != nil || lib.Name.IsZero() || len(lib.Catalogues)+len(lib.Controls)+len(lib.Methodologies) == 0 {
			return
		}
		var out bytes.Buffer
		if _, err := lib.Write(&out); err != nil { // what was read can be written
			t.Fatalf("Write of what was read: %v\n%s", err, text)
		}
		if _, more, err := ciso.Read("again.yaml", bytes.NewReader(out.Bytes())); err != nil || len(more) > 0 {
			t.Fatalf("Read of what was written: %v\n%s\n%s", err, list(more, lang.EN), out.String())
		}
	})
}
