package isms

import "github.com/ismskit/ismskit/isms/lang"

// Nonconformity is a requirement that was not met, and what was done about it
// (10.2). The day it was found is Common.Occurred.
type Nonconformity struct {
	Common

	Title        Text               `json:"title"`
	Description  Text               `json:"description,omitempty"`
	Grade        Grade              `json:"grade,omitempty"` // major or minor, when an auditor graded it
	Source       Link               `json:"source,omitzero"` // an audit, an incident, a review
	Clauses      []string           `json:"clauses,omitempty"`
	Controls     []ControlID        `json:"controls,omitempty"`
	Correction   Text               `json:"correction,omitempty"`   // what was done at once (10.2 a 1)
	Consequences Text               `json:"consequences,omitempty"` // how they were dealt with (10.2 a 2)
	Cause        Text               `json:"cause,omitempty"`        // (10.2 b 2)
	Extent       Text               `json:"extent,omitempty"`       // does it exist elsewhere? (10.2 b 3)
	Need         Need               `json:"need,omitempty"`         // for action against the cause (10.2 b)
	NeedReason   Text               `json:"needReason,omitempty"`
	Actions      []CorrectiveAction `json:"actions,omitempty"`
	Closed       Date               `json:"closed,omitzero"` // unset while open
}

// Need is whether action against the cause was found to be needed; unset means
// that nobody judged it yet.
type Need string

// The judgements.
const (
	ActionNeeded    Need = "needed"
	ActionNotNeeded Need = "not-needed"
)

// Label is the judgement in language l.
func (n Need) Label(l lang.Lang) string { return lang.Word(l, "need", string(n)) }

// CorrectiveAction removes a cause, so that it does not happen again (10.2 c).
type CorrectiveAction struct {
	ID        string        `json:"id"` // within the nonconformity
	Title     Text          `json:"title"`
	Owner     Link          `json:"owner,omitzero"`
	Due       Date          `json:"due,omitzero"`
	Done      Date          `json:"done,omitzero"`
	Criterion Text          `json:"criterion,omitempty"` // by which it counts as effective
	Effect    Effect        `json:"effect,omitempty"`    // what the check found (10.2 d)
	Checked   Approval      `json:"checked,omitzero"`    // who checked, and when
	Result    Text          `json:"result,omitempty"`
	Evidence  Ref[Evidence] `json:"evidence,omitempty"`
}

// Effect is whether an action worked; unset means that nobody checked yet.
type Effect string

// The effects.
const (
	Effective   Effect = "effective"
	Ineffective Effect = "ineffective"
)

// Label is the effect in language l.
func (e Effect) Label(l lang.Lang) string { return lang.Word(l, "effect", string(e)) }

// Overdue reports whether the action should have been done before today.
func (a CorrectiveAction) Overdue(today Date) bool { return a.Done.IsZero() && a.Due.Before(today) }

// Nonconformities is the collection of nonconformities in a transaction.
func Nonconformities(tx *Tx) Collection[Nonconformity] { return Kind[Nonconformity]{}.In(tx) }

// EntityKind is "nonconformity".
func (Nonconformity) EntityKind() string { return "nonconformity" }

// Open reports whether the nonconformity still needs work.
func (n Nonconformity) Open() bool { return n.Closed.IsZero() }

// Check implements [Entity].
func (n Nonconformity) Check(c Checker) {
	CheckRequired(c.At("title"), !n.Title.IsZero())
	CheckEnum(c.At("grade"), n.Grade, Major, Minor)
	CheckEnum(c.At("need"), n.Need, ActionNeeded, ActionNotNeeded)
	CheckOrder(c.At("closed"), n.Occurred, n.Closed)
	CheckWords(c.At("clauses"), n.Clauses)
	CheckControls(c.At("controls"), n.Controls)
	if n.Need == ActionNotNeeded {
		CheckRequired(c.At("needReason"), !n.NeedReason.IsZero())
	}
	seen := map[string]bool{}
	for i, a := range n.Actions {
		at := c.At("actions").Index(i)
		at.At("id").Assert(ValidID(a.ID), CodeID, "have", a.ID)
		at.At("id").Assert(!seen[a.ID], CodeDuplicate, "have", a.ID)
		seen[a.ID] = true
		a.check(at)
	}
}

func (a CorrectiveAction) check(c Checker) {
	CheckRequired(c.At("title"), !a.Title.IsZero())
	CheckParty(c.At("owner"), a.Owner)
	CheckEnum(c.At("effect"), a.Effect, Effective, Ineffective)
	a.Checked.Check(c.At("checked"))
	c.At("checked").Assert(a.Effect == "" || a.Checked.Given(), CodeRequired)
	CheckOrder(c.At("checked").At("on"), a.Done, a.Checked.On)
}
