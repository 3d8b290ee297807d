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

	Organization isms.Text // whose register it is
	Scope        isms.Text

	names map[isms.Link]isms.Text
}

// Row is one risk of a register. Risk points into the Inputs.
type Row struct {
	Risk     *Risk
	Inherent Level
	Current  Level
	Residual Level

	Phase    Phase
	Measures []Measure // the controls of the treatment
	Progress Progress  // of its actions
	Cost     []Money   // of its actions: one amount, none when no action has a cost

	// Acceptance and PlanApproved are what the decisions of the owner say or,
	// when none ever took effect, what is recorded without one. Accepting and
	// Approving are those decisions' standings; zero when there is none.
	Acceptance    AcceptanceState
	AcceptedUntil isms.Date // the last day that the acceptance holds; unset without an end
	Accepting     isms.Standing
	PlanApproved  bool
	Approving     isms.Standing

	ReviewDue     isms.Date // unset when no review is planned, or nobody knows since when
	ReviewOverdue bool

	Triggers []Trigger // reasons to assess the risk again (8.2)

	// Notes are what a reader should know before relying on the row:
	// NoteResidualAbove, NoteResidualOlder, NoteOlderMethodology,
	// NoteWithoutDecision, NoteIntolerable, NoteNoEscalation.
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
	NoteWithoutDecision  isms.Code = "risk/without-decision"
	NoteIntolerable      isms.Code = "risk/intolerable"   // accepted, though above what may be
	NoteNoEscalation     isms.Code = "risk/no-escalation" // accepted without those who must consent to such a level
)

// Name is what people call the risk: its label, else its id.
func (r Risk) Name() string { return name(&r.Common) }

func name(c *isms.Common) string { return cmp.Or(c.Label, c.ID) }

// link is the link to the risk. isms.LinkTo would copy the risk to the heap.
func (r Risk) link() isms.Link { return isms.Link{Kind: "risk", ID: r.ID} }

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
	reg := Register{
		AsOf: today, Rows: make([]Row, 0, len(in.Risks)),
		Organization: in.Organization.Name, Scope: in.Scope.Title,
	}
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

	decisions      map[isms.Link][]*isms.Decision // by subject, without its revision
	examiner       isms.Examiner
	recorded       map[isms.Link]isms.Recorded // of assets and controls
	controlRecords map[isms.ControlID]isms.Link
	events         []Event
	eventsBy       map[isms.Link][]int // by subject, asset and risk
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

		decisions:      map[isms.Link][]*isms.Decision{},
		recorded:       map[isms.Link]isms.Recorded{},
		controlRecords: map[isms.ControlID]isms.Link{},
		events:         in.Events,
		eventsBy:       map[isms.Link][]int{},
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
		b.changed(isms.LinkTo(a), &a.Common)
	}
	for _, c := range in.Controls {
		b.controls[c.Name()] = c.Implementation
		b.controlRecords[c.Name()] = isms.LinkTo(c)
		b.changed(isms.LinkTo(c), &c.Common)
	}
	for i := range in.Decisions {
		to := in.Decisions[i].Subject.Entity()
		b.decisions[to] = append(b.decisions[to], &in.Decisions[i])
	}
	b.indexEvents()
	return b
}

// indexEvents finds the events of a risk by what they name.
func (b *builder) indexEvents() {
	for i, e := range b.events {
		b.eventsBy[e.Subject.Entity()] = append(b.eventsBy[e.Subject.Entity()], i)
		for _, asset := range e.Assets {
			b.eventsBy[asset.Link()] = append(b.eventsBy[asset.Link()], i)
		}
		for _, l := range e.Risks {
			b.eventsBy[l.Entity()] = append(b.eventsBy[l.Entity()], i)
		}
	}
}

// eventsOf are the events that a risk names, that name it, or that are about one
// of its assets, each once and in the order of the inputs.
func (b *builder) eventsOf(r *Risk) []Event {
	if len(b.events) == 0 {
		return nil
	}
	found := slices.Clone(b.eventsBy[r.link()])
	for _, l := range r.Related {
		found = append(found, b.eventsBy[l.Entity()]...)
	}
	for _, ref := range r.Assets {
		found = append(found, b.eventsBy[ref.Link()]...)
	}
	slices.Sort(found)
	var events []Event
	for _, i := range slices.Compact(found) {
		events = append(events, b.events[i])
	}
	return events
}

func (b *builder) row(r *Risk, today isms.Date) Row {
	row := Row{
		Risk:     r,
		Inherent: b.rate(r.Inherent, r.Categories),
		Current:  b.rate(r.Current, r.Categories),
		Residual: b.rate(r.Residual, r.Categories),
		Progress: r.Treatment.Progress(today),
		Cost:     r.Treatment.Cost(),
	}
	b.decide(&row, today)
	for _, id := range r.Treatment.Controls {
		row.Measures = append(row.Measures, Measure{id, b.controls[id]})
	}
	row.ReviewDue, row.ReviewOverdue = review(r, row.Current.Band.Review, today)
	row.Phase = row.phase(today)
	row.Triggers = b.triggers(row)
	row.Notes = append(row.Notes, b.notes(row)...)
	return row
}

// decide tells whether the risk is accepted and its plan approved.
func (b *builder) decide(row *Row, today isms.Date) {
	r := row.Risk
	accept, plan := b.ruling(r, AcceptancePurpose, today), b.ruling(r, PlanPurpose, today)
	row.Accepting, row.Approving = accept.Standing, plan.Standing
	row.Acceptance = accept.acceptance(r, today)
	if row.Acceptance == AcceptanceValid {
		ok, why := row.allowed(accept)
		if !ok {
			row.Acceptance = NotAccepted
		}
		row.Notes = append(row.Notes, why...)
	}
	switch {
	case row.Acceptance == NotAccepted:
	case !accept.Since.IsZero():
		row.AcceptedUntil = accept.Until
	default:
		row.AcceptedUntil = r.Acceptance.Expires(r.Review.Last)
		row.Notes = append(row.Notes, NoteWithoutDecision)
	}
	if approval := r.Treatment.Approval; plan.Since.IsZero() {
		row.PlanApproved = approval.Given() && !approval.On.After(today)
	} else {
		row.PlanApproved = plan.State == isms.DecisionInForce
	}
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
func (b *builder) rate(e Evaluation, categories []string) Level {
	if !e.Assessed() {
		return Level{Unrated: CodeNotAssessed}
	}
	m := b.methodologies[e.Methodology]
	if m == nil {
		return Level{Unrated: CodeOtherMethodology}
	}
	m.used = true
	return m.Rate(e, categories...)
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

// changed notes when a record got its newest revision. The first one is no
// change: what was there before the records is often written down after it was
// judged.
func (b *builder) changed(l isms.Link, c *isms.Common) {
	if c.Rev > 1 {
		b.recorded[l] = c.Recorded
	}
}
