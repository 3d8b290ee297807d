package conformity_test

import (
	"fmt"
	"testing"

	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/pdca/conformity"
)

// many is 10,000 records: 2,500 each of risks, documents, nonconformities and
// vulnerabilities.
func many() conformity.Inputs {
	in := sound()
	for i := range 2500 {
		r, d, n, v := in.Risks[0], in.Documents[1], in.Nonconformities[0], in.Vulnerabilities[0]
		r.ID, d.ID, n.ID, v.ID = fmt.Sprintf("r-%04d", i), fmt.Sprintf("d-%04d", i), fmt.Sprintf("n-%04d", i), fmt.Sprintf("f-%04d", i)
		in.Risks, in.Documents = append(in.Risks, r), append(in.Documents, d)
		in.Nonconformities, in.Vulnerabilities = append(in.Nonconformities, n), append(in.Vulnerabilities, v)
	}
	return in
}

func BenchmarkAssess(b *testing.B) {
	in := many()
	b.ReportAllocs()
	for b.Loop() {
		conformity.Assess(in, today)
	}
}

func BenchmarkReport(b *testing.B) {
	a := conformity.Assess(many(), today)
	b.ReportAllocs()
	for b.Loop() {
		a.Report(lang.EN)
	}
}
