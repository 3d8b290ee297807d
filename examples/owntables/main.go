// Command owntables is a host with tables of its own: it takes the rules of risk,
// soa and conformity as plain functions of plain values, and uses no store of
// ours.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/pdca/conformity"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
)

func main() {
	if err := run(os.Stdout, sample(), isms.Day(2026, 6, 30)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(w io.Writer, db database, today isms.Date) error {
	m := risk.Matrix5()
	m.Rev = 1 // a host that keeps no history counts the versions of its methodology itself
	methodologies := []risk.Methodology{m}
	risks, err := db.toRisks(m)
	if err != nil {
		return err
	}
	controls, err := db.toControls()
	if err != nil {
		return err
	}
	persons := db.toPersons()

	register := risk.NewRegister(risk.Inputs{Risks: risks, Methodologies: methodologies, Controls: controls, Persons: persons}, today)
	for _, row := range register.Rows {
		fmt.Fprintf(w, "%s %s: %s\n", row.Risk.Name(), row.Risk.Title, row.Current.Label(lang.EN))
	}

	statement := soa.Compile(soa.Inputs{Risks: risks, Controls: controls, Methodologies: methodologies, Persons: persons}, today)
	for _, id := range []isms.ControlID{"A.8.5", "A.8.30"} {
		fmt.Fprintln(w, statement.Why(id))
	}

	assessment := conformity.Assess(conformity.Inputs{Risks: risks, Controls: controls, Methodologies: methodologies, Persons: persons}, today)
	for _, f := range assessment.Findings {
		if f.Verdict == isms.Gap && f.Rule == "conformity/risk-owner" {
			fmt.Fprintf(w, "%s: %s (%s)\n", f.Verdict.Label(lang.EN), f.Text(lang.EN), f.Basis)
		}
	}
	return nil
}
