package annexa_test

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/ismskit/ismskit/internal/corpus"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms/lang"
)

func TestAllIsInNaturalOrder(t *testing.T) {
	var got []string
	perTheme := map[annexa.Theme]int{}
	for c := range annexa.All() {
		got = append(got, c.ID.String())
		perTheme[c.Theme]++
	}
	var want []string
	for _, clause := range []struct {
		number string
		size   int
	}{{"A.5.", 37}, {"A.6.", 8}, {"A.7.", 14}, {"A.8.", 34}} {
		for i := range clause.size {
			want = append(want, clause.number+strconv.Itoa(i+1))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("All() (-want +got):\n%s", diff)
	}
	wantThemes := map[annexa.Theme]int{annexa.Organizational: 37, annexa.People: 8, annexa.Physical: 14, annexa.Technological: 34}
	if diff := cmp.Diff(wantThemes, perTheme); diff != "" {
		t.Errorf("controls per theme (-want +got):\n%s", diff)
	}
	// Sorted as text, 8.12 stands before 8.3: seen in published statements.
	if i, j := slices.Index(got, "A.8.3"), slices.Index(got, "A.8.12"); i > j {
		t.Errorf("A.8.3 stands at %d, want before A.8.12 at %d", i, j)
	}
}

func TestThemeFollowsClause(t *testing.T) {
	clauses := map[annexa.Theme]string{
		annexa.Organizational: "A.5.", annexa.People: "A.6.", annexa.Physical: "A.7.", annexa.Technological: "A.8.",
	}
	for c := range annexa.All() {
		if !strings.HasPrefix(c.ID.String(), clauses[c.Theme]) {
			t.Errorf("%v has theme %v, want numbers from %s1", c.ID, c.Theme, clauses[c.Theme])
		}
	}
}

func TestLookup(t *testing.T) {
	for c := range annexa.All() {
		if got, found := annexa.Lookup(c.ID); !found || got != c {
			t.Errorf("Lookup(%v) = %v, %v, want the same control", c.ID, got.ID, found)
		}
	}
	if got, found := annexa.Lookup(annexa.ID{}); found || got != (annexa.Control{}) {
		t.Errorf("Lookup(unset) = %v, %v, want nothing", got, found)
	}
}

func TestLookupDoesNotAllocate(t *testing.T) {
	id := annexa.MustParseID("A.8.34")
	got := testing.AllocsPerRun(100, func() {
		if _, found := annexa.Lookup(id); !found {
			t.Errorf("Lookup(%v) found nothing", id)
		}
	})
	if got != 0 {
		t.Errorf("Lookup allocates %v times, want 0", got)
	}
}

// TestNoInitWork reads the compiled package: its init task is a header of 8
// bytes, with 8 more for each function to run at program start.
func TestNoInitWork(t *testing.T) {
	file, err := exec.CommandContext(t.Context(), "go", "list", "-export", "-f", "{{.Export}}", ".").Output()
	if err != nil {
		t.Fatalf("go list -export: %v", err)
	}
	symbols, err := exec.CommandContext(t.Context(), "go", "tool", "nm", "-size", strings.TrimSpace(string(file))).Output()
	if err != nil {
		t.Fatalf("go tool nm: %v", err)
	}
	var controls bool
	for line := range strings.Lines(string(symbols)) {
		f := strings.Fields(line)
		switch {
		case strings.HasSuffix(line, "/annexa.controls\n"):
			controls = true
		case strings.HasSuffix(line, "/annexa..inittask\n") && f[1] != "8":
			t.Errorf("the init task of annexa has %s bytes, want 8: a package variable is set at program start", f[1])
		}
	}
	if !controls {
		t.Errorf("no symbol annexa.controls in the compiled package: the test reads the wrong thing")
	}
}

func TestTitlesAndSummaries(t *testing.T) {
	seen := map[string]annexa.ID{}
	check := func(id annexa.ID, what, text string) {
		t.Helper()
		if text == "" || text != strings.TrimSpace(text) {
			t.Errorf("%v %s = %q, want text without blanks around it", id, what, text)
		}
		if other, twice := seen[what+text]; twice {
			t.Errorf("%v %s = %q, want another text than %v", id, what, text, other)
		}
		seen[what+text] = id
	}
	sentence := func(id annexa.ID, what, text string) {
		t.Helper()
		first, _ := utf8.DecodeRuneInString(text)
		if !unicode.IsUpper(first) || strings.IndexAny(text, ".!?;:") != len(text)-1 || !strings.HasSuffix(text, ".") {
			t.Errorf("%v %s = %q, want one sentence", id, what, text)
		}
		if strings.Contains(text, " shall ") || len(text) > 160 {
			t.Errorf("%v %s = %q, want what it is for, in at most 160 bytes", id, what, text)
		}
	}
	for c := range annexa.All() {
		check(c.ID, "English title", c.Title.EN)
		check(c.ID, "Dutch title", c.Title.NL)
		check(c.ID, "English summary", c.Summary.EN)
		check(c.ID, "Dutch summary", c.Summary.NL)
		sentence(c.ID, "English summary", c.Summary.EN)
		sentence(c.ID, "Dutch summary", c.Summary.NL)
		if c.Summary.EN == c.Summary.NL {
			t.Errorf("%v has one summary %q, want two languages", c.ID, c.Summary.EN)
		}
	}
}

func TestControlReadsBackFromJSON(t *testing.T) {
	for c := range annexa.All() {
		var got annexa.Control
		if data := roundTrip(t, c, &got); got != c {
			t.Errorf("Unmarshal(%s) = %+v, want %+v", data, got, c)
		}
	}
}

func TestFormerReadsBackFromJSON(t *testing.T) {
	for f := range annexa.Formers() {
		var got annexa.Former
		if data := roundTrip(t, f, &got); got != f {
			t.Errorf("Unmarshal(%s) = %+v, want %+v", data, got, f)
		}
	}
}

func roundTrip(t *testing.T, from, to any) []byte {
	t.Helper()
	data, err := json.Marshal(from)
	if err != nil {
		t.Fatalf("Marshal(%+v): %v", from, err)
	}
	if err := json.Unmarshal(data, to); err != nil {
		t.Fatalf("Unmarshal(%s): %v", data, err)
	}
	return data
}

func TestLabels(t *testing.T) {
	c, _ := annexa.Lookup(annexa.MustParseID("A.5.7"))
	tests := []struct {
		name   string
		labels annexa.Labels
		want   lang.Text
	}{
		{"nil keeps ours", nil, c.Title},
		{"another control keeps ours", annexa.Labels{annexa.MustParseID("A.5.8"): {EN: "X", NL: "Y"}}, c.Title},
		{"both languages", annexa.Labels{c.ID: {EN: "X", NL: "Y"}}, lang.Text{EN: "X", NL: "Y"}},
		{"only English", annexa.Labels{c.ID: {EN: "X"}}, lang.Text{EN: "X", NL: c.Title.NL}},
		{"only Dutch", annexa.Labels{c.ID: {NL: "Y"}}, lang.Text{EN: c.Title.EN, NL: "Y"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.labels.Title(c); got != tt.want {
				t.Errorf("Title(%v) = %v, want %v", c.ID, got, tt.want)
			}
		})
	}
}

func TestLabelsAsJSON(t *testing.T) {
	var labels annexa.Labels
	if err := json.Unmarshal([]byte(`{"A.5.7":{"EN":"Know your enemy"}}`), &labels); err != nil {
		t.Fatal(err)
	}
	want := annexa.Labels{annexa.MustParseID("A.5.7"): {EN: "Know your enemy"}}
	if diff := cmp.Diff(want, labels, cmp.Comparer(func(a, b annexa.ID) bool { return a == b })); diff != "" {
		t.Errorf("Unmarshal (-want +got):\n%s", diff)
	}
	if err := json.Unmarshal([]byte(`{"A.5.38":{"EN":"No such control"}}`), &labels); err == nil {
		t.Error("Unmarshal of a title for A.5.38 = nil, want an error")
	}
}

// TestFacts compares every cell with the checked facts.
func TestFacts(t *testing.T) {
	dir := corpus.Path(t, "facts", "annexa")
	facts := readCSV(t, filepath.Join(dir, "controls.csv"))
	if len(facts) != 93 {
		t.Fatalf("%d rows of facts, want 93", len(facts))
	}
	words := func(set any) string {
		data, err := json.Marshal(set)
		if err != nil {
			t.Fatal(err)
		}
		return strings.NewReplacer("[", "", "]", "", `"`, "", ",", " ").Replace(string(data))
	}
	for _, want := range facts {
		c, _ := annexa.Lookup(annexa.MustParseID(want["id"]))
		got := map[string]string{
			"id": c.ID.String(), "theme": c.Theme.String(), "title_en": c.Title.EN, "title_nl": c.Title.NL,
			"title_de": want["title_de"], "title_fr": want["title_fr"],
			"control_types": words(c.Types), "properties": words(c.Properties), "cybersecurity_concepts": words(c.Concepts),
			"operational_capabilities": words(c.Capabilities), "security_domains": words(c.Domains), "iso2013": words(c.Former),
		}
		if c.Former.Len() == 0 {
			got["iso2013"] = "new"
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", c.ID, diff)
		}
	}
	for _, want := range readCSV(t, filepath.Join(dir, "controls2013.csv")) {
		id, err := annexa.ParseID2013(want["id"])
		if err != nil {
			t.Error(err)
			continue
		}
		f, _ := annexa.LookupFormer(id)
		got := map[string]string{"id": f.ID.String(), "domain": f.Domain, "title_en": f.Title, "iso2022": words(f.Successors)}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", id, diff)
		}
	}
}

func readCSV(t *testing.T, file string) []map[string]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, text := range record {
			row[records[0][i]] = text
		}
		rows = append(rows, row)
	}
	return rows
}

func BenchmarkLookup(b *testing.B) {
	b.ReportAllocs()
	id := annexa.MustParseID("A.8.34")
	for b.Loop() {
		annexa.Lookup(id)
	}
}

func BenchmarkAll(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		for c := range annexa.All() {
			_ = c
		}
	}
}
