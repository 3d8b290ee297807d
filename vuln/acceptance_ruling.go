package vuln

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
)

// Ruling is what an exception is worth on a day.
type Ruling struct {
	Exception *Exception
	Decision  *isms.Decision // the one that counts; nil when there is none
	Standing  isms.Standing  // of that decision
	// Holds reports whether the findings are accepted. Why are the reasons why
	// not, beside what Standing says.
	Holds bool
	Why   []Point

	owner isms.Link // of the risk
}

// Reasons why an exception does not hold.
const (
	CodeNoDecision  isms.Code = "vuln/exception-no-decision"
	CodeNoRisk      isms.Code = "vuln/exception-no-risk"
	CodeNotOwner    isms.Code = "vuln/exception-not-owner" // nobody asked the owner of the risk
	CodePastEnd     isms.Code = "vuln/exception-past-end"
	CodeExploited   isms.Code = "vuln/exception-exploited" // since it was accepted
	CodeWorse       isms.Code = "vuln/exception-worse"     // so was it rated
	CodeFindingGone isms.Code = "vuln/exception-finding-gone"
)

// rulings tells what each exception is worth on a day, in the order of their
// last days. One holds while a decision is in force that needs the owner of its
// risk, until its last day; and not when one of its findings became known to be
// exploited, or is rated worse than it was when it was proposed: what was
// accepted was another risk. Rows are those of a register of that day.
func rulings(in Inputs, rows []Row, today isms.Date) []Ruling {
	byID := make(map[string]Row, len(rows))
	for _, row := range rows {
		for _, id := range row.Members {
			byID[id] = row
		}
	}
	risks := make(map[isms.Ref[risk.Risk]]risk.Risk, len(in.Risks))
	for _, r := range in.Risks {
		risks[isms.Ref[risk.Risk](r.ID)] = r
	}
	list := make([]Ruling, len(in.Exceptions))
	var examiner isms.Examiner
	for n := range in.Exceptions {
		e := &in.Exceptions[n]
		r, found := risks[e.Risk]
		list[n] = rule(e, r, in.Decisions, &examiner, today)
		if !found {
			list[n].Why = append(list[n].Why, Point{Code: CodeNoRisk, About: e.Risk.Link()})
		}
		list[n].Why = append(list[n].Why, e.worse(byID)...)
		list[n].Holds = list[n].Standing.State == isms.DecisionInForce && len(list[n].Why) == 0
	}
	slices.SortFunc(list, func(a, b Ruling) int {
		return cmp.Or(compareDays(a.Exception.Until, b.Exception.Until), strings.Compare(a.Exception.ID, b.Exception.ID))
	})
	return list
}

// rule picks the decision that counts: of those that need the owner one in force,
// else the one that took effect last, else the first by id.
func rule(e *Exception, r risk.Risk, decisions []isms.Decision, examiner *isms.Examiner, today isms.Date) Ruling {
	best := Ruling{Exception: e, owner: r.Owner}
	others := false
	for n := range decisions {
		d := &decisions[n]
		if d.Purpose != ExceptionPurpose || d.Subject.Entity() != isms.LinkTo(*e).Entity() {
			continue
		}
		if r.Owner.IsZero() || !slices.Contains(d.Authority.By, r.Owner) {
			others = true
			continue
		}
		next := Ruling{Exception: e, Decision: d, Standing: examiner.On(*d, today, e), owner: r.Owner}
		if best.Decision == nil || next.before(best) {
			best = next
		}
	}
	switch {
	case best.Decision != nil:
	case others:
		best.Why = append(best.Why, Point{Code: CodeNotOwner, About: e.Risk.Link()})
	default:
		best.Why = append(best.Why, Point{Code: CodeNoDecision, About: isms.LinkTo(*e).Entity()})
	}
	if e.Until.Before(today) {
		best.Why = append(best.Why, Point{Code: CodePastEnd, About: isms.LinkTo(*e).Entity(), Args: map[string]string{"until": e.Until.String()}})
	}
	return best
}

func (a Ruling) before(b Ruling) bool {
	in := func(r Ruling) int { return one(r.Standing.State != isms.DecisionInForce) }
	return cmp.Or(
		cmp.Compare(in(a), in(b)),
		b.Standing.Since.Compare(a.Standing.Since),
		strings.Compare(a.Decision.ID, b.Decision.ID),
	) < 0
}

// worse lists the findings that are not as they were accepted.
func (e Exception) worse(rows map[string]Row) []Point {
	var why []Point
	for _, b := range e.Findings {
		row, found := rows[string(b.Finding)]
		switch now := row.Level; {
		case !found:
			why = append(why, Point{Code: CodeFindingGone, About: b.Finding.Link()})
		case !b.Exploited && row.Exploited:
			why = append(why, Point{Code: CodeExploited, About: b.Finding.Link()})
		case now.Compare(b.level()) < 0 || compareScores(b.Score, now.Score) < 0:
			why = append(why, Point{Code: CodeWorse, About: b.Finding.Link(), Args: map[string]string{
				"from": shortLevel(b.level()), "to": shortLevel(now),
			}})
		}
	}
	return why
}

// shortLevel is a level as the standards write it: "high 7.5", "high ?".
func shortLevel(l Level) string {
	score := l.Score.String()
	if !l.Score.Known() {
		score = "?"
	}
	return l.Severity.String() + " " + score
}

// asDecided is a copy of findings whose acceptance is what the rulings make of it,
// that of all findings which are one row. Once a decision about an exception took
// effect, it decides, and
// what was recorded without one counts no more.
func asDecided(findings []Finding, rows []Row, rulings []Ruling) []Finding {
	if len(rulings) == 0 {
		return findings
	}
	list := slices.Clone(findings)
	at := make(map[string]int, len(list))
	for n := range list {
		at[list[n].ID] = n
	}
	members := map[isms.Ref[Finding]][]string{}
	for n := range rows {
		for _, id := range rows[n].Members {
			members[isms.Ref[Finding](id)] = rows[n].Members
		}
	}
	decided := map[string]bool{}
	for _, r := range slices.Concat(effective(rulings, true), effective(rulings, false)) {
		for _, b := range r.Exception.Findings {
			for _, id := range members[b.Finding] {
				if n, found := at[id]; found && (r.Holds || !decided[id]) {
					decided[id] = true
					list[n].Acceptance = r.acceptance()
				}
			}
		}
	}
	return list
}

// effective are the rulings on exceptions of which a decision took effect, those
// that hold or those that do not.
func effective(list []Ruling, holding bool) []Ruling {
	return slices.DeleteFunc(slices.Clone(list), func(r Ruling) bool { return r.Holds != holding || r.Standing.Since.IsZero() })
}

// acceptance is what stands in the register: none when it ended otherwise than by
// its last day.
func (a Ruling) acceptance() Acceptance {
	byDay := a.Standing.State == isms.DecisionExpired && !slices.ContainsFunc(a.Why, func(p Point) bool { return p.Code != CodePastEnd })
	if !a.Holds && !byDay {
		return Acceptance{}
	}
	until := a.Exception.Until
	if a.Standing.Until.Before(until) {
		until = a.Standing.Until
	}
	return Acceptance{By: a.owner, On: a.Standing.Since, Until: until, Justification: a.Exception.Justification}
}
