package soa

import (
	"cmp"
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
// reason in Against, and a finding tells. Where nothing drives the control, it
// stays out although records speak against that reason: they are in Facts, and
// a finding tells.
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
		Seq:          in.Seq,
		Catalogues:   c.editions,
		Rows:         make([]Row, 0, len(c.drafts)),
		Maturity:     in.Maturity,
	}
	if len(s.Maturity.Steps) == 0 {
		s.Maturity = Maturity()
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
	s.Findings = findings(c, drafts)
	return s
}

// compiler holds the rows in the making, and what they look up.
type compiler struct {
	in     *Inputs
	today  isms.Date
	drafts map[isms.ControlID]*draft

	editions []Entry // of the catalogues, by id and edition
	facts    map[string]*Reason

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
	listed  bool        // in a catalogue of the Inputs
	same    []annexa.ID // controls of Annex A with the subject of one in a catalogue
	records []*isms.Control
	reasons []*path // a risk's is shared by the rows of its controls
}

// path is a reason, with the levels of the risk that it comes from.
type path struct {
	Reason

	current, residual risk.Level
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
	c.catalogues()
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

// catalogues makes a row for every control of the catalogues. One that stands in
// several editions of a catalogue is that of the first.
func (c *compiler) catalogues() {
	list := slices.Clone(c.in.Catalogues)
	slices.SortStableFunc(list, func(a, b Catalogue) int {
		return cmp.Or(strings.Compare(a.ID, b.ID), strings.Compare(a.Edition, b.Edition), strings.Compare(a.Source, b.Source))
	})
	for i, from := range list {
		title := joined(from.Title, " ", isms.Plain(from.Edition))
		if i == 0 || list[i-1].ID != from.ID || list[i-1].Edition != from.Edition {
			c.editions = append(c.editions, Entry{Label: from.ID, Title: title})
		}
		for _, k := range from.Controls {
			id := isms.ControlID(from.ID + ":" + k.Ref)
			if c.drafts[id] != nil {
				continue
			}
			c.drafts[id] = &draft{listed: true, same: k.AnnexA, Row: Row{
				Control: id, Group: joined(title, ": ", k.Group), Title: k.Title,
			}}
		}
	}
}

// joined is two texts in every language that one of them has.
func joined(a isms.Text, between string, b isms.Text) isms.Text {
	if a.IsZero() || b.IsZero() {
		between = ""
	}
	both := isms.Text{}
	for _, t := range []isms.Text{a, b} {
		for l := range t {
			both[l] = a.In(l) + between + b.In(l)
		}
	}
	if both.IsZero() {
		return nil
	}
	return both
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

func (c *compiler) drive(controls []isms.ControlID, r *path) {
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
	p := &path{current: c.level(r.Current, r.Categories), residual: c.level(r.Residual, r.Categories)}
	p.Reason = Reason{
		Kind:    RiskTreatment,
		From:    entry(r.EntityKind(), r.Common, r.Title),
		Options: slices.Clone(r.Treatment.Options),
		Level:   levelText(&p.current),
		Owner:   c.name(r.Owner),
	}
	for _, a := range r.Assets {
		p.Behind = append(p.Behind, known(c.assets, a))
	}
	for _, a := range r.Treatment.Actions {
		if a.Done.IsZero() || a.Done.After(c.today) {
			p.Actions = append(p.Actions, Action{Title: a.Title, Owner: c.name(a.Owner), Due: a.Due, Overdue: a.Overdue(c.today)})
		}
	}
	c.drive(r.Treatment.Controls, p)
}

func (c *compiler) level(e risk.Evaluation, categories []string) risk.Level {
	var level risk.Level // not assessed
	if m := c.methodologies[e.Methodology]; m != nil {
		level = m.Rate(e, categories...)
	} else if e.Assessed() {
		level.Unrated = risk.CodeOtherMethodology
	}
	return level
}

// levelText is a level in words; what is not rated says that it ranks as the
// greatest possible risk.
func levelText(level *risk.Level) isms.Text {
	if level.Rated() {
		return level.Band.Title
	}
	return isms.Text{lang.EN: level.Label(lang.EN), lang.NL: level.Label(lang.NL)}
}

func (c *compiler) requirement(r *isms.Requirement) {
	if !c.in.counts(r.Common) || !r.Binding(c.today) {
		return
	}
	reason := &path{Reason: Reason{
		Kind:   ReasonKind(r.Type),
		From:   entry(r.EntityKind(), r.Common, r.Title),
		Source: r.Source,
	}}
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
		c.drive(d.Controls, &path{Reason: Reason{Kind: Policy, From: c.documents[d.ID], Source: d.Version}})
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
