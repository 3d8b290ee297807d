package vuln

import (
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
)

// DeadlinePurpose is the purpose of decisions about a [Finding] that allow a
// later deadline because it became better: a lower score, an asset that is harder
// to reach. One in force gives the terms of the day on which it took effect,
// counted from the day that the finding was first known. Another severity or
// rating of a tool undoes it; other facts do not.
const DeadlinePurpose isms.Purpose = "vulnerability-deadline"

// cases are what the priorities of a register follow from.
type cases struct {
	methodology risk.Methodology
	assets      map[isms.Ref[isms.Asset]]*isms.Asset
	based       map[isms.Ref[isms.Asset]]bool
	pasts       map[string]Past // of the inputs
	joined      map[string]Past // of the rows of several members, by id
	feeds       Feeds
	scans       scanDays
	lowered     map[string]isms.Date // by id of the row
	decisions   map[string][]*isms.Decision
	examiner    isms.Examiner
	today       isms.Date
}

func newCases(in Inputs, r *Register) *cases {
	c := &cases{
		assets: make(map[isms.Ref[isms.Asset]]*isms.Asset, len(in.Assets)), based: make(map[isms.Ref[isms.Asset]]bool, len(r.Coverage)),
		pasts: in.Pasts, joined: map[string]Past{}, feeds: in.Feeds, scans: daysOf(in.Scans),
		lowered: map[string]isms.Date{}, decisions: map[string][]*isms.Decision{}, today: r.AsOf,
	}
	for n := range in.Assets {
		c.assets[isms.Ref[isms.Asset](in.Assets[n].ID)] = &in.Assets[n]
	}
	for n := range r.Coverage {
		c.based[r.Coverage[n].Asset] = r.Coverage[n].Basis.Complete()
	}
	for n := range in.Decisions {
		d := &in.Decisions[n]
		if d.Purpose == DeadlinePurpose && d.Subject.Kind == (Finding{}).EntityKind() {
			c.decisions[d.Subject.ID] = append(c.decisions[d.Subject.ID], d)
		}
	}
	c.methodology = methodologyOf(r.Policy, in.Methodologies)
	return c
}

// methodologyOf is the one that the tables of a policy name: that revision, or
// the newest.
func methodologyOf(p Policy, all []risk.Methodology) (chosen risk.Methodology) {
	want := p.Tables.Methodology
	for _, m := range all {
		if pin := m.Pin(); pin == want || pin.Entity() == want && m.Rev >= chosen.Rev {
			chosen = m
		}
	}
	return chosen
}

// add keeps what the case of a row follows from beside its finding.
func (c *cases) add(u *United) {
	if len(u.all) > 1 {
		c.joined[u.Finding.ID] = pastOf(u.all, c.pasts)
	}
	if day := c.loweredFor(u.all); !day.IsZero() {
		c.lowered[u.Finding.ID] = day
	}
}

// loweredFor is the day since which later deadlines are allowed for all of the
// findings; unset when they are not.
func (c *cases) loweredFor(findings []*Finding) (since isms.Date) {
	for _, f := range findings {
		var day isms.Date
		for _, d := range c.decisions[f.ID] {
			if s := c.examiner.On(*d, c.today, f); s.State == isms.DecisionInForce {
				day = latest(day, s.Since)
			}
		}
		if day.IsZero() {
			return isms.Date{}
		}
		since = latest(since, day)
	}
	return since
}

// of is the case of a row.
func (c *cases) of(f *Finding) Case {
	x := Case{Finding: *f, Intel: c.feeds.Of(*f), Based: c.based[f.Asset], Lowered: c.lowered[f.ID]}
	if a := c.assets[f.Asset]; a != nil {
		x.Asset = *a
	} else {
		x.Asset.ID = string(f.Asset)
	}
	past, found := c.joined[f.ID]
	if !found {
		past = c.pasts[f.ID]
	}
	x.Past = past
	x.Closed, _ = c.scans.fixedOn(f)
	return x
}

// row is a row with its priority.
func (c *cases) row(rules *rules, u *United) Row {
	f := u.Finding
	x := c.of(f)
	e := rules.take(&x)
	p := e.priority()
	row := Row{
		Finding: f, Members: u.Members, Level: p.Severity, Reported: p.Reported, Risk: p.Risk,
		State: f.State(c.today), Observed: f.Observed(), Exploited: e.present.situation.exploitation == exploitActive,
		Deadline: p.Deadline.Day, Binding: p.Deadline.Binding, Breached: p.Deadline.Breached,
	}
	row.Open = row.State.Open() && !outOfUse(&x.Asset, c.today)
	row.Overdue = row.Open && row.Breached
	return row
}
