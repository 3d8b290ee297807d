package proof_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/ismskit/ismskit/isms/dirstore"
	"github.com/ismskit/ismskit/isms/driver"
)

// findings are records of one transaction.
func findings(n int) []driver.Record {
	all := make([]driver.Record, n)
	for i := range all {
		all[i] = driver.Record{
			Kind: "finding", ID: fmt.Sprintf("f-%08d", i*7919%n), Rev: 1, Seq: int64(i) + 1, Tx: int64(n), At: start(), Schema: 1,
			By: "service:scanner", Note: "import", Data: []byte(`{"asset":"crm","vulnerability":"CVE-2026-0001","firstKnown":"2026-01-02","title":"of a usual length"}`),
			Terms: []driver.Term{{Key: "ref", Value: fmt.Sprintf("asset/a-%d", i%100)}, {Key: "state", Value: "open"}},
		}
		all[i].Digest = driver.Sum(all[i])
	}
	return all
}

// openLogs keeps findings in the log alone.
func openLogs(t *testing.T) driver.Store {
	t.Helper()
	s, err := dirstore.Open(t.TempDir(), &dirstore.Options{LogOnly: []string{"finding"}})
	if err != nil {
		t.Fatalf("Open() = %v, want nil", err)
	}
	return s
}

// A call whose context ends at any moment of much work gives its error, takes back
// what it did, and the delay is told. That no goroutine is left TestMain sees.
func TestCancel(t *testing.T) {
	for name, open := range map[string]func(*testing.T) driver.Store{"memstore": openMem, "dirstore": openLogs} {
		t.Run(name, func(t *testing.T) {
			store := open(t)
			defer store.Close()
			all := findings(count(10_000, 100_000))
			write := func(ctx context.Context) error {
				return store.Update(ctx, "acme", func(w driver.Writer) error { return w.Append(all...) })
			}
			worst := cancelEverywhere(t, write, func() {
				if head := headOf(t, store); head != 0 {
					t.Fatalf("after what was cancelled: head %d, want 0", head)
				}
			})
			t.Logf("Append of %d records ends %v after its context at most", len(all), worst)
			if head := headOf(t, store); head != int64(len(all)) {
				t.Fatalf("head = %d, want %d", head, len(all))
			}
			for _, q := range []driver.Query{{Kind: "finding"}, {Terms: []driver.Term{{Key: "state", Value: "open"}}}} {
				worst := cancelEverywhere(t, func(ctx context.Context) error { return scan(ctx, store, q) }, func() {})
				t.Logf("Scan(%+v) of %d records ends %v after its context at most", q, len(all), worst)
			}
		})
	}
}

func scan(ctx context.Context, store driver.Store, q driver.Query) error {
	return store.View(ctx, "acme", driver.Latest, func(r driver.Reader) error {
		for _, err := range r.Scan(q) {
			if err != nil {
				return err
			}
		}
		return ctx.Err()
	})
}

// cancelEverywhere runs f with contexts that end later and later, until one lives
// longer than f. It gives the longest time that f went on after its context.
func cancelEverywhere(t *testing.T, f func(context.Context) error, cancelled func()) (worst time.Duration) {
	t.Helper()
	for after := 100 * time.Microsecond; ; after = after * 3 / 2 {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan time.Time, 1)
		timer := time.AfterFunc(after, func() {
			ended <- time.Now()
			cancel()
		})
		err := f(ctx)
		done := time.Now()
		stopped := timer.Stop()
		cancel()
		switch {
		case err == nil && stopped:
			return worst
		case err == nil: // it was done all the same
			worst = max(worst, done.Sub(<-ended))
			return worst
		case !errors.Is(err, context.Canceled):
			t.Fatalf("cancelled after %v: %v, want %v", after, err, context.Canceled)
		}
		worst = max(worst, done.Sub(<-ended))
		cancelled()
	}
}

func headOf(t *testing.T, store driver.Store) (head int64) {
	t.Helper()
	err := store.View(t.Context(), "acme", driver.Latest, func(r driver.Reader) (err error) {
		head, _, err = r.Head()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return head
}
