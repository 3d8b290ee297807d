package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms/lang"
)

// greatest bounds the numbers of a figure, on both sides of 0.
const greatest = 1e18

// checkNumber refuses what cannot be placed on an axis.
func checkNumber(what string, v float64) error {
	if math.IsNaN(v) || v > greatest || v < -greatest {
		return fmt.Errorf("%s: %v: want a number from -1e18 to 1e18", what, v)
	}
	return nil
}

// compact writes a number for people in three digits or so: "1.25 M".
func compact(v float64, l lang.Lang) string {
	unit := ""
	for _, u := range [...]struct {
		from float64
		name lang.Text
	}{
		{1e12, lang.Text{EN: "tn", NL: "bln"}},
		{1e9, lang.Text{EN: "bn", NL: "mld"}},
		{1e6, lang.Text{EN: "M", NL: "mln"}},
		{1e3, lang.Text{EN: "k", NL: "k"}},
	} {
		if math.Abs(v) >= u.from {
			v, unit = v/u.from, "\u00a0"+u.name.In(l)
			break
		}
	}
	places := 2
	switch size := math.Abs(v); {
	case size >= 100:
		places = 0
	case size >= 10:
		places = 1
	case size < 0.01 && size > 0:
		places = 12 // tiny: whatever it takes
	}
	s := strconv.FormatFloat(v, 'f', places, 64)
	if places > 0 {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" {
		s = "0"
	}
	return localNumber(s, l) + unit
}

// logAxis places losses from 10^low to 10^high on width units. Only IEEE
// division and multiplication are used, so that a drawing has the same bytes on
// every processor.
type logAxis struct{ low, high, left, width int }

// maxDecades bounds what a logarithmic axis shows, from the top.
const maxDecades = 12

// newLogAxis covers the positive ones of the values.
func newLogAxis(left, width int, values []float64) logAxis {
	least, most := math.Inf(1), 0.0
	for _, v := range values {
		if v > 0 {
			least, most = min(least, v), max(most, v)
		}
	}
	if most == 0 {
		return logAxis{0, 1, left, width}
	}
	a := logAxis{decade(least), decade(most), left, width}
	if math.Pow10(a.high) < most || a.high == a.low {
		a.high++
	}
	a.low = max(a.low, a.high-maxDecades)
	return a
}

// decade is the greatest n with 10^n <= v, for v > 0.
func decade(v float64) int {
	n := -323
	for n < 308 && math.Pow10(n+1) <= v {
		n++
	}
	return n
}

// at is the place of a loss; what is below the axis stands at its left end.
func (a logAxis) at(v float64) int {
	if v <= math.Pow10(a.low) {
		return a.left
	}
	d := min(decade(v), a.high)
	const one = 1 << 16
	bits := 0 // log2 of the rest, in 65536ths
	for rest := v / math.Pow10(d); ; bits += one {
		if rest < 2 {
			for half := one / 2; half > 0; half /= 2 {
				if rest *= rest; rest >= 2 {
					rest /= 2
					bits += half
				}
			}
			break
		}
		rest /= 2
	}
	tenth := bits * 301 / 1000 // log10, in 65536ths, within a tenth of a unit
	return a.left + min(((d-a.low)*one+tenth)*a.width/((a.high-a.low)*one), a.width)
}

// paint draws the axis with its decades, from top to bottom.
func (a logAxis) paint(d *Drawing, top, bottom int, l lang.Lang) {
	every := (a.high-a.low)/8 + 1
	for n := a.low; n <= a.high; n++ {
		x := a.left + (n-a.low)*a.width/(a.high-a.low)
		d.Line([][2]int{{x, top}, {x, bottom}}, false, Paint{Stroke: Rule})
		if (n-a.low)%every == 0 {
			d.Text(x, bottom+20, compact(math.Pow10(n), l), Type{Size: 12, Anchor: Middle, Colour: Muted})
		}
	}
}

// linearAxis places numbers from low to high on width units, with ticks at
// round numbers.
type linearAxis struct {
	low, high, step float64
	left, width     int
}

// newLinearAxis covers the values.
func newLinearAxis(left, width int, values []float64) linearAxis {
	a := linearAxis{left: left, width: width}
	for i, v := range values {
		if i == 0 {
			a.low, a.high = v, v
		}
		a.low, a.high = min(a.low, v), max(a.high, v)
	}
	if a.low == a.high {
		a.low, a.high = min(a.low, 0), max(a.high, 0)
	}
	if a.low == a.high {
		a.high = 1
	}
	span := a.high - a.low
	if tiny := float64(max(math.Abs(a.low), math.Abs(a.high)) * 1e-12); span < tiny { // too near for a float64 to tell ticks apart
		a.low, a.high = a.low-tiny, a.high+tiny
		span = a.high - a.low
	}
	for _, part := range [...]float64{0.2, 0.5, 1, 2} { // the last leaves 5 steps at most
		if a.step = math.Pow10(decade(span)) * part; span/a.step <= 6 {
			break
		}
	}
	a.low, a.high = math.Floor(a.low/a.step)*a.step, math.Ceil(a.high/a.step)*a.step
	return a
}

func (a linearAxis) at(v float64) int {
	return a.left + int(math.Floor(float64((v-a.low)/(a.high-a.low)*float64(a.width))+0.5))
}

// paint draws the axis with its ticks, from top to bottom.
func (a linearAxis) paint(d *Drawing, top, bottom int, l lang.Lang) {
	last := int(math.Floor((a.high-a.low)/a.step + 0.5)) // about 8 at most
	for i := range last + 1 {
		v := a.low + float64(float64(i)*a.step)
		if math.Abs(v) < a.step/2 {
			v = 0
		}
		x := a.at(v)
		d.Line([][2]int{{x, top}, {x, bottom}}, false, Paint{Stroke: Rule})
		d.Text(x, bottom+20, compact(v, l), Type{Size: 12, Anchor: Middle, Colour: Muted})
	}
}
