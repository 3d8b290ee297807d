package vuln_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/internal/corpus"
	"github.com/ismskit/ismskit/vuln"
)

func rows(t *testing.T, file string) [][]string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.Comment = '#'
	list, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func tableNames() []string {
	return []string{
		"cisa-bod-26-04", "cisa-coordinator", "coordinator-publish", "coordinator-triage", "deployer", "human-impact",
		"public-safety-impact", "supplier", "utility",
	}
}

func ssvc(t *testing.T, name string) vuln.SSVC {
	t.Helper()
	table, ok := vuln.LookupSSVC(name)
	if !ok {
		t.Fatalf("LookupSSVC(%q) finds nothing", name)
	}
	return table
}

// Each row of the published tables gives its outcome, and they are whole.
func TestSSVCRows(t *testing.T) {
	files, err := filepath.Glob("data/ssvc-*.csv")
	if err != nil || len(files) != len(tableNames())+1 {
		t.Fatalf("data has %d files, want %d: %v", len(files), len(tableNames())+1, err)
	}
	met := 0
	for _, name := range tableNames() {
		table := ssvc(t, name)
		list := rows(t, "data/ssvc-"+name+".csv")
		size := 1
		for i, p := range table.Points() {
			size *= len(p.Values)
			if head := list[0][i+1]; !strings.HasPrefix(head, p.Name+" v"+p.Version) {
				t.Errorf("%s: point %d = %s v%s, want %s", name, i, p.Name, p.Version, head)
			}
		}
		if len(list)-1 != size {
			t.Errorf("%s has %d rows, want one for each of %d combinations", name, len(list)-1, size)
		}
		for _, row := range list[1:] {
			values, want := row[1:len(row)-1], row[len(row)-1]
			if got, err := table.Decide(values...); got != want || err != nil {
				t.Errorf("%s.Decide(%q) = %q, %v, want %q", name, values, got, err, want)
			}
			met++
		}
	}
	if met != 403 {
		t.Errorf("%d rows met, want 403", met)
	}
}

// The values and outcomes stand in the order that SSVC publishes.
func TestSSVCOrder(t *testing.T) {
	words := map[string][]string{}
	for _, row := range rows(t, "data/ssvc-decision-points.csv")[1:] {
		key := row[3] + " " + row[2]
		words[key] = append(words[key], strings.ToLower(row[6]))
	}
	for _, name := range tableNames() {
		table := ssvc(t, name)
		for _, p := range append(table.Points(), table.Outcome()) {
			if diff := cmp.Diff(words[p.Name+" "+p.Version], p.Values); diff != "" {
				t.Errorf("%s: %s (-want +got)\n%s", name, p.Name, diff)
			}
		}
	}
}

func TestSSVCDataIsTheFacts(t *testing.T) {
	dir := corpus.Path(t, "facts", "ssvc")
	files, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil || len(files) != 10 {
		t.Fatalf("%d files, want 10: %v", len(files), err)
	}
	for _, file := range files {
		if diff := cmp.Diff(rows(t, file), rows(t, filepath.Join("data", filepath.Base(file)))); diff != "" {
			t.Errorf("%s (-facts +data)\n%s", filepath.Base(file), diff)
		}
	}
}

// Of the tables that give deadlines a more pressing value never gives a less
// pressing outcome, and what is not known gives that of the worst value.
func TestSSVCNeverFalls(t *testing.T) {
	for _, name := range []string{"deployer", "cisa-coordinator", "cisa-bod-26-04"} {
		table := ssvc(t, name)
		for _, row := range rows(t, "data/ssvc-"+name+".csv")[1:] {
			for i := range table.Points() {
				pressing(t, table, row[1:len(row)-1], i)
			}
		}
	}
}

// pressing checks that one value of a row, made more pressing, never gives a
// less pressing outcome.
func pressing(t *testing.T, table vuln.SSVC, values []string, i int) {
	t.Helper()
	outcomes := table.Outcome().Values
	rank := func(values []string) int {
		got, err := table.Decide(values...)
		if err != nil {
			t.Fatal(err)
		}
		return slices.Index(outcomes, got)
	}
	have, p := rank(values), table.Points()[i]
	for _, word := range p.Values[slices.Index(p.Values, values[i]):] {
		got := rank(with(values, i, word))
		if got < have {
			t.Errorf("%s: %s for %q is below that of %q", p.Name, outcomes[got], word, values)
		}
		have = got
	}
	if got := rank(with(values, i, "")); got != have { // that of the worst value
		t.Errorf("%s: %q without value %d gives %s, want %s", p.Name, values, i, outcomes[got], outcomes[have])
	}
}

// with is a list with one word replaced.
func with(words []string, i int, word string) []string {
	words = slices.Clone(words)
	words[i] = word
	return words
}

func TestSSVCErrors(t *testing.T) {
	if _, ok := vuln.LookupSSVC("nothing"); ok {
		t.Error(`LookupSSVC("nothing") finds a table`)
	}
	if _, err := (vuln.SSVC{}).Decide(); err == nil {
		t.Error("the zero table decides")
	}
	table := ssvc(t, "utility")
	for want, values := range map[string][]string{
		"ssvc: have 1 values, want one for each of 2 points":              {"no"},
		`ssvc utility: Value Density "dense": want diffuse, concentrated`: {"no", "dense"},
	} {
		if got, err := table.Decide(values...); err == nil || err.Error() != want {
			t.Errorf("Decide(%q) = %q, %v, want %s", values, got, err, want)
		}
	}
	table.Points()[0].Values[0] = "changed"
	if got := table.Points()[0].Values[0]; got != "no" {
		t.Errorf("a caller changed the table: %q", got)
	}
}
