package proof_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/isms/dirstore"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/isms/storetest"
)

func BenchmarkMemstore(b *testing.B) {
	storetest.Benchmark(b, func(*testing.B) driver.Store { return memstore.New() })
}

func BenchmarkDirstore(b *testing.B) { benchDir(b, nil) }

// Without a file for each entity, as findings are kept.
func BenchmarkDirstoreLogOnly(b *testing.B) { benchDir(b, &dirstore.Options{LogOnly: []string{"a"}}) }

func benchDir(b *testing.B, opt *dirstore.Options) {
	b.Helper()
	storetest.Benchmark(b, func(b *testing.B) driver.Store {
		b.Helper()
		s, err := dirstore.Open(b.TempDir(), opt)
		if err != nil {
			b.Fatalf("Open() = %v, want nil", err)
		}
		return s
	})
}

// For scale: no store at all, a map of JSON.
func BenchmarkMapOfJSON(b *testing.B) {
	b.Run("put", func(b *testing.B) {
		m, n := mapOfJSON{}, 0
		b.ReportAllocs()
		for b.Loop() {
			n++
			m.put(b, n%1000)
		}
	})
	bulk := count(10_000, 100_000)
	b.Run(fmt.Sprintf("batch of %d", bulk), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			filledMap(b, bulk)
		}
	})
	m := filledMap(b, 10_000)
	b.Run("get", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var r titled
			if err := json.Unmarshal(m["r-005000"], &r); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("all of 10000 in order", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if ids := slices.Sorted(maps.Keys(m)); len(ids) != len(m) {
				b.Fatalf("%d ids, want %d", len(ids), len(m))
			}
		}
	})
}

type titled struct {
	Title string `json:"title"`
}

type mapOfJSON map[string][]byte

func (m mapOfJSON) put(b *testing.B, i int) {
	b.Helper()
	data, err := json.Marshal(titled{fmt.Sprintf("Planning server %d", i)})
	if err != nil {
		b.Fatal(err)
	}
	m[fmt.Sprintf("r-%06d", i)] = data
}

func filledMap(b *testing.B, n int) mapOfJSON {
	b.Helper()
	m := mapOfJSON{}
	for i := range n {
		m.put(b, i)
	}
	return m
}
