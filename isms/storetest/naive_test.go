package storetest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ismskit/ismskit/isms/driver"
)

// naive is a second store, as plain as can be: a list of records, searched from
// one end to the other. It has no flaw, or the one it is asked for.
type naive struct {
	flaw string
	turn chan struct{} // held by the one writer of all tenants
	stop chan struct{} // ends goroutines that a flaw leaves behind

	mu     sync.RWMutex
	logs   map[string][]driver.Record
	closed bool
	open   int // loops that were left, for a flaw

	dropped map[string][]driver.Record // for a flaw
}

func newNaive(flaw string) *naive {
	return &naive{flaw: flaw, turn: make(chan struct{}, 1), stop: make(chan struct{}), logs: map[string][]driver.Record{}}
}

func (s *naive) is(flaw string) bool { return s.flaw == flaw }

// name is under what a tenant is kept.
func (s *naive) name(tenant string) string {
	switch {
	case s.is("tenant names as patterns"):
		return strings.ReplaceAll(tenant, ".", "_")
	case s.is("tenant names as numbers"):
		return strings.TrimLeft(tenant, "0")
	case s.is("tenant names cut to 63"):
		return tenant[:min(63, len(tenant))]
	default:
		return tenant
	}
}

func (s *naive) committed(tenant string) []driver.Record {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.logs[s.name(tenant)]
}

func (s *naive) begin(ctx context.Context) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed && !s.is("open after close") {
		return driver.ErrClosed
	}
	return ctx.Err()
}

func (s *naive) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		close(s.stop)
	}
	s.closed = true
	return nil
}

func (s *naive) View(ctx context.Context, tenant string, seq int64, f func(driver.Reader) error) error {
	if err := s.begin(ctx); err != nil && !s.is("view without ctx") {
		return err
	}
	if s.is("goroutine of each view") {
		go func() { <-s.stop }()
	}
	r := &naiveReader{s: s, err: ctx.Err, tenant: tenant, log: s.committed(tenant), seq: seq}
	if s.is("view without ctx") {
		r.err = func() error { return nil }
	}
	r.seq = max(0, min(r.seq, int64(len(r.log))))
	if s.is("view beyond the head unbounded") && seq != driver.Latest {
		r.seq, r.live = seq, true
	}
	if s.is("views read the latest") || s.is("state of the first read") && seq == driver.Latest {
		r.live = true
		r.seq = seq
	}
	err := f(r)
	r.ended = !s.is("reader lives on")
	if s.is("view error swallowed") {
		return nil
	}
	return err
}

func (s *naive) Update(ctx context.Context, tenant string, f func(driver.Writer) error) error {
	if err := s.begin(ctx); err != nil && !s.is("update without ctx") {
		return err
	}
	if s.is("serialised by entity only") {
		return s.optimistic(ctx, tenant, f)
	}
	if err := s.wait(ctx); err != nil {
		return err
	}
	w := s.writer(ctx, tenant)
	done := false
	defer func() {
		p := recover()
		s.release(tenant, w, done || p != nil && s.is("turn kept on goexit"))
		if p != nil {
			panic(p)
		}
	}()
	err := f(w)
	w.ended, done = !s.is("reader lives on"), true
	if err == nil {
		err = w.lost
	}
	if err == nil && !s.is("update without ctx") {
		err = ctx.Err()
	}
	if err != nil && !s.commits(err) {
		if s.is("readers see half") { // and see it go again
			s.set(tenant, w.log)
		}
		return err
	}
	s.commit(tenant, w.own)
	return err
}

// commits tells the errors in spite of which a flaw commits.
func (s *naive) commits(err error) bool {
	return s.is("commit on error") || s.is("commit on some errors") && strings.Contains(err.Error(), "own")
}

// release ends the writer's turn, whether f was done or panicked.
func (s *naive) release(tenant string, w *naiveWriter, done bool) {
	if !done && s.is("commit on panic") {
		s.commit(tenant, w.own)
	}
	if done || !s.is("turn kept on panic") && !s.is("turn kept on goexit") {
		<-s.turn
	}
}

// Tenants implements [driver.Admin].
func (s *naive) Tenants(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		if err := s.begin(ctx); err != nil && !s.is("tenants without ctx") {
			yield("", err)
			return
		}
		s.mu.RLock()
		var names []string
		for name, log := range s.logs {
			if len(log) > 0 || s.is("tenants without records") {
				names = append(names, name)
			}
		}
		s.mu.RUnlock()
		slices.Sort(names)
		if s.is("tenants in another order") {
			slices.SortFunc(names, func(a, b string) int {
				return strings.Compare(strings.ReplaceAll(a, "-", ""), strings.ReplaceAll(b, "-", ""))
			})
		}
		for _, name := range names {
			if !yield(name, nil) {
				return
			}
		}
	}
}

// manage begins what waits for a writer as Update does; end it with done.
func (s *naive) manage(ctx context.Context, call string) (done func(), err error) {
	if s.is(call + " without ctx") {
		ctx = context.WithoutCancel(ctx)
	}
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	if s.is(call + " does not wait") {
		return func() {}, nil
	}
	return func() { <-s.turn }, s.wait(ctx)
}

// Drop implements [driver.Admin].
func (s *naive) Drop(ctx context.Context, tenant string) error {
	done, err := s.manage(ctx, "drop")
	if err != nil {
		return err
	}
	defer done()
	s.mu.Lock()
	defer s.mu.Unlock()
	log := s.logs[tenant]
	delete(s.logs, tenant)
	switch {
	case s.is("drop of nothing refused") && len(log) == 0:
		return driver.ErrNotFound
	case s.is("drop keeps the first record") && len(log) > 0:
		s.logs[tenant] = log[:1]
	case s.is("drop of names that begin so"):
		for name := range s.logs {
			if strings.HasPrefix(name, tenant) {
				delete(s.logs, name)
			}
		}
	case s.is("drop undone when closed"):
		s.dropped = map[string][]driver.Record{tenant: log}
	}
	return nil
}

// Erase implements [driver.Eraser].
func (s *naive) Erase(ctx context.Context, tenant string, seqs ...int64) error {
	done, err := s.manage(ctx, "erase")
	if err != nil {
		return err
	}
	defer done()
	for name := range s.logs {
		if name == tenant || s.is("erase of any tenant") {
			if err := s.erase(name, seqs); err != nil && name == tenant {
				return err
			}
		}
	}
	if len(s.committed(tenant)) == 0 && len(seqs) > 0 && !s.is("erase of nothing") {
		return driver.ErrNotFound
	}
	return nil
}

func (s *naive) erase(tenant string, seqs []int64) error {
	log := slices.Clone(s.committed(tenant))
	for _, seq := range seqs {
		if seq < 1 || seq > int64(len(log)) {
			if s.is("erase as it goes") {
				s.set(tenant, log)
			}
			return driver.ErrNotFound
		}
		r := &log[seq-1]
		if s.is("erase once") && r.Salt == nil {
			return driver.ErrNotFound
		}
		note := r.Note
		r.Salt, r.By, r.Note, r.Terms, r.Data = nil, "", "", nil, nil
		switch s.flaw {
		case "erase drops the digest":
			r.Digest = nil
		case "erase makes the digest again":
			r.Digest = driver.Sum(*r)
		case "erase keeps the note":
			r.Note = note
		case "erase is a deletion":
			r.Deleted = true
		}
	}
	s.set(tenant, log)
	return nil
}

func (s *naive) set(tenant string, log []driver.Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.logs[s.name(tenant)] = log
}

func (s *naive) writer(ctx context.Context, tenant string) *naiveWriter {
	w := &naiveWriter{naiveReader: naiveReader{s: s, err: ctx.Err, tenant: tenant, log: s.committed(tenant), seq: driver.Latest}}
	if s.is("tenants without records") {
		s.set(tenant, s.committed(tenant))
	}
	if s.is("update without ctx") {
		w.err = func() error { return nil }
	}
	w.w = w
	return w
}

func (s *naive) wait(ctx context.Context) error {
	if s.is("writers fail") {
		select {
		case s.turn <- struct{}{}:
			return nil
		default:
			return errors.New("database is locked")
		}
	}
	if s.is("writers wait for ever") || s.is("update without ctx") {
		s.turn <- struct{}{}
		return nil
	}
	select {
	case s.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// optimistic lets writers run side by side and repeats those that changed the
// same entity, which is not enough.
func (s *naive) optimistic(ctx context.Context, tenant string, f func(driver.Writer) error) error {
	for {
		w := s.writer(ctx, tenant)
		if err := f(w); err != nil {
			return err
		}
		time.Sleep(50 * time.Millisecond) // for the others to begin, on a busy machine too
		s.mu.Lock()
		log := s.logs[tenant]
		fresh := true
		for i, r := range w.own {
			fresh = fresh && w.storedRev(log, r.Kind, r.ID) == r.Rev-1
			w.own[i].Seq = int64(len(log)+i) + 1
		}
		if fresh {
			s.logs[tenant] = slices.Concat(log, w.own)
			s.mu.Unlock()
			return nil
		}
		s.mu.Unlock()
	}
}

func (s *naive) commit(tenant string, own []driver.Record) {
	if s.is("update swallowed") || s.is("readers see half") {
		return // or all is there already
	}
	step := max(1, len(own))
	if s.is("commit one by one") {
		step = 1
	}
	for part := range slices.Chunk(own, step) {
		s.set(tenant, slices.Concat(s.committed(tenant), part))
		if step == 1 {
			time.Sleep(time.Millisecond)
			runtime.Gosched()
		}
	}
}

type naiveWriter struct {
	naiveReader

	own  []driver.Record
	lost error
}

func (w *naiveWriter) Append(records ...driver.Record) error {
	if w.ended {
		return errors.New("the transaction has ended")
	}
	if err := w.err(); err != nil {
		return err
	}
	s := w.s
	switch {
	case s.is("append of nothing refused") && len(records) == 0:
		return errors.New("no values")
	case s.is("append of many refused") && len(records) > 500:
		return errors.New("too many variables")
	case s.is("append of many cut") && len(records) > 500:
		records = records[:500]
	}
	before := len(w.own)
	for _, r := range records {
		own := w.own
		if s.is("revisions counted before the batch") {
			own = own[:before]
		}
		if err := w.check(own, r); err != nil {
			if !s.is("conflict ignored is committed") {
				w.lost = err
			}
			return err
		}
		w.own = append(w.own, s.keep(r))
	}
	if s.is("readers see half") {
		s.set(w.tenant, slices.Concat(w.log, w.own))
	}
	return nil
}

func (w *naiveWriter) check(own []driver.Record, r driver.Record) error {
	head := int64(len(w.log) + len(w.own))
	if w.s.is("seq of all tenants") {
		head = int64(len(w.own))
		for _, log := range w.s.logs {
			head += int64(len(log))
		}
	}
	if w.s.is("seq only rising") && r.Seq > head || w.s.is("seq not checked") {
		head = r.Seq - 1
	}
	stored := max(w.storedRev(own, r.Kind, r.ID), w.storedRev(w.log, r.Kind, r.ID))
	if w.s.is("revisions of all tenants") {
		for _, log := range w.s.logs {
			stored = max(stored, w.storedRev(log, r.Kind, r.ID))
		}
	}
	if w.s.is("revision not checked") || w.s.is("revision of a new entity not checked") && stored == 0 {
		stored = r.Rev - 1
	}
	if r.Rev != stored+1 || r.Seq != head+1 {
		return fmt.Errorf("%s/%s: %w", r.Kind, r.ID, driver.ErrConflict)
	}
	return nil
}

func (r *naiveReader) storedRev(all []driver.Record, kind, id string) int64 {
	for i := len(all) - 1; i >= 0; i-- {
		if rec := &all[i]; rec.ID == id && rec.Kind == kind {
			return rec.Rev
		}
	}
	return 0
}

// keep is what the store makes of a record.
func (s *naive) keep(r driver.Record) driver.Record {
	switch s.flaw {
	case "data compacted":
		var b bytes.Buffer
		if json.Compact(&b, r.Data) == nil {
			r.Data = b.Bytes()
		}
	case "data as text":
		r.Data = []byte(strings.ToValidUTF8(string(r.Data), "\ufffd"))
	case "data cut at nul":
		r.Data, _, _ = bytes.Cut(r.Data, []byte{0})
	case "empty data as null":
		if len(r.Data) == 0 && !r.Deleted {
			r.Data = []byte("null")
		}
	case "data lost":
		r.Data = nil
	case "note lost":
		r.Note = ""
	case "texts trimmed":
		r.Note = strings.TrimSpace(r.Note)
	case "lines as crlf":
		r.Note = strings.ReplaceAll(strings.ReplaceAll(r.Note, "\r\n", "\n"), "\n", "\r\n")
	case "actor lost":
		r.By = ""
	case "terms folded":
		r.Terms = slices.Clone(r.Terms)
		for i := range r.Terms {
			r.Terms[i].Value = strings.ToLower(r.Terms[i].Value)
		}
	case "time to the second":
		r.At = r.At.Truncate(time.Second)
	case "time to the millisecond":
		r.At = r.At.Truncate(time.Millisecond)
	case "time of a zone":
		r.At = r.At.In(time.FixedZone("CET", 3600))
	case "schema in 16 bits":
		r.Schema = int(int16(r.Schema))
	case "tx of its own":
		r.Tx = r.Seq
	case "digest made again":
		r.Digest = driver.Sum(r)
	case "salt lost":
		r.Salt = nil
	}
	return r
}
