package report_test

import (
	"fmt"
	"io"
	"strconv"
	"testing"

	"github.com/ismskit/ismskit/isms/report"
)

// statement is a table like a Statement of Applicability, of n rows.
func statement(n int) report.Document {
	t := report.Table{ID: "soa", Caption: "Controls", Columns: []report.Column{
		{Title: "Theme", Group: true},
		{Title: "Control"},
		{Title: "Title", Width: 30},
		{Title: "Applicable"},
		{Title: "Implemented"},
		{Title: "Risks", Kind: report.KindNumber},
		{Title: "Since", Kind: report.KindDate},
		{Title: "Justification", Width: 40},
	}}
	for i := range n {
		t.Rows = append(t.Rows, report.Row{ID: "c-" + strconv.Itoa(i), Cells: []report.Cell{
			report.Text(fmt.Sprintf("Theme %d", i/25)),
			report.Link("A.5."+strconv.Itoa(i), "controls.html#a-5-"+strconv.Itoa(i)),
			report.Text("Policies for the security of information"),
			report.Text("applicable").Toned(report.Neutral),
			report.Text("in part").Toned(report.Warn),
			report.Int(i % 7),
			report.Day("2026-03-31"),
			report.Text("Treats R-014 & R-021; required by contract with \"Voorbeeld\" (§ 4.2)."),
		}})
	}
	return report.Document{Title: "Statement of Applicability", Blocks: []report.Block{t}}
}

func BenchmarkRender(b *testing.B) {
	for _, rows := range []int{93, 10_000} {
		d := statement(rows)
		for name, f := range map[string]func() error{
			"HTML":     func() error { return report.HTML(io.Discard, d) },
			"Markdown": func() error { return report.Markdown(io.Discard, d) },
			"CSV":      func() error { return report.CSV(io.Discard, d.Blocks[0].(report.Table)) },
		} {
			b.Run(fmt.Sprintf("%s/%d", name, rows), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := f(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkHeatMap(b *testing.B) {
	h := sampleHeat("en")
	b.ReportAllocs()
	for b.Loop() {
		_ = h.SVG()
	}
}
