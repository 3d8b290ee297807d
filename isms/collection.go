package isms

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"

	"github.com/ismskit/ismskit/isms/driver"
)

// Collection is the entities of one kind in a transaction. Reads see what the
// transaction itself put and deleted.
type Collection[T Entity] struct {
	tx   *Tx
	kind Kind[T]
}

// Get is the entity with this id; the error is driver.ErrNotFound when there is
// none, or no longer, and ErrErased when all of it was erased since.
func (c Collection[T]) Get(id string) (T, error) {
	var none T
	l := Link{Kind: c.kind.Name(), ID: id}
	r, alive, err := c.tx.current(l)
	if err != nil {
		return none, err
	}
	if !alive {
		return none, notFoundError{l}
	}
	return c.kind.decode(r)
}

// notFoundError is driver.ErrNotFound. Most who ask for what is not there do not
// read its text, so that is made when somebody does.
type notFoundError struct{ subject Link }

func (e notFoundError) Error() string { return fmt.Sprintf("%s: %v", e.subject, driver.ErrNotFound) }
func (e notFoundError) Unwrap() error { return driver.ErrNotFound }

// Prefetch reads some entities ahead, all at once where the store can: a database
// answers that many times faster than one by one. What [Collection.Get] and
// [Collection.Put] of these ids do is the same with it and without. They stay in
// memory until the next Prefetch of the transaction, of whatever kind, so some
// hundred are enough.
func (c Collection[T]) Prefetch(ids ...string) error { return c.tx.prefetch(c.kind.Name(), ids) }

// All yields every entity of the kind by id, bytewise, but for what was erased
// since. It reads as it goes and holds nothing open; after an error it ends.
func (c Collection[T]) All() iter.Seq2[T, error] { return c.Where() }

// Where yields the entities that have every one of the terms; see Kind.Terms.
func (c Collection[T]) Where(terms ...driver.Term) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		q := driver.Query{Kind: c.kind.Name(), Terms: terms, SinceSchema: c.kind.Schema()}
		for r, err := range c.tx.records(q) {
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			v, found, err := c.match(q, r)
			if found && !yield(v, err) || err != nil {
				return
			}
		}
	}
}

// match decodes a record, if it is what the query is for: a driver may give
// more. An error is found too.
func (c Collection[T]) match(q driver.Query, r driver.Record) (v T, found bool, err error) {
	if r.Kind != q.Kind || r.Schema == q.SinceSchema && !containsAll(r.Terms, q.Terms) {
		return v, false, nil
	}
	v, err = c.kind.decode(r)
	switch {
	case errors.Is(err, ErrErased):
		return v, false, nil
	case err == nil && r.Schema < q.SinceSchema:
		return v, containsAll(c.termsNow(v), q.Terms), nil
	default:
		return v, true, err
	}
}

// termsNow are the terms that v would get today.
func (c Collection[T]) termsNow(v T) []driver.Term {
	return c.kind.terms(v, c.tx.plans.inspect(Checker{sink: new([]Problem)}, reflect.ValueOf(&v).Elem()))
}

func containsAll(have, want []driver.Term) bool {
	for _, t := range want {
		if !slices.Contains(have, t) {
			return false
		}
	}
	return true
}

// List is [Collection.All] in a slice.
func (c Collection[T]) List() ([]T, error) {
	var list []T
	for v, err := range c.All() {
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// Only is the one entity of the kind that is not retired: the organization, the
// scope of a tenant that has one. It is the zero value when there are none, or
// several.
func (c Collection[T]) Only() (T, error) {
	var one, none T
	count := 0
	for v, err := range c.All() {
		if err != nil {
			return none, err
		}
		if commonOf(&v).Status != Retired {
			one = v
			count++
		}
	}
	if count != 1 {
		return none, nil
	}
	return one, nil
}

// Put records v as the next revision of its entity, or as the first when its
// Rev is 0. It refuses with a [ConflictError] when v is not made from the
// newest revision, and with a [ProblemError] when v is not valid. An entity
// that is already stored just so gets no new revision.
//
// Put keeps no part of v and changes nothing in it until the transaction is
// committed; then it sets v.Rev and v.Recorded.
func (c Collection[T]) Put(v *T) error { return c.put(v, nil) }

func (c Collection[T]) put(v *T, where func(path string) string) error {
	tx := c.tx
	if err := tx.writable(); err != nil {
		return err
	}
	refs, problems := examine(v, tx.plans)
	if len(problems) > 0 {
		return &ProblemError{problems}
	}
	common := commonOf(v)
	l := Link{Kind: c.kind.Name(), ID: common.ID}
	if !ValidID(l.Kind) {
		return badID("kind", l.Kind)
	}
	stored, found, err := tx.stored(l)
	if err != nil {
		return err
	}
	if found && stored.Schema > c.kind.Schema() {
		return fmt.Errorf("%s: schema %d: %w: this program knows schema %d", l, stored.Schema, ErrNewer, c.kind.Schema())
	}
	if common.Rev != stored.Rev && (common.Rev != 0 || !stored.Deleted) {
		return &ConflictError{l, common.Rev, stored.Rev}
	}
	data, err := c.kind.encode(&tx.json, v)
	if err != nil {
		return fmt.Errorf("%s: %w", l, err)
	}
	terms := c.kind.terms(*v, refs)
	if found && !stored.Deleted && stored.Schema == c.kind.Schema() &&
		bytes.Equal(stored.Data, data) && slices.Equal(stored.Terms, terms) {
		tx.drop(l)
		return nil
	}
	if err := c.follows(v, stored, found); err != nil {
		return err
	}
	change := &change{
		to: l,
		record: driver.Record{
			Kind: l.Kind, ID: l.ID, Rev: stored.Rev + 1,
			Schema: c.kind.Schema(), Data: bytes.Clone(data), Terms: terms,
		},
		refs:   refs,
		where:  where,
		values: []*Common{common},
	}
	if c.kind.Within != nil {
		change.within = func(tx *Tx) (problems []Problem, err error) {
			snapshot, err := c.kind.decode(change.record) // the caller may have changed *v since
			if err != nil {
				return nil, err
			}
			err = c.kind.Within(tx, snapshot, Checker{sink: &problems})
			return problems, err
		}
	}
	tx.stage(change)
	return nil
}

// Delete records that the entity is gone; its history stays. rev is the newest
// revision, as for [Collection.Put]. The commit refuses while anything refers
// to the entity.
func (c Collection[T]) Delete(id string, rev int64) error {
	if err := c.tx.writable(); err != nil {
		return err
	}
	l := Link{Kind: c.kind.Name(), ID: id}
	stored, found, err := c.tx.stored(l)
	switch {
	case err != nil:
		return err
	case !found || stored.Deleted:
		if own := c.tx.pending[l]; own != nil && rev == 0 { // put in this transaction, never committed
			c.tx.drop(l)
			return nil
		}
		return fmt.Errorf("%s: %w", l, driver.ErrNotFound)
	case rev != stored.Rev:
		return &ConflictError{l, rev, stored.Rev}
	}
	c.tx.stageDelete(stored, nil)
	return nil
}

// Revision is one revision of an entity. Its Value says when, by whom and why
// it was recorded; of a deletion it says nothing else. Of one that was erased it
// says when, not by whom or why.
type Revision[T Entity] struct {
	Value   T
	Deleted bool
	Erased  bool
}

// History yields every committed revision of an entity that this view can see,
// oldest first. It is empty for an entity that never was.
func (c Collection[T]) History(id string) iter.Seq2[Revision[T], error] {
	return func(yield func(Revision[T], error) bool) {
		if c.tx.ended {
			yield(Revision[T]{}, ErrEnded)
			return
		}
		for r, err := range c.tx.reader.History(c.kind.Name(), id) {
			var v T
			if err == nil {
				v, err = c.kind.decode(r)
			}
			erased := errors.Is(err, ErrErased)
			if erased {
				err = nil
			}
			if !yield(Revision[T]{v, r.Deleted, erased}, err) || err != nil {
				return
			}
		}
	}
}

// writable tells why the transaction cannot write, if it cannot.
func (tx *Tx) writable() error {
	switch {
	case tx.ended:
		return ErrEnded
	case tx.writer == nil:
		return fmt.Errorf("a view: %w", driver.ErrReadOnly)
	default:
		return nil
	}
}

// follows asks v whether it may come after what is stored.
func (c Collection[T]) follows(v *T, stored driver.Record, found bool) error {
	after, asks := any(v).(Successor[T])
	if !asks || !found || stored.Deleted || driver.Erased(stored) {
		return nil
	}
	before, err := c.kind.decode(stored)
	if err != nil {
		return err
	}
	var problems []Problem
	after.CheckAfter(before, Checker{sink: &problems})
	if len(problems) == 0 {
		return nil
	}
	for i := range problems {
		problems[i].Subject = LinkTo(*v)
	}
	return &ProblemError{problems}
}
