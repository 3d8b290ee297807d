package isms_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/memstore"
)

// Jan writes the policy, Eva approves exactly what she read, and a new
// version undoes it.
func ExampleDecision() {
	ctx := context.Background()
	today := isms.Day(2026, time.March, 1)
	space := isms.Open(memstore.New(), nil).Space("acme")
	jan, eva := space.As(isms.Person("jan")), space.As(isms.Person("eva"))

	policy := isms.Document{Common: isms.Common{ID: "policy"}, Title: isms.Plain("Information security policy"), Type: isms.DocumentPolicy, Version: "1.0", Location: "policy.md"}
	err := jan.Update(ctx, "first version", func(tx *isms.Tx) error {
		person := isms.Individual{Common: isms.Common{ID: "eva"}, Name: "Eva"}
		ceo := isms.Role{Common: isms.Common{ID: "ceo"}, Title: isms.Plain("CEO"), Holders: []isms.Ref[isms.Individual]{"eva"}}
		return errors.Join(isms.Persons(tx).Put(&person), isms.Roles(tx).Put(&ceo), isms.Documents(tx).Put(&policy))
	})
	if err != nil {
		log.Fatal(err)
	}

	ceo := isms.Link{Kind: "role", ID: "ceo"}
	decision := isms.Propose("policy-2026", "document-approval", policy, isms.Authority{By: []isms.Link{ceo}, FourEyes: true})
	decision.Approvals = []isms.Vote{{By: "eva", As: ceo, On: today}}
	err = eva.Update(ctx, "approved", func(tx *isms.Tx) error { return isms.Decisions(tx).Put(&decision) })
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(decision.On(today, policy).Text(lang.EN))

	policy.Tags = []string{"public"} // cosmetic
	fmt.Println(decision.On(today, policy).Text(lang.EN))

	policy.Version = "1.1"
	err = jan.Update(ctx, "a last-minute change", func(tx *isms.Tx) error { return isms.Documents(tx).Put(&policy) })
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(decision.On(today, policy).Text(lang.EN))
	err = eva.View(ctx, func(tx *isms.Tx) error {
		changes, err := decision.Undoing(tx)
		for _, c := range changes {
			fmt.Println(c)
		}
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// approved, in force since 2026-03-01
	// approved, in force since 2026-03-01
	// document/policy@1 has changed since in what matters
	// document/policy@2 /version: "1.0" -> "1.1" (person:jan, a last-minute change)
}
