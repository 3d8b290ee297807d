package storetest

import (
	"context"
	"errors"

	"github.com/ismskit/ismskit/isms/driver"
)

func viewChecks() []check {
	return []check{
		{"view of the past", checkPast},
		{"view is one state", checkOneState},
		{"view beyond the head", checkBeyond},
		{"view gives the error", checkViewError},
		{"view ends with ctx", checkViewContext},
	}
}

// commitStory stores transactions of several sorts.
func commitStory(e *env, tenant string) {
	red := driver.Term{Key: "colour", Value: "red"}
	e.commit(tenant, draft("a", "x", tenant+" 1", red), draft("a", "y", tenant+" 2"))
	e.commit(tenant, draft("b", "x", tenant+" 3"))
	e.commit(tenant, draft("a", "x", tenant+" 4"), tombstone("a", "y"), draft("a", "z", tenant+" 6", red))
	e.commit(tenant, draft("a", "y", tenant+" 7"), draft("b", "x", tenant+" 8"))
}

// checkPast: a view at seq shows what was there then and nothing later, by
// every way to read.
func checkPast(e *env) {
	commitStory(e, acme)
	for seq := int64(-1); seq <= int64(len(e.logs[acme])); seq++ {
		e.view(acme, seq, func(r driver.Reader) {
			then := e.logs[acme].at(seq)
			when := "at " + seqText(seq)
			e.same(when, r, then)
			for _, key := range [][2]string{{"a", "x"}, {"a", "y"}, {"a", "z"}, {"b", "x"}} {
				e.sameGet(when, r, then, key[0], key[1])
				e.sameHistory(when, r, then, key[0], key[1])
			}
			for after := range seq + 2 {
				call := when + ": Log(" + seqText(after) + ")"
				e.sameList(call, e.list(call, r.Log(after)), then[len(then.at(after)):])
			}
			e.sameScan(when, r, then, driver.Query{Kind: "a", After: "x"})
		})
	}
}

// checkOneState: what a view shows stays as it was when the view began, from
// before its first read, while writers go on.
func checkOneState(e *env) {
	commitStory(e, acme)
	then := e.logs[acme]
	e.view(acme, driver.Latest, func(r driver.Reader) {
		commitStory(e, acme)
		e.same("in a view that began before a commit and did not read yet", r, then)
		e.commit(acme, tombstone("a", "x"), tombstone("b", "x"), draft("c", "new", "new"))
		e.same("in a view that began before two commits", r, then)
		for _, key := range [][2]string{{"c", "new"}, {"a", "x"}} {
			e.sameGet("in the view", r, then, key[0], key[1])
		}
	})
	e.view(acme, driver.Latest, func(r driver.Reader) { e.same("in the next view", r, e.logs[acme]) })
}

// checkBeyond: a view at a Seq that is not reached yet is one state all the
// same.
func checkBeyond(e *env) {
	commitStory(e, acme)
	then := e.logs[acme]
	e.view(acme, int64(len(then))+100, func(r driver.Reader) {
		e.same("beyond the head", r, then)
		commitStory(e, acme)
		e.same("beyond the head, after a commit", r, then)
	})
}

// checkViewError: View gives what its function gives.
func checkViewError(e *env) {
	errOwn := errors.New("the caller's own")
	ctx, cancel := e.timeout()
	defer cancel()
	err := e.store.View(ctx, acme, driver.Latest, func(driver.Reader) error { return errOwn })
	e.wantErr("View whose function gives an error", err, errOwn)
	e.unchanged("a view that gave an error", acme)
}

// checkViewContext: a view whose ctx is done gives the error of ctx, and no
// half answers.
func checkViewContext(e *env) {
	commitStory(e, acme)
	ctx, cancel := context.WithCancel(e.Context())
	cancel()
	err := e.store.View(ctx, acme, driver.Latest, func(r driver.Reader) error {
		_, err := r.Get("a", "x")
		return err
	})
	e.wantErr("View with a cancelled ctx", err, context.Canceled)
	ctx, cancel = e.timeout()
	err = e.store.View(ctx, acme, driver.Latest, func(r driver.Reader) error {
		cancel()
		for _, err := range r.Log(0) {
			if err != nil {
				return err
			}
		}
		_, err := r.Get("a", "x")
		return err
	})
	e.wantErr("View whose ctx is cancelled while it reads", err, context.Canceled)
	e.unchanged("views that were cancelled", acme)
}
