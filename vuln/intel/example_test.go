package intel_test

import (
	"context"
	"fmt"
	"os"

	"github.com/ismskit/ismskit/vuln/intel"
)

func Example() {
	file, err := os.Open("testdata/epss.csv.gz")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer file.Close()
	feed, err := intel.ReadEPSS(context.Background(), file, func(v intel.EPSS) error {
		fmt.Println(v.CVE, v.Probability, v.Percentile)
		return nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(feed.Model, feed.Date, feed.Count)
	// Output:
	// CVE-2026-10001 0.00383 0.73075
	// CVE-2026-10002 0.000000001 0.1
	// CVE-2026-10003 1 1
	// CVE-2026-10004 0.00009 0.5
	// v2025.03.14 2026-03-09 4
}
