package scan_test

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/internal/corpus"

	"github.com/ismskit/ismskit/vuln/scan"
)

// ours are the formats that are read; every other corpus file is refused.
func ours() []string {
	return []string{"trivy", "nessus", "grype", "sarif", "cyclonedx", "openvex", "csaf", "osv", "osv_scanner", "nuclei", "openvas", "nmap"}
}

func load(tb testing.TB, path string) []byte {
	tb.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func read(tb testing.TB, path string) *scan.Report {
	tb.Helper()
	report, err := scan.Read(tb.Context(), bytes.NewReader(load(tb, path)), nil)
	if err != nil {
		tb.Fatalf("Read(%s) = %v", path, err)
	}
	return report
}

// counted is a report in the columns of EXPECTED.csv: an entry counts once, with
// the severity of its first item.
func counted(report *scan.Report) []string {
	cves, severities := map[string]bool{}, map[scan.Severity]int{}
	best := scan.Score{}
	entry := 0
	for _, item := range report.Items {
		if item.Entry != entry {
			severities[item.Severity]++
		}
		entry = item.Entry
		for _, cve := range item.CVEs {
			cves[cve] = true
		}
		for _, rating := range item.Ratings {
			// COUNTING.md counts base scores in their present fields.
			if rating.Source == "tenable-was" || rating.Source == "grype-0.7" {
				continue
			}
			if rating.Score.Known && (!best.Known || rating.Score.Tenths > best.Tenths) {
				best = rating.Score
			}
		}
	}
	row := []string{strconv.Itoa(report.Entries), strconv.Itoa(len(cves)), best.String()}
	for _, s := range []scan.Severity{
		scan.SeverityCritical, scan.SeverityHigh, scan.SeverityMedium, scan.SeverityLow, scan.SeverityInfo, scan.SeverityNone, scan.SeverityUnknown,
	} {
		row = append(row, strconv.Itoa(severities[s]))
	}
	return append(row, "0")
}

// unread are the names in the column extra of what is no part of a Report.
func unread() []string {
	return []string{
		"ps_recommended", "components", "alias_cves", "hosts_up", "hosts_other", "hosts_seen", "scripts", "type_dns", "type_http", "type_javascript",
		"type_network", "type_ssl", "groups", "runs", "fix_", "fix_None", "kind_fail",
	}
}

// extra is the column of that name: counts that only some formats have, without
// those that are unread or 0.
func extra(report *scan.Report) string {
	counts := map[string]int{
		"misconfig_FAIL": report.Other[scan.OtherMisconfigurations], "secrets": report.Other[scan.OtherSecrets],
	}
	for _, item := range report.Items {
		if report.Format == scan.FormatOSV {
			counts["aliases"], counts["severity_entries"] = len(item.Aliases)+len(item.CVEs), len(item.Ratings)
		}
		for name, counted := range extraOf(report.Format, item) {
			if counted {
				counts[name]++
			}
		}
	}
	if report.Format == scan.FormatNessus {
		counts["hosts"] = len(report.Targets)
	}
	var extras []string
	for name, n := range counts {
		if n > 0 {
			extras = append(extras, fmt.Sprintf("%s=%d", name, n))
		}
	}
	return strings.Join(slices.Sorted(slices.Values(extras)), ";")
}

// extraOf tells what an item counts for.
func extraOf(format scan.Format, item scan.Item) map[string]bool {
	status := item.Status.String()
	state := map[string]string{"under_investigation": "in_triage"}[status]
	level := map[scan.Severity]string{scan.SeverityHigh: "error", scan.SeverityMedium: "warning", scan.SeverityLow: "note"}[item.Severity]
	return map[scan.Format]map[string]bool{
		scan.FormatTrivy:     {"status_" + status: status != "", "fixable": item.FixedIn != ""},
		scan.FormatNessus:    {"severity_gt0": item.Severity > scan.SeverityInfo, "multi_cve_items": len(item.CVEs) > 1},
		scan.FormatGrype:     {"fix_fixed": item.Status == scan.StatusFixed, "fix_not-fixed": item.Status == scan.StatusAffected},
		scan.FormatOpenVEX:   {"status_" + status: true, "products": true},
		scan.FormatCSAF:      {"ps_known_" + status: status == "affected" || status == "not_affected", "ps_fixed": status == "fixed"},
		scan.FormatCycloneDX: {"affects": true, "state_" + cmp.Or(state, status): status != ""},
		scan.FormatSARIF:     {"suppressed": item.Suppressed, "level_" + level: true},
		scan.FormatOSV:       {"affected": item.Package != "", "withdrawn": item.Suppressed},
	}[format]
}

// wantExtra is the column without what is unread or 0.
func wantExtra(column string) string {
	var extras []string
	for e := range strings.SplitSeq(column, ";") {
		name, n, _ := strings.Cut(e, "=")
		if !slices.Contains(unread(), name) && n != "0" && e != "" {
			extras = append(extras, e)
		}
	}
	return strings.Join(slices.Sorted(slices.Values(extras)), ";")
}

// unlike are files of which column extra counts what is none to a Report:
// vulnerabilities that name their component by standing in it, and a severity
// entry without a vector.
func unlike() []string { return []string{"dd_1_15_0.xml", "osv-vulnerability-invalid-cvss.json"} }

func TestCorpusCounts(t *testing.T) {
	dir := corpus.Path(t, "scans")
	rows, err := csv.NewReader(bytes.NewReader(load(t, filepath.Join(dir, "EXPECTED.csv")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, row := range rows {
		if !slices.Contains(ours(), row[0]) {
			continue
		}
		seen++
		opts := &scan.Options{}
		if strings.HasSuffix(row[1], ".jsonl") {
			opts.Format = scan.FormatNuclei // which writes an empty file when there is nothing to write
		}
		report, err := scan.Read(t.Context(), bytes.NewReader(load(t, filepath.Join(dir, row[0], row[1]))), opts)
		if wantErr := row[len(row)-1] != ""; (err != nil) != wantErr {
			t.Errorf("Read(%s/%s) = %v, want an error: %v", row[0], row[1], err, wantErr)
		}
		if err != nil {
			continue
		}
		if report.Format.String() != row[0] {
			t.Errorf("Read(%s/%s) reads %s", row[0], row[1], report.Format)
		}
		if got, want := counted(report), row[2:len(row)-2]; !slices.Equal(got, want) {
			t.Errorf("%s/%s = %q, want %q", row[0], row[1], got, want)
		}
		if got, want := extra(report), wantExtra(row[len(row)-2]); got != want && !slices.Contains(unlike(), row[1]) {
			t.Errorf("%s/%s: extra = %q, want %q", row[0], row[1], got, want)
		}
	}
	if seen != 73 {
		t.Errorf("%d rows of EXPECTED.csv are of these formats, want 73", seen)
	}
}

func keys(report *scan.Report) map[string]int {
	keys := map[string]int{}
	for _, item := range report.Items {
		keys[item.ID+" "+item.Location()]++
	}
	return keys
}

// TestCorpusIdentity: identity on severity, text or version closes and reopens
// findings when a CVE is rated again (59, 40 and more of 132 scanner settings of
// DefectDojo). Two images of a year apart share 142 findings, none merged.
func TestCorpusIdentity(t *testing.T) {
	dir := corpus.Path(t, "scans")
	first := read(t, filepath.Join(dir, "pairs", "juice-shop_t1_trivy_legacy.json"))
	second := read(t, filepath.Join(dir, "pairs", "juice-shop_t2_trivy_v2.json"))
	a, b, shared := keys(first), keys(second), 0
	for key := range a {
		if b[key] > 0 {
			shared++
		}
	}
	if len(a) != len(first.Items) || len(b) != len(second.Items) || shared < 142 {
		t.Errorf("%d of %d and %d of %d keys are distinct, %d shared; want all and at least 142",
			len(a), len(first.Items), len(b), len(second.Items), shared)
	}
	for key := range a {
		for _, volatile := range []string{"v10.2.0", "3.11", "juice-shop:"} {
			if strings.Contains(key, volatile) {
				t.Errorf("Location %q has %q", key, volatile)
			}
		}
	}
	for file, want := range map[string][2]int{
		"trivy/trivy--k8s-scan-results.json": {454, 454},
		// Fabricated: three of its items are there twice, word for word.
		"pairs/trivy_k8s_internal_dups.json": {7, 4},
		// One plugin reports two outputs (two PHP banners) on one port.
		"nessus/nessus_with_cvssv3.nessus": {49, 48},
		"nessus/nessus_was_many_vuln.xml":  {5, 5},
	} {
		report := read(t, filepath.Join(dir, filepath.FromSlash(file)))
		if got := [2]int{len(report.Items), len(keys(report))}; got != want {
			t.Errorf("%s has %v items and keys, want %v", file, got, want)
		}
	}
}

func TestCorpusOfOtherFormatsIsRefused(t *testing.T) {
	dir := corpus.Path(t, "scans")
	files, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for _, file := range files {
		format := filepath.Base(filepath.Dir(file))
		if slices.Contains(ours(), format) || format == "pairs" && !strings.Contains(file, "zap") {
			continue
		}
		refused++
		report, err := scan.Read(t.Context(), bytes.NewReader(load(t, file)), nil)
		e, ok := errors.AsType[*scan.Error](err)
		if !ok {
			t.Errorf("Read(%s) = %v, %v, want an error", file, report, err)
			continue
		}
		if !slices.Contains([]scan.Reason{scan.ReasonUnrecognised, scan.ReasonEmpty, scan.ReasonCompressed}, e.Reason) {
			t.Errorf("Read(%s) = %v, want unrecognised, empty or compressed", file, err)
		}
		for _, forced := range formats() {
			if report, err := scan.Read(t.Context(), bytes.NewReader(load(t, file)), &scan.Options{Format: forced}); err == nil {
				t.Errorf("Read(%s as %s) = %d items, want an error", file, forced, len(report.Items))
			}
		}
	}
	if refused < 20 {
		t.Errorf("only %d corpus files of other formats", refused)
	}
}

func TestCorpusTruncated(t *testing.T) {
	dir := corpus.Path(t, "scans")
	cuts := 20
	if os.Getenv("ISMSKIT_SOAK") == "1" {
		cuts = 200
	}
	for _, format := range ours() {
		files, err := filepath.Glob(filepath.Join(dir, format, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			data := bytes.TrimSpace(load(t, file))
			for i := range cuts {
				n := i * len(data) / cuts
				if report, err := scan.Read(t.Context(), bytes.NewReader(data[:n]), nil); err == nil {
					t.Errorf("Read(%s cut at %d) = %d items, want an error", file, n, len(report.Items))
				}
			}
		}
	}
}

func BenchmarkRead(b *testing.B) {
	dir := corpus.Path(b, "scans")
	for _, file := range []string{
		"trivy/trivy--k8s-scan-results.json", "trivy/juice-shop-v10.2.0.json", "nessus/nessus_with_cvssv3.nessus", "nessus/nessus_v_unknown.xml",
		"grype/many_vulns.json", "sarif/semgrepowasp-benchmark-sample.sarif", "sarif/codeQL-output.sarif", "cyclonedx/issue_9277.json",
		"cyclonedx/dd_1_15_0.xml", "openvex/scan.openvex.json", "csaf/CVE-2023-5568.json", "csaf/icsa-23-075-01.json", "osv/GO-2024-2687.json",
		"osv_scanner/many_findings.json", "nuclei/issue_14071.json", "openvas/many_vuln.xml", "openvas/report_using_openVAS.csv", "nmap/full_sudo6.xml",
	} {
		data := load(b, filepath.Join(dir, filepath.FromSlash(file)))
		b.Run(filepath.Base(file), func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := scan.Each(b.Context(), bytes.NewReader(data), nil, func(scan.Item) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// The standard library on the same files, for scale: JSON into any, and the
// tokens of XML.
func BenchmarkYardstick(b *testing.B) {
	dir := corpus.Path(b, "scans")
	for file, read := range map[string]func([]byte) error{
		"trivy/trivy--k8s-scan-results.json": func(data []byte) error {
			var v any
			return json.Unmarshal(data, &v)
		},
		"nessus/nessus_v_unknown.xml": func(data []byte) error {
			d := xml.NewDecoder(bytes.NewReader(data))
			for {
				if _, err := d.RawToken(); errors.Is(err, io.EOF) {
					return nil
				} else if err != nil {
					return err
				}
			}
		},
	} {
		data := load(b, filepath.Join(dir, filepath.FromSlash(file)))
		b.Run(filepath.Base(file), func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if err := read(data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestCorpusBulk: whole databases, one document a line.
func TestCorpusBulk(t *testing.T) {
	dir := corpus.Path(t, "scans")
	for file, want := range map[string]struct {
		format    scan.Format
		documents int
	}{
		"csaf-cisa-ot-2023-2024-724docs.jsonl.gz": {scan.FormatCSAF, 724},
		"osv-golang-vulndb-4291.jsonl.gz":         {scan.FormatOSV, 4291},
	} {
		z, err := gzip.NewReader(bytes.NewReader(load(t, filepath.Join(dir, "bulk", file))))
		if err != nil {
			t.Fatal(err)
		}
		documents, entries := 0, 0
		lines := bufio.NewReader(z)
		for {
			line, err := lines.ReadBytes('\n')
			if len(bytes.TrimSpace(line)) > 0 {
				report, err := scan.Read(t.Context(), bytes.NewReader(line), nil)
				if err != nil || report.Format != want.format {
					t.Fatalf("%s: Read(%.80s) = %v, %v, want %v", file, line, report, err, want.format)
				}
				documents++
				entries += report.Entries
			}
			if errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
		if documents != want.documents || entries < documents {
			t.Errorf("%s has %d documents, %d entries, want %d", file, documents, entries, want.documents)
		}
	}
}
