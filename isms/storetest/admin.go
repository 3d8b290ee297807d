package storetest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/ismskit/ismskit/isms/driver"
)

// adminChecks are about what a store may offer besides: they pass for one that
// does not, or that has the methods and gives errors.ErrUnsupported.
func adminChecks() []check {
	return []check{
		{"admin tenants", checkAdminTenants},
		{"admin drop", checkDrop},
		{"admin drop waits", checkDropWaits},
		{"erase", checkErase},
		{"erase all or none", checkEraseNone},
		{"erase waits", checkEraseWaits},
	}
}

// admin is the store as a [driver.Admin], nil if it is none.
func (e *env) admin() driver.Admin {
	admin, ok := e.store.(driver.Admin)
	if !ok {
		return nil
	}
	for _, err := range admin.Tenants(e.Context()) {
		if errors.Is(err, errors.ErrUnsupported) {
			return nil
		}
	}
	return admin
}

// eraser is the store as a [driver.Eraser], nil if it is none.
func (e *env) eraser() driver.Eraser {
	eraser, ok := e.store.(driver.Eraser)
	if !ok || errors.Is(eraser.Erase(e.Context(), acme), errors.ErrUnsupported) {
		return nil
	}
	return eraser
}

func (e *env) tenants(ctx context.Context, admin driver.Admin) (names []string, err error) {
	for name, err := range admin.Tenants(ctx) {
		if err != nil {
			return names, err
		}
		names = append(names, name)
	}
	return names, nil
}

func (e *env) wantTenants(when string, admin driver.Admin, want ...string) {
	e.Helper()
	got, err := e.tenants(e.Context(), admin)
	if err != nil || !slices.Equal(got, want) {
		e.Errorf("%s: Tenants() = %q, %v, want %q", when, got, err, want)
	}
}

// checkAdminTenants: Tenants yields those that have records, bytewise.
func checkAdminTenants(e *env) {
	admin := e.admin()
	if admin == nil {
		return
	}
	e.wantTenants("in a store without records", admin)
	for _, tenant := range []string{"b", "a-1", "a", "z.9", "a1", "0", "a.a", "gone"} {
		e.commit(tenant, draft("a", "x", tenant))
	}
	e.commit("gone", tombstone("a", "x")) // which is a record too
	e.view("looked-at", driver.Latest, func(driver.Reader) {})
	_ = e.update("nothing", func(driver.Writer) error { return nil })
	_ = e.update("rolled-back", func(w driver.Writer) error {
		return errors.Join(w.Append(logbook{}.next(draft("a", "x", "lost"))...), errors.New("the caller's own"))
	})
	e.wantTenants("with eight of them", admin, "0", "a", "a-1", "a.a", "a1", "b", "gone", "z.9")
	for _, err := range admin.Tenants(e.Context()) {
		if err != nil {
			e.Errorf("Tenants() = %v, want nil", err)
		}
		break
	}
	e.unchanged("a list of tenants that was left", "a")
	ctx, cancel := context.WithCancel(e.Context())
	cancel()
	_, err := e.tenants(ctx, admin)
	e.wantErr("Tenants with a cancelled ctx", err, context.Canceled)
	if err := e.store.Close(); err != nil {
		e.Errorf("Close() = %v, want nil", err)
	}
	_, err = e.tenants(e.Context(), admin)
	e.wantErr("Tenants after Close", err, driver.ErrClosed)
	e.wantErr("Drop after Close", admin.Drop(e.Context(), "a"), driver.ErrClosed)
}

// checkDrop: Drop leaves nothing of a tenant, and all of the others.
func checkDrop(e *env) {
	admin := e.admin()
	if admin == nil {
		return
	}
	for _, tenant := range []string{"a", "a-b", "b"} {
		commitStory(e, tenant)
	}
	for round := range 2 {
		for range 2 { // the second time there is nothing
			if err := admin.Drop(e.Context(), "a"); err != nil {
				e.Errorf("Drop(a) = %v, want nil", err)
			}
		}
		stale := e.logs["a"].next(draft("a", "x", "as if nothing had happened"))
		e.logs["a"] = nil
		e.nothing("a")
		e.wantErr("Update with a record for a log that was dropped", e.update("a", func(w driver.Writer) error { return w.Append(stale...) }), driver.ErrConflict)
		e.wantTenants("after Drop(a)", admin, "a-b", "b")
		e.unchanged("the drop of another", "a-b")
		e.unchanged("the drop of another", "b")
		for range round + 1 { // as many records as before, or more
			commitStory(e, "a")
		}
		e.unchanged("a drop", "a")
	}
	if err := admin.Drop(e.Context(), "never-written"); err != nil {
		e.Errorf("Drop of a tenant without records = %v, want nil", err)
	}
	e.nothing("never-written")
}

// nothing checks that a tenant has no records, by every way to read.
func (e *env) nothing(tenant string) {
	e.Helper()
	for _, seq := range []int64{driver.Latest, 0, 3, 100} {
		e.view(tenant, seq, func(r driver.Reader) {
			when := "tenant " + tenant + " without records, at " + seqText(seq)
			e.same(when, r, nil)
			for _, key := range [][2]string{{"a", "x"}, {"a", "y"}, {"b", "x"}} {
				e.sameGet(when, r, nil, key[0], key[1])
				e.sameHistory(when, r, nil, key[0], key[1])
			}
			e.sameScan(when, r, nil, driver.Query{Kind: "a", Terms: []driver.Term{{Key: "colour", Value: "red"}}})
		})
	}
}

// checkDropWaits: Drop waits for a writer, as long as ctx allows.
func checkDropWaits(e *env) {
	if admin := e.admin(); admin != nil {
		commitStory(e, acme)
		e.waits("Drop", func(ctx context.Context) error { return admin.Drop(ctx, acme) })
		e.logs[acme] = nil
		e.nothing(acme)
	}
}

// checkErase: Erase drops what records held and nothing else.
func checkErase(e *env) {
	eraser := e.eraser()
	if eraser == nil {
		return
	}
	red := driver.Term{Key: "colour", Value: "red"}
	for _, tenant := range []string{acme, "other"} {
		commitStory(e, tenant)
	}
	erased := slices.Clone(e.logs[acme])
	for _, seqs := range [][]int64{{}, {1, 5}, {5}, {2, 3, 1}} {
		if err := eraser.Erase(e.Context(), acme, seqs...); err != nil {
			e.Errorf("Erase(%v) = %v, want nil", seqs, err)
		}
		for _, seq := range seqs {
			r := &erased[seq-1]
			r.Salt, r.By, r.Note, r.Terms, r.Data = nil, "", "", nil, nil
		}
		e.logs[acme] = slices.Clone(erased)
		for _, seq := range []int64{driver.Latest, 3} {
			e.view(acme, seq, func(r driver.Reader) {
				when := "erased, at " + seqText(seq)
				e.same(when, r, e.logs[acme].at(seq))
				e.sameScan(when, r, e.logs[acme].at(seq), driver.Query{Kind: "a", Terms: []driver.Term{red}})
			})
		}
	}
	e.unchanged("Erase", acme)
	e.unchanged("Erase of another", "other")
}

// checkEraseNone: Erase erases all or none.
func checkEraseNone(e *env) {
	eraser := e.eraser()
	if eraser == nil {
		return
	}
	commitStory(e, acme)
	e.commit("other", draft("a", "x", "data"))
	for _, seqs := range [][]int64{{1, 100}, {100, 1}, {0}, {-1, 1}} {
		e.wantErr("Erase of a Seq that is not there", eraser.Erase(e.Context(), acme, seqs...), driver.ErrNotFound)
		e.unchanged("an Erase of a Seq that is not there", acme)
	}
	e.wantErr("Erase of another's Seq", eraser.Erase(e.Context(), "other", 2), driver.ErrNotFound)
	e.wantErr("Erase in a tenant that was never written", eraser.Erase(e.Context(), "never-written", 1), driver.ErrNotFound)
	ctx, cancel := context.WithCancel(e.Context())
	cancel()
	e.wantErr("Erase with a cancelled ctx", eraser.Erase(ctx, acme, 1), context.Canceled)
	e.unchanged("an Erase with a cancelled ctx", acme)
}

// checkEraseWaits: Erase waits for a writer, as long as ctx allows.
func checkEraseWaits(e *env) {
	if eraser := e.eraser(); eraser != nil {
		commitStory(e, acme)
		e.waits("Erase", func(ctx context.Context) error { return eraser.Erase(ctx, acme, 1) })
	}
}

// waits checks that f waits for a writer of acme: in vain when its ctx ends, and
// otherwise until the writer, whose record is then there, is done.
func (e *env) waits(call string, f func(context.Context) error) {
	e.Helper()
	late := e.logs[acme].next(draft("a", "late", "data"))
	done := make(chan error, 1)
	var hold sync.Once
	err := e.once(func(w driver.Writer) error {
		hold.Do(func() {
			ctx, cancel := context.WithTimeout(e.Context(), 50*time.Millisecond)
			defer cancel()
			tried := make(chan error, 1)
			go func() { tried <- f(ctx) }()
			select {
			case err := <-tried:
				e.wantErr(call+" while somebody writes", err, context.DeadlineExceeded)
			case <-time.After(e.limit):
				e.Errorf("%s while somebody writes gives nothing, long after its ctx ended", call)
			}
			go func() {
				ctx, cancel := e.timeout()
				defer cancel()
				done <- f(ctx)
			}()
			time.Sleep(20 * time.Millisecond) // lets it come to wait
		})
		e.sameHead(call+" that waits", w, e.logs[acme])
		for _, rec := range e.list("Log(0)", w.Log(0)) {
			if len(rec.Digest) == 0 || driver.Erased(rec) {
				e.Errorf("%s while somebody writes takes effect: %s", call, names([]driver.Record{rec}))
			}
		}
		return w.Append(late...)
	})
	if err != nil {
		e.Fatalf("Update beside %s = %v, want nil", call, err)
	}
	if err := <-done; err != nil {
		e.Errorf("%s after a writer = %v, want nil", call, err)
	}
	e.logs[acme] = append(e.logs[acme], late...)
}
