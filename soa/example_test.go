package soa_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
)

// Example writes a Statement of Applicability as CSV. For a page, give
// statement.Report(lang.EN) to report.HTML.
func Example() {
	statement := soa.Compile(soa.Inputs{
		Risks: []risk.Risk{{
			Common: isms.Common{ID: "r-1", Label: "R-1", Status: isms.Approved}, Title: isms.Plain("Laptop stolen"),
			Treatment: risk.Treatment{Controls: []isms.ControlID{"A.7.9", "A.8.1"}},
		}},
		Controls: []isms.Control{{Ref: "A.8.30", Exclude: isms.Plain("no development is outsourced")}},
	}, isms.Day(2026, 3, 31))
	var csv strings.Builder
	if err := report.CSV(&csv, statement.Table(lang.EN)); err != nil {
		log.Fatal(err)
	}
	fmt.Println(strings.Count(csv.String(), "\n"), "lines")
	fmt.Println(statement.Why("A.7.9"))
	// Output:
	// 94 lines
	// A.7.9 Security of assets off-premises is included, because of:
	// - risk treatment: R-1 Laptop stolen (current risk: not assessed; ranks as the greatest possible) [risk/r-1]
}
