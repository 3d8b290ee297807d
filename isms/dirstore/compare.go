package dirstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/internal/ident"
	"github.com/ismskit/ismskit/internal/yamljson"
	"github.com/ismskit/ismskit/isms/driver"
)

// stamp is a file as it was last found to be what revision rev of its entity
// says, or as safe to replace as if it were.
type stamp struct {
	size   int64
	mod    time.Time
	rev    int64 // the current revision at that time
	absent bool  // there is no file, and there shall be none
}

func stampOf(info fs.FileInfo, rev int64) stamp {
	return stamp{size: info.Size(), mod: info.ModTime(), rev: rev}
}

// findings are the differences between the files and the records.
type findings struct {
	edits   []driver.Edit
	faults  []FileError
	repairs map[key]bool // files that a stopped program left behind
}

// err is about the files that block writing: with all, about edits too.
func (f *findings) err(all bool) error {
	files := slices.Clone(f.faults)
	if all {
		for i := range f.edits {
			files = append(files, FileError{f.edits[i].Path, errEdited})
		}
	}
	if len(files) == 0 {
		return nil
	}
	slices.SortFunc(files, func(a, b FileError) int { return strings.Compare(a.Path, b.Path) })
	return &EditedError{files}
}

// comparison is one look at the files of a tenant.
type comparison struct {
	*tenant
	findings

	reader  driver.Reader
	mark    mark
	tidy    bool // remove what stopped programs left
	adopted map[string]string
}

// compare looks at every file. Only the writer may tidy.
func (t *tenant) compare(ctx context.Context, tidy bool) (*findings, error) {
	t.check.Lock()
	defer t.check.Unlock()
	t.mu.Lock()
	kinds := make(map[string]bool, len(t.last))
	for kind := range t.last {
		kinds[kind] = true
	}
	c := comparison{tenant: t, tidy: tidy, adopted: maps.Clone(t.adopted), findings: findings{repairs: map[key]bool{}}}
	c.reader = t.log.Reader(ctx, driver.Latest)
	t.keepFiles()
	t.mu.Unlock()
	dropping, err := t.dropping()
	if dropping || err != nil {
		c.repairs[key{}] = true // the files are of nothing, and for the next writer to remove
		return &c.findings, err
	}
	if c.mark, err = t.readMark(); err != nil {
		return nil, err
	}
	entries, err := list(t.store.fsys, t.name)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if name := e.Name(); e.IsDir() && name[0] != '_' && name[0] != '.' {
			kinds[name] = true
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		if err := c.kind(kind); err != nil {
			return nil, err
		}
	}
	return &c.findings, nil
}

// keepFiles forgets what is known of files of an earlier life; the caller holds
// check and mu.
func (t *tenant) keepFiles() {
	if t.filesIn != t.life {
		clear(t.files)
		t.filesIn = t.life
	}
}

// kind compares the files of one kind.
func (c *comparison) kind(kind string) error {
	files, err := c.list(kind)
	if err != nil {
		return err
	}
	if ident.Valid(kind) && (len(files) > 0 || !c.logOnly(kind)) {
		for r, err := range c.reader.Scan(driver.Query{Kind: kind}) {
			if err != nil {
				return err
			}
			if err := c.entity(key{kind, r.ID}, &r, files[r.ID]); err != nil {
				return err
			}
			delete(files, r.ID)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(files)) {
		k := key{kind, id}
		r, err := c.reader.Get(kind, id)
		current := &r
		if errors.Is(err, driver.ErrNotFound) {
			current = nil
		} else if err != nil {
			return err
		}
		if err := c.entity(k, current, files[id]); err != nil {
			return err
		}
	}
	return nil
}

// list is the YAML files of a kind by id. What else there is in the directory is
// somebody's own, but for names that are a mistake.
func (c *comparison) list(kind string) (map[string]fs.FileInfo, error) {
	dir := c.name + "/" + kind
	entries, err := list(c.store.fsys, dir)
	if err != nil || len(entries) == 0 {
		return nil, err
	}
	sub, err := c.store.fsys.Sub(dir) // a short way to each file
	if err != nil {
		return nil, err
	}
	defer sub.Close()
	files := make(map[string]fs.FileInfo, len(entries))
	for _, e := range entries {
		name := e.Name()
		if isTemp(name) && c.tidy {
			if err := sub.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, err
			}
		}
		id, isYAML := strings.CutSuffix(name, yamlSuffix)
		misnamed := strings.HasSuffix(name, ".yml")
		if name[0] == '.' || !isYAML && !misnamed {
			continue
		}
		info, err := sub.Lstat(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // gone since
		}
		switch {
		case err != nil:
			return nil, err
		case misnamed || !ident.Valid(kind) || !ident.Valid(id):
			c.fault(dir+"/"+name, fmt.Errorf("want kind/id%s, both ids of a-z, 0-9, dot, hyphen and underscore", yamlSuffix))
		case !info.Mode().IsRegular():
			c.fault(dir+"/"+name, errors.New("want a regular file"))
		default:
			files[id] = info
		}
	}
	return files, nil
}

func (c *comparison) fault(path string, err error) {
	c.faults = append(c.faults, FileError{path, err})
}

func (c *comparison) edit(k key, path string, content []byte) {
	c.edits = append(c.edits, driver.Edit{Kind: k.kind, ID: k.id, Path: path, Deleted: content == nil, Content: content})
}

// entity compares one entity, nil if there never was one, with its file, nil if
// there is none.
func (c *comparison) entity(k key, r *driver.Record, info fs.FileInfo) error {
	if info == nil {
		c.missing(k, r)
		return nil
	}
	var now int64
	if r != nil {
		now = r.Rev
	}
	// A file that is no older than the mark may have been changed again within
	// one tick of the clock of the file system, so it is read once more.
	if s := stampOf(info, now); c.files[k] == s && s.mod.Before(c.mark.mod) {
		return nil
	}
	delete(c.files, k)
	path := c.name + "/" + k.file()
	data, err := readUpTo(c.store.fsys, path, yamljson.MaxBytes)
	if err != nil {
		return err
	}
	says, err := parseFile(path, k, data)
	if err != nil {
		c.fault(path, err)
		return nil
	}
	verdict, err := c.judge(k, r, says, data)
	if err != nil {
		return err
	}
	switch verdict {
	case same:
		c.files[k] = stampOf(info, now)
		if c.logOnly(k.kind) {
			c.repairs[k] = true
		}
	case behind:
		c.files[k] = stampOf(info, says.rev)
		c.repairs[k] = true
	case edited:
		c.files[k] = stampOf(info, says.rev) // it is safe to replace when it was adopted
		c.edit(k, path, data)
	case conflicts:
		c.fault(path, conflict(r, says.rev))
	}
	return nil
}

type verdict int

const (
	same      verdict = iota // as the current revision
	behind                   // as an earlier one, whose successor never got its file
	edited                   // somebody changed or made it
	conflicts                // somebody changed what has changed since
)

func (c *comparison) judge(k key, r *driver.Record, says stated, data []byte) (verdict, error) {
	living := r != nil && !r.Deleted
	switch {
	case living && says.rev == r.Rev:
		if says.is(*r) {
			return same, nil
		}
		return edited, nil
	case r != nil && r.Seq > c.mark.seqs[k.kind]:
		sum := sha256.Sum256(data)
		if c.adopted[k.file()] == hex.EncodeToString(sum[:]) {
			return behind, nil
		}
		for before, err := range c.reader.History(k.kind, k.id) {
			if err != nil {
				return conflicts, err
			}
			if before.Rev == says.rev && before.Rev < r.Rev && says.is(before) {
				return behind, nil
			}
		}
	}
	if !living && says.rev == 0 {
		return edited, nil
	}
	return conflicts, nil
}

func conflict(r *driver.Record, rev int64) error {
	switch {
	case r == nil:
		return fmt.Errorf("%w: edited from revision %d of an entity that never was; leave out rev to make it", driver.ErrConflict, rev)
	case r.Deleted:
		return fmt.Errorf("%w: edited from revision %d, and the entity was deleted in revision %d; leave out rev to make it anew", driver.ErrConflict, rev, r.Rev)
	case rev == 0:
		return fmt.Errorf("%w: states no revision, and the entity is at %d", driver.ErrConflict, r.Rev)
	default:
		return fmt.Errorf("%w: edited from revision %d, and the entity is at %d", driver.ErrConflict, rev, r.Rev)
	}
}

// missing judges an entity without a file: did somebody remove it, or was it
// never written?
func (c *comparison) missing(k key, r *driver.Record) {
	if r == nil || r.Deleted || c.logOnly(k.kind) {
		return
	}
	none := stamp{rev: r.Rev, absent: true}
	if c.files[k] == none {
		return
	}
	delete(c.files, k)
	switch {
	case !shows(*r):
		c.files[k] = none
	case r.Seq > c.mark.seqs[k.kind]:
		c.repairs[k] = true
	default:
		c.edit(k, c.name+"/"+k.file(), nil)
	}
}

func (t *tenant) logOnly(kind string) bool { return slices.Contains(t.store.logOnly, kind) }
