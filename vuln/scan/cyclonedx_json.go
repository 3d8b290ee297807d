package scan

import (
	"fmt"
	"io"
)

type bomJSON struct {
	*jsonDoc

	b *bom
}

func readCycloneDXJSON(src io.Reader, b *bom) error {
	d := &bomJSON{newJSON(src, b.s), b}
	format, version := false, false
	err := d.Members(fields{
		"bomformat": func() error {
			name, err := d.String()
			format = name == "CycloneDX"
			return err
		},
		"specversion": func() error {
			spec, err := d.String()
			if err != nil {
				return err
			}
			version = true
			return b.version(spec)
		},
		"metadata": d.metadata,
		"components": func() error {
			err := d.components()
			b.seen = true
			return err
		},
		"services":        d.components,
		"vulnerabilities": func() error { return d.Array(func(int) error { return d.vulnerability() }) },
	})
	if err != nil {
		return err
	}
	if !format || !version {
		return d.Fault("missing", "want bomFormat CycloneDX, and specVersion")
	}
	if err := b.end(); err != nil {
		return err
	}
	return d.End()
}

func (d *bomJSON) metadata() error {
	return d.Members(fields{
		"timestamp": func() error { return d.time(&d.s.report.Created) },
		"tools": func() error {
			if c, err := d.Peek(); err != nil || c != '{' {
				if err != nil {
					return err
				}
				return d.tools() // before 1.5
			}
			return d.Member("components", d.tools)
		},
		"component": func() error {
			c, err := d.component()
			if err != nil {
				return err
			}
			return d.b.about(c)
		},
	})
}

func (d *bomJSON) tools() error {
	return d.Array(func(int) error {
		var tool Tool
		err := d.Members(fields{
			"name":    func() error { return d.short(&tool.Name) },
			"version": func() error { return d.short(&tool.Version) },
		})
		d.b.tool(tool)
		return err
	})
}

func (d *bomJSON) components() error {
	return d.Array(func(int) error {
		_, err := d.component()
		return err
	})
}

// component reads a component or service, and those in it.
func (d *bomJSON) component() (component, error) {
	var c component
	ref := ""
	err := d.Object(func(name []byte) error {
		switch string(name) {
		case "bom-ref":
			return d.short(&ref)
		case "group":
			return d.short(&c.group)
		case "name":
			return d.short(&c.name)
		case "version":
			return d.short(&c.version)
		case "purl":
			return d.short(&c.purl)
		case "components", "services":
			return d.components()
		default:
			return d.Skip()
		}
	})
	if err != nil {
		return c, err
	}
	return c, d.b.add(ref, c)
}

func (d *bomJSON) vulnerability() error {
	var f flaw
	before := d.s.held
	err := d.Object(func(name []byte) error { return d.field(&f, name) })
	if err != nil {
		return err
	}
	d.s.held = before
	return d.b.flaw(f)
}

func (d *bomJSON) field(f *flaw, name []byte) error {
	item := &f.item
	switch string(name) {
	case "id":
		return d.id(item)
	case "references":
		return d.Array(func(int) error {
			return d.Member("id", func() error {
				var id string
				if err := d.short(&id); err != nil {
					return err
				}
				return d.s.alias(item, id)
			})
		})
	case "ratings":
		return d.Array(func(int) error { return d.rating(item) })
	case "description":
		return d.text(&item.Description)
	case "source":
		return d.Member("url", func() error { return d.reference(item) })
	case "advisories":
		return d.Array(func(int) error { return d.Member("url", func() error { return d.reference(item) }) })
	case "published":
		return d.time(&item.Published)
	case "updated":
		return d.time(&item.Modified)
	case "analysis":
		return d.analysis(item)
	case "affects":
		return d.Array(func(i int) error {
			if i == MaxPlaces {
				return d.Fault("limit", fmt.Sprintf("more than %d places of one vulnerability", MaxPlaces))
			}
			var a affect
			err := d.Members(fields{
				"ref":      func() error { return d.short(&a.ref) },
				"versions": func() error { return d.Array(func(int) error { return d.version(&a) }) },
			})
			if err != nil {
				return err
			}
			f.affects = append(f.affects, a)
			return d.s.hold(a.size())
		})
	default:
		return d.Skip()
	}
}

func (d *bomJSON) rating(item *Item) error {
	var rating Rating
	var method, word string
	err := d.Members(fields{
		"source":   func() error { return d.Member("name", func() error { return d.short(&rating.Source) }) },
		"score":    func() error { return d.score(&rating.Score) },
		"vector":   func() error { return d.short(&rating.Vector) },
		"method":   func() error { return d.short(&method) },
		"severity": func() error { return d.short(&word) },
	})
	if err != nil {
		return err
	}
	return d.b.rating(item, rating, method, word)
}

func (d *bomJSON) analysis(item *Item) error {
	return d.Members(fields{
		"state": func() error {
			word, err := d.String()
			item.Status = state(word)
			return err
		},
		"justification": func() error { return d.short(&item.Justification) },
		"detail":        func() error { return d.text(&item.Statement) },
		"lastupdated":   func() error { return d.time(&item.Stated) },
		"firstissued": func() error {
			if item.Stated.IsZero() {
				return d.time(&item.Stated)
			}
			return d.Skip()
		},
	})
}

// version reads one of the versions that a vulnerability is said to affect.
func (d *bomJSON) version(a *affect) error {
	version, status := "", "affected"
	err := d.Members(fields{
		"version": func() error { return d.short(&version) },
		"range":   func() error { return d.short(&version) },
		"status":  func() error { return d.short(&status) },
	})
	if err != nil {
		return err
	}
	return d.b.versions(a, version, status)
}
