package isms

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"maps"
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
	plans  plans // of the types whose values it came across
	ahead  readAhead

	// Of a transaction that may write:
	writer  driver.Writer
	actor   Actor
	note    string
	opt     *Options
	pending map[Link]*change
	order   []*change // in the order of the first change
	json    jsonWriter
	targets map[Link]target // of the references that the commit has checked
}

// target is what a reference leads to.
type target struct {
	rev   int64
	alive bool
}

// change is what a transaction does to one entity.
type change struct {
	to     Link
	record driver.Record // Seq, Tx, At, Salt and Digest are set at commit
	refs   []refAt
	within func(tx *Tx) ([]Problem, error)
	where  func(path string) string // where in a file it came from
	values []*Common                // of the caller's values, to be told their revision
}

func newTx(w driver.Writer, tenant string, actor Actor, note string, opt *Options) *Tx {
	return &Tx{tenant: tenant, reader: w, plans: plans{}, writer: w, actor: actor, note: note, opt: opt, pending: map[Link]*change{}}
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

// readAhead is what is stored of some entities of one kind, by id; nil is of one
// that never was. Nothing changes that while a transaction lasts.
type readAhead struct {
	kind  string
	found map[string]*driver.Record
}

// prefetch reads what is stored of some entities of a kind.
func (tx *Tx) prefetch(kind string, ids []string) error {
	tx.ahead = readAhead{}
	if tx.ended {
		return ErrEnded
	}
	found := make(map[string]*driver.Record, len(ids))
	for _, id := range ids {
		found[id] = nil
	}
	for r, err := range tx.storedAll(kind, found) {
		if err != nil {
			return err
		}
		found[r.ID] = &r
	}
	tx.ahead = readAhead{kind, found}
	return nil
}

// storedAll yields what is stored of the entities of a kind with these ids.
func (tx *Tx) storedAll(kind string, ids map[string]*driver.Record) iter.Seq2[driver.Record, error] {
	if batch, ok := tx.reader.(driver.Batch); ok {
		return batch.GetAll(kind, slices.Sorted(maps.Keys(ids)))
	}
	return func(yield func(driver.Record, error) bool) {
		for id := range ids {
			r, found, err := tx.stored(Link{Kind: kind, ID: id})
			if (found || err != nil) && !yield(r, err) {
				return
			}
		}
	}
}

// stored is the newest committed revision, a tombstone perhaps, with found
// false when there never was one.
func (tx *Tx) stored(l Link) (r driver.Record, found bool, err error) {
	if l.Kind == tx.ahead.kind {
		switch r, read := tx.ahead.found[l.ID]; {
		case r != nil:
			return *r, true, nil
		case read:
			return driver.Record{}, false, nil
		}
	}
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
		c.values = append(earlier.values, c.values...)
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
	before := &Tx{tenant: tx.tenant, reader: tx.reader, plans: tx.plans}
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
		r := c.record
		for _, v := range c.values {
			v.Rev = r.Rev
			v.Recorded = Recorded{At: r.At, By: tx.actor, Note: tx.note, Seq: r.Seq}
		}
	}
}

// checkChange finds what is wrong with a change among the other records.
func (tx *Tx) checkChange(c *change) (problems []Problem, err error) {
	if c.record.Deleted {
		if problems, err = tx.checkUnused(c.to); err != nil {
			return nil, err
		}
	}
	for _, ref := range c.refs {
		found, err := tx.checkRef(ref)
		if err != nil {
			return nil, err
		}
		problems = append(problems, found...)
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

// checkRef reports a reference that leads nowhere. Many may lead to the same
// entity, which is read once: nothing changes any more while a commit checks.
func (tx *Tx) checkRef(ref refAt) ([]Problem, error) {
	to := ref.to.Entity()
	t, known := tx.targets[to]
	if !known {
		r, alive, err := tx.current(to)
		if err != nil {
			return nil, err
		}
		t = target{r.Rev, alive}
		if tx.targets == nil {
			tx.targets = map[Link]target{}
		}
		tx.targets[to] = t
	}
	if t.alive && ref.to.Rev <= t.rev {
		return nil, nil
	}
	var problems []Problem
	at := Checker{path: ref.path, sink: &problems}
	if !t.alive {
		at.Assert(false, CodeDangling, "have", ref.to.String())
	} else {
		at.Assert(false, CodeRevision, "have", ref.to.String(), "want", strconv.FormatInt(t.rev, 10))
	}
	return problems, nil
}

// checkUnused reports what still refers to an entity that goes.
func (tx *Tx) checkUnused(to Link) (problems []Problem, err error) {
	report := Checker{sink: &problems}
	term := driver.Term{Key: refTerm, Value: to.String()}
	for r, err := range tx.records(driver.Query{Terms: []driver.Term{term}}) {
		if err != nil {
			return nil, err
		}
		report.Assert(!slices.Contains(r.Terms, term), CodeInUse, "by", r.Kind+"/"+r.ID)
	}
	return problems, nil
}
