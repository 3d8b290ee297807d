package sqltest_test

import (
	"cmp"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
)

// BenchmarkImportFindings imports a scan of 100,000 findings where 1,000,000 are
// stored: of a new asset, again with equal findings, and the same file again;
// with ISMSKIT_SOAK=1. Without, it is a hundredth of that. Then it tells by how
// much each makes the program larger; what the server takes is not in it.
func BenchmarkImportFindings(b *testing.B) {
	n := soak(1_000, 100_000)
	for _, backend := range backends() {
		b.Run(string(backend.dialect), func(b *testing.B) {
			store := isms.Open(newStore(b, backend.db(b), backend.dialect, nil), nil)
			i := imports{space: store.Space("acme").As(isms.Person("jan")), items: itemsFor(n)}
			for range 10 {
				i.next(b, "", n+2) // with the asset and the scan
			}
			for _, c := range []struct {
				name string
				f    func()
			}{
				{"new", func() { i.next(b, "", n+2) }},
				{"equal", func() { i.next(b, "asset-1", 1) }},
				{"again", func() { i.load(b, "asset-9", 9, 0) }},
			} {
				b.Run(fmt.Sprintf("%d %s", n, c.name), func(b *testing.B) {
					for b.Loop() {
						c.f()
					}
				})
				b.Run(fmt.Sprintf("%d %s, memory", n, c.name), func(b *testing.B) {
					for b.Loop() {
						b.ReportMetric(larger(b, c.f), "MB-more")
					}
				})
			}
		})
	}
}

// itemsFor are n vulnerabilities that a report may name.
func itemsFor(n int) []scan.Item {
	items := make([]scan.Item, n)
	for i := range items {
		items[i] = scan.Item{
			ID: "CVE-2026-" + strconv.Itoa(10_000+i), CVEs: []string{"CVE-2026-" + strconv.Itoa(10_000+i)},
			Ecosystem: "alpine", Package: "package" + strconv.Itoa(i%500), Installed: "1.0", FixedIn: "1.1", Severity: scan.SeverityHigh,
		}
	}
	return items
}

// imports are scans with the same items, one after the other.
type imports struct {
	space *isms.Space
	items []scan.Item
	k     int // scans so far
}

// next imports the next scan, of a new asset when none is named.
func (i *imports) next(b *testing.B, asset string, want int) {
	b.Helper()
	i.load(b, cmp.Or(asset, "asset-"+strconv.Itoa(i.k)), i.k, want)
	i.k++
}

// load imports the k-th scan, which writes so many records.
func (i *imports) load(b *testing.B, asset string, k, want int) {
	b.Helper()
	before := i.head(b)
	if err := importFindings(b, i.space, asset, k, i.items); err != nil {
		b.Fatal(err)
	}
	if wrote := i.head(b) - before; wrote != int64(want) {
		b.Errorf("scan %d of %s wrote %d records, want %d", k, asset, wrote, want)
	}
}

func (i *imports) head(b *testing.B) (seq int64) {
	b.Helper()
	err := i.space.View(b.Context(), func(tx *isms.Tx) (err error) {
		seq, _, err = tx.Head()
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return seq
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

// larger is by how many MB this program was larger than before while f ran, at
// most, with what SQLite holds outside of the heap. The collector runs often
// meanwhile, so that this is what is in use.
func larger(b *testing.B, f func()) float64 {
	b.Helper()
	debug.FreeOSMemory()
	before := resident()
	if before == 0 {
		b.Skip("this system does not tell in /proc how large a program is")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(5))
	done, most := make(chan bool), make(chan float64)
	go func() {
		peak := before
		for tick := time.NewTicker(20 * time.Millisecond); ; {
			select {
			case <-tick.C:
				peak = max(peak, resident())
			case <-done:
				tick.Stop()
				most <- peak
				return
			}
		}
	}()
	f()
	close(done)
	return <-most - before
}

// resident is how many MB of this program are in memory, 0 where nobody knows.
func resident() float64 {
	data, err := os.ReadFile("/proc/self/statm")
	fields := strings.Fields(string(data))
	if err != nil || len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseFloat(fields[1], 64)
	if err != nil {
		return 0
	}
	return pages * float64(os.Getpagesize()) / 1e6
}
