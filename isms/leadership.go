package isms

import "github.com/ismskit/ismskit/isms/lang"

// Commitment is something by which top management showed that it is behind the
// management system (5.1) or provided what it needs (7.1). The day is
// Common.Occurred.
type Commitment struct {
	Common

	Title    Text            `json:"title"`
	Type     CommitmentType  `json:"type"`
	By       Link            `json:"by,omitzero"` // of top management
	Grounds  []Ground        `json:"grounds,omitempty"`
	What     Text            `json:"what,omitempty"` // what was decided, with amounts
	Covers   Period          `json:"covers,omitzero"`
	Evidence []Ref[Evidence] `json:"evidence,omitempty"`
}

// CommitmentType is what top management did.
type CommitmentType string

// The types of commitment.
const (
	CommitPolicy       CommitmentType = "policy"    // approved the policy
	CommitBudget       CommitmentType = "budget"    // made money available
	CommitResources    CommitmentType = "resources" // people, tools, time
	CommitBusinessCase CommitmentType = "business-case"
	CommitMessage      CommitmentType = "message" // made its importance known
	CommitSupport      CommitmentType = "support" // helped people and managers to contribute
)

// Label is the type in language l.
func (t CommitmentType) Label(l lang.Lang) string { return lang.Word(l, "commitment", string(t)) }

// Ground is why top management is behind the management system.
type Ground string

// The grounds.
const (
	GroundRisk       Ground = "risk-reduction"
	GroundCustomers  Ground = "customer-demands"
	GroundCompliance Ground = "obligations" // of law and contract
	GroundMarket     Ground = "market"
	GroundContinuity Ground = "continuity"
)

// Label is the ground in language l.
func (g Ground) Label(l lang.Lang) string { return lang.Word(l, "ground", string(g)) }

// Commitments is the collection of commitments in a transaction.
func Commitments(tx *Tx) Collection[Commitment] { return Kind[Commitment]{}.In(tx) }

// EntityKind is "commitment".
func (Commitment) EntityKind() string { return "commitment" }

// Check implements [Entity].
func (m Commitment) Check(c Checker) {
	CheckRequired(c.At("title"), !m.Title.IsZero())
	CheckRequired(c.At("type"), m.Type != "")
	CheckEnum(c.At("type"), m.Type, CommitPolicy, CommitBudget, CommitResources, CommitBusinessCase, CommitMessage, CommitSupport)
	CheckParty(c.At("by"), m.By)
	CheckWords(c.At("grounds"), m.Grounds)
	for i, g := range m.Grounds {
		CheckEnum(c.At("grounds").Index(i), g, GroundRisk, GroundCustomers, GroundCompliance, GroundMarket, GroundContinuity)
	}
	CheckOrder(c.At("covers").At("to"), m.Covers.From, m.Covers.To)
	CheckWords(c.At("evidence"), m.Evidence)
}

// Acknowledgement is that a person has taken note of a document, as it was then
// (5.2 f, 7.3 a). The day is Common.Occurred. It is never changed.
type Acknowledgement struct {
	Common

	Document Link            `json:"document"` // with the revision that was read
	Version  string          `json:"version,omitempty"`
	Person   Ref[Individual] `json:"person"`
	Evidence Ref[Evidence]   `json:"evidence,omitempty"`
}

// Acknowledgements is the collection of acknowledgements in a transaction.
func Acknowledgements(tx *Tx) Collection[Acknowledgement] { return Kind[Acknowledgement]{}.In(tx) }

// EntityKind is "acknowledgement".
func (Acknowledgement) EntityKind() string { return "acknowledgement" }

// Check implements [Entity].
func (a Acknowledgement) Check(c Checker) {
	CheckRequired(c.At("document"), !a.Document.IsZero())
	c.At("document").Assert(a.Document.IsZero() || a.Document.Kind == Document{}.EntityKind(), CodeLink, "have", a.Document.String())
	CheckRequired(c.At("person"), a.Person != "")
	CheckRequired(c.At("occurred"), !a.Occurred.IsZero())
}

// CheckAfter implements [Successor].
func (a Acknowledgement) CheckAfter(before Acknowledgement, c Checker) {
	c.At("document").Assert(a.Document == before.Document, CodeKept, "have", before.Document.String())
	c.At("version").Assert(a.Version == before.Version, CodeKept, "have", before.Version)
	c.At("person").Assert(a.Person == before.Person, CodeKept, "have", string(before.Person))
	c.At("occurred").Assert(a.Occurred == before.Occurred, CodeKept, "have", before.Occurred.String())
}
