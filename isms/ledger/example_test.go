package ledger_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/ledger"
	"github.com/ismskit/ismskit/isms/memstore"
	"golang.org/x/mod/sumdb/note"
)

func Example() {
	ctx := context.Background()
	store := memstore.New()
	space := isms.Open(store, nil).Space("acme").As(isms.Person("p-17"))
	write := func(id, title string) error {
		return space.Update(ctx, "inventory", func(tx *isms.Tx) error {
			return isms.Assets(tx).Put(&isms.Asset{
				Common: isms.Common{ID: id}, Title: isms.Plain(title), Type: isms.AssetHardware,
			})
		})
	}

	// Once: a key. The first half is secret, the second goes to the auditor.
	secret, public, err := note.GenerateKey(rand.Reader, "acme.example/isms")
	if err != nil {
		fmt.Println(err)
		return
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		fmt.Println(err)
		return
	}
	verifier, err := note.NewVerifier(public)
	if err != nil {
		fmt.Println(err)
		return
	}
	log := ledger.Of(store, "acme", verifier)

	// Now and then: a checkpoint, given to somebody outside.
	err = errors.Join(write("laptops", "Laptops"), write("phones", "Telephones"))
	if err != nil {
		fmt.Println(err)
		return
	}
	checkpoint, err := log.Checkpoint(ctx, signer, nil)
	if err != nil {
		fmt.Println(err)
		return
	}

	// Later: is everything still as it was, and has this record been there?
	if err := write("servers", "Servers"); err != nil {
		fmt.Println(err)
		return
	}
	report, err := log.Verify(ctx, checkpoint)
	fmt.Println(report.Size, "of", report.Head, "records are covered:", err)

	proof, record, err := log.ProveInclusion(ctx, checkpoint, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := ledger.CheckInclusion(verifier, checkpoint, proof, record) // needs no store
	fmt.Println(r.Kind, r.ID, "revision", r.Rev, "is proven:", err)

	// Another history, under the same key and of the same tenant.
	_, err = ledger.Of(memstore.New(), "acme", verifier).Verify(ctx, checkpoint)
	fmt.Println(errors.Is(err, ledger.ErrTruncated))
	// Output:
	// 2 of 3 records are covered: <nil>
	// asset laptops revision 1 is proven: <nil>
	// true
}
