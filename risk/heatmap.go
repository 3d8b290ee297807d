package risk

import (
	"cmp"
	"slices"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
)

// Count is how many risks are in one band, or are not rated.
type Count struct {
	Methodology isms.Link // the revision the band is of; zero for what is not rated
	Band        Band      // zero for what is not rated
	Acceptable  bool
	Risks       int
}

// Counts counts the rows by their level at a stage: first those not rated, then
// the bands of each methodology of the register, highest first, empty ones
// included. The counts add up to the number of rows.
func (r Register) Counts(s Stage) []Count {
	type key struct {
		methodology isms.Link
		band        string
	}
	counts := []Count{{}}
	index := map[key]int{}
	for _, m := range r.Methodologies {
		for i, band := range slices.Backward(m.Bands) {
			index[key{m.Pin(), band.ID}] = len(counts)
			counts = append(counts, Count{Methodology: m.Pin(), Band: band, Acceptable: i < m.rank(m.AcceptUpTo)})
		}
	}
	for _, row := range r.Rows { // what is not rated has no band, and so index 0
		counts[index[key{evaluationAt(row.Risk, s).Methodology, row.Level(s).Band.ID}]].Risks++
	}
	return counts
}

// evaluationAt is the evaluation of a risk at a stage.
func evaluationAt(r *Risk, s Stage) Evaluation {
	switch s {
	case Inherent:
		return r.Inherent
	case Residual:
		return r.Residual
	case Current:
	}
	return r.Current
}

// HeatMap places the rows that are rated with a methodology in its matrix, by
// their level at a stage, and those that are not rated at all in a lane of
// their own. Rows rated with another methodology or revision are on its map.
func (r Register) HeatMap(m Methodology, s Stage, l lang.Lang) report.HeatMap {
	h := report.HeatMap{
		Title:  lang.Text{EN: "Heat map: ", NL: "Heatmap: "}.In(l) + s.Label(l),
		XTitle: impactTitle().In(l),
		YTitle: likelihoodTitle().In(l),
		X:      m.Impact.titles(l),
		Y:      m.Likelihood.titles(l),
		Lane:   report.Lane{Title: notAssessed().In(l)},
	}
	for i, b := range m.Bands {
		h.Bands = append(h.Bands, report.Band{
			Name:   b.Title.In(l),
			Colour: cmp.Or(b.Colour, report.Ramp(i, len(m.Bands))),
		})
	}
	for i := range m.Likelihood.Steps {
		cells := make([]report.HeatCell, len(m.Impact.Steps))
		for j := range cells {
			cells[j].Band = m.cell(i+1, j+1) - 1
		}
		h.Cells = append(h.Cells, cells)
	}
	for _, row := range r.Rows {
		if !row.Level(s).Rated() {
			h.Lane.Labels = append(h.Lane.Labels, row.Risk.Name())
		} else if here := m.Rate(evaluationAt(row.Risk, s)); here.Rated() {
			cell := &h.Cells[here.Likelihood-1][here.Impact-1]
			cell.Labels = append(cell.Labels, row.Risk.Name())
		}
	}
	return h
}

func (s Scale) titles(l lang.Lang) []string {
	titles := make([]string, len(s.Steps))
	for i := range s.Steps {
		titles[i] = s.Step(i+1, l)
	}
	return titles
}

func likelihoodTitle() lang.Text { return lang.Text{EN: "Likelihood", NL: "Waarschijnlijkheid"} }

func impactTitle() lang.Text { return lang.Text{EN: "Impact", NL: "Impact"} }

func notAssessed() lang.Text { return lang.Text{EN: "Not assessed", NL: "Niet beoordeeld"} }
