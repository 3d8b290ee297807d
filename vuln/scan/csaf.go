package scan

import (
	"cmp"
	"fmt"
	"io"
	"strings"
)

// csaf reads advisories and VEX documents of CSAF 2.0. An item is what a
// vulnerability's product status says of one product. All scores of the
// vulnerability are with each of them.
type csaf struct {
	*jsonDoc

	products map[string]csafProduct
	order    []string // ids of those in branches
	groups   map[string][]string
	seen     bool // the product tree was read
	waiting  []advisory
}

// csafProduct is an entry of the product tree. One that stands for a part in a
// product has both; versions are those of its branch.
type csafProduct struct{ name, purl, part, within, versions string }

// advisory is a vulnerability with what is said of which products.
type advisory struct {
	item                     Item
	places                   []csafPlace
	flags, threats, remedies []csafSaying
}

type csafPlace struct {
	product string
	status  Status
}

func readCSAF(src io.Reader, s *sink) error {
	c := &csaf{jsonDoc: newJSON(src, s), products: map[string]csafProduct{}, groups: map[string][]string{}}
	version := false
	err := c.Members(fields{
		"document": func() error { return c.document(&version) },
		"product_tree": func() error {
			c.seen = true
			return c.tree()
		},
		"vulnerabilities": func() error { return c.Array(func(int) error { return c.vulnerability() }) },
	})
	if err != nil {
		return err
	}
	for _, waiting := range c.waiting {
		if err := c.yield(waiting); err != nil {
			return err
		}
	}
	return c.complete(version, "document with csaf_version")
}

func (c *csaf) document(version *bool) error {
	report := c.s.report
	return c.Members(fields{
		"csaf_version": func() error {
			*version = true
			v, err := c.String()
			switch {
			case err != nil:
				return err
			case v == "":
				return c.Fault("missing", "want a csaf_version")
			case v != "2.0":
				return c.s.skip(c.Path(), WhyOldVersion)
			}
			return nil
		},
		"title": c.named,
		"tracking": func() error {
			return c.Members(fields{
				"current_release_date": func() error { return c.time(&report.Created) },
				"generator": func() error {
					return c.Member("engine", func() error {
						return c.Members(fields{
							"name":    func() error { return c.short(&report.Tool.Name) },
							"version": func() error { return c.short(&report.Tool.Version) },
						})
					})
				},
			})
		},
	})
}

func (c *csaf) tree() error {
	return c.Members(fields{
		"branches": c.branches,
		"full_product_names": func() error {
			return c.Array(func(int) error {
				_, err := c.product()
				return err
			})
		},
		"relationships": func() error { return c.Array(func(int) error { return c.relationship() }) },
		"product_groups": func() error {
			return c.Array(func(int) error {
				id := ""
				var ids []string
				err := c.Members(fields{
					"group_id":    func() error { return c.short(&id) },
					"product_ids": func() error { return c.ids(&ids) },
				})
				if err != nil {
					return err
				}
				c.groups[id] = ids
				return c.s.hold(128 + len(id))
			})
		},
	})
}

func (c *csaf) branches() error {
	return c.Array(func(int) error {
		category, name, first := "", "", len(c.order)
		err := c.Members(fields{
			"category": func() error { return c.short(&category) },
			"name":     func() error { return c.short(&name) },
			"branches": c.branches,
			"product": func() error {
				id, err := c.product()
				c.order = append(c.order, id)
				return err
			},
		})
		if err != nil {
			return err
		}
		return c.versions(c.order[first:], category, name)
	})
}

// versions notes of products that they are in a branch of versions. A single one
// matters where the package URL has none.
func (c *csaf) versions(ids []string, category, name string) error {
	for _, id := range ids {
		p := c.products[id]
		var named Item
		single := category == "product_version" && setPURL(&named, p.purl) && named.Installed == ""
		if name == "" || !single && category != "product_version_range" {
			continue
		}
		p.versions = strings.TrimPrefix(p.versions+" "+name, " ") // of two ranges nobody knows what is meant
		c.products[id] = p
		if err := c.s.hold(len(p.versions)); err != nil {
			return err
		}
	}
	return nil
}

// product reads a full product name and keeps it by its id.
func (c *csaf) product() (string, error) {
	var p csafProduct
	id := ""
	err := c.Object(func(name []byte) error {
		switch string(name) {
		case "product_id":
			return c.short(&id)
		case "name":
			return c.short(&p.name)
		case "product_identification_helper":
			return c.Member("purl", func() error { return c.short(&p.purl) })
		default:
			return c.Skip()
		}
	})
	if err != nil {
		return "", err
	}
	c.products[id] = p
	return id, c.s.hold(128 + len(id) + len(p.name) + len(p.purl) + len(p.part) + len(p.within))
}

func (c *csaf) relationship() error {
	var p csafProduct
	id := ""
	err := c.Members(fields{
		"product_reference":            func() error { return c.short(&p.part) },
		"relates_to_product_reference": func() error { return c.short(&p.within) },
		"full_product_name": func() error {
			return c.Members(fields{
				"product_id": func() error { return c.short(&id) },
				"name":       func() error { return c.short(&p.name) },
				"product_identification_helper": func() error {
					return c.Member("purl", func() error { return c.short(&p.purl) })
				},
			})
		},
	})
	if err != nil {
		return err
	}
	c.products[id] = p
	return c.s.hold(128 + len(id) + len(p.name) + len(p.purl) + len(p.part) + len(p.within))
}

// ids reads a list of product or group ids.
func (c *csaf) ids(to *[]string) error {
	return c.Array(func(i int) error {
		if i == MaxPlaces {
			return c.Fault("limit", fmt.Sprintf("more than %d products", MaxPlaces))
		}
		id := ""
		if err := c.short(&id); err != nil {
			return err
		}
		*to = append(*to, id)
		return c.s.hold(len(id))
	})
}

func (c *csaf) vulnerability() error {
	var a advisory
	item := &a.item
	var ids []string
	before := c.s.held
	err := c.Object(func(name []byte) error {
		switch string(name) {
		case "cve":
			return c.id(item)
		case "ids":
			return c.Array(func(int) error {
				return c.Member("text", func() error {
					id := ""
					err := c.short(&id)
					if !strings.Contains(id, "://") && len(id) <= maxID && len(ids) < MaxIDs {
						ids = append(ids, id)
					}
					return err
				})
			})
		case "title":
			return c.text(&item.Title)
		case "notes":
			return c.notes(item)
		case "references":
			return c.Array(func(int) error { return c.Member("url", func() error { return c.reference(item) }) })
		case "release_date":
			return c.time(&item.Published)
		case "scores":
			return c.Array(func(int) error { return c.scores(item) })
		case "flags":
			return c.sayings(&a.flags)
		case "threats":
			return c.sayings(&a.threats)
		case "remediations":
			return c.sayings(&a.remedies)
		case "product_status":
			return c.Object(func(name []byte) error { return c.status(&a, name) })
		default:
			return c.Skip()
		}
	})
	for _, id := range ids {
		if err != nil {
			break
		}
		if item.ID == "" {
			err = c.s.name(item, id)
		} else {
			err = c.s.id(item, id)
		}
	}
	if err != nil {
		return err
	}
	item.Severity = bandOf(item.highest())
	if !c.seen && len(a.places) > 0 {
		c.waiting = append(c.waiting, a)
		return c.s.hold(item.size()) // beside its places and flags
	}
	c.s.held = before
	return c.yield(a)
}

func (c *csaf) notes(item *Item) error {
	return c.Array(func(int) error {
		var category, text string
		err := c.Members(fields{
			"category": func() error { return c.short(&category) },
			"text":     func() error { return c.text(&text) },
		})
		if item.Description == "" && (category == "description" || category == "summary" || category == "general") {
			item.Description = text
		}
		return err
	})
}

func (c *csaf) scores(item *Item) error {
	rating := func(field string) func() error {
		return func() error {
			r, version := Rating{Source: "csaf"}, field
			err := c.Members(fields{
				"version":      func() error { return c.short(&version) },
				"vectorstring": func() error { return c.short(&r.Vector) },
				"basescore":    func() error { return c.score(&r.Score) },
			})
			if err != nil {
				return err
			}
			return c.s.rating(item, r, version)
		}
	}
	return c.Members(fields{"cvss_v2": rating("2.0"), "cvss_v3": rating(""), "cvss_v4": rating("4.0")})
}

// status reads one list of a product status; which version is recommended is
// none.
func (c *csaf) status(a *advisory, name []byte) error {
	var status Status
	switch string(name) {
	case "known_affected", "first_affected", "last_affected":
		status = StatusAffected
	case "known_not_affected":
		status = StatusNotAffected
	case "fixed", "first_fixed":
		status = StatusFixed
	case "under_investigation":
		status = StatusUnderInvestigation
	default:
		return c.Skip()
	}
	var ids []string
	if err := c.ids(&ids); err != nil {
		return err
	}
	if len(a.places)+len(ids) > MaxPlaces {
		return c.Fault("limit", fmt.Sprintf("more than %d products", MaxPlaces))
	}
	for _, id := range ids {
		a.places = append(a.places, csafPlace{id, status})
	}
	return nil
}

func (c *csaf) yield(a advisory) error {
	c.s.next()
	if a.item.ID == "" {
		return c.s.skip(fmt.Sprintf("/vulnerabilities/%d", c.s.entries-1), WhyNoID)
	}
	if len(a.places) == 0 {
		return c.s.emit(a.item)
	}
	said, err := c.sort(a)
	if err != nil {
		return err
	}
	for _, place := range a.places {
		item := a.item
		item.Status = place.status
		if err := said.into(&item, place.product); err != nil {
			return err
		}
		c.place(&item, place.product)
		if err := c.s.emit(item); err != nil {
			return err
		}
	}
	return nil
}

// place sets the product of an item: its package URL, else its name, else its id
// within the document.
func (c *csaf) place(item *Item, id string) {
	p := c.products[id]
	if part := c.products[p.part]; part != (csafProduct{}) {
		within := c.products[p.within]
		item.Product = cmp.Or(within.purl, within.name, p.within)
		if within.versions != "" { // which no package URL has, nor need the name
			item.Product = cmp.Or(within.name, p.within) + " (" + within.versions + ")"
		}
		if p.purl == "" {
			p.purl = part.purl
		}
		p.name, p.versions = part.name, part.versions
	}
	if p.versions != "" {
		item.Ranges = []string{p.versions}
	}
	if !setPURL(item, p.purl) {
		item.Package = cmp.Or(p.name, id)
	}
}
