package sqltest_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/sqlstore"
)

func tenantsOf(ctx context.Context, s driver.Store) (names []string, err error) {
	for name, err := range s.(driver.Admin).Tenants(ctx) {
		if err != nil {
			return names, err
		}
		names = append(names, name)
	}
	return names, nil
}

func logOf(t *testing.T, s driver.Store, tenant string) (all []driver.Record) {
	t.Helper()
	err := s.View(t.Context(), tenant, driver.Latest, func(r driver.Reader) error {
		for rec, err := range r.Log(0) {
			if err != nil {
				return err
			}
			all = append(all, rec)
		}
		return nil
	})
	if err != nil {
		t.Fatalf("Log of %s = %v, want nil", tenant, err)
	}
	return all
}

// Those who run a store list and drop tenants, and erase what records held; one
// tenant more or less changes nothing of another.
func TestAdmin(t *testing.T) {
	onEach(t, func(t *testing.T, b backend, db *sql.DB) {
		t.Helper()
		s := newStore(t, db, b.dialect, nil)
		if names, err := tenantsOf(t.Context(), s); len(names) != 0 || err != nil {
			t.Errorf("Tenants of an empty store = %q, %v, want none", names, err)
		}
		checkDrop(t, s, db)
		checkErase(t, s, db)
		if names, err := tenantsOf(t.Context(), s); !slices.Equal(names, []string{"a", "a-b", "b"}) || err != nil {
			t.Errorf("Tenants = %q, %v, want those with records, bytewise", names, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if names, err := tenantsOf(ctx, s); len(names) != 0 || !errors.Is(err, context.Canceled) {
			t.Errorf("Tenants after the end of ctx = %q, %v, want %v", names, err, context.Canceled)
		}
		_ = s.Close()
		wantEach(t, s, driver.ErrClosed)
	})
}

// wantEach checks that every call for those who run a store gives an error.
func wantEach(t *testing.T, s driver.Store, want error) {
	t.Helper()
	_, err := tenantsOf(t.Context(), s)
	for call, err := range map[string]error{
		"Tenants": err,
		"Drop":    s.(driver.Admin).Drop(t.Context(), "a"),
		"Erase":   s.(driver.Eraser).Erase(t.Context(), "a", 1),
	} {
		if !errors.Is(err, want) {
			t.Errorf("%s = %v, want %v", call, err, want)
		}
	}
}

// With row security a role drops and erases what it was granted to, and lists no
// tenants.
func TestAdminWithRowSecurity(t *testing.T) {
	schema, owner := securedSchema(t)
	s := newStore(t, openPostgres(t, "ismskit_app", schema), sqlstore.PostgreSQL, secure)
	for range 2 {
		update(t, s, "a", func(w driver.Writer) error { return put(w, "a", "x", red) })
	}
	if err := s.(driver.Eraser).Erase(t.Context(), "a", 1); err == nil {
		t.Error("Erase by a role that may not = nil, want the error of the database")
	}
	if err := s.(driver.Admin).Drop(t.Context(), "a"); err == nil {
		t.Error("Drop by a role that may not = nil, want the error of the database")
	}
	if n, head := read(t, s, "a", "a", "x"); n != 2 || head != 2 {
		t.Errorf("after what was refused: counter %d, head %d, want 2, 2", n, head)
	}
	grantAdmin(t, owner)
	if err := s.(driver.Admin).Drop(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	all := openPostgres(t, "postgres", schema)
	checkDrop(t, s, all)
	checkErase(t, s, all)
	if names, err := tenantsOf(t.Context(), s); len(names) != 0 || !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("Tenants with row security = %q, %v, want none and %v", names, err, errors.ErrUnsupported)
	}
}

// grantAdmin lets the role of a program drop and erase.
func grantAdmin(t *testing.T, owner *sql.DB) {
	t.Helper()
	mustExec(t, owner, "GRANT DELETE ON ismskit_head, ismskit_record, ismskit_entity, ismskit_term TO ismskit_app")
	mustExec(t, owner, "GRANT UPDATE ON ismskit_record TO ismskit_app")
}

func update(t *testing.T, s driver.Store, tenant string, f func(driver.Writer) error) {
	t.Helper()
	if err := s.Update(t.Context(), tenant, f); err != nil {
		t.Fatalf("Update(%s) = %v, want nil", tenant, err)
	}
}

// checkDrop leaves tenants a, a-b and b with four records each; db shows all of
// them.
func checkDrop(t *testing.T, s driver.Store, db *sql.DB) {
	t.Helper()
	blue := driver.Term{Key: "colour", Value: "blue"}
	for _, tenant := range []string{"b", "a", "a-b", "gone"} {
		for range 3 {
			update(t, s, tenant, func(w driver.Writer) error { return put(w, "a", "x", blue, red) })
		}
		update(t, s, tenant, func(w driver.Writer) error { return put(w, "a", "y", red) })
	}
	drop := func() {
		if err := s.(driver.Admin).Drop(t.Context(), "gone"); err != nil {
			t.Fatalf("Drop = %v, want nil", err)
		}
	}
	drop()
	drop() // again does nothing
	for _, table := range []string{"head", "record", "entity", "term"} {
		if n := count(t, db, "SELECT count(*) FROM ismskit_"+table+" WHERE tenant = 'gone'"); n != 0 {
			t.Errorf("%d rows of ismskit_%s after Drop, want 0", n, table)
		}
	}
	update(t, s, "gone", func(w driver.Writer) error { return put(w, "a", "x") })
	if n, head := read(t, s, "gone", "a", "x"); n != 1 || head != 1 {
		t.Errorf("first put after Drop: counter %d, head %d, want 1, 1", n, head)
	}
	drop()
}

// checkErase erases records 1 and 3 of tenant b, which has the same as tenant a.
func checkErase(t *testing.T, s driver.Store, db *sql.DB) {
	t.Helper()
	eraser, kept := s.(driver.Eraser), logOf(t, s, "a")
	for _, seqs := range [][]int64{{1, 5}, {1, 0}, {-1}} {
		if err := eraser.Erase(t.Context(), "b", seqs...); !errors.Is(err, driver.ErrNotFound) {
			t.Errorf("Erase(%v) = %v, want %v", seqs, err, driver.ErrNotFound)
		}
	}
	sameRecords(t, "what was refused", logOf(t, s, "b"), kept)
	for _, seqs := range [][]int64{{3, 1}, {3, 1}, nil} { // again does nothing
		if err := eraser.Erase(t.Context(), "b", seqs...); err != nil {
			t.Fatalf("Erase(%v) = %v, want nil", seqs, err)
		}
	}
	want := slices.Clone(kept)
	for _, i := range []int{0, 2} {
		want[i].By, want[i].Note, want[i].Data, want[i].Salt, want[i].Terms = "", "", nil, nil, nil
		if !driver.Erased(want[i]) {
			t.Errorf("record %v is not erased, or this test proves nothing", want[i])
		}
	}
	sameRecords(t, "Erase", logOf(t, s, "b"), want)
	if n := count(t, db, "SELECT count(*) FROM ismskit_term WHERE tenant = 'b'"); n != 3 {
		t.Errorf("%d rows in the index after Erase, want the 3 of what is left", n)
	}
	sameRecords(t, "Erase, of another tenant", logOf(t, s, "a"), kept)
	update(t, s, "b", func(w driver.Writer) error { return w.Append(record("a", "x", 5, 4, "4")) })
}

// Tenants are read in pages, each name once.
func TestManyTenants(t *testing.T) {
	onEach(t, func(t *testing.T, b backend, db *sql.DB) {
		t.Helper()
		const many = 1100
		s := newStore(t, db, b.dialect, nil)
		var want []string
		for i := range many {
			want = append(want, fmt.Sprintf("t-%04d", i))
			mustExec(t, db, fmt.Sprintf("INSERT INTO ismskit_head (tenant, seq, at) VALUES ('t-%04d', 1, 0), ('u-%04d', 0, 0)", i, i))
		}
		if names, err := tenantsOf(t.Context(), s); !slices.Equal(names, want) || err != nil {
			t.Errorf("Tenants = %d names, %v, want the %d with records", len(names), err, many)
		}
		for _, err := range s.(driver.Admin).Tenants(t.Context()) {
			if err != nil {
				t.Error(err)
			}
			break // and no more is asked
		}
	})
}

// Whatever is erased or dropped is no longer in the files of SQLite, wherever
// rows were moved to, copied or rolled back before.
func TestErasedFromTheFile(t *testing.T) {
	for seed := range uint64(soak(1, 30)) {
		path := filepath.Join(t.TempDir(), "isms.db")
		s := newStore(t, openSQLite(t, path), sqlstore.SQLite, nil)
		secrets := fillWithSecrets(t, s, seed)
		if n := inFiles(t, path, "secret of t3"); n < secrets {
			t.Fatalf("seed %d: %d secrets in the files, want the %d that were written", seed, n, secrets)
		}
		gone := []string{"t0", "t1", "t2", "t3", "t4", "t5"}
		for i, tenant := range gone {
			forgetAll(t, s, tenant, i%2 == 0)
		}
		for _, tenant := range append(gone, "t6") {
			if n := inFiles(t, path, "secret of "+tenant); (n == 0) != (tenant != "t6") {
				t.Errorf("seed %d: %d secrets of %s in the files, want those of t6 alone", seed, n, tenant)
			}
		}
	}
}

// forgetAll drops a tenant, or erases each of its records.
func forgetAll(t *testing.T, s driver.Store, tenant string, drop bool) {
	t.Helper()
	if drop {
		if err := s.(driver.Admin).Drop(t.Context(), tenant); err != nil {
			t.Fatalf("Drop = %v, want nil", err)
		}
		return
	}
	var seqs []int64
	for _, r := range logOf(t, s, tenant) {
		seqs = append(seqs, r.Seq)
	}
	if err := s.(driver.Eraser).Erase(t.Context(), tenant, seqs...); err != nil {
		t.Fatalf("Erase = %v, want nil", err)
	}
}

// fillWithSecrets writes to seven tenants by turns, and takes back some.
func fillWithSecrets(t *testing.T, s driver.Store, seed uint64) (ofT3 int) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	errOwn := errors.New("the caller's own")
	for range 700 {
		tenant := fmt.Sprint("t", r.IntN(7))
		size := r.IntN(900)
		if r.IntN(9) == 0 {
			size = r.IntN(20_000)
		}
		lost := r.IntN(5) == 0
		err := s.Update(t.Context(), tenant, func(w driver.Writer) error {
			head, _, err := w.Head()
			if err != nil {
				return err
			}
			rec := record("a", fmt.Sprint("x-", head), head+1, 1, "secret of "+tenant+strings.Repeat(".", size)+"secret of "+tenant, red)
			if err := w.Append(rec); err != nil || !lost {
				return err
			}
			return errOwn
		})
		if err != nil && !errors.Is(err, errOwn) {
			t.Fatal(err)
		}
		if tenant == "t3" && !lost {
			ofT3++
		}
	}
	return ofT3
}

// inFiles counts a text in the files of a database.
func inFiles(t *testing.T, path, text string) (n int) {
	t.Helper()
	for _, name := range []string{path, path + "-wal"} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		n += bytes.Count(data, []byte(text))
	}
	return n
}

// While another program reads the state from before, Erase waits for it; when
// ctx ends first it says that the file still tells, and the next one finishes.
func TestEraseWaitsForReaders(t *testing.T) {
	path := filepath.Join(t.TempDir(), "isms.db")
	db := openSQLite(t, path)
	s := newStore(t, db, sqlstore.SQLite, nil)
	update(t, s, "acme", func(w driver.Writer) error { return w.Append(record("a", "x", 1, 1, "a secret")) })
	other, err := openSQLite(t, path).BeginTx(t.Context(), &sql.TxOptions{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := other.QueryRowContext(t.Context(), "SELECT count(*) FROM ismskit_record").Scan(&n); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	err = s.(driver.Eraser).Erase(ctx, "acme", 1)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "gone, but") {
		t.Errorf("Erase beside a reader = %v, want %v and that the record is gone", err, context.DeadlineExceeded)
	}
	if r := logOf(t, s, "acme")[0]; !driver.Erased(r) {
		t.Errorf("record = %v, want it erased", r)
	}
	time.AfterFunc(50*time.Millisecond, func() { _ = other.Rollback() })
	if err := s.(driver.Eraser).Erase(t.Context(), "acme", 1); err != nil {
		t.Errorf("Erase again = %v, want nil", err)
	}
	if n := inFiles(t, path, "a secret"); n != 0 {
		t.Errorf("%d times in the files, want 0", n)
	}
	rows, err := db.QueryContext(t.Context(), "PRAGMA busy_timeout")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&n); err != nil || n != 5000 {
			t.Errorf("busy_timeout after Erase = %d, %v, want 5000", n, err)
		}
	}
	if err := rows.Err(); err != nil {
		t.Error(err)
	}
}

// follow reads the log, and calls f after the first record.
func follow(t *testing.T, s driver.Store, f func()) (n int, err error) {
	t.Helper()
	err = s.View(t.Context(), "acme", driver.Latest, func(r driver.Reader) error {
		for _, err := range r.Log(0) {
			if err != nil {
				return err
			}
			if n++; n == 1 {
				f()
			}
		}
		return nil
	})
	return n, err
}

// A view that is overtaken by a drop does not pass for a shorter log, nor does a
// log in which somebody deleted.
func TestLogIsWhole(t *testing.T) {
	onEach(t, func(t *testing.T, b backend, db *sql.DB) {
		t.Helper()
		s := newStore(t, db, b.dialect, nil)
		update(t, s, "acme", func(w driver.Writer) error { return w.Append(batch(0, 100)...) })
		mustExec(t, db, "UPDATE ismskit_record SET seq = 1000 WHERE seq = 50")
		n, err := follow(t, s, func() {})
		if n != 99 || !errors.Is(err, driver.ErrNotFound) || !strings.Contains(err.Error(), "log entry 50") {
			t.Errorf("Log with a hole = %d records, %v, want 99 and entry 50 named", n, err)
		}
		mustExec(t, db, "UPDATE ismskit_record SET seq = 50 WHERE seq = 1000")
		n, err = follow(t, s, func() {
			if err := s.(driver.Admin).Drop(t.Context(), "acme"); err != nil {
				t.Error(err)
			}
		})
		if n >= 100 || !errors.Is(err, driver.ErrNotFound) {
			t.Errorf("Log of what is dropped meanwhile = %d records, %v, want an error", n, err)
		}
	})
}

// What a writer appends while it reads the log is no record that is missing.
func TestLogWhileAppending(t *testing.T) {
	onEach(t, func(t *testing.T, b backend, db *sql.DB) {
		t.Helper()
		s := newStore(t, db, b.dialect, nil)
		update(t, s, "acme", func(w driver.Writer) error {
			err := w.Append(batch(0, 3)...)
			for r, e := range w.Log(0) {
				err = errors.Join(err, e)
				if e == nil && r.Seq <= 3 {
					err = errors.Join(err, w.Append(batch(int(r.Seq)+2, 1)...))
				}
			}
			return err
		})
		if n := len(logOf(t, s, "acme")); n != 6 {
			t.Errorf("%d records, want 6", n)
		}
	})
}

// Within the host's transaction a tenant is dropped, and records are erased, with
// the host's own rows or not at all.
func TestJoinDropsAndErases(t *testing.T) {
	onEach(t, func(t *testing.T, b backend, db *sql.DB) {
		t.Helper()
		s := hosted(t, b, db)
		for _, tenant := range []string{"acme", "b"} {
			update(t, s, tenant, func(w driver.Writer) error { return put(w, "a", "x", red) })
		}
		for _, commit := range []bool{false, true} {
			tx := begin(t, db)
			dropAndErase(t, join(t, tx, b))
			end, want := tx.Rollback, 2
			if commit {
				end, want = tx.Commit, 1
			}
			if err := end(); err != nil {
				t.Fatal(err)
			}
			names, err := tenantsOf(t.Context(), s)
			if erased := driver.Erased(logOf(t, s, "b")[0]); len(names) != want || err != nil || erased != commit {
				t.Errorf("commit %t: tenants %q, %v, erased %t; want %d, %t", commit, names, err, erased, want, commit)
			}
		}
	})
}

// dropAndErase drops acme and erases the record of b.
func dropAndErase(t *testing.T, s driver.Store) {
	t.Helper()
	if err := s.(driver.Admin).Drop(t.Context(), "acme"); err != nil {
		t.Fatal(err)
	}
	if err := s.(driver.Eraser).Erase(t.Context(), "b", 1); err != nil {
		t.Fatal(err)
	}
	if err := s.(driver.Eraser).Erase(t.Context(), "b", 2); !errors.Is(err, driver.ErrNotFound) {
		t.Errorf("Erase(2) = %v, want %v", err, driver.ErrNotFound)
	}
	if names, err := tenantsOf(t.Context(), s); !slices.Equal(names, []string{"b"}) || err != nil {
		t.Errorf("Tenants within = %q, %v, want b", names, err)
	}
}
