package storetest

import (
	"context"
	"errors"
	"runtime"

	"github.com/ismskit/ismskit/isms/driver"
)

func rollbackChecks() []check {
	return []check{
		{"rollback on error", checkRollbackError},
		{"rollback on panic", checkRollbackPanic},
		{"rollback on goexit", checkRollbackGoexit},
		{"rollback on ctx", checkRollbackContext},
		{"ctx done before", checkContextBefore},
	}
}

// appendSome appends what is to be rolled back: new entities, revisions, a
// tombstone, in two calls.
func (e *env) appendSome(w driver.Writer) error {
	red := driver.Term{Key: "colour", Value: "red"}
	all := e.logs[acme].next(draft("a", "x", "lost", red), draft("new", "new", "lost"), tombstone("a", "y"), draft("a", "x", "lost"))
	return errors.Join(w.Append(all[0]), w.Append(all[1:]...))
}

// checkRollbackError: nothing is stored when the function gives an error, which
// Update passes on.
func checkRollbackError(e *env) {
	commitStory(e, acme)
	errOwn := errors.New("the caller's own")
	for range 2 {
		err := e.once(func(w driver.Writer) error { return errors.Join(e.appendSome(w), errOwn) })
		e.wantErr("Update whose function gives an error", err, errOwn)
		if errors.Is(err, driver.ErrConflict) {
			e.Errorf("Append before an error = %v, want nil", err)
		}
		e.unchanged("a function that gave an error", acme)
	}
}

// checkRollbackPanic: nothing is stored when the function panics, and writers
// go on.
func checkRollbackPanic(e *env) {
	commitStory(e, acme)
	for range 2 {
		err, recovered := e.panicking()
		if err == nil && recovered == nil {
			e.Errorf("Update whose function panics = nil, want the panic or an error")
		}
		e.unchanged("a function that panicked", acme)
	}
}

func (e *env) panicking() (err error, recovered any) { //nolint:revive,staticcheck // the error is not this function's own
	defer func() { recovered = recover() }()
	err = e.once(func(w driver.Writer) error {
		if err := e.appendSome(w); err != nil {
			return err
		}
		panic("the caller's own")
	})
	return err, nil
}

// checkRollbackGoexit: nothing is stored when the function ends its goroutine,
// as a failing test does, and writers go on.
func checkRollbackGoexit(e *env) {
	commitStory(e, acme)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = e.once(func(w driver.Writer) error {
			_ = e.appendSome(w)
			runtime.Goexit()
			return nil
		})
	}()
	<-done
	e.unchanged("a function that ended its goroutine", acme)
}

// checkRollbackContext: nothing is stored when ctx is cancelled before the
// function is done, and Update gives the error of ctx.
func checkRollbackContext(e *env) {
	commitStory(e, acme)
	for _, early := range []bool{true, false} {
		ctx, cancel := context.WithCancel(e.Context())
		err := e.store.Update(ctx, acme, func(w driver.Writer) error {
			if early {
				cancel()
			}
			_ = e.appendSome(w) // it may fail or not
			cancel()
			return nil
		})
		cancel()
		e.wantErr("Update whose ctx is cancelled", err, context.Canceled)
		e.unchanged("a transaction that was cancelled", acme)
	}
}

// checkContextBefore: an Update whose ctx is done already stores nothing.
func checkContextBefore(e *env) {
	ctx, cancel := context.WithCancel(e.Context())
	cancel()
	err := e.store.Update(ctx, acme, e.appendSome)
	e.wantErr("Update with a cancelled ctx", err, context.Canceled)
	e.unchanged("an Update with a cancelled ctx", acme)
}
