package report_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"strings"

	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
)

// Example builds one document and renders it twice.
func Example() {
	table := report.Table{
		Caption: "Risico's",
		Columns: []report.Column{{Title: "Id"}, {Title: "Risico"}, {Title: "Niveau"}, {Title: "CVSS", Kind: report.KindNumber}},
	}
	table.Rows = append(table.Rows, report.Row{ID: "r-014", Cells: []report.Cell{
		report.Text("R-014"),
		report.Text("=HYPERLINK(\"x\") | phishing"), // from outside
		report.Text("hoog").Toned(report.Bad),
		report.Decimal(98, 1),
	}})
	doc := report.Document{
		Title:  "Risicoregister",
		Lang:   lang.NL,
		Meta:   []report.Field{{Name: "Peildatum", Value: report.Day("2026-03-31")}},
		Blocks: []report.Block{report.Heading{Text: "Overzicht"}, table},
	}
	if err := report.Markdown(os.Stdout, doc); err != nil {
		fmt.Println(err)
	}
	var out strings.Builder
	if err := report.CSV(&out, table); err != nil {
		fmt.Println(err)
	}
	fmt.Print(strings.ReplaceAll(out.String(), "\r\n", "\n"))
	// Output:
	// # Risicoregister
	//
	// - **Peildatum**: 2026-03-31
	//
	// ## Overzicht
	//
	// **Risico's**
	//
	// | Id | Risico | Niveau | CVSS |
	// | --- | --- | --- | ---: |
	// | <a id="r-014"></a>R-014 | =HYPERLINK("x") \| phishing | hoog | 9,8 |
	// "Id","Risico","Niveau","CVSS"
	// "R-014","'=HYPERLINK(""x"") | phishing","hoog",9.8
}

// ExampleXLSX makes a table that somebody fills in and sends back: the first
// column is hidden, the last one offers what may be chosen.
func ExampleXLSX() {
	doc := report.Document{Title: "Statement of Applicability", Blocks: []report.Block{report.Table{
		Caption: "Controls",
		Columns: []report.Column{
			{Title: "key", Hidden: true},
			{Title: "Control"},
			{Title: "Applicable", Choices: []string{"yes", "no"}},
		},
		Rows: []report.Row{{Cells: []report.Cell{
			report.Text("control/a-5-1@3"), report.Text("A.5.1"), report.Text("yes").Toned(report.Good),
		}}},
	}}}
	var file bytes.Buffer
	if err := report.XLSX(&file, doc); err != nil {
		fmt.Println(err)
	}
	sheets, err := zip.NewReader(bytes.NewReader(file.Bytes()), int64(file.Len()))
	fmt.Println(len(sheets.File), "parts,", err)
	// Output: 8 parts, <nil>
}
