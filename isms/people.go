package isms

import "github.com/ismskit/ismskit/isms/lang"

// Individual is a person, somebody who works under the organization's control.
type Individual struct {
	Common

	Name       string          `json:"name"`
	Email      string          `json:"email,omitempty"`
	JobTitle   Text            `json:"jobTitle,omitempty"`
	Department Text            `json:"department,omitempty"`
	Manager    Ref[Individual] `json:"manager,omitempty"`
	Joined     Date            `json:"joined,omitzero"`
	Left       Date            `json:"left,omitzero"` // the last day; unset while here
}

// Persons is the collection of persons in a transaction.
func Persons(tx *Tx) Collection[Individual] { return Kind[Individual]{}.In(tx) }

// EntityKind is "person".
func (Individual) EntityKind() string { return "person" }

// Here reports whether the person works here on a day. An unset first or last
// day is no bound.
func (p Individual) Here(day Date) bool { return !day.Before(p.Joined) && !day.After(p.Left) }

// Check implements [Entity].
func (p Individual) Check(c Checker) {
	CheckRequired(c.At("name"), p.Name != "")
	CheckOrder(c.At("left"), p.Joined, p.Left)
	c.At("manager").Assert(p.Manager == "" || string(p.Manager) != p.ID, CodeLink, "have", string(p.Manager))
}

// Role is a set of responsibilities and authorities that persons hold (5.3).
type Role struct {
	Common

	Title            Text              `json:"title"`
	Responsibilities []Text            `json:"responsibilities,omitempty"`
	Authorities      []Text            `json:"authorities,omitempty"`
	Duties           []Duty            `json:"duties,omitempty"`
	Holders          []Ref[Individual] `json:"holders,omitempty"`
	Deputies         []Ref[Individual] `json:"deputies,omitempty"`
	Competences      []Competence      `json:"competences,omitempty"` // that it takes (7.2 a)
}

// Duty is something the standard wants somebody to answer for.
type Duty string

// The duties.
const (
	DutyTopManagement Duty = "top-management"  // directs the organization (5.1)
	DutyConformity    Duty = "isms-conformity" // sees to it that the ISMS meets the standard (5.3 a)
	DutyReporting     Duty = "isms-reporting"  // reports performance to top management (5.3 b)
	DutyAudit         Duty = "internal-audit"  // audits from within (9.2)
	DutyVulnerability Duty = "vulnerabilities" // manages technical vulnerabilities (A.8.8)
	DutyIncident      Duty = "incidents"       // manages incidents (A.5.24)
)

// Label is the duty in language l.
func (d Duty) Label(l lang.Lang) string { return lang.Word(l, "duty", string(d)) }

// Roles is the collection of roles in a transaction.
func Roles(tx *Tx) Collection[Role] { return widened[Role]().In(tx) }

// EntityKind is "role".
func (Role) EntityKind() string { return "role" }

// Check implements [Entity].
func (r Role) Check(c Checker) {
	CheckRequired(c.At("title"), !r.Title.IsZero())
	for i, d := range r.Duties {
		at := c.At("duties").Index(i)
		CheckRequired(at, d != "")
		CheckEnum(at, d, DutyTopManagement, DutyConformity, DutyReporting, DutyAudit, DutyVulnerability, DutyIncident)
	}
	CheckWords(c.At("holders"), r.Holders)
	CheckWords(c.At("deputies"), r.Deputies)
	checkIDs(c.At("competences"), r.Competences, func(k Competence) string { return k.ID })
	for i, k := range r.Competences {
		CheckRequired(c.At("competences").Index(i).At("title"), !k.Title.IsZero())
	}
}
