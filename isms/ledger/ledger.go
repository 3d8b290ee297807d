package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/ismskit/ismskit/isms/driver"
	"golang.org/x/mod/sumdb/note"
)

// What can be wrong, to be told apart with errors.Is.
var (
	// ErrCheckpoint says that a checkpoint is not one: its form, its signature,
	// or of which log it is.
	ErrCheckpoint = errors.New("checkpoint not accepted")
	// ErrAltered says that the records are not those of the checkpoint, or that
	// what a record holds is not what its digest was made from.
	ErrAltered = errors.New("log was altered")
	// ErrTruncated says that the log has fewer records than the checkpoint: its
	// tail was cut off, or an old backup put back.
	ErrTruncated = errors.New("log is shorter than its checkpoint")
	// ErrProof says that a proof does not prove what it should.
	ErrProof = errors.New("proof does not hold")
)

// Log is the revisions of one tenant in the order of Seq: the leaves of a hash
// tree. It is safe for concurrent use.
type Log struct {
	store    driver.Store
	tenant   string
	verifier note.Verifier
}

// Of is the log of a tenant in a store, with the key of its checkpoints. One
// key can serve every tenant: the origin of a checkpoint is the name of the key,
// a slash, and the tenant.
func Of(store driver.Store, tenant string, key note.Verifier) Log {
	return Log{store, tenant, key}
}

// Report is what a log looks like beside a checkpoint.
type Report struct {
	// Size is the number of records that the checkpoint covers.
	Size int64
	// Head is the number of records there are. About those after Size the
	// checkpoint says nothing.
	Head int64
	// Erased are the Seqs of the records that hold nothing any more. That they
	// were there is proven like the rest, and so would be what they held, for
	// whoever still has it. Nothing here tells who erased them, or why.
	Erased []int64
	// Altered are the Seqs of the records that hold something else than their
	// digest was made from.
	Altered []int64
}

// Checkpoint signs the state of the log now. previous is the newest checkpoint
// that was signed for this log, nil only for the first: a log that does not
// continue it is refused with [ErrAltered] or [ErrTruncated], for a key that
// signs two histories proves nothing. A log with altered records is refused too.
//
// What was signed proves something from the moment that a copy of it is where
// those who can change the store cannot. It takes time linear in the log.
func (l Log) Checkpoint(ctx context.Context, signer note.Signer, previous []byte) ([]byte, error) {
	var last head
	if previous != nil {
		var err error
		if last, err = openOf(previous, l.verifier, l.tenant); err != nil {
			return nil, fmt.Errorf("previous: %w", err)
		}
	}
	var t tree
	t.keepRoot(last.size)
	report, err := l.read(ctx, &t, nil)
	if err != nil {
		return nil, err
	}
	if previous != nil {
		err = report.compare(&t, last)
	}
	if err = errors.Join(err, report.damage()); err != nil {
		return nil, err
	}
	now := head{origin(l.verifier.Name(), l.tenant), t.size, t.root()}
	signed, err := note.Sign(&note.Note{Text: now.text()}, signer)
	if err != nil {
		return nil, err
	}
	if _, err := openOf(signed, l.verifier, l.tenant); err != nil {
		return nil, fmt.Errorf("the signer is not of this log's key: %w", err)
	}
	return signed, nil
}

// Verify compares the log with a checkpoint, and every record with its digest.
// Without an error the records up to Size are those that the checkpoint was
// signed over, none missing, added, changed or out of place, but for the
// contents in Erased. That is the log: see [Log.VerifyCurrent] for what programs
// read from the store.
//
// The error is [ErrCheckpoint], [ErrAltered], [ErrTruncated] or that of the
// store; the report then holds what could be seen all the same. It takes time
// linear in the log, and memory for Erased and Altered.
func (l Log) Verify(ctx context.Context, checkpoint []byte) (Report, error) {
	cp, err := openOf(checkpoint, l.verifier, l.tenant)
	if err != nil {
		return Report{}, err
	}
	var t tree
	t.keepRoot(cp.size)
	report, err := l.read(ctx, &t, nil)
	report.Size = cp.size
	if err != nil {
		return report, err
	}
	return report, errors.Join(report.compare(&t, cp), report.damage())
}

// read adds the whole log to t, and shows each record to see unless it is nil.
func (l Log) read(ctx context.Context, t *tree, see func(driver.Record)) (Report, error) {
	var report Report
	h := hasher{tenant: l.tenant}
	err := l.store.View(ctx, l.tenant, driver.Latest, func(r driver.Reader) error {
		for rec, err := range r.Log(0) {
			if errors.Is(err, driver.ErrNotFound) {
				return fmt.Errorf("%w after record %d: %w", ErrAltered, report.Head, err) // the store counts more than it has
			}
			if err != nil {
				return err
			}
			if rec.Seq != report.Head+1 {
				return fmt.Errorf("%w: record %d stands where record %d should", ErrAltered, rec.Seq, report.Head+1)
			}
			report.Head++
			report = report.with(rec)
			t.add(h.leaf(rec))
			if see != nil {
				see(rec)
			}
		}
		return nil
	})
	return report, err
}

// with is the report with a record noted that does not match its digest.
func (r Report) with(rec driver.Record) Report {
	switch {
	case bytes.Equal(driver.Sum(rec), rec.Digest):
	case driver.Erased(rec):
		r.Erased = append(r.Erased, rec.Seq)
	default:
		r.Altered = append(r.Altered, rec.Seq)
	}
	return r
}

// compare tells whether the log that was read continues a checkpoint.
func (r Report) compare(t *tree, cp head) error {
	switch {
	case t.size < cp.size:
		return fmt.Errorf("%w: %d records, and %s", ErrTruncated, t.size, cp)
	case t.roots[cp.size] != cp.root:
		return fmt.Errorf("%w: its first %d records are not those of the %s", ErrAltered, cp.size, cp)
	}
	return nil
}

// damage is an error for the altered records.
func (r Report) damage() error {
	if len(r.Altered) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %d records do not match their digest, the first is record %d", ErrAltered, len(r.Altered), r.Altered[0])
}
