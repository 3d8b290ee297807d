package sheet

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

func readCSV(ctx context.Context, r io.ReaderAt, size int64, opts *Options) (*Book, error) {
	raw := make([]byte, size)
	if err := readAt(r, raw, 0); err != nil {
		return nil, err
	}
	text, err := decode(raw, opts.Windows1252)
	if err != nil {
		return nil, err
	}
	if strings.IndexByte(text, 0) >= 0 {
		return nil, fault(ReasonUnrecognised, "neither text nor XLSX")
	}
	if strings.TrimSpace(text) == "" {
		return nil, &Error{Reason: ReasonEmpty}
	}
	in := &csvReader{text: text, line: 1, comma: opts.Comma}
	in.separatorLine()
	if in.comma == 0 {
		if in.comma, err = separator(in); err != nil {
			return nil, err
		}
	}
	s, err := in.sheet(ctx)
	if err != nil {
		return nil, err
	}
	return &Book{Format: FormatCSV, Sheets: []Sheet{s}}, nil
}

// sheet reads every record.
func (in *csvReader) sheet(ctx context.Context) (Sheet, error) {
	var s Sheet
	left := newBudget()
	for in.pos < len(in.text) {
		if in.row%1024 == 0 {
			if err := ctx.Err(); err != nil {
				return Sheet{}, err
			}
		}
		cells, err := in.record()
		if err != nil {
			return Sheet{}, err
		}
		size := 0
		for _, c := range cells {
			size += len(c.Text)
		}
		if err = left.take(len(cells), size); err == nil && in.row > MaxRows {
			err = fault(ReasonLimit, "more than %d rows", MaxRows)
		}
		if err != nil {
			return Sheet{}, err
		}
		if len(cells) > 0 {
			s.Rows = append(s.Rows, Row{Number: in.row, Cells: cells})
		}
	}
	return s, nil
}

// decode makes UTF-8 of the file, by its byte order mark.
func decode(raw []byte, windows bool) (string, error) {
	switch {
	case strings.HasPrefix(string(raw[:min(3, len(raw))]), "\xef\xbb\xbf"):
		raw = raw[3:]
	case strings.HasPrefix(string(raw[:min(2, len(raw))]), "\xff\xfe"):
		return decode16(raw[2:], binary.LittleEndian)
	case strings.HasPrefix(string(raw[:min(2, len(raw))]), "\xfe\xff"):
		return decode16(raw[2:], binary.BigEndian)
	case windows && !utf8.Valid(raw):
		return decodeWindows(raw)
	}
	for i, line := 0, 1; i < len(raw); {
		c, n := utf8.DecodeRune(raw[i:])
		switch {
		case c == utf8.RuneError && n == 1:
			return "", &Error{Reason: ReasonCharset, Place: place(line), Detail: fmt.Sprintf("byte %#x is not UTF-8", raw[i])}
		case c == '\n':
			line++
		}
		i += n
	}
	return string(raw), nil
}

func place(line int) string { return fmt.Sprintf("line %d", line) }

func decode16(raw []byte, order binary.ByteOrder) (string, error) {
	if len(raw)%2 != 0 {
		return "", fault(ReasonTruncated, "UTF-16 with half a character at the end")
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = order.Uint16(raw[2*i:])
	}
	var out strings.Builder
	out.Grow(len(units))
	for i := 0; i < len(units); i++ {
		c := rune(units[i])
		if utf16.IsSurrogate(c) {
			pair := utf8.RuneError
			if i+1 < len(units) {
				pair = utf16.DecodeRune(c, rune(units[i+1]))
			}
			if pair == utf8.RuneError {
				return "", fault(ReasonCharset, "UTF-16 with half a pair")
			}
			c = pair
			i++
		}
		out.WriteRune(c)
	}
	return out.String(), nil
}

// decodeWindows reads Windows-1252, which has five bytes without a meaning.
func decodeWindows(raw []byte) (string, error) {
	const upper = "€\x00‚ƒ„…†‡ˆ‰Š‹Œ\x00Ž\x00\x00‘’“”•–—˜™š›œ\x00žŸ" // 0x80 to 0x9f
	table := []rune(upper)
	var out strings.Builder
	out.Grow(len(raw) + len(raw)/8)
	line := 1
	for _, b := range raw {
		c := rune(b)
		if b >= 0x80 && b < 0xa0 {
			if c = table[b-0x80]; c == 0 {
				return "", &Error{Reason: ReasonCharset, Place: place(line), Detail: fmt.Sprintf("byte %#x is not Windows-1252", b)}
			}
		}
		if c == '\n' {
			line++
		}
		out.WriteRune(c)
	}
	return out.String(), nil
}

// csvReader splits text into records (RFC 4180), with any line end.
type csvReader struct {
	text  string
	pos   int
	line  int // of the file, from 1
	row   int // records so far
	comma byte
}

// separatorLine reads the line by which a file for Excel names its separator.
func (in *csvReader) separatorLine() {
	line, _, _ := strings.Cut(in.text, "\n")
	line = strings.TrimSuffix(line, "\r")
	if len(line) == len("sep=;") && strings.EqualFold(line[:4], "sep=") {
		if in.comma == 0 {
			in.comma = line[4]
		}
		in.pos = min(len(in.text), len(line))
		in.lineEnd()
		in.row++
	}
}

// record reads one record, without the empty cells at its end.
func (in *csvReader) record() ([]Cell, error) {
	in.row++
	var cells []Cell
	for used := 0; ; {
		c, err := in.field()
		if err != nil {
			return nil, err
		}
		cells = append(cells, c)
		if len(cells) > MaxColumns {
			return nil, &Error{Reason: ReasonLimit, Place: place(in.line), Detail: fmt.Sprintf("more than %d columns", MaxColumns)}
		}
		if c != (Cell{}) {
			used = len(cells)
		}
		if in.pos < len(in.text) && in.text[in.pos] == in.comma {
			in.pos++
			continue
		}
		in.lineEnd()
		return cells[:used:used], nil
	}
}

// lineEnd consumes a line end, if there is one.
func (in *csvReader) lineEnd() {
	rest := in.text[in.pos:]
	switch {
	case strings.HasPrefix(rest, "\r\n"):
		in.pos += 2
	case rest != "" && (rest[0] == '\n' || rest[0] == '\r'):
		in.pos++
	default:
		return
	}
	in.line++
}

func (in *csvReader) field() (Cell, error) {
	rest := in.text[in.pos:]
	if strings.HasPrefix(rest, `"`) {
		return in.quoted()
	}
	end := 0
	for end < len(rest) && rest[end] != in.comma && rest[end] != '\n' && rest[end] != '\r' {
		end++
	}
	in.pos += end
	if end > MaxCell {
		return Cell{}, in.tooLong()
	}
	return bare(rest[:end]), nil
}

func (in *csvReader) tooLong() error {
	return &Error{Reason: ReasonLimit, Place: place(in.line), Detail: fmt.Sprintf("a text of more than %d bytes", MaxCell)}
}

// quoted reads a field in quotes.
func (in *csvReader) quoted() (Cell, error) {
	first := in.line
	rest := in.text[in.pos+1:]
	var size int
	for {
		n := strings.IndexByte(rest[size:], '"')
		if n < 0 {
			return Cell{}, &Error{Reason: ReasonTruncated, Place: place(first), Detail: "a quote is not closed"}
		}
		if size += n; !strings.HasPrefix(rest[size:], `""`) {
			break
		}
		size += 2
	}
	text := rest[:size]
	in.pos += size + 2
	if size > MaxCell {
		return Cell{}, in.tooLong()
	}
	if next := rest[size+1:]; next != "" && next[0] != in.comma && next[0] != '\n' && next[0] != '\r' {
		return Cell{}, &Error{Reason: ReasonSyntax, Place: place(in.line), Detail: fmt.Sprintf("%.10q after a closing quote", next)}
	}
	text = strings.ReplaceAll(text, `""`, `"`)
	if strings.IndexByte(text, '\r') >= 0 {
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	}
	in.line += strings.Count(text, "\n")
	return Cell{Text: Unprotect(text)}, nil
}

// bare is a field without quotes.
func bare(s string) Cell {
	switch {
	case isNumber(s):
		return Cell{Kind: KindNumber, Text: s}
	case isDay(s):
		return Cell{Kind: KindDay, Text: s}
	default:
		return Cell{Text: Unprotect(s)}
	}
}

// isNumber accepts -?[0-9]+(\.[0-9]+)?
func isNumber(s string) bool {
	whole, fraction, pointed := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	return allDigits(whole) && (!pointed || allDigits(fraction))
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// separator finds what separates the columns: what gives the first records
// the same number of columns, else what gives one of them the most.
func separator(in *csvReader) (byte, error) {
	const sample = 64 << 10
	const records = 50
	best, score, tie := byte(','), 1, false
	for _, comma := range []byte{',', ';', '\t'} {
		try := *in
		try.comma = comma
		widest, same := 0, true
		for n := 0; n < records && try.pos < min(len(try.text), sample); n++ {
			width, ok := try.width()
			if !ok {
				widest = 0
				break
			}
			same = same && (n == 0 || width == widest)
			widest = max(widest, width)
		}
		if same && widest > 1 {
			widest += MaxColumns // before all that do not agree
		}
		switch {
		case widest > score:
			best, score, tie = comma, widest, false
		case widest == score && widest > 1:
			tie = true
		}
	}
	if tie {
		return 0, &Error{Reason: ReasonSeparator, Detail: "say which in Options.Comma"}
	}
	return best, nil
}

// width counts the columns of the next record, the empty ones at its end too,
// and consumes the empty lines after it.
func (in *csvReader) width() (columns int, ok bool) {
	for {
		if _, err := in.field(); err != nil {
			return 0, false
		}
		if columns++; in.pos >= len(in.text) || in.text[in.pos] != in.comma || columns > MaxColumns {
			break
		}
		in.pos++
	}
	for before := -1; before != in.pos; {
		before = in.pos
		in.lineEnd()
	}
	return columns, true
}
