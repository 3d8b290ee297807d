package isms

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"

	"github.com/ismskit/ismskit/isms/driver"
)

// Change is one revision of an entity of any kind, as the log of a space has it.
type Change struct {
	Subject  Link            `json:"subject"` // with its revision
	Recorded Recorded        `json:"recorded"`
	Tx       int64           `json:"tx"` // Seq of the last change of the same transaction
	Deleted  bool            `json:"deleted,omitempty"`
	Erased   bool            `json:"erased,omitempty"` // what it held is gone: actor, note and data
	Schema   int             `json:"schema"`           // of Data
	Data     json.RawMessage `json:"data,omitempty"`   // the entity without id, rev and recorded; none of a deletion
}

// changeOf makes a Change of a record.
func changeOf(r driver.Record) (Change, error) {
	recorded, err := recordedOf(r)
	return Change{
		Subject: Link{r.Kind, r.ID, r.Rev}, Recorded: recorded, Tx: r.Tx,
		Deleted: r.Deleted, Erased: driver.Erased(r), Schema: r.Schema, Data: r.Data,
	}, err
}

// recordedOf tells when and by whom a record was written.
func recordedOf(r driver.Record) (Recorded, error) {
	by, err := ParseActor(r.By)
	if err != nil && r.By != "" {
		return Recorded{}, fmt.Errorf("%s/%s revision %d: %w", r.Kind, r.ID, r.Rev, err)
	}
	return Recorded{At: r.At, By: by, Note: r.Note, Seq: r.Seq}, nil
}

// One view of [Space.Changes] reads as many records, or bytes of data.
const (
	feedRecords = 256
	feedBytes   = 1 << 20
)

// Changes is the durable feed of a space: every change with a Seq above after,
// in the order of Seq, up to the newest. It holds nothing open in the loop, which
// may take its time. Who keeps the Seq of the last change that was dealt with
// goes on from there at any later time, and misses none.
func (s *Space) Changes(ctx context.Context, after int64) iter.Seq2[Change, error] {
	return func(yield func(Change, error) bool) {
		for after := max(0, after); ; {
			page, err := s.changes(ctx, after)
			for _, c := range page {
				if !yield(c, nil) {
					return
				}
				after = c.Recorded.Seq
			}
			if err != nil {
				yield(Change{}, err)
				return
			}
			if len(page) == 0 {
				return
			}
		}
	}
}

// changes reads one page of the feed.
func (s *Space) changes(ctx context.Context, after int64) (page []Change, err error) {
	err = s.view(ctx, func(r driver.Reader) error {
		page = nil
		size := 0
		for rec, err := range r.Log(after) {
			if err != nil {
				return err
			}
			c, err := changeOf(rec)
			if err != nil {
				return err
			}
			page = append(page, c)
			if size += len(c.Data); len(page) == feedRecords || size >= feedBytes {
				return nil
			}
		}
		return nil
	})
	return page, err
}
