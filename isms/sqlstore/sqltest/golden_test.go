package sqltest_test

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/ledger"
	"github.com/ismskit/ismskit/isms/sqlstore"
)

// golden is what the databases in testdata hold, which the first release wrote.
// Neither is ever written anew: every release opens them as they are.
type golden struct {
	Verifier string                  `json:"verifier"`
	Tenants  map[string]goldenTenant `json:"tenants"`
}

type goldenTenant struct {
	Records    []driver.Record     `json:"records"`
	AsOf       map[string][]string `json:"asOf"` // what is listed, at each Seq
	Checkpoint string              `json:"checkpoint"`
}

// goldenDB is a copy of a golden database.
func goldenDB(t *testing.T, b backend) *sql.DB {
	t.Helper()
	if b.dialect == sqlstore.PostgreSQL {
		db := b.db(t)
		script(t, db, string(readFile(t, "testdata/format1.sql")))
		return db
	}
	path := filepath.Join(t.TempDir(), "isms.db")
	if err := os.WriteFile(path, readFile(t, "testdata/format1.sqlite"), 0o600); err != nil {
		t.Fatal(err)
	}
	return openSQLite(t, path)
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func onGolden(t *testing.T, f func(t *testing.T, b backend, db *sql.DB, want golden)) {
	t.Helper()
	for _, b := range backends() {
		t.Run(string(b.dialect), func(t *testing.T) {
			var want golden
			if err := json.Unmarshal(readFile(t, "testdata/format1.json"), &want); err != nil {
				t.Fatal(err)
			}
			f(t, b, goldenDB(t, b), want)
		})
	}
}

// What the first release wrote is read as it was written, at each of its moments,
// with the root that was signed then, and goes on.
func TestGoldenStore(t *testing.T) {
	onGolden(t, func(t *testing.T, b backend, db *sql.DB, want golden) {
		t.Helper()
		before := dump(t, db)
		s := newStore(t, db, b.dialect, nil)
		names, err := tenantsOf(t.Context(), s)
		if !slices.Equal(names, []string{"acme", "b"}) || err != nil || len(want.Tenants) != 2 {
			t.Fatalf("Tenants = %q, %v, want acme and b", names, err)
		}
		verifier, err := note.NewVerifier(want.Verifier)
		if err != nil {
			t.Fatal(err)
		}
		for tenant, w := range want.Tenants {
			sameRecords(t, tenant, logOf(t, s, tenant), w.Records)
			samePast(t, s, tenant, w)
			report, err := ledger.Of(s, tenant, verifier).Verify(t.Context(), []byte(w.Checkpoint))
			if err != nil || report.Size != int64(len(w.Records)) {
				t.Errorf("Verify of %s = %+v, %v, want %d records", tenant, report, err, len(w.Records))
			}
			if err := ledger.Of(s, tenant, verifier).VerifyCurrent(t.Context()); err != nil {
				t.Errorf("VerifyCurrent of %s = %v, want nil", tenant, err)
			}
		}
		if after := dump(t, db); after != before {
			t.Errorf("tables after they were read = %s, want %s", after, before)
		}
		update(t, s, "b", func(w driver.Writer) error { return w.Append(record("a", "x", 7, 5, "on")) })
		if all := logOf(t, s, "b"); len(all) != 7 {
			t.Errorf("%d records after one more, want 7", len(all))
		}
	})
}

func sameRecords(t *testing.T, what string, got, want []driver.Record) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d records, want %d", what, len(got), len(want))
	}
	for i := range want {
		if fmt.Sprint(got[i]) != fmt.Sprint(want[i]) { // for which no bytes and nil are the same
			t.Errorf("%s: record %d = %.600s, want %.600s", what, i, fmt.Sprint(got[i]), fmt.Sprint(want[i]))
		}
	}
}

// samePast checks lists, searches and histories at each moment.
func samePast(t *testing.T, s driver.Store, tenant string, want goldenTenant) {
	t.Helper()
	for seq := range int64(len(want.Records) + 1) {
		err := s.View(t.Context(), tenant, seq, func(r driver.Reader) error {
			listed, has := []string{}, []string{}
			for rec, err := range r.Scan(driver.Query{}) {
				if err != nil {
					return err
				}
				listed = append(listed, name(rec))
				if slices.Contains(rec.Terms, red) {
					has = append(has, name(rec))
				}
			}
			if want := want.AsOf[strconv.FormatInt(seq, 10)]; !slices.Equal(listed, want) {
				t.Errorf("%s lists %q at %d, want %q", tenant, listed, seq, want)
			}
			if got := found(t, s, tenant, seq, driver.Query{Terms: []driver.Term{red}, SinceSchema: 1}); !slices.Equal(got, has) {
				t.Errorf("%s finds %q by their term at %d, want %q", tenant, got, seq, has)
			}
			return sameHistories(t, r, want.Records[:seq])
		})
		if err != nil {
			t.Errorf("View(%s, %d) = %v, want nil", tenant, seq, err)
		}
	}
}

func name(r driver.Record) string { return fmt.Sprintf("%s/%s@%d", r.Kind, r.ID, r.Rev) }

func sameHistories(t *testing.T, r driver.Reader, log []driver.Record) error {
	t.Helper()
	want := map[[2]string][]driver.Record{}
	for _, rec := range log {
		want[[2]string{rec.Kind, rec.ID}] = append(want[[2]string{rec.Kind, rec.ID}], rec)
	}
	for entity, want := range want {
		var got []driver.Record
		for rec, err := range r.History(entity[0], entity[1]) {
			if err != nil {
				return err
			}
			got = append(got, rec)
		}
		sameRecords(t, "History of "+entity[0]+"/"+entity[1], got, want)
		last, err := r.Get(entity[0], entity[1])
		if err != nil {
			return err
		}
		sameRecords(t, "Get of "+entity[0]+"/"+entity[1], []driver.Record{last}, want[len(want)-1:])
	}
	return nil
}

// A program that is older than the tables does not touch them.
func TestGoldenStoreOfNewerProgram(t *testing.T) {
	onGolden(t, func(t *testing.T, b backend, db *sql.DB, _ golden) {
		t.Helper()
		mustExec(t, db, "UPDATE ismskit_schema SET version = version + 1")
		before := dump(t, db)
		if _, err := sqlstore.New(db, b.dialect, nil); !errors.Is(err, sqlstore.ErrNewer) {
			t.Errorf("New on tables of the next version = %v, want %v", err, sqlstore.ErrNewer)
		}
		if after := dump(t, db); after != before {
			t.Errorf("newer tables after New = %s, want %s", after, before)
		}
	})
}

// A program that gives records a term which those of before do not have finds
// these all the same, now and in the past.
func TestUpgradeHidesNothing(t *testing.T) {
	onGolden(t, func(t *testing.T, b backend, db *sql.DB, _ golden) {
		t.Helper()
		s := newStore(t, db, b.dialect, nil)
		late := driver.Term{Key: "since", Value: "the upgrade"}
		update(t, s, "b", func(w driver.Writer) error {
			with, without := record("a", "new", 7, 1, "1", late), record("a", "other", 8, 1, "1")
			with.Schema, without.Schema = 3, 3
			return w.Append(with, without)
		})
		q := driver.Query{Kind: "a", Terms: []driver.Term{late}, SinceSchema: 3}
		for seq, want := range map[int64][]string{driver.Latest: {"a/new@1", "a/x@4", "a/x-y@1"}, 4: {"a/x@2", "a/x-y@1"}, 0: nil} {
			if got := found(t, s, "b", seq, q); !slices.Equal(got, want) {
				t.Errorf("Scan for the new term at %d = %q, want %q", seq, got, want)
			}
		}
		update(t, s, "b", func(w driver.Writer) error {
			x, y := record("a", "x", 9, 5, "1", late), record("a", "x-y", 10, 2, "1")
			x.Schema, y.Schema = 3, 3
			return w.Append(x, y)
		})
		want := []string{"a/new@1", "a/x@5"} // all are upgraded: the index alone answers
		if got := found(t, s, "b", driver.Latest, q); !slices.Equal(got, want) {
			t.Errorf("Scan for the new term after the upgrade = %q, want %q", got, want)
		}
		want = []string{"a/new@1", "a/x@4", "a/x-y@1"}
		if got := found(t, s, "b", 8, q); !slices.Equal(got, want) {
			t.Errorf("Scan for the new term before the upgrade = %q, want %q", got, want)
		}
	})
}

// Only a view that shows records of before the upgrade walks over the kind.
func TestTermsAreFoundByTheIndex(t *testing.T) {
	f, _, s := openFaulty(t)
	for i, r := range []driver.Record{
		record("a", "x", 1, 1, "1"), record("a", "x", 2, 2, "2", red), record("a", "late", 3, 1, "3"), record("a", "x", 4, 3, "4", red),
	} {
		r.Schema = []int{1, 2, 1, 2}[i]
		update(t, s, "b", func(w driver.Writer) error { return w.Append(r) })
	}
	for seq, want := range map[int64]string{1: "ismskit_entity", 2: "ismskit_term", 3: "ismskit_entity", 4: "ismskit_entity"} {
		for since, want := range map[int]string{0: "ismskit_term", 2: want} {
			table := ""
			f.fail = func(_ int64, query string) (before, after error) {
				if _, from, _ := strings.Cut(query, "FROM (SELECT "); from != "" {
					_, from, _ = strings.Cut(from, "FROM ")
					table, _, _ = strings.Cut(from, " ")
				}
				return nil, nil
			}
			found(t, s, "b", seq, driver.Query{Kind: "a", Terms: []driver.Term{red}, SinceSchema: since})
			if table != want {
				t.Errorf("Scan since schema %d at %d reads %q first, want %s", since, seq, table, want)
			}
		}
	}
}

func found(t *testing.T, s driver.Store, tenant string, seq int64, q driver.Query) (names []string) {
	t.Helper()
	err := s.View(t.Context(), tenant, seq, func(r driver.Reader) error {
		for rec, err := range r.Scan(q) {
			if err != nil {
				return err
			}
			names = append(names, name(rec))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
