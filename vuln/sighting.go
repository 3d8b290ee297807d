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
	id            string // of the finding
	vulnerability string
	location      string
	aliases       []string // sorted, without vulnerability
	known         []string // those that it had before, too
	items         []int
	observation   *Observation
}

type place struct{ vulnerability, location string }

// collect makes the sightings of the items, sorted by id, and accounts for
// items that are none.
func (i *importer) collect() (list []*sighting) {
	source := i.source()
	var suppressed []place
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
		if item.Suppressed {
			i.result.Suppressed = append(i.result.Suppressed, n)
			suppressed = append(suppressed, place{s.vulnerability, s.location})
			continue
		}
		s.aliases = union(nil, slices.Concat([]string{item.ID}, item.CVEs, item.Aliases), s.vulnerability)
		o := observation(item, source)
		s.observation = &o
		key := place{s.vulnerability, s.location}
		if first := at[key]; first != nil {
			first.merge(s)
			continue
		}
		at[key] = s
		list = append(list, s)
	}
	for _, s := range list {
		s.id = ID(i.asset, s.vulnerability, s.location)
	}
	for _, p := range suppressed {
		if at[p] == nil { // elsewhere in the report it stands
			i.suppressed = append(i.suppressed, ID(i.asset, p.vulnerability, p.location))
		}
	}
	slices.Sort(i.suppressed)
	i.suppressed = slices.Compact(i.suppressed)
	slices.SortFunc(list, func(a, b *sighting) int { return strings.Compare(a.id, b.id) })
	return list
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
	s.aliases = union(s.aliases, o.aliases, s.vulnerability)
	mergeInto(s.observation, *o.observation)
}

// mergeInto adds what the same source sees of the same finding elsewhere.
func mergeInto(a *Observation, b Observation) {
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
