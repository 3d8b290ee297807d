package risk

import (
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// Risk is one risk to the confidentiality, integrity or availability of
// information (6.1.2 c). Its owner, Common.Owner, is the one with the
// accountability and authority to manage it.
//
// A draft may be incomplete. An approved risk has an owner and, once it is
// assessed, a treatment; it may be approved before it is assessed and then
// ranks as the greatest possible risk.
type Risk struct {
	isms.Common

	Title         isms.Text              `json:"title"`
	Description   isms.Text              `json:"description,omitempty"` // the scenario: what may happen, and how
	Threat        isms.Text              `json:"threat,omitempty"`
	Vulnerability isms.Text              `json:"vulnerability,omitempty"`
	Consequence   isms.Text              `json:"consequence,omitempty"`
	Assets        []isms.Ref[isms.Asset] `json:"assets,omitempty"`
	Affects       []Property             `json:"affects,omitempty"`

	Inherent Evaluation `json:"inherent,omitzero"` // as if there were no controls; optional
	Current  Evaluation `json:"current,omitzero"`  // with the controls that work today
	Residual Evaluation `json:"residual,omitzero"` // expected once the treatment is carried out

	Treatment  Treatment  `json:"treatment,omitzero"`
	Acceptance Acceptance `json:"acceptance,omitzero"`
}

// Property is a property of information that a risk affects.
type Property string

// The properties.
const (
	Confidentiality Property = "confidentiality"
	Integrity       Property = "integrity"
	Availability    Property = "availability"
)

// Label is the property in language l.
func (p Property) Label(l lang.Lang) string { return lang.Word(l, "property", string(p)) }

// Codes of problems of a risk.
const (
	CodeNoOwner        isms.Code = "risk/no-owner"
	CodeNoOption       isms.Code = "risk/no-option"
	CodeNoMeasure      isms.Code = "risk/no-measure"
	CodeHalfAssessed   isms.Code = "risk/half-assessed"
	CodeNotMethodology isms.Code = "risk/not-methodology"
	CodeUnpinned       isms.Code = "risk/unpinned"
	CodeOffScale       isms.Code = "risk/off-scale"
)

// Risks is the collection of risks in a transaction.
func Risks(tx *isms.Tx) isms.Collection[Risk] { return riskKind().In(tx) }

func riskKind() isms.Kind[Risk] { return isms.Kind[Risk]{Within: withinRisk} }

// Kinds is every kind of this package.
func Kinds() []isms.AnyKind { return []isms.AnyKind{isms.Kind[Methodology]{}, riskKind()} }

// EntityKind is "risk".
func (Risk) EntityKind() string { return "risk" }

// Remaining is the evaluation of what is left to be accepted: the residual one
// when it is assessed, else the current one.
func (r Risk) Remaining() Evaluation {
	if r.Residual.Assessed() {
		return r.Residual
	}
	return r.Current
}

// Check implements [isms.Entity].
func (r Risk) Check(c isms.Checker) {
	isms.CheckRequired(c.At("title"), !r.Title.IsZero())
	isms.CheckWords(c.At("assets"), r.Assets)
	isms.CheckWords(c.At("affects"), r.Affects)
	for i, p := range r.Affects {
		isms.CheckEnum(c.At("affects").Index(i), p, Confidentiality, Integrity, Availability)
	}
	approved := r.Status == isms.Approved
	for _, s := range stages(&r) {
		s.evaluation.check(c.At(string(s.stage)), approved)
	}
	r.Treatment.check(c.At("treatment"))
	r.Acceptance.check(c.At("acceptance"))
	if !approved {
		return
	}
	c.At("owner").Assert(!r.Owner.IsZero(), CodeNoOwner)
	options := c.At("treatment").At("options")
	options.Assert(!r.Current.Assessed() || len(r.Treatment.Options) > 0, CodeNoOption)
	options.Assert(!r.Treatment.Has(Mitigate) || len(r.Treatment.Controls)+len(r.Treatment.Actions) > 0, CodeNoMeasure)
}

// stages are the evaluations of the risk, in the order of a risk's life.
func stages(r *Risk) [3]staged {
	return [3]staged{{Inherent, &r.Inherent}, {Current, &r.Current}, {Residual, &r.Residual}}
}

type staged struct {
	stage      Stage
	evaluation *Evaluation
}

// withinRisk checks the evaluations against the methodology revisions they
// were made with.
func withinRisk(tx *isms.Tx, r Risk, c isms.Checker) error {
	var pin isms.Link // of m: most risks name one methodology three times
	var m Methodology
	found := false
	for _, s := range stages(&r) {
		e, at := *s.evaluation, c.At(string(s.stage))
		if e.Methodology.IsZero() {
			continue
		}
		if e.Methodology != pin {
			var err error
			if m, found, err = methodologyAt(tx, e.Methodology); err != nil {
				return err
			}
			pin = e.Methodology
		}
		if found { // else it dangles, and isms says so
			m.Likelihood.check(at.At("likelihood"), e.Likelihood)
			m.Impact.check(at.At("impact"), e.Impact)
		}
	}
	return nil
}

// checkOnce reports a word that stands twice.
func checkOnce(c isms.Checker, seen map[string]bool, word string) {
	c.Assert(!seen[word], isms.CodeDuplicate, "have", word)
	seen[word] = true
}
