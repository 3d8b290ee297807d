package proof_test

import (
	"context"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/ismskit/ismskit/internal/proof"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/isms/storetest"
)

// The stores keep the contract under random operations, and tell a tenant
// nothing of others.
func TestRandom(t *testing.T) {
	t.Run("memstore", func(t *testing.T) { storetest.RunRandom(t, 0, openMem) })
	t.Run("dirstore", func(t *testing.T) { storetest.RunRandom(t, count(60, 2000), openDir) })
}

func TestTenants(t *testing.T) {
	t.Run("memstore", func(t *testing.T) { proof.Tenants(t, count(15, 100), count(60, 200), openMem) })
	t.Run("dirstore", func(t *testing.T) { proof.Tenants(t, count(1, 10), count(20, 100), openDir) })
}

// Each sort of operation tells something, or it proves nothing.
func TestTenantsAskEverything(t *testing.T) {
	told := proof.Told(t.Context(), memstore.New(), memstore.New(), 1, 200)
	for _, sort := range []string{"update", "erase", "read", "report", "diff", "feed", "cursor", "export", "ledger"} {
		if told[sort] < 100 {
			t.Errorf("of %s the tenant is told %d bytes, want 100 at least", sort, told[sort])
		}
	}
}

// Stores whose tenants can tell that there are others are found.
func TestInterferenceIsFound(t *testing.T) {
	for _, flaw := range []string{"", "error names the tenants", "index of terms without tenant", "shared seq", "one more in use", "lists by kind only", "log of any tenant", "erases of any tenant", "drops more"} {
		fault := proof.TenantsFault(t.Context(), newOpenPlan(flaw), newOpenPlan(flaw), 1, 200)
		if (fault != "") != (flaw != "") {
			t.Errorf("a store with flaw %q: fault %q, want one if there is a flaw", flaw, fault)
		}
		if flaw != "" && testing.Verbose() {
			t.Logf("%s: %.400s", flaw, fault)
		}
	}
}

// openPlan is a store with a flaw between its tenants.
type openPlan struct {
	driver.Store

	flaw    string
	tenants map[string]int64 // the head of each
}

func newOpenPlan(flaw string) openPlan { return openPlan{memstore.New(), flaw, map[string]int64{}} }

func (s openPlan) View(ctx context.Context, tenant string, seq int64, f func(driver.Reader) error) error {
	return s.Store.View(ctx, tenant, seq, func(r driver.Reader) error { return f(openReader{r, s, tenant}) })
}

func (s openPlan) Update(ctx context.Context, tenant string, f func(driver.Writer) error) error {
	err := s.Store.Update(ctx, tenant, func(w driver.Writer) error {
		if err := f(openWriter{openReader{w, s, tenant}, w}); err != nil {
			return err
		}
		head, _, err := w.Head()
		s.tenants[tenant] = head
		return err
	})
	if err != nil && s.flaw == "error names the tenants" {
		return fmt.Errorf("%w: of %d tenants", err, len(s.tenants))
	}
	return err
}

// Erase implements [driver.Eraser].
func (s openPlan) Erase(ctx context.Context, tenant string, seqs ...int64) error {
	err := s.Store.(driver.Eraser).Erase(ctx, tenant, seqs...)
	if s.flaw == "erases of any tenant" {
		for other := range s.tenants {
			_ = s.Store.(driver.Eraser).Erase(ctx, other, seqs...)
		}
	}
	return err
}

// Tenants implements [driver.Admin].
func (s openPlan) Tenants(ctx context.Context) iter.Seq2[string, error] {
	return s.Store.(driver.Admin).Tenants(ctx)
}

// Drop implements [driver.Admin].
func (s openPlan) Drop(ctx context.Context, tenant string) error {
	if s.flaw == "drops more" {
		tenant = "b"
	}
	s.tenants[tenant] = 0
	return s.Store.(driver.Admin).Drop(ctx, tenant)
}

// elsewhere counts the records of other tenants.
func (s openPlan) elsewhere(tenant string) (n int64) {
	for other, head := range s.tenants {
		if other != tenant {
			n += head
		}
	}
	return n
}

type openReader struct {
	driver.Reader

	s      openPlan
	tenant string
}

func (r openReader) Head() (seq int64, at time.Time, err error) {
	seq, at, err = r.Reader.Head()
	if r.s.flaw == "shared seq" {
		seq += r.s.elsewhere(r.tenant)
	}
	return seq, at, err
}

func (r openReader) Scan(q driver.Query) iter.Seq2[driver.Record, error] {
	terms := len(q.Terms) > 0
	leaks := r.s.flaw == "index of terms without tenant" && terms && q.Kind != "" ||
		r.s.flaw == "one more in use" && terms && q.Kind == "" ||
		r.s.flaw == "lists by kind only" && !terms
	if !leaks {
		return r.Reader.Scan(q)
	}
	return r.joined(r.Reader.Scan(q), func(theirs driver.Reader) iter.Seq2[driver.Record, error] { return theirs.Scan(q) })
}

func (r openReader) Log(after int64) iter.Seq2[driver.Record, error] {
	if r.s.flaw != "log of any tenant" {
		return r.Reader.Log(after)
	}
	return r.joined(r.Reader.Log(after), func(theirs driver.Reader) iter.Seq2[driver.Record, error] { return theirs.Log(after) })
}

// joined yields the tenant's own records, and then those of the others.
func (r openReader) joined(own iter.Seq2[driver.Record, error], read func(driver.Reader) iter.Seq2[driver.Record, error]) iter.Seq2[driver.Record, error] {
	return func(yield func(driver.Record, error) bool) {
		for rec, err := range own {
			if !yield(rec, err) {
				return
			}
		}
		for _, rec := range r.s.foreign(r.tenant, read) {
			if !yield(rec, nil) {
				return
			}
		}
	}
}

// foreign is what other tenants have.
func (s openPlan) foreign(tenant string, read func(driver.Reader) iter.Seq2[driver.Record, error]) (found []driver.Record) {
	for _, other := range []string{"a", "c"} {
		if other == tenant {
			continue
		}
		_ = s.Store.View(context.Background(), other, driver.Latest, func(r driver.Reader) error {
			for rec, err := range read(r) {
				if err == nil {
					found = append(found, rec)
				}
			}
			return nil
		})
	}
	return found
}

type openWriter struct {
	openReader

	w driver.Writer
}

func (w openWriter) Append(records ...driver.Record) error {
	if w.s.flaw == "shared seq" {
		for i := range records {
			records[i].Seq -= w.s.elsewhere(w.tenant)
		}
	}
	return w.w.Append(records...)
}
