package intel_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/ismskit/ismskit/internal/corpus"
	"github.com/ismskit/ismskit/vuln/intel"
)

// corpusFile reads a file of the corpus: the feed, then its values.
func corpusFile(t *testing.T, feed, file string) []any {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(corpus.Path(t, "scans"), filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	all, err := readers()[feed](t.Context(), bytes.NewReader(data))
	if err != nil {
		t.Fatalf("read(%s) = %v", file, err)
	}
	return all
}

// count is how many values have a property.
func count[V any](all []any, has func(V) bool) int {
	n := 0
	for _, v := range all[1:] {
		if has(v.(V)) {
			n++
		}
	}
	return n
}

// The tests on the corpus are about what the counts of examples/scansummary do
// not show.
func TestCorpusEPSS(t *testing.T) {
	for file, want := range map[string]intel.EPSSFeed{
		"epss/epss_scores-2021-04-14.csv.gz": {Count: 2},
		"epss/epss_scores-2022-02-04.csv.gz": {Model: "v2022.01.01", Date: "2022-02-04", Count: 2},
		"epss/example-1.csv":                 {Model: "v2023.03.01", Date: "2025-02-20", Count: 5},
		"epss/missing-date.csv":              {Model: "v2023.03.01", Count: 5},
	} {
		if got := corpusFile(t, "epss", file)[0]; got != want {
			t.Errorf("%s = %+v, want %+v", file, got, want)
		}
	}
	all := corpusFile(t, "epss", "epss/example-1.csv")
	if n := count(all, func(v intel.EPSS) bool {
		return v.Probability.String() == "0.91963" && v.Percentile.String() == "0.99214"
	}); n != 1 {
		t.Errorf("%d forecasts of 0.91963, want 1", n)
	}
}

func TestCorpusKEV(t *testing.T) {
	all := corpusFile(t, "kev", "kev/known_exploited_vulnerabilities.json")
	ransomware := count(all, func(v intel.KEV) bool { return v.Ransomware })
	if feed := all[0].(intel.KEVFeed); feed.Declared != 1404 || feed.Count != 1404 || ransomware != 293 {
		t.Errorf("KEV has %d entries of %d, %d for ransomware, want 1404, 1404, 293", feed.Count, feed.Declared, ransomware)
	}
	part := corpusFile(t, "kev", "kev/vuls-data-update_known_exploited_vulnerabilities.json")[0].(intel.KEVFeed)
	if part.Declared != 801 || part.Count != 1 {
		t.Errorf("part of KEV has %d entries of %d, want 1 of 801", part.Count, part.Declared)
	}
}

func TestCorpusNVD(t *testing.T) {
	all := corpusFile(t, "nvd", "nvd/cves-2023.json")
	analyzed := count(all, func(v intel.NVD) bool { return v.Status == "Analyzed" })
	rejected := count(all, func(v intel.NVD) bool { return v.Status == "Rejected" })
	listed := count(corpusFile(t, "nvd", "nvd/0-1.json"), func(v intel.NVD) bool { return v.KEVDue != "" && v.KEVAdded != "" })
	if analyzed != 190 || rejected != 1 || listed != 1 {
		t.Errorf("NVD has %d analyzed, %d rejected, %d in KEV, want 190, 1, 1", analyzed, rejected, listed)
	}
}

func TestCorpusCVE(t *testing.T) {
	record := corpusFile(t, "cve", "cve5/CVE-2024-39565.json")[0].(intel.CVE)
	if len(record.SSVC) != 1 || record.SSVC[0].Source != "CISA-ADP" || record.SSVC[0].Exploitation != "none" || record.SSVC[0].TechnicalImpact != "total" {
		t.Errorf("SSVC = %+v, want one of CISA-ADP, exploitation none, impact total", record.SSVC)
	}
	if got := corpusFile(t, "cve", "cve5/CVE-2024-40946.json")[0].(intel.CVE); got.State != "REJECTED" || got.Description == "" {
		t.Errorf("a rejected record is %+v, want its state and why", got)
	}
}

func BenchmarkRead(b *testing.B) {
	dir := corpus.Path(b, "scans")
	for feed, file := range map[string]string{"kev": "kev/known_exploited_vulnerabilities.json", "nvd": "nvd/cves-2023.json", "cve": "cve5/CVE-2024-39565.json"} {
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(file)))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(feed, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := readers()[feed](b.Context(), bytes.NewReader(data)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	text := []byte("#model_version:v2025.03.14,score_date:2026-03-09T00:00:00+0000\ncve,epss,percentile\n")
	for n := range 40_000 { // as it is published: five decimals
		text = fmt.Appendf(text, "CVE-2026-%d,0.%05d,0.%05d\n", 10_000+n, n*7%100_000, n*13%100_000)
	}
	b.Run("epss", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := intel.ReadEPSS(b.Context(), bytes.NewReader(text), func(intel.EPSS) error { return nil }); err != nil {
				b.Fatal(err)
			}
		}
	})
}
