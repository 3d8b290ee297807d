package proof

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"iter"

	"golang.org/x/mod/sumdb/note"

	"github.com/ismskit/ismskit/isms/driver"
)

// keys sign checkpoints, the same way in both stores of a run.
type keys struct {
	signer   note.Signer
	verifier note.Verifier
}

func newKeys() (k keys, err error) {
	private, public, err := note.GenerateKey(rand.Reader, "ledger.example")
	if err != nil {
		return k, err
	}
	k.signer, err = note.NewSigner(private)
	if err != nil {
		return k, err
	}
	k.verifier, err = note.NewVerifier(public)
	return k, err
}

// steady is a store with the same salts every time: they are random otherwise,
// and with them digests, bundles and checkpoints.
type steady struct{ driver.Store }

// Update implements [driver.Store].
func (s steady) Update(ctx context.Context, tenant string, f func(driver.Writer) error) error {
	return s.Store.Update(ctx, tenant, func(w driver.Writer) error { return f(steadyWriter{w}) })
}

// Erase implements [driver.Eraser], for a store that does.
func (s steady) Erase(ctx context.Context, tenant string, seqs ...int64) error {
	if eraser, ok := s.Store.(driver.Eraser); ok {
		return eraser.Erase(ctx, tenant, seqs...)
	}
	return errors.ErrUnsupported
}

// Tenants implements [driver.Admin], for a store that does.
func (s steady) Tenants(ctx context.Context) iter.Seq2[string, error] {
	if admin, ok := s.Store.(driver.Admin); ok {
		return admin.Tenants(ctx)
	}
	return func(yield func(string, error) bool) { yield("", errors.ErrUnsupported) }
}

// Drop implements [driver.Admin], for a store that does.
func (s steady) Drop(ctx context.Context, tenant string) error {
	if admin, ok := s.Store.(driver.Admin); ok {
		return admin.Drop(ctx, tenant)
	}
	return errors.ErrUnsupported
}

type steadyWriter struct{ driver.Writer }

// Append implements [driver.Writer].
func (w steadyWriter) Append(records ...driver.Record) error {
	salted := make([]driver.Record, len(records))
	for i, r := range records {
		r.Salt = binary.BigEndian.AppendUint64(make([]byte, 8), uint64(r.Seq)) //nolint:gosec // a Seq is not negative
		r.Digest = driver.Sum(r)
		salted[i] = r
	}
	return w.Writer.Append(salted...)
}
