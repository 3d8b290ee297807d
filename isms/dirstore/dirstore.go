// Package dirstore keeps records in a directory that people read, edit and keep
// in git: a log that is never rewritten, and beside it one YAML file for each
// entity.
//
//	ismskit.json                            {"format":1}; a newer format is refused
//	.gitattributes, .gitignore              made with the store, yours from then on
//	<tenant>/_log/<first Seq>.jsonl         one transaction, see below
//	<tenant>/_projected.json                up to which Seq the files of a kind were written
//	<tenant>/<kind>/<id>.yaml               the current revision of one entity
//
// All of these belong in git. What begins with a dot (.lock, .NAME.tmp) belongs
// to the running programs. No id can begin with a dot or an underscore.
//
// # The log
//
// The log is the truth. A file is named by the Seq of its first record, in 20
// digits, so a reader knows the name of the next one, and two branches that were
// both written to meet in a merge conflict instead of mixing. Its lines are JSON:
// a header, one line for each record, and the SHA-256 of these bytes. A file may
// hold several transactions one after the other. Data that is compact JSON of an
// object stands there as it is, any other in base64.
//
// A transaction is written under another name, flushed, and renamed: the rename
// commits it. The directory is flushed then, except on Windows, which cannot;
// there a power failure may take back the last transactions, each wholly.
//
// # The files
//
// A file holds kind, schema, id and rev, and then the fields of Data in their
// order. It is written after the commit. Comments and the order of keys survive.
// An entity whose Data is not a JSON object, has one of those four fields itself,
// or is beyond what a YAML file may hold, has no file, nor has one of a kind in
// [Options].LogOnly.
//
// Files are compared with the log when a tenant is first used, and before each
// Update:
//   - the same content as the revision that the file states, comments apart, and
//     that is the current one: nothing to do
//   - other content, and the current revision: somebody's edit
//   - no revision, and no such entity, or one that was deleted: a new one
//   - no file, though it was written once: somebody's deletion
//   - an older revision, no file or one too many, and the current revision was
//     never written to a file: a program stopped in between; the file is made
//     good. _projected.json tells; without it files are made anew.
//   - anything else is a conflict, for somebody to resolve
//
// Edits go to [Options].Adopt in a transaction of their own. No file that
// somebody edited is overwritten before its content is in the log.
//
// # Dropping a tenant
//
// The log gets another name, ._log.tmp, which is the commit point; then the files
// of its records go, and the log last. A program that stops in between leaves that
// to the next writer. What else there is in the directory stays, and so does all
// that git and other clones have: this store cannot make them forget, and refuses
// to erase for that reason.
//
// # Processes
//
// One process writes a tenant at a time; others wait, as long as their context
// allows, and then get [ErrLocked]. Every View sees what other processes
// committed before it. Where the system has no file locks (js) the store is
// read-only. All records of the tenants in use are held in memory.
package dirstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/ismskit/ismskit/internal/ident"
	"github.com/ismskit/ismskit/isms/driver"
)

// Options are the choices of [Open]; nil means the defaults.
type Options struct {
	// Adopt takes over what people changed in the files. Without it an edited
	// file is an [EditedError], and nothing is written until it is put back.
	// When it returns nil, all the edits are in the records, and the files are
	// rewritten to match: their comments stay.
	Adopt driver.Adopt

	// LogOnly are kinds that get no files, such as findings that scanners write
	// by the thousand. Files of such a kind are removed, once they are in the log.
	LogOnly []string
}

// Open opens the store in the directory at path, which is made when only its
// last element is missing. Nothing is written into it before the first Update.
//
// The error is [ErrNewer] for a store of a newer program and [ErrDamaged] for a
// marker that cannot be read; damage of a tenant's log shows when that is used.
func Open(path string, opt *Options) (driver.Store, error) {
	if err := os.Mkdir(path, dirMode); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("dirstore: %w", err)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("dirstore: %w", err)
	}
	s, err := openOn(rootFS{root}, opt)
	if err == nil && !s.marked {
		err = flushParent(path)
	}
	if err != nil {
		return nil, fmt.Errorf("dirstore: %s: %w", path, errors.Join(err, root.Close()))
	}
	return s, nil
}

func openOn(fsys fileSystem, opt *Options) (s *store, err error) {
	s = &store{fsys: fsys, tenants: map[string]*tenant{}}
	if opt != nil {
		s.adopt, s.logOnly = opt.Adopt, slices.Clone(opt.LogOnly)
	}
	for _, kind := range s.logOnly {
		if !ident.Valid(kind) {
			return nil, fmt.Errorf("Options.LogOnly: %w", badID("kind", kind))
		}
	}
	s.marked, err = readMarker(fsys)
	return s, err
}

// flushParent makes a new directory last. In one that we may not read somebody
// else made ours, and it is for them.
func flushParent(path string) error {
	parent, err := os.OpenRoot(filepath.Dir(filepath.Clean(path)))
	if errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(rootFS{parent}.SyncDir("."), parent.Close())
}

type store struct {
	fsys    fileSystem
	adopt   driver.Adopt
	logOnly []string

	mu      sync.Mutex
	tenants map[string]*tenant
	marked  bool // the marker is there
	users   int  // calls under way
	closed  bool
}

// View implements [driver.Store].
func (s *store) View(ctx context.Context, name string, seq int64, f func(driver.Reader) error) error {
	t, err := s.enter(ctx, name, false)
	if err != nil {
		return err
	}
	defer s.leave()
	if err := t.ready(ctx); err != nil {
		return fmt.Errorf("dirstore: %w", err)
	}
	r := t.records().Reader(ctx, seq)
	defer r.End()
	return f(r)
}

// Update implements [driver.Store].
func (s *store) Update(ctx context.Context, name string, f func(driver.Writer) error) error {
	t, err := s.enter(ctx, name, true)
	if err != nil {
		return err
	}
	defer s.leave()
	var ofCaller error
	err = t.write(ctx, true, func() error {
		if err := t.settle(ctx); err != nil {
			return err
		}
		records, err := t.commit(ctx, nil, func(w driver.Writer) error {
			ofCaller = f(w)
			return ofCaller
		})
		if err != nil || len(records) == 0 {
			return err
		}
		if err := t.flush(); err != nil {
			return fmt.Errorf("%w: %w", ErrNotDurable, err)
		}
		// What fails here is mended, or reported, by the next writer: the records
		// themselves are safe.
		_ = t.project(context.WithoutCancel(ctx), keysOf(records))
		return nil
	})
	if err == nil || ofCaller != nil {
		return ofCaller
	}
	return fmt.Errorf("dirstore: %w", err)
}

// Close implements [driver.Store].
func (s *store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	if s.users > 0 {
		return nil // the last call that is under way closes
	}
	return s.fsys.Close()
}

// enter begins a call on a tenant. One that has no directory is kept in mind
// only when it is to be written.
func (s *store) enter(ctx context.Context, name string, create bool) (*tenant, error) {
	if !ident.Valid(name) {
		return nil, fmt.Errorf("dirstore: %w", badID("tenant", name))
	}
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tenants[name]
	if t == nil {
		t = &tenant{store: s, name: name, turn: make(chan struct{}, 1), made: map[string]bool{}, files: map[key]stamp{}}
		t.forget()
		t.ledIn = t.life
		if _, err := s.fsys.Lstat(name); create || !errors.Is(err, fs.ErrNotExist) {
			s.tenants[name] = t
		}
	}
	return t, nil
}

// begin begins a call, until leave.
func (s *store) begin(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return fmt.Errorf("dirstore: %w", driver.ErrClosed)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	s.users++
	return nil
}

func (s *store) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users--
	if s.closed && s.users == 0 {
		_ = s.fsys.Close()
	}
}

func badID(what, have string) error {
	return fmt.Errorf("%s %q: want 1 to 64 of a-z, 0-9, dot, hyphen and underscore, a letter or digit first, no dot last, no name that Windows reserves", what, have)
}
