package sqltest_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
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

// Four processes that write to one database lose nothing.
func TestProcesses(t *testing.T) {
	for _, b := range backends() {
		t.Run(string(b.dialect), func(t *testing.T) {
			const processes = 4
			rounds := soak(25, 200)
			source := b.source(t)
			s := newStore(t, openDB(t, b.driver, source), b.dialect, nil)
			var all sync.WaitGroup
			for range processes {
				program, out := counter(t, b, source, rounds)
				all.Go(func() {
					if _, err := io.Copy(io.Discard, out); err != nil {
						t.Error(err)
					}
					if err := program.Wait(); err != nil {
						t.Errorf("a process = %v, want all its numbers acknowledged", err)
					}
				})
			}
			all.Wait()
			wantCount(t, s, int64(processes*rounds), int64(processes*rounds))
		})
	}
}

// Writers that wait for their turn hold no connection, so that the one who has it
// may read elsewhere: with two in the pool, eight of them get on.
func TestWaitingHoldsNoConnection(t *testing.T) {
	onEach(t, func(t *testing.T, b backend, db *sql.DB) {
		t.Helper()
		db.SetMaxOpenConns(2)
		s := newStore(t, db, b.dialect, nil)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		const writers, rounds = 8, 5
		var all sync.WaitGroup
		for i := range writers {
			tenant := "acme"
			if b.dialect == sqlstore.SQLite { // takes one writer at a time, of all tenants
				tenant = fmt.Sprint("t-", i%2)
			}
			all.Go(func() {
				for range rounds {
					err := s.Update(ctx, tenant, func(w driver.Writer) error {
						return errors.Join(put(w, "a", "x"), s.View(ctx, tenant, driver.Latest, func(driver.Reader) error { return nil }))
					})
					if err != nil {
						t.Errorf("Update = %v, want nil", err)
						return
					}
				}
			})
		}
		all.Wait()
		if n := count(t, db, "SELECT count(*) FROM ismskit_record"); n != writers*rounds {
			t.Errorf("%d records, want %d", n, writers*rounds)
		}
	})
}

// Whatever busy_timeout says, a writer of SQLite asks for its turn again and
// again, as long as its ctx allows, while another program has it.
func TestSQLiteWaitsLong(t *testing.T) {
	f, clean, s := openFaulty(t)
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second) // less than busy_timeout
	defer cancel()
	begun, asked := make(chan bool), make(chan bool)
	var all sync.WaitGroup
	all.Go(func() {
		update(t, clean, "acme", func(driver.Writer) error {
			begun <- true
			<-asked
			return nil
		})
	})
	<-begun
	n := 0
	f.fail = func(_ int64, query string) (before, after error) {
		if query == "BEGIN IMMEDIATE" {
			if n++; n == maxAttempts+5 {
				close(asked)
			}
		}
		return nil, nil
	}
	if err := s.Update(ctx, "acme", change); err != nil {
		t.Errorf("Update after %d requests for the turn = %v, want nil", n, err)
	}
	if n < maxAttempts+5 {
		close(asked)
	}
	all.Wait()
}

// maxAttempts is how often a transaction is run that the database gives up.
const maxAttempts = 50
