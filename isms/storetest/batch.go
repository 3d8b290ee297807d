package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms/driver"
)

func batchChecks() []check {
	return []check{
		{"batch", checkBatch},
		{"batch ends", checkBatchEnds},
	}
}

// checkBatch: GetAll gives what Get does, of these ids and this kind alone,
// however many they are; in the past too, and what a writer itself appended.
func checkBatch(e *env) {
	const n = 1200 // more than one statement or page holds
	ids := make([]string, 0, n)
	drafts := make([]driver.Record, 0, n)
	for i := range n {
		ids = append(ids, fmt.Sprintf("x-%04d", i*7919%10_000))
		drafts = append(drafts, draft("a", ids[i], "first"))
	}
	e.commit(acme, drafts...)
	e.commit(acme, draft("b", ids[1], "of another kind"), draft("a", "y", "not asked for"), draft("b", "only", "of another kind"))
	e.commit(acme, draft("a", ids[0], "second"), tombstone("a", ids[7]), tombstone("a", ids[8]))
	e.commit(acme, draft("a", ids[8], "back"))
	e.commit("umbrella", draft("a", "elsewhere", "of another tenant"), draft("a", ids[2], "of another tenant"))
	ids = append(ids, "elsewhere", "never", "only")
	for _, seq := range []int64{0, n, n + 3, n + 6, driver.Latest} {
		e.view(acme, seq, func(r driver.Reader) {
			then := e.logs[acme].at(seq)
			e.sameBatch("at "+seqText(seq), r, then, "a", ids)
			e.sameBatch("at "+seqText(seq), r, then, "b", ids[:3])
			e.sameBatch("at "+seqText(seq), r, then, "a", nil)
			e.sameBatch("at "+seqText(seq), r, then, "none", ids[:3])
		})
	}
	errOwn := errors.New("the caller's own")
	err := e.update(acme, func(w driver.Writer) error {
		own := e.logs[acme].next(draft("a", "never", "own"), draft("a", ids[3], "own"))
		if err := w.Append(own...); err != nil {
			return err
		}
		e.sameBatch("in a writer", w, slices.Concat(e.logs[acme], own), "a", ids)
		return errOwn
	})
	e.wantErr("Update", err, errOwn)
}

// checkBatchEnds: GetAll ends with its reader, and may be left.
func checkBatchEnds(e *env) {
	e.commit(acme, draft("a", "x", "first"), draft("a", "y", "first"))
	var late driver.Batch
	ctx, cancel := e.timeout() // lives on while the Reader does not
	defer cancel()
	err := e.store.View(ctx, acme, driver.Latest, func(r driver.Reader) error {
		late, _ = r.(driver.Batch)
		if late == nil {
			return nil
		}
		for _, err := range late.GetAll("a", []string{"x", "y"}) {
			if err != nil {
				e.Errorf("GetAll(a, x y) = %v, want nil", err)
			}
			break
		}
		e.sameBatch("after a loop that was left", r, e.logs[acme], "a", []string{"x", "y"})
		for rec, err := range late.GetAll("a", []string{"x", "y"}) {
			if err != nil {
				e.Fatalf("GetAll(a, x y) = %v, want nil", err)
			}
			e.sameGet("within GetAll", r, e.logs[acme], rec.Kind, rec.ID)
		}
		return nil
	})
	if err != nil {
		e.Fatalf("View = %v, want nil", err)
	}
	if late == nil {
		return
	}
	n := 0
	for _, err := range late.GetAll("a", []string{"x"}) {
		if n++; err == nil {
			e.Errorf("GetAll after View yields a record, want an error: the Reader ends with its function")
		}
	}
	if n != 1 {
		e.Errorf("GetAll after View yields %d times, want one error", n)
	}
}

// sameBatch checks that GetAll gives what Get does, if the reader has it.
func (e *env) sameBatch(when string, r driver.Reader, want logbook, kind string, ids []string) {
	e.Helper()
	batch, ok := r.(driver.Batch)
	if !ok {
		return
	}
	call := fmt.Sprintf("%s: GetAll(%s, %d ids)", when, kind, len(ids))
	got := e.list(call, batch.GetAll(kind, ids))
	slices.SortFunc(got, compare)
	var all []driver.Record
	for _, id := range slices.SortedFunc(slices.Values(ids), strings.Compare) {
		if rec, found := want.get(kind, id); found {
			all = append(all, rec)
		}
	}
	e.sameList(call, got, all)
}
