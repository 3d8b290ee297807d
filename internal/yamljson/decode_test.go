package yamljson_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/internal/yamljson"
)

// Left and Right both have a field both, which hides it.
type Left struct {
	Both string `json:"both"`
	L    string `json:"L"`
}

type Right struct {
	Both string `json:"both"`
	R    string `json:"R"`
}

type inner struct {
	Deep string `json:"deep"`
}

type everything struct {
	Left
	*Right
	inner

	S      string                       `json:"s"`
	P      *string                      `json:"p"`
	B      bool                         `json:"b"`
	I      int64                        `json:"i"`
	U      uint8                        `json:"u"`
	F      float64                      `json:"f"`
	Any    any                          `json:"any"`
	Raw    json.RawMessage              `json:"raw"`
	Text   Text                         `json:"text"`
	Name   named                        `json:"name"`
	When   time.Time                    `json:"when"`
	Date   *Date                        `json:"date"`
	ByDate map[Date]int                 `json:"byDate"`
	ByInt  map[int]string               `json:"byInt"`
	Pair   [2]int                       `json:"pair"`
	Ints   []int                        `json:"ints"`
	Own    custom                       `json:"own"`
	Maps   map[string]map[string]*Place `json:"maps"`
}

// named is a string that reads JSON itself: its scalars are always strings.
type named string

func (n *named) UnmarshalJSON(data []byte) error {
	var s string
	err := json.Unmarshal(data, &s)
	*n = named("<" + s + ">")
	return err
}

// custom keeps the JSON that it is given.
type custom struct{ got string }

func (c *custom) UnmarshalJSON(data []byte) error {
	c.got = string(data)
	return nil
}

func TestTargetDecidesTheType(t *testing.T) {
	t.Parallel()
	one := 1
	str := func(s string) *string { return &s }
	for _, tc := range []struct {
		yaml string
		want everything
	}{
		{"s: 4.10", everything{S: "4.10"}},
		{"s: 010", everything{S: "010"}},
		{"s: yes", everything{S: "yes"}},
		{"s: true", everything{S: "true"}},
		{"s: 2026-01-02", everything{S: "2026-01-02"}},
		{"s: 0x1F", everything{S: "0x1F"}},
		{"s: 1_000", everything{S: "1_000"}},
		{"s: .nan", everything{S: ".nan"}},
		{"s: Null", everything{S: "Null"}},
		{"s: null", everything{}},
		{"s: ~", everything{}},
		{"s:", everything{}},
		{"s: 'null'", everything{S: "null"}},
		{"s: \"~\"", everything{S: "~"}},
		{"s: ''", everything{}},
		{"s: |\n  a\n  b\n", everything{S: "a\nb\n"}},
		{"s: >-\n  a\n  b\n", everything{S: "a b"}},
		{"s: a\n  b\n", everything{S: "a b"}},
		{"p: yes", everything{P: str("yes")}},
		{"p: ''", everything{P: str("")}},
		{"p: ~", everything{}},
		{"b: true", everything{B: true}},
		{"b: ~", everything{}},
		{"i: -9223372036854775808", everything{I: -9223372036854775808}},
		{"u: 255", everything{U: 255}},
		{"f: 4.10", everything{F: 4.1}},
		{"f: -1.5e-3", everything{F: -0.0015}},
		{"any: {a: [1.50, x, yes, ~, true, 010, 'true']}", everything{Any: map[string]any{"a": []any{json.Number("1.50"), "x", "yes", nil, true, "010", "true"}}}},
		{"raw: {v: 4.10, w: 010, x: yes, y: ~, z: '1', A: 1, a: 2}", everything{Raw: json.RawMessage(`{"v":4.10,"w":"010","x":"yes","y":null,"z":"1","A":1,"a":2}`)}},
		{"raw: 1e400", everything{Raw: json.RawMessage(`1e400`)}},
		{"raw: .5", everything{Raw: json.RawMessage(`".5"`)}},
		{"raw: ~", everything{Raw: json.RawMessage(`null`)}},
		{"text: 4.10", everything{Text: Text{"": "4.10"}}},
		{"text: true", everything{Text: Text{"": "true"}}},
		{"text: {no: 010, en: 4.10}", everything{Text: Text{"no": "010", "en": "4.10"}}},
		{"text: ~", everything{}},
		{"name: 1.0", everything{Name: "<1.0>"}},
		{"own: 4.10", everything{Own: custom{"4.10"}}},
		{"own: yes", everything{Own: custom{`"yes"`}}},
		{"own: '1'", everything{Own: custom{`"1"`}}},
		{"own: true", everything{Own: custom{"true"}}},
		{"when: 2026-01-02T03:04:05Z", everything{When: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}},
		{"date: 2026-01-02", everything{Date: &Date{2026, 1, 2}}},
		{"byDate: {2026-01-02: 1}", everything{ByDate: map[Date]int{{2026, 1, 2}: 1}}},
		{"byInt: {7: a, \"8\": b}", everything{ByInt: map[int]string{7: "a", 8: "b"}}},
		{"pair: [1, 2]", everything{Pair: [2]int{1, 2}}},
		{"ints: []", everything{Ints: []int{}}},
		{"maps: {yes: {no: {floor: 1}, on: ~}}", everything{Maps: map[string]map[string]*Place{"yes": {"no": {Floor: &one}, "on": nil}}}},
		{"L: a\nR: b\ndeep: c", everything{Left: Left{L: "a"}, Right: &Right{R: "b"}, inner: inner{"c"}}},
	} {
		var got everything
		if err := parse(t, tc.yaml).Decode(&got); err != nil {
			t.Errorf("Decode(%q): %v", tc.yaml, err)
		} else if !reflect.DeepEqual(got, tc.want) {
			t.Errorf("Decode(%q) = %+v, want %+v", tc.yaml, got, tc.want)
		}
	}
	var got everything
	if err := parse(t, "both: x").Decode(&got); err == nil {
		t.Errorf("Decode(both) = %+v, want an unknown field: encoding/json hides it", got)
	}
}

func TestUnmarshalJSONAgreesWithEncodingJSON(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{}`, ` {"s" : "a\"\\\/\b\f\n\r\té😀\ud83d\ude00\u00E9" , "i":-0,"f":1E-2} `, `{"s":null,"p":null,"b":null,"i":null,"raw":null,"ints":null}`,
		`{"any":{"a":[1.50,"x",null,true,{}]},"raw": { "a" : 1.0 } }`, `{"L":"a","R":"b","deep":"c","byDate":{"2026-01-02":1},"byInt":{"7":"a"},"pair":[1,2]}`,
		`{"text":{"en":"a"},"name":"x","when":"2026-01-02T03:04:05Z","date":"2026-01-02","own":[1, "2"],"maps":{"a":{"b":{"floor":1},"c":null}}}`,
	} {
		var got, want everything
		if err := yamljson.UnmarshalJSON("x", []byte(text), &got); err != nil {
			t.Errorf("UnmarshalJSON(%s): %v", text, err)
		}
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		if err := d.Decode(&want); err != nil {
			t.Fatal(err)
		}
		want.Raw = append(json.RawMessage(nil), want.Raw...)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("UnmarshalJSON(%s) = %+v, want %+v", text, got, want)
		}
	}
}

func TestDecodeTarget(t *testing.T) {
	t.Parallel()
	var missing *Asset
	for _, into := range []any{nil, Asset{}, missing} {
		if err := parse(t, "id: a").Decode(into); err == nil || !strings.Contains(err.Error(), "want a pointer") {
			t.Errorf("Decode(%T) = %v, want an error that asks for a pointer", into, err)
		}
	}
	old := Asset{Version: "1"}
	if err := parse(t, "id: a").Decode(&old); err != nil || old.Version != "" || old.ID != "a" {
		t.Errorf("Decode = %+v, %v, want what the document says and nothing of before", old, err)
	}
}

func TestNodes(t *testing.T) { //nolint:gocognit // one document looked at from every side
	t.Parallel()
	for _, name := range []string{"f.yaml", "f.JSON"} {
		doc, err := yamljson.Parse(name, []byte("{\"kind\": \"asset\", \"a/b\": {\"é\": 1},\n\"items\": [{\"id\": \"a\"},\n  {\"id\": \"b\", \"ownr\": 1}]}\n"))
		if err != nil {
			t.Fatal(err)
		}
		items, ok := doc.Root().Field("items")
		if _, none := doc.Root().Field("Items"); !ok || none {
			t.Errorf("Field(items), Field(Items) = %v, %v, want true, false", ok, none)
		}
		if got := doc.Root().Items(); got != nil {
			t.Errorf("Items() of a mapping = %v, want nil", got)
		}
		if _, ok := items.Field("0"); ok {
			t.Error("Field(0) of a list is there, want not")
		}
		second := items.Items()[1]
		if got := fmt.Sprintf("%d %s %d", len(items.Items()), second.Path(), second.Line()); got != "2 /items/1 3" {
			t.Errorf("items, path, line = %s, want 2 /items/1 3", got)
		}
		var a Asset
		want := name + `:3:15: /items/1/ownr: unknown field, did you mean "owner"?`
		if err := second.Decode(&a); err == nil || err.Error() != want {
			t.Errorf("Decode = %v, want %s", err, want)
		}
		if err := second.Decode(&a, "ownr"); err != nil || a.ID != "b" {
			t.Errorf("Decode without ownr = %+v, %v", a, err)
		}
		if err := doc.Root().Decode(&struct {
			Items []Asset `json:"items"`
		}{}, "kind", "a/b", "ownr"); err == nil || err.Error() != want {
			t.Errorf("Decode = %v, want %s: skip is for the node itself", err, want)
		}
		for pointer, want := range map[string]string{
			"": "1:1", "/kind": "1:2", "/a~1b/é": "1:27", "/a~1b/none/0": "1:19", "/items/1/id": "3:4", "/items/7": "2:1", "/items/x": "2:1", "/items/1": "3:3",
		} {
			line, column := doc.Position(pointer)
			if got := fmt.Sprintf("%d:%d", line, column); got != want {
				t.Errorf("%s: Position(%q) = %s, want %s", name, pointer, got, want)
			}
		}
	}
}

// The time of reading must not grow with the square of the length of a line or
// the number of comments: this takes minutes if it does.
func TestLongInputsAreReadInLinearTime(t *testing.T) {
	t.Parallel()
	const n = 200_000
	for _, text := range []string{
		"[" + strings.Repeat("a,", n) + "a]", strings.Repeat("# c\n", n) + "a: 1", strings.Repeat("- a # c\n", n/4),
	} {
		var raw json.RawMessage
		if err := parse(t, text).Decode(&raw); err != nil {
			t.Errorf("Decode(%.20s...): %v", text, err)
		}
	}
	if diff := cmp.Diff(1, len(parse(t, "[a]").Root().Items())); diff != "" {
		t.Error(diff)
	}
}

// sample is a list file of at least n bytes.
func sample(tb testing.TB, n int) (f file, text []byte) {
	tb.Helper()
	f = file{Kind: "asset", Schema: 1}
	for len(text) < n {
		for range max(1, 10*(n-len(text))/4000) {
			i := len(f.Items)
			f.Items = append(f.Items, Asset{
				Common: Common{ID: fmt.Sprintf("a-%d", i), Rev: int64(i), Tags: []string{"laptop", "yes"}},
				Name:   Text{"en": "Laptop of the front office", "nl": "Laptop van de balie"}, Version: "4.10", Bought: Date{2026, 1, 2},
				Link: Link{"risk", "r-1", 3}, Active: true, Level: 3, Where: &Place{City: "Den Haag"}, Notes: "Step 1\nStep 2: see the manual\n",
			})
		}
		var err error
		if text, err = yamljson.Marshal(f); err != nil {
			tb.Fatal(err)
		}
	}
	return f, text
}

func BenchmarkDecodeYAML(b *testing.B) {
	_, text := sample(b, 1<<20)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		var f file
		if err := parse(b, string(text)).Decode(&f); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnmarshalJSON(b *testing.B) {
	f, _ := sample(b, 1<<20)
	text := []byte(mustJSON(b, f))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		var f file
		if err := yamljson.UnmarshalJSON("f", text, &f); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnmarshalJSONOfOneRecord(b *testing.B) {
	f, _ := sample(b, 1)
	text := []byte(mustJSON(b, f.Items[0]))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		var a Asset
		if err := yamljson.UnmarshalJSON("f", text, &a); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMarshal(b *testing.B) {
	f, text := sample(b, 1<<20)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := yamljson.Marshal(f); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMarshalJSON(b *testing.B) {
	f, _ := sample(b, 1<<20)
	b.SetBytes(int64(len(mustJSON(b, f))))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := yamljson.MarshalJSON(f); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUpdate(b *testing.B) {
	f, text := sample(b, 1<<20)
	f.Items[len(f.Items)/2].Version = "5"
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := yamljson.Update(text, f); err != nil {
			b.Fatal(err)
		}
	}
}
