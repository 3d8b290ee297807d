package storetest

import (
	"context"
	"errors"
	"runtime"
	"time"

	"github.com/ismskit/ismskit/isms/driver"
)

func lifeChecks() []check {
	return []check{
		{"close", checkClose},
		{"goroutines end", checkGoroutines},
	}
}

// checkClose: after Close every call gives ErrClosed and runs nothing.
func checkClose(e *env) {
	commitStory(e, acme)
	if err := e.store.Close(); err != nil {
		e.Errorf("Close() = %v, want nil", err)
	}
	ctx, cancel := e.timeout()
	defer cancel()
	for _, tenant := range []string{acme, "new"} {
		err := e.store.View(ctx, tenant, driver.Latest, func(driver.Reader) error {
			e.Errorf("View(%q) after Close runs its function", tenant)
			return nil
		})
		e.wantErr("View after Close", err, driver.ErrClosed)
		err = e.store.Update(ctx, tenant, func(driver.Writer) error {
			e.Errorf("Update(%q) after Close runs its function", tenant)
			return nil
		})
		e.wantErr("Update after Close", err, driver.ErrClosed)
	}
	if err := e.store.Close(); err != nil && !errors.Is(err, driver.ErrClosed) {
		e.Errorf("second Close() = %v, want nil or %v", err, driver.ErrClosed)
	}
}

// checkGoroutines: no call leaves a goroutine behind.
func checkGoroutines(e *env) {
	const calls = 60
	e.mixedCalls() // what a store sets up once stays
	before := settled(0)
	for range calls {
		e.mixedCalls()
	}
	if after := settled(before + calls/2); after >= before+calls/2 {
		e.Errorf("%d rounds of calls leave %d goroutines where there were %d, want none more", calls, after, before)
	}
}

// mixedCalls calls the store in ways that end well and badly.
func (e *env) mixedCalls() {
	e.commit(acme, draft("a", "x", "data"), draft("a", "y", "data"))
	e.view(acme, driver.Latest, func(r driver.Reader) {
		e.firstOf("Scan", r.Scan(driver.Query{}), 1)
		e.firstOf("Log", r.Log(0), 1)
	})
	_, _ = e.panicking()
	ctx, cancel := context.WithCancel(e.Context())
	_ = e.store.Update(ctx, acme, func(w driver.Writer) error {
		cancel()
		return e.appendSome(w)
	})
	_ = e.store.View(ctx, acme, driver.Latest, func(driver.Reader) error { return nil })
}

// settled counts the goroutines, and gives those that are ending up to a second
// while there are at least most.
func settled(most int) int {
	n := runtime.NumGoroutine()
	for i := 0; i < 100 && n >= most && most > 0; i++ {
		time.Sleep(10 * time.Millisecond)
		n = runtime.NumGoroutine()
	}
	return n
}

// checkReopen: what was acknowledged is there when the store is opened again,
// what was rolled back is not, and the log goes on where it ended.
func checkReopen(e *env, open func() driver.Store) {
	e.Helper()
	for round := range 3 {
		if admin := e.admin(); admin != nil && round > 0 {
			if err := admin.Drop(e.Context(), "other"); err != nil {
				e.Errorf("Drop() = %v, want nil", err)
			}
			e.logs["other"] = nil
		}
		if round < 2 {
			commitStory(e, "other")
		}
		commitStory(e, acme)
		errOwn := errors.New("the caller's own")
		err := e.once(func(w driver.Writer) error { return errors.Join(e.appendSome(w), errOwn) })
		e.wantErr("Update whose function gives an error", err, errOwn)
		if err := e.store.Close(); err != nil {
			e.Fatalf("Close() = %v, want nil", err)
		}
		e.store = open()
		for _, tenant := range []string{acme, "other"} {
			for _, seq := range []int64{driver.Latest, int64(len(e.logs[tenant])) - 2, 3} {
				e.view(tenant, seq, func(r driver.Reader) {
					e.same("opened again, at "+seqText(seq), r, e.logs[tenant].at(seq))
				})
			}
		}
		stale := logbook{}.next(draft("a", "x", "of a new log"))
		err = e.update(acme, func(w driver.Writer) error { return w.Append(stale...) })
		e.wantErr("Update with revision 1 in a store that was opened again", err, driver.ErrConflict)
		e.commit(acme, draft("a", "round", string(rune('0'+round))))
	}
	if err := e.store.Close(); err != nil {
		e.Errorf("Close() = %v, want nil", err)
	}
}
