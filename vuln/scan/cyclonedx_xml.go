package scan

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/ismskit/ismskit/internal/xmlstream"
)

const cycloneDXNamespace = "http://cyclonedx.org/schema/bom/"

// isCycloneDXRoot tells by name and namespace.
func isCycloneDXRoot(r *xmlstream.Reader, root []byte) bool {
	return local(root) == "bom" && strings.HasPrefix(namespace(r, root), cycloneDXNamespace)
}

// namespace is that of the root element.
func namespace(r *xmlstream.Reader, root []byte) string {
	attr := "xmlns"
	if prefix, _, has := bytes.Cut(root, []byte(":")); has {
		attr += ":" + string(prefix)
	}
	space, _ := r.Attr(attr)
	return space
}

type bomXML struct {
	*xmlDoc

	b *bom
}

func readCycloneDXXML(src io.Reader, b *bom) error {
	d := &bomXML{newXML(src, b.s), b}
	root, err := d.Root()
	if err != nil {
		return err
	}
	if !isCycloneDXRoot(d.Reader, root) {
		return d.Fault("missing", "want bom as the root element, in the namespace "+cycloneDXNamespace)
	}
	if err := b.version(strings.TrimPrefix(namespace(d.Reader, root), cycloneDXNamespace)); err != nil {
		return err
	}
	err = d.children(elements{
		"metadata": d.metadata,
		"components": func() error {
			err := d.list("component", d.component)
			b.seen = true
			return err
		},
		"services":        func() error { return d.list("service", d.component) },
		"vulnerabilities": func() error { return d.list("vulnerability", func() error { return d.vulnerability(nil) }) },
	})
	if err != nil {
		return err
	}
	if err := b.end(); err != nil {
		return err
	}
	return d.End()
}

func (d *bomXML) metadata() error {
	return d.children(elements{
		"timestamp": func() error { return d.time(&d.s.report.Created) },
		"tools": func() error {
			return d.children(elements{
				"tool":       d.tool,
				"components": func() error { return d.list("component", d.tool) },
			})
		},
		"component": func() error {
			c, err := d.read()
			if err != nil {
				return err
			}
			return d.b.about(c)
		},
	})
}

func (d *bomXML) tool() error {
	var tool Tool
	err := d.children(elements{
		"name":    func() error { return d.short(&tool.Name) },
		"version": func() error { return d.short(&tool.Version) },
	})
	d.b.tool(tool)
	return err
}

func (d *bomXML) component() error {
	_, err := d.read()
	return err
}

// read reads a component or service, those in it, and the vulnerabilities that
// the extension of before 1.4 puts in it.
func (d *bomXML) read() (component, error) {
	var c component
	var ref string
	if err := d.attr("bom-ref", &ref); err != nil {
		return c, err
	}
	err := d.children(elements{
		"group":      func() error { return d.short(&c.group) },
		"name":       func() error { return d.short(&c.name) },
		"version":    func() error { return d.short(&c.version) },
		"purl":       func() error { return d.short(&c.purl) },
		"components": func() error { return d.list("component", d.component) },
		"services":   func() error { return d.list("service", d.component) },
		"vulnerabilities": func() error {
			if c.name == "" {
				return d.Fault("order", "want the name of the component before its vulnerabilities")
			}
			return d.list("vulnerability", func() error { return d.vulnerability(&c) })
		},
	})
	if err != nil {
		return c, err
	}
	return c, d.b.add(ref, c)
}

// vulnerability reads one, within component c unless that is nil.
func (d *bomXML) vulnerability(c *component) error {
	var f flaw
	var ref string
	if err := d.attr("ref", &ref); err != nil { // the extension, at the top
		return err
	}
	item := &f.item
	before := d.s.held
	err := d.children(elements{
		"id": func() error { return d.each(func(id string) error { return d.s.name(item, cut(id, maxField)) }) },
		"references": func() error {
			return d.list("reference", func() error {
				return d.list("id", func() error { return d.each(func(id string) error { return d.s.alias(item, id) }) })
			})
		},
		"ratings":     func() error { return d.list("rating", func() error { return d.rating(item) }) },
		"description": func() error { return d.text(&item.Description) },
		"source":      func() error { return d.list("url", func() error { return d.reference(item) }) },
		"advisories": func() error {
			return d.list("advisory", func() error { return d.advisory(item) })
		},
		"published": func() error { return d.time(&item.Published) },
		"updated":   func() error { return d.time(&item.Modified) },
		"analysis":  func() error { return d.analysis(item) },
		"affects":   func() error { return d.list("target", func() error { return d.affected(&f) }) },
	})
	if err != nil {
		return err
	}
	d.s.held = before
	if c != nil {
		c.into(item)
		return d.b.yield(f)
	}
	if len(f.affects) == 0 && ref != "" {
		f.affects = []affect{{ref: ref}}
	}
	return d.b.flaw(f)
}

func (d *bomXML) reference(item *Item) error {
	return d.each(func(url string) error {
		addReference(item, url)
		return nil
	})
}

// advisory is a url element, or in the extension the text itself.
func (d *bomXML) advisory(item *Item) error {
	text, err := d.TextOr("url", func() error { return d.reference(item) })
	addReference(item, strings.TrimSpace(text))
	return err
}

func (d *bomXML) rating(item *Item) error {
	var rating Rating
	var method, word string
	err := d.children(elements{
		"source": func() error { return d.list("name", func() error { return d.short(&rating.Source) }) },
		"score": func() error {
			text, err := d.TextOr("base", func() error { return d.score(&rating.Score) })
			if text = strings.TrimSpace(text); text != "" {
				rating.Score = ParseScore(text)
			}
			return err
		},
		"vector":   func() error { return d.short(&rating.Vector) },
		"method":   func() error { return d.short(&method) },
		"severity": func() error { return d.short(&word) },
	})
	if err != nil {
		return err
	}
	return d.b.rating(item, rating, method, word)
}

func (d *bomXML) analysis(item *Item) error {
	return d.children(elements{
		"state": func() error {
			return d.each(func(word string) error {
				item.Status = state(word)
				return nil
			})
		},
		"justification": func() error { return d.short(&item.Justification) },
		"detail":        func() error { return d.text(&item.Statement) },
		"lastUpdated":   func() error { return d.time(&item.Stated) },
		"firstIssued": func() error {
			if item.Stated.IsZero() {
				return d.time(&item.Stated)
			}
			return d.Skip()
		},
	})
}

func (d *bomXML) affected(f *flaw) error {
	if len(f.affects) == MaxPlaces {
		return d.Fault("limit", fmt.Sprintf("more than %d places of one vulnerability", MaxPlaces))
	}
	var a affect
	err := d.children(elements{
		"ref": func() error { return d.short(&a.ref) },
		"versions": func() error {
			return d.list("version", func() error {
				version, status := "", "affected"
				err := d.children(elements{
					"version": func() error { return d.short(&version) },
					"range":   func() error { return d.short(&version) },
					"status":  func() error { return d.short(&status) },
				})
				if err != nil {
					return err
				}
				return d.b.versions(&a, version, status)
			})
		},
	})
	if err != nil {
		return err
	}
	f.affects = append(f.affects, a)
	return d.s.hold(a.size())
}
