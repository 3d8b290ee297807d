package soa

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
)

// watch is what of a record a cell rests on. A link with a kind alone is all
// records of the kind.
type watch struct {
	of      isms.Link
	aspects aspects
}

// counting are the members that decide whether a record counts at all.
func counting() []string { return []string{"status", "isms"} }

// named are the members that an [Entry] shows.
func named() aspects { return of("title", "name", "label", "status") }

// watcher finds what cells rest on.
type watcher struct {
	reasons map[reasonPair][]watch
}

// reasonPair is a reason before and after: the same for each control of a risk.
type reasonPair struct {
	kind     ReasonKind
	old, now isms.Link
}

// watches is what each cell rests on: of the statement itself, and of each row.
func (d Difference) watches() (own [][]watch, rows [][][]watch) {
	w := &watcher{reasons: map[reasonPair][]watch{}}
	for _, c := range d.Cells {
		own = append(own, w.cell(c, nil))
	}
	for i := range d.Rows {
		rows = append(rows, w.row(&d.Rows[i]))
	}
	return own, rows
}

// entitiesOf are the entities that any cell rests on, each once.
func entitiesOf(own [][]watch, rows [][][]watch) []isms.Link {
	seen := map[isms.Link]bool{}
	var list []isms.Link
	for _, cells := range append(rows, own) {
		for _, watches := range cells {
			for _, w := range watches {
				if !seen[w.of] {
					seen[w.of] = true
					list = append(list, w.of)
				}
			}
		}
	}
	return list
}

func (w *watcher) row(c *RowChange) [][]watch {
	each := make([][]watch, len(c.Cells))
	var all []watch
	for i, cell := range c.Cells {
		each[i] = w.cell(cell, c.Records)
		all = append(all, each[i]...)
	}
	for i, cell := range c.Cells {
		switch cell.Path {
		case "/control", "/theme":
			each[i] = all
		case "/decision":
			each[i] = slices.Concat(each[i], c.among(each, "/reasons/", "/against/", "/reasons", "/against"))
		case "/current":
			each[i] = c.levels(each, of("current", "categories", "treatment/controls", "status", "isms"))
		case "/residual":
			each[i] = c.levels(each, of("residual", "categories", "treatment/controls", "status", "isms"))
		}
	}
	return each
}

// among are the watches of other cells of the row.
func (c *RowChange) among(each [][]watch, paths ...string) []watch {
	var list []watch
	for i, cell := range c.Cells {
		if slices.ContainsFunc(paths, func(p string) bool {
			return cell.Path == p || strings.HasSuffix(p, "/") && strings.HasPrefix(cell.Path, p)
		}) {
			list = append(list, each[i]...)
		}
	}
	return list
}

// levels are the risks of the row's cells, watched for what makes their level.
func (c *RowChange) levels(each [][]watch, members aspects) []watch {
	var list []watch
	for _, w := range c.among(each, "/reasons/", "/reasons") {
		if w.of.Kind == "risk" {
			list = append(list, watch{w.of, members})
		}
	}
	return list
}

// cell is what a cell by itself rests on. Records are those of the control that
// the row is of.
func (w *watcher) cell(c Cell, records []isms.Link) []watch {
	recorded := func(members ...string) []watch {
		var list []watch
		for _, l := range records {
			list = append(list, watch{l, of(append(members, "ref", "status", "isms")...)})
		}
		return list
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(c.Path, "/"), "/")
	switch name {
	case "label", "title", "implementation", "since", "how", "plan", "due", "maturity":
		return recorded(name)
	case "reviewDue", "reviewOverdue":
		return recorded("review")
	case "owner":
		return append(recorded("owner"), entryWatches(nil, c, named())...)
	case "organization", "scope":
		return []watch{{isms.Link{Kind: name}, everything}}
	case "boundary":
		return []watch{{isms.Link{Kind: "scope"}, everything}}
	case "records":
		return linkWatches(c)
	case "documents":
		return entryWatches(recorded("documents"), c, named()|of("type", "controls", "isms", "version", "published", "occurred"))
	case "evidence":
		return entryWatches(recorded("evidence"), c, named()|of("expires", "controls", "isms"))
	case "reasons", "against":
		return w.reason(c)
	case "facts":
		return factWatches(recorded("include", "exclude"), c)
	default: // the day, a catalogue, or what follows from the rows
		return nil
	}
}

// valuesOf are the old and the new value of a cell, be it an element of a list or
// the list.
func valuesOf[T any](c Cell) (old, now []T) {
	read := func(at any, data json.RawMessage) (list []T) {
		if v, ok := at.(*T); ok {
			return []T{*v}
		}
		var one T
		switch {
		case data == nil:
		case data[0] == '[':
			if json.Unmarshal(data, &list) != nil {
				return nil
			}
		case json.Unmarshal(data, &one) == nil:
			return []T{one}
		}
		return list
	}
	return read(c.was, c.Old), read(c.is, c.New)
}

func linkWatches(c Cell) []watch {
	old, now := valuesOf[isms.Link](c)
	var list []watch
	for _, l := range slices.Concat(old, now) {
		list = appendWatch(list, l, everything)
	}
	return list
}

func entryWatches(list []watch, c Cell, members aspects) []watch {
	old, now := valuesOf[Entry](c)
	for i := range old {
		if len(now) == len(old) && onlyNewer(&old[i], &now[i]) {
			return appendWatch(list, old[i].Link, everything)
		}
	}
	for _, e := range slices.Concat(old, now) {
		list = appendWatch(list, e.Link, members)
	}
	return list
}

// onlyNewer reports whether two entries differ in the revision alone.
func onlyNewer(a, b *Entry) bool {
	old := *a
	old.Link.Rev = b.Link.Rev
	return reflect.DeepEqual(&old, b)
}

func appendWatch(list []watch, l isms.Link, members aspects) []watch {
	if w := (watch{l.Entity(), members}); !l.IsZero() && !slices.Contains(list, w) {
		list = append(list, w)
	}
	return list
}

func (w *watcher) reason(c Cell) []watch {
	old, now := valuesOf[Reason](c)
	if len(old) == 1 && len(now) == 1 {
		pair := reasonPair{old[0].Kind, old[0].From.Link, now[0].From.Link}
		list, known := w.reasons[pair]
		if !known {
			list = changedReason(&old[0], &now[0])
			w.reasons[pair] = list
		}
		return list
	}
	var list []watch
	for _, r := range slices.Concat(old, now) {
		list = appendWatch(list, r.From.Link, of(append(driving(r.Kind), counting()...)...))
	}
	return list
}

// factWatches are the records that a fact rests on. One that is there before and
// after rests on those that are named in one of them only, or otherwise than
// before; when not all are named, on all records of their kinds.
func factWatches(control []watch, c Cell) []watch {
	old, now := valuesOf[Reason](c)
	if len(old) != 1 || len(now) != 1 {
		for _, r := range slices.Concat(old, now) {
			for _, e := range r.Behind {
				control = appendWatch(control, e.Link, everything)
			}
		}
		return control
	}
	showing := of(append(counting(), "type", "from", "until", "occurred")...) | other
	before, after := old[0].Behind, now[0].Behind
	list, newer := shownChanges(nil, nil, before, after)
	for _, pair := range [][2][]Entry{{before, after}, {after, before}} {
		for _, e := range pair[0] {
			if !slices.ContainsFunc(pair[1], func(o Entry) bool { return o.Link.Entity() == e.Link.Entity() }) {
				list = appendWatch(list, e.Link, showing)
			}
			if max(len(before), len(after)) == mostShown && !reflect.DeepEqual(old[0].Text, now[0].Text) {
				list = appendWatch(list, isms.Link{Kind: e.Link.Kind}, showing)
			}
		}
	}
	if len(list) == 0 {
		return newer
	}
	return list
}

// driving are the members by which a record names the controls that it drives, or
// stops to.
func driving(k ReasonKind) []string {
	switch k {
	case RiskTreatment:
		return []string{"treatment/controls"}
	case OwnDecision, Exclusion:
		return []string{"include", "exclude", "ref"}
	default:
		return []string{"controls", "type", "from", "until", "published", "occurred"}
	}
}

// changedReason is what a reason rests on that is there before and after.
func changedReason(old, now *Reason) []watch {
	var members aspects
	add := func(same bool, names ...string) {
		if !same {
			members |= of(names...)
		}
	}
	add(reflect.DeepEqual(old.From.Title, now.From.Title), "title")
	add(old.From.Label == now.From.Label, "label")
	add(old.From.Status == now.From.Status, "status")
	add(old.Source == now.Source, "source", "version")
	add(reflect.DeepEqual(old.Text, now.Text), "include", "exclude")
	add(slices.Equal(old.Options, now.Options), "treatment/options")
	add(reflect.DeepEqual(old.Level, now.Level), "current", "categories")
	add(old.Owner.Link.Entity() == now.Owner.Link.Entity(), "owner")
	add(reflect.DeepEqual(old.Actions, now.Actions), "treatment/actions")
	add(sameEntities(old.Behind, now.Behind), "assets", "document")
	list, newer := shownChanges(nil, nil, []Entry{old.Owner}, []Entry{now.Owner})
	list, newer = shownChanges(list, newer, old.Behind, now.Behind)
	for i := range min(len(old.Actions), len(now.Actions)) {
		list, newer = shownChanges(list, newer, []Entry{old.Actions[i].Owner}, []Entry{now.Actions[i].Owner})
	}
	if members == 0 && len(list) == 0 { // only revisions
		list = newer
		if old.From.Link.Rev != now.From.Link.Rev {
			members = everything
		}
	}
	if members != 0 {
		list = appendWatch(list, now.From.Link, members)
	}
	return list
}

func sameEntities(a, b []Entry) bool {
	return slices.EqualFunc(a, b, func(x, y Entry) bool { return x.Link.Entity() == y.Link.Entity() })
}

// shownChanges watches the records that both lists name, for what is shown of
// them when that differs; those of which only the revision does are newer.
func shownChanges(list, newer []watch, old, now []Entry) (shown, revisions []watch) {
	for _, a := range old {
		for _, b := range now {
			if a.Link.Entity() != b.Link.Entity() || a.Link.IsZero() || reflect.DeepEqual(a, b) {
				continue
			}
			if onlyNewer(&a, &b) {
				newer = appendWatch(newer, a.Link, everything)
			} else {
				list = appendWatch(list, a.Link, named())
			}
		}
	}
	return list, newer
}
