package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// HeatMap is a grid of two ordered scales, drawn with the highest likelihood
// on top and the highest impact on the right. What has no place on a scale
// stands in a lane beside it, never in a cell.
type HeatMap struct {
	Title          string
	XTitle, YTitle string
	X, Y           []string     // names of the steps, low to high
	Bands          []Band       // in the order of the legend
	Cells          [][]HeatCell // [y][x], each row as long as X
	Lane           Lane
	Movements      []Movement // drawn as arrows over the cells, in this order
}

// Band is a level that cells belong to, with its colour as #rrggbb; see [Ramp].
type Band struct{ Name, Colour string }

// HeatCell is one cell: an index into Bands, and a short label for each item
// in it. The number printed is the number of labels.
type HeatCell struct {
	Band   int
	Labels []string
}

// Lane is the box beside a grid for items that were not assessed.
type Lane struct {
	Title  string
	Labels []string
}

const (
	heatLeft, heatTop = 148, 34
	heatRow           = 88
	heatLane          = 136
)

// SVG draws the map. Labels that do not fit are counted: "+3". The description
// lists all of them. A ragged grid, an unknown band or a wrong colour is
// reported when a document with the drawing is rendered; O(cells + labels).
func (h HeatMap) SVG() SVG {
	if err := h.check(); err != nil {
		return SVG{title: h.Title, err: fmt.Errorf("heat map %q: %w", h.Title, err)}
	}
	cell := max(80, min(124, 620/len(h.X)))
	right := heatLeft + cell*len(h.X)
	bottom := heatTop + heatRow*len(h.Y)
	width := right + 28 + heatLane + 4
	legend, below := h.legend(width)
	d := NewDrawing(width, bottom+78+below+22*len(h.Movements), h.Title, h.describe())
	d.Text(8, 18, h.YTitle, Type{Bold: true, Max: heatLeft + cell - 20})
	for i, row := range h.Cells {
		y := bottom - heatRow*(i+1)
		lines(d, 8, y+heatRow/2, wrap(h.Y[i], Type{Max: heatLeft - 20}), Type{Max: heatLeft - 20})
		for j, c := range row {
			h.cell(d, heatLeft+cell*j, y, cell, c)
		}
	}
	for j, name := range h.X {
		t := Type{Max: cell - 8, Anchor: Middle}
		lines(d, heatLeft+cell*j+cell/2, bottom+20, wrap(name, t), t)
	}
	d.Text(heatLeft+cell*len(h.X)/2, bottom+56, h.XTitle, Type{Bold: true, Anchor: Middle, Max: right - heatLeft})
	h.moves(d, cell, bottom)
	h.lane(d, right+28, bottom)
	h.moveLegend(d, bottom+82+below, width)
	for _, l := range legend {
		d.Rect(l.x, bottom+76+l.y, 14, 14, Paint{Fill: l.band.Colour, Stroke: Muted})
		d.Text(l.x+20, bottom+88+l.y, l.band.Name, Type{Max: width / 2})
	}
	return d.SVG()
}

func (h HeatMap) check() error {
	if len(h.X) == 0 || len(h.Cells) == 0 || len(h.Cells) != len(h.Y) {
		return fmt.Errorf("%d rows of cells for scales of %d by %d steps", len(h.Cells), len(h.Y), len(h.X))
	}
	for i, row := range h.Cells {
		if len(row) != len(h.X) {
			return fmt.Errorf("row %d: %d cells, want %d", i, len(row), len(h.X))
		}
		for j, c := range row {
			if c.Band < 0 || c.Band >= len(h.Bands) {
				return fmt.Errorf("row %d: cell %d: band %d, want 0 to %d", i, j, c.Band, len(h.Bands)-1)
			}
		}
	}
	return h.checkMoves()
}

func (h HeatMap) cell(d *Drawing, x, y, width int, c HeatCell) {
	band := h.Bands[c.Band]
	ink := textOn(band.Colour)
	d.Rect(x, y, width, heatRow, Paint{Fill: band.Colour, Stroke: Paper, Width: 2})
	d.Text(x+8, y+17, band.Name, Type{Size: 11, Colour: ink, Max: width - 16})
	if n := len(c.Labels); n > 0 {
		d.Text(x+8, y+42, strconv.Itoa(n), Type{Size: 22, Bold: true, Colour: ink, Max: width - 16})
	}
	t := Type{Size: 11, Colour: ink, Max: width - 14}
	for k, line := range fitLabels(c.Labels, 2, t) {
		d.Text(x+8, y+60+15*k, line, t)
	}
}

func (h HeatMap) lane(d *Drawing, x, bottom int) {
	d.Rect(x, heatTop, heatLane, bottom-heatTop, Paint{Fill: "#f3f4f6", Stroke: Muted, Width: 2, Dashed: true})
	title := Type{Bold: true, Max: heatLane - 20}
	y := heatTop + 22
	for _, line := range wrap(h.Lane.Title, title) {
		d.Text(x+10, y, line, title)
		y += 17
	}
	d.Text(x+10, y+14, strconv.Itoa(len(h.Lane.Labels)), Type{Size: 22, Bold: true, Max: heatLane - 20})
	y += 34
	t := Type{Size: 11, Max: heatLane - 20}
	for _, line := range fitLabels(h.Lane.Labels, max((bottom-y)/15, 0), t) {
		d.Text(x+10, y, line, t)
		y += 15
	}
}

type legendItem struct {
	band Band
	x, y int
}

// legend places the bands in rows below the grid; below is their height.
func (h HeatMap) legend(width int) (items []legendItem, below int) {
	x, y := heatLeft, 0
	for _, b := range h.Bands {
		w := 44 + min(textWidth(b.Name, Type{}), width/2)
		if x > heatLeft && x+w > width {
			x, y = heatLeft, y+22
		}
		items = append(items, legendItem{b, x, y})
		x += w
	}
	return items, y + 22
}

func (h HeatMap) describe() string {
	var out []string
	for i, row := range slices.Backward(h.Cells) {
		for j, c := range slices.Backward(row) {
			if len(c.Labels) > 0 {
				out = append(out, fmt.Sprintf("%s: %s; %s: %s; %s: %s", h.YTitle, h.Y[i], h.XTitle, h.X[j], h.Bands[c.Band].Name, counted(c.Labels)))
			}
		}
	}
	out = append(out, h.Lane.Title+": "+counted(h.Lane.Labels))
	return strings.Join(append(out, h.describeMoves()...), "\n")
}

func counted(labels []string) string {
	if len(labels) == 0 {
		return "0"
	}
	return fmt.Sprintf("%d (%s)", len(labels), strings.Join(labels, ", "))
}

// lines paints up to two lines around the middle y.
func lines(d *Drawing, x, y int, lines []string, t Type) {
	y += 5 - 8*(len(lines)-1)
	for _, line := range lines {
		d.Text(x, y, line, t)
		y += 16
	}
}
