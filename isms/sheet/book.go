package sheet

import (
	"strconv"
	"strings"
)

// Book is what a file holds.
type Book struct {
	Format Format
	Sheets []Sheet // in the order of the file; one without a name for CSV
}

// Sheet is one table.
type Sheet struct {
	Name   string
	Hidden bool // somebody who opens the file does not see it
	Rows   []Row
}

// Row is one row that is not empty.
type Row struct {
	Number int    // from 1, as a spreadsheet shows it: empty rows and the header count
	Cells  []Cell // from the first column on; the last one is not empty
}

// Cell is one value. The zero Cell is empty.
type Cell struct {
	Kind Kind
	// Text is the value. A number is as it was written; where the file has more
	// digits than were typed (4.0999999999999996), it is the shortest one that
	// means the same. A day is 2026-03-01. Texts are exact, blanks included, with
	// "\n" as line end.
	Text string
	// Formula is set when a formula gave the value. Text is what it gave when the
	// file was saved: anything, for a program that writes files.
	Formula bool
}

// Cell is the cell of a column, from 0; the zero Cell where the row has ended.
func (r Row) Cell(column int) Cell {
	if column < 0 || column >= len(r.Cells) {
		return Cell{}
	}
	return r.Cells[column]
}

// Place is where the cell of a row (from 1) and a column (from 0) is, as
// spreadsheets write it: "Risks!C4", "'Open risks'!C4", or "C4" in CSV.
func (s Sheet) Place(row, column int) string {
	cell := columnName(column) + strconv.Itoa(row)
	if s.Name == "" {
		return cell
	}
	for i := range len(s.Name) {
		c := s.Name[i]
		if ('a' > c || c > 'z') && ('A' > c || c > 'Z') && c != '_' && (i == 0 || '0' > c || c > '9') {
			return "'" + strings.ReplaceAll(s.Name, "'", "''") + "'!" + cell
		}
	}
	return s.Name + "!" + cell
}

// columnName is A for 0, Z for 25, AA for 26.
func columnName(column int) string {
	var b [8]byte
	i := len(b)
	for n := column + 1; n > 0 && i > 0; n = (n - 1) / 26 {
		i--
		b[i] = byte('A' + (n-1)%26)
	}
	return string(b[i:])
}

// Kind says what a [Cell] holds.
type Kind uint8

// The kinds. CSV has texts, and numbers and days where they stand without
// quotes. A moment with a time of day is a text.
const (
	KindText   Kind = iota
	KindNumber      // -12.50
	KindDay         // 2026-03-01
	KindBool        // true or false
	KindError       // of a formula: #REF!
)

// String is the kind as one word: "text", "number", "day", "bool", "error".
func (k Kind) String() string {
	return word([]string{"text", "number", "day", "bool", "error"}, k)
}

// Format is a file format that this package reads.
type Format uint8

// The formats.
const (
	FormatUnset Format = iota
	FormatCSV          // separated by comma, semicolon or tab; UTF-8, or UTF-16 with a byte order mark
	FormatXLSX         // Office Open XML (ISO/IEC 29500), transitional or strict
)

// String is the format's name in lower case; unset is "".
func (f Format) String() string { return word([]string{"", "csv", "xlsx"}, f) }

func word[T ~uint8](words []string, v T) string {
	if int(v) < len(words) {
		return words[v]
	}
	return strconv.Itoa(int(v))
}
