package isms_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/memstore"
)

func tenants(t *testing.T, s *isms.Store) []string {
	t.Helper()
	var names []string
	for name, err := range s.Tenants(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	return names
}

func TestTenantsAndDrop(t *testing.T) {
	store := isms.Open(memstore.New(), nil)
	for _, name := range []string{"b", "a-1", "a"} {
		s := store.Space(name).As(isms.Person("jan"))
		r := role("cio")
		put(t, s, isms.Roles, &r)
	}
	_ = store.Space("empty").As(isms.Person("jan")).Update(t.Context(), "", func(*isms.Tx) error { return errors.New("nothing") })
	if got, want := tenants(t, store), []string{"a", "a-1", "b"}; !slices.Equal(got, want) {
		t.Errorf("Tenants() = %q, want %q", got, want)
	}
	a := store.Space("a").As(isms.Person("jan"))
	kept := export(t, store.Space("a-1"))
	err := a.View(t.Context(), func(tx *isms.Tx) error {
		if err := a.Drop(t.Context()); err != nil {
			return err
		}
		_, err := isms.Roles(tx).Get("cio") // an open view goes on with what was there
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := tenants(t, store), []string{"a-1", "b"}; !slices.Equal(got, want) {
		t.Errorf("Tenants() after Drop = %q, want %q", got, want)
	}
	if got, want := export(t, a), export(t, newSpace()); !bytes.Equal(got, want) {
		t.Errorf("a dropped tenant has\n%s", got)
	}
	if got := export(t, store.Space("a-1")); !bytes.Equal(got, kept) {
		t.Errorf("another tenant, after Drop:\n%s\nwant\n%s", got, kept)
	}
	r := role("new")
	put(t, a, isms.Roles, &r)
	if r.Recorded.Seq != 1 {
		t.Errorf("Seq after Drop = %d, want 1", r.Recorded.Seq)
	}
}

func TestErase(t *testing.T) {
	s := newSpace()
	cio := role("cio")
	crm := isms.Asset{Common: named("crm"), Title: isms.Plain("Jan de Vries"), Type: isms.AssetSoftware}
	crm.Owner = isms.LinkTo(cio)
	update(t, s, func(tx *isms.Tx) error { return errors.Join(isms.Roles(tx).Put(&cio), isms.Assets(tx).Put(&crm)) })
	then := s.AsOfSeq(2)
	crm.Title = isms.Plain("Someone")
	put(t, s, isms.Assets, &crm)
	link := isms.LinkTo(crm)
	for name, l := range map[string]isms.Link{"an entity in use": link, "its newest revision": {Kind: "asset", ID: "crm", Rev: 2}} {
		if err := s.Erase(t.Context(), l); !errors.Is(err, driver.ErrConflict) {
			t.Errorf("Erase of %s = %v, want %v", name, err, driver.ErrConflict)
		}
	}
	for name, l := range map[string]isms.Link{"none such": {Kind: "asset", ID: "x"}, "no such revision": {Kind: "asset", ID: "crm", Rev: 9}} {
		if err := s.Erase(t.Context(), l); !errors.Is(err, driver.ErrNotFound) {
			t.Errorf("Erase of %s = %v, want %v", name, err, driver.ErrNotFound)
		}
	}
	if err := s.Erase(t.Context(), isms.Link{Kind: "asset", ID: "crm", Rev: 1}); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(export(t, s), []byte("Jan de Vries")) {
		t.Error("an erased revision is still in the export")
	}
	if got, err := get(t, s, isms.Assets, "crm"); err != nil || got.Title.String() != "Someone" {
		t.Errorf("the revision in use = %v, %v", got.Title, err)
	}
	if _, err := get(t, then, isms.Assets, "crm"); !errors.Is(err, isms.ErrErased) {
		t.Errorf("Get in the past = %v, want %v", err, isms.ErrErased)
	}
	list, err := isms.Diff(t.Context(), then, s)
	if err != nil || len(list) != 1 || list[0].Path != "" || list[0].Old != nil || list[0].Subject.Rev != 2 {
		t.Errorf("Diff from an erased revision = %v, %v, want one of the whole", list, err)
	}
	update(t, s, func(tx *isms.Tx) error { return isms.Assets(tx).Delete("crm", 2) })
	if err := s.Erase(t.Context(), link); err != nil {
		t.Fatal(err)
	}
	checkErasedHistory(t, s)
	list, err = isms.Diff(t.Context(), then, s.AsOfSeq(3))
	if err != nil || len(list) != 1 || list[0].Old != nil || list[0].New != nil || list[0].Subject.Rev != 2 {
		t.Errorf("Diff of two erased revisions = %v, %v, want one without values", list, err)
	}
	if err := then.View(t.Context(), func(tx *isms.Tx) error {
		list, err := isms.Assets(tx).List()
		if len(list) != 0 {
			t.Errorf("List in the past = %d assets, want none", len(list))
		}
		return err
	}); err != nil {
		t.Errorf("List in the past = %v, want nil", err)
	}
	update(t, s, func(tx *isms.Tx) error { return isms.Roles(tx).Delete("cio", 1) }) // no erased reference holds it
}

func checkErasedHistory(t *testing.T, s *isms.Space) {
	t.Helper()
	type seen struct {
		Rev             int64
		Deleted, Erased bool
		By              isms.Actor
	}
	var got []seen
	err := s.View(t.Context(), func(tx *isms.Tx) error {
		for r, err := range isms.Assets(tx).History("crm") {
			if err != nil {
				return err
			}
			got = append(got, seen{r.Value.Rev, r.Deleted, r.Erased, r.Value.Recorded.By})
		}
		return nil
	})
	want := []seen{{1, false, true, isms.Actor{}}, {2, false, true, isms.Actor{}}, {3, true, true, isms.Actor{}}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("History: %v (-want +got):\n%s", err, diff)
	}
}

func TestUnsupported(t *testing.T) {
	type bare struct{ driver.Store }
	s := isms.Open(bare{memstore.New()}, nil)
	for _, err := range s.Tenants(t.Context()) {
		if !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("Tenants = %v, want %v", err, errors.ErrUnsupported)
		}
	}
	if err := s.Space("a").Drop(t.Context()); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("Drop = %v, want %v", err, errors.ErrUnsupported)
	}
	if err := s.Space("a").Erase(t.Context()); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("Erase = %v, want %v", err, errors.ErrUnsupported)
	}
}
