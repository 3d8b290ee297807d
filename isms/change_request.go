package isms

import "github.com/ismskit/ismskit/isms/lang"

// ChangeRequest is a change that is planned before it is made: of the
// management system (6.3), of systems and processes (8.1, A.8.32), or one that
// happened unintended and is looked at afterwards (8.1).
type ChangeRequest struct {
	Common

	Title        Text            `json:"title"`
	Type         ChangeType      `json:"type"`
	State        ChangeState     `json:"state,omitempty"`
	Purpose      Text            `json:"purpose,omitempty"`
	Consequences Text            `json:"consequences,omitempty"` // what it may do to information security
	Risks        []Link          `json:"risks,omitempty"`
	Assets       []Ref[Asset]    `json:"assets,omitempty"`
	Processes    []Ref[Process]  `json:"processes,omitempty"`
	Means        Text            `json:"means,omitempty"`
	WayBack      Text            `json:"wayBack,omitempty"` // what is done when it fails
	Due          Date            `json:"due,omitzero"`
	Decided      Approval        `json:"decided,omitzero"` // approved or rejected
	Done         Date            `json:"done,omitzero"`
	Unintended   bool            `json:"unintended,omitempty"` // it happened without a plan
	Result       Text            `json:"result,omitempty"`     // what a look back showed
	Evidence     []Ref[Evidence] `json:"evidence,omitempty"`
}

// ChangeType is what changes.
type ChangeType string

// The types of change.
const (
	ChangeISMS         ChangeType = "isms"
	ChangeSystem       ChangeType = "system"
	ChangeOrganization ChangeType = "organization"
	ChangeSupplier     ChangeType = "supplier"
	ChangePremises     ChangeType = "premises"
	ChangeProject      ChangeType = "project" // (A.5.8)
)

// Label is the type in language l.
func (t ChangeType) Label(l lang.Lang) string { return lang.Word(l, "change-type", string(t)) }

// ChangeState is how far a change is.
type ChangeState string

// The states of a change.
const (
	ChangeProposed   ChangeState = "proposed"
	ChangeApproved   ChangeState = "approved"
	ChangeRejected   ChangeState = "rejected"
	ChangeMade       ChangeState = "made"
	ChangeTakenBack  ChangeState = "taken-back"
	ChangeLookedBack ChangeState = "reviewed"
)

func changeStates() table[ChangeState] {
	return table[ChangeState]{
		{ChangeProposed, []ChangeState{ChangeApproved, ChangeRejected}},
		{ChangeApproved, []ChangeState{ChangeMade, ChangeProposed, ChangeRejected}},
		{ChangeMade, []ChangeState{ChangeLookedBack, ChangeTakenBack}},
		{ChangeTakenBack, []ChangeState{ChangeLookedBack, ChangeProposed}},
		{ChangeRejected, []ChangeState{ChangeProposed}},
		{ChangeLookedBack, nil},
	}
}

// Label is the state in language l.
func (s ChangeState) Label(l lang.Lang) string { return lang.Word(l, "change-state", string(s)) }

// Next are the states that may follow.
func (s ChangeState) Next() []ChangeState { return changeStates().next(s) }

// ChangeRequests is the collection of changes in a transaction.
func ChangeRequests(tx *Tx) Collection[ChangeRequest] { return Kind[ChangeRequest]{}.In(tx) }

// EntityKind is "change-request".
func (ChangeRequest) EntityKind() string { return "change-request" }

// Check implements [Entity].
func (r ChangeRequest) Check(c Checker) {
	CheckRequired(c.At("title"), !r.Title.IsZero())
	CheckRequired(c.At("type"), r.Type != "")
	CheckEnum(c.At("type"), r.Type, ChangeISMS, ChangeSystem, ChangeOrganization, ChangeSupplier, ChangePremises, ChangeProject)
	CheckEnum(c.At("state"), r.State, changeStates().states()...)
	r.Decided.Check(c.At("decided"))
	switch r.State {
	case ChangeProposed:
	case ChangeApproved, ChangeRejected:
		CheckRequired(c.At("decided"), r.Decided.Given())
	case ChangeMade, ChangeTakenBack, ChangeLookedBack:
		CheckRequired(c.At("decided"), r.Decided.Given() || r.Unintended)
		CheckRequired(c.At("done"), !r.Done.IsZero())
	}
	if r.State == ChangeLookedBack {
		CheckRequired(c.At("result"), !r.Result.IsZero())
	}
	checkLinks(c.At("risks"), r.Risks)
	CheckWords(c.At("assets"), r.Assets)
	CheckWords(c.At("processes"), r.Processes)
	CheckWords(c.At("evidence"), r.Evidence)
}

// CheckAfter implements [Successor].
func (r ChangeRequest) CheckAfter(before ChangeRequest, c Checker) {
	checkTransition(c.At("state"), before.State, r.State, before.State.Next())
}

// Improvement is a chance to do better that somebody took up (10.1): it mends
// nothing that is wrong, which a [Nonconformity] does.
type Improvement struct {
	Common

	Title   Text             `json:"title"`
	State   ImprovementState `json:"state,omitempty"`
	Source  Link             `json:"source,omitzero"` // an audit, a review, feedback
	Benefit Text             `json:"benefit,omitempty"`
	Work    []Work           `json:"work,omitempty"`
	Due     Date             `json:"due,omitzero"`
	Result  Text             `json:"result,omitempty"`
	Changed []Link           `json:"changed,omitempty"` // what is different because of it
}

// ImprovementState is how far an improvement is.
type ImprovementState string

// The states of an improvement.
const (
	ImprovementProposed ImprovementState = "proposed"
	ImprovementTaken    ImprovementState = "taken-up"
	ImprovementDone     ImprovementState = "done"
	ImprovementDropped  ImprovementState = "dropped"
)

func improvementStates() table[ImprovementState] {
	return table[ImprovementState]{
		{ImprovementProposed, []ImprovementState{ImprovementTaken, ImprovementDropped}},
		{ImprovementTaken, []ImprovementState{ImprovementDone, ImprovementDropped}},
		{ImprovementDone, nil},
		{ImprovementDropped, []ImprovementState{ImprovementProposed}},
	}
}

// Label is the state in language l.
func (s ImprovementState) Label(l lang.Lang) string { return lang.Word(l, "improvement", string(s)) }

// Next are the states that may follow.
func (s ImprovementState) Next() []ImprovementState { return improvementStates().next(s) }

// Improvements is the collection of improvements in a transaction.
func Improvements(tx *Tx) Collection[Improvement] { return Kind[Improvement]{}.In(tx) }

// EntityKind is "improvement".
func (Improvement) EntityKind() string { return "improvement" }

// Check implements [Entity].
func (m Improvement) Check(c Checker) {
	CheckRequired(c.At("title"), !m.Title.IsZero())
	CheckEnum(c.At("state"), m.State, improvementStates().states()...)
	checkWork(c.At("work"), m.Work)
	checkLinks(c.At("changed"), m.Changed)
	if m.State == ImprovementDone {
		CheckRequired(c.At("result"), !m.Result.IsZero())
	}
}

// CheckAfter implements [Successor].
func (m Improvement) CheckAfter(before Improvement, c Checker) {
	checkTransition(c.At("state"), before.State, m.State, before.State.Next())
}

// Exception is leave to depart from a policy or a control for a time. It ends
// on its last day by itself.
type Exception struct {
	Common

	Title     Text            `json:"title"`
	Documents []Ref[Document] `json:"documents,omitempty"`
	Controls  []ControlID     `json:"controls,omitempty"`
	Assets    []Ref[Asset]    `json:"assets,omitempty"`
	Reason    Text            `json:"reason"`
	Instead   Text            `json:"instead,omitempty"` // what is done in its place
	Risk      Link            `json:"risk,omitzero"`
	Until     Date            `json:"until"` // the last day
	Approval  Approval        `json:"approval,omitzero"`
}

// Exceptions is the collection of exceptions in a transaction.
func Exceptions(tx *Tx) Collection[Exception] { return Kind[Exception]{}.In(tx) }

// EntityKind is "exception".
func (Exception) EntityKind() string { return "exception" }

// InForce reports whether the exception holds on a day: it is approved by then
// and has not ended.
func (x Exception) InForce(day Date) bool {
	return x.Status != Retired && x.Approval.Given() && !day.Before(x.Approval.On) && !day.After(x.Until)
}

// Check implements [Entity].
func (x Exception) Check(c Checker) {
	CheckRequired(c.At("title"), !x.Title.IsZero())
	CheckRequired(c.At("reason"), !x.Reason.IsZero())
	CheckRequired(c.At("until"), !x.Until.IsZero())
	c.Assert(len(x.Documents)+len(x.Controls) > 0, CodeRequired)
	CheckWords(c.At("documents"), x.Documents)
	CheckControls(c.At("controls"), x.Controls)
	CheckWords(c.At("assets"), x.Assets)
	x.Approval.Check(c.At("approval"))
	CheckOrder(c.At("until"), x.Approval.On, x.Until)
}
