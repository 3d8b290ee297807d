package memstore_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/isms/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(*testing.T) driver.Store { return memstore.New() })
}

// Who waits to write while the tenant is dropped writes to the one that comes
// after it: nothing that was acknowledged is lost.
func TestDropBesideWriters(t *testing.T) {
	for range 30 {
		dropBesideWriter(t)
	}
}

func dropBesideWriter(t *testing.T) {
	t.Helper()
	s := memstore.New()
	var done sync.WaitGroup
	var seen int64 // the head that the second writer found
	var dropped atomic.Bool
	one := func(w driver.Writer) error {
		head, _, err := w.Head()
		if err != nil {
			return err
		}
		return w.Append(driver.Record{Kind: "k", ID: fmt.Sprint("x", head), Rev: 1, Seq: head + 1, Tx: head + 1, Schema: 1})
	}
	err := s.Update(t.Context(), "acme", func(w driver.Writer) error {
		done.Go(func() {
			if err := s.(driver.Admin).Drop(t.Context(), "acme"); err != nil {
				t.Error(err)
			}
			dropped.Store(true)
		})
		time.Sleep(2 * time.Millisecond) // so that the drop waits first, usually
		done.Go(func() {
			err := s.Update(t.Context(), "acme", func(w driver.Writer) error {
				seen, _, _ = w.Head()
				time.Sleep(time.Millisecond)
				if dropped.Load() && seen != 0 { // it cannot have been dropped while this writer has the turn
					t.Errorf("a writer after the drop finds %d records, want none", seen)
				}
				return one(w)
			})
			if err != nil {
				t.Error(err)
			}
		})
		time.Sleep(2 * time.Millisecond) // so that both wait
		return one(w)
	})
	done.Wait()
	if err != nil {
		t.Fatal(err)
	}
	want := int64(0) // written, and then dropped
	if seen == 0 {
		want = 1
	}
	if head := headOf(t, s); head != want {
		t.Errorf("Head() = %d, want %d, for a writer that found %d", head, want, seen)
	}
}

func headOf(t *testing.T, s driver.Store) (head int64) {
	t.Helper()
	err := s.View(t.Context(), "acme", driver.Latest, func(r driver.Reader) (err error) {
		head, _, err = r.Head()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return head
}
