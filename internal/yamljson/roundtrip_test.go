package yamljson_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/internal/yamljson"
)

// hostile are strings that readers or writers of YAML are known to get wrong.
var hostile = []string{
	"", " ", "  ", "\n", "\n\n", "a\n", "a\n\n", "\na", " a", "a ", "  Step 1\nStep 2\n", "\tx\ny", "x\n\ty", "a\n b\n", "a \nb", "a\n \nb",
	"a\r\nb", "a\rb", "\r", "\t", "a\tb", "-", "- a", "--- a", "---", "...", "--- \n", "a\n---\nb", "a\n...\nb", "?", "? a", ":", ": a", "a:", "a: b", "a :b", "a:b",
	"#", "# a", "a #b", "a#b", "&a", "*a", "!a", "!!str a", "%YAML 1.2", "@a", "`a`", "|", "|-", ">", ">+\n", "'a'", "\"a\"", "it's", "'", "\"", "\\", "\\n", "[", "]", "[a]", "{", "}", "{a: b}", ",", "a, b",
	"<<", "=", "~", "null", "Null", "NULL", "true", "True", "TRUE", "yes", "Yes", "no", "NO", "on", "off", "y", "Y", "n", "N",
	"0", "-0", "1", "+1", "010", "0o10", "0x1F", "0b11", "1_000", "4.10", "1.", ".5", "1e3", "1E400", "-1.5e-3", ".inf", "-.Inf", ".nan", "NaN", "inf", "190:20:30", "12:30", "12:30:45",
	"2026-01-02", "2026-01-02T03:04:05Z", "2026-01-02 03:04:05", "20260102",
	"\x00", "\x01", "\x07", "\x1b[0m", "\x7f", "\u0080", "\u0085", "a\u0085b", "\u2028", "a\u2028b", "\u2029", "\ufeff", "\ufeffa", "a\ufeff", "\ufffd", "\ufffe", "\uffff", "\U0001f600", "\U0001fffe", "\U0010ffff",
	"\u00a0", "\u200b", "\u202e", "\u00ad", "é", "e\u0301", "naïve – “quoted”", "日本語", "العربية", strings.Repeat("k", 300), strings.Repeat("k", 1100), strings.Repeat("word ", 60) + "end", strings.Repeat("é", 1024),
	"key: value\nother: value\n", "# comment\ntext", "text\n# comment", "- a\n- b", "a\n\n\nb", "a\n\n\n", "|\n  a", "x\n  y\n z", "\\u0041", "<script>&amp;</script>", "=1+1",
}

// pieces are what the generator makes further strings of.
var pieces = []string{
	" ", "  ", "\n", "\n\n", "\t", "\r", "\r\n", "-", "- ", ":", ": ", "#", " #", "'", "\"", "\\", "|", ">", "&", "*", "!", "%", "@", "`", "?", "? ", ",", "[", "]", "{", "}", "---", "...", "<<", "~", "null", "true",
	"yes", "0", "1", "07", ".", "e", "_", "2026-01-02", "a", "B", "word", "two words", "é", "\u0085", "\u2028", "\u2029", "\ufeff", "\u00a0", "\x00", "\x1f", "\x7f", "\u009f", "\ufffd", "\uffff", "\U0001f600", "\U0010ffff",
}

func hostileString(r *rand.Rand) string {
	if r.IntN(3) == 0 {
		return hostile[r.IntN(len(hostile))]
	}
	var b strings.Builder
	for range 1 + r.IntN(7) {
		if r.IntN(6) == 0 {
			b.WriteString(hostile[r.IntN(len(hostile))])
			continue
		}
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

// shape puts strings into every place a string can stand in. The ordinary fields
// before and after show what leaks out of a value.
type shape struct {
	First  string                     `json:"first"`
	List   []string                   `json:"list"`
	Map    map[string]string          `json:"map"`
	Deep   []map[string][]string      `json:"deep"`
	Lists  [][]string                 `json:"lists"`
	Ext    map[string]json.RawMessage `json:"ext"`
	Text   Text                       `json:"text"`
	Second string                     `json:"second"`
	Last   int                        `json:"last"`
}

func newShape(s []string) shape {
	return shape{
		First: s[0], List: []string{s[1], "x", s[0]}, Map: map[string]string{s[2]: s[3], "x": s[0]},
		Deep: []map[string][]string{{s[1]: {s[2], s[0]}}, {s[3]: {}}, {s[0]: {s[3]}}}, Lists: [][]string{{s[0], s[1]}, {s[2]}},
		Ext:  map[string]json.RawMessage{s[3]: json.RawMessage(`{"n":[4.10,-0,1e3,null,true]}`)},
		Text: Text{"": s[2]}, Second: s[3], Last: 7,
	}
}

func checkRoundTrip(t *testing.T, s []string) {
	t.Helper()
	want := newShape(s)
	out, err := yamljson.Marshal(want)
	if err != nil {
		t.Fatalf("Marshal(shape of %q): %v", s, err)
	}
	doc, err := yamljson.Parse("f.yaml", out)
	if err != nil {
		t.Fatalf("Parse(Marshal(shape of %q)): %v\n%s", s, err, out)
	}
	var got shape
	if err := doc.Decode(&got); err != nil {
		t.Fatalf("Decode(Marshal(shape of %q)): %v\n%s", s, err, out)
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("Decode(Marshal(shape of %q)): (-want +got)\n%s\n%s", s, cmp.Diff(want, got), out)
	}
}

func TestHostileStringsRoundTrip(t *testing.T) {
	t.Parallel()
	for i, s := range hostile {
		checkRoundTrip(t, []string{s, s, s, s})
		checkRoundTrip(t, []string{s, hostile[(i+1)%len(hostile)], hostile[(i+2)%len(hostile)], hostile[(i+3)%len(hostile)]})
	}
	const each = 4 // strings in a shape
	r := rand.New(rand.NewPCG(27001, 2022))
	for range soak(20_000, 1_000_000) / each {
		s := make([]string, each)
		for i := range s {
			s[i] = hostileString(r)
		}
		checkRoundTrip(t, s)
	}
}

func TestMarshalScalarDocument(t *testing.T) {
	t.Parallel()
	for _, s := range hostile {
		out, err := yamljson.Marshal(s)
		if err != nil {
			t.Fatalf("Marshal(%q): %v", s, err)
		}
		var got string
		if err := parse(t, string(out)).Decode(&got); err != nil || got != s {
			t.Errorf("Decode(Marshal(%q)) = %q, %v, want %q", s, got, err, s)
		}
	}
}

func TestMarshalGolden(t *testing.T) {
	t.Parallel()
	floor := 3
	asset := Asset{
		Common: Common{
			ID: "a-1", Rev: 2, Tags: []string{"yes", "main site", "12:30"},
			Ext: map[string]json.RawMessage{"acme.example/cost": json.RawMessage(`{"amount": 4.10, "list": [1, [], {}]}`)},
		},
		Name: Text{"en": "Laptop", "nl": "Laptop: de oude", "no": "no"}, Version: "4.10", Bought: Date{2026, 1, 2}, Link: Link{"risk", "r-1", 3},
		Active: true, Level: -3, Share: 0.25, Where: &Place{City: "Delft", Floor: &floor}, Places: []Place{{City: "Den Haag"}, {}},
		Labels: map[string]string{"B": "1", "a": "<b> & c", "~": ""}, Hash: []byte{1, 2, 255}, Notes: "Step 1\n  indented\n\nStep 2\n",
	}
	const want = `id: a-1
rev: 2
tags:
  - "yes"
  - main site
  - "12:30"
ext:
  acme.example/cost:
    amount: 4.10
    list:
      - 1
      - []
      - {}
name:
  en: Laptop
  nl: "Laptop: de oude"
  "no": "no"
version: "4.10"
bought: "2026-01-02"
link: risk/r-1@3
active: true
level: -3
share: 0.25
where:
  city: Delft
  floor: 3
places:
  - city: Den Haag
  - {}
labels:
  B: "1"
  a: "<b> & c"
  "~": ""
hash: AQL/
notes: |
  Step 1
    indented

  Step 2
`
	got, err := yamljson.Marshal(asset)
	if err != nil {
		t.Fatalf("Marshal: %v", err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("Marshal (-want +got)\n%s", diff)
	}
	var again Asset
	if err := parse(t, want).Decode(&again); err != nil {
		t.Fatalf("Decode: %v", err)
	}
	if diff := cmp.Diff(mustJSON(t, asset), mustJSON(t, again)); diff != "" {
		t.Errorf("Decode(Marshal) (-want +got)\n%s", diff)
	}
}

func TestLongLinesAreNotFolded(t *testing.T) {
	t.Parallel()
	long := strings.TrimSpace(strings.Repeat("a rather long line ", 500))
	out, err := yamljson.Marshal(map[string]string{"k": long})
	if want := "k: " + long + "\n"; err != nil || string(out) != want {
		t.Errorf("Marshal(long line) = %d bytes in %d lines, %v, want one line", len(out), strings.Count(string(out), "\n"), err)
	}
}

func TestMarshalRefuses(t *testing.T) {
	t.Parallel()
	nan := 0.0
	deep := `1`
	for range yamljson.MaxDepth + 1 {
		deep = "[" + deep + "]"
	}
	for _, tc := range []struct {
		name string
		v    any
		want string
	}{
		{"invalid UTF-8 in a value", Asset{Name: Text{"": "a\xffb"}}, "not valid UTF-8"},
		{"invalid UTF-8 in a field", Asset{Common: Common{Tags: []string{"", "\xff"}}}, "/tags/1: not valid UTF-8"},
		{"invalid UTF-8 in a key", map[string]int{"a\xff": 1}, "not valid UTF-8"},
		{"invalid UTF-8 beside a genuine U+FFFD", []string{"\ufffd", "\xc3\x28"}, "/1: not valid UTF-8"},
		{"invalid UTF-8 from MarshalText", Asset{Link: Link{Kind: "\xfe"}}, "/link: not valid UTF-8"},
		{"NaN", map[string]float64{"a": nan / nan}, "NaN"},
		{"double key in raw JSON", json.RawMessage(`{"a":1,"a":2}`), `key "a" stands twice`},
		{"half a surrogate in raw JSON", json.RawMessage(`["\ud800"]`), `escape \ud800 is half a character`},
		{"too deep", json.RawMessage(deep), "nested deeper than 100 levels"},
		{"value too long", []string{strings.Repeat("x", yamljson.MaxScalarBytes+1)}, "/0: value of 1048577 bytes, at most 1048576"},
	} {
		for name, marshal := range map[string]func(any) ([]byte, error){"Marshal": yamljson.Marshal, "MarshalJSON": yamljson.MarshalJSON} {
			out, err := marshal(tc.v)
			if err == nil || !strings.Contains(err.Error(), tc.want) || out != nil {
				t.Errorf("%s: %s = %.40q, %v, want error with %q", tc.name, name, out, err, tc.want)
			}
		}
	}
	if out, err := yamljson.Marshal(nil); err == nil {
		t.Errorf("Marshal(nil) = %q, want an error: an empty file is no document", out)
	}
}

func TestMarshalJSONCanonical(t *testing.T) {
	t.Parallel()
	v := map[string]any{"b": "<a> & \u2028 \ufffd é", "B": 1, "a": []any{nil, true, 1.5}, "é": map[string]int{}, "raw": json.RawMessage(` { "z" : 1.0 , "a" : "\ufffd" } `)}
	want := `{"B":1,"a":[null,true,1.5],"b":"<a> & \u2028 ` + "\ufffd" + ` é","raw":{"z":1.0,"a":"\ufffd"},"é":{}}`
	for range 20 {
		if got := mustJSON(t, v); got != want {
			t.Fatalf("MarshalJSON(%v) = %s, want %s", v, got, want)
		}
	}
}

func FuzzDecode(f *testing.F) { //nolint:gocognit // one document read in every way
	for _, s := range hostile {
		f.Add([]byte(s))
		out, err := yamljson.Marshal(newShape([]string{s, s, s, s}))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(out)
	}
	f.Add([]byte("id: a\nname: {en: x, nl: y} # c\n? k\n: v\nlabels: &a [*a]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, name := range []string{"f.yaml", "f.json"} {
			doc, err := yamljson.Parse(name, data)
			if err != nil {
				continue
			}
			var raw json.RawMessage
			if err := doc.Decode(&raw); err != nil {
				t.Fatalf("Decode(RawMessage): %v", err)
			}
			if out, err := yamljson.Marshal(raw); err == nil {
				again := parse(t, string(out))
				var raw2 json.RawMessage
				if err := again.Decode(&raw2); err != nil || mustJSON(t, raw) == "" || name == "f.yaml" && mustJSON(t, raw) != mustJSON(t, raw2) {
					t.Fatalf("Decode(Marshal(%s)) = %s, %v", raw, raw2, err)
				}
				if _, err := yamljson.Update(out, raw); err != nil {
					t.Fatalf("Update(Marshal(%s)): %v", raw, err)
				}
			}
			var a Asset
			if doc.Decode(&a) == nil {
				stable(t, a)
			}
			doc.Position("/a/0")
			_ = fmt.Sprint(doc.Root().Items(), doc.Root().Line())
		}
	})
}

// stable checks decode -> marshal -> decode.
func stable(t *testing.T, a Asset) {
	t.Helper()
	out, err := yamljson.Marshal(a)
	if err != nil {
		return // a value may be one that cannot be written, such as a year of 5 digits
	}
	var b Asset
	if err := parse(t, string(out)).Decode(&b); err != nil {
		t.Fatalf("Decode(Marshal(%+v)): %v\n%s", a, err, out)
	}
	if got, want := mustJSON(t, b), mustJSON(t, a); got != want {
		t.Fatalf("Decode(Marshal(a)) = %s, want %s", got, want)
	}
}
