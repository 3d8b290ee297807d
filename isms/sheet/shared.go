package sheet

import (
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/ismskit/ismskit/internal/xmlstream"
)

// readStrings reads the texts that cells name by number.
func (w *workbook) readStrings(part string) error {
	if w.strings != nil {
		return fault(ReasonTwice, "shared strings")
	}
	left := newBudget() // what counts is where they stand; this bounds what nobody uses
	return w.xml(part, "sst", func(x *xmlstream.Reader, name string) error {
		if name != "si" {
			return x.Skip()
		}
		s, err := richText(x)
		if err != nil {
			return err
		}
		if len(w.strings) == MaxCells {
			return fault(ReasonLimit, "more than %d shared texts", MaxCells)
		}
		w.strings = append(w.strings, s)
		return left.take(0, len(s))
	})
}

// richText is the text of the current element <si> or <is>: its own <t>, or
// those of its runs. How a word is pronounced (<rPh>) is no part of it.
func richText(x *xmlstream.Reader) (string, error) {
	var text strings.Builder
	var element func(name []byte) error
	element = func(name []byte) error {
		switch local(name) {
		case "t":
			s, err := x.Text()
			if text.WriteString(s); err == nil && text.Len() > MaxCell {
				err = fault(ReasonLimit, "a text of more than %d bytes", MaxCell)
			}
			return err
		case "r":
			return x.Children(element)
		default:
			return x.Skip()
		}
	}
	err := x.Children(element)
	return unescape(text.String()), err
}

// unescape reads the _x000D_ by which XLSX writes what XML cannot: a UTF-16
// unit, of which two may be one character.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return lineEnds(s)
	}
	var out strings.Builder
	for s != "" {
		c, ok := escaped(s)
		if !ok {
			next := strings.Index(s[1:], "_x") + 1
			if next == 0 {
				next = len(s)
			}
			out.WriteString(s[:next])
			s = s[next:]
			continue
		}
		s = s[escapeLen:]
		if low, pair := escaped(s); pair && utf16.IsSurrogate(c) && utf16.IsSurrogate(low) {
			if c = utf16.DecodeRune(c, low); c != '\uFFFD' {
				s = s[escapeLen:]
			}
		}
		out.WriteRune(c)
	}
	return lineEnds(out.String())
}

const escapeLen = len("_x000D_")

func escaped(s string) (rune, bool) {
	if len(s) < escapeLen || s[0] != '_' || s[1] != 'x' || s[escapeLen-1] != '_' {
		return 0, false
	}
	n, err := strconv.ParseUint(s[2:escapeLen-1], 16, 16)
	return rune(n), err == nil && !strings.ContainsAny(s[2:3], "+-_")
}

// lineEnds makes every line end a "\n".
func lineEnds(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// readStyles finds out which styles show a day.
func (w *workbook) readStyles(part string) error {
	if w.days != nil {
		return fault(ReasonTwice, "styles")
	}
	const most = 1 << 16 // as in a spreadsheet
	codes := map[int]string{}
	var formats []int // of each style
	err := w.xml(part, "styleSheet", func(x *xmlstream.Reader, name string) error {
		switch name {
		case "numFmts":
			return x.Children(func([]byte) error {
				id, _ := x.Attr("numFmtId")
				code, _ := x.Attr("formatCode")
				n, err := strconv.Atoi(id)
				if err != nil || len(codes) == most {
					return fault(ReasonSyntax, "number format %.20q", id)
				}
				codes[n] = code[:min(len(code), 255)]
				return x.Skip()
			})
		case "cellXfs":
			return x.Children(func(name []byte) error {
				if local(name) != "xf" {
					return x.Skip()
				}
				if len(formats) == most {
					return fault(ReasonLimit, "more than %d styles", most)
				}
				id, _ := x.Attr("numFmtId")
				n, _ := strconv.Atoi(id) // none is General
				formats = append(formats, n)
				return x.Skip()
			})
		default:
			return x.Skip()
		}
	})
	w.days = make([]bool, len(formats))
	for i, n := range formats {
		w.days[i] = showsDay(n, codes[n])
	}
	return err
}
