package proof_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ismskit/ismskit/isms"
	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/lang"
	"github.com/ismskit/ismskit/isms/memstore"
	"github.com/ismskit/ismskit/isms/report"
	"github.com/ismskit/ismskit/isms/storetest"
	"github.com/ismskit/ismskit/pdca/conformity"
	"github.com/ismskit/ismskit/risk"
	"github.com/ismskit/ismskit/soa"
	"github.com/ismskit/ismskit/vuln"
)

// The stores keep the contract under random operations, and tell a tenant
// nothing of others.
func TestRandom(t *testing.T) {
	t.Run("memstore", func(t *testing.T) { storetest.RunRandom(t, 0, openMem) })
	t.Run("dirstore", func(t *testing.T) { storetest.RunRandom(t, count(60, 2000), openDir) })
}

// Whatever a tenant asks of the packages above the store, reports included, the
// answer is the same to the byte whether or not other tenants are at work under
// the same ids.
func TestTenantsDoNotInterfere(t *testing.T) {
	for _, c := range []struct {
		name        string
		open        func(*testing.T) driver.Store
		runs, steps int
	}{
		{"memstore", openMem, count(20, 100), count(60, 200)},
		{"dirstore", openDir, count(1, 10), count(20, 100)},
	} {
		t.Run(c.name, func(t *testing.T) {
			told := 0
			for seed := range c.runs {
				alone, among := c.open(t), c.open(t)
				fault, n := interference(t.Context(), alone, among, seed, c.steps)
				if err := errors.Join(alone.Close(), among.Close()); err != nil {
					t.Errorf("Close() = %v, want nil", err)
				}
				if fault != "" {
					t.Fatalf("seed %d, %s", seed, fault)
				}
				told += n
			}
			t.Logf("%d runs of %d operations, %d bytes told", c.runs, c.steps, told)
		})
	}
}

// interference plays the operations of tenant b alone in one store and among
// those of a and c in another, and compares what b is told after each. It gives
// the first difference, "" for none, and how many bytes b was told.
func interference(ctx context.Context, alone, among driver.Store, seed, steps int) (fault string, told int) {
	b1, b2, noise := dice(seed), dice(seed), dice(seed+1_000_000)
	for i, tenant := range []string{"a", "b", "c"} { // each begins with some records, under the same ids
		populate(ctx, among, tenant, dice(seed+2_000_000+i))
	}
	populate(ctx, alone, "b", dice(seed+2_000_001))
	for n := range steps {
		for range noise.IntN(4) {
			_ = operate(ctx, among, pick(noise, "a", "c"), noise, 7*n+noise.IntN(90))
		}
		want, got := operate(ctx, alone, "b", b1, n), operate(ctx, among, "b", b2, n)
		if got != want {
			return fmt.Sprintf("operation %d (-alone +among others):\n%s", n, cmp.Diff(want, got)), told
		}
		told += len(got)
	}
	return "", told
}

// populate makes 40 changes, each in a transaction of its own.
func populate(ctx context.Context, store driver.Store, tenant string, r *rand.Rand) {
	space := isms.Open(store, &isms.Options{Now: start}).Space(tenant).As(isms.Person("jan"))
	for range 40 {
		seed := r.IntN(1 << 30)
		_ = space.Update(ctx, "first", func(tx *isms.Tx) error {
			again := dice(seed)
			return pick(again, kinds()...).change(tx, again) // refused or not
		})
	}
}

// operate makes one random operation, n minutes after the start, and gives all
// that came of it.
func operate(ctx context.Context, store driver.Store, tenant string, r *rand.Rand, n int) string {
	now := func() time.Time { return start().Add(time.Duration(n) * time.Minute) }
	space := isms.Open(store, &isms.Options{Now: now}).Space(tenant).As(isms.Person("jan"))
	var out strings.Builder
	if seed := r.IntN(1 << 30); r.IntN(2) == 0 {
		err := space.Update(ctx, fmt.Sprint("operation ", n), func(tx *isms.Tx) error {
			out.Reset()
			again := dice(seed) // the same should the transaction run again
			for range 1 + again.IntN(6) {
				fmt.Fprintln(&out, pick(again, kinds()...).change(tx, again))
			}
			if again.IntN(8) == 0 {
				return errors.New("the caller's own")
			}
			return nil
		})
		fmt.Fprintln(&out, "update", err, errors.Is(err, driver.ErrConflict))
		if bad, ok := errors.AsType[*isms.ProblemError](err); ok {
			tell(&out, bad.Problems, nil)
		}
		return out.String()
	}
	switch r.IntN(4) {
	case 0:
		space = space.AsOf(start().Add(time.Duration(r.IntN(n+1)) * time.Minute))
	case 1:
		space = space.AsOfSeq(int64(r.IntN(2*n + 1)))
	}
	if r.IntN(4) == 0 {
		follow(ctx, &out, space, r, n)
		return out.String()
	}
	err := space.View(ctx, func(tx *isms.Tx) error { return ask(&out, tx, r) })
	fmt.Fprintln(&out, "view", err)
	return out.String()
}

// ask reads in one way or another.
func ask(out *strings.Builder, tx *isms.Tx, r *rand.Rand) error {
	id := anyID(r)
	switch r.IntN(10) {
	case 0:
		all, err := dump(tx)
		tell(out, all, err)
	case 1:
		history, err := pick(r, kinds()...).history(tx, id)
		tell(out, history, err)
	case 2:
		v, err := isms.Assets(tx).Get(id)
		tell(out, v, err)
	case 3, 4, 5:
		for v, err := range isms.Incidents(tx).Where(driver.Term{Key: "ref", Value: "asset/" + id}) {
			tell(out, v, err)
		}
		for v, err := range risk.Risks(tx).Where(driver.Term{Key: "ref", Value: pick(r, "asset/"+id, "methodology/m")}) {
			tell(out, v, err)
		}
	default:
		return reports(out, tx, pick(r, lang.EN, lang.NL))
	}
	return nil
}

func tell(out io.Writer, v any, err error) {
	data, bad := json.Marshal(v)
	fmt.Fprintf(out, "%s %v %v\n", data, bad, err)
}

// reports writes the risk register, the Statement of Applicability, the register
// of vulnerabilities and the assessment of the clauses.
func reports(out *strings.Builder, tx *isms.Tx, l lang.Lang) error {
	risks, err := risk.ReadInputs(tx)
	if err != nil {
		return err
	}
	statement, err := soa.ReadInputs(tx)
	if err != nil {
		return err
	}
	vulnerabilities, err := vuln.ReadInputs(tx)
	if err != nil {
		return err
	}
	records, err := conformity.ReadInputs(tx)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	err = errors.Join(
		report.CSV(&b, risk.NewRegister(risks, today()).Table(l)),
		report.CSV(&b, soa.Compile(statement, today()).Table(l)),
		report.CSV(&b, vuln.NewRegister(vulnerabilities, today()).Table(l)),
		report.Markdown(&b, conformity.Assess(records, today()).Report(l)),
	)
	out.Write(b.Bytes())
	return err
}

// Stores whose tenants can tell that there are others are found.
func TestInterferenceIsFound(t *testing.T) {
	for _, flaw := range []string{"", "error names the tenants", "index of terms without tenant", "shared seq", "one more in use", "lists by kind only", "log of any tenant"} {
		fault, _ := interference(t.Context(), newOpenPlan(flaw), newOpenPlan(flaw), 1, 200)
		if (fault != "") != (flaw != "") {
			t.Errorf("a store with flaw %q: fault %q, want one if there is a flaw", flaw, fault)
		}
		if flaw != "" && testing.Verbose() {
			t.Logf("%s: %.400s", flaw, fault)
		}
	}
}

// openPlan is a store with a flaw between its tenants.
type openPlan struct {
	driver.Store

	flaw    string
	tenants map[string]int64 // the head of each
}

func newOpenPlan(flaw string) openPlan { return openPlan{memstore.New(), flaw, map[string]int64{}} }

func (s openPlan) View(ctx context.Context, tenant string, seq int64, f func(driver.Reader) error) error {
	return s.Store.View(ctx, tenant, seq, func(r driver.Reader) error { return f(openReader{r, s, tenant}) })
}

func (s openPlan) Update(ctx context.Context, tenant string, f func(driver.Writer) error) error {
	err := s.Store.Update(ctx, tenant, func(w driver.Writer) error {
		if err := f(openWriter{openReader{w, s, tenant}, w}); err != nil {
			return err
		}
		head, _, err := w.Head()
		s.tenants[tenant] = head
		return err
	})
	if err != nil && s.flaw == "error names the tenants" {
		return fmt.Errorf("%w: of %d tenants", err, len(s.tenants))
	}
	return err
}

// elsewhere counts the records of other tenants.
func (s openPlan) elsewhere(tenant string) (n int64) {
	for other, head := range s.tenants {
		if other != tenant {
			n += head
		}
	}
	return n
}

type openReader struct {
	driver.Reader

	s      openPlan
	tenant string
}

func (r openReader) Head() (seq int64, at time.Time, err error) {
	seq, at, err = r.Reader.Head()
	if r.s.flaw == "shared seq" {
		seq += r.s.elsewhere(r.tenant)
	}
	return seq, at, err
}

func (r openReader) Scan(q driver.Query) iter.Seq2[driver.Record, error] {
	terms := len(q.Terms) > 0
	leaks := r.s.flaw == "index of terms without tenant" && terms && q.Kind != "" ||
		r.s.flaw == "one more in use" && terms && q.Kind == "" ||
		r.s.flaw == "lists by kind only" && !terms
	if !leaks {
		return r.Reader.Scan(q)
	}
	return r.joined(r.Reader.Scan(q), func(theirs driver.Reader) iter.Seq2[driver.Record, error] { return theirs.Scan(q) })
}

func (r openReader) Log(after int64) iter.Seq2[driver.Record, error] {
	if r.s.flaw != "log of any tenant" {
		return r.Reader.Log(after)
	}
	return r.joined(r.Reader.Log(after), func(theirs driver.Reader) iter.Seq2[driver.Record, error] { return theirs.Log(after) })
}

// joined yields the tenant's own records, and then those of the others.
func (r openReader) joined(own iter.Seq2[driver.Record, error], read func(driver.Reader) iter.Seq2[driver.Record, error]) iter.Seq2[driver.Record, error] {
	return func(yield func(driver.Record, error) bool) {
		for rec, err := range own {
			if !yield(rec, err) {
				return
			}
		}
		for _, rec := range r.s.foreign(r.tenant, read) {
			if !yield(rec, nil) {
				return
			}
		}
	}
}

// foreign is what other tenants have.
func (s openPlan) foreign(tenant string, read func(driver.Reader) iter.Seq2[driver.Record, error]) (found []driver.Record) {
	for _, other := range []string{"a", "c"} {
		if other == tenant {
			continue
		}
		_ = s.Store.View(context.Background(), other, driver.Latest, func(r driver.Reader) error {
			for rec, err := range read(r) {
				if err == nil {
					found = append(found, rec)
				}
			}
			return nil
		})
	}
	return found
}

type openWriter struct {
	openReader

	w driver.Writer
}

func (w openWriter) Append(records ...driver.Record) error {
	if w.s.flaw == "shared seq" {
		for i := range records {
			records[i].Seq -= w.s.elsewhere(w.tenant)
		}
	}
	return w.w.Append(records...)
}
