package vuln

import (
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/vuln/cvss"
)

// Case is a finding with all that its priority depends on. Only Finding and
// Asset are needed; whatever else is missing is assumed to be at its worst.
type Case struct {
	Past

	Finding Finding
	Asset   isms.Asset
	Intel   Intel

	// Based says that the basis of the assessment is complete today: see [Basis].
	// Without it the severity is never below what the tools report.
	Based bool

	// Lowered is the day since which a decision allows a later deadline: see
	// [DeadlinePurpose]. Without it nothing that became better makes the deadline
	// later.
	Lowered isms.Date

	// Closed is when a finding that is closed was dealt with, such as the day of
	// the scan that verified it; unset, it is the day of the decision.
	Closed isms.Date
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
// policy declares, and none of them lowers it on an incomplete basis. The deadline is the earliest of the policies that are
// enabled, each counted from the day that the finding was known or became worse.
// The risk comes from the policy's tables. (ISO/IEC 27001:2022, A.8.8, 6.1.2.)
//
// What is not known is assumed to be at its worst, and the trace says so. It
// takes time linear in the number of ratings, rows and earlier situations. A
// [Register] has this figure and no other.
func Prioritize(c Case, p Policy, m risk.Methodology, today isms.Date) Priority {
	e := newRules(&p, &m, today).take(&c)
	out := e.priority()
	s := &e.present.situation
	out.Trace = e.inputs(s, &out)
	out.Changes = e.changes(s, &out)
	return out
}

// rules are a policy made ready for the cases of one day.
type rules struct {
	p        *Policy
	m        *risk.Methodology
	today    isms.Date
	calendar calendar
	ends     map[Term]isms.Date // of terms with From and Days
	stems    map[string]stem
	derived  map[derivation]derived

	deployer, coordinator, bod SSVC
}

func newRules(p *Policy, m *risk.Methodology, today isms.Date) *rules {
	r := &rules{
		p: p, m: m, today: today, calendar: newCalendar(p.Calendar),
		ends: map[Term]isms.Date{}, stems: map[string]stem{}, derived: map[derivation]derived{},
	}
	r.deployer, _ = LookupSSVC("deployer")
	r.coordinator, _ = LookupSSVC("cisa-coordinator")
	r.bod, _ = LookupSSVC("cisa-bod-26-04")
	return r
}

// prioritizer works on one case.
type prioritizer struct {
	*rules

	c       *Case
	intel   published
	segs    []segment
	moments []moment
	present moment
	last    moment // the last that was graded for a change
}

// take looks at all situations of a case.
func (r *rules) take(c *Case) *prioritizer {
	e := &prioritizer{rules: r, c: c, intel: newPublished(&c.Intel)}
	e.segs = e.segments()
	e.moments = e.findMoments()
	e.present = moment{day: e.today, from: latest(c.Finding.FirstKnown, e.today), seg: &e.segs[len(e.segs)-1]}
	e.look(&e.present)
	return e
}

// priority is the three answers, without a trace.
func (e *prioritizer) priority() Priority {
	s, g := &e.present.situation, &e.present.graded
	out := Priority{
		Severity: g.level, Reported: e.present.seg.said.level, Published: g.published, Vector: g.vector, Deadline: e.deadline(),
	}
	out.Risk, out.Evaluation = e.rate(s, g.effect)
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
