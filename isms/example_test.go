package isms_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"testing/fstest"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/memstore"
)

func Example() {
	ctx := context.Background()
	clock := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	store := isms.Open(memstore.New(), &isms.Options{Now: func() time.Time { return clock }})
	defer store.Close()
	space := store.Space("acme").As(isms.Person("jan"))

	crm := isms.Asset{Common: isms.Common{ID: "crm"}, Title: isms.Plain("Customer records"), Type: isms.AssetInformation}
	record := func(note string) {
		if err := space.Update(ctx, note, func(tx *isms.Tx) error { return isms.Assets(tx).Put(&crm) }); err != nil {
			log.Fatal(err)
		}
	}
	record("first inventory")
	clock = clock.AddDate(0, 1, 0)
	crm.Needs = isms.Needs{Confidentiality: isms.High}
	record("rated with the sales team")

	show := func(when string, space *isms.Space) {
		err := space.View(ctx, func(tx *isms.Tx) error {
			a, err := isms.Assets(tx).Get("crm")
			fmt.Printf("%s: revision %d, confidentiality %q, %s\n", when, a.Rev, a.Needs.Confidentiality, a.Recorded.Note)
			return err
		})
		if err != nil {
			log.Fatal(err)
		}
	}
	show("now", space)
	show("on 15 March", space.AsOf(time.Date(2026, 3, 15, 0, 0, 0, 0, time.UTC)))
	// Output:
	// now: revision 2, confidentiality "high", rated with the sales team
	// on 15 March: revision 1, confidentiality "", first inventory
}

func ExampleLoad() {
	files := fstest.MapFS{"assets.yaml": {Data: []byte(`kind: asset
items:
  - id: crm
    title: {en: Customer records, nl: Klantgegevens}
    type: information
    ownr: role/sales
  - id: crm
    title: Twice
    type: gadget
`)}}
	space := isms.Open(memstore.New(), nil).Space("acme").As(isms.Person("jan"))
	err := space.Update(context.Background(), "import", func(tx *isms.Tx) error {
		return isms.Load(tx, files, isms.Kinds()...)
	})
	if bad, ok := errors.AsType[*isms.ProblemError](err); ok {
		for _, p := range bad.Problems {
			fmt.Println(p.Text("en"))
		}
	}
	// Output:
	// assets.yaml:6:5: /items/0/ownr: unknown field, did you mean "owner"?
	// assets.yaml:7:5: asset/crm: /id: asset/crm was already given in assets.yaml:3:5
}
