package scan

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
)

// sarif reads SARIF 2.1.0. An item is a result, of whatever kind and suppressed
// or not; a result that passed or does not apply has StatusNotAffected.
//
// A result inherits its level from its rule, and what a rule says may stand
// after the results: those wait.
type sarif struct {
	*jsonDoc

	run sarifRun
}

// sarifRun is what the results of one run refer to.
type sarifRun struct {
	name                 string // of the tool
	rules                table  // the driver is component 0, the first extension 1
	taxa                 table  // taxonomies are components from 0
	files                []string
	tool, taxonomies, at bool // these were read: at is about files
	waiting              []finding
}

// table has descriptors by component and index, and by id, of which the first
// counts.
type table struct {
	lists map[int][]descriptor
	ids   map[string]descriptor
}

func newTable() table { return table{map[int][]descriptor{}, map[string]descriptor{}} }

func (t table) add(component int, d descriptor) {
	t.lists[component] = append(t.lists[component], d)
	if _, has := t.ids[d.id]; !has {
		t.ids[d.id] = d
	}
}

// descriptor is a rule, or an entry of a taxonomy.
type descriptor struct {
	id, name, level, title string
	score                  Score
}

// ref points to a descriptor, by index or by id.
type ref struct {
	id        string
	index     int // -1 when not given
	component int
}

// finding is a result with what it refers to.
type finding struct {
	item        Item
	rule        ref
	taxa        []ref
	level, kind string
	score       Score
	file        int // -1 when not given
}

func readSARIF(src io.Reader, s *sink) error {
	r := &sarif{jsonDoc: newJSON(src, s)}
	version, runs := false, false
	err := r.Members(fields{
		"version": func() error {
			v, err := r.String()
			if err == nil && v != "2.1.0" && !strings.HasPrefix(v, "2.1.") {
				return r.Fault("version", fmt.Sprintf("version %.20q: want 2.1.0", v))
			}
			version = true
			return err
		},
		"runs": func() error {
			runs = true
			return r.Array(func(int) error { return r.readRun() })
		},
	})
	if err != nil {
		return err
	}
	return r.complete(version && runs, "version and runs")
}

func (r *sarif) readRun() error {
	r.run = sarifRun{rules: newTable(), taxa: newTable()}
	r.s.held = 0
	err := r.Members(fields{
		"tool": r.tool,
		"taxonomies": func() error {
			r.run.taxonomies = true
			return r.Array(func(i int) error {
				return r.Member("taxa", func() error { return r.descriptors(r.run.taxa, i) })
			})
		},
		"artifacts":   r.artifacts,
		"invocations": func() error { return r.Array(func(int) error { return r.invocation() }) },
		"results":     func() error { return r.Array(func(int) error { return r.result() }) },
	})
	if err != nil {
		return err
	}
	if !r.run.tool {
		return r.Fault("missing", "a run without tool")
	}
	for _, waiting := range r.run.waiting {
		if err := r.yield(waiting); err != nil {
			return err
		}
	}
	r.run = sarifRun{}
	return nil
}

func (r *sarif) tool() error {
	tool := Tool{}
	err := r.Members(fields{
		"driver": func() error {
			return r.Members(fields{
				"name":            func() error { return r.short(&tool.Name) },
				"version":         func() error { return r.version(&tool.Version) },
				"semanticversion": func() error { return r.version(&tool.Version) },
				"rules":           func() error { return r.descriptors(r.run.rules, 0) },
			})
		},
		"extensions": func() error {
			return r.Array(func(i int) error {
				return r.Member("rules", func() error { return r.descriptors(r.run.rules, i+1) })
			})
		},
	})
	r.run.tool, r.run.name = true, tool.Name
	have := &r.s.report.Tool
	switch {
	case have.Name == "":
		*have = tool
	case *have != tool && len(have.Name) < maxField && !slices.Contains(strings.Split(have.Name, ", "), tool.Name):
		*have = Tool{Name: have.Name + ", " + tool.Name} // several tools have no version
	}
	return err
}

// version keeps the first of several.
func (r *sarif) version(to *string) error {
	var version string
	err := r.short(&version)
	*to = cmp.Or(*to, version)
	return err
}

// descriptors reads rules or taxa.
func (r *sarif) descriptors(into table, component int) error {
	return r.Array(func(int) error {
		var d descriptor
		var short, full string
		text := func(to *string) func() error {
			return func() error { return r.Member("text", func() error { return r.text(to) }) }
		}
		err := r.Members(fields{
			"id":                   func() error { return r.short(&d.id) },
			"name":                 func() error { return r.text(&d.name) },
			"shortdescription":     text(&short),
			"fulldescription":      text(&full),
			"defaultconfiguration": func() error { return r.Member("level", func() error { return r.short(&d.level) }) },
			"properties":           func() error { return r.securitySeverity(&d.score) },
		})
		d.title = cut(cmp.Or(short, full, d.name), 1024)
		d.name = ""
		if err != nil {
			return err
		}
		into.add(component, d)
		return r.s.hold(256 + len(d.id) + len(d.title) + len(d.level))
	})
}

// securitySeverity reads the score that GitHub defined as a property.
func (r *sarif) securitySeverity(to *Score) error {
	if c, err := r.Peek(); err != nil || c != '{' {
		return cmp.Or(err, r.Skip())
	}
	return r.Member("security-severity", func() error {
		c, err := r.Peek()
		if err != nil || c != '"' && c != '-' && (c < '0' || c > '9') {
			return cmp.Or(err, r.Skip())
		}
		number, err := r.scalar()
		*to = ParseScore(number)
		return err
	})
}

func (r *sarif) artifacts() error {
	r.run.at = true
	return r.Array(func(int) error {
		var uri string
		err := r.Member("location", func() error { return r.Member("uri", func() error { return r.short(&uri) }) })
		if err != nil {
			return err
		}
		r.run.files = append(r.run.files, uri)
		return r.s.hold(len(uri))
	})
}

func (r *sarif) invocation() error {
	done, path := true, r.Path()
	report := r.s.report
	err := r.Members(fields{
		"executionsuccessful": func() (err error) {
			done, err = r.Bool()
			return err
		},
		"starttimeutc": func() error { return r.time(&report.Started) },
		"endtimeutc":   func() error { return r.time(&report.Finished) },
	})
	if err == nil && !done {
		err = r.s.skip(path, WhyScanError)
	}
	return err
}
