package isms

import (
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms/lang"
)

// ControlID names a control: "A.8.12" of Annex A, "nen7510:12.4.1" of another
// catalogue, or the id of a [Control] of the organization's own.
type ControlID string

// Link leads to the record of an own control; it is zero for a control of a
// catalogue, which needs no record.
func (id ControlID) Link() Link {
	if strings.HasPrefix(string(id), "A.") || strings.Contains(string(id), ":") || id == "" {
		return Link{}
	}
	return Link{Kind: Control{}.EntityKind(), ID: string(id)}
}

func (id ControlID) valid() bool {
	if strings.HasPrefix(string(id), "A.") {
		parsed, err := annexa.ParseID(string(id))
		return err == nil && parsed.String() == string(id)
	}
	if catalogue, ref, other := strings.Cut(string(id), ":"); other {
		return ValidID(catalogue) && strings.TrimSpace(ref) != "" && len(ref) <= 64
	}
	return ValidID(string(id))
}

// CheckControls reports control ids that cannot be one, or that stand twice.
func CheckControls(c Checker, ids []ControlID) {
	CheckWords(c, ids)
	for i, id := range ids {
		c.Index(i).Assert(id == "" || id.valid(), CodeControl, "have", string(id))
	}
}

// CodeControl is the code of something that is not the id of a control.
const CodeControl Code = "isms/control-id"

// Control is what the organization records about one control: of Annex A, of
// another catalogue, or its own. A control of a catalogue needs a record only
// when there is something to say: that it is left out, or how far it is.
type Control struct {
	Common

	Ref         ControlID `json:"ref,omitempty"`   // of a catalogue; unset for an own control
	Title       Text      `json:"title,omitempty"` // required for an own control; replaces the catalogue's otherwise
	Description Text      `json:"description,omitempty"`

	Include Text `json:"include,omitempty"` // why it is needed although no record demands it
	Exclude Text `json:"exclude,omitempty"` // why it is left out (6.1.3 d)

	Implementation Implementation  `json:"implementation,omitempty"`
	Since          Date            `json:"since,omitzero"` // implemented since
	How            Text            `json:"how,omitempty"`
	Plan           Text            `json:"plan,omitempty"` // what is still to be done
	Due            Date            `json:"due,omitzero"`   // of the plan
	Documents      []Ref[Document] `json:"documents,omitempty"`
	Evidence       []Ref[Evidence] `json:"evidence,omitempty"`

	Maturity Maturity `json:"maturity,omitzero"`
}

// Maturity is how well a control works, as somebody judged it. Current and
// Target are steps of a scale of the organization's own, from 1, the lowest; 0
// is not assessed, which is not the lowest.
type Maturity struct {
	Current int  `json:"current,omitempty"`
	Target  int  `json:"target,omitempty"`
	On      Date `json:"on,omitzero"` // when it was judged
}

// Gap is how many steps the target lies above what was found, 0 when it is
// reached; ok is false while one of the two is not assessed.
func (m Maturity) Gap() (steps int, ok bool) {
	if m.Current < 1 || m.Target < 1 {
		return 0, false
	}
	return max(0, m.Target-m.Current), true
}

// maxMaturity is more steps than any scale in use has.
const maxMaturity = 20

func (m Maturity) check(c Checker) {
	for _, step := range []struct {
		member string
		have   int
	}{{"current", m.Current}, {"target", m.Target}} {
		c.At(step.member).Assert(step.have >= 0 && step.have <= maxMaturity, CodeRange, "have", itoa(step.have), "want", "0 ... "+itoa(maxMaturity))
	}
}

// Implementation is how far a control is. The standard knows two answers:
// implemented or not (6.1.3 d); planned and partial are ways of not.
type Implementation string

// The degrees of implementation; unset is unknown.
const (
	NotImplemented Implementation = "not-implemented"
	Planned        Implementation = "planned"
	Partial        Implementation = "partial"
	Implemented    Implementation = "implemented"
)

// Label is the degree in language l.
func (i Implementation) Label(l lang.Lang) string {
	return lang.Word(l, "implementation", string(i))
}

// Controls is the collection of controls in a transaction.
func Controls(tx *Tx) Collection[Control] { return widened[Control]().In(tx) }

// EntityKind is "control".
func (Control) EntityKind() string { return "control" }

// Name is the id by which requirements and treatments name the control.
func (k Control) Name() ControlID {
	if k.Ref != "" {
		return k.Ref
	}
	return ControlID(k.ID)
}

// Check implements [Entity].
func (k Control) Check(c Checker) {
	if k.Ref == "" {
		CheckRequired(c.At("title"), !k.Title.IsZero())
	} else {
		c.At("ref").Assert(k.Ref.valid() && k.Ref.Link().IsZero(), CodeControl, "have", string(k.Ref))
	}
	CheckEnum(c.At("implementation"), k.Implementation, NotImplemented, Planned, Partial, Implemented)
	c.At("exclude").Assert(k.Include.IsZero() || k.Exclude.IsZero(), CodeBoth, "one", "include", "other", "exclude")
	CheckWords(c.At("documents"), k.Documents)
	CheckWords(c.At("evidence"), k.Evidence)
	k.Maturity.check(c.At("maturity"))
}

// CodeBoth is the code of two members of which one excludes the other.
const CodeBoth Code = "isms/both"

func itoa(n int) string { return strconv.Itoa(n) }
