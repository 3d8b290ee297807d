package spreadsheet_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/isms/sheet"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/risk/spreadsheet"
)

// newSpace is a space with a methodology of 5 by 5, persons, roles, assets and
// an own control.
func newSpace(tb testing.TB) *isms.Space {
	tb.Helper()
	space := isms.Open(memstore.New(), nil).Space("acme").As(isms.Person("p-1"))
	err := space.Update(tb.Context(), "start", func(tx *isms.Tx) error {
		m := risk.Matrix5()
		m.Rev = 0
		return errors.Join(
			risk.Methodologies(tx).Put(&m),
			isms.Persons(tx).Put(&isms.Individual{Common: isms.Common{ID: "p-1", Label: "AJ"}, Name: "Ann Jansen"}),
			isms.Persons(tx).Put(&isms.Individual{Common: isms.Common{ID: "p-2"}, Name: "Jan de Vries"}),
			isms.Persons(tx).Put(&isms.Individual{Common: isms.Common{ID: "p-3"}, Name: "Jan de Vries"}),
			isms.Roles(tx).Put(&isms.Role{Common: isms.Common{ID: "ciso"}, Title: isms.Text{"en": "Security officer", "nl": "Beveiligingsfunctionaris"}}),
			isms.Assets(tx).Put(&isms.Asset{Common: isms.Common{ID: "laptops"}, Title: isms.Plain("Laptops"), Type: isms.AssetHardware}),
			isms.Assets(tx).Put(&isms.Asset{Common: isms.Common{ID: "crm"}, Title: isms.Plain("Customers, all of them"), Type: isms.AssetInformation}),
			isms.Controls(tx).Put(&isms.Control{Common: isms.Common{ID: "guard-dog", Label: "OC-1"}, Title: isms.Plain("Guard dog")}),
		)
	})
	if err != nil {
		tb.Fatal(err)
	}
	return space
}

func inputs(tb testing.TB, space *isms.Space) risk.Inputs {
	tb.Helper()
	var in risk.Inputs
	err := space.View(tb.Context(), func(tx *isms.Tx) (err error) {
		in, err = risk.ReadInputs(tx)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return in
}

// table reads CSV as a sheet.
func table(tb testing.TB, csv string) sheet.Sheet {
	tb.Helper()
	return book(tb, []byte(csv)).Sheets[0]
}

func book(tb testing.TB, b []byte) *sheet.Book {
	tb.Helper()
	got, err := sheet.Read(context.Background(), bytes.NewReader(b), int64(len(b)), nil)
	if err != nil {
		tb.Fatal(err)
	}
	return got
}

// problems are those of an error, as "code place: have".
func problems(tb testing.TB, err error) []string {
	tb.Helper()
	if err == nil {
		return nil
	}
	var p *isms.ProblemError
	if !errors.As(err, &p) {
		tb.Fatalf("error = %v, want problems", err)
	}
	var out []string
	for _, x := range p.Problems {
		out = append(out, line(x.Code, x.Where, x.Args))
	}
	return out
}

func omissions(i spreadsheet.Imported) []string {
	var out []string
	for _, x := range i.Omissions {
		out = append(out, line(x.Code, x.Where, x.Args))
	}
	return out
}

func line(code isms.Code, where string, args map[string]string) string {
	s := strings.TrimPrefix(string(code), "risksheet/") + " " + where
	if have := args["have"]; have != "" {
		s += ": " + have
	}
	return s
}

func mustRead(tb testing.TB, csv string, m spreadsheet.Mapping, in risk.Inputs) spreadsheet.Imported {
	tb.Helper()
	got, err := spreadsheet.Read(table(tb, csv), m, in)
	if err != nil {
		tb.Fatalf("Read = %v, want nil", err)
	}
	return got
}
