package isms

import "github.com/ismskit/ismskit/isms/lang"

// Objective is something about information security that the organization wants
// to reach, and how (6.2).
type Objective struct {
	Common

	Title      Text                 `json:"title"`
	State      ObjectiveState       `json:"state,omitempty"`
	Policy     Ref[Document]        `json:"policy,omitempty"` // that it fits (6.2 a)
	From       []Link               `json:"from,omitempty"`   // requirements and risks that it reflects (6.2 c)
	Metric     Ref[Metric]          `json:"metric,omitempty"` // by which it is measured (6.2 b, d)
	Target     Text                 `json:"target,omitempty"`
	Told       []Ref[Communication] `json:"told,omitempty"` // how it is made known (6.2 e)
	Work       []Work               `json:"work,omitempty"` // (6.2 h to k)
	Due        Date                 `json:"due,omitzero"`
	Evaluation Text                 `json:"evaluation,omitempty"` // how results will be judged (6.2 l)
	Result     Text                 `json:"result,omitempty"`
	Evidence   []Ref[Evidence]      `json:"evidence,omitempty"`
}

// ObjectiveState is how far an objective is.
type ObjectiveState string

// The states of an objective.
const (
	ObjectivePlanned ObjectiveState = "planned"
	ObjectivePursued ObjectiveState = "pursued"
	ObjectiveReached ObjectiveState = "reached"
	ObjectiveMissed  ObjectiveState = "missed"
	ObjectiveGivenUp ObjectiveState = "given-up"
)

func objectiveStates() table[ObjectiveState] {
	return table[ObjectiveState]{
		{ObjectivePlanned, []ObjectiveState{ObjectivePursued, ObjectiveGivenUp}},
		{ObjectivePursued, []ObjectiveState{ObjectiveReached, ObjectiveMissed, ObjectiveGivenUp}},
		{ObjectiveReached, []ObjectiveState{ObjectivePursued}},
		{ObjectiveMissed, []ObjectiveState{ObjectivePursued, ObjectiveGivenUp}},
		{ObjectiveGivenUp, nil},
	}
}

// Label is the state in language l.
func (s ObjectiveState) Label(l lang.Lang) string { return lang.Word(l, "objective", string(s)) }

// Next are the states that may follow.
func (s ObjectiveState) Next() []ObjectiveState { return objectiveStates().next(s) }

// Objectives is the collection of objectives in a transaction.
func Objectives(tx *Tx) Collection[Objective] { return Kind[Objective]{}.In(tx) }

// EntityKind is "objective".
func (Objective) EntityKind() string { return "objective" }

// Check implements [Entity].
func (o Objective) Check(c Checker) {
	CheckRequired(c.At("title"), !o.Title.IsZero())
	CheckEnum(c.At("state"), o.State, objectiveStates().states()...)
	checkLinks(c.At("from"), o.From)
	CheckWords(c.At("told"), o.Told)
	checkWork(c.At("work"), o.Work)
	CheckWords(c.At("evidence"), o.Evidence)
	if o.State == ObjectiveReached || o.State == ObjectiveMissed {
		CheckRequired(c.At("result"), !o.Result.IsZero())
	}
}

// CheckAfter implements [Successor].
func (o Objective) CheckAfter(before Objective, c Checker) {
	checkTransition(c.At("state"), before.State, o.State, before.State.Next())
}

// Metric is what is measured, how, when and by whom, and who judges the results
// (9.1 a to f).
type Metric struct {
	Common

	Title         Text        `json:"title"`
	About         []Link      `json:"about,omitempty"` // processes, objectives
	Controls      []ControlID `json:"controls,omitempty"`
	Method        Text        `json:"method,omitempty"`       // (9.1 b)
	Unit          string      `json:"unit,omitempty"`         // "%", "days"
	Every         Cadence     `json:"every,omitzero"`         // when it is measured (9.1 c)
	By            Link        `json:"by,omitzero"`            // who measures (9.1 d)
	AnalysedEvery Cadence     `json:"analysedEvery,omitzero"` // (9.1 e)
	AnalysedBy    Link        `json:"analysedBy,omitzero"`    // (9.1 f)
	Better        Better      `json:"better,omitempty"`
	Target        Number      `json:"target,omitempty"`
	Limit         Number      `json:"limit,omitempty"` // beyond it something has to be done
}

// Better is which way a measured value gets better.
type Better string

// The ways.
const (
	Higher Better = "higher"
	Lower  Better = "lower"
)

// Label is the way in language l.
func (b Better) Label(l lang.Lang) string { return lang.Word(l, "better", string(b)) }

// Metrics is the collection of metrics in a transaction.
func Metrics(tx *Tx) Collection[Metric] { return Kind[Metric]{}.In(tx) }

// EntityKind is "metric".
func (Metric) EntityKind() string { return "metric" }

// Check implements [Entity].
func (m Metric) Check(c Checker) {
	CheckRequired(c.At("title"), !m.Title.IsZero())
	checkLinks(c.At("about"), m.About)
	CheckControls(c.At("controls"), m.Controls)
	checkCadence(c.At("every"), m.Every)
	checkCadence(c.At("analysedEvery"), m.AnalysedEvery)
	CheckParty(c.At("by"), m.By)
	CheckParty(c.At("analysedBy"), m.AnalysedBy)
	CheckEnum(c.At("better"), m.Better, Higher, Lower)
	m.Target.check(c.At("target"))
	m.Limit.check(c.At("limit"))
	c.At("better").Assert(m.Better != "" || m.Target == "" && m.Limit == "", CodeRequired)
}

// Meets reports whether a value is as good as the target or better, and whether
// that can be told: there is a target, and a value.
func (m Metric) Meets(v Number) (meets, known bool) { return m.reaches(v, m.Target) }

// Within reports whether a value is within the limit, and whether that can be
// told.
func (m Metric) Within(v Number) (within, known bool) { return m.reaches(v, m.Limit) }

func (m Metric) reaches(v, bound Number) (ok, known bool) {
	n, valid := v.Compare(bound)
	if !valid || m.Better == "" {
		return false, false
	}
	if m.Better == Lower {
		n = -n
	}
	return n >= 0, true
}

// Measurement is one value of a [Metric]. It is never changed: a wrong one is
// replaced by another that says so. The day it was taken is Common.Occurred.
type Measurement struct {
	Common

	Metric   Ref[Metric]      `json:"metric"`
	Value    Number           `json:"value"`
	Covers   Period           `json:"covers,omitzero"`
	By       Link             `json:"by,omitzero"`
	Note     Text             `json:"note,omitempty"`
	Replaces Ref[Measurement] `json:"replaces,omitempty"`
	Evidence Ref[Evidence]    `json:"evidence,omitempty"`
}

// Measurements is the collection of measurements in a transaction.
func Measurements(tx *Tx) Collection[Measurement] { return Kind[Measurement]{}.In(tx) }

// EntityKind is "measurement".
func (Measurement) EntityKind() string { return "measurement" }

// Check implements [Entity].
func (m Measurement) Check(c Checker) {
	CheckRequired(c.At("metric"), m.Metric != "")
	CheckRequired(c.At("value"), m.Value != "")
	CheckRequired(c.At("occurred"), !m.Occurred.IsZero())
	m.Value.check(c.At("value"))
	CheckOrder(c.At("covers").At("to"), m.Covers.From, m.Covers.To)
	CheckParty(c.At("by"), m.By)
	c.At("replaces").Assert(m.Replaces == "" || string(m.Replaces) != m.ID, CodeLink, "have", string(m.Replaces))
}

// CheckAfter implements [Successor].
func (m Measurement) CheckAfter(before Measurement, c Checker) {
	c.At("metric").Assert(m.Metric == before.Metric, CodeKept, "have", string(before.Metric))
	c.At("value").Assert(m.Value == before.Value, CodeKept, "have", string(before.Value))
	c.At("occurred").Assert(m.Occurred == before.Occurred, CodeKept, "have", before.Occurred.String())
	c.At("covers").Assert(m.Covers == before.Covers, CodeKept, "have", before.Covers.From.String())
	c.At("by").Assert(m.By == before.By, CodeKept, "have", before.By.String())
	c.At("replaces").Assert(m.Replaces == before.Replaces, CodeKept, "have", string(before.Replaces))
}
