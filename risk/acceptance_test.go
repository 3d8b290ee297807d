package risk_test

import (
	"testing"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
)

// An acceptance holds for a while after the last review, not until a day that
// somebody once typed (CISO Assistant); and it does not go stale in silence when
// the risk is evaluated again (Probo).
func TestAcceptedState(t *testing.T) {
	owner := isms.Link{Kind: "role", ID: "cio"}
	year := isms.Cadence{Every: 1, Unit: isms.Years}
	given := risk.Acceptance{By: owner, On: date("2025-01-31"), Every: year}
	for _, c := range []struct {
		rule    string
		change  func(*risk.Risk)
		today   string
		want    risk.AcceptanceState
		expires string
	}{
		{"none was given", func(r *risk.Risk) { r.Acceptance = risk.Acceptance{} }, "2025-06-01", risk.NotAccepted, ""},
		{"nobody gave it", func(r *risk.Risk) { r.Acceptance.By = isms.Link{} }, "2025-06-01", risk.NotAccepted, "2026-01-31"},
		{"it is from tomorrow", func(*risk.Risk) {}, "2025-01-30", risk.NotAccepted, "2026-01-31"},
		{"it holds on its last day", func(*risk.Risk) {}, "2026-01-31", risk.AcceptanceValid, "2026-01-31"},
		{"it ends the day after", func(*risk.Risk) {}, "2026-02-01", risk.AcceptanceLapsed, "2026-01-31"},
		{"it is counted from the last review", func(r *risk.Risk) { r.Review.Last = date("2025-12-01") }, "2026-02-01", risk.AcceptanceValid, "2026-12-01"},
		{"a review before it counts for nothing", func(r *risk.Risk) { r.Review.Last = date("2024-12-01") }, "2026-02-01", risk.AcceptanceLapsed, "2026-01-31"},
		{"a last day ends it whatever is reviewed", func(r *risk.Risk) {
			r.Review.Last, r.Acceptance.Until = date("2025-12-01"), date("2026-03-31")
		}, "2026-04-01", risk.AcceptanceLapsed, "2026-03-31"},
		{"a later last day does not prolong it", func(r *risk.Risk) { r.Acceptance.Until = date("2030-01-01") }, "2026-02-01", risk.AcceptanceLapsed, "2026-01-31"},
		{"a last day alone", func(r *risk.Risk) { r.Acceptance.Every, r.Acceptance.Until = isms.Cadence{}, date("2026-01-31") }, "2026-02-01", risk.AcceptanceLapsed, "2026-01-31"},
		{"without an end", func(r *risk.Risk) { r.Acceptance.Every = isms.Cadence{} }, "2099-01-01", risk.AcceptanceValid, ""},
		{"the current risk was evaluated again", func(r *risk.Risk) {
			r.Current = evaluation(5, 5)
			r.Current.On = date("2025-02-01")
		}, "2025-03-01", risk.AcceptanceOutdated, "2026-01-31"},
		{"what remains is the residual risk", func(r *risk.Risk) {
			r.Current, r.Residual = evaluation(5, 5), evaluation(1, 1)
			r.Current.On, r.Residual.On = date("2025-02-01"), date("2025-01-31")
		}, "2025-03-01", risk.AcceptanceValid, "2026-01-31"},
	} {
		r := risk.Risk{Acceptance: given}
		c.change(&r)
		if got := r.Accepted(date(c.today)); got != c.want {
			t.Errorf("%s: Accepted(%s) = %s, want %s", c.rule, c.today, got, c.want)
		}
		if got := r.Acceptance.Expires(r.Review.Last).String(); got != c.expires {
			t.Errorf("%s: Expires = %s, want %s", c.rule, got, c.expires)
		}
	}
}

func TestProgress(t *testing.T) {
	tr := risk.Treatment{Actions: []risk.Action{
		{ID: "a", Due: date("2026-01-01"), Done: date("2026-02-01")},
		{ID: "b", Due: date("2026-03-01")},
		{ID: "c", Due: date("2026-02-28")},
		{ID: "d"},
	}}
	want := risk.Progress{Done: 1, Open: 3, Overdue: 1, Undated: 1}
	if got := tr.Progress(date("2026-03-01")); got != want {
		t.Errorf("Progress = %+v, want %+v", got, want)
	}
}
