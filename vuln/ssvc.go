package vuln

import (
	"fmt"
	"slices"
	"strings"
)

//go:generate go run ./internal/gen -in data -out zssvc.go

// SSVC is a decision table of Stakeholder-Specific Vulnerability Categorization
// as CERT/CC and CISA publish it. It has one outcome for each combination of
// values; the words are theirs, in lower case.
type SSVC struct{ table *ssvcTable }

// SSVCPoint is a decision point, or the outcome of a table. Values are in the
// order that SSVC gives them, the least pressing first.
type SSVCPoint struct {
	Name, Version string
	Values        []string
}

type ssvcTable struct {
	name    string
	points  []SSVCPoint
	outcome SSVCPoint
	rows    string // the digit of the outcome of each combination, the last point fastest
}

// LookupSSVC finds a table: "deployer", "supplier", "cisa-coordinator",
// "cisa-bod-26-04", "coordinator-publish", "coordinator-triage", "human-impact",
// "public-safety-impact" or "utility".
func LookupSSVC(name string) (SSVC, bool) {
	for i := range ssvcTables {
		if ssvcTables[i].name == name {
			return SSVC{&ssvcTables[i]}, true
		}
	}
	return SSVC{}, false
}

// Points are the decision points, in the order that Decide takes their values.
func (s SSVC) Points() []SSVCPoint {
	if s.table == nil {
		return nil
	}
	points := slices.Clone(s.table.points)
	for i := range points {
		points[i].Values = slices.Clone(points[i].Values)
	}
	return points
}

// Outcome is what the table decides.
func (s SSVC) Outcome() SSVCPoint {
	if s.table == nil {
		return SSVCPoint{}
	}
	outcome := s.table.outcome
	outcome.Values = slices.Clone(outcome.Values)
	return outcome
}

// Decide is the outcome for one value of each point. The empty value is not
// known: the outcome is then the last one, in the order of Outcome, that any
// value gives.
func (s SSVC) Decide(values ...string) (string, error) {
	if s.table == nil || len(values) != len(s.table.points) {
		return "", fmt.Errorf("ssvc: have %d values, want one for each of %d points", len(values), len(s.Points()))
	}
	numbers := make([]int, len(values))
	for i, v := range values {
		if v == "" {
			continue
		}
		p := s.table.points[i]
		n := slices.Index(p.Values, v)
		if n < 0 {
			return "", fmt.Errorf("ssvc %s: %s %.40q: want %s", s.table.name, p.Name, v, strings.Join(p.Values, ", "))
		}
		numbers[i] = n + 1
	}
	return s.table.outcome.Values[s.table.worst(0, numbers)], nil
}

// worst is the number of the worst outcome for the values by number from 1, with
// 0 for what is not known; at is the row so far.
func (t *ssvcTable) worst(at int, numbers []int) int {
	if len(numbers) == 0 {
		return int(t.rows[at] - '0')
	}
	size := len(t.points[len(t.points)-len(numbers)].Values)
	if n := numbers[0]; n > 0 {
		return t.worst(at*size+n-1, numbers[1:])
	}
	worst := 0
	for n := range size {
		worst = max(worst, t.worst(at*size+n, numbers[1:]))
	}
	return worst
}
