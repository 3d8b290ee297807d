package report_test

import (
	"encoding/csv"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms/report"
)

func TestCells(t *testing.T) {
	for _, c := range []struct {
		cell           report.Cell
		csv, en, nl    string
		mdLink, inHTML string
	}{
		{cell: report.Cell{}, csv: `""`},
		{cell: report.Text("-3"), csv: `"'-3"`, en: `-3`, nl: `-3`},
		{cell: report.Int(-3), csv: `-3`, en: `-3`, nl: `-3`},
		{cell: report.Int(math.MinInt64), csv: `-9223372036854775808`, en: "-9\u202f223\u202f372\u202f036\u202f854\u202f775\u202f808", nl: "-9\u202f223\u202f372\u202f036\u202f854\u202f775\u202f808"},
		{cell: report.Int(2026), csv: `2026`, en: `2026`, nl: `2026`},
		{cell: report.Decimal(98, 1), csv: `9.8`, en: `9.8`, nl: `9,8`},
		{cell: report.Decimal(-5, 2), csv: `-0.05`, en: `-0.05`, nl: `-0,05`},
		{cell: report.Decimal(7, -1), csv: `7`, en: `7`, nl: `7`},
		{cell: report.Decimal(123456789, 2), csv: `1234567.89`, en: "1\u202f234\u202f567.89", nl: "1\u202f234\u202f567,89"},
		{cell: report.Cell{Kind: report.KindNumber, Text: "=1+1"}, csv: `"'=1+1"`, en: `=1+1`, nl: `=1+1`},
		{cell: report.Cell{Kind: report.KindNumber, Text: "-1+1"}, csv: `"'-1+1"`, en: `-1+1`, nl: `-1+1`},
		{cell: report.Cell{Kind: report.KindNumber, Text: "NaN"}, csv: `"NaN"`, en: `NaN`, nl: `NaN`},
		{cell: report.Cell{Kind: report.KindDate, Text: "-026-01-01"}, csv: `"'-026-01-01"`, en: `-026-01-01`, nl: `-026-01-01`},
		{cell: report.Day("2026-03-31"), csv: `2026-03-31`, en: `2026-03-31`, nl: `2026-03-31`},
		{cell: report.Day("0001-01-01"), csv: `""`}, // zero dates printed as dates (peers, Statement of Applicability)
		{cell: report.Day(""), csv: `""`},
		{cell: report.Text("a\tb\r\nc\x01\u202ed"), csv: "\"a b; c\uFFFD\uFFFDd\"", en: "a b<br>c\uFFFD\uFFFDd", nl: "a b<br>c\uFFFD\uFFFDd"},
		{cell: report.Text("\xffx"), csv: "\"\uFFFDx\"", en: "\uFFFDx", nl: "\uFFFDx"},
		{cell: report.Text(`say "hi"`), csv: `"say ""hi"""`, en: `say "hi"`, nl: `say "hi"`},
	} {
		table := report.Table{Columns: []report.Column{{Title: "c"}}, Rows: []report.Row{{Cells: []report.Cell{c.cell}}}}
		if got, want := csvOf(t, table), "\"c\"\r\n"+c.csv+"\r\n"; got != want {
			t.Errorf("CSV(%+v) = %q, want %q", c.cell, got, want)
		}
		for l, want := range map[string]string{"en": c.en, "nl": c.nl} {
			d := report.Document{Title: "t", Lang: "en", Blocks: []report.Block{table}}
			if l == "nl" {
				d.Lang = "nl"
			}
			if got := markdown(t, d); !strings.HasSuffix(got, "| --- |\n| "+want+" |\n") {
				t.Errorf("Markdown(%+v) in %s = %q, want cell %q", c.cell, l, got, want)
			}
			if got := html(t, d); !strings.Contains(got, ">"+strings.ReplaceAll(want, `"`, "&#34;")+"</th>") {
				t.Errorf("HTML(%+v) in %s has no cell %q", c.cell, l, want)
			}
		}
	}
}

func TestLinks(t *testing.T) {
	for href, want := range map[string]string{
		"#a-5-1":                    "#a-5-1",
		"soa.html#a-5-1":            "soa.html#a-5-1",
		"../x/y.html?q=1":           "../x/y.html?q=1",
		"/absolute":                 "/absolute",
		"https://example.org/a b":   "",
		"see the register":          "",
		"x.html?q=<b>":              "",
		"https://example.org/é(1)*": "https://example.org/%C3%A9%281%29%2A",
		"HTTP://example.org":        "HTTP://example.org",
		"javascript:alert(1)":       "",
		"JAVASCRIPT:alert(1)":       "",
		" javascript:alert(1)":      "",
		"java\nscript:alert(1)":     "",
		"\x01javascript:alert(1)":   "",
		"data:text/html,x":          "",
		"vbscript:x":                "",
		"file:///etc/passwd":        "",
		"mailto:a@example.org":      "",
		"//evil.example":            "",
		"///evil.example":           "",
		`/\evil.example`:            "",
		`\\evil.example`:            "",
		"https:evil.example":        "",
		"https:///evil.example":     "",
		"https://good@evil.example": "",
		"https://exa\u202emple.org": "",
		"a:b":                       "",
		"%":                         "",
	} {
		d := report.Document{Title: "t", Blocks: []report.Block{report.List{Items: []report.Cell{report.Link("text", href)}}}}
		wantHTML, wantMD := "<li>text</li>", "- text\n"
		if want != "" {
			wantHTML = `<li><a href="` + want + `" rel="noopener noreferrer">text</a></li>`
			wantMD = "- [text](<" + want + ">)\n"
		}
		if got := html(t, d); !strings.Contains(got, wantHTML) {
			t.Errorf("HTML of link %q: want %s", href, wantHTML)
		}
		if got := markdown(t, d); !strings.HasSuffix(got, wantMD) {
			t.Errorf("Markdown of link %q = %q, want %q", href, got, wantMD)
		}
	}
}

func TestCSVParsesBack(t *testing.T) {
	table := sampleTable("nl")
	got, err := csv.NewReader(strings.NewReader(csvOf(t, table))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var want [][]string
	var titles []string
	for _, c := range table.Columns {
		titles = append(titles, c.Title)
	}
	want = append(want, titles)
	for _, r := range table.Rows {
		var cells []string
		for _, c := range r.Cells {
			cells = append(cells, strings.ReplaceAll(c.Text, "\n", "; ")) // each row on a line of its own
		}
		want = append(want, cells)
	}
	want[3][2] = "'" + want[3][2] // =cmd()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("CSV (-want +got):\n%s", diff)
	}
}
