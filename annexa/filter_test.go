package annexa_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/annexa"
	"pgregory.net/rapid"
)

func selected(f annexa.Filter) []string {
	var ids []string
	for c := range annexa.All() {
		if f.Match(c) {
			ids = append(ids, c.ID.String())
		}
	}
	return ids
}

func TestFilter(t *testing.T) {
	tests := []struct {
		name   string
		filter annexa.Filter
		want   string
	}{
		{"theme", annexa.Filter{Themes: []annexa.Theme{annexa.People}}, "A.6.1 A.6.2 A.6.3 A.6.4 A.6.5 A.6.6 A.6.7 A.6.8"},
		{
			"one value of an attribute",
			annexa.Filter{Types: []annexa.ControlType{annexa.Corrective}},
			"A.5.5 A.5.6 A.5.7 A.5.24 A.5.26 A.5.28 A.5.29 A.5.30 A.5.35 A.5.37 A.6.4 A.8.7 A.8.13 A.8.16",
		},
		{
			"any of several values",
			annexa.Filter{Capabilities: []annexa.Capability{annexa.ThreatAndVulnerabilityManagement, annexa.InformationSecurityAssurance}},
			"A.5.7 A.5.22 A.5.35 A.5.36 A.5.37 A.8.8 A.8.29",
		},
		{
			"fields combine with and",
			annexa.Filter{Themes: []annexa.Theme{annexa.Technological}, Concepts: []annexa.Concept{annexa.Respond, annexa.Recover}},
			"A.8.13 A.8.16",
		},
		{"domain and property", annexa.Filter{Domains: []annexa.Domain{annexa.Resilience}, Properties: []annexa.Property{annexa.Confidentiality}}, "A.5.1 A.5.2 A.5.5 A.5.7 A.5.29 A.7.13"},
		{"text of an English title", annexa.Filter{Text: "THREAT intelligence"}, "A.5.7"},
		{"text of a Dutch title", annexa.Filter{Text: "back-up"}, "A.8.13"},
		{"text of an English summary", annexa.Filter{Text: "eavesdroppers"}, "A.7.12"},
		{"text of a Dutch summary", annexa.Filter{Text: "Afluisteraars"}, "A.7.12"},
		{"words in any order, blanks around", annexa.Filter{Text: "  duties \t segregation "}, "A.5.3"},
		{"letters with accents in any case", annexa.Filter{Text: "BEDRIJFSCONTINUÏTEIT"}, "A.5.30"},
		{"text and attribute", annexa.Filter{Text: "supplier", Domains: []annexa.Domain{annexa.Defence}}, "A.5.22"},
		{"text that is nowhere", annexa.Filter{Text: "unicorn"}, ""},
		{"value that does not exist", annexa.Filter{Types: []annexa.ControlType{0, 9}}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(strings.Fields(tt.want), selected(tt.filter), cmp.Transformer("text", func(s []string) string { return strings.Join(s, " ") })); diff != "" {
				t.Errorf("selected (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEmptyFilterSelectsAll(t *testing.T) {
	for _, f := range []annexa.Filter{{}, {Text: " \t"}, {Themes: []annexa.Theme{}}} {
		if got := len(selected(f)); got != 93 {
			t.Errorf("%+v selects %d controls, want 93", f, got)
		}
	}
}

func TestFilterSearchesTheTitleOfTheHost(t *testing.T) {
	c, _ := annexa.Lookup(annexa.MustParseID("A.5.7"))
	labels := annexa.Labels{c.ID: {EN: "Know your enemy", NL: "Ken uw vijand"}}
	c.Title = labels.Title(c)
	if !(annexa.Filter{Text: "vijand"}).Match(c) {
		t.Errorf("Match(%q) = false, want true", c.Title)
	}
}

// A further value in a field never removes a control, a further field never
// adds one.
func TestFilterIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		types := rapid.SliceOf(rapid.Map(rapid.IntRange(1, 3), func(i int) annexa.ControlType { return annexa.ControlType(i) })).Draw(t, "types")
		theme := annexa.Theme(rapid.IntRange(1, 4).Draw(t, "theme"))
		f := annexa.Filter{Types: types}
		narrow := annexa.Filter{Types: types, Themes: []annexa.Theme{theme}}
		wide := annexa.Filter{Types: append(slices.Clip(types), annexa.Detective)}
		for c := range annexa.All() {
			if narrow.Match(c) != (f.Match(c) && c.Theme == theme) {
				t.Errorf("%v: %+v = %v, want the filter without theme, and the theme", c.ID, narrow, narrow.Match(c))
			}
			if len(types) > 0 && wide.Match(c) != (f.Match(c) || c.Types.Has(annexa.Detective)) {
				t.Errorf("%v: %+v = %v, want the filter without detective, or detective", c.ID, wide, wide.Match(c))
			}
		}
	})
}

func BenchmarkFilter(b *testing.B) {
	b.Run("attributes", func(b *testing.B) { benchmarkFilter(b, annexa.Filter{Types: []annexa.ControlType{annexa.Detective}}) })
	b.Run("text", func(b *testing.B) { benchmarkFilter(b, annexa.Filter{Text: "incident evidence"}) })
}

// One operation goes through all 93 controls.
func benchmarkFilter(b *testing.B, f annexa.Filter) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		for c := range annexa.All() {
			f.Match(c)
		}
	}
}
