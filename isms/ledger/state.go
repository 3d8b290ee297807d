package ledger

import (
	"cmp"
	"context"
	"fmt"
	"hash/maphash"

	"github.com/ismskit/ismskit/isms/driver"
)

// VerifyCurrent compares the current records of the store with its log. A store
// may keep them, or an index of them, apart from the log, and programs read from
// there: whoever can write to the store could leave its log in good order and
// show an older revision, or none. It is for use after [Log.Verify], which says
// whether the log itself is what it was.
//
// The error is [ErrAltered] and names an entity, or that of the store. It takes
// time linear in the log and some 100 bytes of memory for each entity.
func (l Log) VerifyCurrent(ctx context.Context) error {
	s := state{seed: maphash.MakeSeed(), newest: map[entity]mark{}}
	return l.store.View(ctx, l.tenant, driver.Latest, func(r driver.Reader) error {
		for rec, err := range r.Log(0) {
			if err != nil {
				return err
			}
			s.see(rec)
		}
		return s.compare(r)
	})
}

// state is what the current records must be, going by the log. Records are
// compared by a fingerprint with a secret seed of its own, which nobody who
// writes to the store can know.
type state struct {
	seed   maphash.Seed
	newest map[entity]mark
	living int
	buf    []byte
}

type entity struct{ kind, id string }

type mark struct {
	print   uint64
	deleted bool
}

// see takes the next record of the log.
func (s *state) see(r driver.Record) {
	key := entity{r.Kind, r.ID}
	if before, found := s.newest[key]; found && !before.deleted {
		s.living--
	}
	if !r.Deleted {
		s.living++
	}
	s.newest[key] = mark{s.print(r), r.Deleted}
}

// compare reads the current records.
func (s *state) compare(r driver.Reader) error {
	living := 0
	var last entity
	for rec, err := range r.Scan(driver.Query{}) {
		if err != nil {
			return err
		}
		key := entity{rec.Kind, rec.ID}
		if cmp.Or(cmp.Compare(last.kind, key.kind), cmp.Compare(last.id, key.id)) >= 0 { // one twice would make up for one hidden
			return fmt.Errorf("%w: the store shows %s/%s twice, or out of order", ErrAltered, rec.Kind, rec.ID)
		}
		last = key
		if m, found := s.newest[key]; !found || m.print != s.print(rec) {
			return fmt.Errorf("%w: the store shows %s/%s otherwise than its log", ErrAltered, rec.Kind, rec.ID)
		}
		if !rec.Deleted {
			living++
		}
	}
	if living != s.living {
		return fmt.Errorf("%w: the store shows %d current records, its log has %d", ErrAltered, living, s.living)
	}
	return nil
}

// print covers all of a record.
func (s *state) print(r driver.Record) uint64 {
	b := appendLeaf(s.buf[:0], "", r)
	b = appendPart(b, string(r.Salt))
	b = appendPart(b, r.By)
	b = appendPart(b, r.Note)
	b = appendNumber(b, int64(len(r.Terms)))
	for _, t := range r.Terms {
		b = appendPart(appendPart(b, t.Key), t.Value)
	}
	s.buf = append(b, r.Data...)
	return maphash.Bytes(s.seed, s.buf)
}
