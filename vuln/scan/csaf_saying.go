package scan

import (
	"fmt"
	"slices"
	"time"
)

// csafSaying is a flag, a threat or a remediation, with the products that it is
// about.
type csafSaying struct {
	kind, text, url  string
	at               time.Time
	products, groups []string
}

func (c *csaf) sayings(to *[]csafSaying) error {
	return c.Array(func(i int) error {
		if i == MaxIDs {
			return c.Fault("limit", fmt.Sprintf("more than %d of one vulnerability", MaxIDs))
		}
		var s csafSaying
		err := c.Object(func(name []byte) error {
			switch string(name) {
			case "label", "category":
				return c.short(&s.kind)
			case "details":
				return c.text(&s.text)
			case "url":
				return c.short(&s.url)
			case "date":
				return c.time(&s.at)
			case "product_ids":
				return c.ids(&s.products)
			case "group_ids":
				return c.ids(&s.groups)
			default:
				return c.Skip()
			}
		})
		if err != nil {
			return err
		}
		*to = append(*to, s)
		return c.s.hold(128 + len(s.kind) + len(s.text) + len(s.url))
	})
}

// csafSaid is what is said of each product of a vulnerability.
type csafSaid struct {
	*csaf

	flags, impacts, exploits map[string]csafSaying
	remedies                 map[string][]Remedy
	work                     int // so far
}

// everything stands for all products: what a document says without naming any.
const everything = "\x00"

// sort puts what is said by product: of flags the last one counts, of threats the
// first one of its kind.
func (c *csaf) sort(a advisory) (*csafSaid, error) {
	said := &csafSaid{
		csaf: c, flags: map[string]csafSaying{}, impacts: map[string]csafSaying{}, exploits: map[string]csafSaying{},
		remedies: map[string][]Remedy{},
	}
	for _, flag := range a.flags {
		if err := said.each(flag, func(id string) { said.flags[id] = flag }); err != nil {
			return nil, err
		}
	}
	for _, threat := range a.threats {
		to := map[string]map[string]csafSaying{"impact": said.impacts, "exploit_status": said.exploits}[threat.kind]
		if to == nil {
			continue
		}
		err := said.each(threat, func(id string) {
			if _, before := to[id]; !before {
				to[id] = threat
			}
		})
		if err != nil {
			return nil, err
		}
	}
	for _, s := range a.remedies {
		err := said.each(s, func(id string) {
			if len(said.remedies[id]) < MaxReferences {
				said.remedies[id] = append(said.remedies[id], Remedy{s.kind, s.text, s.url, s.at})
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return said, nil
}

// each calls f with the products that s is about.
func (said *csafSaid) each(s csafSaying, f func(id string)) error {
	lists := [][]string{s.products}
	for _, group := range s.groups {
		lists = append(lists, said.groups[group])
	}
	if len(s.products)+len(s.groups) == 0 {
		lists = [][]string{{everything}}
	}
	for _, ids := range lists {
		if err := said.spend(len(ids)); err != nil {
			return err
		}
		for _, id := range ids {
			f(id)
		}
	}
	return nil
}

// spend bounds what a few lists may be multiplied to.
func (said *csafSaid) spend(n int) error {
	if said.work += n; said.work > 16*MaxPlaces {
		return said.Fault("limit", "more flags, threats or remediations than products can have")
	}
	return nil
}

// into fills an item with what is said of its product. A flag that names no
// product is of none.
func (said *csafSaid) into(item *Item, product string) error {
	first := func(of map[string]csafSaying) csafSaying {
		if s, found := of[product]; found {
			return s
		}
		return of[everything]
	}
	if item.Status == StatusNotAffected {
		flag, impact := said.flags[product], first(said.impacts)
		item.Justification, item.Statement, item.Stated = flag.kind, impact.text, flag.at
		if impact.at.After(item.Stated) {
			item.Stated = impact.at
		}
	}
	item.Exploit = first(said.exploits).text
	own, all := said.remedies[product], said.remedies[everything]
	switch {
	case len(own) == 0:
		item.Remedies = all
	case len(all) == 0:
		item.Remedies = own
	default:
		if err := said.spend(len(own) + len(all)); err != nil {
			return err
		}
		item.Remedies = slices.Concat(own, all)[:min(MaxReferences, len(own)+len(all))]
	}
	return nil
}
