// Package driver is what a host implements to store ismskit's records.
//
// A driver moves opaque, immutable revisions: it never looks into Data, never
// edits a record, and knows nothing of risks or controls. Everything clever
// (validation, references, history, views of the past) is built once above it,
// in package isms. Prove a driver with isms/storetest.
package driver

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"iter"
	"math"
	"time"
)

// The errors a driver returns. Callers test them with errors.Is, so a driver
// may wrap them to say which record.
var (
	// ErrNotFound says that no such record exists for this tenant at the view's
	// Seq. A tenant that was never written has no records; it is not an error.
	ErrNotFound = errors.New("record not found")
	// ErrConflict says that an appended record is not the next revision of its
	// entity, or not the next Seq of its tenant. The transaction is lost.
	ErrConflict = errors.New("revision conflict")
	// ErrReadOnly says that this store cannot write at all.
	ErrReadOnly = errors.New("store is read-only")
	// ErrClosed says that the store was closed.
	ErrClosed = errors.New("store is closed")
)

// Latest asks View for the newest committed state.
const Latest int64 = math.MaxInt64

// Record is one revision of one entity: what the entity was from this Seq until
// its next revision. All fields are chosen by the caller and kept verbatim.
type Record struct {
	Kind, ID string
	Rev      int64     // 1, 2, 3 ... of this entity; a deletion is a revision too
	Seq      int64     // 1, 2, 3 ... of this tenant, without a hole
	Tx       int64     // the last Seq of the transaction that wrote this record
	At       time.Time // UTC, never earlier than that of the previous Seq
	By, Note string    // who, and why, kept byte for byte; the same for a whole transaction
	Deleted  bool      // a tombstone: Data is empty
	Schema   int       // of Data
	Data     []byte    // kept byte for byte
	Terms    []Term    // index hints, sorted, without doubles
	Salt     []byte    // makes Digest hide short content
	Digest   []byte    // Sum of this record, as computed when it was written
}

// Term is an index hint: a record with this term is among the answers to a
// query for it.
type Term struct{ Key, Value string }

// Query selects current records. The zero Query selects every one.
// A driver may return more than was asked for, never less, and never anything
// at or before After, so that paging ends.
type Query struct {
	Kind  string // one kind; "" for all kinds
	Terms []Term // records that have every one of these terms
	After string // records after this id; with Kind "", after this "kind/id"
	// SinceSchema makes a driver return records with a lower Schema whatever
	// their terms: they were indexed by an older program.
	SinceSchema int
}

// Store keeps the records of many tenants apart. It is safe for concurrent use.
type Store interface {
	// View runs f on the records of tenant with a Seq of at most seq, as one
	// consistent state, while writers go on. Latest means everything committed
	// when View began. The Reader ends with f.
	View(ctx context.Context, tenant string, seq int64, f func(Reader) error) error

	// Update runs f in a transaction that is strictly serialisable within the
	// tenant: all of its appends happen when f returns nil, none otherwise. A
	// second writer waits, as long as ctx allows. Update may run f again after a
	// serialisation failure. When Update returns nil, the records are as durable
	// as the store can make them.
	Update(ctx context.Context, tenant string, f func(Writer) error) error

	// Close releases what the store itself opened. Later calls give ErrClosed.
	Close() error
}

// Reader reads one tenant at one moment. It belongs to one goroutine.
// Get, Scan, History and Log may be called within each other's loops.
// Callers do not change what a Record points to, and neither does the driver.
type Reader interface {
	// Get returns the current revision of an entity, which may be a tombstone,
	// or ErrNotFound when there never was one.
	Get(kind, id string) (Record, error)
	// Scan yields the current revisions that q selects, by kind and then id,
	// both bytewise. Tombstones may be left out.
	Scan(q Query) iter.Seq2[Record, error]
	// History yields every revision of an entity, oldest first, tombstones too.
	History(kind, id string) iter.Seq2[Record, error]
	// Log yields every record with a Seq above after, in the order of Seq.
	Log(after int64) iter.Seq2[Record, error]
	// Head returns the Seq and the time of the newest record: 0 and the zero
	// time when there is none.
	Head() (seq int64, at time.Time, err error)
}

// Writer reads what is committed and what it appended itself, and appends.
type Writer interface {
	Reader
	// Append adds records. It gives ErrConflict unless each has Rev = stored+1
	// and Seq = head+1, counting the records before it.
	Append(records ...Record) error
}

// Sum is the digest of a record: SHA-256 over Salt, By, Note, each Term and
// Data, every part preceded by its length as eight bytes, big-endian, and the
// terms by their number. It covers what may be erased; the rest of a record is
// covered by whoever seals the log.
func Sum(r Record) []byte {
	h := sha256.New()
	var n [8]byte
	size := func(l int) {
		binary.BigEndian.PutUint64(n[:], uint64(l)) //nolint:gosec // a length is not negative
		h.Write(n[:])
	}
	part := func(b []byte) {
		size(len(b))
		h.Write(b)
	}
	part(r.Salt)
	part([]byte(r.By))
	part([]byte(r.Note))
	size(len(r.Terms))
	for _, t := range r.Terms {
		part([]byte(t.Key))
		part([]byte(t.Value))
	}
	part(r.Data)
	return h.Sum(nil)
}
