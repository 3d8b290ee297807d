package cvss_test

import (
	"encoding/csv"
	"os"
	"testing"

	"github.com/ismskit/ismskit/internal/corpus"

	"github.com/ismskit/ismskit/vuln/cvss"
)

// TestCorpus scores every vector of the published known answers.
func TestCorpus(t *testing.T) {
	for _, r := range vectors(t) {
		v, err := cvss.Parse(r["vector"])
		if err != nil {
			t.Errorf("Parse: %v", err)
			continue
		}
		if got := v.Version().String(); got != r["version"] {
			t.Errorf("Version(%s) = %s, want %s", v, got, r["version"])
		}
		if again := cvss.MustParse(v.String()); again != v {
			t.Errorf("Parse(%s) does not give the same vector", v)
		}
		if err := goCVSS(v); err != nil {
			t.Errorf("go-cvss refuses %s: %v", v, err)
		}
		checkRow(t, r, v.Scores())
	}
}

// checkRow compares every column. Rows without a base score come from a source
// that gives the overall score only; else an empty cell is a score that the
// vector does not have.
func checkRow(t *testing.T, row map[string]string, s cvss.Scores) {
	t.Helper()
	for _, c := range []struct {
		column string
		got    cvss.Score
	}{
		{"base", s.Base}, {"temporal", s.Temporal}, {"environmental", s.Environmental}, {"overall", s.Overall},
	} {
		want := row[c.column]
		if want == "" && row["base"] == "" {
			continue
		}
		if want == "" {
			want = "unknown"
		}
		if c.got.String() != want {
			t.Errorf("%s of %s = %s, want %s (%s)", c.column, row["vector"], c.got, want, row["source"])
		}
	}
}

// vectors reads the rows of facts/cvss/vectors.csv by column name.
func vectors(t *testing.T) []map[string]string {
	t.Helper()
	f, err := os.Open(corpus.Path(t, "facts", "cvss", "vectors.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		r := map[string]string{}
		for i, column := range rows[0] {
			r[column] = row[i]
		}
		out = append(out, r)
	}
	if len(out) < 3000 {
		t.Fatalf("vectors.csv has %d rows, want at least 3000", len(out))
	}
	return out
}
