package register_test

import (
	"fmt"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/register"
	"github.com/ismskit/ismskit/isms/report"
)

// Example prints which assets need more than they were rated for. The same
// document can be given to report.HTML, report.XLSX and report.DOCX.
func Example() {
	high := isms.Needs{Confidentiality: isms.High, Integrity: isms.High, Availability: isms.High}
	low := isms.Needs{Confidentiality: isms.Low, Integrity: isms.Low, Availability: isms.Low}
	in := register.Inputs{Assets: []isms.Asset{
		{Common: isms.Common{ID: "payroll"}, Title: isms.Plain("Payroll"), Needs: high, DependsOn: []isms.Ref[isms.Asset]{"server"}},
		{Common: isms.Common{ID: "server"}, Title: isms.Plain("Server"), Needs: low},
	}}
	doc := register.Assets(in, isms.Day(2026, 3, 31), lang.EN)
	for _, b := range doc.Blocks {
		table, ok := b.(report.Table)
		if !ok || table.ID != "assets" {
			continue
		}
		table.Columns = table.Columns[:6] // up to confidentiality
		for i := range table.Rows {
			table.Rows[i].Cells = table.Rows[i].Cells[:6]
		}
		var out strings.Builder
		if err := report.CSV(&out, table); err != nil {
			fmt.Println(err)
		}
		fmt.Print(strings.ReplaceAll(out.String(), "\r\n", "\n"))
	}
	// Output:
	// "No.","Asset","Type","Owner","Classification","Confidentiality"
	// "payroll","Payroll","","none","not classified","high"
	// "server","Server","","none","not classified","high, inherited from Payroll; own: low"
}
