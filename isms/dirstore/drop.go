package dirstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"strings"

	"github.com/ismskit/ismskit/internal/ident"
)

// droppedDir is the log of a tenant that was dropped, until its files are gone.
const droppedDir = tempPrefix + logDir + tempSuffix

// Tenants implements [driver.Admin]. A tenant has records when it has a log.
func (s *store) Tenants(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		err := s.eachTenant(ctx, func(name string) bool { return yield(name, nil) })
		if err != nil {
			yield("", fmt.Errorf("dirstore: %w", err))
		}
	}
}

func (s *store) eachTenant(ctx context.Context, f func(name string) bool) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.leave()
	entries, err := list(s.fsys, ".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !e.IsDir() || !ident.Valid(e.Name()) {
			continue
		}
		recorded, err := s.hasLog(e.Name())
		if err != nil {
			return err
		}
		if recorded && !f(e.Name()) {
			return nil
		}
	}
	return nil
}

func (s *store) hasLog(tenant string) (bool, error) {
	entries, err := list(s.fsys, tenant+"/"+logDir)
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), logSuffix) {
			return true, err
		}
	}
	return false, err
}

// Drop implements [driver.Admin]. Giving the log another name is what drops the
// tenant; then its files go, or with the next writer when the program stops. What
// there is besides in its directory is somebody's own and stays, and so does what
// git and other clones have. A damaged tenant can be dropped too.
func (s *store) Drop(ctx context.Context, name string) error {
	t, err := s.enter(ctx, name, false)
	if err != nil {
		return err
	}
	defer s.leave()
	recorded, err := s.hasLog(name)
	if err == nil && !recorded {
		recorded, err = t.dropping() // a power failure may bring it back
	}
	if err == nil && recorded {
		err = t.alone(ctx, true, t.drop)
	}
	if err != nil {
		return fmt.Errorf("dirstore: %w", err)
	}
	return nil
}

// drop removes all of a tenant. The caller has its lock.
func (t *tenant) drop() error {
	if err := t.finishDrop(); err != nil { // of an earlier one
		return err
	}
	err := t.store.fsys.Rename(t.name+"/"+logDir, t.name+"/"+droppedDir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // another program was faster
	}
	if err != nil {
		return readOnly(err)
	}
	if err := t.store.fsys.SyncDir(t.name); err != nil {
		return fmt.Errorf("%w: %w", ErrNotDurable, err)
	}
	// What fails here is mended by the next writer: nobody reads the records any
	// more.
	_ = t.finishDrop()
	return nil
}

// finishDrop removes the files of a tenant that was dropped, the log last: until
// then it says that the others are of no record. The caller has the lock.
func (t *tenant) finishDrop() error {
	if dropping, err := t.dropping(); !dropping {
		return err
	}
	fsys, dropped := t.store.fsys, t.name+"/"+droppedDir
	// While a power failure may bring the log back, its files must be there.
	if err := fsys.SyncDir(t.name); err != nil {
		return err
	}
	kinds, err := list(fsys, t.name)
	if err != nil {
		return err
	}
	for _, e := range kinds {
		if kind := e.Name(); e.IsDir() && kind[0] != '_' && kind[0] != '.' {
			if err := removeAll(fsys, t.name+"/"+kind, func(name string) bool { return strings.HasSuffix(name, yamlSuffix) || isTemp(name) }); err != nil {
				return err
			}
		}
	}
	if err := fsys.Remove(t.name + "/" + markName); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := fsys.SyncDir(t.name); err != nil {
		return err
	}
	if err := removeAll(fsys, dropped, func(string) bool { return true }); err != nil {
		return err
	}
	return fsys.SyncDir(t.name)
}

// dropping reports whether files are left of a tenant that was dropped.
func (t *tenant) dropping() (bool, error) {
	_, err := t.store.fsys.Lstat(t.name + "/" + droppedDir)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// removeAll removes the files of a directory that are ours, and the directory if
// nothing is left in it.
func removeAll(fsys fileSystem, dir string, ours func(name string) bool) error {
	entries, err := list(fsys, dir)
	if err != nil {
		return err
	}
	left := false
	for _, e := range entries {
		if e.IsDir() || !ours(e.Name()) {
			left = true
			continue
		}
		if err := fsys.Remove(dir + "/" + e.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if left {
		return fsys.SyncDir(dir)
	}
	return fsys.Remove(dir)
}

// Erase says why there is no [driver.Eraser] in this store.
func (s *store) Erase(context.Context, string, ...int64) error {
	return fmt.Errorf("dirstore: the history of git, and every clone, keeps what was erased: %w", errors.ErrUnsupported)
}
