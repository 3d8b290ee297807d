package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
)

// Movement is one step of many items over a heat map, such as "from inherent to
// current risk".
type Movement struct {
	Name   string
	Dashed bool // expected, not so yet
	Moves  []Move
}

// Move is one item that goes from a cell to another; cells are {x, y}, counted
// from 0 at the lowest step of each scale. Items with the same way share an
// arrow, on which their number stands. One that stays has none.
type Move struct {
	From, To [2]int
	Label    string
}

// way is the items of one arrow.
type way struct {
	from, to [2]int
	labels   []string
}

// ways joins the moves with the same way, in the order of their first.
func (m Movement) ways() []way {
	var list []way
	index := map[[2][2]int]int{}
	for _, x := range m.Moves {
		key := [2][2]int{x.From, x.To}
		i, ok := index[key]
		if !ok {
			i = len(list)
			index[key] = i
			list = append(list, way{from: x.From, to: x.To})
		}
		list[i].labels = append(list[i].labels, x.Label)
	}
	return list
}

func (h HeatMap) checkMoves() error {
	for _, m := range h.Movements {
		for i, x := range m.Moves {
			for _, c := range [][2]int{x.From, x.To} {
				if c[0] < 0 || c[0] >= len(h.X) || c[1] < 0 || c[1] >= len(h.Y) {
					return fmt.Errorf("movement %q: move %d: cell %d, %d is not on the scales of %d by %d steps", m.Name, i, c[0], c[1], len(h.X), len(h.Y))
				}
			}
		}
	}
	return nil
}

// moves paints the arrows over the grid.
func (h HeatMap) moves(d *Drawing, cell, bottom int) {
	n := 0
	for _, m := range h.Movements {
		for _, w := range m.ways() {
			if w.from == w.to {
				continue
			}
			// below the figures of the cells, and beside each other
			shift := (n%5 - 2) * 5
			n++
			place := func(c [2]int) [2]int {
				return [2]int{heatLeft + cell*c[0] + cell*7/10 + shift, bottom - heatRow*c[1] - 11 + shift/2}
			}
			arrow(d, place(w.from), place(w.to), m.Dashed, strconv.Itoa(len(w.labels)))
		}
	}
}

// arrow paints a line with a head and, in its middle, a number.
func arrow(d *Drawing, from, to [2]int, dashed bool, count string) {
	dx, dy := float64(to[0]-from[0]), float64(to[1]-from[1])
	length := math.Sqrt(float64(dx*dx) + float64(dy*dy))
	along := func(at, aside float64) [2]int { // at units from the start, to the side of the line
		x := float64(float64(dx*at)-float64(dy*aside)) / length
		y := float64(float64(dy*at)+float64(dx*aside)) / length
		return [2]int{from[0] + int(math.Floor(x+0.5)), from[1] + int(math.Floor(y+0.5))}
	}
	shaft := [][2]int{from, along(length-9, 0)}
	head := [][2]int{to, along(length-13, 6), along(length-13, -6)}
	d.Line(shaft, false, Paint{Stroke: Paper, Width: 6})
	d.Line(head, true, Paint{Fill: Ink, Stroke: Paper, Width: 2})
	d.Line(shaft, false, Paint{Stroke: Ink, Width: 2, Dashed: dashed})
	d.Line(head, true, Paint{Fill: Ink})
	t := Type{Size: 11, Bold: true, Anchor: Middle}
	w := textWidth(count, t) + 8
	middle := along(length/2, 0)
	d.Rect(middle[0]-w/2, middle[1]-8, w, 16, Paint{Fill: Paper, Stroke: Ink})
	d.Text(middle[0], middle[1]+4, count, t)
}

// moveLegend paints a line for each movement, one below the other.
func (h HeatMap) moveLegend(d *Drawing, y, width int) {
	for _, m := range h.Movements {
		d.Line([][2]int{{heatLeft, y}, {heatLeft + 34, y}}, false, Paint{Stroke: Ink, Width: 2, Dashed: m.Dashed})
		d.Line([][2]int{{heatLeft + 42, y}, {heatLeft + 32, y - 5}, {heatLeft + 32, y + 5}}, true, Paint{Fill: Ink})
		d.Text(heatLeft+52, y+4, m.Name, Type{Max: width - heatLeft - 60})
		y += 22
	}
}

func (h HeatMap) describeMoves() []string {
	var out []string
	step := func(c [2]int) string { return h.YTitle + " " + h.Y[c[1]] + ", " + h.XTitle + " " + h.X[c[0]] }
	for _, m := range h.Movements {
		ways := m.ways()
		slices.SortStableFunc(ways, func(a, b way) int { return slices.Compare(b.from[:], a.from[:]) })
		for _, w := range ways {
			out = append(out, m.Name+": "+step(w.from)+" → "+step(w.to)+": "+counted(w.labels))
		}
	}
	return out
}
