package vuln

import (
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/vuln/cvss"
)

// Case is a finding with all that its priority depends on. Only Finding and
// Asset are needed; whatever else is missing is assumed to be at its worst.
type Case struct {
	Finding Finding
	Asset   isms.Asset
	Intel   Intel

	// Earlier is how the finding and its asset were before, in any order, and
	// Since the first day that they are as they are now. Without them the case
	// has been as it is since the finding was first known.
	Earlier []Earlier
	Since   isms.Date

	// Lowered is the day since which a decision allows a later deadline, such
	// as that of a lower severity: see isms.Standing. Without it nothing that
	// became better makes the deadline later.
	Lowered isms.Date

	// Closed is when a finding that is closed was dealt with, such as the day of
	// the scan that verified it; unset, it is the day of the decision.
	Closed isms.Date
}

// Earlier is what tools said of a finding, and the asset, since some day.
type Earlier struct {
	Since        isms.Date
	Observations []Observation
	Asset        isms.Asset
}

// Priority is how bad a finding is for the organization, by when it is to be
// dealt with, and what risk it is: three answers that are never multiplied, with
// one trace.
type Priority struct {
	// Severity is what the tools report, moved by what the threat, the needs of
	// the asset and compensating controls change in the CVSS score. Reported is
	// that of the tools alone.
	Severity, Reported Level
	// Vector is the published vector with the metrics that the trace names, of
	// several the one with the highest score; zero when none can be read.
	Published, Vector cvss.Vector

	Deadline Deadline

	// Risk is in the organization's matrix: likelihood of exploitation by harm
	// to the asset. Evaluation is what it rates, as a risk can record it.
	Risk       risk.Level
	Evaluation risk.Evaluation

	// Trace are the inputs, and Changes what other values of one of them would
	// do; only those that change an answer are listed.
	Trace   []Input
	Changes []Change
}

// Prioritize answers for one finding on a day. The severity is the CVSS score of
// its situation: E from what is known of exploitation, CR, IR and AR from the
// asset's needs, modified base metrics only by a compensating control that the
// policy declares. The deadline is the earliest of the policies that are
// enabled, each counted from the day that the finding was known or became worse.
// The risk comes from the policy's tables. (ISO/IEC 27001:2022, A.8.8, 6.1.2.)
//
// What is not known is assumed to be at its worst, and the trace says so. It
// takes time linear in the number of ratings, rows and earlier situations.
func Prioritize(c Case, p Policy, m risk.Methodology, today isms.Date) Priority {
	e := prioritizer{c: &c, p: &p, m: &m, today: today, calendar: newCalendar(p.Calendar), intel: newPublished(&c.Intel)}
	e.deployer, _ = LookupSSVC("deployer")
	e.coordinator, _ = LookupSSVC("cisa-coordinator")
	e.bod, _ = LookupSSVC("cisa-bod-26-04")
	e.segs = e.segments()
	e.moments = e.findMoments()
	e.present = moment{day: today, from: latest(c.Finding.FirstKnown, today), seg: &e.segs[len(e.segs)-1]}
	e.look(&e.present)
	return e.priority()
}

// prioritizer works on one case.
type prioritizer struct {
	c        *Case
	p        *Policy
	m        *risk.Methodology
	today    isms.Date
	calendar calendar
	intel    published
	segs     []segment
	moments  []moment
	present  moment
	last     moment // the last that was graded for a change
	ends     []Term

	deployer, coordinator, bod SSVC
}

func (e *prioritizer) priority() Priority {
	s, g := &e.present.situation, &e.present.graded
	out := Priority{
		Severity: g.level, Reported: e.present.seg.said.level, Published: g.published, Vector: g.vector, Deadline: e.deadline(),
	}
	out.Risk, out.Evaluation = e.rate(s, g.effect)
	out.Trace = e.inputs(s, &out)
	out.Changes = e.changes(s, &out)
	return out
}

// Cheapest is the change that would make an answer better and none worse, and
// takes the least: to learn what is assumed comes before to act. It is false
// when no single one does: then only dealing with the finding helps.
func (p Priority) Cheapest() (Change, bool) {
	var best *Change
	for i := range p.Changes {
		c := &p.Changes[i]
		if c.Better && c.How != Happens && (best == nil || c.cheaper(*best)) {
			best = c
		}
	}
	if best == nil {
		return Change{}, false
	}
	return *best, true
}
