package reporttest_test

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
)

// hostile are texts that some program could run or trip over: formulas after
// blanks, tabs, returns and invisible signs, full-width forms (DefectDojo
// #11059; CISO Assistant; Probo), markup, escapes of the format, and what looks
// like a number, a day or a field.
var hostile = []string{
	`=cmd|'/C calc'!A0`, "+1+1", "-1+1", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠x", " =1", "\u00a0=1", "\ufeff=1", "\u200b=1", `"=1"`, "'=1", "'",
	"=HYPERLINK(\"https://evil.example\";\"x\")", `DDE("cmd";"/C calc";"x")`, "x;=1+1", "-3", "-", "5.10", "1-2", "2026-03-31", "TRUE", "1e5", "007",
	"<script>alert(1)</script>", "&amp; &lt; ]]>", "_x0041_", "_x005F_x0041_", "a\n=1", " leading and trailing ", "{ INCLUDETEXT x }", "&P &F", "日本語 😀 é",
}

// table has a row for each hostile text, in every column that takes texts.
func table() report.Table {
	t := report.Table{
		ID: "hostile", Caption: "Hostile: [texts]",
		Columns: []report.Column{
			{Title: "key", Hidden: true},
			{Title: "=1+1", Width: 30},
			{Title: "Choice", Choices: []string{"yes", "no", "=1+1"}},
			{Title: "Long choice", Choices: []string{"yes", "no", strings.Repeat("long, ", 60)}},
			{Title: "Number", Kind: report.KindNumber},
			{Title: "Day", Kind: report.KindDate},
		},
	}
	for i, s := range hostile {
		t.Rows = append(t.Rows, report.Row{ID: "r-" + strconv.Itoa(i), Cells: []report.Cell{
			report.Text("k" + strconv.Itoa(i)), report.Link(s, "https://example.org/"+strconv.Itoa(i)), report.Text("yes").Toned(report.Good), report.Text("no"),
			report.Decimal(int64(i)*1000-50, 1), report.Day("2026-02-28"),
		}})
	}
	return t
}

func document() report.Document {
	d := report.Document{
		Title: "=1+1 & Zonen", Subtitle: "@x", Lang: lang.NL,
		Meta: []report.Field{{Name: "Peildatum", Value: report.Day("2026-03-31")}, {Name: "=x", Value: report.Text("-x")}},
	}
	for _, s := range hostile {
		d.Blocks = append(d.Blocks, report.Heading{Text: s}, report.Paragraph(s), report.Note{Title: s, Text: s}, report.List{Items: []report.Cell{report.Text(s)}})
	}
	d.Blocks = append(d.Blocks, table())
	return d
}

// open renders d and reads it with excelize.
func open(t *testing.T, d report.Document) *excelize.File {
	t.Helper()
	var out bytes.Buffer
	if err := report.XLSX(&out, d); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestSheetsReadBack(t *testing.T) {
	f := open(t, document())
	if got, want := f.GetSheetList(), []string{"Overzicht", "Hostile texts", "Keuzes"}; !slices.Equal(got, want) {
		t.Fatalf("sheets = %q, want %q", got, want)
	}
	for name, want := range map[string]bool{"Overzicht": true, "Hostile texts": true, "Keuzes": false} {
		if got, err := f.GetSheetVisible(name); err != nil || got != want {
			t.Errorf("sheet %s is visible: %v (%v), want %v", name, got, err, want)
		}
	}
	raw, err := f.GetRows("Hostile texts", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	shown, err := f.GetRows("Hostile texts")
	if err != nil {
		t.Fatal(err)
	}
	if len(raw) != 1+len(hostile) {
		t.Fatalf("%d rows, want %d", len(raw), 1+len(hostile))
	}
	for i, s := range hostile {
		// excelize trims nothing and undoes the escapes of the format.
		number := report.Decimal(int64(i)*1000-50, 1).Text
		want := []string{"k" + strconv.Itoa(i), s, "yes", "no", number, "46081"}
		if got := raw[i+1]; !slices.Equal(got, want) {
			t.Errorf("row %d = %q, want %q", i+2, got, want)
		}
		if got := shown[i+1][5]; got != "2026-02-28" {
			t.Errorf("row %d: the day is shown as %q", i+2, got)
		}
	}
	first, err := f.GetRows("Overzicht")
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprintf("%q", first)
	for _, s := range hostile {
		if n := strings.Count(all, strings.Trim(fmt.Sprintf("%q", s), `"`)); n < 4 {
			t.Errorf("%q stands %d times on the first sheet, want 4", s, n)
		}
	}
}

func TestNoFormulaAnywhere(t *testing.T) {
	f := open(t, document())
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for r := range rows {
			for c := range 8 {
				cell, _ := excelize.CoordinatesToCellName(c+1, r+1)
				if formula, err := f.GetCellFormula(sheet, cell); err != nil || formula != "" {
					t.Errorf("%s!%s has formula %q (%v)", sheet, cell, formula, err)
				}
			}
		}
	}
}

func TestWhatASheetIsSetUpFor(t *testing.T) {
	f := open(t, document())
	const sheet = "Hostile texts"
	if p, err := f.GetPanes(sheet); err != nil || !p.Freeze || p.YSplit != 1 || p.TopLeftCell != "A2" {
		t.Errorf("panes = %+v (%v), want the first row frozen", p, err)
	}
	for col, want := range map[string]bool{"A": false, "B": true} {
		if got, err := f.GetColVisible(sheet, col); err != nil || got != want {
			t.Errorf("column %s is visible: %v (%v), want %v", col, got, err, want)
		}
	}
	if w, err := f.GetColWidth(sheet, "B"); err != nil || w < 30 {
		t.Errorf("column B is %v wide (%v), want at least 30", w, err)
	}
	layout, err := f.GetPageLayout(sheet)
	if err != nil || *layout.Size != 9 || *layout.Orientation != "landscape" || *layout.FitToWidth != 1 || *layout.FitToHeight != 0 {
		t.Errorf("page layout = %+v (%v)", layout, err)
	}
	names := map[string]string{}
	for _, n := range f.GetDefinedName() {
		names[n.Name] = n.RefersTo
	}
	if names["_xlnm.Print_Titles"] != "'Hostile texts'!$1:$1" || names["_xlnm._FilterDatabase"] != fmt.Sprintf("'Hostile texts'!$A$1:$F$%d", 1+len(hostile)) || len(names) != 2 {
		t.Errorf("names = %q", names)
	}
}

func TestWhatAColumnIsSetUpFor(t *testing.T) {
	f := open(t, document())
	const sheet = "Hostile texts"
	rules, err := f.GetDataValidations(sheet)
	if err != nil || len(rules) != 2 {
		t.Fatalf("%d drop-downs (%v), want 2", len(rules), err)
	}
	if got := rules[0]; got.Formula1 != `"yes,no"` || got.Sqref != "C2:C1048576" || got.ShowErrorMessage {
		t.Errorf("first drop-down = %+v", got)
	}
	if got := rules[1]; got.Formula1 != "'Keuzes'!$A$1:$A$3" || !got.ShowErrorMessage {
		t.Errorf("second drop-down = %+v", got)
	}
	formats, err := f.GetConditionalFormats(sheet)
	if err != nil || len(formats["C2:C1048576"]) != 1 || formats["C2:C1048576"][0].Value != `"yes"` {
		t.Errorf("conditional colours = %+v (%v)", formats, err)
	}
	for i := range hostile {
		cell, want := "B"+strconv.Itoa(i+2), "https://example.org/"+strconv.Itoa(i)
		if ok, target, err := f.GetCellHyperLink(sheet, cell); err != nil || !ok || target != want {
			t.Errorf("link of %s = %v %q (%v), want %s", cell, ok, target, err, want)
		}
	}
	id, err := f.GetCellStyle(sheet, "B2")
	if err != nil {
		t.Fatal(err)
	}
	style, err := f.GetStyle(id)
	if err != nil || !style.Alignment.WrapText || style.NumFmt != 0 {
		t.Errorf("style of a text = %+v (%v)", style, err)
	}
}

// BenchmarkXLSX writes the same 10,000 rows of 12 columns with our writer and
// with the streaming one of excelize.
func BenchmarkXLSX(b *testing.B) {
	const rows, columns = 10_000, 12
	t := report.Table{Caption: "Register", Columns: make([]report.Column, columns)}
	for r := range rows {
		cells := make([]report.Cell, columns)
		for c := range cells {
			switch c {
			case 5:
				cells[c] = report.Int(r)
			case 7:
				cells[c] = report.Day("2026-03-31")
			default:
				cells[c] = report.Text(fmt.Sprintf("Supplier %d loses the data of customers %d", r, c))
			}
		}
		t.Rows = append(t.Rows, report.Row{Cells: cells})
	}
	d := report.Document{Title: "t", Blocks: []report.Block{t}}
	b.Run("ismskit", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := report.XLSX(io.Discard, d); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("excelize", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := stream(io.Discard, t); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func stream(w io.Writer, t report.Table) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	s, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	for i, r := range t.Rows {
		row := make([]any, len(r.Cells))
		for n, c := range r.Cells {
			if c.Kind == report.KindNumber {
				row[n], _ = strconv.Atoi(c.Text)
			} else {
				row[n] = c.Text
			}
		}
		if err := s.SetRow("A"+strconv.Itoa(i+1), row); err != nil {
			return err
		}
	}
	if err := s.Flush(); err != nil {
		return err
	}
	return f.Write(w)
}
