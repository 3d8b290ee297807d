package intel_test

import (
	"context"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/vuln/intel"
)

// stream counts the values that a reader hands over, and the memory beside.
func stream[V, F any](read func(context.Context, io.Reader, func(V) error) (F, error)) func(context.Context, io.Reader, func()) error {
	return func(ctx context.Context, r io.Reader, each func()) error {
		_, err := read(ctx, r, func(V) error {
			each()
			return nil
		})
		return err
	}
}

// TestMemoryIsBounded streams feeds far larger than the memory that a reader may
// use: 64 MiB in all, of which little is still in use. The promise is for the
// greatest file that is read, of 1 GiB, which ISMSKIT_SOAK=1 comes near.
func TestMemoryIsBounded(t *testing.T) {
	const most, mostLive = 64 << 20, 4 << 20
	size := 8 << 20
	if os.Getenv("ISMSKIT_SOAK") == "1" {
		size = intel.MaxSize - 1<<20
	}
	long := strings.Repeat("0123456789abcdef", 64)
	for name, c := range map[string]struct {
		read             func(context.Context, io.Reader, func()) error
		begin, more, end string
	}{
		"epss": {stream(intel.ReadEPSS), "#model_version:v2026.01.01,score_date:2026-03-01T00:00:00+0000\ncve,epss,percentile\n", "CVE-2026-1000,0.00042,0.1\n", ""},
		"kev": {
			stream(intel.ReadKEV), `{"catalogVersion":"1","dateReleased":"2026-03-01T00:00:00Z","count":1,"vulnerabilities":[{"cveID":"CVE-2026-1000"}`,
			`,{"cveID":"CVE-2026-1000","dateAdded":"2026-03-01","shortDescription":"` + long + `"}`, `]}`,
		},
		"nvd": {
			stream(intel.ReadNVD), `{"resultsPerPage":1,"startIndex":0,"totalResults":1,"format":"NVD_CVE","version":"2.0","vulnerabilities":[{"cve":{"id":"CVE-2026-1000"}}`,
			`,{"cve":{"id":"CVE-2026-1000","descriptions":[{"lang":"en","value":"` + long + `"}]}}`, `]}`,
		},
	} {
		repeats := size / len(c.more)
		base, all, live, n := inUse(), int64(0), int64(0), 0
		err := c.read(t.Context(), io.MultiReader(strings.NewReader(c.begin), &endless{text: c.more, left: repeats}, strings.NewReader(c.end)), func() {
			if n++; n%1024 == 0 {
				all = max(all, heap()-base)
			}
			if n%(repeats/4) == 0 {
				live = max(live, inUse()-base)
			}
		})
		if err != nil || n < repeats || all > most || live > mostLive {
			t.Errorf("%s: %d MiB = %d values, %v, %d KiB of memory, %d in use, want %d values", name, size>>20, n, err, all>>10, live>>10, repeats)
		}
		t.Logf("%s: %d MiB in %d KiB, %d in use", name, size>>20, all>>10, live>>10)
	}
}

// heap is how many bytes the heap has, with garbage; inUse is without.
func heap() int64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

func inUse() int64 {
	runtime.GC()
	return heap()
}
