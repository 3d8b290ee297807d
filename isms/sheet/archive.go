package sheet

import (
	"archive/zip"
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// archive is a ZIP file that was found harmless as a whole. Parts of it are
// named in any case.
type archive struct {
	files map[string]*zip.File // by name in lower case
	names []string             // those keys, in the order of the file
	left  int64                // bytes that may still be unpacked
}

// openArchive reads the directory of the archive and judges each name in it.
func openArchive(r io.ReaderAt, size int64) (*archive, error) {
	// The directory says how long it is; what counts is how much is read for it.
	const directory = 2 << 20
	limited := &countingReader{src: r, left: directory}
	z, err := zip.NewReader(limited, size)
	switch {
	case limited.left < 0:
		return nil, fault(ReasonLimit, "a directory of more than %d bytes", directory)
	case limited.failed != nil:
		return nil, limited.failed
	case errors.Is(err, zip.ErrFormat) || errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fault(ReasonTruncated, "an archive without a directory at its end")
	case err != nil && !errors.Is(err, zip.ErrInsecurePath): // names are judged below
		return nil, fault(ReasonDamaged, "%v", err)
	case len(z.File) > MaxEntries:
		return nil, fault(ReasonLimit, "%d entries: want at most %d", len(z.File), MaxEntries)
	}
	limited.left = 1 << 62 // the entries have limits of their own
	a := &archive{files: make(map[string]*zip.File, len(z.File)), left: MaxUnpacked}
	for _, f := range z.File {
		if err := entryName(f); err != nil {
			return nil, err
		}
		name := strings.ToLower(strings.TrimSuffix(f.Name, "/"))
		switch {
		case a.files[name] != nil:
			return nil, fault(ReasonTwice, "%q and %q", a.files[name].Name, f.Name)
		case f.Flags&1 != 0:
			return nil, fault(ReasonPassword, "entry %q", f.Name)
		}
		a.files[name] = f
		a.names = append(a.names, name)
	}
	return a, nil
}

// openDocument tells whether the archive says of itself that it is one.
func (a *archive) openDocument() bool {
	p, err := a.open("mimetype")
	if err != nil {
		return false
	}
	defer p.Close()
	head, err := io.ReadAll(io.LimitReader(p, 64))
	return err == nil && strings.HasPrefix(string(head), "application/vnd.oasis.opendocument")
}

// entryName refuses names that lead out of the archive or that two programs
// could take for different ones.
func entryName(f *zip.File) error {
	name := strings.TrimSuffix(f.Name, "/")
	bad := name == "" || len(name) > 255 || !utf8.ValidString(name) || path.IsAbs(name) || path.Clean(name) != name ||
		strings.ContainsAny(name, `\:`) || name == ".." || strings.HasPrefix(name, "../") ||
		strings.ContainsFunc(name, invisible) || f.Mode()&fs.ModeType&^fs.ModeDir != 0
	if bad {
		return fault(ReasonEntryName, "entry %.100q", f.Name)
	}
	return nil
}

// invisible are characters by which two names look the same: control
// characters, and those that turn the reading direction around.
func invisible(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar
}

// part is an entry that is being unpacked.
type part struct {
	a    *archive
	name string
	src  io.ReadCloser
	size int64 // packed
	done int64 // unpacked so far
}

func (a *archive) has(name string) bool { return a.files[strings.ToLower(name)] != nil }

func (a *archive) open(name string) (*part, error) {
	f := a.files[strings.ToLower(name)]
	if f == nil {
		return nil, fault(ReasonDamaged, "there is no entry %.100q", name)
	}
	src, err := f.Open()
	if err != nil {
		return nil, &Error{Reason: ReasonDamaged, Part: f.Name, Detail: err.Error()}
	}
	return &part{a: a, name: f.Name, src: src, size: int64(min(f.CompressedSize64, MaxFile))}, nil
}

// Read unpacks, as long as that is in proportion.
func (p *part) Read(b []byte) (int, error) {
	n, err := p.src.Read(b)
	p.done += int64(n)
	p.a.left -= int64(n)
	switch {
	case p.done > 16<<20 && p.done > MaxRatio*p.size:
		return n, &Error{Reason: ReasonBomb, Part: p.name, Detail: "more than 200 times what it is packed"}
	case p.a.left < 0:
		return n, fault(ReasonBomb, "more than %d bytes", MaxUnpacked)
	case err != nil && !errors.Is(err, io.EOF):
		return n, &Error{Reason: ReasonDamaged, Part: p.name, Detail: err.Error()}
	default:
		return n, err
	}
}

func (p *part) Close() error { return p.src.Close() }

// countingReader ends when more was read than is left. It keeps the error of
// its source, which the reader of archives may replace by one of its own.
type countingReader struct {
	src    io.ReaderAt
	left   int64
	failed error
}

func (c *countingReader) ReadAt(b []byte, off int64) (int, error) {
	if c.left -= int64(len(b)); c.left < 0 {
		return 0, io.ErrUnexpectedEOF
	}
	n, err := c.src.ReadAt(b, off)
	if err != nil && !errors.Is(err, io.EOF) {
		c.failed = err
	}
	return n, err
}

// utf8Reader ends with an error where its source is not UTF-8, or has a control
// character that XML does not.
type utf8Reader struct {
	src  io.Reader
	name string
	tail []byte // of a character that goes on in the next chunk
}

func (u *utf8Reader) Read(p []byte) (int, error) {
	n, err := u.src.Read(p)
	b := p[:n]
	for len(u.tail) > 0 && len(b) > 0 && !utf8.FullRune(u.tail) {
		u.tail = append(u.tail, b[0])
		b = b[1:]
	}
	bad := false
	if utf8.FullRune(u.tail) {
		_, size := utf8.DecodeRune(u.tail)
		bad = size != len(u.tail)
		u.tail = u.tail[:0]
	}
	for i := 1; i <= min(3, len(b)) && len(u.tail) == 0; i++ {
		if last := b[len(b)-i:]; utf8.RuneStart(last[0]) {
			if !utf8.FullRune(last) {
				u.tail = append(u.tail, last...)
				b = b[:len(b)-i]
			}
			break
		}
	}
	for _, c := range b {
		bad = bad || c < ' ' && c != '\t' && c != '\n' && c != '\r'
	}
	bad = bad || !utf8.Valid(b) || errors.Is(err, io.EOF) && len(u.tail) > 0
	if bad {
		return n, &Error{Reason: ReasonCharset, Part: u.name, Detail: "not UTF-8, or a character that XML does not have"}
	}
	return n, err
}
