package vuln

import (
	"slices"

	"github.com/ismskit/ismskit/isms"
)

// Basis is what an assessment of the vulnerabilities of an asset rests on: the
// analysis of logs, knowledge of technical vulnerabilities, and a deeper
// examination of the system. All three are needed.
type Basis struct {
	Asset       isms.Ref[isms.Asset]
	Logs        Answer // A.8.15, A.8.16
	Knowledge   Answer // sources and a valid scan
	Examination Answer // a penetration test, a review of the configuration
}

// The questions of a basis, and those about what goes along with it.
const (
	QuestionLogs        isms.Code = "vuln/question-logs"
	QuestionKnowledge   isms.Code = "vuln/question-knowledge"
	QuestionExamination isms.Code = "vuln/question-examination"
	QuestionMalware     isms.Code = "vuln/question-malware"
	QuestionInstall     isms.Code = "vuln/question-install"
)

// What they are answered with.
const (
	PointEvidence    isms.Code = "vuln/point-evidence"
	PointEvidenceOld isms.Code = "vuln/point-evidence-old"
	PointNoEvidence  isms.Code = "vuln/point-no-evidence" // of a control
	PointScan        isms.Code = "vuln/point-scan"
	PointTest        isms.Code = "vuln/point-test"
	PointTestOld     isms.Code = "vuln/point-test-old"
	PointNoTest      isms.Code = "vuln/point-no-test"
	PointRule        isms.Code = "vuln/point-rule" // an approved document
	PointRuleDraft   isms.Code = "vuln/point-rule-draft"
	PointNoRule      isms.Code = "vuln/point-no-rule"
	PointAlone       isms.Code = "vuln/point-alone" // one without the other
)

// evidenceMonths is how long evidence without an end of its own counts, in
// practice: what is seen once a year.
const evidenceMonths = 12

// NewBasis tells on what the assessment of an asset of a register rests on a day.
func NewBasis(in PackInputs, c Coverage, today isms.Date) Basis {
	b := Basis{
		Asset:       c.Asset,
		Logs:        Answer{Question: QuestionLogs, Basis: guidance("8.15, 8.16")},
		Knowledge:   answerSources(in, c.Asset, today),
		Examination: Answer{Question: QuestionExamination, Basis: guidance("8.8, 8.9")},
	}
	whole := func(e isms.Evidence) bool { return len(e.About) == 0 || about(e, c.Asset) }
	b.Logs.evidence(in, "A.8.15", today, whole)
	b.Logs.evidence(in, "A.8.16", today, whole)
	b.Knowledge.Question = QuestionKnowledge
	b.Knowledge.Basis = guidance("8.8")
	for _, why := range c.Reasons {
		b.Knowledge.hole(why, c.Asset.Link())
	}
	if c.Scan != nil && len(c.Reasons) == 0 {
		b.Knowledge.hit(PointScan, c.Asset.Link(), "on", c.Scan.day().String())
	}
	b.Examination.examine(in, c.Asset, today)
	return b
}

// Complete reports whether all three are there. Holes of a part that is there all
// the same, such as one source of several that is late, do not count against it;
// of the knowledge of an asset a valid scan and one source have to be there.
func (b Basis) Complete() bool {
	scanned := slices.ContainsFunc(b.Knowledge.Hits, func(p Point) bool { return p.Code == PointScan })
	sourced := slices.ContainsFunc(b.Knowledge.Hits, func(p Point) bool { return p.Code == PointSource })
	missing := func(p Point) bool { return p.Code == PointNoEvidence }
	return !slices.ContainsFunc(b.Logs.Holes, missing) && scanned && sourced && len(b.Examination.Hits) > 0
}

// Level is what a new evaluation of a finding makes of the level before it. On an
// incomplete basis no level is lowered.
func (b Basis) Level(before, now Level) Level {
	if !b.Complete() && before.Compare(now) < 0 {
		return before
	}
	return now
}

// Safeguards answers what goes along with the basis: protection against malware,
// which counts together with awareness only (A.8.7, A.6.3), and the rules for the
// installation of software by users, recorded and followed up (A.8.19).
func Safeguards(in PackInputs, today isms.Date) []Answer {
	all := func(isms.Evidence) bool { return true }
	malware := Answer{Question: QuestionMalware, Basis: guidance("8.7, 6.3")}
	malware.evidence(in, "A.8.7", today, all)
	technical := len(malware.Hits)
	malware.evidence(in, "A.6.3", today, all)
	if aware := len(malware.Hits) - technical; (technical > 0) != (aware > 0) {
		malware.hole(PointAlone, isms.Link{})
	}
	install := Answer{Question: QuestionInstall, Basis: guidance("8.19")}
	install.rule(in, "A.8.19")
	install.evidence(in, "A.8.19", today, all)
	return []Answer{malware, install}
}

// about reports whether evidence names an asset.
func about(e isms.Evidence, asset isms.Ref[isms.Asset]) bool {
	return slices.ContainsFunc(e.About, func(l isms.Link) bool { return l.Entity() == asset.Link() })
}

// seen is the last day that evidence says something about; unset when nobody
// knows.
func seen(e isms.Evidence) isms.Date {
	for _, day := range []isms.Date{e.Covers.To, e.Received, e.Occurred} {
		if !day.IsZero() {
			return day
		}
	}
	return isms.Date{}
}

// current reports whether evidence can be relied on: until the day that it says,
// else for a year. Without a day it cannot, nor before it was there.
func current(e isms.Evidence, today isms.Date) bool {
	day := seen(e)
	if day.IsZero() || !e.Fresh(today) || e.Received.After(today) || e.Occurred.After(today) {
		return false
	}
	return !e.Expires.IsZero() || !day.AddMonths(evidenceMonths).Before(today)
}

// evidence adds the evidence of a control, or that there is none today.
func (a *Answer) evidence(in PackInputs, control isms.ControlID, today isms.Date, fits func(isms.Evidence) bool) {
	found := false
	for _, e := range in.Evidence {
		if e.Status == isms.Retired || !slices.Contains(e.Controls, control) || !fits(e) {
			continue
		}
		if current(e, today) {
			found = true
			a.hit(PointEvidence, isms.LinkTo(e).Entity(), "control", string(control), "on", seen(e).String())
		} else {
			a.hole(PointEvidenceOld, isms.LinkTo(e).Entity(), "control", string(control), "on", seen(e).String())
		}
	}
	if !found {
		a.hole(PointNoEvidence, isms.Link{}, "control", string(control))
	}
}

// examine adds the deeper examinations of an asset: tests by people, and evidence
// of a test or a review that names it.
func (a *Answer) examine(in PackInputs, asset isms.Ref[isms.Asset], today isms.Date) {
	for _, s := range in.Scans {
		if s.Asset != asset || s.Extent.Kind == "" || s.day().After(today) {
			continue
		}
		if s.At.IsZero() || s.day().AddMonths(evidenceMonths).Before(today) {
			a.hole(PointTestOld, isms.LinkTo(s).Entity(), "on", s.day().String())
		} else {
			a.hit(PointTest, isms.LinkTo(s).Entity(), "on", s.day().String())
		}
	}
	for _, e := range in.Evidence {
		review := slices.Contains(e.Controls, "A.8.9") || e.Type == isms.EvidenceTest && slices.Contains(e.Controls, "A.8.8")
		switch {
		case e.Status == isms.Retired || !review || !about(e, asset):
		case current(e, today):
			a.hit(PointTest, isms.LinkTo(e).Entity(), "on", seen(e).String())
		default:
			a.hole(PointTestOld, isms.LinkTo(e).Entity(), "on", seen(e).String())
		}
	}
	if len(a.Hits) == 0 {
		a.hole(PointNoTest, asset.Link())
	}
}

// testsOnly are the inputs with no scans but the tests by people, which are all
// that a basis looks for.
func testsOnly(in PackInputs) PackInputs {
	all := in.Scans
	in.Scans = nil
	for _, s := range all {
		if s.Extent.Kind != "" {
			in.Scans = append(in.Scans, s)
		}
	}
	return in
}

// rule adds the documents that lay down a control.
func (a *Answer) rule(in PackInputs, control isms.ControlID) {
	found := false
	for _, d := range in.Documents {
		if d.Status == isms.Retired || !slices.Contains(d.Controls, control) {
			continue
		}
		found = true
		if d.Status == isms.Approved {
			a.hit(PointRule, isms.LinkTo(d).Entity(), "control", string(control))
		} else {
			a.hole(PointRuleDraft, isms.LinkTo(d).Entity(), "control", string(control))
		}
	}
	if !found {
		a.hole(PointNoRule, isms.Link{}, "control", string(control))
	}
}
