package report

import (
	"strings"
	"unicode/utf8"
)

// lineHeight is the height of a line of text of 11 points, in points.
const lineHeight = 15

// columnWidth is the width of column i in characters, beside the button of the
// filter: what the builder wants, or what its texts need within reason.
func columnWidth(t Table, i int) int { return t.needs(i).width + 3 }

// need is what the title and the first texts of a column ask for, in characters.
type need struct {
	width int // so that most lines stay whole
	word  int // the longest
	mass  int // how much there is to read in a row: the mean, and more for the longest
}

func (t Table) needs(i int) need {
	c := t.Columns[i]
	line, word := measure(c.Title)
	limit := max(c.Width, 44)
	if c.Width > 0 { // the builder has seen the texts: not much wider than that
		limit = min(2*c.Width, 60)
	}
	width := max(c.Width, min(line, 14), word)
	rows := t.Rows[:min(len(t.Rows), 300)]
	sum, most := 0, 0
	for _, r := range rows {
		text := r.Cells[i].Text
		longest, w := measure(text)
		width, word = max(width, min(longest, limit)), max(word, w)
		sum, most = sum+len(text), max(most, len(text))
	}
	return need{min(max(width, 8), 80), max(word, 6), min(sum/max(len(rows), 1)+most/3, 300)}
}

// measure is the length of the longest line of s, and of its longest word.
func measure(s string) (line, word int) {
	l, w := 0, 0
	for _, r := range s {
		switch r {
		case '\n':
			l, w = 0, 0
			continue
		case ' ':
			w = 0
		default:
			w++
		}
		l++
		line, word = max(line, l), max(word, w)
	}
	return line, word
}

// About how many characters stand beside each other on a printed page.
const (
	uprightPage = 100
	widePage    = 180
)

// shares divides total among the columns that are shown beside each other: what
// their words need first, and what is left by how much there is to read in them. Where not all
// words fit whole, the longest ones give way.
func (t Table) shares(total int) []int {
	page := uprightPage
	if t.wide() {
		page = widePage
	}
	var wants, words, widths []int
	for i, c := range t.Columns {
		if !c.Group {
			n := t.needs(i)
			wants, words = append(wants, n.mass), append(words, n.word)
		}
	}
	var floor int
	for longest := 18; ; longest-- {
		floor = 0
		for _, word := range words {
			floor += least(word, longest)
		}
		if floor > page*4/5 && longest > 6 {
			continue
		}
		for i, word := range words {
			words[i] = least(word, longest)
		}
		break
	}
	wanted := 1
	for i := range wants {
		wants[i] = max(wants[i]-words[i], 0)
		wanted += wants[i]
	}
	left := max(page-floor, page/5)
	sum, from, at := floor*wanted+left*(wanted-1), 0, 0
	for i := range wants {
		at += words[i]*wanted + wants[i]*left
		to := at * total / sum // what rounding takes from one the next one gets
		widths = append(widths, to-from)
		from = to
	}
	return widths
}

// least is the room for a word and for what is between columns.
func least(word, longest int) int { return min(word, longest) + 3 }

// textLines estimates over how many lines a text of 11 points runs in a column:
// rather one too many than a line that nobody sees.
func textLines(s string, width int) int {
	if len(s) <= width*9/10 && strings.IndexByte(s, '\n') < 0 {
		return 1
	}
	const enough = 28 // no row is higher
	lines := 0
	for line := range strings.SplitSeq(s, "\n") {
		used := 0
		lines++
		for word := range strings.SplitSeq(line, " ") {
			n := utf8.RuneCountInString(word)
			if used > 0 && used+1+n > width*9/10 {
				lines++
				used = 0
			}
			if used += n + 1; used > width {
				lines += used / max(width, 1)
				used %= max(width, 1)
			}
			if lines >= enough {
				return enough
			}
		}
	}
	return lines
}
