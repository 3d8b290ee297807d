package vuln

import (
	"cmp"
	"strconv"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln/cvss"
	"github.com/ismskit/ismskit/vuln/scan"
)

// Policy is how soon the organization reacts to vulnerabilities and how often
// it looks for them, as data (ISO/IEC 27001:2022, A.8.8). The standard gives no
// numbers: they are the organization's own.
type Policy struct {
	isms.Common

	Title isms.Text `json:"title"`
	Days  Days      `json:"days"`
	// Scores is which of several scores counts.
	Scores ScoreRule `json:"scores,omitzero"`
	// Shorter are shorter terms for what matters more or is easier to reach.
	Shorter []Shorter `json:"shorter,omitempty"`
	// Calendar says on which days nobody works; unset, every day counts.
	Calendar Calendar `json:"calendar,omitzero"`
	// Regimes are terms of others that the organization holds itself to. Each
	// is off unless it is set.
	Regimes Regimes `json:"regimes,omitzero"`
	// Compensating are the controls that make a vulnerability harder to exploit
	// or less harmful: see [Prioritize].
	Compensating []Compensating `json:"compensating,omitempty"`
	// Tables lead from a finding to a risk in the organization's own matrix.
	Tables Tables `json:"tables,omitzero"`
	// ScanEvery is how often an asset is scanned; a scan older than that says
	// nothing about today.
	ScanEvery isms.Cadence `json:"scanEvery"`
	// EvidenceMonths is how long evidence without an end of its own counts for
	// the basis of an assessment; 0 is 12, from practice.
	EvidenceMonths int `json:"evidenceMonths,omitempty"`
	// Samples are how many values a figure over a period needs.
	Samples Samples `json:"samples,omitzero"`
}

// Samples are how many values a mean or median, and a p90, need at least: fewer
// have none. 0 is 5 and 10, from practice: with fewer than ten the p90 would be
// the greatest of them.
type Samples struct {
	Mean int `json:"mean,omitempty"`
	P90  int `json:"p90,omitempty"`
}

func (s Samples) check(c isms.Checker) {
	for _, x := range []struct {
		name string
		n    int
	}{{"mean", s.Mean}, {"p90", s.P90}} {
		c.At(x.name).Assert(x.n >= 0 && x.n <= maxSample, isms.CodeRange, "have", strconv.Itoa(x.n), "want", "0 ... 1000")
	}
}

// fewest is the least number of values of a mean and median, and of a p90.
func (s Samples) fewest() (mean, p90 int) { return cmp.Or(s.Mean, 5), cmp.Or(s.P90, 10) }

func evidenceMonths(p *Policy) int { return cmp.Or(p.EvidenceMonths, 12) }

const (
	maxSample         = 1000
	maxEvidenceMonths = 120
)

// Days are how many days there are to deal with a finding of each severity,
// from the day it was first known. Each is 1 to 3650, and none is less than
// that of a higher severity.
type Days struct {
	Critical int `json:"critical"`
	High     int `json:"high"`
	Medium   int `json:"medium"`
	Low      int `json:"low"`
}

// CodeDays says that a lower severity has less time than a higher one.
const CodeDays isms.Code = "vuln/days-order"

// For is the number of days for a severity; an unknown one has those of
// critical. The tool's own verdict none or informational has no deadline: ok is
// false.
func (d Days) For(s scan.Severity) (days int, ok bool) {
	switch s {
	case scan.SeverityCritical, scan.SeverityUnknown:
		return d.Critical, true
	case scan.SeverityHigh:
		return d.High, true
	case scan.SeverityMedium:
		return d.Medium, true
	case scan.SeverityLow:
		return d.Low, true
	case scan.SeverityInfo, scan.SeverityNone:
	}
	return 0, false
}

func (d Days) check(c isms.Checker) {
	least := 1
	for _, x := range []struct {
		name string
		days int
	}{{"critical", d.Critical}, {"high", d.High}, {"medium", d.Medium}, {"low", d.Low}} {
		at := c.At(x.name)
		at.Assert(x.days >= 1 && x.days <= maxDays, isms.CodeRange, "have", strconv.Itoa(x.days), "want", "1 ... 3650")
		at.Assert(x.days < 1 || x.days >= least, CodeDays, "have", strconv.Itoa(x.days), "want", strconv.Itoa(least))
		least = max(least, x.days)
	}
}

// maxDays bounds a term.
const maxDays = 3650

// ReadyPolicy is a ready-made policy with values from practice, not from the
// standard: 7, 30, 90 and 180 days, a scan each month. Its id is "ready-made";
// it is a draft until somebody approves it.
func ReadyPolicy() Policy {
	return Policy{
		Common: isms.Common{ID: "ready-made", Status: isms.Draft},
		Title: isms.Text{
			"en": "Ready-made policy: values from practice, not from the standard",
			"nl": "Kant-en-klaar beleid: waarden uit de praktijk, niet uit de norm",
		},
		Days:      Days{Critical: 7, High: 30, Medium: 90, Low: 180},
		ScanEvery: isms.Cadence{Every: 1, Unit: isms.Months},
	}
}

// Policies is the collection of policies in a transaction.
func Policies(tx *isms.Tx) isms.Collection[Policy] { return policyKind().In(tx) }

// policyKind is at schema 3: each added what a program of the one before would
// give other figures without.
func policyKind() isms.Kind[Policy] {
	return isms.Kind[Policy]{Migrations: []isms.Migration{same, same}}
}

// EntityKind is "vulnerability-policy".
func (Policy) EntityKind() string { return "vulnerability-policy" }

// Check implements [isms.Entity]. It is as strict for a draft: a policy with
// holes gives no deadlines.
func (p Policy) Check(c isms.Checker) {
	isms.CheckRequired(c.At("title"), !p.Title.IsZero())
	p.Days.check(c.At("days"))
	p.Scores.check(c.At("scores"))
	for i, s := range p.Shorter {
		s.check(c.At("shorter").Index(i))
	}
	p.Calendar.check(c.At("calendar"))
	c.At("compensating").Assert(len(p.Compensating) <= maxControls, isms.CodeRange, "have", strconv.Itoa(len(p.Compensating)), "want", "0 ... 64")
	p.Regimes.check(c.At("regimes"))
	for i := range p.Compensating {
		p.Compensating[i].check(c.At("compensating").Index(i))
	}
	p.Tables.check(c.At("tables"))
	months := p.EvidenceMonths
	c.At("evidenceMonths").Assert(months >= 0 && months <= maxEvidenceMonths, isms.CodeRange, "have", strconv.Itoa(months), "want", "0 ... 120")
	p.Samples.check(c.At("samples"))
	every := p.ScanEvery
	c.At("scanEvery").Assert(every.Every >= 1 && every.Every <= 10000 && every.Unit >= isms.Days && every.Unit <= isms.Years,
		isms.CodeRange, "have", every.String(), "want", "1 day ... 10000 years")
}

// Level is how bad a finding is held to be.
type Level struct {
	Severity scan.Severity
	Score    cvss.Score // the highest known; unknown when there is none
	// Scored says that no tool gave a word, or that the policy chooses one score:
	// Severity is the band of the greatest, or of that one.
	Scored bool
}

// Rate chooses the severity and the score of a finding from what the tools that
// still see it report, or from all when none does. The severity of one tool is
// its word; without a word, the greatest band of its CVSS ratings; without one
// that can be read, unknown. Of several tools the greatest known counts, unless
// Policy.Scores chooses one score. No missing or unreadable value lowers it to a
// number of our own making.
func (p Policy) Rate(f Finding) Level {
	f.Observations = p.Scores.apply(f.Observations)
	var level Level
	gone := !f.Observed()
	for _, o := range f.Observations {
		if o.Absent != "" && !gone {
			continue
		}
		l := o.level()
		if l.Severity > level.Severity || l.Severity == level.Severity && level.Scored && !l.Scored {
			level.Severity, level.Scored = l.Severity, l.Scored
		}
		level.Score = greater(level.Score, l.Score)
	}
	return level
}

func (o Observation) level() Level {
	level := Level{Severity: o.Severity}
	band := cvss.Unknown
	for _, r := range o.Ratings {
		score, severity := r.rate()
		level.Score = greater(level.Score, score)
		if severity > band { // unknown is the zero value
			band = severity
		}
	}
	if o.Severity == scan.SeverityUnknown && band != cvss.Unknown {
		level.Severity, level.Scored = severityOf(band), true
	}
	return level
}

// rate is the greater of the score that the source states and that of its
// vector, with its band.
func (r Rating) rate() (cvss.Score, cvss.Severity) {
	score, version := r.Score, cvss.V31 // whose bands 3.0 and 4.0 share
	if r.Version == cvss.V2.String() {
		version = cvss.V2
	}
	if v, _, err := cvss.ParseLenient(r.Vector); err == nil {
		score, version = greater(score, v.Scores().Overall), v.Version()
	}
	return score, version.Severity(score)
}

// greater is the higher of two scores; an unknown one does not count.
func greater(a, b cvss.Score) cvss.Score {
	if !a.Known() || b.Known() && b.Compare(a) > 0 {
		return b
	}
	return a
}

func severityOf(s cvss.Severity) scan.Severity {
	switch s {
	case cvss.None:
		return scan.SeverityNone
	case cvss.Low:
		return scan.SeverityLow
	case cvss.Medium:
		return scan.SeverityMedium
	case cvss.High:
		return scan.SeverityHigh
	case cvss.Critical:
		return scan.SeverityCritical
	case cvss.Unknown:
	}
	return scan.SeverityUnknown
}

// Compare orders levels, the worse one first: by severity, unknown before
// critical, then by score, an unknown one first.
func (l Level) Compare(m Level) int {
	return cmp.Or(
		cmp.Compare(rank(m.Severity), rank(l.Severity)),
		compareScores(m.Score, l.Score),
	)
}

// rank orders severities with unknown as the greatest.
func rank(s scan.Severity) int {
	if s == scan.SeverityUnknown {
		return int(scan.SeverityCritical) + 1
	}
	return int(s)
}

// compareScores takes an unknown score for the greatest.
func compareScores(a, b cvss.Score) int {
	if a.Known() != b.Known() {
		if a.Known() {
			return -1
		}
		return 1
	}
	return cmp.Compare(tenths(a), tenths(b))
}

func tenths(s cvss.Score) int {
	n, _ := s.Tenths()
	return n
}
