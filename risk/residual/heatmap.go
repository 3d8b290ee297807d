package residual

import (
	"slices"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/risk"
)

// heatMaps is a figure for each methodology that rates one of the risks.
func (w writer) heatMaps() []report.Block {
	var pins []isms.Link
	for _, e := range w.Estimates {
		if pin := e.Risk.Inherent.Methodology; e.Inherent.Rated() && !slices.Contains(pins, pin) {
			pins = append(pins, pin)
		}
	}
	var blocks []report.Block
	for _, pin := range pins {
		m := w.methodologies[pin]
		blocks = append(blocks, report.Figure{
			Caption: w.say("Modelled estimates, with the way from the inherent risk. ", "Modelmatige schattingen, met de weg vanaf het inherente risico. ") + m.Title.In(w.lang) + ".",
			SVG:     w.heatMap(m).SVG(),
		})
	}
	return blocks
}

// heatMap places the modelled estimates in the matrix of a methodology. Those
// of another one are on its map; those that nothing rates are in the lane of
// each.
func (w writer) heatMap(m risk.Methodology) report.HeatMap {
	empty := risk.NewRegister(risk.Inputs{Methodologies: []risk.Methodology{m}}, w.AsOf)
	h := empty.HeatMap(m, risk.Residual, w.lang)
	h.Title = w.say("Heat map: modelled estimates", "Heatmap: modelmatige schattingen")
	way := report.Movement{Name: w.say("from inherent risk to modelled estimate", "van inherent risico naar modelmatige schatting"), Dashed: true}
	for _, e := range w.Estimates {
		name := e.Risk.Name()
		switch {
		case !e.Inherent.Rated():
			h.Lane.Labels = append(h.Lane.Labels, name)
		case e.Risk.Inherent.Methodology == m.Pin():
			cell := &h.Cells[e.Modelled.Likelihood-1][e.Modelled.Impact-1]
			cell.Labels = append(cell.Labels, name)
			way.Moves = append(way.Moves, report.Move{From: at(e.Inherent), To: at(e.Modelled), Label: name})
		}
	}
	h.Movements = []report.Movement{way}
	return h
}

func at(l risk.Level) [2]int { return [2]int{l.Impact - 1, l.Likelihood - 1} }
