// Package xmlstream reads one XML document from a stream, element by element,
// in memory that does not grow with the document.
//
// It reads the XML that scanners write: elements, attributes, text, CDATA,
// comments and processing instructions, in UTF-8 or ISO-8859-1. There are no
// entities but the five of XML itself and characters by number: a DOCTYPE that
// declares anything is an error. Names are compared as written, prefix included.
package xmlstream

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// The limits. Skipped text has no length limit, because it is not kept.
const (
	MaxDepth = 100     // nested elements
	MaxToken = 1 << 20 // bytes of one tag, or of one text that is read
)

const (
	chunk = 64 << 10
	small = 4 << 10 // enough for a small document
)

// Error is a document that is not XML, or breaks a limit.
type Error struct {
	Code   string // "truncated", "syntax", "entity", "charset", "limit" or "trailing"
	Offset int64  // bytes before the fault
	Line   int    // from 1
	Path   string // "/report/host", of the element being read
	Detail string
}

// Error names the place and the fault.
func (e *Error) Error() string {
	return fmt.Sprintf("xml: line %d, offset %d, at %q: %s", e.Line, e.Offset, e.Path, e.Detail)
}

// Reader reads one document. It is not safe for concurrent use.
//
// An element is current from the callback (or Root) that names it until it is
// consumed by exactly one of Children, Text or Skip. Its attributes can be read
// until then.
type Reader struct {
	src   io.Reader
	buf   []byte // buf[pos:] is not read yet
	pos   int
	base  int64 // offset of buf[0]
	lines int   // line ends before buf[0]
	end   error // why src has no more: io.EOF or its failure

	names   []byte // of the open elements, one after the other
	open    []int  // where each of them starts in names
	tag     []byte // the current start tag, from its name on
	attrs   []attr
	empty   bool // the current element is <a/>
	latin   bool // ISO-8859-1
	scratch []byte
}

// attr is an attribute within Reader.tag.
type attr struct{ name, nameEnd, value, valueEnd int }

// NewReader reads from src, in chunks of 64 KiB after the first.
func NewReader(src io.Reader) *Reader {
	return &Reader{src: src, buf: make([]byte, 0, small)}
}

// fill drops what is read already, then reads more; false when there is no more.
func (r *Reader) fill() bool {
	if r.pos > 0 {
		r.lines += bytes.Count(r.buf[:r.pos], []byte{'\n'})
		r.base += int64(r.pos)
		n := copy(r.buf, r.buf[r.pos:])
		r.buf, r.pos = r.buf[:n], 0
	}
	if r.end != nil {
		return false
	}
	if len(r.buf) == cap(r.buf) || r.base+int64(len(r.buf)) >= small && cap(r.buf) < chunk {
		grown := make([]byte, len(r.buf), max(chunk, 2*cap(r.buf)))
		copy(grown, r.buf)
		r.buf = grown
	}
	for range 100 {
		n, err := r.src.Read(r.buf[len(r.buf):cap(r.buf)])
		r.buf = r.buf[:len(r.buf)+n]
		if err != nil {
			r.end = err
		}
		if n > 0 || err != nil {
			return n > 0
		}
	}
	r.end = io.ErrNoProgress
	return false
}

// Fault is an error of the given code at the current place.
func (r *Reader) Fault(code, detail string) error {
	return &Error{
		Code: code, Detail: detail, Path: r.Path(), Offset: r.base + int64(r.pos),
		Line: r.Line(),
	}
}

// Line is the number of the current line, from 1.
func (r *Reader) Line() int { return r.lines + bytes.Count(r.buf[:r.pos], []byte{'\n'}) + 1 }

// Path is the way to the current element.
func (r *Reader) Path() string {
	var b strings.Builder
	for i := range r.open {
		b.WriteByte('/')
		b.Write(r.name(i))
	}
	return b.String()
}

// name is that of open element i.
func (r *Reader) name(i int) []byte {
	if i+1 < len(r.open) {
		return r.names[r.open[i]:r.open[i+1]]
	}
	return r.names[r.open[i]:]
}

// atEnd is the error for a document that stops too early: that of the source,
// or "truncated".
func (r *Reader) atEnd() error {
	if r.end != nil && r.end != io.EOF { //nolint:errorlint // readers return io.EOF itself
		return r.end
	}
	return r.Fault("truncated", "the input ends inside the document")
}

// need makes n bytes available, if the input has as many.
func (r *Reader) need(n int) bool {
	for len(r.buf)-r.pos < n {
		if !r.fill() {
			return false
		}
	}
	return true
}

// has tells whether word comes next.
func (r *Reader) has(word string) bool {
	return r.need(len(word)) && string(r.buf[r.pos:r.pos+len(word)]) == word
}

// until consumes everything up to and including word.
func (r *Reader) until(word string) error {
	for {
		if i := bytes.Index(r.buf[r.pos:], []byte(word)); i >= 0 {
			r.pos += i + len(word)
			return nil
		}
		r.pos = max(r.pos, len(r.buf)-len(word)+1)
		if !r.fill() {
			return r.atEnd()
		}
	}
}

// Root consumes what precedes the root element, and its start tag; the name is
// valid until the element is consumed.
func (r *Reader) Root() ([]byte, error) {
	r.need(3)
	if r.has("\xef\xbb\xbf") {
		r.pos += 3
	}
	if r.has("<?xml") {
		if err := r.declaration(); err != nil {
			return nil, err
		}
	}
	if err := r.misc(true); err != nil {
		return nil, err
	}
	if !r.need(1) {
		return nil, r.atEnd()
	}
	if r.buf[r.pos] != '<' {
		return nil, r.Fault("syntax", "want the root element, have text")
	}
	return r.start()
}

// End checks that only comments and white space follow the root element.
func (r *Reader) End() error {
	if err := r.misc(false); err != nil {
		return err
	}
	if r.need(1) {
		return r.Fault("trailing", "want the end of the input, have more after the root element")
	}
	if r.end == io.EOF { //nolint:errorlint // readers return io.EOF itself
		return nil
	}
	return r.end
}

// declaration reads <?xml ... encoding="..." ?>.
func (r *Reader) declaration() error {
	var n int
	for {
		if n = bytes.Index(r.buf[r.pos:], []byte("?>")); n >= 0 {
			break
		}
		if len(r.buf)-r.pos > 1024 {
			return r.Fault("syntax", "an XML declaration of more than 1024 bytes")
		}
		if !r.fill() {
			return r.atEnd()
		}
	}
	_, after, found := strings.Cut(string(r.buf[r.pos:r.pos+n]), "encoding")
	after = strings.TrimLeft(after, " \t\r\n=")
	if found && after != "" {
		name, _, _ := strings.Cut(after[1:], after[:1])
		switch strings.ToLower(name) {
		case "utf-8", "utf8", "us-ascii", "ascii":
		case "iso-8859-1", "latin1":
			r.latin = true
		default:
			return r.Fault("charset", fmt.Sprintf("encoding %.40q: want UTF-8 or ISO-8859-1", name))
		}
	}
	r.pos += n + 2
	return nil
}

// misc consumes white space, comments, instructions and, before the root, a
// DOCTYPE that declares nothing.
func (r *Reader) misc(doctype bool) error {
	for {
		for r.pos < len(r.buf) && isSpace(r.buf[r.pos]) {
			r.pos++
		}
		if r.pos == len(r.buf) {
			if !r.fill() {
				return nil
			}
			continue
		}
		var err error
		switch {
		case r.has("<!--"):
			err = r.comment()
		case r.has("<?"):
			err = r.until("?>")
		case doctype && r.has("<!DOCTYPE"):
			doctype = false
			err = r.doctype()
		default:
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (r *Reader) comment() error {
	r.pos += len("<!--")
	return r.until("-->")
}

func (r *Reader) doctype() error {
	for n := len("<!DOCTYPE"); ; n++ {
		if r.pos+n == len(r.buf) && !r.fill() {
			return r.atEnd()
		}
		switch r.buf[r.pos+n] {
		case '>':
			r.pos += n + 1
			return nil
		case '[', '<':
			return r.Fault("entity", "a DOCTYPE that declares entities or elements is refused")
		}
		if n > 4096 {
			return r.Fault("limit", "a DOCTYPE of more than 4096 bytes")
		}
	}
}

// Children calls f for each child of the current element, which is then the
// current element. Text between the children is dropped.
func (r *Reader) Children(f func(name []byte) error) error {
	return r.content(false, f)
}

// Skip consumes the current element with everything in it.
func (r *Reader) Skip() error {
	return r.content(false, func([]byte) error { return r.Skip() })
}

// Text consumes the current element and returns its own text, with line ends as
// "\n"; elements in it are dropped.
func (r *Reader) Text() (string, error) {
	r.scratch = r.scratch[:0]
	if err := r.content(true, func([]byte) error { return r.Skip() }); err != nil {
		return "", err
	}
	return string(r.scratch), nil
}

// TextOr is Text, but calls f for each child of the given name without its
// prefix, which is then the current element.
func (r *Reader) TextOr(child string, f func() error) (string, error) {
	var own []byte
	r.scratch = r.scratch[:0]
	err := r.content(true, func(name []byte) error {
		if string(name[bytes.LastIndexByte(name, ':')+1:]) != child {
			return r.Skip()
		}
		if len(own)+len(r.scratch) > MaxToken {
			return r.Fault("limit", fmt.Sprintf("a text of more than %d bytes", MaxToken))
		}
		own = append(own, r.scratch...)
		r.scratch = r.scratch[:0]
		err := f()
		r.scratch = r.scratch[:0]
		return err
	})
	if err != nil {
		return "", err
	}
	return string(append(own, r.scratch...)), nil
}

// content walks the current element to its end.
func (r *Reader) content(keep bool, f func(name []byte) error) error {
	if r.empty {
		r.pop()
		return nil
	}
	for {
		if err := r.text(keep); err != nil {
			return err
		}
		if !r.need(2) {
			return r.atEnd()
		}
		var err error
		switch r.buf[r.pos+1] {
		case '/':
			return r.endTag()
		case '?':
			err = r.until("?>")
		case '!':
			err = r.bang(keep)
		default:
			var name []byte
			if name, err = r.start(); err == nil {
				err = f(name)
			}
		}
		if err != nil {
			return err
		}
	}
}

// bang reads a comment or CDATA.
func (r *Reader) bang(keep bool) error {
	switch {
	case r.has("<!--"):
		return r.comment()
	case !r.has("<![CDATA["):
		if len(r.buf)-r.pos < len("<![CDATA[") {
			return r.atEnd()
		}
		return r.Fault("syntax", "want a comment or CDATA after <!")
	}
	r.pos += len("<![CDATA[")
	if !keep {
		return r.until("]]>")
	}
	for {
		i := bytes.Index(r.buf[r.pos:], []byte("]]>"))
		if i < 0 && len(r.buf)-r.pos <= MaxToken {
			if !r.fill() {
				return r.atEnd()
			}
			continue
		}
		if i < 0 {
			i = MaxToken + 1
		}
		if err := r.keep(r.buf[r.pos:r.pos+i], false); err != nil {
			return err
		}
		r.pos += i + 3
		return nil
	}
}

// text consumes text up to the next tag.
func (r *Reader) text(keep bool) error {
	seen := 0 // bytes that are known to have no tag
	for {
		i := bytes.IndexByte(r.buf[r.pos+seen:], '<')
		if i >= 0 {
			i += seen
			if keep && i > 0 {
				if err := r.keep(r.buf[r.pos:r.pos+i], true); err != nil {
					return err
				}
			}
			r.pos += i
			return nil
		}
		seen = len(r.buf) - r.pos
		if !keep {
			r.pos, seen = len(r.buf), 0
		} else if seen > MaxToken {
			return r.Fault("limit", fmt.Sprintf("a text of more than %d bytes", MaxToken))
		}
		if !r.fill() {
			return r.atEnd()
		}
	}
}

// endTag reads </name>.
func (r *Reader) endTag() error {
	want := r.name(len(r.open) - 1)
	n := 2 + len(want)
	if !r.need(n + 1) {
		return r.atEnd()
	}
	if !bytes.Equal(r.buf[r.pos+2:r.pos+n], want) {
		return r.Fault("syntax", fmt.Sprintf("want </%s>, have %.40q", want, r.buf[r.pos:r.pos+n]))
	}
	r.pos += n
	for {
		for r.pos < len(r.buf) && isSpace(r.buf[r.pos]) {
			r.pos++
		}
		if r.pos < len(r.buf) {
			break
		}
		if !r.fill() {
			return r.atEnd()
		}
	}
	if r.buf[r.pos] != '>' {
		return r.Fault("syntax", fmt.Sprintf("want </%s>, have a longer name", want))
	}
	r.pos++
	r.pop()
	return nil
}

func (r *Reader) pop() {
	last := len(r.open) - 1
	r.names, r.open = r.names[:r.open[last]], r.open[:last]
	r.empty = false
}
