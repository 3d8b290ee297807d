package isms

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"time"
	"unicode/utf8"

	"github.com/ismskit/ismskit/isms/driver"
)

// The first line of a bundle, of this version.
const (
	bundleFormat  = "ismskit-bundle"
	bundleVersion = 1
	bundleLine    = 128 << 20 // the longest that is written and read
)

type bundleHeader struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
}

// bundleRecord is one line of a bundle. Data follows as "data" when it is
// compact JSON of an object, byte for byte, and as "base64" otherwise.
type bundleRecord struct {
	Seq     int64           `json:"seq"`
	Tx      int64           `json:"tx"`
	At      time.Time       `json:"at"`
	By      bundleText      `json:"by"`
	Note    bundleText      `json:"note"`
	Kind    string          `json:"kind"`
	ID      string          `json:"id"`
	Rev     int64           `json:"rev"`
	Deleted bool            `json:"deleted,omitempty"`
	Schema  int             `json:"schema"`
	Terms   [][2]bundleText `json:"terms,omitempty"`
	Salt    []byte          `json:"salt,omitempty"`
	Digest  []byte          `json:"digest,omitempty"`
	Base64  []byte          `json:"base64,omitempty"`
	Data    json.RawMessage `json:"data,omitempty"`
}

// bundleEnd is the last line: how many records came before it, and the SHA-256
// of all lines before it, in hex.
type bundleEnd struct {
	Records int64  `json:"records"`
	SHA256  string `json:"sha256"`
}

// Export writes everything that was ever recorded in the space, up to its
// moment, as one file: a line of JSON for each revision, verbatim, between a
// header and a checksum. It does not hold the name of the tenant. The same
// records give the same bytes, whatever store they are in.
//
// It checks each record as [Space.Import] does, so that what was written can be
// read back; the error is ErrDamaged when the store gave something else. What w
// got until an error is not a bundle. A view is open while it writes.
func (s *Space) Export(ctx context.Context, w io.Writer) error {
	b := bundleWriter{out: bufio.NewWriterSize(w, 1<<16), sum: sha256.New(), log: newBundleLog()}
	err := s.view(ctx, func(r driver.Reader) error {
		if err := b.write(bundleHeader{bundleFormat, bundleVersion}); err != nil {
			return err
		}
		for rec, err := range r.Log(0) {
			if err != nil {
				return err
			}
			if err := b.record(rec); err != nil {
				return fmt.Errorf("%s: %w", Link{rec.Kind, rec.ID, rec.Rev}, err)
			}
		}
		return b.log.end()
	})
	if err == nil {
		err = b.write(bundleEnd{b.log.last.Seq, hex.EncodeToString(b.sum.Sum(nil))})
	}
	if err == nil {
		err = b.out.Flush()
	}
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

type bundleWriter struct {
	out *bufio.Writer
	sum hash.Hash
	log bundleLog
}

func (b *bundleWriter) write(v any) error {
	line, err := marshal(v)
	if err != nil {
		return err
	}
	return b.line(line)
}

func (b *bundleWriter) line(line []byte) error {
	line = append(line, '\n')
	if len(line) > bundleLine {
		return fmt.Errorf("a line of %d bytes, want at most %d", len(line), bundleLine)
	}
	b.sum.Write(line)
	_, err := b.out.Write(line)
	return err
}

func (b *bundleWriter) record(r driver.Record) error {
	if err := b.log.add(r); err != nil {
		return err
	}
	line, err := encodeBundled(r)
	if err != nil {
		return err
	}
	return b.line(line)
}

// encodeBundled makes the line of a record.
func encodeBundled(r driver.Record) ([]byte, error) {
	l := bundleRecord{
		Seq: r.Seq, Tx: r.Tx, At: r.At.UTC(), By: bundleText(r.By), Note: bundleText(r.Note),
		Kind: r.Kind, ID: r.ID, Rev: r.Rev, Deleted: r.Deleted, Schema: r.Schema, Salt: r.Salt, Digest: r.Digest,
	}
	for _, t := range r.Terms {
		l.Terms = append(l.Terms, [2]bundleText{bundleText(t.Key), bundleText(t.Value)})
	}
	embedded := embeds(r.Data)
	if !embedded {
		l.Base64 = r.Data
	}
	line, err := marshal(l)
	if err != nil || !embedded {
		return line, err
	}
	line = append(line[:len(line)-1], `,"data":`...) // exactly as it is, which an encoder does not promise
	return append(append(line, r.Data...), '}'), nil
}

// embeds reports whether data can stand in a line of JSON byte for byte.
func embeds(data []byte) bool {
	if len(data) == 0 || data[0] != '{' || !utf8.Valid(data) {
		return false
	}
	var compact bytes.Buffer
	return json.Compact(&compact, data) == nil && bytes.Equal(compact.Bytes(), data)
}

// record makes the record of a line.
func (l bundleRecord) record() driver.Record {
	r := driver.Record{
		Kind: l.Kind, ID: l.ID, Rev: l.Rev, Seq: l.Seq, Tx: l.Tx, At: l.At.UTC(), By: string(l.By), Note: string(l.Note),
		Deleted: l.Deleted, Schema: l.Schema, Data: l.Base64, Salt: l.Salt, Digest: l.Digest,
	}
	if len(l.Data) > 0 {
		r.Data = l.Data
	}
	for _, t := range l.Terms {
		r.Terms = append(r.Terms, driver.Term{Key: string(t[0]), Value: string(t[1])})
	}
	return r
}

// bundleText is a string of JSON, or {"base64": ...} when it is not UTF-8.
type bundleText string

// MarshalJSON implements [json.Marshaler].
func (t bundleText) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(t)) {
		return marshal(string(t))
	}
	return fmt.Appendf(nil, `{"base64":%q}`, base64.StdEncoding.EncodeToString([]byte(t))), nil
}

// UnmarshalJSON implements [json.Unmarshaler].
func (t *bundleText) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, (*string)(t))
	}
	var raw struct {
		Base64 []byte `json:"base64"`
	}
	err := json.Unmarshal(b, &raw)
	*t = bundleText(raw.Base64)
	return err
}
