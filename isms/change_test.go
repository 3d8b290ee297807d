package isms_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/memstore"
)

// The feed gives every change once, in order, wherever it is taken up again.
func TestChangesGoOnAnywhere(t *testing.T) {
	s := newSpace()
	assets := manyAssets(600)
	update(t, s, func(tx *isms.Tx) error { return putAll(tx, assets[:400]) })
	update(t, s, func(tx *isms.Tx) error { return putAll(tx, assets[400:]) })
	update(t, s, func(tx *isms.Tx) error { return isms.Assets(tx).Delete(assets[599].ID, 1) })
	for _, after := range []int64{-1, 0, 1, 255, 256, 257, 511, 512, 600, 601, 700} {
		want := max(0, after)
		for c, err := range s.Changes(t.Context(), after) {
			if want++; err != nil || c.Recorded.Seq != want {
				t.Fatalf("Changes(%d) = seq %d, %v, want %d", after, c.Recorded.Seq, err, want)
			}
			if end := map[bool]int64{true: 400, false: 600}[want <= 400]; want <= 600 && c.Tx != end {
				t.Fatalf("Changes(%d), seq %d: Tx = %d, want %d", after, want, c.Tx, end)
			}
		}
		if want != max(601, after) {
			t.Errorf("Changes(%d) ended with %d, want 601", after, want)
		}
	}
	n := 0
	for c, err := range s.AsOfSeq(450).Changes(t.Context(), 0) {
		if n++; err != nil || c.Recorded.Seq > 400 {
			t.Fatalf("Changes of the past = seq %d, %v, want none beyond 400", c.Recorded.Seq, err)
		}
	}
	if n != 400 {
		t.Errorf("Changes of the past = %d, want 400: a transaction whole or not at all", n)
	}
}

// In the loop of a feed the space can be read and written.
func TestChangesHoldNothingOpen(t *testing.T) {
	s := newSpace()
	first := role("first")
	put(t, s, isms.Roles, &first)
	for c, err := range s.Changes(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if c.Recorded.Seq < 3 {
			next := role(c.Subject.ID + "-x")
			put(t, s, isms.Roles, &next)
		}
	}
	if _, err := get(t, s, isms.Roles, "first-x-x"); err != nil {
		t.Errorf("written while the feed ran: %v", err)
	}
}

var errVeto = errors.New("wants a second pair of eyes")

type requestKey struct{}

// guard is a hook that checks what it is given, and vetoes deletions and titles
// that ask for it.
type guard struct {
	t     *testing.T
	asked int
}

func (g *guard) before(ctx context.Context, tx *isms.Tx, changes []isms.Change) error {
	if r := role("own"); !errors.Is(isms.Roles(tx).Put(&r), driver.ErrReadOnly) {
		g.t.Error("a hook can write")
	}
	if ctx.Value(requestKey{}) != "request" || tx.Tenant() != "acme" {
		g.t.Errorf("asked for tenant %q in %v", tx.Tenant(), ctx)
	}
	for _, c := range changes {
		g.asked++
		if c.Recorded.By != isms.Person("jan") || c.Recorded.Note != "test" || c.Recorded.Seq == 0 {
			g.t.Errorf("asked about %+v", c)
		}
		old, err := isms.Roles(tx).Get(c.Subject.ID)
		if c.Subject.Rev == 1 != errors.Is(err, driver.ErrNotFound) || err == nil && old.Rev != c.Subject.Rev-1 {
			g.t.Errorf("before %v: revision %d, %v", c.Subject, old.Rev, err)
		}
		if c.Deleted || bytes.Contains(c.Data, []byte("vetoed")) {
			return errVeto
		}
		c.Data[0] = 'x' // it is a copy
	}
	return nil
}

func TestBeforeVetoes(t *testing.T) {
	g := &guard{t: t}
	s := isms.Open(memstore.New(), &isms.Options{Before: g.before}).Space("acme").As(isms.Person("jan"))
	write := func(f func(*isms.Tx) error) error {
		return s.Update(context.WithValue(t.Context(), requestKey{}, "request"), "test", f)
	}
	a, b := role("a"), role("b")
	if err := write(func(tx *isms.Tx) error { return errors.Join(isms.Roles(tx).Put(&a), isms.Roles(tx).Put(&b)) }); err != nil {
		t.Fatal(err)
	}
	before := export(t, s)
	a.Title = isms.Plain("vetoed")
	for name, f := range map[string]func(*isms.Tx) error{
		"put":    func(tx *isms.Tx) error { return isms.Roles(tx).Put(&a) },
		"delete": func(tx *isms.Tx) error { return isms.Roles(tx).Delete("b", 1) },
	} {
		if err := write(f); !errors.Is(err, errVeto) {
			t.Errorf("%s: %v, want %v", name, err, errVeto)
		}
	}
	if got := export(t, s); !bytes.Equal(got, before) || a.Rev != 1 {
		t.Errorf("a vetoed change left\n%s", got)
	}
	bad := role("")
	refused := write(func(tx *isms.Tx) error { return isms.Roles(tx).Put(&bad) })
	if err := write(func(*isms.Tx) error { return nil }); err != nil || refused == nil || g.asked != 4 {
		t.Errorf("asked about %d changes, want 4: not about none, and not about what is not valid (%v, %v)", g.asked, err, refused)
	}
}

func TestBeforeVetoesEditsOfFiles(t *testing.T) {
	store := memstore.New()
	adopt := isms.Adopter(&isms.Options{Before: func(_ context.Context, _ *isms.Tx, changes []isms.Change) error {
		if changes[0].Recorded.By.Kind != "file" {
			t.Errorf("asked about %+v", changes)
		}
		return errVeto
	}}, isms.Kinds()...)
	err := store.Update(t.Context(), "acme", func(w driver.Writer) error {
		return adopt(w, []driver.Edit{{Kind: "role", ID: "a", Path: "role/a.yaml", Content: []byte("kind: role\nid: a\ntitle: x\n")}})
	})
	if !errors.Is(err, errVeto) {
		t.Errorf("adopting = %v, want %v", err, errVeto)
	}
}

// A transaction whose context ends is rolled back, whatever it had done.
func TestCancelRollsBack(t *testing.T) {
	s := newSpace()
	assets := manyAssets(10)
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Update(ctx, "", func(tx *isms.Tx) error {
		defer cancel()
		return putAll(tx, assets)
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("Update = %v, want %v", err, context.Canceled)
	}
	if got, want := export(t, s), export(t, newSpace()); !bytes.Equal(got, want) || assets[0].Rev != 0 {
		t.Errorf("a cancelled transaction left\n%s", got)
	}
	var w strings.Builder
	if err := s.Export(ctx, &w); !errors.Is(err, context.Canceled) {
		t.Errorf("Export = %v, want %v", err, context.Canceled)
	}
	if _, err := isms.Diff(ctx, s, s); !errors.Is(err, context.Canceled) {
		t.Errorf("Diff = %v, want %v", err, context.Canceled)
	}
}

// A note that no file could carry is refused before it is recorded.
func TestNoteIsText(t *testing.T) {
	s := newSpace()
	r := role("a")
	for _, note := range []string{"\xff", strings.Repeat("x", 1<<20+1)} {
		if err := s.Update(t.Context(), note, func(tx *isms.Tx) error { return isms.Roles(tx).Put(&r) }); err == nil {
			t.Errorf("Update with a note of %d bytes = nil, want an error", len(note))
		}
	}
	err := s.Update(t.Context(), strings.Repeat("x", 1<<20), func(tx *isms.Tx) error {
		return isms.Load(tx, fstest.MapFS{"a.yaml": {Data: []byte("kind: role\nid: a\ntitle: x\n")}}, isms.Kinds()...)
	})
	if err != nil {
		t.Errorf("Update with the longest note = %v, want nil", err)
	}
}

func TestDiffOfWhat(t *testing.T) {
	s := newSpace()
	a, b := role("a"), role("b")
	crm := isms.Asset{Common: named("crm"), Title: isms.Plain("x"), Type: isms.AssetSoftware}
	put(t, s, isms.Roles, &a)
	then := s.AsOfSeq(1)
	update(t, s, func(tx *isms.Tx) error {
		return errors.Join(isms.Roles(tx).Put(&b), isms.Assets(tx).Put(&crm), isms.Roles(tx).Delete("a", 1))
	})
	for name, c := range map[string]struct {
		about []isms.Link
		want  []string
	}{
		"all":       {nil, []string{"asset/crm@1", "role/a@2", "role/b@1"}},
		"a kind":    {[]isms.Link{{Kind: "role"}}, []string{"role/a@2", "role/b@1"}},
		"an entity": {[]isms.Link{{Kind: "role", ID: "b"}}, []string{"role/b@1"}},
		"several":   {[]isms.Link{{Kind: "role", ID: "b"}, {Kind: "asset"}}, []string{"asset/crm@1", "role/b@1"}},
		"none such": {[]isms.Link{{Kind: "risk"}}, nil},
	} {
		list, err := isms.Diff(t.Context(), then, s, c.about...)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range list {
			got = append(got, d.Subject.String())
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("Diff of %s (-want +got):\n%s", name, diff)
		}
	}
	other := isms.Open(memstore.New(), nil).Space("acme")
	for name, c := range map[string][2]*isms.Space{"the wrong order": {s, then}, "two stores": {other, s}} {
		if list, err := isms.Diff(t.Context(), c[0], c[1]); err == nil {
			t.Errorf("Diff of %s = %v, nil, want an error", name, list)
		}
	}
}

func TestDiffOfLists(t *testing.T) {
	for rule, c := range map[string]struct{ old, now, want string }{
		"elements with ids belong together":      {`[{"id":"a"},{"id":"b","v":1}]`, `[{"id":"b","v":2},{"id":"c"}]`, `/value/0: {"id":"a"} -> nothing, /value/0/v: 1 -> 2, /value/1: nothing -> {"id":"c"}`},
		"also in a list that was empty":          {`[]`, `[{"id":"a"}]`, `/value/0: nothing -> {"id":"a"}`},
		"places changed are of the list":         {`[{"id":"a"},{"id":"b"}]`, `[{"id":"b"},{"id":"a"}]`, `/value: [{"id":"a"},{"id":"b"}] -> [{"id":"b"},{"id":"a"}]`},
		"an id twice makes it a matter of place": {`[{"id":"a"},{"id":"a","v":1}]`, `[{"id":"a"},{"id":"a","v":2}]`, `/value/1/v: 1 -> 2`},
		"others belong together by place":        {`["a","b"]`, `["b"]`, `/value/1: "b" -> nothing, /value/0: "a" -> "b"`},
		"numbers are compared as written":        {`9007199254740992`, `9007199254740993`, `/value: 9007199254740992 -> 9007199254740993`},
		"null is a value":                        {`{"a":null}`, `{}`, `/value/a: null -> nothing`},
		"a member's name is escaped":             {`{"a/b~":1}`, `{"a/b~":2}`, `/value/a~1b~0: 1 -> 2`},
	} {
		s := newSpace()
		v := thing{Common: named("x"), Value: []byte(c.old)}
		put(t, s, things, &v)
		v.Value = []byte(c.now)
		put(t, s, things, &v)
		list, err := isms.Diff(t.Context(), s.AsOfSeq(1), s)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range list {
			line := strings.TrimPrefix(d.String(), "thing/x@2 ")
			got = append(got, strings.TrimSuffix(line, " (person:jan, test)"))
		}
		if joined := strings.Join(got, ", "); joined != c.want {
			t.Errorf("%s: Diff = %s\nwant %s", rule, joined, c.want)
		}
	}
}
