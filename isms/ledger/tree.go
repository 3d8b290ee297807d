package ledger

import (
	"errors"

	"golang.org/x/mod/sumdb/tlog"
)

// tree is the hash tree of a log that is read once, from its first leaf. It
// holds the roots of the complete subtrees only, at most 64, and what it was
// asked to keep. Its zero value is the empty tree.
type tree struct {
	size  int64
	next  int64       // the stored hash index (see tlog) of the next hash
	peaks []tlog.Hash // from the largest subtree to the smallest

	kept  map[int64]tlog.Hash // by stored hash index, of those asked for
	roots map[int64]tlog.Hash // by size, of those asked for
}

// keepRoot asks for the root at a size that the tree has yet to reach.
func (t *tree) keepRoot(size int64) {
	if t.roots == nil {
		t.roots = map[int64]tlog.Hash{}
	}
	t.roots[size] = t.root()
}

// prover is what makes a proof of hashes that it reads, all at once.
type prover func(tlog.HashReader) ([]tlog.Hash, error)

// keepFor asks for the hashes that a prover reads, beside those asked for.
func (t *tree) keepFor(prove prover) error {
	var wanted []int64
	errSeen := errors.New("seen")
	_, err := prove(tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		wanted = indexes
		return nil, errSeen
	}))
	if err != nil && !errors.Is(err, errSeen) {
		return err
	}
	if t.kept == nil {
		t.kept = make(map[int64]tlog.Hash, len(wanted))
	}
	for _, i := range wanted {
		t.kept[i] = tlog.Hash{}
	}
	return nil
}

// ReadHashes implements [tlog.HashReader] with what was kept.
func (t *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		h, found := t.kept[index]
		if !found || index >= t.next {
			return nil, errors.New("hash of the tree was not kept")
		}
		hashes[i] = h
	}
	return hashes, nil
}

// add appends a leaf by its hash.
func (t *tree) add(h tlog.Hash) {
	t.keep(h)
	for n := t.size; n&1 == 1; n >>= 1 { // it completes a subtree for each one at the end
		last := len(t.peaks) - 1
		h = tlog.NodeHash(t.peaks[last], h)
		t.peaks = t.peaks[:last]
		t.keep(h)
	}
	t.peaks = append(t.peaks, h)
	t.size++
	if _, asked := t.roots[t.size]; asked {
		t.roots[t.size] = t.root()
	}
}

// keep counts a hash, which comes in the order of stored hash indexes.
func (t *tree) keep(h tlog.Hash) {
	if _, asked := t.kept[t.next]; asked {
		t.kept[t.next] = h
	}
	t.next++
}

// root is the root hash of the leaves so far.
func (t *tree) root() tlog.Hash {
	if len(t.peaks) == 0 {
		h, _ := tlog.TreeHash(0, nil) // of nothing: reads no hash
		return h
	}
	h := t.peaks[len(t.peaks)-1]
	for i := len(t.peaks) - 2; i >= 0; i-- {
		h = tlog.NodeHash(t.peaks[i], h)
	}
	return h
}
