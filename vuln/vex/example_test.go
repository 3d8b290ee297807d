package vex_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/vuln"
	"github.com/ismskit/ismskit/vuln/scan"
	"github.com/ismskit/ismskit/vuln/vex"
)

func Example() {
	// A finding, as vuln.Import makes it of a scan of the asset "shop".
	location := "type=deb;package=debian/libssl3"
	finding := vuln.Finding{
		Common: isms.Common{ID: vuln.ID("shop", "CVE-2026-10001", location)},
		Asset:  "shop", Vulnerability: "CVE-2026-10001", Location: location, FirstKnown: isms.Day(2026, time.March, 1),
		Observations: []vuln.Observation{{Source: "trivy", PURL: "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12"}},
	}
	report, err := scan.Read(context.Background(), strings.NewReader(`{
		"@context": "https://openvex.dev/ns/v0.2.0", "timestamp": "2026-03-02T09:00:00Z",
		"statements": [{
			"vulnerability": {"name": "CVE-2026-10001"},
			"products": [{"@id": "pkg:deb/debian/libssl3@3.0.11-1"}, {"@id": "pkg:deb/debian/libssl3@1.1.1"}],
			"status": "not_affected", "justification": "vulnerable_code_not_present"
		}]}`), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	in := vex.Inputs{Findings: []vuln.Finding{finding}}
	docs := []vex.Document{{Report: report, Author: "Debian", Evidence: "debian-vex"}}
	policy := vex.Policy{Authors: []vex.Author{{Name: "Debian", Days: 365}}}
	result, err := vex.Apply(in, docs, policy, isms.Day(2026, time.March, 5))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range result.Verdicts {
		fmt.Println(v.Outcome, "-", v.Text(lang.EN))
	}
	for _, p := range result.Proposals {
		p.Decision.By, p.Decision.On = isms.Link{Kind: "person", ID: "jan"}, isms.Day(2026, time.March, 5) // who takes it over
		decided := finding.Decide(p.Decision)
		fmt.Println(decided.Decision.State, "-", decided.Decision.Rationale)
	}
	// Output:
	// applied - applied
	// no-match - the vulnerability was found, but not in pkg:deb/debian/libssl3@1.1.1
	// not-affected - Debian stated on 2026-03-02 of CVE-2026-10001 in pkg:deb/debian/libssl3@3.0.11-1: not affected (vulnerable code not present).
}

func ExampleWriteOpenVEX() {
	finding := vuln.Finding{
		Asset: "shop", Vulnerability: "CVE-2026-10001", FirstKnown: isms.Day(2026, time.March, 1),
		Observations: []vuln.Observation{{Source: "trivy", PURL: "pkg:npm/lodash@4.17.20"}},
		Decision: vuln.Decision{
			State: vuln.NotAffected, On: isms.Day(2026, time.March, 4), Justification: vuln.CodeNotExecuted,
			Rationale: isms.Text{"en": "The shop never calls template()."},
		},
	}
	in := vex.Inputs{
		Findings: []vuln.Finding{finding},
		Products: map[isms.Ref[isms.Asset]][]string{"shop": {"pkg:oci/shop@2.4"}},
	}
	statements := vex.Own(in, isms.Day(2026, time.March, 5), lang.EN)
	publication := vex.Publication{
		ID: "https://acme.example/vex/shop", Author: "Acme", Releases: []time.Time{time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC)},
	}
	if err := vex.WriteOpenVEX(os.Stdout, publication, statements); err != nil {
		fmt.Println(err)
	}
	// Output:
	// {
	//   "@context": "https://openvex.dev/ns/v0.2.0",
	//   "@id": "https://acme.example/vex/shop",
	//   "author": "Acme",
	//   "timestamp": "2026-03-05T09:00:00Z",
	//   "version": 1,
	//   "statements": [
	//     {
	//       "vulnerability": {
	//         "name": "CVE-2026-10001"
	//       },
	//       "timestamp": "2026-03-04T00:00:00Z",
	//       "products": [
	//         {
	//           "@id": "pkg:oci/shop@2.4",
	//           "identifiers": {
	//             "purl": "pkg:oci/shop@2.4"
	//           },
	//           "subcomponents": [
	//             {
	//               "@id": "pkg:npm/lodash@4.17.20",
	//               "identifiers": {
	//                 "purl": "pkg:npm/lodash@4.17.20"
	//               }
	//             }
	//           ]
	//         }
	//       ],
	//       "status": "not_affected",
	//       "justification": "vulnerable_code_not_in_execute_path",
	//       "impact_statement": "The shop never calls template()."
	//     }
	//   ]
	// }
}
