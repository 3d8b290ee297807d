package vuln

import (
	"slices"

	"github.com/ismskit/ismskit/isms"
)

// Basis is what an assessment of the vulnerabilities of an asset rests on: the
// analysis of logs, knowledge of technical vulnerabilities, and a deeper
// examination of the system. All three are needed.
type Basis struct {
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

// grounds are what bases are made of, on a day.
type grounds struct {
	sources  []InfoSource
	evidence []isms.Evidence
	tests    map[isms.Ref[isms.Asset]][]*Scan // by people
	months   int                              // that evidence without an end of its own counts
	today    isms.Date
}

func newGrounds(in Inputs, p *Policy, today isms.Date) grounds {
	g := grounds{in.Sources, in.Evidence, map[isms.Ref[isms.Asset]][]*Scan{}, evidenceMonths(p), today}
	for n := range in.Scans {
		if s := &in.Scans[n]; s.Extent.Kind != "" && !s.day().After(today) {
			g.tests[s.Asset] = append(g.tests[s.Asset], s)
		}
	}
	return g
}

// basis tells on what the assessment of an asset rests.
func (g *grounds) basis(c *Coverage) Basis {
	b := Basis{
		Logs:        Answer{Question: QuestionLogs, Basis: guidance("8.15, 8.16")},
		Knowledge:   answerSources(g.sources, c.Asset, g.months, g.today),
		Examination: Answer{Question: QuestionExamination, Basis: guidance("8.8, 8.9")},
	}
	whole := func(e *isms.Evidence) bool { return len(e.About) == 0 || about(e, c.Asset) }
	g.look(&b.Logs, "A.8.15", whole)
	g.look(&b.Logs, "A.8.16", whole)
	b.Knowledge.Question = QuestionKnowledge
	b.Knowledge.Basis = guidance("8.8")
	for _, why := range c.Reasons {
		b.Knowledge.hole(why, c.Asset.Link())
	}
	if c.Scan != nil && len(c.Reasons) == 0 {
		b.Knowledge.hit(PointScan, c.Asset.Link(), "on", c.Scan.day().String())
	}
	g.examine(&b.Examination, c.Asset)
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

// Safeguards answers what goes along with the basis: protection against malware,
// which counts together with awareness only (A.8.7, A.6.3), and the rules for the
// installation of software by users, recorded and followed up (A.8.19).
func Safeguards(in PackInputs, today isms.Date) []Answer {
	p, _ := choosePolicy(in.Policies)
	g := newGrounds(in.Inputs, &p, today)
	all := func(*isms.Evidence) bool { return true }
	malware := Answer{Question: QuestionMalware, Basis: guidance("8.7, 6.3")}
	g.look(&malware, "A.8.7", all)
	technical := len(malware.Hits)
	g.look(&malware, "A.6.3", all)
	if aware := len(malware.Hits) - technical; (technical > 0) != (aware > 0) {
		malware.hole(PointAlone, isms.Link{})
	}
	install := Answer{Question: QuestionInstall, Basis: guidance("8.19")}
	install.rule(in, "A.8.19")
	g.look(&install, "A.8.19", all)
	return []Answer{malware, install}
}

// about reports whether evidence names an asset.
func about(e *isms.Evidence, asset isms.Ref[isms.Asset]) bool {
	return slices.ContainsFunc(e.About, func(l isms.Link) bool { return l.Entity() == asset.Link() })
}

// seen is the last day that evidence says something about; unset when nobody
// knows.
func seen(e *isms.Evidence) isms.Date {
	for _, day := range []isms.Date{e.Covers.To, e.Received, e.Occurred} {
		if !day.IsZero() {
			return day
		}
	}
	return isms.Date{}
}

// current reports whether evidence can be relied on: until the day that it says,
// else for the months of the policy. Without a day it cannot, nor before it was
// there.
func (g *grounds) current(e *isms.Evidence) bool {
	day := seen(e)
	if day.IsZero() || !e.Fresh(g.today) || e.Received.After(g.today) || e.Occurred.After(g.today) {
		return false
	}
	return !e.Expires.IsZero() || !day.AddMonths(g.months).Before(g.today)
}

// look adds the evidence of a control, or that there is none today.
func (g *grounds) look(a *Answer, control isms.ControlID, fits func(*isms.Evidence) bool) {
	found := false
	for n := range g.evidence {
		e := &g.evidence[n]
		if e.Status == isms.Retired || !slices.Contains(e.Controls, control) || !fits(e) {
			continue
		}
		if g.current(e) {
			found = true
			a.hit(PointEvidence, isms.LinkTo(*e).Entity(), "control", string(control), "on", seen(e).String())
		} else {
			a.hole(PointEvidenceOld, isms.LinkTo(*e).Entity(), "control", string(control), "on", seen(e).String())
		}
	}
	if !found {
		a.hole(PointNoEvidence, isms.Link{}, "control", string(control))
	}
}

// examine adds the deeper examinations of an asset: tests by people, and evidence
// of a test or a review that names it.
func (g *grounds) examine(a *Answer, asset isms.Ref[isms.Asset]) {
	for _, s := range g.tests[asset] {
		if s.At.IsZero() || s.day().AddMonths(g.months).Before(g.today) {
			a.hole(PointTestOld, isms.LinkTo(*s).Entity(), "on", s.day().String())
		} else {
			a.hit(PointTest, isms.LinkTo(*s).Entity(), "on", s.day().String())
		}
	}
	for n := range g.evidence {
		e := &g.evidence[n]
		review := slices.Contains(e.Controls, "A.8.9") || e.Type == isms.EvidenceTest && slices.Contains(e.Controls, "A.8.8")
		switch {
		case e.Status == isms.Retired || !review || !about(e, asset):
		case g.current(e):
			a.hit(PointTest, isms.LinkTo(*e).Entity(), "on", seen(e).String())
		default:
			a.hole(PointTestOld, isms.LinkTo(*e).Entity(), "on", seen(e).String())
		}
	}
	if len(a.Hits) == 0 {
		a.hole(PointNoTest, asset.Link())
	}
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
