package isms_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/memstore"
)

func newSpace() *isms.Space {
	return isms.Open(memstore.New(), nil).Space("acme").As(isms.Person("jan"))
}

func role(id string) isms.Role { return isms.Role{Common: named(id), Title: isms.Plain(id)} }

func update(t *testing.T, s *isms.Space, f func(*isms.Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), "test", f); err != nil {
		t.Fatal(err)
	}
}

func put[T isms.Entity](t *testing.T, s *isms.Space, in func(*isms.Tx) isms.Collection[T], v *T) {
	t.Helper()
	update(t, s, func(tx *isms.Tx) error { return in(tx).Put(v) })
}

func get[T isms.Entity](t *testing.T, s *isms.Space, in func(*isms.Tx) isms.Collection[T], id string) (v T, err error) {
	t.Helper()
	err = s.View(t.Context(), func(tx *isms.Tx) (err error) {
		v, err = in(tx).Get(id)
		return err
	})
	return v, err
}

func problemsOf(t *testing.T, err error) []isms.Problem {
	t.Helper()
	bad, ok := errors.AsType[*isms.ProblemError](err)
	if !ok {
		t.Fatalf("error = %v, want a ProblemError", err)
	}
	return bad.Problems
}

// storeCases are the problems that only a store can find.
func storeCases(t *testing.T) []problemCase {
	t.Helper()
	s := newSpace()
	asset := isms.Asset{Common: isms.Common{ID: "crm", Owner: isms.Link{Kind: "role", ID: "cio"}}, Title: isms.Plain("x"), Type: isms.AssetSoftware}
	cio := role("cio")
	try := func(f func(*isms.Tx) error) []isms.Problem {
		return problemsOf(t, s.Update(t.Context(), "", f))
	}
	load := func(files map[string]string) []isms.Problem {
		dir := fstest.MapFS{}
		for name, text := range files {
			dir[name] = &fstest.MapFile{Data: []byte(text)}
		}
		return try(func(tx *isms.Tx) error { return isms.Load(tx, dir, isms.Kinds()...) })
	}
	adopt := func(edits ...driver.Edit) []isms.Problem {
		store := memstore.New()
		seeded := isms.Open(store, nil).Space("acme").As(isms.Person("jan"))
		boss := role("boss")
		put(t, seeded, isms.Roles, &boss)
		err := store.Update(t.Context(), "acme", func(w driver.Writer) error {
			return isms.Adopter(nil, isms.Kinds()...)(w, edits)
		})
		return problemsOf(t, err)
	}
	dangling := try(func(tx *isms.Tx) error { return isms.Assets(tx).Put(&asset) })
	put(t, s, isms.Roles, &cio)
	put(t, s, isms.Assets, &asset)
	return []problemCase{
		{"references lead somewhere", dangling, []string{"/owner ref/dangling"}},
		{"what is referred to stays", try(func(tx *isms.Tx) error { return isms.Roles(tx).Delete("cio", 1) }), []string{" ref/in-use"}},
		{"a pinned revision exists", try(func(tx *isms.Tx) error {
			e := isms.Evidence{Common: named("e"), Title: isms.Plain("x"), Type: isms.EvidenceLog, About: []isms.Link{{Kind: "asset", ID: "crm", Rev: 2}, {Kind: "asset", ID: "crm", Rev: 1}}}
			return isms.EvidenceRecords(tx).Put(&e)
		}), []string{"/about/0 ref/revision"}},
		{"an own control exists", try(func(tx *isms.Tx) error {
			q := isms.Requirement{Common: named("q"), Title: isms.Plain("x"), Type: isms.RequirementLaw, Controls: []isms.ControlID{"A.5.1", "own-1"}}
			return isms.Requirements(tx).Put(&q)
		}), []string{"/controls/1 ref/dangling"}},
		{"files hold known kinds", load(map[string]string{"a.yaml": "kind: thing\nid: x\n"}), []string{"/kind load/kind"}},
		{"of this version", load(map[string]string{"a.yaml": "kind: role\nschema: 3\nid: x\ntitle: x\n"}), []string{"/schema load/schema"}},
		{"each once", load(map[string]string{"a.yaml": "kind: role\nid: x\ntitle: x\n", "b.yaml": "kind: role\nid: x\ntitle: y\n"}), []string{"/id load/twice"}},
		{"made from the newest revision", load(map[string]string{"a.yaml": "kind: role\nid: cio\nrev: 7\ntitle: x\n"}), []string{"/rev load/stale"}},
		{"in their place", adopt(driver.Edit{Kind: "role", ID: "boss", Path: "role/boss.yaml", Content: []byte("kind: role\nid: chief\ntitle: x\n")}), []string{"/id load/place"}},
		{"an edit without a revision is of a new entity", adopt(driver.Edit{Kind: "role", ID: "boss", Path: "role/boss.yaml", Content: []byte("kind: role\nid: boss\ntitle: x\n")}), []string{"/rev load/stale"}},
	}
}

func TestStoreProblems(t *testing.T) {
	for _, c := range storeCases(t) {
		t.Run(c.rule, func(t *testing.T) {
			if diff := cmp.Diff(c.want, found(c.got)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestReferencesInAnyOrder(t *testing.T) {
	s := newSpace()
	asset := isms.Asset{Common: isms.Common{ID: "crm", Owner: isms.Link{Kind: "role", ID: "cio"}}, Title: isms.Plain("x"), Type: isms.AssetSoftware}
	cio := role("cio")
	update(t, s, func(tx *isms.Tx) error { return errors.Join(isms.Assets(tx).Put(&asset), isms.Roles(tx).Put(&cio)) })
	update(t, s, func(tx *isms.Tx) error {
		return errors.Join(isms.Roles(tx).Delete("cio", cio.Rev), isms.Assets(tx).Delete("crm", asset.Rev))
	})
	if _, err := get(t, s, isms.Assets, "crm"); !errors.Is(err, driver.ErrNotFound) {
		t.Errorf("Get after Delete: %v, want ErrNotFound", err)
	}
}

func TestPutSetsRevOnlyOnSuccess(t *testing.T) {
	s := newSpace()
	r := role("cio")
	boom := errors.New("boom")
	err := s.Update(t.Context(), "", func(tx *isms.Tx) error {
		if err := isms.Roles(tx).Put(&r); err != nil {
			return err
		}
		if r.Rev != 0 {
			t.Errorf("Rev inside the transaction = %d, want 0", r.Rev)
		}
		return boom
	})
	if !errors.Is(err, boom) || r.Rev != 0 || !r.Recorded.At.IsZero() {
		t.Fatalf("after a failed update: %v, %+v", err, r.Common)
	}
	put(t, s, isms.Roles, &r)
	if r.Rev != 1 || r.Recorded.By != isms.Person("jan") || r.Recorded.Note != "test" || r.Recorded.Seq != 1 {
		t.Errorf("after the commit: %+v", r.Common)
	}
}

func TestEqualContentWritesNothing(t *testing.T) {
	s := newSpace()
	r := role("cio")
	put(t, s, isms.Roles, &r)
	put(t, s, isms.Roles, &r)
	err := s.View(t.Context(), func(tx *isms.Tx) error {
		seq, _, err := tx.Head()
		if seq != 1 {
			t.Errorf("Head = %d, want 1", seq)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestConflict(t *testing.T) {
	s := newSpace()
	first := role("cio")
	put(t, s, isms.Roles, &first)
	second := first
	first.Title = isms.Plain("one")
	put(t, s, isms.Roles, &first)
	second.Title = isms.Plain("two")
	for name, f := range map[string]func(*isms.Tx) error{
		"put":    func(tx *isms.Tx) error { return isms.Roles(tx).Put(&second) },
		"create": func(tx *isms.Tx) error { again := role("cio"); return isms.Roles(tx).Put(&again) },
		"delete": func(tx *isms.Tx) error { return isms.Roles(tx).Delete("cio", second.Rev) },
	} {
		err := s.Update(t.Context(), "", f)
		conflict, ok := errors.AsType[*isms.ConflictError](err)
		if !ok || !errors.Is(err, driver.ErrConflict) || conflict.Want != 2 {
			t.Errorf("%s: %v, want a conflict with revision 2", name, err)
		}
	}
}

func TestTransactionSeesItself(t *testing.T) {
	s := newSpace()
	a, b, c := role("a"), role("b"), role("c")
	put(t, s, isms.Roles, &b)
	put(t, s, isms.Roles, &c)
	update(t, s, func(tx *isms.Tx) error {
		roles := isms.Roles(tx)
		if err := errors.Join(roles.Put(&a), roles.Delete("c", c.Rev)); err != nil {
			return err
		}
		got, err := roles.Get("b")
		if err != nil {
			return err
		}
		got.Title = isms.Plain("B")
		if err := roles.Put(&got); err != nil {
			return err
		}
		if got, err = roles.Get("b"); err != nil {
			return err
		}
		got.Title = isms.Plain("BB") // once more in the same transaction: still one revision
		if err := roles.Put(&got); err != nil {
			return err
		}
		var list []string
		for r, err := range roles.All() {
			if err != nil {
				return err
			}
			list = append(list, fmt.Sprintf("%s:%s", r.ID, r.Title))
		}
		if diff := cmp.Diff([]string{"a:a", "b:BB"}, list); diff != "" {
			t.Errorf("All inside the transaction (-want +got)\n%s", diff)
		}
		return nil
	})
	got, err := get(t, s, isms.Roles, "b")
	if err != nil || got.Rev != 2 {
		t.Errorf("after two puts in one transaction: revision %d, %v, want 2", got.Rev, err)
	}
}

func TestCreateAndDeleteInOneTransaction(t *testing.T) {
	s := newSpace()
	r := role("a")
	update(t, s, func(tx *isms.Tx) error {
		return errors.Join(isms.Roles(tx).Put(&r), isms.Roles(tx).Delete("a", 0))
	})
	if _, err := get(t, s, isms.Roles, "a"); !errors.Is(err, driver.ErrNotFound) {
		t.Errorf("Get = %v, want ErrNotFound", err)
	}
}

func TestHistoryAndReturn(t *testing.T) {
	s := newSpace()
	r := role("a")
	put(t, s, isms.Roles, &r)
	update(t, s, func(tx *isms.Tx) error { return isms.Roles(tx).Delete("a", 1) })
	again := role("a")
	again.Title = isms.Plain("back")
	put(t, s, isms.Roles, &again)
	var got []string
	err := s.View(t.Context(), func(tx *isms.Tx) error {
		for rev, err := range isms.Roles(tx).History("a") {
			if err != nil {
				return err
			}
			got = append(got, fmt.Sprintf("%d %v %s", rev.Value.Rev, rev.Deleted, rev.Value.Title))
		}
		return nil
	})
	if diff := cmp.Diff([]string{"1 false a", "2 true ", "3 false back"}, got); diff != "" || err != nil {
		t.Errorf("History: %v (-want +got)\n%s", err, diff)
	}
}

func TestPast(t *testing.T) {
	clock := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	s := isms.Open(memstore.New(), &isms.Options{Now: func() time.Time { return clock }}).Space("acme").As(isms.Person("jan"))
	titles := map[time.Time]string{clock.Add(-time.Hour): ""}
	r := role("a")
	for i := range 5 {
		clock = time.Date(2026, time.Month(i+1), 1, 12, 0, 0, 0, time.UTC)
		r.Title = isms.Plain(fmt.Sprint("v", i))
		side := role(fmt.Sprint("side", i))
		update(t, s, func(tx *isms.Tx) error { return errors.Join(isms.Roles(tx).Put(&r), isms.Roles(tx).Put(&side)) })
		titles[clock] = r.Title.String()
		titles[clock.AddDate(0, 0, 20)] = r.Title.String()
	}
	for at, want := range titles {
		got, err := get(t, s.AsOf(at), isms.Roles, "a")
		if got.Title.String() != want || (want == "") != errors.Is(err, driver.ErrNotFound) {
			t.Errorf("as of %v: %q, %v, want %q", at, got.Title, err, want)
		}
	}
	for n, want := range map[int64]int{0: 0, 1: 0, 2: 2, 3: 2, 4: 3, 9: 5, 10: 6, 99: 6} { // two records a transaction
		err := s.AsOfSeq(n).View(t.Context(), func(tx *isms.Tx) error {
			list, err := isms.Roles(tx).List()
			if len(list) != want {
				t.Errorf("as of record %d: %d roles, want %d", n, len(list), want)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	if err := s.AsOfSeq(1).Update(t.Context(), "", nil); !errors.Is(err, driver.ErrReadOnly) {
		t.Errorf("update of the past: %v, want ErrReadOnly", err)
	}
}

func TestRecordedTimeNeverGoesBack(t *testing.T) {
	clock := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	s := isms.Open(memstore.New(), &isms.Options{Now: func() time.Time { return clock }}).Space("acme").As(isms.Person("jan"))
	a, b := role("a"), role("b")
	put(t, s, isms.Roles, &a)
	clock = clock.AddDate(-1, 0, 0)
	put(t, s, isms.Roles, &b)
	if b.Recorded.At.Before(a.Recorded.At) {
		t.Errorf("recorded at %v after %v", b.Recorded.At, a.Recorded.At)
	}
}

func TestExtRoundTrip(t *testing.T) {
	s := newSpace()
	r := role("a")
	r.Ext = map[string]json.RawMessage{"acme.example/x": json.RawMessage(`{"b":4.10,"a":[1e3,"<&>"]}`)}
	put(t, s, isms.Roles, &r)
	got, err := get(t, s, isms.Roles, "a")
	if diff := cmp.Diff(r.Ext, got.Ext); diff != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
}

func TestRefusals(t *testing.T) {
	r := role("a")
	f := func(tx *isms.Tx) error { return isms.Roles(tx).Put(&r) }
	store := isms.Open(memstore.New(), nil)
	for name, s := range map[string]*isms.Space{
		"no actor":   store.Space("acme"),
		"bad actor":  store.Space("acme").As(isms.Person("Jan Jansen")),
		"bad tenant": store.Space("../acme").As(isms.Person("jan")),
	} {
		if err := s.Update(t.Context(), "", f); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	for name, s := range map[string]*isms.Space{"tenant": store.Space("../acme").As(isms.Person("jan"))} {
		if got := found(problemsOf(t, s.View(t.Context(), f))); !slices.Equal(got, []string{" isms/id"}) {
			t.Errorf("bad %s: problems %q", name, got)
		}
	}
	err := store.Space("acme").View(t.Context(), f)
	if !errors.Is(err, driver.ErrReadOnly) {
		t.Errorf("put in a view: %v, want ErrReadOnly", err)
	}
	var kept *isms.Tx
	s := store.Space("acme").As(isms.Person("jan"))
	update(t, s, func(tx *isms.Tx) error { kept = tx; return nil })
	if err := isms.Roles(kept).Put(&r); !errors.Is(err, isms.ErrEnded) {
		t.Errorf("put after the end: %v, want ErrEnded", err)
	}
	if _, err := isms.Roles(kept).Get("a"); !errors.Is(err, isms.ErrEnded) {
		t.Errorf("get after the end: %v, want ErrEnded", err)
	}
}

// An unknown id and another tenant's id give the same error.
func TestTenantsAreApart(t *testing.T) {
	store := isms.Open(memstore.New(), nil)
	a, b := store.Space("a").As(isms.Person("jan")), store.Space("b").As(isms.Person("eva"))
	secret := role("secret")
	put(t, a, isms.Roles, &secret)
	_, err := get(t, b, isms.Roles, "secret")
	_, unknown := get(t, b, isms.Roles, "nothing")
	if err == nil || strings.ReplaceAll(err.Error(), "secret", "nothing") != unknown.Error() {
		t.Errorf("another tenant's id: %v; an unknown one: %v", err, unknown)
	}
	asset := isms.Asset{Common: isms.Common{ID: "x", Owner: isms.Link{Kind: "role", ID: "secret"}}, Title: isms.Plain("x"), Type: isms.AssetNetwork}
	err = b.Update(t.Context(), "", func(tx *isms.Tx) error { return isms.Assets(tx).Put(&asset) })
	if got := found(problemsOf(t, err)); got[0] != "/owner ref/dangling" {
		t.Errorf("a reference into another tenant: %v", got)
	}
}

// versioned is a kind of the test whose schema grows.
type versioned struct {
	isms.Common

	Name string `json:"name"`
}

func (versioned) EntityKind() string { return "versioned" }

func (versioned) Check(isms.Checker) {}

func TestMigration(t *testing.T) {
	s := newSpace()
	v := versioned{Common: named("a"), Name: "old"}
	one := isms.Kind[versioned]{}
	two := isms.Kind[versioned]{
		Terms: func(v versioned) []driver.Term { return []driver.Term{{Key: "name", Value: v.Name}} },
		Migrations: []isms.Migration{func(data json.RawMessage) (json.RawMessage, error) {
			return []byte(strings.ReplaceAll(string(data), "old", "new")), nil
		}},
	}
	put(t, s, one.In, &v)
	err := s.View(t.Context(), func(tx *isms.Tx) error {
		for got, err := range two.In(tx).Where(driver.Term{Key: "name", Value: "new"}) { // indexed by the older program
			if err != nil || got.Name != "new" {
				t.Errorf("migrated = %+v, %v, want name new", got, err)
			}
			v = got
		}
		for got, err := range two.In(tx).Where(driver.Term{Key: "name", Value: "other"}) {
			t.Errorf("found %+v, %v by a term it has not", got, err)
		}
		return nil
	})
	if err != nil || v.Name != "new" {
		t.Fatalf("an upgrade hid the record: %+v, %v", v, err)
	}
	put(t, s, two.In, &v)
	if v.Rev != 2 {
		t.Errorf("a migrated value was put as revision %d, want 2", v.Rev)
	}
	if _, err := get(t, s, one.In, "a"); !errors.Is(err, isms.ErrNewer) {
		t.Errorf("an older program reads: %v, want ErrNewer", err)
	}
	err = s.Update(t.Context(), "", func(tx *isms.Tx) error {
		w := versioned{Common: isms.Common{ID: "a", Rev: 2}, Name: "x"}
		return one.In(tx).Put(&w)
	})
	if !errors.Is(err, isms.ErrNewer) {
		t.Errorf("an older program writes: %v, want ErrNewer", err)
	}
	update(t, s, func(tx *isms.Tx) error { // and an older file is migrated too
		file := fstest.MapFS{"v.yaml": {Data: []byte("kind: versioned\nschema: 1\nid: b\nname: old # as it was\n")}}
		return isms.Load(tx, file, two)
	})
	if got, err := get(t, s, two.In, "b"); err != nil || got.Name != "new" {
		t.Errorf("an older file = %+v, %v, want name new", got, err)
	}
}

func TestWithin(t *testing.T) {
	s := newSpace()
	kind := isms.Kind[versioned]{Within: func(tx *isms.Tx, v versioned, c isms.Checker) error {
		_, err := isms.Roles(tx).Get(v.Name)
		c.At("name").Assert(err == nil, isms.CodeDangling, "have", v.Name)
		return nil
	}}
	v := versioned{Common: named("a"), Name: "boss"}
	err := s.Update(t.Context(), "", func(tx *isms.Tx) error { return kind.In(tx).Put(&v) })
	if got := found(problemsOf(t, err)); got[0] != "/name ref/dangling" {
		t.Errorf("Within: %v", got)
	}
	boss := role("boss")
	update(t, s, func(tx *isms.Tx) error { return errors.Join(kind.In(tx).Put(&v), isms.Roles(tx).Put(&boss)) })
}

// A driver may give more than was asked for; a collection sees only its own.
func TestDriverGivesTooMuch(t *testing.T) {
	s := isms.Open(generous{memstore.New()}, nil).Space("acme").As(isms.Person("jan"))
	r, who := role("a"), isms.Individual{Common: named("b"), Name: "B"}
	put(t, s, isms.Roles, &r)
	put(t, s, isms.Persons, &who)
	err := s.View(t.Context(), func(tx *isms.Tx) error {
		for got, err := range isms.Roles(tx).Where(driver.Term{Key: "no", Value: "such"}) {
			t.Errorf("found %+v, %v by a term that nobody has", got, err)
		}
		list, err := isms.Roles(tx).List()
		if len(list) != 1 || list[0].ID != "a" {
			t.Errorf("List = %+v, want role a", list)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// generous is a store that answers every query with everything.
type generous struct{ driver.Store }

func (s generous) View(ctx context.Context, tenant string, seq int64, f func(driver.Reader) error) error {
	return s.Store.View(ctx, tenant, seq, func(r driver.Reader) error { return f(generousReader{r}) })
}

type generousReader struct{ driver.Reader }

func (r generousReader) Scan(driver.Query) iter.Seq2[driver.Record, error] {
	return r.Reader.Scan(driver.Query{})
}

// Update may run its function twice; nothing of the first run remains.
func TestUpdateRunsTwice(t *testing.T) {
	s := isms.Open(twice{memstore.New()}, nil).Space("acme").As(isms.Person("jan"))
	r := role("a")
	runs := 0
	update(t, s, func(tx *isms.Tx) error {
		runs++
		if r.Rev != 0 {
			t.Errorf("run %d: Rev = %d, want 0", runs, r.Rev)
		}
		return isms.Roles(tx).Put(&r)
	})
	if runs != 2 || r.Rev != 1 {
		t.Errorf("%d runs, revision %d, want 2 and 1", runs, r.Rev)
	}
}

// twice is a store that has to try each transaction again.
type twice struct{ driver.Store }

func (s twice) Update(ctx context.Context, tenant string, f func(driver.Writer) error) error {
	failed := errors.New("serialisation failure")
	err := s.Store.Update(ctx, tenant, func(w driver.Writer) error { return errors.Join(f(w), failed) })
	if !errors.Is(err, failed) {
		return err
	}
	return s.Store.Update(ctx, tenant, f)
}
