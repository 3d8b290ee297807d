package report

import (
	"slices"

	"github.com/ismskit/ismskit/isms/lang"
)

// Document is a report in one language. Title is required.
type Document struct {
	Title    string
	Subtitle string
	Lang     lang.Lang // of every text in the tree; English when unset
	Meta     []Field   // document control: organization, as of, state, source
	Blocks   []Block
}

// Field is one line of document control.
type Field struct {
	Name  string
	Value Cell
}

// Block is one part of a document: a [Heading], [Paragraph], [List], [Note],
// [Table] or [Figure], each by value.
type Block interface{ block() }

// Heading opens a section. Level is 1 to 3 below the title; 0 reads as 1.
// With three or more headings of level 1 that have an ID, HTML begins with a
// table of contents.
type Heading struct {
	ID    string // target of links to "#ID": letters, digits, dot, underscore, hyphen
	Level int
	Text  string
}

// Paragraph is running text. A newline in it breaks the line.
type Paragraph string

// List is a list of short texts or links.
type List struct {
	Ordered bool
	Items   []Cell
}

// Note is a callout. Without a Title it is headed by the word for its Tone:
// "Note", "Attention", ... in the document's language.
type Note struct {
	Tone  Tone
	Title string
	Text  string
}

// Table is a table with a header row. Every row has one cell for each column.
type Table struct {
	ID      string
	Caption string
	Columns []Column
	Rows    []Row
}

// Column describes one column of a [Table].
type Column struct {
	Title string
	Kind  Kind // aligns the column: numbers to the right
	Width int  // at least this many characters where there is room; 0 leaves it open
	// Group makes HTML and DOCX print this column's text once, as a heading above
	// the rows that share it, instead of in each row. At most one column has it,
	// and rows of one group stand together. Other renderings keep the plain column.
	Group bool
	// Choices are the only texts that somebody who fills in the column may give.
	// XLSX offers them as a list; the other renderings print the cells as always.
	// A cell may have another text: what is on record is shown as it is.
	Choices []string
	// Hidden is for what a program needs when a table comes back: XLSX hides the
	// column, CSV has it, and what is made only for reading leaves it out.
	Hidden bool
}

// Row is one row of a [Table]. ID, if set, is the target of links to it.
type Row struct {
	ID    string
	Cells []Cell
}

// Figure is a drawing with a caption. Formats without pictures print the
// drawing's description instead.
type Figure struct {
	ID      string
	Caption string
	SVG     SVG
}

func (Heading) block()   {}
func (Paragraph) block() {}
func (List) block()      {}
func (Note) block()      {}
func (Table) block()     {}
func (Figure) block()    {}

// group is the index of the column that heads groups, or -1.
func (t Table) group() int {
	for i, c := range t.Columns {
		if c.Group {
			return i
		}
	}
	return -1
}

// shown is the table without its hidden columns.
func (t Table) shown() Table {
	if !slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Hidden }) {
		return t
	}
	all := t.Columns
	t.Columns = nil
	for _, c := range all {
		if !c.Hidden {
			t.Columns = append(t.Columns, c)
		}
	}
	t.Rows = slices.Clone(t.Rows)
	for i, r := range t.Rows {
		cells := make([]Cell, 0, len(t.Columns))
		for n, c := range r.Cells {
			if !all[n].Hidden {
				cells = append(cells, c)
			}
		}
		t.Rows[i].Cells = cells
	}
	return t
}
