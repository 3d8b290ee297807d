package report_test

import (
	html5 "html"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/isms/report"
)

func contrast(a, b string) float64 {
	l := func(c string) float64 {
		sum := 0.0
		for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
			n, _ := strconv.ParseUint(c[1+2*i:3+2*i], 16, 8)
			v := float64(n) / 255
			if v > 0.04045 {
				v = math.Pow((v+0.055)/1.055, 2.4)
			} else {
				v /= 12.92
			}
			sum += weight * v
		}
		return sum
	}
	x, y := l(a)+0.05, l(b)+0.05
	return max(x, y) / min(x, y)
}

func TestTextsInTheHeatMapCanBeRead(t *testing.T) {
	text := regexp.MustCompile(`fill="(#[0-9a-f]{6})">low<`)
	var colours []string
	for n := range 12 {
		for i := range n {
			colours = append(colours, report.Ramp(i, n))
		}
	}
	for grey := range 256 {
		b := strconv.FormatInt(int64(0x100|grey), 16)[1:]
		colours = append(colours, "#"+b+b+b)
	}
	for _, c := range colours {
		h := report.HeatMap{X: []string{"x"}, Y: []string{"y"}, Cells: [][]report.HeatCell{{{}}}, Bands: []report.Band{{Name: "low", Colour: c}}}
		m := text.FindStringSubmatch(h.SVG().String())
		if m == nil {
			t.Fatalf("no band name on %s", c)
		}
		if got := contrast(c, m[1]); got < 4.5 {
			t.Errorf("contrast of %s on %s = %.2f, want 4.5", m[1], c, got)
		}
	}
}

func TestRampFallsInLightness(t *testing.T) {
	for n := 2; n < 11; n++ {
		for i := 1; i < n; i++ {
			if a, b := contrast(report.Ramp(i-1, n), "#000000"), contrast(report.Ramp(i, n), "#000000"); a <= b {
				t.Errorf("Ramp(%d, %d) is not darker than the step before", i, n)
			}
		}
	}
	if got := report.Ramp(-1, 0) + report.Ramp(9, 1); got != "#fff7d6#8b1a2b" {
		t.Errorf("Ramp outside its range = %s, want its ends", got)
	}
}

func TestHeatMapCountsWhatDoesNotFit(t *testing.T) {
	h := sampleHeat("en")
	h.Cells[0][0].Labels = nil
	for i := range 1000 {
		h.Cells[0][0].Labels = append(h.Cells[0][0].Labels, "R-"+strconv.Itoa(1000+i))
	}
	h.Lane.Labels = append(h.Lane.Labels, h.Cells[0][0].Labels...)
	svg := h.SVG().String()
	for _, want := range []string{">1000</text>", ">1003</text>", "very low: 1000 (R-1000, R-1001,", "R-1999)"} {
		if !strings.Contains(svg, want) {
			t.Errorf("heat map has no %s", want)
		}
	}
	// a cell has room for two lines; what it prints and what it counts is all
	m := regexp.MustCompile(`>(R-1000[^<]*)</text><text [^>]*>([^<]*) · \+(\d+)</text>`).FindStringSubmatch(svg)
	if m == nil {
		t.Fatal("the full cell does not say how many labels it left out")
	}
	if printed := strings.Count(m[1]+m[2], "R-"); printed+number(t, m[3]) != 1000 {
		t.Errorf("the full cell prints %d labels and leaves out %s, want 1000 together", printed, m[3])
	}
}

func TestTextsStayInsideDrawings(t *testing.T) {
	for _, s := range []string{"x", strings.Repeat("W", 500), strings.Repeat("word ", 200), strings.Repeat("漢", 300)} {
		inside(t, "heat map", longHeat(s).SVG().String())
		inside(t, "wheel", longWheel(s).SVG().String())
	}
}

// inside reports texts that leave their drawing.
func inside(t *testing.T, name, svg string) {
	t.Helper()
	element := regexp.MustCompile(`<text x="(-?\d+)" y="(-?\d+)" font-size="(\d+)"[^>]*?( text-anchor="(\w+)")?>([^<]*)</text>`)
	size := regexp.MustCompile(`<svg [^>]*width="(\d+)" height="(\d+)"`)
	m := size.FindStringSubmatch(svg)
	width, height := number(t, m[1]), number(t, m[2])
	for _, e := range element.FindAllStringSubmatch(svg, -1) {
		x, y := number(t, e[1]), number(t, e[2])
		w := likelyWidth(html5.UnescapeString(e[6])) * number(t, e[3]) / 100
		switch e[5] {
		case "middle":
			x -= w / 2
		case "end":
			x -= w
		}
		if x < 0 || x+w > width || y > height {
			t.Errorf("%s: text %q from %d to %d at %d leaves the drawing of %d by %d", name, e[6], x, x+w, y, width, height)
		}
	}
}

func likelyWidth(s string) int {
	w := 0
	for _, r := range s {
		switch {
		case r > 0x2e80:
			w += 100
		case r == 'W':
			w += 95
		default:
			w += 50
		}
	}
	return w
}

func longHeat(s string) report.HeatMap {
	h := sampleHeat("en")
	h.XTitle, h.YTitle, h.Lane.Title = s, s, s
	for i := range h.X {
		h.X[i], h.Y[i] = s, s
		h.Bands[i].Name = s
		h.Lane.Labels = append(h.Lane.Labels, s)
		for j := range h.X {
			h.Cells[i][j].Labels = []string{s, s, s}
		}
	}
	return h
}

func longWheel(s string) report.Wheel {
	w := sampleWheel("en")
	for i := range w.Phases {
		w.Phases[i].Name = s
		w.Phases[i].Lines = slices.Repeat([]string{s}, 12)
	}
	return w
}

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
