package dirstore_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/dirstore"
)

// space is acme in a store that adopts edits as a host's does.
func space(t *testing.T, dir string) *isms.Space {
	t.Helper()
	opt := &isms.Options{Now: func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }}
	s := open(t, dir, &dirstore.Options{Adopt: isms.Adopter(opt, isms.Kinds()...)})
	return isms.Open(s, opt).Space("acme").As(isms.Person("jan"))
}

// touch writes nothing, and so only adopts edits.
func touch(t *testing.T, s *isms.Space) {
	t.Helper()
	if err := s.Update(t.Context(), "any", func(*isms.Tx) error { return nil }); err != nil {
		t.Fatalf("Update = %v, want nil", err)
	}
}

func assetHistory(t *testing.T, s *isms.Space) (all []isms.Asset) {
	t.Helper()
	err := s.View(t.Context(), func(tx *isms.Tx) error {
		for r, err := range isms.Assets(tx).History("crm") {
			if err != nil {
				return err
			}
			all = append(all, r.Value)
		}
		return nil
	})
	if err != nil {
		t.Fatalf("View = %v, want nil", err)
	}
	return all
}

// A person's file goes by the types: what only looks different is no revision,
// and after it was taken over it is no edit any more.
func TestTypedEdits(t *testing.T) {
	dir := t.TempDir()
	s := space(t, dir)
	a := isms.Asset{Common: isms.Common{ID: "crm"}, Title: isms.Plain("Customers"), Type: isms.AssetSoftware}
	if err := s.Update(t.Context(), "first", func(tx *isms.Tx) error { return isms.Assets(tx).Put(&a) }); err != nil {
		t.Fatalf("Update = %v, want nil", err)
	}
	for _, c := range []struct {
		name, old, by, file string
		revisions           int
	}{
		{"an empty list", "title: Customers\n", "title: Customers # ours\ntags: []\n", "title: Customers # ours\n", 1},
		{"a text like a number", "title: Customers # ours\n", "title: 4.10 # ours\n", "title: \"4.10\" # ours\n", 2},
		{"another text", `title: "4.10"`, "title: Clients", "title: Clients # ours\n", 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			edit(t, dir, crmFile, c.old, c.by)
			touch(t, s)
			after := read(t, dir, crmFile)
			if !strings.Contains(after, c.file) || strings.Contains(after, "tags") {
				t.Errorf("the file is\n%s\nwant in it, and no tags,\n%s", after, c.file)
			}
			touch(t, space(t, dir))
			if diff := cmp.Diff(after, read(t, dir, crmFile)); diff != "" {
				t.Errorf("the file after a second look (-want +got):\n%s", diff)
			}
			history := assetHistory(t, s)
			if len(history) != c.revisions {
				t.Fatalf("%d revisions, want %d", len(history), c.revisions)
			}
			if last := history[len(history)-1]; c.revisions > 1 && last.Recorded.By.Kind != "file" {
				t.Errorf("recorded by %s, want a file", last.Recorded.By)
			}
		})
	}
}

// What the types refuse stays as the person wrote it, with place and reason.
func TestTypedFaults(t *testing.T) {
	dir := t.TempDir()
	s := space(t, dir)
	write(t, dir, crmFile, "kind: asset\nid: crm\ntitle: Customers\ntype: softwear\n")
	before := read(t, dir, crmFile)
	err := s.Update(t.Context(), "any", func(*isms.Tx) error { return nil })
	bad, ok := errors.AsType[*isms.ProblemError](err)
	if !ok || len(bad.Problems) != 1 || bad.Problems[0].Where != crmFile+":4:1" {
		t.Errorf("Update = %v, want one problem at %s:4:1", err, crmFile)
	}
	if got := read(t, dir, crmFile); got != before {
		t.Errorf("the file is\n%s\nwant it left alone", got)
	}
	edit(t, dir, crmFile, "softwear", "software")
	touch(t, s)
	if n := len(assetHistory(t, s)); n != 1 {
		t.Errorf("%d revisions, want 1", n)
	}
}
