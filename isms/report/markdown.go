package report

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms/lang"
)

// Markdown writes d as CommonMark with GitHub's tables. Texts are escaped, so
// they print as they are; a newline inside a table cell becomes <br>. A figure
// is printed as its description.
func Markdown(w io.Writer, d Document) error {
	if err := d.check(); err != nil {
		return err
	}
	m := mdWriter{bufio.NewWriter(w), d.Lang}
	m.put("# ", mdInline(d.Title, " "), "\n")
	if d.Subtitle != "" {
		m.put("\n", mdBlock(d.Subtitle, ""), "\n")
	}
	for i, f := range d.Meta {
		if i == 0 {
			m.put("\n")
		}
		m.put("- **", mdInline(f.Name, " "), "**: ", m.cell(f.Value), "\n")
	}
	listed := len(d.Meta) > 0
	for _, b := range d.Blocks {
		m.put("\n")
		if _, list := b.(List); list && listed {
			m.put("<!-- -->\n\n") // or two lists become one
		}
		m.block(b)
		switch b.(type) {
		case List, Figure:
			listed = true
		default:
			listed = false
		}
	}
	return m.w.Flush() // a bufio.Writer keeps its first error
}

type mdWriter struct {
	w    *bufio.Writer
	lang lang.Lang
}

func (m mdWriter) put(parts ...string) {
	for _, p := range parts {
		_, _ = m.w.WriteString(p)
	}
}

func (m mdWriter) block(b Block) {
	switch b := b.(type) {
	case Heading:
		m.anchor(b.ID)
		m.put(strings.Repeat("#", max(b.Level, 1)+1), " ", mdInline(b.Text, " "), "\n")
	case Paragraph:
		m.put(mdBlock(string(b), ""), "\n")
	case List:
		m.list(b)
	case Note:
		m.put("> **", mdInline(noteTitle(b, m.lang), " "), "**\n>\n> ", mdBlock(b.Text, "> "), "\n")
	case Table:
		m.anchor(b.ID)
		m.caption(b.Caption)
		m.table(b.shown())
	case Figure:
		m.anchor(b.ID)
		m.caption(b.Caption)
		m.put(mdBlock(b.SVG.title, ""), "\n")
		for i, line := range strings.Split(clean(b.SVG.desc), "\n") {
			if i == 0 {
				m.put("\n")
			}
			m.put("- ", mdBlock(line, "  "), "\n")
		}
	}
}

func (m mdWriter) anchor(id string) {
	if id != "" {
		m.put(`<a id="`, id, "\"></a>\n\n") // check has seen that the id is plain
	}
}

func (m mdWriter) caption(s string) {
	if s != "" {
		m.put("**", mdInline(s, " "), "**\n\n")
	}
}

func (m mdWriter) list(l List) {
	for i, item := range l.Items {
		if l.Ordered {
			m.put(strconv.Itoa(i+1), ". ")
		} else {
			m.put("- ")
		}
		if _, ok := safeHref(item.Href); ok {
			m.put(m.cell(item), "\n")
		} else {
			m.put(mdBlock(item.display(m.lang), "  "), "\n")
		}
	}
	if len(l.Items) == 0 {
		m.put(mdInline(nothing(m.lang), " "), "\n")
	}
}

func (m mdWriter) table(t Table) {
	for _, c := range t.Columns {
		m.put("| ", mdInline(c.Title, "<br>"), " ")
	}
	m.put("|\n")
	for _, c := range t.Columns {
		if c.Kind == KindNumber {
			m.put("| ---: ")
		} else {
			m.put("| --- ")
		}
	}
	m.put("|\n")
	for _, r := range t.Rows {
		for i, c := range r.Cells {
			m.put("| ")
			if i == 0 && r.ID != "" {
				m.put(`<a id="`, r.ID, `"></a>`)
			}
			m.put(m.cell(c), " ")
		}
		m.put("|\n")
	}
	if len(t.Rows) == 0 {
		m.put("\n", mdInline(nothing(m.lang), " "), "\n")
	}
}

func (m mdWriter) cell(c Cell) string {
	text := mdInline(c.display(m.lang), "<br>")
	href, ok := safeHref(c.Href)
	if !ok {
		return text
	}
	if text == "" {
		text = mdInline(c.Href, "")
	}
	return "[" + text + "](<" + strings.ReplaceAll(href, "&", "&amp;") + ">)"
}

// mdInline escapes s for the inside of a line; newline is what a line break
// becomes.
func mdInline(s, newline string) string {
	s = strings.TrimSpace(clean(s))
	i := mdSpecial(s)
	if i < 0 {
		return s
	}
	var out strings.Builder
	out.Grow(len(s) + 16)
	for {
		if i < 0 {
			out.WriteString(s)
			return out.String()
		}
		out.WriteString(s[:i])
		switch c := s[i]; c {
		case '\n':
			out.WriteString(newline)
		case '&':
			out.WriteString("&amp;")
		case '<': // entities, since older dialects know no \<
			out.WriteString("&lt;")
		case '>':
			out.WriteString("&gt;")
		default:
			out.WriteByte('\\')
			out.WriteByte(c)
		}
		s = s[i+1:]
		i = mdSpecial(s)
	}
}

// mdSpecial finds the first sign that means something inside a line, wherever
// it stands: "://" and "www." too, which begin a link on their own.
func mdSpecial(s string) int {
	for i := range len(s) {
		switch s[i] {
		case '\n', '&', '<', '>', '\\', '`', '*', '_', '[', ']', '|', '~', '#', '$':
			return i
		case ':':
			if strings.HasPrefix(s[i:], "://") {
				return i
			}
		case '.':
			if i >= 3 && strings.EqualFold(s[i-3:i], "www") {
				return i
			}
		}
	}
	return -1
}

// mdBlock escapes s where a line of its own begins: also what would start a
// list, a heading, a rule or a code block there. Lines after the first begin
// with indent; blank lines are left out.
func mdBlock(s, indent string) string {
	var lines []string
	for line := range strings.SplitSeq(clean(s), "\n") {
		line = mdInline(line, "")
		if line == "" {
			continue
		}
		digits := len(line) - len(strings.TrimLeft(line, "0123456789"))
		switch {
		case strings.IndexByte("-+=", line[0]) >= 0:
			line = `\` + line
		case digits > 0 && digits < len(line) && (line[digits] == '.' || line[digits] == ')'):
			line = line[:digits] + `\` + line[digits:]
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\\\n"+indent)
}
