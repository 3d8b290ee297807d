package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// SVG is a finished drawing. Only this package makes one, from a [Drawing], a
// [HeatMap] or a [Wheel], so it is safe to embed in a page.
type SVG struct {
	title, desc   string
	width, height int
	body          string
	err           error // why it could not be drawn; rendering a document reports it
}

// String is the drawing as a file of its own.
func (s SVG) String() string {
	var out strings.Builder
	s.write(markup{&out})
	return out.String()
}

func (s SVG) write(m markup) {
	m.tag(`<svg xmlns="http://www.w3.org/2000/svg" role="img" width="`)
	m.number(s.width)
	m.tag(`" height="`)
	m.number(s.height)
	m.tag(`" viewBox="0 0 `)
	m.number(s.width)
	m.tag(` `)
	m.number(s.height)
	m.tag(`" font-family="system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"><title>`)
	m.text(s.title)
	m.tag(`</title><desc>`)
	m.text(s.desc)
	m.tag(`</desc>`)
	m.tag(literal(s.body)) // written by a Drawing
	m.tag(`</svg>`)
}

// Drawing collects shapes in order of painting. Coordinates are whole units
// from the top left corner; choose a larger canvas for finer steps.
// Make one with [NewDrawing].
type Drawing struct {
	svg  SVG
	body strings.Builder
	m    markup
}

// Colours of the house, for drawings that stand beside each other.
const (
	Ink   = "#1c2733" // text and axes
	Muted = "#5b6875" // secondary text
	Rule  = "#c9d1d9" // thin lines
	Paper = "#ffffff"
)

// NewDrawing begins a drawing of width by height units. The title names it in
// one line; desc says in words everything it shows, one fact a line: it is what
// screen readers and formats without pictures present instead.
func NewDrawing(width, height int, title, desc string) *Drawing {
	d := &Drawing{svg: SVG{title: title, desc: desc, width: width, height: height}}
	d.m = markup{&d.body}
	return d
}

// Paint is how a shape is drawn. Colours are #rrggbb; "" draws nothing.
type Paint struct {
	Fill, Stroke string
	Width        int // of the stroke; 0 reads as 1
	Dashed       bool
}

// Anchor is the point of a text that its x names.
type Anchor uint8

// The anchors.
const (
	Start Anchor = iota
	Middle
	End
)

// Type is how a text is drawn.
type Type struct {
	Size   int // 0 reads as 13
	Bold   bool
	Colour string // #rrggbb; "" reads as Ink
	Anchor Anchor
	Max    int // greatest width; a longer text ends in "…". 0 is no limit
}

// Rect paints a rectangle.
func (d *Drawing) Rect(x, y, w, h int, p Paint) {
	d.m.tag(`<rect`)
	d.attr(` x="`, x)
	d.attr(` y="`, y)
	d.attr(` width="`, w)
	d.attr(` height="`, h)
	d.paint(p)
}

// Line paints a line through points of x and y; a closed one is an area.
func (d *Drawing) Line(points [][2]int, closed bool, p Paint) {
	if closed {
		d.m.tag(`<polygon points="`)
	} else {
		d.m.tag(`<polyline points="`)
	}
	for i, xy := range points {
		if i > 0 {
			d.m.tag(" ")
		}
		d.m.number(xy[0])
		d.m.tag(",")
		d.m.number(xy[1])
	}
	d.m.tag(`"`)
	d.paint(p)
}

// Text paints one line of text on the baseline y.
func (d *Drawing) Text(x, y int, s string, t Type) {
	t = t.defaults()
	s = strings.ReplaceAll(clean(s), "\n", " ")
	if t.Max > 0 {
		s = fit(s, t)
	}
	d.m.tag(`<text`)
	d.attr(` x="`, x)
	d.attr(` y="`, y)
	d.attr(` font-size="`, t.Size)
	d.colour(` fill="`, t.Colour)
	if t.Bold {
		d.m.tag(` font-weight="600"`)
	}
	switch t.Anchor {
	case Start:
	case Middle:
		d.m.tag(` text-anchor="middle"`)
	case End:
		d.m.tag(` text-anchor="end"`)
	}
	d.m.tag(`>`)
	d.m.text(s)
	d.m.tag(`</text>`)
}

// SVG ends the drawing. A wrong colour is reported when a document with the
// drawing is rendered.
func (d *Drawing) SVG() SVG {
	d.svg.body = d.body.String()
	return d.svg
}

func (d *Drawing) attr(name literal, n int) {
	d.m.tag(name)
	d.m.number(n)
	d.m.tag(`"`)
}

func (d *Drawing) paint(p Paint) {
	if p.Fill == "" {
		d.m.tag(` fill="none"`)
	} else {
		d.colour(` fill="`, p.Fill)
	}
	if p.Stroke != "" {
		d.colour(` stroke="`, p.Stroke)
		d.attr(` stroke-width="`, max(p.Width, 1))
	}
	if p.Dashed {
		d.m.tag(` stroke-dasharray="5 4"`)
	}
	d.m.tag(`/>`)
}

func (d *Drawing) colour(name literal, c string) {
	if _, ok := luminance(c); !ok {
		if d.svg.err == nil {
			d.svg.err = fmt.Errorf("drawing %q: colour %q: want #rrggbb", d.svg.title, c)
		}
		c = Muted
	}
	d.m.tag(name)
	d.m.text(c)
	d.m.tag(`"`)
}

func (t Type) defaults() Type {
	if t.Size <= 0 {
		t.Size = 13
	}
	if t.Colour == "" {
		t.Colour = Ink
	}
	return t
}

// luminance is the relative luminance of a colour, 0 to 1 (WCAG 2).
func luminance(colour string) (float64, bool) {
	digits, hash := strings.CutPrefix(colour, "#")
	v, err := strconv.ParseUint(digits, 16, 24)
	if !hash || len(digits) != 6 || err != nil {
		return 0, false
	}
	linear := func(shift uint) float64 {
		c := float64(v>>shift&255) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(16) + 0.7152*linear(8) + 0.0722*linear(0), true
}

// textOn is a colour that reads on a background: a contrast of 4.5 at least.
func textOn(background string) string {
	l, _ := luminance(background)
	ink, _ := luminance(Ink)
	switch {
	case (l+0.05)/(ink+0.05) >= 4.5:
		return Ink
	case 1.05/(l+0.05) >= 4.5:
		return Paper
	default:
		return "#000000" // then at least 4.58
	}
}

// Ramp is colour i of a scale of n steps, pale yellow to dark red, by falling
// lightness: it keeps its order for the colour-blind and in grey print.
// i is taken within 0 to n-1.
func Ramp(i, n int) string {
	scale := [...][3]int{{0xff, 0xf7, 0xd6}, {0xfd, 0xd5, 0x7e}, {0xf4, 0x9a, 0x4a}, {0xc8, 0x45, 0x2d}, {0x8b, 0x1a, 0x2b}}
	last := len(scale) - 1
	n = max(n, 2)
	i = min(max(i, 0), n-1)
	step, rest := i*last/(n-1), i*last%(n-1)
	to := scale[min(step+1, last)]
	var c [3]int
	for k, from := range scale[step] {
		c[k] = from + (to[k]-from)*rest/(n-1)
	}
	return fmt.Sprintf("#%02x%02x%02x", c[0], c[1], c[2])
}
