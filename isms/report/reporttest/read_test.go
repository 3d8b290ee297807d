package reporttest_test

import (
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/ismskit/ismskit/isms/report"
)

func TestReader(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	if got := report.Text("x").Text; got != "x" || f.SheetCount != 1 {
		t.Errorf("Text(x) = %q, %d sheets", got, f.SheetCount)
	}
}
