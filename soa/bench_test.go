package soa_test

import (
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/soa"
)

// large is an organization with 1,000 risks, four controls each, and a record
// with a piece of evidence for every control.
func large() soa.Inputs {
	in := bakery()
	all := slices.Collect(annexa.All())
	id := func(n int) isms.ControlID { return isms.ControlID(all[n%len(all)].ID.String()) }
	for i := range 1000 {
		r := treats(fmt.Sprintf("bulk-%d", i), id(i), id(i*7+1), id(i*11+2), id(i*13+3))
		r.Owner, r.Assets, r.Current = in.Risks[1].Owner, in.Risks[1].Assets, in.Risks[1].Current
		in.Risks = append(in.Risks, r)
	}
	in.Controls = nil
	for i := range all {
		k := control(fmt.Sprintf("c-%d", i), id(i))
		k.Implementation, k.How = isms.Implemented, plain("As described in the handbook.")
		in.Controls = append(in.Controls, k)
		in.Evidence = append(in.Evidence, isms.Evidence{Common: approved(fmt.Sprintf("b-%d", i), ""), Title: plain("Check"), Controls: []isms.ControlID{id(i)}})
	}
	return in
}

func BenchmarkCompile(b *testing.B) {
	in := large()
	b.ReportAllocs()
	for b.Loop() {
		soa.Compile(in, today)
	}
}

func BenchmarkCompileAndCSV(b *testing.B) {
	in := large()
	b.ReportAllocs()
	for b.Loop() {
		if err := report.CSV(io.Discard, soa.Compile(in, today).Table(lang.EN)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompileAndHTML(b *testing.B) {
	in := large()
	b.ReportAllocs()
	for b.Loop() {
		if err := report.HTML(io.Discard, soa.Compile(in, today).Report(lang.EN)); err != nil {
			b.Fatal(err)
		}
	}
}
