package soa_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/soa"
)

func TestReadCatalogue(t *testing.T) {
	c := readGuild(t)
	want := soa.Catalogue{
		ID: "guild", Title: both("Rules of the bakers' guild", "Regels van het bakkersgilde"), Edition: "2026",
		Source: "Guild of Bakers, guild.example", Licence: "free to use, made up for ismskit",
		Controls: []soa.CatalogueControl{
			{
				Ref: "1.2", Group: both("The store", "Het magazijn"), Title: both("Flour is counted", "Meel wordt geteld"),
				Text:   both("Whoever takes flour writes down how much.", "Wie meel pakt schrijft op hoeveel."),
				AnnexA: []annexa.ID{annexa.MustParseID("A.5.9")},
			},
			{
				Ref: "1.10", Group: both("The store", "Het magazijn"), Title: both("The store is locked at night", "Het magazijn is 's nachts op slot"),
				AnnexA: []annexa.ID{annexa.MustParseID("A.7.1"), annexa.MustParseID("A.7.2")},
			},
			{Ref: "2.1", Group: both("The oven", "De oven"), Title: plain("Nobody bakes alone")},
		},
	}
	if diff := cmp.Diff(want, c, cmp.Comparer(sameID)); diff != "" {
		t.Errorf("ReadCatalogue (-want +got)\n%s", diff)
	}

	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	again, err := soa.ReadCatalogue("guild.json", strings.NewReader(string(data)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, again, cmp.Comparer(sameID)); diff != "" {
		t.Errorf("ReadCatalogue of its own JSON (-want +got)\n%s", diff)
	}

	f, err := os.Open("testdata/guild.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	controls, err := soa.ReadCatalogueControls("guild.csv", f)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c.Controls, controls, cmp.Comparer(sameID)); diff != "" {
		t.Errorf("ReadCatalogueControls (-YAML +CSV)\n%s", diff)
	}
}

func sameID(a, b annexa.ID) bool { return a == b }

func readGuild(t *testing.T) soa.Catalogue {
	t.Helper()
	f, err := os.Open("testdata/guild.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c, err := soa.ReadCatalogue("guild.yaml", f)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Each fault is one replacement in a file that is right, and is reported with
// its place; then there is no catalogue.
func TestCatalogueFaults(t *testing.T) {
	tests := []struct {
		name, file, from, to string
		code                 isms.Code
		where                string
	}{
		{"id with a blank", "guild.yaml", "id: guild", "id: the guild", isms.CodeID, "guild.yaml:2:1"},
		{"id of Annex A", "guild.yaml", "id: guild", "id: A.5", isms.CodeID, "guild.yaml:2:1"},
		{"no title", "guild.yaml", "title: {en: Rules of the bakers' guild, nl: Regels van het bakkersgilde}\n", "", isms.CodeRequired, "guild.yaml:2:1"},
		{"ref twice", "guild.yaml", `"1.10"`, `"1.2"`, isms.CodeDuplicate, "guild.yaml:13:5"},
		{"ref with blanks", "guild.yaml", `"1.10"`, `" 1.10"`, soa.CodeRef, "guild.yaml:13:5"},
		{"ref with a line end", "guild.yaml", `"1.10"`, `"1.\n10"`, soa.CodeRef, "guild.yaml:13:5"},
		{"empty ref", "guild.yaml", `"1.10"`, `""`, soa.CodeRef, "guild.yaml:13:5"},
		{"long ref", "guild.yaml", `"1.10"`, strings.Repeat("x", 65), soa.CodeRef, "guild.yaml:13:5"},
		{"control without title", "guild.yaml", "    title: Nobody bakes alone\n", "", isms.CodeRequired, "guild.yaml:17:5"},
		{"control of Annex A that is none", "guild.yaml", "A.5.9", "A.5.99", "codec/value", "guild.yaml:12:14"},
		{"unset control of Annex A", "guild.yaml", "A.5.9", `""`, isms.CodeRequired, "guild.yaml:12:14"},
		{"control of Annex A twice", "guild.yaml", "A.7.2", "A.7.1", isms.CodeDuplicate, "guild.yaml:16:21"},
		{"language that is none", "guild.yaml", "nl: De oven", "n: De oven", isms.CodeTextLang, "guild.yaml:18:5"},
		{"unknown field", "guild.yaml", "edition:", "editoin:", "codec/unknown-field-near", "guild.yaml:4:1"},
		{"key twice", "guild.yaml", "edition:", "source:", "codec/duplicate-key", "guild.yaml:5:1"},
		{"alias", "guild.yaml", "source: Guild", "source: *a #", "codec/alias", "guild.yaml"},
		{"no controls", "guild.yaml", "controls:", "controls: []\n---\nx:", "codec/second-document", ""},

		{"unknown column", "guild.csv", "annexa", "owner", soa.CodeColumn, "guild.csv:1"},
		{"column twice", "guild.csv", "title_en", "title_nl", isms.CodeDuplicate, "guild.csv:1"},
		{"no ref", "guild.csv", "ref;", "text;", soa.CodeColumn, "guild.csv:1"},
		{"ref twice in CSV", "guild.csv", "1.10;", "1.2;", isms.CodeDuplicate, "guild.csv:3"},
		{"no title in CSV", "guild.csv", "Nobody bakes alone", "", isms.CodeRequired, "guild.csv:4"},
		{"Annex A in CSV", "guild.csv", "A.5.9", "A.5.99", soa.CodeAnnexA, "guild.csv:2"},
		{"a cell too many", "guild.csv", "2.1;", "2.1;;", soa.CodeRecord, "guild.csv:4"},
		{"language in CSV", "guild.csv", "group_nl", "group_x", isms.CodeTextLang, "guild.csv:2"},
		{"not UTF-8", "guild.csv", "Flour", "Fl\xffour", isms.CodeUTF8, "guild.csv:2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readFaulty(t, tt.file, tt.from, tt.to)
			refused, ok := errors.AsType[*isms.ProblemError](err)
			if !ok {
				t.Fatalf("error = %v, want a ProblemError", err)
			}
			found := slices.ContainsFunc(refused.Problems, func(p isms.Problem) bool {
				return p.Code == tt.code && strings.HasPrefix(p.Where, tt.where)
			})
			if !found {
				t.Errorf("problems = %v, want %s at %s", err, tt.code, tt.where)
			}
			if got.ID != "" || got.Controls != nil {
				t.Errorf("catalogue = %v beside an error, want none", got)
			}
		})
	}
}

// readFaulty reads a file of testdata after one replacement.
func readFaulty(t *testing.T, file, from, to string) (c soa.Catalogue, err error) {
	t.Helper()
	data, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	bad := strings.Replace(string(data), from, to, 1)
	if bad == string(data) {
		t.Fatalf("%s does not contain %q", file, from)
	}
	if strings.HasSuffix(file, ".csv") {
		c.Controls, err = soa.ReadCatalogueControls(file, strings.NewReader(bad))
		return c, err
	}
	return soa.ReadCatalogue(file, strings.NewReader(bad))
}

func TestCatalogueSize(t *testing.T) {
	var b strings.Builder
	b.WriteString("ref,title\n")
	for i := range soa.MaxCatalogueControls + 1 {
		fmt.Fprintf(&b, "%d,x\n", i)
	}
	_, err := soa.ReadCatalogueControls("big.csv", strings.NewReader(b.String()))
	if err == nil || !strings.Contains(err.Error(), "a catalogue may have 20000") {
		t.Errorf("ReadCatalogueControls of %d controls = %v, want too many", soa.MaxCatalogueControls+1, err)
	}
	c := soa.Catalogue{ID: "big", Title: plain("Big"), Controls: make([]soa.CatalogueControl, soa.MaxCatalogueControls+1)}
	if got := c.Validate(); len(got) != 1 || got[0].Code != soa.CodeManyControls {
		t.Errorf("Validate of %d controls = %d problems, want one", len(c.Controls), len(got))
	}
	for _, empty := range []string{"", "ref,title\n"} {
		controls, err := soa.ReadCatalogueControls("empty.csv", strings.NewReader(empty))
		if (err == nil) != (empty != "") || len(controls) != 0 {
			t.Errorf("ReadCatalogueControls(%q) = %v, %v, want an error only without a first line", empty, controls, err)
		}
	}
}

func ExampleReadCatalogue() {
	const file = `
id: guild
title: Rules of the guild
controls:
  - ref: "1.2"
    title: {en: Flour is counted, nl: Meel wordt geteld}
    annexA: [A.5.9]
  - ref: "1.2"
    title: The store is locked
    annexa: [A.7.1]
`
	_, err := soa.ReadCatalogue("guild.yaml", strings.NewReader(file))
	fmt.Println(err)

	right := strings.ReplaceAll(file, "annexa", "annexA")
	_, err = soa.ReadCatalogue("guild.yaml", strings.NewReader(right))
	fmt.Println(err)

	right = strings.Replace(right, `"1.2"
    title: The`, `"1.3"
    title: The`, 1)
	c, err := soa.ReadCatalogue("guild.yaml", strings.NewReader(right))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, k := range c.Controls {
		fmt.Println(c.ID+":"+k.Ref, k.Title.In(lang.NL), k.AnnexA)
	}
	// Output:
	// guild.yaml:10:5: /controls/1/annexa: unknown field, did you mean "annexA"?
	// guild.yaml:8:5: /controls/1/ref: 1.2 stands here twice
	// guild:1.2 Meel wordt geteld [A.5.9]
	// guild:1.3 The store is locked [A.7.1]
}
