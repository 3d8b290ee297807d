package sheet

import (
	"math"
	"strconv"
	"strings"
	"time"
)

const dayLayout = "2006-01-02"

func isDay(s string) bool {
	t, err := time.Parse(dayLayout, s)
	return err == nil && t.Year() > 0
}

// number is a number of XLSX: as a day when its style shows one.
func number(raw string, day, date1904 bool) (Cell, bool) {
	f, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) || strings.ContainsAny(raw, "xXpP_") {
		return Cell{}, false
	}
	if day {
		if c, ok := moment(f, date1904); ok {
			return c, true
		}
	}
	// A program writes 17 digits of what somebody typed in 15 or fewer.
	if plain := isNumber(raw); !plain || significant(raw) > 15 {
		short := strconv.FormatFloat(f, 'f', -1, 64)
		if !plain && len(short) <= 40 || plain && significant(short) <= 15 {
			raw = short
		}
	}
	return Cell{Kind: KindNumber, Text: raw}, true
}

// significant counts the digits of a number but for zeros before and after.
func significant(s string) int {
	count, zeros := 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == '0':
			zeros++ // counts when another digit follows
		case c > '0' && c <= '9':
			if count > 0 {
				count += zeros
			}
			count, zeros = count+1, 0
		}
	}
	return count
}

// moment is the day of a serial number, or the day and the time as a text. The
// system of 1900 has a day that never was, its 60th, and so counts the first 59
// from another start.
func moment(serial float64, date1904 bool) (Cell, bool) {
	days := math.Floor(serial)
	seconds := math.Round((serial - days) * 86400)
	if seconds == 86400 {
		days, seconds = days+1, 0
	}
	first := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case date1904:
		first = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case days == 60:
		return Cell{}, false
	case days < 60:
		first = first.AddDate(0, 0, 1)
	}
	// Below 1 it is a time of day, or nothing that has a name.
	if days < 1 && !date1904 || days < 0 || days > 2958465 {
		return Cell{}, false
	}
	t := first.AddDate(0, 0, int(days))
	if t.Year() > 9999 {
		return Cell{}, false
	}
	if seconds == 0 {
		return Cell{Kind: KindDay, Text: t.Format(dayLayout)}, true
	}
	return Cell{Text: t.Add(time.Duration(seconds) * time.Second).Format("2006-01-02 15:04:05")}, true
}

// isoDay is a cell of type d: a day or a moment in ISO 8601.
func isoDay(raw string) (Cell, bool) {
	if isDay(raw) {
		return Cell{Kind: KindDay, Text: raw}, true
	}
	for _, layout := range []string{"2006-01-02T15:04:05.999999999", time.RFC3339Nano, "2006-01-02T15:04"} {
		t, err := time.Parse(layout, raw)
		switch {
		case err != nil:
		case t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0:
			return Cell{Kind: KindDay, Text: t.Format(dayLayout)}, true
		default:
			return Cell{Text: t.Format("2006-01-02 15:04:05")}, true
		}
	}
	return Cell{}, false
}

// showsDay tells whether a number format of XLSX shows a day: whether its first
// section has a sign for year or day. A format with months only is one too,
// unless it has hours or seconds beside: then the m are minutes.
func showsDay(id int, code string) bool {
	if code == "" {
		return id >= 14 && id <= 17 || id == 22 || id >= 27 && id <= 36 || id >= 50 && id <= 58
	}
	signs := formatSigns(strings.ToLower(code))
	clock := strings.ContainsAny(signs, "hs")
	return strings.ContainsAny(signs, "yd") || strings.Contains(signs, "m") && !clock
}

// formatSigns are the letters of the first section of a number format, which is
// in lower case, without what is shown as it stands.
func formatSigns(code string) string {
	var signs []byte
	code = strings.ReplaceAll(strings.ReplaceAll(code, "general", ""), "am/pm", "h")
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case ';':
			return string(signs)
		case '"':
			text, _, _ := strings.Cut(code[i+1:], `"`)
			i += len(text) + 1
		case '[': // a colour, a language, a condition, or hours that go on after 24
			inside, _, _ := strings.Cut(code[i+1:], "]")
			if strings.Trim(inside, "hms") == "" {
				signs = append(signs, 'h')
			}
			i += len(inside) + 1
		case '\\', '_', '*':
			i++
		case 'y', 'd', 'm', 'h', 's':
			signs = append(signs, c)
		}
	}
	return string(signs)
}
