package isms_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/dirstore"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/memstore"
)

// thing is an entity that holds any JSON.
type thing struct {
	isms.Common

	Value json.RawMessage `json:"value,omitempty"`
}

func (thing) EntityKind() string { return "thing" }
func (thing) Check(isms.Checker) {}

func things(tx *isms.Tx) isms.Collection[thing] { return isms.Kind[thing]{}.In(tx) }

// moment is the state of a space when it was now.
type moment struct {
	at    time.Time
	seq   int64
	state map[string]string // the data of each thing, by id@rev
}

// history is a space after random transactions, and what it was after each.
// The first moment is before them.
func history(t *rapid.T, d driver.Store) (*isms.Space, []moment) {
	clock := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	store := isms.Open(d, &isms.Options{Now: func() time.Time { return clock }})
	space := store.Space("acme").As(isms.Agent("triage", "p-17"))
	moments := []moment{{at: clock.Add(-time.Second), state: map[string]string{}}}
	for n := range rapid.IntRange(0, 8).Draw(t, "transactions") {
		note := rapid.SampledFrom([]string{"", "a note", "<&> \u2028"}).Draw(t, "note") + strconv.Itoa(n)
		err := space.Update(context.Background(), note, func(tx *isms.Tx) error {
			ids := rapid.Permutation([]string{"a", "a-1", "a.1", "b", "c"}).Draw(t, "ids")
			for _, id := range ids[:rapid.IntRange(1, 4).Draw(t, "changes")] {
				if err := changeAny(t, tx, id); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		now := stateOf(t, space)
		now.at = clock
		if moments = append(moments, now); rapid.Bool().Draw(t, "time passes") {
			clock = clock.Add(time.Second)
		}
	}
	return space, moments
}

func changeAny(t *rapid.T, tx *isms.Tx, id string) error {
	v, err := things(tx).Get(id)
	if err == nil && rapid.IntRange(0, 4).Draw(t, "delete") == 0 {
		return things(tx).Delete(id, v.Rev)
	}
	if err != nil {
		v = thing{Common: isms.Common{ID: id}}
	}
	raw, err := json.Marshal(jsonValue(3).Draw(t, "value"))
	if err != nil {
		return err
	}
	v.Value = raw
	if rapid.Bool().Draw(t, "refers") {
		v.External = []isms.ExternalID{{System: "jira", ID: rapid.SampledFrom([]string{"1", "2"}).Draw(t, "external")}}
	}
	return things(tx).Put(&v)
}

// jsonValue is any JSON, of few words so that values are often alike.
func jsonValue(depth int) *rapid.Generator[any] {
	scalar := rapid.SampledFrom([]any{nil, true, 1, 1.5, "", "x", "é/~", "1"})
	if depth == 0 {
		return scalar
	}
	deeper := rapid.Deferred(func() *rapid.Generator[any] { return jsonValue(depth - 1) })
	keys := rapid.SampledFrom([]string{"a", "b/c", "d~", "id", "0"})
	withID := rapid.Custom(func(t *rapid.T) any {
		var list []any
		for _, id := range rapid.Permutation([]string{"p", "q", "r", "s"}).Draw(t, "ids") {
			if rapid.Bool().Draw(t, "has") {
				list = append(list, map[string]any{"id": id, "v": deeper.Draw(t, "v")})
			}
		}
		return list
	})
	return rapid.OneOf(
		scalar,
		rapid.Map(rapid.MapOfN(keys, deeper, 0, 4), func(m map[string]any) any { return m }),
		rapid.Map(rapid.SliceOfN(deeper, 0, 4), func(l []any) any { return l }),
		withID, withID,
	)
}

// stateOf reads a space as it is.
func stateOf(t *rapid.T, s *isms.Space) moment {
	m := moment{state: map[string]string{}}
	err := s.View(context.Background(), func(tx *isms.Tx) error {
		var err error
		if m.seq, _, err = tx.Head(); err != nil {
			return err
		}
		list, err := things(tx).List()
		for _, v := range list {
			m.state[fmt.Sprintf("%s@%d", v.ID, v.Rev)] = fmt.Sprintf("%s %v %v", v.Value, v.External, v.Recorded)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// stores opens one of each kind for every history.
func stores(t *testing.T) map[string]func(*rapid.T) driver.Store {
	t.Helper()
	dir := t.TempDir()
	return map[string]func(*rapid.T) driver.Store{
		"memstore": func(*rapid.T) driver.Store { return memstore.New() },
		"dirstore": func(rt *rapid.T) driver.Store {
			path, err := os.MkdirTemp(dir, "") //nolint:usetesting // a rapid.T has no TempDir
			if err != nil {
				rt.Fatal(err)
			}
			s, err := dirstore.Open(path, nil)
			if err != nil {
				rt.Fatal(err)
			}
			return s
		},
	}
}

// fewer runs a property less often on a store that waits for its disk, but for
// the full count.
func fewer(store string, property func(*rapid.T)) func(*rapid.T) {
	runs := 0
	return func(t *rapid.T) {
		if runs++; runs <= 15 || store == "memstore" || os.Getenv("ISMSKIT_SOAK") == "1" {
			property(t)
		}
	}
}

// What a space was when it was now, it is when it is past.
func TestPastIsWhatWasPresent(t *testing.T) {
	for name, open := range stores(t) {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, fewer(name, func(t *rapid.T) {
				d := open(t)
				defer d.Close()
				space, moments := history(t, d)
				for i, m := range moments {
					checkPast(t, space, m, moments[i+1:])
				}
			}))
		})
	}
}

// checkPast compares the space at a moment with what it was then. The moments
// after it tell how long it was so.
func checkPast(t *rapid.T, space *isms.Space, m moment, later []moment) {
	same := func(call string, got moment) {
		t.Helper()
		if diff := cmp.Diff(m.state, got.state); got.seq != m.seq || diff != "" {
			t.Fatalf("%s: head %d, want %d (-want +got):\n%s", call, got.seq, m.seq, diff)
		}
	}
	if len(later) == 0 || later[0].at.After(m.at) { // the last at its time
		same("AsOf", stateOf(t, space.AsOf(m.at)))
		same("AsOf, a moment later", stateOf(t, space.AsOf(m.at.Add(time.Millisecond))))
	}
	end := m.seq + 2
	if len(later) > 0 {
		end = later[0].seq
	}
	for n := m.seq; n < end; n++ { // halfway through the next transaction too
		same(fmt.Sprintf("AsOfSeq(%d)", n), stateOf(t, space.AsOfSeq(n)))
	}
}

// Diff tells everything that is needed to make the new state of the old one.
func TestDiffMakesNewOfOld(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		space, moments := history(t, memstore.New())
		i := rapid.IntRange(0, len(moments)-1).Draw(t, "from")
		j := rapid.IntRange(i, len(moments)-1).Draw(t, "to")
		from, to := space.AsOfSeq(moments[i].seq), space.AsOfSeq(moments[j].seq)
		differences := diff(t, from, to)
		old, want := contents(t, from), contents(t, to)
		byEntity := map[string][]isms.Difference{}
		for _, d := range differences {
			id := d.Subject.ID
			if _, ok := old[id]; !ok {
				old[id] = nothing{}
			}
			byEntity[id] = append(byEntity[id], d)
			checkCause(t, space, d, moments[i].seq, moments[j].seq)
		}
		got := map[string]any{}
		for id, v := range old {
			v = apply(t, v, byEntity[id])
			if _, none := v.(nothing); !none {
				got[id] = v
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("old with %v applied (-want +got):\n%s", differences, d)
		}
	})
}

type nothing struct{}

func diff(t *rapid.T, from, to *isms.Space) []isms.Difference {
	list, err := isms.Diff(context.Background(), from, to, isms.Link{Kind: "thing"})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// contents are the things of a space as the JSON that was recorded.
func contents(t *rapid.T, s *isms.Space) map[string]any {
	all := map[string]any{}
	for c, err := range s.Changes(context.Background(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if delete(all, c.Subject.ID); !c.Deleted {
			all[c.Subject.ID] = decode(t, c.Data)
		}
	}
	return all
}

func decode(t *rapid.T, raw json.RawMessage) any {
	var v any
	in := json.NewDecoder(bytes.NewReader(raw))
	in.UseNumber()
	if err := in.Decode(&v); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return v
}

// apply makes the new value of an old one and its differences, whose paths
// begin at the value.
func apply(t *rapid.T, old any, list []isms.Difference) any {
	if len(list) == 0 {
		return old
	}
	if list[0].Path == "" {
		if len(list) != 1 {
			t.Fatalf("differences in a value that is another as a whole: %v", list)
		}
		if list[0].New == nil {
			return nothing{}
		}
		return decode(t, list[0].New)
	}
	_, isList := old.([]any)
	inside, gone := split(list, isList)
	switch old := old.(type) {
	case map[string]any:
		now := maps.Clone(old)
		for name, list := range inside {
			was, ok := old[name]
			if !ok {
				was = nothing{}
			}
			if now[name] = apply(t, was, list); now[name] == any(nothing{}) {
				delete(now, name)
			}
		}
		return now
	case []any:
		return applyList(t, old, gone, inside)
	default:
		t.Fatalf("differences inside %v: %v", old, list)
		return nil
	}
}

// split sorts differences by the member or element they are in; those that are
// gone are indexes of the old list.
func split(list []isms.Difference, isList bool) (inside map[string][]isms.Difference, gone map[string]bool) {
	inside, gone = map[string][]isms.Difference{}, map[string]bool{}
	for _, d := range list {
		name, rest, deeper := strings.Cut(d.Path[1:], "/")
		name = strings.ReplaceAll(strings.ReplaceAll(name, "~1", "/"), "~0", "~")
		if d.Path = rest; deeper {
			d.Path = "/" + rest
		}
		if isList && !deeper && d.New == nil {
			gone[name] = true
			continue
		}
		inside[name] = append(inside[name], d)
	}
	return inside, gone
}

func applyList(t *rapid.T, old []any, gone map[string]bool, inside map[string][]isms.Difference) any {
	added := 0
	for _, list := range inside {
		if list[0].Path == "" && list[0].Old == nil {
			added++
		}
	}
	now := make([]any, len(old)-len(gone)+added)
	next := 0
	for i := range now {
		list := inside[strconv.Itoa(i)]
		if len(list) == 1 && list[0].Path == "" && list[0].Old == nil {
			now[i] = decode(t, list[0].New)
			continue
		}
		for gone[strconv.Itoa(next)] {
			next++
		}
		now[i] = apply(t, old[next], list)
		next++
	}
	return now
}

// checkCause proves, by the value at the path in each revision, that the one of
// d gave it the new value and no later one changed it. Paths through lists are
// left out: their indexes move.
func checkCause(t *rapid.T, space *isms.Space, d isms.Difference, from, to int64) {
	if d.Recorded.Seq <= from || d.Recorded.Seq > to || d.Recorded.By != isms.Agent("triage", "p-17") {
		t.Fatalf("%v: recorded %+v, want it between %d and %d", d, d.Recorded, from, to)
	}
	if slices.ContainsFunc(strings.Split(d.Path, "/"), func(s string) bool { return s >= "0" && s <= "9" }) {
		return
	}
	changed := int64(0)
	value := any(nothing{})
	for c, err := range space.AsOfSeq(to).Changes(context.Background(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if c.Subject.Entity() != d.Subject.Entity() {
			continue
		}
		now := any(nothing{})
		if !c.Deleted {
			now = resolve(decode(t, c.Data), d.Path)
		}
		if !cmp.Equal(now, value) && c.Recorded.Seq > from {
			changed = c.Subject.Rev
		}
		value = now
	}
	if changed != d.Subject.Rev {
		t.Fatalf("%v: made by revision %d, want %d", d, d.Subject.Rev, changed)
	}
}

// resolve follows a JSON Pointer through objects.
func resolve(v any, path string) any {
	if path == "" {
		return v
	}
	name, rest, deeper := strings.Cut(path[1:], "/")
	if deeper {
		rest = "/" + rest
	}
	object, _ := v.(map[string]any)
	part, ok := object[strings.ReplaceAll(strings.ReplaceAll(name, "~1", "/"), "~0", "~")]
	if !ok {
		return nothing{}
	}
	return resolve(part, rest)
}
