package handoff_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/ledger"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/soa/handoff"
	"golang.org/x/mod/sumdb/note"
)

const keyName = "acme.example/isms"

// key is a key made from a seed, so that what it signs is the same every time.
func key(tb testing.TB, seed byte) (note.Signer, note.Verifier) {
	tb.Helper()
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
	vkey, err := note.NewEd25519VerifierKey(keyName, private.Public().(ed25519.PublicKey))
	if err != nil {
		tb.Fatal(err)
	}
	secret := base64.StdEncoding.EncodeToString(append([]byte{1}, private.Seed()...))
	signer, err := note.NewSigner("PRIVATE+KEY+" + keyName + "+" + strings.Split(vkey, "+")[1] + "+" + secret)
	if err != nil {
		tb.Fatal(err)
	}
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		tb.Fatal(err)
	}
	return signer, verifier
}

const minutes = "Present: everybody.\n"

// acme is a space with some records, and files that they name: one that has its
// hash, one that has not, one without a hash, and one that is missing.
type acme struct {
	space     *isms.Space
	log       ledger.Log
	statement soa.Statement
	evidence  []isms.Evidence
	documents []isms.Document
	files     fstest.MapFS
}

func newAcme(tb testing.TB) acme {
	tb.Helper()
	_, verifier := key(tb, 1)
	store := memstore.New()
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	space := isms.Open(store, &isms.Options{Now: func() time.Time { now = now.Add(time.Second); return now }}).Space("acme").As(isms.Person("p-1"))
	a := acme{space: space, log: ledger.Of(store, "acme", verifier), files: fstest.MapFS{
		"2026/minutes.txt":   {Data: []byte(minutes)},
		"2026/Restore (2)":   {Data: []byte("restored\n")},
		"2026/old/laptop":    {Data: []byte("another text\n")},
		"policy.pdf":         {Data: []byte("%PDF-1.7\n")},
		"2026/unlisted.docx": {Data: []byte("not part of it\n")},
	}}
	err := space.Update(tb.Context(), "start", func(tx *isms.Tx) error {
		evidence := func(id, title, location, hash string) error {
			return isms.EvidenceRecords(tx).Put(&isms.Evidence{
				Common: isms.Common{ID: id, Label: strings.ToUpper(id)}, Title: isms.Plain(title), Type: isms.EvidenceMinutes,
				Location: location, Hash: hash, Controls: []isms.ControlID{"A.5.1"},
			})
		}
		return errors.Join(
			isms.Organizations(tx).Put(&isms.Organization{Common: isms.Common{ID: "acme"}, Name: isms.Plain("Acme")}),
			isms.Persons(tx).Put(&isms.Individual{Common: isms.Common{ID: "p-1"}, Name: "Ann Jansen", Email: "ann@acme.example"}),
			isms.Documents(tx).Put(&isms.Document{
				Common: isms.Common{ID: "policy"}, Title: isms.Plain("Policy"), Type: isms.DocumentPolicy, Location: "policy.pdf", Hash: sum("%PDF-1.7\n"),
			}),
			evidence("e-1", "Minutes of the review", "2026/minutes.txt", sum(minutes)),
			evidence("e-2", "Restore test", "2026/Restore (2)", ""),
			evidence("e-3", "Laptop count", "2026/old/laptop", sum("the text")),
			evidence("e-4", "Lost letter", "2026/letter.pdf", sum("x")),
			evidence("e-5", "Ticket", "https://tickets.example/5", ""),
			evidence("e-6", "Outside", "../outside.txt", ""),
			isms.Controls(tx).Put(&isms.Control{
				Common: isms.Common{ID: "c-1", Owner: isms.Link{Kind: "person", ID: "p-1"}}, Ref: "A.5.1", Implementation: isms.Implemented,
				Include: isms.Plain("we want it"), Documents: []isms.Ref[isms.Document]{"policy"}, Evidence: []isms.Ref[isms.Evidence]{"e-1", "e-4"},
			}),
			risk.Risks(tx).Put(&risk.Risk{
				Common: isms.Common{ID: "r-1", Label: "R-001"}, Title: isms.Plain("=Laptop stolen"),
				Treatment: risk.Treatment{Options: []risk.Option{risk.Mitigate}, Controls: []isms.ControlID{"A.7.9", "A.8.1"}},
			}),
		)
	})
	if err != nil {
		tb.Fatal(err)
	}
	err = space.View(tb.Context(), func(tx *isms.Tx) error {
		in, err := soa.ReadInputs(tx)
		if err != nil {
			return err
		}
		a.statement = soa.Compile(in, isms.Day(2026, 3, 2))
		documents, err := isms.Documents(tx).List()
		a.documents = documents
		evidence, err2 := isms.EvidenceRecords(tx).List()
		a.evidence = evidence
		return errors.Join(err, err2)
	})
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

func sum(s string) string {
	b := sha256.Sum256([]byte(s))
	return "sha256:" + hex.EncodeToString(b[:])
}

// pack is a pack of acme, with proofs of all that the statement rests on.
func (a acme) pack(tb testing.TB, l lang.Lang) handoff.Pack {
	tb.Helper()
	signer, _ := key(tb, 1)
	cp, err := a.log.Checkpoint(tb.Context(), signer, nil)
	if err != nil {
		tb.Fatal(err)
	}
	proofs, err := handoff.Prove(tb.Context(), a.space, a.log, cp, handoff.RestsOn(a.statement))
	if err != nil {
		tb.Fatal(err)
	}
	return handoff.Pack{
		Lang: l, Organization: "Acme", Made: isms.Day(2026, 3, 2),
		Parts:     []handoff.Part{{Name: "soa", Document: a.statement.Report(l)}},
		Documents: a.documents, Evidence: a.evidence, Files: a.files,
		Checkpoint: cp, Proofs: proofs,
	}
}

// small is a pack of a few kilobytes with one of everything.
func (a acme) small(tb testing.TB) handoff.Pack {
	tb.Helper()
	p := a.pack(tb, lang.EN)
	p.Parts = nil
	return p
}

func write(tb testing.TB, p handoff.Pack) []byte {
	tb.Helper()
	signer, _ := key(tb, 1)
	var b bytes.Buffer
	if err := handoff.Write(tb.Context(), &b, p, signer); err != nil {
		tb.Fatalf("Write = %v, want nil", err)
	}
	return b.Bytes()
}

func verify(tb testing.TB, b []byte) (handoff.Report, error) {
	tb.Helper()
	_, verifier := key(tb, 1)
	return handoff.Verify(tb.Context(), bytes.NewReader(b), int64(len(b)), verifier)
}

// problems are those of an error, as "code file".
func problems(tb testing.TB, err error) []string {
	tb.Helper()
	if err == nil {
		return nil
	}
	var p *isms.ProblemError
	if !errors.As(err, &p) {
		tb.Fatalf("error = %v, want problems", err)
	}
	out := make([]string, len(p.Problems))
	for i, x := range p.Problems {
		out[i] = strings.TrimSuffix(strings.TrimPrefix(string(x.Code), "handoff/")+" "+x.Where, " ")
	}
	return out
}

// zipped is a file in a ZIP file.
type zipped struct {
	name string
	data []byte
}

// unzip takes a pack apart by what the form says of it, without its directory.
func unzip(b []byte) []zipped {
	var files []zipped
	for string(b[:4]) == "PK\x03\x04" {
		size, name := int(binary.LittleEndian.Uint32(b[18:])), int(binary.LittleEndian.Uint16(b[26:]))
		files = append(files, zipped{string(b[30 : 30+name]), bytes.Clone(b[30+name : 30+name+size])})
		b = b[30+name+size:]
	}
	return files
}

// rezip puts files together in the form of a pack: a second opinion on it.
func rezip(files []zipped) []byte {
	var local, central []byte
	for _, f := range files {
		shared := []byte{10, 0, 0, 0, 0, 0, 0, 0, 33, 0}
		shared = binary.LittleEndian.AppendUint32(shared, crc32.ChecksumIEEE(f.data))
		shared = binary.LittleEndian.AppendUint32(shared, uint32(len(f.data)))
		shared = binary.LittleEndian.AppendUint32(shared, uint32(len(f.data)))
		shared = binary.LittleEndian.AppendUint32(shared, uint32(len(f.name)))
		central = append(append(central, 'P', 'K', 1, 2, 20, 3), shared...)
		central = append(central, 0, 0, 0, 0, 0, 0, 0, 0, 0xa4, 0x81)
		central = binary.LittleEndian.AppendUint32(central, uint32(len(local)))
		central = append(central, f.name...)
		local = append(append(local, 'P', 'K', 3, 4), shared...)
		local = append(append(local, f.name...), f.data...)
	}
	end := []byte{'P', 'K', 5, 6, 0, 0, 0, 0}
	end = binary.LittleEndian.AppendUint16(end, uint16(len(files)))
	end = binary.LittleEndian.AppendUint16(end, uint16(len(files)))
	end = binary.LittleEndian.AppendUint32(end, uint32(len(central)))
	end = binary.LittleEndian.AppendUint32(end, uint32(len(local)))
	return bytes.Join([][]byte{local, central, end, {0, 0}}, nil)
}

// find is the contents of a file.
func find(files []zipped, name string) []byte {
	for _, f := range files {
		if f.name == name {
			return f.data
		}
	}
	return nil
}
