package vex

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/vuln"
)

// subject is what a statement is about, parsed once.
type subject struct {
	component, product     PURL
	ranges                 int  // how many
	isComponent, isProduct bool // they are package URLs
	inProduct              bool // it names a product beside the component
}

func parseSubject(s Statement) subject {
	var sub subject
	var err error
	sub.component, err = ParsePURL(s.Component)
	sub.isComponent = err == nil
	sub.product, err = ParsePURL(s.Product)
	sub.isProduct = err == nil
	sub.inProduct, sub.ranges = s.Product != "", len(s.Ranges)
	return sub
}

// compare orders subjects, the least specific first: a product besides the
// component, more versions, a range of them, more qualifiers and subpaths.
func (s subject) compare(t subject) int {
	return cmp.Or(
		cmp.Compare(boolean(s.inProduct), boolean(t.inProduct)),
		cmp.Compare(s.versions(), t.versions()),
		cmp.Compare(boolean(s.ranges > 0), boolean(t.ranges > 0)),
		cmp.Compare(s.details(), t.details()),
	)
}

func (s subject) versions() int {
	return boolean(s.component.Version != "") + boolean(s.product.Version != "")
}

func (s subject) details() int {
	n := len(s.component.Qualifiers) + len(s.product.Qualifiers)
	return n + boolean(s.component.Subpath != "") + boolean(s.product.Subpath != "")
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

// place is a finding with what statements may call it.
type place struct {
	finding    *vuln.Finding
	names      []string // of the vulnerability, in upper case
	cves       int      // how many of them are CVE ids
	components []PURL
	products   []product
}

type product struct {
	text string
	purl PURL // zero when it is a name
}

func (in Inputs) places() []place {
	products := map[isms.Ref[isms.Asset]][]product{}
	for asset, texts := range in.Products {
		for _, text := range texts {
			purl, _ := ParsePURL(text) // else it is a name
			products[asset] = append(products[asset], product{text, purl})
		}
	}
	places := make([]place, 0, len(in.Findings))
	for i := range in.Findings {
		f := &in.Findings[i]
		p := place{finding: f, names: upper(append([]string{f.Vulnerability}, f.Aliases...)), products: products[f.Asset]}
		for _, name := range p.names {
			p.cves += boolean(isCVE(name))
		}
		for _, o := range seen(*f) {
			if purl, err := ParsePURL(o.PURL); err == nil {
				if strings.Contains(o.Installed, ", ") {
					purl.Version = "" // it is there in several versions
				}
				p.components = append(p.components, purl)
			}
		}
		places = append(places, p)
	}
	slices.SortFunc(places, func(a, b place) int { return strings.Compare(a.finding.ID, b.finding.ID) })
	return places
}

// seen are the observations of the tools that still see the finding; all of
// them when none does.
func seen(f vuln.Finding) []vuln.Observation {
	gone := func(o vuln.Observation) bool { return o.Absent != "" }
	if slices.ContainsFunc(f.Observations, func(o vuln.Observation) bool { return !gone(o) }) {
		return slices.DeleteFunc(slices.Clone(f.Observations), gone)
	}
	return f.Observations
}

func upper(names []string) []string {
	return distinct(names, func(name string) string { return strings.ToUpper(strings.TrimSpace(name)) })
}

func isCVE(name string) bool { return strings.HasPrefix(name, "CVE-") }

// index finds places by the vulnerability and what they are, without looking at
// all of them.
type index struct {
	at    map[spot][]int
	known map[string]bool // names of vulnerabilities

	last  *string // of the IDs that the rest is about: the statements of an entry share them
	names []string
	cves  map[string]bool
}

type spot struct{ name, what string }

func indexOf(places []place) *index {
	x := &index{at: map[spot][]int{}, known: map[string]bool{}}
	for i, p := range places {
		for _, name := range p.names {
			x.known[name] = true
			for _, c := range p.components {
				x.add(spot{name, c.key()}, i)
			}
			for _, product := range p.products {
				if product.purl.Type != "" {
					x.add(spot{name, product.purl.key()}, i)
				} else {
					x.add(spot{name, "\x00" + product.text}, i)
				}
			}
		}
	}
	return x
}

func (x *index) add(s spot, i int) {
	if list := x.at[s]; len(list) == 0 || list[len(list)-1] != i {
		x.at[s] = append(list, i)
	}
}

// match is the places that a claim fits, in order; without any, why.
func (x *index) match(places []place, c *claim) ([]int, isms.Code) {
	x.look(c.IDs)
	if len(x.names) == 0 {
		return nil, CodeNoFinding
	}
	what := c.component.key()
	if !c.isComponent {
		if what = "\x00" + c.Component; c.inProduct || c.Component == "" {
			return nil, CodeNoPURL
		}
	}
	miss := CodeOtherPlace
	if !c.isComponent {
		miss = CodeNoPURL
	}
	var fits []int
	for _, name := range x.names {
		for _, i := range x.at[spot{name, what}] {
			switch fit := c.fitsPlace(places[i]); {
			case fit == no:
			case !x.whole(places[i]):
				miss = CodePart
			case fit == yes:
				fits = append(fits, i)
			default:
				miss = CodeRange
			}
		}
	}
	if len(x.names) > 1 {
		slices.Sort(fits)
		fits = slices.Compact(fits)
	}
	return fits, miss
}

// look sets the names of a statement, and those that any finding has. Of several
// CVE ids only the first is its own: two CVE ids are never one vulnerability.
func (x *index) look(ids []string) {
	if len(ids) == 0 {
		x.last, x.names = nil, nil
		return
	}
	if x.last == &ids[0] {
		return
	}
	x.last, x.names, x.cves = &ids[0], nil, map[string]bool{}
	first := false
	for i, id := range upper(ids) {
		if i == 0 {
			first = isCVE(id)
		}
		if isCVE(id) {
			if i > 0 && first {
				continue
			}
			x.cves[id] = true
		}
		if x.known[id] {
			x.names = append(x.names, id)
		}
	}
}

// whole reports whether the statement is about all vulnerabilities of the
// finding.
func (x *index) whole(p place) bool {
	if len(x.cves) == 0 {
		return p.cves <= 1
	}
	for _, name := range p.names {
		if isCVE(name) && !x.cves[name] {
			return false
		}
	}
	return true
}

// fitsPlace tells whether the component, in a version that the statement is about,
// and the product are those of the finding.
func (c *claim) fitsPlace(p place) verity {
	if c.inProduct {
		return min(c.coversComponents(p), c.hasProduct(p, c.Product, c.product, nil))
	}
	return max(c.coversComponents(p), c.hasProduct(p, c.Component, c.component, c.Ranges))
}

// coversComponents tells whether it is about what the finding was seen in,
// whichever tool saw it.
func (c *claim) coversComponents(p place) verity {
	if len(p.components) == 0 {
		return no
	}
	all := yes
	for _, component := range p.components {
		if !c.component.Covers(component) {
			return no
		}
		all = min(all, inRanges(c.Ranges, component.Type, component.Version))
	}
	return all
}

// hasProduct tells whether the finding's asset is that product, in one of the
// ranges if there are any.
func (c *claim) hasProduct(p place, text string, purl PURL, ranges []string) verity {
	best := no
	for _, have := range p.products {
		if have.purl.Type == "" || purl.Type == "" {
			if have.text == text {
				best = max(best, inRanges(ranges, "", ""))
			}
		} else if purl.Covers(have.purl) {
			best = max(best, inRanges(ranges, have.purl.Type, have.purl.Version))
		}
	}
	return best
}
