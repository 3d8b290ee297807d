package memstore_test

import (
	"context"
	"fmt"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/memstore"
)

// A script that loads its records, reports and ends needs no database.
func Example() {
	ctx := context.Background()
	space := isms.Open(memstore.New(), nil).Space("acme").As(isms.Person("p-17"))

	cio := isms.Role{Common: isms.Common{ID: "cio"}, Title: isms.Plain("Chief information officer")}
	err := space.Update(ctx, "first roles", func(tx *isms.Tx) error { return isms.Roles(tx).Put(&cio) })
	if err != nil {
		fmt.Println(err)
		return
	}
	err = space.View(ctx, func(tx *isms.Tx) error {
		role, err := isms.Roles(tx).Get("cio")
		fmt.Printf("%s, revision %d by %s: %s\n", role.ID, role.Rev, role.Recorded.By, role.Title)
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output: cio, revision 1 by person:p-17: Chief information officer
}
