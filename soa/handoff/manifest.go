package handoff

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"golang.org/x/mod/sumdb/note"
)

const (
	packForm = "ismskit evidence pack 1"

	indexPage    = "index.html"
	indexTable   = "index.csv"
	manifestName = "manifest.json"
	noteName     = "manifest.note"
	checkpoint   = "ledger/checkpoint"
)

// proofNames are the files of the proof of a record.
func proofNames(seq int64) (record, proof string) {
	return fmt.Sprintf("ledger/%d.json", seq), fmt.Sprintf("ledger/%d.proof", seq)
}

// manifest is what is signed: every other file, and what some of them are.
type manifest struct {
	Format       string      `json:"format"`
	Organization string      `json:"organization,omitempty"`
	Made         isms.Date   `json:"made,omitzero"`
	Lang         lang.Lang   `json:"lang"`
	Files        []listed    `json:"files"` // in their order in the ZIP file
	Attached     []Attached  `json:"attached,omitempty"`
	Proven       []Proven    `json:"proven,omitempty"`
	Unproven     []isms.Link `json:"unproven,omitempty"`
}

type listed struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"` // in hexadecimal
}

func (m manifest) encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(m)
	return b.Bytes(), err
}

// statement is what is signed of a manifest. Its first line keeps it from being
// taken for a checkpoint, or the other way round.
func statement(manifest []byte) string {
	sum := sha256.Sum256(manifest)
	return fmt.Sprintf("%s\n%s\n%d\n%s\n", packForm, manifestName, len(manifest), hex.EncodeToString(sum[:]))
}

func sign(manifest []byte, signer note.Signer) ([]byte, error) {
	signed, err := note.Sign(&note.Note{Text: statement(manifest)}, signer)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", noteName, err)
	}
	return signed, nil
}

// openManifest reads a manifest that key has signed; the problem is the code of
// what is wrong, "" for nothing, and the file that is.
func openManifest(data, signed []byte, key note.Verifier) (m manifest, wrong isms.Code, where string) {
	n, err := note.Open(signed, note.VerifierList(key))
	if err != nil || !bytes.Equal(signed, usual(n)) {
		return m, CodeSignature, noteName
	}
	if n.Text != statement(data) {
		return m, CodeManifest, manifestName
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil || m.Format != packForm {
		return m, CodeManifest, manifestName
	}
	return m, "", ""
}

// usual is a note with its one signature in the one way to write it: base64 has
// bits to spare at its end, and other lines could stand beside it.
func usual(n *note.Note) []byte {
	s := n.Sigs[0]
	raw, err := base64.StdEncoding.DecodeString(s.Base64)
	if err != nil || len(raw) < 4 || binary.BigEndian.Uint32(raw) != s.Hash {
		return nil
	}
	return fmt.Appendf(nil, "%s\n\u2014 %s %s\n", n.Text, s.Name, base64.StdEncoding.EncodeToString(raw))
}
