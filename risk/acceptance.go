package risk

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// Purposes of decisions about a risk.
const (
	AcceptancePurpose isms.Purpose = "risk-acceptance"
	PlanPurpose       isms.Purpose = "risk-treatment-plan"
)

// ProposeAcceptance makes the decision by which the owner of the risk accepts
// what remains of it (6.1.3 f). It is apart from the option [Accept]: a mitigated
// risk leaves something to accept too. The risk is as it was read from a store.
// Others must approve as well, such as those to whom its level escalates
// (Level.Escalation); they add to the owner and never replace them.
func (r Risk) ProposeAcceptance(id string, others ...isms.Link) isms.Decision {
	return isms.Propose(id, AcceptancePurpose, r, r.authority(others))
}

// ProposePlan makes the decision by which the owner of the risk approves its
// treatment plan (6.1.3 f); see [Risk.ProposeAcceptance].
func (r Risk) ProposePlan(id string, others ...isms.Link) isms.Decision {
	return isms.Propose(id, PlanPurpose, r, r.authority(others))
}

func (r Risk) authority(others []isms.Link) isms.Authority {
	by := []isms.Link{r.Owner}
	for _, l := range others {
		if !slices.Contains(by, l) {
			by = append(by, l)
		}
	}
	return isms.Authority{By: by}
}

// Acceptance is that of a record made without a decision. It still counts, until
// there is a decision, and a register says so; [Risk.ProposeAcceptance] is the
// way to accept a risk.
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
	// again or otherwise changed: what remains now was never accepted.
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

// Accepted tells what the acceptance recorded without a decision is worth today;
// the row of a [Register] tells what counts. An acceptance from a day in the
// future, or without who or when, is none yet.
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

// ruling is the decision that counts for a purpose, and what it is worth.
type ruling struct {
	isms.Standing

	decision *isms.Decision
}

// ruling picks from the decisions about a risk that need its owner: one in force,
// else the one that took effect last, else the one that most has approved. It is
// zero when there is none.
func (b *builder) ruling(r *Risk, purpose isms.Purpose, today isms.Date) ruling {
	var best ruling
	for _, d := range b.decisions[r.link()] {
		if d.Purpose != purpose {
			continue
		}
		next := ruling{b.examiner.On(*d, today, r), d}
		if next.State != isms.DecisionUndone && !slices.Contains(d.Authority.By, r.Owner) { // not the owner's
			continue
		}
		if best.decision == nil || next.before(best) {
			best = next
		}
	}
	return best
}

// acceptance tells what the ruling makes of a risk: once a decision took effect,
// it decides, and what was recorded without one counts no more.
func (a ruling) acceptance(r *Risk, today isms.Date) AcceptanceState {
	switch {
	case a.Since.IsZero():
		return r.Accepted(today)
	case a.State == isms.DecisionInForce && r.Remaining().Assessed():
		return AcceptanceValid
	case a.State == isms.DecisionExpired:
		return AcceptanceLapsed
	case a.State == isms.DecisionUndone:
		return AcceptanceOutdated
	default:
		return NotAccepted
	}
}

// remaining is the level of what is left to be accepted.
func (row Row) remaining() Level {
	if row.Risk.Residual.Assessed() {
		return row.Residual
	}
	return row.Current
}

// allowed reports whether the methodology allows an acceptance of the row, and
// else why not: above what may be accepted at all or, by a decision, without
// those to whom the level escalates. What cannot be rated cannot be accepted by
// a decision; its level says why.
func (row Row) allowed(by ruling) (ok bool, why []isms.Code) {
	left := row.remaining()
	switch {
	case left.Rated() && !left.Tolerable:
		return false, []isms.Code{NoteIntolerable}
	case by.Since.IsZero(): // recorded without a decision
		return true, nil
	case slices.ContainsFunc(left.Escalation, func(l isms.Link) bool { return !slices.Contains(by.decision.Authority.By, l) }):
		return false, []isms.Code{NoteNoEscalation}
	default:
		return left.Rated(), nil
	}
}

func (a ruling) before(b ruling) bool {
	rank := func(r ruling) int {
		switch {
		case r.State == isms.DecisionInForce:
			return 0
		case !r.Since.IsZero():
			return 1
		default:
			return 2
		}
	}
	return cmp.Or(
		cmp.Compare(rank(a), rank(b)),
		b.Since.Compare(a.Since),
		cmp.Compare(len(a.Missing), len(b.Missing)),
		strings.Compare(a.decision.ID, b.decision.ID),
	) < 0
}
