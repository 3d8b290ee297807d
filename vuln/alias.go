package vuln

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
)

// Alias is that somebody states of two ids of vulnerabilities that they are one,
// or that they are not, whatever tools say: GHSA-1 is CVE-2026-1, by the
// advisory of that day. What tools state is in the observations of a finding.
//
// Findings stay as they were reported, each under its own id: [Unite] makes one
// of those that are the same, so that none counts twice. When a statement is
// withdrawn they are two again, each with its own clock and decisions.
type Alias struct {
	isms.Common // Occurred is the day from which it is stated

	A string `json:"a"` // the ids, in the order of the alphabet
	B string `json:"b"`
	// Distinct says that they are two, and ends what tools or others state.
	Distinct  bool      `json:"distinct,omitempty"`
	Source    string    `json:"source"` // who states it: "ghsa", "jan"
	Withdrawn isms.Date `json:"withdrawn,omitzero"`
	Note      isms.Text `json:"note,omitempty"`
}

// NewAlias states that two ids are one; its id is derived from them and the
// source.
func NewAlias(a, b, source string, on isms.Date) Alias {
	x := Alias{A: min(a, b), B: max(a, b), Source: source}
	x.ID, x.Occurred = aliasID(x), on
	return x
}

func aliasID(x Alias) string { return "a-" + digest(x.A, x.B, x.Source) }

// Aliases is the collection of statements about ids in a transaction.
func Aliases(tx *isms.Tx) isms.Collection[Alias] { return isms.Kind[Alias]{}.In(tx) }

// EntityKind is "vulnerability-alias".
func (Alias) EntityKind() string { return "vulnerability-alias" }

// Check implements [isms.Entity].
func (a Alias) Check(c isms.Checker) {
	isms.CheckRequired(c.At("a"), a.A != "")
	isms.CheckRequired(c.At("b"), a.B != "")
	isms.CheckRequired(c.At("source"), a.Source != "")
	isms.CheckRequired(c.At("occurred"), !a.Occurred.IsZero())
	isms.CheckOrder(c.At("withdrawn"), a.Occurred, a.Withdrawn)
	want := aliasID(a)
	c.At("id").Assert(a.ID == want && a.A < a.B, CodeIdentity, "have", a.ID, "want", want)
}

// inForce reports whether it is stated on a day.
func (a Alias) inForce(today isms.Date) bool {
	return a.Status != isms.Retired && !a.Occurred.After(today) && (a.Withdrawn.IsZero() || a.Withdrawn.After(today))
}

// United is the findings of one vulnerability at one location of an asset.
type United struct {
	// Finding is the one finding, for reading: do not store it when it has
	// several Members. It has the id of the one under its CVE id, else of the
	// first by name; the earliest first day; the newest decision; and what is
	// still observed under any of the names.
	Finding *Finding
	// Members are the ids of all of them, sorted.
	Members []string

	all []*Finding // in the order of the findings, the leading one first
}

// Unite makes one of the findings whose ids are the same vulnerability on a day
// and that are at one place, in the order of the first of them. Which ids are
// the same is stated by the tools, as aliases, and by the statements. Two CVE
// ids are one only where a statement says so, and an id that tools give to
// several, such as that of an advisory, is none of them. O(n log n).
func Unite(findings []Finding, statements []Alias, today isms.Date) []United {
	names := make([]name, len(findings))
	for n := range findings {
		f := &findings[n]
		names[n] = name{place{f.Vulnerability, f.Location}, f.Asset, f.Aliases}
	}
	lead := cluster(names, statements, today)
	members := make(map[int][]*Finding)
	for n := range findings {
		if lead[n] != n {
			members[lead[n]] = append(members[lead[n]], &findings[n])
		}
	}
	var list []United
	done := make(map[int]bool, len(members))
	for n := range findings {
		at := lead[n]
		if done[at] {
			continue
		}
		u := United{Finding: &findings[at], Members: []string{findings[at].ID}, all: []*Finding{&findings[at]}}
		if others := members[at]; len(others) > 0 {
			done[at] = true
			one := unite(u.Finding, others)
			u.Finding, u.all = &one, append(u.all, others...)
			for _, f := range others {
				u.Members = append(u.Members, f.ID)
			}
			slices.Sort(u.Members)
		}
		list = append(list, u)
	}
	return list
}

// unite is a finding with what others tell of it.
func unite(lead *Finding, others []*Finding) Finding {
	f := *lead
	f.Observations = slices.Clone(f.Observations)
	for _, o := range others {
		f.Aliases = union(f.Aliases, append([]string{o.Vulnerability}, o.Aliases...), f.Vulnerability)
		if f.FirstKnown.IsZero() || !o.FirstKnown.IsZero() && o.FirstKnown.Before(f.FirstKnown) {
			f.FirstKnown = o.FirstKnown
		}
		if o.Reopened.After(f.Reopened) || f.Reopened.IsZero() {
			f.Reopened = o.Reopened
		}
		if later(o.Decision.On, f.Decision.On) {
			f.Decision = o.Decision
		}
		if later(o.Acceptance.On, f.Acceptance.On) {
			f.Acceptance = o.Acceptance
		}
		if f.Treatment.Kind == "" && f.Treatment.Owner.IsZero() && f.Treatment.Due.IsZero() && f.Treatment.Done.IsZero() {
			f.Treatment = o.Treatment
		}
		for _, x := range o.Observations {
			f.Observations = observed(f.Observations, x)
		}
	}
	return f
}

func later(a, b isms.Date) bool { return !a.IsZero() && (b.IsZero() || a.After(b)) }

// observed adds what a source sees under another name: the one that is still
// there counts, of two that are both.
func observed(list []Observation, x Observation) []Observation {
	n, found := slices.BinarySearchFunc(list, x.Source, func(o Observation, source string) int { return strings.Compare(o.Source, source) })
	if !found {
		return slices.Insert(list, n, x)
	}
	o := &list[n]
	presence := func(o Observation) int { return 2*one(o.Absent == "") + one(o.Verified == "") }
	switch {
	case presence(x) < presence(*o):
	case presence(x) > presence(*o):
		*o = x
	default:
		o.Ratings = slices.Clone(o.Ratings)
		mergeInto(o, x)
	}
	return list
}

// name is an id under which a vulnerability is known at a place.
type name struct {
	place

	asset   isms.Ref[isms.Asset]
	aliases []string
}

// spot is where names are compared.
type spot struct {
	place

	asset isms.Ref[isms.Asset]
}

// pair is two ids, in the order of the alphabet.
type pair struct{ a, b string }

func pairOf(a, b string) pair { return pair{min(a, b), max(a, b)} }

// cluster gives each name the place in the list of the one that leads those of
// the same vulnerability.
func cluster(names []name, statements []Alias, today isms.Date) []int {
	lead := make([]int, len(names))
	for n := range lead {
		lead[n] = n
	}
	c := newClaims(names, statements, today)
	if c == nil {
		return lead
	}
	edges := c.edges()
	for _, group := range joinAll(edges) {
		parts := [][]int{group}
		if conflicting(names, edges, group) {
			parts = joinAll(direct(names, edges, group))
		}
		for _, part := range parts {
			appoint(names, part, lead)
		}
	}
	return lead
}

// direct are the edges of a group that somebody states or that lead to a CVE id:
// others may lead from one CVE id to another.
func direct(names []name, edges map[[2]int]bool, group []int) map[[2]int]bool {
	keep := map[[2]int]bool{}
	for e, stated := range edges {
		toCVE := isCVE(names[e[0]].vulnerability) != isCVE(names[e[1]].vulnerability)
		if (stated || toCVE) && slices.Contains(group, e[0]) {
			keep[e] = stated
		}
	}
	return keep
}

// claims are what is said of names.
type claims struct {
	names    []name
	at       map[spot]int
	same     map[string][]string // by statements
	distinct map[pair]bool
}

// newClaims reads the statements; nil when nobody says anything.
func newClaims(names []name, statements []Alias, today isms.Date) *claims {
	c := &claims{names, map[spot]int{}, map[string][]string{}, map[pair]bool{}}
	for _, a := range statements {
		switch {
		case !a.inForce(today):
		case a.Distinct:
			c.distinct[pairOf(a.A, a.B)] = true
		default:
			c.same[a.A], c.same[a.B] = append(c.same[a.A], a.B), append(c.same[a.B], a.A)
		}
	}
	if len(c.same) == 0 && !slices.ContainsFunc(names, func(n name) bool { return len(n.aliases) > 0 }) {
		return nil
	}
	for n := range names {
		c.at[spot{names[n].place, names[n].asset}] = n
	}
	return c
}

// edges are the pairs of names that are said to be one, and whether a statement
// says so; tools are not believed of an id that they give to several CVE ids.
func (c *claims) edges() map[[2]int]bool {
	edges := map[[2]int]bool{}
	for n, x := range c.names {
		for _, other := range x.aliases {
			if !isCVE(x.vulnerability) || !isCVE(other) {
				c.add(edges, n, other, false)
			}
		}
		for _, other := range c.same[x.vulnerability] {
			c.add(edges, n, other, true)
		}
	}
	cves := make(map[int]map[string]bool)
	for e := range edges {
		c.count(cves, e[0], c.names[e[1]].vulnerability)
		c.count(cves, e[1], c.names[e[0]].vulnerability)
		for _, n := range e {
			for _, other := range c.names[n].aliases {
				c.count(cves, n, other)
			}
		}
	}
	for e, stated := range edges {
		if !stated && (len(cves[e[0]]) > 1 || len(cves[e[1]]) > 1) {
			delete(edges, e)
		}
	}
	return edges
}

// add is that a name has another one, if that is there.
func (c *claims) add(edges map[[2]int]bool, n int, other string, stated bool) {
	x := c.names[n]
	m, found := c.at[spot{place{other, x.location}, x.asset}]
	if !found || m == n || c.distinct[pairOf(x.vulnerability, other)] {
		return
	}
	e := [2]int{min(n, m), max(n, m)}
	edges[e] = edges[e] || stated
}

// count notes a CVE id of a name that is none.
func (c *claims) count(cves map[int]map[string]bool, n int, other string) {
	if id := c.names[n].vulnerability; isCVE(id) || !isCVE(other) || c.distinct[pairOf(id, other)] {
		return
	}
	if cves[n] == nil {
		cves[n] = map[string]bool{}
	}
	cves[n][other] = true
}

// joinAll are the groups that edges make, each sorted.
func joinAll(edges map[[2]int]bool) [][]int {
	root := map[int]int{}
	var find func(int) int
	find = func(n int) int {
		if up, found := root[n]; found && up != n {
			root[n] = find(up)
			return root[n]
		}
		return n
	}
	for e := range edges {
		root[e[0]], root[e[1]] = find(e[0]), find(e[1])
		a, b := find(e[0]), find(e[1])
		root[max(a, b)] = min(a, b)
	}
	groups := map[int][]int{}
	for n := range root {
		groups[find(n)] = append(groups[find(n)], n)
	}
	list := make([][]int, 0, len(groups))
	for _, group := range groups {
		slices.Sort(group)
		list = append(list, group)
	}
	slices.SortFunc(list, func(a, b []int) int { return cmp.Compare(a[0], b[0]) })
	return list
}

// conflicting reports whether a group has two CVE ids that no statement joins.
func conflicting(names []name, edges map[[2]int]bool, group []int) bool {
	stated := map[[2]int]bool{}
	var cves []int
	for _, n := range group {
		if isCVE(names[n].vulnerability) {
			cves = append(cves, n)
		}
	}
	if len(cves) < 2 {
		return false
	}
	for e, is := range edges {
		if is {
			stated[e] = true
		}
	}
	for _, part := range joinAll(stated) {
		if !slices.ContainsFunc(cves, func(n int) bool { return !slices.Contains(part, n) }) {
			return false
		}
	}
	return true
}

// appoint makes the first CVE id lead a group, else the first by name.
func appoint(names []name, group []int, lead []int) {
	first := slices.MinFunc(group, func(a, b int) int {
		x, y := names[a].vulnerability, names[b].vulnerability
		return cmp.Or(cmp.Compare(one(!isCVE(x)), one(!isCVE(y))), strings.Compare(x, y))
	})
	for _, n := range group {
		lead[n] = first
	}
}

func isCVE(id string) bool { return strings.HasPrefix(id, "CVE-") }
