package report_test

import (
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms/report"
)

// payloads are texts from outside that attack some rendering: stored script
// (peers: several GRC tools), formula cells after blanks, tabs and returns
// (DefectDojo #11059), Markdown links and structure.
var payloads = []string{
	`<script>alert(1)</script>`,
	`"><img src=x onerror=alert(1)>`,
	`' onmouseover='alert(1)`,
	`</style><script>alert(1)</script>`,
	`</title></svg><script>alert(1)</script>`,
	`<!-- x --><b>y`,
	`]]><x>`,
	`{{.Title}}{{template "open"}}`,
	`javascript:alert(1)`,
	`JaVaScRiPt:alert(1)//https://x.example`,
	`data:text/html,<script>alert(1)</script>`,
	`//evil.example/x`,
	`/\evil.example`,
	`[click](javascript:alert(1))`,
	`![x](https://evil.example/x.png)`,
	`[ref]: https://evil.example`,
	`a | b | c`,
	`| --- | --- |`,
	`\| \`,
	"`code` ```",
	`**bold** _it_ ~~x~~ $x$`,
	`# heading #`, `- item`, `+ item`, `* item`, `1. item`, `12) item`, `> quote`, `---`, `===`, `    code`,
	`https://evil.example www.evil.example <https://evil.example>`,
	`&lt;script&gt; &#60;b&#62; &copy;`,
	`=cmd|'/C calc'!A0`, `+1+1`, `-1+1`, `@SUM(A1)`, `＝1+1`, `＋1`, `－1`, `＠x`,
	` =1`, "\t=1", "\r=1", "\u00a0=1", "\ufeff=1", "\u200b=1", "\ufe0f=1", "﹦1", "\x00=1", "\x01\x02=1", `"=1"`, `  "=1`,
	`x;=1+1`, `x; "=1`, `x";"=1`, `-3`, `-`,
	"\u202egnp.exe", "\xff\xfe", "\ufffe",
}

// broken are payloads with line ends in them.
var broken = []string{
	"a\n=1", "a\r\n=1+1", "a\r@x", "a\u2028- b", "a\n\n# b\n> c", "a\n| b |\n| --- |", "a\n    code\n```\nx", "a\n1. b", "a\n<script>alert(1)</script>", "\n\n",
}

// fill sets every string within v to s, whatever fields the tree has or gets:
// all but the ids and colours, which are not texts but checked, and the names
// in skip.
func fill(v reflect.Value, s string, skip ...string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), s, skip...)
		}
	case reflect.Interface:
		e := reflect.New(v.Elem().Type()).Elem()
		e.Set(v.Elem())
		fill(e, s, skip...)
		v.Set(e)
	case reflect.Struct:
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if v.Type() != reflect.TypeFor[report.SVG]() && !slices.Contains([]string{"ID", "Lang", "Colour"}, name) && !slices.Contains(skip, name) {
				fill(v.Field(i), s, skip...)
			}
		}
	default:
	}
}

// filled is the sample with s as every text of it and of its figures.
func filled(s string, skip ...string) report.Document {
	d, h, w := sample("nl"), sampleHeat("nl"), sampleWheel("nl")
	fill(reflect.ValueOf(&d).Elem(), s, skip...)
	fill(reflect.ValueOf(&h).Elem(), s)
	fill(reflect.ValueOf(&w).Elem(), s)
	d.Blocks = append(d.Blocks, report.Figure{Caption: s, SVG: h.SVG()}, report.Figure{Caption: s, SVG: w.SVG()})
	return d
}

// structure is the sequence of elements with the names of their attributes,
// without those that depend on the length of texts or on a link being one.
func structure(t *testing.T, page string) []string {
	t.Helper()
	var out []string
	for _, token := range tokens(t, page) {
		switch token := token.(type) {
		case xml.Comment:
			t.Errorf("HTML has a comment %q", token)
		case xml.StartElement:
			switch name := token.Name.Local; name {
			case "a", "br", "text":
				checkAttributes(t, token)
			case "th", "td", "span": // a class may depend on the length
				out = append(out, name)
			default:
				out = append(out, name)
				for _, a := range token.Attr {
					out = append(out, " "+a.Name.Local)
				}
			}
		}
	}
	return out
}

// tokens reads a page as XML that leaves some elements open.
func tokens(t *testing.T, page string) []xml.Token {
	t.Helper()
	var out []xml.Token
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict, d.AutoClose = false, xml.HTMLAutoClose
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("HTML does not parse: %v", err)
		}
		out = append(out, xml.CopyToken(token))
	}
}

var safeLink = regexp.MustCompile(`^(#|https?://[^/]|[^/:\\]+($|[/?#])|/[^/\\])`)

func checkAttributes(t *testing.T, e xml.StartElement) {
	t.Helper()
	for _, a := range e.Attr {
		if a.Name.Local == "href" && !safeLink.MatchString(a.Value) {
			t.Errorf("href = %q, want no such link", a.Value)
		}
		if !slices.Contains([]string{"href", "rel", "x", "y", "font-size", "fill", "font-weight", "text-anchor"}, a.Name.Local) {
			t.Errorf("<%s> has attribute %q", e.Name.Local, a.Name.Local)
		}
	}
}

func TestHTMLTextsNeverBecomeMarkup(t *testing.T) {
	want := structure(t, html(t, filled("x")))
	if len(want) < 100 {
		t.Fatalf("structure has %d elements, want the whole sample", len(want))
	}
	for _, p := range slices.Concat(payloads, broken) {
		if p == "\n\n" {
			continue // an empty tone has no badge
		}
		got := structure(t, html(t, filled(p)))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("structure with %q (-want +got):\n%s", p, diff)
		}
	}
}

func TestSVGTextsNeverBecomeMarkup(t *testing.T) {
	for _, p := range slices.Concat(payloads, broken) {
		h, w := sampleHeat("en"), sampleWheel("en")
		fill(reflect.ValueOf(&h).Elem(), p)
		fill(reflect.ValueOf(&w).Elem(), p)
		for _, svg := range []string{h.SVG().String(), w.SVG().String()} {
			d := xml.NewDecoder(strings.NewReader(svg)) // strict: it is a file of its own too
			for {
				token, err := d.Token()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatalf("SVG with %q does not parse: %v", p, err)
				}
				if s, ok := token.(xml.StartElement); ok && !slices.Contains([]string{"svg", "title", "desc", "rect", "polygon", "path", "text"}, s.Name.Local) {
					t.Errorf("SVG with %q has element %s", p, s.Name.Local)
				}
			}
		}
	}
}

var (
	mdEscape = regexp.MustCompile("\\\\[!-/:-@\\[-`{-~]|&[a-z]+;")
	mdTarget = regexp.MustCompile(`\]\(<[^<>]*>\)`)
	mdMarker = regexp.MustCompile("^(?:(?:>|[-+*]|[0-9]+[.)])(?: |$))*(?:#+ |\\||[-=]+|```|~~~|<|    )?")
	mdActive = regexp.MustCompile("[^`*_\\[\\]<>|~#$]+")
	mdAuto   = regexp.MustCompile(`(?i)[a-z]://|www\.`)
)

// skeleton is what is left of Markdown without its texts: for each line how it
// begins, and its signs that mean something.
func skeleton(t *testing.T, md string) []string {
	t.Helper()
	var out []string
	for line := range strings.SplitSeq(md, "\n") {
		start := mdMarker.FindString(line)
		line = mdTarget.ReplaceAllString(line, "](<>)")
		if auto := mdAuto.FindString(line); auto != "" {
			t.Errorf("Markdown has a bare link in %q", line)
		}
		line = mdEscape.ReplaceAllString(line, "")
		out = append(out, strings.TrimSpace(start)+" : "+mdActive.ReplaceAllString(line, ""))
	}
	return out
}

func TestMarkdownTextsNeverBecomeMarkup(t *testing.T) {
	want := skeleton(t, markdown(t, filled("x", "Href")))
	for _, p := range payloads {
		if clean := strings.TrimLeft(p, "\r"); clean != p {
			continue // a line end; see the cells below
		}
		if diff := cmp.Diff(want, skeleton(t, markdown(t, filled(p, "Href")))); diff != "" {
			t.Errorf("skeleton with %q (-want +got):\n%s", p, diff)
		}
	}
}

// Line ends split paragraphs, never tables.
func TestMarkdownRowsHaveOneCellPerColumn(t *testing.T) {
	for _, p := range slices.Concat(payloads, broken) {
		d := report.Document{Title: p, Blocks: []report.Block{sampleTable("en")}}
		if strings.TrimSpace(p) == "" {
			d.Title = "x"
		}
		fill(reflect.ValueOf(&d.Blocks).Elem(), p)
		rows := 0
		for line := range strings.SplitSeq(markdown(t, d), "\n") {
			if !strings.HasPrefix(line, "|") {
				continue
			}
			rows++
			if got := strings.Count(mdEscape.ReplaceAllString(line, ""), "|"); got != 10 {
				t.Errorf("row with %q has %d bars, want 10: %s", p, got, line)
			}
		}
		if rows != 5 {
			t.Errorf("table with %q has %d lines, want 5", p, rows)
		}
	}
}

func TestMarkdownLinesAreEscapedWhereTheyBegin(t *testing.T) {
	for _, p := range broken {
		d := report.Document{Title: "x", Blocks: []report.Block{report.Paragraph(p), report.List{Items: []report.Cell{report.Text(p)}}, report.Note{Text: p}}}
		for _, line := range skeleton(t, markdown(t, d))[1:] {
			if start, _, _ := strings.Cut(line, " :"); !slices.Contains([]string{"", "-", ">", "**", "> **"}, start) {
				t.Errorf("paragraph %q gives a line that begins %q", p, start)
			}
		}
	}
}

// runs tells whether a spreadsheet could take a part of the text for a formula.
func runs(s string) bool {
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ';' || r == '\n' }) {
		part = strings.TrimLeftFunc(part, func(r rune) bool {
			return r == '"' || unicode.IsSpace(r) || unicode.Is(unicode.C, r) || unicode.IsMark(r) || r == unicode.ReplacementChar
		})
		if strings.IndexAny(part, "=+-@＝＋－＠﹢﹣﹦﹫") == 0 {
			return true
		}
	}
	return false
}

func TestCSVTextsNeverRun(t *testing.T) {
	for _, p := range slices.Concat(payloads, broken) {
		table := sampleTable("en")
		fill(reflect.ValueOf(&table).Elem(), p)
		for _, r := range table.Rows {
			r.Cells[4].Kind, r.Cells[5].Kind = report.KindText, report.KindText // "-3" is a number there, and stays one
		}
		out := csvOf(t, table)
		records, err := csv.NewReader(strings.NewReader(out)).ReadAll()
		if err != nil || len(records) != 4 {
			t.Fatalf("CSV with %q has %d records (%v), want 4", p, len(records), err)
		}
		for _, cell := range slices.Concat(records...) {
			if runs(cell) {
				t.Errorf("cell %q of %q can run", cell, p)
			}
		}
		if runs(out) { // by a program that splits on semicolons
			t.Errorf("CSV with %q can run when split on semicolons:\n%s", p, out)
		}
	}
}

func FuzzTexts(f *testing.F) {
	for _, p := range slices.Concat(payloads, broken) {
		f.Add(p)
	}
	var want []string
	f.Fuzz(func(t *testing.T, s string) {
		if strings.TrimSpace(s) == "" {
			return
		}
		d := filled(s)
		got := structure(t, html(t, d))
		if want == nil {
			want = structure(t, html(t, filled("x")))
		}
		if len(got) != len(want) {
			t.Errorf("HTML with %q has %d elements, want %d", s, len(got), len(want))
		}
		_ = markdown(t, d)
		out := csvOf(t, report.Table{Columns: []report.Column{{Title: s}, {Title: s}}})
		r, err := csv.NewReader(strings.NewReader(out)).Read()
		if err != nil || len(r) != 2 || runs(r[1]) || runs(out) {
			t.Errorf("CSV with %q = %q, %v", s, r, err)
		}
	})
}
