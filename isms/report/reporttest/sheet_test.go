package reporttest_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/isms/sheet"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/soa/spreadsheet"
)

func readSheets(t *testing.T, data []byte) *sheet.Book {
	t.Helper()
	b, err := sheet.Read(t.Context(), bytes.NewReader(data), int64(len(data)), nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// byExcelize is a workbook that another writer made, with what people put in.
func byExcelize(t *testing.T) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	day, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	check(err)
	long := `[$-413]dddd d mmmm yyyy`
	dutch, err := f.NewStyle(&excelize.Style{CustomNumFmt: &long})
	check(err)
	for cell, v := range map[string]any{
		"A1": "=not a formula", "B1": " blanks \n lines\t", "C1": 4.1, "D1": 46082, "E1": 46082, "F1": true, "G1": "\u00e9😀",
		"A3": 12345678901, "C3": -0.5, "D3": 46082.75,
	} {
		check(f.SetCellValue("Sheet1", cell, v))
	}
	check(f.SetCellStyle("Sheet1", "D1", "D1", day))
	check(f.SetCellStyle("Sheet1", "D3", "D3", day))
	check(f.SetCellStyle("Sheet1", "E1", "E1", dutch))
	check(f.SetCellFormula("Sheet1", "B3", "C1*2"))
	check(f.SetCellRichText("Sheet1", "A4", []excelize.RichTextRun{{Text: "rich "}, {Text: "text", Font: &excelize.Font{Bold: true}}}))
	check(f.SetCellHyperLink("Sheet1", "A4", "https://example.org", "External"))
	check(f.SetCellValue("Sheet1", "A5", "merged"))
	check(f.SetCellValue("Sheet1", "B6", "unseen"))
	check(f.MergeCell("Sheet1", "A5", "C6"))
	_, err = f.NewSheet("Open risks")
	check(err)
	check(f.SetCellValue("Open risks", "XFD9", "far"))
	check(f.SetSheetVisible("Open risks", false))
	var out bytes.Buffer
	check(f.Write(&out))
	return out.Bytes()
}

func lines(b *sheet.Book) string {
	var out strings.Builder
	for _, s := range b.Sheets {
		for _, r := range s.Rows {
			for i, c := range r.Cells {
				if c != (sheet.Cell{}) {
					out.WriteString(s.Place(r.Number, i) + " " + c.Kind.String() + " " + c.Text)
					if c.Formula {
						out.WriteString(" (formula)")
					}
					out.WriteString("|\n")
				}
			}
		}
	}
	return out.String()
}

const wantByExcelize = `Sheet1!A1 text =not a formula|
Sheet1!B1 text  blanks 
 lines	|
Sheet1!C1 number 4.1|
Sheet1!D1 day 2026-03-01|
Sheet1!E1 day 2026-03-01|
Sheet1!F1 bool true|
Sheet1!G1 text é😀|
Sheet1!A3 number 12345678901|
`

func TestSheetReadsExcelize(t *testing.T) {
	b := readSheets(t, byExcelize(t))
	want := wantByExcelize + "Sheet1!B3 text  (formula)|\nSheet1!C3 number -0.5|\nSheet1!D3 text 2026-03-01 18:00:00|\nSheet1!A4 text rich text|\nSheet1!A5 text merged|\n'Open risks'!XFD9 text far|\n"
	if got := lines(b); got != want {
		t.Errorf("cells = %s, want %s", got, want)
	}
	if b.Sheets[0].Hidden || !b.Sheets[1].Hidden {
		t.Errorf("hidden = %v, %v, want only the second", b.Sheets[0].Hidden, b.Sheets[1].Hidden)
	}
}

// office is a directory in which LibreOffice opens files and saves them again.
type office struct{ dir string }

func (o office) put(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(o.dir, name), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// save converts files, and reads what became of them, by name.
func (o office) save(t *testing.T, to string, names ...string) map[string]*sheet.Book {
	t.Helper()
	args := []string{"-env:UserInstallation=file://" + filepath.Join(o.dir, "profile"), "--headless"}
	if filepath.Ext(names[0]) == ".csv" {
		args = append(args, "--infilter=CSV:44,34,76") // comma, quote, UTF-8
	}
	args = append(args, "--convert-to", to, "--outdir", filepath.Join(o.dir, "out"))
	for _, name := range names {
		args = append(args, filepath.Join(o.dir, name))
	}
	cmd := exec.CommandContext(t.Context(), need(t, "soffice", "libreoffice-calc"), args...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, out)
	}
	books := map[string]*sheet.Book{}
	ext, _, _ := strings.Cut(to, ":")
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(o.dir, "out", strings.TrimSuffix(name, filepath.Ext(name))+"."+ext))
		if err != nil {
			t.Fatal(err)
		}
		books[name] = readSheets(t, data)
	}
	return books
}

// toCSV has LibreOffice save as it does in Dutch: semicolons, quotes where
// needed, UTF-8, contents as shown.
const toCSV = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false"

// LibreOffice opens and saves a workbook of another program, a statement to
// fill in, and CSV of ours: it is all still there.
func TestSheetsThroughLibreOffice(t *testing.T) {
	if testing.Short() {
		t.Skip("starting an office program takes seconds")
	}
	o := office{t.TempDir()}
	space, xlsx := statement(t)
	o.put(t, "theirs.xlsx", byExcelize(t))
	o.put(t, "soa.xlsx", xlsx)
	saved := o.save(t, "xlsx", "theirs.xlsx", "soa.xlsx")

	// LibreOffice has no constant true but the formula TRUE().
	want := strings.Replace(wantByExcelize, "bool true", "bool true (formula)", 1) + "Sheet1!B3 number 8.2 (formula)|\nSheet1!C3 number -0.5|\nSheet1!D3 text 2026-03-01 18:00:00|\nSheet1!A4 text rich text|\nSheet1!A5 text merged|\n'Open risks'!XFD9 text far|\n"
	if got := lines(saved["theirs.xlsx"]); got != want {
		t.Errorf("cells after LibreOffice = %s, want %s", got, want)
	}
	if got := changes(t, space, saved["soa.xlsx"]); len(got) > 0 {
		t.Errorf("a statement that was opened and saved = %q, want no change", got)
	}
	o.csv(t)
}

// csv checks that in our CSV no text is lost or comes alive.
func (o office) csv(t *testing.T) {
	t.Helper()
	texts := []string{"=1+1", " @x", "a; b", `say "hi"`, "-", "été 😀", "007", "2026-03-01", "1.5"}
	table := report.Table{Columns: []report.Column{{Title: "id"}, {Title: "text"}}}
	for _, s := range texts {
		table.Rows = append(table.Rows, report.Row{Cells: []report.Cell{report.Text("x"), report.Text(s)}})
	}
	ours := bytes.NewBufferString("\xef\xbb\xbf") // for programs that would not take it for UTF-8
	if err := report.CSV(ours, table); err != nil {
		t.Fatal(err)
	}
	o.put(t, "ours.csv", ours.Bytes())
	for _, to := range []string{toCSV, "xlsx"} {
		b := o.save(t, to, "ours.csv")["ours.csv"]
		var back []string
		for _, r := range b.Sheets[0].Rows[1:] {
			if c := r.Cell(1); c.Formula {
				t.Errorf("%s: row %d is a formula", to, r.Number)
			}
			back = append(back, sheet.Unprotect(r.Cell(1).Text))
		}
		want := slices.Clone(texts)
		want[6] = "7" // a spreadsheet takes what looks like a number for one
		if !slices.Equal(back, want) {
			t.Errorf("%s: texts = %q, want %q", to, back, want)
		}
	}
}

// statement is a space with some controls, and the sheet to fill in about them.
func statement(t *testing.T) (space *isms.Space, xlsx []byte) {
	t.Helper()
	store := isms.Open(memstore.New(), nil)
	t.Cleanup(func() { _ = store.Close() })
	space = store.Space("acme").As(isms.Person("jan"))
	controls := []isms.Control{
		{Common: isms.Common{ID: "a"}, Ref: "A.8.24", Implementation: isms.Partial, Since: isms.Day(2025, 5, 1), How: isms.Plain("Disks\n=1+1\n  -- été 😀"), Due: isms.Day(2026, 12, 31)},
		{Common: isms.Common{ID: "b"}, Ref: "A.8.30", Exclude: isms.Plain("+31 20 123")},
		{Common: isms.Common{ID: "own", Label: "007"}, Title: isms.Plain("1.10")},
	}
	err := space.Update(t.Context(), "", func(tx *isms.Tx) error {
		for i := range controls {
			if err := isms.Controls(tx).Put(&controls[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	doc := spreadsheet.Document(soa.Compile(soa.Inputs{Controls: controls}, isms.Day(2026, 3, 31)), controls, lang.NL)
	if err := report.XLSX(&out, doc); err != nil {
		t.Fatal(err)
	}
	return space, out.Bytes()
}

// changes is what a returned sheet comes to, in short.
func changes(t *testing.T, space *isms.Space, b *sheet.Book) (got []string) {
	t.Helper()
	r, err := spreadsheet.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	var o spreadsheet.Outcome
	err = space.View(t.Context(), func(tx *isms.Tx) (err error) {
		o, err = r.Compare(tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range o.Changes {
		got = append(got, c.Field+" "+c.Now)
	}
	for _, p := range o.Problems {
		got = append(got, p.Text(lang.EN))
	}
	for _, m := range o.Omissions {
		got = append(got, m.Text(lang.EN))
	}
	return got
}

// What another program changes in the sheet is what changed.
func TestReturnedByExcelize(t *testing.T) {
	space, xlsx := statement(t)
	f, err := excelize.OpenReader(bytes.NewReader(xlsx))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	name := f.GetSheetList()[1]
	cells, err := f.SearchSheet(name, "A.8.30")
	if err != nil || len(cells) == 0 {
		t.Fatalf("A.8.30 is in %v, %v", cells, err)
	}
	if err := f.SetCellValue(name, "F"+cells[0][1:], "niets uitbesteed"); err != nil {
		t.Fatal(err)
	}
	var changed bytes.Buffer
	if err := f.Write(&changed); err != nil {
		t.Fatal(err)
	}
	if got := changes(t, space, readSheets(t, changed.Bytes())); len(got) != 1 || got[0] != "exclude niets uitbesteed" {
		t.Errorf("changed by excelize = %q, want one change", got)
	}
}
