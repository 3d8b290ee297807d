package revlog

import (
	"fmt"
	"slices"

	"github.com/ismskit/ismskit/isms/driver"
)

// Erase forgets what committed records hold, at once and whatever becomes of the
// transaction, as [driver.Eraser] has it.
func (w *Writer) Erase(seqs ...int64) error {
	if err := w.Err(); err != nil {
		return err
	}
	l := w.log
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, seq := range seqs {
		if seq < 1 || seq > l.committed {
			return fmt.Errorf("log entry %d: %w", seq, driver.ErrNotFound)
		}
	}
	for _, seq := range seqs {
		r := l.records.at(int(seq - 1))
		terms := r.Terms
		r.Salt, r.By, r.Note, r.Terms, r.Data = nil, "", "", nil, nil
		for _, t := range terms {
			l.unindex(r.Kind, r.ID, t)
		}
	}
	return nil
}

// unindex takes a term out of the index of a kind, unless another revision of
// the entity has it; the caller holds mu.
func (l *Log) unindex(kind, id string, t driver.Term) {
	index := l.kinds[kind]
	for _, seq := range index.revs[id] {
		if slices.Contains(l.records.at(int(seq-1)).Terms, t) {
			return
		}
	}
	ids := index.terms[t]
	if ids == nil {
		return
	}
	ids.remove(id)
	if ids.len() == 0 {
		delete(index.terms, t)
	}
}
