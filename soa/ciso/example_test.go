package ciso_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/soa/ciso"
)

func ExampleRead() {
	const file = `
urn: urn:acme:risk:library:house
locale: en
ref_id: house
name: House rules
version: 1
objects:
  reference_controls:
  - urn: urn:acme:risk:function:house:rc1
    ref_id: RC1
    name: Traps are set
    category: physical
    annotation: ask the neighbour
`
	lib, omitted, err := ciso.Read("house.yaml", strings.NewReader(file))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range lib.Controls {
		fmt.Println(c.ID, c.Label, c.Title, c.Tags)
	}
	for _, o := range omitted {
		fmt.Println(o.Text(lang.EN))
	}
	// Output:
	// rc1 RC1 Traps are set [category:physical]
	// house.yaml#/objects/reference_controls/0/annotation: left out: the other side has no place for it
}

func ExampleLibrary_Write() {
	lib := ciso.Library{
		URN: "urn:acme:risk:library:own", Name: isms.Text{"en": "Our own controls"},
		Controls: []isms.Control{{
			Common: isms.Common{ID: "traps", Label: "OC-1", Tags: []string{"category:physical"}},
			Title:  isms.Text{"en": "Traps are set", "nl": "Vallen staan klaar"}, Implementation: isms.Implemented,
		}},
	}
	omitted, err := lib.Write(os.Stdout)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("---")
	for _, o := range omitted {
		fmt.Println(o.Text(lang.EN))
	}
	// Output:
	// urn: urn:acme:risk:library:own
	// locale: en
	// ref_id: own
	// name: Our own controls
	// version: 1
	// objects:
	//   reference_controls:
	//     - urn: urn:acme:risk:function:own:traps
	//       ref_id: OC-1
	//       name: Traps are set
	//       category: physical
	//       translations:
	//         nl:
	//           name: Vallen staan klaar
	// ---
	// control/traps: /implementation: left out: the other side has no place for it
}
