package report_test

import (
	"testing"

	"github.com/ismskit/ismskit/internal/golden"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
)

func TestGolden(t *testing.T) {
	for _, l := range []lang.Lang{lang.EN, lang.NL} {
		d := sample(l)
		golden.Check(t, "sample."+string(l)+".html", []byte(html(t, d)))
		golden.Check(t, "sample."+string(l)+".md", []byte(markdown(t, d)))
		golden.Check(t, "sample."+string(l)+".xlsx.txt", listing(unpack(t, report.XLSX, d)))
		golden.Check(t, "sample."+string(l)+".docx.txt", listing(unpack(t, report.DOCX, d)))
		golden.Check(t, "risks."+string(l)+".csv", []byte(csvOf(t, sampleTable(l))))
		golden.Check(t, "controls."+string(l)+".csv", []byte(csvOf(t, sampleControls(l))))
		golden.Check(t, "heat."+string(l)+".svg", []byte(sampleHeat(l).SVG().String()))
		golden.Check(t, "wheel."+string(l)+".svg", []byte(sampleWheel(l).SVG().String()))
	}
}
