package oscal_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/soa/oscal"
	"github.com/ismskit/ismskit/soa/oscal/internal/sample"
)

// Whatever is read, nothing panics, and what Check refuses is not read.
func FuzzRead(f *testing.F) {
	small := writers(sample.Draw("seed", 3, 1, sample.Hostile()))
	for _, name := range []string{"catalogue", "profile", "actions"} {
		data, _ := written(f, small[name], sample.Publication("", lang.NL))
		f.Add(data)
	}
	for _, name := range []string{"foreign-catalog.json", "foreign-plan.json"} {
		data, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"catalog":{"metadata":{"oscal-version":"1.1.3"},"controls":[null,[],{"id":1}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		problems, err := oscal.Check(bytes.NewReader(data))
		opt := &oscal.ReadOptions{Catalogue: "x"}
		_, _, catalog := oscal.ReadCatalog(bytes.NewReader(data), opt)
		_, _, profile := oscal.ReadProfile(bytes.NewReader(data), opt)
		_, _, plan := oscal.ReadPlan(bytes.NewReader(data), opt)
		if (err != nil || len(problems) > 0) && (catalog == nil || profile == nil || plan == nil) {
			t.Errorf("Check = %v, %v, yet it was read", problems, err)
		}
	})
}
