package report

import (
	"strconv"
	"strings"
	"unicode"
)

// maxName is the longest name of a sheet, in UTF-16 units.
const maxName = 31

// sheetNames are the names taken so far, folded: programs see no difference
// between capitals and small letters.
type sheetNames map[string]bool

// add makes a name of a caption, or of fallback when nothing is left of it:
// short, without signs that Excel or a formula would trip over, not "History",
// and no name twice.
func (s sheetNames) add(caption, fallback string) string {
	name := shortName(sheetName(caption), maxName)
	if name == "" {
		name = shortName(sheetName(fallback), maxName)
	}
	for i, base := 2, name; s[fold(name)] || fold(name) == "history"; i++ { // Excel keeps that name for itself
		suffix := " (" + strconv.Itoa(i) + ")"
		name = shortName(base, maxName-len(suffix)) + suffix
	}
	s[fold(name)] = true
	return name
}

func fold(s string) string { return strings.ToLower(strings.ToUpper(s)) }

// sheetName drops what a name must not have, at either width.
func sheetName(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\［］：＊？／＼￥`, r) || !unicode.IsGraphic(r) {
			return ' '
		}
		return r
	}, oneLine(s))
	return trimName(strings.Join(strings.Fields(s), " "))
}

// trimName drops blanks and apostrophes at the ends, and stops that a cut leaves.
func trimName(s string) string { return strings.Trim(s, " '’") }

// shortName cuts a name after a word when that leaves a fair part of it.
func shortName(s string, n int) string {
	short := cutUnits(s, n)
	if len(short) < len(s) && s[len(short)] != ' ' {
		if i := strings.LastIndexByte(short, ' '); i > len(short)/2 {
			short = short[:i]
		}
	}
	if len(short) < len(s) {
		short = strings.TrimRight(short, " ,;:.(-–")
	}
	return trimName(short)
}

// quoteSheet is the name as it stands before the "!" of a reference.
func quoteSheet(name string) string { return "'" + strings.ReplaceAll(name, "'", "''") + "'" }

// columnName is the letters of column i, from 0: A to Z, AA, ...
func columnName(i int) string { return string(appendColumn(nil, i)) }

func appendColumn(to []byte, i int) []byte {
	if i >= 26 {
		to = appendColumn(to, i/26-1)
	}
	return append(to, byte('A'+i%26))
}
