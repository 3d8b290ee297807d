package handoff_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"testing"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/ledger"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/soa/handoff"
)

// A frozen version goes along with its own record and the decision about it, so
// that what was approved is proven to the letter, whatever changed since.
func TestFrozenVersion(t *testing.T) {
	signer, verifier := key(t, 1)
	store := memstore.New()
	space := isms.Open(store, nil).Space("acme").As(isms.Person("p-1"))
	today := isms.Day(2026, 3, 2)
	version := approved(t, space, today)
	statement, err := version.Statement()
	if err != nil {
		t.Fatal(err)
	}
	log := ledger.Of(store, "acme", verifier)
	cp, err := log.Checkpoint(t.Context(), signer, nil)
	if err != nil {
		t.Fatal(err)
	}
	records := append(handoff.RestsOn(statement), isms.Link{Kind: "statement", ID: "soa-1", Rev: 1}, isms.Link{Kind: "decision", ID: "approval"})
	proofs, err := handoff.Prove(t.Context(), space, log, cp, records)
	if err != nil {
		t.Fatal(err)
	}
	b := write(t, handoff.Pack{
		Made: today, Checkpoint: cp, Proofs: proofs,
		Parts: []handoff.Part{{Name: "soa", Document: statement.Report(lang.EN)}},
	})
	got, err := verify(t, b)
	if err != nil || len(got.Proven) != 95 || len(got.Unproven) > 0 {
		t.Fatalf("Verify = %d proven, %d not, %v, want 95 and 0", len(got.Proven), len(got.Unproven), err)
	}
	// the statement that the auditor reads is the one in the proven record
	files := unzip(b)
	var record struct {
		Data string `json:"data"`
	}
	name := "ledger/" + strconv.FormatInt(version.Recorded.Seq, 10) + ".json"
	if err := json.Unmarshal(find(files, name), &record); err != nil {
		t.Fatal(err)
	}
	var kept soa.Version
	if err := json.Unmarshal([]byte(record.Data), &kept); err != nil {
		t.Fatal(err)
	}
	s, err := kept.Statement()
	if err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	if err := report.HTML(&page, s.Report(lang.EN)); err != nil || !bytes.Equal(page.Bytes(), find(files, "reports/soa.html")) {
		t.Errorf("the proven version renders as something else than the report, %v", err)
	}
}

// approved is a version that was frozen and approved.
func approved(t *testing.T, space *isms.Space, today isms.Date) (version soa.Version) {
	t.Helper()
	update := func(note string, f func(*isms.Tx) error) {
		t.Helper()
		if err := space.Update(t.Context(), note, f); err != nil {
			t.Fatal(err)
		}
	}
	update("start", func(tx *isms.Tx) error {
		for c := range annexa.All() {
			k := isms.Control{Common: isms.Common{ID: "c-" + c.ID.String()[2:]}, Ref: isms.ControlID(c.ID.String()), Include: isms.Plain("we want it")}
			if err := isms.Controls(tx).Put(&k); err != nil {
				return err
			}
		}
		return isms.Persons(tx).Put(&isms.Individual{Common: isms.Common{ID: "p-1"}, Name: "Ann Jansen"})
	})
	update("freeze", func(tx *isms.Tx) error {
		in, err := soa.ReadInputs(tx)
		if err != nil {
			return err
		}
		if version, err = soa.Compile(in, today).Freeze("soa-1", "1.0"); err != nil {
			return err
		}
		return soa.Versions(tx).Put(&version)
	})
	decision := version.ProposeApproval("approval", isms.Link{Kind: "person", ID: "p-1"})
	decision.Approvals = []isms.Vote{{By: "p-1", On: today}}
	update("approve", func(tx *isms.Tx) error { return isms.Decisions(tx).Put(&decision) })
	return version
}

// large is a space of n risks that were each recorded often, and its statement.
func large(b *testing.B, n, often int) (acme, handoff.Pack) {
	b.Helper()
	_, verifier := key(b, 1)
	store := memstore.New()
	a := acme{space: isms.Open(store, nil).Space("acme").As(isms.Person("p-1")), log: ledger.Of(store, "acme", verifier)}
	risks := make([]risk.Risk, n)
	for round := range often {
		err := a.space.Update(b.Context(), "round", func(tx *isms.Tx) error {
			for i := range risks {
				risks[i].ID, risks[i].Title = "r-"+strconv.Itoa(i), isms.Plain("Risk in round "+strconv.Itoa(round))
				risks[i].Treatment.Controls = []isms.ControlID{isms.ControlID("A.5." + strconv.Itoa(1+i%37))}
				if err := risk.Risks(tx).Put(&risks[i]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	err := a.space.View(b.Context(), func(tx *isms.Tx) error {
		in, err := soa.ReadInputs(tx)
		a.statement = soa.Compile(in, isms.Day(2026, 3, 2))
		return err
	})
	p := handoff.Pack{Parts: []handoff.Part{{Name: "soa", Document: a.statement.Report(lang.EN)}}}
	signer, _ := key(b, 1)
	cp, err2 := a.log.Checkpoint(b.Context(), signer, nil)
	if err := errors.Join(err, err2); err != nil {
		b.Fatal(err)
	}
	p.Checkpoint = cp
	return a, p
}

func BenchmarkProve(b *testing.B) {
	a, p := large(b, 100, 10)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := handoff.Prove(b.Context(), a.space, a.log, p.Checkpoint, handoff.RestsOn(a.statement)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPack(b *testing.B) {
	a, p := large(b, 300, 1)
	var err error
	if p.Proofs, err = handoff.Prove(b.Context(), a.space, a.log, p.Checkpoint, handoff.RestsOn(a.statement)); err != nil {
		b.Fatal(err)
	}
	signer, verifier := key(b, 1)
	data := write(b, p)
	b.Run("Write", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			if err := handoff.Write(b.Context(), io.Discard, p, signer); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Verify", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := handoff.Verify(b.Context(), bytes.NewReader(data), int64(len(data)), verifier); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// A revision of which the contents were erased is proven to have been there.
func TestErasedRecord(t *testing.T) {
	a := newAcme(t)
	err := a.space.Update(t.Context(), "later", func(tx *isms.Tx) error {
		e, err := isms.EvidenceRecords(tx).Get("e-1")
		if err != nil {
			return err
		}
		e.Title = isms.Plain("Minutes")
		return isms.EvidenceRecords(tx).Put(&e)
	})
	if err != nil {
		t.Fatal(err)
	}
	old := isms.Link{Kind: "evidence", ID: "e-1", Rev: 1}
	if err := a.space.Erase(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	p := a.small(t) // its evidence and its statement are of revision 1
	b := write(t, p)
	if bytes.Contains(b, []byte(`"title":"Minutes of the review"`)) {
		t.Error("the pack has what was erased")
	}
	got, err := verify(t, b)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range got.Proven {
		if x.Erased != (x.Record == old) {
			t.Errorf("proven %s: erased is %t", x.Record, x.Erased)
		}
	}
}
