package vuln_test

import (
	"slices"
	"testing"
	"testing/fstest"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/vuln"
)

// A file may hold one record of a kind with a member "items", which is also what
// a list has.
func TestLoadOneOfAKind(t *testing.T) {
	files := fstest.MapFS{
		"asset.yaml": {Data: []byte("kind: asset\nid: web\ntitle: Web server\ntype: software\n")},
		"scan.yaml":  {Data: []byte("kind: scan\nid: s-hfgrnscbysc2wzxwogwbofmgcuk2qrih\nasset: web\nsource: trivy\nformat: trivy\nitems: 12\nimported: 2026-02-01\n")},
		"new.yaml":   {Data: []byte("kind: asset-change\nid: c-2\nasset: web\noccurred: 2026-02-01\ntype: software\nwhat: A newer system.\n")},
	}
	space := isms.Open(memstore.New(), nil).Space("acme").As(isms.Person("jan"))
	err := space.Update(t.Context(), "", func(tx *isms.Tx) error {
		return isms.Load(tx, files, slices.Concat(isms.Kinds(), vuln.Kinds())...)
	})
	if err != nil {
		t.Fatal(err)
	}
	err = space.View(t.Context(), func(tx *isms.Tx) error {
		s, err := vuln.Scans(tx).Get("s-hfgrnscbysc2wzxwogwbofmgcuk2qrih")
		if err != nil {
			return err
		}
		c, err := vuln.AssetChanges(tx).Get("c-2")
		if err != nil {
			return err
		}
		if s.Items != 12 || c.Type != vuln.ChangeSoftware {
			t.Errorf("items, type = %d, %q, want 12, software", s.Items, c.Type)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The first schema called the type of a change "kind".
func TestOlderAssetChange(t *testing.T) {
	store := memstore.New()
	err := store.Update(t.Context(), "acme", func(w driver.Writer) error {
		return w.Append(driver.Record{
			Kind: "asset-change", ID: "c-1", Rev: 1, Seq: 1, Tx: 1, Schema: 1,
			Data: []byte(`{"occurred":"2026-02-01","asset":"web","kind":"topology","what":"Another network."}`),
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	err = isms.Open(store, nil).Space("acme").View(t.Context(), func(tx *isms.Tx) error {
		c, err := vuln.AssetChanges(tx).Get("c-1")
		if c.Type != vuln.ChangeTopology || c.Asset != "web" {
			t.Errorf("read %+v, want a change of topology of web", c)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
