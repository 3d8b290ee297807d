// Command statement writes a Statement of Applicability: the program of the README.
package main

import (
	"log"
	"os"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
)

func main() {
	theft := risk.Risk{Title: isms.Plain("Laptop stolen")}
	theft.Treatment.Controls = []isms.ControlID{"A.7.9", "A.8.1", "A.8.24"}
	statement := soa.Compile(soa.Inputs{
		Organization: isms.Organization{Name: isms.Plain("Acme")},
		Risks:        []risk.Risk{theft},
		Controls:     []isms.Control{{Ref: "A.8.30", Exclude: isms.Plain("We have no software made by others.")}},
	}, isms.Day(2026, 11, 16))
	if err := report.HTML(os.Stdout, statement.Report("en")); err != nil {
		log.Fatal(err)
	}
}
