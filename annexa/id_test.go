package annexa_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/annexa"
	"pgregory.net/rapid"
)

func TestParseID(t *testing.T) {
	for _, s := range []string{"A.5.1", "a.5.1", "5.1", " 5.1 ", "\tA.5.1\n"} {
		if got, err := annexa.ParseID(s); err != nil || got.String() != "A.5.1" {
			t.Errorf("ParseID(%q) = %v, %v, want A.5.1", s, got, err)
		}
	}
}

func TestParseIDSaysWhatIsExpected(t *testing.T) {
	const anyID = "want a number from A.5.1 to A.8.34, such as A.5.1 or 5.1"
	tests := []struct{ name, in, want string }{
		{"beyond clause 5", "A.5.38", "want A.5.1 to A.5.37"},
		{"beyond clause 6", "6.9", "want A.6.1 to A.6.8"},
		{"beyond clause 7", "A.7.15", "want A.7.1 to A.7.14"},
		{"beyond clause 8", "A.8.35", "want A.8.1 to A.8.34"},
		{"no clause 4", "A.4.1", anyID},
		{"no clause 9", "A.9.1", anyID},
		{"no clause 99", "A.99.1", anyID},
		{"zero", "A.5.0", anyID},
		{"leading zero", "A.5.01", anyID},
		{"leading zero of the clause", "A.05.1", anyID},
		{"trailing rubbish", "A.5.1x", anyID},
		{"trailing dot", "A.5.1.", anyID},
		{"a number of 2013", "A.5.1.1", anyID},
		{"a title behind it", "A.5.1 Policies", anyID},
		{"sign", "A.5.+1", anyID},
		{"blank inside", "A. 5.1", anyID},
		{"number that overflows a byte", "A.5.257", anyID},
		{"other digits", "A.5.١", anyID},
		{"other annex", "B.5.1", anyID},
		{"no dot behind the letter", "A5.1", anyID},
		{"letter alone", "A.", anyID},
		{"clause alone", "A.5", anyID},
		{"empty", "", anyID},
		{"blank", "  ", anyID},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := annexa.ParseID(tt.in)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("ParseID(%q) = %v, %v, want error with %q", tt.in, got, err, tt.want)
			}
			if got != (annexa.ID{}) {
				t.Errorf("ParseID(%q) = %v beside an error, want unset", tt.in, got)
			}
		})
	}
}

func TestParseIDErrorIsShort(t *testing.T) {
	_, err := annexa.ParseID(strings.Repeat("x", 1<<20))
	if err == nil || len(err.Error()) > 200 {
		t.Errorf("ParseID(1 MiB) = error of %d bytes, want at most 200", len(err.Error()))
	}
}

func TestMustParseIDPanics(t *testing.T) {
	defer func() {
		if got, _ := recover().(string); !strings.Contains(got, "A.5.38") {
			t.Errorf("MustParseID(A.5.38) panics with %q, want the number in it", got)
		}
	}()
	t.Errorf("MustParseID(A.5.38) = %v, want panic", annexa.MustParseID("A.5.38"))
}

func TestUnsetID(t *testing.T) {
	var id annexa.ID
	if got := id.String(); got != "unset" {
		t.Errorf("String() = %q, want unset", got)
	}
	type holder struct {
		ID annexa.ID `json:"id"`
	}
	data, err := json.Marshal(holder{})
	if err != nil || string(data) != `{"id":""}` {
		t.Errorf("Marshal(unset) = %s, %v, want empty text", data, err)
	}
	for _, in := range []string{`{"id":""}`, `{"id":null}`, `{}`} {
		var got holder
		if err := json.Unmarshal([]byte(in), &got); err != nil || got != (holder{}) {
			t.Errorf("Unmarshal(%s) = %v, %v, want unset", in, got, err)
		}
	}
}

func TestUnmarshalIDKeepsTheOldOnError(t *testing.T) {
	want := annexa.MustParseID("A.5.1")
	got := want
	if err := got.UnmarshalText([]byte("A.5.38")); err == nil || got != want {
		t.Errorf("UnmarshalText(A.5.38) = %v, ID %v, want an error and %v", err, got, want)
	}
}

func TestIDCompareIsNaturalOrder(t *testing.T) {
	var all []annexa.ID
	for c := range annexa.All() {
		all = append(all, c.ID)
	}
	rapid.Check(t, func(t *rapid.T) {
		got := rapid.Permutation(all).Draw(t, "ids")
		slices.SortFunc(got, annexa.ID.Compare)
		if !slices.Equal(got, all) {
			t.Errorf("sorted = %v, want %v", got, all)
		}
	})
	if got := (annexa.ID{}).Compare(all[0]); got != -1 {
		t.Errorf("unset.Compare(%v) = %d, want -1", all[0], got)
	}
}

func FuzzParseID(f *testing.F) {
	for _, s := range []string{"A.5.1", "5.10", " a.8.34", "A.5.38", "A.5.01", "A.5.1.1", "", "A.", "A.5.1\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, err := annexa.ParseID(s)
		if err != nil {
			if id != (annexa.ID{}) {
				t.Errorf("ParseID(%q) = %v beside an error, want unset", s, id)
			}
			return
		}
		canonical := strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(s)), "A.")
		if id.String() != "A."+canonical {
			t.Errorf("ParseID(%q) = %v, want A.%s", s, id, canonical)
		}
		if _, found := annexa.Lookup(id); !found {
			t.Errorf("Lookup(%v) finds nothing, want every parsed number in Annex A", id)
		}
		text, err := id.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var back annexa.ID
		if err := back.UnmarshalText(text); err != nil || back != id {
			t.Errorf("UnmarshalText(%s) = %v, %v, want %v", text, back, err, id)
		}
	})
}

func BenchmarkParseID(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := annexa.ParseID("A.8.34"); err != nil {
			b.Fatal(err)
		}
	}
}
