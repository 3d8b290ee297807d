package report

import (
	"strconv"
	"strings"
	"unicode"
)

// textWidth estimates the width of s, generously, since the reader's fonts are
// unknown.
func textWidth(s string, t Type) int {
	sum := 0
	for _, r := range s {
		sum += runeWidth(r)
	}
	if t.Bold {
		sum += sum / 12
	}
	return (sum*t.defaults().Size + 99) / 100
}

// runeWidth is in hundredths of the font size.
func runeWidth(r rune) int {
	switch {
	case strings.ContainsRune("iIljtfr.,:;|!'()[] ", r):
		return 38
	case strings.ContainsRune("mwMW%@…", r):
		return 98
	case unicode.Is(unicode.Mn, r):
		return 0
	case r >= 0x1100:
		return 108
	case unicode.IsUpper(r):
		return 72
	default:
		return 60
	}
}

// fit is s, cut and ended with "…" if it is wider than t.Max.
func fit(s string, t Type) string {
	if textWidth(s, t) <= t.Max {
		return s
	}
	runes := []rune(s)
	for n := min(len(runes), t.Max) - 1; n > 0; n-- { // a rune is seldom narrower than a unit
		cut := strings.TrimRight(string(runes[:n]), " ,") + "…"
		if textWidth(cut, t) <= t.Max {
			return cut
		}
	}
	return "…"
}

// wrap breaks s at a blank into at most two lines that fit t.Max each; what is
// left over is cut.
func wrap(s string, t Type) []string {
	words := strings.Fields(clean(s))
	if len(words) == 0 {
		return nil
	}
	k := 1
	for k < len(words) && textWidth(strings.Join(words[:k+1], " "), t) <= t.Max {
		k++
	}
	lines := []string{fit(strings.Join(words[:k], " "), t)}
	if k < len(words) {
		lines = append(lines, fit(strings.Join(words[k:], " "), t))
	}
	return lines
}

// fitLabels sets as many labels as fit into n lines, and ends with "+3" when 3
// are left out.
func fitLabels(labels []string, n int, t Type) []string {
	for k := min(len(labels), 8*n); k >= 0; k-- {
		words := make([]string, 0, k+1)
		for _, l := range labels[:k] {
			words = append(words, fit(strings.Join(strings.Fields(clean(l)), " "), t))
		}
		if left := len(labels) - k; left > 0 {
			words = append(words, "+"+strconv.Itoa(left))
		}
		if lines := setLines(words, t); len(lines) <= n {
			return lines
		}
	}
	return nil
}

// setLines fills lines with words, each of which fits a line.
func setLines(words []string, t Type) []string {
	var lines []string
	for _, w := range words {
		if last := len(lines) - 1; last >= 0 {
			if longer := lines[last] + " · " + w; textWidth(longer, t) <= t.Max {
				lines[last] = longer
				continue
			}
		}
		lines = append(lines, w)
	}
	return lines
}
