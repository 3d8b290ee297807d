package vuln_test

import (
	"strconv"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
)

// Elsewhere 700 findings take 40 s, and 1,000 time out (DefectDojo #4641,
// #11453).
const many = 10_000

func manyItems() []scan.Item {
	items := make([]scan.Item, many)
	for n := range items {
		items[n] = item("CVE-2026-"+strconv.Itoa(10_000+n), "package"+strconv.Itoa(n%500))
	}
	return items
}

func BenchmarkImportNew(b *testing.B) {
	r := at("2026-02-01", manyItems()...)
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		s := space(b)
		b.StartTimer()
		benchImport(b, s, r)
	}
}

func BenchmarkImportEqual(b *testing.B) {
	s := space(b)
	items := manyItems()
	benchImport(b, s, at("2026-02-01", items...))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		b.StopTimer()
		n++
		r := at("2026-02-02", items...)
		r.SHA256 = [32]byte{byte(n), byte(n >> 8), 1}
		b.StartTimer()
		benchImport(b, s, r)
	}
}

func benchImport(b *testing.B, s *isms.Space, r *scan.Report) {
	b.Helper()
	update(b, s, func(tx *isms.Tx) error {
		_, err := vuln.Import(tx, "shop", r, date("2026-02-02"), nil)
		return err
	})
}

func BenchmarkRegister(b *testing.B) {
	s := space(b)
	benchImport(b, s, at("2026-02-01", manyItems()...))
	var in vuln.Inputs
	view(b, s, func(tx *isms.Tx) (err error) {
		in, err = vuln.ReadInputs(tx)
		return err
	})
	b.ReportAllocs()
	for b.Loop() {
		if r := vuln.NewRegister(in, date("2026-03-01")); len(r.Rows) != many {
			b.Fatal(len(r.Rows))
		}
	}
}
