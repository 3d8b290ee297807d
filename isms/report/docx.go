package report

import (
	"io"
	"strings"

	"github.com/ismskit/ismskit/isms/lang"
)

// DOCX writes d as a word processor document on A4: headings that the
// program's own navigation knows, document control as a table and on each
// page, tables of fixed widths whose titles repeat and whose rows stay whole,
// and page numbers. It lies on its side when a table is wide. With three or
// more headings of level 1 that have an ID it begins with their list. A group
// column becomes headings within its table; a hidden one is left out, and a
// figure is printed as its description. Links are as in [XLSX].
//
// Texts are texts and never fields: the only ones in the file are the number
// of the page and of pages. The same document gives the same bytes, with the
// same version of Go.
func DOCX(w io.Writer, d Document) error {
	if err := d.check(); err != nil {
		return err
	}
	x := &docxWriter{office: newOffice(w), doc: d, lang: d.Lang, width: 9866, marks: map[string]int{}}
	x.prepare()
	x.frame(d, "word/document.xml", []contentType{
		{"word/document.xml", "wordprocessingml.document.main"},
		{"word/styles.xml", "wordprocessingml.styles"},
		{"word/settings.xml", "wordprocessingml.settings"},
		{"word/numbering.xml", "wordprocessingml.numbering"},
		{"word/header1.xml", "wordprocessingml.header"},
		{"word/footer1.xml", "wordprocessingml.footer"},
	})
	x.part("word/document.xml")
	x.tag("<w:document " + docxSpaces + "><w:body>")
	x.opening()
	for _, b := range d.Blocks {
		x.block(b)
	}
	x.section()
	x.tag("</w:body></w:document>")
	x.relations("word/_rels/document.xml.rels", x.rels)
	x.pageEdges()
	x.styles()
	x.numbering()
	x.settings()
	return x.close()
}

const docxSpaces literal = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`

// docxWriter writes the parts of a document. Lengths are in twentieths of a
// point.
type docxWriter struct {
	*office

	doc     Document
	lang    lang.Lang
	wide    bool
	columns int            // of the table that has most
	width   int            // of the text
	marks   map[string]int // bookmarks by id of the document
	rels    []relation     // of the main part: link i has the id rId(i+1)
	ordered int            // numbered lists so far
	total   int            // numbered lists in all
}

// prepare finds what links may lead to, and how the pages lie.
func (x *docxWriter) prepare() {
	x.rels = []relation{
		{kind: relOffice + "styles", target: "styles.xml"},
		{kind: relOffice + "settings", target: "settings.xml"},
		{kind: relOffice + "numbering", target: "numbering.xml"},
		{kind: relOffice + "header", target: "header1.xml"},
		{kind: relOffice + "footer", target: "footer1.xml"},
	}
	mark := func(id string) {
		if id != "" {
			x.marks[id] = len(x.marks) + 1
		}
	}
	for _, b := range x.doc.Blocks {
		switch b := b.(type) {
		case Heading:
			mark(b.ID)
		case Figure:
			mark(b.ID)
		case List:
			if b.Ordered {
				x.total++
			}
		case Table:
			mark(b.ID)
			for _, r := range b.Rows {
				mark(r.ID)
			}
			shown := b.shown()
			x.wide, x.columns = x.wide || shown.wide(), max(x.columns, len(shown.Columns))
		}
	}
	if x.wide {
		x.width = 14798
	}
}

func (x *docxWriter) opening() {
	x.paragraph(look{role: roleTitle}, Text(x.doc.Title), "")
	if x.doc.Subtitle != "" {
		x.paragraph(look{role: roleSubtitle}, Text(x.doc.Subtitle), "")
	}
	if len(x.doc.Meta) > 0 {
		name := min(x.width/3, 3400)
		x.openTable([]int{name, x.width - name})
		for _, f := range x.doc.Meta {
			x.tag(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
			x.tableCell(look{role: roleLabel}, name, 1, Text(f.Name), "")
			x.tableCell(look{role: roleValue, tone: f.Value.Tone}, x.width-name, 1, f.Value, "")
			x.tag(`</w:tr>`)
		}
		x.closeTable()
	}
	var headings []Heading
	for _, b := range x.doc.Blocks {
		if h, ok := b.(Heading); ok && h.Level <= 1 && h.ID != "" {
			headings = append(headings, h)
		}
	}
	if len(headings) < 3 {
		return
	}
	x.paragraph(look{role: roleLabel}, Text(contents(x.lang)), "")
	for _, h := range headings {
		x.listItem(1, Link(h.Text, "#"+h.ID))
	}
}

func (x *docxWriter) block(b Block) {
	switch b := b.(type) {
	case Heading:
		x.paragraph(look{role: headingRole(b.Level)}, Text(b.Text), b.ID)
	case Paragraph:
		x.paragraph(look{role: roleText}, Text(string(b)), "")
	case Note:
		x.paragraph(look{role: roleNoteLabel, tone: b.Tone}, Text(noteTitle(b, x.lang)), "")
		x.paragraph(look{role: roleNote, tone: b.Tone}, Text(b.Text), "")
	case List:
		x.list(b)
	case Figure:
		x.figure(b)
	case Table:
		x.table(b.shown())
	}
}

func (x *docxWriter) list(l List) {
	number := 1 // of the bullets
	if l.Ordered {
		x.ordered++
		number = 1 + x.ordered
	}
	for _, item := range l.Items {
		x.listItem(number, item)
	}
	if len(l.Items) == 0 {
		x.paragraph(look{role: roleMuted}, Text(nothing(x.lang)), "")
	}
}

func (x *docxWriter) listItem(number int, item Cell) {
	x.tag(`<w:p><w:pPr><w:pStyle w:val="ListParagraph"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="`)
	x.number(number)
	x.tag(`"/></w:numPr></w:pPr>`)
	x.run(look{role: roleText, tone: item.Tone}, item)
	x.tag(`</w:p>`)
}

func (x *docxWriter) figure(f Figure) {
	caption := f.Caption
	if caption == "" {
		caption = f.SVG.title
	}
	x.paragraph(look{role: roleHead}, Text(caption), f.ID)
	if f.Caption != "" {
		x.paragraph(look{role: roleText}, Text(f.SVG.title), "")
	}
	for line := range strings.SplitSeq(clean(f.SVG.desc), "\n") {
		x.listItem(1, Text(line))
	}
}

// paragraph writes one paragraph in the style of its role.
func (x *docxWriter) paragraph(k look, c Cell, id string) {
	x.tag(`<w:p><w:pPr><w:pStyle w:val="`)
	x.tag(docxStyle(k.role))
	x.tag(`"/>`)
	if k.role == roleNote || k.role == roleNoteLabel {
		_, colour := k.tone.badge()
		if colour == "" {
			colour = "#f5f7f9"
		}
		if k.role == roleNoteLabel {
			x.tag(`<w:keepNext/>`)
		}
		x.tag(`<w:shd w:val="clear" w:color="auto" w:fill="`)
		x.text(colour[1:])
		x.tag(`"/>`)
		if k.tone != Unknown { // the shading says it already
			k.tone = Neutral
		}
	}
	x.tag(`</w:pPr>`)
	x.bookmark(id)
	x.run(k, c)
	x.tag(`</w:p>`)
}

func docxStyle(r role) literal {
	switch r {
	case roleTitle:
		return "Title"
	case roleSubtitle:
		return "Subtitle"
	case roleHeading1:
		return "Heading1"
	case roleHeading2:
		return "Heading2"
	case roleHeading3:
		return "Heading3"
	case roleHead:
		return "Caption"
	case roleNote, roleNoteLabel:
		return "Note"
	case roleText, roleLabel, roleValue, roleMark, roleMuted, roleRowHead, roleCell:
	}
	return "Normal"
}

func (x *docxWriter) bookmark(id string) {
	n := x.marks[id]
	if n == 0 {
		return
	}
	x.tag(`<w:bookmarkStart w:id="`)
	x.number(n)
	x.tag(`" w:name="b`)
	x.number(n)
	x.tag(`"/><w:bookmarkEnd w:id="`)
	x.number(n)
	x.tag(`"/>`)
}

// run writes the text of a cell, as a link where it leads somewhere.
func (x *docxWriter) run(k look, c Cell) {
	text := c.display(x.lang)
	id, inside := strings.CutPrefix(c.Href, "#")
	mark := x.marks[id]
	href, outside := officeHref(c.Href)
	switch {
	case inside && mark > 0:
		x.tag(`<w:hyperlink w:anchor="b`)
		x.number(mark)
		x.tag(`" w:history="1">`)
	case outside:
		x.rels = append(x.rels, relation{relHyperlink, href, true})
		x.tag(`<w:hyperlink r:id="rId`)
		x.number(len(x.rels))
		x.tag(`" w:history="1">`)
	default:
		x.plainRun(k, text)
		return
	}
	if text == "" {
		text = c.Href
	}
	k.link = true
	x.plainRun(k, text)
	x.tag(`</w:hyperlink>`)
}

func (x *docxWriter) plainRun(k look, text string) {
	if text == "" {
		return
	}
	x.tag(`<w:r><w:rPr>`)
	if k.role == roleLabel || k.role == roleNoteLabel || k.role == roleRowHead {
		x.tag(`<w:b/>`)
	}
	if k.tone == Unknown {
		x.tag(`<w:i/>`)
	}
	ink, fill := k.tone.badge()
	switch {
	case k.link:
		ink = accent
	case k.role == roleMuted:
		ink = Muted
	}
	if ink != Ink {
		x.tag(`<w:color w:val="`)
		x.text(ink[1:])
		x.tag(`"/>`)
	}
	if k.link {
		x.tag(`<w:u w:val="single"/>`)
	}
	if fill != "" {
		x.tag(`<w:shd w:val="clear" w:color="auto" w:fill="`)
		x.text(fill[1:])
		x.tag(`"/>`)
	}
	x.tag(`</w:rPr>`)
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			x.tag(`<w:br/>`)
		}
		x.tag(`<w:t xml:space="preserve">`)
		x.content(line)
		x.tag(`</w:t>`)
	}
	x.tag(`</w:r>`)
}
