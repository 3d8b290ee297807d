package soa

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/lang"
)

// Difference is what differs between two statements: of two versions, or of two
// days. It holds all of it, so that [Difference.Apply] makes the new one of the
// old one, and reads back unchanged from JSON. [Causes] adds who made it so.
type Difference struct {
	From Moment `json:"from"`
	To   Moment `json:"to"`

	Cells []Cell      `json:"cells,omitempty"` // of the statement itself
	Rows  []RowChange `json:"rows,omitempty"`  // in the order of the new statement, then those removed
}

// Moment is when a statement is of.
type Moment struct {
	AsOf isms.Date `json:"asOf,omitzero"`
	Seq  int64     `json:"seq,omitempty"`
}

// RowChange is a row that was added, removed or changed.
type RowChange struct {
	Control isms.ControlID `json:"control"`
	Name    string         `json:"name"`            // see [Row.Name]
	Title   isms.Text      `json:"title,omitempty"` // of the control
	What    Change         `json:"what"`
	At      int            `json:"at"` // the place in the new statement; in the old one when the row was removed
	Cells   []Cell         `json:"cells,omitempty"`

	// Records are those of the control itself, in either statement.
	Records []isms.Link `json:"records,omitempty"`
}

// Change is what became of a row or a cell.
type Change string

// The changes.
const (
	Added   Change = "added"
	Removed Change = "removed"
	Changed Change = "changed"
)

// Label is the change in language l.
func (c Change) Label(l lang.Lang) string { return lang.Word(l, "change", string(c)) }

// Cell is one value that was added, removed or changed.
type Cell struct {
	// Path is a JSON Pointer into the row, or into the statement: "/decision",
	// "/reasons/3". An index counts in the new list, but that of an element which
	// is gone counts in the old one.
	Path string `json:"path"`
	// Old and New are compact JSON; nil is no value.
	Old json.RawMessage `json:"old,omitempty"`
	New json.RawMessage `json:"new,omitempty"`
	// Causes are the revisions that made it so, oldest first; see [Causes].
	Causes []Cause `json:"causes,omitempty"`

	was, is any // what Old and New are the JSON of, when it is at hand
}

// What is what became of the cell.
func (c Cell) What() Change {
	switch {
	case c.Old == nil:
		return Added
	case c.New == nil:
		return Removed
	default:
		return Changed
	}
}

// ErrOtherStatement says that a difference is not about a statement.
var ErrOtherStatement = errors.New("the difference is of another statement")

// Diff lists what differs between two statements. Each must have one row for a
// control, as all have that [Compile] made. O(n) for n cells of both.
func Diff(old, now Statement) Difference {
	d := Difference{
		From: Moment{old.AsOf, old.Seq},
		To:   Moment{now.AsOf, now.Seq},
	}
	e := &encoder{old: map[string]encoded{}, now: map[string]encoded{}}
	d.Cells = e.members(reflect.ValueOf(&old).Elem(), reflect.ValueOf(&now).Elem())
	places := make(map[isms.ControlID]int, len(old.Rows))
	for i := range old.Rows {
		places[old.Rows[i].Control] = i
	}
	last := -1 // the place in old of the last row that stays where it is
	for i := range now.Rows {
		r := &now.Rows[i]
		place, stays := places[r.Control]
		if !stays {
			d.Rows = append(d.Rows, e.change(&Row{}, r, Added, i))
			continue
		}
		delete(places, r.Control)
		c := e.change(&old.Rows[place], r, Changed, i)
		if len(c.Cells) > 0 || place < last {
			d.Rows = append(d.Rows, c)
		}
		if place > last && len(c.Cells) == 0 {
			last = place
		}
	}
	for i := range old.Rows {
		if _, gone := places[old.Rows[i].Control]; gone {
			d.Rows = append(d.Rows, e.change(&old.Rows[i], &Row{}, Removed, i))
		}
	}
	return d
}

func (e *encoder) change(old, now *Row, what Change, at int) RowChange {
	shown := now
	if what == Removed {
		shown = old
	}
	c := RowChange{
		Control: shown.Control, Name: shown.Name(), Title: shown.Title, What: what, At: at,
		Cells: e.members(reflect.ValueOf(old).Elem(), reflect.ValueOf(now).Elem()),
	}
	for _, list := range [][]isms.Link{old.Records, now.Records} {
		for _, l := range list {
			if !slices.Contains(c.Records, l.Entity()) {
				c.Records = append(c.Records, l.Entity())
			}
		}
	}
	return c
}

// Apply makes the new statement of the old one. The error is
// [ErrOtherStatement], with the cell, when old is not as the difference has it.
func (d Difference) Apply(old Statement) (Statement, error) {
	s := old
	s.Rows = nil
	if err := applyCells(reflect.ValueOf(&s).Elem(), d.Cells); err != nil {
		return Statement{}, err
	}
	kept := make(map[isms.ControlID]*Row, len(old.Rows))
	for i := range old.Rows {
		kept[old.Rows[i].Control] = &old.Rows[i]
	}
	placed := map[int]Row{}
	for _, c := range d.Rows {
		var row Row
		from, found := kept[c.Control]
		if found != (c.What != Added) {
			return Statement{}, fmt.Errorf("%s: %w", c.Control, ErrOtherStatement)
		}
		if found {
			row = *from
		}
		if err := applyCells(reflect.ValueOf(&row).Elem(), c.Cells); err != nil {
			return Statement{}, fmt.Errorf("%s: %w", c.Control, err)
		}
		delete(kept, c.Control)
		if c.What != Removed {
			placed[c.At] = row
		}
	}
	next := 0 // of the old rows
	for range len(kept) + len(placed) {
		row, ok := placed[len(s.Rows)]
		for !ok && next < len(old.Rows) {
			_, ok = kept[old.Rows[next].Control]
			row = old.Rows[next]
			next++
		}
		if !ok {
			return Statement{}, ErrOtherStatement
		}
		s.Rows = append(s.Rows, row)
	}
	return s, nil
}

// member is a field of a row or a statement that cells are made of.
type member struct {
	path  string
	field int
}

// membersOf are the fields of a struct by the names that JSON gives them, but
// for the rows of a statement.
func membersOf(t reflect.Type) []member {
	var list []member
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name != "rows" {
			list = append(list, member{"/" + name, i})
		}
	}
	return list
}

// encoder finds and encodes cells. A risk is a reason in the row of each of its
// controls: it is encoded once for either statement.
type encoder struct{ old, now map[string]encoded }

type encoded struct {
	value any
	raw   json.RawMessage
}

func encode[T any](known map[string]encoded, key string, v *T) json.RawMessage {
	if e, ok := known[key]; ok && reflect.DeepEqual(e.value, v) {
		return e.raw
	}
	e := encoded{v, raw(v)}
	known[key] = e
	return e.raw
}

// members finds the cells that differ between two structs of one type.
func (e *encoder) members(old, now reflect.Value) []Cell {
	var cells []Cell
	for _, m := range membersOf(old.Type()) {
		a, b := old.Field(m.field), now.Field(m.field)
		switch list := a.Interface().(type) {
		case []Reason:
			cells = diffList(e, cells, m.path, list, valueOf[[]Reason](b), reasonKey)
		case []Entry:
			cells = diffList(e, cells, m.path, list, valueOf[[]Entry](b), entryKey)
		case []isms.Link:
			cells = diffList(e, cells, m.path, list, valueOf[[]isms.Link](b), func(l *isms.Link) string { return l.Entity().String() })
		case []isms.Finding:
			cells = diffList(e, cells, m.path, list, valueOf[[]isms.Finding](b), func(f *isms.Finding) string { return string(f.Rule) })
		default:
			if !reflect.DeepEqual(list, b.Interface()) {
				cells = appendCell(cells, Cell{Path: m.path, Old: rawOf(a), New: rawOf(b)})
			}
		}
	}
	return cells
}

func valueOf[T any](v reflect.Value) T {
	t, _ := reflect.TypeAssert[T](v)
	return t
}

// entryKey tells a record apart from others in a list.
func entryKey(e *Entry) string {
	if !e.Link.IsZero() {
		return e.Link.Entity().String()
	}
	return e.Label + " " + e.Title.String()
}

func reasonKey(r *Reason) string {
	if r.Kind == RecordedFact {
		return r.Source
	}
	return string(r.Kind) + " " + entryKey(&r.From)
}

// rawOf is the JSON of a member; nil when it is unset, or cannot be encoded.
func rawOf(v reflect.Value) json.RawMessage {
	if v.IsZero() {
		return nil
	}
	return raw(v.Interface())
}

func raw(v any) json.RawMessage {
	data, err := marshal(v)
	if err != nil { // never: each type of a statement encodes
		return nil
	}
	return data
}

func appendCell(cells []Cell, c Cell) []Cell {
	if string(c.Old) == string(c.New) { // nil or empty: JSON knows no difference
		return cells
	}
	return append(cells, c)
}

// diffList finds the elements that differ between two lists. Elements belong
// together by their key, when each has one of its own in its list; otherwise the
// list as a whole is a cell.
func diffList[T any](e *encoder, cells []Cell, path string, old, now []T, key func(*T) string) []Cell {
	if len(old) == 0 && len(now) == 0 {
		return cells
	}
	places := make(map[string]int, len(old))
	for i := range old {
		places[key(&old[i])] = i
	}
	keys := make(map[string]bool, len(now))
	for i := range now {
		keys[key(&now[i])] = true
	}
	if len(places) != len(old) || len(keys) != len(now) {
		if reflect.DeepEqual(old, now) {
			return cells
		}
		return appendCell(cells, Cell{Path: path, Old: listRaw(old), New: listRaw(now)})
	}
	for i := range old {
		if !keys[key(&old[i])] {
			cells = append(cells, Cell{Path: path + "/" + strconv.Itoa(i), Old: encode(e.old, key(&old[i]), &old[i]), was: &old[i]})
		}
	}
	last := -1
	for i := range now {
		place, stays := places[key(&now[i])]
		switch {
		case !stays:
			cells = append(cells, Cell{Path: path + "/" + strconv.Itoa(i), New: encode(e.now, key(&now[i]), &now[i]), is: &now[i]})
		case place > last && reflect.DeepEqual(&old[place], &now[i]):
			last = place
		default: // changed, or moved
			cells = append(cells, Cell{Path: path + "/" + strconv.Itoa(i), Old: encode(e.old, key(&old[place]), &old[place]), New: encode(e.now, key(&now[i]), &now[i]), was: &old[place], is: &now[i]})
		}
	}
	return cells
}

func listRaw[T any](list []T) json.RawMessage {
	if len(list) == 0 {
		return nil
	}
	return raw(list)
}

// applyCells changes a struct as the cells say.
func applyCells(v reflect.Value, cells []Cell) error {
	fields := make(map[string]int)
	for _, m := range membersOf(v.Type()) {
		fields[m.path] = m.field
	}
	lists := map[int][]Cell{}
	for _, c := range cells {
		field, known := fields[c.Path]
		if known {
			if err := applyMember(v.Field(field), c); err != nil {
				return err
			}
			continue
		}
		i := strings.LastIndexByte(c.Path, '/')
		if field, known = fields[c.Path[:max(i, 0)]]; !known {
			return fmt.Errorf("%s: %w", c.Path, ErrOtherStatement)
		}
		lists[field] = append(lists[field], c)
	}
	for field, cells := range lists {
		if err := applyElements(v.Field(field), cells); err != nil {
			return err
		}
	}
	return nil
}

func applyMember(v reflect.Value, c Cell) error {
	was, err := canonical(v.Type(), c.Old)
	if err != nil || string(was) != string(rawOf(v)) {
		return fmt.Errorf("%s: %w", c.Path, ErrOtherStatement)
	}
	now := reflect.New(v.Type())
	if c.New != nil {
		if err := json.Unmarshal(c.New, now.Interface()); err != nil {
			return fmt.Errorf("%s: %w", c.Path, err)
		}
	}
	v.Set(now.Elem())
	return nil
}

// canonical is JSON as raw writes it.
func canonical(t reflect.Type, data json.RawMessage) (json.RawMessage, error) {
	if data == nil {
		return nil, nil
	}
	v := reflect.New(t)
	if err := json.Unmarshal(data, v.Interface()); err != nil {
		return nil, err
	}
	return raw(v.Interface()), nil
}

// applyElements changes elements of a list: those of Old go, wherever they are,
// and those of New come to their place.
func applyElements(v reflect.Value, cells []Cell) error {
	gone, placed, err := elementsOf(v.Type().Elem(), cells)
	if err != nil {
		return err
	}
	var kept []reflect.Value
	for i := range v.Len() {
		is := string(raw(v.Index(i).Addr().Interface()))
		if _, goes := gone[is]; goes {
			delete(gone, is)
			continue
		}
		kept = append(kept, v.Index(i))
	}
	for _, path := range gone {
		return fmt.Errorf("%s: %w", path, ErrOtherStatement)
	}
	list := reflect.MakeSlice(v.Type(), 0, len(kept)+len(placed))
	for range len(kept) + len(placed) {
		if now, here := placed[list.Len()]; here {
			list = reflect.Append(list, now)
			continue
		}
		if len(kept) == 0 {
			return ErrOtherStatement
		}
		list, kept = reflect.Append(list, kept[0]), kept[1:]
	}
	if list.Len() == 0 {
		list = reflect.Zero(v.Type())
	}
	v.Set(list)
	return nil
}

// elementsOf are the elements that cells take out, by their JSON, and those that
// they put in, by their place.
func elementsOf(t reflect.Type, cells []Cell) (gone map[string]string, placed map[int]reflect.Value, err error) {
	gone, placed = map[string]string{}, map[int]reflect.Value{}
	for _, c := range cells {
		at, err := strconv.Atoi(c.Path[strings.LastIndexByte(c.Path, '/')+1:])
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", c.Path, ErrOtherStatement)
		}
		was, err := canonical(t, c.Old)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", c.Path, err)
		}
		if was != nil {
			gone[string(was)] = c.Path
		}
		if c.New != nil {
			now := reflect.New(t)
			if err := json.Unmarshal(c.New, now.Interface()); err != nil {
				return nil, nil, fmt.Errorf("%s: %w", c.Path, err)
			}
			placed[at] = now.Elem()
		}
	}
	return gone, placed, nil
}
