package isms

import (
	"time"

	"github.com/ismskit/ismskit/isms/lang"
)

// Incident is one or more unwanted events that harm information security, or
// may (A.5.24 to A.5.28). The day it happened is Common.Occurred.
type Incident struct {
	Common

	Title         Text               `json:"title"`
	Description   Text               `json:"description,omitempty"`
	Severity      Rating             `json:"severity,omitempty"`
	State         IncidentState      `json:"state,omitempty"`
	Detected      time.Time          `json:"detected,omitzero"` // when the organization first knew: clocks start here
	Closed        Date               `json:"closed,omitzero"`
	Assets        []Ref[Asset]       `json:"assets,omitempty"`
	Related       []Link             `json:"related,omitempty"` // risks, findings
	PersonalData  bool               `json:"personalData,omitempty"`
	Significance  Significance       `json:"significance,omitempty"` // under the NIS2 directive
	Timeline      []Moment           `json:"timeline,omitempty"`
	Notified      []Notification     `json:"notified,omitempty"`
	NoNotice      Text               `json:"noNotice,omitempty"` // why nobody needs to be told, when that was judged
	Cause         Text               `json:"cause,omitempty"`
	Response      Text               `json:"response,omitempty"`
	Lessons       Text               `json:"lessons,omitempty"`
	Nonconformity Ref[Nonconformity] `json:"nonconformity,omitempty"`
}

// IncidentState is how far the handling of an incident is.
type IncidentState string

// The states of an incident.
const (
	IncidentReported  IncidentState = "reported"
	IncidentContained IncidentState = "contained"
	IncidentResolved  IncidentState = "resolved"
	IncidentClosed    IncidentState = "closed" // and learned from
)

func incidentStates() table[IncidentState] {
	return table[IncidentState]{
		{IncidentReported, []IncidentState{IncidentContained, IncidentResolved, IncidentClosed}},
		{IncidentContained, []IncidentState{IncidentResolved, IncidentReported}},
		{IncidentResolved, []IncidentState{IncidentClosed, IncidentReported}},
		{IncidentClosed, []IncidentState{IncidentReported}},
	}
}

// Next are the states that may follow; what comes up again is reported again.
func (s IncidentState) Next() []IncidentState { return incidentStates().next(s) }

// Label is the state in language l.
func (s IncidentState) Label(l lang.Lang) string { return lang.Word(l, "incident", string(s)) }

// Notification is that somebody outside was told of an incident.
type Notification struct {
	To  string    `json:"to"` // an authority, a customer
	At  time.Time `json:"at"`
	For Notice    `json:"for,omitempty"` // the duty that it answers
}

// Incidents is the collection of incidents in a transaction.
func Incidents(tx *Tx) Collection[Incident] { return widened[Incident]().In(tx) }

// EntityKind is "incident".
func (Incident) EntityKind() string { return "incident" }

// Open reports whether the incident still needs work.
func (i Incident) Open() bool { return i.State != IncidentClosed }

// Check implements [Entity].
func (i Incident) Check(c Checker) {
	CheckRequired(c.At("title"), !i.Title.IsZero())
	checkRating(c.At("severity"), i.Severity)
	CheckEnum(c.At("state"), i.State, incidentStates().states()...)
	CheckOrder(c.At("closed"), i.Occurred, i.Closed)
	c.At("closed").Assert(i.State != IncidentClosed || !i.Closed.IsZero(), CodeRequired)
	CheckWords(c.At("assets"), i.Assets)
	CheckEnum(c.At("significance"), i.Significance, Significant, NotSignificant)
	for n, m := range i.Timeline {
		at := c.At("timeline").Index(n)
		CheckRequired(at.At("at"), !m.At.IsZero())
		CheckRequired(at.At("what"), !m.What.IsZero())
		CheckParty(at.At("by"), m.By)
	}
	for n, told := range i.Notified {
		at := c.At("notified").Index(n)
		CheckEnum(at.At("for"), told.For, NoticeGDPR, NoticeNIS2Early, NoticeNIS2, NoticeNIS2Final)
		CheckRequired(at.At("to"), told.To != "")
		CheckRequired(at.At("at"), !told.At.IsZero())
	}
}

// CheckAfter implements [Successor].
func (i Incident) CheckAfter(before Incident, c Checker) {
	checkTransition(c.At("state"), before.State, i.State, before.State.Next())
}
