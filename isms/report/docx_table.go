package report

func (x *docxWriter) table(t Table) {
	if t.Caption != "" {
		x.paragraph(look{role: roleHead}, Text(t.Caption), t.ID)
		t.ID = ""
	}
	group := t.group()
	widths := t.shares(x.width)
	x.openTable(widths)
	x.tag(`<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`)
	n := 0
	for i, c := range t.Columns {
		if i == group {
			continue
		}
		x.tableCell(look{role: roleHead, right: c.Kind == KindNumber}, widths[n], 1, Text(c.Title), t.ID)
		t.ID = "" // once
		n++
	}
	x.tag(`</w:tr>`)
	if len(t.Rows) == 0 {
		x.tag(`<w:tr>`)
		x.tableCell(look{role: roleMuted}, x.width, len(widths), Text(nothing(x.lang)), "")
		x.tag(`</w:tr>`)
	}
	for i, r := range t.Rows {
		if group >= 0 && (i == 0 || r.Cells[group] != t.Rows[i-1].Cells[group]) {
			x.tag(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
			x.tableCell(look{role: roleLabel}, x.width, len(widths), r.Cells[group], "")
			x.tag(`</w:tr>`)
		}
		x.tableRow(t, r, group, widths)
	}
	x.closeTable()
}

func (x *docxWriter) tableRow(t Table, r Row, group int, widths []int) {
	x.tag(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
	n := 0
	for i, c := range r.Cells {
		if i == group {
			continue
		}
		k, id := look{role: roleCell, tone: c.Tone, right: t.Columns[i].Kind == KindNumber}, ""
		if n == 0 {
			k.role, id = roleRowHead, r.ID
		}
		x.tableCell(k, widths[n], 1, c, id)
		n++
	}
	x.tag(`</w:tr>`)
}

func (x *docxWriter) openTable(widths []int) {
	x.tag(`<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="`)
	x.number(x.width)
	x.tag(`" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`)
	for _, w := range widths {
		x.tag(`<w:gridCol w:w="`)
		x.number(w)
		x.tag(`"/>`)
	}
	x.tag(`</w:tblGrid>`)
}

// closeTable ends with a small paragraph: without one, two tables that follow
// each other become one.
func (x *docxWriter) closeTable() {
	x.tag(`</w:tbl><w:p><w:pPr><w:pStyle w:val="TableEnd"/></w:pPr></w:p>`)
}

func (x *docxWriter) tableCell(k look, width, span int, c Cell, id string) {
	x.tag(`<w:tc><w:tcPr><w:tcW w:w="`)
	x.number(width)
	x.tag(`" w:type="dxa"/>`)
	if span > 1 {
		x.tag(`<w:gridSpan w:val="`)
		x.number(span)
		x.tag(`"/>`)
	}
	style := literal("TableText")
	switch k.role {
	case roleHead:
		x.tag(`<w:shd w:val="clear" w:color="auto" w:fill="14496B"/>`)
		style = "TableHead"
	case roleLabel:
		x.tag(`<w:shd w:val="clear" w:color="auto" w:fill="E9EEF3"/>`)
	default:
	}
	x.tag(`</w:tcPr><w:p><w:pPr><w:pStyle w:val="`)
	x.tag(style)
	x.tag(`"/>`)
	if k.role == roleLabel && span > 1 { // a group stays with its first row
		x.tag(`<w:keepNext/>`)
	}
	if k.right {
		x.tag(`<w:jc w:val="right"/>`)
	}
	x.tag(`</w:pPr>`)
	x.bookmark(id)
	x.run(k, c)
	x.tag(`</w:p></w:tc>`)
}
