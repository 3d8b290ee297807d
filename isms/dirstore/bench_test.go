package dirstore_test

import (
	"fmt"
	"testing"

	"github.com/ismskit/ismskit/isms/dirstore"
	"github.com/ismskit/ismskit/isms/driver"
)

// many is a store of n assets.
func many(b *testing.B, n int, opt *dirstore.Options) (dir string, s driver.Store) {
	b.Helper()
	dir = b.TempDir()
	s = open(b, dir, opt)
	drafts := make([]driver.Record, n)
	for i := range drafts {
		drafts[i] = draft("asset", fmt.Sprintf("a-%05d", i), fmt.Sprintf(`{"title":"Asset %d","type":"software","tags":["a","b"]}`, i))
	}
	put(b, s, drafts...)
	return dir, s
}

func BenchmarkPut(b *testing.B) {
	for _, n := range []int{1, 1000} {
		for _, opt := range []*dirstore.Options{{}, {LogOnly: []string{"asset"}}} {
			b.Run(fmt.Sprintf("1 of %d, log only %t", n, opt.LogOnly != nil), func(b *testing.B) {
				_, s := many(b, n, opt)
				b.ReportAllocs()
				for b.Loop() {
					put(b, s, draft("asset", "a-00000", `{"title":"Asset","type":"software"}`))
				}
			})
		}
	}
}

func BenchmarkPutMany(b *testing.B) {
	for _, opt := range []*dirstore.Options{{}, {LogOnly: []string{"asset"}}} {
		b.Run(fmt.Sprintf("1000, log only %t", opt.LogOnly != nil), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				many(b, 1000, opt)
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	dir, s := many(b, 1000, nil)
	view := func(b *testing.B, s driver.Store, f func(driver.Reader) error) {
		b.Helper()
		if err := s.View(b.Context(), "acme", driver.Latest, f); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("get", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			view(b, s, func(r driver.Reader) error {
				_, err := r.Get("asset", "a-00500")
				return err
			})
		}
	})
	b.Run("scan 1000", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			view(b, s, func(r driver.Reader) error {
				for _, err := range r.Scan(driver.Query{Kind: "asset"}) {
					if err != nil {
						return err
					}
				}
				return nil
			})
		}
	})
	b.Run("open 1000", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			view(b, open(b, dir, nil), func(driver.Reader) error { return nil })
		}
	})
}
