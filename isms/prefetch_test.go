package isms_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/memstore"
)

// counted counts the reads of its transactions. With batch it reads many at once.
type counted struct {
	driver.Store

	batch   bool
	gets    []string // what was read one by one
	batches int
	fail    error // of each batch, after its first record
}

func (s *counted) Update(ctx context.Context, tenant string, f func(driver.Writer) error) error {
	return s.Store.Update(ctx, tenant, func(w driver.Writer) error {
		if s.batch {
			return f(batchWriter{countedWriter{w, s}})
		}
		return f(countedWriter{w, s})
	})
}

type countedWriter struct {
	driver.Writer

	s *counted
}

func (w countedWriter) Get(kind, id string) (driver.Record, error) {
	w.s.gets = append(w.s.gets, kind+"/"+id)
	return w.Writer.Get(kind, id)
}

type batchWriter struct{ countedWriter }

// GetAll implements [driver.Batch].
func (w batchWriter) GetAll(kind string, ids []string) iter.Seq2[driver.Record, error] {
	return func(yield func(driver.Record, error) bool) {
		w.s.batches++
		for i, id := range ids {
			r, err := w.Writer.Get(kind, id)
			if i > 0 && w.s.fail != nil {
				yield(driver.Record{}, w.s.fail)
				return
			}
			if errors.Is(err, driver.ErrNotFound) {
				continue
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// onPrefetch runs f where roles are: a, b, still, one that is gone, and one that
// came back. Most are read ahead or not, at once or one by one.
func onPrefetch(t *testing.T, f func(t *testing.T, space *isms.Space, store *counted, prefetch func(isms.Collection[isms.Role]) error)) {
	t.Helper()
	ids := []string{"none", "b", "a", "gone", "back", "a"}
	for name, c := range map[string]struct{ batch, ahead bool }{"not": {}, "one by one": {ahead: true}, "at once": {true, true}} {
		t.Run(name, func(t *testing.T) {
			store := &counted{Store: memstore.New(), batch: c.batch}
			space := isms.Open(store, nil).Space("acme").As(isms.Person("jan"))
			for _, id := range []string{"a", "b", "gone", "back", "still"} {
				v := role(id)
				put(t, space, isms.Roles, &v)
			}
			update(t, space, func(tx *isms.Tx) error {
				return errors.Join(isms.Roles(tx).Delete("gone", 1), isms.Roles(tx).Delete("back", 1))
			})
			back := role("back")
			put(t, space, isms.Roles, &back)
			store.gets = nil
			f(t, space, store, func(c isms.Collection[isms.Role]) error {
				if name == "not" {
					return nil
				}
				return c.Prefetch(ids...)
			})
		})
	}
}

// What is read ahead changes no result: of what is there, of what never was and
// of what is gone, before and after a change in the same transaction.
func TestPrefetchChangesNoResult(t *testing.T) {
	results := map[string]string{}
	onPrefetch(t, func(t *testing.T, space *isms.Space, _ *counted, prefetch func(isms.Collection[isms.Role]) error) {
		t.Helper()
		var b strings.Builder
		write := func(what string, err error) { fmt.Fprintf(&b, "%s: %v\n", what, err) }
		ids := []string{"a", "b", "none", "gone", "back", "other"}
		look := func(c isms.Collection[isms.Role]) {
			for _, id := range append(ids, "still") {
				v, err := c.Get(id)
				write(fmt.Sprintf("get %s: revision %d, %s", id, v.Rev, v.Title), err)
			}
		}
		update(t, space, func(tx *isms.Tx) error {
			roles := isms.Roles(tx)
			write("prefetch", prefetch(roles))
			look(roles)
			for _, id := range ids {
				for _, rev := range []int64{0, 1, 2, 3} { // all but one of them a conflict
					v := isms.Role{Common: isms.Common{ID: id, Rev: rev}, Title: isms.Plain("changed")}
					write(fmt.Sprintf("put %s from revision %d", id, rev), roles.Put(&v))
				}
			}
			look(roles)
			write("prefetch", prefetch(roles))
			look(roles)
			write("delete a", roles.Delete("a", 1))
			write("delete none", roles.Delete("none", 0))
			write("delete gone", roles.Delete("gone", 2))
			look(roles)
			write("prefetch of another kind", isms.Assets(tx).Prefetch("a", "still"))
			look(roles)
			_, err := isms.Assets(tx).Get("a")
			write("get of the other kind", err)
			return nil
		})
		for _, id := range ids {
			v, err := get(t, space, isms.Roles, id)
			write(fmt.Sprintf("later %s: revision %d, %s", id, v.Rev, v.Title), err)
		}
		results[t.Name()] = b.String()
	})
	want := results[t.Name()+"/not"]
	if !strings.Contains(want, "get back: revision 3") || strings.Count(want, "revision conflict") < 10 {
		t.Fatalf("without Prefetch:\n%s\nwant a role that came back, and conflicts", want)
	}
	for name, got := range results {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-without +with Prefetch):\n%s", name, diff)
		}
	}
}

// What was read ahead is not read again, and a store that can is asked once.
func TestPrefetchReadsOnce(t *testing.T) {
	onPrefetch(t, func(t *testing.T, space *isms.Space, store *counted, prefetch func(isms.Collection[isms.Role]) error) {
		t.Helper()
		update(t, space, func(tx *isms.Tx) error {
			if err := prefetch(isms.Roles(tx)); err != nil {
				return err
			}
			for _, id := range []string{"none", "a"} {
				v, err := isms.Roles(tx).Get(id)
				if err != nil {
					v = role(id)
				}
				v.Title = isms.Plain("changed")
				if err := isms.Roles(tx).Put(&v); err != nil {
					return err
				}
			}
			return nil
		})
		slices.Sort(store.gets)
		want, batches := []string{"role/a", "role/back", "role/b", "role/gone", "role/none"}, 0
		switch {
		case store.batch:
			want, batches = nil, 1
		case !strings.HasSuffix(t.Name(), "one_by_one"):
			want = []string{"role/a", "role/a", "role/none", "role/none"}
		}
		slices.Sort(want)
		if !slices.Equal(store.gets, want) || store.batches != batches {
			t.Errorf("read %q, and %d times at once, want %q, and %d", store.gets, store.batches, want, batches)
		}
	})
}

// What could not be read ahead is not taken for absent.
func TestPrefetchFails(t *testing.T) {
	store := &counted{Store: memstore.New(), batch: true}
	space := isms.Open(store, nil).Space("acme").As(isms.Person("jan"))
	for _, id := range []string{"a", "b"} {
		v := role(id)
		put(t, space, isms.Roles, &v)
	}
	store.fail = errors.New("the line is cut")
	update(t, space, func(tx *isms.Tx) error {
		if err := isms.Roles(tx).Prefetch("a", "b"); !errors.Is(err, store.fail) {
			t.Errorf("Prefetch = %v, want %v", err, store.fail)
		}
		for _, id := range []string{"a", "b"} {
			if _, err := isms.Roles(tx).Get(id); err != nil {
				t.Errorf("Get(%s) after a Prefetch that failed = %v, want nil", id, err)
			}
		}
		return nil
	})
	var late isms.Collection[isms.Role]
	update(t, space, func(tx *isms.Tx) error { late = isms.Roles(tx); return nil })
	if err := late.Prefetch("a"); !errors.Is(err, isms.ErrEnded) {
		t.Errorf("Prefetch after the transaction = %v, want %v", err, isms.ErrEnded)
	}
}

// A commit reads what many refer to once, and refuses all that refer to nothing,
// or to a revision that is not there.
func TestCommitReadsTargetsOnce(t *testing.T) {
	store := &counted{Store: memstore.New()}
	space := isms.Open(store, nil).Space("acme").As(isms.Person("jan"))
	cio := role("cio")
	put(t, space, isms.Roles, &cio)
	try := func(links ...isms.Link) error {
		store.gets = nil
		return space.Update(t.Context(), "test", func(tx *isms.Tx) error {
			for i, l := range links {
				a := isms.Asset{Common: isms.Common{ID: fmt.Sprintf("a-%d", i), Owner: l}, Title: isms.Plain("x"), Type: isms.AssetSoftware}
				if stored, err := isms.Assets(tx).Get(a.ID); err == nil {
					a.Rev = stored.Rev
				}
				if err := isms.Assets(tx).Put(&a); err != nil {
					return err
				}
			}
			return nil
		})
	}
	owner, later, nobody := isms.Link{Kind: "role", ID: "cio"}, isms.Link{Kind: "role", ID: "cio", Rev: 2}, isms.Link{Kind: "role", ID: "nobody"}
	if err := try(owner, owner, owner); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(strings.Join(store.gets, " "), "role/cio"); n != 1 {
		t.Errorf("a commit of three references to one role reads it %d times, want 1", n)
	}
	var got []string
	for _, p := range problemsOf(t, try(nobody, owner, later, nobody, later)) {
		got = append(got, p.Subject.ID+p.Path+" "+string(p.Code)+" "+p.Args["have"]+" "+p.Args["want"])
	}
	want := []string{
		"a-0/owner ref/dangling role/nobody ", "a-2/owner ref/revision role/cio@2 1",
		"a-3/owner ref/dangling role/nobody ", "a-4/owner ref/revision role/cio@2 1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got)\n%s", diff)
	}
}
