package isms_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/memstore"
)

// fatal is what both kinds of test can do.
type fatal interface {
	Helper()
	Fatalf(format string, args ...any)
}

func export(t fatal, s *isms.Space) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := s.Export(context.Background(), &b); err != nil {
		t.Fatalf("Export() = %v, want nil", err)
	}
	if !utf8.Valid(b.Bytes()) {
		t.Fatalf("a bundle that is not UTF-8:\n%q", b.Bytes())
	}
	return b.Bytes()
}

func seal(r driver.Record) driver.Record {
	r.Digest = driver.Sum(r)
	return r
}

// A bundle goes from any store to any other and comes out the same.
func TestBundleIsTheSameEverywhere(t *testing.T) {
	for name, open := range stores(t) {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, fewer(name, func(t *rapid.T) {
				source := memstore.New()
				space, moments := history(t, source)
				appendOdd(t, source)
				want := export(t, space)
				d := open(t)
				defer d.Close()
				copied := isms.Open(d, nil).Space("other-name")
				if err := copied.Import(t.Context(), bytes.NewReader(want)); err != nil {
					t.Fatalf("Import() = %v, want nil:\n%s", err, want)
				}
				if diff := cmp.Diff(string(want), string(export(t, copied))); diff != "" {
					t.Fatalf("export of an import (-want +got):\n%s", diff)
				}
				i := rapid.IntRange(0, len(moments)-1).Draw(t, "moment")
				past := isms.Open(memstore.New(), nil).Space("past")
				if err := past.Import(t.Context(), bytes.NewReader(export(t, copied.AsOfSeq(moments[i].seq)))); err != nil {
					t.Fatalf("Import of the past = %v, want nil", err)
				}
				if diff := cmp.Diff(moments[i].state, stateOf(t, past).state); diff != "" {
					t.Fatalf("the past, exported and imported (-want +got):\n%s", diff)
				}
			}))
		})
	}
}

// appendOdd records, in one transaction, what no entity holds but a driver must
// keep: bytes that are not text, and data that is not compact JSON.
func appendOdd(t *rapid.T, d driver.Store) {
	data := [][]byte{[]byte("{ }"), []byte("{\n}"), []byte("null"), []byte("\xff"), []byte(`{"a":"` + "\xff" + `"}`), []byte(`{"<":"` + "\u2028" + `","a":1,"a":2}`), {0}}
	err := d.Update(context.Background(), "acme", func(w driver.Writer) error {
		head, at, err := w.Head()
		if err != nil {
			return err
		}
		var records []driver.Record
		for i, b := range data {
			records = append(records, seal(driver.Record{
				Kind: "odd", ID: fmt.Sprint("x", i), Rev: 1, Seq: head + int64(i) + 1, Tx: head + int64(len(data)),
				At: at.Add(time.Microsecond), By: "nobody \xff", Note: "\x00\n", Schema: i + 1, Data: b,
				Terms: []driver.Term{{Key: "k", Value: ""}, {Key: "k", Value: "\xfe"}}, Salt: []byte{1},
			}))
		}
		return w.Append(records...)
	})
	if err != nil {
		t.Fatalf("%v", err)
	}
}

// small is a bundle with two transactions, a deletion and a reference.
func small(t *testing.T) []byte {
	t.Helper()
	s := newSpace()
	cio, crm := role("cio"), isms.Asset{Common: named("crm"), Title: isms.Plain("CRM"), Type: isms.AssetSoftware}
	crm.Owner = isms.LinkTo(cio)
	update(t, s, func(tx *isms.Tx) error { return errors.Join(isms.Roles(tx).Put(&cio), isms.Assets(tx).Put(&crm)) })
	update(t, s, func(tx *isms.Tx) error { return isms.Assets(tx).Delete("crm", crm.Rev) })
	return export(t, s)
}

func refuse(t *testing.T, what string, bundle []byte, want error) {
	t.Helper()
	s := newSpace()
	err := s.Import(t.Context(), bytes.NewReader(bundle))
	if !errors.Is(err, want) {
		t.Errorf("Import of %s = %v, want %v", what, err, want)
	}
	if got, empty := export(t, s), export(t, newSpace()); !bytes.Equal(got, empty) {
		t.Errorf("Import of %s left\n%s", what, got)
	}
}

func TestBundleRefusesDamage(t *testing.T) {
	bundle := small(t)
	step := 7
	if os.Getenv("ISMSKIT_SOAK") == "1" {
		step = 1
	}
	for i := 0; i < len(bundle); i += step {
		refuse(t, fmt.Sprintf("the first %d bytes", i), bundle[:i], isms.ErrDamaged)
		flipped := slices.Clone(bundle)
		flipped[i] ^= 1 << (i % 8)
		if s := newSpace(); !errors.Is(s.Import(t.Context(), bytes.NewReader(flipped)), isms.ErrDamaged) && !bytes.HasPrefix(flipped, []byte(`{"format":"ismskit-bundle","version":`)) {
			t.Errorf("Import with bit %d of byte %d flipped, want %v", i%8, i, isms.ErrDamaged)
		}
	}
	lines := bytes.SplitAfter(bundle, []byte("\n"))
	for i := range lines[:len(lines)-1] {
		refuse(t, fmt.Sprintf("all but line %d", i+1), bytes.Join(slices.Delete(slices.Clone(lines), i, i+1), nil), isms.ErrDamaged)
		refuse(t, fmt.Sprintf("line %d twice", i+1), bytes.Join(slices.Insert(slices.Clone(lines), i, lines[i]), nil), isms.ErrDamaged)
	}
	refuse(t, "two bundles", slices.Concat(bundle, bundle), isms.ErrDamaged)
}

// Damage that its author made a new checksum for.
func TestBundleRefusesForgery(t *testing.T) {
	cases := []struct{ rule, old, forged string }{
		{"ids stay ids", `"id":"cio"`, `"id":"../cio"`},
		{"seq has no hole", `"seq":2`, `"seq":3`},
		{"revisions follow each other", `"rev":2`, `"rev":3`},
		{"seq has no hole at the end", `"seq":3,"tx":3`, `"seq":4,"tx":4`},
		{"a transaction ends at or after its record", `"seq":3,"tx":3`, `"seq":3,"tx":2`},
		{"a transaction is whole", `"seq":1,"tx":2`, `"seq":1,"tx":3`},
		{"a transaction ends", `"seq":3,"tx":3`, `"seq":3,"tx":4`},
		{"the schema is a number from 1", `"schema":2`, `"schema":0`},
		{"time does not go back", `"at":"20`, `"at":"19`},
		{"the digest is of the content", `"title":"CRM"`, `"title":"ERP"`},
		{"the digest is of the note", `"note":"test"`, `"note":"best"`},
		{"fields are known", `"rev":1`, `"rev":1,"extra":1`},
		{"fields stand once", `"rev":1`, `"rev":1,"rev":1`},
		{"fields have one spelling", `"rev":1`, `"Rev":1`},
		{"data is as written", `{"title"`, `{ "title"`},
	}
	bundle := small(t)
	body := string(bundle[:bytes.LastIndex(bundle[:len(bundle)-1], []byte("\n"))+1])
	for _, c := range cases {
		at := strings.LastIndex(body, c.old)
		if at < 0 {
			t.Fatalf("%s: no %s in\n%s", c.rule, c.old, body)
		}
		records := 3
		if strings.Contains(c.forged, `"seq":4`) {
			records = 4
		}
		forged := body[:at] + c.forged + body[at+len(c.old):]
		forged += fmt.Sprintf("{\"records\":%d,\"sha256\":\"%x\"}\n", records, sha256.Sum256([]byte(forged)))
		refuse(t, "one where "+c.rule+" not", []byte(forged), isms.ErrDamaged)
	}
}

func TestBundleSaysWhereItIsDamaged(t *testing.T) {
	bundle := bytes.Replace(small(t), []byte(`"title":"CRM"`), []byte(`"title":"ERP"`), 1)
	err := newSpace().Import(t.Context(), bytes.NewReader(bundle))
	if err == nil || !strings.Contains(err.Error(), "line 3: damaged: the digest") {
		t.Errorf("Import() = %v, want line 3 and its digest", err)
	}
}

func TestBundleOfANewerProgram(t *testing.T) {
	refuse(t, "version 2", []byte(`{"format":"ismskit-bundle","version":2,"packed":true}`+"\n"), isms.ErrNewer)
}

func TestImportOnlyIntoAnEmptySpace(t *testing.T) {
	s := newSpace()
	r := role("cio")
	put(t, s, isms.Roles, &r)
	before := export(t, s)
	if err := s.Import(t.Context(), bytes.NewReader(small(t))); !errors.Is(err, driver.ErrConflict) {
		t.Errorf("Import into a space with records = %v, want %v", err, driver.ErrConflict)
	}
	if err := s.Import(t.Context(), bytes.NewReader(export(t, newSpace()))); !errors.Is(err, driver.ErrConflict) {
		t.Errorf("Import of nothing into a space with records = %v, want %v", err, driver.ErrConflict)
	}
	if err := s.AsOfSeq(0).Import(t.Context(), bytes.NewReader(small(t))); !errors.Is(err, driver.ErrReadOnly) {
		t.Errorf("Import into the past = %v, want %v", err, driver.ErrReadOnly)
	}
	if got := export(t, s); !bytes.Equal(got, before) {
		t.Errorf("a refused import left\n%s", got)
	}
}

// A line without an end takes no more memory than a line may have.
func TestBundleLineHasALimit(t *testing.T) {
	r := io.MultiReader(bytes.NewReader(small(t)[:60]), endless{})
	if err := newSpace().Import(t.Context(), r); !errors.Is(err, isms.ErrDamaged) || !strings.Contains(err.Error(), "too long") {
		t.Errorf("Import of a line without an end = %v, want that it is too long", err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

// again is a store that tries every transaction twice.
type again struct{ driver.Store }

var errAgain = errors.New("serialisation failure")

func (s again) Update(ctx context.Context, tenant string, f func(driver.Writer) error) error {
	err := s.Store.Update(ctx, tenant, func(w driver.Writer) error { return errors.Join(f(w), errAgain) })
	if !errors.Is(err, errAgain) {
		return err
	}
	return s.Store.Update(ctx, tenant, f)
}

func TestImportIsTriedAgain(t *testing.T) {
	bundle := small(t)
	file := bytes.NewReader(slices.Concat([]byte("before it"), bundle))
	_, _ = file.Seek(int64(len("before it")), io.SeekStart)
	s := isms.Open(again{memstore.New()}, nil).Space("acme")
	if err := s.Import(t.Context(), file); err != nil {
		t.Fatalf("Import of a file, tried again = %v, want nil", err)
	}
	if got := export(t, s); !bytes.Equal(got, bundle) {
		t.Errorf("imported\n%s\nwant\n%s", got, bundle)
	}
	s = isms.Open(again{memstore.New()}, nil).Space("acme")
	if err := s.Import(t.Context(), io.MultiReader(bytes.NewReader(bundle))); err == nil || !strings.Contains(err.Error(), "a file rather than a stream") {
		t.Errorf("Import of a stream, tried again = %v, want an error that asks for a file", err)
	}
}

// What version 1 wrote is read for ever.
func TestGoldenBundle(t *testing.T) {
	const path = "testdata/bundle-v1.jsonl"
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := newSpace()
	if err := s.Import(t.Context(), bytes.NewReader(want)); err != nil {
		t.Fatalf("Import(%s) = %v, want nil", path, err)
	}
	if diff := cmp.Diff(string(want), string(export(t, s))); diff != "" {
		t.Errorf("export (-want +got):\n%s", diff)
	}
	past, err := get(t, s.AsOfSeq(2), isms.Assets, "crm")
	if err != nil || past.Title.In("nl") != "Klantgegevens" || past.Owner.ID != "cio" || past.Recorded.Note != "first <inventory>" {
		t.Errorf("asset crm of long ago = %+v, %v", past, err)
	}
	if _, err := get(t, s, isms.Assets, "crm"); !errors.Is(err, driver.ErrNotFound) {
		t.Errorf("asset crm now = %v, want %v", err, driver.ErrNotFound)
	}
}

// What could not be imported is not exported.
func TestExportChecksWhatItWrites(t *testing.T) {
	good := driver.Record{Kind: "k", ID: "x", Rev: 1, Seq: 1, Tx: 1, Schema: 1, Salt: []byte{1}, Data: []byte("{}")}
	for rule, c := range map[string]struct {
		change func(*driver.Record)
		want   error
	}{
		"a record":                  {func(*driver.Record) {}, nil},
		"a deletion has no data":    {func(r *driver.Record) { r.Deleted = true }, isms.ErrDamaged},
		"terms are sorted":          {func(r *driver.Record) { r.Terms = []driver.Term{{Key: "b"}, {Key: "a"}} }, isms.ErrDamaged},
		"each once":                 {func(r *driver.Record) { r.Terms = []driver.Term{{Key: "a"}, {Key: "a"}} }, isms.ErrDamaged},
		"the transaction is there":  {func(r *driver.Record) { r.Tx = 2 }, isms.ErrDamaged},
		"the schema is from 1 on":   {func(r *driver.Record) { r.Schema = 0 }, isms.ErrDamaged},
		"the digest is of the data": {func(r *driver.Record) { r.Data = []byte("[]") }, isms.ErrDamaged},
	} {
		r := good
		if c.change(&r); rule != "the digest is of the data" {
			r = seal(r)
		} else {
			r.Digest = driver.Sum(good)
		}
		store := memstore.New()
		if err := store.Update(t.Context(), "acme", func(w driver.Writer) error { return w.Append(r) }); err != nil {
			t.Fatal(err)
		}
		if err := isms.Open(store, nil).Space("acme").Export(t.Context(), io.Discard); !errors.Is(err, c.want) {
			t.Errorf("%s: Export = %v, want %v", rule, err, c.want)
		}
	}
}
