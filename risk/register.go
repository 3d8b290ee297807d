package risk

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/internal/natural"
	"github.com/ismskit/ismskit/isms"
)

// Register is the list of risks in the order of their levels on one day
// (6.1.2 e 2), the greatest first. Rows is a plain slice: a caller may filter
// or sort it, and the heat maps, counts and reports follow.
type Register struct {
	AsOf isms.Date
	Rows []Row

	// Methodologies are those that the rows were assessed with, by id and
	// revision; the newest at hand when no row was assessed.
	Methodologies []Methodology

	names map[isms.Link]isms.Text
}

// Row is one risk of a register. Risk points into the Inputs.
type Row struct {
	Risk     *Risk
	Inherent Level
	Current  Level
	Residual Level

	Measures []Measure // the controls of the treatment
	Progress Progress  // of its actions

	Acceptance    AcceptanceState
	AcceptedUntil isms.Date // the last day that the acceptance holds; unset without an end

	ReviewDue     isms.Date // unset when no review is planned, or nobody knows since when
	ReviewOverdue bool

	// Notes are what a reader should know before relying on the levels:
	// NoteResidualAbove, NoteResidualOlder, NoteOlderMethodology.
	Notes []isms.Code
}

// Measure is a control of a treatment and how far it is; unset when no record
// tells.
type Measure struct {
	Control        isms.ControlID
	Implementation isms.Implementation
}

// Notes on a row of the register.
const (
	NoteResidualAbove    isms.Code = "risk/residual-above-current"
	NoteResidualOlder    isms.Code = "risk/residual-older"
	NoteOlderMethodology isms.Code = "risk/older-methodology"
)

// Name is what people call the risk: its label, else its id.
func (r Risk) Name() string { return cmp.Or(r.Label, r.ID) }

// Level is the row's level at a stage.
func (r Row) Level(s Stage) Level {
	switch s {
	case Inherent:
		return r.Inherent
	case Residual:
		return r.Residual
	case Current:
	}
	return r.Current
}

// NewRegister lists every risk that is not retired, drafts included: a risk
// that was found does not wait for approval to be one. Rows are in the order of
// their current level, unrated ones first, then by label and id with numbers by
// value ("R-2" before "R-10"). O(n log n) for n risks.
func NewRegister(in Inputs, today isms.Date) Register {
	b := newBuilder(in)
	reg := Register{AsOf: today, Rows: make([]Row, 0, len(in.Risks))}
	for i := range in.Risks {
		if r := &in.Risks[i]; r.Status != isms.Retired {
			reg.Rows = append(reg.Rows, b.row(r, today))
		}
	}
	slices.SortFunc(reg.Rows, Row.compare)
	reg.Methodologies, reg.names = b.used(), b.names
	return reg
}

// Name is the name or title of a person, role or asset; the link itself when
// the Inputs did not have it.
func (r Register) Name(l isms.Link) isms.Text {
	if name := r.names[l.Entity()]; !name.IsZero() {
		return name
	}
	return isms.Plain(l.String())
}

// compare puts the greatest current level first. It is 0 only for two risks
// with the same id.
func (r Row) compare(o Row) int {
	return cmp.Or(
		o.Current.Compare(r.Current),
		natural.Compare(r.Risk.Name(), o.Risk.Name()),
		strings.Compare(r.Risk.ID, o.Risk.ID),
	)
}

// builder holds what the rows look up.
type builder struct {
	methodologies map[isms.Link]*methodology
	newest        map[string]int64 // revision, by id
	names         map[isms.Link]isms.Text
	controls      map[isms.ControlID]isms.Implementation
}

type methodology struct {
	Methodology

	used bool
}

func newBuilder(in Inputs) *builder {
	b := &builder{
		methodologies: map[isms.Link]*methodology{},
		newest:        map[string]int64{},
		names:         map[isms.Link]isms.Text{},
		controls:      map[isms.ControlID]isms.Implementation{},
	}
	for _, m := range in.Methodologies {
		b.methodologies[m.Pin()] = &methodology{Methodology: m}
		b.newest[m.ID] = max(b.newest[m.ID], m.Rev)
	}
	for _, p := range in.Persons {
		b.names[isms.LinkTo(p)] = isms.Plain(p.Name)
	}
	for _, r := range in.Roles {
		b.names[isms.LinkTo(r)] = r.Title
	}
	for _, a := range in.Assets {
		b.names[isms.LinkTo(a)] = a.Title
	}
	for _, c := range in.Controls {
		b.controls[c.Name()] = c.Implementation
	}
	return b
}

func (b *builder) row(r *Risk, today isms.Date) Row {
	row := Row{
		Risk:       r,
		Inherent:   b.rate(r.Inherent),
		Current:    b.rate(r.Current),
		Residual:   b.rate(r.Residual),
		Progress:   r.Treatment.Progress(today),
		Acceptance: r.Accepted(today),
	}
	if row.Acceptance != NotAccepted {
		row.AcceptedUntil = r.Acceptance.Expires(r.Review.Last)
	}
	for _, id := range r.Treatment.Controls {
		row.Measures = append(row.Measures, Measure{id, b.controls[id]})
	}
	row.ReviewDue, row.ReviewOverdue = review(r, row.Current.Band.Review, today)
	row.Notes = b.notes(row)
	return row
}

func (b *builder) notes(row Row) []isms.Code {
	var notes []isms.Code
	current, residual := row.Risk.Current, row.Risk.Residual
	if row.Current.Rated() && row.Residual.Rated() {
		switch change := row.Residual.Compare(row.Current); {
		case change > 0:
			notes = append(notes, NoteResidualAbove)
		case change < 0 && current.On.After(residual.On):
			notes = append(notes, NoteResidualOlder)
		}
	}
	if pin := current.Methodology; row.Current.Rated() && pin.Rev < b.newest[pin.ID] {
		notes = append(notes, NoteOlderMethodology)
	}
	return notes
}

// rate rates an evaluation with the methodology revision it names.
func (b *builder) rate(e Evaluation) Level {
	if !e.Assessed() {
		return Level{Unrated: CodeNotAssessed}
	}
	m := b.methodologies[e.Methodology]
	if m == nil {
		return Level{Unrated: CodeOtherMethodology}
	}
	m.used = true
	return m.Rate(e)
}

// review is the day of the next review and whether it should have been before
// today, by the risk's own cadence or that of its band, whichever comes first.
// A review that was never done is counted from the day of the evaluation, and
// is overdue when that is unknown too.
func review(r *Risk, band isms.Cadence, today isms.Date) (due isms.Date, overdue bool) {
	last := r.Review.Last
	if last.IsZero() {
		last = r.Current.On
	}
	for _, every := range []isms.Cadence{r.Review.Every, band} {
		next := isms.Review{Last: last, Every: every}
		overdue = overdue || next.Overdue(today)
		if d := next.Due(); due.IsZero() || d.Before(due) {
			due = d
		}
	}
	return due, overdue
}

// used are the methodologies that the rows were assessed with or, when there is
// none, the newest revision of the first.
func (b *builder) used() []Methodology {
	var used, newest []Methodology
	for _, m := range b.methodologies {
		if m.used {
			used = append(used, m.Methodology)
		}
		if m.Rev == b.newest[m.ID] {
			newest = append(newest, m.Methodology)
		}
	}
	for _, list := range [][]Methodology{used, newest} {
		slices.SortFunc(list, func(a, b Methodology) int {
			return cmp.Or(strings.Compare(a.ID, b.ID), cmp.Compare(a.Rev, b.Rev))
		})
	}
	if len(used) == 0 {
		return newest[:min(len(newest), 1)]
	}
	return used
}
