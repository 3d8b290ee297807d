package dirstore_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ismskit/ismskit/internal/leak"
	"github.com/ismskit/ismskit/isms/dirstore"
	"github.com/ismskit/ismskit/isms/driver"
)

// The test binary is also the program that other tests start and kill.
func TestMain(m *testing.M) {
	if dir := os.Getenv("DIRSTORE_COUNT_IN"); dir != "" {
		rounds, err := strconv.Atoi(os.Getenv("DIRSTORE_COUNT_TO"))
		if err == nil {
			err = countIn(dir, rounds)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	leak.Main(m)
}

// countIn counts up in a store, and prints each number once that is acknowledged.
func countIn(dir string, rounds int) error {
	s, err := dirstore.Open(dir, nil)
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
	return s.Close()
}

// countUp reads a number, and writes the next one to three entities.
func countUp(ctx context.Context, s driver.Store) (n int64, err error) {
	err = s.Update(ctx, "acme", func(w driver.Writer) error {
		last, err := w.Get("asset", "a")
		if err != nil && !errors.Is(err, driver.ErrNotFound) {
			return err
		}
		n = last.Rev + 1
		data := fmt.Sprintf(`{"count":%d}`, n)
		return appendDrafts(w, "person:jan", "", draft("asset", "a", data), draft("asset", "b", data), draft("risk", "a", data))
	})
	return n, err
}

func counter(tb testing.TB, dir string, rounds int) (*exec.Cmd, io.Reader) {
	tb.Helper()
	program := exec.CommandContext(tb.Context(), os.Args[0])
	program.Env = append(os.Environ(), "DIRSTORE_COUNT_IN="+dir, fmt.Sprint("DIRSTORE_COUNT_TO=", rounds))
	program.Stderr = os.Stderr
	out, err := program.StdoutPipe()
	if err == nil {
		err = program.Start()
	}
	if err != nil {
		tb.Fatal(err)
	}
	return program, out
}

// wantCount checks that a store has counted to n, in each entity, in whole
// transactions, and returns n.
func wantCount(t *testing.T, dir string, least, most int64) int64 {
	t.Helper()
	records := log(t, open(t, dir, nil))
	n := int64(len(records) / 3)
	if len(records)%3 != 0 || n < least || n > most {
		t.Fatalf("%d records, want 3 for each of %d to %d acknowledged", len(records), least, most)
	}
	for i, r := range records {
		if want := fmt.Sprintf(`{"count":%d}`, i/3+1); string(r.Data) != want || r.Tx != int64(i/3*3+3) {
			t.Fatalf("record %d is %s of transaction %d, want %s of %d", i+1, r.Data, r.Tx, want, i/3*3+3)
		}
	}
	return n
}

// A process that is killed while it writes has lost nothing that it told of.
func TestKill(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	dir, count := "", int64(0)
	for round := range soak(15, 1000) {
		if round%20 == 0 {
			dir, count = t.TempDir(), 0
		}
		program, out := counter(t, dir, 1_000_000)
		lines, told := bufio.NewScanner(out), count
		for lines.Scan() {
			told, _ = strconv.ParseInt(lines.Text(), 10, 64)
			if told == count+1 {
				time.AfterFunc(time.Duration(rng.IntN(30_000))*time.Microsecond, func() { _ = program.Process.Kill() })
			}
		}
		if err := program.Wait(); err == nil || told == count {
			t.Fatalf("round %d: the program ended with %v after %d, want it killed at work", round, err, told)
		}
		wantCount(t, dir, told, told+1)
		s := open(t, dir, nil) // writes the files that are missing, and goes on
		var err error
		if count, err = countUp(t.Context(), s); err != nil {
			t.Fatalf("round %d: Update after the kill = %v, want nil", round, err)
		}
		for _, name := range []string{"acme/asset/a.yaml", "acme/asset/b.yaml", "acme/risk/a.yaml"} {
			if got := read(t, dir, name); !strings.Contains(got, fmt.Sprintf("count: %d\n", count)) {
				t.Fatalf("round %d: %s is\n%s\nwant count %d", round, name, got, count)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestProcessesLoseNothing(t *testing.T) {
	const processes = 4
	rounds := soak(10, 200)
	dir := t.TempDir()
	var group sync.WaitGroup
	for range processes {
		program, out := counter(t, dir, rounds)
		group.Go(func() {
			if _, err := io.Copy(io.Discard, out); err != nil {
				t.Error(err)
			}
			if err := program.Wait(); err != nil {
				t.Errorf("a process = %v, want all its numbers acknowledged", err)
			}
		})
	}
	group.Wait()
	wantCount(t, dir, int64(processes*rounds), int64(processes*rounds))
}

func TestWritersLoseNothing(t *testing.T) {
	const writers = 16
	rounds := soak(5, 500)
	dir := t.TempDir()
	s := open(t, dir, nil)
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for range rounds {
				if _, err := countUp(t.Context(), s); err != nil {
					t.Errorf("Update = %v, want nil", err)
				}
			}
		})
	}
	group.Wait()
	wantCount(t, dir, int64(writers*rounds), int64(writers*rounds))
}
