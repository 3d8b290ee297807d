package sheet_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/isms/sheet"
)

func TestCSV(t *testing.T) {
	three := "A1 text \"Nr\"\nB1 text \"Titel\"\nA2 number \"1\"\nB2 text \"café\"\n"
	units := utf16.Encode([]rune("Nr\tTitel\r\n1\tcafé\r\n"))
	var little, big bytes.Buffer
	little.WriteString("\xff\xfe")
	big.WriteString("\xfe\xff")
	for _, u := range units {
		little.Write([]byte{byte(u), byte(u >> 8)})
		big.Write([]byte{byte(u >> 8), byte(u)})
	}
	tests := []struct {
		name, data string
		opts       *sheet.Options
		want       string
	}{
		{"commas", "Nr,Titel\n1,café\n", nil, three},
		{"semicolons, as Excel in Dutch writes", "Nr;Titel\r\n1;café\r\n", nil, three},
		{"semicolons beside commas", "Nr;Titel\r\n1;\"café\"\r\n\"2\";\"a, b, c\"\r\n", nil, three + "A3 text \"2\"\nB3 text \"a, b, c\"\n"},
		{"semicolons although one text has more commas", "Nr;Titel\n1;café\n2;a, b, c, d\n", nil, three + "A3 number \"2\"\nB3 text \"a, b, c, d\"\n"},
		{"tabs", "Nr\tTitel\r1\tcafé\r", nil, three},
		{"a separator that is named", "sep=|\r\nNr|Titel\r\n1|a,b;c\r\n", nil, "A2 text \"Nr\"\nB2 text \"Titel\"\nA3 number \"1\"\nB3 text \"a,b;c\"\n"},
		{"a separator that is given", "a,b;c\n", &sheet.Options{Comma: ';'}, "A1 text \"a,b\"\nB1 text \"c\"\n"},
		{"a byte order mark", "\xef\xbb\xbfNr,Titel\n1,café", nil, three},
		{"UTF-16", little.String(), nil, three},
		{"UTF-16 the other way", big.String(), nil, three},
		{"Windows-1252 where the caller says so", "Nr;Titel\r\n1;caf\xe9\r\n", &sheet.Options{Windows1252: true}, three},
		{"UTF-8 although the caller said otherwise", "Nr;Titel\r\n1;café\r\n", &sheet.Options{Windows1252: true}, three},
		{"signs of Windows-1252", "\x80;\x9f\n", &sheet.Options{Windows1252: true}, "A1 text \"€\"\nB1 text \"Ÿ\"\n"},
		{"one column", "Title\nsome words\n", nil, "A1 text \"Title\"\nA2 text \"some words\"\n"},
		{"lines within a cell", "a,\"b\r\nc\"\"d\"\re,f", nil, "A1 text \"a\"\nB1 text \"b\\nc\\\"d\"\nA2 text \"e\"\nB2 text \"f\"\n"},
		{"empty lines count, empty cells do not", "a,b\n\n\n,,\nc,,d,,\n", nil, "A1 text \"a\"\nB1 text \"b\"\nA5 text \"c\"\nC5 text \"d\"\n"},
		{"numbers and days stand bare", "1,-2.50,2026-03-01,007,1e3,2026-13-01,\"5\",--1\n", nil, "A1 number \"1\"\nB1 number \"-2.50\"\nC1 day \"2026-03-01\"\nD1 number \"007\"\nE1 text \"1e3\"\nF1 text \"2026-13-01\"\nG1 text \"5\"\nH1 text \"--1\"\n"},
		{"apostrophes of ours", "a,'=1+1,\"x;' =y\",'quoted'\n", nil, "A1 text \"a\"\nB1 text \"=1+1\"\nC1 text \"x; =y\"\nD1 text \"'quoted'\"\n"},
		{"titles above the table", "Register of risks\n\nid,title,owner\nr-1,\"a;b\",x\nr-2,c,y\n", nil, "A1 text \"Register of risks\"\nA3 text \"id\"\nB3 text \"title\"\nC3 text \"owner\"\nA4 text \"r-1\"\nB4 text \"a;b\"\nC4 text \"x\"\nA5 text \"r-2\"\nB5 text \"c\"\nC5 text \"y\"\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := mustRead(t, []byte(test.data), test.opts)
			if diff := cmp.Diff(test.want, dump(b.Sheets[0])); diff != "" || b.Format != sheet.FormatCSV {
				t.Errorf("format %s, cells (-want +got):\n%s", b.Format, diff)
			}
		})
	}
}

// A Dutch Excel saves "CSV" in an encoding that looks like others: it is refused
// with the line, until somebody says what it is.
func TestCSVOfUnknownEncoding(t *testing.T) {
	for _, opts := range []*sheet.Options{nil, {Windows1252: true}} {
		_, err := read(t, []byte("Nr;Titel\r\n1;caf\x81\r\n"), opts)
		if err == nil || !strings.HasPrefix(err.Error(), "sheet csv: line 2: unsupported character encoding") {
			t.Errorf("Read(%v) = %v, want an error with its line", opts, err)
		}
	}
}

// What report.CSV writes reads back: every text exactly, but that a line end is
// "; " for ever.
func TestRoundTripOfCSV(t *testing.T) {
	text := rapid.OneOf(
		rapid.StringOf(rapid.SampledFrom([]rune("ab =+-@＝;,'\"\n\t| 1.é😀"))),
		rapid.SampledFrom([]string{"", "=1+1", " @x", ";=x", "a\n-b", "'=x", "''", "sep=;", "1", "-1", "2026-03-01", "+31 20 123"}),
	)
	rapid.Check(t, func(t *rapid.T) {
		table := drawTable(t, text)
		var out bytes.Buffer
		if err := report.CSV(&out, table); err != nil {
			t.Fatal(err)
		}
		b, err := sheet.Read(t.Context(), bytes.NewReader(out.Bytes()), int64(out.Len()), nil)
		if err != nil {
			t.Fatalf("Read(%q): %v", out.String(), err)
		}
		have := map[int]sheet.Row{}
		for _, r := range b.Sheets[0].Rows {
			have[r.Number] = r
		}
		for i, r := range table.Rows {
			for j, c := range r.Cells {
				want := sheet.Cell{Kind: sheet.Kind(c.Kind), Text: c.Text}
				if c.Kind == report.KindText {
					want.Text = flat(c.Text)
				}
				if got := have[i+2].Cell(j); got != want {
					t.Fatalf("cell %d, %d = %v, want %v; written as %q", i+2, j, got, want, out.String())
				}
			}
		}
	})
}

func drawTable(t *rapid.T, text *rapid.Generator[string]) report.Table {
	width := rapid.IntRange(2, 4).Draw(t, "width")
	table := report.Table{}
	for range width {
		table.Columns = append(table.Columns, report.Column{Title: "c" + text.Draw(t, "title")})
	}
	for range rapid.IntRange(0, 5).Draw(t, "rows") {
		var row report.Row
		for range width {
			cell := report.Text(text.Draw(t, "text"))
			switch rapid.IntRange(0, 5).Draw(t, "kind") {
			case 0:
				cell = report.Decimal(rapid.Int64().Draw(t, "n"), rapid.IntRange(0, 3).Draw(t, "places"))
			case 1:
				cell = report.Day("2026-02-28")
			}
			row.Cells = append(row.Cells, cell)
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// flat is what report.CSV makes of a text, but for the protection.
func flat(s string) string { return strings.NewReplacer("\n", "; ", "\t", " ").Replace(s) }

func TestUnprotect(t *testing.T) {
	for in, want := range map[string]string{
		"'=x": "=x", "' =x": " =x", "''=x": "'=x", "'x": "'x", "=x": "=x", "a;'=x;'-": "a;=x;-", "a'=x": "a'=x", "'＝x": "＝x", "": "", "'": "'",
	} {
		if got := sheet.Unprotect(in); got != want {
			t.Errorf("Unprotect(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("a;b\n\"c\"\"\";'=d\n"))
	f.Add([]byte("sep=,\r\n1,2026-03-01\r\n"))
	f.Add(pack(f, workbook(`<row r="2"><c r="B2" t="s"><v>2</v></c><c s="1"><v>46082</v></c><c><f>1</f></c></row>`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := read(t, data, nil)
		if (b == nil) != (err != nil) {
			t.Fatalf("Read = %v, %v, want one of them", b, err)
		}
		if b == nil {
			return
		}
		for _, s := range b.Sheets {
			last := 0
			for _, r := range s.Rows {
				if r.Number <= last || len(r.Cells) == 0 || r.Cells[len(r.Cells)-1] == (sheet.Cell{}) {
					t.Fatalf("row %d after row %d: %v", r.Number, last, r.Cells)
				}
				last = r.Number
			}
		}
	})
}

func BenchmarkReadCSV(b *testing.B) {
	data := []byte(strings.Repeat("\"R-014\",\"Laptop stolen\",3,4,\"high\",2026-03-01,\"IT manager\"\r\n", 10_000))
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		mustRead(b, data, nil)
	}
}

func BenchmarkReadXLSX(b *testing.B) {
	row := `<row><c t="s"><v>0</v></c><c t="inlineStr"><is><t>Laptop stolen</t></is></c><c><v>3</v></c><c><v>4</v></c><c t="s"><v>1</v></c><c s="1"><v>46082</v></c></row>`
	data := pack(b, workbook(strings.Repeat(row, 10_000)))
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		mustRead(b, data, nil)
	}
}
