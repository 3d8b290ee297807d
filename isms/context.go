package isms

import "github.com/ismskit/ismskit/isms/lang"

// Issue is a matter, outside or inside the organization, that helps or hinders
// what the management system is for (4.1). Whether climate change is one has to
// be determined (Amd 1:2024): that is an issue about ClimateChange, relevant or
// not, with the reason.
type Issue struct {
	Common

	Title     Text       `json:"title"`
	Side      Side       `json:"side,omitempty"`
	About     IssueTopic `json:"about,omitempty"`
	Relevance Relevance  `json:"relevance,omitempty"` // unset: not determined yet
	Reason    Text       `json:"reason,omitempty"`    // for the relevance
	Effect    Text       `json:"effect,omitempty"`    // on the management system
	Bearing   Bearing    `json:"bearing,omitempty"`
	Leads     []Link     `json:"leads,omitempty"` // to risks, opportunities, objectives
}

// Side is whether something is outside or inside the organization.
type Side string

// The sides.
const (
	External Side = "external"
	Internal Side = "internal"
)

// Label is the side in language l.
func (s Side) Label(l lang.Lang) string { return lang.Word(l, "side", string(s)) }

// IssueTopic is what an issue is about.
type IssueTopic string

// The topics.
const (
	ClimateChange   IssueTopic = "climate-change"
	TopicLaw        IssueTopic = "law"
	TopicMarket     IssueTopic = "market"
	TopicTechnology IssueTopic = "technology"
	TopicThreats    IssueTopic = "threats"
	TopicPeople     IssueTopic = "people"
	TopicStructure  IssueTopic = "structure" // of the organization, its culture and its means
)

// Label is the topic in language l.
func (t IssueTopic) Label(l lang.Lang) string { return lang.Word(l, "issue-topic", string(t)) }

// Relevance is what was determined about an issue.
type Relevance string

// The determinations.
const (
	Relevant    Relevance = "relevant"
	NotRelevant Relevance = "not-relevant"
)

// Label is the determination in language l.
func (r Relevance) Label(l lang.Lang) string { return lang.Word(l, "relevance", string(r)) }

// Bearing is whether an issue helps or hinders.
type Bearing string

// The bearings.
const (
	Helps   Bearing = "helps"
	Hinders Bearing = "hinders"
	Both    Bearing = "both"
)

// Label is the bearing in language l.
func (b Bearing) Label(l lang.Lang) string { return lang.Word(l, "bearing", string(b)) }

// Issues is the collection of issues in a transaction.
func Issues(tx *Tx) Collection[Issue] { return Kind[Issue]{}.In(tx) }

// EntityKind is "issue".
func (Issue) EntityKind() string { return "issue" }

// Check implements [Entity].
func (i Issue) Check(c Checker) {
	CheckRequired(c.At("title"), !i.Title.IsZero())
	CheckEnum(c.At("side"), i.Side, External, Internal)
	CheckEnum(c.At("about"), i.About, ClimateChange, TopicLaw, TopicMarket, TopicTechnology, TopicThreats, TopicPeople, TopicStructure)
	CheckEnum(c.At("relevance"), i.Relevance, Relevant, NotRelevant)
	CheckEnum(c.At("bearing"), i.Bearing, Helps, Hinders, Both)
	if i.Relevance == NotRelevant {
		CheckRequired(c.At("reason"), !i.Reason.IsZero())
	}
	checkLinks(c.At("leads"), i.Leads)
}

// Party is somebody with an interest in the management system (4.2 a): a
// customer, an authority, those who work here. What they require is a
// [Requirement] that names them.
type Party struct {
	Common

	Title Text      `json:"title"`
	Type  PartyType `json:"type,omitempty"`
	Side  Side      `json:"side,omitempty"`
	Stake Text      `json:"stake,omitempty"` // why they have an interest
}

// PartyType is what sort of party it is.
type PartyType string

// The types of party.
const (
	PartyCustomer  PartyType = "customer"
	PartyAuthority PartyType = "authority"
	PartyStaff     PartyType = "staff"
	PartySupplier  PartyType = "supplier"
	PartyOwner     PartyType = "owner" // of the organization
	PartySubject   PartyType = "data-subject"
	PartySociety   PartyType = "society"
)

// Label is the type in language l.
func (t PartyType) Label(l lang.Lang) string { return lang.Word(l, "party", string(t)) }

// Parties is the collection of interested parties in a transaction.
func Parties(tx *Tx) Collection[Party] { return Kind[Party]{}.In(tx) }

// EntityKind is "party".
func (Party) EntityKind() string { return "party" }

// Check implements [Entity].
func (p Party) Check(c Checker) {
	CheckRequired(c.At("title"), !p.Title.IsZero())
	CheckEnum(c.At("type"), p.Type, PartyCustomer, PartyAuthority, PartyStaff, PartySupplier, PartyOwner, PartySubject, PartySociety)
	CheckEnum(c.At("side"), p.Side, External, Internal)
}

// Feedback is what an interested party let the organization know about its
// information security (9.3.2 e). The day it came is Common.Occurred.
type Feedback struct {
	Common

	Title  Text       `json:"title"`
	From   Ref[Party] `json:"from,omitempty"`
	Text   Text       `json:"text,omitempty"`
	Answer Text       `json:"answer,omitempty"`
	Leads  []Link     `json:"leads,omitempty"` // to nonconformities, improvements, risks
}

// FeedbackRecords is the collection of feedback in a transaction.
func FeedbackRecords(tx *Tx) Collection[Feedback] { return Kind[Feedback]{}.In(tx) }

// EntityKind is "feedback".
func (Feedback) EntityKind() string { return "feedback" }

// Check implements [Entity].
func (f Feedback) Check(c Checker) {
	CheckRequired(c.At("title"), !f.Title.IsZero())
	checkLinks(c.At("leads"), f.Leads)
}

// checkLinks reports empty and doubled links.
func checkLinks(c Checker, list []Link) {
	seen := map[Link]bool{}
	for i, l := range list {
		CheckRequired(c.Index(i), !l.IsZero())
		c.Index(i).Assert(!seen[l], CodeDuplicate, "have", l.String())
		seen[l] = true
	}
}
