package vuln

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/vuln/scan"
)

// Register is the list of findings on one day, what there is to do first. Rows
// is a plain slice: a caller may filter or sort it, and counts and report
// follow.
type Register struct {
	AsOf isms.Date
	// Policy gives the deadlines and the tables of risk: of several the approved one that comes first
	// by id, else the first draft. Ready says that there is none, and that it is
	// [ReadyPolicy].
	Policy Policy
	Ready  bool
	Rows   []Row
	// Coverage is every asset that is or should be scanned: those in use that
	// are software, hardware or network, and those with a scan or a
	// finding. Those never scanned come first, then those whose newest scan is
	// stale.
	Coverage []Coverage
	// Rulings are what the exceptions are worth, and what the acceptances in Rows
	// follow from.
	Rulings []Ruling

	names map[isms.Link]isms.Text
	cases *cases
}

// Row is one finding of a register. Finding points into the Inputs, but for one
// that is made of several Members; see [Unite]. Its level, deadline and risk are
// those of [Prioritize], and [Register.Priority] tells how they came about.
type Row struct {
	Finding *Finding
	Members []string // the ids of the findings that it is, mostly one
	// Level is how bad it is for the organization; Reported is what the tools say.
	Level, Reported Level
	Risk            risk.Level
	State           State
	// Open reports whether there is something to do: the state is open, and the
	// asset is not known to be out of use.
	Open      bool
	Observed  bool // some tool still sees it, whatever was decided
	Exploited bool // attacks are known of
	// LastSeen is the day of the newest scan that saw it; unset when no scan of
	// known time did.
	LastSeen isms.Date
	Deadline isms.Date // unset when it has none
	Binding  Regime    // who gives the deadline
	Overdue  bool      // open, and the deadline was before AsOf
	// Breached says that it was not dealt with by its deadline, whether or not it
	// is by now.
	Breached bool
}

// Coverage is how far an asset is scanned.
type Coverage struct {
	Asset isms.Ref[isms.Asset]
	Scan  *Scan // the newest of any tool, else of people or a part; nil when it was never scanned
	// Reasons tell why nothing certain is known of its vulnerabilities today:
	// CodeNeverScanned or those of [Scan.Validity]. The risk of such an asset
	// cannot be determined, and ranks as the greatest possible.
	Reasons []isms.Code
	Changes []AssetChange // of the asset since the scan
	Open    int           // findings
	Basis   Basis         // of an assessment of its vulnerabilities
}

// NewRegister lists every finding once, under whatever names, those with
// something to do first, in the order of [Row.Compare]. O(n log n) for n findings
// and scans, and the number of assets times that of the pieces of evidence,
// sources and tests by people; twice that when there are exceptions, which are
// held against the levels of their findings first.
func NewRegister(in Inputs, today isms.Date) Register {
	r := newRegister(in, today)
	if len(in.Exceptions) == 0 {
		return r
	}
	list := rulings(in, r.Rows, today)
	in.Findings = asDecided(in.Findings, r.Rows, list)
	r = newRegister(in, today)
	r.Rulings = list
	return r
}

func newRegister(in Inputs, today isms.Date) Register {
	r := Register{AsOf: today, Rows: make([]Row, 0, len(in.Findings)), names: namesOf(in)}
	r.Policy, r.Ready = choosePolicy(in.Policies)
	h := newHistory(in.Scans)
	r.Coverage = r.coverage(in, h)
	r.cases = newCases(in, &r)
	rules := newRules(&r.Policy, &r.cases.methodology, today)
	open := map[isms.Ref[isms.Asset]]int{}
	for _, u := range Unite(in.Findings, in.Aliases, today) {
		r.cases.add(&u)
		row := r.cases.row(rules, &u)
		row.LastSeen = h.lastSeen(u.Finding, u.Members)
		open[u.Finding.Asset] += one(row.Open)
		r.Rows = append(r.Rows, row)
	}
	slices.SortFunc(r.Rows, Row.Compare)
	for n := range r.Coverage {
		r.Coverage[n].Open = open[r.Coverage[n].Asset]
	}
	return r
}

// Priority is how the level, the deadline and the risk of a row came about.
func (r Register) Priority(row Row) Priority {
	var m risk.Methodology
	c := Case{Finding: *row.Finding}
	if r.cases != nil {
		m, c = r.cases.methodology, r.cases.of(row.Finding)
	}
	return Prioritize(c, r.Policy, m, r.AsOf)
}

// Name is the name or title of an asset, person or role; the link itself when
// the Inputs did not have it.
func (r Register) Name(l isms.Link) isms.Text {
	if name := r.names[l.Entity()]; !name.IsZero() {
		return name
	}
	return isms.Plain(l.String())
}

// Compare orders rows: open ones first, then by level, the worst first, by
// deadline, the earliest first and none last, and by id. It is 0 only for rows
// with the same id.
func (r Row) Compare(o Row) int {
	return cmp.Or(
		compareOpen(r.Open, o.Open),
		r.Level.Compare(o.Level),
		compareDays(r.Deadline, o.Deadline),
		strings.Compare(r.Finding.ID, o.Finding.ID),
	)
}

func compareOpen(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	default:
		return 1
	}
}

// compareDays puts the earlier day first, and an unset one last.
func compareDays(a, b isms.Date) int {
	if a.IsZero() != b.IsZero() {
		return b.Compare(a)
	}
	return a.Compare(b)
}

// Count is how many findings of one severity there are. Total is the sum of
// Open, Accepted and Closed.
type Count struct {
	Severity    scan.Severity
	Open        int
	Overdue     int // of the open ones
	NotObserved int // of the open ones
	Accepted    int
	Closed      int // fixed, no vulnerability here, or on an asset out of use
	Total       int
}

// Counts counts the rows by severity, unknown first, then from critical down.
func (r Register) Counts() []Count {
	severities := []scan.Severity{
		scan.SeverityUnknown, scan.SeverityCritical, scan.SeverityHigh, scan.SeverityMedium,
		scan.SeverityLow, scan.SeverityInfo, scan.SeverityNone,
	}
	counts := make([]Count, len(severities))
	for n, s := range severities {
		counts[n].Severity = s
	}
	for _, row := range r.Rows {
		c := &counts[max(0, slices.Index(severities, row.Level.Severity))] // a number of no severity is unknown
		c.Total++
		switch {
		case !row.Open && row.State == Accepted:
			c.Accepted++
		case !row.Open:
			c.Closed++
		default:
			c.Open++
			c.Overdue += one(row.Overdue)
			c.NotObserved += one(row.State == NotObserved)
		}
	}
	return counts
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

func choosePolicy(policies []Policy) (chosen Policy, ready bool) {
	for _, want := range []isms.Status{isms.Approved, isms.Draft} {
		for _, p := range policies {
			status := cmp.Or(p.Status, isms.Draft)
			if status == want && (chosen.ID == "" || p.ID < chosen.ID) {
				chosen = p
			}
		}
		if chosen.ID != "" {
			return chosen, false
		}
	}
	return ReadyPolicy(), true
}

func namesOf(in Inputs) map[isms.Link]isms.Text {
	names := map[isms.Link]isms.Text{}
	for _, a := range in.Assets {
		names[isms.LinkTo(a)] = a.Title
	}
	for _, p := range in.Persons {
		names[isms.LinkTo(p)] = isms.Plain(p.Name)
	}
	for _, r := range in.Roles {
		names[isms.LinkTo(r)] = r.Title
	}
	return names
}

// outOfUse reports whether an asset is known to be no longer used.
func outOfUse(a *isms.Asset, today isms.Date) bool {
	return a.Status == isms.Retired || a.Until.Before(today)
}
