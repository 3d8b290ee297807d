package isms

import (
	"time"

	"github.com/ismskit/ismskit/isms/lang"
)

// Event is something that somebody noticed and reported, and what it was found
// to be (A.6.8, A.5.25).
type Event struct {
	Common

	Title    Text          `json:"title"`
	Reported time.Time     `json:"reported,omitzero"`
	By       Link          `json:"by,omitzero"`
	Assets   []Ref[Asset]  `json:"assets,omitempty"`
	Verdict  EventVerdict  `json:"verdict,omitempty"` // unset: not assessed yet
	Assessed Approval      `json:"assessed,omitzero"`
	Reason   Text          `json:"reason,omitempty"`
	Incident Ref[Incident] `json:"incident,omitempty"`
	Leads    []Link        `json:"leads,omitempty"` // to risks, findings
}

// EventVerdict is what an event was found to be.
type EventVerdict string

// The verdicts.
const (
	EventIncident EventVerdict = "incident"
	EventWeakness EventVerdict = "weakness"
	EventHarmless EventVerdict = "harmless"
)

// Label is the verdict in language l.
func (v EventVerdict) Label(l lang.Lang) string { return lang.Word(l, "event", string(v)) }

// Events is the collection of events in a transaction.
func Events(tx *Tx) Collection[Event] { return Kind[Event]{}.In(tx) }

// EntityKind is "event".
func (Event) EntityKind() string { return "event" }

// Check implements [Entity].
func (e Event) Check(c Checker) {
	CheckRequired(c.At("title"), !e.Title.IsZero())
	CheckParty(c.At("by"), e.By)
	CheckWords(c.At("assets"), e.Assets)
	CheckEnum(c.At("verdict"), e.Verdict, EventIncident, EventWeakness, EventHarmless)
	e.Assessed.Check(c.At("assessed"))
	CheckRequired(c.At("assessed"), e.Verdict == "" || e.Assessed.Given())
	CheckRequired(c.At("incident"), e.Verdict != EventIncident || e.Incident != "")
	checkLinks(c.At("leads"), e.Leads)
}
