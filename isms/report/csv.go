package report

import (
	"bufio"
	"io"
	"strings"
	"unicode"
)

// CSV writes one table: UTF-8 without a byte order mark, CRLF, the column
// titles first (RFC 4180), each row on a line of its own: a line end within a
// text becomes "; ". Numbers and days stand bare, with a decimal point in every
// language; every text is quoted.
//
// A text that a spreadsheet could run begins with an apostrophe: one whose
// first sign, after blanks, quotes and invisible characters, is = + - @ or a
// full-width form of these. The same holds after each semicolon in it, where
// programs that split on semicolons begin a new cell. Addresses of
// links and tones are left out.
func CSV(w io.Writer, t Table) error {
	if err := t.check(ids{}); err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	for i, c := range t.Columns {
		csvCell(out, i, Text(c.Title))
	}
	_, _ = out.WriteString("\r\n")
	for _, r := range t.Rows {
		for i, c := range r.Cells {
			csvCell(out, i, c)
		}
		_, _ = out.WriteString("\r\n")
	}
	return out.Flush() // a bufio.Writer keeps its first error
}

func csvCell(out *bufio.Writer, i int, c Cell) {
	if i > 0 {
		_ = out.WriteByte(',')
	}
	if c.kind() != KindText {
		_, _ = out.WriteString(c.Text)
		return
	}
	s := neutral(strings.ReplaceAll(clean(c.Text), "\n", "; "))
	_ = out.WriteByte('"')
	for {
		before, rest, found := strings.Cut(s, `"`)
		_, _ = out.WriteString(before)
		if !found {
			break
		}
		_, _ = out.WriteString(`""`)
		s = rest
	}
	_ = out.WriteByte('"')
}

// neutral puts an apostrophe before each part of s that a spreadsheet could
// take for a formula. It allocates only then.
func neutral(s string) string {
	var out strings.Builder
	written, start, atStart := 0, 0, true
	for i, r := range s {
		switch {
		case r == ';':
			start, atStart = i+1, true
		case !atStart:
		case strings.ContainsRune("=+-@＝＋－＠﹢﹣﹦﹫", r):
			out.WriteString(s[written:start])
			out.WriteByte('\'')
			written, atStart = start, false
		case r == '"' || r == '\'' || unicode.IsSpace(r) || unicode.IsMark(r) || !unicode.IsGraphic(r) || r == unicode.ReplacementChar:
		default:
			atStart = false
		}
	}
	if written == 0 && out.Len() == 0 {
		return s
	}
	out.WriteString(s[written:])
	return out.String()
}
