package dirstore

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strings"
)

// fileSystem is all that the store asks of the directory it is in, so that tests
// can let any of it fail. Names are below that directory, with slashes. Only
// what SyncDir flushed survives a power failure for certain.
type fileSystem interface {
	Open(name string) (file, error)         // for reading, a directory too
	Create(name string) (file, error)       // empties a file that is there
	OpenLock(name string) (lockFile, error) // made if need be
	Lstat(name string) (fs.FileInfo, error)
	Mkdir(name string) error
	Rename(from, to string) error // in place of a file that is there
	Remove(name string) error
	SyncDir(name string) error          // makes the names in it last
	Sub(dir string) (fileSystem, error) // a short way to many files
	Close() error
}

type file interface {
	io.ReadWriteCloser
	ReadDir(n int) ([]fs.DirEntry, error)
	Sync() error
}

type lockFile interface {
	TryLock() (bool, error) // until Close
	Close() error
}

// What others may read is for the umask of the host to say.
const (
	fileMode = 0o666
	dirMode  = 0o777
)

// rootFS is the directory itself. No name leads out of it.
type rootFS struct{ root *os.Root }

func (r rootFS) Open(name string) (file, error)         { return r.root.Open(name) }
func (r rootFS) Lstat(name string) (fs.FileInfo, error) { return r.root.Lstat(name) }
func (r rootFS) Mkdir(name string) error                { return r.root.Mkdir(name, dirMode) }
func (r rootFS) Rename(from, to string) error           { return r.root.Rename(from, to) }
func (r rootFS) Remove(name string) error               { return r.root.Remove(name) }
func (r rootFS) Close() error                           { return r.root.Close() }

func (r rootFS) Create(name string) (file, error) {
	return r.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, fileMode)
}

func (r rootFS) OpenLock(name string) (lockFile, error) {
	f, err := r.root.OpenFile(name, os.O_RDWR|os.O_CREATE, fileMode)
	return osLock{f}, err
}

func (r rootFS) Sub(dir string) (fileSystem, error) {
	root, err := r.root.OpenRoot(dir)
	return rootFS{root}, err
}

// SyncDir does nothing on Windows, which cannot.
func (r rootFS) SyncDir(name string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := r.root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

type osLock struct{ *os.File }

func (l osLock) TryLock() (bool, error) { return tryLock(l.File) }

const (
	tempPrefix = "."
	tempSuffix = ".tmp"
)

func isTemp(name string) bool {
	return strings.HasPrefix(name, tempPrefix) && strings.HasSuffix(name, tempSuffix)
}

// replace writes a file so that there is at every moment the old one or the
// whole new one. Only the directory is left to be flushed.
func replace(fsys fileSystem, dir, name string, data []byte) error {
	temp := dir + "/" + tempPrefix + name + tempSuffix
	f, err := fsys.Create(temp)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = fsys.Rename(temp, dir+"/"+name)
	}
	if err != nil {
		_ = fsys.Remove(temp) // or the next writer does
	}
	return err
}

// sameFile reports whether a file is still the one it was.
func sameFile(was, now fs.FileInfo) bool {
	return was.Size() == now.Size() && was.ModTime().Equal(now.ModTime()) && (os.SameFile(was, now) || was.Sys() == nil)
}

// list is a directory by name; one that is not there is empty.
func list(fsys fileSystem, dir string) ([]fs.DirEntry, error) {
	f, err := fsys.Open(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	entries, err := f.ReadDir(-1)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return entries, nil
}

func readFile(fsys fileSystem, path string) ([]byte, error) {
	f, err := fsys.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// readUpTo reads a file, but no more than limit bytes and one.
func readUpTo(fsys fileSystem, path string, limit int64) ([]byte, error) {
	f, err := fsys.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit+1))
}

// removeTemps removes what a program left that stopped while it wrote.
func removeTemps(fsys fileSystem, dir string) error {
	entries, err := list(fsys, dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if isTemp(e.Name()) {
			if err := fsys.Remove(dir + "/" + e.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}
