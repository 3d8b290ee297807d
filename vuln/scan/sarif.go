package scan

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
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

func (r *sarif) result() error {
	res := finding{rule: ref{index: -1}, file: -1}
	item := &res.item
	var prints, partial map[string]string
	err := r.Object(func(name []byte) (err error) {
		switch string(name) {
		case "ruleid":
			return r.short(&res.rule.id)
		case "ruleindex":
			return r.index(&res.rule.index)
		case "rule":
			return r.ref(&res.rule)
		case "taxa":
			return r.taxa(&res)
		case "level":
			return r.short(&res.level)
		case "kind":
			return r.short(&res.kind)
		case "message":
			return r.Member("text", func() error { return r.text(&item.Description) })
		case "properties":
			return r.securitySeverity(&res.score)
		case "suppressions":
			return r.suppressions(item)
		case "locations":
			return r.Array(func(i int) error {
				if i > 0 {
					return r.Skip()
				}
				return r.location(&res)
			})
		case "fingerprints":
			prints, err = r.fingerprints()
			return err
		case "partialfingerprints":
			partial, err = r.fingerprints()
			return err
		default:
			return r.Skip()
		}
	})
	if err != nil {
		return err
	}
	item.Fingerprint = fingerprint(prints, partial)
	ready := r.run.tool && (item.Path != "" || res.file < 0 || r.run.at) && (len(res.taxa) == 0 || r.run.taxonomies)
	if ready && len(r.run.waiting) == 0 {
		return r.yield(res)
	}
	r.run.waiting = append(r.run.waiting, res)
	return r.s.hold(item.size() + len(res.rule.id) + len(res.taxa)*(maxID+32))
}

// taxa reads the first references to a taxonomy: they are of use for the level
// only.
func (r *sarif) taxa(res *finding) error {
	return r.Array(func(int) error {
		taxon := ref{index: -1}
		if len(res.taxa) == 32 {
			return r.Skip()
		}
		err := r.ref(&taxon)
		if len(taxon.id) > maxID {
			return r.Fault("limit", fmt.Sprintf("an id of more than %d bytes", maxID))
		}
		res.taxa = append(res.taxa, taxon)
		return err
	})
}

func (r *sarif) index(to *int) error {
	number, err := r.Number()
	n, bad := strconv.Atoi(number)
	if err == nil && number != "" && bad != nil {
		err = r.Fault("type", fmt.Sprintf("%.20q: want a whole number", number))
	}
	if number != "" {
		*to = n
	}
	return err
}

// ref reads a reportingDescriptorReference.
func (r *sarif) ref(to *ref) error {
	component, named := -1, false
	err := r.Members(fields{
		"id":    func() error { return r.short(&to.id) },
		"index": func() error { return r.index(&to.index) },
		"toolcomponent": func() error {
			named = true
			return r.Member("index", func() error { return r.index(&component) })
		},
	})
	switch {
	case component >= 0:
		to.component = component + 1
	case named: // by name or guid: the id has to do
		to.index = -1
	}
	return err
}

func (r *sarif) suppressions(item *Item) error {
	return r.Array(func(int) error {
		status := "accepted"
		err := r.Member("status", func() error { return r.short(&status) })
		if status == "accepted" {
			item.Suppressed = true
		}
		return err
	})
}

// location reads where a result is: the first of its locations.
func (r *sarif) location(res *finding) error {
	err := r.Object(func(name []byte) error {
		switch string(name) {
		case "physicallocation":
			return r.Object(func(name []byte) error { return r.physical(res, name) })
		case "logicallocations":
			return r.Array(func(i int) error {
				if i > 0 {
					return r.Skip()
				}
				return r.Member("fullyqualifiedname", func() error { return r.short(&res.item.Resource) })
			})
		default:
			return r.Skip()
		}
	})
	res.item.Path = pathOf(res.item.Path)
	return err
}

func (r *sarif) physical(res *finding, name []byte) error {
	switch string(name) {
	case "artifactlocation":
		return r.Object(func(name []byte) error {
			switch string(name) {
			case "uri":
				return r.short(&res.item.Path)
			case "index":
				return r.index(&res.file)
			default:
				return r.Skip()
			}
		})
	case "region":
		return r.Member("startline", func() error { return r.index(&res.item.Line) })
	default:
		return r.Skip()
	}
}

// pathOf is the path of a file: URI or relative reference; other URIs stay.
func pathOf(uri string) string {
	path, isFile := strings.CutPrefix(uri, "file:")
	if !isFile && strings.Contains(uri, "://") {
		return uri
	}
	return relative(unescaped(path))
}

func (r *sarif) fingerprints() (map[string]string, error) {
	all := map[string]string{}
	err := r.Object(func(name []byte) error {
		key, value := string(name), ""
		err := r.short(&value)
		if all[key] = value; len(all) > 64 {
			return r.Fault("limit", "more than 64 fingerprints")
		}
		return err
	})
	return all, err
}

// fingerprint chooses what identifies a result when lines move: the fingerprints
// of the format, else the partial ones that are not about a column or about the
// file as a whole.
func fingerprint(prints, partial map[string]string) string {
	if len(prints) == 0 {
		prints = partial
		maps.DeleteFunc(prints, func(name, _ string) bool {
			return strings.Contains(name, "column") || strings.Contains(name, "file") || strings.Contains(name, "linenumber")
		})
	}
	var all []string
	for _, name := range slices.Sorted(maps.Keys(prints)) {
		all = append(all, prints[name])
	}
	if len(all) == 0 {
		return ""
	}
	if one := strings.Join(all, ","); len(one) <= 128 {
		return one
	}
	return digest(all...)
}

// find is what a reference points to. An id may have more parts than the rule
// that it belongs to: "CA2101/2" is a case of CA2101.
func find(in table, at ref) descriptor {
	if list := in.lists[at.component]; at.index >= 0 && at.index < len(list) {
		return list[at.index]
	}
	id := at.id
	for range 8 {
		if d, has := in.ids[id]; has || id == "" {
			return d
		}
		id = id[:max(strings.LastIndexByte(id, '/'), 0)]
	}
	return descriptor{}
}

// yield rates a result and names it by its rule.
func (r *sarif) yield(res finding) error {
	item := res.item
	rule := find(r.run.rules, res.rule)
	item.Title = rule.title
	id := cmp.Or(res.rule.id, rule.id)
	if item.Path == "" && res.file >= 0 && res.file < len(r.run.files) {
		item.Path = pathOf(r.run.files[res.file])
	}
	r.s.next()
	if id == "" {
		return r.s.skip(fmt.Sprintf("result %d", r.s.entries), WhyNoID)
	}
	if _, is := cveID(id); !is && r.run.name != "" {
		id = strings.ToLower(r.run.name) + ":" + id
	}
	if err := r.s.name(&item, id); err != nil {
		return err
	}
	score := res.score
	if !score.Known {
		score = rule.score
	}
	if err := r.s.rating(&item, Rating{Source: "security-severity", Score: score}, ""); err != nil {
		return err
	}
	switch res.kind {
	case "pass", "notApplicable":
		item.Status = StatusNotAffected
		item.Severity = SeverityNone
		return r.s.emit(item)
	case "open", "review":
		item.Status = StatusUnderInvestigation
	}
	if item.Severity = bandOf(score); !score.Known {
		item.Severity = severityOfLevel(r.level(res, rule))
	}
	return r.s.emit(item)
}

// level is the level of a result: its own, that of its rule, the gravest of its
// taxa, or the default of the format.
func (r *sarif) level(res finding, rule descriptor) string {
	switch {
	case res.level != "":
		return res.level
	case res.kind != "" && res.kind != "fail":
		return "none"
	case rule.level != "":
		return rule.level
	}
	worst := ""
	for _, taxon := range res.taxa {
		if taxon.component > 0 {
			taxon.component-- // taxonomies count from 0
		}
		if level := find(r.run.taxa, taxon).level; severityOfLevel(level) > severityOfLevel(worst) {
			worst = level
		}
	}
	return cmp.Or(worst, "warning")
}

func severityOfLevel(level string) Severity {
	switch level {
	case "error":
		return SeverityHigh
	case "warning":
		return SeverityMedium
	case "note":
		return SeverityLow
	case "none":
		return SeverityNone
	}
	return SeverityUnknown
}
