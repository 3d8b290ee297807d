package report_test

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
)

// choosing is a table that somebody fills in: with a hidden key, drop-downs,
// numbers and days.
func choosing(l lang.Lang) report.Table {
	in := func(en, nl string) string { return lang.Text{EN: en, NL: nl}.In(l) }
	yes, no, unknown := in("yes", "ja"), in("no", "nee"), in("undecided", "niet besloten")
	row := func(key, id, applies string, tone report.Tone, n report.Cell, day string) report.Row {
		return report.Row{ID: key, Cells: []report.Cell{report.Text(key), report.Text(id), report.Text(applies).Toned(tone), report.Text(applies), n, report.Day(day)}}
	}
	return report.Table{
		ID: "choices", Caption: in("To fill in", "In te vullen"),
		Columns: []report.Column{
			{Title: "key", Hidden: true},
			{Title: in("Control", "Beheersmaatregel")},
			{Title: in("Applicable", "Van toepassing"), Choices: []string{yes, no, unknown}},
			{Title: in("Long", "Lang"), Choices: []string{yes, no, unknown, strings.Repeat("a, ", 100)}},
			{Title: in("Number", "Aantal"), Kind: report.KindNumber},
			{Title: in("Day", "Dag"), Kind: report.KindDate},
		},
		Rows: []report.Row{
			row("c-1", "A.5.1", yes, report.Good, report.Int(12345), "2026-02-28"),
			row("c-2", "5.10", no, report.Neutral, report.Decimal(-350, 2), ""),
			row("c-3", "A.5.3", unknown, report.Unknown, report.Cell{}, "1900-03-01"),
			row("c-4", "A.5.4", yes, report.Good, report.Int(0), "9999-12-31"),
		},
	}
}

func fillable(l lang.Lang) report.Document {
	return report.Document{Title: "t", Lang: l, Blocks: []report.Block{choosing(l)}}
}

// cellsOf are the rows of a sheet: the texts as they were, after undoing the
// escapes of the format; numbers as they are stored.
func cellsOf(t *testing.T, sheet string, skip int) [][]string {
	t.Helper()
	var rows [][]string
	for _, r := range parse(t, sheet).all("row") {
		var cells []string
		for _, c := range r.all("c") {
			cells = append(cells, unescapeX(c.whole()))
		}
		rows = append(rows, cells)
	}
	return rows[skip:]
}

var xEscape = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

func unescapeX(s string) string {
	return xEscape.ReplaceAllStringFunc(s, func(e string) string {
		n, _ := strconv.ParseUint(e[2:6], 16, 16)
		return string(rune(n))
	})
}

func TestXLSXSheet(t *testing.T) {
	parts := unpack(t, report.XLSX, fillable("en"))
	checkPackage(t, parts)
	long := strings.Repeat("a, ", 100)
	want := [][]string{
		{"key", "Control", "Applicable", "Long", "Number", "Day"},
		{"c-1", "A.5.1", "yes", "yes", "12345", "46081"},
		{"c-2", "5.10", "no", "no", "-3.50", ""},
		{"c-3", "A.5.3", "undecided", "undecided", "", "61"},
		{"c-4", "A.5.4", "yes", "yes", "0", "2958465"},
	}
	sheet := parts["xl/worksheets/sheet2.xml"]
	if diff := cmp.Diff(want, cellsOf(t, sheet, 0)); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
	for _, part := range []string{
		`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>`,
		`<autoFilter ref="A1:F5"/>`,
		`<col min="1" max="1" width="11" hidden="1" customWidth="1"/>`,
		`<dataValidation type="list" allowBlank="1" showErrorMessage="1" sqref="C2:C1048576"><formula1>"yes,no,undecided"</formula1>`,
		`sqref="D2:D1048576"><formula1>'Choices'!$A$1:$A$4</formula1>`,
		`<conditionalFormatting sqref="C2:C1048576"><cfRule type="cellIs" dxfId="0" priority="1" operator="equal"><formula>"yes"</formula></cfRule><cfRule type="cellIs" dxfId="3" priority="2" operator="equal"><formula>"undecided"</formula></cfRule>`,
		`<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>`,
		`<pageSetUpPr fitToPage="1"/>`,
		`Page &amp;P of &amp;N`,
	} {
		if !strings.Contains(sheet, part) {
			t.Errorf("the sheet has no %s", part)
		}
	}
	book := parts["xl/workbook.xml"]
	for _, part := range []string{`<sheet name="Choices" sheetId="3" state="hidden"`, `localSheetId="1">'To fill in'!$1:$1<`, `hidden="1">'To fill in'!$A$1:$F$5<`} {
		if !strings.Contains(book, part) {
			t.Errorf("the workbook has no %s", part)
		}
	}
	if got := cellsOf(t, parts["xl/worksheets/sheet3.xml"], 3); !slices.Equal(got[0], []string{long}) {
		t.Errorf("the list of long choices ends with %q, want %q", got, long)
	}
	if got := cellsOf(t, parts["xl/worksheets/sheet1.xml"], 1); !slices.Equal(got[0], []string{"Table", "To fill in (4 rows)"}) {
		t.Errorf("the first sheet says %q", got)
	}
}

// What a spreadsheet could not keep exactly stands as the text it is.
func TestXLSXValues(t *testing.T) {
	number := func(s string) report.Cell { return report.Cell{Kind: report.KindNumber, Text: s} }
	for _, c := range []struct {
		cell   report.Cell
		stored bool
		format string
	}{
		{report.Int(0), true, "0"},
		{report.Int(-9999), true, "0"},
		{report.Int(12345), true, "#,##0"},
		{report.Decimal(98, 1), true, "0.0"},
		{report.Decimal(123456789, 2), true, "#,##0.00"},
		{number("999999999999999"), true, "#,##0"},
		{number("1000000000000000"), false, ""},
		{number("0.1234567890123456"), false, ""},
		{number("007"), false, ""},
		{number("-0.00"), false, ""},
		{number("1e3"), false, ""},
		{number("=1"), false, ""},
		{number("NaN"), false, ""},
		{report.Day("2026-03-31"), true, `yyyy\-mm\-dd`},
		{report.Day("1900-02-28"), false, ""},
		{report.Day("2026-02-30"), false, ""},
		{report.Text("12"), false, ""},
		{report.Text("1-2"), false, ""},
	} {
		d := report.Document{Title: "t", Blocks: []report.Block{report.Table{Columns: []report.Column{{}}, Rows: []report.Row{{Cells: []report.Cell{c.cell}}}}}}
		parts := unpack(t, report.XLSX, d)
		got := parse(t, parts["xl/worksheets/sheet2.xml"]).all("c")[1]
		if stored := len(got.all("v")) == 1; stored != c.stored {
			t.Errorf("%q stands as a number: %v, want %v", c.cell.Text, stored, c.stored)
		}
		if !c.stored && got.whole() != c.cell.Text {
			t.Errorf("%q stands as %q", c.cell.Text, got.whole())
		}
		if c.format != "" && !strings.Contains(parts["xl/styles.xml"], `formatCode="`+c.format+`"`) {
			t.Errorf("%q has no format %s", c.cell.Text, c.format)
		}
	}
}

func TestXLSXSheetNames(t *testing.T) {
	captions := []string{
		"", "", "Risks", "RISKS", "risks", "History", "histORY", "a/b\\c[d]e:f*g?h", "''quoted''", "Overview", "choices",
		"Risks that ask for attention; one may count in several lines", strings.Repeat("x", 40), strings.Repeat("x", 40), strings.Repeat("😀", 20),
		"\u202egnp", "a\nb\tc", "＊：／", "'", "Table 1", "  ", "O'Brien's", "=1+1",
	}
	want := []string{
		"Overview", "Table 1", "Table 2", "Risks", "RISKS (2)", "risks (3)", "History (2)", "histORY (3)", "a b c d e f g h", "quoted", "Overview (2)", "choices (2)",
		"Risks that ask for attention", strings.Repeat("x", 31), strings.Repeat("x", 27) + " (2)", strings.Repeat("😀", 15),
		"\ufffdgnp", "a b c", "Table 18", "Table 19", "Table 1 (2)", "Table 21", "O'Brien's", "=1+1",
	}
	d := report.Document{Title: "t"}
	for _, c := range captions {
		d.Blocks = append(d.Blocks, report.Table{Caption: c, Columns: []report.Column{{}}})
	}
	parts := unpack(t, report.XLSX, d)
	var got []string
	seen := map[string]bool{}
	for _, s := range parse(t, parts["xl/workbook.xml"]).all("sheet") {
		name := s.attrs["name"]
		got = append(got, name)
		if n := len(utf16.Encode([]rune(name))); n == 0 || n > 31 || strings.ContainsAny(name, `[]:*?/\`) || strings.Trim(name, "'") != name {
			t.Errorf("sheet %q of %d units", name, n)
		}
		if folded := strings.ToLower(name); seen[folded] {
			t.Errorf("sheet %q stands twice", name)
		} else {
			seen[folded] = true
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	if !strings.Contains(parts["xl/workbook.xml"], "'O''Brien''s'!$1:$1") {
		t.Error("the apostrophes of O'Brien's are not doubled in a reference")
	}
}

// A text longer than a cell goes on in the next row: nothing is cut, no row is
// doubled, and links to later rows still lead to them.
func TestXLSXLongTexts(t *testing.T) {
	long := strings.Repeat("ab😀\n", 20_000) // 100,000 units
	d := report.Document{Title: "t", Meta: []report.Field{{Name: "n", Value: report.Text(long)}}, Blocks: []report.Block{
		report.Paragraph(long),
		report.Table{Columns: []report.Column{{Title: "a"}, {Title: "b"}}, Rows: []report.Row{
			{Cells: []report.Cell{report.Text("1"), report.Text(long)}},
			{ID: "second", Cells: []report.Cell{report.Text("2"), report.Link("x", "#second")}},
		}},
	}}
	parts := unpack(t, report.XLSX, d)
	rows := cellsOf(t, parts["xl/worksheets/sheet2.xml"], 1)
	var keys, texts []string
	for _, r := range rows[:4] {
		keys, texts = append(keys, r[0]), append(texts, r[1])
		if n := len(utf16.Encode([]rune(r[1]))); n > 32767 {
			t.Errorf("a cell has %d units, want at most 32767", n)
		}
	}
	key, text := strings.Join(keys, ""), strings.Join(texts, "")
	if key != "1" || text != long || len(rows) != 5 || rows[4][0] != "2" {
		t.Errorf("the long text stands in rows %q, %d of its %d bytes; %d rows, want 5", key, len(text), len(long), len(rows))
	}
	if !strings.Contains(parts["xl/worksheets/sheet2.xml"], `<hyperlink ref="B6" location="&#39;Table 1&#39;!A6"/>`) {
		t.Error("the link to the second row does not lead to row 6")
	}
	front := cellsOf(t, parts["xl/worksheets/sheet1.xml"], 0)
	texts = nil
	for _, r := range front {
		texts = append(texts, r[1])
	}
	text = strings.Join(texts, "")
	if strings.Count(text, long) != 2 || !strings.Contains(text, "A longer text goes on in the row below") {
		t.Error("the first sheet cuts a long text, or does not say that rows go on")
	}
}

func TestXLSXLimits(t *testing.T) {
	cells := []report.Cell{{}}
	rows := make([]report.Row, 1<<20)
	for i := range rows {
		rows[i].Cells = cells
	}
	for want, table := range map[string]report.Table{
		`table "t": 1048577 rows with its titles: a sheet holds 1048576`: {Caption: "t", Columns: make([]report.Column, 1), Rows: rows},
		`table "t": 16385 columns: a sheet holds 16384`:                  {Caption: "t", Columns: make([]report.Column, 16385)},
	} {
		err := report.XLSX(io.Discard, report.Document{Title: "d", Blocks: []report.Block{table}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error = %v, want %s", err, want)
		}
	}
	d := report.Document{Title: "d", Blocks: []report.Block{report.Table{Columns: make([]report.Column, 16384), Rows: []report.Row{{Cells: make([]report.Cell, 16384)}}}}}
	if sheet := unpack(t, report.XLSX, d)["xl/worksheets/sheet2.xml"]; !strings.Contains(sheet, `<autoFilter ref="A1:XFD2"/>`) {
		t.Error("16,384 columns do not end at XFD")
	}
	if err := report.XLSX(&full{0}, d); !errors.Is(err, errFull) {
		t.Errorf("error = %v, want %v", err, errFull)
	}
}

// A choice that runs once it is picked is not offered, and then the list is no
// longer all that may be typed.
func TestXLSXChoicesNeverRun(t *testing.T) {
	for _, p := range slices.Concat(payloads, broken) {
		table := report.Table{Columns: []report.Column{{Choices: []string{"plain", p, ""}}}}
		sheet := parse(t, unpack(t, report.XLSX, report.Document{Title: "t", Blocks: []report.Block{table}})["xl/worksheets/sheet2.xml"])
		list := sheet.all("formula1")
		if len(list) != 1 {
			t.Fatalf("choices with %q: %d drop-downs", p, len(list))
		}
		offered := strings.Contains(list[0].text, ",") || strings.HasSuffix(list[0].text, "$2")
		if strict := sheet.all("dataValidation")[0].attrs["showErrorMessage"] == "1"; strict != (offered || strings.TrimSpace(p) == "") {
			t.Errorf("choice %q is offered: %v, and others refused: %v", p, offered, strict)
		}
		if offered && runs(p) {
			t.Errorf("choice %q is offered", p)
		}
	}
}

var (
	numeric  = regexp.MustCompile(`^(-?[0-9]+(\.[0-9]+)?)?$`)
	headCode = regexp.MustCompile(`&&|&[LRPN]`)
	listRef  = regexp.MustCompile(`^("[^"]*"|'Keuzes'!\$[A-Z]+\$1:\$[A-Z]+\$[0-9]+)$`)
	stringRe = regexp.MustCompile(`^"([^"]|"")*"$`)
	nameRef  = regexp.MustCompile(`^'([^']|'')*'!(\$1:\$1|\$A\$1:\$[A-Z]+\$[0-9]+)$`)
)

// No text of any field is live in a workbook (DefectDojo #11059; CISO
// Assistant; Probo).
func TestXLSXTextsNeverRun(t *testing.T) {
	for _, p := range slices.Concat(payloads, broken, []string{"&P&F&\"x\"", "_x0041_ _x005F_", "'", `"`, "a,b"}) {
		d := filled(p)
		if strings.TrimSpace(p) == "" {
			d.Title = "x"
		}
		table := choosing("nl")
		fill(reflect.ValueOf(&table).Elem(), p)
		table.Columns[2].Choices = slices.Repeat([]string{p + "1"}, 3)
		for _, r := range table.Rows {
			r.Cells[4].Kind, r.Cells[5].Kind = report.KindText, report.KindText
			r.Cells[2] = report.Text(p + "1").Toned(report.Bad)
		}
		d.Blocks = append(d.Blocks, table)
		parts := unpack(t, report.XLSX, d)
		checkPackage(t, parts)
		for name, part := range parts {
			checkInert(t, fmt.Sprintf("%s with %q", name, p), parse(t, part), parse(t, parts["xl/styles.xml"]).all("cellXfs")[0].children)
		}
		if last := cellsOf(t, parts["xl/worksheets/sheet5.xml"], 1); strings.ReplaceAll(strings.ReplaceAll(last[0][1], "\n", ""), "\ufffd", "") != strings.Map(visible, p) {
			t.Errorf("%q reads back as %q", p, last[0][1])
		}
	}
}

// checkInert tells what in a part could run: anything but texts that are
// marked as such, numbers, and references and literals of ours.
func checkInert(t *testing.T, where string, n node, xfs []node) {
	t.Helper()
	for _, f := range n.all("f") {
		t.Errorf("%s: formula %q", where, f.text)
	}
	for _, c := range n.all("c") {
		s, _ := strconv.Atoi(c.attrs["s"])
		switch {
		case c.attrs["t"] == "inlineStr" && xfs[s].attrs["quotePrefix"] != "1":
			t.Errorf("%s: text %q is not marked as one", where, c.whole())
		case c.attrs["t"] != "inlineStr" && (c.attrs["t"] != "" || !numeric.MatchString(c.whole())):
			t.Errorf("%s: %q of type %q", where, c.whole(), c.attrs["t"])
		}
	}
	checkReferences(t, where, n)
}

func checkReferences(t *testing.T, where string, n node) {
	t.Helper()
	for name, want := range map[string]*regexp.Regexp{"formula1": listRef, "formula": stringRe, "definedName": nameRef} {
		for _, f := range n.all(name) {
			if !want.MatchString(f.text) || name == "formula1" && runs(strings.Trim(f.text, `"'`)) {
				t.Errorf("%s: %s %s", where, name, f.text)
			}
		}
	}
	for name, want := range map[string]string{"oddHeader": "&L&R", "oddFooter": "&L&R&P&N"} {
		for _, f := range n.all(name) {
			got := strings.ReplaceAll(strings.Join(headCode.FindAllString(f.text, -1), ""), "&&", "")
			if got != want || len(utf16.Encode([]rune(f.text))) > 255 {
				t.Errorf("%s: commands %s in %q, want %s", where, got, f.text, want)
			}
		}
	}
}

// visible drops what every rendering shows in another form.
func visible(r rune) rune {
	switch {
	case r == '\t':
		return ' '
	case r < ' ' || r == 0x2028 || r >= 0x202a && r <= 0x202e || r == 0xfffe || r == 0xfffd:
		return -1
	}
	return r
}

func BenchmarkXLSX(b *testing.B) {
	for _, rows := range []int{1000, 10_000, 100_000} {
		d := wideTable(rows)
		b.Run(strconv.Itoa(rows)+"x12", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := report.XLSX(io.Discard, d); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// wideTable is a register of n rows of 12 columns.
func wideTable(n int) report.Document {
	t := report.Table{Caption: "Register", Columns: []report.Column{
		{Title: "Key", Hidden: true},
		{Title: "Id"},
		{Title: "Risk", Width: 32},
		{Title: "Owner"},
		{Title: "Level", Choices: []string{"low", "high", "not assessed"}},
		{Title: "Score", Kind: report.KindNumber},
		{Title: "Loss", Kind: report.KindNumber},
		{Title: "Due", Kind: report.KindDate},
		{Title: "Controls"},
		{Title: "Measure", Width: 24},
		{Title: "State"},
		{Title: "Remarks", Width: 40},
	}}
	levels := []report.Cell{report.Text("low").Toned(report.Good), report.Text("high").Toned(report.Bad), report.Text("not assessed").Toned(report.Unknown)}
	for i := range n {
		s := strconv.Itoa(i)
		t.Rows = append(t.Rows, report.Row{ID: "r-" + s, Cells: []report.Cell{
			report.Text("risk/r-" + s + "@3"), report.Text("R-" + s), report.Text("Supplier " + s + " loses the data of customers"),
			report.Text("J. de Vries"), levels[i%3], report.Int(i % 25), report.Decimal(int64(i)*12345, 2), report.Day("2026-03-31"),
			report.Text("A.5.19, A.5.20, A.8.10"), report.Text("Agree & check, every quarter, what the supplier does"),
			report.Text("open").Toned(report.Warn), report.Text("Discussed in the review of " + s + "; see minutes \"Q1\".\nTo be decided."),
		}})
	}
	return report.Document{Title: "Risk register", Blocks: []report.Block{t}}
}

// The colour follows the word where each word has one tone; elsewhere it stays
// with the cell.
func TestXLSXTones(t *testing.T) {
	table := report.Table{
		Columns: []report.Column{{Choices: []string{"a", "b"}}, {Choices: []string{"a", "b"}}},
		Rows: []report.Row{
			{Cells: []report.Cell{report.Text("a").Toned(report.Bad), report.Text("a").Toned(report.Bad)}},
			{Cells: []report.Cell{report.Text("a").Toned(report.Bad), report.Text("a").Toned(report.Good)}},
			{Cells: []report.Cell{report.Text("b"), report.Text("elsewhere").Toned(report.Warn)}},
		},
	}
	parts := unpack(t, report.XLSX, report.Document{Title: "t", Blocks: []report.Block{table}})
	sheet, styles := parse(t, parts["xl/worksheets/sheet2.xml"]), parse(t, parts["xl/styles.xml"])
	var rules []string
	for _, f := range sheet.all("conditionalFormatting") {
		for _, r := range f.all("cfRule") {
			rules = append(rules, f.attrs["sqref"]+" "+r.whole()+" "+r.attrs["dxfId"])
		}
	}
	if want := []string{`A2:A1048576 "a" 2`}; !slices.Equal(rules, want) {
		t.Errorf("rules = %q, want %q", rules, want)
	}
	fills := styles.all("fills")[0].children
	colours := map[string]string{}
	for _, c := range sheet.all("c") {
		s, _ := strconv.Atoi(c.attrs["s"])
		f, _ := strconv.Atoi(styles.all("cellXfs")[0].children[s].attrs["fillId"])
		for _, colour := range fills[f].all("fgColor") {
			colours[c.attrs["r"]] = colour.attrs["rgb"]
		}
	}
	want := map[string]string{"A1": "FF14496B", "B1": "FF14496B", "B2": "FFFBE3E2", "B3": "FFDFF1EA", "B4": "FFFDEECB"}
	if diff := cmp.Diff(want, colours); diff != "" {
		t.Errorf("fills (-want +got):\n%s", diff)
	}
}
