package scan

import (
	"fmt"
	"io"
	"slices"
)

// osvScanner reads the JSON of OSV-Scanner. An item is a vulnerability of a
// package in a file; its score is that of the group it is in.
type osvScanner struct {
	*osv

	path string
}

func readOSVScanner(src io.Reader, s *sink) error {
	o := &osvScanner{osv: &osv{newJSON(src, s)}}
	s.report.Tool.Name = "OSV-Scanner"
	results := false
	err := o.Member("results", func() error {
		results = true
		return o.Array(func(int) error { return o.result() })
	})
	if err != nil {
		return err
	}
	return o.complete(results, "results")
}

func (o *osvScanner) result() error {
	o.path = ""
	source, packages := false, false
	err := o.Members(fields{
		"source": func() error {
			source = true
			if err := o.Member("path", func() error { return o.short(&o.path) }); err != nil {
				return err
			}
			return o.s.target(o.path)
		},
		"packages": func() error {
			packages = true
			if !source {
				return o.Fault("order", "want source before packages")
			}
			return o.Array(func(int) error { return o.packageOf() })
		},
	})
	if err == nil && (!source || !packages) {
		err = o.Fault("missing", "a result without source or packages")
	}
	return err
}

// group is a set of ids of one vulnerability.
type group struct {
	ids   []string
	score Score
}

// packageOf reads a package with its vulnerabilities, whose groups stand after
// them.
func (o *osvScanner) packageOf() error {
	o.s.held = 0
	var base Item
	var records []osvRecord
	var groups []group
	err := o.Members(fields{
		"package": func() error {
			return o.Members(fields{
				"name":      func() error { return o.short(&base.Package) },
				"version":   func() error { return o.short(&base.Installed) },
				"ecosystem": func() error { return o.short(&base.Ecosystem) },
			})
		},
		"vulnerabilities": func() error {
			return o.Array(func(int) error {
				var dated bool
				rec, err := o.record(&dated)
				if err != nil {
					return err
				}
				records = append(records, rec)
				return o.s.hold(rec.item.size())
			})
		},
		"groups": func() error {
			return o.Array(func(i int) error {
				if i == MaxIDs {
					return o.Fault("limit", fmt.Sprintf("more than %d groups of one package", MaxIDs))
				}
				g, err := o.group()
				groups = append(groups, g)
				return err
			})
		},
	})
	if err != nil {
		return err
	}
	for _, rec := range records {
		if err := o.yield(base, rec, groups); err != nil {
			return err
		}
	}
	return nil
}

func (o *osvScanner) group() (group, error) {
	var g group
	err := o.Members(fields{
		"ids": func() error {
			return o.Array(func(i int) error {
				if i == MaxIDs {
					return o.Fault("limit", fmt.Sprintf("more than %d ids of one group", MaxIDs))
				}
				id := ""
				err := o.short(&id)
				if err != nil {
					return err
				}
				g.ids = append(g.ids, id)
				return o.s.hold(len(id))
			})
		},
		"max_severity": func() error {
			text, err := o.scalar()
			g.score = ParseScore(text)
			return err
		},
	})
	return g, err
}

func (o *osvScanner) yield(base Item, rec osvRecord, groups []group) error {
	item := rec.item
	item.Ecosystem, item.Package, item.Installed, item.Path = base.Ecosystem, base.Package, base.Installed, relative(o.path)
	item.Target = o.path
	item.Severity = severityOf(rec.word)
	for _, p := range rec.affected {
		if p.name == base.Package && p.fixed != "" {
			item.FixedIn = p.fixed
			item.PURL = p.purl
			break
		}
	}
	for _, g := range groups {
		if g.score.Known && slices.Contains(g.ids, item.ID) {
			if err := o.s.rating(&item, Rating{Source: "osv-scanner", Score: g.score}, ""); err != nil {
				return err
			}
		}
	}
	return o.entry(item)
}
