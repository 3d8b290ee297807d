package sqltest_test

import (
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/ismskit/ismskit/isms/driver"
	"github.com/ismskit/ismskit/isms/sqlstore"
)

// Sixteen writers that each read, count one up and write lose nothing; they use
// four stores, as four programs would.
func TestNoLostUpdate(t *testing.T) {
	onEach(t, func(t *testing.T, b backend, db *sql.DB) {
		t.Helper()
		writers, rounds := 16, soak(50, 500)
		var stores [4]driver.Store
		for i := range stores {
			stores[i] = newStore(t, db, b.dialect, nil)
		}
		start := time.Now()
		var all sync.WaitGroup
		for i := range writers {
			s := stores[i%len(stores)]
			all.Go(func() {
				for range rounds {
					err := s.Update(t.Context(), "acme", func(w driver.Writer) error { return put(w, "a", "x") })
					if err != nil {
						t.Errorf("Update = %v, want nil", err)
						return
					}
				}
			})
		}
		all.Wait()
		want := writers * rounds
		if n, head := read(t, stores[0], "acme", "a", "x"); n != want || head != int64(want) {
			t.Errorf("after %d updates: counter %d, head %d", want, n, head)
		}
		t.Logf("%d updates by %d writers in %v", want, writers, time.Since(start).Round(time.Millisecond))
	})
}

// childFile and childRounds make this program one of several that write.
const childFile, childRounds = "ISMSKIT_TEST_FILE", "ISMSKIT_TEST_ROUNDS"

// Four processes that write to one file lose nothing.
func TestProcesses(t *testing.T) {
	if path := os.Getenv(childFile); path != "" {
		child(t, path)
		return
	}
	processes, rounds := 4, soak(50, 200)
	path := filepath.Join(t.TempDir(), "isms.db")
	s := newStore(t, openSQLite(t, path), sqlstore.SQLite, nil)
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range processes {
		all.Go(func() {
			cmd := exec.CommandContext(t.Context(), program, "-test.run=^TestProcesses$")
			cmd.Env = append(os.Environ(), childFile+"="+path, childRounds+"="+strconv.Itoa(rounds))
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("process: %v\n%s", err, out)
			}
		})
	}
	all.Wait()
	want := processes * rounds
	if n, head := read(t, s, "acme", "a", "x"); n != want || head != int64(want) {
		t.Errorf("after %d updates by %d processes: counter %d, head %d", want, processes, n, head)
	}
}

func child(t *testing.T, path string) {
	t.Helper()
	rounds, err := strconv.Atoi(os.Getenv(childRounds))
	if err != nil {
		t.Fatal(err)
	}
	s := newStore(t, openSQLite(t, path), sqlstore.SQLite, nil)
	for range rounds {
		err := s.Update(t.Context(), "acme", func(w driver.Writer) error { return put(w, "a", "x") })
		if err != nil {
			t.Fatalf("Update = %v, want nil", err)
		}
	}
}
