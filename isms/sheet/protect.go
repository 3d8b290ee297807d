package sheet

import (
	"strings"
	"unicode"
)

// Unprotect takes back the apostrophes by which report.CSV keeps a text from
// being run as a formula: "'=x" is "=x" again, and so is what follows each
// semicolon. [Read] does it for CSV; it is for texts that went from CSV through
// a spreadsheet into XLSX.
//
// One apostrophe is taken away, so a text that began with one keeps it.
//
// What report.CSV joins does not come apart: a line end in a text is "; " there
// for ever.
func Unprotect(s string) string {
	if strings.IndexByte(s, '\'') < 0 {
		return s
	}
	var out strings.Builder
	for {
		part, rest, more := strings.Cut(s, ";")
		if plain, found := strings.CutPrefix(part, "'"); found && couldRun(plain) {
			part = plain
		}
		out.WriteString(part)
		if !more {
			return out.String()
		}
		out.WriteByte(';')
		s = rest
	}
}

// couldRun tells whether report.CSV takes s for a formula.
func couldRun(s string) bool {
	for _, r := range s {
		switch {
		case strings.ContainsRune("=+-@＝＋－＠﹢﹣﹦﹫", r):
			return true
		case r == '"' || r == '\'' || unicode.IsSpace(r) || unicode.IsMark(r) || !unicode.IsGraphic(r) || r == unicode.ReplacementChar:
		default:
			return false
		}
	}
	return false
}
