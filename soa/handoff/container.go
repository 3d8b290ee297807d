package handoff

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"strings"

	"github.com/ismskit/ismskit/isms"
)

// The container is a ZIP file of the plainest form: files as they are, one after
// the other, a directory, and its end. Names, sizes and contents decide every
// byte of it, so that Verify can say of each that it is as it was written.

const (
	localSize   = 30
	centralSize = 46
	endSize     = 22

	maxName      = 200
	maxDirectory = maxFiles * (centralSize + maxName)
)

// entry is a file of the container.
type entry struct {
	name   string
	size   uint32
	crc    uint32
	offset uint32 // of its header
}

func (e entry) data() int64 { return int64(e.offset) + localSize + int64(len(e.name)) }
func (e entry) end() int64  { return e.data() + int64(e.size) }

// appendLocal appends the header that stands before the contents.
func (e entry) appendLocal(b []byte) []byte {
	b = append(b, "PK\x03\x04"...)
	b = e.appendShared(b)
	return append(b, e.name...)
}

// appendCentral appends the line of the directory.
func (e entry) appendCentral(b []byte) []byte {
	b = append(b, "PK\x01\x02\x14\x03"...) // made by version 2.0, on something like Unix
	b = e.appendShared(b)
	b = append(b, 0, 0, 0, 0, 0, 0)                               // comment, disk, contents unknown
	b = binary.LittleEndian.AppendUint32(b, uint32(0o100644<<16)) // a plain file
	b = binary.LittleEndian.AppendUint32(b, e.offset)
	return append(b, e.name...)
}

// appendShared appends what both headers say: version 1.0, no flags, stored,
// 1980-01-01, checksum, size twice, length of the name, nothing extra.
func (e entry) appendShared(b []byte) []byte {
	b = append(b, 10, 0, 0, 0, 0, 0, 0, 0, 0x21, 0)
	b = binary.LittleEndian.AppendUint32(b, e.crc)
	b = binary.LittleEndian.AppendUint32(b, e.size)
	b = binary.LittleEndian.AppendUint32(b, e.size)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(e.name))) //nolint:gosec // at most maxName
	return append(b, 0, 0)
}

func appendEnd(b []byte, files int, directory, offset uint32) []byte {
	b = append(b, "PK\x05\x06\x00\x00\x00\x00"...)
	b = binary.LittleEndian.AppendUint16(b, uint16(files)) //nolint:gosec // at most maxFiles
	b = binary.LittleEndian.AppendUint16(b, uint16(files)) //nolint:gosec // at most maxFiles
	b = binary.LittleEndian.AppendUint32(b, directory)
	b = binary.LittleEndian.AppendUint32(b, offset)
	return append(b, 0, 0)
}

// writer writes a container.
type writer struct {
	w       io.Writer
	at      int64
	entries []entry
	buf     []byte
}

// add writes one file, which must have the size and the checksum.
func (w *writer) add(name string, size int64, crc uint32, contents io.Reader) error {
	if w.at+size > maxBytes || len(w.entries) == maxFiles {
		return tooLarge(name)
	}
	e := entry{name: name, size: uint32(size), crc: crc, offset: uint32(w.at)} //nolint:gosec // at most maxBytes
	w.entries = append(w.entries, e)
	w.buf = e.appendLocal(w.buf[:0])
	if err := w.write(w.buf); err != nil {
		return err
	}
	n, err := io.Copy(w.w, contents)
	w.at += n
	if err == nil && n != size {
		err = fmt.Errorf("%s: %d bytes, want %d", name, n, size)
	}
	return err
}

// close writes the directory.
func (w *writer) close() error {
	var directory []byte
	for _, e := range w.entries {
		directory = e.appendCentral(directory)
	}
	size, offset := uint32(len(directory)), uint32(w.at) //nolint:gosec // at most maxDirectory and maxBytes
	return w.write(appendEnd(directory, len(w.entries), size, offset))
}

func (w *writer) write(b []byte) error {
	n, err := w.w.Write(b)
	w.at += int64(n)
	return err
}

func tooLarge(name string) error { return problem(CodeLimit, name) }

// container is a container that was opened.
type container struct {
	r       io.ReaderAt
	entries []entry
	byName  map[string]entry // but those of bad form
}

// open reads the directory and compares each header with what it has to be.
// Only files of the right form can be read afterwards; the others are among the
// problems. The error is one of reading.
func open(r io.ReaderAt, size int64) (container, []isms.Problem, error) {
	c := container{r: r, byName: map[string]entry{}}
	directory, files, start, err := readDirectory(r, size)
	if err != nil || directory == nil {
		return c, []isms.Problem{{Code: CodeContainer}}, err
	}
	var problems []isms.Problem
	bad := func(code isms.Code, name string) {
		problems = append(problems, isms.Problem{Code: code, Where: name})
	}
	formed := make([]bool, 0, files)
	var local []byte
	for range files {
		e, right, rest := parseCentral(directory)
		if rest == nil {
			bad(CodeContainer, "")
			return c, problems, nil
		}
		directory = rest
		if right {
			if right, local, err = c.localRight(e, start, local); err != nil {
				return c, problems, err
			}
		}
		c.entries, formed = append(c.entries, e), append(formed, right)
	}
	if len(directory) > 0 {
		bad(CodeContainer, "")
	}
	seen := map[string]bool{}
	next := int64(0)
	for i, e := range c.entries {
		name := strings.ToValidUTF8(e.name, "\uFFFD")
		follows := int64(e.offset) == next
		next = e.end()
		switch {
		case !validName(e.name):
			bad(CodeName, name)
		case seen[e.name]:
			bad(CodeTwice, name)
			delete(c.byName, e.name)
		case !formed[i] || !follows:
			bad(CodeEntry, name)
		default:
			c.byName[e.name] = e
		}
		seen[e.name] = true
	}
	if next != start && len(problems) == 0 {
		bad(CodeContainer, "")
	}
	return c, problems, nil
}

// readDirectory reads the directory of a file that ends as a pack does; nil when
// it does not.
func readDirectory(r io.ReaderAt, size int64) (directory []byte, files int, start int64, err error) {
	if size < endSize || size > maxBytes+maxDirectory+endSize {
		return nil, 0, 0, nil
	}
	var end [endSize]byte
	if err := readAt(r, end[:], size-endSize); err != nil {
		return nil, 0, 0, err
	}
	files = int(binary.LittleEndian.Uint16(end[10:]))
	length32, start32 := binary.LittleEndian.Uint32(end[12:]), binary.LittleEndian.Uint32(end[16:])
	length := int64(length32)
	start = int64(start32)
	if !bytes.Equal(end[:], appendEnd(nil, files, length32, start32)) || start+length+endSize != size ||
		files > maxFiles || length > maxDirectory || int64(files)*centralSize > length {
		return nil, 0, 0, nil
	}
	directory = make([]byte, length)
	return directory, files, start, readAt(r, directory, start)
}

// parseCentral reads a line of the directory and tells whether it is as it has
// to be; rest is nil when it is cut off.
func parseCentral(b []byte) (e entry, right bool, rest []byte) {
	if len(b) < centralSize || string(b[:4]) != "PK\x01\x02" {
		return e, false, nil
	}
	e.crc = binary.LittleEndian.Uint32(b[16:])
	e.size = binary.LittleEndian.Uint32(b[24:])
	e.offset = binary.LittleEndian.Uint32(b[42:])
	name := int(binary.LittleEndian.Uint16(b[28:]))
	length := centralSize + name + int(binary.LittleEndian.Uint16(b[30:])) + int(binary.LittleEndian.Uint16(b[32:]))
	if len(b) < length {
		return e, false, nil
	}
	e.name = string(b[centralSize : centralSize+name])
	return e, name <= maxName && bytes.Equal(b[:length], e.appendCentral(nil)), b[length:]
}

// localRight tells whether the header before the contents is as it has to be.
func (c container) localRight(e entry, limit int64, buf []byte) (bool, []byte, error) {
	if e.end() > limit {
		return false, buf, nil
	}
	buf = e.appendLocal(buf[:0])
	have := make([]byte, len(buf))
	if err := readAt(c.r, have, int64(e.offset)); err != nil {
		return false, buf, err
	}
	return bytes.Equal(have, buf), buf, nil
}

// readAt fills b; the file says how long it is, so an early end is an error.
func readAt(r io.ReaderAt, b []byte, at int64) error {
	n, err := r.ReadAt(b, at)
	switch {
	case n == len(b):
		return nil
	case err == nil || errors.Is(err, io.EOF):
		return io.ErrUnexpectedEOF
	default:
		return err
	}
}

// file is the contents of a file of at most limit bytes; nil when there is none.
func (c container) file(ctx context.Context, name string, limit int64) ([]byte, error) {
	e, ok := c.byName[name]
	if !ok || int64(e.size) > limit {
		return nil, ctx.Err()
	}
	b := make([]byte, e.size)
	return b, cmp.Or(ctx.Err(), readAt(c.r, b, e.data()))
}

// sum puts the contents of a file into h, and tells their checksum.
func (c container) sum(ctx context.Context, e entry, h hash.Hash, buf []byte) (crc uint32, err error) {
	for at, left := e.data(), int64(e.size); left > 0; {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		part := buf[:min(int64(len(buf)), left)]
		if err := readAt(c.r, part, at); err != nil {
			return 0, err
		}
		h.Write(part)
		crc = crc32.Update(crc, crc32.IEEETable, part)
		at, left = at+int64(len(part)), left-int64(len(part))
	}
	return crc, nil
}

// validName accepts what Write gives to files: words that can be an id, with
// slashes between them. So no two names differ in case alone, and none leads
// anywhere else, on any system.
func validName(name string) bool {
	if len(name) > maxName {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		if !isms.ValidID(part) {
			return false
		}
	}
	return true
}
