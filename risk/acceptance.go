package risk

import (
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// Acceptance is the risk owner's acceptance of the risk that remains (6.1.3 f).
// It is apart from the option [Accept]: a mitigated risk leaves something to
// accept too.
type Acceptance struct {
	By            isms.Link `json:"by,omitzero"` // a person or a role
	On            isms.Date `json:"on,omitzero"`
	Justification isms.Text `json:"justification,omitempty"`

	// Every is how long the acceptance holds after it was given or, when that
	// is later, after the last review of the risk. Until is its last day
	// whatever is reviewed. With neither it holds until the risk is evaluated
	// again.
	Every isms.Cadence `json:"every,omitzero"`
	Until isms.Date    `json:"until,omitzero"`
}

// AcceptanceState is what an acceptance is worth on one day.
type AcceptanceState string

// The states of an acceptance.
const (
	NotAccepted      AcceptanceState = "none"
	AcceptanceValid  AcceptanceState = "valid"
	AcceptanceLapsed AcceptanceState = "expired"
	// AcceptanceOutdated is an acceptance from before the risk was evaluated
	// again: what remains now was never accepted.
	AcceptanceOutdated AcceptanceState = "outdated"
)

// Label is the state in language l.
func (s AcceptanceState) Label(l lang.Lang) string { return lang.Word(l, "acceptance", string(s)) }

// Given reports whether both who accepted and the day are known.
func (a Acceptance) Given() bool { return !a.By.IsZero() && !a.On.IsZero() }

// Expires is the last day on which the acceptance holds, with lastReview the
// last review of the risk, unset when there was none. It is unset when the
// acceptance has no end.
func (a Acceptance) Expires(lastReview isms.Date) isms.Date {
	from := a.On
	if lastReview.After(from) {
		from = lastReview
	}
	end := a.Every.Nth(from, 1)
	if end.IsZero() || a.Until.Before(end) {
		return a.Until
	}
	return end
}

// Accepted tells what the acceptance of the risk is worth today. An acceptance
// from a day in the future, or without who or when, is none yet.
func (r Risk) Accepted(today isms.Date) AcceptanceState {
	a := r.Acceptance
	switch {
	case !a.Given() || a.On.After(today):
		return NotAccepted
	case r.Remaining().On.After(a.On):
		return AcceptanceOutdated
	case a.Expires(r.Review.Last).Before(today):
		return AcceptanceLapsed
	default:
		return AcceptanceValid
	}
}

func (a Acceptance) check(c isms.Checker) {
	isms.CheckParty(c.At("by"), a.By)
	isms.CheckRequired(c.At("by"), a.On.IsZero() || !a.By.IsZero())
	isms.CheckRequired(c.At("on"), a.By.IsZero() || !a.On.IsZero())
	isms.CheckOrder(c.At("until"), a.On, a.Until)
	checkCadence(c.At("every"), a.Every)
}
