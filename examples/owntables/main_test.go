package main

import (
	"io"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/isms"
)

func Example() {
	main()
	// Output:
	// R-103 Fire in the server room: not assessed; ranks as the greatest possible
	// R-102 Phishing of payroll: Critical
	// R-101 Stolen laptop: Medium
	// A.8.5 Secure authentication is included, because of:
	// - risk treatment: R-102 Phishing of payroll (mitigate; current risk: Critical; owner: A. Visser) (draft) [risk/risk-102@1]
	// A.8.30 Outsourced development is excluded, because of:
	// - reason to leave it out: no development is outsourced (draft) [control/measure-3@1]
	// gap: R-103 has no owner. (ISO/IEC 27001:2022, 6.1.2 c 2)
}

// A row that cannot be one of ours is told by its number.
func TestRowsThatAreNoRisk(t *testing.T) {
	for want, change := range map[string]func(*database){
		"risk 102: ":          func(db *database) { db.risks[1].Measures = "A.99.1" },
		"risk 103: ":          func(db *database) { db.risks[2].Owner = "No Body" },
		`measure A.8.5: stat`: func(db *database) { db.measures[1].State = "soon" },
	} {
		db := sample()
		change(&db)
		if err := run(io.Discard, db, isms.Day(2026, 6, 30)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("run() = %v, want %q", err, want)
		}
	}
}
