package sheet_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/isms/sheet"
)

// entry is one entry of an archive in the making.
type entry struct{ name, data string }

const (
	relTypes = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	mainType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
)

// workbook is an XLSX file with one sheet, S, that has this in its sheetData.
func workbook(rows string) []entry {
	return []entry{
		{"[Content_Types].xml", `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="t"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="` + mainType + `"/></Types>`},
		{"_rels/.rels", `<Relationships><Relationship Id="rId1" Type="` + relTypes + `officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook><workbookPr/><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId1" Type="` + relTypes + `worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="` + relTypes + `sharedStrings" Target="/xl/sharedStrings.xml"/><Relationship Id="rId3" Type="` + relTypes + `styles" Target="styles.xml"/></Relationships>`},
		{"xl/sharedStrings.xml", `<sst><si><t>zero</t></si><si><r><t>rich </t></r><r><rPr><b/></rPr><t xml:space="preserve">text </t></r><rPh><t>not this</t></rPh></si><si><t>a_x000D__x000A_b_x005F_x0041_ _xD83D__xDE00_</t></si></sst>`},
		{"xl/styles.xml", `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-413]d\ mmmm\ yyyy;@"/><numFmt numFmtId="165" formatCode="[h]:mm"/><numFmt numFmtId="166" formatCode="0.0&quot; days&quot;"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/></cellXfs></styleSheet>`},
		{"xl/worksheets/sheet1.xml", `<worksheet><sheetData>` + rows + `</sheetData></worksheet>`},
	}
}

// with replaces old by new in one entry.
func with(t *testing.T, list []entry, name, old, text string) []entry {
	t.Helper()
	list = slices.Clone(list)
	for i, e := range list {
		if e.name == name {
			if !strings.Contains(e.data, old) {
				t.Fatalf("%s has no %q", name, old)
			}
			list[i].data = strings.Replace(e.data, old, text, 1)
			return list
		}
	}
	t.Fatalf("there is no entry %s", name)
	return nil
}

func pack(tb testing.TB, list []entry) []byte {
	tb.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, e := range list {
		w, err := z.Create(e.name)
		if err == nil {
			_, err = w.Write([]byte(e.data))
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// stored is an archive whose last entry says of itself that it is as long as
// size, and holds packed in deflated form.
func stored(tb testing.TB, list []entry, name string, packed []byte, size uint64) []byte {
	tb.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, e := range list {
		w, err := z.Create(e.name)
		if err == nil {
			_, err = w.Write([]byte(e.data))
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	w, err := z.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(nil), CompressedSize64: uint64(len(packed)), UncompressedSize64: size})
	if err == nil {
		_, err = w.Write(packed)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func read(tb testing.TB, data []byte, opts *sheet.Options) (*sheet.Book, error) {
	tb.Helper()
	return sheet.Read(tb.Context(), bytes.NewReader(data), int64(len(data)), opts)
}

func mustRead(tb testing.TB, data []byte, opts *sheet.Options) *sheet.Book {
	tb.Helper()
	b, err := read(tb, data, opts)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// refused checks that the data is refused for a reason, with nothing returned.
func refused(t *testing.T, data []byte, want sheet.Reason) {
	t.Helper()
	b, err := read(t, data, nil)
	e, ok := errors.AsType[*sheet.Error](err)
	if !ok || e.Reason != want || b != nil {
		t.Errorf("Read = %v, %v, want nothing and reason %s", b, err, want)
	}
}

// dump writes a sheet as lines "A1 kind text".
func dump(s sheet.Sheet) string {
	var out strings.Builder
	for _, r := range s.Rows {
		for i, c := range r.Cells {
			if c == (sheet.Cell{}) {
				continue
			}
			fmt.Fprintf(&out, "%s %s %q", sheet.Sheet{}.Place(r.Number, i), c.Kind, c.Text)
			if c.Formula {
				out.WriteString(" formula")
			}
			out.WriteByte('\n')
		}
	}
	return out.String()
}
