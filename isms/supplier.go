package isms

import "github.com/ismskit/ismskit/isms/lang"

// Supplier is somebody outside on whom information security depends (A.5.19 to
// A.5.23), with what they provide and what they show for it.
type Supplier struct {
	Common

	Title        Text              `json:"title"`
	Services     []SuppliedService `json:"services,omitempty"`
	Criticality  Rating            `json:"criticality,omitempty"`
	PersonalData bool              `json:"personalData,omitempty"` // they process some for us
	Agreements   []Ref[Document]   `json:"agreements,omitempty"`
	Assurance    []Assurance       `json:"assurance,omitempty"`
	Exit         Text              `json:"exit,omitempty"` // how to leave
	From         Date              `json:"from,omitzero"`
	Until        Date              `json:"until,omitzero"` // the last day; unset while in use
}

// SuppliedService is something that a supplier provides.
type SuppliedService struct {
	ID          string       `json:"id"` // within the supplier
	Title       Text         `json:"title"`
	Type        ServiceType  `json:"type,omitempty"`
	Criticality Rating       `json:"criticality,omitempty"`
	Assets      []Ref[Asset] `json:"assets,omitempty"` // that rest on it
}

// ServiceType is what sort of service it is.
type ServiceType string

// The types of service.
const (
	ServiceCloud    ServiceType = "cloud" // (A.5.23)
	ServiceICT      ServiceType = "ict"
	ServicePeople   ServiceType = "people" // hired staff, advice
	ServicePremises ServiceType = "premises"
	ServiceOther    ServiceType = "other"
)

// Label is the type in language l.
func (t ServiceType) Label(l lang.Lang) string { return lang.Word(l, "service", string(t)) }

// Assurance is something that shows how a supplier is doing: a certificate, an
// auditor's report. It says something of a period, and of nothing after it.
type Assurance struct {
	ID         string        `json:"id"` // within the supplier
	Type       AssuranceType `json:"type"`
	Covers     Period        `json:"covers,omitzero"`
	Received   Date          `json:"received,omitzero"`
	Expires    Date          `json:"expires,omitzero"` // of a certificate: its last day
	Scope      Text          `json:"scope,omitempty"`  // which services and places it is about
	Exceptions Text          `json:"exceptions,omitempty"`
	Reviewed   Approval      `json:"reviewed,omitzero"`
	// UserControls are what the report takes for granted that we do.
	UserControls []UserControl `json:"userControls,omitempty"`
	Evidence     Ref[Evidence] `json:"evidence,omitempty"`
}

// AssuranceType is what sort of assurance it is.
type AssuranceType string

// The types of assurance.
const (
	AssuranceCertificate   AssuranceType = "certificate" // ISO/IEC 27001 and the like
	AssuranceReport        AssuranceType = "report"      // of an auditor: ISAE 3402, SOC 2
	AssuranceAudit         AssuranceType = "audit"       // our own
	AssuranceQuestionnaire AssuranceType = "questionnaire"
)

// Label is the type in language l.
func (t AssuranceType) Label(l lang.Lang) string { return lang.Word(l, "assurance", string(t)) }

// UserControl is a control that a supplier's report expects of its users.
type UserControl struct {
	Title    Text        `json:"title"`
	Controls []ControlID `json:"controls,omitempty"` // of ours, that answer it
	How      Text        `json:"how,omitempty"`
}

// Suppliers is the collection of suppliers in a transaction.
func Suppliers(tx *Tx) Collection[Supplier] { return Kind[Supplier]{}.In(tx) }

// EntityKind is "supplier".
func (Supplier) EntityKind() string { return "supplier" }

// InUse reports whether the supplier serves us on a day.
func (s Supplier) InUse(day Date) bool {
	return s.Status != Retired && !day.Before(s.From) && !day.After(s.Until)
}

// Assured reports whether some assurance says something of a day: the period it
// covers holds the day, or, of a certificate, the day is not past its last.
func (s Supplier) Assured(day Date) bool {
	for _, a := range s.Assurance {
		switch {
		case a.Covers != (Period{}) && a.Covers.Contains(day):
			return true
		case a.Type == AssuranceCertificate && !a.Expires.IsZero() && !day.After(a.Expires) && !day.Before(a.Received):
			return true
		}
	}
	return false
}

// Check implements [Entity].
func (s Supplier) Check(c Checker) {
	CheckRequired(c.At("title"), !s.Title.IsZero())
	checkRating(c.At("criticality"), s.Criticality)
	checkIDs(c.At("services"), s.Services, func(v SuppliedService) string { return v.ID })
	for i, v := range s.Services {
		at := c.At("services").Index(i)
		CheckRequired(at.At("title"), !v.Title.IsZero())
		CheckEnum(at.At("type"), v.Type, ServiceCloud, ServiceICT, ServicePeople, ServicePremises, ServiceOther)
		checkRating(at.At("criticality"), v.Criticality)
		CheckWords(at.At("assets"), v.Assets)
	}
	CheckWords(c.At("agreements"), s.Agreements)
	checkIDs(c.At("assurance"), s.Assurance, func(a Assurance) string { return a.ID })
	for i, a := range s.Assurance {
		a.check(c.At("assurance").Index(i))
	}
	CheckOrder(c.At("until"), s.From, s.Until)
}

func (a Assurance) check(c Checker) {
	CheckRequired(c.At("type"), a.Type != "")
	CheckEnum(c.At("type"), a.Type, AssuranceCertificate, AssuranceReport, AssuranceAudit, AssuranceQuestionnaire)
	CheckOrder(c.At("covers").At("to"), a.Covers.From, a.Covers.To)
	a.Reviewed.Check(c.At("reviewed"))
	for i, u := range a.UserControls {
		CheckRequired(c.At("userControls").Index(i).At("title"), !u.Title.IsZero())
		CheckControls(c.At("userControls").Index(i).At("controls"), u.Controls)
	}
}
