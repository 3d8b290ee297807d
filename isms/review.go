package isms

import "github.com/ismskit/ismskit/isms/lang"

// ManagementReview is top management looking at the management system (9.3).
// The day it was held is Common.Occurred.
type ManagementReview struct {
	Common

	Title        Text          `json:"title"`
	Planned      Date          `json:"planned,omitzero"`
	Chair        Link          `json:"chair,omitzero"`
	Participants []Link        `json:"participants,omitempty"`
	Inputs       []ReviewInput `json:"inputs,omitempty"`
	Decisions    []Resolution  `json:"decisions,omitempty"`
	Conclusion   Text          `json:"conclusion,omitempty"`
	Minutes      Ref[Evidence] `json:"minutes,omitempty"`
}

// ReviewInput is one subject that a management review has to look at (9.3.2).
type ReviewInput struct {
	Clause  string `json:"clause"` // "9.3.2.a" to "9.3.2.g"
	Summary Text   `json:"summary"`
	Sources []Link `json:"sources,omitempty"`
}

// Resolution is something a management review decided (9.3.3).
type Resolution struct {
	ID    string         `json:"id"` // within the review
	Title Text           `json:"title"`
	Type  ResolutionType `json:"type,omitempty"`
	Owner Link           `json:"owner,omitzero"`
	Due   Date           `json:"due,omitzero"`
	Done  Date           `json:"done,omitzero"`
}

// ResolutionType is what a decision of a review is about.
type ResolutionType string

// The types of resolution.
const (
	ResolutionImprovement ResolutionType = "improvement"
	ResolutionChange      ResolutionType = "change" // of the management system
	ResolutionResources   ResolutionType = "resources"
)

// Label is the type in language l.
func (t ResolutionType) Label(l lang.Lang) string { return lang.Word(l, "resolution", string(t)) }

// Overdue reports whether the resolution should have been carried out before today.
func (r Resolution) Overdue(today Date) bool { return r.Done.IsZero() && r.Due.Before(today) }

// ManagementReviews is the collection of management reviews in a transaction.
func ManagementReviews(tx *Tx) Collection[ManagementReview] { return Kind[ManagementReview]{}.In(tx) }

// EntityKind is "management-review".
func (ManagementReview) EntityKind() string { return "management-review" }

// Held reports whether the review took place on a day up to today.
func (m ManagementReview) Held(today Date) bool {
	return !m.Occurred.IsZero() && !m.Occurred.After(today)
}

// Check implements [Entity].
func (m ManagementReview) Check(c Checker) {
	CheckRequired(c.At("title"), !m.Title.IsZero())
	CheckParty(c.At("chair"), m.Chair)
	for i, l := range m.Participants {
		CheckRequired(c.At("participants").Index(i), !l.IsZero())
		CheckParty(c.At("participants").Index(i), l)
	}
	for i, input := range m.Inputs {
		at := c.At("inputs").Index(i)
		CheckEnum(at.At("clause"), input.Clause, reviewClauses()...)
		CheckRequired(at.At("clause"), input.Clause != "")
		CheckRequired(at.At("summary"), !input.Summary.IsZero())
	}
	seen := map[string]bool{}
	for i, d := range m.Decisions {
		at := c.At("decisions").Index(i)
		at.At("id").Assert(ValidID(d.ID), CodeID, "have", d.ID)
		at.At("id").Assert(!seen[d.ID], CodeDuplicate, "have", d.ID)
		seen[d.ID] = true
		CheckRequired(at.At("title"), !d.Title.IsZero())
		CheckEnum(at.At("type"), d.Type, ResolutionImprovement, ResolutionChange, ResolutionResources)
		CheckParty(at.At("owner"), d.Owner)
	}
}

// reviewClauses are the subjects of 9.3.2, and the parts of its item d.
func reviewClauses() []string {
	return []string{
		"9.3.2.a", "9.3.2.b", "9.3.2.c", "9.3.2.d", "9.3.2.d.1", "9.3.2.d.2", "9.3.2.d.3", "9.3.2.d.4",
		"9.3.2.e", "9.3.2.f", "9.3.2.g",
	}
}

// Kinds is every kind of this package.
func Kinds() []AnyKind {
	return []AnyKind{
		Kind[Organization]{},
		Kind[Scope]{},
		Kind[Individual]{},
		widened[Role](),
		widened[Requirement](),
		widened[Control](),
		widened[Asset](),
		widened[Document](),
		widened[Evidence](),
		widened[Incident](),
		Kind[Audit]{},
		Kind[Nonconformity]{},
		Kind[ManagementReview]{},
		Kind[Issue]{},
		Kind[Party]{},
		Kind[Feedback]{},
		Kind[Process]{},
		Kind[Commitment]{},
		Kind[Acknowledgement]{},
		Kind[Objective]{},
		Kind[Metric]{},
		Kind[Measurement]{},
		Kind[ChangeRequest]{},
		Kind[Improvement]{},
		Kind[Exception]{},
		Kind[Qualification]{},
		Kind[Training]{},
		Kind[Communication]{},
		Kind[Supplier]{},
		Kind[AccessRequest]{},
		Kind[AccessReview]{},
		Kind[Configuration]{},
		Kind[ControlTest]{},
		Kind[ImpactAnalysis]{},
		Kind[ContinuityPlan]{},
		Kind[Exercise]{},
		Kind[Contact]{},
		Kind[Meeting]{},
		Kind[Event]{},
		decisionKind(),
	}
}
