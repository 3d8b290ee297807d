package proof_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/ismskit/ismskit/isms/dirstore"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/isms/storetest"
)

func BenchmarkMemstore(b *testing.B) {
	storetest.Benchmark(b, func(*testing.B) driver.Store { return memstore.New() })
}

func BenchmarkDirstore(b *testing.B) {
	storetest.Benchmark(b, func(b *testing.B) driver.Store {
		b.Helper()
		s, err := dirstore.Open(b.TempDir(), nil)
		if err != nil {
			b.Fatalf("Open() = %v, want nil", err)
		}
		return s
	})
}

// For scale: no store at all, a map of JSON.
func BenchmarkMapOfJSON(b *testing.B) {
	type record struct {
		Title string `json:"title"`
	}
	put := func(m map[string][]byte, i int) {
		data, err := json.Marshal(record{fmt.Sprintf("Planning server %d", i)})
		if err != nil {
			b.Fatal(err)
		}
		m[fmt.Sprintf("r-%06d", i)] = data
	}
	b.Run("batch of 10000", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			m := map[string][]byte{}
			for i := range 10_000 {
				put(m, i)
			}
		}
	})
	b.Run("get", func(b *testing.B) {
		m := map[string][]byte{}
		put(m, 5000)
		b.ReportAllocs()
		for b.Loop() {
			var r record
			if err := json.Unmarshal(m["r-005000"], &r); err != nil {
				b.Fatal(err)
			}
		}
	})
}
