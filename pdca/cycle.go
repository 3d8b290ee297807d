package pdca

import (
	"slices"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/pdca/conformity"
)

// Cycle is the state of a management system on one day. It is a plain value:
// encoded as JSON it reads back unchanged.
type Cycle struct {
	Today isms.Date `json:"today,omitzero"`

	// Organization and Scope are whose cycle it is; unset when there is not
	// exactly one.
	Organization isms.Text `json:"organization,omitempty"`
	Scope        isms.Text `json:"scope,omitempty"`

	Activities []Activity `json:"activities"` // in the order of the cycle
	Agenda     []Item     `json:"agenda"`     // by day, the earliest first
}

// Activity is one thing that a management system keeps doing.
type Activity struct {
	Code     isms.Code `json:"code"` // its text is the title
	Phase    Phase     `json:"phase"`
	Clauses  []string  `json:"clauses"` // of ISO/IEC 27001:2022, or controls of Annex A
	Standing Standing  `json:"standing"`
	Reasons  []Reason  `json:"reasons,omitempty"` // for the standing
}

// Title is what the activity is called in language l.
func (a Activity) Title(l lang.Lang) string { return a.Code.Text(l, nil) }

// Reason is one thing in the records that makes a standing what it is.
type Reason struct {
	Code  isms.Code         `json:"code"`
	Args  map[string]string `json:"args,omitempty"`
	Facts []isms.Fact       `json:"facts,omitempty"` // the records behind it, where they are in trouble
}

// Text is the reason in language l.
func (r Reason) Text(l lang.Lang) string { return r.Code.Text(l, r.Args) }

// Phase is a quarter of the cycle.
type Phase string

// The phases.
const (
	Plan  Phase = "plan"
	Do    Phase = "do"
	Check Phase = "check"
	Act   Phase = "act"
)

// Phases are the phases in their order.
func Phases() []Phase { return []Phase{Plan, Do, Check, Act} }

// Label is the phase in language l.
func (p Phase) Label(l lang.Lang) string { return lang.Word(l, "phase", string(p)) }

// Standing is how far an activity is, as far as the records tell.
type Standing string

// The standings. The first that applies counts.
const (
	Overdue     Standing = "overdue"       // a recorded day has passed
	NotStarted  Standing = "not-started"   // nothing is recorded
	NothingToDo Standing = "nothing-to-do" // nothing is recorded, and nothing calls for it
	InProgress  Standing = "in-progress"   // something recorded is still open
	UpToDate    Standing = "up-to-date"    // nothing recorded is open or late
)

// Standings are the standings, the one that asks most first.
func Standings() []Standing {
	return []Standing{Overdue, NotStarted, InProgress, UpToDate, NothingToDo}
}

// Label is the standing in language l.
func (s Standing) Label(l lang.Lang) string { return lang.Word(l, "standing", string(s)) }

// State is the cycle as the records have it today. The same inputs in any
// order give the same cycle. O(n log n) for n records.
func State(in conformity.Inputs, today isms.Date) Cycle {
	r := newRecords(in, today)
	c := Cycle{Today: today, Agenda: r.agenda()}
	if len(r.Organizations) == 1 {
		c.Organization = r.Organizations[0].Name
	}
	if len(r.Scopes) == 1 {
		c.Scope = r.Scopes[0].Title
	}
	for _, a := range activities() {
		t := tally{}
		a.read(r, &t)
		c.Activities = append(c.Activities, Activity{
			Code: isms.Code("pdca/" + a.name), Phase: a.phase, Clauses: a.clauses,
			Standing: t.standing(), Reasons: t.reasons(a.name),
		})
	}
	return c
}

// Count is the number of activities of a phase with a standing.
func (c Cycle) Count(p Phase, s Standing) int {
	n := 0
	for _, a := range c.Activities {
		if a.Phase == p && a.Standing == s {
			n++
		}
	}
	return n
}

// Overdue are the items of the agenda whose day has passed.
func (c Cycle) Overdue() []Item {
	i := slices.IndexFunc(c.Agenda, func(item Item) bool { return !item.Due.Before(c.Today) })
	if i < 0 {
		return c.Agenda
	}
	return c.Agenda[:i]
}
