package scan_test

import (
	"context"
	"fmt"
	"os"

	"github.com/ismskit/ismskit/vuln/scan"
)

func Example() {
	file, err := os.Open("testdata/trivy_v2.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer file.Close()
	report, err := scan.Read(context.Background(), file, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Format, report.Targets)
	for _, item := range report.Items {
		fmt.Println(item.ID, item.Severity, item.Location())
	}
	for _, skip := range report.Skipped {
		fmt.Println(skip.Where, skip.Why.Label().EN)
	}
	// Output:
	// trivy [registry.example.org:5000/shop/web:1.4.2]
	// CVE-2026-10001 critical type=alpine;package=libexample
	// GHSA-xxxx-yyyy-zzzz unknown type=node-pkg;package=left-example;path=app/node_modules/left-example/package.json
	// /Results/1/Vulnerabilities/1 the vulnerability has no identifier
}

// Each reads a report of any size without keeping it.
func ExampleEach() {
	file, err := os.Open("testdata/nessus_v2.nessus")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer file.Close()
	_, err = scan.Each(context.Background(), file, nil, func(item scan.Item) error {
		fmt.Println(item.Host, item.ID, item.CVEs, item.Location())
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// mail.example.org nessus:19506 [] plugin=19506;port=0;protocol=tcp
	// mail.example.org nessus:900001 [CVE-2026-10007 CVE-2026-10008] plugin=900001;port=443;protocol=tcp
}
