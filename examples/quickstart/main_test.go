package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/internal/corpus"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/annexa"
)

// start runs the program as its command line does.
func start(t *testing.T, args ...string) (stdout string, err error) {
	t.Helper()
	c, err := parse(args, io.Discard)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	err = run(t.Context(), c, &b)
	return b.String(), err
}

func mustStart(t *testing.T, args ...string) string {
	t.Helper()
	stdout, err := start(t, args...)
	if err != nil {
		t.Fatal(err)
	}
	return stdout
}

func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = string(data)
	}
	return out
}

func TestWritesEveryReport(t *testing.T) {
	for _, l := range []string{"en", "nl"} {
		dir := t.TempDir()
		stdout := mustStart(t, "-out", dir, "-lang", l)
		if n := strings.Count(stdout, "\n"); n > 30 {
			t.Errorf("%s: %d lines of summary, want at most 30", l, n)
		}
		var names []string
		got := files(t, dir)
		for name, text := range got {
			names = append(names, name)
			if strings.HasSuffix(name, ".html") && !strings.Contains(text, `lang="`+l+`"`) {
				t.Errorf("%s says no language %s", name, l)
			}
			if strings.Contains(text, "0001-01-01") {
				t.Errorf("%s prints an unset date", name)
			}
		}
		slices.Sort(names)
		want := []string{"conformity.csv", "conformity.html", "index.html", "pdca.html", "risks.csv", "soa.csv", "vulnerabilities.csv", "vulnerabilities.html"}
		for _, name := range []string{"assets", "evidence", "risks", "soa", "treatment-plan"} {
			want = append(want, name+".docx", name+".html", name+".md", name+".xlsx")
		}
		slices.Sort(want)
		if diff := cmp.Diff(want, names); diff != "" {
			t.Errorf("files (-want +got)\n%s", diff)
		}
		again := t.TempDir()
		mustStart(t, "-out", again, "-lang", l)
		if diff := cmp.Diff(got, files(t, again)); diff != "" {
			t.Errorf("a second run gives other bytes:\n%s", diff)
		}
	}
}

// The auditor looks for A.5.1 to A.8.34: each once, in natural order, and
// nothing else, as the organization has no controls of its own.
func TestStatementHasEveryControlOnce(t *testing.T) {
	dir := t.TempDir()
	mustStart(t, "-out", dir)
	f, err := os.Open(filepath.Join(dir, "soa.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, r := range rows[1:] {
		got = append(got, r[0])
	}
	for c := range annexa.All() {
		want = append(want, c.ID.String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("controls of Annex A (-want +got)\n%s", diff)
	}
}

// No rendering, in either language, concludes conformity or prints a
// percentage of it.
func TestClaimsNothing(t *testing.T) {
	claim := regexp.MustCompile(`(?i)\b(compliant|compliance score|is conform|conforms to|voldoet aan de norm)\b|\d ?%`)
	markup := regexp.MustCompile(`(?s)<style>.*?</style>|<[^>]*>`)
	for _, l := range []string{"en", "nl"} {
		dir := t.TempDir()
		stdout := mustStart(t, "-out", dir, "-lang", l)
		texts := files(t, dir)
		texts["stdout"] = stdout
		for name, text := range texts {
			if name != "conformity.html" && name != "conformity.csv" && name != "stdout" {
				continue // the others print what people wrote
			}
			if found := claim.FindString(markup.ReplaceAllString(text, " ")); found != "" {
				t.Errorf("%s in %s says %q", name, l, found)
			}
		}
	}
}

func TestRefusesBadArguments(t *testing.T) {
	for _, args := range [][]string{{"-lang", "de"}, {"-today", "tomorrow"}, {"report.json"}, {"-nothing"}} {
		if _, err := start(t, append(args, "-out", t.TempDir())...); err == nil {
			t.Errorf("%v: no error", args)
		}
	}
}

// A record that is wrong is named with file, line, field and what was expected,
// and nothing is written.
func TestRefusesBadRecords(t *testing.T) {
	const asset = "kind: asset\nid: crm\ntitle: Customers\ntype: information\n"
	for name, c := range map[string]struct{ text, want string }{
		"unknown field":      {asset + "ownr: role/ciso\n", `bad.yaml:5:1: /ownr: unknown field, did you mean "owner"?`},
		"wrong type":         {asset + "personalData: maybe\n", "bad.yaml:5:15: /personalData:"},
		"unknown word":       {asset + "exposure: world\n", "bad.yaml:5:1: asset/crm: /exposure: unknown word world: want one of internet, partners, internal, isolated"},
		"not a date":         {asset + "from: 31-12-2026\n", "bad.yaml:5:7: /from:"},
		"duplicate id":       {"kind: asset\nitems:\n- {id: a, title: A, type: people}\n- {id: a, title: B, type: people}\n", "asset/a was already given in bad.yaml:3:4"},
		"dangling reference": {asset + "owner: role/nobody\n", "bad.yaml:5:1: asset/crm: /owner: refers to role/nobody, which does not exist"},
		"alias":              {"kind: asset\nid: &a crm\ntitle: *a\ntype: information\n", "bad.yaml:2"},
		"second document":    {asset + "---\n" + asset, "bad.yaml:"},
		"key twice":          {asset + "title: Again\n", "bad.yaml:5:1: /title:"},
		"not YAML":           {"kind: asset\n\t- {", "bad.yaml:2"},
		"empty file":         {"", "bad.yaml"},
		"unknown kind":       {"kind: thing\nid: x\n", "bad.yaml:1:1: /kind: kind thing: want one of"},
	} {
		t.Run(name, func(t *testing.T) {
			records, out := t.TempDir(), filepath.Join(t.TempDir(), "out")
			if err := os.WriteFile(filepath.Join(records, "bad.yaml"), []byte(c.text), 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := start(t, "-records", records, "-out", out)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error = %v, want it to say %q", err, c.want)
			}
			if _, err := os.Stat(out); err == nil {
				t.Error("the output directory was made")
			}
		})
	}
	if _, err := start(t, "-records", t.TempDir(), "-out", t.TempDir()); err == nil {
		t.Error("a directory without records: no error")
	}
	if _, err := start(t, "-records", filepath.Join(t.TempDir(), "nowhere"), "-out", t.TempDir()); err == nil {
		t.Error("no directory: no error")
	}
}

func TestRefusesBadScans(t *testing.T) {
	whole, err := bundled.ReadFile("scan.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"truncated": string(whole[:len(whole)/2]),
		"HTML":      "<!DOCTYPE html><html><body>504 Gateway Timeout</body></html>",
		"{}":        "{}",
		"empty":     "",
		"text":      "all is well\n",
		"CSV":       "CVE,CVSS\nCVE-2021-44228,10.0\n",
	} {
		t.Run(name, func(t *testing.T) {
			file, out := filepath.Join(t.TempDir(), "scan"), filepath.Join(t.TempDir(), "out")
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			if stdout, err := start(t, "-scan", file, "-out", out); err == nil || !strings.Contains(err.Error(), file) {
				t.Errorf("error = %v, want one that names the file; it printed\n%s", err, stdout)
			}
			if _, err := os.Stat(out); err == nil {
				t.Error("the output directory was made")
			}
		})
	}
	if _, err := start(t, "-asset", "no-such-asset", "-out", t.TempDir()); err == nil {
		t.Error("an unknown asset: no error")
	}
}

// Every report of the corpus goes the whole way, and the number of items
// printed is the expected one.
func TestCorpus(t *testing.T) {
	scans := corpus.Path(t, "scans")
	f, err := os.Open(filepath.Join(scans, "EXPECTED.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, r := range rows[1:] {
		if r[0] != "trivy" && r[0] != "nessus" {
			continue
		}
		n++
		stdout, err := start(t, "-scan", filepath.Join(scans, r[0], r[1]), "-out", t.TempDir())
		want := fmt.Sprintf("%s, %s report items\n", r[0], r[2])
		if err != nil || !strings.Contains(stdout, want) {
			t.Errorf("%s/%s: %v, want %q in\n%s", r[0], r[1], err, want, stdout)
		}
	}
	if n < 13 {
		t.Errorf("%d files of Trivy and Nessus, want at least 13", n)
	}
}
