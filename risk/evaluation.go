package risk

import (
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// Evaluation is one judgement of likelihood and impact, and with what, when
// and by whom it was made. The zero Evaluation is one that was not made.
type Evaluation struct {
	// Methodology is the revision of the methodology that the levels are of:
	// "methodology/matrix-5x5@2".
	Methodology isms.Link `json:"methodology,omitzero"`

	// Likelihood and Impact number the steps of its scales, from 1, the lowest.
	// 0 is not assessed: a state, not a number to calculate with.
	Likelihood int `json:"likelihood,omitempty"`
	Impact     int `json:"impact,omitempty"`

	On        isms.Date `json:"on,omitzero"`
	By        isms.Link `json:"by,omitzero"` // a person or a role
	Rationale isms.Text `json:"rationale,omitempty"`
}

// Assessed reports whether both likelihood and impact were judged.
func (e Evaluation) Assessed() bool { return e.Likelihood != 0 && e.Impact != 0 }

func (e Evaluation) check(c isms.Checker, approved bool) {
	at := c.At("methodology")
	switch {
	case e.Methodology.IsZero():
		isms.CheckRequired(at, e.Likelihood == 0 && e.Impact == 0)
	case e.Methodology.Kind != (Methodology{}).EntityKind():
		at.Assert(false, CodeNotMethodology, "have", e.Methodology.String())
	default:
		at.Assert(e.Methodology.Rev > 0, CodeUnpinned, "have", e.Methodology.String())
	}
	checkStep(c.At("likelihood"), e.Likelihood)
	checkStep(c.At("impact"), e.Impact)
	c.Assert(!approved || e.Assessed() || e.Likelihood == 0 && e.Impact == 0, CodeHalfAssessed)
	isms.CheckParty(c.At("by"), e.By)
}

// Stage is which evaluation of a risk is meant.
type Stage string

// The stages.
const (
	Inherent Stage = "inherent" // as if there were no controls
	Current  Stage = "current"  // with the controls that work today
	Residual Stage = "residual" // expected once the treatment is carried out
)

// Label is the stage in language l.
func (s Stage) Label(l lang.Lang) string { return lang.Word(l, "stage", string(s)) }
