package isms

import "github.com/ismskit/ismskit/isms/lang"

// Verdict is what the records show about one rule. There is none that says
// conformity: software sees records, not the organization.
type Verdict string

// The verdicts.
const (
	NoGap          Verdict = "no-gap-found"    // no gap found in the records
	Gap            Verdict = "gap"             // the records show that something required is missing or late
	Advice         Verdict = "advice"          // the same, but the rule is guidance or practice, not a requirement
	NeedsJudgement Verdict = "needs-judgement" // the facts are here; only a person can weigh them
	NotEvaluable   Verdict = "not-evaluable"   // records are missing without which nothing can be said
	NotTriggered   Verdict = "not-triggered"   // nothing happened yet that the rule is about
)

// Label is the verdict in language l.
func (v Verdict) Label(l lang.Lang) string { return lang.Word(l, "verdict", string(v)) }

// BasisKind is what gives a rule its force.
type BasisKind string

// The kinds of basis. Only the first two can yield a gap.
const (
	Clause        BasisKind = "clause"        // a requirement of ISO/IEC 27001
	OwnRule       BasisKind = "own-rule"      // the organization decided it
	Guidance      BasisKind = "guidance"      // ISO/IEC 27002, 27005, ISO 19011
	Certification BasisKind = "certification" // ISO/IEC 17021-1, 27006-1
	Practice      BasisKind = "practice"      // what experience recommends
)

// Label is the kind of basis in language l.
func (k BasisKind) Label(l lang.Lang) string { return lang.Word(l, "basis", string(k)) }

// Requires reports whether failing a rule with this basis is a gap.
func (k BasisKind) Requires() bool { return k == Clause || k == OwnRule }

// Basis is where a rule comes from.
type Basis struct {
	Kind   BasisKind `json:"kind"`
	Source string    `json:"source"`        // "ISO/IEC 27001:2022", or the organization's own document
	Ref    string    `json:"ref,omitempty"` // "6.1.2 c 2"
}

// String is "ISO/IEC 27001:2022, 6.1.2 c 2".
func (b Basis) String() string {
	if b.Ref == "" {
		return b.Source
	}
	return b.Source + ", " + b.Ref
}

// Fact is one value that a finding rests on.
type Fact struct {
	Subject Link   `json:"subject"` // with the revision that was read, when it was
	Path    string `json:"path,omitempty"`
	Value   string `json:"value,omitempty"`
}

// Finding is what the records show about one duty: never more than the facts
// it lists, and it blocks nothing.
type Finding struct {
	Rule    Code              `json:"rule"`
	Verdict Verdict           `json:"verdict"`
	Basis   Basis             `json:"basis"`
	Message Code              `json:"message,omitempty"` // what was found, when the rule can find several things
	Args    map[string]string `json:"args,omitempty"`
	Facts   []Fact            `json:"facts,omitempty"`
}

// Failed is the verdict for a rule that is not met: a gap when the basis
// requires it, advice otherwise.
func (b Basis) Failed() Verdict {
	if b.Kind.Requires() {
		return Gap
	}
	return Advice
}

// Text says in language l what was found.
func (f Finding) Text(l lang.Lang) string {
	if f.Message != "" {
		return f.Message.Text(l, f.Args)
	}
	return f.Rule.Text(l, f.Args)
}
