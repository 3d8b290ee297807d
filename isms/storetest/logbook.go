package storetest

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/isms/driver"
)

// logbook is what the log of a tenant should be: the record with Seq n at n-1.
// It answers by plain search what a store answers by its indexes.
type logbook []driver.Record

// draft is a record but for what its place in the log decides.
func draft(kind, id, data string, terms ...driver.Term) driver.Record {
	return driver.Record{Kind: kind, ID: id, Schema: 1, Data: []byte(data), Terms: terms}
}

// tombstone is a draft that deletes.
func tombstone(kind, id string) driver.Record {
	return driver.Record{Kind: kind, ID: id, Schema: 1, Deleted: true}
}

// next makes of drafts the next transaction of the log.
func (l logbook) next(drafts ...driver.Record) []driver.Record {
	whole := slices.Clone(l)
	tx := int64(len(l) + len(drafts))
	for _, r := range drafts {
		stored, _ := whole.get(r.Kind, r.ID)
		r.Rev, r.Seq, r.Tx = stored.Rev+1, int64(len(whole))+1, tx
		r.At = moment(tx)
		r.By = cmp.Or(r.By, "person:p-17")
		r.Note = cmp.Or(r.Note, "transaction up to "+strconv.FormatInt(tx, 10))
		r.Salt = binary.BigEndian.AppendUint64(make([]byte, 8), uint64(r.Seq)) //nolint:gosec // a Seq is not negative
		r.Digest = driver.Sum(r)
		whole = append(whole, r)
	}
	return whole[len(l):]
}

// moment is when transaction tx was, to the microsecond.
func moment(tx int64) time.Time {
	return time.Date(2026, 3, 29, 0, 59, 58, 123456000, time.UTC).Add(time.Duration(tx) * 1000001 * time.Microsecond)
}

// at is the log as a view at seq shows it.
func (l logbook) at(seq int64) logbook {
	return l[:max(0, min(seq, int64(len(l))))]
}

func (l logbook) get(kind, id string) (driver.Record, bool) {
	for i := len(l) - 1; i >= 0; i-- {
		if r := &l[i]; r.ID == id && r.Kind == kind {
			return *r, true
		}
	}
	return driver.Record{}, false
}

func (l logbook) history(kind, id string) []driver.Record {
	var revs []driver.Record
	for i := range l {
		if r := &l[i]; r.ID == id && r.Kind == kind {
			revs = append(revs, *r)
		}
	}
	return revs
}

// scan is what q asks for and no more.
func (l logbook) scan(q driver.Query) []driver.Record {
	var found []driver.Record
	for _, r := range l.current() {
		if !r.Deleted && selects(q, r) {
			found = append(found, r)
		}
	}
	return found
}

// current is the newest revision of every entity, in the order of a Scan.
func (l logbook) current() []driver.Record {
	newest := map[[2]string]driver.Record{}
	for _, r := range l {
		newest[[2]string{r.Kind, r.ID}] = r
	}
	all := make([]driver.Record, 0, len(newest))
	for _, r := range newest {
		all = append(all, r)
	}
	slices.SortFunc(all, compare)
	return all
}

func compare(a, b driver.Record) int {
	return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.ID, b.ID))
}

func selects(q driver.Query, r driver.Record) bool {
	if q.Kind != "" && r.Kind != q.Kind || !isAfter(q, r) {
		return false
	}
	if r.Schema < q.SinceSchema {
		return true
	}
	for _, t := range q.Terms {
		if !slices.Contains(r.Terms, t) {
			return false
		}
	}
	return true
}

// isAfter reports whether r comes after the cursor of q.
func isAfter(q driver.Query, r driver.Record) bool {
	switch {
	case q.After == "":
		return true
	case q.Kind != "":
		return r.ID > q.After
	default:
		kind, id, _ := strings.Cut(q.After, "/")
		return compare(r, driver.Record{Kind: kind, ID: id}) > 0
	}
}

// difference tells in which fields got is not want, "" for none.
func difference(got, want driver.Record) string {
	var diff []string
	differ := func(field string, same bool, got, want any) {
		if !same {
			diff = append(diff, fmt.Sprintf("%s = %s, want %s", field, short(got), short(want)))
		}
	}
	differ("Kind", got.Kind == want.Kind, got.Kind, want.Kind)
	differ("ID", got.ID == want.ID, got.ID, want.ID)
	differ("Rev", got.Rev == want.Rev, got.Rev, want.Rev)
	differ("Seq", got.Seq == want.Seq, got.Seq, want.Seq)
	differ("Tx", got.Tx == want.Tx, got.Tx, want.Tx)
	differ("At", sameTime(got.At, want.At), got.At, want.At)
	differ("By", got.By == want.By, got.By, want.By)
	differ("Note", got.Note == want.Note, got.Note, want.Note)
	differ("Deleted", got.Deleted == want.Deleted, got.Deleted, want.Deleted)
	differ("Schema", got.Schema == want.Schema, got.Schema, want.Schema)
	differ("Data", bytes.Equal(got.Data, want.Data), got.Data, want.Data)
	differ("Terms", slices.Equal(got.Terms, want.Terms), got.Terms, want.Terms)
	differ("Salt", bytes.Equal(got.Salt, want.Salt), got.Salt, want.Salt)
	differ("Digest", bytes.Equal(got.Digest, want.Digest), got.Digest, want.Digest)
	return strings.Join(diff, "; ")
}

// sameTime reports whether both are the same moment, and both in UTC.
func sameTime(got, want time.Time) bool {
	return got.Equal(want) && got.Location().String() == want.Location().String()
}

func short(v any) string {
	text := fmt.Sprintf("%q", v)
	switch v := v.(type) {
	case bool, int, int64:
		text = fmt.Sprint(v)
	case time.Time:
		text = v.Format(time.RFC3339Nano) + " " + v.Location().String()
	}
	if len(text) > 120 {
		text = fmt.Sprintf("%s... (%d more)", text[:120], len(text)-120)
	}
	return text
}

// names lists records for a message.
func names(records []driver.Record) string {
	list := make([]string, 0, len(records))
	for i, r := range records {
		if i == 8 {
			list = append(list, fmt.Sprintf("... (%d)", len(records)))
			break
		}
		list = append(list, fmt.Sprintf("%s/%s@%d", r.Kind, r.ID, r.Rev))
	}
	return "[" + strings.Join(list, " ") + "]"
}

func seqText(seq int64) string {
	if seq == driver.Latest {
		return "Latest"
	}
	return strconv.FormatInt(seq, 10)
}
