package storetest

import (
	"context"
	"errors"

	"github.com/ismskit/ismskit/isms/driver"
)

// acme is the tenant of checks that need but one.
const acme = "acme"

// env is what a check works with: a store, and what should be in it.
type env struct {
	tester
	scale

	store driver.Store
	logs  map[string]logbook // by tenant: what was committed
}

func newEnv(t tester, store driver.Store, size scale) *env {
	return &env{tester: t, scale: size, store: store, logs: map[string]logbook{}}
}

// timeout is a context for one call: a store that hangs fails its check.
func (e *env) timeout() (context.Context, context.CancelFunc) {
	return context.WithTimeout(e.Context(), e.limit)
}

// view runs f on a tenant's records up to seq.
func (e *env) view(tenant string, seq int64, f func(driver.Reader)) {
	e.Helper()
	ctx, cancel := e.timeout()
	defer cancel()
	ran := false
	err := e.store.View(ctx, tenant, seq, func(r driver.Reader) error {
		ran = true
		f(r)
		return nil
	})
	if err != nil || !ran {
		e.Fatalf("View(%q, %s) = %v, ran its function %t; want nil, true", tenant, seqText(seq), err, ran)
	}
}

// update runs f twice, the first time to be rolled back.
func (e *env) update(tenant string, f func(driver.Writer) error) error {
	ctx, cancel := e.timeout()
	defer cancel()
	return twice{e.store}.Update(ctx, tenant, f)
}

// once runs f for acme as often as the store itself likes to.
func (e *env) once(f func(driver.Writer) error) error {
	ctx, cancel := e.timeout()
	defer cancel()
	return e.store.Update(ctx, acme, f)
}

// commit appends drafts in a transaction of their own.
func (e *env) commit(tenant string, drafts ...driver.Record) {
	e.Helper()
	records := e.logs[tenant].next(drafts...)
	if err := e.update(tenant, func(w driver.Writer) error { return w.Append(records...) }); err != nil {
		e.Fatalf("Update(%q) that appends %s = %v, want nil", tenant, names(records), err)
	}
	e.logs[tenant] = append(e.logs[tenant], records...)
}

// unchanged checks that a tenant holds what was committed, and still takes the
// next transaction.
func (e *env) unchanged(after, tenant string) {
	e.Helper()
	e.view(tenant, driver.Latest, func(r driver.Reader) { e.same("after "+after, r, e.logs[tenant]) })
	e.commit(tenant, draft("probe", "after", after))
	e.view(tenant, driver.Latest, func(r driver.Reader) { e.same("a write after "+after, r, e.logs[tenant]) })
}

// wantErr checks that err is what the contract says.
func (e *env) wantErr(call string, err, want error) {
	e.Helper()
	if !errors.Is(err, want) {
		e.Errorf("%s = %v, want %v", call, err, want)
	}
}

// errAgain takes back the first run of a transaction.
var errAgain = errors.New("run again")

// twice is a store that runs every transaction twice: the first run is lost, as
// after a serialisation failure.
type twice struct{ driver.Store }

// Update implements [driver.Store].
func (s twice) Update(ctx context.Context, tenant string, f func(driver.Writer) error) error {
	err := s.Store.Update(ctx, tenant, func(w driver.Writer) error {
		_ = f(w) // whatever it says, this run is lost
		return errAgain
	})
	if err != nil && !errors.Is(err, errAgain) {
		return err
	}
	return s.Store.Update(ctx, tenant, f)
}
