package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/ismskit/ismskit/isms/driver"
)

const recordForm = "ismskit record 1"

// recordFile is one record as a file for somebody who has not got the store.
type recordFile struct {
	Format  string    `json:"format"`
	Tenant  string    `json:"tenant"`
	Seq     int64     `json:"seq"`
	Tx      int64     `json:"tx"`
	Kind    string    `json:"kind"`
	ID      string    `json:"id"`
	Rev     int64     `json:"rev"`
	At      time.Time `json:"at"`
	Schema  int       `json:"schema"`
	Deleted bool      `json:"deleted"`
	Digest  []byte    `json:"digest"` // base64, as is salt
	Salt    []byte    `json:"salt,omitempty"`
	By      text      `json:"by,omitempty"`
	Note    text      `json:"note,omitempty"`
	Terms   [][2]text `json:"terms,omitempty"`
	Data    text      `json:"data,omitempty"`
}

func members() []string {
	return []string{
		"format", "tenant", "seq", "tx", "kind", "id", "rev", "at", "schema", "deleted",
		"digest", "salt", "by", "note", "terms", "data",
	}
}

func encodeRecord(tenant string, r driver.Record) ([]byte, error) {
	f := recordFile{
		recordForm, tenant, r.Seq, r.Tx, r.Kind, r.ID, r.Rev, r.At.UTC(), r.Schema, r.Deleted,
		r.Digest, r.Salt, text(r.By), text(r.Note), nil, text(r.Data),
	}
	for _, t := range r.Terms {
		f.Terms = append(f.Terms, [2]text{text(t.Key), text(t.Value)})
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(f)
	return b.Bytes(), err
}

func decodeRecord(b []byte) (tenant string, r driver.Record, err error) {
	var f recordFile
	if err := decodeStrictly(b, &f, members()...); err != nil {
		return "", r, err
	}
	if f.Format != recordForm {
		return "", r, fmt.Errorf("format %q: want %q", f.Format, recordForm)
	}
	r = driver.Record{
		Kind: f.Kind, ID: f.ID, Rev: f.Rev, Seq: f.Seq, Tx: f.Tx, At: f.At.UTC(), By: string(f.By), Note: string(f.Note),
		Deleted: f.Deleted, Schema: f.Schema, Data: []byte(f.Data), Salt: f.Salt, Digest: f.Digest,
	}
	for _, t := range f.Terms {
		r.Terms = append(r.Terms, driver.Term{Key: string(t[0]), Value: string(t[1])})
	}
	return f.Tenant, r, nil
}

// decodeStrictly reads an object with these members, in this spelling and each
// once. encoding/json alone takes the last of {"data": ..., "DATA": ...}, of
// which a person may have read the first.
func decodeStrictly(b []byte, to any, names ...string) error {
	d := json.NewDecoder(bytes.NewReader(b))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return errors.New("want a JSON object")
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string)
		i := slices.Index(names, name)
		if i < 0 {
			return fmt.Errorf("member %q is unknown, or there twice", name)
		}
		names = slices.Delete(names, i, i+1)
		var skip json.RawMessage
		if err := d.Decode(&skip); err != nil {
			return err
		}
	}
	return json.Unmarshal(b, to)
}

// text is a string of JSON, or {"base64": ...} when it is not UTF-8.
type text string

type rawText struct {
	Base64 []byte `json:"base64"`
}

// MarshalJSON implements [json.Marshaler].
func (t text) MarshalJSON() ([]byte, error) {
	var v any = string(t)
	if !utf8.ValidString(string(t)) {
		v = rawText{[]byte(t)}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// UnmarshalJSON implements [json.Unmarshaler].
func (t *text) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, (*string)(t))
	}
	var raw rawText
	if err := decodeStrictly(b, &raw, "base64"); err != nil {
		return err
	}
	*t = text(raw.Base64)
	return nil
}
