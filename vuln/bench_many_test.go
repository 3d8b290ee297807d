package vuln_test

import (
	"cmp"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"testing"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
)

// BenchmarkImportAmongMany imports 100,000 findings where 1,000,000 are stored,
// and reports the most memory that it took beside them; with ISMSKIT_SOAK=1.
// Without, it is a hundredth of that.
func BenchmarkImportAmongMany(b *testing.B) {
	n := 1_000
	if os.Getenv("ISMSKIT_SOAK") == "1" {
		n = 100_000
	}
	s := space(b)
	items := itemsFor(n)
	for k := range 10 {
		importOn(b, s, "asset-"+strconv.Itoa(k), numbered(k, items))
	}
	k := 10
	newer := func(asset string) {
		k++
		importOn(b, s, cmp.Or(asset, "asset-"+strconv.Itoa(k)), numbered(k, items))
	}
	for name, f := range map[string]func(){
		"new": func() { newer("") },
		"equal": func() {
			before := head(b, s)
			newer("asset-1")
			if wrote := head(b, s) - before; wrote != 1 {
				b.Errorf("a newer scan with equal findings wrote %d records, want 1", wrote)
			}
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f()
			}
		})
		b.Run(name+", memory", func(b *testing.B) {
			for b.Loop() {
				b.ReportMetric(measured(f), "MB-more")
			}
		})
	}
}

func itemsFor(n int) []scan.Item {
	items := make([]scan.Item, n)
	for i := range items {
		items[i] = item("CVE-2026-"+strconv.Itoa(10_000+i), "package"+strconv.Itoa(i%500))
	}
	return items
}

// numbered is a report with a digest and an hour of its own.
func numbered(k int, items []scan.Item) *scan.Report {
	r := &scan.Report{Format: scan.FormatTrivy, Tool: scan.Tool{Name: "Trivy"}, Items: items, SHA256: [32]byte{1, byte(k), byte(k >> 8)}}
	r.Created = date("2026-02-01").Time().Add(time.Duration(k) * time.Minute)
	return r
}

func importOn(b *testing.B, s *isms.Space, asset string, r *scan.Report) {
	b.Helper()
	update(b, s, func(tx *isms.Tx) error {
		if _, err := isms.Assets(tx).Get(asset); err != nil {
			a := isms.Asset{Common: isms.Common{ID: asset}, Title: isms.Plain(asset), Type: isms.AssetSoftware}
			if err := isms.Assets(tx).Put(&a); err != nil {
				return err
			}
		}
		_, err := vuln.Import(tx, isms.Ref[isms.Asset](asset), r, date("2026-02-28"), nil)
		return err
	})
}

// measured is by how many MB the heap was larger than before while f ran, at
// most. The collector runs often meanwhile, so that this is what is in use.
func measured(f func()) float64 {
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	defer debug.SetGCPercent(debug.SetGCPercent(5))
	done, most := make(chan bool), make(chan uint64)
	go func() {
		peak := before.HeapAlloc
		for tick := time.NewTicker(20 * time.Millisecond); ; {
			select {
			case <-tick.C:
				var now runtime.MemStats
				runtime.ReadMemStats(&now)
				peak = max(peak, now.HeapAlloc)
			case <-done:
				tick.Stop()
				most <- peak
				return
			}
		}
	}()
	f()
	close(done)
	return float64(<-most-before.HeapAlloc) / 1e6
}
