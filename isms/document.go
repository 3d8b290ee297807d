package isms

import (
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms/lang"
)

// Document is documented information that is kept up to date (7.5): a policy,
// a procedure, a plan. Its text may be kept elsewhere; then Location, Version
// and Hash say which text is meant.
type Document struct {
	Common

	Title     Text         `json:"title"`
	Type      DocumentType `json:"type"`
	Version   string       `json:"version,omitempty"`
	Location  string       `json:"location,omitempty"` // where people find it: a path or URL
	Hash      string       `json:"hash,omitempty"`     // "sha256:..." of the text
	Approval  Approval     `json:"approval,omitzero"`
	Published Date         `json:"published,omitzero"`
	Clauses   []string     `json:"clauses,omitempty"`  // of ISO/IEC 27001 that ask for it: "5.2.e"
	Controls  []ControlID  `json:"controls,omitempty"` // that it makes necessary, when it is a policy
	For       []Link       `json:"for,omitempty"`      // persons and roles who must take note of it (5.2 f)
	Retain    Cadence      `json:"retain,omitzero"`    // how long it is kept after it is no longer in force (7.5.3 f)
}

// DocumentType is what a document is for.
type DocumentType string

// The types of document.
const (
	DocumentPolicy      DocumentType = "policy"
	DocumentProcedure   DocumentType = "procedure"
	DocumentInstruction DocumentType = "instruction"
	DocumentPlan        DocumentType = "plan"
	DocumentRegister    DocumentType = "register"
	DocumentReport      DocumentType = "report"
	DocumentAgreement   DocumentType = "agreement"
	DocumentExternal    DocumentType = "external" // of somebody else, needed here (7.5.3)
)

// Label is the type in language l.
func (t DocumentType) Label(l lang.Lang) string { return lang.Word(l, "document", string(t)) }

// Documents is the collection of documents in a transaction.
func Documents(tx *Tx) Collection[Document] { return widened[Document]().In(tx) }

// EntityKind is "document".
func (Document) EntityKind() string { return "document" }

// Check implements [Entity].
func (d Document) Check(c Checker) {
	CheckRequired(c.At("title"), !d.Title.IsZero())
	CheckRequired(c.At("type"), d.Type != "")
	CheckEnum(c.At("type"), d.Type, DocumentPolicy, DocumentProcedure, DocumentInstruction, DocumentPlan, DocumentRegister, DocumentReport, DocumentAgreement, DocumentExternal)
	if d.Status == Approved {
		CheckRequired(c.At("version"), d.Version != "")
	}
	d.Approval.Check(c.At("approval"))
	CheckWords(c.At("clauses"), d.Clauses)
	CheckControls(c.At("controls"), d.Controls)
	checkParties(c.At("for"), d.For)
	checkCadence(c.At("retain"), d.Retain)
}

// Evidence is a record that something was done or is so: kept as it was, never
// kept up to date. The period it covers is apart from the day it was received.
type Evidence struct {
	Common

	Title    Text         `json:"title"`
	Type     EvidenceType `json:"type"`
	Covers   Period       `json:"covers,omitzero"`   // the time it says something about
	Received Date         `json:"received,omitzero"` // the day the organization had it
	Expires  Date         `json:"expires,omitzero"`  // the last day it can be relied on
	Location string       `json:"location,omitempty"`
	Hash     string       `json:"hash,omitempty"`
	About    []Link       `json:"about,omitempty"`
	Clauses  []string     `json:"clauses,omitempty"` // of ISO/IEC 27001: "7.2.d"
	Controls []ControlID  `json:"controls,omitempty"`
	Retain   Cadence      `json:"retain,omitzero"` // how long it is kept after the day it was received (7.5.3 f)
}

// EvidenceType is what sort of record a piece of evidence is.
type EvidenceType string

// The types of evidence.
const (
	EvidenceObservation  EvidenceType = "observation"
	EvidenceLog          EvidenceType = "log"
	EvidenceScreenshot   EvidenceType = "screenshot"
	EvidenceMeasurement  EvidenceType = "measurement"
	EvidenceTest         EvidenceType = "test"
	EvidenceMinutes      EvidenceType = "minutes"
	EvidenceTraining     EvidenceType = "training"
	EvidenceConfirmation EvidenceType = "confirmation" // a signed statement, a certificate, a report of a third party
)

// Label is the type in language l.
func (t EvidenceType) Label(l lang.Lang) string { return lang.Word(l, "evidence", string(t)) }

// Period is a span of days, both included. An unset end is open.
type Period struct {
	From Date `json:"from,omitzero"`
	To   Date `json:"to,omitzero"`
}

// Contains reports whether a day lies in the period.
func (p Period) Contains(day Date) bool { return !day.Before(p.From) && !day.After(p.To) }

// EvidenceRecords is the collection of evidence in a transaction.
func EvidenceRecords(tx *Tx) Collection[Evidence] { return widened[Evidence]().In(tx) }

// EntityKind is "evidence".
func (Evidence) EntityKind() string { return "evidence" }

// Fresh reports whether the evidence can still be relied on.
func (e Evidence) Fresh(today Date) bool { return e.Status != Retired && !e.Expires.Before(today) }

// Check implements [Entity].
func (e Evidence) Check(c Checker) {
	CheckRequired(c.At("title"), !e.Title.IsZero())
	CheckRequired(c.At("type"), e.Type != "")
	CheckEnum(c.At("type"), e.Type, EvidenceObservation, EvidenceLog, EvidenceScreenshot, EvidenceMeasurement, EvidenceTest, EvidenceMinutes, EvidenceTraining, EvidenceConfirmation)
	CheckOrder(c.At("covers").At("to"), e.Covers.From, e.Covers.To)
	CheckWords(c.At("clauses"), e.Clauses)
	CheckControls(c.At("controls"), e.Controls)
	checkCadence(c.At("retain"), e.Retain)
	for i, l := range e.About {
		CheckRequired(c.At("about").Index(i), !l.IsZero())
	}
}

// HasClause reports whether a list of clauses, of a document or of evidence,
// has one of these, in either spelling: "5.2 e" is "5.2.e".
func HasClause(list []string, clauses ...string) bool {
	dotted := func(s string) string { return strings.ReplaceAll(s, " ", ".") }
	return slices.ContainsFunc(list, func(have string) bool {
		return slices.ContainsFunc(clauses, func(want string) bool { return dotted(have) == dotted(want) })
	})
}
