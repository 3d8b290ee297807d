package risk_test

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/risk"
)

func many(n int) risk.Inputs {
	in := risk.Inputs{Methodologies: []risk.Methodology{matrix5()}, Risks: make([]risk.Risk, n)}
	for i := range in.Risks {
		r := whole()
		r.ID, r.Label = fmt.Sprintf("r-%06d", i), fmt.Sprintf("R-%d", i)
		r.Current = evaluation(i*7%6, i*11%6) // a third of them not assessed
		in.Risks[i] = r
	}
	return in
}

func BenchmarkRate(b *testing.B) {
	m, e := matrix5(), evaluation(4, 5)
	b.ReportAllocs()
	for b.Loop() {
		m.Rate(e)
	}
}

func BenchmarkRegister(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		in := many(n)
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				risk.NewRegister(in, date("2026-03-01"))
			}
		})
	}
}

// BenchmarkDecided is the register of risks that all have an acceptance and a
// plan by decision, an asset that changed and an incident: what is hashed is
// each risk, twice.
func BenchmarkDecided(b *testing.B) {
	in := many(100_000)
	in.Events = []risk.Event{{Subject: isms.Link{Kind: "incident", ID: "i"}, On: date("2026-02-01"), Assets: []isms.Ref[isms.Asset]{"payroll"}}}
	for i := range in.Risks {
		r := &in.Risks[i]
		r.Rev, r.Recorded.Seq = 1, int64(i)+1
		in.Decisions = append(in.Decisions, signed(r.ProposeAcceptance("a"), vote("eva", cio, "2026-02-01")), signed(r.ProposePlan("p"), vote("eva", cio, "2026-02-01")))
	}
	b.ReportAllocs()
	for b.Loop() {
		risk.NewRegister(in, date("2026-03-01"))
	}
}

func BenchmarkReport(b *testing.B) {
	reg := risk.NewRegister(many(100_000), date("2026-03-01"))
	doc := reg.Report(lang.EN)
	for name, f := range map[string]func() error{
		"build": func() error { reg.Report(lang.EN); return nil },
		"html":  func() error { return report.HTML(io.Discard, doc) },
		"csv":   func() error { return report.CSV(io.Discard, reg.Table(lang.EN)) },
		"top 100": func() error { // filtered by the host
			few := reg
			few.Rows = reg.Rows[:100]
			return report.HTML(io.Discard, few.Report(lang.EN))
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := f(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSince compares two registers of which a third moved.
func BenchmarkSince(b *testing.B) {
	before := risk.NewRegister(many(100_000), date("2026-02-01"))
	later := many(100_000)
	for i := range later.Risks {
		if i%3 == 0 {
			later.Risks[i].Current = evaluation(1, 1)
		}
	}
	now := risk.NewRegister(later, date("2026-03-01"))
	b.ReportAllocs()
	for b.Loop() {
		now.Since(before)
	}
}

// BenchmarkStored writes risks in one transaction, and reads the inputs again.
func BenchmarkStored(b *testing.B) {
	in := many(100_000)
	space := isms.Open(memstore.New(), nil).Space("acme").As(isms.Person("jan"))
	role := isms.Role{Common: isms.Common{ID: "cio"}, Title: isms.Plain("CIO")}
	asset := isms.Asset{Common: isms.Common{ID: "payroll"}, Title: isms.Plain("Payroll"), Type: isms.AssetInformation}
	err := space.Update(b.Context(), "", func(tx *isms.Tx) error {
		m := risk.Matrix5()
		if err := errors.Join(risk.Methodologies(tx).Put(&m), isms.Roles(tx).Put(&role), isms.Assets(tx).Put(&asset)); err != nil {
			return err
		}
		for i := range in.Risks {
			if err := risk.Risks(tx).Put(&in.Risks[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		err := space.View(b.Context(), func(tx *isms.Tx) error {
			in, err := risk.ReadInputs(tx)
			if len(in.Risks) != 100_000 {
				b.Fatalf("%d risks, want 100,000", len(in.Risks))
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkValidate(b *testing.B) {
	r := whole()
	b.ReportAllocs()
	for b.Loop() {
		isms.Validate(r)
	}
}
