package spreadsheet_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/isms/sheet"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/risk/spreadsheet"
)

// A register from a spreadsheet becomes records, in one transaction.
func Example() {
	ctx := context.Background()
	space := isms.Open(memstore.New(), nil).Space("acme").As(isms.Person("p-1"))
	matrix := risk.Matrix5()
	err := space.Update(ctx, "methodology", func(tx *isms.Tx) error { return risk.Methodologies(tx).Put(&matrix) })
	if err != nil {
		fmt.Println(err)
		return
	}

	file := strings.NewReader("Nr;Risico;Kans;Impact;Niveau;Behandeling;Kosten\n" +
		"R-1;Laptop gestolen;4;3;laag;mitigeren;1200\n" +
		"R-2;Brand;;;hoog;;\n")
	book, err := sheet.Read(ctx, file, file.Size(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	err = space.Update(ctx, "register of 2025", func(tx *isms.Tx) error {
		in, err := risk.ReadInputs(tx)
		if err != nil {
			return err
		}
		imported, err := spreadsheet.Read(book.Sheets[0], spreadsheet.Mapping{}, in)
		if err != nil {
			return err
		}
		for _, r := range imported.Risks {
			fmt.Println(r.ID, r.Title, r.Current.Likelihood, r.Current.Impact, r.Treatment.Options)
		}
		for _, o := range imported.Omissions {
			fmt.Println(o.Text("en"))
		}
		return imported.Apply(tx)
	})
	fmt.Println(err)

	// a score that is not on the scale
	file = strings.NewReader("Nr;Risk;Likelihood\nR-3;Flood;3.7\n")
	if book, err = sheet.Read(ctx, file, file.Size(), nil); err != nil {
		fmt.Println(err)
		return
	}
	_, err = spreadsheet.Read(book.Sheets[0], spreadsheet.Mapping{}, risk.Inputs{Methodologies: []risk.Methodology{matrix}})
	if problems, ok := errors.AsType[*isms.ProblemError](err); ok {
		fmt.Println(problems.Problems[0].Where, problems.Problems[0].Args["have"])
	}
	// Output:
	// r-1 Laptop gestolen 4 3 [mitigate]
	// r-2 Brand 0 0 []
	// G1: column Kosten, with 1 values, is not taken over
	// E2: risk/r-1: the file says laag, and by the methodology it is High: that counts
	// E3: risk/r-2: hoog without likelihood and impact: the risk is not assessed
	// <nil>
	// C2 3.7
}
