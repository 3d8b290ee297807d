package soa

import (
	"cmp"
	"strings"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
)

// Statement is a Statement of Applicability as the records have it on one day.
// It is a plain value: encoded as JSON it reads back unchanged. [Statement.Freeze]
// makes a [Version] of it, which is how to keep one.
type Statement struct {
	Organization Entry     `json:"organization,omitzero"`
	Scope        Entry     `json:"scope,omitzero"`
	Boundary     isms.Text `json:"boundary,omitempty"` // the statement of the scope
	AsOf         isms.Date `json:"asOf,omitzero"`
	Seq          int64     `json:"seq,omitempty"` // Inputs.Seq

	// Catalogues are those of the Inputs: the id as label, and the title with
	// the edition.
	Catalogues []Entry `json:"catalogues,omitempty"`

	// Rows are the 93 controls of Annex A in natural order, then those of the
	// catalogues, then what else is named, the organization's own controls last.
	// Each control has one.
	Rows []Row `json:"rows"`

	Maturity risk.Scale `json:"maturity,omitzero"` // that the steps of rows are of

	// Findings are what the records show about the statement, one for each rule
	// that found something, with a fact for each control.
	Findings []isms.Finding `json:"findings,omitempty"`
}

// Row is what the records say about one control.
type Row struct {
	Control isms.ControlID `json:"control"`
	Label   string         `json:"label,omitempty"` // the number people use for an own control
	Theme   annexa.Theme   `json:"theme,omitempty"` // unset for a control outside Annex A
	Group   isms.Text      `json:"group,omitempty"` // the heading in its catalogue, outside Annex A
	Title   isms.Text      `json:"title,omitempty"`

	Decision Decision `json:"decision"`
	Reasons  []Reason `json:"reasons,omitempty"` // why it is included; none otherwise
	Against  []Reason `json:"against,omitempty"` // why it is left out; contradicts an inclusion

	// Facts are what the records show against a recorded reason to leave it out:
	// A.5.19 is left out, yet there are suppliers. They change no decision.
	Facts []Reason `json:"facts,omitempty"`

	// Implementation is as recorded; unset is unknown. How and Plan say what is
	// there and what is still to come, never why the control applies.
	Implementation isms.Implementation `json:"implementation,omitempty"`
	Since          isms.Date           `json:"since,omitzero"`
	How            isms.Text           `json:"how,omitempty"`
	Plan           isms.Text           `json:"plan,omitempty"`
	Due            isms.Date           `json:"due,omitzero"` // of the plan
	Maturity       isms.Maturity       `json:"maturity,omitzero"`

	// Current and Residual are the greatest levels, in words, among the risks
	// that drive the control; unset when there are none. What is not assessed or
	// cannot be rated ranks as the greatest.
	Current  isms.Text `json:"current,omitempty"`
	Residual isms.Text `json:"residual,omitempty"`

	Owner         Entry     `json:"owner,omitzero"`
	Documents     []Entry   `json:"documents,omitempty"`
	Evidence      []Entry   `json:"evidence,omitempty"`
	ReviewDue     isms.Date `json:"reviewDue,omitzero"` // unset when none is planned, or none was ever done
	ReviewOverdue bool      `json:"reviewOverdue,omitempty"`

	// Records are the records of the control itself, with their revisions. When
	// there are several, texts, dates and owner are those of the first by id,
	// and Implementation is unknown unless they agree.
	Records []isms.Link `json:"records,omitempty"`
}

// Decision is whether a control applies.
type Decision string

// The decisions.
const (
	Included  Decision = "included"  // something drives it
	Excluded  Decision = "excluded"  // nothing does, and a reason to leave it out is recorded
	Undecided Decision = "undecided" // neither
)

// Label is the decision in language l.
func (d Decision) Label(l lang.Lang) string { return lang.Word(l, "decision", string(d)) }

// Entry is a record that a row refers to, as it was read.
type Entry struct {
	Link   isms.Link   `json:"link,omitzero"` // with the revision, when the record was at hand
	Label  string      `json:"label,omitempty"`
	Title  isms.Text   `json:"title,omitempty"` // unset when the record was not at hand
	Status isms.Status `json:"status,omitempty"`
	Stale  bool        `json:"stale,omitempty"` // evidence that cannot be relied on today
}

// Name is what people call the record, in language l: its title, else its
// label, else its link; empty for the zero Entry.
func (e Entry) Name(l lang.Lang) string {
	return cmp.Or(e.Title.In(l), e.Label, e.Link.Entity().String())
}

// number is the short name in language l: the label, else the id.
func (e Entry) number(l lang.Lang) string {
	if s := cmp.Or(e.Label, e.Link.ID); s != "" {
		return s
	}
	return e.Title.In(l)
}

// Reason is one path by which a control is included or left out.
type Reason struct {
	Kind ReasonKind `json:"kind"`
	From Entry      `json:"from"` // the risk, requirement, policy or control record; a draft says so

	Source string    `json:"source,omitempty"` // of a requirement: "GDPR, article 32"; of a policy: its version; of a fact: "suppliers"
	Text   isms.Text `json:"text,omitempty"`   // the reason in the organization's words, when it is its own

	// Of a risk treatment: how the risk is treated, its current level, its owner,
	// and the actions of its plan that are still open.
	Options []risk.Option `json:"options,omitempty"`
	Level   isms.Text     `json:"level,omitempty"`
	Owner   Entry         `json:"owner,omitzero"`
	Actions []Action      `json:"actions,omitempty"`

	// Behind is what the record itself rests on: the assets of a risk, the
	// document of a requirement, the records that show a fact.
	Behind []Entry `json:"behind,omitempty"`
}

// Action is a step of the treatment of a risk that is not done yet.
type Action struct {
	Title   isms.Text `json:"title"`
	Owner   Entry     `json:"owner,omitzero"`
	Due     isms.Date `json:"due,omitzero"`
	Overdue bool      `json:"overdue,omitempty"`
}

// ReasonKind is what sort of record a [Reason] comes from.
type ReasonKind string

// The kinds of reasons. Those of requirements have the words of
// [isms.RequirementType]; an own decision and an exclusion are recorded at the
// control itself.
const (
	RiskTreatment ReasonKind = "risk-treatment"
	Law           ReasonKind = "law"
	Contract      ReasonKind = "contract"
	Policy        ReasonKind = "policy" // a policy document, or a requirement of that type
	Standard      ReasonKind = "standard"
	Expectation   ReasonKind = "expectation"
	OwnDecision   ReasonKind = "manual"    // isms.Control.Include
	Exclusion     ReasonKind = "exclusion" // isms.Control.Exclude
	RecordedFact  ReasonKind = "fact"      // see Row.Facts
)

// Label is the kind in language l.
func (k ReasonKind) Label(l lang.Lang) string { return lang.Word(l, "reason", string(k)) }

// Name is what an auditor looks for: "A.5.1", "nen7510:12.4.1", or the label of
// an own control, else its id.
func (r Row) Name() string { return cmp.Or(r.Label, string(r.Control)) }

// Implemented is the answer to the standard's question (6.1.3 d): planned and
// partial are ways of not, and unknown is not yes.
func (r Row) Implemented() bool { return r.Implementation == isms.Implemented }

// Contradicted reports whether a reason to leave the control out is recorded
// although something drives it, or although facts speak against that.
func (r Row) Contradicted() bool {
	return r.Decision == Included && len(r.Against) > 0 || r.Decision == Excluded && len(r.Facts) > 0
}

// catalogue is the id of the catalogue that the control is of; empty for Annex A
// and own controls.
func (r Row) catalogue() string {
	if id, _, other := strings.Cut(string(r.Control), ":"); other {
		return id
	}
	return ""
}

// Total counts rows.
type Total struct {
	Theme     annexa.Theme // unset for controls outside Annex A, and for the total of all
	Catalogue string       // the id of a catalogue of the statement; unset for all others

	Controls                      int
	Included, Excluded, Undecided int // sum to Controls

	// Of those included; they sum to Included. NotImplemented holds planned and
	// partial ones.
	Implemented, NotImplemented, NotStated int
}

// Totals counts the rows: all, and by theme and catalogue in the order of the
// rows.
func (s Statement) Totals() (all Total, parts []Total) {
	for i := range s.Rows {
		r := &s.Rows[i]
		part := Total{Theme: r.Theme}
		if !r.Group.IsZero() {
			part.Catalogue = r.catalogue()
		}
		if n := len(parts); n == 0 || parts[n-1].Theme != part.Theme || parts[n-1].Catalogue != part.Catalogue {
			parts = append(parts, part)
		}
		parts[len(parts)-1].add(r)
		all.add(r)
	}
	return all, parts
}

// edition is the title of a catalogue of the statement, of all its editions;
// unset for any other.
func (s Statement) edition(id string) (title isms.Text) {
	for _, c := range s.Catalogues {
		if id != "" && c.Label == id {
			title = joined(title, ", ", c.Title)
		}
	}
	return title
}

func (t *Total) add(r *Row) {
	t.Controls++
	switch r.Decision {
	case Included:
		t.Included++
	case Excluded:
		t.Excluded++
		return
	case Undecided:
		t.Undecided++
		return
	}
	switch r.Implementation {
	case isms.Implemented:
		t.Implemented++
	case isms.NotImplemented, isms.Planned, isms.Partial:
		t.NotImplemented++
	default:
		t.NotStated++
	}
}
