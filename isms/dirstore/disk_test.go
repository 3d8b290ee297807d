package dirstore_test

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ismskit/ismskit/isms/dirstore"
)

// disk is a file system that keeps no more than POSIX promises: the content of a
// file from its flush on, a name in a directory from the flush of the directory
// on. A power failure drops any part of the rest.
type disk struct {
	root  *node
	clock int64 // milliseconds
}

// node is a file or a directory.
type node struct {
	mod time.Time

	data, durable []byte
	lost          bool // a flush failed: the system takes the data for flushed

	entries, lasting map[string]*node // nil for a file
	pending          []nameStep       // of entries, since the flush
}

// nameStep is one step of a directory that happens wholly or not at all.
type nameStep struct {
	remove, add string
	node        *node
}

func newDir() *node { return &node{entries: map[string]*node{}, lasting: map[string]*node{}} }

func (n *node) change(c nameStep) {
	n.pending = append(n.pending, c)
	c.on(n.entries)
}

func (c nameStep) on(entries map[string]*node) {
	delete(entries, c.remove)
	if c.add != "" {
		entries[c.add] = c.node
	}
}

func (n *node) flush() {
	if n.entries != nil {
		n.lasting, n.pending = maps.Clone(n.entries), nil
	} else if !n.lost {
		n.durable = n.data
	}
}

// powerFailure keeps each step that was not flushed with the given likelihood.
func (n *node) powerFailure(rng *rand.Rand, keep float64) {
	if n.entries == nil {
		if !bytes.Equal(n.data, n.durable) && rng.Float64() >= keep {
			switch torn := n.data[:rng.IntN(len(n.data)+1)]; rng.IntN(3) {
			case 0:
				n.data = torn
			case 1:
				n.data = append(slices.Clone(torn), make([]byte, len(n.data)-len(torn))...)
			default:
				n.data = n.durable
			}
		}
		n.durable = n.data
		return
	}
	entries := maps.Clone(n.lasting)
	for _, c := range n.pending {
		if rng.Float64() < keep {
			c.on(entries)
		}
	}
	n.entries = entries
	n.flush()
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		entries[name].powerFailure(rng, keep)
	}
}

// flushAll is what the command sync does.
func (n *node) flushAll() {
	n.flush()
	for _, child := range n.entries {
		child.flushAll()
	}
}

func (n *node) find(name string) *node {
	for part := range strings.SplitSeq(path.Clean(name), "/") {
		if part != "." && n != nil {
			n = n.entries[part]
		}
	}
	return n
}

// files is every file by name, as a reader sees them.
func (n *node) files(prefix string, all map[string]string) map[string]string {
	for name, child := range n.entries {
		if child.entries == nil {
			all[prefix+name] = string(child.data)
		} else {
			child.files(prefix+name+"/", all)
		}
	}
	return all
}

func newDisk() *disk { return &disk{root: newDir()} }

func (d *disk) tree() map[string]string { return d.root.files("", map[string]string{}) }

func (d *disk) now() time.Time {
	d.clock++
	return time.UnixMilli(d.clock)
}

// outcome is what becomes of one operation.
type outcome int

const (
	done     outcome = iota
	refused          // it fails and does nothing, or half of a write
	unsure           // it is done and yet fails
	last             // the process ends before it is done
	lastDone         // the process ends when it is done
)

var errEnded = errors.New("the process has ended")

// life is the disk as one process has it, until it ends.
type life struct {
	*disk

	mu    sync.Mutex
	ops   []string // what it did that changes or flushes something
	fault func(n int) outcome
	err   error // of what is refused
	ended bool
	locks map[string]bool
}

func (d *disk) life(fault func(n int) outcome, err error) *life {
	return &life{disk: d, fault: fault, err: err, locks: map[string]bool{}}
}

// step is one operation. half is what there is of it when it is refused.
func (l *life) step(op string, whole, half func()) error {
	if l.ended {
		return errEnded
	}
	become := done
	if l.fault != nil {
		become = l.fault(len(l.ops))
	}
	l.ops = append(l.ops, op)
	if become == refused || become == last {
		half()
	} else {
		whole()
	}
	switch become {
	case done:
		return nil
	case last, lastDone:
		l.ended = true
		return errEnded
	default:
		return l.err
	}
}

// at is a life below one directory.
type at struct {
	*life

	dir string
}

func (l *life) fs() dirstore.FileSystem { return at{l, "."} }

func nothing() {}

// do is a step on a name. f gets its directory, its base and what is there, and
// gives the whole and the half of the operation.
func (a at) do(op, name string, f func(dir *node, base string, there *node) (whole, half func(), err error)) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	full := path.Join(a.dir, name)
	dir, base := a.root.find(path.Dir(full)), path.Base(full)
	err := fs.ErrNotExist
	if a.ended {
		err = errEnded
	} else if dir != nil && dir.entries != nil {
		var whole, half func()
		if whole, half, err = f(dir, base, a.root.find(full)); err == nil && whole != nil {
			err = a.step(op+" "+full, whole, half)
		}
	}
	if err != nil {
		return &fs.PathError{Op: op, Path: name, Err: err}
	}
	return nil
}

func (a at) Lstat(name string) (info fs.FileInfo, err error) {
	err = a.do("lstat", name, func(_ *node, base string, there *node) (_, _ func(), err error) {
		if there == nil {
			return nil, nil, fs.ErrNotExist
		}
		info = nodeInfo{base, there.mod, int64(len(there.data)), there.entries != nil}
		return nil, nil, nil
	})
	return info, err
}

func (a at) Open(name string) (dirstore.File, error) {
	h := &handle{at: a, name: name}
	err := a.do("open", name, func(_ *node, _ string, there *node) (_, _ func(), err error) {
		if there == nil {
			return nil, nil, fs.ErrNotExist
		}
		for _, base := range slices.Sorted(maps.Keys(there.entries)) {
			child := there.entries[base]
			h.list = append(h.list, fs.FileInfoToDirEntry(nodeInfo{base, child.mod, int64(len(child.data)), child.entries != nil}))
		}
		h.Reader = bytes.NewReader(there.data)
		return nil, nil, nil
	})
	return h, err
}

func (a at) Create(name string) (dirstore.File, error) {
	h := &handle{at: a, name: name}
	err := a.do("create", name, func(dir *node, base string, there *node) (_, _ func(), err error) {
		if there != nil && there.entries != nil {
			return nil, nil, errors.New("is a directory")
		}
		return func() {
			if h.node = there; there == nil {
				h.node = &node{}
				dir.change(nameStep{add: base, node: h.node})
			}
			h.node.data, h.node.lost, h.node.mod = nil, false, a.now()
		}, nothing, nil
	})
	return h, err
}

func (a at) Mkdir(name string) error {
	return a.do("mkdir", name, func(dir *node, base string, there *node) (_, _ func(), err error) {
		if there != nil {
			return nil, nil, fs.ErrExist
		}
		return func() { dir.change(nameStep{add: base, node: newDir()}) }, nothing, nil
	})
}

func (a at) Rename(from, to string) error {
	return a.do("rename", from, func(dir *node, base string, there *node) (_, _ func(), err error) {
		if there == nil || path.Dir(from) != path.Dir(to) {
			return nil, nil, fs.ErrNotExist
		}
		return func() { dir.change(nameStep{remove: base, add: path.Base(to), node: there}) }, nothing, nil
	})
}

func (a at) Remove(name string) error {
	return a.do("remove", name, func(dir *node, base string, there *node) (_, _ func(), err error) {
		if there == nil {
			return nil, nil, fs.ErrNotExist
		}
		if len(there.entries) > 0 {
			return nil, nil, errors.New("directory not empty")
		}
		return func() { dir.change(nameStep{remove: base}) }, nothing, nil
	})
}

func (a at) SyncDir(name string) error {
	return a.do("flush", name, func(_ *node, _ string, there *node) (_, _ func(), err error) {
		if there == nil {
			return nil, nil, fs.ErrNotExist
		}
		return there.flush, nothing, nil
	})
}

func (a at) Sub(dir string) (dirstore.FileSystem, error) {
	return at{a.life, path.Join(a.dir, dir)}, nil
}

func (at) Close() error { return nil }

func (a at) OpenLock(name string) (dirstore.LockFile, error) {
	return &lockHandle{life: a.life, name: path.Join(a.dir, name)}, nil
}

// lockHandle is a lock among the stores of one life.
type lockHandle struct {
	*life

	name string
	held bool
}

func (h *lockHandle) TryLock() (bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ended {
		return false, errEnded
	}
	h.held = h.held || !h.locks[h.name]
	h.locks[h.name] = true
	return h.held, nil
}

func (h *lockHandle) Close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.held {
		delete(h.locks, h.name)
	}
	return nil
}

// handle is an open file.
type handle struct {
	at
	*bytes.Reader

	name string
	node *node
	list []fs.DirEntry
}

func (h *handle) Write(data []byte) (int, error) {
	add := func(data []byte) func() {
		return func() { h.node.data, h.node.mod = append(slices.Clone(h.node.data), data...), h.now() }
	}
	err := h.do("write", h.name, func(*node, string, *node) (_, _ func(), err error) {
		return add(data), add(data[:len(data)/2]), nil
	})
	return len(data), err
}

func (h *handle) Sync() error {
	return h.do("sync", h.name, func(*node, string, *node) (_, _ func(), err error) {
		return h.node.flush, func() { h.node.lost = true }, nil
	})
}

func (h *handle) ReadDir(int) ([]fs.DirEntry, error) { return h.list, nil }
func (h *handle) Close() error                       { return nil }

type nodeInfo struct {
	name string
	mod  time.Time
	size int64
	dir  bool
}

func (i nodeInfo) Name() string       { return i.name }
func (i nodeInfo) Size() int64        { return i.size }
func (i nodeInfo) ModTime() time.Time { return i.mod }
func (i nodeInfo) IsDir() bool        { return i.dir }
func (i nodeInfo) Sys() any           { return nil }

func (i nodeInfo) Mode() fs.FileMode {
	if i.dir {
		return fs.ModeDir | 0o755
	}
	return 0o644
}
