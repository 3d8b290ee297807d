package vuln

import (
	"maps"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// Codes of problems between two revisions of a finding.
const (
	CodeTransition isms.Code = "vuln/transition"
	CodeClock      isms.Code = "vuln/clock"
)

// Next is what somebody may decide in a state. What is closed must be taken up
// again before anything else is said of it, so that no fix turns into a false
// alarm and no false alarm into a fix.
func (s State) Next() []State {
	switch s {
	case Fixed, FalsePositive, NotAffected:
		return []State{Triaged, InRemediation, s}
	case New, Triaged, InRemediation, Mitigated, Reopened, NotObserved, Accepted:
	}
	return []State{Triaged, InRemediation, Mitigated, Fixed, FalsePositive, NotAffected}
}

// withinFinding checks what people change of a finding against the revision
// before it. Its identity cannot change, for the id follows from it.
func withinFinding(tx *isms.Tx, f Finding, c isms.Checker) error {
	before, found, err := lastRevision(tx, f.ID)
	if err != nil || !found {
		return err
	}
	c.At("firstKnown").Assert(!f.FirstKnown.After(before.FirstKnown), CodeClock, "have", before.FirstKnown.String(), "want", f.FirstKnown.String())
	if to := f.Decision.State; to != before.Decision.State {
		day := f.Decision.On
		if day.IsZero() {
			day = before.Decision.On
		}
		from := before.State(day)
		c.At("decision").At("state").Assert(may(from, to), CodeTransition, "have", string(from), "want", join(from.Next()))
	}
	if a := f.Acceptance; a.Given() && !a.equal(before.Acceptance) {
		from := before.State(a.On)
		c.At("acceptance").Assert(from.Open() || from == Accepted, CodeTransition, "have", string(from), "want", join(from.Next()))
	}
	return nil
}

// may reports whether a decision leads from a state to another one.
func may(from, to State) bool {
	return slices.Contains(from.Next(), to)
}

func join(states []State) string {
	words := make([]string, len(states))
	for n, s := range states {
		words[n] = string(s)
	}
	return strings.Join(words, ", ")
}

// lastRevision is the committed one, unless the finding was deleted since.
func lastRevision(tx *isms.Tx, id string) (last Finding, found bool, err error) {
	for r, err := range Findings(tx).History(id) {
		if err != nil {
			return Finding{}, false, err
		}
		last, found = r.Value, !r.Deleted && !r.Erased
	}
	return last, found, nil
}

func (a Acceptance) equal(b Acceptance) bool {
	return a.By == b.By && a.On == b.On && a.Until == b.Until && maps.Equal(a.Justification, b.Justification)
}

// Justification is why a vulnerability does not affect the asset, in the words of
// OpenVEX and CSAF.
type Justification string

// The justifications.
const (
	ComponentNotPresent Justification = "component_not_present"
	CodeNotPresent      Justification = "vulnerable_code_not_present"
	CodeNotExecuted     Justification = "vulnerable_code_not_in_execute_path"
	CodeNotControlled   Justification = "vulnerable_code_cannot_be_controlled_by_adversary"
	AlreadyMitigated    Justification = "inline_mitigations_already_exist"
)

// CodeJustification is the code of a justification of something else.
const CodeJustification isms.Code = "vuln/justification"

// Label is the justification in language l.
func (j Justification) Label(l lang.Lang) string {
	return lang.Word(l, "vex-justification", strings.ReplaceAll(string(j), "_", "-"))
}
