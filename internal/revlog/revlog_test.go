package revlog_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ismskit/ismskit/internal/revlog"
	"github.com/ismskit/ismskit/isms/driver"
)

// model is a log as a plain list: what a revlog must be equal to after any
// transactions, committed and rolled back.
type model []driver.Record

func (m model) revs(kind, id string, seq int64) []driver.Record {
	var revs []driver.Record
	for _, r := range m {
		if r.Kind == kind && r.ID == id && r.Seq <= seq {
			revs = append(revs, r)
		}
	}
	return revs
}

// scan is what a query must give at least.
func (m model) scan(q driver.Query, seq int64) []driver.Record {
	newest := map[string]driver.Record{}
	for _, r := range m {
		if r.Seq <= seq {
			newest[r.Kind+"\x00"+r.ID] = r
		}
	}
	var found []driver.Record
	for _, r := range newest {
		if !r.Deleted && wants(q, r) {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, func(a, b driver.Record) int { return strings.Compare(a.Kind+"\x00"+a.ID, b.Kind+"\x00"+b.ID) })
	return found
}

func wants(q driver.Query, r driver.Record) bool {
	kind, id, _ := strings.Cut(q.After, "/")
	if q.Kind != "" {
		kind, id = q.Kind, q.After
	}
	if q.Kind != "" && r.Kind != q.Kind || q.After != "" && r.Kind+"\x00"+r.ID <= kind+"\x00"+id {
		return false
	}
	for _, t := range q.Terms {
		if r.Schema >= q.SinceSchema && !slices.Contains(r.Terms, t) {
			return false
		}
	}
	return true
}

func ids() *rapid.Generator[string]   { return rapid.SampledFrom([]string{"a", "a-b", "a.b", "a0", "b"}) }
func kinds() *rapid.Generator[string] { return rapid.SampledFrom([]string{"k", "k-2", "l"}) }

func terms() *rapid.Generator[[]driver.Term] {
	return rapid.Custom(func(t *rapid.T) []driver.Term {
		var list []driver.Term
		for _, v := range []string{"1", "2", "3"} {
			if rapid.Bool().Draw(t, "term") {
				list = append(list, driver.Term{Key: "t", Value: v})
			}
		}
		return list
	})
}

// next is a record that may come after the model, unless its flaw says not.
func next(t *rapid.T, m model) driver.Record {
	r := driver.Record{
		Kind: kinds().Draw(t, "kind"), ID: ids().Draw(t, "id"), Seq: int64(len(m)) + 1, Terms: terms().Draw(t, "terms"),
		Schema: rapid.IntRange(1, 3).Draw(t, "schema"), Deleted: rapid.IntRange(0, 4).Draw(t, "deleted") == 0,
	}
	r.At = time.Unix(r.Seq, 0).UTC()
	r.Rev = int64(len(m.revs(r.Kind, r.ID, driver.Latest))) + 1
	return r
}

func TestLogIsAsItsModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := revlog.New()
		var committed model
		t.Repeat(map[string]func(*rapid.T){
			"commit":   func(t *rapid.T) { committed = transaction(t, log, committed, true) },
			"rollback": func(t *rapid.T) { transaction(t, log, committed, false) },
			"": func(t *rapid.T) {
				seq := rapid.Int64Range(-1, int64(len(committed))+2).Draw(t, "seq")
				if rapid.Bool().Draw(t, "latest") {
					seq = driver.Latest
				}
				same(t, log.Reader(context.Background(), seq), committed, seq)
			},
		})
	})
}

// transaction appends some records, conflicts among them perhaps, and gives the
// model after it.
func transaction(t *rapid.T, log *revlog.Log, committed model, commit bool) model {
	w, err := log.Begin(context.Background())
	if err != nil {
		t.Fatalf("Begin() = %v, want nil", err)
	}
	defer w.Rollback()
	before := log.Reader(context.Background(), driver.Latest)
	own := slices.Clone(committed)
	for range rapid.IntRange(0, 6).Draw(t, "appends") {
		r := next(t, own)
		wrong := rapid.IntRange(0, 15).Draw(t, "conflict")
		switch wrong {
		case 0:
			r.Rev += rapid.SampledFrom([]int64{-1, 1}).Draw(t, "rev")
		case 1:
			r.Seq += rapid.SampledFrom([]int64{-1, 1}).Draw(t, "seq")
		}
		err := w.Append(r)
		if wrong < 2 {
			if !errors.Is(err, driver.ErrConflict) || !errors.Is(w.Err(), driver.ErrConflict) {
				t.Fatalf("Append(%s/%s, rev %d, seq %d) = %v, then Err() = %v, want %v", r.Kind, r.ID, r.Rev, r.Seq, err, w.Err(), driver.ErrConflict)
			}
			return committed
		}
		if err != nil {
			t.Fatalf("Append(%s/%s, rev %d, seq %d) = %v, want nil", r.Kind, r.ID, r.Rev, r.Seq, err)
		}
		own = append(own, r)
	}
	same(t, w, own, driver.Latest)
	same(t, before, committed, driver.Latest)
	same(t, log.Reader(context.Background(), driver.Latest), committed, driver.Latest)
	if got, want := w.Appended(), []driver.Record(own[len(committed):]); !cmp.Equal(got, want) && len(want) > 0 {
		t.Fatalf("Appended() (-want +got):\n%s", cmp.Diff(want, got))
	}
	if !commit {
		return committed
	}
	w.Commit()
	same(t, before, committed, driver.Latest)
	return own
}

func same(t *rapid.T, r driver.Reader, m model, seq int64) {
	t.Helper()
	end := max(0, min(seq, int64(len(m))))
	if got, _, err := r.Head(); got != end || err != nil {
		t.Fatalf("Head() = %d, %v, want %d, nil", got, err, end)
	}
	after := rapid.Int64Range(-1, int64(len(m))+1).Draw(t, "log after")
	diff(t, fmt.Sprintf("Log(%d)", after), r.Log(after), m[max(0, min(after, end)):end])
	for _, kind := range []string{"k", "k-2", "l", "none"} {
		for _, id := range []string{"a", "a-b", "a.b", "a0", "b"} {
			revs := m.revs(kind, id, end)
			diff(t, "History("+kind+", "+id+")", r.History(kind, id), revs)
			got, err := r.Get(kind, id)
			if len(revs) == 0 && !errors.Is(err, driver.ErrNotFound) || len(revs) > 0 && (err != nil || got.Seq != revs[len(revs)-1].Seq) {
				t.Fatalf("Get(%s, %s) = seq %d, %v; want the last of %d revisions", kind, id, got.Seq, err, len(revs))
			}
		}
	}
	q := driver.Query{Terms: terms().Draw(t, "query"), SinceSchema: rapid.IntRange(0, 4).Draw(t, "since")}
	if rapid.Bool().Draw(t, "one kind") {
		q.Kind = kinds().Draw(t, "kind")
	}
	if rapid.Bool().Draw(t, "cursor") {
		q.After = ids().Draw(t, "after")
		if q.Kind == "" {
			q.After = kinds().Draw(t, "after kind") + "/" + q.After
		}
	}
	diff(t, fmt.Sprintf("Scan(%+v)", q), asked(q, r.Scan(q)), m.scan(q, end))
}

// asked leaves out what a scan yields beyond its query.
func asked(q driver.Query, seq iter.Seq2[driver.Record, error]) iter.Seq2[driver.Record, error] {
	return func(yield func(driver.Record, error) bool) {
		for r, err := range seq {
			if (err != nil || wants(q, r)) && !yield(r, err) {
				return
			}
		}
	}
}

// diff compares by Seq, which names a record.
func diff(t *rapid.T, call string, seq iter.Seq2[driver.Record, error], want []driver.Record) {
	t.Helper()
	n := 0
	for r, err := range seq {
		if err != nil {
			t.Fatalf("%s: %v", call, err)
		}
		if n >= len(want) || r.Seq != want[n].Seq {
			t.Fatalf("%s, record %d of %d = seq %d (-want +got):\n%s", call, n, len(want), r.Seq, cmp.Diff(want[min(n, len(want)):], []driver.Record{r}))
		}
		n++
	}
	if n != len(want) {
		t.Fatalf("%s = %d records, want %d", call, n, len(want))
	}
}

// More than one page, in an order that splits the blocks of the list of ids, with
// half of it rolled back first.
func TestPages(t *testing.T) {
	log := revlog.New()
	fill(t, log, 1500).Rollback()
	fill(t, log, 3000).Commit()
	n := 0
	for r, err := range log.Reader(t.Context(), driver.Latest).Scan(driver.Query{}) {
		if want := fmt.Sprintf("%04d", n); err != nil || r.ID != want {
			t.Fatalf("Scan, record %d = %s, %v, want %s", n, r.ID, err, want)
		}
		n++
	}
	if n != 3000 {
		t.Errorf("Scan = %d records, want 3000", n)
	}
	n = 0
	for r, err := range log.Reader(t.Context(), 2999).Log(700) {
		if n++; err != nil || r.Seq != int64(n)+700 {
			t.Fatalf("Log(700), record %d = seq %d, %v", n, r.Seq, err)
		}
	}
	if n != 2299 {
		t.Errorf("Log(700) of a view at 2999 = %d records, want 2299", n)
	}
}

// fill appends n records with ids in no order, in a transaction still open.
func fill(t *testing.T, log *revlog.Log, n int) *revlog.Writer {
	t.Helper()
	w, err := log.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		r := driver.Record{Kind: "k", ID: fmt.Sprintf("%04d", i*1009%3000), Rev: 1, Seq: int64(i) + 1}
		if err := w.Append(r); err != nil {
			t.Fatalf("Append of record %d = %v, want nil", i, err)
		}
	}
	return w
}

// A reader and a writer that have ended give errors, and touch nothing.
func TestEnded(t *testing.T) {
	log := revlog.New()
	w, err := log.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.Commit()
	if err := w.Append(driver.Record{Kind: "k", ID: "late", Rev: 1, Seq: 1}); err == nil {
		t.Error("Append after Commit = nil, want an error")
	}
	r := log.Reader(t.Context(), driver.Latest)
	if seq, _, err := r.Head(); seq != 0 || err != nil {
		t.Errorf("Head after a late Append = %d, %v, want 0, nil", seq, err)
	}
	r.End()
	_, getErr := r.Get("k", "late")
	_, _, headErr := r.Head()
	errs := map[string]error{"Get": getErr, "Head": headErr}
	for name, seq := range map[string]iter.Seq2[driver.Record, error]{
		"Scan": r.Scan(driver.Query{}), "Scan of a kind": r.Scan(driver.Query{Kind: "k"}), "Log": r.Log(0), "History": r.History("k", "late"),
	} {
		for _, err := range seq {
			errs[name] = err
		}
	}
	for name, err := range errs {
		if err == nil || errors.Is(err, driver.ErrNotFound) {
			t.Errorf("%s after End = %v, want an error that says so", name, err)
		}
	}
}

// Begin waits for the turn only as long as its ctx.
func TestBeginEndsWithContext(t *testing.T) {
	log := revlog.New()
	w, err := log.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := log.Begin(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Begin(cancelled) = %v, want %v", err, context.Canceled)
	}
	ctx, cancel = context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	if _, err := log.Begin(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Begin beside a writer = %v, want %v", err, context.DeadlineExceeded)
	}
	w.Rollback()
	w.Rollback() // again does nothing
	w, err = log.Begin(t.Context())
	if err != nil {
		t.Fatalf("Begin after Rollback = %v, want nil", err)
	}
	w.Rollback()
}
