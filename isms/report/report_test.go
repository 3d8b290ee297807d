package report_test

import (
	"encoding/csv"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms/report"
)

func TestSameInputSameBytes(t *testing.T) {
	all := func() string {
		d := sample("nl")
		return html(t, d) + markdown(t, d) + csvOf(t, sampleTable("nl")) + render(t, report.XLSX, d) + render(t, report.DOCX, d)
	}
	want := all()
	local, procs := time.Local, runtime.GOMAXPROCS(0)
	defer func() { time.Local = local; runtime.GOMAXPROCS(procs) }()
	for i := range 100 {
		zone := []string{"UTC", "Asia/Kolkata", "America/St_Johns", "Europe/Amsterdam"}[i%4]
		t.Setenv("TZ", zone)
		t.Setenv("LC_ALL", []string{"C", "nl_NL.UTF-8", "tr_TR.UTF-8"}[i%3])
		time.Local = time.FixedZone(zone, 3600*(i%24-12))
		runtime.GOMAXPROCS(1 + i%3)
		if got := all(); got != want {
			t.Fatalf("rendering %d differs (-want +got):\n%s", i, cmp.Diff(want, got))
		}
	}
}

func TestRenderingsAtTheSameTime(t *testing.T) {
	d := sample("en")
	want := html(t, d)
	got := make(chan string, 8)
	for range cap(got) {
		go func() {
			var out strings.Builder
			_ = report.HTML(&out, d)
			got <- out.String()
		}()
	}
	for range cap(got) {
		if g := <-got; g != want {
			t.Errorf("a parallel rendering differs (-want +got):\n%s", cmp.Diff(want, g))
		}
	}
}

// A 1,000-row table has 1,000 rows in every rendering: nothing is lost or
// doubled (SimpleRisk printed 316 rows for 51 controls).
func TestEveryRowOnce(t *testing.T) {
	d := statement(1000)
	if got := strings.Count(html(t, d), `<tr id="c-`); got != 1000 {
		t.Errorf("HTML has %d rows, want 1000", got)
	}
	if got := strings.Count(html(t, d), `<tr class="group">`); got != 40 {
		t.Errorf("HTML has %d groups, want 40", got)
	}
	if got := strings.Count(markdown(t, d), `<a id="c-`); got != 1000 {
		t.Errorf("Markdown has %d rows, want 1000", got)
	}
	if got := len(cellsOf(t, unpack(t, report.XLSX, d)["xl/worksheets/sheet2.xml"], 0)); got != 1001 {
		t.Errorf("XLSX has %d rows, want 1001", got)
	}
	if got := strings.Count(unpack(t, report.DOCX, d)["word/document.xml"], "<w:tr>"); got != 1041 {
		t.Errorf("DOCX has %d rows, want 1000, 40 groups and the titles", got)
	}
	records, err := csv.NewReader(strings.NewReader(csvOf(t, d.Blocks[0].(report.Table)))).ReadAll()
	if err != nil || len(records) != 1001 {
		t.Errorf("CSV has %d records (%v), want 1001", len(records), err)
	}
}

func TestMistakesOfABuilder(t *testing.T) {
	one := []report.Column{{Title: "c"}}
	heat := func(change func(h *report.HeatMap)) report.Block {
		h := sampleHeat("en")
		change(&h)
		return report.Figure{SVG: h.SVG()}
	}
	for want, b := range map[string]report.Block{
		`level 4: want 1 to 3`:                                   report.Heading{Level: 4},
		`id "a b": want letters, digits, dot, underscore`:        report.Heading{ID: "a b"},
		`id "x\"y": want letters`:                                report.Table{ID: `x"y`, Columns: one},
		`id "taken": used twice`:                                 report.Figure{ID: "taken"},
		`want a block of this package, by value`:                 &report.Table{Columns: one},
		`block 1 (<nil>)`:                                        nil,
		`figure "f": a drawing of 0 by 0`:                        report.Figure{Caption: "f"},
		`no columns`:                                             report.Table{Caption: "t"},
		`1 of 1 columns are groups: want at most one`:            report.Table{Columns: []report.Column{{Group: true}}},
		`2 of 3 columns are groups`:                              report.Table{Columns: []report.Column{{Group: true}, {Group: true}, {}}},
		`table "t": row 1: 2 cells, want 1`:                      report.Table{Caption: "t", Columns: one, Rows: []report.Row{{Cells: make([]report.Cell, 1)}, {Cells: make([]report.Cell, 2)}}},
		`table "h": every column is hidden`:                      report.Table{Caption: "h", Columns: []report.Column{{Hidden: true}}},
		`row 0: id "taken": used twice`:                          report.Table{Columns: one, Rows: []report.Row{{ID: "taken", Cells: make([]report.Cell, 1)}}},
		`row 1: 2 cells, want 5`:                                 heat(func(h *report.HeatMap) { h.Cells[1] = h.Cells[1][:2] }),
		`5 rows of cells for scales of 4 by 5 steps`:             heat(func(h *report.HeatMap) { h.Y = h.Y[:4] }),
		`row 0: cell 0: band 9, want 0 to 4`:                     heat(func(h *report.HeatMap) { h.Cells[0][0].Band = 9 }),
		`colour "red\"/><script>": want #rrggbb`:                 heat(func(h *report.HeatMap) { h.Bands[0].Colour = `red"/><script>` }),
		`colour "#+12345": want #rrggbb`:                         heat(func(h *report.HeatMap) { h.Bands[0].Colour = `#+12345` }),
		`document "doc": block 1 (report.Table): table "broken"`: report.Table{Caption: "broken"},
	} {
		d := report.Document{Title: "doc", Blocks: []report.Block{report.Heading{ID: "taken"}, b}}
		for name, f := range documents() {
			var out strings.Builder
			err := f(&out, d)
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s error = %v, want %s", name, err, want)
			}
			if out.Len() > 0 {
				t.Errorf("%s wrote %d bytes beside the error %v", name, out.Len(), err)
			}
		}
	}
	for _, f := range documents() {
		if err := f(io.Discard, report.Document{}); err == nil || err.Error() != "document: no title" {
			t.Errorf("error without title = %v", err)
		}
	}
	if err := report.CSV(io.Discard, report.Table{Caption: "t"}); err == nil {
		t.Error("CSV without columns: no error")
	}
}

// documents are the renderings of a whole document.
func documents() map[string]func(io.Writer, report.Document) error {
	return map[string]func(io.Writer, report.Document) error{"HTML": report.HTML, "Markdown": report.Markdown, "XLSX": report.XLSX, "DOCX": report.DOCX}
}

type full struct{ room int }

var errFull = errors.New("disk full")

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestWriteErrorsAreReturned(t *testing.T) {
	d := statement(2000)
	for _, room := range []int{0, 70_000} {
		for name, err := range map[string]error{
			"HTML":     report.HTML(&full{room}, d),
			"Markdown": report.Markdown(&full{room}, d),
			"XLSX":     report.XLSX(&full{room / 2}, d), // it is packed
			"DOCX":     report.DOCX(&full{room / 2}, d),
			"CSV":      report.CSV(&full{room}, d.Blocks[0].(report.Table)),
		} {
			if !errors.Is(err, errFull) {
				t.Errorf("%s on a disk of %d bytes: error = %v, want %v", name, room, err, errFull)
			}
		}
	}
}

// On a phone the page never scrolls sideways: what may be wide stands in a
// container that scrolls by itself.
// contrast is the contrast ratio of WCAG 2 between two colours.
// No text reaches beyond the drawing, whatever the labels.
// likelyWidth is in hundredths of the font size, apart from the estimate in
// the package.

// once fails at its first write, and would take the rest.
type once struct{ failed bool }

func (o *once) Write(p []byte) (int, error) {
	if !o.failed {
		o.failed = true
		return 0, errFull
	}
	return len(p), nil
}

// A file with a hole in it is an error too, whatever came after it.
func TestTheFirstErrorIsKept(t *testing.T) {
	for name, f := range documents() {
		if err := f(&once{}, statement(3000)); !errors.Is(err, errFull) {
			t.Errorf("%s = %v, want %v", name, err, errFull)
		}
	}
}
