package dirstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/ismskit/ismskit/internal/ident"
	"github.com/ismskit/ismskit/internal/revlog"
	"github.com/ismskit/ismskit/isms/driver"
)

const (
	logDir    = "_log"
	logSuffix = ".jsonl"
)

// tenant is the records of one tenant, in memory, and what is known of its files.
type tenant struct {
	store *store
	name  string
	turn  chan struct{} // held by the one writer of this process, who alone uses:

	clean   bool            // what stopped programs left is removed
	made    map[string]bool // directories that are there to last
	flushed int64           // the Seq up to which the log lasts
	ledIn   int             // the life in which these were found

	mu      sync.Mutex // guards what follows, up to the blank line
	writing bool       // we hold the lock: nobody else adds to the log
	life    int        // one more each time that the tenant is dropped
	log     *revlog.Log
	first   fs.FileInfo      // of the first file of the log, which tells one life from another
	listed  bool             // the directory was looked through once
	starts  map[int64]bool   // of the files read before that
	head    int64            // the Seq of the last record in memory
	last    map[string]int64 // the Seq of the last record of each kind
	adopted map[string]string

	opened  atomic.Bool // the files were compared with the log
	check   sync.Mutex  // guards files
	files   map[key]stamp
	filesIn int // the life that they are of
}

// forget begins a life of the tenant, without records; the caller holds mu.
// Views that are open go on with what was there.
func (t *tenant) forget() {
	t.life++
	t.log, t.first, t.listed, t.starts, t.head = revlog.New(), nil, false, nil, 0
	t.last, t.adopted = map[string]int64{}, map[string]string{}
	t.opened.Store(false)
}

// records are those in memory.
func (t *tenant) records() *revlog.Log {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.log
}

type key struct{ kind, id string }

// file is the path below the tenant.
func (k key) file() string { return k.kind + "/" + k.id + yamlSuffix }

func keysOf(records []driver.Record) map[key]bool {
	keys := make(map[key]bool, len(records))
	for i := range records {
		keys[key{records[i].Kind, records[i].ID}] = true
	}
	return keys
}

func logName(first int64) string { return fmt.Sprintf("%020d%s", first, logSuffix) }

// ready brings a tenant up to date for a View.
func (t *tenant) ready(ctx context.Context) error {
	if err := t.catchUp(ctx); err != nil {
		return err
	}
	if t.opened.Load() {
		return nil
	}
	found, err := t.compare(ctx, false)
	if err != nil {
		return err
	}
	edited := found.err(t.store.adopt == nil)
	if edited != nil || len(found.edits) > 0 {
		// Another process may be writing just now, so look again under the lock.
		err := t.write(ctx, true, func() error { return t.settle(ctx) })
		if errors.Is(err, driver.ErrReadOnly) {
			return errors.Join(found.err(true), err)
		}
		return err
	}
	if len(found.repairs) > 0 {
		// The records are all there. If we cannot write now, a writer mends it.
		_ = t.write(ctx, false, func() error { return t.settle(ctx) })
	}
	t.opened.Store(true)
	return nil
}

// alone runs f while nobody else writes the tenant, in other processes neither.
func (t *tenant) alone(ctx context.Context, wait bool, f func() error) error {
	if !canLock {
		return fmt.Errorf("%w: no file locks on this system", driver.ErrReadOnly)
	}
	if !wait {
		select {
		case t.turn <- struct{}{}:
		default:
			return ErrLocked
		}
	} else {
		select {
		case t.turn <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	defer func() { <-t.turn }()
	if err := t.store.mark(ctx); err != nil {
		return readOnly(err)
	}
	if err := t.makeDir(t.name, "."); err != nil {
		return readOnly(err)
	}
	unlock, err := lock(ctx, t.store.fsys, t.name+"/"+lockName, wait)
	if err != nil {
		return readOnly(err)
	}
	defer unlock()
	return f()
}

// write runs f as the one writer of the tenant, at the end of its log.
func (t *tenant) write(ctx context.Context, wait bool, f func() error) error {
	return t.alone(ctx, wait, func() error {
		if err := t.lead(ctx); err != nil {
			return err
		}
		defer func() {
			t.mu.Lock()
			t.writing = false
			t.mu.Unlock()
		}()
		if err := t.makeDir(t.name+"/"+logDir, t.name); err != nil {
			return readOnly(err)
		}
		// Somebody may have stopped between the renaming and the flushing.
		if err := t.flush(); err != nil {
			return err
		}
		return f()
	})
}

// readOnly says so of a store that the system does not let us write.
func readOnly(err error) error {
	if errors.Is(err, fs.ErrPermission) || isReadOnly(err) {
		return fmt.Errorf("%w: %w", driver.ErrReadOnly, err)
	}
	return err
}

// flush makes the log last as far as it is in memory. Nothing is built on a
// transaction before that, neither the next one nor a file: a power failure would
// leave a hole, or files that nothing explains.
func (t *tenant) flush() error {
	t.mu.Lock()
	head := t.head
	t.mu.Unlock()
	if t.flushed == head {
		return nil
	}
	if err := t.store.fsys.SyncDir(t.name + "/" + logDir); err != nil {
		return err
	}
	t.flushed = head
	return nil
}

// makeDir makes a directory that lasts. One that is there may be of a program
// that stopped before it did.
func (t *tenant) makeDir(dir, parent string) error {
	err := t.store.fsys.Mkdir(dir)
	if errors.Is(err, fs.ErrExist) && t.made[dir] {
		return nil
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := t.store.fsys.SyncDir(parent); err != nil {
		return err
	}
	t.made[dir] = true
	return nil
}

// lead reads what others committed and takes over the end of the log.
func (t *tenant) lead(ctx context.Context) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.refresh(ctx); err != nil {
		return err
	}
	t.writing = true
	if t.ledIn != t.life { // what we knew is of a log that is gone
		t.clean, t.flushed, t.ledIn = false, 0, t.life
		clear(t.made)
	}
	return nil
}

// catchUp reads what other processes committed.
func (t *tenant) catchUp(ctx context.Context) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.writing {
		return nil
	}
	return t.refresh(ctx)
}

// refresh reads the files of the log that are not yet in memory; the caller
// holds mu.
func (t *tenant) refresh(ctx context.Context) error {
	if err := t.noticeDrop(); err != nil {
		return err
	}
	var entries []fs.DirEntry
	if !t.listed {
		var err error
		if entries, err = list(t.store.fsys, t.name+"/"+logDir); err != nil {
			return err
		}
		if t.starts == nil {
			t.starts = map[int64]bool{}
		}
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		found, err := t.readNext(ctx)
		if err != nil {
			return err
		}
		if !found {
			break
		}
	}
	if t.listed {
		return nil
	}
	for _, e := range entries {
		if err := t.checkName(e.Name()); err != nil {
			return err
		}
	}
	t.listed, t.starts = true, nil
	return nil
}

// begins is what the log begins with.
func (t *tenant) begins() (fs.FileInfo, error) {
	return t.store.fsys.Lstat(t.name + "/" + logDir + "/" + logName(1))
}

// noticeDrop forgets a log that does not begin as it did: somebody dropped the
// tenant. The caller holds mu.
func (t *tenant) noticeDrop() error {
	if t.head == 0 {
		return nil
	}
	now, err := t.begins()
	if errors.Is(err, fs.ErrNotExist) || err == nil && (t.first == nil || !sameFile(t.first, now)) {
		t.forget()
		return nil
	}
	return err
}

// checkName refuses a file of the log that was not read: there is a hole before
// it, or its records are in another file too.
func (t *tenant) checkName(name string) error {
	digits, isLog := strings.CutSuffix(name, logSuffix)
	if !isLog || isTemp(name) {
		return nil
	}
	path := t.name + "/" + logDir + "/" + name
	first, err := strconv.ParseInt(digits, 10, 64)
	switch {
	case err != nil || logName(first) != name:
		return fmt.Errorf("%s: %w: want a name of 20 digits and %s", path, ErrDamaged, logSuffix)
	case t.starts[first]:
		return nil
	case first > t.head:
		return fmt.Errorf("%s: %w: the log has a hole before it, want %s first", path, ErrDamaged, logName(t.head+1))
	default:
		return fmt.Errorf("%s: %w: record %d is in another file already", path, ErrDamaged, first)
	}
}

// readNext reads the file after head, if there is one.
func (t *tenant) readNext(ctx context.Context) (found bool, err error) {
	first := t.head + 1
	path := t.name + "/" + logDir + "/" + logName(first)
	var begins fs.FileInfo
	if first == 1 { // before it is read: should it be another then, the next look finds out
		begins, _ = t.begins()
	}
	f, err := t.store.fsys.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	w, err := t.log.Begin(ctx)
	if err != nil {
		return false, err
	}
	defer w.Rollback()
	in := newLogReader(path, f)
	head := t.head
	var notes []func() // what to keep in mind, once the whole file is good
	for {
		h, records, err := in.next(ctx, head)
		if errors.Is(err, io.EOF) && !errors.Is(err, ErrDamaged) {
			break
		}
		if err != nil {
			return false, err
		}
		for i, r := range records {
			// Not %w: to the caller this is no conflict of revisions.
			if err := w.Append(r); err != nil {
				return false, fmt.Errorf("%s:%d: %w: %s", path, in.line-len(records)+i, ErrDamaged, err.Error())
			}
		}
		head = h.Last
		notes = append(notes, func() { t.note(records, h.Adopted) })
	}
	w.Commit()
	t.head = head
	if first == 1 {
		t.first = begins
	}
	for _, note := range notes {
		note()
	}
	if !t.listed {
		t.starts[first] = true
	}
	return true, nil
}

// note keeps in mind what the comparison of files needs; the caller holds mu.
func (t *tenant) note(records []driver.Record, adopted map[string]string) {
	for i := range records {
		t.last[records[i].Kind] = records[i].Seq
	}
	maps.Copy(t.adopted, adopted)
}

// commit runs f and writes what it appended to the log. The caller is the writer.
func (t *tenant) commit(ctx context.Context, adopted map[string]string, f func(driver.Writer) error) ([]driver.Record, error) {
	w, err := t.records().Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer w.Rollback()
	checked := writer{Writer: w}
	if err := f(&checked); err != nil {
		return nil, err
	}
	if err := cmp.Or(checked.lost, w.Err()); err != nil {
		return nil, err
	}
	records := w.Appended()
	if len(records) == 0 {
		return nil, nil
	}
	data, err := encodeTx(ctx, records, adopted)
	if err != nil {
		return nil, err
	}
	if err := replace(t.store.fsys, t.name+"/"+logDir, logName(records[0].Seq), data); err != nil {
		return nil, readOnly(err)
	}
	w.Commit()
	var begins fs.FileInfo
	if records[0].Seq == 1 { // nil should it fail: then the log is read again
		begins, _ = t.begins()
	}
	t.mu.Lock()
	if records[0].Seq == 1 {
		t.first = begins
	}
	t.head = records[len(records)-1].Seq
	t.note(records, adopted)
	t.mu.Unlock()
	return records, nil
}

// writer refuses what could not be read back, before it is anywhere. A refusal
// loses the transaction.
type writer struct {
	*revlog.Writer

	lost error
}

// Append implements [driver.Writer].
func (w *writer) Append(records ...driver.Record) error {
	if w.lost == nil {
		w.lost = w.add(records)
	}
	return w.lost
}

func (w *writer) add(records []driver.Record) error {
	for i := range records {
		r := &records[i]
		if !ident.Valid(r.Kind) {
			return badID("kind", r.Kind)
		}
		if !ident.Valid(r.ID) {
			return badID("id", r.ID)
		}
	}
	return w.Writer.Append(records...)
}
