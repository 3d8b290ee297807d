package handoff

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/report"
	"golang.org/x/mod/sumdb/note"
)

// Pack is what goes into an evidence pack. Every part of it is optional.
type Pack struct {
	Lang         lang.Lang // of the index
	Organization string    // whose pack it is
	Made         isms.Date // the day it was made

	// Parts are reports: the Statement of Applicability, the risk register, the
	// index of evidence. Each is there as HTML, as XLSX, and each of its tables
	// as CSV.
	Parts []Part

	// Documents and Evidence are records of which the file goes along: the one at
	// Location in Files, when that is a path. It is compared with Hash, and the
	// index says what came of it.
	Documents []isms.Document
	Evidence  []isms.Evidence

	// Files holds the files, such as [os.Root.FS], which does not follow a
	// symbolic link to elsewhere.
	Files fs.FS

	// Checkpoint is a signed checkpoint of the ledger, under the same key that
	// signs the pack, and Proofs what [Prove] made with it.
	Checkpoint []byte
	Proofs     []Proof
}

// Part is a report of a pack.
type Part struct {
	Name     string // of its files, in the form of an id: "soa" makes soa.html
	Document report.Document
}

// Write writes the pack as one ZIP file, signed by signer: the same pack and key
// give the same bytes. A [isms.ProblemError] says what cannot be in a pack, such
// as two parts of one name; then nothing was written. After any other error,
// what w got is no pack.
//
// Attached files are read twice, first for their hashes: a file that changes
// meanwhile is an error. Memory holds the rendered parts and the proofs.
func Write(ctx context.Context, w io.Writer, p Pack, signer note.Signer) error {
	attached, err := p.attachments(ctx)
	if err != nil {
		return err
	}
	files, err := p.render()
	if err != nil {
		return err
	}
	proofs, unproven := p.proofs()
	files = append(files, attachedFiles(attached, p.Files)...)
	if p.Checkpoint != nil {
		files = append(files, held(checkpoint, p.Checkpoint))
	}
	m := manifest{Format: packForm, Organization: p.Organization, Made: p.Made, Lang: cmp.Or(p.Lang, lang.EN), Unproven: unproven}
	for _, x := range proofs {
		record, proof := proofNames(x.Seq)
		files = append(files, held(record, x.File), held(proof, x.Text))
		m.Proven = append(m.Proven, Proven{Record: x.Record, Seq: x.Seq})
	}
	for _, a := range attached {
		m.Attached = append(m.Attached, a.Attached)
	}
	index := p.index(files, attached, proofs, unproven, signer.Name())
	page, table := new(bytes.Buffer), new(bytes.Buffer)
	if err := errors.Join(report.HTML(page, index.page), report.CSV(table, index.table)); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	files = slices.Concat([]file{held(indexPage, page.Bytes()), held(indexTable, table.Bytes())}, files)
	if err := checkFiles(files); err != nil {
		return err
	}
	for _, f := range files {
		m.Files = append(m.Files, listed{f.name, f.size, f.hex()})
	}
	list, err := m.encode()
	if err != nil {
		return err
	}
	if len(list) > maxManifest {
		return tooLarge(manifestName)
	}
	signed, err := sign(list, signer)
	if err != nil {
		return err
	}
	return writeFiles(ctx, w, append(files, held(manifestName, list), held(noteName, signed)))
}

// file is a file to write, with what was found when it was read first.
type file struct {
	digest

	name     string
	title    string // of a part
	contents []byte
	from     fs.FS // instead of contents
	location string
}

func held(name string, b []byte) file { return file{digest: digestOf(b), name: name, contents: b} }

// render makes the files of the parts.
func (p Pack) render() ([]file, error) {
	var files []file
	for _, part := range p.Parts {
		if !isms.ValidID(part.Name) || len(part.Name) > 40 {
			return nil, problem(CodePart, part.Name)
		}
		add := func(name string, render func(io.Writer) error) error {
			var b bytes.Buffer
			if err := render(&b); err != nil {
				return fmt.Errorf("part %s: %w", part.Name, err)
			}
			f := held("reports/"+name, b.Bytes())
			f.title = part.Document.Title
			files = append(files, f)
			return nil
		}
		if err := add(part.Name+".html", func(w io.Writer) error { return report.HTML(w, part.Document) }); err != nil {
			return nil, err
		}
		if err := add(part.Name+".xlsx", func(w io.Writer) error { return report.XLSX(w, part.Document) }); err != nil {
			return nil, err
		}
		n := 0
		for _, b := range part.Document.Blocks {
			t, ok := b.(report.Table)
			if !ok {
				continue
			}
			n++
			if err := add(fmt.Sprintf("%s.%d.csv", part.Name, n), func(w io.Writer) error { return report.CSV(w, t) }); err != nil {
				return nil, err
			}
			files[len(files)-1].title += ": " + t.Caption
		}
	}
	return files, nil
}

// proofs are the records that are proven, in the order of the log, and those
// that are not.
func (p Pack) proofs() (proven []Proof, not []isms.Link) {
	for _, x := range p.Proofs {
		if x.Seq == 0 || x.File == nil || p.Checkpoint == nil {
			not = append(not, x.Record)
		} else {
			proven = append(proven, x)
		}
	}
	slices.SortFunc(proven, func(a, b Proof) int { return cmp.Compare(a.Seq, b.Seq) })
	proven = slices.CompactFunc(proven, func(a, b Proof) bool { return a.Seq == b.Seq })
	slices.SortFunc(not, compareLinks)
	return proven, slices.Compact(not)
}

func attachedFiles(list []attachment, from fs.FS) []file {
	var files []file
	for _, a := range list {
		if a.File != "" {
			files = append(files, file{digest: a.digest, name: a.File, from: from, location: a.location})
		}
	}
	return files
}

// checkFiles refuses what Verify would.
func checkFiles(files []file) error {
	seen := map[string]bool{}
	total := int64(0)
	for _, f := range files {
		if seen[f.name] || !validName(f.name) {
			return problem(CodePart, f.name)
		}
		seen[f.name] = true
		total += f.size + localSize + maxName
		limit := int64(maxBytes)
		switch {
		case !strings.HasPrefix(f.name, "ledger/"):
		case strings.HasSuffix(f.name, ".json"):
			limit = maxRecord
		default:
			limit = maxSmall
		}
		if f.size > limit || total > maxBytes-maxManifest || len(seen) > maxFiles-2 {
			return tooLarge(f.name)
		}
	}
	return nil
}

func writeFiles(ctx context.Context, to io.Writer, files []file) error {
	w := writer{w: to}
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.copy(ctx, f); err != nil {
			return err
		}
	}
	return w.close()
}

// copy writes a file, and compares it with what was found when it was read
// first.
func (w *writer) copy(ctx context.Context, f file) error {
	if f.from == nil {
		return w.add(f.name, f.size, f.crc, bytes.NewReader(f.contents))
	}
	in, err := openFile(f.from, f.location)
	if err != nil {
		return err
	}
	if in == nil {
		return fmt.Errorf("%s: %w while the pack was made", f.location, fs.ErrNotExist)
	}
	defer in.Close()
	sum := sha256.New()
	contents := io.TeeReader(patient{ctx, io.LimitReader(in, f.size+1)}, sum)
	err = w.add(f.name, f.size, f.crc, contents)
	if err == nil && [sha256.Size]byte(sum.Sum(nil)) != f.sum {
		err = fmt.Errorf("%s: changed while the pack was made", f.location)
	}
	return err
}

func problem(code isms.Code, where string) error {
	return &isms.ProblemError{Problems: []isms.Problem{{Code: code, Where: where}}}
}
