package sheet_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms/sheet"
)

func TestXLSXCells(t *testing.T) {
	tests := []struct{ name, rows, want string }{
		{"shared texts", `<row r="2"><c r="B2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c><c r="D2" t="s"><v>2</v></c></row>`, "B2 text \"zero\"\nC2 text \"rich text \"\nD2 text \"a\\nb_x0041_ 😀\"\n"},
		{"inline texts keep their blanks", `<row r="1"><c r="A1" t="inlineStr"><is><t xml:space="preserve"> =1+1 </t></is></c></row>`, "A1 text \" =1+1 \"\n"},
		{"numbers as written", `<row><c><v>12.50</v></c><c><v>-3</v></c><c><v>1E3</v></c><c><v>123456789012345678</v></c></row>`, "A1 number \"12.50\"\nB1 number \"-3\"\nC1 number \"1000\"\nD1 number \"123456789012345678\"\n"},
		{"seventeen digits of what was typed", `<row><c><v>4.0999999999999996</v></c><c><v>0.28999999999999998</v></c><c><v>1000.0000000000001</v></c><c><v>-0.00012345678901234567</v></c></row>`, "A1 number \"4.1\"\nB1 number \"0.29\"\nC1 number \"1000.0000000000001\"\nD1 number \"-0.00012345678901234567\"\n"},
		{"days by a style of their own", `<row><c s="1"><v>46082</v></c><c s="2"><v>46082</v></c><c s="2"><v>1</v></c><c s="1"><v>59</v></c><c s="1"><v>61</v></c></row>`, "A1 day \"2026-03-01\"\nB1 day \"2026-03-01\"\nC1 day \"1900-01-01\"\nD1 day \"1900-02-28\"\nE1 day \"1900-03-01\"\n"},
		{"the day that never was", `<row><c s="1"><v>60</v></c></row>`, "A1 number \"60\"\n"},
		{"a moment is a text", `<row><c s="1"><v>46082.5</v></c></row>`, "A1 text \"2026-03-01 12:00:00\"\n"},
		{"hours and units are numbers", `<row><c s="3"><v>1.5</v></c><c s="4"><v>2</v></c><c s="99"><v>3</v></c></row>`, "A1 number \"1.5\"\nB1 number \"2\"\nC1 number \"3\"\n"},
		{"days of the strict format", `<row><c t="d"><v>2026-03-01</v></c><c t="d"><v>2026-03-01T00:00:00</v></c><c t="d"><v>2026-03-01T10:30:00Z</v></c></row>`, "A1 day \"2026-03-01\"\nB1 day \"2026-03-01\"\nC1 text \"2026-03-01 10:30:00\"\n"},
		{"yes and no, and errors", `<row><c t="b"><v>1</v></c><c t="b"><v>0</v></c><c t="e"><v>#REF!</v></c></row>`, "A1 bool \"true\"\nB1 bool \"false\"\nC1 error \"#REF!\"\n"},
		{"formulas are marked", `<row><c><f>1+1</f><v>2</v></c><c t="str"><f>A1&amp;"x"</f><v>2x</v></c><c><f t="shared" si="0"/></c><c t="str"><v>plain</v></c></row>`, "A1 number \"2\" formula\nB1 text \"2x\" formula\nC1 text \"\" formula\nD1 text \"plain\"\n"},
		{"gaps and places", `<row r="3"><c r="A3"/><c r="C3"><v>1</v></c><c><v>2</v></c></row><row><c r="AA4"><v>3</v></c></row>`, "C3 number \"1\"\nD3 number \"2\"\nAA4 number \"3\"\n"},
		{"an empty cell still counts", `<row><c/><c><v>1</v></c></row>`, "B1 number \"1\"\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := mustRead(t, pack(t, workbook(test.rows)), nil)
			if diff := cmp.Diff(test.want, dump(b.Sheets[0])); diff != "" {
				t.Errorf("cells (-want +got):\n%s", diff)
			}
		})
	}
}

func TestXLSX1904(t *testing.T) {
	list := with(t, workbook(`<row><c s="1"><v>0</v></c><c s="1"><v>44620</v></c></row>`), "xl/workbook.xml", "<workbookPr/>", `<workbookPr date1904="1"/>`)
	want := "A1 day \"1904-01-01\"\nB1 day \"2026-03-01\"\n"
	if got := dump(mustRead(t, pack(t, list), nil).Sheets[0]); got != want {
		t.Errorf("days from 1904 = %q, want %q", got, want)
	}
}

func TestXLSXMergedCells(t *testing.T) {
	rows := `<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c><c r="C1"><v>3</v></c></row><row r="2"><c r="A2"><v>4</v></c><c r="B2"><v>5</v></c></row><row r="3"><c r="A3"><v>6</v></c></row>`
	list := with(t, workbook(rows), "xl/worksheets/sheet1.xml", "</sheetData>", `</sheetData><mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="C1:C9"/></mergeCells>`)
	b := mustRead(t, pack(t, list), nil)
	if got, want := dump(b.Sheets[0]), "A1 number \"1\"\nC1 number \"3\"\nA3 number \"6\"\n"; got != want {
		t.Errorf("merged cells = %q, want %q", got, want)
	}
	for _, r := range b.Sheets[0].Rows {
		if len(r.Cells) == 0 || r.Cells[len(r.Cells)-1] == (sheet.Cell{}) {
			t.Errorf("row %d ends with an empty cell: %v", r.Number, r.Cells)
		}
	}
}

func TestXLSXSheets(t *testing.T) {
	list := with(t, workbook(`<row><c><v>1</v></c></row>`), "xl/workbook.xml", `<sheet name="S" sheetId="1" r:id="rId1"/>`,
		`<sheet name="Open risks" r:id="rId1"/><sheet name="B" state="hidden" r:id="rId1"/><sheet name="C" state="veryHidden" r:id="rId1"/><sheet name="Chart" r:id="rId9"/>`)
	list = with(t, list, "xl/_rels/workbook.xml.rels", "</Relationships>", `<Relationship Id="rId9" Type="`+relTypes+`chartsheet" Target="chart.xml"/></Relationships>`)
	var got []string
	for _, s := range mustRead(t, pack(t, list), nil).Sheets {
		line := s.Place(1, 27)
		if s.Hidden {
			line += " hidden"
		}
		got = append(got, line+strings.Repeat(" row", len(s.Rows)))
	}
	want := []string{"'Open risks'!AB1 row", "B!AB1 hidden row", "C!AB1 hidden row", "Chart!AB1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sheets (-want +got):\n%s", diff)
	}
}

// Names of elements may have a prefix, and parts an own order.
func TestXLSXOfOtherWriters(t *testing.T) {
	list := workbook("")
	for i, e := range list {
		switch e.name {
		case "xl/worksheets/sheet1.xml":
			list[i].data = "\ufeff<?xml version='1.0' encoding='utf-8' standalone='yes'?>\n<!-- x --><x:worksheet xmlns:x='y'><x:sheetData><x:row r='1'><x:c r='A1' t='s'><x:v>0</x:v></x:c></x:row></x:sheetData></x:worksheet>\n"
		case "xl/_rels/workbook.xml.rels":
			list[i].data = strings.ReplaceAll(e.data, relTypes, "http://purl.oclc.org/ooxml/officeDocument/relationships/")
		}
	}
	link := entry{"xl/worksheets/_rels/sheet1.xml.rels", `<Relationships><Relationship Id="rId1" Type="` + relTypes + `hyperlink" Target="https://example.org" TargetMode="External"/></Relationships>`}
	list = append([]entry{link}, list...)
	if got, want := dump(mustRead(t, pack(t, list), nil).Sheets[0]), "A1 text \"zero\"\n"; got != want {
		t.Errorf("Read = %q, want %q", got, want)
	}
}
