package report

import (
	"archive/zip"
	"bufio"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ismskit/ismskit/isms/lang"
)

// office writes the parts of an Office Open XML file (ECMA-376), one after
// another, and keeps the first error. Texts go through [markup], so none can
// become markup; what a part may hold beside them are the constants here.
type office struct {
	markup // of the part that is being written

	zip *zip.Writer
	out *bufio.Writer
	err error
}

func newOffice(w io.Writer) *office {
	o := &office{zip: zip.NewWriter(w), out: bufio.NewWriterSize(io.Discard, 1<<16)}
	o.markup = markup{o.out}
	return o
}

// part begins the next part. All carry the first day that the format knows, so
// that the same document gives the same bytes.
func (o *office) part(name string) {
	o.flush()
	w, err := o.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		o.keep(err)
		w = io.Discard
	}
	o.out.Reset(w)
	o.tag(xmlDeclaration)
}

func (o *office) flush() { o.keep(o.out.Flush()) }

func (o *office) keep(err error) {
	if o.err == nil {
		o.err = err
	}
}

func (o *office) close() error {
	o.flush()
	o.keep(o.zip.Close())
	return o.err
}

// preserved is the text of an element that keeps its blanks.
func (o *office) preserved(s string) {
	if s != "" && (s[0] == ' ' || s[len(s)-1] == ' ' || strings.IndexByte(s, '\n') >= 0) {
		o.tag(` xml:space="preserve"`)
	}
	o.tag(">")
	o.content(s)
}

// content is a text between tags, where quotation marks are themselves: some
// readers take formulas as they stand.
func (o *office) content(s string) {
	s = clean(s)
	for {
		i := strings.IndexAny(s, "&<>")
		if i < 0 {
			_, _ = o.out.WriteString(s)
			return
		}
		_, _ = o.out.WriteString(s[:i])
		switch s[i] {
		case '&':
			o.tag("&amp;")
		case '<':
			o.tag("&lt;")
		case '>':
			o.tag("&gt;")
		}
		s = s[i+1:]
	}
}

// relation is one line of a part's relations: to another part, or to a link.
type relation struct {
	kind     literal
	target   string
	external bool
}

// relations writes a part of relations; line i has the id rId(i+1).
func (o *office) relations(name string, list []relation) {
	o.part(name)
	o.tag(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	for i, r := range list {
		o.tag(`<Relationship Id="rId`)
		o.number(i + 1)
		o.tag(`" Type="`)
		o.tag(r.kind)
		o.tag(`" Target="`)
		o.text(r.target)
		if r.external {
			o.tag(`" TargetMode="External`)
		}
		o.tag(`"/>`)
	}
	o.tag(`</Relationships>`)
}

// contentType is one line of the list of parts.
type contentType struct {
	part string
	kind literal
}

// frame writes what every file begins with: which parts there are, where it
// starts, and what programs show as its title.
func (o *office) frame(d Document, start string, parts []contentType) {
	o.part("[Content_Types].xml")
	o.tag(`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>`)
	for _, p := range parts {
		o.tag(`<Override PartName="/`)
		o.text(p.part)
		o.tag(`" ContentType="application/vnd.openxmlformats-officedocument.`)
		o.tag(p.kind)
		o.tag(`+xml"/>`)
	}
	o.tag(`</Types>`)
	o.relations("_rels/.rels", []relation{
		{kind: relDocument, target: start},
		{kind: "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties", target: "docProps/core.xml"},
	})
	o.part("docProps/core.xml")
	o.tag(`<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>`)
	o.text(oneLine(d.Title))
	o.tag(`</dc:title><dc:subject>`)
	o.text(oneLine(d.Subtitle))
	o.tag(`</dc:subject><dc:language>`)
	o.tag(literal(lang.Text{EN: "en", NL: "nl"}.In(d.Lang)))
	o.tag(`</dc:language></cp:coreProperties>`)
}

const (
	xmlDeclaration literal = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

	relOffice    literal = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	relDocument  literal = relOffice + "officeDocument"
	relHyperlink literal = relOffice + "hyperlink"
)

// oneLine is s, cleaned, on one line.
func oneLine(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

// units is the length of s as office programs count: in UTF-16.
func units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}

// cutUnits is the longest beginning of s that has at most n units.
func cutUnits(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i, r := range s {
		n--
		if r > 0xffff {
			n--
		}
		if n < 0 {
			return s[:i]
		}
	}
	return s
}

// maxAddress is the longest address that Excel takes for a link.
const maxAddress = 2079

// officeHref is the address of a link that an office file may carry: http and
// https only. A relative one would lead to whatever lies beside the file.
// Brackets, stray percent signs and a second # are encoded, for office programs
// call a file damaged over them.
func officeHref(href string) (string, bool) {
	safe, ok := safeHref(href)
	scheme, host, absolute := strings.Cut(safe, "://")
	if !ok || !absolute || !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") {
		return "", false
	}
	path := len(safe)
	if i := strings.IndexAny(host, "/?#"); i >= 0 {
		path = len(safe) - len(host) + i
	}
	var out strings.Builder
	out.WriteString(safe[:path])
	fragment := false
	for i := path; i < len(safe); i++ {
		switch c := safe[i]; {
		case c == '[':
			out.WriteString("%5B")
		case c == ']':
			out.WriteString("%5D")
		case c == '#' && fragment:
			out.WriteString("%23")
		case c == '%' && (i+2 >= len(safe) || !isHex(safe[i+1]) || !isHex(safe[i+2])):
			out.WriteString("%25")
		default:
			fragment = fragment || c == '#'
			out.WriteByte(c)
		}
	}
	if out.Len() > maxAddress {
		return "", false
	}
	return out.String(), true
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// running is document control in one line, for each printed page: the fields
// that are short, while there is room for n units.
func running(d Document, n int) string {
	var out strings.Builder
	for _, f := range d.Meta {
		value := oneLine(f.Value.display(d.Lang))
		if value == "" || utf8.RuneCountInString(value) > 48 {
			continue
		}
		field := oneLine(f.Name) + ": " + value
		if out.Len() > 0 {
			field = " · " + field
		}
		if units(out.String())+units(field) > n {
			continue
		}
		out.WriteString(field)
	}
	return out.String()
}
