package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/internal/golden"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
)

func sampleMoves(l lang.Lang) report.HeatMap {
	in := func(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(l) }
	h := sampleHeat(l)
	move := func(label string, fx, fy, tx, ty int) report.Move {
		return report.Move{From: [2]int{fx, fy}, To: [2]int{tx, ty}, Label: label}
	}
	h.Movements = []report.Movement{
		{Name: in("from inherent to current risk", "van inherent naar huidig risico"), Moves: []report.Move{
			move("R-002", 4, 4, 4, 2), move("R-007", 3, 3, 1, 2), move("R-008", 3, 3, 1, 2), move("R-021", 3, 3, 3, 3),
		}},
		{Name: in("from current to expected residual risk (modelled)", "van huidig naar verwacht restrisico (model)"), Dashed: true, Moves: []report.Move{
			move("R-002", 4, 2, 2, 1), move("R-007", 1, 2, 0, 0), move("R-008", 1, 2, 0, 2),
		}},
	}
	return h
}

func sampleCurve(l lang.Lang) report.LossCurve {
	in := func(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(l) }
	c := report.LossCurve{
		Title:  in("Loss exceedance (modelled)", "Overschrijdingskans van schade (model)"),
		XTitle: in("Loss in a year, EUR", "Schade in een jaar, EUR"),
		YTitle: in("Chance that a year costs more", "Kans dat een jaar meer kost"),
		Lang:   l,
		Curves: []report.Curve{
			{Name: in("Today", "Vandaag"), Band: in("95 % confidence", "95 % betrouwbaarheid")},
			{Name: in("After treatment", "Na behandeling")},
		},
		Tolerance: report.Curve{Name: in("Tolerance", "Tolerantie"), Points: []report.CurvePoint{{Loss: 20e3, Chance: 0.8}, {Loss: 200e3, Chance: 0.3}, {Loss: 2e6, Chance: 0.05}}},
	}
	for i := range 40 {
		loss := 2e3 * math.Pow10(i/10) * float64(10+9*(i%10)) / 10
		x := float64(i) / 39
		p := 0.92 * (1 - x) * (1 - x*x/2)
		c.Curves[0].Points = append(c.Curves[0].Points, report.CurvePoint{Loss: loss, Chance: p, Low: p * 0.9, High: p + 0.05*(1-x)})
		c.Curves[1].Points = append(c.Curves[1].Points, report.CurvePoint{Loss: loss, Chance: p * (1 - x) * 0.6})
	}
	return c
}

func sampleTornado(l lang.Lang) report.Tornado {
	in := func(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(l) }
	return report.Tornado{
		Title:  in("What the expected loss depends on", "Waar de verwachte schade van afhangt"),
		XTitle: in("Expected loss in a year, EUR (modelled)", "Verwachte schade in een jaar, EUR (model)"),
		Lang:   l, Base: 412_000, BaseName: in("As estimated", "Zoals geschat"),
		LowName: in("at the low value", "bij de lage waarde"), HighName: in("at the high value", "bij de hoge waarde"),
		Bars: []report.TornadoBar{
			{in("Records in one breach", "Records in één lek"), 380_000, 470_000},
			{in("Ransomware events a year", "Gijzelsoftware per jaar"), 150_000, 980_000},
			{in("Share of days that the backup works", "Deel van de dagen dat de back-up werkt"), 700_000, 330_000},
			{in("Fine", "Boete"), 415_000, 450_000},
			{in("No influence", "Geen invloed"), 412_000, 412_000},
		},
	}
}

func sampleBars(l lang.Lang) report.Bars {
	in := func(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(l) }
	return report.Bars{
		Title:  in("Contribution to the tail loss", "Bijdrage aan de staartschade"),
		XTitle: in("Contribution, EUR (modelled)", "Bijdrage, EUR (model)"),
		Lang:   l, Total: in("Total", "Totaal"),
		Bars: []report.Bar{
			{"R-002 " + in("Ransomware", "Gijzelsoftware"), 1_250_000},
			{"R-014 " + in("Supplier loses customer data", "Leverancier verliest klantgegevens"), 480_000},
			{"R-007 " + in("Loss of a laptop", "Verlies van een laptop"), 12_500},
			{in("Insurance", "Verzekering"), -230_000},
			{in("Nothing", "Niets"), 0},
		},
	}
}

func TestFiguresGolden(t *testing.T) {
	for _, l := range []lang.Lang{lang.EN, lang.NL} {
		for name, svg := range map[string]report.SVG{
			"moves": sampleMoves(l).SVG(), "curve": sampleCurve(l).SVG(), "tornado": sampleTornado(l).SVG(), "bars": sampleBars(l).SVG(),
		} {
			if err := drawn(svg); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			golden.Check(t, name+"."+string(l)+".svg", strings.ReplaceAll(svg.String(), "><", ">\n<")+"\n") // a line for each shape
		}
	}
}

// drawn renders a drawing in a document, which reports what is wrong with it,
// and reads it back as XML.
func drawn(svg report.SVG) error {
	d := report.Document{Title: "t", Blocks: []report.Block{report.Figure{SVG: svg}}}
	if err := errors.Join(report.HTML(io.Discard, d), report.Markdown(io.Discard, d)); err != nil {
		return err
	}
	for x := xml.NewDecoder(strings.NewReader(svg.String())); ; {
		token, err := x.Token()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "script" {
			return errors.New("a script")
		}
	}
}

func TestFiguresSayInWordsWhatTheyShow(t *testing.T) {
	for want, svg := range map[string]report.SVG{
		"Overschrijdingskans van schade (model)":                                                sampleCurve("nl").SVG(),
		"Tolerantie: Schade in een jaar, EUR 2\u00a0mln: 5 %":                                   sampleCurve("nl").SVG(),
		"Vandaag: Schade in een jaar, EUR 2\u00a0k: 92 % (95 % betrouwbaarheid: 82,8 % – 97 %)": sampleCurve("nl").SVG(),
		"Ransomware events a year: at the low value: 150\u00a0k; at the high value: 980\u00a0k": sampleTornado("en").SVG(),
		"Total: 1.51\u00a0M":                 sampleBars("en").SVG(),
		"Insurance: -230\u00a0k":             sampleBars("en").SVG(),
		"Catastrophic → Likelihood Unlikely": sampleMoves("en").SVG(),
		"(R-007, R-008)":                     sampleMoves("en").SVG(),
		"Impact Major → Likelihood Likely, Impact Major: 1 (R-021)": sampleMoves("en").SVG(),
	} {
		var out bytes.Buffer
		if err := report.Markdown(&out, report.Document{Title: "t", Blocks: []report.Block{report.Figure{SVG: svg}}}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

// The same numbers, all of one kind: nothing, nought, equal, tiny, great.
func TestFiguresOfExtremeNumbers(t *testing.T) {
	for _, values := range [][]float64{
		{},
		{0},
		{1},
		{0, 0, 0},
		{7, 7, 7},
		{1e15},
		{1e15, 1e15 + 1},
		{1e-15, 1e15},
		{5e-324},
		{math.MaxFloat64 * 0x1p-970},
		{0, 1e18},
		{-1e18, 1e18},
		{-3, -2},
		{0.1, 0.2, 0.30000000000000004},
		{999_999, 1_000_000},
		make([]float64, 200),
	} {
		bars, tornado, curve := report.Bars{Total: "sum"}, report.Tornado{}, report.LossCurve{}
		for i, v := range values {
			if len(values) < 3 || v < 1e17 {
				bars.Bars = append(bars.Bars, report.Bar{Name: "n", Value: v})
			}
			tornado.Bars = append(tornado.Bars, report.TornadoBar{Name: "n", Low: v, High: -v})
			if v >= 0 && (i == 0 || v > values[i-1]) {
				curve.Tolerance.Points = append(curve.Tolerance.Points, report.CurvePoint{Loss: v, Chance: 1 / float64(i+1)})
			}
		}
		curve.Curves = []report.Curve{curve.Tolerance, {}}
		for name, svg := range map[string]report.SVG{"bars": bars.SVG(), "tornado": tornado.SVG(), "curve": curve.SVG()} {
			if err := drawn(svg); err != nil {
				t.Errorf("%s of %v: %v", name, values, err)
			}
			inside(t, name, svg.String())
		}
	}
}

// What is no number, or cannot be part of a figure, is refused: nothing is drawn
// that was not meant.
func TestFiguresRefuse(t *testing.T) {
	curve := func(points ...report.CurvePoint) report.SVG {
		return report.LossCurve{Title: "loss", Curves: []report.Curve{{Points: points}}}.SVG()
	}
	band := func(points ...report.CurvePoint) report.SVG {
		return report.LossCurve{Title: "loss", Curves: []report.Curve{{Band: "b", Points: points}}}.SVG()
	}
	cases := map[string]report.SVG{
		"five curves":            report.LossCurve{Curves: make([]report.Curve, 5)}.SVG(),
		"negative loss":          curve(report.CurvePoint{Loss: -1}),
		"losses that fall":       curve(report.CurvePoint{Loss: 2}, report.CurvePoint{Loss: 1}),
		"losses that stay":       curve(report.CurvePoint{Loss: 1}, report.CurvePoint{Loss: 1}),
		"chance above 1":         curve(report.CurvePoint{Loss: 1, Chance: 1.01}),
		"chance below 0":         curve(report.CurvePoint{Loss: 1, Chance: -0.1}),
		"chance that rises":      curve(report.CurvePoint{Loss: 1, Chance: 0.1}, report.CurvePoint{Loss: 2, Chance: 0.2}),
		"band beside the chance": band(report.CurvePoint{Loss: 1, Chance: 0.5, Low: 0.6, High: 0.7}),
		"band below the chance":  band(report.CurvePoint{Loss: 1, Chance: 0.5, Low: 0.3, High: 0.4}),
		"band above 1":           band(report.CurvePoint{Loss: 1, Chance: 0.5, Low: 0.3, High: 1.4}),
		"band that rises":        band(report.CurvePoint{Loss: 1, Chance: 0.5, Low: 0.3, High: 0.6}, report.CurvePoint{Loss: 2, Chance: 0.5, Low: 0.3, High: 0.7}),
		"tolerance that rises":   report.LossCurve{Tolerance: report.Curve{Points: []report.CurvePoint{{Loss: 1}, {Loss: 2, Chance: 1}}}}.SVG(),
		"tolerance with a band":  report.LossCurve{Tolerance: report.Curve{Band: "b"}}.SVG(),
		"sum too great":          report.Bars{Bars: []report.Bar{{Value: 9e17}, {Value: 9e17}}, Total: "sum"}.SVG(),
		"move off the map": report.HeatMap{
			X: []string{"x"}, Y: []string{"y"}, Cells: [][]report.HeatCell{{{}}}, Bands: []report.Band{{Name: "low", Colour: "#ffffff"}},
			Movements: []report.Movement{{Moves: []report.Move{{To: [2]int{0, 1}}}}},
		}.SVG(),
	}
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1.1e18} {
		name := strconv.FormatFloat(v, 'g', -1, 64)
		cases["bar "+name] = report.Bars{Bars: []report.Bar{{Value: v}}}.SVG()
		cases["tornado low "+name] = report.Tornado{Bars: []report.TornadoBar{{Low: v}}}.SVG()
		cases["tornado high "+name] = report.Tornado{Bars: []report.TornadoBar{{High: v}}}.SVG()
		cases["tornado base "+name] = report.Tornado{Base: v}.SVG()
		cases["loss "+name] = curve(report.CurvePoint{Loss: v})
		cases["chance "+name] = curve(report.CurvePoint{Loss: 1, Chance: v})
		cases["band low "+name] = band(report.CurvePoint{Loss: 1, Low: v, High: 1})
		cases["band high "+name] = band(report.CurvePoint{Loss: 1, High: v})
	}
	for name, svg := range cases {
		if err := drawn(svg); err == nil {
			t.Errorf("%s: drawn", name)
		}
		if strings.Contains(svg.String(), "NaN") || strings.Contains(svg.String(), "<rect") {
			t.Errorf("%s: something is drawn: %s", name, svg)
		}
	}
}

func TestFiguresOfHostileLabels(t *testing.T) {
	for _, s := range []string{"", "<script>alert(1)</script>", `" onload="x`, "]]>", strings.Repeat("W", 500), strings.Repeat("word ", 200), strings.Repeat("漢", 300), "سرقة البيانات", "\u202egpj.exe", "\x00\xff", "=1+1", "a\nb"} {
		for name, svg := range labelled(s) {
			if err := drawn(svg); err != nil {
				t.Errorf("%s of %q: %v", name, s, err)
			}
			for _, bad := range []string{"<script", `onload="`, "\u202e", "\x00"} {
				if strings.Contains(svg.String(), bad) {
					t.Errorf("%s of %q has %q", name, s, bad)
				}
			}
			inside(t, name, svg.String())
		}
	}
}

// labelled are the figures with one label everywhere.
func labelled(s string) map[string]report.SVG {
	heat := longHeat(s)
	heat.Movements = sampleMoves("en").Movements
	for i := range heat.Movements {
		heat.Movements[i].Name = s
		for j := range heat.Movements[i].Moves {
			heat.Movements[i].Moves[j].Label = s
		}
	}
	curve, tornado, bars := sampleCurve("nl"), sampleTornado("nl"), sampleBars("nl")
	curve.Title, curve.XTitle, curve.YTitle, curve.Tolerance.Name, curve.Curves[0].Band = s, s, s, s, s
	for i := range curve.Curves {
		curve.Curves[i].Name = s
	}
	tornado.Title, tornado.XTitle, tornado.BaseName, tornado.LowName, tornado.HighName = s, s, s, s, s
	bars.Title, bars.XTitle, bars.Total = s, s, s
	for i := range tornado.Bars {
		tornado.Bars[i].Name, bars.Bars[i].Name = s, s
	}
	return map[string]report.SVG{"heat map": heat.SVG(), "curve": curve.SVG(), "tornado": tornado.SVG(), "bars": bars.SVG()}
}

// A curve of very many points costs no more bytes than one of a screen.
func TestCurveOfManyPoints(t *testing.T) {
	var c report.Curve
	for i := range 1 << 16 {
		c.Points = append(c.Points, report.CurvePoint{Loss: float64(1000 + i), Chance: 1 - float64(i)/(1<<16)})
	}
	if n := len(report.LossCurve{Curves: []report.Curve{c}}.SVG().String()); n > 20_000 {
		t.Errorf("the drawing has %d bytes, want at most 20000", n)
	}
}

// Each decade takes the same room, and a loss stands where its logarithm is.
func TestLogAxis(t *testing.T) {
	c := report.LossCurve{Tolerance: report.Curve{}}
	losses := []float64{0, 1, 2, 5, 10, 20, 50, 99.999, 100, 1000}
	for i, loss := range losses {
		c.Tolerance.Points = append(c.Tolerance.Points, report.CurvePoint{Loss: loss, Chance: 1 - float64(i)/10})
	}
	_, rest, _ := strings.Cut(c.SVG().String(), `stroke="#a32633"`)
	line := c.SVG().String()[:len(c.SVG().String())-len(rest)]
	line = line[strings.LastIndex(line, `points="`)+len(`points="`):]
	line, _, _ = strings.Cut(line, `"`)
	var xs []int
	for p := range strings.FieldsSeq(line) {
		x, _, _ := strings.Cut(p, ",")
		xs = append(xs, number(t, x))
	}
	if len(xs) != len(losses) {
		t.Fatalf("%d points drawn, want %d", len(xs), len(losses))
	}
	left, width := xs[0], xs[len(xs)-1]-xs[0]
	for i, loss := range losses[1:] {
		want := left + int(math.Log10(loss)*float64(width)/3)
		if got := xs[i+1]; got < want-1 || got > want+1 {
			t.Errorf("loss %v stands at %d, want %d", loss, got, want)
		}
	}
}

// What has no room of its own is counted and added up.
func TestBarsAddUpWhatIsLeftOut(t *testing.T) {
	b := report.Bars{Total: "all"}
	for i := range 30 {
		b.Bars = append(b.Bars, report.Bar{Name: "n" + strconv.Itoa(i), Value: float64(i)})
	}
	svg := b.SVG().String()
	for _, want := range []string{">n23</text>", ">+6</text>", ">159</text>", ">435</text>", "n29: 29"} {
		if !strings.Contains(svg, want) {
			t.Errorf("30 bars: no %s", want)
		}
	}
	if strings.Contains(svg, ">n24</text>") {
		t.Error("30 bars: the 25th is drawn")
	}
}

// Twelve decades are shown at most, those of the greatest losses.
func TestLogAxisIsBounded(t *testing.T) {
	svg := report.LossCurve{Tolerance: report.Curve{Points: []report.CurvePoint{{Loss: 1e-15, Chance: 1}, {Loss: 1e15}}}}.SVG().String()
	if !strings.Contains(svg, ">1\u00a0k</text>") || strings.Contains(svg, ">0</text>") {
		t.Errorf("the axis of 1e-15 to 1e15 does not begin at 1 k:\n%s", svg)
	}
}
