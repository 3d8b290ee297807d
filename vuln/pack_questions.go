package vuln

import (
	"slices"
	"strconv"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
)

// Answer is what the records show to a question: what is there, and what is not.
// It is never a conclusion; that is the reader's.
type Answer struct {
	Question isms.Code // its text is in the catalogue
	Basis    isms.Basis
	Hits     []Point
	Holes    []Point
}

// Point is one thing that the records show. Code has a text with Args; that of
// "owner" is a link, for a report to name.
type Point struct {
	Code  isms.Code
	About isms.Link // zero for the whole
	Args  map[string]string
}

// The five questions that an auditor asks about vulnerabilities.
const (
	QuestionRoles     isms.Code = "vuln/question-roles"
	QuestionSources   isms.Code = "vuln/question-sources"
	QuestionDeadlines isms.Code = "vuln/question-deadlines"
	QuestionRisks     isms.Code = "vuln/question-risks"
	QuestionInventory isms.Code = "vuln/question-inventory"
)

// What answers are made of.
const (
	PointRole        isms.Code = "vuln/point-role"
	PointRoleVacant  isms.Code = "vuln/point-role-vacant"
	PointRoleDraft   isms.Code = "vuln/point-role-draft"
	PointNoRole      isms.Code = "vuln/point-no-role"
	PointSource      isms.Code = "vuln/point-source"
	PointSourceLate  isms.Code = "vuln/point-source-late"
	PointSourceNever isms.Code = "vuln/point-source-never"
	PointSourceTerm  isms.Code = "vuln/point-source-term" // nobody said how often
	PointNoSource    isms.Code = "vuln/point-no-source"
	PointPolicy      isms.Code = "vuln/point-policy"
	PointPolicyDraft isms.Code = "vuln/point-policy-draft"
	PointNoPolicy    isms.Code = "vuln/point-no-policy"
	PointTermed      isms.Code = "vuln/point-termed" // open findings with a deadline
	PointOverdue     isms.Code = "vuln/point-overdue"
	PointUntermed    isms.Code = "vuln/point-untermed"
	PointAssessed    isms.Code = "vuln/point-assessed"
	PointNotAssessed isms.Code = "vuln/point-not-assessed"
	PointNoRisk      isms.Code = "vuln/point-no-risk"
	PointNoNeeds     isms.Code = "vuln/point-no-needs"
	PointNoExposure  isms.Code = "vuln/point-no-exposure"
	PointIncomplete  isms.Code = "vuln/point-basis-incomplete"
	PointAsset       isms.Code = "vuln/point-asset"
	PointNoOwner     isms.Code = "vuln/point-no-owner"
	PointUnlisted    isms.Code = "vuln/point-unlisted" // scanned, and not in the inventory
	PointNoAssets    isms.Code = "vuln/point-no-assets"
)

// Answers answers the five questions by the records of a day, with a register of
// that day.
func Answers(in PackInputs, r Register) []Answer {
	return []Answer{answerRoles(in, r.AsOf), answerSources(in.Sources, "", evidenceMonths(&r.Policy), r.AsOf), answerDeadlines(r), answerRisks(in, r), answerInventory(in, r)}
}

func guidance(ref string) isms.Basis {
	return isms.Basis{Kind: isms.Guidance, Source: "ISO/IEC 27002:2022", Ref: ref}
}

func (a *Answer) hit(code isms.Code, about isms.Link, args ...string) {
	a.Hits = append(a.Hits, point(code, about, args))
}

func (a *Answer) hole(code isms.Code, about isms.Link, args ...string) {
	a.Holes = append(a.Holes, point(code, about, args))
}

func point(code isms.Code, about isms.Link, args []string) Point {
	p := Point{Code: code, About: about}
	for n := 0; n+1 < len(args); n += 2 {
		if p.Args == nil {
			p.Args = map[string]string{}
		}
		p.Args[args[n]] = args[n+1]
	}
	return p
}

func answerRoles(in PackInputs, today isms.Date) Answer {
	a := Answer{Question: QuestionRoles, Basis: guidance("8.8, 5.2")}
	here := map[isms.Ref[isms.Individual]]bool{}
	for _, p := range in.Persons {
		here[isms.Ref[isms.Individual](p.ID)] = p.Status != isms.Retired && p.Here(today)
	}
	found := false
	for _, r := range in.Roles {
		if r.Status == isms.Retired || !slices.Contains(r.Duties, isms.DutyVulnerability) {
			continue
		}
		found = true
		about := isms.LinkTo(r).Entity()
		holders := 0
		for _, h := range r.Holders {
			holders += one(here[h])
		}
		if holders == 0 {
			a.hole(PointRoleVacant, about)
		} else {
			a.hit(PointRole, about, "n", strconv.Itoa(holders))
		}
		if r.Status != isms.Approved {
			a.hole(PointRoleDraft, about)
		}
	}
	if !found {
		a.hole(PointNoRole, isms.Link{})
	}
	return a
}

// answerSources is about the sources for an asset, or about all of them. A
// consultation that nobody set a term for counts as long as evidence does.
func answerSources(sources []InfoSource, asset isms.Ref[isms.Asset], months int, today isms.Date) Answer {
	a := Answer{Question: QuestionSources, Basis: guidance("8.8, 5.6")}
	found := false
	for _, s := range sources {
		if s.Status == isms.Retired || asset != "" && len(s.Assets) > 0 && !slices.Contains(s.Assets, asset) {
			continue
		}
		found = true
		about := isms.LinkTo(s).Entity()
		switch due := s.Every.Nth(s.Consulted, 1); {
		case s.Consulted.IsZero() || s.Consulted.After(today):
			a.hole(PointSourceNever, about)
		case due.Before(today):
			a.hole(PointSourceLate, about, "on", s.Consulted.String(), "due", due.String())
		case s.Every.IsZero():
			a.hole(PointSourceTerm, about, "on", s.Consulted.String())
			if !s.Consulted.AddMonths(months).Before(today) {
				a.hit(PointSource, about, "on", s.Consulted.String())
			}
		default:
			a.hit(PointSource, about, "on", s.Consulted.String())
		}
	}
	if !found {
		a.hole(PointNoSource, asset.Link())
	}
	return a
}

func answerDeadlines(r Register) Answer {
	a := Answer{Question: QuestionDeadlines, Basis: guidance("8.8")}
	about := isms.LinkTo(r.Policy).Entity()
	switch {
	case r.Ready:
		a.hole(PointNoPolicy, isms.Link{})
	case r.Policy.Status != isms.Approved:
		a.hole(PointPolicyDraft, about)
	default:
		a.hit(PointPolicy, about)
	}
	termed, untermed, overdue := 0, 0, 0
	for _, row := range r.Rows {
		if !row.Open {
			continue
		}
		termed += one(!row.Deadline.IsZero())
		untermed += one(row.Deadline.IsZero())
		overdue += one(row.Overdue)
	}
	if termed > 0 {
		a.hit(PointTermed, isms.Link{}, "n", strconv.Itoa(termed))
	}
	if untermed > 0 {
		a.hole(PointUntermed, isms.Link{}, "n", strconv.Itoa(untermed))
	}
	if overdue > 0 {
		a.hole(PointOverdue, isms.Link{}, "n", strconv.Itoa(overdue))
	}
	return a
}

// answerRisks is about each asset that is or should be scanned.
func answerRisks(in PackInputs, r Register) Answer {
	a := Answer{Question: QuestionRisks, Basis: guidance("8.8")}
	risks := map[isms.Ref[isms.Asset]][]risk.Risk{}
	for _, x := range in.Risks {
		for _, asset := range x.Assets {
			if x.Status != isms.Retired {
				risks[asset] = append(risks[asset], x)
			}
		}
	}
	assets := map[isms.Ref[isms.Asset]]isms.Asset{}
	for _, x := range in.Assets {
		assets[isms.Ref[isms.Asset](x.ID)] = x
	}
	for _, c := range r.Coverage {
		a.assessed(c.Asset, risks[c.Asset], c.Basis)
		x := assets[c.Asset]
		if n := x.Needs; n.Confidentiality == "" || n.Integrity == "" || n.Availability == "" {
			a.hole(PointNoNeeds, c.Asset.Link())
		}
		if x.Exposure == "" {
			a.hole(PointNoExposure, c.Asset.Link())
		}
	}
	if len(r.Coverage) == 0 {
		a.hole(PointNoAssets, isms.Link{})
	}
	return a
}

// assessed adds the risks of an asset. An assessment whose basis is incomplete is
// a hole, and says so.
func (a *Answer) assessed(asset isms.Ref[isms.Asset], risks []risk.Risk, basis Basis) {
	for _, x := range risks {
		switch {
		case !x.Current.Assessed():
			a.hole(PointNotAssessed, asset.Link(), "risk", nameOfRisk(x))
		case !basis.Complete():
			a.hole(PointIncomplete, asset.Link(), "risk", nameOfRisk(x))
		default:
			a.hit(PointAssessed, asset.Link(), "risk", nameOfRisk(x), "on", x.Current.On.String())
		}
	}
	if len(risks) == 0 {
		a.hole(PointNoRisk, asset.Link())
	}
}

// nameOfRisk is the number that people know a risk by.
func nameOfRisk(r risk.Risk) string {
	if r.Label != "" {
		return r.Label
	}
	return r.ID
}

func answerInventory(in PackInputs, r Register) Answer {
	a := Answer{Question: QuestionInventory, Basis: guidance("8.8, 5.9")}
	assets := map[isms.Ref[isms.Asset]]isms.Asset{}
	for _, x := range in.Assets {
		assets[isms.Ref[isms.Asset](x.ID)] = x
	}
	for _, c := range r.Coverage {
		x, listed := assets[c.Asset]
		switch {
		case !listed:
			a.hole(PointUnlisted, c.Asset.Link())
		case x.Owner.IsZero():
			a.hole(PointNoOwner, c.Asset.Link())
		default:
			a.hit(PointAsset, c.Asset.Link(), "owner", x.Owner.String())
		}
		for _, why := range c.Reasons {
			a.hole(why, c.Asset.Link())
		}
	}
	if len(r.Coverage) == 0 {
		a.hole(PointNoAssets, isms.Link{})
	}
	return a
}
