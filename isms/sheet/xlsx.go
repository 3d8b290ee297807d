package sheet

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/ismskit/ismskit/internal/xmlstream"
)

// workbook is an XLSX file that is being read.
type workbook struct {
	*archive

	ctx      context.Context //nolint:containedctx // of one call of Read
	left     *budget
	date1904 bool
	strings  []string // shared by the sheets
	days     []bool   // whether a style shows a day
}

func readXLSX(ctx context.Context, r io.ReaderAt, size int64) (*Book, error) {
	a, err := openArchive(r, size)
	if err != nil {
		return nil, err
	}
	w := &workbook{archive: a, ctx: ctx, left: newBudget()}
	if err := w.refuse(); err != nil {
		return nil, err
	}
	main, err := w.main()
	if err != nil {
		return nil, err
	}
	links, err := w.relations(relationsOf(main))
	if err != nil {
		return nil, err
	}
	b := &Book{Format: FormatXLSX}
	parts, err := w.sheets(main, links, b)
	if err != nil {
		return nil, err
	}
	for _, l := range links {
		target := resolve(main, l.target)
		switch l.what {
		case "sharedStrings":
			err = w.readStrings(target)
		case "styles":
			err = w.readStyles(target)
		}
		if err != nil {
			return nil, err
		}
	}
	for i, part := range parts {
		if part == "" {
			continue
		}
		if err := w.readSheet(part, &b.Sheets[i]); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// main is the entry of the workbook itself.
func (w *workbook) main() (string, error) {
	links, err := w.relations("_rels/.rels")
	if err != nil {
		return "", err
	}
	for _, l := range links {
		if l.what == "officeDocument" {
			return resolve("", l.target), nil
		}
	}
	return "", fault(ReasonUnrecognised, "an archive without a workbook")
}

// sheets reads the list of sheets into b, and gives the entry of each; "" for
// a chart, which has no cells.
func (w *workbook) sheets(main string, links []relation, b *Book) ([]string, error) {
	var parts []string
	one := func(x *xmlstream.Reader) error {
		title, _ := x.Attr("name")
		state, _ := x.Attr("state")
		id, _ := x.Attr("r:id")
		i := slices.IndexFunc(links, func(l relation) bool { return l.id == id })
		if i < 0 {
			return fault(ReasonSyntax, "sheet %.40q has no entry", title)
		}
		if err := sheetName(title, b.Sheets); err != nil {
			return err
		}
		part := resolve(main, links[i].target)
		if links[i].what != "worksheet" {
			part = ""
		}
		b.Sheets = append(b.Sheets, Sheet{Name: title, Hidden: state != "" && state != "visible"})
		parts = append(parts, part)
		if len(parts) > MaxSheets {
			return fault(ReasonLimit, "more than %d sheets", MaxSheets)
		}
		return x.Skip()
	}
	err := w.xml(main, "workbook", func(x *xmlstream.Reader, name string) error {
		switch name {
		case "workbookPr":
			v, _ := x.Attr("date1904")
			w.date1904 = v == "1" || v == "true"
		case "externalReferences":
			return fault(ReasonExternal, "the workbook names other workbooks")
		case "sheets":
			return x.Children(func(name []byte) error {
				if local(name) != "sheet" {
					return x.Skip()
				}
				return one(x)
			})
		}
		return x.Skip()
	})
	if err == nil && len(parts) == 0 {
		err = fault(ReasonSyntax, "a workbook without sheets")
	}
	return parts, err
}

// sheetName refuses names that no spreadsheet gives, and one that looks like
// another.
func sheetName(name string, others []Sheet) error {
	bad := strings.TrimSpace(name) == "" || len(utf16.Encode([]rune(name))) > 31 || strings.ContainsAny(name, `[]:*?/\`) ||
		strings.HasPrefix(name, "'") || strings.HasSuffix(name, "'") || strings.ContainsFunc(name, invisible)
	for _, o := range others {
		bad = bad || strings.EqualFold(o.Name, name)
	}
	if bad {
		return fault(ReasonSheetName, "sheet %.60q", name)
	}
	return nil
}

// relation is one line of a .rels entry.
type relation struct {
	id     string
	what   string // the last word of its type: "worksheet"
	target string
}

// relationsOf is the entry with the relations of another one.
func relationsOf(part string) string {
	return path.Join(path.Dir(part), "_rels", path.Base(part)+".rels")
}

// resolve is the entry that a target in the relations of part leads to.
func resolve(part, target string) string {
	if strings.HasPrefix(target, "/") {
		return path.Clean(target)[1:]
	}
	return path.Join(path.Dir(part), target)
}

// relations reads a .rels entry; there are none where it is missing.
func (w *workbook) relations(name string) ([]relation, error) {
	if !w.has(name) {
		return nil, nil
	}
	var links []relation
	ids := map[string]bool{}
	err := w.xml(name, "Relationships", func(x *xmlstream.Reader, element string) error {
		if element != "Relationship" {
			return x.Skip()
		}
		id, _ := x.Attr("Id")
		kind, _ := x.Attr("Type")
		target, _ := x.Attr("Target")
		mode, _ := x.Attr("TargetMode")
		what := kind[strings.LastIndexByte(kind, '/')+1:]
		if reason := risky(what); reason != ReasonUnset {
			return fault(reason, "a relation of type %.60q", what)
		}
		switch {
		case what == "hyperlink":
			return x.Skip()
		case strings.EqualFold(mode, "External") || strings.Contains(target, ":"):
			return fault(ReasonExternal, "a relation of type %.60q leads outside", what)
		case ids[id]:
			return fault(ReasonTwice, "relation %.40q", id)
		case len(links) == MaxEntries:
			return fault(ReasonLimit, "more than %d relations", MaxEntries)
		}
		ids[id] = true
		links = append(links, relation{id, what, target})
		return x.Skip()
	})
	return links, err
}

// refuse looks for what could do something: by the name, type or relation of
// any entry, whether it is read or not.
func (w *workbook) refuse() error {
	const types = "[content_types].xml"
	if w.openDocument() {
		return &Error{Reason: ReasonODS}
	}
	if !w.has(types) {
		return fault(ReasonUnrecognised, "an archive, but not of Office Open XML")
	}
	for _, name := range w.names {
		if reason := risky(name); reason != ReasonUnset {
			return &Error{Reason: reason, Part: w.files[name].Name}
		}
	}
	sheet := false
	err := w.xml(types, "Types", func(x *xmlstream.Reader, _ string) error {
		kind, _ := x.Attr("ContentType")
		kind = strings.ToLower(kind)
		switch {
		case strings.Contains(kind, "sheet.binary"):
			return &Error{Reason: ReasonXLSB}
		case strings.HasSuffix(kind, "spreadsheetml.sheet.main+xml"), strings.HasSuffix(kind, "spreadsheetml.template.main+xml"):
			sheet = true
		case risky(kind) != ReasonUnset:
			return fault(risky(kind), "content of type %.80q", kind)
		}
		return x.Skip()
	})
	if err == nil && !sheet {
		err = fault(ReasonUnrecognised, "a file of Office, but not a workbook")
	}
	if err != nil {
		return err
	}
	for _, name := range w.names {
		if strings.HasSuffix(name, ".rels") {
			if _, err := w.relations(name); err != nil {
				return err
			}
		}
	}
	return nil
}

// risky is the reason to refuse an entry, by a word of its name, content type
// or relation; unset for what only shows.
func risky(word string) Reason {
	word = strings.ToLower(word)
	for _, r := range []struct {
		reason Reason
		words  string
	}{
		{ReasonMacros, "vbaproject vbadata macroenabled macrosheet dialogsheet"},
		{ReasonExternal, "externallink connections querytable"},
		{ReasonEmbedded, "oleobject /embeddings/ activex"},
	} {
		for w := range strings.FieldsSeq(r.words) {
			if strings.Contains(word, w) {
				return r.reason
			}
		}
	}
	if word == "control" || word == "package" { // relations to ActiveX, and to files in the file
		return ReasonEmbedded
	}
	return ReasonUnset
}

// xml reads an entry: f gets each child of its root element, which it has to
// consume.
func (w *workbook) xml(name, root string, f func(x *xmlstream.Reader, name string) error) error {
	p, err := w.open(name)
	if err != nil {
		return err
	}
	defer p.Close()
	src := bufio.NewReaderSize(&utf8Reader{src: p, name: p.name}, 4<<10)
	if err := prolog(src); err != nil {
		return inPart(err, p.name)
	}
	x := xmlstream.NewReader(src)
	have, err := x.Root()
	if err == nil && local(have) != root {
		err = fault(ReasonSyntax, "want <%s>, have <%.40s>", root, have)
	}
	if err == nil {
		err = x.Children(func(name []byte) error {
			if err := w.ctx.Err(); err != nil {
				return err
			}
			return f(x, local(name))
		})
	}
	if err == nil {
		err = x.End() // and so the checksum of the entry
	}
	return inPart(err, p.name)
}

// prolog refuses what may come before the root element of a part: a DOCTYPE,
// and an encoding other than UTF-8.
func prolog(src *bufio.Reader) error {
	head, err := src.Peek(4 << 10)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	for {
		head = bytes.TrimLeft(head, " \t\r\n")
		var end string
		switch {
		case bytes.HasPrefix(head, []byte("<?")):
			end = "?>"
		case bytes.HasPrefix(head, []byte("<!--")):
			end = "-->"
		case bytes.HasPrefix(head, []byte("<!")):
			return fault(ReasonEntity, "a DOCTYPE")
		default:
			return nil
		}
		n := bytes.Index(head, []byte(end))
		if n < 0 {
			return fault(ReasonSyntax, "more than 4096 bytes, or nothing, before the root element")
		}
		if i := bytes.Index(head[:n], []byte("encoding")); end == "?>" && i >= 0 {
			if value := strings.Trim(string(head[i+len("encoding"):n]), " \t\r\n='\""); !strings.HasPrefix(strings.ToLower(value), "utf-8") {
				return fault(ReasonCharset, "encoding %.20q: want UTF-8", value)
			}
		}
		head = head[n+len(end):]
	}
}

// inPart makes an *Error of the faults of the tokenizer, and names the part.
func inPart(err error, name string) error {
	if err == nil {
		return nil
	}
	var e *Error
	if x, ok := errors.AsType[*xmlstream.Error](err); ok {
		e = &Error{Reason: ReasonSyntax, Place: place(x.Line), Detail: x.Detail}
		switch x.Code {
		case "truncated":
			e.Reason = ReasonTruncated
		case "entity":
			e.Reason = ReasonEntity
		case "limit":
			e.Reason = ReasonLimit
		case "charset":
			e.Reason = ReasonCharset
		}
	} else if !errors.As(err, &e) {
		return err
	}
	if e.Part == "" {
		e.Part = name
	}
	return e
}

// local is an element's name without its prefix.
func local(name []byte) string { return string(name[bytes.LastIndexByte(name, ':')+1:]) }
