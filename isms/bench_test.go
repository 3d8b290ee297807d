package isms_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/ismskit/ismskit/isms"
)

func manyAssets(n int) []isms.Asset {
	assets := make([]isms.Asset, n)
	for i := range assets {
		assets[i] = isms.Asset{
			Common: isms.Common{ID: fmt.Sprintf("asset-%06d", i), Label: fmt.Sprintf("A-%06d", i), Tags: []string{"it"}},
			Title:  isms.Text{"en": "Planning server", "nl": "Planningsserver"},
			Type:   isms.AssetSoftware,
			Needs:  isms.Needs{Confidentiality: isms.High, Integrity: isms.High, Availability: isms.Medium},
		}
		if i > 0 {
			assets[i].DependsOn = []isms.Ref[isms.Asset]{isms.Ref[isms.Asset](assets[i-1].ID)}
		}
	}
	return assets
}

func putAll(tx *isms.Tx, assets []isms.Asset) error {
	for i := range assets {
		if err := isms.Assets(tx).Put(&assets[i]); err != nil {
			return err
		}
	}
	return nil
}

// One transaction of 1,000 new assets, each with a reference to check.
func BenchmarkPut1000(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		assets := manyAssets(1000)
		if err := newSpace().Update(b.Context(), "", func(tx *isms.Tx) error { return putAll(tx, assets) }); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGet(b *testing.B) {
	space, assets := newSpace(), manyAssets(10000)
	if err := space.Update(b.Context(), "", func(tx *isms.Tx) error { return putAll(tx, assets) }); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	err := space.View(b.Context(), func(tx *isms.Tx) error {
		for b.Loop() {
			if _, err := isms.Assets(tx).Get("asset-005000"); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

func BenchmarkList10000(b *testing.B) {
	space, assets := newSpace(), manyAssets(10000)
	if err := space.Update(b.Context(), "", func(tx *isms.Tx) error { return putAll(tx, assets) }); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		err := space.View(b.Context(), func(tx *isms.Tx) error {
			list, err := isms.Assets(tx).List()
			if len(list) != len(assets) {
				b.Fatalf("%d assets, want %d", len(list), len(assets))
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// The same 1,000 assets from a YAML file: decoding, checks and references.
func BenchmarkLoad1000(b *testing.B) {
	text := []byte("kind: asset\nitems:\n")
	for i := range 1000 {
		text = fmt.Appendf(text, "  - id: asset-%06d\n    title: {en: Planning server, nl: Planningsserver}\n    type: software\n    needs: {confidentiality: high, integrity: high}\n", i)
	}
	files := fstest.MapFS{"assets.yaml": {Data: text}}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		err := newSpace().Update(b.Context(), "", func(tx *isms.Tx) error { return isms.Load(tx, files, isms.Kinds()...) })
		if err != nil {
			b.Fatal(err)
		}
	}
}

// The state of 10,000 assets at a moment in the past, out of 100,000 revisions
// in memory.
func BenchmarkAsOfList100000(b *testing.B) {
	space, assets := newSpace(), manyAssets(10000)
	for round := range 10 {
		for i := range assets {
			assets[i].Label = fmt.Sprintf("A-%06d-%d", i, round)
		}
		if err := space.Update(b.Context(), "", func(tx *isms.Tx) error { return putAll(tx, assets) }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		err := space.AsOfSeq(55555).View(b.Context(), func(tx *isms.Tx) error {
			list, err := isms.Assets(tx).List()
			if len(list) != len(assets) || list[0].Rev != 5 {
				b.Fatalf("%d assets, revision %d, want %d, revision 5", len(list), list[0].Rev, len(assets))
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// A bundle of 10,000 assets, written and read back.
func BenchmarkBundle10000(b *testing.B) {
	space, assets := newSpace(), manyAssets(10000)
	if err := space.Update(b.Context(), "", func(tx *isms.Tx) error { return putAll(tx, assets) }); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		var bundle bytes.Buffer
		if err := space.Export(b.Context(), &bundle); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(bundle.Len()))
		if err := newSpace().Import(b.Context(), &bundle); err != nil {
			b.Fatal(err)
		}
	}
}

// For scale: the same 1,000 assets as JSON in a map, without checks, history or
// references.
func BenchmarkYardstickPut1000(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		kept := map[string][]byte{}
		for _, a := range manyAssets(1000) {
			data, err := json.Marshal(a)
			if err != nil {
				b.Fatal(err)
			}
			kept[a.ID] = data
		}
	}
}
