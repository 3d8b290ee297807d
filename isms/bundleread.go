package isms

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/ismskit/ismskit/isms/driver"
)

// Import fills an empty space with what [Space.Export] wrote, all of it or, when
// anything is wrong, none; the tenant may have another name. Every revision is
// recorded as it was, so a new export gives the same bytes.
//
// Each line and each digest is checked. The error is ErrDamaged, with the number
// of the line, for a file that is cut off, edited or not a bundle; ErrNewer for
// one of a newer program; driver.ErrConflict when the space has records.
//
// It takes memory for one line, at most 128 MiB, for the ids of the entities, and
// for what the store itself holds of a transaction. A store that has to try again
// needs an r that is an io.Seeker, such as a file; otherwise the import ends with
// an error.
func (s *Space) Import(ctx context.Context, r io.Reader) error {
	if err := s.writable(); err != nil {
		return fmt.Errorf("import: %w", err)
	}
	rewind := rewinder(r)
	err := s.store.driver.Update(ctx, s.tenant, func(w driver.Writer) error {
		if err := rewind(); err != nil {
			return err
		}
		head, _, err := w.Head()
		if err != nil {
			return err
		}
		if head != 0 {
			return fmt.Errorf("%w: the space has %d records, want none", driver.ErrConflict, head)
		}
		b := bundleReader{in: bufio.NewReaderSize(r, 1<<16), sum: sha256.New(), log: newBundleLog()}
		if err := b.all(w); err != nil {
			return b.at(err)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	return nil
}

// rewinder makes a function that goes back to where r is now, from its second
// call on.
func rewinder(r io.Reader) func() error {
	seeker, canSeek := r.(io.Seeker)
	start, first := int64(0), true
	if canSeek {
		at, err := seeker.Seek(0, io.SeekCurrent)
		start, canSeek = at, err == nil // a pipe is an *os.File too
	}
	return func() error {
		if first {
			first = false
			return nil
		}
		if !canSeek {
			return errors.New("the store had to try again, which takes a file rather than a stream")
		}
		_, err := seeker.Seek(start, io.SeekStart)
		return err
	}
}

// bundleReader reads a bundle from its first line to its last.
type bundleReader struct {
	in     *bufio.Reader
	sum    hash.Hash // of the lines before this one
	number int       // of this line
	line   []byte
	log    bundleLog
}

// at tells the line of an error that is of the bundle.
func (b *bundleReader) at(err error) error {
	if errors.Is(err, ErrDamaged) || errors.Is(err, ErrNewer) {
		return fmt.Errorf("line %d: %w", b.number, err)
	}
	return err
}

// all reads the bundle into w.
func (b *bundleReader) all(w driver.Writer) error {
	if err := b.header(); err != nil {
		return err
	}
	var batch []driver.Record
	for size := 0; ; {
		if err := b.next(); err != nil {
			return err
		}
		if bytes.HasPrefix(b.line, []byte(`{"records":`)) {
			break
		}
		r, err := b.record()
		if err != nil {
			return err
		}
		batch = append(batch, r)
		if size += len(b.line); len(batch) == feedRecords || size >= feedBytes {
			if err := w.Append(batch...); err != nil {
				return err
			}
			batch, size = nil, 0
		}
	}
	if err := b.end(); err != nil {
		return err
	}
	return w.Append(batch...)
}

// next reads a line, without its end.
func (b *bundleReader) next() error {
	if b.number > 0 {
		b.sum.Write(b.line)
		b.sum.Write([]byte{'\n'})
	}
	b.number++
	b.line = b.line[:0]
	for {
		part, err := b.in.ReadSlice('\n')
		b.line = append(b.line, part...)
		switch {
		case len(b.line) > bundleLine:
			return damaged("the line is too long, want at most %d bytes", bundleLine)
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF):
			return damaged("the file is cut off")
		case err != nil:
			return err
		}
		b.line = b.line[:len(b.line)-1]
		return nil
	}
}

func (b *bundleReader) header() error {
	if err := b.next(); err != nil {
		return err
	}
	var h bundleHeader
	if err := json.Unmarshal(b.line, &h); err != nil || h.Format != bundleFormat || h.Version < 1 {
		return damaged("not a bundle: want {\"format\":%q,...}", bundleFormat)
	}
	if h.Version > bundleVersion {
		return fmt.Errorf("version %d: %w: this program knows version %d", h.Version, ErrNewer, bundleVersion)
	}
	return b.exactly(marshal(h))
}

// record checks the line of a record among those before it.
func (b *bundleReader) record() (driver.Record, error) {
	var l bundleRecord
	if err := json.Unmarshal(b.line, &l); err != nil {
		return driver.Record{}, damaged("%w", err)
	}
	r := l.record()
	if err := b.exactly(encodeBundled(r)); err != nil {
		return r, err
	}
	return r, b.log.add(r)
}

// exactly refuses a line that is not what Export writes: with a field unknown or
// twice, or in another form. What is read so is written so again.
func (b *bundleReader) exactly(want []byte, err error) error {
	if err != nil {
		return damaged("%w", err)
	}
	if !bytes.Equal(b.line, want) {
		i := 0
		for i < min(len(want), len(b.line)) && b.line[i] == want[i] {
			i++
		}
		return damaged("column %d: not as it was written", i+1)
	}
	return nil
}

// end checks the last line, and that nothing follows it.
func (b *bundleReader) end() error {
	if err := b.exactly(marshal(bundleEnd{b.log.last.Seq, hex.EncodeToString(b.sum.Sum(nil))})); err != nil {
		return err
	}
	if err := b.log.end(); err != nil {
		return err
	}
	switch _, err := b.in.ReadByte(); {
	case err == nil:
		return damaged("something follows the end")
	case !errors.Is(err, io.EOF):
		return err
	default:
		return nil
	}
}
