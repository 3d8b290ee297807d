package handoff_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"testing/fstest"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/ledger"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/soa/handoff"
	"golang.org/x/mod/sumdb/note"
)

// The organization makes a pack; the auditor, who has the public key, verifies
// it on a machine without the records.
func Example() {
	ctx := context.Background()
	secret, public, err := note.GenerateKey(rand.Reader, "acme.example/isms") // once
	if err != nil {
		fmt.Println(err)
		return
	}
	signer, err1 := note.NewSigner(secret)
	key, err2 := note.NewVerifier(public)
	if err := errors.Join(err1, err2); err != nil {
		fmt.Println(err)
		return
	}
	store := memstore.New()
	space := isms.Open(store, nil).Space("acme").As(isms.Person("p-17"))
	if err := record(ctx, space); err != nil {
		fmt.Println(err)
		return
	}

	today := isms.Day(2026, 11, 22)
	pack := handoff.Pack{Organization: "Acme", Made: today, Files: fstest.MapFS{
		"minutes.txt": {Data: []byte("All were there.\n")}, // a host gives os.Root.FS
	}}
	err = space.View(ctx, func(tx *isms.Tx) error {
		in, err := soa.ReadInputs(tx)
		if err != nil {
			return err
		}
		statement := soa.Compile(in, today)
		log := ledger.Of(store, "acme", key)
		if pack.Checkpoint, err = log.Checkpoint(ctx, signer, nil); err != nil {
			return err
		}
		pack.Parts = []handoff.Part{{Name: "soa", Document: statement.Report("en")}}
		pack.Evidence = in.Evidence
		pack.Proofs, err = handoff.Prove(ctx, space, log, pack.Checkpoint, handoff.RestsOn(statement))
		return err
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	var file bytes.Buffer
	if err := handoff.Write(ctx, &file, pack, signer); err != nil {
		fmt.Println(err)
		return
	}

	report, err := handoff.Verify(ctx, bytes.NewReader(file.Bytes()), int64(file.Len()), key)
	fmt.Println(report.Organization, report.Made, err)
	for _, p := range report.Proven {
		fmt.Println("proven:", p.Record)
	}
	for _, a := range report.Attached {
		fmt.Printf("%s: %s\n", a.Record, a.State.Label("en"))
	}

	// somebody improves the minutes
	forged := bytes.Replace(file.Bytes(), []byte("All were"), []byte("Ann was "), 1)
	_, err = handoff.Verify(ctx, bytes.NewReader(forged), int64(len(forged)), key)
	fmt.Println(err)
	// Output:
	// Acme 2026-11-22 <nil>
	// proven: organization/acme@1
	// proven: evidence/e-1@1
	// proven: evidence/e-2@1
	// proven: control/c-1@1
	// evidence/e-1@1: not compared: the record names no SHA-256
	// evidence/e-2@1: missing: no file is at the place that the record names
	// evidence/e-1/minutes.txt: not the file that was signed: its contents differ
}

func record(ctx context.Context, space *isms.Space) error {
	return space.Update(ctx, "first records", func(tx *isms.Tx) error {
		evidence := func(id, title, location string) error {
			return isms.EvidenceRecords(tx).Put(&isms.Evidence{
				Common: isms.Common{ID: id}, Title: isms.Plain(title), Type: isms.EvidenceMinutes,
				Location: location, Controls: []isms.ControlID{"A.5.1"},
			})
		}
		return errors.Join(
			isms.Organizations(tx).Put(&isms.Organization{Common: isms.Common{ID: "acme"}, Name: isms.Plain("Acme")}),
			evidence("e-1", "Minutes of the review", "minutes.txt"),
			evidence("e-2", "Signed policy", "policy.pdf"),
			isms.Controls(tx).Put(&isms.Control{
				Common: isms.Common{ID: "c-1"}, Ref: "A.5.1", Include: isms.Plain("Our customers expect it."), Implementation: isms.Implemented,
			}),
		)
	})
}

// A customer may see which controls apply and whether they are implemented. The
// host allows one field more.
func ExampleRedact() {
	statement := soa.Compile(soa.Inputs{
		Organization: isms.Organization{Name: isms.Plain("Acme")},
		Controls: []isms.Control{{
			Ref: "A.5.1", Include: isms.Plain("After the break-in of March."), Implementation: isms.Partial,
			How: isms.Plain("Policy of 2026"), Plan: isms.Plain("find the money"),
		}},
	}, isms.Day(2026, 11, 22))
	public, err := handoff.Redact(statement, handoff.Redaction{Allow: []handoff.Field{handoff.FieldHow}})
	if err != nil {
		fmt.Println(err)
		return
	}
	table := public.Table("en")
	for i, column := range table.Columns {
		fmt.Printf("%s: %s\n", column.Title, table.Rows[0].Cells[i].Text)
	}
	// Output:
	// Control: A.5.1
	// Theme: Organizational controls
	// Title: Policies for information security
	// Applicable: yes
	// Justification: own decision
	// Implemented: not (fully)
	// How it is implemented: Policy of 2026
}
