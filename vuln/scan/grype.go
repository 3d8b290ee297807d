package scan

import (
	"cmp"
	"io"
	"slices"
	"strings"
)

// sourceGrype0 marks the scores of Grype before 0.8, of which the layout was
// never fixed.
const sourceGrype0 = "grype-0.7"

// grype reads the JSON of Grype. An item is a match.
type grype struct {
	*jsonDoc

	own bool // some match has what the matches of Grype have
}

func readGrype(src io.Reader, s *sink) error {
	g := &grype{jsonDoc: newJSON(src, s)}
	report := s.report
	report.Tool.Name = "Grype"
	matches, named := false, false
	err := g.Members(fields{
		"matches": func() error {
			matches = true
			return g.Array(func(int) error { return g.match() })
		},
		"ignoredmatches": func() error { return g.count(OtherSuppressed) },
		"source": func() error {
			named = true
			return g.Member("target", g.target)
		},
		"descriptor": func() error {
			named = true
			return g.Members(fields{
				"version":   func() error { return g.short(&report.Tool.Version) },
				"timestamp": func() error { return g.time(&report.Created) },
				"db":        g.database,
			})
		},
	})
	if err != nil {
		return err
	}
	return g.complete(matches && (named || g.own), "matches with descriptor or source")
}

// database reads when the vulnerabilities were put together: in db itself, since
// 0.88 in its status. What is there of another type is passed over.
func (g *grype) database() error {
	built := ""
	of := func(first byte, read func() error) func() error {
		return func() error {
			if c, err := g.Peek(); err != nil || c != first {
				return cmp.Or(err, g.Skip())
			}
			return read()
		}
	}
	text := of('"', func() error { return g.short(&built) })
	status := of('{', func() error { return g.Member("built", text) })
	err := of('{', func() error { return g.Members(fields{"built": text, "status": status}) })()
	g.s.feed(built)
	return err
}

// target is an image, or the path of a directory or file.
func (g *grype) target() error {
	if c, err := g.Peek(); err != nil || c != '{' {
		if err != nil {
			return err
		}
		return g.named()
	}
	return g.Member("userinput", g.named)
}

func (g *grype) match() error {
	var item Item
	vulnerability, artifact := false, false
	err := g.Members(fields{
		"vulnerability": func() error {
			vulnerability = true
			return g.Object(func(name []byte) error { return g.vulnerability(&item, name) })
		},
		"relatedvulnerabilities": func() error {
			return g.Array(func(int) error { return g.Object(func(name []byte) error { return g.related(&item, name) }) })
		},
		"artifact": func() error {
			artifact = true
			return g.Object(func(name []byte) error { return g.artifact(&item, name) })
		},
	})
	if err != nil {
		return err
	}
	if !vulnerability || !artifact {
		return g.Fault("missing", "a match without vulnerability or artifact")
	}
	g.own = true
	if slices.Contains([]string{"deb", "apk", "rpm", "alpm", "portage"}, item.Ecosystem) {
		item.Path = "" // that of the package manager's own files, which differs between versions of Grype
	}
	return g.entry(item)
}

func (g *grype) vulnerability(item *Item, name []byte) error {
	switch string(name) {
	case "id":
		return g.id(item)
	case "severity":
		word, err := g.String()
		if item.Severity = severityOf(word); strings.EqualFold(word, "negligible") {
			item.Severity = SeverityInfo
		}
		return err
	case "description":
		return g.text(&item.Description)
	case "datasource":
		return g.reference(item)
	case "urls", "links":
		return g.references(item)
	case "fix":
		return g.fix(item)
	case "fixedinversion":
		return g.short(&item.FixedIn)
	case "cvss":
		return g.cvss(item)
	case "cvssv2", "cvssv3":
		return g.oldCVSS(item)
	default:
		return g.Skip()
	}
}

// related is the same vulnerability in another database.
func (g *grype) related(item *Item, name []byte) error {
	switch string(name) {
	case "id":
		return g.alias(item)
	case "description":
		if item.Description == "" {
			return g.text(&item.Description)
		}
	case "cvss":
		return g.cvss(item)
	}
	return g.Skip()
}

func (g *grype) fix(item *Item) error {
	return g.Members(fields{
		"versions": func() error {
			versions, err := g.list()
			item.FixedIn = versions
			return err
		},
		"state": func() error {
			word, err := g.String()
			switch word {
			case "":
			case "fixed":
				item.Status = StatusFixed
			case "not-fixed":
				item.Status = StatusAffected
			case "wont-fix":
				item.Status = StatusWillNotFix
			default:
				item.Status = StatusUnknown
			}
			return err
		},
	})
}

func (g *grype) cvss(item *Item) error {
	return g.Array(func(int) error {
		var rating Rating
		var version string
		err := g.Members(fields{
			"source":  func() error { return g.short(&rating.Source) },
			"version": func() error { return g.short(&version) },
			"vector":  func() error { return g.short(&rating.Vector) },
			"metrics": func() error { return g.Member("basescore", func() error { return g.score(&rating.Score) }) },
		})
		if err != nil {
			return err
		}
		return g.s.rating(item, rating, version)
	})
}

func (g *grype) oldCVSS(item *Item) error {
	rating, version := Rating{Source: sourceGrype0}, ""
	if strings.HasSuffix(g.Key(), "2") {
		version = "2.0"
	}
	err := g.Members(fields{
		"vector":    func() error { return g.short(&rating.Vector) },
		"basescore": func() error { return g.score(&rating.Score) },
	})
	if err != nil {
		return err
	}
	return g.s.rating(item, rating, version)
}

func (g *grype) artifact(item *Item, name []byte) error {
	switch string(name) {
	case "name":
		return g.short(&item.Package)
	case "version":
		return g.short(&item.Installed)
	case "type":
		return g.short(&item.Ecosystem)
	case "purl":
		return g.short(&item.PURL)
	case "locations":
		return g.Array(func(int) error {
			var path string
			if c, err := g.Peek(); err != nil || c == '"' { // before 0.7
				err = g.short(&path)
				item.Path = cmp.Or(item.Path, relative(path))
				return err
			}
			err := g.Member("path", func() error { return g.short(&path) })
			item.Path = cmp.Or(item.Path, relative(path))
			return err
		})
	default:
		return g.Skip()
	}
}
