package handoff

import (
	"cmp"
	"context"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/ledger"
	"github.com/ismskit/ismskit/soa"
)

// Proof is that one revision of a record is in the log of a checkpoint.
type Proof struct {
	Record isms.Link // with the revision
	Seq    int64     // its place in the log; 0 when it is not proven

	// Text and File are what [ledger.Log.ProveInclusion] gave. They are unset
	// when the record is not among those of the checkpoint: no such revision, or
	// recorded later. The pack then lists it as not proven.
	Text, File []byte
}

// RestsOn lists the records that a statement rests on, with their revisions as
// it read them, by kind and id: what drives controls and what leaves them out,
// the records of controls, documents and evidence. Persons are left out, for a
// proof shows the whole of a record, and the statement needs no more than their
// names. A record that was not at hand has no revision.
func RestsOn(s soa.Statement) []isms.Link {
	links := map[isms.Link]bool{}
	collect(reflect.ValueOf(s), links)
	for l := range links {
		if l.Rev != 0 {
			delete(links, l.Entity()) // says nothing beside the one with a revision
		}
	}
	maps.DeleteFunc(links, func(l isms.Link, _ bool) bool { return l.Kind == "person" })
	return slices.SortedFunc(maps.Keys(links), compareLinks)
}

func compareLinks(a, b isms.Link) int {
	return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.ID, b.ID), cmp.Compare(a.Rev, b.Rev))
}

// collect finds every link in a value, so that a new field cannot be forgotten.
func collect(v reflect.Value, into map[isms.Link]bool) {
	if l, ok := reflect.TypeAssert[isms.Link](v); ok {
		if !l.IsZero() {
			into[l] = true
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				collect(v.Field(i), into)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			collect(v.Index(i), into)
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			collect(v.Elem(), into)
		}
	default: // maps of a statement hold texts
	}
}

// Prove finds records in the log of a space and proves that they are in that of
// a checkpoint, which is log's. A link without a revision means the newest one
// that the checkpoint covers. What is not covered comes back without a proof;
// the error is one of the store, or says that the log is not that of the
// checkpoint.
//
// It takes time linear in the log.
func Prove(ctx context.Context, space *isms.Space, log ledger.Log, signed []byte, records []isms.Link) ([]Proof, error) {
	found := make(map[isms.Link]isms.Change, len(records))
	for _, l := range records {
		found[l] = isms.Change{Subject: l}
	}
	report, err := log.Verify(ctx, signed)
	if err != nil {
		return nil, err
	}
	for change, err := range space.Changes(ctx, 0) {
		if err != nil {
			return nil, err
		}
		if change.Recorded.Seq > report.Size {
			break
		}
		change.Data = nil
		for _, l := range [...]isms.Link{change.Subject, change.Subject.Entity()} {
			if _, asked := found[l]; asked {
				found[l] = change
			}
		}
	}
	proofs := make([]Proof, 0, len(found))
	for _, c := range found {
		proofs = append(proofs, Proof{Record: c.Subject, Seq: c.Recorded.Seq})
	}
	slices.SortFunc(proofs, func(a, b Proof) int { return compareLinks(a.Record, b.Record) })
	proofs = slices.CompactFunc(proofs, func(a, b Proof) bool { return a.Record == b.Record })
	var seqs []int64
	for _, p := range proofs {
		if p.Seq > 0 {
			seqs = append(seqs, p.Seq)
		}
	}
	list, err := log.ProveInclusions(ctx, signed, seqs...)
	if err != nil {
		return nil, err
	}
	for i := range proofs {
		if proofs[i].Seq > 0 {
			proofs[i].Text, proofs[i].File, list = list[0].Proof, list[0].Record, list[1:]
		}
	}
	return proofs, nil
}
