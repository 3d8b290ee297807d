package vuln_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
)

func Example() {
	ctx := context.Background()
	store := isms.Open(memstore.New(), nil)
	defer store.Close()
	space := store.Space("acme").As(isms.Person("jan"))
	today := isms.Day(2026, time.March, 1)

	file, err := os.Open("scan/testdata/trivy_v2.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer file.Close()
	report, err := scan.Read(ctx, file, nil)
	if err != nil {
		fmt.Println(err)
		return
	}

	var register vuln.Register
	err = space.Update(ctx, "weekly scan", func(tx *isms.Tx) error {
		shop := isms.Asset{Common: isms.Common{ID: "shop"}, Title: isms.Plain("Web shop"), Type: isms.AssetSoftware}
		if err := isms.Assets(tx).Put(&shop); err != nil {
			return err
		}
		result, err := vuln.Import(tx, "shop", report, today, nil)
		if err != nil {
			return err
		}
		fmt.Println(len(result.Created), "created,", len(result.NotObserved), "not observed")
		in, err := vuln.ReadInputs(tx)
		register = vuln.NewRegister(in, today)
		return err
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, row := range register.Rows {
		fmt.Println(row.Finding.Vulnerability, row.Level.Severity, row.State, row.Deadline, "overdue:", row.Overdue)
	}
	// Output:
	// 2 created, 0 not observed
	// GHSA-xxxx-yyyy-zzzz unknown new 2026-03-08 overdue: false
	// CVE-2026-10001 critical new 2026-03-08 overdue: false
}
