package storetest_test

import (
	"errors"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/isms/driver"
)

// naiveReader reads a list of records.
type naiveReader struct {
	s      *naive
	err    func() error
	tenant string
	log    []driver.Record
	seq    int64
	w      *naiveWriter // whose reads these are, or nil
	ended  bool
	live   bool // for flaws: what is committed meanwhile counts
	busy   bool // for a flaw: within a loop
}

// start gives the records that this reader may see.
func (r *naiveReader) start() ([]driver.Record, error) {
	if r.ended {
		return nil, errors.New("the view has ended")
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	if r.busy && (r.s.is("conn busy") || r.s.is("conn busy in a writer") && r.w != nil) {
		return nil, errors.New("conn busy")
	}
	if r.s.is("left loops hold a connection") && r.s.open > 50 {
		return nil, errors.New("no connection is free")
	}
	log := r.log
	if r.live {
		log = r.s.committed(r.tenant)
		if r.s.is("state of the first read") {
			r.log, r.live = log, false
		}
	}
	if r.w != nil && !r.s.is("own writes unseen") {
		log = slices.Concat(log, r.w.own)
	}
	if r.s.is("past views round up") && r.seq > 0 && r.seq < int64(len(log)) {
		return log[:log[r.seq-1].Tx], nil
	}
	return log[:max(0, min(r.seq, int64(len(log))))], nil
}

func (r *naiveReader) Get(kind, id string) (driver.Record, error) {
	log, err := r.start()
	if err != nil {
		return driver.Record{}, err
	}
	if r.s.is("get of the newest in a past view") {
		log = r.s.committed(r.tenant)
	}
	revs := revisions(log, kind, id)
	if len(revs) == 0 && r.s.is("get from any tenant") {
		for _, other := range r.s.logs {
			revs = append(revs, revisions(other, kind, id)...)
		}
	}
	switch {
	case len(revs) == 0 && r.s.is("get of nothing without error"):
		return driver.Record{}, nil
	case len(revs) == 0, revs[len(revs)-1].Deleted && r.s.is("get without tombstones"):
		return driver.Record{}, driver.ErrNotFound
	case r.s.is("get of the first revision"):
		return revs[0], nil
	}
	return revs[len(revs)-1], nil
}

// GetAll implements [driver.Batch].
func (r *naiveReader) GetAll(kind string, ids []string) iter.Seq2[driver.Record, error] {
	return r.loop(func(log []driver.Record) (found []driver.Record) {
		switch {
		case r.s.is("batch of the newest in a past view"):
			log = r.s.committed(r.tenant)
		case r.s.is("batch of what is committed") && r.w != nil:
			log = r.s.committed(r.tenant)
		case r.s.is("batch from any tenant"):
			log = slices.Concat(log, r.s.logs["umbrella"])
		case r.s.is("batch of one page"):
			ids = ids[:min(512, len(ids))]
		}
		for _, id := range ids {
			revs := revisions(log, kind, id)
			if len(revs) == 0 && r.s.is("batch of any kind") {
				revs = revisions(log, "b", id)
			}
			if len(revs) == 0 || r.s.is("batch without tombstones") && revs[len(revs)-1].Deleted {
				continue
			}
			if r.s.is("batch of first revisions") {
				revs = revs[:1]
			}
			found = append(found, revs[len(revs)-1])
		}
		return found
	})
}

func revisions(log []driver.Record, kind, id string) []driver.Record {
	var revs []driver.Record
	for i := range log {
		if rec := &log[i]; rec.Kind == kind && rec.ID == id {
			revs = append(revs, *rec)
		}
	}
	return revs
}

func (r *naiveReader) Head() (seq int64, at time.Time, err error) {
	log, err := r.start()
	if err != nil || len(log) == 0 {
		return 0, time.Time{}, err
	}
	if r.s.is("head of the newest in a past view") {
		log = r.s.committed(r.tenant)
	}
	if r.s.is("head without time") {
		return int64(len(log)), time.Time{}, nil
	}
	if r.s.is("head of a hidden tenant") && r.w == nil {
		return int64(len(log)) - 1, log[len(log)-1].At, nil
	}
	return int64(len(log)), log[len(log)-1].At, nil
}

func (r *naiveReader) History(kind, id string) iter.Seq2[driver.Record, error] {
	return r.loop(func(log []driver.Record) []driver.Record {
		if r.s.is("history to the newest in a past view") {
			log = r.s.committed(r.tenant)
		}
		revs := revisions(log, kind, id)
		if r.s.is("history without tombstones") {
			revs = slices.DeleteFunc(revs, func(rec driver.Record) bool { return rec.Deleted })
		}
		if r.s.is("history newest first") {
			slices.Reverse(revs)
		}
		return revs
	})
}

func (r *naiveReader) Log(after int64) iter.Seq2[driver.Record, error] {
	return r.loop(func(log []driver.Record) []driver.Record {
		if r.s.is("log to the newest in a past view") {
			log = r.s.committed(r.tenant)
		}
		if r.s.is("log skips the first") {
			after++
		}
		if r.s.is("log from after") {
			after = max(0, after-1)
		}
		return slices.Clone(log[max(0, min(after, int64(len(log)))):])
	})
}

func (r *naiveReader) Scan(q driver.Query) iter.Seq2[driver.Record, error] {
	return r.loop(func(log []driver.Record) []driver.Record {
		current := map[[2]string]driver.Record{}
		for _, log := range r.scanned(log) {
			for _, rec := range log {
				current[[2]string{rec.Kind, rec.ID}] = rec
			}
		}
		found := slices.DeleteFunc(slices.Collect(maps.Values(current)), func(rec driver.Record) bool { return !r.selects(q, rec) })
		slices.SortFunc(found, r.compare)
		switch {
		case r.s.is("after skips one") && q.After != "" && len(found) > 0:
			return found[1:]
		case r.s.is("scan twice") && len(found) > 0:
			return append(found, found[len(found)-1])
		case r.s.is("scan of one page"):
			return found[:min(256, len(found))]
		}
		return found
	})
}

// scanned are the logs that a Scan reads: the one that it should, but for a flaw.
func (r *naiveReader) scanned(log []driver.Record) [][]driver.Record {
	switch {
	case r.s.is("scan of committed only") && r.w != nil:
		return [][]driver.Record{r.log}
	case r.s.is("scan of the newest in a past view"):
		return [][]driver.Record{log, r.s.committed(r.tenant)}
	case r.s.is("scan of any tenant"):
		return append(slices.Collect(maps.Values(r.s.logs)), log)
	default:
		return [][]driver.Record{log}
	}
}

func (r *naiveReader) compare(a, b driver.Record) int {
	key := func(rec driver.Record) (string, string) { return rec.Kind, rec.ID }
	switch {
	case r.s.is("order of kind/id"):
		return strings.Compare(a.Kind+"/"+a.ID, b.Kind+"/"+b.ID)
	case r.s.is("order of id"):
		return strings.Compare(a.ID+"/"+a.Kind, b.ID+"/"+b.Kind)
	case r.s.is("order of a locale"):
		plain := strings.NewReplacer("-", "", ".", "", "_", "")
		key = func(rec driver.Record) (string, string) { return plain.Replace(rec.Kind), plain.Replace(rec.ID) }
	case r.s.is("order of letters before digits"):
		swap := strings.NewReplacer("0", "{0", "1", "{1", "2", "{2")
		key = func(rec driver.Record) (string, string) { return rec.Kind, swap.Replace(rec.ID) }
	case r.s.is("order of numbers"):
		key = func(rec driver.Record) (string, string) {
			if n, err := strconv.Atoi(strings.TrimLeft(rec.ID, "a")); err == nil {
				return rec.Kind, strings.Repeat("a", strings.Count(rec.ID, "a")) + strconv.Itoa(1000+n)
			}
			return rec.Kind, rec.ID
		}
	case r.s.is("order of writing"):
		return int(a.Seq - b.Seq)
	}
	kindA, idA := key(a)
	kindB, idB := key(b)
	if n := strings.Compare(kindA, kindB); n != 0 {
		return n
	}
	return strings.Compare(idA, idB)
}

func (r *naiveReader) selects(q driver.Query, rec driver.Record) bool {
	if r.s.is("kind as a prefix") && q.Kind == "asset" && rec.Kind == q.Kind && rec.ID == "y" {
		return false
	}
	if q.Kind != "" && rec.Kind != q.Kind || !r.isAfter(q, rec) {
		return false
	}
	if rec.Schema < q.SinceSchema && !r.s.is("since schema ignored") {
		return true
	}
	terms := rec.Terms
	if r.s.is("terms of now in a past view") {
		revs := revisions(r.s.committed(r.tenant), rec.Kind, rec.ID)
		if len(revs) > 0 {
			terms = revs[len(revs)-1].Terms
		}
	}
	if r.s.is("terms must be the only ones") && len(q.Terms) > 0 && len(q.Terms) != len(terms) {
		return false
	}
	if r.s.is("terms in their order only") && !slices.IsSortedFunc(q.Terms, func(a, b driver.Term) int { return strings.Compare(a.Key+a.Value, b.Key+b.Value) }) {
		return false
	}
	for _, t := range q.Terms {
		if !slices.Contains(terms, t) {
			return false
		}
	}
	return true
}

func (r *naiveReader) isAfter(q driver.Query, rec driver.Record) bool {
	kind, id, _ := strings.Cut(q.After, "/")
	switch {
	case q.After == "":
		return true
	case r.s.is("after includes"):
		return q.Kind != "" && rec.ID >= q.After || q.Kind == "" && rec.Kind+"\x00"+rec.ID >= kind+"\x00"+id
	case q.Kind != "":
		return rec.ID > q.After
	case r.s.is("after as kind/id"):
		return rec.Kind+"/"+rec.ID > q.After
	case r.s.is("after by id only"):
		return rec.ID > id
	default:
		return rec.Kind > kind || rec.Kind == kind && rec.ID > id
	}
}

// loop yields what f makes of the records in view.
func (r *naiveReader) loop(f func(log []driver.Record) []driver.Record) iter.Seq2[driver.Record, error] {
	return func(yield func(driver.Record, error) bool) {
		log, err := r.start()
		if err != nil {
			yield(driver.Record{}, err)
			return
		}
		was := r.busy
		r.busy = true
		defer func() { r.busy = was }()
		for _, rec := range f(log) {
			if !yield(rec, nil) {
				r.s.mu.Lock()
				r.s.open++
				r.s.mu.Unlock()
				return
			}
		}
	}
}
