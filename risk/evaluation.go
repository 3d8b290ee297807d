package risk

import (
	"iter"
	"reflect"

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

	// Factors are the scores that the steps were derived from, by the id of the
	// factor, when the methodology has derivations: see Methodology.Evaluate. The
	// steps are then those that it arrives at.
	Factors map[string]int `json:"factors,omitempty"`

	On        isms.Date `json:"on,omitzero" isms:"cosmetic"`
	By        isms.Link `json:"by,omitzero" isms:"cosmetic"` // a person or a role
	Rationale isms.Text `json:"rationale,omitempty"`

	// Confidence is how sure those are who judged; unset is not stated, which is
	// never read as sure.
	Confidence   isms.Rating `json:"confidence,omitempty"`
	Participants []isms.Link `json:"participants,omitempty" isms:"cosmetic"` // persons or roles, beside By
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
	isms.CheckEnum(c.At("confidence"), e.Confidence, isms.Low, isms.Medium, isms.High, isms.VeryHigh)
	seen := map[string]bool{}
	for i, l := range e.Participants {
		at := c.At("participants").Index(i)
		isms.CheckRequired(at, !l.IsZero())
		isms.CheckParty(at, l)
		checkOnce(at, seen, l.String())
	}
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

// Judgement is one evaluation in the history of a risk: which revision brought
// it, when, by whom and why it was recorded. The zero Evaluation is one that was
// taken back.
type Judgement struct {
	Stage      Stage
	Evaluation Evaluation
	Rev        int64
	Recorded   isms.Recorded
}

// Judgements lists every evaluation that a risk ever had, oldest first, the last
// of each stage being the one that counts. Evaluations are append-only because
// revisions are:
//
//	list, err := risk.Judgements(risk.Risks(tx).History("r-014"))
func Judgements(history iter.Seq2[isms.Revision[Risk], error]) ([]Judgement, error) {
	var list []Judgement
	var before Risk
	for h, err := range history {
		if err != nil {
			return nil, err
		}
		if h.Erased { // what it held cannot be told
			continue
		}
		was, is := stages(&before), stages(&h.Value)
		for i, s := range is {
			if !reflect.DeepEqual(*was[i].evaluation, *s.evaluation) {
				list = append(list, Judgement{s.stage, *s.evaluation, h.Value.Rev, h.Value.Recorded})
			}
		}
		before = h.Value
	}
	return list, nil
}
