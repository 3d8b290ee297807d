package vuln

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln/cvss"
	"github.com/ismskit/ismskit/vuln/scan"
)

// sighting is what a report says about one finding.
type sighting struct {
	id            string // of the finding; see match
	vulnerability string
	location      string
	aliases       []string // sorted, without vulnerability
	items         []int
	observation   Observation
}

// names are all ids of the vulnerability.
func (s *sighting) names() []string { return append([]string{s.vulnerability}, s.aliases...) }

type place struct{ vulnerability, location string }

// collect makes the sightings of the items, sorted by id, and accounts for
// items that are none. It returns too which items were merged by an alias.
func (i *importer) collect() (list []*sighting, aliased map[int]bool) {
	source := sourceOf(i.report)
	at := make(map[place]*sighting, len(i.report.Items))
	for n, item := range i.report.Items {
		if i.elsewhere(item) {
			i.result.OtherHosts++
			continue
		}
		s := &sighting{vulnerability: nameOf(item), location: item.Location(), items: []int{n}}
		if why := s.unfit(); why != "" {
			i.result.Rejected = append(i.result.Rejected, Rejection{n, why})
			continue
		}
		s.aliases = union(nil, slices.Concat([]string{item.ID}, item.CVEs, item.Aliases), s.vulnerability)
		s.observation = observation(item, source)
		key := place{s.vulnerability, s.location}
		if first := at[key]; first != nil {
			first.merge(s)
			continue
		}
		at[key] = s
		list = append(list, s)
	}
	list, aliased = mergeAliases(list)
	for _, s := range list {
		s.id = ID(i.asset, s.vulnerability, s.location)
	}
	slices.SortFunc(list, func(a, b *sighting) int { return strings.Compare(a.id, b.id) })
	return list, aliased
}

func (i *importer) elsewhere(item scan.Item) bool {
	return i.opts.Host != "" && item.Host != i.opts.Host
}

// nameOf is what the finding of an item is known by: its CVE id when it is one
// vulnerability with one, else the scanner's own id. A plugin stays a plugin,
// whatever CVE ids it covers in its next version.
func nameOf(item scan.Item) string {
	if item.Plugin == "" && len(item.CVEs) == 1 {
		return item.CVEs[0]
	}
	return strings.TrimSpace(item.ID)
}

// unfit tells why a sighting has no identity.
func (s *sighting) unfit() isms.Code {
	switch {
	case s.vulnerability == "":
		return CodeNoID
	case !utf8.ValidString(s.vulnerability) || !utf8.ValidString(s.location):
		return CodeNotUTF8
	}
	return ""
}

const maxTitle = 512 // bytes of a title that are kept

func observation(item scan.Item, source string) Observation {
	o := Observation{
		Source: source, Title: clip(clean(item.Title)), Severity: item.Severity,
		Installed: clean(item.Installed), FixedIn: clean(item.FixedIn), PURL: clean(item.PURL), Status: item.Status,
	}
	for _, r := range item.Ratings {
		o.Ratings = append(o.Ratings, Rating{clean(r.Source), clean(r.Version), clean(r.Vector), scoreOf(r.Score)})
	}
	o.Ratings = sortedRatings(o.Ratings)
	return o
}

// scoreOf is a score of a report as package cvss knows it; what is no score is
// unknown.
func scoreOf(s scan.Score) cvss.Score {
	score, err := cvss.ParseScore(s.String())
	if err != nil {
		return cvss.Score{}
	}
	return score
}

func sortedRatings(ratings []Rating) []Rating {
	slices.SortFunc(ratings, func(a, b Rating) int {
		return cmp.Or(strings.Compare(a.Source, b.Source), strings.Compare(a.Version, b.Version),
			strings.Compare(a.Vector, b.Vector), a.Score.Compare(b.Score))
	})
	return slices.Compact(ratings)
}

// clean makes a text that is part of no identity one that can be stored.
func clean(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

func clip(s string) string {
	if len(s) <= maxTitle {
		return s
	}
	end := maxTitle
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return strings.Clone(s[:end])
}

// merge adds another sighting of the same finding. The result is the same
// whatever their order.
func (s *sighting) merge(o *sighting) {
	s.items = append(s.items, o.items...)
	s.aliases = union(s.aliases, o.names(), s.vulnerability)
	a, b := &s.observation, o.observation
	a.Severity = max(a.Severity, b.Severity) // unknown is the least: the other one knows
	a.Ratings = sortedRatings(append(a.Ratings, b.Ratings...))
	a.Title = least(a.Title, b.Title)
	a.PURL = least(a.PURL, b.PURL)
	a.Installed = joined(a.Installed, b.Installed)
	a.FixedIn = joined(a.FixedIn, b.FixedIn)
	if a.Status != b.Status {
		a.Status = scan.StatusUnknown
	}
}

// least is the first text that is not empty, in the order of the alphabet.
func least(a, b string) string {
	if a == "" || b != "" && b < a {
		return b
	}
	return a
}

// joined is the versions of both, each once.
func joined(a, b string) string {
	const comma = ", "
	list := slices.DeleteFunc(append(strings.Split(a, comma), strings.Split(b, comma)...), func(s string) bool { return s == "" })
	slices.Sort(list)
	return strings.Join(slices.Compact(list), comma)
}

// union is both lists sorted, without what is empty, not UTF-8, or self.
func union(a, b []string, self string) []string {
	var list []string
	for _, s := range slices.Concat(a, b) {
		if s = strings.TrimSpace(s); s != "" && s != self && utf8.ValidString(s) {
			list = append(list, s)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// mergeAliases merges a sighting under another name, such as a GHSA id, into
// the one of a CVE id at the same location that has this name for an alias. Two
// CVE ids are never one, and a name that several of them have, such as that of
// an advisory, is none of them. It returns which items were merged so.
func mergeAliases(list []*sighting) (left []*sighting, aliased map[int]bool) {
	owners := map[place]*sighting{} // by alias and location; nil for several
	for _, s := range list {
		if !isCVE(s.vulnerability) {
			continue
		}
		for _, alias := range s.aliases {
			key := place{alias, s.location}
			if _, taken := owners[key]; taken {
				owners[key] = nil
			} else {
				owners[key] = s
			}
		}
	}
	aliased = map[int]bool{}
	for _, s := range list {
		owner := owners[place{s.vulnerability, s.location}]
		if owner == nil || isCVE(s.vulnerability) {
			left = append(left, s)
			continue
		}
		for _, n := range s.items {
			aliased[n] = true
		}
		owner.merge(s)
	}
	return left, aliased
}

func isCVE(id string) bool { return strings.HasPrefix(id, "CVE-") }

// accountMerged lists every item of a sighting but the first.
func (i *importer) accountMerged(aliased map[int]bool) {
	for _, s := range i.sightings {
		for _, n := range s.items[1:] {
			why := CodeSamePlace
			if aliased[n] {
				why = CodeSameAlias
			}
			i.result.Merged = append(i.result.Merged, Merge{n, s.id, why})
		}
	}
	slices.SortFunc(i.result.Merged, func(a, b Merge) int { return cmp.Compare(a.Item, b.Item) })
}

// match gives sightings the id of the finding they are of, where that is known
// under another name: when one of the two names is an alias of the other, both
// are at one location, and no other finding or sighting could be meant.
func match(sightings []*sighting, known []Finding) {
	exact := make(map[string]bool, len(sightings))
	for _, s := range sightings {
		exact[s.id] = true
	}
	names := map[place][]int{} // findings that are not in the report by their own name
	have := make(map[string]bool, len(known))
	for n, f := range known {
		have[f.ID] = true
		if exact[f.ID] {
			continue
		}
		for _, name := range append([]string{f.Vulnerability}, f.Aliases...) {
			key := place{name, f.Location}
			names[key] = append(names[key], n)
		}
	}
	claims := map[int][]*sighting{}
	for _, s := range sightings {
		if have[s.id] {
			continue
		}
		if n := candidate(s, known, names); n >= 0 {
			claims[n] = append(claims[n], s)
		}
	}
	for n, claimants := range claims {
		if len(claimants) == 1 {
			claimants[0].id = known[n].ID
		}
	}
}

// candidate is the one finding that s may be, or -1.
func candidate(s *sighting, known []Finding, names map[place][]int) int {
	found := -1
	for _, name := range s.names() {
		for _, n := range names[place{name, s.location}] {
			f := known[n]
			if name != s.vulnerability && name != f.Vulnerability || isCVE(s.vulnerability) && isCVE(f.Vulnerability) || n == found {
				continue
			}
			if found >= 0 {
				return -1
			}
			found = n
		}
	}
	return found
}
