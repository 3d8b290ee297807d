package ledger

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/ismskit/ismskit/isms/driver"
	"golang.org/x/mod/sumdb/tlog"
)

// leafForm begins every leaf. Another encoding begins otherwise, so that no
// leaf can be read in two ways.
const leafForm = "ismskit leaf 1\n"

// appendLeaf appends the leaf of a record:
//
//	"ismskit leaf 1\n"
//	tenant, kind, id, digest    each preceded by its length
//	seq, tx, rev, schema
//	at                          seconds since 1970 UTC, then nanoseconds
//	deleted                     one byte, 1 or 0
//
// Every number is eight bytes, big-endian, in two's complement. What may be
// erased is in the digest; everything else of a record is here itself.
func appendLeaf(b []byte, tenant string, r driver.Record) []byte {
	b = append(b, leafForm...)
	b = appendPart(b, tenant)
	b = appendPart(b, r.Kind)
	b = appendPart(b, r.ID)
	b = appendPart(b, string(r.Digest))
	for _, n := range [...]int64{r.Seq, r.Tx, r.Rev, int64(r.Schema), r.At.Unix(), int64(r.At.Nanosecond())} {
		b = appendNumber(b, n)
	}
	if r.Deleted {
		return append(b, 1)
	}
	return append(b, 0)
}

func appendPart(b []byte, s string) []byte {
	return append(appendNumber(b, int64(len(s))), s...)
}

func appendNumber(b []byte, n int64) []byte {
	return binary.BigEndian.AppendUint64(b, uint64(n)) //nolint:gosec // two's complement is the encoding
}

// hasher makes the leaf hashes of one tenant (RFC 6962, 2.1), in one buffer.
type hasher struct {
	tenant string
	buf    []byte
}

func (h *hasher) leaf(r driver.Record) tlog.Hash {
	h.buf = appendLeaf(append(h.buf[:0], 0), h.tenant, r)
	return sha256.Sum256(h.buf)
}
