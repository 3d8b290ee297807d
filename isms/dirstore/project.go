package dirstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ismskit/ismskit/internal/yamljson"
	"github.com/ismskit/ismskit/isms/driver"
)

const markName = "_projected.json"

// mark tells which records the files have caught up with.
type mark struct {
	seqs map[string]int64 // by kind
	mod  time.Time        // when the file of it was written
}

func (t *tenant) readMark() (mark, error) {
	path := t.name + "/" + markName
	info, err := t.store.fsys.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return mark{}, nil
	}
	if err != nil {
		return mark{}, err
	}
	data, err := readFile(t.store.fsys, path)
	if err != nil {
		return mark{}, err
	}
	m := mark{mod: info.ModTime()}
	if err := json.Unmarshal(data, &m.seqs); err != nil {
		return mark{}, fmt.Errorf("%s: %w: want the last seq by kind; without the file, missing YAML files are made anew: %w", path, ErrDamaged, err)
	}
	return m, nil
}

// settle makes files and records agree: it adopts what people changed and mends
// what programs left. The caller is the writer.
func (t *tenant) settle(ctx context.Context) error {
	if err := t.finishDrop(); err != nil {
		return err
	}
	if !t.clean {
		for _, dir := range []string{t.name, t.name + "/" + logDir} {
			if err := removeTemps(t.store.fsys, dir); err != nil {
				return err
			}
		}
		t.clean = true
	}
	found, err := t.compare(ctx, true)
	if err != nil {
		return err
	}
	if err := found.err(t.store.adopt == nil); err != nil {
		return err
	}
	keys := found.repairs
	if len(found.edits) > 0 {
		adopted := map[string]string{}
		for i := range found.edits {
			e := &found.edits[i]
			k := key{e.Kind, e.ID}
			keys[k] = true
			if !e.Deleted {
				sum := sha256.Sum256(e.Content)
				adopted[k.file()] = hex.EncodeToString(sum[:])
			}
		}
		records, err := t.commit(ctx, adopted, func(w driver.Writer) error {
			return t.store.adopt(w, found.edits)
		})
		if err != nil {
			return err
		}
		if err := t.flush(); err != nil {
			return err
		}
		maps.Copy(keys, keysOf(records))
	}
	if err := t.project(ctx, keys); err != nil {
		return err
	}
	t.opened.Store(true)
	return nil
}

// writers is how many files are flushed at a time: that is what takes time.
const writers = 16

// project writes or removes the files of some entities, and then marks that all
// files have caught up. The caller is the writer.
func (t *tenant) project(ctx context.Context, keys map[key]bool) error {
	t.check.Lock()
	defer t.check.Unlock()
	t.mu.Lock()
	t.keepFiles()
	t.mu.Unlock()
	todo := slices.SortedFunc(maps.Keys(keys), func(a, b key) int { return strings.Compare(a.file(), b.file()) })
	todo = slices.DeleteFunc(todo, func(k key) bool {
		_, exists := t.files[k]
		return t.logOnly(k.kind) && !exists
	})
	next, dirs, err := t.nextMark()
	if err != nil {
		return err
	}
	for _, k := range todo {
		if !t.logOnly(k.kind) {
			dirs[k.kind] = true
		}
	}
	for kind := range dirs {
		if err := t.makeDir(t.name+"/"+kind, t.name); err != nil {
			return err
		}
	}
	results := make([]outcome, len(todo))
	var group sync.WaitGroup
	for n := range min(writers, len(todo)) {
		group.Go(func() {
			for i := n; i < len(todo); i += writers {
				results[i] = t.projectOne(ctx, todo[i], t.files[todo[i]])
			}
		})
	}
	group.Wait()
	var errs []error
	for i, k := range todo {
		errs = append(errs, results[i].err)
		if results[i].err != nil || results[i].skipped {
			delete(t.files, k)
		} else {
			t.files[k] = results[i].stamp
		}
	}
	for kind := range dirs {
		errs = append(errs, t.store.fsys.SyncDir(t.name+"/"+kind))
	}
	if err := errors.Join(errs...); err != nil || next == nil {
		return err
	}
	return replace(t.store.fsys, t.name, markName, next)
}

// outcome is what became of one file.
type outcome struct {
	stamp   stamp
	skipped bool // somebody has changed it since we looked
	err     error
}

// projectOne writes or removes the file of one entity, if it is still as known.
func (t *tenant) projectOne(ctx context.Context, k key, known stamp) outcome {
	r, err := t.records().Reader(ctx, driver.Latest).Get(k.kind, k.id)
	if err != nil {
		return outcome{err: err}
	}
	fsys, path := t.store.fsys, t.name+"/"+k.file()
	info, err := fsys.Lstat(path)
	var old []byte
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return outcome{err: err}
	case stampOf(info, known.rev) != known:
		return outcome{skipped: true}
	default:
		if old, err = readUpTo(fsys, path, yamljson.MaxBytes); err != nil {
			return outcome{err: err}
		}
	}
	file, wanted := render(r, old)
	if !wanted || t.logOnly(k.kind) {
		if err := fsys.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return outcome{err: err}
		}
		return outcome{stamp: stamp{rev: r.Rev, absent: true}}
	}
	if old == nil || string(file) != string(old) {
		if err := replace(fsys, t.name+"/"+k.kind, k.id+yamlSuffix, file); err != nil {
			return outcome{err: err}
		}
	}
	if info, err = fsys.Lstat(path); err != nil {
		return outcome{err: err}
	}
	return outcome{stamp: stampOf(info, r.Rev)}
}

// nextMark is the mark once the files have caught up with the log, nil if that
// is what it is, and the kinds of which it says something new. A program that
// stopped may have written files of these that do not last yet; once the mark is
// there, a file that is missing is somebody's deletion.
func (t *tenant) nextMark() (next []byte, kinds map[string]bool, err error) {
	t.mu.Lock()
	want := maps.Clone(t.last)
	t.mu.Unlock()
	maps.DeleteFunc(want, func(kind string, _ int64) bool { return t.logOnly(kind) })
	have, err := t.readMark()
	if err != nil {
		return nil, nil, err
	}
	kinds = map[string]bool{}
	if maps.Equal(have.seqs, want) {
		return nil, kinds, nil
	}
	for kind, seq := range want {
		if have.seqs[kind] != seq {
			kinds[kind] = true
		}
	}
	next, err = json.MarshalIndent(want, "", "  ")
	return append(next, '\n'), kinds, err
}
