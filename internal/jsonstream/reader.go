// Package jsonstream reads one JSON document from a stream, value by value, in
// memory that does not grow with the document.
//
// The caller walks the structure it knows: [Reader.Object] and [Reader.Array]
// call back for each member or element, and the callback consumes that value
// with exactly one of Object, Array, String, Number, Bool or Skip. Unlike
// encoding/json, a key that occurs twice in an object, in whatever case, is an
// error; as there, names are matched in any case.
package jsonstream

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// The limits. Skipped strings have no length limit, because they are not kept.
const (
	MaxDepth   = 100     // nested objects and arrays
	MaxToken   = 1 << 20 // bytes of a key, or of a string or number that is read
	MaxMembers = 1 << 16 // members of an object that is read with Object
)

const (
	chunk    = 64 << 10
	small    = 4 << 10 // enough for a small document
	fewNames = 32      // up to here a scan of the names beats a map
)

// Error is a document that is not JSON, breaks a limit or differs in type.
type Error struct {
	Code   string // "truncated", "syntax", "type", "duplicate-key", "limit" or "trailing"
	Offset int64  // bytes before the fault
	Line   int    // from 1
	Path   string // JSON Pointer of the value being read
	Detail string
}

// Error names the place and the fault.
func (e *Error) Error() string {
	return fmt.Sprintf("json: line %d, offset %d, at %q: %s", e.Line, e.Offset, e.Path, e.Detail)
}

// Reader reads one document. It is not safe for concurrent use.
type Reader struct {
	src   io.Reader
	buf   []byte // buf[pos:] is not read yet
	pos   int
	base  int64 // offset of buf[0]
	lines int   // line ends before buf[0]
	end   error // why src has no more: io.EOF or its failure

	depth   int
	steps   []step // the way to the current value, for Path and for duplicates
	names   []byte // keys as written, then in lower case; steps point into it
	members []member
	scratch []byte
}

// step is an open object (the member being read) or array (index).
type step struct {
	member member
	index  int // -1 in an object
}

// member is a key: names[start:mid] as written, names[mid:end] in lower case.
type member struct{ start, mid, end int }

// NewReader reads from src, in chunks of 64 KiB after the first.
func NewReader(src io.Reader) *Reader {
	r := &Reader{src: src, buf: make([]byte, 0, small)}
	if r.need(3) && bytes.HasPrefix(r.buf, []byte("\xef\xbb\xbf")) {
		r.pos = 3
	}
	return r
}

// fill drops buf[:keep], then reads more; false when there is no more.
func (r *Reader) fill(keep int) bool {
	if keep > 0 {
		r.lines += bytes.Count(r.buf[:keep], []byte{'\n'})
		r.base += int64(keep)
		n := copy(r.buf, r.buf[keep:])
		r.buf, r.pos = r.buf[:n], r.pos-keep
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
		Line: r.lines + bytes.Count(r.buf[:r.pos], []byte{'\n'}) + 1,
	}
}

// Path is the JSON Pointer of the current value.
func (r *Reader) Path() string {
	var b strings.Builder
	for _, s := range r.steps {
		b.WriteByte('/')
		if s.index >= 0 {
			b.WriteString(strconv.Itoa(s.index))
			continue
		}
		key := string(r.names[s.member.start:s.member.mid])
		b.WriteString(strings.NewReplacer("~", "~0", "/", "~1").Replace(key))
	}
	return b.String()
}

// Key is the key of the current member as the document writes it.
func (r *Reader) Key() string {
	if n := len(r.steps); n > 0 && r.steps[n-1].index < 0 {
		m := r.steps[n-1].member
		return string(r.names[m.start:m.mid])
	}
	return ""
}

// atEnd is the error for a document that stops too early: that of the source,
// or "truncated".
func (r *Reader) atEnd() error {
	if r.end != nil && r.end != io.EOF { //nolint:errorlint // readers return io.EOF itself
		return r.end
	}
	return r.Fault("truncated", "the input ends inside the document")
}

// Peek returns the first byte of the next value without consuming it.
func (r *Reader) Peek() (byte, error) {
	for {
		for ; r.pos < len(r.buf); r.pos++ {
			switch c := r.buf[r.pos]; c {
			case ' ', '\t', '\n', '\r':
			default:
				return c, nil
			}
		}
		if !r.fill(r.pos) {
			return 0, r.atEnd()
		}
	}
}

// End checks that nothing but white space follows the document.
func (r *Reader) End() error {
	c, err := r.Peek()
	if err == nil {
		return r.Fault("trailing", fmt.Sprintf("want the end of the input, have %q", rune(c)))
	}
	if r.end == io.EOF { //nolint:errorlint // readers return io.EOF itself
		return nil
	}
	return err
}

// More tells whether another document follows, where the input is a sequence of
// them, such as JSON Lines.
func (r *Reader) More() (bool, error) {
	if _, err := r.Peek(); err == nil {
		return true, nil
	}
	if r.end == io.EOF { //nolint:errorlint // readers return io.EOF itself
		return false, nil
	}
	return false, r.end
}

// Null consumes a null, if that is the next value.
func (r *Reader) Null() (bool, error) {
	c, err := r.Peek()
	if err != nil || c != 'n' {
		return false, err
	}
	return true, r.literal("null")
}

func (r *Reader) literal(word string) error {
	r.need(len(word))
	have := r.buf[r.pos:min(len(r.buf), r.pos+len(word))]
	switch {
	case string(have) == word:
		r.pos += len(word)
		return nil
	case strings.HasPrefix(word, string(have)):
		return r.atEnd()
	default:
		return r.Fault("syntax", fmt.Sprintf("want a value, have %q", have))
	}
}

// wrongType reports that want was expected where c begins a value.
func (r *Reader) wrongType(want string, c byte) error {
	var have string
	switch {
	case c == '{':
		have = "an object"
	case c == '[':
		have = "an array"
	case c == '"':
		have = "a string"
	case c == 't' || c == 'f':
		have = "a boolean"
	case c == '-' || c >= '0' && c <= '9':
		have = "a number"
	default:
		return r.Fault("syntax", fmt.Sprintf("want %s, have %q", want, rune(c)))
	}
	return r.Fault("type", "want "+want+", have "+have)
}

// Object calls f for each member of the object that comes next, with its key in
// lower case (ASCII); f must not keep the slice. A null is an object without
// members.
func (r *Reader) Object(f func(name []byte) error) error {
	null, err := r.open('{', "an object")
	if err != nil || null {
		return err
	}
	at, names, first := len(r.steps), len(r.names), len(r.members)
	r.steps = append(r.steps, step{index: -1})
	var many map[string]bool
	for n := 0; ; n++ {
		done, err := r.next('}', n)
		if err != nil {
			return err
		}
		if done {
			break
		}
		m, err := r.key()
		if err != nil {
			return err
		}
		r.steps[at].member = m
		if many, err = r.unique(m, first, many); err != nil {
			return err
		}
		r.members = append(r.members, m)
		if err := f(r.names[m.mid:m.end]); err != nil {
			return err
		}
	}
	r.steps, r.names, r.members = r.steps[:at], r.names[:names], r.members[:first]
	r.depth--
	return nil
}

// Fields are the members of an object that a caller uses, by name in lower case.
type Fields map[string]func() error

// Members reads the object that comes next and skips what is not in f.
func (r *Reader) Members(f Fields) error {
	return r.Object(func(name []byte) error {
		if read := f[string(name)]; read != nil {
			return read()
		}
		return r.Skip()
	})
}

// Member reads one member of the object that comes next and skips the others.
func (r *Reader) Member(name string, read func() error) error {
	return r.Object(func(have []byte) error {
		if string(have) == name {
			return read()
		}
		return r.Skip()
	})
}

// key reads a key and its colon.
func (r *Reader) key() (member, error) {
	if c, err := r.Peek(); err != nil {
		return member{}, err
	} else if c != '"' {
		return member{}, r.Fault("syntax", fmt.Sprintf("want a key, have %q", rune(c)))
	}
	raw, err := r.token()
	if err != nil {
		return member{}, err
	}
	m := member{start: len(r.names)}
	r.names = append(r.names, raw...)
	m.mid = len(r.names)
	for _, c := range r.names[m.start:m.mid] {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		r.names = append(r.names, c)
	}
	m.end = len(r.names)
	return m, r.colon()
}

func (r *Reader) colon() error {
	c, err := r.Peek()
	if err != nil {
		return err
	}
	if c != ':' {
		return r.Fault("syntax", fmt.Sprintf("want a colon, have %q", rune(c)))
	}
	r.pos++
	return nil
}

// unique refuses the key m when members[first:] already has it in any case.
func (r *Reader) unique(m member, first int, many map[string]bool) (map[string]bool, error) {
	name, seen := r.names[m.mid:m.end], r.members[first:]
	known := false
	switch {
	case len(seen) >= MaxMembers:
		return nil, r.Fault("limit", fmt.Sprintf("more than %d members in one object", MaxMembers))
	case len(seen) < fewNames:
		for _, s := range seen {
			if s.end-s.mid == len(name) && bytes.Equal(r.names[s.mid:s.end], name) {
				known = true
				break
			}
		}
	default:
		if many == nil {
			many = make(map[string]bool, 2*fewNames)
			for _, s := range seen {
				many[string(r.names[s.mid:s.end])] = true
			}
		}
		known = many[string(name)]
		many[string(name)] = true
	}
	if known {
		return nil, r.Fault("duplicate-key", fmt.Sprintf("key %q occurs twice", r.names[m.start:m.mid]))
	}
	return many, nil
}

// Array calls f for each element of the array that comes next. A null is an
// array without elements.
func (r *Reader) Array(f func(i int) error) error {
	null, err := r.open('[', "an array")
	if err != nil || null {
		return err
	}
	at := len(r.steps)
	r.steps = append(r.steps, step{})
	for i := 0; ; i++ {
		done, err := r.next(']', i)
		if err != nil {
			return err
		}
		if done {
			break
		}
		r.steps[at].index = i
		if err := f(i); err != nil {
			return err
		}
	}
	r.steps = r.steps[:at]
	r.depth--
	return nil
}

// open consumes the opening bracket, or a null.
func (r *Reader) open(bracket byte, want string) (null bool, err error) {
	c, err := r.Peek()
	switch {
	case err != nil:
		return false, err
	case c == 'n':
		return true, r.literal("null")
	case c != bracket:
		return false, r.wrongType(want, c)
	case r.depth == MaxDepth:
		return false, r.Fault("limit", fmt.Sprintf("nested more than %d deep", MaxDepth))
	}
	r.depth++
	r.pos++
	return false, nil
}

// next stands before member or element n: it consumes the comma, or the closing
// bracket.
func (r *Reader) next(bracket byte, n int) (done bool, err error) {
	c, err := r.Peek()
	switch {
	case err != nil:
		return false, err
	case c == bracket:
		r.pos++
		return true, nil
	case n == 0:
		return false, nil
	case c != ',':
		return false, r.Fault("syntax", fmt.Sprintf("want a comma or %q, have %q", rune(bracket), rune(c)))
	}
	r.pos++
	if c, err = r.Peek(); err == nil && c == bracket {
		err = r.Fault("syntax", fmt.Sprintf("want a value, have %q", rune(c)))
	}
	return false, err
}
