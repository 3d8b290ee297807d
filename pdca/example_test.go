package pdca_test

import (
	"fmt"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/pdca"
	"github.com/ismskit/ismskit/pdca/conformity"
)

func Example() {
	in := conformity.Inputs{
		Audits: []isms.Audit{{
			Common: isms.Common{ID: "audit-7", Rev: 1}, Title: isms.Plain("Warehouse"),
			Type: isms.AuditInternal, State: isms.AuditPlanned, Planned: isms.Period{To: isms.Day(2026, 6, 15)},
		}},
	}
	c := pdca.State(in, isms.Day(2026, 6, 30))
	for _, a := range c.Activities {
		if a.Phase == pdca.Check {
			fmt.Printf("%s: %s\n", a.Title(lang.EN), a.Standing.Label(lang.EN))
		}
	}
	for _, item := range c.Overdue() {
		fmt.Println(item.Due, item.Text(lang.EN), item.Title.In(lang.EN))
	}
	// Output:
	// Monitoring and measurement: not started
	// Internal audit: overdue
	// Management review: not started
	// 2026-06-15 audit Warehouse
}
