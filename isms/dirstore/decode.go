package dirstore

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/ismskit/ismskit/internal/ident"
	"github.com/ismskit/ismskit/isms/driver"
)

// logReader reads the transactions of one file of the log.
type logReader struct {
	path string
	in   *bufio.Reader
	line int
	sum  hash.Hash
}

func newLogReader(path string, in io.Reader) *logReader {
	return &logReader{path: path, in: bufio.NewReaderSize(in, 1<<16), sum: sha256.New()}
}

// next reads a transaction that begins with the record after head; io.EOF after
// the last one.
func (l *logReader) next(ctx context.Context, head int64) (h header, records []driver.Record, err error) {
	l.sum.Reset()
	if err := l.read(&h); err != nil {
		if errors.Is(err, io.EOF) && l.line > 0 {
			return h, nil, io.EOF
		}
		return h, nil, l.damaged(err)
	}
	if h.First != head+1 || h.Last < h.First {
		return h, nil, l.damaged(fmt.Errorf("has records %d to %d, want them from %d on", h.First, h.Last, head+1))
	}
	for seq := h.First; seq <= h.Last; seq++ {
		if err := ctx.Err(); err != nil {
			return h, nil, err
		}
		var one line
		err := l.read(&one)
		if err == nil {
			err = one.check(seq)
		}
		var r driver.Record
		if err == nil {
			r, err = one.record(h)
		}
		if err != nil {
			return h, nil, l.damaged(err)
		}
		records = append(records, r)
	}
	want := trailer(l.sum.Sum(nil))
	have, err := l.readLine()
	if err == nil && string(have) != want {
		err = fmt.Errorf("lines %d to %d want the end %s", l.line-len(records)-1, l.line-1, want)
	}
	if err != nil {
		return h, nil, l.damaged(err)
	}
	return h, records, nil
}

// read decodes the next line, which must have exactly the fields of v.
func (l *logReader) read(v any) error {
	b, err := l.readLine()
	if err != nil {
		return err
	}
	l.sum.Write(b)
	return strict(b, v)
}

// readLine gives the next line with its end; io.EOF means that there is none.
func (l *logReader) readLine() ([]byte, error) {
	b, err := l.in.ReadBytes('\n')
	if len(b) > 0 {
		l.line++
	}
	if errors.Is(err, io.EOF) && len(b) > 0 {
		return nil, errors.New("the line is cut off")
	}
	return b, err
}

func (l *logReader) damaged(err error) error {
	at := l.line
	if errors.Is(err, io.EOF) {
		at, err = l.line+1, errors.New("the file is cut off")
	}
	return fmt.Errorf("%s:%d: %w: %w", l.path, at, ErrDamaged, err)
}

func strict(b []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return errors.New("want an object of JSON")
		}
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("want one object of JSON a line")
	}
	return nil
}

func (l *line) check(seq int64) error {
	switch {
	case l.Seq != seq:
		return fmt.Errorf("seq is %d, want %d", l.Seq, seq)
	case !ident.Valid(l.Kind):
		return badID("kind", l.Kind)
	case !ident.Valid(l.ID):
		return badID("id", l.ID)
	case len(l.Data) > 0 && len(l.Base64) > 0:
		return errors.New("want either data or base64")
	}
	return nil
}

func (l *line) record(h header) (driver.Record, error) {
	r := driver.Record{
		Kind: l.Kind, ID: l.ID, Rev: l.Rev, Seq: l.Seq, Tx: or(l.Tx, h.Last),
		At: or(l.At, h.At).UTC(), By: string(or(l.By, h.By)), Note: string(or(l.Note, h.Note)),
		Deleted: l.Deleted, Schema: l.Schema, Data: l.Base64, Salt: l.Salt, Digest: l.Digest,
	}
	if len(l.Data) > 0 {
		r.Data = l.Data
	}
	for _, t := range l.Terms {
		r.Terms = append(r.Terms, driver.Term{Key: string(t[0]), Value: string(t[1])})
	}
	if sum := driver.Sum(r); !l.OtherDigest && !bytes.Equal(sum, r.Digest) {
		return r, fmt.Errorf("the digest of %s/%s revision %d is %x, want %x", r.Kind, r.ID, r.Rev, sum, r.Digest)
	}
	return r, nil
}

func or[T any](own *T, shared T) T {
	if own != nil {
		return *own
	}
	return shared
}
