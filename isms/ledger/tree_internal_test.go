package ledger

import (
	"encoding/hex"
	"fmt"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// The known answers of Certificate Transparency (RFC 6962): the roots over the
// first 0 to 8 of these leaves.
func TestKnownRoots(t *testing.T) {
	leaves := []string{
		"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
	}
	roots := []string{
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	}
	var tr tree
	for n, want := range roots {
		if root := tr.root(); hex.EncodeToString(root[:]) != want {
			t.Errorf("root of %d leaves = %x, want %s", n, root, want)
		}
		if n < len(leaves) {
			data, err := hex.DecodeString(leaves[n])
			if err != nil {
				t.Fatal(err)
			}
			tr.add(tlog.RecordHash(data))
		}
	}
}

// A tree that keeps only what it was asked for gives the roots and proofs that
// tlog gives with every hash at hand, for each size and each pair of sizes.
func TestTreeIsThatOfTlog(t *testing.T) {
	const most = 70
	var stored []tlog.Hash
	full := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var hashes []tlog.Hash
		for _, i := range indexes {
			hashes = append(hashes, stored[i])
		}
		return hashes, nil
	})
	leaf := func(i int64) tlog.Hash { return tlog.RecordHash(fmt.Append(nil, i)) }
	for size := int64(0); size <= most; size++ {
		var tr tree
		for i := range size {
			tr.add(leaf(i))
		}
		want, err := tlog.TreeHash(size, full)
		if got := tr.root(); err != nil || got != want {
			t.Fatalf("root of %d leaves = %v, want %v, %v", size, got, want, err)
		}
		for n := range size {
			same(t, size, func(r tlog.HashReader) ([]tlog.Hash, error) { return tlog.ProveRecord(size, n, r) }, full, leaf)
			same(t, size, func(r tlog.HashReader) ([]tlog.Hash, error) { return tlog.ProveTree(size, n+1, r) }, full, leaf)
		}
		more, err := tlog.StoredHashesForRecordHash(size, leaf(size), full)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, more...)
	}
}

func same(t *testing.T, size int64, prove prover, full tlog.HashReader, leaf func(int64) tlog.Hash) {
	t.Helper()
	var tr tree
	if err := tr.keepFor(prove); err != nil {
		t.Fatal(err)
	}
	for i := range size {
		tr.add(leaf(i))
	}
	want, err := prove(full)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := prove(&tr); err != nil || !slices.Equal(got, want) {
		t.Fatalf("proof in a tree of %d = %v, %v, want %v", size, got, err, want)
	}
}

// A hash that was not kept, or not reached, is an error and not a zero.
func TestReadHashesOfWhatIsThere(t *testing.T) {
	var tr tree
	if err := tr.keepFor(func(r tlog.HashReader) ([]tlog.Hash, error) { return tlog.ProveRecord(4, 0, r) }); err != nil {
		t.Fatal(err)
	}
	tr.add(tlog.Hash{1})
	for _, index := range []int64{0, 1, 99} {
		if _, err := tr.ReadHashes([]int64{index}); err == nil {
			t.Errorf("ReadHashes(%d) = nil, want an error", index)
		}
	}
}
