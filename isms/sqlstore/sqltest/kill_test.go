package sqltest_test

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/sqlstore"
)

// The variables that make the test binary a program to start, and to kill.
const childDialect, childDriver, childSource, childRounds = "SQLTEST_DIALECT", "SQLTEST_DRIVER", "SQLTEST_SOURCE", "SQLTEST_ROUNDS"

func TestMain(m *testing.M) {
	if os.Getenv(childDialect) != "" {
		if err := countAlong(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// countAlong counts up in a store, and prints each number once it is
// acknowledged.
func countAlong() error {
	rounds, err := strconv.Atoi(os.Getenv(childRounds))
	if err != nil {
		return err
	}
	db, err := sql.Open(os.Getenv(childDriver), os.Getenv(childSource))
	if err != nil {
		return err
	}
	s, err := sqlstore.New(db, sqlstore.Dialect(os.Getenv(childDialect)), nil)
	if err != nil {
		return err
	}
	for range rounds {
		n, err := countUp(context.Background(), s)
		if err != nil {
			return err
		}
		fmt.Println(n)
	}
	return db.Close()
}

// size is how many records number n has.
func size(n int64) int64 { return 2 + n*7%31 }

func term(n int64) driver.Term { return driver.Term{Key: "n", Value: strconv.FormatInt(n, 10)} }

// countUp reads a number, and writes the next one to some entities.
func countUp(ctx context.Context, s driver.Store) (n int64, err error) {
	err = s.Update(ctx, "acme", func(w driver.Writer) error {
		head, _, err := w.Head()
		if err != nil {
			return err
		}
		all := []driver.Record{}
		for i := int64(0); i == 0 || i < size(n); i++ {
			id := fmt.Sprint("x-", i)
			last, err := w.Get("a", id)
			if err != nil && !isNotFound(err) {
				return err
			}
			if i == 0 {
				n = last.Rev + 1
			}
			r := record("a", id, head+i+1, last.Rev+1, strconv.FormatInt(n, 10), term(n))
			r.Tx = head + size(n)
			all = append(all, r)
		}
		return errors.Join(w.Append(all[:1]...), w.Append(all[1:]...))
	})
	return n, err
}

// counter starts a program that counts up in a database.
func counter(tb testing.TB, b backend, source string, rounds int) (*exec.Cmd, io.Reader) {
	tb.Helper()
	program := exec.CommandContext(tb.Context(), os.Args[0])
	program.Env = append(os.Environ(), childDialect+"="+string(b.dialect), childDriver+"="+b.driver,
		childSource+"="+source, childRounds+"="+strconv.Itoa(rounds))
	out, err := program.StdoutPipe()
	if err == nil {
		err = program.Start()
	}
	if err != nil {
		tb.Fatal(err)
	}
	return program, out
}

// wantCount checks that a store has counted to least or to most, in whole
// transactions, and that its indexes agree with its log.
func wantCount(t *testing.T, s driver.Store, least, most int64) {
	t.Helper()
	err := s.View(t.Context(), "acme", driver.Latest, func(r driver.Reader) error {
		n, left := int64(0), int64(0)
		newest := map[string]string{}
		for rec, err := range r.Log(0) {
			if err != nil {
				return err
			}
			if left == 0 {
				n, left = n+1, size(n+1)
			}
			left--
			if string(rec.Data) != strconv.FormatInt(n, 10) || rec.Tx != rec.Seq+left {
				return fmt.Errorf("record %d is of number %s and transaction %d, want %d and %d", rec.Seq, rec.Data, rec.Tx, n, rec.Seq+left)
			}
			newest[rec.ID] = fmt.Sprint(rec)
		}
		if left != 0 || n < least || n > most {
			return fmt.Errorf("counted to %d, with %d records missing, want %d to %d with none", n, left, least, most)
		}
		return agree(r, newest, n)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// agree checks what lists show against the newest records of the log.
func agree(r driver.Reader, newest map[string]string, n int64) error {
	got := map[string]string{}
	for rec, err := range r.Scan(driver.Query{Kind: "a"}) {
		if err != nil {
			return err
		}
		got[rec.ID] = fmt.Sprint(rec)
	}
	if !maps.Equal(got, newest) {
		return fmt.Errorf("Scan = %v, want %v", got, newest)
	}
	found := int64(0)
	for rec, err := range r.Scan(driver.Query{Kind: "a", Terms: []driver.Term{term(n)}}) {
		if err != nil {
			return err
		}
		if slices.Contains(rec.Terms, term(n)) {
			found++
		}
	}
	if n > 0 && found != size(n) {
		return fmt.Errorf("%d records with the terms of number %d, want %d", found, n, size(n))
	}
	return nil
}

// killAt kills a program some time after it told of its first number, and gives
// the last number that it told of.
func killAt(t *testing.T, program *exec.Cmd, out io.Reader, kill func()) (told int64) {
	t.Helper()
	for lines := bufio.NewScanner(out); lines.Scan(); {
		first := told == 0
		n, err := strconv.ParseInt(strings.TrimSpace(lines.Text()), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if told = n; first {
			time.AfterFunc(time.Duration(rand.IntN(30_000))*time.Microsecond, kill)
		}
	}
	if err := program.Wait(); err == nil || told == 0 {
		t.Fatalf("the program ended with %v after number %d, want it killed at work", err, told)
	}
	return told
}

// A process that is killed while it writes loses nothing that it told of, leaves
// no half transaction, and nobody has to repair anything.
func TestKill(t *testing.T) {
	for _, b := range backends() {
		rounds := soak(15, 20)
		for part := range soak(1, 50) {
			t.Run(fmt.Sprintf("%s/%d", b.dialect, part), func(t *testing.T) { killRounds(t, b, rounds) })
		}
	}
}

func killRounds(t *testing.T, b backend, rounds int) {
	t.Helper()
	source := b.source(t)
	db := openDB(t, b.driver, source)
	for round := range rounds {
		program, out := counter(t, b, source, 1_000_000)
		told := killAt(t, program, out, func() { _ = program.Process.Kill() })
		s := newStore(t, db, b.dialect, nil)
		wantCount(t, s, told, told+1)
		n, err := countUp(t.Context(), s)
		if err != nil || n < told+1 || n > told+2 {
			t.Fatalf("round %d: the next number = %d, %v, want one or two after %d", round, n, err, told)
		}
		wantCount(t, s, n, n)
		if b.dialect == sqlstore.SQLite && count(t, db, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'") != 1 {
			t.Fatalf("round %d: SQLite finds the file damaged", round)
		}
	}
}

// A PostgreSQL server that is killed while it writes recovers by itself to what
// was acknowledged.
func TestServerKill(t *testing.T) {
	rounds := soak(0, 50)
	if rounds == 0 {
		t.Skip("set ISMSKIT_SOAK=1 to kill a server of its own, time and again")
	}
	postgres(t)
	b := backends()[1]
	source := cluster(t)
	for round := range rounds {
		program, out := counter(t, b, source, 1_000_000)
		killed := make(chan bool, 1)
		told := killAt(t, program, out, func() {
			clusterDo(t, "crash")
			killed <- true
		})
		<-killed
		s := newStore(t, pooled(openDB(t, b.driver, source)), b.dialect, nil)
		wantCount(t, s, told, told+1)
		n, err := countUp(t.Context(), s)
		if err != nil || n < told+1 || n > told+2 {
			t.Fatalf("round %d: the next number = %d, %v, want one or two after %d", round, n, err, told)
		}
		wantCount(t, s, n, n)
	}
}

// cluster starts a cluster of its own, which writes through to the disk, and is
// the one that clusterDo works on.
func cluster(t *testing.T) (source string) {
	t.Helper()
	t.Setenv("ISMSKIT_POSTGRES_FSYNC", "on")
	for line := range strings.Lines(clusterDo(t, "start")) {
		name, value, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(line, "export ")), "=")
		t.Setenv(name, strings.Trim(value, "'"))
	}
	t.Cleanup(func() { clusterDo(t, "stop") })
	return os.Getenv("ISMSKIT_POSTGRES")
}

func clusterDo(t *testing.T, what string) (out string) {
	t.Helper()
	text, err := exec.CommandContext(context.WithoutCancel(t.Context()), "../../../.ci/postgres", what).Output()
	if err != nil {
		t.Errorf(".ci/postgres %s = %v, want nil", what, err)
	}
	return string(text)
}
