package risk

import (
	"encoding/json"
	"reflect"
	"slices"

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

	Title       isms.Text `json:"title" isms:"cosmetic"`
	Description isms.Text `json:"description,omitempty"` // the scenario: what may happen, and how

	// Identified by assets: what threatens which of them, through what. Threat
	// says in words what Threats names, or what the catalogue lacks.
	Threat        isms.Text              `json:"threat,omitempty"`
	Vulnerability isms.Text              `json:"vulnerability,omitempty"`
	Consequence   isms.Text              `json:"consequence,omitempty"`
	Assets        []isms.Ref[isms.Asset] `json:"assets,omitempty"`
	Affects       []Property             `json:"affects,omitempty"`
	Threats       []ThreatID             `json:"threats,omitempty"`

	// Identified by events: who or what is behind it, and to what end, with the
	// Description as scenario. Both ways may meet in one risk.
	Source    isms.Text `json:"source,omitempty"`
	Objective isms.Text `json:"objective,omitempty"`

	// Categories are those of the methodology that the risk belongs to; each may
	// have acceptance criteria of its own.
	Categories []string `json:"categories,omitempty"`

	// Related are findings, incidents and what else shows that the risk is real.
	Related []isms.Link `json:"related,omitempty" isms:"cosmetic"`

	Inherent Evaluation `json:"inherent,omitzero"` // as if there were no controls; optional
	Current  Evaluation `json:"current,omitzero"`  // with the controls that work today
	Residual Evaluation `json:"residual,omitzero"` // expected once the treatment is carried out

	Treatment  Treatment  `json:"treatment,omitzero"`
	Acceptance Acceptance `json:"acceptance,omitzero" isms:"cosmetic"`
	Turns      []Turn     `json:"turns,omitempty" isms:"cosmetic"` // closed, reopened: only grows
}

// Property is a property of information that a risk affects: one of these, or
// the id of one that the methodology adds.
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
	CodeThreat         isms.Code = "risk/threat"
	CodeUnknownWord    isms.Code = "risk/unknown-word" // a property or category that the methodology lacks
)

// Risks is the collection of risks in a transaction.
func Risks(tx *isms.Tx) isms.Collection[Risk] { return riskKind().In(tx) }

// riskKind has schema 2: identification by events, threats, confidence, costs
// and turns came with it, all optional.
func riskKind() isms.Kind[Risk] {
	return isms.Kind[Risk]{Within: withinRisk, Migrations: []isms.Migration{
		func(v1 json.RawMessage) (json.RawMessage, error) { return v1, nil },
	}}
}

// Kinds is every kind of this package.
func Kinds() []isms.AnyKind {
	return []isms.AnyKind{methodologyKind(), riskKind(), isms.Kind[Prospect]{}}
}

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
	isms.CheckWords(c.At("threats"), r.Threats)
	for i, id := range r.Threats {
		c.At("threats").Index(i).Assert(id == "" || id.valid(), CodeThreat, "have", string(id))
	}
	seen := map[string]bool{}
	for i, l := range r.Related {
		isms.CheckRequired(c.At("related").Index(i), !l.IsZero())
		checkOnce(c.At("related").Index(i), seen, l.String())
	}
	for i, p := range r.Affects {
		c.At("affects").Index(i).Assert(p == "" || isms.ValidID(string(p)), isms.CodeID, "have", string(p))
	}
	isms.CheckWords(c.At("categories"), r.Categories)
	approved := r.Status == isms.Approved
	for _, s := range stages(&r) {
		s.evaluation.check(c.At(string(s.stage)), approved)
	}
	r.Treatment.check(c.At("treatment"))
	r.Acceptance.check(c.At("acceptance"))
	checkTurns(c.At("turns"), r.Turns)
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
// were made with, and that the turns recorded before stay.
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
		if !found { // it dangles, and isms says so
			continue
		}
		m.Likelihood.check(at.At("likelihood"), e.Likelihood)
		m.Impact.check(at.At("impact"), e.Impact)
		m.checkFactors(at, e)
		if s.stage == Current {
			m.checkWords(c, r)
		}
	}
	return keepTurns(tx, r, c.At("turns"))
}

// checkWords reports properties and categories that the methodology of a risk
// does not know: a word misspelt would relax the criteria in silence.
func (m Methodology) checkWords(c isms.Checker, r Risk) {
	for i, p := range r.Affects {
		known := slices.Contains([]Property{Confidentiality, Integrity, Availability}, p) || m.property(p) != nil
		c.At("affects").Index(i).Assert(known, CodeUnknownWord, "have", string(p), "methodology", m.ID)
	}
	for i, id := range r.Categories {
		known := slices.ContainsFunc(m.Categories, func(k Category) bool { return k.ID == id })
		c.At("categories").Index(i).Assert(known, CodeUnknownWord, "have", id, "methodology", m.ID)
	}
}

// property is the title of one of the organization's own properties; nil when
// it is none.
func (m Methodology) property(p Property) isms.Text {
	for _, own := range m.Properties {
		if own.ID == string(p) {
			return own.Title
		}
	}
	return nil
}

// keepTurns reports turns that the last committed revision had otherwise.
func keepTurns(tx *isms.Tx, r Risk, c isms.Checker) error {
	if r.Rev == 0 {
		return nil
	}
	var before []Turn
	for h, err := range Risks(tx).History(r.ID) {
		if err != nil {
			return err
		}
		before = h.Value.Turns
	}
	n := min(len(before), len(r.Turns))
	same := func(a, b Turn) bool { return reflect.DeepEqual(a, b) }
	c.Assert(slices.EqualFunc(before, r.Turns[:n], same), CodeRewritten)
	return nil
}

// checkOnce reports a word that stands twice.
func checkOnce(c isms.Checker, seen map[string]bool, word string) {
	c.Assert(!seen[word], isms.CodeDuplicate, "have", word)
	seen[word] = true
}
