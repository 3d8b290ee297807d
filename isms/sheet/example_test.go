package sheet_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"

	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/sheet"
)

// A file is read whole or refused. Cells have their places, for whoever has to
// tell a person what is wrong with one.
func Example() {
	file := strings.NewReader("Risk;Score\nLaptop stolen;3.7\n\nFire;\n")
	book, err := sheet.Read(context.Background(), file, file.Size(), nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range book.Sheets {
		for _, row := range s.Rows {
			fmt.Printf("%s %q %s %q\n", s.Place(row.Number, 0), row.Cell(0).Text, row.Cell(1).Kind, row.Cell(1).Text)
		}
	}
	// Output:
	// A1 "Risk" text "Score"
	// A2 "Laptop stolen" number "3.7"
	// A4 "Fire" text ""
}

// An error has a reason for programs, and a text for people.
func ExampleError() {
	file := strings.NewReader("<html><table><tr><td>Risk</td></tr></table></html>")
	_, err := sheet.Read(context.Background(), file, file.Size(), nil)
	if e, ok := errors.AsType[*sheet.Error](err); ok {
		fmt.Println(e.Reason, "|", e.Text(lang.NL))
	}
	fmt.Println(err)
	// Output:
	// unrecognised | geen CSV- of XLSX-bestand
	// sheet: neither a CSV nor an XLSX file: HTML or XML, perhaps with another name
}
