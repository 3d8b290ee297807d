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
	info, err := t.store.root.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return mark{}, nil
	}
	if err != nil {
		return mark{}, err
	}
	data, err := t.store.root.ReadFile(path)
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
	if !t.clean {
		for _, dir := range []string{t.name, t.name + "/" + logDir} {
			if err := removeTemps(t.store.root, dir); err != nil {
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
	todo := slices.SortedFunc(maps.Keys(keys), func(a, b key) int { return strings.Compare(a.file(), b.file()) })
	todo = slices.DeleteFunc(todo, func(k key) bool {
		_, exists := t.files[k]
		return t.logOnly(k.kind) && !exists
	})
	dirs := map[string]bool{}
	for _, k := range todo {
		if dirs[k.kind] || t.logOnly(k.kind) {
			continue
		}
		if err := makeDir(t.store.root, t.name+"/"+k.kind, t.name); err != nil {
			return err
		}
		dirs[k.kind] = true
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
		errs = append(errs, syncDir(t.store.root, t.name+"/"+kind))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return t.writeMark()
}

// outcome is what became of one file.
type outcome struct {
	stamp   stamp
	skipped bool // somebody has changed it since we looked
	err     error
}

// projectOne writes or removes the file of one entity, if it is still as known.
func (t *tenant) projectOne(ctx context.Context, k key, known stamp) outcome {
	r, err := t.log.Reader(ctx, driver.Latest).Get(k.kind, k.id)
	if err != nil {
		return outcome{err: err}
	}
	root, path := t.store.root, t.name+"/"+k.file()
	info, err := root.Lstat(path)
	var old []byte
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return outcome{err: err}
	case stampOf(info, known.rev) != known:
		return outcome{skipped: true}
	default:
		if old, err = readUpTo(root, path, yamljson.MaxBytes); err != nil {
			return outcome{err: err}
		}
	}
	file, wanted := render(r, old)
	if !wanted || t.logOnly(k.kind) {
		if err := root.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return outcome{err: err}
		}
		return outcome{stamp: stamp{rev: r.Rev, absent: true}}
	}
	if old == nil || string(file) != string(old) {
		if err := replace(root, t.name+"/"+k.kind, k.id+yamlSuffix, file); err != nil {
			return outcome{err: err}
		}
	}
	if info, err = root.Lstat(path); err != nil {
		return outcome{err: err}
	}
	return outcome{stamp: stampOf(info, r.Rev)}
}

// writeMark notes that the files have caught up with the log.
func (t *tenant) writeMark() error {
	t.mu.Lock()
	want := maps.Clone(t.last)
	t.mu.Unlock()
	maps.DeleteFunc(want, func(kind string, _ int64) bool { return t.logOnly(kind) })
	have, err := t.readMark()
	if err != nil {
		return err
	}
	if maps.Equal(have.seqs, want) {
		return nil
	}
	data, err := json.MarshalIndent(want, "", "  ")
	if err != nil {
		return err
	}
	return replace(t.store.root, t.name, markName, append(data, '\n'))
}
