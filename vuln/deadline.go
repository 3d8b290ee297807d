package vuln

import (
	"slices"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln/scan"
)

// Deadline is the last day to deal with a finding, and why.
type Deadline struct {
	Day     isms.Date // unset when no term gives a day
	Binding Regime    // who gives it; unset without a day
	// Terms are the earliest of each regime that is enabled, the binding one
	// first and those without a day last.
	Terms []Term
	// Breached says that the finding was not dealt with on that day, or only
	// later: a breach stays visible after the finding was closed or accepted.
	Breached bool
}

// Term is what one regime gives.
type Term struct {
	Regime Regime
	// Outcome is what the regime decides, in its words: "critical",
	// "out-of-cycle", "3 days & forensic investigation"; "unknown" when the
	// catalogue was not looked in.
	Outcome string
	From    isms.Date // since when its clock runs
	Days    int       // of the term; 0 for a fixed day
	Day     isms.Date // unset when the outcome has no deadline
}

// segment is a time in which what the tools say and the asset stay the same.
type segment struct {
	from  isms.Date
	asset *isms.Asset
	said  reported
}

// moment is a day on which a clock may start, with the situation of that day.
type moment struct {
	day  isms.Date // on which the situation is looked at
	from isms.Date // on which its clock starts
	seg  *segment

	situation situation
	graded    graded
}

// segments are the times of a case, oldest first, up to today.
func (e *prioritizer) segments() []segment {
	c := e.c
	list := make([]segment, 0, len(c.Earlier)+1)
	for i := range c.Earlier {
		if x := &c.Earlier[i]; !x.Since.After(e.today) {
			asset := x.Asset
			if asset == nil {
				asset = &c.Asset
			}
			list = append(list, segment{x.Since, asset, e.report(x.Observations)})
		}
	}
	slices.SortStableFunc(list, func(a, b segment) int { return a.from.Compare(b.from) })
	now := segment{c.Since, &c.Asset, e.report(c.Finding.Observations)}
	if n := len(list); n > 0 && now.from.Before(list[n-1].from) {
		now.from = list[n-1].from
	}
	return append(list, now)
}

// moments are the days on which something may have become worse: the finding was
// first known, the tools or the asset changed, intelligence appeared, a control
// ended. An approved lowering starts them anew, with the clock of old.
func (e *prioritizer) findMoments() []moment {
	known := e.c.Finding.FirstKnown
	list := make([]moment, 0, 4)
	for i := range e.segs {
		day := known
		if i > 0 {
			day = latest(known, e.segs[i].from)
		}
		list = append(list, moment{day: day, from: day, seg: &e.segs[i]})
	}
	for _, day := range e.events() {
		if day.After(known) && !day.After(e.today) {
			list = append(list, moment{day: day, from: day, seg: e.segmentOn(day)})
		}
	}
	if low := e.c.Lowered; !low.IsZero() && !low.After(e.today) {
		list = slices.DeleteFunc(list, func(m moment) bool { return !m.day.After(low) })
		list = append(list, moment{day: latest(known, low), from: known, seg: e.segmentOn(low)})
	}
	for i := range list {
		e.look(&list[i])
	}
	return list
}

// look finds the situation of a moment.
func (e *prioritizer) look(m *moment) {
	m.situation = e.intel.situated(m.seg.asset, m.day, e.today)
	m.situation.basis = incomplete
	if e.c.Based {
		m.situation.basis = complete
	}
	m.graded = e.grade(&m.seg.said, &m.situation, m.day)
}

// with is the situation of a moment with one input changed, and the severity in
// it.
func (e *prioritizer) with(m *moment, o override) (situation, graded) {
	s := m.situation
	o.apply(&s)
	if !e.regrades(&s, &m.situation) {
		return s, m.graded
	}
	last := &e.last
	if last.seg != m.seg || last.day != m.day && len(e.p.Compensating) > 0 || e.regrades(&s, &last.situation) {
		*last = moment{day: m.day, seg: m.seg, situation: s, graded: e.grade(&m.seg.said, &s, m.day)}
	}
	return s, last.graded
}

// regrades reports whether the severity may differ between two situations.
func (e *prioritizer) regrades(a, b *situation) bool {
	for i := range a.needs {
		if requirement(a.needs[i]) != requirement(b.needs[i]) {
			return true
		}
	}
	return a.exploitation != b.exploitation || a.basis != b.basis || len(e.p.Compensating) > 0 && a.exposure != b.exposure
}

// latest is the later of two days.
func latest(a, b isms.Date) isms.Date {
	if a.IsZero() || b.After(a) {
		return b
	}
	return a
}

// segmentOn is the segment that a day is in.
func (e *prioritizer) segmentOn(day isms.Date) *segment {
	n := len(e.segs) - 1
	for n > 0 && e.segs[n].from.After(day) {
		n--
	}
	return &e.segs[n]
}

// events are the days on which intelligence appeared or a control ended.
func (e *prioritizer) events() (days []isms.Date) {
	days = append(days, e.intel.added)
	days = append(days, e.intel.at...)
	for i := range e.p.Compensating {
		if end := e.p.Compensating[i].Until; !end.IsZero() {
			days = append(days, end.AddDays(1))
		}
	}
	slices.SortFunc(days, isms.Date.Compare)
	return slices.Compact(days)
}

// deadline is the earliest day of all terms at all moments: what became worse
// gives the earlier of the old day and a new term, and what became better
// changes nothing.
func (e *prioritizer) deadline() (d Deadline) {
	var terms [numRegimes]Term
	for i := range e.moments {
		m := &e.moments[i]
		e.terms(&m.situation, m.graded.level.Severity, func(at int, outcome string, days int, fixed isms.Date) {
			t := Term{Regime: regimes()[at], Outcome: outcome, From: m.from, Day: fixed}
			switch {
			case at == atKEV && !fixed.IsZero(): // nobody can act before it is known
				t.Day = e.calendar.back(m.from, latest(fixed, m.from))
			case days >= 0:
				t.Days, t.Day = days, e.end(m.from, days)
			}
			if have := terms[at]; have.Regime == "" || have.Day.IsZero() || compareDays(t.Day, have.Day) < 0 {
				terms[at] = t
			}
		})
	}
	for _, t := range terms {
		if t.Regime != "" {
			d.Terms = append(d.Terms, t)
		}
	}
	slices.SortStableFunc(d.Terms, func(a, b Term) int { return compareDays(a.Day, b.Day) })
	if len(d.Terms) > 0 && !d.Terms[0].Day.IsZero() {
		d.Day, d.Binding = d.Terms[0].Day, d.Terms[0].Regime
	}
	d.Breached = d.Day.Before(e.dealtWith())
	return d
}

// dayWith is the day of the deadline if one input had another value from the
// start.
func (e *prioritizer) dayWith(o override) (day isms.Date) {
	for i := range e.moments {
		s, g := e.with(&e.moments[i], o)
		day = soonest(day, e.dayOf(&s, g.level.Severity, e.moments[i].from))
	}
	return day
}

// dayOf is the earliest day of the terms in one situation.
func (e *prioritizer) dayOf(s *situation, severity scan.Severity, from isms.Date) (day isms.Date) {
	shortest := -1
	e.terms(s, severity, func(at int, _ string, days int, fixed isms.Date) {
		switch {
		case at == atKEV && !fixed.IsZero():
			day = soonest(day, e.calendar.back(from, latest(fixed, from)))
		case !fixed.IsZero():
			day = soonest(day, fixed)
		case days >= 0 && (shortest < 0 || days < shortest):
			shortest = days
		}
	})
	if shortest >= 0 {
		day = soonest(day, e.end(from, shortest))
	}
	return day
}

// soonest is the earlier of two days; an unset one is none.
func soonest(a, b isms.Date) isms.Date {
	if compareDays(b, a) < 0 {
		return b
	}
	return a
}

// end is calendar.end, which is asked the same again and again.
func (e *prioritizer) end(from isms.Date, days int) isms.Date {
	t := Term{From: from, Days: days}
	day, known := e.ends[t]
	if !known {
		day = e.calendar.end(from, days)
		e.ends[t] = day
	}
	return day
}

// regimes are those of policies, in the order that decides between equal days.
func regimes() [numRegimes]Regime {
	return [...]Regime{RegimeTreatment, RegimeOwn, RegimeDeployer, RegimeCoordinator, RegimeBOD2604, RegimeKEV}
}

const (
	numRegimes = 6
	atKEV      = 5 // among regimes
)

// dealtWith is the day on which the finding was closed or accepted, or its asset
// went out of use; today while it is open and when nobody knows. It is unset for
// an asset that was retired nobody knows when.
func (e *prioritizer) dealtWith() isms.Date {
	f, day := &e.c.Finding, e.today
	state := f.State(e.today)
	switch {
	case state == Accepted:
		day = f.Acceptance.On
	case !state.Open() && !e.c.Closed.IsZero():
		day = e.c.Closed
	case !state.Open() && !f.Decision.On.IsZero():
		day = f.Decision.On
	}
	if until := e.c.Asset.Until; outOfUse(&e.c.Asset, e.today) && (until.IsZero() || until.Before(day)) {
		return until
	}
	return day
}

// terms gives what each regime that is enabled says in a situation: an outcome
// with its days, -1 when it has none, or a fixed day.
func (e *prioritizer) terms(s *situation, severity scan.Severity, add func(at int, outcome string, days int, fixed isms.Date)) {
	if due := e.c.Finding.Treatment.Due; !due.IsZero() {
		add(0, "", -1, due)
	}
	var none isms.Date
	add(1, severity.String(), e.days(severity, s), none)
	critical := s.criticality()
	if r := e.p.Regimes.Deployer; len(r) > 0 {
		word := e.deployer.decide(s.exploitation, [...]int{0, 1, 2, 2, 3}[s.exposure], s.automatable, critical)
		add(2, word, outcomeDays(r, word), none)
	}
	if r := e.p.Regimes.Coordinator; len(r) > 0 {
		word := e.coordinator.decide(s.exploitation, s.automatable, s.technical, min(critical, 3))
		add(3, word, outcomeDays(r, word), none)
	}
	if e.p.Regimes.BOD2604 {
		word := e.bod.decide(s.kev, [...]int{0, no, no, no, yes}[s.exposure], s.automatable, s.technical)
		add(4, word, bodDays(word), none)
	}
	if e.p.Regimes.KEV {
		add(atKEV, [...]string{"unknown", "no", "yes"}[s.kev], -1, s.due)
	}
}

// days is the shortest term that applies, -1 when there is none.
func (e *prioritizer) days(severity scan.Severity, s *situation) int {
	days, ok := e.p.Days.For(severity)
	if !ok {
		return -1
	}
	critical, exposed := worst(s.criticality(), len(ratings())), worst(s.exposure, len(exposures()))
	for _, r := range e.p.Shorter {
		if critical >= leastRank(ratings(), r.Criticality) && exposed >= leastRank(exposures(), r.Exposure) {
			n, _ := r.Days.For(severity)
			days = min(days, n)
		}
	}
	return days
}

func outcomeDays(days map[string]int, outcome string) int {
	if n, ok := days[outcome]; ok {
		return n
	}
	return -1
}

// bodDays are the days that the outcomes of CISA's timelines name.
func bodDays(outcome string) int {
	switch outcome {
	case "60 days":
		return 60
	case "14 days":
		return 14
	case "3 days", "3 days & forensic investigation":
		return 3
	default: // at the next upgrade of the system
		return -1
	}
}

// decide is the outcome for values by number from 1, with 0 for what is not
// known.
func (s SSVC) decide(numbers ...int) string {
	return s.table.outcome.Values[s.table.worst(0, numbers)]
}
