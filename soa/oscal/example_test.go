package oscal_test

import (
	"bytes"
	"fmt"
	"log"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/soa/oscal"
)

func Example() {
	today := isms.Day(2026, time.March, 31)
	backup := isms.Control{
		Common: isms.Common{ID: "a.8.13"}, Ref: "A.8.13", Implementation: isms.Implemented,
		Include: isms.Text{lang.EN: "we cannot bake without recipes"}, How: isms.Text{lang.EN: "copied every night", lang.NL: "elke nacht gekopieerd"},
	}
	statement := soa.Compile(soa.Inputs{Controls: []isms.Control{backup}}, today)

	var file bytes.Buffer
	omissions, err := oscal.WritePlan(&file, oscal.Plan{Statement: statement}, oscal.Publication{
		System: "https://bakery.example/isms", At: today.Time(), Lang: lang.EN,
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, o := range omissions {
		if o.Subject.ID == backup.ID {
			fmt.Println("written:", o.Text(lang.EN))
		}
	}
	drafts, _, err := oscal.ReadPlan(&file, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, k := range drafts.Controls {
		fmt.Println("read:", k.Ref, k.Implementation, k.Include, k.How)
	}
	// Output:
	// written: control/a.8.13: /how: written in one language; there is also: nl
	// read: A.8.13 implemented we cannot bake without recipes copied every night
}
