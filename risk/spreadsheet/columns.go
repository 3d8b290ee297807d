package spreadsheet

import (
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/isms"
)

// searched is the number of rows in which the titles are looked for.
const searched = 30

// columns are where the fields are.
type columns struct {
	header int // index of the row
	at     map[Field]int
	titles []string // of every column, as they are written
}

// find finds the row of titles and the columns of the fields.
func (r *reader) find() (columns, bool) {
	wanted := r.wanted()
	header := r.headerRow(wanted)
	if header < 0 {
		r.problem(CodeNoHeader, r.sheet.Place(1, 0), isms.Link{})
		return columns{}, false
	}
	c := columns{header: header, at: map[Field]int{}}
	row := r.sheet.Rows[header]
	for i, cell := range row.Cells {
		c.titles = append(c.titles, cell.Text)
		f, known := wanted[fold(cell.Text)]
		if !known {
			continue
		}
		if first, twice := c.at[f]; twice {
			r.problem(CodeTwoColumns, r.sheet.Place(row.Number, i), isms.Link{}, "have", string(f), "other", r.sheet.Place(row.Number, first))
			continue
		}
		c.at[f] = i
	}
	right := true
	for _, f := range sortedFields(r.mapping.Columns) {
		title := r.mapping.Columns[f]
		if _, found := c.at[f]; !found && title != "" {
			r.problem(CodeNoColumn, r.sheet.Place(row.Number, 0), isms.Link{}, "have", title)
			right = false
		}
	}
	return c, right
}

// wanted are the fields by their titles, folded.
func (r *reader) wanted() map[string]Field {
	wanted := map[string]Field{}
	usual := usualTitles()
	for _, f := range sortedFields(usual) {
		if _, given := r.mapping.Columns[f]; !given {
			for _, t := range usual[f] {
				wanted[t] = f
			}
		}
	}
	for _, f := range sortedFields(r.mapping.Columns) { // what is given goes before what is usual
		if t := fold(r.mapping.Columns[f]); t != "" {
			wanted[t] = f
		}
	}
	return wanted
}

// headerRow is the index of the row with the titles, -1 when there is none: the
// one that the mapping names, or the first with a name for risks and another
// title, or with nothing but such a name.
func (r *reader) headerRow(wanted map[string]Field) int {
	for i, row := range r.sheet.Rows {
		if r.mapping.Header > 0 {
			if row.Number == r.mapping.Header {
				return i
			}
			continue
		}
		if i == searched {
			break
		}
		found, named := 0, false
		for _, cell := range row.Cells {
			if f, known := wanted[fold(cell.Text)]; known {
				found++
				named = named || f == Label || f == Title
			}
		}
		if named && (found > 1 || len(row.Cells) == 1) {
			return i
		}
	}
	return -1
}

// account lists the columns that are not read, and those that hold nothing.
func (r *reader) account(c columns) {
	rows := r.sheet.Rows[c.header+1:]
	width := len(c.titles)
	for _, row := range rows {
		width = max(width, len(row.Cells))
	}
	values := make([]int, width)
	for _, row := range rows {
		for i, cell := range row.Cells {
			if cell.Text != "" {
				values[i]++
			}
		}
	}
	mapped := make([]bool, width)
	for _, i := range c.at {
		mapped[i] = true
	}
	header := r.sheet.Rows[c.header].Number
	for i, n := range values {
		title := ""
		if i < len(c.titles) {
			title = c.titles[i]
		}
		switch {
		case mapped[i] && n == 0:
			r.omit(OmitEmpty, r.sheet.Place(header, i), isms.Link{}, "have", title)
		case !mapped[i] && (n > 0 || title != ""):
			r.omit(OmitColumn, r.sheet.Place(header, i), isms.Link{}, "have", title, "count", strconv.Itoa(n))
		}
	}
}

func sortedFields[V any](m map[Field]V) []Field {
	list := make([]Field, 0, len(m))
	for f := range m {
		list = append(list, f)
	}
	slices.Sort(list)
	return list
}
