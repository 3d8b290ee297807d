package sheet_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/isms/sheet"
)

const sheet1 = "xl/worksheets/sheet1.xml"

func TestRefusedXLSX(t *testing.T) {
	one := workbook(`<row><c><v>1</v></c></row>`)
	add := func(name, data string) []entry { return append(slices.Clone(one), entry{name, data}) }
	replace := func(name, old, text string) []entry { return with(t, one, name, old, text) }
	rows := func(rows string) []entry { return workbook(rows) }
	relation := func(kind, rest string) []entry {
		return add("xl/worksheets/_rels/sheet1.xml.rels", `<Relationships><Relationship Id="a" Type="`+relTypes+kind+`" Target="x" `+rest+`/></Relationships>`)
	}
	sheets := func(list string) []entry {
		return replace("xl/workbook.xml", `<sheet name="S" sheetId="1" r:id="rId1"/>`, list)
	}
	named := func(name string) []entry { return sheets(`<sheet name="` + name + `" r:id="rId1"/>`) }
	kind := func(old, text string) []entry { return replace("[Content_Types].xml", old, text) }
	tests := []struct {
		name string
		list []entry
		want sheet.Reason
	}{
		{"macros by name", add("xl/vbaProject.bin", "x"), sheet.ReasonMacros},
		{"macros by another name", relation("vbaProject", ""), sheet.ReasonMacros},
		{"macros by content type", kind(mainType, "application/vnd.ms-excel.sheet.macroEnabled.main+xml"), sheet.ReasonMacros},
		{"macros of Excel 4", add("xl/macrosheets/sheet1.xml", "<x/>"), sheet.ReasonMacros},
		{"old dialogues", add("xl/dialogsheets/sheet1.xml", "<x/>"), sheet.ReasonMacros},
		{"other workbooks", add("xl/externalLinks/externalLink1.xml", "<x/>"), sheet.ReasonExternal},
		{"other workbooks, named in the workbook", replace("xl/workbook.xml", "<sheets>", "<externalReferences/><sheets>"), sheet.ReasonExternal},
		{"connections", add("xl/connections.xml", "<x/>"), sheet.ReasonExternal},
		{"queries", relation("queryTable", ""), sheet.ReasonExternal},
		{"a picture from elsewhere", relation("image", `TargetMode="External"`), sheet.ReasonExternal},
		{"a target with a scheme", replace("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "file:///etc/passwd"), sheet.ReasonExternal},
		{"embedded files", add("xl/embeddings/oleObject1.bin", "x"), sheet.ReasonEmbedded},
		{"embedded files by another name", relation("package", ""), sheet.ReasonEmbedded},
		{"ActiveX", relation("control", ""), sheet.ReasonEmbedded},
		{"objects in the sheet", replace(sheet1, "</sheetData>", "</sheetData><oleObjects/>"), sheet.ReasonEmbedded},
		{"a DOCTYPE", replace(sheet1, "<worksheet>", `<!DOCTYPE worksheet><worksheet>`), sheet.ReasonEntity},
		{"a DOCTYPE that fetches", replace("xl/sharedStrings.xml", "<sst>", `<!-- x --><!DOCTYPE sst SYSTEM "http://example.org/x"><sst>`), sheet.ReasonEntity},
		{"an entity", rows(`<row><c t="inlineStr"><is><t>&x;</t></is></c></row>`), sheet.ReasonEntity},
		{"a name that goes up", add("../evil.xml", "x"), sheet.ReasonEntryName},
		{"a name that goes up inside", add("xl/../../evil.xml", "x"), sheet.ReasonEntryName},
		{"an absolute name", add("/etc/passwd", "x"), sheet.ReasonEntryName},
		{"a name of Windows", add(`xl\workbook.xml`, "x"), sheet.ReasonEntryName},
		{"a drive", add("c:evil.xml", "x"), sheet.ReasonEntryName},
		{"a name with a line end", add("xl/a\nb.xml", "x"), sheet.ReasonEntryName},
		{"a name that turns around", add("xl/\u202elmx.exe", "x"), sheet.ReasonEntryName},
		{"one name twice", add(sheet1, "<worksheet/>"), sheet.ReasonTwice},
		{"one name twice in another case", add("XL/WorkSheets/Sheet1.xml", "<worksheet/>"), sheet.ReasonTwice},
		{"one relation twice", replace("xl/_rels/workbook.xml.rels", `Id="rId2"`, `Id="rId1"`), sheet.ReasonTwice},
		{"a sheet with a slash", named("a/b"), sheet.ReasonSheetName},
		{"a sheet with a backslash", named(`..\b`), sheet.ReasonSheetName},
		{"a sheet with a line end", named("a&#10;b"), sheet.ReasonSheetName},
		{"a sheet that turns around", named("a\u202eb"), sheet.ReasonSheetName},
		{"a sheet with an invisible sign", named("a\u200bb"), sheet.ReasonSheetName},
		{"a sheet without a name", named(""), sheet.ReasonSheetName},
		{"a sheet of blanks", named("  "), sheet.ReasonSheetName},
		{"a sheet in quotes", named("'a"), sheet.ReasonSheetName},
		{"a name that is too long", named(strings.Repeat("ë", 32)), sheet.ReasonSheetName},
		{"two sheets of one name", sheets(`<sheet name="Risks" r:id="rId1"/><sheet name="RISKS" r:id="rId1"/>`), sheet.ReasonSheetName},
		{"a sheet without an entry", sheets(`<sheet name="S" r:id="rId7"/>`), sheet.ReasonSyntax},
		{"an entry that is not there", replace("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "worksheets/other.xml"), sheet.ReasonDamaged},
		{"no sheets", sheets(""), sheet.ReasonSyntax},
		{"a column too far", rows(`<row r="1"><c r="XFE1"><v>1</v></c></row>`), sheet.ReasonLimit},
		{"a million columns", rows(`<row>` + strings.Repeat(`<c/>`, 1_000_000) + `</row>`), sheet.ReasonLimit},
		{"a row too far", rows(`<row r="1048577"><c><v>1</v></c></row>`), sheet.ReasonLimit},
		{"rows back", rows(`<row r="2"/><row r="1"><c><v>1</v></c></row>`), sheet.ReasonSyntax},
		{"a row twice", rows(`<row r="2"/><row r="2"/>`), sheet.ReasonSyntax},
		{"cells back", rows(`<row r="1"><c r="B1"/><c r="A1"/></row>`), sheet.ReasonSyntax},
		{"a cell of another row", rows(`<row r="1"><c r="A2"/></row>`), sheet.ReasonSyntax},
		{"two values", rows(`<row><c><v>1</v><v>2</v></c></row>`), sheet.ReasonSyntax},
		{"a text that is not there", rows(`<row><c t="s"><v>3</v></c></row>`), sheet.ReasonSyntax},
		{"no number", rows(`<row><c><v>0x10</v></c></row>`), sheet.ReasonSyntax},
		{"not finite", rows(`<row><c><v>1e999</v></c></row>`), sheet.ReasonSyntax},
		{"an unknown type", rows(`<row><c t="z"><v>1</v></c></row>`), sheet.ReasonSyntax},
		{"an empty range", replace(sheet1, "</sheetData>", `</sheetData><mergeCells><mergeCell ref="B2:A1"/></mergeCells>`), sheet.ReasonSyntax},
		{"another encoding", replace(sheet1, "<worksheet>", `<?xml version="1.0" encoding="ISO-8859-1"?><worksheet>`), sheet.ReasonCharset},
		{"bytes that are not UTF-8", rows("<row><c t='inlineStr'><is><t>caf\xe9</t></is></c></row>"), sheet.ReasonCharset},
		{"a control character", rows("<row><c t='inlineStr'><is><t>a\x01b</t></is></c></row>"), sheet.ReasonCharset},
		{"no end", replace(sheet1, "</worksheet>", ""), sheet.ReasonTruncated},
		{"more after the end", replace(sheet1, "</worksheet>", "</worksheet><worksheet/>"), sheet.ReasonSyntax},
		{"another root", replace(sheet1, "<worksheet>", "<chartsheet>"), sheet.ReasonSyntax},
		{"a document", kind(mainType, "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"), sheet.ReasonUnrecognised},
		{"the binary format", kind(mainType, "application/vnd.ms-excel.sheet.binary.macroEnabled.main"), sheet.ReasonXLSB},
		{"an archive of something", []entry{{"a.txt", "x"}}, sheet.ReasonUnrecognised},
		{"OpenDocument", []entry{{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, {"content.xml", "<x/>"}}, sheet.ReasonODS},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { refused(t, pack(t, test.list), test.want) })
	}
}

// The reader believes nothing that an archive says of its size.
func TestRefusedBombs(t *testing.T) {
	var packed bytes.Buffer
	w, _ := flate.NewWriter(&packed, flate.BestCompression)
	_, _ = io.WriteString(w, "<worksheet><sheetData><row>")
	for range 24 {
		_, _ = w.Write(bytes.Repeat([]byte(" "), 1<<20))
	}
	_ = w.Close()
	list := workbook("")
	list = list[:len(list)-1]
	for _, size := range []uint64{100, 24 << 20, 1 << 40} {
		t.Run(strconv.FormatUint(size, 10), func(t *testing.T) {
			before := allocated()
			data := stored(t, list, sheet1, packed.Bytes(), size)
			b, err := read(t, data, nil)
			e, _ := errors.AsType[*sheet.Error](err)
			// What ends before the limit is damaged: it is not as long as it says.
			if e == nil || e.Reason != sheet.ReasonBomb && (size != 100 || e.Reason != sheet.ReasonDamaged) {
				t.Errorf("Read of %d packed bytes = %v, %v, want a bomb", packed.Len(), b, err)
			}
			if used := allocated() - before; used > 16<<20 {
				t.Errorf("Read of a bomb allocated %d MiB, want at most 16", used>>20)
			}
		})
	}
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// Cells that only widen the sheet count, and so does every text.
func TestRefusedAsTooLarge(t *testing.T) {
	var wide strings.Builder
	for i := range 130 {
		fmt.Fprintf(&wide, `<row><c r="XFD%d"><v>%d</v></c></row>`, i+1, i)
	}
	refused(t, pack(t, workbook(wide.String())), sheet.ReasonLimit)

	var words strings.Builder
	for i := range 40 << 10 {
		fmt.Fprintf(&words, "word %d ", i)
	}
	refused(t, pack(t, workbook(`<row><c t="inlineStr"><is>`+strings.Repeat("<r><t>"+words.String()+"</t></r>", 3)+`</is></c></row>`)), sheet.ReasonLimit)

	var many []entry
	for i := range sheet.MaxEntries + 1 {
		many = append(many, entry{fmt.Sprintf("f%d", i), ""})
	}
	refused(t, pack(t, many), sheet.ReasonLimit)
	for i := range 8000 {
		many = append(many, entry{fmt.Sprintf("g%0250d", i), ""})
	}
	if _, err := read(t, pack(t, many), nil); err == nil || !strings.Contains(err.Error(), "a directory of more than") {
		t.Errorf("Read of %d entries = %v, want it to stop in the directory", len(many), err)
	}

	if _, err := sheet.Read(t.Context(), strings.NewReader(""), sheet.MaxFile+1, nil); reason(err) != sheet.ReasonLimit {
		t.Errorf("Read of a file that is too large = %v, want limit", err)
	}
}

// 70 MiB of text that packs to a hundredth, so that it is no bomb: half a minute
// with the race detector, so it waits for a soak.
func TestRefusedText(t *testing.T) {
	if os.Getenv("ISMSKIT_SOAK") == "" {
		t.Skip("set ISMSKIT_SOAK=1 to read 70 MiB of text")
	}
	word := make([]byte, 8<<10)
	x := uint32(1)
	for i := range word {
		x = x*1664525 + 1013904223
		word[i] = 'a' + byte(x>>24)%16
	}
	var long strings.Builder
	word = bytes.Repeat(word, 64)
	for i := range 140 {
		fmt.Fprintf(&long, `<row><c t="inlineStr"><is><t>%d%s</t></is></c></row>`, i, word)
	}
	refused(t, pack(t, workbook(long.String())), sheet.ReasonLimit)
}

func reason(err error) sheet.Reason {
	if e, ok := errors.AsType[*sheet.Error](err); ok {
		return e.Reason
	}
	return sheet.ReasonUnset
}

// Merged ranges over the same cells again and again end.
func TestRefusedMerges(t *testing.T) {
	row := `<row>` + strings.Repeat(`<c><v>1</v></c>`, 1000) + `</row>`
	var merges strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&merges, `<mergeCell ref="A1:ALL%d"/>`, 1000+i)
	}
	list := with(t, workbook(strings.Repeat(row, 20)), sheet1, "</sheetData>", "</sheetData><mergeCells>"+merges.String()+"</mergeCells>")
	data := pack(t, list)
	if _, err := read(t, data, nil); err != nil && reason(err) != sheet.ReasonLimit {
		t.Errorf("Read = %v, want no error or a limit", err)
	}
}

// No part of a file passes for the whole, and no changed byte goes unseen but in
// what is not read.
func TestTruncatedXLSX(t *testing.T) {
	data := pack(t, workbook(`<row><c t="s"><v>0</v></c><c><v>12</v></c></row>`))
	for n := 4; n < len(data); n++ {
		if b, err := read(t, data[:n], nil); err == nil {
			t.Fatalf("Read of %d of %d bytes = %v, want an error", n, len(data), b)
		}
	}
	if _, err := sheet.Read(t.Context(), bytes.NewReader(data[:100]), int64(len(data)), nil); reason(err) != sheet.ReasonTruncated {
		t.Errorf("Read of a source that ends early = %v, want truncated", err)
	}
	want := dump(mustRead(t, data, nil).Sheets[0])
	for i := range data {
		changed := slices.Clone(data)
		changed[i] ^= 0x20
		if b, err := read(t, changed, nil); err == nil && dump(b.Sheets[0]) != want {
			t.Errorf("Read with byte %d changed = %q, want an error or %q", i, dump(b.Sheets[0]), want)
		}
	}
}

func TestRefusedByTheirFirstBytes(t *testing.T) {
	ole := "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 70_000)
	var secret strings.Builder
	for _, c := range "EncryptedPackage" {
		secret.WriteString(string(c) + "\x00")
	}
	for name, test := range map[string]struct {
		data string
		want sheet.Reason
	}{
		"nothing":            {"", sheet.ReasonEmpty},
		"blanks":             {" \r\n\t", sheet.ReasonEmpty},
		"an old workbook":    {ole, sheet.ReasonXLS},
		"with a password":    {ole[:65530] + secret.String() + ole, sheet.ReasonPassword},
		"HTML named .xls":    {"\xef\xbb\xbf\n<html><table><tr><td>1</td></tr></table></html>", sheet.ReasonUnrecognised},
		"XML of 2003":        {`<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>`, sheet.ReasonUnrecognised},
		"PDF":                {"%PDF-1.7", sheet.ReasonUnrecognised},
		"an empty archive":   {"PK\x05\x06" + strings.Repeat("\x00", 18), sheet.ReasonUnrecognised},
		"half an archive":    {"PK\x03\x04" + strings.Repeat("\x00", 18), sheet.ReasonTruncated},
		"other binary":       {"\x1f\x8b\x08\x00\x00", sheet.ReasonCharset},
		"binary, all ASCII":  {"a\x00b\x00", sheet.ReasonUnrecognised},
		"UTF-32":             {"\xff\xfe\x00\x00a\x00\x00\x00", sheet.ReasonUnrecognised},
		"half of UTF-16":     {"\xff\xfea", sheet.ReasonTruncated},
		"half a pair":        {"\xff\xfe\x3d\xd8a\x00", sheet.ReasonCharset},
		"a quote left open":  {"a,b\n\"c,d\n", sheet.ReasonTruncated},
		"a quote closed":     {"a,b\n\"c\"d,e\n", sheet.ReasonSyntax},
		"a million columns":  {strings.Repeat(",", 1_000_000) + "x", sheet.ReasonLimit},
		"more than one cell": {"a," + strings.Repeat("x", sheet.MaxCell+1), sheet.ReasonLimit},
		"a cell in quotes":   {"a,\"" + strings.Repeat("x", sheet.MaxCell+1) + "\"", sheet.ReasonLimit},
		"too many rows":      {strings.Repeat("\n", sheet.MaxRows) + "x", sheet.ReasonLimit},
		"too many cells":     {strings.Repeat(strings.Repeat(",", 9999)+"x\n", 201), sheet.ReasonLimit},
		"two separators":     {"a,b;c\n1,2;3\n", sheet.ReasonSeparator},
	} {
		t.Run(name, func(t *testing.T) { refused(t, []byte(test.data), test.want) })
	}
	if _, err := read(t, []byte("a,b\n"), &sheet.Options{Format: sheet.FormatXLSX}); reason(err) != sheet.ReasonUnrecognised {
		t.Errorf("Read of CSV as XLSX = %v, want unrecognised", err)
	}
}

func TestPasswordOfOneEntry(t *testing.T) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w, err := z.CreateRaw(&zip.FileHeader{Name: "[Content_Types].xml", Flags: 1})
	if err == nil {
		_, err = w.Write(nil)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	refused(t, out.Bytes(), sheet.ReasonPassword)
}

// failing is a source with an error of its own.
type failing struct{ after int64 }

var errSource = errors.New("disk is gone")

func (f failing) ReadAt(b []byte, off int64) (int, error) {
	if off+int64(len(b)) > f.after {
		return 0, errSource
	}
	return copy(b, "PK\x03\x04"), nil
}

func TestErrorsOfTheSource(t *testing.T) {
	for _, after := range []int64{0, 600} {
		if _, err := sheet.Read(t.Context(), failing{after}, 5000, nil); !errors.Is(err, errSource) {
			t.Errorf("Read of a source that fails after %d = %v, want its error", after, err)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, data := range [][]byte{[]byte("a,b\n"), pack(t, workbook(""))} {
		if _, err := sheet.Read(ended, bytes.NewReader(data), int64(len(data)), nil); !errors.Is(err, context.Canceled) {
			t.Errorf("Read after the end = %v, want canceled", err)
		}
	}
}
