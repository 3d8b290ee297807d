package dirstore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ismskit/ismskit/isms/dirstore"
	"github.com/ismskit/ismskit/isms/driver"
)

// Package isms writes the records; here they are made by hand.
func Example() {
	dir, err := os.MkdirTemp("", "isms")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)

	store, err := dirstore.Open(dir, &dirstore.Options{LogOnly: []string{"finding"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close()

	err = store.Update(context.Background(), "acme", func(w driver.Writer) error {
		r := driver.Record{
			Kind: "asset", ID: "crm", Rev: 1, Seq: 1, Tx: 1, By: "person:p-17", Schema: 1,
			Data: []byte(`{"title":"Customer records","type":"software"}`),
		}
		r.Digest = driver.Sum(r)
		return w.Append(r)
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	file := filepath.Join(dir, "acme", "asset", "crm.yaml")
	content, err := os.ReadFile(file)
	fmt.Print(string(content), err, "\n")

	// Without Options.Adopt nobody's edit is overwritten.
	if err := os.WriteFile(file, append(content, "owner: person/p-17\n"...), 0o600); err != nil {
		fmt.Println(err)
		return
	}
	err = store.Update(context.Background(), "acme", func(driver.Writer) error { return nil })
	if edited, ok := errors.AsType[*dirstore.EditedError](err); ok {
		fmt.Println(edited.Files[0].Path)
	}
	// Output:
	// kind: asset
	// schema: 1
	// id: crm
	// rev: 1
	// title: Customer records
	// type: software
	// <nil>
	// acme/asset/crm.yaml
}
