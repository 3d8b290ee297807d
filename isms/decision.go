package isms

import (
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms/lang"
)

// Decision is that persons with the authority approved one record exactly as it
// was: the acceptance of a risk (6.1.3 f), the Statement of Applicability, a
// document (7.5.2 c). [Propose] makes one, its Approvals give it effect, and
// [Decision.On] tells what it is worth on a day.
//
// It pins the revision that was seen and the hash of its material content. The
// commit refuses an approval of anything else than what is there at that moment.
// Once somebody approved, nothing of it changes but that others approve too or
// that it is withdrawn.
type Decision struct {
	Common

	Purpose   Purpose `json:"purpose"`
	Subject   Link    `json:"subject"` // with the revision that was seen
	Rationale Text    `json:"rationale,omitempty"`

	// Hash is the SHA-256, in hexadecimal, of the subject's canonical JSON
	// without the members in Cosmetic: a change of these does not undo the
	// decision. They are JSON Pointers in which * stands for any one step.
	Hash     string   `json:"hash"`
	Cosmetic []string `json:"cosmetic,omitempty"`

	Authority Authority `json:"authority,omitzero"`
	Approvals []Vote    `json:"approvals,omitempty"` // only grows

	// Every is how long the decision holds after it took effect or, when that is
	// later, after the last review of the subject. Until is its last day
	// whatever is reviewed. With neither it holds until it is undone.
	Every Cadence `json:"every,omitzero"`
	Until Date    `json:"until,omitzero"`

	Withdrawn Withdrawal `json:"withdrawn,omitzero"`
}

// Purpose is what a decision is for, in the form of an id: "risk-acceptance".
// A package that needs a decision names its purpose.
type Purpose string

// Label is the purpose in language l.
func (p Purpose) Label(l lang.Lang) string { return lang.Word(l, "decision", string(p)) }

// Authority is what a decision needs to take effect. The zero Authority is met
// by any one person.
type Authority struct {
	// By must all approve, persons and roles; for a role, somebody who holds it
	// or deputizes. One person counts for one of them. With none, anybody may.
	By []Link `json:"by,omitempty"`
	// AtLeast is how many persons must approve; 0 reads as 1.
	AtLeast int `json:"atLeast,omitempty"`
	// FourEyes keeps those who wrote what is approved from approving it.
	FourEyes bool `json:"fourEyes,omitempty"`
}

// Vote is the approval of one person. Whoever records it is that person, or a
// service that acts for them; otherwise Evidence must show it: minutes, a signed
// form.
type Vote struct {
	By       Ref[Individual] `json:"by"`
	As       Link            `json:"as,omitzero"` // which of Authority.By; unset for the person as such
	On       Date            `json:"on"`
	Comment  Text            `json:"comment,omitempty"`
	Evidence Ref[Evidence]   `json:"evidence,omitempty"`
}

// Withdrawal is that a decision was taken back.
type Withdrawal struct {
	On     Date            `json:"on"`
	By     Ref[Individual] `json:"by"`
	Reason Text            `json:"reason"`
}

// Codes of problems of a decision.
const (
	CodeHash        Code = "decision/hash"         // not that of the revision it names
	CodeUnseen      Code = "decision/unseen"       // the subject changed since it was read
	CodeNotEntitled Code = "decision/not-entitled" // the approver is not one of those who must approve
	CodeFourEyes    Code = "decision/four-eyes"    // the approver wrote what is approved, or may have
	CodeNotInPerson Code = "decision/not-in-person"
	CodeDecided     Code = "decision/decided" // it was approved or withdrawn before
)

// Decisions is the collection of decisions in a transaction.
func Decisions(tx *Tx) Collection[Decision] { return decisionKind().In(tx) }

func decisionKind() Kind[Decision] { return Kind[Decision]{Within: withinDecision} }

// EntityKind is "decision".
func (Decision) EntityKind() string { return "decision" }

// Propose makes a decision about v, as it was read from a store, for those in
// need to approve. What is not material is declared where the type is: a field
// with the tag `isms:"cosmetic"` or, for one purpose, `isms:"cosmetic=purpose"`.
func Propose[T Entity](id string, purpose Purpose, v T, need Authority) Decision {
	subject := LinkTo(v)
	if c := commonOf(&v); c != nil {
		subject.Rev = c.Rev
		if c.Recorded.Seq == 0 { // put in this transaction: Rev is still the one before
			subject.Rev++
		}
	}
	d := Decision{Common: Common{ID: id}, Purpose: purpose, Subject: subject, Authority: need, Cosmetic: cosmetic(v, purpose)}
	if data, err := marshal(v); err == nil { // else there is no hash, which Check reports
		d.Hash = hashJSON(data, immaterial(d.Cosmetic))
	}
	return d
}

// Check implements [Entity].
func (d Decision) Check(c Checker) {
	c.At("purpose").Assert(ValidID(string(d.Purpose)), CodeID, "have", string(d.Purpose))
	c.At("subject").Assert(d.Subject.Rev > 0 && d.Subject.Kind != d.EntityKind(), CodeLink, "have", d.Subject.String())
	c.At("hash").Assert(validHash(d.Hash), CodeHash, "have", d.Hash)
	CheckWords(c.At("cosmetic"), d.Cosmetic)
	d.Authority.check(c.At("authority"))
	seen := map[Ref[Individual]]bool{}
	for i, v := range d.Approvals {
		at := c.At("approvals").Index(i)
		CheckRequired(at.At("by"), v.By != "")
		at.At("by").Assert(!seen[v.By], CodeDuplicate, "have", string(v.By))
		CheckRequired(at.At("on"), !v.On.IsZero())
		CheckParty(at.At("as"), v.As)
		seen[v.By] = true
		at.At("as").Assert(len(d.Authority.By) == 0 || slices.Contains(d.Authority.By, v.as()),
			CodeNotEntitled, "have", v.as().String(), "want", joinLinks(d.Authority.By))
	}
	checkCadence(c.At("every"), d.Every)
	if w := d.Withdrawn; !w.On.IsZero() || w.By != "" || !w.Reason.IsZero() {
		at := c.At("withdrawn")
		CheckRequired(at.At("on"), !w.On.IsZero())
		CheckRequired(at.At("by"), w.By != "")
		CheckRequired(at.At("reason"), !w.Reason.IsZero())
	}
}

func (a Authority) check(c Checker) {
	seen := map[Link]bool{}
	for i, l := range a.By {
		at := c.At("by").Index(i)
		CheckRequired(at, !l.IsZero())
		CheckParty(at, l)
		at.Assert(!seen[l], CodeDuplicate, "have", l.String())
		seen[l] = true
	}
	c.At("atLeast").Assert(a.AtLeast >= 0 && a.AtLeast <= 1000, CodeRange, "have", itoa(a.AtLeast), "want", "0 ... 1000")
}

// as is which of the authorities the vote stands for.
func (v Vote) as() Link {
	if v.As.IsZero() {
		return v.By.Link()
	}
	return v.As
}

func joinLinks(links []Link) string {
	words := make([]string, len(links))
	for i, l := range links {
		words[i] = l.String()
	}
	return strings.Join(words, ", ")
}

func validHash(s string) bool {
	return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == ""
}
