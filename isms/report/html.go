package report

import (
	"bufio"
	_ "embed" // the style sheet
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/ismskit/ismskit/isms/lang"
)

//go:embed style.css
var style string

//go:embed page.html
var page string

// HTML writes d as one page that needs nothing else: no scripts, no outside
// resources, and a content policy that forbids both. It prints on A4, and on a
// phone only wide tables and drawings scroll sideways, each by itself.
func HTML(w io.Writer, d Document) error {
	if err := d.check(); err != nil {
		return err
	}
	t, err := template.New("page").Parse(page)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 1<<16)
	p := htmlWriter{markup: markup{out}, out: out, lang: d.Lang, templates: t}
	if err := p.open(d); err != nil {
		return err
	}
	for _, b := range d.Blocks {
		if err := p.block(b); err != nil {
			return err
		}
	}
	p.tag("</main></body></html>\n")
	return out.Flush()
}

// htmlWriter writes the frame of a page and its blocks through html/template,
// and table rows through markup: a template costs microseconds for each cell.
type htmlWriter struct {
	markup

	out       *bufio.Writer
	lang      lang.Lang
	templates *template.Template
}

func (p htmlWriter) open(d Document) error {
	type field struct {
		Name  string
		Value template.HTML
	}
	data := struct {
		Lang, Title, Subtitle string
		Wide                  bool // some table wants a wide sheet
		Style                 template.CSS
		Meta                  []field
		Contents              string
		Running               template.CSS // document control at the foot of each printed page
		Headings              []Heading
	}{
		Lang:     lang.Text{EN: "en", NL: "nl"}.In(d.Lang),
		Title:    clean(d.Title),
		Subtitle: clean(d.Subtitle),
		Style:    template.CSS(style), //nolint:gosec // our own file
		Contents: contents(d.Lang),
		Running:  cssString(running(d, 150)),
	}
	for _, f := range d.Meta {
		data.Meta = append(data.Meta, field{clean(f.Name), p.cellHTML(f.Value)})
	}
	for _, b := range d.Blocks {
		switch b := b.(type) {
		case Heading:
			if b.Level <= 1 && b.ID != "" {
				b.Text = clean(b.Text)
				data.Headings = append(data.Headings, b)
			}
		case Table:
			data.Wide = data.Wide || b.shown().wide()
		}
	}
	if len(data.Headings) < 3 {
		data.Headings = nil
	}
	return p.execute("open", data)
}

// cssString is a text as a string of a style sheet, with all but letters and
// digits written as numbers; none for none. The escaper of html/template takes
// every such string for an address and refuses most.
func cssString(s string) template.CSS {
	if s == "" {
		return ""
	}
	var out strings.Builder
	out.WriteByte('"')
	for _, r := range s {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
			out.WriteRune(r)
		} else {
			fmt.Fprintf(&out, "\\%06x", r)
		}
	}
	out.WriteByte('"')
	return template.CSS(out.String()) //nolint:gosec // letters, digits and \hex only
}

func (p htmlWriter) execute(name string, data any) error {
	return p.templates.ExecuteTemplate(p.out, name, data)
}

func (p htmlWriter) block(b Block) error {
	switch b := b.(type) {
	case Heading:
		b.Level, b.Text = max(b.Level, 1), clean(b.Text)
		return p.execute("heading", b)
	case Paragraph:
		return p.execute("paragraph", strings.Split(clean(string(b)), "\n"))
	case Note:
		return p.execute("note", struct {
			Tone  string
			Title string
			Lines []string
		}{b.Tone.String(), clean(noteTitle(b, p.lang)), strings.Split(clean(b.Text), "\n")})
	case List:
		items := make([]template.HTML, len(b.Items))
		for i, c := range b.Items {
			items[i] = p.cellHTML(c)
		}
		return p.execute("list", struct {
			Ordered bool
			Items   []template.HTML
			Nothing string
		}{b.Ordered, items, nothing(p.lang)})
	case Figure:
		var svg strings.Builder
		b.SVG.write(markup{&svg})
		return p.execute("figure", struct {
			ID, Caption string
			Wide        bool
			SVG         template.HTML
		}{b.ID, clean(b.Caption), b.SVG.width > 600, template.HTML(svg.String())}) //nolint:gosec // made by a Drawing
	case Table:
		return p.table(b)
	}
	return nil // check has refused others
}

func (p htmlWriter) table(t Table) error {
	t = t.shown()
	type column struct {
		Title string
		Class string
	}
	var columns []column
	group := t.group()
	for i, c := range t.Columns {
		if i == group {
			continue
		}
		classes := []string{}
		if c.Kind == KindNumber {
			classes = append(classes, "n")
		}
		if c.Width > 0 {
			classes = append(classes, [...]string{"w1", "w2", "w3", "w4", "w5"}[min((c.Width-1)/8, 4)])
		}
		columns = append(columns, column{clean(c.Title), strings.Join(classes, " ")})
	}
	err := p.execute("table", struct {
		ID, Caption string
		Columns     []column
		Widths      []int
		Wide        bool
	}{t.ID, clean(t.Caption), columns, t.shares(100), t.wide()})
	if err != nil {
		return err
	}
	if len(t.Rows) == 0 {
		p.tag(`<tbody><tr><td class="none" colspan="`)
		p.number(len(columns))
		p.tag(`">`)
		p.text(nothing(p.lang))
		p.tag("</td></tr>\n")
	}
	for i, r := range t.Rows {
		switch {
		case group >= 0 && (i == 0 || r.Cells[group] != t.Rows[i-1].Cells[group]):
			if i > 0 {
				p.tag("</tbody>\n")
			}
			p.tag(`<tbody><tr class="group"><th scope="rowgroup" colspan="`)
			p.number(len(columns))
			p.tag(`"><span>`)
			p.cell(r.Cells[group])
			p.tag("</span></th></tr>\n")
		case i == 0:
			p.tag("<tbody>\n")
		}
		p.row(t, r, group)
	}
	p.tag("</tbody></table></div>\n")
	return nil
}

// wide tells whether the table needs more room than an upright sheet has.
func (t Table) wide() bool {
	columns, width := 0, 0
	for _, c := range t.Columns {
		if !c.Group {
			columns++
			width += max(c.Width, 8)
		}
	}
	return columns > 7 || width > 120
}

// shortText is the length in bytes up to which a text is kept on one line.
const shortText = 20

// row writes one row; its first cell is the row's header.
func (p htmlWriter) row(t Table, r Row, group int) {
	p.tag("<tr")
	if r.ID != "" {
		p.tag(` id="`)
		p.text(r.ID)
		p.tag(`"`)
	}
	p.tag(">")
	head := true
	for i, c := range r.Cells {
		if i == group {
			continue
		}
		switch {
		case head && t.Columns[i].Kind == KindNumber:
			p.tag(`<th scope="row" class="n">`)
		case head && len(c.Text) <= shortText: // a label such as R-014 stays whole
			p.tag(`<th scope="row" class="d">`)
		case head:
			p.tag(`<th scope="row">`)
		case t.Columns[i].Kind == KindNumber:
			p.tag(`<td class="n">`)
		case c.kind() == KindDate:
			p.tag(`<td class="d">`)
		default:
			p.tag("<td>")
		}
		p.cell(c)
		if head {
			p.tag("</th>")
		} else {
			p.tag("</td>")
		}
		head = false
	}
	p.tag("</tr>\n")
}

func (p htmlWriter) cell(c Cell) {
	text := c.display(p.lang)
	href, linked := safeHref(c.Href)
	if linked && text == "" {
		text = c.Href
	}
	if c.Tone != Neutral && text != "" {
		p.tag(`<span class="tone `)
		p.text(c.Tone.String())
		if len(text) <= shortText {
			p.tag(" d")
		}
		p.tag(`">`)
		defer p.tag(`</span>`)
	}
	if !linked {
		p.lines(text)
		return
	}
	p.tag(`<a href="`)
	p.text(href)
	p.tag(`" rel="noopener noreferrer">`)
	p.lines(text)
	p.tag("</a>")
}

func (p htmlWriter) cellHTML(c Cell) template.HTML {
	var out strings.Builder
	p.markup = markup{&out}
	p.cell(c)
	return template.HTML(out.String()) //nolint:gosec // escaped by markup
}
