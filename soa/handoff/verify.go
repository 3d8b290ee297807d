package handoff

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/ledger"
	"golang.org/x/mod/sumdb/note"
)

// Report is what a pack says of itself, once [Verify] found it to hold.
type Report struct {
	Organization string
	Made         isms.Date
	Lang         lang.Lang // of the index
	Files        int       // that are signed
	Bytes        int64     // of these files

	// Checkpoint is the one that the records are proven under, nil without any.
	// Compare it with those that you kept: see package ledger.
	Checkpoint []byte
	Proven     []Proven
	Unproven   []isms.Link // records that the pack says it does not prove

	Attached []Attached
}

// Proven is a record that a pack proves.
type Proven struct {
	Record isms.Link `json:"record"` // with the revision
	Seq    int64     `json:"seq"`    // its place in the log

	// At is when the store says that it recorded the revision, and Erased
	// whether what it held is gone. Verify reads them from the proven record.
	At     time.Time `json:"-"`
	Erased bool      `json:"-"`
}

// Verify checks a pack with nothing but the public key that it should be signed
// with, which must not come from the pack: that it is a file of the form that
// [Write] gives it, byte for byte; that the list of files is signed; that all of
// them are there, unaltered, and no other; that each proof holds; and that the
// files of proven documents and evidence are what the list says of them.
//
// What is wrong comes back as a [isms.ProblemError] with a problem for each file
// concerned, beside what could be read of the report. Any other error is one of
// reading. Nothing is unpacked, and memory holds the directory, the list, and
// one record at a time, whatever the size of the pack.
func Verify(ctx context.Context, r io.ReaderAt, size int64, key note.Verifier) (Report, error) {
	c, problems, err := open(r, size)
	if err != nil {
		return Report{}, err
	}
	v := verification{container: c, key: key, sums: map[string]string{}, wrong: map[string]bool{}}
	for _, p := range problems {
		v.bad(p.Code, p.Where)
	}
	report, err := v.run(ctx)
	if err == nil && len(v.problems) > 0 {
		err = &isms.ProblemError{Problems: v.problems}
	}
	return report, err
}

// verification is one call of Verify.
type verification struct {
	container

	key      note.Verifier
	sums     map[string]string // of the files that are as signed
	wrong    map[string]bool   // the files with a problem
	problems []isms.Problem
}

func (v *verification) bad(code isms.Code, where string, args ...string) {
	v.wrong[where] = true
	p := isms.Problem{Code: code, Where: where}
	for i := 0; i+1 < len(args); i += 2 {
		if p.Args == nil {
			p.Args = map[string]string{}
		}
		p.Args[args[i]] = args[i+1]
	}
	v.problems = append(v.problems, p)
}

// badUnless reports a file that has no problem yet.
func (v *verification) badUnless(right bool, code isms.Code, where string, args ...string) {
	if !right && !v.wrong[where] {
		v.bad(code, where, args...)
	}
}

func (v *verification) run(ctx context.Context) (Report, error) {
	list, err := v.file(ctx, manifestName, maxManifest)
	if err != nil {
		return Report{}, err
	}
	signed, err := v.file(ctx, noteName, maxSmall)
	if err != nil {
		return Report{}, err
	}
	if list == nil || signed == nil {
		v.badUnless(list != nil, CodeMissing, manifestName)
		v.badUnless(signed != nil, CodeMissing, noteName)
		return Report{}, nil
	}
	m, wrong, where := openManifest(list, signed, v.key)
	if wrong != "" {
		v.bad(wrong, where, "key", v.key.Name())
		return Report{}, nil // nothing of what follows is signed
	}
	r := Report{
		Organization: m.Organization, Made: m.Made, Lang: m.Lang, Files: len(m.Files),
		Proven: m.Proven, Unproven: m.Unproven, Attached: m.Attached,
	}
	for _, f := range m.Files {
		r.Bytes += f.Size
	}
	if err := v.files(ctx, append(m.Files, heldIn(manifestName, list), heldIn(noteName, signed))); err != nil {
		return r, err
	}
	return r, v.records(ctx, &r)
}

func heldIn(name string, b []byte) listed { return listed{name, int64(len(b)), digestOf(b).hex()} }

// files compares the files with the list.
func (v *verification) files(ctx context.Context, list []listed) error {
	names := make(map[string]bool, len(list))
	buf := make([]byte, 1<<16)
	for _, f := range list {
		if names[f.Name] {
			v.bad(CodeManifest, manifestName)
			return nil
		}
		names[f.Name] = true
		if err := v.compare(ctx, f, buf); err != nil {
			return err
		}
	}
	inOrder := true
	for i, e := range v.entries {
		v.badUnless(names[e.name], CodeExtra, e.name)
		inOrder = inOrder && i < len(list) && e.name == list[i].Name
	}
	if len(v.problems) == 0 {
		v.badUnless(inOrder, CodeOrder, "")
	}
	return nil
}

// compare compares one file with the list.
func (v *verification) compare(ctx context.Context, f listed, buf []byte) error {
	e, there := v.byName[f.Name]
	if !there {
		v.badUnless(false, CodeMissing, f.Name)
		return nil
	}
	if int64(e.size) != f.Size {
		v.bad(CodeAltered, f.Name)
		return nil
	}
	h := sha256.New()
	crc, err := v.sum(ctx, e, h, buf)
	if err != nil {
		return err
	}
	sum := hex.EncodeToString(h.Sum(nil))
	v.badUnless(sum == f.SHA256, CodeAltered, f.Name)
	v.badUnless(crc == e.crc, CodeEntry, f.Name)
	if !v.wrong[f.Name] {
		v.sums[f.Name] = sum
	}
	return nil
}

// records checks the proofs, and holds the attached files against the records.
func (v *verification) records(ctx context.Context, r *Report) error {
	signed, err := v.file(ctx, checkpoint, maxSmall)
	if err != nil {
		return err
	}
	r.Checkpoint = signed
	attached := map[isms.Link][]Attached{}
	for _, a := range r.Attached {
		attached[a.Record] = append(attached[a.Record], a)
		_, there := v.sums[a.File]
		v.badUnless(there == a.State.has(), CodeAttachment, a.File, "record", a.Record.String())
	}
	last := int64(0)
	for i := range r.Proven {
		p := &r.Proven[i]
		if p.Seq <= last { // once each
			v.bad(CodeManifest, manifestName)
			return nil
		}
		last = p.Seq
		data, err := v.record(ctx, p, signed)
		if err != nil {
			return err
		}
		for _, a := range attached[p.Record] {
			if sum, there := v.sums[a.File]; there && data != nil {
				v.badUnless(compared(recordedHash(data), sum) == a.State, CodeAttachment, a.File, "record", a.Record.String())
			}
		}
	}
	return nil
}

// record checks the proof of one record, and returns what it holds, if it does.
func (v *verification) record(ctx context.Context, p *Proven, signed []byte) ([]byte, error) {
	recordName, proofName := proofNames(p.Seq)
	contents, err := v.file(ctx, recordName, maxRecord)
	if err != nil {
		return nil, err
	}
	proof, err := v.file(ctx, proofName, maxSmall)
	if err != nil || v.wrong[recordName] || v.wrong[proofName] || v.wrong[checkpoint] {
		return nil, err
	}
	record, err := ledger.CheckInclusion(v.key, signed, proof, contents)
	if err != nil {
		v.bad(CodeProof, recordName, "record", p.Record.String(), "have", err.Error())
		return nil, nil
	}
	have := isms.Link{Kind: record.Kind, ID: record.ID, Rev: record.Rev}
	if have != p.Record || record.Seq != p.Seq {
		v.bad(CodeProof, recordName, "record", p.Record.String(), "have", have.String())
		return nil, nil
	}
	p.At, p.Erased = record.At, driver.Erased(record)
	if p.Erased {
		return nil, nil // it says nothing of its file any more
	}
	return record.Data, nil
}

// recordedHash is the hash that a document or a piece of evidence names.
func recordedHash(data []byte) string {
	var names struct {
		Hash string `json:"hash"`
	}
	_ = json.Unmarshal(data, &names) // what cannot be read names none
	return names.Hash
}
