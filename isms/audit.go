package isms

import "github.com/ismskit/ismskit/isms/lang"

// Audit is one audit of the management system or a part of it (9.2), or of a
// supplier.
type Audit struct {
	Common

	Title      Text           `json:"title"`
	Type       AuditType      `json:"type"`
	State      AuditState     `json:"state,omitempty"`
	Objective  Text           `json:"objective,omitempty"`
	Extent     Text           `json:"extent,omitempty"`   // the audit's own scope (9.2.2 a)
	Clauses    []string       `json:"clauses,omitempty"`  // of ISO/IEC 27001 that are criteria
	Controls   []ControlID    `json:"controls,omitempty"` // that were looked at
	Auditors   []Link         `json:"auditors,omitempty"`
	Planned    Period         `json:"planned,omitzero"`
	Performed  Period         `json:"performed,omitzero"`
	Findings   []AuditFinding `json:"findings,omitempty"`
	Conclusion Text           `json:"conclusion,omitempty"` // the auditor's, in their words
	Report     Ref[Document]  `json:"report,omitempty"`
	ReportedTo []Link         `json:"reportedTo,omitempty"` // the managers concerned (9.2.2 c)
}

// AuditType is who audits whom.
type AuditType string

// The types of audit.
const (
	AuditInternal      AuditType = "internal"
	AuditSupplier      AuditType = "supplier"
	AuditCertification AuditType = "certification"
	AuditCustomer      AuditType = "customer"
)

// Label is the type in language l.
func (t AuditType) Label(l lang.Lang) string { return lang.Word(l, "audit", string(t)) }

// AuditState is how far an audit is.
type AuditState string

// The states of an audit.
const (
	AuditPlanned   AuditState = "planned"
	AuditPerformed AuditState = "performed"
	AuditReported  AuditState = "reported"
)

func auditStates() table[AuditState] {
	return table[AuditState]{
		{AuditPlanned, []AuditState{AuditPerformed}},
		{AuditPerformed, []AuditState{AuditReported}},
		{AuditReported, nil},
	}
}

// Next are the states that may follow.
func (s AuditState) Next() []AuditState { return auditStates().next(s) }

// Label is the state in language l.
func (s AuditState) Label(l lang.Lang) string { return lang.Word(l, "audit-state", string(s)) }

// AuditFinding is what an auditor found, in the auditor's words.
type AuditFinding struct {
	ID            string             `json:"id"` // within the audit
	Title         Text               `json:"title"`
	Grade         Grade              `json:"grade"`
	Clauses       []string           `json:"clauses,omitempty"`
	Controls      []ControlID        `json:"controls,omitempty"`
	Evidence      []Ref[Evidence]    `json:"evidence,omitempty"`
	Nonconformity Ref[Nonconformity] `json:"nonconformity,omitempty"`
}

// Grade is how an auditor grades a finding.
type Grade string

// The grades.
const (
	Major       Grade = "major"       // nonconformity, kritiek
	Minor       Grade = "minor"       // nonconformity, niet-kritiek
	Opportunity Grade = "opportunity" // for improvement
	Strength    Grade = "strength"
)

// Label is the grade in language l.
func (g Grade) Label(l lang.Lang) string { return lang.Word(l, "grade", string(g)) }

// Nonconforming reports whether the grade is that of a nonconformity.
func (g Grade) Nonconforming() bool { return g == Major || g == Minor }

// Audits is the collection of audits in a transaction.
func Audits(tx *Tx) Collection[Audit] { return Kind[Audit]{}.In(tx) }

// EntityKind is "audit".
func (Audit) EntityKind() string { return "audit" }

// Check implements [Entity].
func (a Audit) Check(c Checker) {
	CheckRequired(c.At("title"), !a.Title.IsZero())
	CheckRequired(c.At("type"), a.Type != "")
	CheckEnum(c.At("type"), a.Type, AuditInternal, AuditSupplier, AuditCertification, AuditCustomer)
	CheckEnum(c.At("state"), a.State, auditStates().states()...)
	if a.State == AuditPerformed || a.State == AuditReported {
		CheckRequired(c.At("performed").At("to"), !a.Performed.To.IsZero())
	}
	CheckOrder(c.At("planned").At("to"), a.Planned.From, a.Planned.To)
	CheckOrder(c.At("performed").At("to"), a.Performed.From, a.Performed.To)
	CheckWords(c.At("clauses"), a.Clauses)
	CheckControls(c.At("controls"), a.Controls)
	for i, l := range a.Auditors {
		CheckRequired(c.At("auditors").Index(i), !l.IsZero())
		CheckParty(c.At("auditors").Index(i), l)
	}
	seen := map[string]bool{}
	for i, f := range a.Findings {
		at := c.At("findings").Index(i)
		at.At("id").Assert(ValidID(f.ID), CodeID, "have", f.ID)
		at.At("id").Assert(!seen[f.ID], CodeDuplicate, "have", f.ID)
		seen[f.ID] = true
		f.check(at)
	}
}

func (f AuditFinding) check(c Checker) {
	CheckRequired(c.At("title"), !f.Title.IsZero())
	CheckRequired(c.At("grade"), f.Grade != "")
	CheckEnum(c.At("grade"), f.Grade, Major, Minor, Opportunity, Strength)
	CheckWords(c.At("clauses"), f.Clauses)
	CheckControls(c.At("controls"), f.Controls)
	CheckWords(c.At("evidence"), f.Evidence)
}

// CheckAfter implements [Successor].
func (a Audit) CheckAfter(before Audit, c Checker) {
	checkTransition(c.At("state"), before.State, a.State, before.State.Next())
}
