package isms

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/ismskit/ismskit/isms/driver"
)

// bundleLog checks a log from its first record to its last, when it is written
// to a bundle and when it is read: what was exported can be imported.
type bundleLog struct {
	last driver.Record
	revs map[Link]int64
}

func newBundleLog() bundleLog { return bundleLog{revs: map[Link]int64{}} }

// damaged is an error of what is recorded, not of the store.
func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrDamaged, fmt.Errorf(format, args...))
}

// add takes the next record.
func (b *bundleLog) add(r driver.Record) error {
	last, entity := b.last, Link{Kind: r.Kind, ID: r.ID}
	begins := last.Seq == last.Tx // a transaction
	switch {
	case !ValidID(r.Kind) || !ValidID(r.ID):
		return damaged("kind %q and id %q: want two ids", r.Kind, r.ID)
	case r.Seq != last.Seq+1:
		return damaged("seq is %d, want %d", r.Seq, last.Seq+1)
	case r.Rev != b.revs[entity]+1:
		return damaged("revision is %d, want %d", r.Rev, b.revs[entity]+1)
	case begins && r.Tx < r.Seq || !begins && r.Tx != last.Tx:
		return damaged("tx is %d, want the last seq of the transaction", r.Tx)
	case r.At.Before(last.At):
		return damaged("at is %s, before that of seq %d", r.At, last.Seq)
	case r.Schema < 1:
		return damaged("schema is %d, want 1 or more", r.Schema)
	case r.Deleted && len(r.Data) > 0:
		return damaged("a deletion with data")
	case !slices.IsSortedFunc(r.Terms, compareTerms) || len(slices.Compact(slices.Clone(r.Terms))) != len(r.Terms):
		return damaged("terms are not sorted, each once")
	case !driver.Erased(r) && !bytes.Equal(r.Digest, driver.Sum(r)):
		return damaged("the digest is %x, want %x", r.Digest, driver.Sum(r))
	}
	b.revs[entity] = r.Rev
	b.last = r
	return nil
}

// end checks that no record is missing at the end.
func (b *bundleLog) end() error {
	if b.last.Seq != b.last.Tx {
		return damaged("the last transaction ends with seq %d, want %d", b.last.Seq, b.last.Tx)
	}
	return nil
}
