package report

import (
	"strconv"
	"strings"
	"time"
)

// tableSheet writes the sheet of table i.
func (b *book) tableSheet(i int) {
	t := &b.tables[i]
	last := len(t.Columns) - 1
	b.openSheet(i + 1)
	b.tag(`<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft" activeCell="A2" sqref="A2"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>`)
	for n, c := range t.columns {
		b.column(n, c.width, t.Columns[n].Hidden)
	}
	b.tag(`</cols><sheetData>`)
	lines := 1
	for n, c := range t.Columns {
		lines = max(lines, textLines(c.Title, t.columns[n].width-3))
	}
	b.openRow(1, lines*lineHeight)
	for n, c := range t.Columns {
		b.cell(n, 1, Text(cutUnits(clean(c.Title), maxText)), look{role: roleHead, right: c.Kind == KindNumber})
	}
	b.tag(`</row>`)
	row := 2
	for n := range t.Rows {
		lines := 1
		for i, c := range t.Rows[n].Cells {
			if !t.Columns[i].Hidden {
				lines = max(lines, textLines(c.Text, t.columns[i].width))
			}
		}
		for piece := range 1 + t.more[n] {
			b.openRow(row, lines*lineHeight)
			b.tableRow(t, t.Rows[n], row, piece)
			b.tag(`</row>`)
			row++
		}
	}
	b.tag(`</sheetData><autoFilter ref="A1:`)
	b.ref(last, row-1)
	b.tag(`"/>`)
	b.toneRules(t)
	b.dropDowns(t)
	b.hyperlinks()
	b.pageSetup("landscape", b.names[i+1])
	if row > 2 { // a text such as "5.10" is meant to be one
		b.tag(`<ignoredErrors><ignoredError sqref="A2:`)
		b.ref(last, row-1)
		b.tag(`" numberStoredAsText="1"/></ignoredErrors>`)
	}
	b.closeSheet(i + 1)
}

// tableRow writes a row, or what is left of its texts in the rows after it.
func (b *book) tableRow(t *tablePlan, r Row, row, piece int) {
	head := true
	for n, c := range r.Cells {
		k := look{role: roleCell, tone: c.Tone}
		if head && !t.Columns[n].Hidden {
			k.role, head = roleRowHead, false
		}
		if tone, follows := t.columns[n].tones[c.Text]; follows && tone == c.Tone {
			k.tone = Neutral
		}
		if c.Text == "" {
			c.Kind = t.Columns[n].Kind // of what somebody fills in
		}
		if piece > 0 || len(c.Text) > maxText {
			c.Kind = KindText
			if c.Text = pieceOf(pieces(c.Text), piece); piece > 0 {
				c.Href = ""
			}
		}
		b.cell(n, row, c, k)
	}
}

func (b *book) openSheet(i int) {
	b.links = b.links[:0]
	b.part("xl/worksheets/sheet" + strconv.Itoa(i+1) + ".xml")
	b.tag(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` +
		`<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>`)
}

func (b *book) closeSheet(i int) {
	b.tag(`</worksheet>`)
	var rels []relation
	for _, l := range b.links {
		if !l.inside {
			rels = append(rels, relation{relHyperlink, l.target, true})
		}
	}
	if len(rels) > 0 {
		b.relations("xl/worksheets/_rels/sheet"+strconv.Itoa(i+1)+".xml.rels", rels)
	}
}

func (b *book) column(n, width int, hidden bool) {
	b.tag(`<col min="`)
	b.number(n + 1)
	b.tag(`" max="`)
	b.number(n + 1)
	b.tag(`" width="`)
	b.number(width)
	if hidden {
		b.tag(`" hidden="1`)
	}
	b.tag(`" customWidth="1"/>`)
}

// openRow begins a row of a height in points, which a program may change when
// the row is edited.
func (b *book) openRow(row, height int) {
	b.tag(`<row r="`)
	b.number(row)
	b.tag(`" ht="`)
	b.number(min(height, 409)) // the most there is
	b.tag(`">`)
}

func (b *book) ref(column, row int) {
	_, _ = b.out.Write(strconv.AppendInt(appendColumn(b.out.AvailableBuffer(), column), int64(row), 10))
}

// cell writes one cell. What it links to is kept until the rows are written.
func (b *book) cell(column, row int, c Cell, k look) {
	if target, inside, ok := b.target(c); ok && len(b.links) < maxLinks {
		k.link = true
		b.links = append(b.links, hyperlink{column, row, target, inside})
		if c.Text == "" {
			c.Text = c.Href
		}
	}
	value, format := storable(c)
	k.format = format
	text := ""
	if value == "" {
		text = clean(c.Text)
	}
	b.tag(`<c r="`)
	b.ref(column, row)
	b.tag(`" s="`)
	b.number(b.look(k))
	switch {
	case value != "":
		b.tag(`"><v>`)
		b.text(value)
		b.tag(`</v></c>`)
	case text != "":
		b.tag(`" t="inlineStr"><is><t`)
		b.preserved(escapeX(text))
		b.tag(`</t></is></c>`)
	default:
		b.tag(`"/>`)
	}
}

// target is where a cell leads to.
func (b *book) target(c Cell) (target string, inside, ok bool) {
	if c.Href == "" {
		return "", false, false
	}
	if id, isID := strings.CutPrefix(c.Href, "#"); isID {
		target, ok = b.places[id]
		return target, true, ok
	}
	target, ok = officeHref(c.Href)
	return target, false, ok
}

const dayFormat = `yyyy\-mm\-dd`

// storable is the cell's value as a sheet stores it, and its format; none for a
// text, and for what a sheet could not keep exactly.
func storable(c Cell) (value, format string) {
	if c.Text == "" && c.Kind == KindDate {
		return "", dayFormat
	}
	switch c.kind() {
	case KindNumber:
		digits := strings.TrimPrefix(c.Text, "-")
		whole, fraction, _ := strings.Cut(digits, ".")
		if len(whole)+len(fraction) > 15 || len(whole) > 1 && whole[0] == '0' || len(digits) < len(c.Text) && strings.Trim(digits, "0.") == "" {
			return "", ""
		}
		return c.Text, numberFormat(len(whole), len(fraction))
	case KindDate:
		day, err := time.Parse(time.DateOnly, c.Text)
		// Before that day the numbers of two programs differ: one of them counts
		// a 29 February 1900.
		if err != nil || day.Before(time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC)) {
			return "", ""
		}
		return strconv.FormatInt(day.Unix()/86400+25569, 10), dayFormat
	case KindText:
	}
	return "", ""
}

// numberFormat groups thousands from five digits on, in the reader's signs.
func numberFormat(whole, places int) string {
	format := "0"
	if whole >= 5 {
		format = "#,##0"
	}
	if places > 0 {
		format += "." + strings.Repeat("0", places)
	}
	return format
}

// escapeX keeps a text that looks like an escape of this format, "_x0041_",
// from being read as one (ECMA-376, 22.9.2.19).
func escapeX(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var out strings.Builder
	for i := range len(s) {
		if out.WriteByte(s[i]); s[i] == '_' && i+6 < len(s) && s[i+1] == 'x' && s[i+6] == '_' &&
			isHex(s[i+2]) && isHex(s[i+3]) && isHex(s[i+4]) && isHex(s[i+5]) {
			out.WriteString("x005F_")
		}
	}
	return out.String()
}

func (b *book) hyperlinks() {
	if len(b.links) == 0 {
		return
	}
	b.tag(`<hyperlinks>`)
	outside := 0
	for _, l := range b.links {
		b.tag(`<hyperlink ref="`)
		b.ref(l.column, l.row)
		if l.inside {
			b.tag(`" location="`)
			b.text(l.target)
		} else {
			outside++
			b.tag(`" r:id="rId`)
			b.number(outside)
		}
		b.tag(`"/>`)
	}
	b.tag(`</hyperlinks>`)
}
