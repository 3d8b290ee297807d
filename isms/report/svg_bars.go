package report

import (
	"fmt"
	"strings"

	"github.com/ismskit/ismskit/isms/lang"
)

// Bars is a drawing of what each of several parts contributes, one bar a part.
type Bars struct {
	Title  string
	XTitle string
	Lang   lang.Lang // of the numbers; English when unset
	Total  string    // name of the sum of all bars; without it there is none
	Bars   []Bar     // in the order of drawing
}

// Bar is one part. Values are from -1e18 to 1e18.
type Bar struct {
	Name  string
	Value float64
}

const (
	barsLeft, barsTop, barsWidth = 220, 16, 430
	barsRow                      = 34
	maxBars                      = 25
)

// SVG draws the bars: of more than 25 the first 24 and the sum of the others;
// the description has them all. A value that is no number is reported when a
// document with the drawing is rendered. O(bars).
func (b Bars) SVG() SVG {
	rows, parts, desc, err := b.rows()
	if err != nil {
		return SVG{title: b.Title, err: fmt.Errorf("bars %q: %w", b.Title, err)}
	}
	values := []float64{0}
	for _, r := range rows {
		values = append(values, r.Value)
	}
	d := rowsDrawing(b.Title, strings.Join(desc, "\n"), len(rows), 0)
	bottom := barsTop + barsRow*max(len(rows), 1)
	axis := newLinearAxis(barsLeft, barsWidth, values)
	axis.paint(d, barsTop, bottom, b.Lang)
	d.Text(barsLeft+barsWidth/2, bottom+44, b.XTitle, Type{Bold: true, Anchor: Middle, Max: barsWidth})
	if len(rows) == 0 {
		d.Text(barsLeft+barsWidth/2, barsTop+20, nothing(b.Lang), Type{Anchor: Middle, Max: barsWidth})
	}
	zero := axis.at(0)
	for i, r := range rows {
		y := barsTop + barsRow*i
		fill := "#3d6f91"
		if i >= parts { // a sum
			fill = Muted
		}
		rowName(d, y, r.Name)
		x := axis.at(r.Value)
		d.Rect(min(zero, x), y+7, max(zero, x)-min(zero, x), barsRow-14, Paint{Fill: fill})
		d.Text(max(zero, x)+6, y+22, compact(r.Value, b.Lang), Type{Size: 12, Max: 84})
	}
	d.Line([][2]int{{zero, barsTop}, {zero, bottom}}, false, Paint{Stroke: Ink})
	return d.SVG()
}

// rows are the bars as they are drawn, of which the first are parts and the
// others sums, and all of them in words.
func (b Bars) rows() (rows []Bar, parts int, desc []string, err error) {
	sum, rest := 0.0, 0.0
	for i, x := range b.Bars {
		if err := checkNumber(fmt.Sprintf("bar %d", i), x.Value); err != nil {
			return nil, 0, nil, err
		}
		sum += x.Value
		if len(b.Bars) > maxBars && i >= maxBars-1 {
			rest += x.Value
		} else {
			rows = append(rows, x)
		}
		desc = append(desc, x.Name+": "+compact(x.Value, b.Lang))
	}
	parts = len(rows)
	if left := len(b.Bars) - parts; left > 0 {
		rows = append(rows, Bar{fmt.Sprintf("+%d", left), rest})
	}
	if b.Total != "" && len(b.Bars) > 0 {
		rows = append(rows, Bar{b.Total, sum})
		desc = append(desc, b.Total+": "+compact(sum, b.Lang))
	}
	if len(desc) == 0 {
		desc = []string{nothing(b.Lang)}
	}
	for _, v := range []float64{sum, rest} {
		if err := checkNumber("sum", v); err != nil {
			return nil, 0, nil, err
		}
	}
	return rows, parts, desc, nil
}

func rowsDrawing(title, desc string, rows, extra int) *Drawing {
	return NewDrawing(barsLeft+barsWidth+100, barsTop+barsRow*max(rows, 1)+62+extra, title, desc)
}

func rowName(d *Drawing, y int, name string) {
	t := Type{Size: 12, Anchor: End, Max: barsLeft - 22}
	lines(d, barsLeft-12, y+barsRow/2, wrap(name, t), t)
}
