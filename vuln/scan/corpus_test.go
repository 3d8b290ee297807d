package scan_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
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
func ours() []string { return []string{"trivy", "nessus"} }

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

// counted is a report in the columns of EXPECTED.csv.
func counted(report *scan.Report) []string {
	cves, severities := map[string]bool{}, map[scan.Severity]int{}
	best := scan.Score{}
	for _, item := range report.Items {
		severities[item.Severity]++
		for _, cve := range item.CVEs {
			cves[cve] = true
		}
		for _, rating := range item.Ratings {
			if rating.Score.Known && (!best.Known || rating.Score.Tenths > best.Tenths) {
				best = rating.Score
			}
		}
	}
	row := []string{strconv.Itoa(len(report.Items)), strconv.Itoa(len(cves)), best.String()}
	for _, s := range []scan.Severity{
		scan.SeverityCritical, scan.SeverityHigh, scan.SeverityMedium, scan.SeverityLow, scan.SeverityInfo, scan.SeverityNone, scan.SeverityUnknown,
	} {
		row = append(row, strconv.Itoa(severities[s]))
	}
	return append(row, "0", extra(report))
}

// extra is the column of that name: counts that only some formats have.
func extra(report *scan.Report) string {
	counts := map[string]int{
		"misconfig_FAIL": report.Other[scan.OtherMisconfigurations], "secrets": report.Other[scan.OtherSecrets],
	}
	if report.Format == scan.FormatNessus {
		counts["hosts"] = len(report.Targets)
	}
	for _, item := range report.Items {
		for name, counted := range map[string]bool{
			"severity_gt0":                   report.Format == scan.FormatNessus && item.Severity > scan.SeverityInfo,
			"multi_cve_items":                report.Format == scan.FormatNessus && len(item.CVEs) > 1,
			"status_" + item.Status.String(): item.Status != scan.StatusUnset,
			"fixable":                        item.FixedIn != "",
		} {
			if counted {
				counts[name]++
			}
		}
	}
	var extras []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		if counts[name] > 0 {
			extras = append(extras, fmt.Sprintf("%s=%d", name, counts[name]))
		}
	}
	return strings.Join(extras, ";")
}

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
		got, want := counted(read(t, filepath.Join(dir, row[0], row[1]))), row[2:len(row)-1]
		if row[1] == "nessus_was_many_vuln.xml" {
			// COUNTING.md counts *_base_score elements only; WAS writes <cvss>7.5</cvss>.
			want[2] = "7.5"
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s/%s = %q, want %q", row[0], row[1], got, want)
		}
	}
	if seen != 13 {
		t.Errorf("%d rows of EXPECTED.csv are of these formats, want 13", seen)
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
		if slices.Contains(ours(), format) || format == "pairs" && strings.Contains(file, "trivy") {
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
		for _, forced := range []scan.Format{scan.FormatTrivy, scan.FormatNessus} {
			if report, err := scan.Read(t.Context(), bytes.NewReader(load(t, file)), &scan.Options{Format: forced}); err == nil {
				if filepath.Base(file) != "openvex_not_a_document.json" {
					t.Errorf("Read(%s as %s) = %d items, want an error", file, forced, len(report.Items))
				}
			}
		}
	}
	if refused < 70 {
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
	for _, file := range []string{"trivy/trivy--k8s-scan-results.json", "trivy/juice-shop-v10.2.0.json", "nessus/nessus_with_cvssv3.nessus", "nessus/nessus_v_unknown.xml"} {
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
