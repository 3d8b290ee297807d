package handoff

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/soa"
)

// Redaction says what a reader outside the organization may see of a statement
// beside what everybody may: of each control of Annex A its number and title,
// whether it applies, the sorts of reasons, and whether it is implemented. The
// zero Redaction allows nothing more.
type Redaction struct {
	Allow []Field `json:"allow,omitempty"`
}

// Field is something of a statement that a host may allow. What has no Field
// stays inside: risks, levels, requirements, evidence, plans, findings, and the
// ids and revisions of records.
type Field string

// The fields.
const (
	FieldScope     Field = "scope"          // title and statement of the scope
	FieldReasons   Field = "reasons"        // why a control is included or left out, in the organization's own words
	FieldHow       Field = "how"            // how a control is implemented
	FieldSince     Field = "since"          // and since when
	FieldOwner     Field = "owner"          // the name of who owns a control
	FieldDocuments Field = "documents"      // the titles of its documents
	FieldOther     Field = "other-controls" // number and title of controls outside Annex A
)

func fields() []Field {
	return []Field{FieldScope, FieldReasons, FieldHow, FieldSince, FieldOwner, FieldDocuments, FieldOther}
}

// Redacted is a Statement of Applicability for readers outside the organization.
// It shares nothing with the statement it was made from.
type Redacted struct {
	Organization isms.Text     `json:"organization,omitempty"`
	Scope        isms.Text     `json:"scope,omitempty"`
	Boundary     isms.Text     `json:"boundary,omitempty"` // the statement of the scope
	AsOf         isms.Date     `json:"asOf,omitzero"`
	Rows         []RedactedRow `json:"rows"`
	Allowed      []Field       `json:"allowed,omitempty"` // beside what is always shown
}

// RedactedRow is what a reader outside may see of one control.
type RedactedRow struct {
	Control  string       `json:"control"`        // "A.5.1"; "other-1" for a control that is not shown
	Theme    annexa.Theme `json:"theme,omitzero"` // unset outside Annex A
	Title    isms.Text    `json:"title,omitempty"`
	Decision soa.Decision `json:"decision"`

	// Reasons are the sorts of reasons why the control is included, once each.
	Reasons []soa.ReasonKind `json:"reasons,omitempty"`

	// Implementation is implemented or not, of a control that applies; unset is
	// not stated. Planned and partial are ways of not.
	Implementation isms.Implementation `json:"implementation,omitempty"`

	Words     []isms.Text `json:"words,omitempty"`
	How       isms.Text   `json:"how,omitempty"`
	Since     isms.Date   `json:"since,omitzero"`
	Owner     isms.Text   `json:"owner,omitempty"`
	Documents []isms.Text `json:"documents,omitempty"`
}

// Redact copies what a reader outside may see: every row of the statement, and
// of each no more than is allowed. The title of a control of Annex A is the one
// of package annexa. A control outside Annex A counts, without a name of its
// own. A name that is no Field is a [isms.ProblemError].
func Redact(s soa.Statement, r Redaction) (Redacted, error) {
	known := fields()
	var problems []isms.Problem
	allowed := map[Field]bool{}
	for i, f := range r.Allow {
		allowed[f] = true
		if !slices.Contains(known, f) {
			problems = append(problems, isms.Problem{
				Code: CodeField, Path: "/allow/" + strconv.Itoa(i),
				Args: map[string]string{"have": string(f), "want": joined(known)},
			})
		}
	}
	if len(problems) > 0 {
		return Redacted{}, &isms.ProblemError{Problems: problems}
	}
	out := Redacted{Organization: clone(s.Organization.Title), AsOf: s.AsOf, Rows: make([]RedactedRow, 0, len(s.Rows))}
	for _, f := range known {
		if allowed[f] {
			out.Allowed = append(out.Allowed, f)
		}
	}
	if allowed[FieldScope] {
		out.Scope, out.Boundary = clone(s.Scope.Title), clone(s.Boundary)
	}
	others := 0
	for i := range s.Rows {
		row := redactRow(&s.Rows[i], allowed)
		if row.Control == "" {
			others++
			row.Control = "other-" + strconv.Itoa(others)
		}
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}

func redactRow(r *soa.Row, allowed map[Field]bool) RedactedRow {
	out := RedactedRow{Decision: soa.Undecided}
	id, err := annexa.ParseID(string(r.Control))
	control, known := annexa.Lookup(id)
	switch {
	case err == nil && known:
		out.Control, out.Theme = control.ID.String(), control.Theme
		out.Title = isms.Text{lang.EN: control.Title.EN, lang.NL: control.Title.NL}
	case allowed[FieldOther]:
		out.Control, out.Title = r.Name(), clone(r.Title)
	}
	own := r.Reasons
	switch r.Decision {
	case soa.Included:
		out.Decision = soa.Included
		out.Reasons = kinds(r.Reasons)
		out.Implementation = answer(r.Implementation)
	case soa.Excluded:
		out.Decision = soa.Excluded
		own = r.Against
	case soa.Undecided:
		own = nil
	default: // a word that is not ours: nothing is known of it
		own = nil
	}
	allow(&out, r, own, allowed)
	return out
}

// answer is yes or no, or neither when that is not recorded.
func answer(i isms.Implementation) isms.Implementation {
	switch i {
	case isms.Implemented:
		return isms.Implemented
	case isms.NotImplemented, isms.Planned, isms.Partial:
		return isms.NotImplemented
	default:
		return ""
	}
}

// allow adds what a host allows; own are the reasons for the decision.
func allow(x *RedactedRow, r *soa.Row, own []soa.Reason, allowed map[Field]bool) {
	if allowed[FieldReasons] {
		for _, reason := range own {
			if (reason.Kind == soa.OwnDecision || reason.Kind == soa.Exclusion) && !reason.Text.IsZero() {
				x.Words = append(x.Words, clone(reason.Text))
			}
		}
	}
	if allowed[FieldHow] {
		x.How = clone(r.How)
	}
	if allowed[FieldSince] {
		x.Since = r.Since
	}
	if allowed[FieldOwner] {
		x.Owner = clone(r.Owner.Title)
	}
	if allowed[FieldDocuments] {
		for _, d := range r.Documents {
			if !d.Title.IsZero() {
				x.Documents = append(x.Documents, clone(d.Title))
			}
		}
	}
}

// kinds are the sorts of reasons that occur, in an order of their own: neither
// their number nor their order tells of the records behind them.
func kinds(reasons []soa.Reason) []soa.ReasonKind {
	var out []soa.ReasonKind
	for _, k := range [...]soa.ReasonKind{
		soa.RiskTreatment, soa.Law, soa.Contract, soa.Policy, soa.Standard, soa.Expectation, soa.OwnDecision,
	} {
		if slices.ContainsFunc(reasons, func(r soa.Reason) bool { return r.Kind == k }) {
			out = append(out, k)
		}
	}
	return out
}

func clone(t isms.Text) isms.Text {
	if t.IsZero() {
		return nil
	}
	return maps.Clone(t)
}

func joined(list []Field) string {
	words := make([]string, len(list))
	for i, f := range list {
		words[i] = string(f)
	}
	return strings.Join(words, ", ")
}
