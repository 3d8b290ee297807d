package report_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/isms/report"
)

// No text of any field is live in a word processor document: no field, no
// program to start, nothing that is fetched.
func TestDOCXTextsNeverRun(t *testing.T) {
	want := names(parse(t, unpack(t, report.DOCX, filled("x"))["word/document.xml"]))
	if len(want) < 300 {
		t.Fatalf("the document has %d elements, want the whole sample", len(want))
	}
	for _, p := range slices.Concat(payloads, broken, []string{`DDEAUTO c:\\windows\\system32\\cmd.exe "/k calc"`, "{ INCLUDEPICTURE x }", "\x13 DDE \x14"}) {
		if strings.TrimSpace(p) == "" {
			continue
		}
		parts := unpack(t, report.DOCX, filled(p))
		checkPackage(t, parts)
		got := names(parse(t, parts["word/document.xml"]))
		if slices.Contains(broken, p) || strings.HasPrefix(p, "\r") { // the lines of a figure's description are a list
			got, known := distinct(got), distinct(want)
			if !slices.Equal(got, known) {
				t.Errorf("with %q the document has elements %q, want %q", p, got, known)
			}
		} else if !slices.Equal(got, want) {
			t.Errorf("with %q the document has %d elements of structure, want %d", p, len(got), len(want))
		}
		for name, part := range parts {
			checkNoFields(t, fmt.Sprintf("%s with %q", name, p), parse(t, part), name == "word/footer1.xml")
		}
	}
}

// checkNoFields tells what in a part could run or be fetched. The foot of the
// page has the two fields of ours.
func checkNoFields(t *testing.T, where string, n node, foot bool) {
	t.Helper()
	for _, never := range []string{"instrText", "fldChar", "object", "altChunk", "subDoc", "script", "pict", "drawing", "control", "attachedTemplate"} {
		if len(n.all(never)) > 0 {
			t.Errorf("%s: <%s>", where, never)
		}
	}
	var fields []string
	for _, f := range n.all("fldSimple") {
		fields = append(fields, f.attrs["instr"])
	}
	if foot && !slices.Equal(fields, []string{"PAGE", "NUMPAGES"}) || !foot && fields != nil {
		t.Errorf("%s: fields %q", where, fields)
	}
}

// names are the elements within, without those that depend on the length of
// texts or on a link being one.
func names(n node) []string {
	var out []string
	if !slices.Contains([]string{"t", "br", "r", "rPr", "u", "color", "shd", "i", "b", "hyperlink"}, n.name) {
		out = append(out, n.name)
	}
	for _, c := range n.children {
		out = append(out, names(c)...)
	}
	return out
}

func distinct(names []string) []string { return slices.Compact(slices.Sorted(slices.Values(names))) }

func TestDOCXTable(t *testing.T) {
	parts := unpack(t, report.DOCX, sample("nl"))
	checkPackage(t, parts)
	doc := parse(t, parts["word/document.xml"])
	tables := doc.all("tbl")
	if len(tables) != 4 {
		t.Fatalf("%d tables, want document control and three others", len(tables))
	}
	for i, table := range tables[1:] {
		rows := table.all("tr")
		if len(rows[0].all("tblHeader")) != 1 || len(table.all("tblHeader")) != 1 {
			t.Errorf("table %d: its titles do not repeat on each page", i)
		}
		sum := 0
		for _, c := range table.all("gridCol") {
			n, _ := strconv.Atoi(c.attrs["w"])
			sum += n
		}
		if sum != 14798 {
			t.Errorf("table %d: columns of %d together, want the page of 14798", i, sum)
		}
	}
	if got := tables[2].all("tr")[1]; got.whole() != "Organisatorische beheersmaatregelen" || got.all("gridSpan")[0].attrs["val"] != "3" {
		t.Errorf("the first group is headed %q", got.whole())
	}
	for _, want := range []string{`<w:pStyle w:val="Heading1"/>`, `<w:pStyle w:val="Heading2"/>`, `w:orient="landscape"`, `<w:hyperlink w:anchor="b`} {
		if !strings.Contains(parts["word/document.xml"], want) {
			t.Errorf("the document has no %s", want)
		}
	}
	if !strings.Contains(parts["word/styles.xml"], `<w:lang w:val="nl-NL"/>`) {
		t.Error("the document does not say that it is Dutch")
	}
	marks := map[string]bool{"": true} // a link to the web has none
	for _, m := range doc.all("bookmarkStart") {
		marks[m.attrs["name"]] = true
	}
	for _, h := range doc.all("hyperlink") {
		if a := h.attrs["anchor"]; !marks[a] {
			t.Errorf("a link leads to bookmark %s, which does not exist", a)
		}
	}
}

// A hidden column is for programs: what is made only for reading leaves it out.
func TestHiddenColumns(t *testing.T) {
	d := fillable("en")
	for name, got := range map[string]string{
		"HTML": html(t, d), "Markdown": strings.ReplaceAll(markdown(t, d), `id="c-1"`, ""), "DOCX": unpack(t, report.DOCX, d)["word/document.xml"],
	} {
		if strings.Contains(strings.ReplaceAll(got, `id="c-1"`, ""), "c-1") || strings.Contains(got, ">key<") {
			t.Errorf("%s shows the hidden column", name)
		}
		if !strings.Contains(got, "A.5.1") {
			t.Errorf("%s does not show the others", name)
		}
	}
	for name, got := range map[string]string{"CSV": csvOf(t, choosing("en")), "XLSX": unpack(t, report.XLSX, d)["xl/worksheets/sheet2.xml"]} {
		if !strings.Contains(got, "c-1") || !strings.Contains(got, "key") {
			t.Errorf("%s has no hidden column", name)
		}
	}
}
