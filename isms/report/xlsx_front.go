package report

import (
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms/lang"
)

// frontRow is one row of the first sheet: a label and what it labels.
type frontRow struct {
	label, value         Cell
	labelLook, valueLook look
}

// layout makes the rows of the first sheet, and with them the places of the
// headings and figures on it.
func (b *book) layout(sheet string) {
	b.frontLine(b.doc.Title, look{role: roleTitle})
	if b.doc.Subtitle != "" {
		b.frontLine(b.doc.Subtitle, look{role: roleSubtitle})
	}
	b.gap()
	for _, f := range b.doc.Meta {
		b.frontRow(Text(f.Name), look{role: roleLabel}, f.Value, look{role: roleValue, tone: f.Value.Tone})
	}
	tables := 0
	for _, block := range b.doc.Blocks {
		b.gap()
		switch block := block.(type) {
		case Heading:
			b.place(block.ID, sheet)
			b.frontLine(block.Text, look{role: headingRole(block.Level)})
		case Paragraph:
			b.frontText(string(block), look{role: roleText})
		case Note:
			k := look{role: roleNote, tone: block.Tone}
			b.frontRow(Text(noteTitle(block, b.lang)), look{role: roleNoteLabel, tone: block.Tone}, Text(block.Text), k)
		case List:
			b.list(block)
		case Figure:
			b.place(block.ID, sheet)
			b.figure(block)
		case Table:
			tables++
			b.tableLine(block, tables)
		}
	}
}

// gap leaves a row free, but not two.
func (b *book) gap() {
	if n := len(b.front); n > 0 && b.front[n-1] != (frontRow{}) {
		b.front = append(b.front, frontRow{})
	}
}

// place notes that what comes next is where links to id lead.
func (b *book) place(id, sheet string) {
	if id != "" {
		b.places[id] = sheet + "!A" + strconv.Itoa(len(b.front)+1)
	}
}

// frontRow adds a label and what it labels, in as many rows as they need.
func (b *book) frontRow(label Cell, labelLook look, value Cell, valueLook look) {
	if len(label.Text) <= maxText && len(value.Text) <= maxText {
		b.front = append(b.front, frontRow{label, value, labelLook, valueLook})
		return
	}
	labels, values := pieces(label.Text), pieces(value.Text)
	for i := range max(len(labels), len(values)) {
		label.Text, value.Text = pieceOf(labels, i), pieceOf(values, i)
		b.front = append(b.front, frontRow{label, value, labelLook, valueLook})
	}
}

// frontLine is a line that begins at the left and runs over both columns. One
// that is too long for that stands in the wide column, where it can wrap.
func (b *book) frontLine(s string, k look) {
	s = oneLine(s)
	if units(s)*k.role.size() <= 11*(labelWidth+valueWidth) {
		b.frontRow(Text(s), k, Cell{}, look{})
		return
	}
	b.frontText(s, k)
}

// frontText is a text in the wide column.
func (b *book) frontText(s string, k look) {
	k.wrap = true
	b.frontRow(Cell{}, look{}, Text(s), k)
}

func (b *book) list(l List) {
	for i, item := range l.Items {
		mark := "•"
		if l.Ordered {
			mark = strconv.Itoa(i+1) + "."
		}
		b.frontRow(Text(mark), look{role: roleMark, right: true}, item, look{role: roleText, tone: item.Tone})
	}
	if len(l.Items) == 0 {
		b.frontText(nothing(b.lang), look{role: roleMuted})
	}
}

func (b *book) figure(f Figure) {
	caption := f.Caption
	if caption == "" {
		caption = f.SVG.title
	}
	b.frontRow(Text(lang.Text{EN: "Figure", NL: "Figuur"}.In(b.lang)), look{role: roleMuted}, Text(caption), look{role: roleLabel})
	if f.Caption != "" {
		b.frontText(f.SVG.title, look{role: roleText})
	}
	for line := range strings.SplitSeq(clean(f.SVG.desc), "\n") {
		b.frontRow(Text("•"), look{role: roleMark, right: true}, Text(line), look{role: roleText})
	}
}

// tableLine tells on which sheet a table is, and how many rows it has: whoever
// filters it can see that some are hidden.
func (b *book) tableLine(t Table, n int) {
	name := b.names[n]
	caption := oneLine(t.Caption)
	if caption == "" {
		caption = name
	}
	rows := lang.Text{EN: " rows", NL: " rijen"}
	switch len(t.Rows) {
	case 0:
		caption += ": " + nothing(b.lang)
	case 1:
		rows = lang.Text{EN: " row", NL: " rij"}
		fallthrough
	default:
		caption += " (" + strconv.Itoa(len(t.Rows)) + rows.In(b.lang) + ")"
	}
	sheetID := "\x00" + strconv.Itoa(n) // no id of a builder
	b.places[sheetID] = quoteSheet(name) + "!A1"
	b.frontRow(Text(lang.Text{EN: "Table", NL: "Tabel"}.In(b.lang)), look{role: roleMuted}, Link(caption, "#"+sheetID), look{role: roleText})
	if len(b.tables[n-1].more) > 0 {
		b.frontText(lang.Text{
			EN: "A cell holds 32,767 characters. A longer text goes on in the row below it; sort or filter with care.",
			NL: "Een cel bevat ten hoogste 32.767 tekens. Een langere tekst loopt door in de rij eronder; let op bij sorteren en filteren.",
		}.In(b.lang), look{role: roleNote, tone: Warn})
	}
}

// The widths of the first sheet, in characters.
const (
	labelWidth = 26
	valueWidth = 76
)

func (b *book) frontSheet() {
	b.openSheet(0)
	b.tag(`<sheetView showGridLines="0" tabSelected="1" workbookViewId="0"/></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>`)
	b.column(0, labelWidth, false)
	b.column(1, valueWidth, false)
	b.tag(`</cols><sheetData>`)
	for i, r := range b.front {
		if r == (frontRow{}) {
			continue // a gap
		}
		b.openRow(i+1, r.height())
		b.cell(0, i+1, r.label, r.labelLook)
		b.cell(1, i+1, r.value, r.valueLook)
		b.tag(`</row>`)
	}
	b.tag(`</sheetData>`)
	b.hyperlinks()
	b.pageSetup("portrait", "")
	b.closeSheet(0)
}

func (r frontRow) height() int {
	if size := r.labelLook.role.size(); size > 11 && r.value == (Cell{}) {
		return size * 7 / 5
	}
	size := r.valueLook.role.size()
	lines := max(textLines(r.label.Text, labelWidth), textLines(r.value.Text, valueWidth*11/size))
	return lines * max(lineHeight, size*7/5)
}

// pageSetup is A4 with a line of document control above and the page below.
func (b *book) pageSetup(orientation literal, right string) {
	b.tag(`<pageMargins left="0.5" right="0.5" top="0.75" bottom="0.75" header="0.3" footer="0.3"/><pageSetup paperSize="9" orientation="`)
	b.tag(orientation)
	b.tag(`" fitToWidth="1" fitToHeight="0"/><headerFooter><oddHeader>&amp;L`)
	b.content(printed(b.doc.Title, 120))
	b.tag(`&amp;R`)
	b.content(printed(right, 80))
	b.tag(`</oddHeader><oddFooter>&amp;L`)
	b.content(printed(running(b.doc, 150), 200))
	b.tag(`&amp;R`)
	b.tag(literal(lang.Text{EN: "Page &amp;P of &amp;N", NL: "Pagina &amp;P van &amp;N"}.In(b.lang))) // ours
	b.tag(`</oddFooter></headerFooter>`)
}

// printed is a text for the head or foot of a page, where & begins a command:
// at most n units, with each & doubled.
func printed(s string, n int) string {
	s = oneLine(s)
	doubled := strings.ReplaceAll(s, "&", "&&")
	for cut := units(s); units(doubled) > n; cut-- {
		s = cutUnits(s, cut-1)
		doubled = strings.ReplaceAll(s+"…", "&", "&&")
	}
	return doubled
}
