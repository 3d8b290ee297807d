package isms

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/ismskit/ismskit/isms/driver"
)

// Difference is one value that is another at a later moment.
type Difference struct {
	// Subject is the entity, with the revision since which it has the new value.
	Subject Link `json:"subject"`
	// Path is a JSON Pointer (RFC 6901) into the entity as it is recorded; "" is
	// the entity itself, made or deleted. An index counts in the new list, but
	// that of an element which is gone counts in the old one.
	Path string `json:"path"`
	// Old and New are compact JSON; nil is no value, or that of an entity whose
	// revision was erased.
	Old json.RawMessage `json:"old,omitempty"`
	New json.RawMessage `json:"new,omitempty"`
	// Recorded is when, by whom and why: of the revision of Subject.
	Recorded Recorded `json:"recorded"`
}

// String is the difference on one line, for logs.
func (d Difference) String() string {
	show := func(v json.RawMessage) string {
		if v == nil {
			return "nothing"
		}
		return string(v)
	}
	return fmt.Sprintf("%s %s: %s -> %s (%s, %s)", d.Subject, d.Path, show(d.Old), show(d.New), d.Recorded.By, d.Recorded.Note)
}

// Diff lists what differs between two moments of one space, by kind, id and
// path, and which revision made it so. Where about has links, only these
// entities are compared; a link with a kind alone takes in all of the kind:
//
//	isms.Diff(ctx, space.AsOf(audit), space, isms.Link{Kind: "risk"})
//
// It compares what is recorded, of every kind, whether the program knows it or
// not. Elements of a list belong together by their "id", when every element of
// both lists is an object with one of its own and those that stay keep their
// order; otherwise they do by their place in the list. What was changed and
// changed back is no difference. The error is one of the store, or says that the
// moments are in the wrong order or of two spaces.
//
// It reads the log between the two moments, and decodes each revision in it.
func Diff(ctx context.Context, from, to *Space, about ...Link) ([]Difference, error) {
	if from.store != to.store || from.tenant != to.tenant {
		return nil, errors.New("diff: want two moments of the same space")
	}
	var start int64
	if err := from.view(ctx, func(r driver.Reader) (err error) {
		start, _, err = r.Head()
		return err
	}); err != nil {
		return nil, fmt.Errorf("diff: %w", err)
	}
	var found []Difference
	err := to.view(ctx, func(r driver.Reader) (err error) {
		found, err = diffSince(r, start, about)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("diff: %w", err)
	}
	return found, nil
}

// diffSince compares the records of r with those up to start.
func diffSince(r driver.Reader, start int64, about []Link) ([]Difference, error) {
	end, _, err := r.Head()
	if err != nil {
		return nil, err
	}
	if end < start {
		return nil, fmt.Errorf("the first moment is at record %d, after the second at %d", start, end)
	}
	touched := map[Link]bool{}
	for rec, err := range r.Log(start) {
		if err != nil {
			return nil, err
		}
		if l := (Link{Kind: rec.Kind, ID: rec.ID}); selects(about, l) {
			touched[l] = true
		}
	}
	entities := make([]Link, 0, len(touched))
	for l := range touched {
		entities = append(entities, l)
	}
	slices.SortFunc(entities, func(a, b Link) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID)) })
	var found []Difference
	for _, l := range entities {
		if found, err = appendDiff(found, r, start, l); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func selects(about []Link, l Link) bool {
	return len(about) == 0 || slices.ContainsFunc(about, func(a Link) bool { return a.Kind == l.Kind && (a.ID == "" || a.ID == l.ID) })
}

// appendDiff adds the differences of one entity.
func appendDiff(found []Difference, r driver.Reader, start int64, l Link) ([]Difference, error) {
	d := differ{versions: []driver.Record{{}}}
	for rec, err := range r.History(l.Kind, l.ID) {
		switch {
		case err != nil:
			return nil, err
		case rec.Seq <= start:
			d.versions[0] = rec
		default:
			d.versions = append(d.versions, rec)
		}
	}
	values := make([]any, len(d.versions))
	for i, rec := range d.versions {
		if values[i] = (absent{}); rec.Deleted || rec.Seq == 0 {
			continue
		}
		if driver.Erased(rec) {
			values[i] = absent{rec.Rev}
			continue
		}
		in := json.NewDecoder(bytes.NewReader(rec.Data))
		in.UseNumber()
		if err := in.Decode(&values[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", Link{l.Kind, l.ID, rec.Rev}, err)
		}
	}
	if err := d.compare("", values); err != nil {
		return nil, err
	}
	return append(found, d.found...), nil
}

// absent is the value where there is none, which is not null, or of a revision
// that was erased: what it was cannot be told.
type absent struct{ erased int64 }

// differ compares the first version of an entity with its last; what is between
// them tells which revision made a difference.
type differ struct {
	versions []driver.Record
	found    []Difference
}

// compare finds the differences at and below path. The values are those of one
// member, or of one element, in each version.
func (d *differ) compare(path string, values []any) error {
	first, last := values[0], values[len(values)-1]
	if reflect.DeepEqual(first, last) {
		return nil
	}
	switch old := first.(type) {
	case map[string]any:
		if now, ok := last.(map[string]any); ok {
			for _, name := range union(old, now) {
				if err := d.compare(appendPointer(path, step{name, -1}), each(values, member(name))); err != nil {
					return err
				}
			}
			return nil
		}
	case []any:
		if now, ok := last.([]any); ok {
			return d.compareLists(path, values, old, now)
		}
	}
	return d.report(path, values)
}

// report adds a difference, made by the last revision that changed the value.
func (d *differ) report(path string, values []any) error {
	i := len(values) - 1
	for i > 1 && reflect.DeepEqual(values[i-1], values[i]) {
		i--
	}
	rec := d.versions[i]
	recorded, err := recordedOf(rec)
	if err != nil {
		return err
	}
	diff := Difference{Subject: Link{rec.Kind, rec.ID, rec.Rev}, Path: path, Recorded: recorded}
	if diff.Old, err = rawJSON(values[0]); err != nil {
		return err
	}
	if diff.New, err = rawJSON(values[len(values)-1]); err != nil {
		return err
	}
	d.found = append(d.found, diff)
	return nil
}

func rawJSON(v any) (json.RawMessage, error) {
	if _, none := v.(absent); none {
		return nil, nil
	}
	return marshal(v)
}

// union is the names of the members of both, sorted.
func union(a, b map[string]any) []string {
	names := make([]string, 0, len(a))
	for name := range a {
		names = append(names, name)
	}
	for name := range b {
		if _, both := a[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// each applies get to every version of a value.
func each(values []any, get func(any) any) []any {
	parts := make([]any, len(values))
	for i, v := range values {
		parts[i] = get(v)
	}
	return parts
}

// member finds a member of an object.
func member(name string) func(any) any {
	return func(v any) any {
		if object, ok := v.(map[string]any); ok {
			if part, ok := object[name]; ok {
				return part
			}
		}
		return absent{}
	}
}
