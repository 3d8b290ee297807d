package soa

import (
	"slices"
	"strings"

	"github.com/ismskit/ismskit/annexa"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/risk"
)

// Compile makes the statement of a day (6.1.3 d). The same inputs in any order
// give the same statement. O(n log n) for n references to controls.
//
// A control is driven by every risk whose treatment lists it, every requirement
// that binds today, and every approved policy already in force; a retired
// record drives nothing. Drafts of risks and requirements do drive, and say so:
// a risk that was found does not wait for approval to be one. A reason to leave
// out a control that is driven does not win: the row is included, keeps the
// reason in Against, and a finding tells.
func Compile(in Inputs, today isms.Date) Statement {
	c := newCompiler(&in, today)
	for i := range in.Controls {
		c.record(&in.Controls[i])
	}
	for i := range in.Risks {
		c.risk(&in.Risks[i])
	}
	for i := range in.Requirements {
		c.requirement(&in.Requirements[i])
	}
	for i := range in.Documents {
		c.document(&in.Documents[i])
	}
	for i := range in.Evidence {
		if e := &in.Evidence[i]; in.counts(e.Common) {
			for _, id := range e.Controls {
				c.each(id, func(d *draft) { d.Evidence = append(d.Evidence, c.evidence[e.ID]) })
			}
		}
	}
	s := Statement{
		Organization: entry(in.Organization.EntityKind(), in.Organization.Common, in.Organization.Name),
		Scope:        entry(in.Scope.EntityKind(), in.Scope.Common, in.Scope.Title),
		Boundary:     in.Scope.Statement,
		AsOf:         today,
		Rows:         make([]Row, 0, len(c.drafts)),
	}
	drafts := make([]*draft, 0, len(c.drafts))
	for _, d := range c.drafts {
		d.settle(c)
		drafts = append(drafts, d)
	}
	slices.SortFunc(drafts, (*draft).compare)
	for _, d := range drafts {
		s.Rows = append(s.Rows, d.Row)
	}
	s.Findings = findings(&in, drafts)
	return s
}

// compiler holds the rows in the making, and what they look up.
type compiler struct {
	in     *Inputs
	today  isms.Date
	drafts map[isms.ControlID]*draft

	names         map[isms.Link]Entry
	assets        map[string]Entry
	documents     map[string]Entry
	evidence      map[string]Entry
	methodologies map[isms.Link]*risk.Methodology
}

// draft is a row in the making.
type draft struct {
	Row

	annex   annexa.ID
	records []*isms.Control
	reasons []*Reason // a risk's is shared by the rows of its controls
}

func newCompiler(in *Inputs, today isms.Date) *compiler {
	c := &compiler{
		in: in, today: today,
		drafts:        make(map[isms.ControlID]*draft, 128),
		names:         make(map[isms.Link]Entry, len(in.Persons)+len(in.Roles)),
		assets:        make(map[string]Entry, len(in.Assets)),
		documents:     make(map[string]Entry, len(in.Documents)),
		evidence:      make(map[string]Entry, len(in.Evidence)),
		methodologies: make(map[isms.Link]*risk.Methodology, len(in.Methodologies)),
	}
	for k := range annexa.All() {
		id := isms.ControlID(k.ID.String())
		title := in.Labels.Title(k)
		c.drafts[id] = &draft{annex: k.ID, Row: Row{
			Control: id, Theme: k.Theme, Title: isms.Text{lang.EN: title.EN, lang.NL: title.NL},
		}}
	}
	for i := range in.Persons {
		p := &in.Persons[i]
		c.names[isms.Link{Kind: p.EntityKind(), ID: p.ID}] = entry(p.EntityKind(), p.Common, isms.Plain(p.Name))
	}
	for i := range in.Roles {
		r := &in.Roles[i]
		c.names[isms.Link{Kind: r.EntityKind(), ID: r.ID}] = entry(r.EntityKind(), r.Common, r.Title)
	}
	for i := range in.Assets {
		a := &in.Assets[i]
		c.assets[a.ID] = entry(a.EntityKind(), a.Common, a.Title)
	}
	for i := range in.Documents {
		d := &in.Documents[i]
		c.documents[d.ID] = entry(d.EntityKind(), d.Common, d.Title)
	}
	for i := range in.Evidence {
		e := &in.Evidence[i]
		listed := entry(e.EntityKind(), e.Common, e.Title)
		listed.Stale = !e.Fresh(today)
		c.evidence[e.ID] = listed
	}
	for i := range in.Methodologies {
		c.methodologies[in.Methodologies[i].Pin()] = &in.Methodologies[i]
	}
	return c
}

func entry(kind string, c isms.Common, title isms.Text) Entry {
	e := Entry{Label: c.Label, Title: title, Status: c.Status}
	if c.ID != "" {
		e.Link = isms.Link{Kind: kind, ID: c.ID, Rev: c.Rev}
	}
	return e
}

// each applies f to the row of a control, a new one when it is not in Annex A
// and was not named before. An unset id names nothing.
func (c *compiler) each(id isms.ControlID, f func(*draft)) {
	if strings.HasPrefix(string(id), "A.") {
		if known, err := annexa.ParseID(string(id)); err == nil {
			id = isms.ControlID(known.String())
		}
	}
	if id == "" {
		return
	}
	d := c.drafts[id]
	if d == nil {
		d = &draft{Row: Row{Control: id}}
		c.drafts[id] = d
	}
	f(d)
}

func (c *compiler) drive(controls []isms.ControlID, r *Reason) {
	for _, id := range controls {
		c.each(id, func(d *draft) { d.reasons = append(d.reasons, r) })
	}
}

func (c *compiler) record(k *isms.Control) {
	if c.in.counts(k.Common) {
		c.each(k.Name(), func(d *draft) { d.records = append(d.records, k) })
	}
}

func (c *compiler) risk(r *risk.Risk) {
	if len(r.Treatment.Controls) == 0 || !c.in.counts(r.Common) {
		return
	}
	reason := &Reason{
		Kind:    RiskTreatment,
		From:    entry(r.EntityKind(), r.Common, r.Title),
		Options: slices.Clone(r.Treatment.Options),
		Level:   c.level(r.Current),
		Owner:   c.name(r.Owner),
	}
	for _, a := range r.Assets {
		reason.Behind = append(reason.Behind, known(c.assets, a))
	}
	c.drive(r.Treatment.Controls, reason)
}

// level is the current level in words; what is not rated says that it ranks as
// the greatest possible risk.
func (c *compiler) level(e risk.Evaluation) isms.Text {
	var level risk.Level // not assessed
	if m := c.methodologies[e.Methodology]; m != nil {
		level = m.Rate(e)
	} else if e.Assessed() {
		level.Unrated = risk.CodeOtherMethodology
	}
	if level.Rated() {
		return level.Band.Title
	}
	return isms.Text{lang.EN: level.Label(lang.EN), lang.NL: level.Label(lang.NL)}
}

func (c *compiler) requirement(r *isms.Requirement) {
	if !c.in.counts(r.Common) || !r.Binding(c.today) {
		return
	}
	reason := &Reason{
		Kind:   ReasonKind(r.Type),
		From:   entry(r.EntityKind(), r.Common, r.Title),
		Source: r.Source,
	}
	if r.Document != "" {
		reason.Behind = []Entry{known(c.documents, r.Document)}
	}
	c.drive(r.Controls, reason)
}

// document lets a policy in force drive its controls, and lists every other
// document at the controls it names.
func (c *compiler) document(d *isms.Document) {
	if !c.in.counts(d.Common) {
		return
	}
	inForce := d.Status.InForce() && !d.Published.After(c.today) && !d.Occurred.After(c.today)
	if d.Type == isms.DocumentPolicy && inForce {
		c.drive(d.Controls, &Reason{Kind: Policy, From: c.documents[d.ID], Source: d.Version})
		return
	}
	for _, id := range d.Controls {
		c.each(id, func(r *draft) { r.Documents = append(r.Documents, c.documents[d.ID]) })
	}
}

func (c *compiler) name(l isms.Link) Entry {
	if e, ok := c.names[l.Entity()]; ok {
		return e
	}
	return Entry{Link: l}
}

// known is the record that a reference leads to, or only its link.
func known[T isms.Entity](list map[string]Entry, ref isms.Ref[T]) Entry {
	if e, ok := list[string(ref)]; ok {
		return e
	}
	return Entry{Link: ref.Link()}
}
