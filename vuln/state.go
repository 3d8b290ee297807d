package vuln

import (
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// State is how far a finding is.
type State string

// The states. Open ones have a deadline.
const (
	New           State = "new"            // open: nobody decided anything
	Triaged       State = "triaged"        // open: somebody judged that it matters
	InRemediation State = "in-remediation" // open: somebody is at work
	Mitigated     State = "mitigated"      // open: somebody says that it is dealt with; no scan verified that yet
	Reopened      State = "reopened"       // open: seen again after it was mitigated, fixed or not observed
	NotObserved   State = "not-observed"   // open: no tool sees it any more, and nobody answers for that
	Fixed         State = "fixed"          // a scan that covers it verified that it is gone
	FalsePositive State = "false-positive" // the tool is wrong
	NotAffected   State = "not-affected"   // present, but it cannot be exploited here
	Accepted      State = "accepted"       // until a day; see Acceptance
)

// Open reports whether the state leaves something to do.
func (s State) Open() bool {
	switch s {
	case Fixed, FalsePositive, NotAffected, Accepted:
		return false
	case New, Triaged, InRemediation, Mitigated, Reopened, NotObserved:
	}
	return true
}

// Label is the state in language l.
func (s State) Label(l lang.Lang) string { return lang.Word(l, "finding", string(s)) }

// Decision is what somebody decided about a finding.
type Decision struct {
	// State is triaged, in-remediation, mitigated, fixed, false-positive or
	// not-affected; unset when nobody decided. Mitigated and fixed both say that
	// it was dealt with: a scan has to verify that, unless no tool ever saw it.
	State State     `json:"state,omitempty"`
	By    isms.Link `json:"by,omitzero"` // a person or a role
	On    isms.Date `json:"on,omitzero"`
	// Justification is why it does not affect the asset, for what is published
	// about it; only of not-affected and false-positive.
	Justification Justification `json:"justification,omitempty"`
	// Rationale tells why; required for mitigated, false-positive and
	// not-affected.
	Rationale isms.Text                 `json:"rationale,omitempty"`
	Evidence  []isms.Ref[isms.Evidence] `json:"evidence,omitempty"`
}

func (d Decision) check(c isms.Checker) {
	isms.CheckEnum(c.At("state"), d.State, Triaged, InRemediation, Mitigated, Fixed, FalsePositive, NotAffected)
	isms.CheckParty(c.At("by"), d.By)
	isms.CheckEnum(c.At("justification"), d.Justification, ComponentNotPresent, CodeNotPresent, CodeNotExecuted, CodeNotControlled, AlreadyMitigated)
	c.At("justification").Assert(d.Justification == "" || d.State == NotAffected || d.State == FalsePositive || d.State == "", CodeJustification)
	if d.State == "" {
		isms.CheckRequired(c.At("state"), d.Justification == "" && d.By.IsZero() && d.On.IsZero() && d.Rationale.IsZero() && len(d.Evidence) == 0)
		return
	}
	isms.CheckRequired(c.At("by"), !d.By.IsZero())
	isms.CheckRequired(c.At("on"), !d.On.IsZero())
	if d.State == Mitigated || d.State == FalsePositive || d.State == NotAffected {
		c.At("rationale").Assert(!d.Rationale.IsZero(), CodeRationale)
	}
}

// Treatment is what is done about a finding.
type Treatment struct {
	Kind  TreatmentKind `json:"kind,omitempty"`
	Note  isms.Text     `json:"note,omitempty"`
	Owner isms.Link     `json:"owner,omitzero"` // a person or a role
	// Due may be earlier than the deadline of the policy, never later: for more
	// time there is Acceptance.
	Due      isms.Date                 `json:"due,omitzero"`
	Done     isms.Date                 `json:"done,omitzero"` // unset while not done; whether it helped, a scan tells
	Evidence []isms.Ref[isms.Evidence] `json:"evidence,omitempty"`
}

// TreatmentKind is a way to deal with a vulnerability.
type TreatmentKind string

// The ways.
const (
	Patch     TreatmentKind = "patch"
	Configure TreatmentKind = "configure"
	Isolate   TreatmentKind = "isolate"
	SwitchOff TreatmentKind = "switch-off"
	Replace   TreatmentKind = "replace"
	Accept    TreatmentKind = "accept" // see Acceptance, without which it is open
	Transfer  TreatmentKind = "transfer"
	Monitor   TreatmentKind = "monitor"
)

// Label is the way in language l.
func (k TreatmentKind) Label(l lang.Lang) string { return lang.Word(l, "remedy", string(k)) }

func (t Treatment) check(c isms.Checker) {
	isms.CheckEnum(c.At("kind"), t.Kind, Patch, Configure, Isolate, SwitchOff, Replace, Accept, Transfer, Monitor)
	isms.CheckParty(c.At("owner"), t.Owner)
}

// Acceptance is the decision to bear a finding until a day.
type Acceptance struct {
	By            isms.Link `json:"by,omitzero"` // a person or a role
	On            isms.Date `json:"on,omitzero"`
	Until         isms.Date `json:"until,omitzero"` // the last day
	Justification isms.Text `json:"justification,omitempty"`
}

// Given reports whether somebody accepted the finding, on whatever day.
func (a Acceptance) Given() bool {
	return !a.By.IsZero() || !a.On.IsZero() || !a.Until.IsZero() || !a.Justification.IsZero()
}

// Valid reports whether the acceptance is complete and holds on a day.
func (a Acceptance) Valid(today isms.Date) bool {
	complete := !a.By.IsZero() && !a.On.IsZero() && !a.Until.IsZero() && !a.Justification.IsZero()
	return complete && !today.Before(a.On) && !today.After(a.Until)
}

// Expired reports whether the acceptance ended before today.
func (a Acceptance) Expired(today isms.Date) bool { return a.Until.Before(today) }

func (a Acceptance) check(c isms.Checker) {
	isms.CheckParty(c.At("by"), a.By)
	if !a.Given() {
		return
	}
	isms.CheckRequired(c.At("by"), !a.By.IsZero())
	isms.CheckRequired(c.At("on"), !a.On.IsZero())
	isms.CheckRequired(c.At("until"), !a.Until.IsZero())
	isms.CheckRequired(c.At("justification"), !a.Justification.IsZero())
	isms.CheckOrder(c.At("until"), a.On, a.Until)
}

// State is the state on a day. In this order: a decision that it is no
// vulnerability here; fixed, when scans that somebody answers for no longer see
// it, or when somebody says that it was dealt with and no tool sees it;
// accepted while the acceptance holds; not observed; seen again since the
// decision; what was decided; new.
func (f Finding) State(today isms.Date) State {
	d := f.Decision.State
	again := f.Reopened.After(f.Decision.On) || d == "" && !f.Reopened.IsZero()
	claimed := (d == Mitigated || d == Fixed) && !again
	switch {
	case d == FalsePositive || d == NotAffected:
		return d
	case f.verified() || claimed && !f.Observed() || d == Fixed && len(f.Observations) == 0:
		return Fixed
	case f.Acceptance.Valid(today):
		return Accepted
	case !f.Observed():
		return NotObserved
	case again:
		return Reopened
	case claimed:
		return Mitigated
	case d == Triaged || d == InRemediation:
		return d
	}
	return New
}

// Decide is the finding with a decision.
func (f Finding) Decide(d Decision) Finding {
	f.Decision = d
	return f
}
