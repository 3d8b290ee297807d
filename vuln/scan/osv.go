package scan

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
)

// osv reads one record of the OSV schema. An item is the vulnerability in one of
// the packages that it affects. The severity is unknown: the schema has vectors
// only, which are ratings, and the word that some databases add is theirs.
type osv struct {
	*jsonDoc
}

// osvRecord is what a record says, of which packages.
type osvRecord struct {
	item     Item
	affected []osvPackage
	word     string // of database_specific
}

type osvPackage struct{ ecosystem, name, purl, fixed string }

func readOSV(src io.Reader, s *sink) error {
	o := &osv{newJSON(src, s)}
	dated := false
	rec, err := o.record(&dated)
	if err != nil {
		return err
	}
	if rec.item.ID == "" || !dated {
		return o.Fault("missing", "want id, and schema_version or modified")
	}
	s.next()
	for _, p := range rec.affected {
		item := rec.item
		item.Ecosystem, item.Package, item.PURL, item.FixedIn = p.ecosystem, p.name, p.purl, p.fixed
		if err := s.emit(item); err != nil {
			return err
		}
	}
	if len(rec.affected) == 0 {
		if err := s.emit(rec.item); err != nil {
			return err
		}
	}
	return o.End()
}

// record reads an object of the schema; dated tells whether it looks like one.
func (o *osv) record(dated *bool) (osvRecord, error) {
	var rec osvRecord
	item := &rec.item
	err := o.Object(func(name []byte) error {
		switch string(name) {
		case "schema_version":
			*dated = true
			return o.Skip()
		case "id":
			return o.id(item)
		case "aliases":
			return o.aliases(item)
		case "summary":
			return o.text(&item.Title)
		case "details":
			return o.text(&item.Description)
		case "published":
			return o.time(&item.Published)
		case "modified":
			*dated = true
			return o.time(&item.Modified)
		case "withdrawn":
			null, err := o.Null()
			if err != nil || null {
				return err
			}
			item.Suppressed = true
			return o.Skip()
		case "severity":
			return o.Array(func(int) error { return o.severityEntry(item) })
		case "references":
			return o.Array(func(int) error { return o.Member("url", func() error { return o.reference(item) }) })
		case "database_specific":
			return o.databaseSpecific(&rec)
		case "affected":
			return o.Array(func(i int) error {
				if i == MaxPlaces {
					return o.Fault("limit", fmt.Sprintf("more than %d packages of one record", MaxPlaces))
				}
				p, err := o.affected(item)
				if err != nil {
					return err
				}
				rec.affected = append(rec.affected, p)
				return o.s.hold(64 + len(p.ecosystem) + len(p.name) + len(p.purl) + len(p.fixed))
			})
		default:
			return o.Skip()
		}
	})
	return rec, err
}

// databaseSpecific is whatever a database makes of it.
func (o *osv) databaseSpecific(rec *osvRecord) error {
	if c, err := o.Peek(); err != nil || c != '{' {
		return cmp.Or(err, o.Skip())
	}
	return o.Member("severity", func() error {
		if c, err := o.Peek(); err != nil || c != '"' {
			return cmp.Or(err, o.Skip())
		}
		return o.short(&rec.word)
	})
}

// severityEntry reads a vector; types other than CVSS are passed over.
func (o *osv) severityEntry(item *Item) error {
	var kind string
	rating := Rating{Source: "osv"}
	err := o.Members(fields{
		"type":  func() error { return o.short(&kind) },
		"score": func() error { return o.short(&rating.Vector) },
	})
	if err != nil {
		return err
	}
	version, is := strings.CutPrefix(kind, "CVSS_V")
	if !is {
		return nil
	}
	if version != "2" && version != "4" {
		version = ""
	} else {
		version += ".0"
	}
	return o.s.rating(item, rating, version)
}

func (o *osv) affected(item *Item) (osvPackage, error) {
	var p osvPackage
	var fixed []string
	err := o.Members(fields{
		"package": func() error {
			return o.Members(fields{
				"ecosystem": func() error { return o.short(&p.ecosystem) },
				"name":      func() error { return o.short(&p.name) },
				"purl":      func() error { return o.short(&p.purl) },
			})
		},
		"severity": func() error { return o.Array(func(int) error { return o.severityEntry(item) }) },
		"ranges": func() error {
			return o.Array(func(int) error { return o.versions(&fixed) })
		},
	})
	p.fixed = strings.Join(fixed, ", ")
	if err == nil && len(p.fixed) > maxField {
		err = o.Fault("limit", fmt.Sprintf("fixed versions of more than %d bytes", maxField))
	}
	return p, err
}

// versions reads in which versions a range ends; commits are none.
func (o *osv) versions(fixed *[]string) error {
	kind := ""
	var found []string
	err := o.Members(fields{
		"type": func() error { return o.short(&kind) },
		"events": func() error {
			return o.Array(func(int) error {
				return o.Member("fixed", func() error {
					version := ""
					err := o.short(&version)
					if len(found) < MaxIDs {
						found = append(found, version)
					}
					return err
				})
			})
		},
	})
	for _, version := range found {
		if kind != "GIT" && version != "" && !slices.Contains(*fixed, version) {
			*fixed = append(*fixed, version)
		}
	}
	return err
}
