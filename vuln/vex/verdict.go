package vex

import (
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// Verdict is what became of a statement.
type Verdict struct {
	Statement

	Author  string // of the document
	Outcome Outcome
	Why     isms.Code // unset when applied
	// Findings are the ids of those it fits, whether it applies to them or not,
	// sorted. One that applies to any of them is applied.
	Findings []string
}

// Outcome is what became of a statement.
type Outcome string

// The outcomes.
const (
	Applied   Outcome = "applied"
	NoMatch   Outcome = "no-match"  // it fits no finding
	Outranked Outcome = "outranked" // another statement goes before it, on every finding it fits
	Expired   Outcome = "expired"   // it fits, and is too old to count
	Refused   Outcome = "refused"   // it fits, and must not count
)

// Label is the outcome in language l.
func (o Outcome) Label(l lang.Lang) string { return lang.Word(l, "vex", string(o)) }

// Why a statement does not apply.
const (
	CodeNoFinding    isms.Code = "vex/no-finding"    // no match: nothing has the vulnerability
	CodeOtherPlace   isms.Code = "vex/other-place"   // no match: what has it is another product, component or version
	CodeRange        isms.Code = "vex/range"         // no match: nobody can tell whether the version is one that it is about
	CodePart         isms.Code = "vex/part"          // no match: the finding is of more vulnerabilities than this
	CodeNoPURL       isms.Code = "vex/no-purl"       // no match: it does not name the component by a package URL
	CodeLessTrusted  isms.Code = "vex/less-trusted"  // outranked
	CodeOlder        isms.Code = "vex/older"         // outranked: by one of the same author
	CodeLessSpecific isms.Code = "vex/less-specific" // outranked: by one of the same author and moment
	CodeLessCautious isms.Code = "vex/less-cautious" // outranked: by one that says less reassuring things of the same
	CodeRepeated     isms.Code = "vex/repeated"      // outranked: by one that says the same
	CodeExpired      isms.Code = "vex/expired"       // expired
	CodeUndated      isms.Code = "vex/undated"       // expired: nobody knows how old it is
	CodeFuture       isms.Code = "vex/future"        // refused: it is of a later day
	CodeNoStatus     isms.Code = "vex/no-status"     // refused
	CodeUntrusted    isms.Code = "vex/untrusted"     // refused: the policy does not have its author
	CodeNoProduct    isms.Code = "vex/no-product"    // refused: nobody said what product a CycloneDX document is about
	CodeUnjustified  isms.Code = "vex/unjustified"   // refused: not affected, without one of the words for why
	CodeNoVersion    isms.Code = "vex/no-version"    // refused: reassuring, without saying for which version
)

const codeRationale isms.Code = "vex/rationale"

// Text is why, in language l; the label of the outcome when it is applied.
func (v Verdict) Text(l lang.Lang) string {
	if v.Why == "" {
		return v.Outcome.Label(l)
	}
	return v.Why.Text(l, map[string]string{"author": v.Author, "where": v.where(l)})
}

// where is the component and its product, for people.
func (s Statement) where(l lang.Lang) string {
	component := s.Component
	if component != "" && len(s.Ranges) > 0 {
		component += " (" + clean(strings.Join(s.Ranges, ", ")) + ")"
	}
	switch {
	case component == "" && s.Product == "":
		return "-"
	case s.Product == "":
		return component
	case component == "":
		return s.Product
	}
	return isms.Code("vex/within").Text(l, map[string]string{"component": component, "product": s.Product})
}
