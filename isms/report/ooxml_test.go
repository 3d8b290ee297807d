package report_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/isms/report"
)

// unpack renders d and takes the package apart: its parts by name.
func unpack(t *testing.T, f func(io.Writer, report.Document) error, d report.Document) map[string]string {
	t.Helper()
	file := render(t, f, d)
	z, err := zip.NewReader(strings.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, e := range z.File {
		r, err := e.Open()
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if _, err := out.ReadFrom(r); err != nil {
			t.Fatal(err)
		}
		if _, twice := parts[e.Name]; twice {
			t.Errorf("part %s stands twice", e.Name)
		}
		parts[e.Name] = out.String()
	}
	return parts
}

// listing is the parts as one text, an element a line.
func listing(parts map[string]string) string {
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		out.WriteString("== " + name + "\n" + strings.ReplaceAll(strings.TrimSpace(parts[name]), "><", ">\n<") + "\n")
	}
	return out.String()
}

// node is an element with everything in it.
type node struct {
	name     string
	attrs    map[string]string
	text     string
	children []node
}

// parse reads a part strictly: it must be XML 1.0 as any program reads it.
func parse(t *testing.T, part string) node {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(part))
	stack := []node{{}}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return stack[0].children[0]
		}
		if err != nil {
			t.Fatalf("a part is not XML: %v", err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			n := node{name: e.Name.Local, attrs: map[string]string{}}
			for _, a := range e.Attr {
				n.attrs[a.Name.Local] = a.Value
			}
			stack = append(stack, n)
		case xml.CharData:
			stack[len(stack)-1].text += string(e)
		case xml.EndElement:
			last := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			parent := &stack[len(stack)-1]
			parent.children = append(parent.children, last)
		case xml.Comment, xml.Directive:
			t.Errorf("a part has %T %q", e, e)
		}
	}
}

// all are the elements of a name, anywhere within.
func (n node) all(name string) []node {
	var out []node
	if n.name == name {
		out = append(out, n)
	}
	for _, c := range n.children {
		out = append(out, c.all(name)...)
	}
	return out
}

// whole is the text of an element with all within it.
func (n node) whole() string {
	var s strings.Builder
	s.WriteString(n.text)
	for _, c := range n.children {
		s.WriteString(c.whole())
	}
	return s.String()
}

var outside = regexp.MustCompile(`^https?://[!-~]+$`)

// checkPackage tells what is wrong with a package as such: every part is XML,
// has a content type, and leads only to parts that exist or to the web.
func checkPackage(t *testing.T, parts map[string]string) {
	t.Helper()
	types := parse(t, parts["[Content_Types].xml"])
	typed := map[string]bool{}
	for _, o := range types.all("Override") {
		typed[strings.TrimPrefix(o.attrs["PartName"], "/")] = true
	}
	for name, part := range parts {
		n := parse(t, part)
		if !typed[name] && name != "[Content_Types].xml" && !strings.HasSuffix(name, ".rels") {
			t.Errorf("part %s has no content type", name)
		}
		folder := strings.TrimSuffix(name[:strings.LastIndex(name, "/")+1], "_rels/")
		for _, r := range n.all("Relationship") {
			target := r.attrs["Target"]
			if r.attrs["TargetMode"] == "External" {
				if !strings.HasSuffix(r.attrs["Type"], "/hyperlink") || !outside.MatchString(target) || strings.ContainsAny(target[8:], "[]") {
					t.Errorf("%s leads outside to %q as %q", name, target, r.attrs["Type"])
				}
			} else if _, exists := parts[folder+target]; !exists {
				t.Errorf("%s leads to %q, which does not exist", name, folder+target)
			}
		}
	}
	for name := range typed {
		if _, exists := parts[name]; !exists {
			t.Errorf("content type of %s, which does not exist", name)
		}
	}
}

// externals are the addresses that a part of relations leads to outside.
func externals(t *testing.T, part string) []string {
	t.Helper()
	var list []string
	if part == "" {
		return nil
	}
	for _, r := range parse(t, part).all("Relationship") {
		if r.attrs["TargetMode"] == "External" {
			list = append(list, r.attrs["Target"])
		}
	}
	return list
}

// Addresses of links in office files (see officeHref): nothing local, nothing
// relative, and no sign over which a program calls a file damaged.
func TestOfficeLinks(t *testing.T) {
	for href, want := range map[string]string{
		"https://example.org/a?b=[1]#c#d": "https://example.org/a?b=%5B1%5D#c%23d",
		"https://example.org/?q=%zz%41":   "https://example.org/?q=%25zz%41",
		"https://[::1]/x":                 "https://[::1]/x",
		"HTTP://example.org":              "HTTP://example.org",
		"http://ab":                       "http://ab",
		"soa.html#a":                      "",
		"/etc/passwd":                     "",
		"file:///etc/passwd":              "",
		"javascript:alert(1)":             "",
		`\\host\share`:                    "",
		"#nowhere":                        "",
		"https://example.org/" + strings.Repeat("a", 2100): "",
	} {
		d := report.Document{Title: "t", Blocks: []report.Block{report.List{Items: []report.Cell{report.Link("text", href)}}}}
		for name, f := range map[string]func(io.Writer, report.Document) error{"xl/worksheets/_rels/sheet1.xml.rels": report.XLSX, "word/_rels/document.xml.rels": report.DOCX} {
			parts := unpack(t, f, d)
			if got := strings.Join(externals(t, parts[name]), " "); got != want {
				t.Errorf("link to %q in %s = %q, want %q", href, name, got, want)
			}
			if !strings.Contains(parts["xl/worksheets/sheet1.xml"]+parts["word/document.xml"], ">text<") {
				t.Errorf("link to %q in %s: its text is missing", href, name)
			}
		}
	}
}
