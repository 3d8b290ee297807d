package vuln

import (
	"cmp"
	"slices"

	"github.com/ismskit/ismskit/isms"
)

// Metric is one figure about the work on vulnerabilities: what it counts, of how
// many, and what was left out. Its Name has a text in the catalogue.
type Metric struct {
	Name  isms.Code
	Known bool // else Why tells why there is no value; it is never 0 instead
	Why   isms.Code
	// Tenths is the value in tenths: of days where Days says so, else of findings,
	// fixes or assets.
	Tenths int
	Days   bool
	// Of is how many findings, fixes or assets the value is of.
	Of   int
	Left []LeftOut
}

// LeftOut is how many findings or assets a metric does not count, and why.
type LeftOut struct {
	Why isms.Code
	N   int
}

// The metrics, in the order of [Metrics].
const (
	MetricTimeMean      isms.Code = "vuln/metric-time-mean" // to remediate
	MetricTimeMedian    isms.Code = "vuln/metric-time-median"
	MetricTimeP90       isms.Code = "vuln/metric-time-p90"
	MetricDeadlines     isms.Code = "vuln/metric-deadlines" // met, of those that fell in the period
	MetricOverdue       isms.Code = "vuln/metric-overdue"
	MetricBacklogBefore isms.Code = "vuln/metric-backlog-before"
	MetricNew           isms.Code = "vuln/metric-new"
	MetricBack          isms.Code = "vuln/metric-back" // open again
	MetricFixed         isms.Code = "vuln/metric-fixed"
	MetricAccepted      isms.Code = "vuln/metric-accepted"
	MetricOutOfUse      isms.Code = "vuln/metric-out-of-use"
	MetricBacklog       isms.Code = "vuln/metric-backlog"
	MetricAgeMean       isms.Code = "vuln/metric-age-mean" // of the backlog
	MetricAgeMedian     isms.Code = "vuln/metric-age-median"
	MetricAgeP90        isms.Code = "vuln/metric-age-p90"
	MetricReopened      isms.Code = "vuln/metric-reopened" // of the fixes in the period
	MetricCoverage      isms.Code = "vuln/metric-coverage" // assets with a valid scan
	MetricExposure      isms.Code = "vuln/metric-exposure" // days that findings were known and not fixed
)

// Why a metric has no value, or leaves something out.
const (
	CodeNoData          isms.Code = "vuln/no-data"
	CodeTooFew          isms.Code = "vuln/too-few"
	CodeNotYetKnown     isms.Code = "vuln/not-yet-known"
	CodeNoVulnerability isms.Code = "vuln/no-vulnerability"
	CodeAssetGone       isms.Code = "vuln/asset-gone"
	CodeStillOpen       isms.Code = "vuln/still-open"
	CodeClosedElse      isms.Code = "vuln/closed-otherwise"
	CodeFixUndone       isms.Code = "vuln/fix-undone"
	CodeFixedBefore     isms.Code = "vuln/fixed-before-known"
	CodeNoDeadline      isms.Code = "vuln/no-deadline"
	CodeAcceptedInTime  isms.Code = "vuln/accepted-in-time"
	CodeNoHistory       isms.Code = "vuln/no-history"
)

// Metrics are the metrics over a period, whose last day is the day they are of;
// any day will do. They go by what the inputs say about that day: a scan from
// after it counts for nothing, nor does a turn. For what was known on that day,
// read the inputs of that day (isms.Space.AsOf).
//
// Turns are those of [ReadTurns], by id of the finding. A finding without any in
// it is judged by its record alone, and not in the rate of reopening.
//
// Backlog before + new + back - fixed - accepted - out of use is the
// backlog. The clock of a finding runs from the day it was first known, and
// reopening does not restart it. O(n log n) for n findings and scans.
func Metrics(in Inputs, turns map[string][]Turn, p isms.Period) []Metric {
	all := in.Scans
	in.Scans = nil
	for _, s := range all {
		if !s.day().After(p.To) {
			in.Scans = append(in.Scans, s)
		}
	}
	m := &meter{period: p, register: NewRegister(in, p.To), turns: turns, days: daysOf(all)}
	nowhere := &isms.Asset{}
	findings := make(map[string]*Finding, len(in.Findings))
	for n := range in.Findings {
		findings[in.Findings[n].ID] = &in.Findings[n]
	}
	m.lives = make([]life, 0, len(m.register.Rows))
	for n := range m.register.Rows {
		row := &m.register.Rows[n]
		m.take(row, cmp.Or(m.register.cases.assets[row.Finding.Asset], nowhere), findings)
	}
	return m.metrics()
}

// meter collects what the metrics are made of.
type meter struct {
	period   isms.Period
	register Register
	turns    map[string][]Turn
	days     scanDays
	lives    []life
	left     []LeftOut // of all metrics about findings
}

// take adds a finding, or leaves it out.
func (m *meter) take(row *Row, asset *isms.Asset, findings map[string]*Finding) {
	f := row.Finding
	l := life{Row: row, asset: asset}
	turns := m.turnsOf(&l, findings)
	for _, t := range turns {
		if !t.On.After(m.period.To) {
			l.turns = append(l.turns, t)
		}
	}
	switch {
	case f.FirstKnown.After(m.period.To):
		count(&m.left, CodeNotYetKnown)
	case row.State == FalsePositive || row.State == NotAffected:
		count(&m.left, CodeNoVulnerability)
	case asset.Status == isms.Retired && asset.Until.IsZero() || asset.Until.Before(f.FirstKnown):
		count(&m.left, CodeAssetGone)
	default:
		m.lives = append(m.lives, l)
	}
}

// turnsOf are the turns of a row: those of its members together.
func (m *meter) turnsOf(l *life, findings map[string]*Finding) []Turn {
	l.told = true
	members := make([]member, len(l.Members))
	for n, id := range l.Members {
		f := findings[id]
		turns, told := m.turns[id]
		if !told {
			turns = m.days.next(nil, f)
		}
		l.told = l.told && told
		members[n] = member{f.FirstKnown, turns}
	}
	if len(members) == 1 {
		return members[0].turns
	}
	return together(members)
}

func (m *meter) metrics() []Metric {
	flow := m.flow()
	backlog, ages := m.backlog()
	list := m.time()
	list = append(list, m.deadlines(), m.overdue(), m.countOf(MetricBacklogBefore, flow.before))
	for _, name := range []isms.Code{MetricNew, MetricBack, MetricFixed, MetricAccepted, MetricOutOfUse} {
		list = append(list, m.countOf(name, flow.n[name]))
	}
	list = append(list, m.countOf(MetricBacklog, backlog))
	list = append(list, m.spread([3]isms.Code{MetricAgeMean, MetricAgeMedian, MetricAgeP90}, ages, m.left)...)
	return append(list, m.reopened(), m.coverage(), m.exposure())
}

// countOf is a number of the findings that count.
func (m *meter) countOf(name isms.Code, n int) Metric {
	return counted(name, n, len(m.lives), m.left)
}

// counted is n of so many; without any of them there is no number.
func counted(name isms.Code, n, of int, left []LeftOut) Metric {
	x := Metric{Name: name, Of: of, Left: left}
	if of == 0 {
		x.Why = CodeNoData
		return x
	}
	x.Known, x.Tenths = true, 10*n
	return x
}

// spread is the mean, median and p90 of numbers of days. The median of an even
// number of them is the mean of the middle two, and p90 the smallest that at
// least nine in ten do not exceed.
func (m *meter) spread(names [3]isms.Code, days []int, left []LeftOut) []Metric {
	slices.Sort(days)
	n := len(days)
	sum := 0
	for _, d := range days {
		sum += d
	}
	mean, p90 := m.register.Policy.Samples.fewest()
	list := make([]Metric, len(names))
	for i, least := range []int{mean, mean, p90} {
		list[i] = Metric{Name: names[i], Days: true, Of: n, Left: left, Known: n >= least}
		switch {
		case n == 0:
			list[i].Why = CodeNoData
		case n < least:
			list[i].Why = CodeTooFew
		case i == 0:
			list[i].Tenths = (20*sum + n) / (2 * n) // half a tenth goes up
		case i == 1:
			list[i].Tenths = 5 * (days[(n-1)/2] + days[n/2])
		default:
			list[i].Tenths = 10 * days[(9*n+9)/10-1]
		}
	}
	return list
}

// count adds one to those left out for a reason; the list stays sorted.
func count(list *[]LeftOut, why isms.Code) {
	n, found := slices.BinarySearchFunc(*list, why, func(l LeftOut, why isms.Code) int { return cmp.Compare(l.Why, why) })
	if !found {
		*list = slices.Insert(*list, n, LeftOut{Why: why})
	}
	(*list)[n].N++
}
