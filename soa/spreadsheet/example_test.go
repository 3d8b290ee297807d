package spreadsheet_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/isms/sheet"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/soa/spreadsheet"
)

// Example sends a statement away as XLSX. What comes back is read, shown and
// recorded.
func Example() {
	ctx := context.Background()
	space := isms.Open(memstore.New(), nil).Space("acme").As(isms.Person("jan"))
	var file bytes.Buffer
	err := space.Update(ctx, "", func(tx *isms.Tx) error {
		in, err := soa.ReadInputs(tx)
		if err != nil {
			return err
		}
		statement := soa.Compile(in, isms.Day(2026, 3, 31))
		return report.XLSX(&file, spreadsheet.Document(statement, in.Controls, lang.EN))
	})
	if err != nil {
		log.Fatal(err)
	}

	book, err := sheet.Read(ctx, bytes.NewReader(file.Bytes()), int64(file.Len()), nil)
	if err != nil {
		log.Fatal(err)
	}
	colleague(book) // fills in two cells

	returned, err := spreadsheet.Read(book)
	if err != nil {
		log.Fatal(err)
	}
	err = space.Update(ctx, "statement returned by Ann", func(tx *isms.Tx) error {
		outcome, err := returned.Apply(tx)
		for _, c := range outcome.Changes {
			fmt.Printf("%s: %s, %s: %q, was %q\n", c.Where, c.Control, c.Field, c.Now, c.Was)
		}
		return err
	})
	fmt.Println(err)
	// Output:
	// Controls!F90: A.8.30, exclude: "no development is outsourced", was ""
	// <nil>
}

func colleague(b *sheet.Book) {
	for _, s := range b.Sheets {
		for _, row := range s.Rows {
			if row.Cell(0).Text == "A.8.30" {
				row.Cells[3].Text = "not applicable"
				row.Cells[5].Text = "no development is outsourced"
			}
		}
	}
}

// A statement of the 2013 edition becomes a draft for 2022. Nothing in it is
// decided: its records are drafts that quote the old reasons.
func ExampleTransition() {
	file := strings.NewReader(`Nr;Van toepassing;Onderbouwing
A.13.2.1;ja;klanten sturen bestanden
A.13.2.2;nee;geen overeenkomsten
A.13.2.3;ja;wij mailen
A.14.2.7;n.v.t.;niets uitbesteed
`)
	book, err := sheet.Read(context.Background(), file, file.Size(), nil)
	if err != nil {
		log.Fatal(err)
	}
	draft, omissions, err := spreadsheet.Transition(book.Sheets[0], spreadsheet.Mapping{
		Control: "Nr", Applicable: "Van toepassing", Justification: "Onderbouwing",
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range draft.Proposals {
		if len(p.From) > 0 {
			fmt.Println(p.Control, p.Decision, p.Why)
		}
	}
	fmt.Println(len(draft.Missing), "controls of 2013 are missing;", omissions[0].Text(lang.EN))
	fmt.Println(draft.Controls()[1].Exclude.In(lang.NL))
	// Output:
	// A.5.14 undecided disagree
	// A.8.30 excluded carried
	// 110 controls of 2013 are missing; no row is about A.5.1.1
	// ISO/IEC 27001:2013, ingetrokken sinds 31 oktober 2025:
	// A.14.2.7, niet van toepassing: ‘niets uitbesteed’
}
