package risk_test

import (
	"testing"
	"time"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/risk"
)

func matrix5() risk.Methodology {
	m := risk.Matrix5()
	m.Rev = 1
	return m
}

func date(s string) isms.Date {
	d, err := isms.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func evaluation(likelihood, impact int) risk.Evaluation {
	return risk.Evaluation{Methodology: matrix5().Pin(), Likelihood: likelihood, Impact: impact, On: date("2026-01-10")}
}

// codes are the codes of problems, by path.
func codes(problems []isms.Problem) map[string]isms.Code {
	m := map[string]isms.Code{}
	for _, p := range problems {
		m[p.Path] = p.Code
	}
	return m
}

func newSpace(t *testing.T) *isms.Space {
	t.Helper()
	s := isms.Open(memstore.New(), &isms.Options{Now: func() time.Time { return time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC) }})
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s.Space("acme").As(isms.Person("jan"))
}

// whole is a risk with every field set.
func whole() risk.Risk {
	owner := isms.Link{Kind: "role", ID: "cio"}
	residual := evaluation(2, 3)
	residual.Rationale, residual.By = isms.Text{"en": "Two controls less to bypass", "nl": "Twee drempels meer"}, owner
	return risk.Risk{
		Common: isms.Common{
			ID: "phishing", Label: "R-10", Status: isms.Approved, Owner: owner,
			Review: isms.Review{Last: date("2026-01-10"), Every: isms.Cadence{Every: 6, Unit: isms.Months}},
		},
		Title:         isms.Text{"en": "Phishing of payroll", "nl": "Phishing van salarisadministratie"},
		Description:   isms.Plain("A forged message makes somebody change an account number."),
		Threat:        isms.Plain("organized fraud"),
		Vulnerability: isms.Plain("changes are not confirmed by telephone"),
		Consequence:   isms.Plain("salaries are paid to a thief"),
		Assets:        []isms.Ref[isms.Asset]{"payroll"},
		Affects:       []risk.Property{risk.Integrity, risk.Availability},
		Inherent:      evaluation(5, 5),
		Current:       evaluation(5, 4),
		Residual:      residual,
		Treatment: risk.Treatment{
			Options:   []risk.Option{risk.Mitigate, risk.Transfer},
			Rationale: isms.Plain("cheap and quick"),
			Controls:  []isms.ControlID{"A.5.14", "A.6.3"},
			Actions: []risk.Action{
				{ID: "a1", Title: isms.Plain("Train payroll"), Owner: owner, Due: date("2026-02-01"), Done: date("2026-01-20")},
				{ID: "a2", Title: isms.Plain("Call back"), Owner: owner, Due: date("2026-02-15")},
				{ID: "a3", Title: isms.Plain("Insure")},
			},
			Approval: isms.Approval{By: owner, On: date("2026-01-12")},
		},
		Acceptance: risk.Acceptance{
			By: owner, On: date("2026-01-12"), Justification: isms.Plain("within budget"),
			Every: isms.Cadence{Every: 1, Unit: isms.Years}, Until: date("2027-06-30"),
		},
	}
}

func turn(to risk.Phase, on string) risk.Turn {
	return risk.Turn{To: to, On: date(on), Reason: isms.Plain("x")}
}
