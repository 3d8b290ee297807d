package report

import "strings"

// Wheel is a cycle of four phases, clockwise from the top left, with the state
// of each beside it.
type Wheel struct {
	Title  string
	Phases [4]Phase
}

// Phase is one quarter of a [Wheel]: a few short lines say how it stands; Tone
// colours it and is marked by a shape too.
type Phase struct {
	Name  string
	Lines []string
	Tone  Tone
}

// SVG draws the wheel. There is room for six printed lines a phase; what does
// not fit is cut, and the description has it whole.
func (w Wheel) SVG() SVG {
	const (
		cx, cy       = 400, 170
		outer, inner = 150, 58
		box          = 220
	)
	var desc []string
	for _, p := range w.Phases {
		desc = append(desc, p.Name+": "+strings.Join(p.Lines, "; "))
	}
	d := NewDrawing(2*cx, 2*cy, w.Title, strings.Join(desc, "\n"))
	for i, p := range w.Phases {
		// sx, sy point from the centre into the quarter
		sx, sy := [4]int{-1, 1, 1, -1}[i], [4]int{-1, -1, 1, 1}[i]
		fill, ink := p.Tone.colours()
		d.quarter(cx, cy, sx, sy, outer, inner, Paint{Fill: fill, Stroke: Paper, Width: 4})
		name := Type{Size: 15, Bold: true, Colour: ink, Anchor: Middle, Max: 84}
		d.Text(cx+sx*74, cy+sy*72+5, p.Name, name)
		t := Type{Max: box}
		x := cx + outer + 22
		if sx < 0 {
			x, t.Anchor = cx-outer-22, End
		}
		y := cy - 118
		if sy > 0 {
			y = cy + 52
		}
		head := t
		head.Bold, head.Size, head.Max = true, 15, box-24
		d.Text(x, y, fit(p.Name, head)+" "+p.Tone.sign(), head)
		var state []string
		for _, line := range p.Lines {
			state = append(state, wrap(line, t)...)
		}
		for k, line := range state[:min(len(state), 6)] {
			d.Text(x, y+20+17*k, line, t)
		}
	}
	// arrow heads across the four joints, clockwise
	mid := (outer + inner) / 2
	for _, a := range [4][3][2]int{
		{{cx - 7, cy - mid - 10}, {cx + 9, cy - mid}, {cx - 7, cy - mid + 10}},
		{{cx + mid - 10, cy - 7}, {cx + mid, cy + 9}, {cx + mid + 10, cy - 7}},
		{{cx + 7, cy + mid - 10}, {cx - 9, cy + mid}, {cx + 7, cy + mid + 10}},
		{{cx - mid - 10, cy + 7}, {cx - mid, cy - 9}, {cx - mid + 10, cy + 7}},
	} {
		d.Line(a[:], true, Paint{Fill: Ink, Stroke: Paper, Width: 2})
	}
	return d.SVG()
}

// quarter paints a quarter of a ring.
func (d *Drawing) quarter(cx, cy, sx, sy, outer, inner int, p Paint) {
	sweep := 1
	if sx != sy {
		sweep = 0
	}
	d.m.tag(`<path d="`)
	d.move(`M`, cx+sx*outer, cy)
	d.arc(outer, sweep, cx, cy+sy*outer)
	d.move(`L`, cx, cy+sy*inner)
	d.arc(inner, 1-sweep, cx+sx*inner, cy)
	d.m.tag(`Z"`)
	d.paint(p)
}

func (d *Drawing) move(command literal, x, y int) {
	d.m.tag(command)
	d.m.number(x)
	d.m.tag(" ")
	d.m.number(y)
}

func (d *Drawing) arc(r, sweep, x, y int) {
	d.move(`A`, r, r)
	d.m.tag(" 0 0 ")
	d.m.number(sweep)
	d.move(` `, x, y)
}

// colours are the fill of a tone and a colour that reads on it.
func (t Tone) colours() (fill, ink string) {
	switch t {
	case Neutral:
		return "#dfe7ef", Ink
	case Good:
		return "#1f6f5c", Paper
	case Warn:
		return "#f2b84b", Ink
	case Bad:
		return "#a32633", Paper
	case Unknown:
	}
	return "#6b7280", Paper
}

// sign is the shape that marks a tone beside its colour.
func (t Tone) sign() string {
	switch t {
	case Neutral:
		return ""
	case Good:
		return "●"
	case Warn:
		return "▲"
	case Bad:
		return "◆"
	case Unknown:
	}
	return "○"
}
