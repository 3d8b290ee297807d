package sheet

import (
	"bytes"
	"context"
	"errors"
	"io"
)

// The limits of a file. What exceeds one is refused.
const (
	MaxFile     = 64 << 20  // bytes
	MaxUnpacked = 256 << 20 // bytes of the parts of an XLSX file that are read
	MaxRatio    = 200       // of an entry, unpacked to packed, from 16 MiB on
	MaxEntries  = 2000      // in an archive
	MaxSheets   = 200
	MaxRows     = 1 << 20   // as in a spreadsheet
	MaxColumns  = 1 << 14   // as in a spreadsheet
	MaxCells    = 2_000_000 // of all sheets together, with the empty ones before others in a row
	MaxText     = 64 << 20  // bytes of the texts of all sheets together
	MaxCell     = 1 << 20   // bytes of one text
)

// Options are the choices of [Read]. Nil means the defaults.
type Options struct {
	// Format is the format that the file must have; unset means to recognise it.
	Format Format

	// Comma separates the columns of CSV; 0 means to find out which of comma,
	// semicolon and tab does. A first line such as "sep=;" says so too.
	Comma byte

	// Windows1252 says that CSV without a byte order mark that is not UTF-8 has
	// the Windows encoding of western Europe. Nothing in a file shows it, other
	// encodings look the same, so without this such a file is refused.
	Windows1252 bool
}

// Read reads the size bytes of r. It fails with an [*Error] when it refuses the
// file, and with the error of ctx or r. Time and memory are O(size) and within
// the limits.
func Read(ctx context.Context, r io.ReaderAt, size int64, opts *Options) (*Book, error) {
	if opts == nil {
		opts = &Options{}
	}
	switch {
	case size <= 0:
		return nil, &Error{Reason: ReasonEmpty}
	case size > MaxFile:
		return nil, fault(ReasonLimit, "%d bytes: want at most %d", size, MaxFile)
	}
	head := make([]byte, min(size, 512))
	if err := readAt(r, head, 0); err != nil {
		return nil, err
	}
	format, err := sniff(r, size, head)
	if err != nil {
		return nil, err
	}
	if opts.Format != FormatUnset && opts.Format != format {
		return nil, fault(ReasonUnrecognised, "want %s, have %s", opts.Format, format)
	}
	var b *Book
	if format == FormatXLSX {
		b, err = readXLSX(ctx, r, size)
	} else {
		b, err = readCSV(ctx, r, size, opts)
	}
	if e, ok := errors.AsType[*Error](err); ok {
		e.Format = format
		return nil, e
	}
	return b, err
}

// readAt fills b; a source that ends before is a truncated file.
func readAt(r io.ReaderAt, b []byte, off int64) error {
	n, err := r.ReadAt(b, off)
	switch {
	case n == len(b):
		return nil
	case errors.Is(err, io.EOF):
		return fault(ReasonTruncated, "it ends after %d bytes", off+int64(n))
	default:
		return err
	}
}

// sniff tells by its first bytes what a file is.
func sniff(r io.ReaderAt, size int64, head []byte) (Format, error) {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return FormatXLSX, nil
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return FormatUnset, compound(r, size)
	case bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return FormatUnset, fault(ReasonUnrecognised, "an archive with nothing in it")
	case bytes.HasPrefix(text, []byte("<")):
		return FormatUnset, fault(ReasonUnrecognised, "HTML or XML, perhaps with another name")
	case bytes.HasPrefix(text, []byte("%PDF")):
		return FormatUnset, fault(ReasonUnrecognised, "a PDF file")
	case bytes.HasPrefix(text, []byte("{\\rtf")):
		return FormatUnset, fault(ReasonUnrecognised, "an RTF file")
	default:
		return FormatCSV, nil
	}
}

// compound says which of the formats in an OLE2 file it is: a new workbook with
// a password, or an old one.
func compound(r io.ReaderAt, size int64) error {
	name := utf16le("EncryptedPackage")
	const chunk = 64 << 10
	buf := make([]byte, chunk+len(name))
	for off := int64(0); off < size; off += chunk {
		b := buf[:min(int64(len(buf)), size-off)]
		if err := readAt(r, b, off); err != nil {
			return err
		}
		if bytes.Contains(b, name) {
			return &Error{Format: FormatXLSX, Reason: ReasonPassword}
		}
	}
	return &Error{Reason: ReasonXLS}
}

func utf16le(s string) []byte {
	b := make([]byte, 0, 2*len(s))
	for i := range len(s) {
		b = append(b, s[i], 0)
	}
	return b
}

// budget is what may still be read of the limits that hold for a whole file.
type budget struct {
	cells, text int
}

func newBudget() *budget { return &budget{cells: MaxCells, text: MaxText} }

func (b *budget) take(cells, text int) error {
	b.cells -= cells
	b.text -= text
	switch {
	case b.cells < 0:
		return fault(ReasonLimit, "more than %d cells", MaxCells)
	case b.text < 0:
		return fault(ReasonLimit, "more than %d bytes of text", MaxText)
	default:
		return nil
	}
}
