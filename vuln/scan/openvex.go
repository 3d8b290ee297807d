package scan

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"
)

const openVEXContext = "https://openvex.dev/ns"

// openVEX reads OpenVEX from v0.0.1 on. An item is a statement about one product,
// or about one subcomponent of it.
type openVEX struct {
	*jsonDoc
}

// statement is what a statement says, of which products.
type statement struct {
	item     Item
	products []product
	parts    []string // v0.0.1: subcomponents of all products
}

type product struct {
	id    string
	parts []string
}

func readOpenVEX(src io.Reader, s *sink) error {
	v := &openVEX{newJSON(src, s)}
	context, statements := "", false
	err := v.Members(fields{
		"@context":  func() error { return v.short(&context) },
		"@id":       v.named,
		"timestamp": func() error { return v.time(&s.report.Created) },
		"tooling":   func() error { return v.short(&s.report.Tool.Name) },
		"statements": func() error {
			statements = true
			return v.Array(func(int) error { return v.statement() })
		},
	})
	if err != nil {
		return err
	}
	return v.complete(strings.HasPrefix(context, openVEXContext) && statements, "statements, and the @context "+openVEXContext)
}

func (v *openVEX) statement() error {
	var st statement
	var notes, impact, action string
	var stated, updated time.Time
	item := &st.item
	item.Status = StatusUnknown
	v.s.held = 0
	err := v.Object(func(name []byte) error {
		switch string(name) {
		case "vulnerability":
			return v.vulnerability(item)
		case "vuln_description":
			return v.text(&item.Description)
		case "products":
			return v.Array(func(i int) error {
				if i == MaxPlaces {
					return v.Fault("limit", fmt.Sprintf("more than %d products of one statement", MaxPlaces))
				}
				p, err := v.product()
				if err != nil {
					return err
				}
				st.products = append(st.products, p)
				return v.s.hold(64 + len(p.id))
			})
		case "subcomponents":
			parts, err := v.parts()
			st.parts = parts
			return err
		case "status":
			word, err := v.String()
			item.Status = vexStatus(word)
			return err
		case "justification":
			return v.short(&item.Justification)
		case "status_notes":
			return v.text(&notes)
		case "impact_statement":
			return v.text(&impact)
		case "action_statement":
			return v.text(&action)
		case "timestamp":
			return v.time(&stated)
		case "last_updated":
			return v.time(&updated)
		default:
			return v.Skip()
		}
	})
	if err != nil {
		return err
	}
	item.Statement = cmp.Or(impact, action, notes)
	item.Stated = stated
	if updated.After(stated) {
		item.Stated = updated
	}
	return v.yield(st)
}

// vexStatus is the status that OpenVEX has a word for.
func vexStatus(word string) Status {
	switch word {
	case "not_affected":
		return StatusNotAffected
	case "affected":
		return StatusAffected
	case "fixed":
		return StatusFixed
	case "under_investigation":
		return StatusUnderInvestigation
	}
	return StatusUnknown
}

// vulnerability is an object, or in v0.0.1 an id.
func (v *openVEX) vulnerability(item *Item) error {
	c, err := v.Peek()
	if err != nil {
		return err
	}
	if c != '{' {
		return v.id(item)
	}
	iri := ""
	err = v.Members(fields{
		"@id":         func() error { return v.short(&iri) },
		"name":        func() error { return v.id(item) },
		"description": func() error { return v.text(&item.Description) },
		"aliases":     func() error { return v.aliases(item) },
	})
	if err == nil && item.ID == "" {
		err = v.s.name(item, iri)
	}
	addReference(item, iri)
	return err
}

// product is an object, or in v0.0.1 an id.
func (v *openVEX) product() (product, error) {
	var p product
	var purl string
	c, err := v.Peek()
	if err != nil {
		return p, err
	}
	if c != '{' {
		return p, v.short(&p.id)
	}
	err = v.Members(fields{
		"@id":         func() error { return v.short(&p.id) },
		"identifiers": func() error { return v.Member("purl", func() error { return v.short(&purl) }) },
		"subcomponents": func() error {
			parts, err := v.parts()
			p.parts = parts
			return err
		},
	})
	p.id = cmp.Or(purl, p.id)
	return p, err
}

func (v *openVEX) parts() ([]string, error) {
	var parts []string
	err := v.Array(func(i int) error {
		if i == MaxPlaces {
			return v.Fault("limit", fmt.Sprintf("more than %d subcomponents", MaxPlaces))
		}
		p, err := v.product()
		if err != nil {
			return err
		}
		parts = append(parts, p.id)
		return v.s.hold(len(p.id))
	})
	return parts, err
}

func (v *openVEX) yield(st statement) error {
	if len(st.products) == 0 {
		return v.entry(st.item)
	}
	v.s.next()
	if st.item.ID == "" {
		return v.s.skip(v.Path(), WhyNoID)
	}
	if len(st.products)*len(st.parts) > MaxPlaces {
		return v.Fault("limit", fmt.Sprintf("more than %d subcomponents of products", MaxPlaces))
	}
	for _, p := range st.products {
		parts := append(p.parts, st.parts...)
		for _, part := range parts {
			item := st.item
			item.Product = p.id
			if !setPURL(&item, part) {
				item.Package = part
			}
			if err := v.s.emit(item); err != nil {
				return err
			}
		}
		if len(parts) > 0 {
			continue
		}
		item := st.item
		if !setPURL(&item, p.id) {
			item.Package = p.id
		}
		if err := v.s.emit(item); err != nil {
			return err
		}
	}
	return nil
}
