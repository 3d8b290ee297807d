package scan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

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
