package vex

import (
	"net/url"
	"slices"
	"strings"
)

// verity is the answer to a question that not everybody can verity.
type verity uint8

const (
	no verity = iota
	unclear
	yes
)

// inRanges tells whether a version of a package of that type is in one of the
// ranges. Without any, every version is.
func inRanges(ranges []string, kind, version string) verity {
	if len(ranges) == 0 {
		return yes
	}
	best := no
	for _, r := range ranges {
		best = max(best, inRange(r, kind, version))
	}
	return best
}

// inRange reads a range of the form "vers:npm/>=1.0.0|<1.2.3|5.0.0" (VERS). What
// is written otherwise, or in a scheme that is not known here or not that of the
// package, is unclear, unless it is the very version.
func inRange(r, kind, version string) verity {
	if version != "" && r == version {
		return yes
	}
	rest, is := strings.CutPrefix(r, "vers:")
	scheme, list, found := strings.Cut(rest, "/")
	if !is || !found {
		return unclear
	}
	if list = strings.TrimSpace(list); list == "*" {
		if scheme == "none" {
			return no
		}
		return yes
	}
	compare := comparison(scheme, kind)
	if compare == nil || version == "" {
		return unclear
	}
	constraints, ok := parseConstraints(list)
	if !ok {
		return unclear
	}
	return within(constraints, version, compare)
}

// constraint is a comparator and a version.
type constraint struct{ op, version string }

func parseConstraints(list string) ([]constraint, bool) {
	var all []constraint
	for part := range strings.SplitSeq(strings.Trim(list, "|"), "|") {
		part = strings.TrimSpace(part)
		c := constraint{op: "="}
		for _, op := range []string{">=", "<=", "!=", "=", ">", "<"} {
			if rest, is := strings.CutPrefix(part, op); is {
				c.op, part = op, strings.TrimSpace(rest)
				break
			}
		}
		version, err := url.PathUnescape(part)
		if err != nil || version == "" || strings.ContainsAny(version, "<>=!*| ") {
			return nil, false
		}
		c.version = version
		all = append(all, c)
	}
	return all, true
}

// within tells whether a version satisfies constraints. They must have one
// meaning: no version stands there twice, and in ascending order lower and upper
// bounds take turns. Without any bound only equal versions tell.
func within(all []constraint, version string, compare order) verity {
	known := true
	order := func(a, b string) int {
		n, ok := compare(a, b)
		known = known && ok
		return n
	}
	order(version, version)
	slices.SortFunc(all, func(a, b constraint) int { return order(a.version, b.version) })
	for i, c := range all {
		order(version, c.version)
		known = known && (i == 0 || order(all[i-1].version, c.version) != 0)
	}
	bounds := slices.DeleteFunc(slices.Clone(all), func(c constraint) bool { return !c.lower() && !c.upper() })
	for i, c := range bounds[min(1, len(bounds)):] {
		known = known && c.lower() != bounds[i].lower()
	}
	if !known {
		return unclear
	}
	at := slices.IndexFunc(all, func(c constraint) bool { return order(version, c.version) == 0 })
	if at >= 0 {
		return verityOf(all[at].op == "=" || all[at].op == "<=" || all[at].op == ">=")
	}
	next := slices.IndexFunc(bounds, func(c constraint) bool { return order(version, c.version) < 0 })
	switch {
	case next >= 0:
		return verityOf(bounds[next].upper())
	case len(bounds) > 0:
		return verityOf(bounds[len(bounds)-1].lower())
	case slices.ContainsFunc(all, func(c constraint) bool { return c.op == "!=" }):
		return unclear
	default:
		return no
	}
}

func (c constraint) lower() bool { return c.op[0] == '>' }
func (c constraint) upper() bool { return c.op[0] == '<' }

func verityOf(b bool) verity {
	if b {
		return yes
	}
	return no
}
