package annexa_test

import (
	"encoding/csv"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/internal/corpus"
)

func TestCrossMapTotals(t *testing.T) {
	type totals struct {
		Points, Clauses, Controls int
		Derived                   bool
	}
	got := map[annexa.Framework]totals{}
	for m := range annexa.CrossMaps() {
		n := totals{Derived: m.Derived}
		for p := range m.Points() {
			n.Points++
			n.Clauses += len(slices.Collect(p.Clauses()))
			n.Controls += len(slices.Collect(p.Controls()))
		}
		got[m.Framework] = n
	}
	want := map[annexa.Framework]totals{
		annexa.NISTCSF2:       {Points: 106, Clauses: 97, Controls: 244},
		annexa.NIS2Regulation: {Points: 325, Clauses: 195, Controls: 731},
		annexa.NIS2Directive:  {Points: 10, Clauses: 25, Controls: 105, Derived: true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("cross maps (-want +got):\n%s", diff)
	}
}

// What a point says of a control, the control says of the point, in the same
// order.
func TestCrossMapsReadBothWays(t *testing.T) {
	for m := range annexa.CrossMaps() {
		var there, back []string
		for c := range annexa.All() {
			for p := range m.Points() {
				if slices.Contains(slices.Collect(p.Controls()), c.ID) {
					there = append(there, c.ID.String()+" "+p.Ref)
				}
			}
			for p := range c.Points(m.Framework) {
				back = append(back, c.ID.String()+" "+p.Ref)
			}
		}
		if diff := cmp.Diff(there, back); diff != "" {
			t.Errorf("%s: points of controls (-by point +by control):\n%s", m.Framework, diff)
		}
	}
}

func TestCrossMapText(t *testing.T) {
	for m := range annexa.CrossMaps() {
		for name, text := range map[string]struct{ en, nl string }{
			"Title": {m.Title.EN, m.Title.NL}, "Source": {m.Source.EN, m.Source.NL}, "Licence": {m.Licence.EN, m.Licence.NL},
		} {
			if text.en == "" || text.nl == "" {
				t.Errorf("%s: %s = %q, %q, want text in both languages", m.Framework, name, text.en, text.nl)
			}
		}
		found, ok := m.Framework.CrossMap()
		if !ok || found != m {
			t.Errorf("%q.CrossMap() = %v, %t, want the map that CrossMaps yields", m.Framework, found, ok)
		}
		for p := range m.Points() {
			if controls := slices.Collect(p.Controls()); !slices.IsSortedFunc(controls, annexa.ID.Compare) {
				t.Errorf("%s %s: controls %v, want natural order", m.Framework, p.Ref, controls)
			}
			break // a loop may end early
		}
	}
	if m, ok := annexa.Framework("iso-9001").CrossMap(); ok {
		t.Errorf("CrossMap of an unknown framework = %v, want none", m)
	}
	unset := annexa.Control{}
	if got := slices.Collect(unset.Points(annexa.NISTCSF2)); len(got) != 0 {
		t.Errorf("points of the unset control = %v, want none", got)
	}
}

// Every row of the collected facts is here and no other, but for one number
// that its source has wrong: see data/README.md.
func TestCrossMapsAgainstFacts(t *testing.T) {
	names := map[string]annexa.Framework{
		"NIST CSF 2.0": annexa.NISTCSF2,
		"NIS2 Implementing Regulation (EU) 2024/2690 Annex": annexa.NIS2Regulation,
		"NIS2 Directive art. 21(2)":                         annexa.NIS2Directive,
	}
	want := map[string]bool{}
	for _, r := range facts(t, "crossmaps.csv") {
		if r[4] != "intersect" {
			t.Errorf("%s %s - %s: relationship %q, want intersect: nothing else is said of a map", r[0], r[1], r[2], r[4])
		}
		ref := r[1]
		if names[r[0]] == annexa.NIS2Regulation && ref == "1" {
			ref = "12.5"
		}
		want[string(names[r[0]])+" "+ref+" "+r[2]] = true
	}
	got := map[string]bool{}
	for m := range annexa.CrossMaps() {
		for p := range m.Points() {
			for c := range p.Clauses() {
				got[string(m.Framework)+" "+p.Ref+" "+c] = true
			}
			for id := range p.Controls() {
				got[string(m.Framework)+" "+p.Ref+" "+id.String()] = true
			}
		}
	}
	differ := append(missing("-", want, got), missing("+", got, want)...)
	// 12.5 counts under chapter 12 and no longer under chapter 1.
	known := []string{
		"-nis2-21-2 21(2)(a) A.5.11", "-nis2-21-2 21(2)(a) A.5.18", "-nis2-21-2 21(2)(a) A.8.24",
		"+nis2-21-2 21(2)(i) A.5.11", "+nis2-21-2 21(2)(i) A.8.24",
	}
	if diff := cmp.Diff(known, differ); diff != "" {
		t.Errorf("cross maps and facts (-want +got):\n%s", diff)
	}
}

// missing are the keys of a that b has not, in order.
func missing(sign string, a, b map[string]bool) []string {
	var list []string
	for _, k := range slices.Sorted(maps.Keys(a)) {
		if !b[k] {
			list = append(list, sign+k)
		}
	}
	return list
}

// facts are the records of a file of collected facts, without its header.
func facts(t *testing.T, file string) [][]string {
	t.Helper()
	f, err := os.Open(filepath.Join(corpus.Path(t, "facts", "annexa"), file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return records[1:]
}
