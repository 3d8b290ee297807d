package dirstore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/ismskit/ismskit/isms/driver"
)

// header is the first line of a transaction. Its Tx is Last.
type header struct {
	First int64     `json:"first"` // Seq of the first record
	Last  int64     `json:"last"`
	At    time.Time `json:"at"`
	By    text      `json:"by"`
	Note  text      `json:"note"`
	// Adopted is the SHA-256, in hex, of the files that people edited and that
	// this transaction took over, by "kind/id.yaml".
	Adopted map[string]string `json:"adopted,omitempty"`
}

// line is one record of a transaction. Data follows as "data" or "base64".
type line struct {
	Seq     int64     `json:"seq"`
	Kind    string    `json:"kind"`
	ID      string    `json:"id"`
	Rev     int64     `json:"rev"`
	Schema  int       `json:"schema"`
	Deleted bool      `json:"deleted,omitempty"`
	Terms   [][2]text `json:"terms,omitempty"`
	Salt    []byte    `json:"salt,omitempty"`
	Digest  []byte    `json:"digest,omitempty"`
	// OtherDigest says that Digest is not driver.Sum of the record: a caller chose
	// it in another way, or what it was of has been erased.
	OtherDigest bool `json:"otherDigest,omitempty"`

	// Where the record is not as the header says:
	Tx   *int64     `json:"tx,omitempty"`
	At   *time.Time `json:"at,omitempty"`
	By   *text      `json:"by,omitempty"`
	Note *text      `json:"note,omitempty"`

	Data   json.RawMessage `json:"data,omitempty"`
	Base64 []byte          `json:"base64,omitempty"`
}

// trailer is the last line: the SHA-256 of the lines before it, with their line
// ends.
func trailer(sum []byte) string { return fmt.Sprintf("{\"sha256\":\"%x\"}\n", sum) }

// encodeTx writes a transaction as lines of JSON. The same records give the
// same bytes.
func encodeTx(ctx context.Context, records []driver.Record, adopted map[string]string) ([]byte, error) {
	first, last := records[0], records[len(records)-1]
	h := header{first.Seq, last.Seq, last.At.UTC(), text(last.By), text(last.Note), adopted}
	var b bytes.Buffer
	if err := appendLine(&b, h); err != nil {
		return nil, err
	}
	for i := range records {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := appendRecord(&b, h, &records[i]); err != nil {
			return nil, fmt.Errorf("%s/%s: %w", records[i].Kind, records[i].ID, err)
		}
	}
	sum := sha256.Sum256(b.Bytes())
	b.WriteString(trailer(sum[:]))
	return b.Bytes(), nil
}

func appendLine(b *bytes.Buffer, v any) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

func appendRecord(b *bytes.Buffer, h header, r *driver.Record) error {
	l := line{
		Seq: r.Seq, Kind: r.Kind, ID: r.ID, Rev: r.Rev, Schema: r.Schema, Deleted: r.Deleted,
		Salt: r.Salt, Digest: r.Digest, OtherDigest: !bytes.Equal(r.Digest, driver.Sum(*r)),
	}
	for _, t := range r.Terms {
		l.Terms = append(l.Terms, [2]text{text(t.Key), text(t.Value)})
	}
	if r.Tx != h.Last {
		l.Tx = &r.Tx
	}
	if at := r.At.UTC(); !at.Equal(h.At) {
		l.At = &at
	}
	if by := text(r.By); by != h.By {
		l.By = &by
	}
	if note := text(r.Note); note != h.Note {
		l.Note = &note
	}
	asJSON := embeds(r.Data)
	if !asJSON {
		l.Base64 = r.Data
	}
	if err := appendLine(b, l); err != nil {
		return err
	}
	if asJSON { // exactly as it is, which an encoder does not promise
		b.Truncate(b.Len() - len("}\n"))
		b.WriteString(`,"data":`)
		b.Write(r.Data)
		b.WriteString("}\n")
	}
	return nil
}

// embeds reports whether data can stand in a line of JSON byte for byte.
func embeds(data []byte) bool {
	if len(data) == 0 || data[0] != '{' || !utf8.Valid(data) {
		return false
	}
	var compact bytes.Buffer
	return json.Compact(&compact, data) == nil && bytes.Equal(compact.Bytes(), data)
}

// text is a string of JSON, or {"base64": ...} when it is not UTF-8.
type text string

type rawText struct {
	Base64 []byte `json:"base64"`
}

// MarshalJSON implements [json.Marshaler].
func (t text) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	var err error
	if utf8.ValidString(string(t)) {
		err = appendLine(&b, string(t))
	} else {
		err = appendLine(&b, rawText{[]byte(t)})
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// UnmarshalJSON implements [json.Unmarshaler].
func (t *text) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, (*string)(t))
	}
	var raw rawText
	if err := strict(b, &raw); err != nil {
		return err
	}
	*t = text(raw.Base64)
	return nil
}
