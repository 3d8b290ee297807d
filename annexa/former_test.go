package annexa_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/annexa"
)

func TestFormerTotals(t *testing.T) {
	type totals struct{ Former, Pairs, New, One, Several, InSeveral int }
	var got totals
	for range annexa.Formers() {
		got.Former++
	}
	for c := range annexa.All() {
		n := c.Former.Len()
		got.Pairs += n
		switch n {
		case 0:
			got.New++
		case 1:
			got.One++
		default:
			got.Several++
			got.InSeveral += n
		}
	}
	if diff := cmp.Diff(totals{Former: 114, Pairs: 115, New: 11, One: 58, Several: 24, InSeveral: 57}, got); diff != "" {
		t.Errorf("mapping of 2013 (-want +got):\n%s", diff)
	}
}

func TestNewControls(t *testing.T) {
	var got []string
	for c := range annexa.All() {
		if c.Former.Len() == 0 {
			got = append(got, c.ID.String())
		}
	}
	want := strings.Fields("A.5.7 A.5.23 A.5.30 A.7.4 A.8.9 A.8.10 A.8.11 A.8.12 A.8.16 A.8.23 A.8.28")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("new controls (-want +got):\n%s", diff)
	}
}

// A published map lacks 13 pairs; here each direction is the exact inverse.
func TestFormerAndSuccessorsAreInverse(t *testing.T) {
	there, back := map[string]bool{}, map[string]bool{}
	for c := range annexa.All() {
		for old := range c.Former.All() {
			there[old.String()+" "+c.ID.String()] = true
		}
	}
	for f := range annexa.Formers() {
		if f.Successors.Len() == 0 {
			t.Errorf("%v has no successor, want at least one", f.ID)
		}
		if n := f.Successors.Len(); n > 1 && f.ID.String() != "A.18.2.3" {
			t.Errorf("%v has %d successors, want 1", f.ID, n)
		}
		for id := range f.Successors.All() {
			back[f.ID.String()+" "+id.String()] = true
		}
	}
	if diff := cmp.Diff(there, back); diff != "" {
		t.Errorf("pairs (-predecessors +successors):\n%s", diff)
	}
}

func TestSuccessors(t *testing.T) {
	tests := []struct{ name, id, want string }{
		// A published map sends these three to A.8.14.
		{"transfer policies", "A.13.2.1", "A.5.14"},
		{"transfer agreements", "A.13.2.2", "A.5.14"},
		{"electronic messaging", "A.13.2.3", "A.5.14"},
		{"availability of facilities", "A.17.2.1", "A.8.14"},
		{"the only one that was split", "A.18.2.3", "A.5.36, A.8.8"},
		{"without the letter", "18.2.2", "A.5.36"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			id, err := annexa.ParseID2013(tt.id)
			if err != nil {
				t.Fatal(err)
			}
			f, found := annexa.LookupFormer(id)
			if got := f.Successors.String(); !found || got != tt.want {
				t.Errorf("successors of %s = %s, want %s", tt.id, got, tt.want)
			}
		})
	}
}

func TestFormersInNaturalOrder(t *testing.T) {
	var last annexa.ID2013
	titles := map[string]bool{}
	for f := range annexa.Formers() {
		if last.Compare(f.ID) >= 0 {
			t.Errorf("%v stands before %v", last, f.ID)
		}
		last = f.ID
		if got, found := annexa.LookupFormer(f.ID); !found || got != f {
			t.Errorf("LookupFormer(%v) = %v, %v, want the same control", f.ID, got, found)
		}
		if got, err := annexa.ParseID2013(f.ID.String()); err != nil || got != f.ID {
			t.Errorf("ParseID2013(%v) = %v, %v, want the same", f.ID, got, err)
		}
		if !strings.HasPrefix(f.ID.String(), f.Domain+".") {
			t.Errorf("domain of %v = %q", f.ID, f.Domain)
		}
		if f.Title == "" || titles[f.Title] {
			t.Errorf("title of %v = %q, want one of its own", f.ID, f.Title)
		}
		titles[f.Title] = true
	}
	if _, found := annexa.LookupFormer(annexa.ID2013{}); found {
		t.Error("LookupFormer(unset) finds a control")
	}
}

func TestParseID2013SaysWhatIsExpected(t *testing.T) {
	const anyID = "want one of the 114 numbers from A.5.1.1 to A.18.2.3"
	tests := []struct{ name, in, want string }{
		{"beyond the objective", "A.13.2.5", "want A.13.2.1 to A.13.2.4"},
		{"beyond the last", "A.18.2.4", "want A.18.2.1 to A.18.2.3"},
		{"no objective", "A.13.3.1", anyID},
		{"no domain", "A.4.1.1", anyID},
		{"a number of 2022", "A.5.1", anyID},
		{"leading zero", "A.13.2.01", anyID},
		{"trailing rubbish", "A.13.2.1x", anyID},
		{"empty", "", anyID},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := annexa.ParseID2013(tt.in)
			if err == nil || !strings.Contains(err.Error(), tt.want) || got != (annexa.ID2013{}) {
				t.Errorf("ParseID2013(%q) = %v, %v, want error with %q", tt.in, got, err, tt.want)
			}
		})
	}
}

func FuzzParseID2013(f *testing.F) {
	for _, s := range []string{"A.13.2.1", "13.2.1", " a.18.2.3", "A.13.2.5", "A.5.1", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, err := annexa.ParseID2013(s)
		if err != nil {
			return
		}
		canonical := strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(s)), "A.")
		if id.String() != "A."+canonical {
			t.Errorf("ParseID2013(%q) = %v, want A.%s", s, id, canonical)
		}
		if _, found := annexa.LookupFormer(id); !found {
			t.Errorf("LookupFormer(%v) finds nothing", id)
		}
	})
}

func TestUnsetID2013(t *testing.T) {
	var id annexa.ID2013
	if got := id.String(); got != "unset" {
		t.Errorf("String() = %q, want unset", got)
	}
	if text, err := id.MarshalText(); err != nil || len(text) != 0 {
		t.Errorf("MarshalText() = %q, %v, want empty text", text, err)
	}
	id, _ = annexa.ParseID2013("A.5.1.1")
	if err := id.UnmarshalText(nil); err != nil || id != (annexa.ID2013{}) {
		t.Errorf("UnmarshalText(empty) = %v, ID %v, want unset", err, id)
	}
}

func TestIDsAsJSON(t *testing.T) {
	c, _ := annexa.Lookup(annexa.MustParseID("A.7.10"))
	data, err := json.Marshal(c.Former)
	if want := `["A.8.3.1","A.8.3.2","A.8.3.3","A.11.2.5"]`; err != nil || string(data) != want {
		t.Errorf("Marshal = %s, %v, want %s", data, err, want)
	}
	if data, err := json.Marshal(annexa.IDs[annexa.ID]{}); err != nil || string(data) != "[]" {
		t.Errorf("Marshal(empty) = %s, %v, want []", data, err)
	}
	for in, want := range map[string]string{
		`["A.5.1","A.5.2","A.5.3","A.5.4","A.5.5"]`: "list of 5 controls: want at most 4",
		`["A.5.1",""]`:   "list of 2 controls: number 2 is unset",
		`[null,"A.5.1"]`: "list of 2 controls: number 1 is unset",
		`["A.5.38"]`:     "want A.5.1 to A.5.37",
		`"A.5.1"`:        "cannot unmarshal string",
	} {
		var got annexa.IDs[annexa.ID]
		if err := json.Unmarshal([]byte(in), &got); err == nil || !strings.Contains(err.Error(), want) || got.Len() > 0 {
			t.Errorf("Unmarshal(%s) = %v, %v, want error with %q", in, got, err, want)
		}
	}
}

func TestIDsAllStopsEarly(t *testing.T) {
	c, _ := annexa.Lookup(annexa.MustParseID("A.7.10"))
	for id := range c.Former.All() {
		if id.String() != "A.8.3.1" {
			t.Errorf("first of All() = %v, want A.8.3.1", id)
		}
		break
	}
	if got := len(slices.Collect(c.Former.All())); got != 4 {
		t.Errorf("All() yields %d numbers, want 4", got)
	}
}
