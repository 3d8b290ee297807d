package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/internal/corpus"
)

// TestCorpus: every file of the corpus, scanners and feeds alike, has the counts
// that were made of it independently.
func TestCorpus(t *testing.T) {
	dir := corpus.Path(t, "scans")
	data, err := os.ReadFile(filepath.Join(dir, "EXPECTED.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	columns := []string{"format", "file", "findings", "distinct_cves", "max_cvss", "critical", "high", "medium", "low", "info", "none", "unknown"}
	if err != nil || len(rows) != 90 || !slices.Equal(rows[0][:len(columns)], columns) {
		t.Fatalf("EXPECTED.csv has %d rows, the first %q; want 90, %q", len(rows), rows[0], columns)
	}
	for _, row := range rows[1:] {
		var out bytes.Buffer
		file := filepath.Join(dir, row[0], row[1])
		failed, err := run(t.Context(), []string{file}, &out)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]any{}
		if err := json.Unmarshal(out.Bytes(), &got); err != nil {
			t.Fatalf("run(%s) prints %s: %v", file, out.Bytes(), err)
		}
		if wantError := row[len(row)-1] != ""; wantError != failed || wantError != (got["error"] != "") {
			t.Errorf("run(%s) has the error %q, want one: %v", file, got["error"], wantError)
		}
		if got["file"] != file || got["format"] != row[0] && !failed { // what cannot be read may have no format
			t.Errorf("run(%s) has file %s and format %s, want %s", file, got["file"], got["format"], row[0])
		}
		for i, name := range columns[2:] {
			if value, want := fmt.Sprint(got[name]), row[2+i]; value != want {
				t.Errorf("run(%s/%s) has %s %s, want %s", row[0], row[1], name, value, want)
			}
		}
	}
}

func TestRun(t *testing.T) {
	var out bytes.Buffer
	missing := filepath.Join(t.TempDir(), "missing.json")
	sample := filepath.Join("..", "..", "vuln", "scan", "testdata", "trivy_v2.json")
	failed, err := run(t.Context(), []string{sample, missing}, &out)
	first, second, _ := strings.Cut(out.String(), "\n")
	want := `{"file":"` + sample + `","format":"trivy","findings":3,"distinct_cves":2,"max_cvss":"9.8","critical":1,"high":0,"medium":0,"low":0,"info":0,"none":0,"unknown":1,"error":""}`
	if first != want {
		t.Errorf("run prints %s, want %s", first, want)
	}
	if err != nil || !failed || !strings.Contains(second, `"error":"open `) {
		t.Errorf("run(missing) = %v, %v, %s, want an error in the line", failed, err, second)
	}
	for name, c := range map[string]struct{ in, want string }{
		"what is of no format": {`{"a":1}`, `"format":"","findings":0,`},
		"a broken report":      {`{"SchemaVersion":2,"Results":[{"Target":1}]}`, `"format":"trivy","findings":0,`},
		"a broken feed":        {"#model_version:v1\ncve,epss\nCVE-2026-0001,2\n", `"format":"epss","findings":0,`},
	} {
		file := filepath.Join(t.TempDir(), "file.json")
		if err := os.WriteFile(file, []byte(c.in), 0o600); err != nil {
			t.Fatal(err)
		}
		out.Reset()
		failed, err := run(t.Context(), []string{file}, &out)
		if err != nil || !failed || !strings.Contains(out.String(), c.want) || strings.Contains(out.String(), `"error":""`) {
			t.Errorf("run(%s) = %v, %v, %s, want %s and an error", name, failed, err, out.String(), c.want)
		}
	}
	if _, err := run(t.Context(), nil, &out); err == nil {
		t.Error("run() = no error, want one")
	}
}
