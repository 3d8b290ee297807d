package dirstore

import (
	"errors"
	"strings"
)

// The errors of this store beside those of package driver. Callers test them
// with errors.Is.
var (
	// ErrLocked says that another process was writing until the context ended.
	ErrLocked = errors.New("another process is writing")
	// ErrNewer says that a newer program made this store.
	ErrNewer = errors.New("format is newer than this program")
	// ErrDamaged says that a file is not as it was written; the text says which
	// file and line. Nothing was changed: restore the file.
	ErrDamaged = errors.New("damaged")

	// ErrNotDurable says that the transaction was committed, and everybody sees it,
	// but that a power failure may take it back, wholly: the directory could not be
	// flushed. The next writer tries that again before it does anything else.
	ErrNotDurable = errors.New("committed, but not safe from a power failure")

	errEdited = errors.New("edited by hand: want it as recorded, or Options.Adopt")
)

// EditedError says which files people changed in a way that cannot become part
// of the records: all of them when there is no Options.Adopt, otherwise those in
// conflict. It is driver.ErrConflict when one states another revision than the
// current. Nothing was written.
type EditedError struct {
	Files []FileError // by path
}

// Error names every file.
func (e *EditedError) Error() string {
	lines := make([]string, len(e.Files))
	for i := range e.Files {
		lines[i] = e.Files[i].Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the single faults.
func (e *EditedError) Unwrap() []error {
	all := make([]error, len(e.Files))
	for i := range e.Files {
		all[i] = &e.Files[i]
	}
	return all
}

// FileError is what is wrong with one file.
type FileError struct {
	Path string // within the store, with slashes: "acme/asset/crm.yaml"
	Err  error
}

// Error is the path and the fault.
func (e *FileError) Error() string { return e.Path + ": " + e.Err.Error() }

// Unwrap gives the fault.
func (e *FileError) Unwrap() error { return e.Err }
