// Package revlog keeps the records of one tenant in memory, with the indexes
// that a driver needs: by kind and id, by term, by Seq. Stores that hold their
// records in memory build on it.
package revlog

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sort"
	"sync"
	"time"

	"github.com/ismskit/ismskit/isms/driver"
)

// Log is the records of one tenant. Readers see a committed state and do not
// wait for the one writer there can be. The zero Log is not usable; see [New].
type Log struct {
	turn chan struct{} // held by the writer

	mu        sync.RWMutex
	records   shelves // the i-th has Seq i+1
	committed int64   // the Seq that readers may see
	kinds     map[string]*index
}

// index finds the entities of one kind. Its lists may hold ids that a
// transaction added and took back; revs tells what is really there.
type index struct {
	ids       list
	revs      map[string][]int64 // the Seqs of an entity, ascending
	firsts    []int64            // where the first Seqs of entities are; most have no other
	terms     map[driver.Term]*list
	oldest    int // the lowest Schema there ever was
	hasSchema bool
}

// New is an empty log.
func New() *Log {
	return &Log{turn: make(chan struct{}, 1), kinds: map[string]*index{}}
}

// errEnded says that a view or a transaction was used after its end.
var errEnded = errors.New("the view or transaction has ended")

// Reader reads the records with a Seq of at most seq that are committed now,
// until [Reader.End] or until ctx is done.
func (l *Log) Reader(ctx context.Context, seq int64) *Reader {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return &Reader{log: l, seq: max(0, min(seq, l.committed)), err: ctx.Err}
}

// Begin waits until no other writer is at work, or ctx ends.
func (l *Log) Begin(ctx context.Context) (*Writer, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case l.turn <- struct{}{}:
		return &Writer{Reader: Reader{log: l, seq: driver.Latest, err: ctx.Err}}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Writer is the one transaction on a log. End it with Commit or Rollback.
type Writer struct {
	Reader

	lost error // the conflict that lost the transaction
}

// Append implements [driver.Writer].
func (w *Writer) Append(records ...driver.Record) error {
	if err := w.Err(); err != nil {
		return err
	}
	for part := range slices.Chunk(records, 256) { // readers and the end of ctx come in between
		if err := w.append(part); err != nil {
			return err
		}
	}
	return nil
}

func (w *Writer) append(records []driver.Record) error {
	if err := w.check(); err != nil {
		return err
	}
	w.log.mu.Lock()
	defer w.log.mu.Unlock()
	for _, r := range records {
		if w.lost = w.log.add(r); w.lost != nil {
			return w.lost
		}
	}
	return nil
}

// Err tells why the transaction cannot be committed: a conflict, which its
// function may have made light of, or the end of ctx; nil while it can.
func (w *Writer) Err() error {
	if w.lost != nil {
		return w.lost
	}
	return w.check()
}

// Appended is what this transaction added.
func (w *Writer) Appended() []driver.Record {
	w.log.mu.RLock()
	defer w.log.mu.RUnlock()
	return w.log.records.copied(int(w.log.committed), w.log.records.len())
}

// Commit shows the transaction to readers. Call it only when Err gives nil.
func (w *Writer) Commit() {
	w.log.mu.Lock()
	w.log.committed = int64(w.log.records.len())
	w.log.mu.Unlock()
	w.end()
}

// Rollback takes back what was appended. It does nothing after [Writer.Commit].
func (w *Writer) Rollback() {
	if w.ended {
		return
	}
	l := w.log
	l.mu.Lock()
	for i := int(l.committed); i < l.records.len(); i++ {
		r := l.records.at(i)
		kind := l.kinds[r.Kind]
		if seqs := kind.revs[r.ID]; len(seqs) > 1 {
			kind.revs[r.ID] = seqs[:len(seqs)-1]
		} else {
			delete(kind.revs, r.ID)
		}
	}
	l.records.cut(int(l.committed))
	l.mu.Unlock()
	w.end()
}

func (w *Writer) end() {
	w.End()
	<-w.log.turn
}

// add appends one record; the caller holds mu.
func (l *Log) add(r driver.Record) error {
	kind := l.kinds[r.Kind]
	if kind == nil {
		kind = &index{revs: map[string][]int64{}, terms: map[driver.Term]*list{}}
	}
	seqs := kind.revs[r.ID]
	stored := int64(len(seqs))
	head := int64(l.records.len())
	if r.Rev != stored+1 || r.Seq != head+1 {
		return fmt.Errorf("%s/%s: %w: revision %d after %d, seq %d after %d",
			r.Kind, r.ID, driver.ErrConflict, r.Rev, stored, r.Seq, head)
	}
	if !kind.hasSchema || r.Schema < kind.oldest {
		kind.oldest, kind.hasSchema = r.Schema, true
	}
	l.kinds[r.Kind] = kind
	l.records.add(r)
	if stored == 0 {
		seqs = kind.room()
		kind.ids.add(r.ID)
	}
	kind.revs[r.ID] = append(seqs, r.Seq)
	for _, t := range r.Terms {
		if kind.terms[t] == nil {
			kind.terms[t] = &list{}
		}
		kind.terms[t].add(r.ID)
	}
	return nil
}

// room is where the first Seq of an entity goes: one allocation serves many.
func (k *index) room() []int64 {
	if len(k.firsts) == 0 {
		k.firsts = make([]int64, min(512, max(8, len(k.revs))))
	}
	one := k.firsts[:0:1]
	k.firsts = k.firsts[1:]
	return one
}

// latest is the newest revision of an entity up to seq; the caller holds mu.
func (l *Log) latest(kind, id string, seq int64) (driver.Record, bool) {
	index := l.kinds[kind]
	if index == nil {
		return driver.Record{}, false
	}
	seqs := index.revs[id]
	n := sort.Search(len(seqs), func(i int) bool { return seqs[i] > seq })
	if n == 0 {
		return driver.Record{}, false
	}
	return *l.records.at(int(seqs[n-1] - 1)), true
}

// kindNames lists the kinds in order; the caller holds mu.
func (l *Log) kindNames() []string { return slices.Sorted(maps.Keys(l.kinds)) }

// Reader implements [driver.Reader].
type Reader struct {
	log   *Log
	seq   int64
	err   func() error // of ctx
	ended bool
}

// End makes every later call give an error.
func (r *Reader) End() { r.ended = true }

// check tells why the reader cannot read, if it cannot.
func (r *Reader) check() error {
	if r.ended {
		return errEnded
	}
	return r.err()
}

// Get implements [driver.Reader].
func (r *Reader) Get(kind, id string) (driver.Record, error) {
	if err := r.check(); err != nil {
		return driver.Record{}, err
	}
	r.log.mu.RLock()
	defer r.log.mu.RUnlock()
	rec, found := r.log.latest(kind, id, r.seq)
	if !found {
		return driver.Record{}, missingError{kind, id}
	}
	return rec, nil
}

// missingError is driver.ErrNotFound of an entity. Its text is made when somebody
// reads it: who asks before it puts many new entities does not.
type missingError struct{ kind, id string }

func (m missingError) Error() string {
	return fmt.Sprintf("%s/%s: %v", m.kind, m.id, driver.ErrNotFound)
}
func (m missingError) Unwrap() error { return driver.ErrNotFound }

// Head implements [driver.Reader].
func (r *Reader) Head() (seq int64, at time.Time, err error) {
	if err := r.check(); err != nil {
		return 0, time.Time{}, err
	}
	r.log.mu.RLock()
	defer r.log.mu.RUnlock()
	seq = min(r.seq, int64(r.log.records.len()))
	if seq > 0 {
		at = r.log.records.at(int(seq - 1)).At
	}
	return seq, at, nil
}
