package isms

import "github.com/ismskit/ismskit/isms/lang"

// ImpactAnalysis is what it does to the organization when a process stops, and
// how long it may (A.5.29, A.5.30). Times are in hours; unset is not known,
// which is never read as long enough.
type ImpactAnalysis struct {
	Common

	Process        Ref[Process] `json:"process"`
	Impacts        []Impact     `json:"impacts,omitempty"`
	TolerableHours int          `json:"tolerableHours,omitempty"` // until the harm is not acceptable any more
	RecoveryHours  int          `json:"recoveryHours,omitempty"`  // within which it must be back (RTO)
	LossHours      int          `json:"lossHours,omitempty"`      // of data that may be lost (RPO)
	Assets         []Ref[Asset] `json:"assets,omitempty"`         // that it needs to be back
}

// Impact is the harm after a process stood still for a time.
type Impact struct {
	AfterHours int    `json:"afterHours"`
	Rating     Rating `json:"rating,omitempty"`
	Text       Text   `json:"text,omitempty"`
}

// ImpactAnalyses is the collection of impact analyses in a transaction.
func ImpactAnalyses(tx *Tx) Collection[ImpactAnalysis] { return Kind[ImpactAnalysis]{}.In(tx) }

// EntityKind is "impact-analysis".
func (ImpactAnalysis) EntityKind() string { return "impact-analysis" }

// Check implements [Entity].
func (a ImpactAnalysis) Check(c Checker) {
	CheckRequired(c.At("process"), a.Process != "")
	checkPositive(c.At("tolerableHours"), a.TolerableHours)
	checkPositive(c.At("recoveryHours"), a.RecoveryHours)
	checkPositive(c.At("lossHours"), a.LossHours)
	c.At("recoveryHours").Assert(a.TolerableHours == 0 || a.RecoveryHours <= a.TolerableHours, CodeRange, "have", itoa(a.RecoveryHours), "want", "0 ... "+itoa(a.TolerableHours))
	for i, x := range a.Impacts {
		checkPositive(c.At("impacts").Index(i).At("afterHours"), x.AfterHours)
		checkRating(c.At("impacts").Index(i).At("rating"), x.Rating)
	}
	CheckWords(c.At("assets"), a.Assets)
}

// ContinuityPlan is how to go on when something fails (A.5.29, A.5.30).
type ContinuityPlan struct {
	Common

	Title         Text           `json:"title"`
	Document      Ref[Document]  `json:"document,omitempty"`
	Scenarios     []Text         `json:"scenarios,omitempty"`
	Processes     []Ref[Process] `json:"processes,omitempty"`
	RecoveryHours int            `json:"recoveryHours,omitempty"` // that it promises
}

// ContinuityPlans is the collection of continuity plans in a transaction.
func ContinuityPlans(tx *Tx) Collection[ContinuityPlan] { return Kind[ContinuityPlan]{}.In(tx) }

// EntityKind is "continuity-plan".
func (ContinuityPlan) EntityKind() string { return "continuity-plan" }

// Check implements [Entity].
func (p ContinuityPlan) Check(c Checker) {
	CheckRequired(c.At("title"), !p.Title.IsZero())
	CheckWords(c.At("processes"), p.Processes)
	checkPositive(c.At("recoveryHours"), p.RecoveryHours)
}

// Exercise is a plan tried out, or a backup restored (A.5.30, A.8.13). The day
// is Common.Occurred; before it there is Planned only.
type Exercise struct {
	Common

	Title        Text                `json:"title"`
	Type         ExerciseType        `json:"type"`
	Planned      Date                `json:"planned,omitzero"`
	Plan         Ref[ContinuityPlan] `json:"plan,omitempty"`
	Assets       []Ref[Asset]        `json:"assets,omitempty"` // what was restored
	Participants []Link              `json:"participants,omitempty"`
	TookHours    int                 `json:"tookHours,omitempty"` // until it was back, rounded up
	Effect       Effect              `json:"effect,omitempty"`
	Result       Text                `json:"result,omitempty"`
	Leads        []Link              `json:"leads,omitempty"` // to nonconformities, improvements
	Evidence     []Ref[Evidence]     `json:"evidence,omitempty"`
}

// ExerciseType is what is tried out.
type ExerciseType string

// The types of exercise.
const (
	ExerciseContinuity ExerciseType = "continuity"
	ExerciseRestore    ExerciseType = "restore"
	ExerciseIncident   ExerciseType = "incident"
	ExerciseCrisis     ExerciseType = "crisis"
)

// Label is the type in language l.
func (t ExerciseType) Label(l lang.Lang) string { return lang.Word(l, "exercise", string(t)) }

// Exercises is the collection of exercises in a transaction.
func Exercises(tx *Tx) Collection[Exercise] { return Kind[Exercise]{}.In(tx) }

// EntityKind is "exercise".
func (Exercise) EntityKind() string { return "exercise" }

// Check implements [Entity].
func (e Exercise) Check(c Checker) {
	CheckRequired(c.At("title"), !e.Title.IsZero())
	CheckRequired(c.At("type"), e.Type != "")
	CheckEnum(c.At("type"), e.Type, ExerciseContinuity, ExerciseRestore, ExerciseIncident, ExerciseCrisis)
	CheckWords(c.At("assets"), e.Assets)
	checkParties(c.At("participants"), e.Participants)
	checkPositive(c.At("tookHours"), e.TookHours)
	CheckEnum(c.At("effect"), e.Effect, Effective, Ineffective)
	CheckRequired(c.At("occurred"), e.Effect == "" || !e.Occurred.IsZero())
	checkLinks(c.At("leads"), e.Leads)
	CheckWords(c.At("evidence"), e.Evidence)
}

// Contact is somebody outside to turn to: an authority (A.5.5), a group of
// people in the field (A.5.6), a service for emergencies.
type Contact struct {
	Common

	Title    Text        `json:"title"`
	Type     ContactType `json:"type"`
	For      Text        `json:"for,omitempty"`   // on which occasion
	Reach    Text        `json:"reach,omitempty"` // how to reach them
	LastUsed Date        `json:"lastUsed,omitzero"`
}

// ContactType is who a contact is.
type ContactType string

// The types of contact.
const (
	ContactAuthority     ContactType = "authority"
	ContactGroup         ContactType = "interest-group"
	ContactEmergency     ContactType = "emergency"
	ContactCertification ContactType = "certification"
)

// Label is the type in language l.
func (t ContactType) Label(l lang.Lang) string { return lang.Word(l, "contact", string(t)) }

// Contacts is the collection of contacts in a transaction.
func Contacts(tx *Tx) Collection[Contact] { return Kind[Contact]{}.In(tx) }

// EntityKind is "contact".
func (Contact) EntityKind() string { return "contact" }

// Check implements [Entity].
func (k Contact) Check(c Checker) {
	CheckRequired(c.At("title"), !k.Title.IsZero())
	CheckRequired(c.At("type"), k.Type != "")
	CheckEnum(c.At("type"), k.Type, ContactAuthority, ContactGroup, ContactEmergency, ContactCertification)
}

// Meeting is people talking about information security, and what they agreed.
// The day is Common.Occurred. A review by top management is a
// [ManagementReview].
type Meeting struct {
	Common

	Title        Text          `json:"title"`
	Participants []Link        `json:"participants,omitempty"`
	Subjects     []Text        `json:"subjects,omitempty"`
	About        []Link        `json:"about,omitempty"`
	Work         []Work        `json:"work,omitempty"`
	Minutes      Ref[Evidence] `json:"minutes,omitempty"`
}

// Meetings is the collection of meetings in a transaction.
func Meetings(tx *Tx) Collection[Meeting] { return Kind[Meeting]{}.In(tx) }

// EntityKind is "meeting".
func (Meeting) EntityKind() string { return "meeting" }

// Check implements [Entity].
func (m Meeting) Check(c Checker) {
	CheckRequired(c.At("title"), !m.Title.IsZero())
	checkParties(c.At("participants"), m.Participants)
	checkLinks(c.At("about"), m.About)
	checkWork(c.At("work"), m.Work)
}
