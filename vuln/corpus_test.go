package vuln_test

import (
	"bytes"
	"os"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/internal/corpus"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
)

// corpusReport reads a file of real scanner output, or skips the test.
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

// Two releases of one program, scanned a year and a half of updates apart: other
// hashes keep none of these findings (peers: identity built on severity, text
// or version).
func TestTwoReleasesCarryFindingsOver(t *testing.T) {
	s := space(t)
	older := corpusReport(t, "pairs/juice-shop_t1_trivy_legacy.json")
	newer := corpusReport(t, "pairs/juice-shop_t2_trivy_v2.json")
	first, _ := imported(t, s, older, "2024-11-01")
	if len(first.Merged)+len(first.Rejected) != 0 || len(first.Created) != len(older.Items) {
		t.Errorf("the first scan: %d created of %d items, %d merged, %d rejected", len(first.Created), len(older.Items), len(first.Merged), len(first.Rejected))
	}
	second, _ := imported(t, s, newer, "2024-11-02")
	if len(second.Merged)+len(second.Rejected) != 0 {
		t.Errorf("the second scan: %d merged, %d rejected", len(second.Merged), len(second.Rejected))
	}
	over := slices.Concat(second.Updated, second.Unchanged)
	for _, id := range over {
		if !slices.Contains(first.Created, id) {
			t.Errorf("%s was not in the first scan", id)
		}
	}
	if len(over) < 142 || len(over)+len(second.Created) != len(newer.Items) || len(over)+len(second.NotObserved) != len(first.Created) {
		t.Errorf("the second scan: %d carried over, %d created, %d not observed; want at least 142 over", len(over), len(second.Created), len(second.NotObserved))
	}
	t.Logf("%d and %d items: %d carried over, %d created, %d not observed", len(older.Items), len(newer.Items), len(over), len(second.Created), len(second.NotObserved))
	for _, r := range []*scan.Report{older, newer} {
		if _, records := imported(t, s, r, "2024-11-03"); records != 0 {
			t.Errorf("the same file again wrote %d records", records)
		}
	}
}

// Every report of the corpus is accounted for, item by item, and again writes
// nothing.
func TestCorpusIsAccountedFor(t *testing.T) {
	for _, name := range []string{
		"trivy/debian-buster.json", "trivy/juice-shop-v10.2.0.json", "trivy/all_statuses.json", "trivy/trivy--k8s-scan-results.json",
		"trivy/legacy_no_vuln.json", "pairs/trivy_k8s_internal_dups.json", "pairs/trivy_k8s_internal_dups_subset.json",
		"nessus/nessus_with_cvssv3.nessus", "nessus/nessus_many_vuln.xml", "nessus/nessus_v_unknown.xml",
	} {
		r := corpusReport(t, name)
		hosts := map[string]bool{}
		for _, item := range r.Items {
			hosts[item.Host] = true
		}
		merged := 0
		for host := range hosts {
			merged += len(importedTwice(t, r, host).Merged)
		}
		t.Logf("%s: %d items on %d hosts, %d merged", name, len(r.Items), len(hosts), merged)
	}
}

// importedTwice imports what a report has of a host, and again.
func importedTwice(t *testing.T, r *scan.Report, host string) (first vuln.Result) {
	t.Helper()
	s := space(t)
	for again := range 2 {
		before := head(t, s)
		var got vuln.Result
		update(t, s, func(tx *isms.Tx) (err error) {
			got, err = vuln.Import(tx, "mail", r, date("2026-11-01"), &vuln.ImportOptions{Host: host})
			return err
		})
		accounted(t, r, got)
		if again == 1 && head(t, s) != before {
			t.Errorf("the same file again wrote %d records", head(t, s)-before)
		}
		if again == 0 {
			first = got
		}
	}
	return first
}
