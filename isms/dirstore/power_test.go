package dirstore_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/ismskit/ismskit/isms/dirstore"
	"github.com/ismskit/ismskit/isms/driver"
)

// soak is n in the normal run and full with ISMSKIT_SOAK=1.
func soak(n, full int) int {
	if os.Getenv("ISMSKIT_SOAK") == "1" {
		return full
	}
	return n
}

// world is a disk, and what was promised to be on it.
type world struct {
	*testing.T

	name  string
	drops bool // lives drop the tenant too
	disk  *disk
	rng   *rand.Rand
	acks  []string // the transactions on the disk, in order, as text
	open  []string // what may follow: transactions of which nobody was told
	n     int      // transactions tried
	// edited is what a person wrote into a file, as the revision to become.
	edited string
	// alts are what may be on the disk instead, since nobody was told what became
	// of a drop.
	alts []onDisk
}

type onDisk struct{ acks, open []string }

// holds reports whether got is what may be on the disk.
func (d onDisk) holds(got []string) bool {
	all := slices.Concat(d.acks, d.open)
	return len(got) >= len(d.acks) && len(got) <= len(all) && slices.Equal(got, all[:len(got)])
}

func newWorld(t *testing.T, name string, seed uint64) *world {
	t.Helper()
	return &world{T: t, name: name, disk: newDisk(), rng: rand.New(rand.NewPCG(seed, 1))}
}

func (w *world) failf(format string, args ...any) {
	w.Helper()
	w.Fatalf("%s: %s", w.name, fmt.Sprintf(format, args...))
}

func (w *world) options() *dirstore.Options {
	calls := 0
	take := adopter(&calls)
	return &dirstore.Options{LogOnly: []string{"finding"}, Adopt: func(tx driver.Writer, edits []driver.Edit) error {
		if len(edits) != 1 || w.edited == "" || !strings.HasPrefix(w.edited, edits[0].Kind+"/"+edits[0].ID+" ") {
			w.Errorf("%s: taken for edits: %v, want %q", w.name, edits, w.edited)
		}
		return take(tx, edits)
	}}
}

// textOf is transactions as text.
func textOf(records []driver.Record) (texts []string) {
	for len(records) > 0 {
		n := slices.IndexFunc(records, func(r driver.Record) bool { return r.Seq == r.Tx }) + 1
		if n == 0 {
			return append(texts, "half a transaction: "+brief(records))
		}
		texts, records = append(texts, brief(records[:n])), records[n:]
	}
	return texts
}

// next is the drafts of another transaction: several entities with one number,
// one of them deleted perhaps.
func (w *world) next() (drafts []driver.Record) {
	w.n++
	for _, id := range []string{"a", "b", "c"} {
		switch data := fmt.Sprintf(`{"size":%d}`, w.n); w.rng.IntN(6) {
		case 0:
		case 1:
			drafts = append(drafts, draft("asset", id, ""))
		case 2:
			drafts = append(drafts, draft("risk", id, data))
		default:
			drafts = append(drafts, draft("asset", id, data))
		}
	}
	return append(drafts, draft("finding", fmt.Sprint("f-", w.rng.IntN(3)), fmt.Sprintf(`{"size":%d}`, w.n)))
}

// commit tries one transaction.
func (w *world) commit(s driver.Store) error {
	if len(w.open)+len(w.alts) > 0 {
		if err := w.look(s); err != nil {
			return err
		}
	}
	drafts := w.next()
	if w.edited != "" && !slices.Contains(w.open, w.edited) {
		w.open = append(w.open, w.edited)
	}
	w.open = append(w.open, brief(drafts))
	err := tryPut(w, s, drafts...)
	if err == nil {
		w.edited, w.alts = "", nil
		w.acks, w.open = append(w.acks, w.open...), nil
	}
	return err
}

// look finds the promised transactions in s, and perhaps one or two more.
func (w *world) look(s driver.Store) error {
	w.Helper()
	var records []driver.Record
	err := s.View(w.Context(), "acme", driver.Latest, func(r driver.Reader) error {
		for rec, err := range r.Log(0) {
			if err != nil {
				return err
			}
			records = append(records, rec)
		}
		return nil
	})
	if errors.Is(err, errEnded) {
		return err
	}
	if err != nil {
		w.failf("View = %v, want nil", err)
	}
	got := textOf(records)
	for i, alt := range w.alts {
		if !(onDisk{w.acks, w.open}).holds(got) && alt.holds(got) {
			w.alts[i] = onDisk{w.acks, w.open}
			w.acks, w.open = alt.acks, alt.open
		}
	}
	all := slices.Concat(w.acks, w.open)
	if w.edited != "" && len(w.open) == 0 {
		all = append(all, w.edited)
	}
	if len(got) < len(w.acks) || len(got) > len(all) || !slices.Equal(got, all[:len(got)]) {
		w.failf("the log is\n%s\nwant\n%s\nand then perhaps\n%s", strings.Join(got, "\n--\n"), strings.Join(w.acks, "\n--\n"), strings.Join(all[len(w.acks):], "\n--\n"))
	}
	w.open = got[len(w.acks):] // to see it is no promise that it lasts
	return nil
}

// settle opens the store as it is, and wants records, files and writing good.
func (w *world) settle() {
	w.Helper()
	s := openOn(w, w.disk.life(nil, nil), w.options())
	_ = w.look(s)
	if err := w.commit(s); err != nil {
		w.failf("Update = %v, want nil", err)
	}
	_ = w.look(s)
	want := map[string]bool{}
	err := s.View(w.Context(), "acme", driver.Latest, func(r driver.Reader) error {
		for rec, err := range r.Scan(driver.Query{}) {
			if err != nil || rec.Deleted || rec.Kind == "finding" {
				continue
			}
			name := "acme/" + rec.Kind + "/" + rec.ID + ".yaml"
			want[name] = true
			content := w.disk.tree()[name]
			n := strings.Trim(strings.TrimPrefix(string(rec.Data), `{"size":`), "}")
			if !strings.Contains(content, fmt.Sprintf("rev: %d\n", rec.Rev)) || !strings.Contains(content, "size: "+n) {
				w.failf("%s is\n%s\nwant revision %d, %s", name, content, rec.Rev, rec.Data)
			}
		}
		return nil
	})
	if err != nil {
		w.failf("View = %v, want nil", err)
	}
	for name := range w.disk.tree() {
		if strings.HasSuffix(name, ".yaml") && !want[name] || strings.HasSuffix(name, ".tmp") || strings.Contains(name, ".tmp/") {
			w.failf("there is %s, want no such file", name)
		}
	}
}

// edit is a person at work on a settled store.
func (w *world) edit() {
	w.settle()
	w.disk.root.flushAll()
	for name, file := range map[string]*node{"asset/a": w.disk.root.find("acme/asset/a.yaml"), "risk/b": w.disk.root.find("acme/risk/b.yaml")} {
		if file == nil || w.edited != "" {
			continue
		}
		before, _, _ := strings.Cut(string(file.data), "size: ")
		file.data = fmt.Appendf(nil, "# mine\n%ssize: %d\n", before, 1000+w.n)
		file.durable, file.mod = file.data, w.disk.now()
		w.edited = fmt.Sprintf(`%s {"size":%d}`, name, 1000+w.n)
	}
}

// live runs a process that ends in its n-th operation, and then the power may
// fail.
func (w *world) live(n int) (ops int) {
	l := w.disk.life(func(i int) outcome {
		if i == n {
			if w.rng.IntN(2) == 0 {
				return last
			}
			return lastDone
		}
		return done
	}, nil)
	s, err := dirstore.OpenOn(l.fs(), w.options())
	for err == nil && w.rng.IntN(8) > 0 {
		if w.drops && w.rng.IntN(3) == 0 {
			err = w.drop(s)
		} else if err = w.commit(s); err == nil && w.rng.IntN(4) == 0 {
			err = w.look(s)
		}
	}
	if err != nil && !errors.Is(err, errEnded) {
		w.failf("Open or Update = %v, want none but the end of the process", err)
	}
	if keep := w.rng.IntN(6); keep < 4 {
		w.disk.root.powerFailure(w.rng, []float64{0, 1, 0.5, w.rng.Float64()}[keep])
	}
	return len(l.ops)
}

// drop tries to drop the tenant.
func (w *world) drop(s driver.Store) error {
	err := s.(driver.Admin).Drop(w.Context(), "acme")
	if err == nil {
		w.acks, w.open, w.alts = nil, nil, nil
	} else {
		w.alts = append(w.alts, onDisk{})
	}
	return err
}

// A process that ends anywhere, or a power failure that drops any part of what
// was not flushed, leaves the old state or the new one, again and again.
func TestPowerFailure(t *testing.T) {
	for seed := range soak(300, 10_000) {
		w := newWorld(t, fmt.Sprint("seed ", seed), uint64(seed))
		for range 4 {
			switch w.rng.IntN(6) {
			case 0:
				w.settle()
			case 1:
				w.edit()
			}
			w.live(w.rng.IntN(90))
		}
		w.settle()
		w.disk.root.powerFailure(w.rng, 0)
		w.settle()
	}
}

// The same at each operation of two transactions, the first ones of a store.
func TestPowerFailureAtEveryOperation(t *testing.T) {
	for _, keep := range []float64{-1, 0, 0.5, 1} { // -1: only the process ends
		for n, ended := 0, true; ended; n++ {
			w := newWorld(t, fmt.Sprintf("operation %d, keeping %v", n, keep), uint64(n))
			l := w.disk.life(func(i int) outcome { return map[bool]outcome{true: last}[i == n] }, nil)
			s, err := dirstore.OpenOn(l.fs(), w.options())
			for range 2 {
				if err == nil {
					err = w.commit(s)
				}
			}
			if ended = l.ended; !ended && (err != nil || n < 50) {
				t.Fatalf("%d operations and %v, want some 60 and nil", n, err)
			}
			if keep >= 0 {
				w.disk.root.powerFailure(w.rng, keep)
			}
			w.settle()
		}
	}
}

// A disk that is full or broken for one operation of a commit, or from it on,
// gives its error, or none when the log was written. Nothing that was
// acknowledged is lost, and the store goes on when the disk does.
func TestFaultAtEveryOperation(t *testing.T) {
	for _, become := range []outcome{refused, unsure} {
		for _, fault := range []error{syscall.EIO, syscall.ENOSPC, syscall.EACCES} {
			for _, lasting := range []bool{false, true} {
				for n, more := 0, true; more; n++ {
					w := newWorld(t, fmt.Sprintf("%v at operation %d, outcome %d, lasting %t", fault, n, become, lasting), uint64(n))
					more = w.faulty(n, become, lasting, fault)
				}
			}
		}
	}
}

func (w *world) faulty(n int, become outcome, lasting bool, fault error) (reached bool) {
	w.Helper()
	broken := true
	l := w.disk.life(func(i int) outcome {
		if broken && (i == n || lasting && i > n) {
			reached = true
			return become
		}
		return done
	}, fault)
	s := openOn(w, l, w.options())
	for range 2 {
		err := w.commit(s)
		if err != nil && !errors.Is(err, fault) {
			w.failf("Update = %v, want nil or %v", err, fault)
		}
		if errors.Is(fault, syscall.EACCES) && err != nil && !errors.Is(err, driver.ErrReadOnly) && !errors.Is(err, dirstore.ErrNotDurable) && n < 20 && lasting {
			w.failf("Update = %v, want %v", err, driver.ErrReadOnly)
		}
		before := len(w.acks) + len(w.open)
		_ = w.look(s)
		if errors.Is(err, dirstore.ErrNotDurable) && len(w.acks)+len(w.open) != before {
			w.failf("Update = %v, and the transaction is not there", err)
		}
	}
	broken = false
	if err := w.commit(s); err != nil {
		w.failf("Update when all is well = %v, want nil", err)
	}
	_ = w.look(s)
	w.disk.root.powerFailure(w.rng, 0)
	w.settle()
	return reached
}
