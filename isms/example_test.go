package isms_test

import (
	"bytes"
	"context"
	"encoding/json"
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

// What changed since the last audit, and who did it.
func ExampleDiff() {
	ctx := context.Background()
	space := isms.Open(memstore.New(), nil).Space("acme").As(isms.Person("jan"))
	crm := isms.Asset{Common: isms.Common{ID: "crm"}, Title: isms.Plain("Customer records"), Type: isms.AssetInformation}
	record := func(as isms.Actor, note string) {
		err := space.As(as).Update(ctx, note, func(tx *isms.Tx) error { return isms.Assets(tx).Put(&crm) })
		if err != nil {
			log.Fatal(err)
		}
	}
	record(isms.Person("jan"), "first inventory")
	audit := space.AsOfSeq(crm.Recorded.Seq)
	crm.Needs.Confidentiality = isms.High
	record(isms.Person("els"), "rated with the sales team")
	crm.PersonalData = true
	crm.Title = isms.Plain("Customer file")
	record(isms.Agent("privacy-scan", "jan"), "found names")

	differences, err := isms.Diff(ctx, audit, space, isms.Link{Kind: "asset"})
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range differences {
		fmt.Println(d)
	}
	// Output:
	// asset/crm@2 /needs: nothing -> {"confidentiality":"high"} (person:els, rated with the sales team)
	// asset/crm@3 /personalData: nothing -> true (agent:privacy-scan for person:jan, found names)
	// asset/crm@3 /title: "Customer records" -> "Customer file" (agent:privacy-scan for person:jan, found names)
}

// Two people for what is approved: whoever changes a record does not approve it.
func ExampleOptions_before() {
	fourEyes := func(_ context.Context, tx *isms.Tx, changes []isms.Change) error {
		for _, c := range changes {
			if c.Subject.Kind != "asset" || c.Deleted {
				continue
			}
			var now isms.Asset
			if err := json.Unmarshal(c.Data, &now); err != nil {
				return err
			}
			was, err := isms.Assets(tx).Get(c.Subject.ID)
			if now.Status == isms.Approved && (err != nil || was.Recorded.By == c.Recorded.By) {
				return fmt.Errorf("%s: somebody else has to approve it", c.Subject)
			}
		}
		return nil
	}
	ctx := context.Background()
	space := isms.Open(memstore.New(), &isms.Options{Before: fourEyes}).Space("acme")
	crm := isms.Asset{Common: isms.Common{ID: "crm"}, Title: isms.Plain("Customer records"), Type: isms.AssetInformation}
	put := func(tx *isms.Tx) error { return isms.Assets(tx).Put(&crm) }
	fmt.Println(space.As(isms.Person("jan")).Update(ctx, "draft", put))
	crm.Status = isms.Approved
	fmt.Println(space.As(isms.Person("jan")).Update(ctx, "approved", put))
	fmt.Println(space.As(isms.Person("els")).Update(ctx, "approved", put))
	// Output:
	// <nil>
	// vetoed: asset/crm@2: somebody else has to approve it
	// <nil>
}

// A whole tenant as one file, and back under another name.
func ExampleSpace_Export() {
	ctx := context.Background()
	store := isms.Open(memstore.New(), nil)
	space := store.Space("acme").As(isms.Person("jan"))
	crm := isms.Asset{Common: isms.Common{ID: "crm"}, Title: isms.Plain("Customer records"), Type: isms.AssetInformation}
	if err := space.Update(ctx, "first inventory", func(tx *isms.Tx) error { return isms.Assets(tx).Put(&crm) }); err != nil {
		log.Fatal(err)
	}
	var first, second bytes.Buffer
	if err := space.Export(ctx, &first); err != nil {
		log.Fatal(err)
	}
	copied := store.Space("acme-2")
	if err := copied.Import(ctx, bytes.NewReader(first.Bytes())); err != nil {
		log.Fatal(err)
	}
	if err := copied.Export(ctx, &second); err != nil {
		log.Fatal(err)
	}
	fmt.Println(bytes.Equal(first.Bytes(), second.Bytes()))
	// Output: true
}
