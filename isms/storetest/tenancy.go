package storetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"

	"github.com/ismskit/ismskit/isms/driver"
)

// checkRecordTenancy: nothing that a driver tells a tenant depends on others.
func checkRecordTenancy(t tester, steps int, open func() driver.Store) {
	t.Helper()
	noninterference(t, steps, open, playRecords)
}

// playRecords is the player of the driver itself.
func playRecords(ctx context.Context, store driver.Store, tenant string, r *rand.Rand, _ int, write bool) string {
	var told transcript
	if !write {
		seq := driver.Latest
		if r.IntN(3) == 0 {
			seq = int64(r.IntN(40))
		}
		do := r.IntN(7)
		err := store.View(ctx, tenant, seq, func(reader driver.Reader) error {
			readRecords(reader, r, do, &told)
			return nil
		})
		told.line("view", do, seqText(seq), err)
		return told.String()
	}
	var drafts []driver.Record
	for range 1 + r.IntN(4) {
		drafts = append(drafts, randomDraft(r))
	}
	do, off := r.IntN(8), int64(0)
	if do == 0 {
		off = 1 + int64(r.IntN(3))
	}
	err := twice{store}.Update(ctx, tenant, func(w driver.Writer) error {
		told.Reset()
		records, err := appendNext(w, off, drafts...)
		for _, rec := range records {
			told.record(rec)
		}
		told.line("append", err)
		if do == 1 {
			return errors.Join(err, errors.New("the caller's own"))
		}
		return err
	})
	told.line("update", do, err, errors.Is(err, driver.ErrConflict))
	return told.String()
}

// readRecords reads in one of seven ways.
func readRecords(reader driver.Reader, r *rand.Rand, do int, told *transcript) {
	kind, id := pick(r, randomKinds()), pick(r, append(randomIDs(), "never", "../b"))
	q := randomQuery(r)
	seq, at, err := reader.Head()
	told.line("head", seq, at, err)
	switch do {
	case 0, 1:
		rec, err := reader.Get(kind, id)
		told.record(rec)
		told.line(err, errors.Is(err, driver.ErrNotFound))
	case 2:
		told.records(12, reader.History(kind, id))
	case 3:
		told.records(12, reader.Log(max(0, seq-int64(r.IntN(10)))))
	case 4: // pages, each of which goes on behind the last
		for range 4 {
			last := told.records(2, reader.Scan(q))
			q.After = last.ID
			if q.Kind == "" {
				q.After = last.Kind + "/" + last.ID
			}
			if last.ID == "" {
				break
			}
		}
	default:
		told.records(1000, reader.Scan(q))
	}
}

// records tells up to so many records of a loop, and gives the last.
func (t *transcript) records(most int, loop iter.Seq2[driver.Record, error]) driver.Record {
	var last driver.Record
	for rec, err := range loop {
		t.record(rec)
		if err != nil {
			t.line(err)
		}
		if last = rec; most <= 1 {
			break
		}
		most--
	}
	fmt.Fprintln(t)
	return last
}
