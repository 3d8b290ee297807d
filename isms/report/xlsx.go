package report

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/ismskit/ismskit/isms/lang"
)

// XLSX writes d as a workbook. The first sheet has the title, document control
// and everything but the tables in reading order; a figure is printed as its
// description. Each table has a sheet of its own, named after its caption: its
// titles in row 1, which stay in view and repeat on each printed page, a
// filter, drop-downs for [Column.Choices], and a colour for each tone. Where
// the tone of a choice is the same in the whole column, the colour follows the
// word when somebody picks another. Rows are streamed: a larger table takes no
// more memory.
//
// Texts are stored as texts and marked so that editing keeps them texts: a
// workbook of ours has no formula. Numbers and days are numbers and days in
// the reader's own notation, unless a spreadsheet could not keep them exactly:
// more than 15 digits, leading zeros, days before 1900-03-01. Links lead to
// http, https or a place in the workbook; others are plain texts. A text
// longer than the 32,767 characters that a cell holds goes on in the next row,
// and the first sheet says so. More rows or columns than a sheet holds
// (1,048,576 and 16,384) are an error.
//
// The same document gives the same bytes, with the same version of Go.
func XLSX(w io.Writer, d Document) error {
	if err := d.check(); err != nil {
		return err
	}
	b, err := newBook(d)
	if err != nil {
		return fmt.Errorf("document %q: %w", d.Title, err)
	}
	b.office = newOffice(w)
	parts := []contentType{
		{"xl/workbook.xml", "spreadsheetml.sheet.main"},
		{"xl/styles.xml", "spreadsheetml.styles"},
	}
	rels := []relation{{kind: relOffice + "styles", target: "styles.xml"}}
	for i := range b.names {
		file := "worksheets/sheet" + strconv.Itoa(i+1) + ".xml"
		parts = append(parts, contentType{"xl/" + file, "spreadsheetml.worksheet"})
		rels = append(rels, relation{kind: relOffice + "worksheet", target: file})
	}
	b.frame(d, "xl/workbook.xml", parts)
	b.relations("xl/_rels/workbook.xml.rels", rels)
	b.workbook()
	b.frontSheet()
	for i := range b.tables {
		b.tableSheet(i)
	}
	if len(b.lists) > 0 {
		b.listSheet()
	}
	b.styles()
	return b.close()
}

// What a sheet holds.
const (
	maxRows    = 1 << 20
	maxColumns = 1 << 14
	maxText    = 32767 // UTF-16 units in a cell
	maxLinks   = 65530
)

// book is a workbook that is being written.
type book struct {
	*office

	lang   lang.Lang
	doc    Document
	front  []frontRow
	tables []tablePlan
	names  []string          // of the sheets: the first, one for each table, lists
	places map[string]string // of what links "#id" lead to: 'Sheet'!A5
	looks  map[look]int
	order  []look      // by number
	links  []hyperlink // of the sheet that is being written

	lists    [][]string // of drop-downs too long for a formula: one column each
	listName string     // of their sheet
}

type hyperlink struct {
	column, row int
	target      string
	inside      bool
}

// tablePlan is what must be known of a table before its first row is written.
type tablePlan struct {
	Table

	columns []columnPlan
	more    map[int]int // rows that go on: how many rows more
}

type columnPlan struct {
	width  int
	list   string // what the drop-down offers, as a formula; none when empty
	strict bool   // whether the drop-down offers everything that may stand here
	tones  map[string]Tone
}

func newBook(d Document) (*book, error) {
	b := &book{lang: d.Lang, doc: d, places: map[string]string{}, looks: map[look]int{}}
	names := sheetNames{}
	first := names.add(lang.Text{EN: "Overview", NL: "Overzicht"}.In(d.Lang), "")
	b.listName = names.add(lang.Text{EN: "Choices", NL: "Keuzes"}.In(d.Lang), "")
	b.names = append(b.names, first)
	for _, block := range d.Blocks {
		t, ok := block.(Table)
		if !ok {
			continue
		}
		if len(t.Columns) > maxColumns {
			return nil, fmt.Errorf("table %q: %d columns: a sheet holds %d", t.Caption, len(t.Columns), maxColumns)
		}
		name := names.add(t.Caption, lang.Text{EN: "Table ", NL: "Tabel "}.In(d.Lang)+strconv.Itoa(len(b.tables)+1))
		b.names = append(b.names, name)
		p, rows := b.plan(t, quoteSheet(name))
		if rows > maxRows {
			return nil, fmt.Errorf("table %q: %d rows with its titles: a sheet holds %d", t.Caption, rows, maxRows)
		}
		b.tables = append(b.tables, p)
	}
	if len(b.lists) > 0 {
		b.names = append(b.names, b.listName)
	}
	b.layout(quoteSheet(first))
	if len(b.front) > maxRows {
		return nil, errors.New("more lines of text than a sheet has rows")
	}
	return b, nil
}

// plan looks at every cell once: for widths, long texts, tones, and where rows
// with an id will stand. It returns how many rows the sheet gets.
func (b *book) plan(t Table, sheet string) (p tablePlan, rows int) {
	p = tablePlan{Table: t, columns: make([]columnPlan, len(t.Columns))}
	if t.ID != "" {
		b.places[t.ID] = sheet + "!A1"
	}
	row := 2
	for i, r := range t.Rows {
		if r.ID != "" {
			b.places[r.ID] = sheet + "!A" + strconv.Itoa(row)
		}
		row++
		for _, c := range r.Cells {
			if len(c.Text) <= maxText {
				continue
			}
			if n := len(pieces(c.Text)) - 1; n > p.more[i] {
				if p.more == nil {
					p.more = map[int]int{}
				}
				row += n - p.more[i]
				p.more[i] = n
			}
		}
	}
	for i, c := range t.Columns {
		p.columns[i] = columnPlan{width: columnWidth(t, i), tones: choiceTones(t, i)}
		p.columns[i].list, p.columns[i].strict = b.choices(c.Choices)
	}
	return p, row - 1
}

// pieces is a text, cleaned, in parts that fit a cell.
func pieces(s string) []string {
	s = clean(s)
	var list []string
	for {
		piece := cutUnits(s, maxText)
		list = append(list, piece)
		if s = s[len(piece):]; s == "" {
			return list
		}
	}
}

// pieceOf is piece i, empty after the last.
func pieceOf(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

func (b *book) workbook() {
	b.part("xl/workbook.xml")
	b.tag(`<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` +
		`<workbookPr date1904="0"/><bookViews><workbookView xWindow="0" yWindow="0" windowWidth="28800" windowHeight="16000" tabRatio="800"/></bookViews><sheets>`)
	for i, name := range b.names {
		b.tag(`<sheet name="`)
		b.text(name)
		b.tag(`" sheetId="`)
		b.number(i + 1)
		if i > len(b.tables) {
			b.tag(`" state="hidden`)
		}
		b.tag(`" r:id="rId`)
		b.number(i + 2)
		b.tag(`"/>`)
	}
	b.tag(`</sheets>`)
	if len(b.tables) > 0 {
		b.tag(`<definedNames>`)
		for i, t := range b.tables {
			b.tag(`<definedName name="_xlnm._FilterDatabase" localSheetId="`)
			b.number(i + 1)
			b.tag(`" hidden="1">`)
			b.content(quoteSheet(b.names[i+1]) + "!$A$1:$" + columnName(len(t.Columns)-1) + "$" + strconv.Itoa(t.lastRow()))
			b.tag(`</definedName>`)
		}
		for i := range b.tables {
			b.tag(`<definedName name="_xlnm.Print_Titles" localSheetId="`)
			b.number(i + 1)
			b.tag(`">`)
			b.content(quoteSheet(b.names[i+1]) + "!$1:$1")
			b.tag(`</definedName>`)
		}
		b.tag(`</definedNames>`)
	}
	b.tag(`</workbook>`)
}

// lastRow is the number of the last row of the sheet.
func (p tablePlan) lastRow() int {
	n := 1 + len(p.Rows)
	for _, more := range p.more {
		n += more
	}
	return n
}
