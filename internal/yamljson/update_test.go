package yamljson_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/internal/yamljson"
)

const handmade = `# Register of assets
# kept by Jan

kind: asset   # one kind a file
schema: 1

items:
  # the laptop
  - id: a-1
    version: 4.10  # as on the box
    tags: [red, 'two words', "yes"]

    # where it stands
    where:
      city:   'Den Haag'
      # ground floor is 0
      floor: 0
    notes: |
      Step 1
        # not a comment
      Step 2
    active: true

  # the server
  - version: "2"   # quoted by hand
    id: a-2
    labels:
      # per team
      b: x
      a: y
    places:
    - city: Delft # indentless
    - city: Leiden
# the end
`

func TestUpdateGolden(t *testing.T) { //nolint:gocognit // a table and its loop
	t.Parallel()
	for _, tc := range []struct {
		name string
		edit func(f *file)
		// swaps are pairs of old and new text: the whole difference.
		swaps []string
	}{
		{"nothing", func(*file) {}, nil},
		{"plain value beside a comment", func(f *file) { f.Items[0].Version = "4.20" }, []string{"version: 4.10  # as", `version: "4.20"  # as`}},
		{"quoted value", func(f *file) { f.Items[1].Version = "two" }, []string{`version: "2"   # quoted`, `version: two   # quoted`}},
		{"value in a nested mapping", func(f *file) { f.Items[0].Where.City = "Delft" }, []string{"'Den Haag'", "Delft"}},
		{"list in brackets", func(f *file) { f.Items[0].Tags = []string{"red", "a, b"} }, []string{`[red, 'two words', "yes"]`, `[red, "a, b"]`}},
		{"new key at the end of its mapping", func(f *file) { f.Items[0].Level = 3 }, []string{"    active: true\n", "    active: true\n    level: 3\n"}},
		{"removed key takes the comment above", func(f *file) { f.Items[0].Where = nil }, []string{
			"    # where it stands\n    where:\n      city:   'Den Haag'\n      # ground floor is 0\n      floor: 0\n", "",
		}},
		{"removed first key keeps what is above", func(f *file) { delete(f.Items[1].Labels, "b") }, []string{"      b: x\n", ""}},
		{"removed key behind a dash", func(f *file) { f.Items[1].Version = "" }, []string{"  - version: \"2\"   # quoted by hand\n", "  -\n"}},
		{"literal block", func(f *file) { f.Items[0].Notes = "One\nTwo\n" }, []string{"Step 1\n        # not a comment\n      Step 2\n", "One\n      Two\n"}},
		{"literal block to one line", func(f *file) { f.Items[0].Notes = "One" }, []string{"|\n      Step 1\n        # not a comment\n      Step 2\n", "One\n"}},
		{"removed item", func(f *file) { f.Items = f.Items[1:] }, []string{handmade[strings.Index(handmade, "  # the laptop"):strings.Index(handmade, "\n  # the server")], ""}},
		{"removed last item", func(f *file) { f.Items = f.Items[:1] }, []string{handmade[strings.Index(handmade, "  # the server"):strings.Index(handmade, "# the end")], ""}},
		{"new item at the end", func(f *file) { f.Items = append(f.Items, Asset{Common: Common{ID: "a-3", Tags: []string{"x"}}}) }, []string{
			"    - city: Leiden\n", "    - city: Leiden\n  - id: a-3\n    tags:\n      - x\n",
		}},
		{"new item at the front", func(f *file) { f.Items = append([]Asset{{Common: Common{ID: "a-0"}}}, f.Items...) }, []string{
			"  # the laptop\n", "  - id: a-0\n  # the laptop\n",
		}},
		{"new item between", func(f *file) { f.Items = []Asset{f.Items[0], {Common: Common{ID: "a-0"}}, f.Items[1]} }, []string{
			"    active: true\n", "    active: true\n  - id: a-0\n",
		}},
		{"item in an indentless list", func(f *file) { f.Items[1].Places[0].City = "Gouda" }, []string{"- city: Delft #", "- city: Gouda #"}},
		{"removed item of an indentless list", func(f *file) { f.Items[1].Places = f.Items[1].Places[1:] }, []string{"    - city: Delft # indentless\n", ""}},
		{"mapping to nothing keeps its comments", func(f *file) { f.Items[0].Where = &Place{} }, []string{
			":\n      city:   'Den Haag'\n      # ground floor is 0\n      floor: 0\n", ": {}\n    # ground floor is 0\n",
		}},
		{"reordered items", func(f *file) { f.Items[0], f.Items[1] = f.Items[1], f.Items[0]; f.Items[0].Active = false }, nil},
	} {
		var f file
		if err := parse(t, handmade).Decode(&f); err != nil {
			t.Fatal(err)
		}
		tc.edit(&f)
		for _, lineEnd := range []string{"\n", "\r\n"} {
			old := strings.ReplaceAll(handmade, "\n", lineEnd)
			got, err := yamljson.Update([]byte(old), f)
			if err != nil {
				t.Errorf("%s: Update: %v", tc.name, err)
				continue
			}
			want := handmade
			for i := 0; i < len(tc.swaps); i += 2 {
				if !strings.Contains(want, tc.swaps[i]) {
					t.Fatalf("%s: no %q in the text", tc.name, tc.swaps[i])
				}
				want = strings.Replace(want, tc.swaps[i], tc.swaps[i+1], 1)
			}
			want = strings.ReplaceAll(want, "\n", lineEnd)
			if diff := cmp.Diff(want, string(got)); diff != "" && tc.name != "reordered items" {
				t.Errorf("%s: Update (-want +got)\n%s", tc.name, diff)
			}
			var again file
			if err := parse(t, string(got)).Decode(&again); err != nil || mustJSON(t, again) != mustJSON(t, f) {
				t.Errorf("%s: Decode(Update) = %s, %v, want %s", tc.name, mustJSON(t, again), err, mustJSON(t, f))
			}
		}
	}
}

func TestUpdateKeepsWhatMeansNothing(t *testing.T) {
	t.Parallel()
	const old = "\ufeffid: a\nowner:   # nobody yet\ntags: []\nshare: 1.50\n"
	var a Asset
	if err := parse(t, old).Decode(&a); err != nil {
		t.Fatal(err)
	}
	a.ID = "b"
	got, err := yamljson.Update([]byte(old), &a)
	if want := strings.Replace(old, "a\n", "b\n", 1); err != nil || string(got) != want {
		t.Errorf("Update = %q, %v, want %q", got, err, want)
	}
	a.Owner, a.Tags = "jan", []string{"x", "y"}
	got, err = yamljson.Update(got, &a)
	if want := "\ufeffid: b\nowner: jan   # nobody yet\ntags: [x, \"y\"]\nshare: 1.50\n"; err != nil || string(got) != want {
		t.Errorf("Update = %q, %v, want %q", got, err, want)
	}
}

func TestUpdateOddLayouts(t *testing.T) {
	t.Parallel()
	for _, old := range []string{
		`{"id": "a", "tags": ["x", "y"], "labels": {"k": "v"}}`,
		"---\nid: a\ntags: [\n  x, # one\n  y\n]\nlabels: {k: v}\n...\n",
		"? id\n: a\n? tags\n: - x\n  - y\nlabels:\n  ? k\n  : v\n",
		"id:\n  a\ntags:\n# c\n- x\n\n- y\nlabels:\n   \"k\":   'v'",
		"  id: \"a\"\n  tags:\n     -   x\n     -\n       y\n  labels: {\n    k: v }\n",
		"id: >-\n  a\ntags:\n  - |-\n    x\n  - \"\\\n    y\"\nlabels:\n  k: |2-\n    v\n",
		"tags: [x,\n\n  y]\nid:    # c\n  a # d\nlabels:\n  # e\n  k: v\n  # f\n",
	} {
		var a Asset
		if err := parse(t, old).Decode(&a); err != nil {
			t.Fatalf("Decode(%q): %v", old, err)
		}
		edits := []func(a *Asset){
			func(a *Asset) { a.ID = "line one\nline two" },
			func(a *Asset) { a.ID = "" },
			func(a *Asset) { a.Tags = []string{"y"} },
			func(a *Asset) { a.Tags = []string{"x"} },
			func(a *Asset) { a.Tags = []string{"new", "x", "new", "y", "new"} },
			func(a *Asset) { a.Tags = nil },
			func(a *Asset) { a.Labels = map[string]string{"k": "w", "l": "x: y"} },
			func(a *Asset) { a.Labels = map[string]string{"l": ""} },
			func(a *Asset) { *a = Asset{Version: "4.10"} },
			func(a *Asset) { *a = Asset{} },
		}
		for i, edit := range edits {
			b := a
			edit(&b)
			got, err := yamljson.Update([]byte(old), b)
			if err != nil {
				t.Errorf("Update(%q) by edit %d: %v", old, i, err)
				continue
			}
			for _, c := range []string{"# c", "# d", "# e"} {
				if (i == 0 || i == 4 || i == 6) && strings.Contains(old, c) && !strings.Contains(string(got), c) {
					t.Errorf("Update(%q) by edit %d lost %q:\n%s", old, i, c, got)
				}
			}
		}
	}
}

func TestUpdateRefuses(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, old string
		v         any
		want      string
	}{
		{"a file that does not fit", "id: a\nownr: b\n", Asset{}, `2:1: /ownr: unknown field, did you mean "owner"?`},
		{"a file that is not YAML", "id: [", Asset{}, "syntax:"},
		{"a value that cannot be written", "id: a\n", Asset{Version: "\xff"}, "not valid UTF-8"},
		{"a layout there is no room in", "--- {id: a}\n", Asset{Version: "1"}, "reads back differently, so nothing is replaced"},
		{"nothing", "id: a\n", nil, "decode into nil"},
	} {
		got, err := yamljson.Update([]byte(tc.old), tc.v)
		if err == nil || got != nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: Update = %q, %v, want error with %q", tc.name, got, err, tc.want)
		}
	}
}

func TestUpdateWithoutTypes(t *testing.T) {
	t.Parallel()
	const old = "# head\nid: a   # c\nversion: 4.10\nnew: x\n"
	got, err := yamljson.Update([]byte(old), json.RawMessage(`{"version":"4.10","id":"b","new":"x"}`))
	if want := "# head\nid: b   # c\nversion: \"4.10\"\nnew: x\n"; err != nil || string(got) != want {
		t.Errorf("Update = %q, %v, want %q", got, err, want)
	}
}

// TestUpdateProperty edits a commented file at random, each edit on the result of
// the last: what is read is what was given, and comments stay unless what they
// belong to was removed.
func TestUpdateProperty(t *testing.T) { //nolint:gocognit // one walk and what must hold after each step
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range soak(40, 4000) {
		text := []byte(handmade)
		for step := range 25 {
			var f file
			if err := parse(t, string(text)).Decode(&f); err != nil {
				t.Fatalf("Decode: %v\n%s", err, text)
			}
			removed := mutate(r, &f, step)
			next, err := yamljson.Update(text, f)
			if err != nil {
				t.Fatalf("Update to %s: %v\n%s", mustJSON(t, f), err, text)
			}
			var again file
			if err := parse(t, string(next)).Decode(&again); err != nil || mustJSON(t, again) != mustJSON(t, f) {
				t.Fatalf("Decode(Update) = %s, %v, want %s\n%s", mustJSON(t, again), err, mustJSON(t, f), next)
			}
			for line := range strings.Lines(string(text)) {
				_, comment, _ := strings.Cut(line, "# ")
				if comment = strings.TrimSpace(comment); !removed && wasComment(comment) && !strings.Contains(string(next), "# "+comment) {
					t.Fatalf("comment %q was lost\n--- before\n%s\n--- after\n%s", comment, text, next)
				}
			}
			for _, head := range []string{"# Register of assets\n# kept by Jan\n\nkind: asset   # one kind a file\n", "# the end\n"} {
				if !strings.Contains(string(next), head) {
					t.Fatalf("%q was lost\n%s", head, next)
				}
			}
			text = next
		}
	}
}

// wasComment tells the comments of handmade from hostile strings.
func wasComment(s string) bool {
	return s != "" && s != "not a comment" && strings.Contains(handmade, "# "+s+"\n")
}

// mutate changes f; it reports whether it removed something.
func mutate(r *rand.Rand, f *file, step int) (removed bool) {
	if len(f.Items) == 0 || r.IntN(6) == 0 {
		at := r.IntN(len(f.Items) + 1)
		item := Asset{Common: Common{ID: fmt.Sprintf("n-%d", step)}, Notes: hostileString(r), Labels: map[string]string{hostileString(r): "x"}}
		f.Items = append(f.Items[:at:at], append([]Asset{item}, f.Items[at:]...)...)
		return false
	}
	a := &f.Items[r.IntN(len(f.Items))]
	s := hostileString(r)
	switch r.IntN(12) {
	case 0:
		removed, a.Version = s == "", s
	case 1:
		removed, a.Notes = s == "", s
	case 2:
		a.Tags = append([]string{s}, a.Tags...)
	case 3:
		if len(a.Tags) > 0 {
			a.Tags = a.Tags[1:]
			removed = true
		}
	case 4:
		removed = a.Where != nil
		a.Where = &Place{City: s}
	case 5:
		a.Ext = map[string]json.RawMessage{"x": json.RawMessage(`{"a":[1,{"b":4.10}],"c":"` + strconv.Itoa(step) + `"}`)}
	case 6:
		labels := map[string]string{s: s}
		maps.Copy(labels, a.Labels)
		a.Labels = labels
	case 7:
		if len(a.Labels) > 0 {
			a.Labels, removed = map[string]string{s: "y"}, true
		}
	case 8:
		a.Places = append(a.Places, Place{City: s})
	case 9:
		if i := len(a.Places); i > 0 {
			a.Places, removed = a.Places[1:], true
		}
	case 10:
		a.Level, a.Active = int8(step), true
	case 11:
		if len(f.Items) > 1 && r.IntN(3) == 0 {
			i := r.IntN(len(f.Items))
			f.Items, removed = append(f.Items[:i:i], f.Items[i+1:]...), true
		}
	}
	return removed
}
