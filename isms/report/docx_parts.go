package report

import "github.com/ismskit/ismskit/isms/lang"

// section closes the body: the sheet, and what stands at its edges.
func (x *docxWriter) section() {
	x.tag(`<w:sectPr><w:headerReference w:type="default" r:id="rId4"/><w:footerReference w:type="default" r:id="rId5"/>`)
	if x.wide {
		x.tag(`<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>`)
	} else {
		x.tag(`<w:pgSz w:w="11906" w:h="16838"/>`)
	}
	x.tag(`<w:pgMar w:top="1247" w:right="1020" w:bottom="1134" w:left="1020" w:header="567" w:footer="510" w:gutter="0"/></w:sectPr>`)
}

// pageEdges are the title above each page, and below it document control and
// the page.
func (x *docxWriter) pageEdges() {
	x.part("word/header1.xml")
	x.tag("<w:hdr " + docxSpaces + ">")
	x.edge(cutUnits(oneLine(x.doc.Title), 120))
	x.tag(`</w:p></w:hdr>`)
	x.part("word/footer1.xml")
	x.tag("<w:ftr " + docxSpaces + ">")
	x.edge(running(x.doc, 120))
	x.tag(`<w:r><w:tab/><w:t xml:space="preserve">`)
	x.text(lang.Text{EN: "Page ", NL: "Pagina "}.In(x.lang))
	x.tag(`</w:t></w:r><w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple><w:r><w:t xml:space="preserve">`)
	x.text(lang.Text{EN: " of ", NL: " van "}.In(x.lang))
	x.tag(`</w:t></w:r><w:fldSimple w:instr="NUMPAGES"><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>`)
}

func (x *docxWriter) edge(text string) {
	x.tag(`<w:p><w:pPr><w:pStyle w:val="PageEdge"/><w:tabs><w:tab w:val="right" w:pos="`)
	x.number(x.width)
	x.tag(`"/></w:tabs></w:pPr><w:r><w:t xml:space="preserve">`)
	x.text(text)
	x.tag(`</w:t></w:r>`)
}

func (x *docxWriter) settings() {
	x.part("word/settings.xml")
	x.tag("<w:settings " + docxSpaces + `><w:zoom w:percent="100"/><w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`)
}

// numbering has the bullets, and one series of numbers for each numbered list.
func (x *docxWriter) numbering() {
	x.part("word/numbering.xml")
	x.tag("<w:numbering " + docxSpaces + ">")
	x.tag(`<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="425" w:hanging="283"/></w:pPr></w:lvl></w:abstractNum>` +
		`<w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="567" w:hanging="425"/></w:pPr></w:lvl></w:abstractNum>` +
		`<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>`)
	for i := range x.total {
		x.tag(`<w:num w:numId="`)
		x.number(i + 2)
		x.tag(`"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>`)
	}
	x.tag(`</w:numbering>`)
}

// styles are few, and named as word processors name them, so that their
// navigation and tables of contents work.
func (x *docxWriter) styles() {
	x.part("word/styles.xml")
	x.tag("<w:styles " + docxSpaces + `><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:eastAsia="Calibri" w:cs="Calibri"/><w:color w:val="1C2733"/><w:sz w:val="21"/><w:szCs w:val="21"/><w:lang w:val="`)
	x.tag(literal(lang.Text{EN: "en-GB", NL: "nl-NL"}.In(x.lang))) // ours
	x.tag(`"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="140" w:line="264" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>`)
	x.style("Title", "Title", `<w:keepNext/><w:spacing w:before="0" w:after="60" w:line="240" w:lineRule="auto"/>`, `<w:b/><w:sz w:val="44"/>`)
	x.style("Subtitle", "Subtitle", `<w:spacing w:after="240"/>`, `<w:color w:val="5B6875"/><w:sz w:val="26"/>`)
	x.style("Heading1", "heading 1", `<w:keepNext/><w:keepLines/><w:pBdr><w:top w:val="single" w:sz="4" w:space="8" w:color="D9DFE5"/></w:pBdr><w:spacing w:before="420" w:after="140"/><w:outlineLvl w:val="0"/>`, `<w:b/><w:sz w:val="30"/>`)
	x.style("Heading2", "heading 2", `<w:keepNext/><w:keepLines/><w:spacing w:before="300" w:after="100"/><w:outlineLvl w:val="1"/>`, `<w:b/><w:sz w:val="25"/>`)
	x.style("Heading3", "heading 3", `<w:keepNext/><w:keepLines/><w:spacing w:before="240" w:after="80"/><w:outlineLvl w:val="2"/>`, `<w:b/><w:color w:val="5B6875"/><w:sz w:val="22"/>`)
	x.style("Caption", "caption", `<w:keepNext/><w:keepLines/><w:spacing w:before="200" w:after="80"/>`, `<w:b/>`)
	x.style("ListParagraph", "List Paragraph", `<w:spacing w:after="50"/><w:ind w:left="425"/>`, ``)
	x.style("Note", "Note", `<w:keepLines/><w:pBdr><w:left w:val="single" w:sz="18" w:space="6" w:color="8A94A0"/></w:pBdr><w:spacing w:after="0"/><w:ind w:left="170" w:right="170"/>`, ``)
	size := literal(`<w:sz w:val="18"/>`)
	if x.wide {
		size = `<w:sz w:val="15"/>`
	}
	if x.columns > 14 {
		size = `<w:sz w:val="13"/>`
	}
	x.style("TableText", "Table Text", `<w:spacing w:before="30" w:after="30" w:line="240" w:lineRule="auto"/>`, size)
	x.style("TableHead", "Table Head", `<w:keepNext/><w:spacing w:before="40" w:after="40" w:line="240" w:lineRule="auto"/>`, `<w:b/><w:color w:val="FFFFFF"/>`+size)
	x.style("TableEnd", "Table End", `<w:spacing w:after="0" w:line="160" w:lineRule="exact"/>`, `<w:sz w:val="8"/>`)
	x.style("PageEdge", "Page Edge", `<w:spacing w:after="0"/>`, `<w:color w:val="5B6875"/><w:sz w:val="16"/>`)
	x.tag(`<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>` +
		docxEdges + `<w:insideH w:val="single" w:sz="4" w:space="0" w:color="D9DFE5"/><w:insideV w:val="single" w:sz="4" w:space="0" w:color="D9DFE5"/>` +
		`</w:tblBorders><w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style></w:styles>`)
}

const docxEdges literal = `<w:top w:val="single" w:sz="4" w:space="0" w:color="D9DFE5"/><w:left w:val="single" w:sz="4" w:space="0" w:color="D9DFE5"/>` +
	`<w:bottom w:val="single" w:sz="4" w:space="0" w:color="D9DFE5"/><w:right w:val="single" w:sz="4" w:space="0" w:color="D9DFE5"/>`

func (x *docxWriter) style(id, name, paragraph, run literal) {
	x.tag(`<w:style w:type="paragraph" w:styleId="`)
	x.tag(id)
	x.tag(`"><w:name w:val="`)
	x.tag(name)
	x.tag(`"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>`)
	x.tag(paragraph)
	x.tag(`</w:pPr><w:rPr>`)
	x.tag(run)
	x.tag(`</w:rPr></w:style>`)
}
