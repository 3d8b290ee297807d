package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms/lang"
)

// LossCurve is a drawing of loss exceedance curves: for each loss, on a
// logarithmic axis, the chance that a year costs more. The numbers are
// modelled; the texts should say so.
type LossCurve struct {
	Title          string
	XTitle, YTitle string
	Lang           lang.Lang // of the numbers; English when unset
	Curves         []Curve   // at most four
	Tolerance      Curve     // the chances that the organization tolerates; none without points
}

// Curve is one curve. A Band names the confidence of Low and High: "95 %
// confidence"; without it they are not drawn.
type Curve struct {
	Name   string
	Band   string
	Points []CurvePoint // losses rise, chances do not
}

// CurvePoint is the chance, 0 to 1, that a loss is exceeded. Losses are from 0
// to 1e18; 0 stands at the left end of the axis.
type CurvePoint struct {
	Loss      float64
	Chance    float64
	Low, High float64 // of the band around Chance
}

const (
	curveLeft, curveTop     = 74, 40
	curveWidth, curveHeight = 660, 300
)

// SVG draws the curves. Points that cannot be part of a curve are reported when
// a document with the drawing is rendered. The description has at most twelve
// points of each. O(points).
func (c LossCurve) SVG() SVG {
	if err := c.check(); err != nil {
		return SVG{title: c.Title, err: fmt.Errorf("loss curve %q: %w", c.Title, err)}
	}
	all := append(slices.Clip(c.Curves), c.Tolerance)
	var losses []float64
	legend := 0
	for _, x := range all {
		for _, p := range x.Points {
			losses = append(losses, p.Loss)
		}
		if len(x.Points) > 0 {
			legend++
		}
	}
	bottom := curveTop + curveHeight
	d := NewDrawing(curveLeft+curveWidth+46, bottom+62+22*max(legend, 1), c.Title, c.describe(all))
	d.Text(8, 20, c.YTitle, Type{Bold: true, Max: curveLeft + curveWidth})
	for tenth := 0; tenth <= 10; tenth += 2 {
		y := bottom - tenth*curveHeight/10
		d.Line([][2]int{{curveLeft, y}, {curveLeft + curveWidth, y}}, false, Paint{Stroke: Rule})
		d.Text(curveLeft-10, y+4, fmt.Sprintf("%d %%", tenth*10), Type{Size: 12, Anchor: End, Colour: Muted})
	}
	axis := newLogAxis(curveLeft, curveWidth, losses)
	axis.paint(d, curveTop, bottom, c.Lang)
	d.Text(curveLeft+curveWidth/2, bottom+44, c.XTitle, Type{Bold: true, Anchor: Middle, Max: curveWidth})
	if legend == 0 {
		d.Text(curveLeft+curveWidth/2, curveTop+curveHeight/2, nothing(c.Lang), Type{Anchor: Middle, Max: curveWidth})
	}
	for i := range c.Curves {
		c.Curves[i].band(d, axis, curvePaint(i).Stroke)
	}
	y := bottom + 66
	for i, x := range all {
		if len(x.Points) == 0 {
			continue
		}
		paint := curvePaint(i)
		line := x.line(axis, func(p CurvePoint) float64 { return p.Chance })
		sample := [][2]int{{curveLeft, y}, {curveLeft + 40, y}}
		if i < len(c.Curves) {
			d.Line(line, false, paint)
			d.Line(sample, false, paint)
		} else {
			tolerance(d, line)
			tolerance(d, sample)
		}
		name := x.Name
		if x.Band != "" {
			name += " (" + x.Band + ")"
		}
		d.Text(curveLeft+50, y+4, name, Type{Max: curveWidth - 60})
		y += 22
	}
	return d.SVG()
}

// tolerance paints a line with a square at each of its points, but not at very
// many.
func tolerance(d *Drawing, line [][2]int) {
	const red = "#a32633"
	d.Line(line, false, Paint{Stroke: red, Width: 2})
	if len(line) > 30 {
		return
	}
	for _, xy := range line {
		d.Rect(xy[0]-3, xy[1]-3, 7, 7, Paint{Fill: red})
	}
}

// curvePaint tells the curves apart by lightness, width and dashes.
func curvePaint(i int) Paint {
	return [...]Paint{
		{Stroke: "#14496b", Width: 3},
		{Stroke: "#b45f06", Width: 3, Dashed: true},
		{Stroke: Ink, Width: 1},
		{Stroke: "#5b6875", Width: 1, Dashed: true},
	}[i%4]
}

// tint is a light form of a colour of curvePaint.
func tint(colour string) string {
	switch colour {
	case "#14496b":
		return "#d5e4ee"
	case "#b45f06":
		return "#f6e3cc"
	default:
		return "#e6e9ec"
	}
}

func (c LossCurve) check() error {
	if len(c.Curves) > 4 {
		return fmt.Errorf("%d curves: want at most 4", len(c.Curves))
	}
	for i, x := range c.Curves {
		if err := x.check(); err != nil {
			return fmt.Errorf("curve %d: %w", i, err)
		}
	}
	if c.Tolerance.Band != "" {
		return fmt.Errorf("tolerance: band %q: want none", c.Tolerance.Band)
	}
	if err := c.Tolerance.check(); err != nil {
		return fmt.Errorf("tolerance: %w", err)
	}
	return nil
}

func (c Curve) check() error {
	before := CurvePoint{Loss: -1, Chance: 1, Low: 1, High: 1}
	for i, p := range c.Points {
		if err := checkNumber(fmt.Sprintf("point %d", i), p.Loss); err != nil {
			return err
		}
		if !(p.Loss >= 0) || p.Loss <= before.Loss {
			return fmt.Errorf("point %d: loss %v after %v: want rising losses from 0", i, p.Loss, before.Loss)
		}
		if !(p.Chance >= 0 && p.Chance <= before.Chance) {
			return fmt.Errorf("point %d: chance %v after %v: want chances from 1 to 0 that do not rise", i, p.Chance, before.Chance)
		}
		if c.Band != "" && !(p.Low >= 0 && p.Low <= p.Chance && p.Chance <= p.High && p.High <= before.High && p.Low <= before.Low) {
			return fmt.Errorf("point %d: band %v to %v around %v: want one around the chance, within 0 to 1, that does not rise", i, p.Low, p.High, p.Chance)
		}
		before = p
		if c.Band == "" {
			before.Low, before.High = 1, 1
		}
	}
	return nil
}

// line places the points, without those that fall on the one before.
func (c Curve) line(axis logAxis, of func(CurvePoint) float64) [][2]int {
	var line [][2]int
	for _, p := range c.Points {
		xy := [2]int{axis.at(p.Loss), curveTop + curveHeight - int(float64(of(p)*curveHeight)+0.5)}
		if len(line) == 0 || line[len(line)-1] != xy {
			line = append(line, xy)
		}
	}
	if len(line) == 1 { // one point alone is drawn as a short line
		line = append(line, [2]int{line[0][0] + 6, line[0][1]})
	}
	return line
}

func (c Curve) band(d *Drawing, axis logAxis, colour string) {
	if c.Band == "" || len(c.Points) == 0 {
		return
	}
	area := c.line(axis, func(p CurvePoint) float64 { return p.High })
	low := c.line(axis, func(p CurvePoint) float64 { return p.Low })
	for i := range low {
		area = append(area, low[len(low)-1-i])
	}
	d.Line(area, true, Paint{Fill: tint(colour)})
}

func (c LossCurve) describe(all []Curve) string {
	var out []string
	for _, x := range all {
		const most = 12
		n := len(x.Points)
		for k := range min(n, most) {
			i := k
			if n > most {
				i = k * (n - 1) / (most - 1)
			}
			p := x.Points[i]
			line := fmt.Sprintf("%s: %s %s: %s", x.Name, c.XTitle, compact(p.Loss, c.Lang), chance(p.Chance, c.Lang))
			if x.Band != "" {
				line += fmt.Sprintf(" (%s: %s – %s)", x.Band, chance(p.Low, c.Lang), chance(p.High, c.Lang))
			}
			out = append(out, line)
		}
	}
	if len(out) == 0 {
		return nothing(c.Lang)
	}
	return strings.Join(out, "\n")
}

// chance is a probability in per cent.
func chance(p float64, l lang.Lang) string { return compact(p*100, l) + " %" }
