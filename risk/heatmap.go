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

// MovementMap is the matrix of a methodology with the way of the rows from the
// inherent to the current risk and on to the residual one: arrows for those that
// it rates at both ends, and that move. The cells are empty, so that nothing is
// covered; see [Register.HeatMap] for what is in them. The lane has what is not
// rated today. O(n) for n rows.
func (r Register) MovementMap(m Methodology, l lang.Lang) report.HeatMap {
	h := r.HeatMap(m, Current, l)
	for _, row := range h.Cells {
		for i := range row {
			row[i].Labels = nil
		}
	}
	h.Title = lang.Text{EN: "Heat map: from inherent to residual risk", NL: "Heatmap: van inherent risico naar restrisico"}.In(l)
	for _, way := range [][2]Stage{{Inherent, Current}, {Current, Residual}} {
		from, to := way[0], way[1]
		step := report.Movement{
			Name:   lang.Text{EN: "from {from} to {to}", NL: "van {from} naar {to}"}.Fill(l, map[string]string{"from": from.Label(l), "to": to.Label(l)}),
			Dashed: to == Residual,
		}
		for _, row := range r.Rows {
			a, b := m.Rate(evaluationAt(row.Risk, from)), m.Rate(evaluationAt(row.Risk, to))
			if !a.Rated() || !b.Rated() || !row.Level(from).Rated() || !row.Level(to).Rated() {
				continue
			}
			if move := (report.Move{From: a.cell(), To: b.cell(), Label: row.Risk.Name()}); move.From != move.To {
				step.Moves = append(step.Moves, move)
			}
		}
		if len(step.Moves) > 0 {
			h.Movements = append(h.Movements, step)
		}
	}
	return h
}

// cell is the place of a rated level on a heat map.
func (l Level) cell() [2]int { return [2]int{l.Impact - 1, l.Likelihood - 1} }

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
