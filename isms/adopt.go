package isms

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/isms/driver"
)

// Adopter is for a store of files that people edit: it checks what they changed
// like any other write and records it under the actor "file:edit". A file says
// the revision that it was made from; when that is no longer the newest, the
// edit is refused. The kinds are those of every package in use. The clock and
// the veto are those of opt.
func Adopter(opt *Options, kinds ...AnyKind) driver.Adopt {
	return func(w driver.Writer, edits []driver.Edit) error {
		paths := make([]string, len(edits))
		for i, e := range edits {
			paths[i] = e.Path
		}
		slices.Sort(paths)
		note := "edited by hand: " + strings.Join(paths, ", ")
		tx := newTx(w, "", Actor{Kind: "file", ID: "edit"}, note, opt)
		defer tx.end()
		l := loader{tx: tx, kinds: kinds, seen: map[Link]string{}, strict: true}
		for _, e := range edits {
			if err := l.adopt(e); err != nil {
				return fmt.Errorf("%s: %w", e.Path, err)
			}
		}
		if len(l.problems) > 0 {
			return &ProblemError{l.problems}
		}
		return tx.commit(context.Background()) // a store adopts whoever asks
	}
}

// adopt stages one edit.
func (l *loader) adopt(e driver.Edit) error {
	to := Link{Kind: e.Kind, ID: e.ID}
	if !e.Deleted {
		l.only = to
		return l.file(e.Path, e.Content)
	}
	stored, found, err := l.tx.stored(to)
	if err != nil || !found || stored.Deleted {
		return err
	}
	l.tx.stageDelete(stored, func(string) string { return e.Path })
	return nil
}
