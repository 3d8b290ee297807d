package risk

import (
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// Phase is where a risk is in its life on one day. [NewRegister] computes it of
// the records; only Closed and Reopened are stated, as a [Turn].
type Phase string

// The phases, in their order.
const (
	Identified       Phase = "identified"        // not assessed
	Analysed         Phase = "analysed"          // likelihood and impact are judged, but cannot be rated
	Evaluated        Phase = "evaluated"         // compared with the criteria; no option chosen
	Planned          Phase = "treatment-planned" // options chosen; the plan is not approved
	InTreatment      Phase = "in-treatment"      // the plan is approved, not carried out, or what remains is not accepted
	ResidualAccepted Phase = "residual-accepted" // the plan is carried out and what remains accepted
	Monitored        Phase = "monitored"         // and a review is planned
	Closed           Phase = "closed"
	Reopened         Phase = "reopened" // and not evaluated since
)

// Label is the phase in language l.
func (p Phase) Label(l lang.Lang) string { return lang.Word(l, "risk-phase", string(p)) }

// Turn is a step in the life of a risk that only a person can state: it was
// closed, because what gave rise to it is gone, or opened again. The first Turn
// closes, and each undoes the one before.
type Turn struct {
	To     Phase     `json:"to"` // Closed or Reopened
	On     isms.Date `json:"on"`
	By     isms.Link `json:"by,omitzero"` // a person or a role
	Reason isms.Text `json:"reason"`
}

// Codes of problems of turns.
const (
	CodeTransition isms.Code = "risk/transition" // a phase that cannot follow
	CodeRewritten  isms.Code = "risk/rewritten"  // what was recorded before was changed
)

// checkTurns enforces the table of transitions for what is stated: any computed
// phase -> closed -> reopened -> closed ...
func checkTurns(c isms.Checker, turns []Turn) {
	after, on := Phase("open"), isms.Date{}
	for i, t := range turns {
		at := c.Index(i)
		allowed := Closed
		if after == Closed {
			allowed = Reopened
		}
		at.At("to").Assert(t.To == allowed, CodeTransition, "have", string(t.To), "after", string(after), "want", string(allowed))
		isms.CheckRequired(at.At("on"), !t.On.IsZero())
		isms.CheckOrder(at.At("on"), on, t.On)
		isms.CheckParty(at.At("by"), t.By)
		isms.CheckRequired(at.At("reason"), !t.Reason.IsZero())
		after, on = t.To, t.On
	}
}

// stated is the phase that the turns up to a day say, and since when; "" when
// there is none.
func (r Risk) stated(today isms.Date) (to Phase, since isms.Date) {
	for _, t := range r.Turns {
		if !t.On.After(today) {
			to, since = t.To, t.On
		}
	}
	return to, since
}

// phase is the phase of a row whose other members are known.
func (row Row) phase(today isms.Date) Phase {
	r := row.Risk
	switch to, since := r.stated(today); {
	case to == Closed:
		return Closed
	case to == Reopened && r.Current.On.IsZero() || to == Reopened && r.Current.On.Before(since):
		return Reopened
	}
	retained := len(r.Treatment.Options) == 1 && r.Treatment.Has(Accept) && row.Acceptance == AcceptanceValid
	switch {
	case !r.Current.Assessed():
		return Identified
	case !row.Current.Rated():
		return Analysed
	case len(r.Treatment.Options) == 0:
		return Evaluated
	case !row.PlanApproved && !retained:
		return Planned
	case row.Progress.Open > 0 || !row.implemented() || row.Acceptance != AcceptanceValid:
		return InTreatment
	case row.ReviewDue.IsZero():
		return ResidualAccepted
	default:
		return Monitored
	}
}

// implemented reports whether every control of the treatment is.
func (row Row) implemented() bool {
	for _, m := range row.Measures {
		if m.Implementation != isms.Implemented {
			return false
		}
	}
	return true
}

// Event is something that happened to a risk's assets or concerns it otherwise:
// an incident, a finding, a change of a supplier.
type Event struct {
	Subject isms.Link
	On      isms.Date
	Assets  []isms.Ref[isms.Asset]
	Risks   []isms.Link // that the event's own record names
}

// Trigger is a reason to assess a risk again (8.2).
type Trigger struct {
	Reason  isms.Code
	Subject isms.Link // what changed; zero for the risk itself
	On      isms.Date
}

// Text is the reason in language l.
func (t Trigger) Text(l lang.Lang) string {
	return t.Reason.Text(l, map[string]string{"subject": t.Subject.String(), "on": t.On.String()})
}

// Reasons to assess a risk again.
const (
	ReassessInterval isms.Code = "risk/reassess-interval" // the planned interval is over
	ReassessUndated  isms.Code = "risk/reassess-undated"  // nobody knows when it was evaluated
	ReassessAsset    isms.Code = "risk/reassess-asset"
	ReassessControl  isms.Code = "risk/reassess-control"
	ReassessEvent    isms.Code = "risk/reassess-event"
)

// triggers are the reasons to assess a risk again: none for one that was never
// assessed, which has to be assessed anyway, or is closed.
func (b *builder) triggers(row Row) []Trigger {
	r := row.Risk
	if !r.Current.Assessed() || row.Phase == Closed {
		return nil
	}
	var found []Trigger
	if row.ReviewOverdue {
		found = append(found, Trigger{ReassessInterval, isms.Link{}, row.ReviewDue})
	}
	if r.Current.On.IsZero() {
		return append(found, Trigger{Reason: ReassessUndated})
	}
	changed := func(reason isms.Code, l isms.Link, at isms.Recorded) {
		on := isms.DateOf(at.At)
		if at.At.IsZero() || on.Before(r.Current.On) || on.Equal(r.Current.On) && (r.Recorded.Seq == 0 || at.Seq <= r.Recorded.Seq) {
			return
		}
		found = append(found, Trigger{reason, l, on})
	}
	for _, ref := range r.Assets {
		changed(ReassessAsset, ref.Link(), b.recorded[ref.Link()])
	}
	for _, id := range r.Treatment.Controls {
		if record, ok := b.controlRecords[id]; ok {
			changed(ReassessControl, record, b.recorded[record])
		}
	}
	for _, e := range b.eventsOf(r) {
		if e.On.After(r.Current.On) {
			found = append(found, Trigger{ReassessEvent, e.Subject, e.On})
		}
	}
	return found
}
