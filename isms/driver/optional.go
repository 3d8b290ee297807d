package driver

import (
	"bytes"
	"context"
	"iter"
)

// Batch is what a [Reader] may offer where asking for records one by one is slow,
// as over a network.
type Batch interface {
	// GetAll yields, in any order, what [Reader.Get] gives for each of the ids of a
	// kind, tombstones too; one that never was is left out. No id is given twice.
	GetAll(kind string, ids []string) iter.Seq2[Record, error]
}

// Admin is what a [Store] may offer to whoever runs it: the tenants themselves,
// rather than the records of one. Nothing above a store hands it to users.
type Admin interface {
	// Tenants yields the name of every tenant that has records, bytewise. A
	// tenant that comes or goes meanwhile may be left out.
	Tenants(ctx context.Context) iter.Seq2[string, error]
	// Drop removes every record of a tenant, all or none, as if it was never
	// written: a later record begins at Seq 1 again. It waits for a writer as
	// Update does. Dropping a tenant without records does nothing.
	Drop(ctx context.Context, tenant string) error
}

// Eraser is what a [Store] may offer where the law wants data gone: it forgets
// what records hold, but not that they were there.
type Eraser interface {
	// Erase drops Salt, By, Note, Terms and Data of the records of tenant with
	// these Seqs, all or none, wherever the store keeps them, index and free
	// pages too. Every other field stays, Digest above all, so that a proof of
	// the record still holds. Erasing again does nothing; a Seq that is not there
	// is ErrNotFound. It waits for a writer as Update does.
	Erase(ctx context.Context, tenant string, seqs ...int64) error
}

// Erased reports whether what a record held has been erased: nothing of it is
// left, although Digest is of something. It cannot tell who did so, or why.
func Erased(r Record) bool {
	return len(r.Salt) == 0 && r.By == "" && r.Note == "" && len(r.Terms) == 0 && len(r.Data) == 0 &&
		len(r.Digest) > 0 && !bytes.Equal(r.Digest, Sum(r))
}
