package yamljson_test

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/internal/yamljson"
	"github.com/ismskit/ismskit/isms/lang"
)

type faultCase struct {
	name string // of the rule it proves
	file string
	text string
	want string // lines of the error
}

func faultCases() []faultCase {
	nested := func(open, end string, n int) string { return strings.Repeat(open, n) + end }
	return []faultCase{
		{"empty", "a.yaml", "", "a.yaml:1:1: empty, want one document"},
		{"only blanks and comments", "a.yaml", "\n# nothing\n", "a.yaml:1:1: empty, want one document"},
		{"an empty document", "a.yaml", "---\n", "a.yaml:2:1: empty, want one document"},
		{"null document", "a.yaml", "~\n", "a.yaml:1:1: empty, want one document"},
		{"empty JSON", "a.json", " \n", "a.json:2:1: empty, want one document"},
		{"not UTF-8", "a.yaml", "id: a\nname: \xe9\n", "a.yaml:2:7: not valid UTF-8"},
		{"UTF-16", "a.yaml", "\xff\xfei\x00d\x00", "a.yaml:1:1: not valid UTF-8"},
		{"NUL", "a.yaml", "id: a\x00\nrev: 1\n", "a.yaml: syntax: control characters are not allowed"},
		{"NEL", "a.yaml", "id: a\nname: x\u0085y\n", `a.yaml:2:8: character U+0085 reads differently in different programs, write "\u0085" in double quotes`},
		{"LS", "a.yaml", "name: \"x\u2028y\"\n", `a.yaml:1:9: character U+2028 reads differently in different programs, write "\u2028" in double quotes`},
		{"PS", "a.yaml", "name: \"x\u2029y\"\n", `a.yaml:1:9: character U+2029 reads differently in different programs, write "\u2029" in double quotes`},
		{"second document", "a.yaml", "id: a\n---\nid: b\n", "a.yaml:2:1: more text after the document, want one document"},
		{"second document after an end", "a.yaml", "id: a\n...\nid: b\n", "a.yaml:2: more text after the document, want one document"},
		{"empty second document", "a.yaml", "id: a\n---\n", "a.yaml:2:1: more text after the document, want one document"},
		{"text after JSON", "a.json", `{"id":"a"} x`, "a.json:1:12: more text after the document, want one document"},
		{"anchor and alias", "a.yaml", "id: &x a\nversion: *x\n", "a.yaml:1:5: /id: anchor &x: anchors are not allowed\na.yaml:2:10: /version: alias *x: aliases are not allowed, write the value out"},
		{"alias as key", "a.yaml", "&x id: a\n*x : b\n", "a.yaml:1:1: /id: anchor &x: anchors are not allowed\na.yaml:2:1: /x: alias *x: aliases are not allowed, write the value out"},
		{"alias to nothing", "a.yaml", "id: *x\n", "a.yaml: alias *x: aliases are not allowed, write the value out"},
		{"merge key", "a.yaml", "where:\n  <<: {city: a}\n", "a.yaml:2:3: /where/<<: merge key <<: not allowed, write the keys out"},
		{"custom tag", "a.yaml", "id: !secret a\n", "a.yaml:1:5: /id: tag !secret: tags are not allowed, the field decides the type"},
		{"standard tag", "a.yaml", "version: !!float 4.10\n", "a.yaml:1:10: /version: tag !!float: tags are not allowed, the field decides the type"},
		{"tag without name", "a.yaml", "level: ! 12\n", "a.yaml:1:8: /level: tag !: tags are not allowed, the field decides the type"},
		{"tag of a list", "a.yaml", "tags: !x [a]\n", "a.yaml:1:7: /tags: tag !x: tags are not allowed, the field decides the type"},
		{"double key", "a.yaml", "id: a\nrev: 1\n\"id\": b\n", `a.yaml:3:1: /id: key "id" stands twice, first on line 1`},
		{"double key in a map", "a.yaml", "ext:\n  x: {b: 1, b: 2}\n", `a.yaml:2:13: /ext/x/b: key "b" stands twice, first on line 2`},
		{"double key in JSON", "a.json", "{\"id\":\"a\",\n\"id\":\"b\"}", `a.json:2:1: /id: key "id" stands twice, first on line 1`},
		{"key in another case", "a.yaml", "level: 4\nLEVEL: 1\n", `a.yaml:2:1: /LEVEL: key "LEVEL" differs only in case from "level"`},
		{"key in another case in JSON", "a.json", `{"level":4,"LEVEL":1}`, `a.json:1:12: /LEVEL: key "LEVEL" differs only in case from "level"`},
		{"key that encoding/json folds", "a.json", `{"places":[],"place\u017f":[]}`, `a.json:1:14: /placeſ: key "placeſ" differs only in case from "places"`},
		{"key in another case for a type that reads JSON", "a.yaml", "name: {en: a, EN: b}\n", `a.yaml:1:15: /name/EN: key "EN" differs only in case from "en"`},
		{"key that is null", "a.yaml", "labels:\n  ~: a\n  null: b\n", "a.yaml:2:3: /labels/~0: key null: want text\na.yaml:3:3: /labels/null: key null: want text"},
		{"key that is a list", "a.yaml", "? [a]\n: b\n", "a.yaml:1:3: /: key [...]: want text"},
		{"key that is a mapping", "a.yaml", "labels: {{a: b}: c}\n", "a.yaml:1:10: /labels/: key {...}: want text"},
		{"too deep", "a.yaml", "ext: " + nested("[", strings.Repeat("]", 100), 100), "a.yaml:1:105: /ext" + strings.Repeat("/0", 99) + ": nested deeper than 100 levels"},
		{"too deep, block", "a.yaml", nested("- ", "a", 101), "a.yaml:1:201: " + strings.Repeat("/0", 100) + ": nested deeper than 100 levels"},
		{"too deep, JSON", "a.json", nested("[", "", 101), "a.json:1:101: " + strings.Repeat("/0", 100) + ": nested deeper than 100 levels"},
		{"long value", "a.yaml", "notes: " + nested("x", "", yamljson.MaxScalarBytes+1), "a.yaml:1:8: /notes: value of 1048577 bytes, at most 1048576"},
		{"long value, JSON", "a.json", `{"notes":"` + nested("x", "", yamljson.MaxScalarBytes+1) + `"}`, "a.json:1:10: /notes: value of 1048577 bytes, at most 1048576"},
		{"long document", "a.yaml", nested("# comment ", "", yamljson.MaxBytes/10+1), "a.yaml:1:1: document of 67108870 bytes, at most 67108864"},
		{"many values", "a.yaml", "[" + nested("a,", "]", yamljson.MaxMarks), "a.yaml:1:1: document may hold 16777217 values, at most 16777216"},
		{"syntax", "a.yaml", "id: a\nname: [x\n", "a.yaml:1: syntax: did not find expected ',' or ']'"},
		{"JSON syntax", "a.json", "{\n \"id\" \"a\"}", `a.json:2:7: /id: syntax: want ":", have '"'`},
		{"JSON without end", "a.json", `{"id":[`, "a.json:1:8: /id/0: syntax: want a value, have the end"},
		{"JSON trailing comma", "a.json", `{"id":"a",}`, `a.json:1:11: syntax: want a key in double quotes, have '}'`},
		{"JSON comment", "a.json", "// x\n{}", "a.json:1:1: syntax: want a value, have '/'"},
		{"JSON single quotes", "a.json", `{'id':1}`, `a.json:1:2: syntax: want a key in double quotes, have '\''`},
		{"JSON bad number", "a.json", `{"rev":01}`, "a.json:1:8: /rev: syntax: want a value, have 01"},
		{"JSON bad word", "a.json", `{"active":tru}`, "a.json:1:11: /active: syntax: want a value, have tru"},
		{"JSON raw line end in a string", "a.json", "{\"id\":\"a\nb\"}", "a.json:1:9: /id: syntax: character U+000A in a string, want an escape"},
		{"JSON bad escape", "a.json", `{"id":"\x41"}`, "a.json:1:9: /id: syntax: want an escape, have 'x'"},
		{"JSON bad hexadecimal", "a.json", `{"id":"\u00g1"}`, `a.json:1:8: /id: syntax: want four hexadecimal digits after \u`},
		{"half a surrogate", "a.json", `{"id":"\ud800\u0041"}`, `a.json:1:8: /id: escape \ud800 is half a character`},
		{"unknown field", "a.yaml", "id: a\nzebra: b\n", "a.yaml:2:1: /zebra: unknown field"},
		{"unknown field, near", "a.yaml", "ownr: b\n", `a.yaml:1:1: /ownr: unknown field, did you mean "owner"?`},
		{"unknown field, letters swapped", "a.yaml", "vresion: b\n", `a.yaml:1:1: /vresion: unknown field, did you mean "version"?`},
		{"unknown field, other case", "a.json", `{"Owner":"a"}`, `a.json:1:2: /Owner: unknown field, did you mean "owner"?`},
		{"field without JSON name", "a.yaml", "Hidden: b\n", "a.yaml:1:1: /Hidden: unknown field"},
		{"unknown field in a list", "a.yaml", "places:\n  - city: x\n  - {floor: 1, ctiy: y}\n", `a.yaml:3:16: /places/1/ctiy: unknown field, did you mean "city"?`},
		{"path is escaped", "a.yaml", "a/b~c: 1\n", "a.yaml:1:1: /a~1b~0c: unknown field"},
		{"column counts characters", "a.yaml", "where: {\"city\": é, x: 1}\n", `a.yaml:1:20: /where/x: unknown field`},
		{"truth value", "a.yaml", "active: yes\n", "a.yaml:1:9: /active: want true or false, have yes"},
		{"truth value, quoted", "a.yaml", "active: \"true\"\n", `a.yaml:1:9: /active: want true or false, have "true"`},
		{"octal", "a.yaml", "level: 010\n", "a.yaml:1:8: /level: want a whole number in decimal digits without leading zeros, have 010"},
		{"hexadecimal", "a.yaml", "level: 0x1F\n", "a.yaml:1:8: /level: want a whole number in decimal digits without leading zeros, have 0x1F"},
		{"underscore", "a.yaml", "count: 1_000\n", "a.yaml:1:8: /count: want a whole number in decimal digits without leading zeros, have 1_000"},
		{"fraction for an integer", "a.json", `{"rev":1.0}`, "a.json:1:8: /rev: want a whole number in decimal digits without leading zeros, have 1.0"},
		{"exponent for an integer", "a.json", `{"rev":1e3}`, "a.json:1:8: /rev: want a whole number in decimal digits without leading zeros, have 1e3"},
		{"integer quoted", "a.yaml", "rev: '1'\n", `a.yaml:1:6: /rev: want a whole number in decimal digits without leading zeros, have "1"`},
		{"above range", "a.yaml", "level: 128\n", "a.yaml:1:8: /level: number 128: want -128 to 127"},
		{"below range", "a.yaml", "count: -1\n", "a.yaml:1:8: /count: number -1: want 0 to 65535"},
		{"above range of 64 bits", "a.yaml", "rev: 9223372036854775808\n", "a.yaml:1:6: /rev: number 9223372036854775808: want -9223372036854775808 to 9223372036854775807"},
		{"infinite", "a.yaml", "share: .inf\n", "a.yaml:1:8: /share: want a decimal number, have .inf"},
		{"not a number", "a.yaml", "share: .nan\n", "a.yaml:1:8: /share: want a decimal number, have .nan"},
		{"too large a number", "a.yaml", "share: 1e999\n", "a.yaml:1:8: /share: number 1e999: want -1.7976931348623157e+308 to 1.7976931348623157e+308"},
		{"base 60", "a.yaml", "share: 12:30\n", "a.yaml:1:8: /share: want a decimal number, have 12:30"},
		{"list for text", "a.yaml", "version: [4.10]\n", "a.yaml:1:10: /version: want text, have [...]"},
		{"mapping for text", "a.yaml", "owner:\n  id: x\n", "a.yaml:2:3: /owner: want text, have {...}"},
		{"number for text in JSON", "a.json", `{"version":4.10}`, "a.json:1:12: /version: want text, have 4.10"},
		{"text for a list", "a.yaml", "tags: a, b\n", "a.yaml:1:7: /tags: want a list, have a, b"},
		{"list for a mapping", "a.yaml", "where:\n- a\n", "a.yaml:2:1: /where: want a mapping of keys to values, have [...]"},
		{"text for a map", "a.yaml", "labels: x\n", "a.yaml:1:9: /labels: want a mapping of keys to values, have x"},
		{"list at the top", "a.yaml", "- a\n", "a.yaml:1:1: want a mapping of keys to values, have [...]"},
		{"bad base64", "a.yaml", "hash: '*'\n", `a.yaml:1:7: /hash: want bytes in base64, have "*"`},
		{"UnmarshalText refuses", "a.yaml", "bought: 2026-1-2\n", "a.yaml:1:9: /bought: 2026-1-2: want a date like 2026-01-31"},
		{"UnmarshalJSON refuses", "a.yaml", "name: [a]\n", "a.yaml:1:7: /name: [...]: want text or texts by language"},
		{
			"every fault at once", "a.yaml", "ownr: x\nlevel: 1000\nplaces:\n  - city: [a]\n    flor: 2\nactive: on\n",
			"a.yaml:1:1: /ownr: unknown field, did you mean \"owner\"?\na.yaml:2:8: /level: number 1000: want -128 to 127\n" +
				"a.yaml:4:11: /places/0/city: want text, have [...]\na.yaml:5:5: /places/0/flor: unknown field, did you mean \"floor\"?\n" +
				"a.yaml:6:9: /active: want true or false, have on",
		},
		{"byte order mark does not shift positions", "a.yaml", "\ufeffownr: x\n", `a.yaml:1:1: /ownr: unknown field, did you mean "owner"?`},
		{"CRLF and CR are line ends", "a.yaml", "id: a\r\nrev: 1\rownr: x\r\n", `a.yaml:3:1: /ownr: unknown field, did you mean "owner"?`},
	}
}

func TestFaults(t *testing.T) { //nolint:gocognit // collects the codes that all cases give
	t.Parallel()
	seen := map[string]bool{}
	for _, tc := range faultCases() {
		into := Asset{Version: "untouched"}
		doc, err := yamljson.Parse(tc.file, []byte(tc.text))
		if err == nil {
			err = doc.Decode(&into)
		}
		if err == nil {
			t.Errorf("%s: no error, want %s", tc.name, tc.want)
			continue
		}
		if diff := cmp.Diff(tc.want, err.Error()); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", tc.name, diff)
		}
		if diff := cmp.Diff(Asset{Version: "untouched"}, into, cmp.AllowUnexported(Date{})); diff != "" {
			t.Errorf("%s: target was changed (-want +got)\n%s", tc.name, diff)
		}
		var all yamljson.Errors
		if !errors.As(err, &all) {
			t.Errorf("%s: error is %T, want yamljson.Errors", tc.name, err)
		}
		for _, e := range all {
			seen[e.Code] = true
			checkCatalogue(t, e)
		}
	}
	many := strings.Repeat("- x: 1\n", 1000)
	var places []Place
	err := parse(t, many).Decode(&places)
	var all yamljson.Errors
	if !errors.As(err, &all) || len(all) != 100 || all[98].Path != "/98/x" || all[99].Code != "codec/more" {
		t.Fatalf("Decode(1000 faults) = %d errors, want 100 of which the last says more", len(all))
	}
	checkCatalogue(t, all[99])
	var pair [2]int
	if err := parse(t, "[1]").Decode(&pair); !errors.As(err, &all) || err.Error() != "f.yaml:1:1: want 2 items, have 1" {
		t.Errorf("Decode([1] into [2]int) = %v, want 2 items", err)
	} else {
		seen[all[0].Code] = true
		checkCatalogue(t, all[0])
	}
	_, err = yamljson.Update([]byte("--- {id: a}\n"), Asset{Version: "1"}) // no room for a block on that line
	if one, ok := errors.AsType[*yamljson.Error](err); !ok || one.Code != "codec/reread" {
		t.Errorf("Update(--- {id: a}) = %v, want codec/reread", err)
	} else {
		seen[one.Code] = true
		checkCatalogue(t, one)
	}
	seen["codec/more"] = true
	for e := range lang.Entries() {
		if strings.HasPrefix(e.Code, "codec/") && !seen[e.Code] {
			t.Errorf("no case gives %s", e.Code)
		}
	}
}

// checkCatalogue compares our English with that of the catalogue.
func checkCatalogue(t *testing.T, e *yamljson.Error) {
	t.Helper()
	entry, ok := lang.Lookup(e.Code)
	if !ok {
		t.Errorf("code %s is not in the catalogue", e.Code)
		return
	}
	bare := *e
	bare.File, bare.Line, bare.Path = "", 0, ""
	if got, want := bare.Error(), entry.Text.Fill(lang.EN, e.Args); got != want {
		t.Errorf("%s reads %q, want %q as in the catalogue", e.Code, got, want)
	}
	if dutch := entry.Text.Fill(lang.NL, e.Args); dutch == bare.Error() {
		t.Errorf("%s reads the same in Dutch: %q", e.Code, dutch)
	}
	for name := range e.Args {
		if !strings.Contains(entry.Text.NL, "{"+name+"}") || !strings.Contains(entry.Text.EN, "{"+name+"}") {
			t.Errorf("%s: argument %s is not used in both languages", e.Code, name)
		}
	}
}

func TestLimitsAreAllowedExactly(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", yamljson.MaxDepth) + strings.Repeat("]", yamljson.MaxDepth)
	long := strings.Repeat("x", yamljson.MaxScalarBytes)
	for _, name := range []string{"a.yaml", "a.json"} {
		for _, text := range []string{deep, `{"k":"` + long + `"}`} {
			if _, err := yamljson.Parse(name, []byte(text)); err != nil {
				t.Errorf("Parse(%s, %.20s...) = %v, want no error at the limit", name, text, err)
			}
		}
	}
	full := "{" + strings.Repeat(" ", yamljson.MaxBytes-2) + "}"
	if _, err := yamljson.Parse("a.json", []byte(full)); err != nil || len(full) != yamljson.MaxBytes {
		t.Errorf("Parse(%d bytes) = %v, want no error at the limit", len(full), err)
	}
}

// An alias bomb of nine levels stands for a billion values.
func TestAliasBombIsRefusedInBoundedMemory(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n")
	for i := 1; i <= 9; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 10), ","))
	}
	b.WriteString("padding: [" + strings.Repeat("*a9,", 250_000) + "*a9]\n") // 1 MB
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := yamljson.Parse("bomb.yaml", []byte(b.String()))
	runtime.ReadMemStats(&after)
	var all yamljson.Errors
	if !errors.As(err, &all) || len(all) != 100 || all[0].Code != "codec/anchor" || all[1].Code != "codec/alias" && all[1].Code != "codec/anchor" {
		t.Fatalf("Parse(bomb) = %.200v, want anchors and aliases refused", err)
	}
	const most = 1 << 30
	if used := after.TotalAlloc - before.TotalAlloc; used > most {
		t.Errorf("Parse(bomb of %d bytes) allocated %d bytes, want at most %d", b.Len(), used, most)
	}
}

func TestErrorAs(t *testing.T) {
	t.Parallel()
	_, err := yamljson.Parse("a.yaml", []byte("a: 1\na: 2\n"))
	one, ok := errors.AsType[*yamljson.Error](err)
	if !ok || one.File != "a.yaml" || one.Line != 2 || one.Column != 1 || one.Path != "/a" || one.Code != "codec/duplicate-key" {
		t.Errorf("errors.AsType(%v) = %+v, %v", err, one, ok)
	}
	lines := strings.Split(err.Error(), "\n")
	if !slices.Equal(lines, []string{`a.yaml:2:1: /a: key "a" stands twice, first on line 1`}) {
		t.Errorf("Error() = %q", lines)
	}
}
