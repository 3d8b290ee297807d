package soa

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/risk"
)

// Cause is a revision that made a cell what it is.
type Cause struct {
	Subject  isms.Link     `json:"subject"` // with the revision
	Recorded isms.Recorded `json:"recorded"`
	Deleted  bool          `json:"deleted,omitempty"`
}

// Causes adds to each cell the revisions that made it so, as the log of the
// space has them. It reads what was recorded between the two statements, and the
// records that they rest on as they were before.
func Causes(ctx context.Context, space *isms.Space, d Difference) (Difference, error) {
	after, until := d.window()
	var before []isms.Change
	watched := entitiesOf(d.watches())
	err := space.AsOfSeq(after).View(ctx, func(tx *isms.Tx) (err error) {
		before, err = readBefore(tx, watched)
		return err
	})
	if err != nil {
		return Difference{}, err
	}
	return d.Explain(func(yield func(isms.Change, error) bool) {
		for _, c := range before {
			if !yield(c, nil) {
				return
			}
		}
		for c, err := range space.Changes(ctx, after) {
			if err == nil && c.Recorded.Seq > until || !yield(c, err) {
				return
			}
		}
	})
}

// Explain adds to each cell the revisions that made it so: those, recorded
// between the two statements, of a record that the cell rests on, which changed
// something of it that the cell shows. A cell without a cause changed because of
// the day (a requirement that ended, evidence that expired), or of what is not
// recorded, such as a catalogue.
//
// Changes are in the order of the log. Those before the first statement only
// serve to tell what later ones changed; a revision whose predecessor is not
// among them counts as having changed everything. O(changes + cells).
func (d Difference) Explain(changes iter.Seq2[isms.Change, error]) (Difference, error) {
	x := explainer{
		byEntity: map[isms.Link][]revision{}, byKind: map[string][]revision{},
		latest: map[isms.Link]latest{}, known: map[watch][]Cause{},
	}
	own, rows := d.watches()
	watched := map[isms.Link]bool{}
	for _, l := range entitiesOf(own, rows) {
		watched[l] = true
	}
	x.after, x.until = d.window()
	for c, err := range changes {
		if err != nil {
			return Difference{}, err
		}
		to := c.Subject.Entity()
		kind := watched[isms.Link{Kind: to.Kind}]
		if c.Recorded.Seq <= x.until && (kind || watched[to]) {
			x.add(c, kind)
		}
	}
	d.Cells = x.explained(d.Cells, own)
	d.Rows = slices.Clone(d.Rows)
	for i := range d.Rows {
		d.Rows[i].Cells = x.explained(d.Rows[i].Cells, rows[i])
	}
	return d, nil
}

// explained is the cells with their causes.
func (x *explainer) explained(cells []Cell, watches [][]watch) []Cell {
	cells = slices.Clone(cells)
	for i := range cells {
		cells[i].Causes = x.causes(watches[i])
	}
	return cells
}

// window is after and up to which place in the log the causes are.
func (d Difference) window() (after, until int64) {
	return min(d.From.Seq, d.To.Seq), max(d.From.Seq, d.To.Seq)
}

// readBefore reads records as they are, in the form of the log. A link with a
// kind alone is all records of the kind.
func readBefore(tx *isms.Tx, links []isms.Link) ([]isms.Change, error) {
	readers := map[string]func(*isms.Tx, string) ([]isms.Change, error){
		"organization": changeReader(isms.Organizations, func(v isms.Organization) isms.Common { return v.Common }),
		"scope":        changeReader(isms.Scopes, func(v isms.Scope) isms.Common { return v.Common }),
		"control":      changeReader(isms.Controls, func(v isms.Control) isms.Common { return v.Common }),
		"risk":         changeReader(risk.Risks, func(v risk.Risk) isms.Common { return v.Common }),
		"requirement":  changeReader(isms.Requirements, func(v isms.Requirement) isms.Common { return v.Common }),
		"document":     changeReader(isms.Documents, func(v isms.Document) isms.Common { return v.Common }),
		"evidence":     changeReader(isms.EvidenceRecords, func(v isms.Evidence) isms.Common { return v.Common }),
		"asset":        changeReader(isms.Assets, func(v isms.Asset) isms.Common { return v.Common }),
		"supplier":     changeReader(isms.Suppliers, func(v isms.Supplier) isms.Common { return v.Common }),
		"incident":     changeReader(isms.Incidents, func(v isms.Incident) isms.Common { return v.Common }),
		"person":       changeReader(isms.Persons, func(v isms.Individual) isms.Common { return v.Common }),
		"role":         changeReader(isms.Roles, func(v isms.Role) isms.Common { return v.Common }),
	}
	whole := map[string]bool{} // kinds that are read as a whole
	for _, l := range links {
		whole[l.Kind] = whole[l.Kind] || l.ID == ""
	}
	var list []isms.Change
	for _, l := range links {
		read := readers[l.Kind]
		if read == nil || l.ID != "" && whole[l.Kind] {
			continue
		}
		some, err := read(tx, l.ID)
		switch {
		case errors.Is(err, driver.ErrNotFound), errors.Is(err, isms.ErrErased):
		case err != nil:
			return nil, err
		default:
			list = append(list, some...)
		}
	}
	return list, nil
}

// changeReader reads the record with an id, or all of a kind when it is unset.
func changeReader[T isms.Entity](in func(*isms.Tx) isms.Collection[T], common func(T) isms.Common) func(*isms.Tx, string) ([]isms.Change, error) {
	change := func(v T) (isms.Change, error) {
		data, err := marshal(v)
		link := isms.LinkTo(v)
		link.Rev = common(v).Rev
		return isms.Change{Subject: link, Recorded: common(v).Recorded, Data: data}, err
	}
	return func(tx *isms.Tx, id string) (list []isms.Change, err error) {
		if id != "" {
			v, err := in(tx).Get(id)
			if err != nil {
				return nil, err
			}
			one, err := change(v)
			return []isms.Change{one}, err
		}
		for v, err := range in(tx).All() {
			if err != nil {
				return nil, err
			}
			one, err := change(v)
			if err != nil {
				return nil, err
			}
			list = append(list, one)
		}
		return list, nil
	}
}

// revision is a change of something watched, with what it changed.
type revision struct {
	Cause

	changed aspects
	inside  bool // the time between the statements
}

// explainer finds the causes of cells.
type explainer struct {
	after, until int64
	byEntity     map[isms.Link][]revision
	byKind       map[string][]revision
	latest       map[isms.Link]latest
	spare        []jsonMember
	known        map[watch][]Cause
}

// latest is the last revision of an entity that was seen.
type latest struct {
	rev     int64
	members []jsonMember
}

func (x *explainer) add(c isms.Change, kind bool) {
	to := c.Subject.Entity()
	r := revision{
		Cause:   Cause{Subject: c.Subject, Recorded: c.Recorded, Deleted: c.Deleted},
		changed: everything, inside: c.Recorded.Seq > x.after,
	}
	before := x.latest[to]
	now := latest{c.Subject.Rev, membersIn(x.spare[:0], c.Data)}
	if before.rev == now.rev-1 && len(before.members) > 0 && len(now.members) > 0 {
		r.changed = differing(before.members, now.members, "")
	}
	x.latest[to], x.spare = now, before.members
	if r.inside {
		x.byEntity[to] = append(x.byEntity[to], r)
		if kind {
			x.byKind[to.Kind] = append(x.byKind[to.Kind], r)
		}
	}
}

func (x *explainer) causes(watches []watch) []Cause {
	if len(watches) == 1 {
		return x.watch(watches[0])
	}
	var all []Cause
	for _, w := range watches {
		all = append(all, x.watch(w)...)
	}
	slices.SortFunc(all, func(a, b Cause) int { return cmp.Compare(a.Recorded.Seq, b.Recorded.Seq) })
	return slices.CompactFunc(all, func(a, b Cause) bool { return a.Subject == b.Subject })
}

func (x *explainer) watch(w watch) []Cause {
	if known, ok := x.known[w]; ok {
		return known
	}
	list := x.byEntity[w.of]
	if w.of.ID == "" {
		list = x.byKind[w.of.Kind]
	}
	var causes []Cause
	for _, r := range list {
		if r.changed&w.aspects != 0 {
			causes = append(causes, r.Cause)
		}
	}
	x.known[w] = causes
	return causes
}

// aspects is a set of members of a record.
type aspects uint64

const (
	everything = ^aspects(0)
	other      = aspects(1) // members without a bit of their own
)

// of is the set of the members with these names.
func of(names ...string) aspects {
	var set aspects
	for _, name := range names {
		set |= aspect(name)
	}
	return set
}

// aspect is the bit of a member: one of its own for those that cells are told
// apart by, and other for all others. Members of the treatment of a risk stand by
// themselves.
func aspect(name string) aspects {
	switch name {
	case "title":
		return 1 << 1
	case "name":
		return 1 << 2
	case "label":
		return 1 << 3
	case "status":
		return 1 << 4
	case "isms":
		return 1 << 5
	case "owner":
		return 1 << 6
	case "review":
		return 1 << 7
	case "occurred":
		return 1 << 8
	case "type":
		return 1 << 9
	case "source":
		return 1 << 10
	case "version":
		return 1 << 11
	case "document":
		return 1 << 12
	case "from":
		return 1 << 13
	case "until":
		return 1 << 14
	case "published":
		return 1 << 15
	case "expires":
		return 1 << 16
	case "controls":
		return 1 << 17
	case "ref":
		return 1 << 18
	case "include":
		return 1 << 19
	case "exclude":
		return 1 << 20
	case "implementation":
		return 1 << 21
	case "since":
		return 1 << 22
	case "how":
		return 1 << 23
	case "plan":
		return 1 << 24
	case "due":
		return 1 << 25
	case "documents":
		return 1 << 26
	case "evidence":
		return 1 << 27
	case "maturity":
		return 1 << 28
	case "current":
		return 1 << 29
	case "residual":
		return 1 << 30
	case "categories":
		return 1 << 31
	case "assets":
		return 1 << 32
	case "treatment/controls":
		return 1 << 33
	case "treatment/options":
		return 1 << 34
	case "treatment/actions":
		return 1 << 35
	default:
		return other
	}
}

// differing is the set of members in which two revisions differ. Members stand in
// the order of the struct, so those of one name are at about the same place.
func differing(old, now []jsonMember, prefix string) (set aspects) {
	next := 0 // in old
	for _, m := range now {
		i := slices.IndexFunc(old[next:], func(o jsonMember) bool { return string(o.name) == string(m.name) })
		if i < 0 {
			set |= aspectOf(prefix, nil, m)
			continue
		}
		for _, gone := range old[next : next+i] {
			set |= aspectOf(prefix, gone.value, jsonMember{name: gone.name})
		}
		if was := old[next+i].value; !bytes.Equal(was, m.value) {
			set |= aspectOf(prefix, was, m)
		}
		next += i + 1
	}
	for _, gone := range old[next:] {
		set |= aspectOf(prefix, gone.value, jsonMember{name: gone.name})
	}
	return set
}

// aspectOf is the bit of a member that is another than it was.
func aspectOf(prefix string, was []byte, m jsonMember) aspects {
	if prefix == "" && string(m.name) == "treatment" {
		return differing(membersIn(nil, was), membersIn(nil, m.value), "treatment/")
	}
	return aspect(prefix + string(m.name))
}

type jsonMember struct{ name, value []byte }

// membersIn adds the members of a JSON object to a list, but for those that say
// which record it is; none of anything else.
func membersIn(list []jsonMember, data []byte) []jsonMember {
	var name []byte
	depth, from := 0, 0
	end := func(i int) {
		if value := bytes.TrimSpace(data[from:i]); len(name) > 0 && string(name) != "id" && string(name) != "rev" && string(name) != "recorded" {
			list = append(list, jsonMember{name, value})
		}
		name = nil
	}
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '"':
			start := i + 1
			i = start + stringEnd(data[start:])
			if depth == 1 && name == nil && i < len(data) {
				name = data[start:i]
			}
		case ':':
			if depth == 1 && from <= i {
				from = i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				end(i)
			}
		case ',':
			if depth == 1 {
				end(i)
			}
		}
	}
	return list
}

// stringEnd is the place of the quote that ends a string.
func stringEnd(data []byte) int {
	for i := 0; ; i++ {
		next := bytes.IndexByte(data[i:], '"')
		if next < 0 {
			return len(data)
		}
		i += next
		escapes := 0
		for escapes < i && data[i-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return i
		}
	}
}
