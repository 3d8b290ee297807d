package isms

import "github.com/ismskit/ismskit/isms/lang"

// AccessRequest is a right to information or a system that somebody asked for,
// or that has to go (A.5.18).
type AccessRequest struct {
	Common

	Person    Ref[Individual] `json:"person"` // who gets or loses it
	Type      AccessType      `json:"type"`
	State     AccessState     `json:"state,omitempty"`
	Assets    []Ref[Asset]    `json:"assets,omitempty"`
	Rights    Text            `json:"rights"`
	Reason    Text            `json:"reason,omitempty"`
	Requested Approval        `json:"requested,omitzero"`
	Decided   Approval        `json:"decided,omitzero"`
	Done      Date            `json:"done,omitzero"`
	Until     Date            `json:"until,omitzero"` // the last day of the right, when it is for a time
}

// AccessType is what happens to a right.
type AccessType string

// The types of request.
const (
	AccessGrant  AccessType = "grant"
	AccessChange AccessType = "change"
	AccessRevoke AccessType = "revoke"
)

// Label is the type in language l.
func (t AccessType) Label(l lang.Lang) string { return lang.Word(l, "access-type", string(t)) }

// AccessState is how far a request is.
type AccessState string

// The states of a request.
const (
	AccessRequested AccessState = "requested"
	AccessApproved  AccessState = "approved"
	AccessRefused   AccessState = "refused"
	AccessDone      AccessState = "done"
)

func accessStates() table[AccessState] {
	return table[AccessState]{
		{AccessRequested, []AccessState{AccessApproved, AccessRefused}},
		{AccessApproved, []AccessState{AccessDone, AccessRefused}},
		{AccessRefused, nil},
		{AccessDone, nil},
	}
}

// Label is the state in language l.
func (s AccessState) Label(l lang.Lang) string { return lang.Word(l, "access", string(s)) }

// Next are the states that may follow.
func (s AccessState) Next() []AccessState { return accessStates().next(s) }

// AccessRequests is the collection of access requests in a transaction.
func AccessRequests(tx *Tx) Collection[AccessRequest] { return Kind[AccessRequest]{}.In(tx) }

// EntityKind is "access-request".
func (AccessRequest) EntityKind() string { return "access-request" }

// Check implements [Entity].
func (r AccessRequest) Check(c Checker) {
	CheckRequired(c.At("person"), r.Person != "")
	CheckRequired(c.At("type"), r.Type != "")
	CheckRequired(c.At("rights"), !r.Rights.IsZero())
	CheckEnum(c.At("type"), r.Type, AccessGrant, AccessChange, AccessRevoke)
	CheckEnum(c.At("state"), r.State, accessStates().states()...)
	CheckWords(c.At("assets"), r.Assets)
	r.Requested.Check(c.At("requested"))
	r.Decided.Check(c.At("decided"))
	if r.State == AccessApproved || r.State == AccessRefused || r.State == AccessDone && r.Type != AccessRevoke {
		CheckRequired(c.At("decided"), r.Decided.Given())
	}
	if r.State == AccessDone {
		CheckRequired(c.At("done"), !r.Done.IsZero())
	}
}

// CheckAfter implements [Successor].
func (r AccessRequest) CheckAfter(before AccessRequest, c Checker) {
	checkTransition(c.At("state"), before.State, r.State, before.State.Next())
}

// AccessReview is a look at who has which rights, and whether they still should
// (A.5.18). The day is Common.Occurred; who looked is By.
type AccessReview struct {
	Common

	Title    Text            `json:"title"`
	Assets   []Ref[Asset]    `json:"assets,omitempty"`
	By       []Link          `json:"by,omitempty"`
	Planned  Date            `json:"planned,omitzero"`
	Looked   int             `json:"looked,omitempty"`  // rights looked at
	Removed  int             `json:"removed,omitempty"` // of these, taken away
	Findings Text            `json:"findings,omitempty"`
	Leads    []Link          `json:"leads,omitempty"` // to access requests, nonconformities
	Evidence []Ref[Evidence] `json:"evidence,omitempty"`
}

// AccessReviews is the collection of access reviews in a transaction.
func AccessReviews(tx *Tx) Collection[AccessReview] { return Kind[AccessReview]{}.In(tx) }

// EntityKind is "access-review".
func (AccessReview) EntityKind() string { return "access-review" }

// Check implements [Entity].
func (r AccessReview) Check(c Checker) {
	CheckRequired(c.At("title"), !r.Title.IsZero())
	CheckWords(c.At("assets"), r.Assets)
	checkParties(c.At("by"), r.By)
	checkPositive(c.At("looked"), r.Looked)
	c.At("removed").Assert(r.Removed >= 0 && r.Removed <= r.Looked, CodeRange, "have", itoa(r.Removed), "want", "0 ... "+itoa(r.Looked))
	checkLinks(c.At("leads"), r.Leads)
	CheckWords(c.At("evidence"), r.Evidence)
}

// Configuration is how an asset should be set up, and where it departs from
// that (A.8.9).
type Configuration struct {
	Common

	Title      Text            `json:"title"`
	Asset      Ref[Asset]      `json:"asset"`
	Baseline   Ref[Document]   `json:"baseline,omitempty"`
	Version    string          `json:"version,omitempty"` // of the baseline
	Checked    Approval        `json:"checked,omitzero"`  // the newest comparison
	Deviations []Deviation     `json:"deviations,omitempty"`
	Evidence   []Ref[Evidence] `json:"evidence,omitempty"`
}

// Deviation is one way in which an asset departs from its baseline.
type Deviation struct {
	What      Text           `json:"what"`
	Exception Ref[Exception] `json:"exception,omitempty"` // that allows it
	Due       Date           `json:"due,omitzero"`
	Solved    Date           `json:"solved,omitzero"`
}

// Configurations is the collection of configurations in a transaction.
func Configurations(tx *Tx) Collection[Configuration] { return Kind[Configuration]{}.In(tx) }

// EntityKind is "configuration".
func (Configuration) EntityKind() string { return "configuration" }

// Check implements [Entity].
func (f Configuration) Check(c Checker) {
	CheckRequired(c.At("title"), !f.Title.IsZero())
	CheckRequired(c.At("asset"), f.Asset != "")
	f.Checked.Check(c.At("checked"))
	for i, d := range f.Deviations {
		CheckRequired(c.At("deviations").Index(i).At("what"), !d.What.IsZero())
	}
	CheckWords(c.At("evidence"), f.Evidence)
}

// ControlTest is a look at whether a control is set up well and works (9.1,
// A.5.35, A.5.36). The day is Common.Occurred.
type ControlTest struct {
	Common

	Control    ControlID       `json:"control"`
	By         Link            `json:"by,omitzero"`
	Method     TestMethod      `json:"method,omitempty"`
	Covers     Period          `json:"covers,omitzero"`
	Population int             `json:"population,omitempty"` // how many times it should have worked
	Sample     int             `json:"sample,omitempty"`
	Failures   int             `json:"failures,omitempty"` // in the sample
	Design     Effect          `json:"design,omitempty"`
	Operation  Effect          `json:"operation,omitempty"`
	Conclusion Text            `json:"conclusion,omitempty"`
	Leads      []Link          `json:"leads,omitempty"`
	Evidence   []Ref[Evidence] `json:"evidence,omitempty"`
}

// TestMethod is how a control was looked at, from the weakest on.
type TestMethod string

// The methods.
const (
	TestInquiry       TestMethod = "inquiry"
	TestObservation   TestMethod = "observation"
	TestInspection    TestMethod = "inspection"
	TestReperformance TestMethod = "reperformance"
	TestAutomated     TestMethod = "automated"
)

// Label is the method in language l.
func (m TestMethod) Label(l lang.Lang) string { return lang.Word(l, "test-method", string(m)) }

// ControlTests is the collection of control tests in a transaction.
func ControlTests(tx *Tx) Collection[ControlTest] { return Kind[ControlTest]{}.In(tx) }

// EntityKind is "control-test".
func (ControlTest) EntityKind() string { return "control-test" }

// Check implements [Entity].
func (t ControlTest) Check(c Checker) {
	CheckRequired(c.At("control"), t.Control != "")
	c.At("control").Assert(t.Control == "" || t.Control.valid(), CodeControl, "have", string(t.Control))
	CheckRequired(c.At("occurred"), !t.Occurred.IsZero())
	CheckParty(c.At("by"), t.By)
	CheckEnum(c.At("method"), t.Method, TestInquiry, TestObservation, TestInspection, TestReperformance, TestAutomated)
	CheckOrder(c.At("covers").At("to"), t.Covers.From, t.Covers.To)
	checkPositive(c.At("population"), t.Population)
	c.At("sample").Assert(t.Sample >= 0 && (t.Population == 0 || t.Sample <= t.Population), CodeRange, "have", itoa(t.Sample), "want", "0 ... "+itoa(t.Population))
	c.At("failures").Assert(t.Failures >= 0 && t.Failures <= t.Sample, CodeRange, "have", itoa(t.Failures), "want", "0 ... "+itoa(t.Sample))
	CheckEnum(c.At("design"), t.Design, Effective, Ineffective)
	CheckEnum(c.At("operation"), t.Operation, Effective, Ineffective)
	checkLinks(c.At("leads"), t.Leads)
	CheckWords(c.At("evidence"), t.Evidence)
}
