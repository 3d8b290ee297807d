package main

import (
	"fmt"
	"strings"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
)

// The host's own tables, as its queries give them. Nothing of them knows of
// ismskit.
type (
	staffRow struct{ No, Name string }
	riskRow  struct {
		No, Title, Owner string // Owner is a staffRow.No
		Chance, Effect   int    // 1 to 5; 0 when nobody looked at it
		Measures         string // "A.5.15, A.8.5"
		Version          int64
	}
	measureRow struct {
		Control string
		State   string // "done", "busy", ""
		Omitted string // why it is left out
	}
)

type database struct {
	staff    []staffRow
	risks    []riskRow
	measures []measureRow
}

func sample() database {
	return database{
		staff: []staffRow{{"s1", "A. Visser"}},
		risks: []riskRow{
			{"101", "Stolen laptop", "s1", 3, 2, "A.7.9, A.8.1", 4},
			{"102", "Phishing of payroll", "s1", 5, 4, "A.6.3, A.8.5", 1},
			{"103", "Fire in the server room", "", 0, 0, "", 1},
		},
		measures: []measureRow{
			{Control: "A.8.1", State: "done"},
			{Control: "A.8.5", State: "busy"},
			{Control: "A.8.30", Omitted: "no development is outsourced"},
		},
	}
}

func (db database) toPersons() []isms.Individual {
	var list []isms.Individual
	for _, row := range db.staff {
		list = append(list, isms.Individual{Common: isms.Common{ID: row.No, Rev: 1}, Name: row.Name})
	}
	return list
}

// toRisks makes values of rows. One that cannot be is an error, not a guess.
func (db database) toRisks(m risk.Methodology) ([]risk.Risk, error) {
	var list []risk.Risk
	for _, row := range db.risks {
		r := risk.Risk{
			Common:  isms.Common{ID: "risk-" + row.No, Rev: row.Version, Label: "R-" + row.No},
			Title:   isms.Plain(row.Title),
			Current: risk.Evaluation{Likelihood: row.Chance, Impact: row.Effect},
		}
		if r.Current.Assessed() {
			r.Current.Methodology = m.Pin()
		}
		if row.Owner != "" {
			r.Owner = isms.Link{Kind: "person", ID: row.Owner}
		}
		for _, s := range strings.FieldsFunc(row.Measures, func(c rune) bool { return c == ',' || c == ' ' }) {
			id, err := annexa.ParseID(s)
			if err != nil {
				return nil, fmt.Errorf("risk %s: %w", row.No, err)
			}
			r.Treatment.Controls = append(r.Treatment.Controls, isms.ControlID(id.String()))
			r.Treatment.Options = []risk.Option{risk.Mitigate}
		}
		if problems := isms.Validate(r); len(problems) > 0 {
			return nil, fmt.Errorf("risk %s: %w", row.No, &isms.ProblemError{Problems: problems})
		}
		list = append(list, r)
	}
	return list, nil
}

func (db database) toControls() ([]isms.Control, error) {
	states := map[string]isms.Implementation{"": "", "busy": isms.Partial, "done": isms.Implemented}
	var list []isms.Control
	for i, row := range db.measures {
		state, ok := states[row.State]
		if !ok {
			return nil, fmt.Errorf("measure %s: state %q: want done, busy or nothing", row.Control, row.State)
		}
		list = append(list, isms.Control{
			Common:         isms.Common{ID: fmt.Sprintf("measure-%d", i+1), Rev: 1},
			Ref:            isms.ControlID(row.Control),
			Implementation: state, Exclude: isms.Plain(row.Omitted),
		})
	}
	return list, nil
}
