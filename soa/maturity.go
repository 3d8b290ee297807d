package soa

import (
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/risk"
)

// Maturity is the scale by which the maturity of controls is read when
// [Inputs] has none: five steps, from 1.
func Maturity() risk.Scale {
	step := func(en, nl, criteriaEN, criteriaNL string) risk.Step {
		return risk.Step{Title: isms.Text{lang.EN: en, lang.NL: nl}, Criteria: isms.Text{lang.EN: criteriaEN, lang.NL: criteriaNL}}
	}
	return risk.Scale{Steps: []risk.Step{
		step("initial", "initieel", "done when somebody thinks of it", "gebeurt als iemand eraan denkt"),
		step("repeatable", "herhaalbaar", "done in a known way that is not written down", "gebeurt op een bekende manier die niet is vastgelegd"),
		step("defined", "vastgelegd", "written down, with an owner, and done that way", "vastgelegd, met een eigenaar, en zo uitgevoerd"),
		step("managed", "beheerst", "measured, and corrected when the figures ask for it", "gemeten, en bijgestuurd als de cijfers daarom vragen"),
		step("optimizing", "geoptimaliseerd", "improved on purpose from what was measured and learned", "doelgericht verbeterd op grond van metingen en lessen"),
	}}
}

// MaturityTable is the maturity of every control that applies as a table in
// language l: what was found, what is aimed for, and the gap in steps. What was
// not assessed says so; nothing is averaged.
func (s Statement) MaturityTable(l lang.Lang) report.Table {
	t := report.Table{
		ID:      "maturity",
		Caption: lang.Text{EN: "Maturity of the controls that apply", NL: "Volwassenheid van de maatregelen die van toepassing zijn"}.In(l),
		Columns: []report.Column{
			{Title: controlTitle().In(l)},
			{Title: lang.Text{EN: "Title", NL: "Beheersmaatregel"}.In(l), Width: 20},
			{Title: lang.Text{EN: "Current", NL: "Huidig"}.In(l)},
			{Title: lang.Text{EN: "Target", NL: "Doel"}.In(l)},
			{Title: lang.Text{EN: "Gap (steps)", NL: "Verschil (stappen)"}.In(l), Kind: report.KindNumber},
			{Title: lang.Text{EN: "Judged on", NL: "Beoordeeld op"}.In(l), Kind: report.KindDate},
		},
	}
	unknown := report.Text(lang.Text{EN: "not assessed", NL: "niet beoordeeld"}.In(l)).Toned(report.Unknown)
	step := func(n int) report.Cell {
		if n < 1 {
			return unknown
		}
		return report.Text(s.Maturity.Step(n, l))
	}
	for i := range s.Rows {
		r := &s.Rows[i]
		if r.Decision != Included {
			continue
		}
		gap := unknown
		if steps, known := r.Maturity.Gap(); known {
			gap = report.Int(steps)
			if steps > 0 {
				gap = gap.Toned(report.Warn)
			}
		}
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
			report.Text(r.Name()), report.Text(r.Title.In(l)), step(r.Maturity.Current), step(r.Maturity.Target), gap, report.Day(r.Maturity.On.String()),
		}})
	}
	return t
}

// matured reports whether the maturity of any control was recorded.
func (s Statement) matured() bool {
	for i := range s.Rows {
		if s.Rows[i].Maturity != (isms.Maturity{}) {
			return true
		}
	}
	return false
}
