package isms

import "github.com/ismskit/ismskit/isms/lang"

// Competence is what somebody must be able to do to hold a [Role] (7.2 a).
type Competence struct {
	ID    string `json:"id"` // within the role
	Title Text   `json:"title"`
	Basis Text   `json:"basis,omitempty"` // what proves it: education, training, experience
}

// Qualification is that a person has a competence, and how that is known (7.2 b
// to d).
type Qualification struct {
	Common

	Person     Ref[Individual] `json:"person"`
	Role       Ref[Role]       `json:"role,omitempty"`
	Competence string          `json:"competence,omitempty"` // the id that the role gives it
	Title      Text            `json:"title"`
	By         LearnedBy       `json:"by,omitempty"`
	Training   Ref[Training]   `json:"training,omitempty"`
	From       Date            `json:"from,omitzero"`
	Expires    Date            `json:"expires,omitzero"` // the last day it can be relied on
	Assessed   Approval        `json:"assessed,omitzero"`
	Effect     Effect          `json:"effect,omitempty"` // whether what was done about a gap worked (7.2 c)
	Evidence   []Ref[Evidence] `json:"evidence,omitempty"`
}

// LearnedBy is how a competence came about.
type LearnedBy string

// The ways.
const (
	ByEducation  LearnedBy = "education"
	ByTraining   LearnedBy = "training"
	ByExperience LearnedBy = "experience"
)

// Label is the way in language l.
func (b LearnedBy) Label(l lang.Lang) string { return lang.Word(l, "learned-by", string(b)) }

// Qualifications is the collection of qualifications in a transaction.
func Qualifications(tx *Tx) Collection[Qualification] { return Kind[Qualification]{}.In(tx) }

// EntityKind is "qualification".
func (Qualification) EntityKind() string { return "qualification" }

// Valid reports whether the qualification can be relied on that day.
func (q Qualification) Valid(day Date) bool {
	return q.Status != Retired && q.Effect != Ineffective && !day.Before(q.From) && !day.After(q.Expires)
}

// Check implements [Entity].
func (q Qualification) Check(c Checker) {
	CheckRequired(c.At("person"), q.Person != "")
	CheckRequired(c.At("title"), !q.Title.IsZero())
	CheckEnum(c.At("by"), q.By, ByEducation, ByTraining, ByExperience)
	c.At("competence").Assert(q.Competence == "" || ValidID(q.Competence), CodeID, "have", q.Competence)
	CheckRequired(c.At("role"), q.Competence == "" || q.Role != "")
	CheckOrder(c.At("expires"), q.From, q.Expires)
	CheckEnum(c.At("effect"), q.Effect, Effective, Ineffective)
	q.Assessed.Check(c.At("assessed"))
	CheckWords(c.At("evidence"), q.Evidence)
}

// Training is something by which people learned: for their competence (7.2) or
// their awareness (7.3). The day it was held is Common.Occurred.
type Training struct {
	Common

	Title      Text            `json:"title"`
	Type       TrainingType    `json:"type,omitempty"`
	Topics     []Text          `json:"topics,omitempty"`
	Controls   []ControlID     `json:"controls,omitempty"`
	Planned    Date            `json:"planned,omitzero"`
	For        []Link          `json:"for,omitempty"`      // the persons and roles it is meant for
	PassMark   int             `json:"passMark,omitempty"` // percent; 0 when there is no test
	Attendance []Attendance    `json:"attendance,omitempty"`
	Evidence   []Ref[Evidence] `json:"evidence,omitempty"`
}

// TrainingType is what a training is for.
type TrainingType string

// The types of training.
const (
	TrainingAwareness  TrainingType = "awareness"
	TrainingCompetence TrainingType = "competence"
	TrainingSimulation TrainingType = "simulation" // such as a phishing test
)

// Label is the type in language l.
func (t TrainingType) Label(l lang.Lang) string { return lang.Word(l, "training", string(t)) }

// Attendance is that a person took part, and how the test went.
type Attendance struct {
	Person Ref[Individual] `json:"person"`
	On     Date            `json:"on,omitzero"`      // unset: the day of the training
	Tested bool            `json:"tested,omitempty"` // without it Score says nothing
	Score  int             `json:"score,omitempty"`  // percent
}

// Passed reports whether the person passed, and whether that can be told: there
// is a pass mark, and a score.
func (t Training) Passed(a Attendance) (passed, known bool) {
	return a.Tested && a.Score >= t.PassMark, a.Tested && t.PassMark > 0
}

// Trainings is the collection of trainings in a transaction.
func Trainings(tx *Tx) Collection[Training] { return Kind[Training]{}.In(tx) }

// EntityKind is "training".
func (Training) EntityKind() string { return "training" }

// Check implements [Entity].
func (t Training) Check(c Checker) {
	CheckRequired(c.At("title"), !t.Title.IsZero())
	CheckEnum(c.At("type"), t.Type, TrainingAwareness, TrainingCompetence, TrainingSimulation)
	CheckControls(c.At("controls"), t.Controls)
	checkParties(c.At("for"), t.For)
	checkPercent(c.At("passMark"), t.PassMark)
	seen := map[Ref[Individual]]bool{}
	for i, a := range t.Attendance {
		at := c.At("attendance").Index(i)
		CheckRequired(at.At("person"), a.Person != "")
		at.At("person").Assert(!seen[a.Person], CodeDuplicate, "have", string(a.Person))
		seen[a.Person] = true
		checkPercent(at.At("score"), a.Score)
		at.At("tested").Assert(a.Tested || a.Score == 0, CodeRequired)
	}
	CheckWords(c.At("evidence"), t.Evidence)
}

func checkPercent(c Checker, n int) {
	c.Assert(n >= 0 && n <= 100, CodeRange, "have", itoa(n), "want", "0 ... 100")
}

// Communication is something that is told, inside or outside, about the
// management system: what, when, with whom and how (7.4 a to d). Who tells it
// is Common.Owner.
type Communication struct {
	Common

	Title Text    `json:"title"`
	What  Text    `json:"what,omitempty"`
	When  Text    `json:"when,omitempty"` // on which occasion, unless Every says it
	Every Cadence `json:"every,omitzero"`
	With  []Link  `json:"with,omitempty"` // parties, roles, persons
	How   Text    `json:"how,omitempty"`
	Told  []Told  `json:"told,omitempty"`
}

// Told is one time that it was done.
type Told struct {
	On       Date          `json:"on"`
	Evidence Ref[Evidence] `json:"evidence,omitempty"`
}

// Communications is the collection of communications in a transaction.
func Communications(tx *Tx) Collection[Communication] { return Kind[Communication]{}.In(tx) }

// EntityKind is "communication".
func (Communication) EntityKind() string { return "communication" }

// Check implements [Entity].
func (m Communication) Check(c Checker) {
	CheckRequired(c.At("title"), !m.Title.IsZero())
	checkCadence(c.At("every"), m.Every)
	checkLinks(c.At("with"), m.With)
	for i, t := range m.Told {
		CheckRequired(c.At("told").Index(i).At("on"), !t.On.IsZero())
	}
}
