package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms/lang"
)

// Tornado is a drawing of how far a result moves when one input at a time goes
// from its low to its high value. It is drawn with the widest bar on top.
type Tornado struct {
	Title    string
	XTitle   string
	Lang     lang.Lang // of the numbers; English when unset
	Base     float64   // the result with every input as it is
	BaseName string
	LowName  string // what the light bars are: the result at the low value
	HighName string
	Bars     []TornadoBar
}

// TornadoBar is the result at the low and at the high value of one input, each
// from -1e18 to 1e18.
type TornadoBar struct {
	Name      string
	Low, High float64
}

// SVG draws the tornado: the 25 inputs that move the result most; the
// description has them all. A value that is no number is reported when a
// document with the drawing is rendered. O(n log n) for n bars.
func (t Tornado) SVG() SVG {
	bars, err := t.sorted()
	if err != nil {
		return SVG{title: t.Title, err: fmt.Errorf("tornado %q: %w", t.Title, err)}
	}
	desc := []string{t.BaseName + ": " + compact(t.Base, t.Lang)}
	for _, b := range bars {
		desc = append(desc, fmt.Sprintf("%s: %s: %s; %s: %s", b.Name, t.LowName, compact(b.Low, t.Lang), t.HighName, compact(b.High, t.Lang)))
	}
	left := max(len(bars)-maxBars, 0)
	bars = bars[:len(bars)-left]
	values := []float64{t.Base}
	for _, b := range bars {
		values = append(values, b.Low, b.High)
	}
	rows := len(bars)
	if left > 0 {
		rows++
	}
	d := rowsDrawing(t.Title, strings.Join(desc, "\n"), rows, 40)
	bottom := barsTop + barsRow*max(rows, 1)
	axis := newLinearAxis(barsLeft, barsWidth, values)
	axis.paint(d, barsTop, bottom, t.Lang)
	d.Text(barsLeft+barsWidth/2, bottom+44, t.XTitle, Type{Bold: true, Anchor: Middle, Max: barsWidth})
	base := axis.at(t.Base)
	for i, b := range bars {
		y := barsTop + barsRow*i
		rowName(d, y, b.Name)
		low, high := axis.at(b.Low), axis.at(b.High)
		top, height := y+7, barsRow-14
		if (low < base) == (high < base) && low != base && high != base { // on one side: one above the other
			height /= 2
			top += height
		}
		tornadoBar(d, base, low, y+7, height, lowPaint())
		tornadoBar(d, base, high, top, height, highPaint())
	}
	if left > 0 {
		rowName(d, barsTop+barsRow*len(bars), fmt.Sprintf("+%d", left))
	}
	d.Line([][2]int{{base, barsTop - 6}, {base, bottom}}, false, Paint{Stroke: Ink, Width: 2})
	if len(bars) == 0 {
		d.Text(barsLeft+barsWidth/2, barsTop+20, nothing(t.Lang), Type{Anchor: Middle, Max: barsWidth})
	}
	t.legend(d, bottom+72)
	return d.SVG()
}

func (t Tornado) sorted() ([]TornadoBar, error) {
	if err := checkNumber("base", t.Base); err != nil {
		return nil, err
	}
	for i, b := range t.Bars {
		for _, v := range []float64{b.Low, b.High} {
			if err := checkNumber(fmt.Sprintf("bar %d", i), v); err != nil {
				return nil, err
			}
		}
	}
	bars := slices.Clone(t.Bars)
	slices.SortStableFunc(bars, func(a, b TornadoBar) int {
		switch x, y := math.Abs(a.High-a.Low), math.Abs(b.High-b.Low); {
		case x > y:
			return -1
		case x < y:
			return 1
		default:
			return 0
		}
	})
	return bars, nil
}

func tornadoBar(d *Drawing, base, x, y, height int, p Paint) {
	if x != base {
		d.Rect(min(base, x), y, max(base, x)-min(base, x), height, p)
	}
}

func lowPaint() Paint  { return Paint{Fill: "#c9d6df", Stroke: "#14496b"} }
func highPaint() Paint { return Paint{Fill: "#14496b", Stroke: "#14496b"} }

func (t Tornado) legend(d *Drawing, y int) {
	const each = (barsLeft + barsWidth + 60) / 3
	base := t.BaseName + ": " + compact(t.Base, t.Lang)
	d.Line([][2]int{{14, y - 12}, {14, y + 4}}, false, Paint{Stroke: Ink, Width: 2})
	d.Text(28, y, base, Type{Size: 12, Max: each - 36})
	for i, side := range []struct {
		name  string
		paint Paint
	}{{t.LowName, lowPaint()}, {t.HighName, highPaint()}} {
		x := 8 + each*(i+1)
		d.Rect(x, y-11, 14, 14, side.paint)
		d.Text(x+20, y, side.name, Type{Size: 12, Max: each - 36})
	}
}
