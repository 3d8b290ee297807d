package handoff

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// Attached is the file that a document or a piece of evidence names, as the
// pack has it.
type Attached struct {
	Record isms.Link `json:"record"` // with the revision that names the file
	State  FileState `json:"state"`
	File   string    `json:"file,omitempty"` // in the pack; unset when it has none
}

// FileState is how a file stands to the record that names it.
type FileState string

// The states of files. FileDiffers and FileMissing are for the reader to ask
// about; they do not make a pack invalid, for it says so itself.
const (
	FileMatches    FileState = "matches"    // it has the hash that the record names
	FileUncompared FileState = "uncompared" // the record names no SHA-256
	FileDiffers    FileState = "differs"    // it has another hash than the record names
	FileMissing    FileState = "missing"    // the record names a place where no file is
	FileElsewhere  FileState = "elsewhere"  // the record names an address, or no place
)

// Label is the state in language l.
func (s FileState) Label(l lang.Lang) string { return lang.Word(l, "handoff-file", string(s)) }

// has tells whether there is a file.
func (s FileState) has() bool { return s == FileMatches || s == FileUncompared || s == FileDiffers }

// attachment is a file to attach, with what its record says.
type attachment struct {
	Attached

	label    string
	title    isms.Text
	location string
	recorded string // the hash
	digest   digest // of the file that is there
}

// digest is what the first reading of a file tells.
type digest struct {
	size int64
	sum  [sha256.Size]byte
	crc  uint32
}

func (d digest) hex() string { return hex.EncodeToString(d.sum[:]) }

func digestOf(b []byte) digest {
	return digest{int64(len(b)), sha256.Sum256(b), crc32.ChecksumIEEE(b)}
}

// attachments are the files that the documents and the evidence name, in that
// order, compared with their hashes.
func (p Pack) attachments(ctx context.Context) ([]attachment, error) {
	var list []attachment
	for _, d := range p.Documents {
		list = append(list, newAttachment(d, d.Common, d.Title, d.Location, d.Hash))
	}
	for _, e := range p.Evidence {
		list = append(list, newAttachment(e, e.Common, e.Title, e.Location, e.Hash))
	}
	taken := map[string]bool{}
	for i := range list {
		if err := list[i].compare(ctx, p.Files); err != nil {
			return nil, err
		}
		if f := list[i].File; f != "" && taken[f] {
			return nil, problem(CodePart, f)
		}
		taken[list[i].File] = true
	}
	return list, nil
}

func newAttachment[T isms.Entity](v T, c isms.Common, title isms.Text, location, recorded string) attachment {
	link := isms.LinkTo(v)
	link.Rev = c.Rev
	return attachment{Attached: Attached{Record: link}, label: c.Label, title: title, location: location, recorded: recorded}
}

// compare looks for the file and reads it once.
func (a *attachment) compare(ctx context.Context, files fs.FS) error {
	a.State = FileElsewhere
	if files == nil || a.location == "" || strings.Contains(a.location, "://") {
		return nil
	}
	a.State = FileMissing
	if !fs.ValidPath(a.location) || a.location == "." {
		return nil // "../secret", "C:\evidence.pdf": no place below Files
	}
	f, err := openFile(files, a.location)
	if f == nil {
		return err
	}
	defer f.Close()
	sum := sha256.New()
	crc := crc32.NewIEEE()
	n, err := io.Copy(io.MultiWriter(sum, crc), patient{ctx, io.LimitReader(f, maxBytes+1)})
	if err != nil {
		return err
	}
	if n > maxBytes {
		return tooLarge(a.location)
	}
	a.digest = digest{size: n, crc: crc.Sum32()}
	sum.Sum(a.digest.sum[:0])
	a.File = a.Record.Kind + "/" + a.Record.ID + "/" + fileName(a.location)
	a.State = compared(a.recorded, a.digest.hex())
	return nil
}

// openFile opens a plain file; nil without an error when there is none.
func openFile(files fs.FS, name string) (fs.File, error) {
	f, err := files.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && info.Mode().IsRegular() {
		return f, nil
	}
	return nil, errors.Join(err, f.Close())
}

// compared is the state of a file with this hash, whose record names another.
func compared(recorded, have string) FileState {
	want := strings.ToLower(strings.TrimSpace(recorded))
	want = strings.TrimPrefix(want, "sha256:")
	raw, err := hex.DecodeString(want)
	switch {
	case err != nil || len(raw) != sha256.Size:
		return FileUncompared
	case want == have:
		return FileMatches
	default:
		return FileDiffers
	}
}

// fileName is the last part of a location, in signs that every system takes for
// a name and nothing else.
func fileName(location string) string {
	name := strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '.' || r == '_' || r == '-' {
			return r
		}
		return '-'
	}, strings.ToLower(path.Base(location)))
	name = strings.Trim(name, ".-_")
	if ext := path.Ext(name); len(name) > 60 && len(ext) < 20 {
		name = strings.TrimRight(name[:60-len(ext)], ".-_") + ext
	}
	if !isms.ValidID(name) {
		return "file"
	}
	return name
}

// patient is a reader that ends with its context.
type patient struct {
	ctx context.Context //nolint:containedctx // lives for one call of io.Copy
	r   io.Reader
}

func (p patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.r.Read(b)
}
