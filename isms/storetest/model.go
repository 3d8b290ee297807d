package storetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/isms/driver"
)

// step is one random operation. It does not depend on those before it, so that
// any of them can be left out.
type step struct {
	do     string          // one of the words in play
	drafts []driver.Record // of a transaction
	one    bool            // append one record at a time, and read in between
	back   int64           // reads: at so many records before the head, -1 at Latest
	kind   string          // of get and history
	id     string
	query  driver.Query // of scan
	last   int          // records of log
}

func (s step) String() string {
	switch s.do {
	case "get", "history":
		return fmt.Sprintf("%s %s/%s, %s", s.do, s.kind, s.id, s.where())
	case "scan":
		return fmt.Sprintf("scan(%s), %s", queryText(s.query), s.where())
	case "log":
		return fmt.Sprintf("log of the last %d, %s", s.last, s.where())
	case "all":
		return "all reads, " + s.where()
	default:
		list := make([]string, len(s.drafts))
		for i, d := range s.drafts {
			list[i] = fmt.Sprintf("%s/%s %s %v", d.Kind, d.ID, short(d.Data), d.Terms)
			if d.Deleted {
				list[i] = fmt.Sprintf("%s/%s deleted", d.Kind, d.ID)
			}
		}
		return fmt.Sprintf("%s [%s], one by one %t", s.do, strings.Join(list, "; "), s.one)
	}
}

func (s step) where() string {
	if s.back < 0 {
		return "latest"
	}
	return fmt.Sprintf("%d before the head", s.back)
}

func randomStep(r *rand.Rand) step {
	s := step{
		do: pick(r, []string{
			"commit", "commit", "commit", "commit", "commit", "abort", "conflict of rev", "conflict of seq",
			"get", "history", "log", "scan", "scan", "scan", "all",
		}),
		one: r.IntN(3) == 0, back: -1, kind: pick(r, randomKinds()), id: pick(r, randomIDs()), query: randomQuery(r), last: r.IntN(5),
	}
	for range 1 + r.IntN(4) {
		s.drafts = append(s.drafts, randomDraft(r))
	}
	if r.IntN(2) == 0 {
		s.back = int64(r.IntN(12))
	}
	return s
}

// checkModel: after any operations a store answers as a plain list of records
// does, now and for the past.
func checkModel(t tester, steps int, open func() driver.Store) {
	t.Helper()
	store := open()
	defer closed(t, store)
	length := min(steps, max(12, min(200, steps/20)))
	for seed := range max(1, steps/length) {
		r := dice(seed)
		all := make([]step, length)
		for i := range all {
			all[i] = randomStep(r)
		}
		fault := play(t, store, fmt.Sprintf("model-%d", seed), all)
		if fault == "" {
			continue
		}
		again := func(steps []step) string { // in a store that nothing happened to
			store := open()
			defer closed(t, store)
			return play(t, store, acme, steps)
		}
		few := shrink(all, func(s []step) bool { return again(s) != "" })
		lines := make([]string, len(few))
		for i, s := range few {
			lines[i] = s.String()
		}
		t.Errorf("seed %d: %s\nafter these of %d operations:\n%s", seed, cmp.Or(again(few), fault), length, strings.Join(lines, "\n"))
		return
	}
}

// shrink leaves out operations, and records of transactions, as long as what is
// left fails.
func shrink(steps []step, fails func([]step) bool) []step {
	tries := 500
	try := func(s []step) bool {
		tries--
		return tries >= 0 && fails(s)
	}
	for size := (len(steps) + 1) / 2; size >= 1; size /= 2 {
		for at := 0; at < len(steps); {
			if without := slices.Delete(slices.Clone(steps), at, min(at+size, len(steps))); try(without) {
				steps = without
			} else {
				at += size
			}
		}
	}
	for i := range steps {
		for at := 0; at < len(steps[i].drafts) && len(steps[i].drafts) > 1; {
			without := slices.Clone(steps)
			without[i].drafts = slices.Delete(slices.Clone(steps[i].drafts), at, at+1)
			if try(without) {
				steps = without
			} else {
				at++
			}
		}
	}
	return steps
}

// play takes the steps with a tenant that has no records, and tells the first
// that went wrong and how, "" when all is well.
func play(t tester, store driver.Store, tenant string, steps []step) string {
	first := &firstFault{tester: t}
	done := make(chan struct{})
	go func() { // Fatalf ends a goroutine
		defer close(done)
		defer func() {
			if p := recover(); p != nil {
				first.Errorf("panic: %v", p)
			}
		}()
		e := newEnv(first, store, scale{limit: time.Minute})
		for i, s := range append(steps, step{do: "all", back: -1}) {
			e.play(tenant, s)
			if first.text != "" {
				first.text = fmt.Sprintf("operation %d, %s", i+1, first.text)
				return
			}
		}
	}()
	<-done
	return first.text
}

// firstFault keeps the first failure.
type firstFault struct {
	tester

	text string
}

func (f *firstFault) Errorf(format string, args ...any) {
	if f.text == "" {
		f.text = fmt.Sprintf(format, args...)
	}
}

func (f *firstFault) Fatalf(format string, args ...any) {
	f.Errorf(format, args...)
	runtime.Goexit()
}

func (e *env) play(tenant string, s step) {
	log := e.logs[tenant]
	records := log.next(s.drafts...)
	errOwn := errors.New("the caller's own")
	var result, want error
	switch s.do {
	case "commit":
	case "abort":
		result, want = errOwn, errOwn
	case "conflict of rev":
		records[len(records)-1].Rev++
		want = driver.ErrConflict
	case "conflict of seq":
		records[len(records)-1].Seq--
		want = driver.ErrConflict
	default:
		e.look(tenant, s)
		return
	}
	err := e.update(tenant, func(w driver.Writer) error {
		if !s.one {
			return errors.Join(w.Append(records...), result)
		}
		for i, r := range records {
			if err := w.Append(r); err != nil {
				return err
			}
			e.same("in a transaction", w, slices.Concat(log, records[:i+1]))
		}
		return result
	})
	if !errors.Is(err, want) || want == nil && err != nil {
		e.Errorf("Update to %s = %v, want %v", s.do, err, want)
	}
	if want == nil {
		e.logs[tenant] = append(log, records...)
	}
}

// look reads one thing, or all there is.
func (e *env) look(tenant string, s step) {
	log, seq := e.logs[tenant], driver.Latest
	if s.back >= 0 {
		seq = max(0, int64(len(log))-s.back)
	}
	e.view(tenant, seq, func(r driver.Reader) {
		want := log.at(seq)
		when := "at " + seqText(seq)
		e.sameHead(when, r, want)
		switch s.do {
		case "get":
			e.sameGet(when, r, want, s.kind, s.id)
		case "history":
			e.sameHistory(when, r, want, s.kind, s.id)
		case "log":
			after := max(0, len(want)-s.last)
			e.sameList(when+": Log", e.list(when+": Log", r.Log(int64(after))), want[after:])
		case "scan":
			e.sameScan(when, r, want, s.query)
		default:
			e.same(when, r, want)
		}
	})
}

// closed closes a store that a check opened.
func closed(t tester, store driver.Store) {
	t.Helper()
	if err := store.Close(); err != nil && !errors.Is(err, driver.ErrClosed) {
		t.Errorf("Close() = %v, want nil", err)
	}
}

// patiently runs f with a time limit: a store that hangs fails.
func patiently(t tester, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	return f(ctx)
}
