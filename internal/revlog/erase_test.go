package revlog_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/internal/revlog"
	"github.com/ismskit/ismskit/isms/driver"
)

func TestErase(t *testing.T) {
	log := revlog.New()
	w, err := log.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	red, blue := driver.Term{Key: "colour", Value: "red"}, driver.Term{Key: "colour", Value: "blue"}
	records := []driver.Record{
		{Kind: "k", ID: "a", Rev: 1, Seq: 1, Schema: 1, By: "x", Note: "y", Salt: []byte{1}, Data: []byte("z"), Digest: []byte{9}, Terms: []driver.Term{blue, red}},
		{Kind: "k", ID: "a", Rev: 2, Seq: 2, Schema: 1, By: "x", Data: []byte("z"), Terms: []driver.Term{red}},
		{Kind: "k", ID: "b", Rev: 1, Seq: 3, Schema: 1, By: "x", Data: []byte("z"), Terms: []driver.Term{blue}},
	}
	if err := w.Append(records...); err != nil {
		t.Fatal(err)
	}
	w.Commit()
	erase := func(seqs ...int64) error {
		w, err := log.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer w.Rollback()
		return w.Erase(seqs...)
	}
	for _, seqs := range [][]int64{{1, 4}, {1, 0}, {1, -1}} {
		if err := erase(seqs...); !errors.Is(err, driver.ErrNotFound) {
			t.Errorf("Erase(%v) = %v, want %v", seqs, err, driver.ErrNotFound)
		}
	}
	r := log.Reader(t.Context(), driver.Latest)
	expect(t, "Log after refused erasures", r, records)
	for range 2 { // again does nothing
		if err := erase(1); err != nil {
			t.Fatal(err)
		}
		erased := driver.Record{Kind: "k", ID: "a", Rev: 1, Seq: 1, Schema: 1, Digest: []byte{9}}
		expect(t, "Log", r, append([]driver.Record{erased}, records[1:]...))
	}
	for term, want := range map[driver.Term]string{red: "a", blue: "b"} {
		var ids []string
		for rec, err := range r.Scan(driver.Query{Kind: "k", Terms: []driver.Term{term}}) {
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, rec.ID)
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("Scan for %v after Erase = %q, want %q: the index forgets too, but not what another revision has", term, got, want)
		}
	}
}

func expect(t *testing.T, what string, r driver.Reader, want []driver.Record) {
	t.Helper()
	var got []driver.Record
	for rec, err := range r.Log(0) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, rec)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
