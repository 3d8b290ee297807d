package annexa_test

import (
	"encoding/json"
	"fmt"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms/lang"
)

func Example() {
	id, err := annexa.ParseID("a.8.8") // as people type it
	if err != nil {
		fmt.Println(err)
		return
	}
	c, _ := annexa.Lookup(id)
	fmt.Println(c.ID, c.Title.EN)
	fmt.Println(c.Title.NL)
	fmt.Println(c.Summary.EN)
	fmt.Println(c.Types, c.Capabilities)
	fmt.Println("2013:", c.Former)

	_, err = annexa.ParseID("A.5.38")
	fmt.Println(err)
	// Output:
	// A.8.8 Management of technical vulnerabilities
	// Beheer van technische kwetsbaarheden
	// Finds weaknesses in systems in time and deals with them before an attacker does.
	// #Preventive #Threat_and_vulnerability_management
	// 2013: A.12.6.1, A.18.2.3
	// control "A.5.38": want A.5.1 to A.5.37
}

func ExampleFilter() {
	f := annexa.Filter{
		Themes: []annexa.Theme{annexa.Technological},
		Types:  []annexa.ControlType{annexa.Detective, annexa.Corrective},
		Text:   "incident",
	}
	for c := range annexa.All() {
		if f.Match(c) {
			fmt.Println(c.ID, c.Title.EN)
		}
	}
	// Output:
	// A.8.16 Monitoring activities
}

// Bring a Statement of Applicability of 2013 to the numbers of 2022.
func ExampleFormer() {
	for _, number := range []string{"A.13.2.1", "A.18.2.3"} {
		id, err := annexa.ParseID2013(number)
		if err != nil {
			fmt.Println(err)
			return
		}
		old, _ := annexa.LookupFormer(id)
		fmt.Println(old.ID, old.Title, "->", old.Successors)
	}
	// Output:
	// A.13.2.1 Information transfer policies and procedures -> A.5.14
	// A.18.2.3 Technical compliance review -> A.5.36, A.8.8
}

func ExampleLabels() {
	house := annexa.Labels{annexa.MustParseID("A.5.7"): {NL: "Ken uw vijand"}}
	for _, number := range []string{"A.5.7", "A.5.8"} {
		c, _ := annexa.Lookup(annexa.MustParseID(number))
		fmt.Println(c.ID, house.Title(c).In(lang.NL))
	}
	// Output:
	// A.5.7 Ken uw vijand
	// A.5.8 Informatiebeveiliging in projectmanagement
}

func ExampleValues() {
	for d := range annexa.Values[annexa.Domain]() {
		fmt.Println(d, "-", d.Label().NL)
	}
	// Output:
	// #Governance_and_Ecosystem - Governance en ecosysteem
	// #Protection - Bescherming
	// #Defence - Verdediging
	// #Resilience - Veerkracht
}

func ExampleSet() {
	c, _ := annexa.Lookup(annexa.MustParseID("A.8.15"))
	fmt.Println(c.Types.Has(annexa.Detective), c.Domains)
	asJSON, err := json.Marshal(c.Domains)
	fmt.Println(string(asJSON), err)
	// Output:
	// true #Protection #Defence
	// ["protection","defence"] <nil>
}

// What of the NIS2 directive does a control touch? It fulfils none of it by
// being there.
func ExampleControl_Points() {
	c, _ := annexa.Lookup(annexa.MustParseID("A.8.13"))
	for _, f := range []annexa.Framework{annexa.NIS2Directive, annexa.NISTCSF2} {
		m, _ := f.CrossMap()
		fmt.Print(m.Title.EN, ":")
		for p := range c.Points(f) {
			fmt.Print(" ", p.Ref)
		}
		fmt.Println()
	}
	// Output:
	// NIS2: Directive (EU) 2022/2555, article 21(2): 21(2)(c)
	// NIST Cybersecurity Framework (CSF) 2.0: PR.DS-11 RC.RP-03 RC.RP-06
}
