package risk

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// Treatment is what is done about a risk (6.1.3). A control named here is
// necessary because of this risk.
type Treatment struct {
	Options   []Option         `json:"options,omitempty"`   // more than one may be combined
	Rationale isms.Text        `json:"rationale,omitempty"` // why these
	Controls  []isms.ControlID `json:"controls,omitempty"`
	Actions   []Action         `json:"actions,omitempty"`

	// Approval is that of a plan recorded without a decision; see
	// [Risk.ProposePlan] for the way to approve one (6.1.3 f).
	Approval isms.Approval `json:"approval,omitzero" isms:"cosmetic"`
}

// Option is a way to treat a risk. The comments give the terms of
// ISO/IEC 27005:2022.
type Option string

// The options.
const (
	Mitigate Option = "mitigate" // modify: change likelihood or impact by controls
	Accept   Option = "accept"   // retain: bear it knowingly; see Acceptance
	Transfer Option = "transfer" // share: with an insurer or a supplier
	Avoid    Option = "avoid"    // stop, or do not start, what gives rise to it
)

// ParseOption reads the word of an option, in any case, or its term in
// ISO/IEC 27005: modify, retain, share.
func ParseOption(s string) (Option, error) {
	switch o := Option(strings.ToLower(s)); o {
	case Mitigate, Accept, Transfer, Avoid:
		return o, nil
	case "modify":
		return Mitigate, nil
	case "retain":
		return Accept, nil
	case "share":
		return Transfer, nil
	}
	return "", fmt.Errorf("treatment option %q: want mitigate (modify), accept (retain), transfer (share) or avoid", s)
}

// Label is the option in language l.
func (o Option) Label(l lang.Lang) string { return lang.Word(l, "treatment", string(o)) }

// Term is the option in the words of ISO/IEC 27005, in language l.
func (o Option) Term(l lang.Lang) string { return lang.Word(l, "treatment-27005", string(o)) }

// Action is one step of the treatment plan: what, by whom, by when (6.2).
type Action struct {
	ID       string                  `json:"id"` // within the risk
	Title    isms.Text               `json:"title"`
	Owner    isms.Link               `json:"owner,omitzero" isms:"cosmetic=risk-acceptance"` // a person or a role
	Cost     Money                   `json:"cost,omitzero" isms:"cosmetic=risk-acceptance"`  // all that it is expected to take
	Due      isms.Date               `json:"due,omitzero" isms:"cosmetic=risk-acceptance"`
	Done     isms.Date               `json:"done,omitzero" isms:"cosmetic"` // unset while open
	Evidence isms.Ref[isms.Evidence] `json:"evidence,omitempty" isms:"cosmetic"`
}

// Overdue reports whether the action should have been done before today.
func (a Action) Overdue(today isms.Date) bool { return a.Done.IsZero() && a.Due.Before(today) }

// Has reports whether the treatment includes an option.
func (t Treatment) Has(o Option) bool { return slices.Contains(t.Options, o) }

func (t Treatment) check(c isms.Checker) {
	isms.CheckWords(c.At("options"), t.Options)
	for i, o := range t.Options {
		isms.CheckEnum(c.At("options").Index(i), o, Mitigate, Accept, Transfer, Avoid)
	}
	isms.CheckControls(c.At("controls"), t.Controls)
	checkActions(c.At("actions"), t.Actions)
	t.Approval.Check(c.At("approval"))
}

func checkActions(c isms.Checker, actions []Action) {
	seen, currency := map[string]bool{}, ""
	for i, a := range actions {
		at := c.Index(i)
		at.At("id").Assert(isms.ValidID(a.ID), isms.CodeID, "have", a.ID)
		checkOnce(at.At("id"), seen, a.ID)
		isms.CheckRequired(at.At("title"), !a.Title.IsZero())
		isms.CheckParty(at.At("owner"), a.Owner)
		a.Cost.check(at.At("cost"))
		if currency == "" {
			currency = a.Cost.Currency
		}
		at.At("cost").At("currency").Assert(a.Cost.IsZero() || a.Cost.Currency == currency, CodeMixed, "have", a.Cost.Currency, "want", currency)
	}
}

// Cost is what the actions with a cost take together, zero when none has one.
// Amounts of several currencies, which the check refuses, are not added: the
// list then has one of each.
func (t Treatment) Cost() []Money {
	amounts := make([]Money, len(t.Actions))
	for i, a := range t.Actions {
		amounts[i] = a.Cost
	}
	return sum(amounts)
}

// Progress counts the actions of a treatment on one day.
type Progress struct {
	Done    int
	Open    int // not done, the overdue and the undated among them
	Overdue int
	Undated int // open, without a due date
}

// Progress counts the actions as of today.
func (t Treatment) Progress(today isms.Date) Progress {
	var p Progress
	for _, a := range t.Actions {
		if !a.Done.IsZero() {
			p.Done++
			continue
		}
		p.Open++
		if a.Due.IsZero() {
			p.Undated++
		}
		if a.Overdue(today) {
			p.Overdue++
		}
	}
	return p
}
