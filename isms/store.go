package isms

import (
	"context"
	"fmt"
	"sort"
	"time"
	"unicode/utf8"

	"github.com/ismskit/ismskit/internal/yamljson"
	"github.com/ismskit/ismskit/isms/driver"
)

// Options are the choices of [Open]; nil means the defaults.
type Options struct {
	// Now is the clock; time.Now when nil. Recorded times never go backwards,
	// whatever the clock does.
	Now func() time.Time

	// Before is asked before a transaction is committed, once everything in it is
	// found valid: an error vetoes it as a whole and comes back from
	// [Space.Update]. It is where a host authorizes writes, or asks for a second
	// pair of eyes. The changes are as they will be recorded, with their actor
	// and note; tx reads what was there before them. It may be asked again when
	// the store has to try again. Adopted edits of files are asked for as well,
	// with a background context and no tenant; [Space.Import] is not.
	Before func(ctx context.Context, tx *Tx, changes []Change) error
}

func (o *Options) now() time.Time {
	if o != nil && o.Now != nil {
		return o.Now().UTC()
	}
	return time.Now().UTC() //nolint:forbidigo // the one default clock of the library
}

// Store gives typed, checked access to the records of a [driver.Store].
// It is safe for concurrent use.
type Store struct {
	driver driver.Store
	opt    *Options
}

// Open makes a Store over a driver. The driver belongs to the Store from now
// on: [Store.Close] closes it.
func Open(d driver.Store, opt *Options) *Store { return &Store{d, opt} }

// Close closes the driver.
func (s *Store) Close() error { return s.driver.Close() }

// Space is the records of one tenant: nothing in this library reaches another
// tenant's through it. A tenant that has no records yet reads as empty.
func (s *Store) Space(tenant string) *Space { return &Space{store: s, tenant: tenant} }

// Space is the only way to a tenant's records: as an actor, and perhaps as of a
// moment in the past. It is safe for concurrent use.
type Space struct {
	store  *Store
	tenant string
	actor  Actor
	past   func(driver.Reader) (int64, error) // nil for now
}

// As is the same space for an actor, who is recorded with every change.
func (s *Space) As(a Actor) *Space {
	as := *s
	as.actor = a
	return &as
}

// AsOf is the space as it was known at a moment: what was recorded later is
// unseen, and a transaction is seen whole or not at all. It cannot be written.
func (s *Space) AsOf(t time.Time) *Space {
	return s.at(func(r driver.Reader) (int64, error) { return seqAt(r, t) })
}

// AsOfSeq is the space as it was after record n of its log, rounded down to the
// end of a transaction. It cannot be written.
func (s *Space) AsOfSeq(n int64) *Space {
	return s.at(func(r driver.Reader) (int64, error) { return boundary(r, n) })
}

func (s *Space) at(past func(driver.Reader) (int64, error)) *Space {
	then := *s
	then.past = past
	return &then
}

// View runs f on one consistent state of the space.
func (s *Space) View(ctx context.Context, f func(*Tx) error) error {
	return s.view(ctx, func(r driver.Reader) error {
		tx := &Tx{tenant: s.tenant, reader: r, plans: plans{}}
		defer tx.end()
		return f(tx)
	})
}

// view runs f on the records of one state of the space.
func (s *Space) view(ctx context.Context, f func(driver.Reader) error) error {
	if !ValidID(s.tenant) {
		return s.badTenant()
	}
	seq := driver.Latest
	if s.past != nil {
		err := s.store.driver.View(ctx, s.tenant, driver.Latest, func(r driver.Reader) (err error) {
			seq, err = s.past(r)
			return err
		})
		if err != nil {
			return err
		}
	}
	return s.store.driver.View(ctx, s.tenant, seq, f)
}

// Update runs f in a transaction: either all that it puts and deletes is
// recorded, under the space's actor and with note as the reason, or none.
//
// References are checked when f is done, in any order within the transaction;
// what is wrong comes back as a [ProblemError]. Update may run f more than once
// when the store has to try again, so f changes nothing outside but through tx.
func (s *Space) Update(ctx context.Context, note string, f func(*Tx) error) error {
	if err := s.writable(); err != nil {
		return err
	}
	if !s.actor.valid() {
		return fmt.Errorf("actor %q: want one, such as space.As(isms.Person(%q))", s.actor, "p-17")
	}
	if !utf8.ValidString(note) || len(note) > yamljson.MaxScalarBytes {
		return fmt.Errorf("note of %d bytes: want UTF-8, at most %d bytes", len(note), yamljson.MaxScalarBytes)
	}
	var done *Tx
	err := s.store.driver.Update(ctx, s.tenant, func(w driver.Writer) error {
		tx := newTx(w, s.tenant, s.actor, note, s.store.opt)
		defer tx.end()
		if err := f(tx); err != nil {
			return err
		}
		done = tx
		return tx.commit(ctx)
	})
	if err != nil {
		return err
	}
	done.settle()
	return nil
}

// writable tells why the space cannot be written, if it cannot.
func (s *Space) writable() error {
	switch {
	case !ValidID(s.tenant):
		return s.badTenant()
	case s.past != nil:
		return fmt.Errorf("the past: %w", driver.ErrReadOnly)
	default:
		return nil
	}
}

func (s *Space) badTenant() error { return badID("tenant", s.tenant) }

// badID is the problem of an id that is not one of an entity.
func badID(of, id string) error {
	return &ProblemError{[]Problem{{Code: CodeID, Where: of, Args: map[string]string{"have": id}}}}
}

// seqAt finds the last Seq that was recorded at t or before, by search over the
// log: about 20 reads for a million records.
func seqAt(r driver.Reader, t time.Time) (int64, error) {
	return search(r, func(rec driver.Record) bool { return rec.At.After(t) })
}

// boundary finds the last end of a transaction at n or before.
func boundary(r driver.Reader, n int64) (int64, error) {
	return search(r, func(rec driver.Record) bool { return rec.Tx > n })
}

// search finds the last Seq before the records for which beyond is true; they
// are a tail of the log.
func search(r driver.Reader, beyond func(driver.Record) bool) (int64, error) {
	head, _, err := r.Head()
	if err != nil {
		return 0, err
	}
	n := sort.Search(int(head), func(i int) bool {
		if err != nil {
			return true
		}
		rec, e := recordAt(r, int64(i)+1)
		if e != nil {
			err = e
			return true
		}
		return beyond(rec)
	})
	return int64(n), err
}

func recordAt(r driver.Reader, seq int64) (driver.Record, error) {
	for rec, err := range r.Log(seq - 1) {
		return rec, err
	}
	return driver.Record{}, fmt.Errorf("log entry %d: %w", seq, driver.ErrNotFound)
}
