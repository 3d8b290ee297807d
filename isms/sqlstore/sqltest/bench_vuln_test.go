package sqltest_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
)

// BenchmarkImportFindings imports a scan of 100,000 findings where 1,000,000 are
// stored, as a new asset and again with equal findings; with ISMSKIT_SOAK=1.
// Without, it is a hundredth of that.
func BenchmarkImportFindings(b *testing.B) {
	n := soak(1_000, 100_000)
	for _, backend := range backends() {
		b.Run(string(backend.dialect), func(b *testing.B) {
			store := isms.Open(newStore(b, backend.db(b), backend.dialect, nil), nil)
			space := store.Space("acme").As(isms.Person("jan"))
			items := make([]scan.Item, n)
			for i := range items {
				items[i] = scan.Item{
					ID: "CVE-2026-" + strconv.Itoa(10_000+i), CVEs: []string{"CVE-2026-" + strconv.Itoa(10_000+i)},
					Ecosystem: "alpine", Package: "package" + strconv.Itoa(i%500), Installed: "1.0", FixedIn: "1.1", Severity: scan.SeverityHigh,
				}
			}
			k := 0
			load := func(asset string) {
				k++
				if err := importFindings(b, space, asset, k, items); err != nil {
					b.Fatal(err)
				}
			}
			for range 10 {
				load("asset-" + strconv.Itoa(k))
			}
			b.Run(fmt.Sprintf("%d new", n), func(b *testing.B) {
				for b.Loop() {
					load("asset-" + strconv.Itoa(k))
				}
			})
			b.Run(fmt.Sprintf("%d equal", n), func(b *testing.B) {
				for b.Loop() {
					load("asset-0")
				}
			})
		})
	}
}

// importFindings imports the k-th scan, of an asset that may be new.
func importFindings(b *testing.B, space *isms.Space, asset string, k int, items []scan.Item) error {
	b.Helper()
	report := &scan.Report{Format: scan.FormatTrivy, Tool: scan.Tool{Name: "Trivy"}, Items: items, SHA256: [32]byte{1, byte(k), byte(k >> 8)}}
	report.Created = time.Date(2026, 2, 1, 0, k, 0, 0, time.UTC)
	return space.Update(b.Context(), "scan", func(tx *isms.Tx) error {
		if _, err := isms.Assets(tx).Get(asset); err != nil {
			a := isms.Asset{Common: isms.Common{ID: asset}, Title: isms.Plain(asset), Type: isms.AssetSoftware}
			if err := isms.Assets(tx).Put(&a); err != nil {
				return err
			}
		}
		_, err := vuln.Import(tx, isms.Ref[isms.Asset](asset), report, isms.Day(2026, time.February, 28), nil)
		return err
	})
}
