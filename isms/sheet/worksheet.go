package sheet

import (
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/internal/xmlstream"
)

// worksheet is one sheet that is being read.
type worksheet struct {
	*workbook

	x      *xmlstream.Reader
	sheet  *Sheet
	row    int    // the last one
	cells  []Cell // of the row that is being read
	next   int    // column after the last one that was read
	merged int    // cells that merged ranges have together
}

func (w *workbook) readSheet(part string, s *Sheet) error {
	in := &worksheet{workbook: w, sheet: s}
	err := w.xml(part, "worksheet", func(x *xmlstream.Reader, name string) error {
		in.x = x
		switch name {
		case "sheetData":
			return x.Children(in.readRow)
		case "mergeCells":
			return x.Children(in.readMerge)
		case "oleObjects", "controls":
			return fault(ReasonEmbedded, "<%s>", name)
		default:
			return x.Skip()
		}
	})
	if in.merged > 0 {
		s.Rows = slices.DeleteFunc(s.Rows, func(r Row) bool { return len(r.Cells) == 0 })
	}
	return err
}

// at is an error with the place of a cell.
func (in *worksheet) at(column int, reason Reason, detail string) error {
	return &Error{Reason: reason, Place: in.sheet.Place(in.row, column), Detail: detail}
}

func (in *worksheet) readRow(name []byte) error {
	if local(name) != "row" {
		return in.x.Skip()
	}
	if err := in.ctx.Err(); err != nil {
		return err
	}
	n := in.row + 1
	if r, given := in.x.Attr("r"); given {
		var err error
		if n, err = strconv.Atoi(r); err != nil || n <= in.row {
			return fault(ReasonSyntax, "row %.20q after row %d", r, in.row)
		}
	}
	if in.row = n; n > MaxRows {
		return fault(ReasonLimit, "more than %d rows", MaxRows)
	}
	in.cells, in.next = in.cells[:0], 0
	if err := in.x.Children(in.readCell); err != nil {
		return err
	}
	if len(in.cells) > 0 {
		in.sheet.Rows = append(in.sheet.Rows, Row{Number: n, Cells: slices.Clone(in.cells)})
	}
	return nil
}

func (in *worksheet) readCell(name []byte) error {
	if local(name) != "c" {
		return in.x.Skip()
	}
	column := in.next
	if ref, given := in.x.Attr("r"); given {
		c, row, ok := position(ref)
		if !ok || row != in.row || c < column {
			return fault(ReasonSyntax, "cell %.20q after column %s of row %d", ref, columnName(column-1), in.row)
		}
		column = c
	}
	in.next = column + 1
	if column >= MaxColumns {
		return fault(ReasonLimit, "row %d: more than %d columns", in.row, MaxColumns)
	}
	style, _ := in.x.Attr("s")
	kind, _ := in.x.Attr("t")
	var raw, inline string
	var formula bool
	values := 0
	err := in.x.Children(func(name []byte) (err error) {
		switch local(name) {
		case "v":
			values++
			raw, err = in.x.Text()
		case "is":
			values++
			inline, err = richText(in.x)
		case "f":
			formula = true
			err = in.x.Skip()
		default:
			err = in.x.Skip()
		}
		return err
	})
	if err != nil {
		return err
	}
	if values > 1 {
		return in.at(column, ReasonSyntax, "several values")
	}
	cell, size, err := in.value(column, kind, style, raw, inline)
	if err != nil {
		return err
	}
	cell.Formula = formula
	if cell == (Cell{}) {
		return nil // the next cell says where it is, and the gap is filled then
	}
	if err := in.left.take(column+1-len(in.cells), size); err != nil {
		return err
	}
	for len(in.cells) < column {
		in.cells = append(in.cells, Cell{})
	}
	in.cells = append(in.cells, cell)
	return nil
}

// value is what a cell of the given type holds, and how many bytes of text: a
// shared text counts in each cell that has it.
func (in *worksheet) value(column int, kind, style, raw, inline string) (c Cell, size int, err error) {
	ok := true
	switch kind {
	case "inlineStr":
		return Cell{Text: inline}, len(inline), nil
	case "str":
		raw = unescape(raw)
		return Cell{Text: raw}, len(raw), nil
	case "s":
		if raw == "" {
			return Cell{}, 0, nil
		}
		n, err := strconv.ParseUint(strings.TrimSpace(raw), 10, 32)
		if err != nil || n >= uint64(len(in.strings)) {
			return Cell{}, 0, in.at(column, ReasonSyntax, "there is no shared text "+strconv.Quote(raw))
		}
		return Cell{Text: in.strings[n]}, len(in.strings[n]), nil
	case "e":
		return Cell{Kind: KindError, Text: raw}, len(raw), nil
	}
	raw = strings.TrimSpace(raw)
	switch {
	case raw == "":
	case kind == "b":
		c = Cell{Kind: KindBool, Text: "true"}
		if raw == "0" || raw == "false" {
			c.Text = "false"
		}
		ok = raw == "0" || raw == "1" || raw == "false" || raw == "true"
	case kind == "d":
		c, ok = isoDay(raw)
	case kind == "" || kind == "n":
		c, ok = number(raw, in.showsDay(style), in.date1904)
	default:
		ok = false
	}
	if !ok {
		return Cell{}, 0, in.at(column, ReasonSyntax, "type "+strconv.Quote(kind)+", value "+strconv.Quote(raw[:min(len(raw), 40)]))
	}
	return c, len(c.Text), nil
}

// showsDay tells whether the style of a cell shows a day. A style that is not
// there shows none.
func (in *worksheet) showsDay(style string) bool {
	n, err := strconv.Atoi(style)
	if style == "" {
		n, err = 0, nil
	}
	return err == nil && n >= 0 && n < len(in.days) && in.days[n]
}

// position reads "C4": column 2, row 4.
func position(ref string) (column, row int, ok bool) {
	i := 0
	for i < len(ref) && i < 4 && 'A' <= ref[i] && ref[i] <= 'Z' {
		column = column*26 + int(ref[i]-'A') + 1
		i++
	}
	row, err := strconv.Atoi(ref[i:])
	return column - 1, row, i > 0 && err == nil && row > 0 && ref[i] != '+'
}

// readMerge empties the cells of a merged range but the first: nobody sees what
// they hold.
func (in *worksheet) readMerge([]byte) error {
	ref, _ := in.x.Attr("ref")
	from, to, several := strings.Cut(ref, ":")
	if !several {
		to = from
	}
	left, top, ok := position(from)
	right, bottom, good := position(to)
	if !ok || !good || right < left || bottom < top {
		return fault(ReasonSyntax, "merged range %.40q", ref)
	}
	rows := in.sheet.Rows
	first := sort.Search(len(rows), func(i int) bool { return rows[i].Number >= top })
	last := sort.Search(len(rows), func(i int) bool { return rows[i].Number > bottom })
	for i := first; i < last; i++ {
		r := &rows[i]
		if in.merged++; in.merged > MaxCells {
			return fault(ReasonLimit, "merged ranges with more than %d cells", MaxCells)
		}
		for c := left; c <= right && c < len(r.Cells); c++ {
			in.merged++
			if r.Number != top || c != left {
				r.Cells[c] = Cell{}
			}
		}
		for n := len(r.Cells); n > 0 && r.Cells[n-1] == (Cell{}); n-- {
			r.Cells = r.Cells[:n-1]
		}
	}
	return in.x.Skip()
}
