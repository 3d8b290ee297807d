package proof_test

import (
	"context"
	"iter"
	"testing"
	"time"

	"github.com/ismskit/ismskit/internal/proof"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/memstore"
)

func TestAsOf(t *testing.T) {
	t.Run("memstore", func(t *testing.T) { proof.AsOf(t, count(3, 20), count(50, 200), openMem) })
	t.Run("dirstore", func(t *testing.T) { proof.AsOf(t, count(1, 3), count(30, 100), openDir) })
}

// Stores that show the past wrongly are found.
func TestAsOfFindsFlaws(t *testing.T) {
	for _, flaw := range []string{"", "a view rounds up", "a view is one behind", "lists of now", "transactions of one record", "times of the wrong order"} {
		fault := proof.AsOfFault(t.Context(), forgetful{memstore.New(), flaw}, 1, 40)
		if (fault != "") != (flaw != "") {
			t.Errorf("a store with flaw %q: fault %q, want one if there is a flaw", flaw, fault)
		}
	}
}

// forgetful is a store with a flaw in its views of the past.
type forgetful struct {
	driver.Store

	flaw string
}

func (s forgetful) View(ctx context.Context, tenant string, seq int64, f func(driver.Reader) error) error {
	past := seq != driver.Latest
	switch {
	case s.flaw == "a view rounds up" && past:
		seq++
	case s.flaw == "a view is one behind" && past:
		seq--
	}
	return s.Store.View(ctx, tenant, seq, func(r driver.Reader) error {
		if s.flaw != "lists of now" || !past {
			return f(r)
		}
		return s.Store.View(ctx, tenant, driver.Latest, func(now driver.Reader) error { return f(listsOfNow{r, now}) })
	})
}

func (s forgetful) Update(ctx context.Context, tenant string, f func(driver.Writer) error) error {
	return s.Store.Update(ctx, tenant, func(w driver.Writer) error { return f(forgetfulWriter{w, s.flaw}) })
}

type forgetfulWriter struct {
	driver.Writer

	flaw string
}

func (w forgetfulWriter) Append(records ...driver.Record) error {
	for i := range records {
		switch w.flaw {
		case "transactions of one record":
			records[i].Tx = records[i].Seq
		case "times of the wrong order":
			records[i].At = records[i].At.Add(-time.Duration(records[i].Seq%2) * time.Second)
		}
	}
	return w.Writer.Append(records...)
}

// listsOfNow is a view of the past whose lists are those of now.
type listsOfNow struct {
	driver.Reader

	now driver.Reader
}

func (r listsOfNow) Scan(q driver.Query) iter.Seq2[driver.Record, error] { return r.now.Scan(q) }
