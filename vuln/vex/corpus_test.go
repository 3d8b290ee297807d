package vex_test

import (
	"bytes"
	"os"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/internal/corpus"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
	"github.com/ismskit/ismskit/vuln/vex"
)

func corpusReport(t *testing.T, name string) *scan.Report {
	t.Helper()
	data, err := os.ReadFile(corpus.Path(t, "scans", name))
	if err != nil {
		t.Fatal(err)
	}
	r, err := scan.Read(t.Context(), bytes.NewReader(data), nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// count is how many verdicts have which outcome and reason.
func count(r vex.Result) map[string]int {
	n := map[string]int{}
	for _, o := range outcomes(r) {
		n[o]++
	}
	return n
}

// findingsOf are findings of what the statements of a report are about.
func findingsOf(r *scan.Report, purl func(scan.Item) string) []vuln.Finding {
	var all []vuln.Finding
	taken := map[string]bool{}
	for _, i := range r.Items {
		f := finding(func(f *vuln.Finding) {
			f.Vulnerability, f.Location = i.ID, purl(i)
			f.Observations[0].PURL = f.Location
		})
		if !taken[f.ID] {
			taken[f.ID] = true
			all = append(all, f)
		}
	}
	return all
}

// 1666 statements about components of one product apply to these components in
// that product, and to nothing else.
func TestCorpusSubcomponents(t *testing.T) {
	report := corpusReport(t, "openvex/scan.openvex.json")
	if len(report.Items) != 1666 {
		t.Fatalf("%d items, want 1666", len(report.Items))
	}
	same := findingsOf(report, func(i scan.Item) string { return i.PURL })
	other := findingsOf(report, func(scan.Item) string { return "pkg:golang/example.org/other@v1.0.0" })
	newer := findingsOf(report, func(i scan.Item) string { return i.PURL + ".1" })
	docs := []vex.Document{{Report: report, Author: "Rancher"}}
	var products []string // what the statements call it: the program, and images that have it
	for _, i := range report.Items {
		if !slices.Contains(products, i.Product) {
			products = append(products, i.Product)
		}
	}
	for _, c := range []struct {
		rule     string
		findings []vuln.Finding
		products []string
		match    bool
	}{
		{"the components in the product", same, products, true},
		{"the components in another product", same, []string{"pkg:golang/github.com/k3s-io/other@v1.30.0"}, false},
		{"another component in the product", other, products, false},
		{"newer components in the product", newer, products, false},
	} {
		in := vex.Inputs{Findings: c.findings, Products: map[isms.Ref[isms.Asset]][]string{"shop": c.products}}
		r := apply(t, in, trusted("Rancher"), docs...)
		n := count(r)
		if len(r.Verdicts) != 1666 || c.match && (n["no-match vex/other-place"] > 0 || n["applied"] != len(same) || len(r.Proposals) != len(same)) {
			t.Errorf("%s: %v, %d proposals, want %d applied", c.rule, n, len(r.Proposals), len(same))
		}
		if !c.match && (n["no-match vex/other-place"] != 1666 || len(r.Proposals) != 0) {
			t.Errorf("%s: %v, %d proposals, want no match", c.rule, n, len(r.Proposals))
		}
		t.Logf("%s: %d findings, %v", c.rule, len(c.findings), n)
	}
}

// A supplier that says "not affected" 1153 times, of names without a package URL
// and without a word why, closes nothing.
func TestCorpusNames(t *testing.T) {
	report := corpusReport(t, "csaf/CVE-2023-5568.json")
	in := vex.Inputs{Products: map[isms.Ref[isms.Asset]][]string{}, Findings: []vuln.Finding{
		finding(func(f *vuln.Finding) { f.Vulnerability = "CVE-2023-5568" }),
	}}
	for _, i := range report.Items {
		in.Products["shop"] = append(in.Products["shop"], i.Product, i.Package)
	}
	r := apply(t, in, trusted("SUSE"), vex.Document{Report: report, Author: "SUSE"})
	if n := count(r); len(r.Verdicts) != 1153 || len(r.Proposals) != 0 || n["applied"] != 0 {
		t.Errorf("%d statements: %v, %d proposals, want none", len(r.Verdicts), n, len(r.Proposals))
	}
}

// Every statement of every file gets a verdict, and nothing of it is known here
// (Dependency-Track #3221, #2538, #1692: statements that are ignored in silence).
func TestCorpusVerdicts(t *testing.T) {
	for _, name := range []string{
		"openvex/openvex_many_vuln.json", "openvex/v001-1.vex.json", "openvex/openvex_no_vuln.json",
		"csaf/affected.csaf.json", "csaf/icsa-23-075-01.json", "csaf/icsa-24-235-03.json", "cyclonedx/vex.json",
	} {
		report := corpusReport(t, name)
		r := apply(t, inputs(finding()), trusted("A"), vex.Document{Report: report, Author: "A", Product: "pkg:generic/x"})
		if len(r.Verdicts) != len(report.Items) || len(r.Proposals) != 0 {
			t.Errorf("%s: %d verdicts on %d items, %d proposals", name, len(r.Verdicts), len(report.Items), len(r.Proposals))
		}
		t.Logf("%s: %v", name, count(r))
	}
}
