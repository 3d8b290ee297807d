package proof_test

import (
	"context"
	"iter"
	"slices"
	"testing"

	"github.com/ismskit/ismskit/internal/proof"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/memstore"
)

func TestUpgrade(t *testing.T) {
	t.Run("memstore", func(t *testing.T) { proof.Upgrade(t, openMem) })
	t.Run("dirstore", func(t *testing.T) { proof.Upgrade(t, openDir) })
}

// Stores that look older records up by their terms alone, or that do not keep the
// schema of a record, are found.
func TestUpgradeFindsFlaws(t *testing.T) {
	for _, flaw := range []string{"", "terms alone", "a migration of records"} {
		if fault := proof.UpgradeFault(t.Context(), strict{memstore.New(), flaw}); (fault != "") != (flaw != "") {
			t.Errorf("a store with flaw %q: fault %q, want one if there is a flaw", flaw, fault)
		}
	}
}

// strict is a store with a flaw in what it makes of a schema.
type strict struct {
	driver.Store

	flaw string
}

func (s strict) View(ctx context.Context, tenant string, seq int64, f func(driver.Reader) error) error {
	return s.Store.View(ctx, tenant, seq, func(r driver.Reader) error { return f(strictReader{r, s.flaw}) })
}

func (s strict) Update(ctx context.Context, tenant string, f func(driver.Writer) error) error {
	return s.Store.Update(ctx, tenant, func(w driver.Writer) error { return f(strictWriter{w, s.flaw}) })
}

type strictReader struct {
	driver.Reader

	flaw string
}

func (r strictReader) Scan(q driver.Query) iter.Seq2[driver.Record, error] {
	all := r.Reader.Scan(q)
	if r.flaw != "terms alone" {
		return all
	}
	return func(yield func(driver.Record, error) bool) {
		for rec, err := range all {
			has := func(t driver.Term) bool { return slices.Contains(rec.Terms, t) }
			if err == nil && slices.ContainsFunc(q.Terms, func(t driver.Term) bool { return !has(t) }) {
				continue
			}
			if !yield(rec, err) {
				return
			}
		}
	}
}

type strictWriter struct {
	driver.Writer

	flaw string
}

func (w strictWriter) Append(records ...driver.Record) error {
	for i := range records {
		if w.flaw == "a migration of records" { // all are said to be of the first schema
			records[i].Schema = 1
		}
	}
	return w.Writer.Append(records...)
}
