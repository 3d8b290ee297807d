package isms

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/ismskit/ismskit/isms/driver"
)

// Tx is a view of a space, or a transaction on it. It ends with the function it
// was given to, and belongs to one goroutine.
type Tx struct {
	tenant string
	reader driver.Reader
	ended  bool

	// Of a transaction that may write:
	writer  driver.Writer
	actor   Actor
	note    string
	opt     *Options
	pending map[Link]*change
	order   []*change // in the order of the first change
}

// change is what a transaction does to one entity.
type change struct {
	to     Link
	record driver.Record // Seq, Tx, At, Salt and Digest are set at commit
	refs   []refAt
	within func(tx *Tx) ([]Problem, error)
	where  func(path string) string // where in a file it came from
	settle []func(driver.Record)    // tells the caller's values their revision
}

func newTx(w driver.Writer, tenant string, actor Actor, note string, opt *Options) *Tx {
	return &Tx{tenant: tenant, reader: w, writer: w, actor: actor, note: note, opt: opt, pending: map[Link]*change{}}
}

func (tx *Tx) end() { tx.ended = true }

// Tenant is whose records these are.
func (tx *Tx) Tenant() string { return tx.tenant }

// Head is the place in the log, and the moment, of the newest record that this
// transaction can see; 0 and the zero time when there is none.
func (tx *Tx) Head() (seq int64, at time.Time, err error) {
	if tx.ended {
		return 0, time.Time{}, ErrEnded
	}
	return tx.reader.Head()
}

// stored is the newest committed revision, a tombstone perhaps, with found
// false when there never was one.
func (tx *Tx) stored(l Link) (r driver.Record, found bool, err error) {
	r, err = tx.reader.Get(l.Kind, l.ID)
	if errors.Is(err, driver.ErrNotFound) {
		return driver.Record{}, false, nil
	}
	return r, err == nil, err
}

// current is the entity as this transaction sees it, and whether it lives.
func (tx *Tx) current(l Link) (r driver.Record, alive bool, err error) {
	if tx.ended {
		return driver.Record{}, false, ErrEnded
	}
	if c := tx.pending[l]; c != nil {
		return c.record, !c.record.Deleted, nil
	}
	r, found, err := tx.stored(l)
	return r, found && !r.Deleted, err
}

// records yields the living records of a kind as this transaction sees them, by
// id. Those with older terms or schema may be more than q asks for.
func (tx *Tx) records(q driver.Query) iter.Seq2[driver.Record, error] {
	return func(yield func(driver.Record, error) bool) {
		if tx.ended {
			yield(driver.Record{}, ErrEnded)
			return
		}
		own := tx.ownRecords(q.Kind)
		for r, err := range tx.reader.Scan(q) {
			if err != nil {
				yield(r, err)
				return
			}
			n := 0
			for n < len(own) && compareKey(own[n], r) < 0 {
				n++
			}
			if !yieldAll(own[:n], yield) {
				return
			}
			own = own[n:]
			if tx.pending[Link{Kind: r.Kind, ID: r.ID}] == nil && !r.Deleted && !yield(r, nil) {
				return
			}
		}
		yieldAll(own, yield)
	}
}

func yieldAll(records []driver.Record, yield func(driver.Record, error) bool) bool {
	for _, r := range records {
		if !yield(r, nil) {
			return false
		}
	}
	return true
}

// ownRecords are the living records that this transaction itself put.
func (tx *Tx) ownRecords(kind string) []driver.Record {
	var own []driver.Record
	for _, c := range tx.order {
		if !c.record.Deleted && (kind == "" || c.to.Kind == kind) {
			own = append(own, c.record)
		}
	}
	slices.SortFunc(own, compareKey)
	return own
}

func compareKey(a, b driver.Record) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
}

// stage adds a change, over an earlier one of the same entity.
func (tx *Tx) stage(c *change) {
	if earlier := tx.pending[c.to]; earlier != nil {
		c.settle = append(earlier.settle, c.settle...)
		tx.order[slices.Index(tx.order, earlier)] = c
	} else {
		tx.order = append(tx.order, c)
	}
	tx.pending[c.to] = c
}

// stageDelete adds the deletion of what is stored.
func (tx *Tx) stageDelete(stored driver.Record, where func(path string) string) {
	tx.stage(&change{
		to: Link{Kind: stored.Kind, ID: stored.ID},
		record: driver.Record{
			Kind: stored.Kind, ID: stored.ID, Rev: stored.Rev + 1, Deleted: true, Schema: stored.Schema,
		},
		where: where,
	})
}

// drop takes a change back, when an entity is again what is stored.
func (tx *Tx) drop(l Link) {
	if c := tx.pending[l]; c != nil {
		delete(tx.pending, l)
		tx.order = slices.DeleteFunc(tx.order, func(o *change) bool { return o == c })
	}
}

// commit checks the changes among all records and appends them.
func (tx *Tx) commit(ctx context.Context) error {
	var problems []Problem
	for _, c := range tx.order {
		found, err := tx.checkChange(c)
		if err != nil {
			return err
		}
		problems = append(problems, found...)
	}
	if len(problems) > 0 {
		return &ProblemError{problems}
	}
	if len(tx.order) == 0 {
		return nil
	}
	records, err := tx.seal()
	if err != nil {
		return err
	}
	if err := tx.ask(ctx, records); err != nil {
		return err
	}
	return tx.writer.Append(records...)
}

// ask lets the host veto the records.
func (tx *Tx) ask(ctx context.Context, records []driver.Record) error {
	if tx.opt == nil || tx.opt.Before == nil {
		return nil
	}
	changes := make([]Change, len(records))
	for i, r := range records {
		r.Data = bytes.Clone(r.Data)
		var err error
		if changes[i], err = changeOf(r); err != nil {
			return err
		}
	}
	before := &Tx{tenant: tx.tenant, reader: tx.reader}
	defer before.end()
	if err := tx.opt.Before(ctx, before, changes); err != nil {
		return fmt.Errorf("vetoed: %w", err)
	}
	return nil
}

// seal makes the records of the changes complete.
func (tx *Tx) seal() ([]driver.Record, error) {
	head, last, err := tx.writer.Head()
	if err != nil {
		return nil, err
	}
	at := tx.opt.now().Round(0).Truncate(time.Microsecond) // what every database can keep
	if at.Before(last) {
		at = last
	}
	records := make([]driver.Record, len(tx.order))
	for i, c := range tx.order {
		r := &c.record
		r.Seq = head + int64(i) + 1
		r.Tx = head + int64(len(tx.order))
		r.At, r.By, r.Note = at, tx.actor.String(), tx.note
		r.Salt = make([]byte, 16)
		if _, err := rand.Read(r.Salt); err != nil {
			return nil, err
		}
		r.Digest = driver.Sum(*r)
		records[i] = *r
	}
	return records, nil
}

// settle tells the callers' values their new revisions, after the commit.
func (tx *Tx) settle() {
	for _, c := range tx.order {
		for _, f := range c.settle {
			f(c.record)
		}
	}
}

// checkChange finds what is wrong with a change among the other records.
func (tx *Tx) checkChange(c *change) ([]Problem, error) {
	var problems []Problem
	report := Checker{sink: &problems}
	if c.record.Deleted {
		if err := tx.checkUnused(c.to, report); err != nil {
			return nil, err
		}
	}
	for _, ref := range c.refs {
		at := Checker{path: ref.path, sink: &problems}
		target, alive, err := tx.current(ref.to.Entity())
		if err != nil {
			return nil, err
		}
		at.Assert(alive, CodeDangling, "have", ref.to.String())
		at.Assert(!alive || ref.to.Rev <= target.Rev, CodeRevision,
			"have", ref.to.String(), "want", strconv.FormatInt(target.Rev, 10))
	}
	if c.within != nil {
		found, err := c.within(tx)
		if err != nil {
			return nil, err
		}
		problems = append(problems, found...)
	}
	for i := range problems {
		problems[i].Subject = c.to
		if c.where != nil {
			problems[i].Where = c.where(problems[i].Path)
		}
	}
	return problems, nil
}

// checkUnused reports what still refers to an entity that goes.
func (tx *Tx) checkUnused(to Link, report Checker) error {
	term := driver.Term{Key: refTerm, Value: to.String()}
	for r, err := range tx.records(driver.Query{Terms: []driver.Term{term}}) {
		if err != nil {
			return err
		}
		report.Assert(!slices.Contains(r.Terms, term), CodeInUse, "by", r.Kind+"/"+r.ID)
	}
	return nil
}
