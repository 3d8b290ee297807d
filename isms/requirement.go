package isms

import "github.com/ismskit/ismskit/isms/lang"

// Requirement is an obligation the organization is under, by law, contract,
// policy, or what an interested party expects (4.2, A.5.31).
type Requirement struct {
	Common

	Title    Text            `json:"title"`
	Type     RequirementType `json:"type"`
	Source   string          `json:"source,omitempty"` // "GDPR, article 32"; "contract 2024-118, section 7"
	Party    Text            `json:"party,omitempty"`  // who expects it
	Summary  Text            `json:"summary,omitempty"`
	Controls []ControlID     `json:"controls,omitempty"` // that it makes necessary
	Document Ref[Document]   `json:"document,omitempty"`
	From     Date            `json:"from,omitzero"`  // binding from
	Until    Date            `json:"until,omitzero"` // the last day it binds; unset while it does

	InterestedParty Ref[Party] `json:"interestedParty,omitempty"`
	// Addressed is whether the management system takes care of it (4.2 c), and
	// How in what way, or why not.
	Addressed Addressing `json:"addressed,omitempty"`
	How       Text       `json:"how,omitempty"`
}

// Addressing is what was determined about a requirement; unset is not
// determined yet.
type Addressing string

// The determinations.
const (
	InISMS    Addressing = "in-isms"
	Elsewhere Addressing = "elsewhere" // something else than the management system takes care of it
)

// Label is the determination in language l.
func (a Addressing) Label(l lang.Lang) string { return lang.Word(l, "addressing", string(a)) }

// RequirementType is what makes a requirement binding.
type RequirementType string

// The types of requirement.
const (
	RequirementLaw         RequirementType = "law"
	RequirementContract    RequirementType = "contract"
	RequirementPolicy      RequirementType = "policy" // the organization's own decision
	RequirementStandard    RequirementType = "standard"
	RequirementExpectation RequirementType = "expectation" // of an interested party
)

// Label is the type in language l.
func (t RequirementType) Label(l lang.Lang) string { return lang.Word(l, "requirement", string(t)) }

// Requirements is the collection of requirements in a transaction.
func Requirements(tx *Tx) Collection[Requirement] { return widened[Requirement]().In(tx) }

// EntityKind is "requirement".
func (Requirement) EntityKind() string { return "requirement" }

// Binding reports whether the requirement binds on a day.
func (r Requirement) Binding(day Date) bool {
	return r.Status != Retired && !day.Before(r.From) && !day.After(r.Until)
}

// Check implements [Entity].
func (r Requirement) Check(c Checker) {
	CheckRequired(c.At("title"), !r.Title.IsZero())
	CheckRequired(c.At("type"), r.Type != "")
	CheckEnum(c.At("type"), r.Type, RequirementLaw, RequirementContract, RequirementPolicy, RequirementStandard, RequirementExpectation)
	CheckOrder(c.At("until"), r.From, r.Until)
	CheckControls(c.At("controls"), r.Controls)
	CheckEnum(c.At("addressed"), r.Addressed, InISMS, Elsewhere)
	if r.Addressed == Elsewhere {
		CheckRequired(c.At("how"), !r.How.IsZero())
	}
}
