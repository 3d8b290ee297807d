package oscal_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/ismskit/ismskit/soa/oscal"
	"github.com/ismskit/ismskit/soa/oscal/internal/sample"
)

// A statement of 1,000 risks and as many assets, written and read.
func BenchmarkPlan(b *testing.B) {
	r := sample.Draw("benchmark", 1, 1000, []string{"Backups are made every night."})
	plan := r.Plan()
	var file bytes.Buffer
	if _, err := oscal.WritePlan(&file, plan, sample.Publication("", "")); err != nil {
		b.Fatal(err)
	}
	b.Run("write", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := oscal.WritePlan(io.Discard, plan, sample.Publication("", "")); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(file.Len()))
		for b.Loop() {
			if _, _, err := oscal.ReadPlan(bytes.NewReader(file.Bytes()), nil); err != nil {
				b.Fatal(err)
			}
		}
	})
}
