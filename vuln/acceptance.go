package vuln

import (
	"slices"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/vuln/cvss"
	"github.com/ismskit/ismskit/vuln/scan"
)

// Exception is the proposal to bear findings for a time, as part of one risk of
// the register: one scenario, whatever number of findings. It has no force by
// itself: [Exception.Propose] makes the decision by which the owner of the risk
// accepts it (ISO/IEC 27001:2022, 6.1.3 f), and [Register.Rulings] tells what that is
// worth. Any change of it undoes the decision.
type Exception struct {
	isms.Common

	Title    isms.Text           `json:"title" isms:"cosmetic"`
	Risk     isms.Ref[risk.Risk] `json:"risk"`
	Findings []Borne             `json:"findings"`

	Justification isms.Text `json:"justification"`
	// Compensation is what is done instead, or why nothing can be; Controls are
	// the controls that do it.
	Compensation isms.Text        `json:"compensation"`
	Controls     []isms.ControlID `json:"controls,omitempty"`

	Until isms.Date `json:"until"` // the last day
}

// Borne is a finding as it was when somebody proposed to bear it.
type Borne struct {
	Finding   isms.Ref[Finding] `json:"finding"`
	Severity  scan.Severity     `json:"severity,omitempty"`
	Score     cvss.Score        `json:"score,omitzero"`
	Exploited bool              `json:"exploited,omitempty"` // it was known to be
}

// ExceptionPurpose is the purpose of decisions about an [Exception].
const ExceptionPurpose isms.Purpose = "vulnerability-acceptance"

// Bear lists rows of a register as they are on its day, for an [Exception].
func Bear(rows []Row) []Borne {
	list := make([]Borne, len(rows))
	for n, row := range rows {
		list[n] = Borne{isms.Ref[Finding](row.Finding.ID), row.Level.Severity, row.Level.Score, row.Exploited}
	}
	return list
}

// Exceptions is the collection of exceptions in a transaction.
func Exceptions(tx *isms.Tx) isms.Collection[Exception] { return isms.Kind[Exception]{}.In(tx) }

// EntityKind is "vulnerability-exception".
func (Exception) EntityKind() string { return "vulnerability-exception" }

// Check implements [isms.Entity]. It is as strict for a draft: what has no end or
// no reason cannot be proposed.
func (e Exception) Check(c isms.Checker) {
	isms.CheckRequired(c.At("title"), !e.Title.IsZero())
	isms.CheckRequired(c.At("risk"), e.Risk != "")
	isms.CheckRequired(c.At("findings"), len(e.Findings) > 0)
	isms.CheckRequired(c.At("justification"), !e.Justification.IsZero())
	isms.CheckRequired(c.At("compensation"), !e.Compensation.IsZero())
	isms.CheckRequired(c.At("until"), !e.Until.IsZero())
	isms.CheckControls(c.At("controls"), e.Controls)
	seen := map[isms.Ref[Finding]]bool{}
	for n, b := range e.Findings {
		at := c.At("findings").Index(n).At("finding")
		isms.CheckRequired(at, b.Finding != "")
		at.Assert(!seen[b.Finding], isms.CodeDuplicate, "have", string(b.Finding))
		seen[b.Finding] = true
	}
}

// Propose makes the decision by which the owner of the risk accepts the exception
// until its last day. The exception is as it was read from a store. Others must
// approve as well: they add to the owner and never replace them.
func (e Exception) Propose(id string, r risk.Risk, others ...isms.Link) isms.Decision {
	by := []isms.Link{r.Owner}
	for _, l := range others {
		if !slices.Contains(by, l) {
			by = append(by, l)
		}
	}
	d := isms.Propose(id, ExceptionPurpose, e, isms.Authority{By: by})
	d.Until = e.Until
	return d
}

// level is how bad the finding was held to be.
func (b Borne) level() Level { return Level{Severity: b.Severity, Score: b.Score} }
