package soa_test

import (
	"context"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
)

// Example writes a Statement of Applicability as CSV. For a page, give
// statement.Report(lang.EN) to report.HTML.
func Example() {
	statement := soa.Compile(soa.Inputs{
		Risks: []risk.Risk{{
			Common: isms.Common{ID: "r-1", Label: "R-1", Status: isms.Approved}, Title: isms.Plain("Laptop stolen"),
			Treatment: risk.Treatment{Controls: []isms.ControlID{"A.7.9", "A.8.1"}},
		}},
		Controls: []isms.Control{{Ref: "A.8.30", Exclude: isms.Plain("no development is outsourced")}},
	}, isms.Day(2026, 3, 31))
	var csv strings.Builder
	if err := report.CSV(&csv, statement.Table(lang.EN)); err != nil {
		log.Fatal(err)
	}
	fmt.Println(strings.Count(csv.String(), "\n"), "lines")
	fmt.Println(statement.Why("A.7.9"))
	// Output:
	// 94 lines
	// A.7.9 Security of assets off-premises is included, because of:
	// - risk treatment: R-1 Laptop stolen (current risk: not assessed; ranks as the greatest possible) [risk/r-1]
}

// A reason to leave a control out is held against what the records show.
func ExampleStatement_Why() {
	statement := soa.Compile(soa.Inputs{
		Controls: []isms.Control{{Ref: "A.5.19", Exclude: isms.Plain("we have no suppliers")}},
		Assets: []isms.Asset{{
			Common: isms.Common{ID: "crm"}, Title: isms.Plain("Customer records"), Type: isms.AssetService, Supplier: "Acme",
		}},
	}, isms.Day(2026, 3, 31))
	fmt.Println(statement.Why("A.5.19"))
	// Output:
	// A.5.19 Information security in supplier relationships is excluded, because of:
	// - reason to leave it out: we have no suppliers (draft)
	// Yet the records show:
	// - the records show: records name suppliers: 1 (records: Customer records)
}

// A version is a statement that was frozen, stored and approved. It stays what it
// was, and what is in force on a day follows from the decisions.
func ExampleStatement_Freeze() {
	ctx, today := context.Background(), isms.Day(2026, 3, 31)
	store := isms.Open(memstore.New(), nil)
	defer store.Close()
	space := store.Space("acme").As(isms.Person("ann"))

	// Everything is left out, but for what the risk needs.
	in := soa.Inputs{Risks: []risk.Risk{{Title: isms.Plain("Laptop stolen"), Treatment: risk.Treatment{Controls: []isms.ControlID{"A.7.9"}}}}}
	for control := range annexa.All() {
		if id := isms.ControlID(control.ID.String()); id != "A.7.9" {
			in.Controls = append(in.Controls, isms.Control{Ref: id, Exclude: isms.Plain("not here")})
		}
	}
	version, err := soa.Compile(in, today).Freeze("soa-1", "1.0")
	if err != nil {
		log.Fatal(err) // names the rows that nobody decided on
	}
	err = space.Update(ctx, "statement for certification", func(tx *isms.Tx) error {
		if err := isms.Persons(tx).Put(&isms.Individual{Common: isms.Common{ID: "ann"}, Name: "Ann"}); err != nil {
			return err
		}
		if err := soa.Versions(tx).Put(&version); err != nil {
			return err
		}
		approval := version.ProposeApproval("soa-1-approval", isms.Link{Kind: "person", ID: "ann"})
		approval.Approvals = []isms.Vote{{By: "ann", On: today}}
		return isms.Decisions(tx).Put(&approval)
	})
	if err != nil {
		log.Fatal(err)
	}

	var archive soa.Archive
	err = space.View(ctx, func(tx *isms.Tx) (err error) {
		archive, err = soa.ReadArchive(tx)
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	if now, found := archive.InForce(today, ""); found {
		fmt.Println(now.Version.Number, now.State, "by", now.ApprovedBy[0].Name(lang.EN), "since", now.Standing.Since)
	}
	_, before := archive.InForce(today.AddDays(-1), "")
	fmt.Println("in force the day before:", before)
	// Output:
	// 1.0 approved by Ann since 2026-03-31
	// in force the day before: false
}

// What changed between two moments, and who made it so. Between two versions it
// is the same, with the statements of [soa.Version.Statement].
func ExampleDiff() {
	ctx, now := context.Background(), time.Date(2026, 3, 31, 9, 0, 0, 0, time.UTC)
	store := isms.Open(memstore.New(), &isms.Options{Now: func() time.Time { return now }})
	defer store.Close()
	space := store.Space("acme").As(isms.Person("ann"))

	theft := risk.Risk{Common: isms.Common{ID: "r-1"}, Title: isms.Plain("Laptop stolen")}
	record := func(note string, controls ...isms.ControlID) {
		err := space.Update(ctx, note, func(tx *isms.Tx) error {
			theft.Treatment.Controls = controls
			return risk.Risks(tx).Put(&theft)
		})
		if err != nil {
			log.Fatal(err)
		}
	}
	statement := func(space *isms.Space) (s soa.Statement) {
		err := space.View(ctx, func(tx *isms.Tx) error {
			in, err := soa.ReadInputs(tx)
			s = soa.Compile(in, isms.Day(2026, 3, 31))
			return err
		})
		if err != nil {
			log.Fatal(err)
		}
		return s
	}
	record("workshop", "A.7.9")
	record("laptops stay in", "A.7.8")

	difference, err := soa.Causes(ctx, space, soa.Diff(statement(space.AsOfSeq(1)), statement(space)))
	if err != nil {
		log.Fatal(err)
	}
	for _, row := range difference.Rows {
		for _, cell := range row.Cells {
			if cell.Path == "/decision" {
				fmt.Printf("%s: %s -> %s\n  %s\n", row.Name, cell.Old, cell.New, cell.Causes[0].Text(lang.EN))
			}
		}
	}
	// Output:
	// A.7.8: "undecided" -> "included"
	//   2026-03-31 person:ann: laptops stay in [risk/r-1@2]
	// A.7.9: "included" -> "undecided"
	//   2026-03-31 person:ann: laptops stay in [risk/r-1@2]
}
