package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ismskit/ismskit/isms/driver"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	inclusionForm = "c2sp.org/tlog-proof@v1\nindex "
	olderForm     = "old "
)

// ProveInclusion proves that the log of a checkpoint has the record with this
// Seq in its place. record is that record as a JSON file, complete, or without
// contents when they were erased; proof is text of at most 1 KiB for up to
// 2,000,000 records. With an empty line and the checkpoint after it, proof is a
// C2SP tlog-proof.
//
// Errors are those of [Log.Verify], and [driver.ErrNotFound] for a Seq that the
// checkpoint does not cover. It takes time linear in the log; see
// [Log.ProveInclusions] for many records.
func (l Log) ProveInclusion(ctx context.Context, checkpoint []byte, seq int64) (proof, record []byte, err error) {
	list, err := l.ProveInclusions(ctx, checkpoint, seq)
	if err != nil {
		return nil, nil, err
	}
	return list[0].Proof, list[0].Record, nil
}

// Inclusion is what [Log.ProveInclusion] makes of the record with a Seq.
type Inclusion struct {
	Seq           int64
	Proof, Record []byte
}

// ProveInclusions is [Log.ProveInclusion] for many records, in their order, by
// reading the log once. It takes time linear in the log and in what is asked
// for, and memory for the records.
func (l Log) ProveInclusions(ctx context.Context, checkpoint []byte, seqs ...int64) ([]Inclusion, error) {
	cp, err := openOf(checkpoint, l.verifier, l.tenant)
	if err != nil {
		return nil, err
	}
	found := make(map[int64]driver.Record, len(seqs))
	provers := make([]prover, len(seqs))
	for i, seq := range seqs {
		if seq < 1 || seq > cp.size {
			return nil, fmt.Errorf("record %d: %w: the %s covers 1 to %d", seq, driver.ErrNotFound, cp, cp.size)
		}
		found[seq] = driver.Record{}
		provers[i] = func(r tlog.HashReader) ([]tlog.Hash, error) { return tlog.ProveRecord(cp.size, seq-1, r) }
	}
	hashes, report, err := l.prove(ctx, provers, func(r driver.Record) {
		if _, asked := found[r.Seq]; asked {
			found[r.Seq] = r
		}
	}, cp)
	if err != nil {
		return nil, err
	}
	for _, seq := range report.Altered {
		if _, asked := found[seq]; asked {
			return nil, fmt.Errorf("%w: record %d does not match its digest", ErrAltered, seq)
		}
	}
	list := make([]Inclusion, len(seqs))
	for i, seq := range seqs {
		record, err := encodeRecord(l.tenant, found[seq])
		if err != nil {
			return nil, fmt.Errorf("record %d: %w", seq, err)
		}
		list[i] = Inclusion{seq, formatProof(inclusionForm, seq-1, hashes[i]), record}
	}
	return list, nil
}

// CheckInclusion checks, without a store, what [Log.ProveInclusion] made, and
// returns the record. [driver.Erased] tells whether its contents are gone;
// otherwise they are proven as well. The error is [ErrCheckpoint] or [ErrProof].
func CheckInclusion(key note.Verifier, checkpoint, proof, record []byte) (driver.Record, error) {
	tenant, r, err := decodeRecord(record)
	if err != nil {
		return driver.Record{}, fmt.Errorf("%w: record: %w", ErrProof, err)
	}
	cp, err := openOf(checkpoint, key, tenant)
	if err != nil {
		return driver.Record{}, err
	}
	index, hashes, err := parseProof(inclusionForm, proof)
	if err != nil {
		return driver.Record{}, err
	}
	if index != r.Seq-1 {
		return driver.Record{}, fmt.Errorf("%w: it is of record %d, not of record %d", ErrProof, index+1, r.Seq)
	}
	h := hasher{tenant: tenant}
	if err := tlog.CheckRecord(hashes, cp.size, cp.root, index, h.leaf(r)); err != nil {
		return driver.Record{}, fmt.Errorf("%w: record %d and the %s: %w", ErrProof, r.Seq, cp, err)
	}
	if !bytes.Equal(driver.Sum(r), r.Digest) && !driver.Erased(r) {
		return driver.Record{}, fmt.Errorf("%w: record %d does not match its digest", ErrProof, r.Seq)
	}
	return r, nil
}

// ProveConsistency proves that the log of the newer checkpoint begins with all
// of the log of the older one: nothing before it was changed. The proof is text
// of at most 1 KiB for up to 1,000,000 records; with an empty line and the newer
// checkpoint after it, it is what a C2SP tlog-witness reads. Errors are those of
// [Log.Verify]. It takes time linear in the log.
func (l Log) ProveConsistency(ctx context.Context, older, newer []byte) ([]byte, error) {
	from, err := openOf(older, l.verifier, l.tenant)
	if err != nil {
		return nil, fmt.Errorf("older: %w", err)
	}
	to, err := openOf(newer, l.verifier, l.tenant)
	if err != nil {
		return nil, fmt.Errorf("newer: %w", err)
	}
	if from.size > to.size {
		return nil, fmt.Errorf("%w: the older checkpoint covers %d records, the newer %d", ErrCheckpoint, from.size, to.size)
	}
	hashes, _, err := l.prove(ctx, []prover{func(r tlog.HashReader) ([]tlog.Hash, error) {
		if from.size == 0 {
			return nil, nil // anything continues an empty log
		}
		return tlog.ProveTree(to.size, from.size, r)
	}}, nil, from, to)
	if err != nil {
		return nil, err
	}
	return formatProof(olderForm, from.size, hashes[0]), nil
}

// CheckConsistency checks, without a store, what [Log.ProveConsistency] made.
// The error is [ErrCheckpoint] or [ErrProof].
func CheckConsistency(key note.Verifier, older, newer, proof []byte) error {
	from, err := openCheckpoint(older, key)
	if err != nil {
		return fmt.Errorf("older: %w", err)
	}
	to, err := openCheckpoint(newer, key)
	if err != nil {
		return fmt.Errorf("newer: %w", err)
	}
	if from.origin != to.origin {
		return fmt.Errorf("%w: they are of two logs: %s and %s", ErrCheckpoint, from.origin, to.origin)
	}
	size, hashes, err := parseProof(olderForm, proof)
	if err != nil {
		return err
	}
	if size != from.size {
		return fmt.Errorf("%w: it is from record %d, not from record %d", ErrProof, size, from.size)
	}
	if from.size == 0 {
		if len(hashes) > 0 || from.root != new(tree).root() {
			return fmt.Errorf("%w: an empty log has the root of nothing and needs no hashes", ErrProof)
		}
		return nil
	}
	if err := tlog.CheckTree(hashes, to.size, to.root, from.size, from.root); err != nil {
		return fmt.Errorf("%w: %s and %s: %w", ErrProof, from, to, err)
	}
	return nil
}

// prove reads the log, compares it with the checkpoints, and makes the proofs.
func (l Log) prove(ctx context.Context, provers []prover, see func(driver.Record), cps ...head) ([][]tlog.Hash, Report, error) {
	var t tree
	for _, p := range provers {
		if err := t.keepFor(p); err != nil {
			return nil, Report{}, err
		}
	}
	for _, cp := range cps {
		t.keepRoot(cp.size)
	}
	report, err := l.read(ctx, &t, see)
	for _, cp := range cps {
		if err == nil {
			err = report.compare(&t, cp)
		}
	}
	if err != nil {
		return nil, report, err
	}
	hashes := make([][]tlog.Hash, len(provers))
	for i, p := range provers {
		if hashes[i], err = p(&t); err != nil {
			return nil, report, err
		}
	}
	return hashes, report, nil
}

// formatProof writes a number and hashes, one a line.
func formatProof(form string, n int64, hashes []tlog.Hash) []byte {
	b := fmt.Appendf(nil, "%s%d\n", form, n)
	for _, h := range hashes {
		b = fmt.Appendf(b, "%s\n", h)
	}
	return b
}

func parseProof(form string, proof []byte) (n int64, hashes []tlog.Hash, err error) {
	rest, ok := strings.CutPrefix(string(proof), form)
	if !ok {
		return 0, nil, fmt.Errorf("%w: want it to begin with %q", ErrProof, form)
	}
	lines := strings.Split(rest, "\n")
	if last := len(lines) - 1; last == 0 || lines[last] != "" || last > 130 {
		return 0, nil, fmt.Errorf("%w: %w", ErrProof, errors.New("want a number and a few hashes, each on a line"))
	}
	if n, err = parseNumber(lines[0]); err != nil {
		return 0, nil, fmt.Errorf("%w: %w", ErrProof, err)
	}
	for _, line := range lines[1 : len(lines)-1] {
		h, err := parseHash(line)
		if err != nil {
			return 0, nil, fmt.Errorf("%w: %w", ErrProof, err)
		}
		hashes = append(hashes, h)
	}
	return n, hashes, nil
}
