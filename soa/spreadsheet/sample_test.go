package spreadsheet_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/isms/sheet"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/soa/spreadsheet"
)

var today = isms.Day(2026, 3, 31)

func plain(s string) isms.Text { return isms.Plain(s) }

// bakery is a space with some of everything that a statement has.
func bakery(t *testing.T) *isms.Space {
	t.Helper()
	store := isms.Open(memstore.New(), nil)
	t.Cleanup(func() { _ = store.Close() })
	space := store.Space("bakery").As(isms.Person("ann"))
	owner := isms.Link{Kind: "role", ID: "it-manager"}
	update(t, space, func(tx *isms.Tx) error {
		if err := isms.Persons(tx).Put(&isms.Individual{Common: isms.Common{ID: "p-1"}, Name: "Ann"}); err != nil {
			return err
		}
		if err := isms.Persons(tx).Put(&isms.Individual{Common: isms.Common{ID: "p-2"}, Name: "Ben"}); err != nil {
			return err
		}
		if err := isms.Persons(tx).Put(&isms.Individual{Common: isms.Common{ID: "p-3"}, Name: "Ben"}); err != nil {
			return err
		}
		if err := isms.Roles(tx).Put(&isms.Role{Common: isms.Common{ID: "it-manager"}, Title: isms.Text{lang.EN: "IT manager", lang.NL: "IT-manager"}}); err != nil {
			return err
		}
		return risk.Risks(tx).Put(&risk.Risk{Common: isms.Common{ID: "r-1"}, Title: plain("Laptop stolen"), Treatment: risk.Treatment{Controls: []isms.ControlID{"A.8.24", "A.7.9"}}})
	})
	put(t, space,
		isms.Control{Common: isms.Common{ID: "c-a-8-24", Status: isms.Approved, Owner: owner}, Ref: "A.8.24", Implementation: isms.Implemented, Since: isms.Day(2025, 5, 1), How: isms.Text{lang.EN: "All disks are encrypted.\n=1+1", lang.NL: "Alle schijven zijn versleuteld.\n=1+1"}},
		isms.Control{Common: isms.Common{ID: "c-a-8-12"}, Ref: "A.8.12", Implementation: isms.Partial, Plan: plain("Block USB storage."), Due: isms.Day(2026, 9, 1), How: plain("  Mail is filtered.\t@all ")},
		isms.Control{Common: isms.Common{ID: "c-a-8-13"}, Ref: "A.8.13", Include: isms.Text{lang.EN: "good practice", lang.NL: "goede gewoonte"}, Implementation: isms.Planned},
		isms.Control{Common: isms.Common{ID: "c-a-8-30"}, Ref: "A.8.30", Exclude: plain("no development is outsourced"), How: plain("'=odd"), Plan: plain("''-1\n'@")},
		isms.Control{Common: isms.Common{ID: "c-nen"}, Ref: "nen7510:12.4.1", Title: plain("Log access"), Exclude: plain("no patient records")},
		isms.Control{Common: isms.Common{ID: "own-disk", Label: "OC-2"}, Title: plain("Lock for laptops")},
	)
	return space
}

func update(t *testing.T, space *isms.Space, f func(tx *isms.Tx) error) {
	t.Helper()
	if err := space.Update(t.Context(), "", f); err != nil {
		t.Fatal(err)
	}
}

func put(t *testing.T, space *isms.Space, list ...isms.Control) {
	t.Helper()
	update(t, space, func(tx *isms.Tx) error {
		for i := range list {
			if err := isms.Controls(tx).Put(&list[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// edit changes the stored record of a control, as somebody else would.
func edit(t *testing.T, space *isms.Space, id string, f func(*isms.Control)) {
	t.Helper()
	update(t, space, func(tx *isms.Tx) error {
		k, err := isms.Controls(tx).Get(id)
		if err != nil {
			return err
		}
		f(&k)
		return isms.Controls(tx).Put(&k)
	})
}

func get(t *testing.T, space *isms.Space, id string) isms.Control {
	t.Helper()
	var k isms.Control
	err := space.View(t.Context(), func(tx *isms.Tx) (err error) {
		k, err = isms.Controls(tx).Get(id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func document(t *testing.T, space *isms.Space, l lang.Lang) report.Document {
	t.Helper()
	var in soa.Inputs
	err := space.View(t.Context(), func(tx *isms.Tx) (err error) {
		in, err = soa.ReadInputs(tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return spreadsheet.Document(soa.Compile(in, today), in.Controls, l)
}

// send is what arrives where the sheet was sent to.
func send(t *testing.T, space *isms.Space, l lang.Lang, f sheet.Format) *sheet.Book {
	t.Helper()
	var out bytes.Buffer
	var err error
	if doc := document(t, space, l); f == sheet.FormatCSV {
		err = report.CSV(&out, doc.Blocks[1].(report.Table))
	} else {
		err = report.XLSX(&out, doc)
	}
	if err != nil {
		t.Fatal(err)
	}
	b, err := sheet.Read(t.Context(), bytes.NewReader(out.Bytes()), int64(out.Len()), &sheet.Options{Format: f})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// hand changes a book as a person does.
type hand struct {
	t *testing.T
	s *sheet.Sheet
}

func by(t *testing.T, b *sheet.Book) hand {
	t.Helper()
	return hand{t, &b.Sheets[len(b.Sheets)-1-boolInt(b.Sheets[len(b.Sheets)-1].Hidden)]}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (h hand) column(title string) int {
	h.t.Helper()
	i := slices.IndexFunc(h.s.Rows[0].Cells, func(c sheet.Cell) bool { return c.Text == title })
	if i < 0 {
		h.t.Fatalf("there is no column %q in %v", title, h.s.Rows[0].Cells)
	}
	return i
}

func (h hand) row(number string) *sheet.Row {
	h.t.Helper()
	for i := range h.s.Rows {
		if h.s.Rows[i].Cell(0).Text == number {
			return &h.s.Rows[i]
		}
	}
	h.t.Fatalf("there is no row %q", number)
	return nil
}

func (h hand) set(number, title, text string) hand {
	h.t.Helper()
	h.cell(number, title, sheet.Cell{Text: text})
	return h
}

func (h hand) cell(number, title string, c sheet.Cell) hand {
	h.t.Helper()
	h.row(number).Cells[h.column(title)] = c
	return h
}

// add adds a row with cells by title.
func (h hand) add(cells map[string]string) hand {
	h.t.Helper()
	row := sheet.Row{Number: h.s.Rows[len(h.s.Rows)-1].Number + 1, Cells: make([]sheet.Cell, len(h.s.Rows[0].Cells))}
	for title, text := range cells {
		row.Cells[h.column(title)] = sheet.Cell{Text: text}
	}
	h.s.Rows = append(h.s.Rows, row)
	return h
}

func returned(t *testing.T, b *sheet.Book) spreadsheet.Returned {
	t.Helper()
	r, err := spreadsheet.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func compare(t *testing.T, space *isms.Space, b *sheet.Book) spreadsheet.Outcome {
	t.Helper()
	r := returned(t, b)
	var o spreadsheet.Outcome
	err := space.View(t.Context(), func(tx *isms.Tx) (err error) {
		o, err = r.Compare(tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// apply applies the book, and tells how many records that wrote.
func apply(t *testing.T, space *isms.Space, b *sheet.Book) (spreadsheet.Outcome, int64, error) {
	t.Helper()
	r := returned(t, b)
	before := head(t, space)
	var o spreadsheet.Outcome
	err := space.Update(t.Context(), "returned sheet", func(tx *isms.Tx) (err error) {
		o, err = r.Apply(tx)
		return err
	})
	return o, head(t, space) - before, err
}

func head(t *testing.T, space *isms.Space) int64 {
	t.Helper()
	var seq int64
	err := space.View(t.Context(), func(tx *isms.Tx) (err error) {
		seq, _, err = tx.Head()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return seq
}

func markdown(t *testing.T, doc report.Document) string {
	t.Helper()
	var out strings.Builder
	if err := report.Markdown(&out, doc); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
