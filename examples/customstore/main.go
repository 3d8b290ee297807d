// Command customstore keeps records in a store of the host's own: store.go is a
// complete driver, and its test proves that it keeps the contract.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/ismskit/ismskit/isms"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer) error {
	store := isms.Open(newStore(), nil)
	defer store.Close()
	space := store.Space("acme").As(isms.Person("p-17"))
	crm := isms.Asset{Common: isms.Common{ID: "crm"}, Title: isms.Plain("Customer records"), Type: isms.AssetInformation}
	put := func(tx *isms.Tx) error { return isms.Assets(tx).Put(&crm) }
	if err := space.Update(ctx, "first inventory", put); err != nil {
		return err
	}
	before := space.AsOfSeq(crm.Recorded.Seq)
	crm.Needs.Confidentiality = isms.High
	if err := space.Update(ctx, "rated with the sales team", put); err != nil {
		return err
	}
	differences, err := isms.Diff(ctx, before, space)
	for _, d := range differences {
		fmt.Fprintln(w, d)
	}
	return err
}
